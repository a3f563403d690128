"""What programs put on the clipboard, and the text that it is to become.

Each sample is the HTML as the program writes it, shortened to what matters. More lie in
`texts/clipboards.txt`: a name and the word that is said, the HTML, `---`, and the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.content import judged

SAFE = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.stepchange.org%2F"


@dataclass(frozen=True)
class Sample:
    """`said` is a word that the sentence about what was changed has to hold; "" for none."""

    name: str
    html: str
    text: str
    said: str = ""


def _item(mark: str, words: str, level: int = 1) -> str:
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='margin-left:36pt;mso-list:l0 level{level} "
        f"lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:"
        f"Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>"
        f"</span></span><![endif]>{words}<o:p></o:p></p>"
    )


WORD_HEAD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><meta name=Generator "
    "content='Microsoft Word 15'><style><!-- p.MsoNormal {margin:0cm;} --></style>"
    "<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--></head>"
    "<body><!--StartFragment-->"
)
WORD_END = "<!--EndFragment--></body></html>"


def _word(body: str) -> str:
    return WORD_HEAD + body + WORD_END


def _docs(body: str) -> str:
    head = "<meta charset='utf-8'><b style='font-weight:normal;' id='docs-internal-guid-1a2b'>"
    return f"{head}{body}</b>"


def _docs_words(words: str, style: str = "font-weight:400;font-style:normal") -> str:
    return f"<span style='font-size:11pt;color:#000000;{style};text-decoration:none'>{words}</span>"


WORD = (
    Sample(
        "word: a paragraph with bold that ends in a space",
        _word("<p class=MsoNormal><b>Bring this: </b>your budget.<o:p></o:p></p>"),
        "**Bring this:** your budget.",
    ),
    Sample(
        "word: a link",
        _word(
            "<p class=MsoNormal>See <a href='https://www.moneyhelper.org.uk/'><span "
            "style='color:#0563C1'>MoneyHelper</span></a>.</p>"
        ),
        "See [MoneyHelper](https://www.moneyhelper.org.uk/).",
    ),
    Sample(
        "word: a list of bullets",
        _word("<p>Bring:</p>" + _item("·", "a letter") + _item("·", "your <b>rent</b> book")),
        "Bring:\n\n- a letter\n- your **rent** book",
    ),
    Sample(
        "word: a numbered list",
        _word(_item("1.", "ring us") + _item("2.", "write")),
        "1. ring us\n2. write",
    ),
    Sample(
        "word: a list with an inner list",
        _word(_item("·", "bills") + _item("o", "water", 2) + _item("·", "rent") + "<p>End.</p>"),
        "- bills\n  - water\n- rent\n\nEnd.",
    ),
    Sample(
        "word: italic and bold by style",
        _word(
            "<p class=MsoNormal><span style='font-weight:bold'>Now</span> and "
            "<span style='font-style:italic'>gently</span></p>"
        ),
        "**Now** and *gently*",
    ),
    Sample(
        "word: a line break and a space that does not break",
        _word("<p class=MsoNormal>Ring 0800&nbsp;138&nbsp;1111<br>Monday to Friday</p>"),
        "Ring 0800 138 1111\nMonday to Friday",
    ),
    Sample(
        "word: a heading",
        _word(
            "<h2><span lang=EN-GB>Energy <b>bills</b></span></h2><p class=MsoNormal>Read on.</p>"
        ),
        "#### Energy bills\n\nRead on.",
    ),
    Sample(
        "word: a table",
        _word(
            "<table class=MsoTableGrid><tr><td><p class=MsoNormal>May</p></td><td><p>£5</p></td>"
            "</tr><tr><td><p>June</p></td><td><p>£6</p></td></tr></table>"
        ),
        "May, £5\n\nJune, £6",
        "table",
    ),
    Sample(
        "word: a picture and hidden text",
        _word(
            "<p class=MsoNormal><img width=10 src='file:///C:/logo.png'>Hello"
            "<span style='display:none;mso-hide:all'>secret</span></p>"
        ),
        "Hello",
        "picture",
    ),
)
OUTLOOK = (
    Sample(
        "outlook: a safe link",
        f"<p class=MsoNormal>Ask <a href='{SAFE}&amp;data=05%7C02%7Cstaff%40example.org'>StepChange"
        "</a> first</p>",
        "Ask [StepChange](https://www.stepchange.org/) first",
        "safelinks.protection.outlook.com",
    ),
    Sample(
        "outlook on the web: a line is a div",
        "<div class='elementToProof'>Hello,</div><div class='elementToProof'><br></div>"
        "<div class='elementToProof'>one line</div><div class='elementToProof'>and another</div>",
        "Hello,\n\none line\nand another",
    ),
    Sample(
        "outlook: a signature in a layout table",
        "<table><tbody><tr><td><p>Well Thought Ltd</p></td></tr><tr><td><a "
        "href='mailto:hello@example.org'>hello@example.org</a></td></tr></tbody></table>",
        "Well Thought Ltd\n\n[hello@example.org](mailto:hello@example.org)",
    ),
    Sample(
        "outlook: bold in a font element",
        "<p><font face=Calibri><span style='font-weight:700'>Free</span></font> advice</p>",
        "**Free** advice",
    ),
    Sample(
        "outlook: a link through a proofpoint gateway",
        "<p><a href='https://urldefense.com/v3/__https://www.gov.uk/benefits__;!!abc!x$'>gov.uk</a>"
        "</p>",
        "[gov.uk](https://www.gov.uk/benefits)",
        "urldefense.com",
    ),
)
DOCS = (
    Sample(
        "google docs: bold and a link",
        _docs(
            f"<p dir='ltr'>{_docs_words('Free', 'font-weight:700')}{_docs_words(' advice from ')}"
            "<a href='https://www.stepchange.org' style='text-decoration:none;'>"
            f"{_docs_words('StepChange')}</a></p>"
        ),
        "**Free** advice from [StepChange](https://www.stepchange.org)",
    ),
    Sample(
        "google docs: a list",
        _docs(
            "<ul><li dir='ltr' aria-level='1'><p dir='ltr' role='presentation'>"
            f"{_docs_words('a letter')}</p></li><li dir='ltr'><p dir='ltr'>"
            f"{_docs_words('a payslip', 'font-style:italic')}</p></li></ul>"
        ),
        "- a letter\n- *a payslip*",
    ),
    Sample(
        "google docs: a numbered list",
        _docs("<ol><li><p><span>first</span></p></li><li><p><span>second</span></p></li></ol>"),
        "1. first\n2. second",
    ),
    Sample(
        "google docs: paragraphs with a break between them",
        _docs(f"<p>{_docs_words('One.')}</p><br><p>{_docs_words('Two.')}</p>"),
        "One.\n\nTwo.",
    ),
    Sample(
        "google docs: a link through google",
        _docs(
            "<p><a href='https://www.google.com/url?q=https://www.gov.uk/benefits&amp;sa=D'>"
            f"{_docs_words('benefits')}</a></p>"
        ),
        "[benefits](https://www.gov.uk/benefits)",
        "www.google.com",
    ),
)
LIBREOFFICE = (
    Sample(
        "libreoffice: paragraphs",
        "<!DOCTYPE html><html><head><style>p { margin-bottom: 0.25cm }</style></head><body>"
        "<p style='line-height: 115%'>Hello,</p><p>ask <b>early</b>.</p></body></html>",
        "Hello,\n\nask **early**.",
    ),
    Sample(
        "libreoffice: a list",
        "<ul><li><p style='margin-bottom: 0cm'>a letter</p></li><li><p>a payslip</p></li></ul>",
        "- a letter\n- a payslip",
    ),
    Sample(
        "libreoffice: italic around a whole paragraph",
        "<i><p>Gently.</p><p>And soon.</p></i>",
        "*Gently.*\n\n*And soon.*",
    ),
)
WEB = (
    Sample(
        "web: a paragraph with a tracked link",
        "<p>Use the <a href='https://www.moneyhelper.org.uk/en?utm_source=x&amp;lang=en'>planner</a>"
        "</p>",
        "Use the [planner](https://www.moneyhelper.org.uk/en?lang=en)",
        "tracks",
    ),
    Sample(
        "web: a link into the page and a script",
        "<p><a href='#top'>Up</a> <a href='javascript:alert(1)'>now</a></p>"
        "<script>alert(1)</script>",
        "Up now",
    ),
    Sample(
        "web: headings and a list",
        "<h1>Help</h1><ul><li>ring <a href='tel:08001381111'>0800 138 1111</a></li><li>write</li>"
        "</ul>",
        "#### Help\n\n- ring [0800 138 1111](tel:08001381111)\n- write",
    ),
    Sample(
        "web: bold beside bold",
        "<p><strong>Free </strong><strong>advice</strong> here</p>",
        "**Free advice** here",
    ),
    Sample(
        "web: a star that is no mark",
        "<p>5 * 3 * 2 and *terms apply</p>",
        r"5 \* 3 \* 2 and \*terms apply",
    ),
    Sample(
        "gmail: lines and a quotation",
        "<div dir='ltr'><div>Hello,</div><div><br></div><div>see <b>this</b>:</div>"
        "<blockquote><div>two lines</div><div>of somebody</div></blockquote></div>",
        "Hello,\n\nsee **this**:\n\ntwo lines\nof somebody",
    ),
    Sample(
        "web: bullets that are only typed",
        "<p>•\u00a0a letter</p><p>•\u00a0a payslip</p>",
        "- a letter\n- a payslip",
    ),
)


def _kept() -> Iterator[Sample]:
    for part in judged.parts(judged.TEXTS / "clipboards.txt"):
        head, _, rest = part.partition("\n")
        name, _, said = head.partition(" | ")
        html, _, text = rest.partition("\n---\n")
        yield Sample(name, html, text, said)


SAMPLES = (*WORD, *OUTLOOK, *DOCS, *LIBREOFFICE, *WEB, *_kept())
