"""Campaign files: what is read, what is refused and where, and that nothing is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.content import files
from campaigns.writing import samples
from kit.errors import BadInput
from tests.content.samples import CONTENT, FILE, file_with


def problems_of(text: str) -> list[str]:
    with pytest.raises(BadInput) as refused:
        files.parse(text)
    return [str(problem) for problem in refused.value.problems]


def test_a_file_is_read() -> None:
    parsed = files.parse(FILE)

    assert "2026-12" == parsed.month
    assert datetime(2026, 12, 1, 10, tzinfo=UTC) == parsed.send_at
    assert timedelta(hours=48) == parsed.window
    assert CONTENT == parsed.content


def test_time_and_window_may_be_left_to_the_series() -> None:
    text = file_with("send_at: 2026-12-01T10:00\nnot_after: 48h\n", "")

    parsed = files.parse(text)

    assert (None, None) == (parsed.send_at, parsed.window)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert files.parse(FILE) == files.parse("\ufeff" + FILE.replace("\n", "\r\n"))


def test_the_sample_reads_and_writes() -> None:
    parsed = files.parse(samples.sample_file("2027-01"))

    assert "2027-01" == parsed.month
    assert parsed == files.parse(files.write(parsed))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("---\nmonth", "month", "line 1: the file must begin with front matter"),
        ("hours]\n---\n", "hours]\n", "line 1: the front matter is not closed"),
        ("month: 2026-12\n", "", "front matter: month is missing"),
        ("subject: Has anything changed this month?\n", "", "subject is missing"),
        ("questions: [work, hours]\n", "", "questions is missing"),
        ("not_after: 48h", "colour: blue", "line 4: colour is not known; use month"),
        ("not_after: 48h", "month: 2026-11", "line 4: month is there twice"),
        ("month: 2026-12", "month: December", "line 2, month: “December” is not a month"),
        ("month: 2026-12", "month: 2026-13", "line 2, month: “2026-13” is not a month"),
        ("2026-12-01T10:00", "2026-12-41T10:00", "line 3, send_at: “2026-12-41T10:00” is not a"),
        ("2026-12-01T10:00", "2026-12-01", "line 3, send_at: “2026-12-01” is not a date and time"),
        (
            "2026-12-01T10:00",
            "2027-03-28T01:30",
            "line 3, send_at: 2027-03-28T01:30 does not exist in London",
        ),
        ("48h", "two days", "line 4, not_after: “two days” is not a duration"),
        ("48h", "0h", "line 4, not_after: must be more than nothing"),
        ("48h", "60d", "line 4, not_after: must be more than nothing and at most 28 days"),
        ("not_after: 48h", "not_after: 48: h", "line 4: is not “key: value”"),
        ("not_after: 48h", "not_after: [48h", "line 5: is not “key: value”"),
        ("2026-12-01T10:00", "2027-12-01T10:00", "line 3, send_at: is in December 2027, and"),
        ("2026-12-01T10:00", "2026-11-30T10:00", "line 3, send_at: is in November 2026, and"),
        ("[work, hours]", "work", "line 7, questions: must be a list"),
        ("[work, hours]", "[work, Hours!]", "line 7, questions: “Hours!” is not a question's key"),
        ("[work, hours]", "[work, work]", "line 7, questions: work is asked twice"),
        ("[work, hours]", "[work, {a: b}]", "line 7, questions: must be one line of text"),
        ("Has anything changed this month?", "''", "line 5, subject: the subject is empty"),
        (
            "subject: Has anything changed this month?",
            'subject: "Hello\\nBcc: everybody@example.org"',
            "line 5, subject: must be one line without control characters",
        ),
        (
            "subject: Has anything changed this month?",
            'subject: "Hello\\r\\nBcc: everybody@example.org"',
            "line 5, subject: must be one line without control characters",
        ),
        (
            "Has anything",
            "\x07Has anything",
            "line 5, subject: must be one line without control characters",
        ),
        ("{{ month_name }}", "{{ name }}", "line 11, opening: {{ name }} is not a placeholder"),
        ("{{ month_name }}", "{{ month_name", "line 11, opening: a placeholder is opened and not"),
        ("{{ month_name }}", "{{ month_name }}}", "line 11, opening: a curly bracket stands alone"),
        ("{{ month_name }}", "}} {{ month }}", "line 11, opening: a curly bracket stands alone"),
        (
            "{{ month_name }}",
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "line 11, opening: a placeholder may only be a name",
        ),
        ("{{ month_name }}", "{{ month.__class__ }}", "line 11, opening: a placeholder may only"),
        ("{{ month_name }}", "{{ cycler }}", "line 11, opening: {{ cycler }} is not a placeholder"),
        (
            "{{ month_name }}",
            "{% for i in range(9) %}x{% endfor %}",
            "line 11, opening: template commands",
        ),
        ("{{ month_name }}", "{% set x = 1 %}", "line 11, opening: template commands"),
        ("{{ month_name }}", "{% import 'os' as os %}", "line 11, opening: template commands"),
        ("{{ month_name }}", "{% if", "line 11, opening: template commands"),
        ("{{ month_name }}", "{# note #}", "line 11, opening: template commands"),
        ("{{ month_name }}", "{% raw %}{{ x }}{% endraw %}", "line 11, opening: template commands"),
        ("Has anything", "Has {{ reply_link }}", "line 5, subject: {{ reply_link }} cannot stand"),
        ("Thank you.", "<script>alert(1)</script>", "line 20, closing: HTML is not used here"),
        ("Thank you.", "Thank <b>you</b>", "line 20, closing: HTML is not used here"),
        ("Keep a list", "Keep <i>a</i> list", "line 15, tip 1, title: HTML is not used here"),
        (
            "must be paid",
            "[must](javascript:alert(1)) be paid",
            "line 16, tip 1, text: “javascript:alert(1)” is a javascript: link",
        ),
        (
            "Thank you.",
            "[Thank](data:text/html,x) you",
            "line 20, closing: “data:text/html,x” is a",
        ),
        (
            "Thank you.",
            "[you](http://example.org)",
            "line 20, closing: “http://example.org” is not",
        ),
        (
            "Thank you.",
            "[you](www.example.org)",
            "line 20, closing: “www.example.org” is not a com",
        ),
        ("Thank you.", "[you](https://a b.org)", "line 20, closing: a link is not complete"),
        (
            "Thank you.",
            "[you](https://bank.org@example.org)",
            "line 20, closing: “https://bank.org@",
        ),
        (
            "Thank you.",
            "[you](https://example.org/?to={{ reply_link }})",
            "line 20, closing: a recipient's own link cannot be part of another address",
        ),
        ("Thank you.", "![you](https://example.org/a.png)", "line 20, closing: pictures are not"),
        ("Thank you.", "> you", "line 20, closing: a line that starts with > is a quotation"),
        ("Thank you.", "Thank `you`", "line 20, closing: a line that starts with four spaces"),
        ("Thank you.", "Thank\x00you", "line 20, closing: an invisible character (U+0000)"),
        ("Thank you.", "Thank \u202eyou", "line 20, closing: a character that turns text around"),
        ("## Closing", "## Goodbye", "line 18: ## Goodbye is not a section"),
        ("## Tips", "## Closing\n\n## Tips", "line 15: ## Tips is there already or comes too late"),
        ("### Keep a list\n", "", "line 15: start a tip with a line “### title”"),
        ("### Keep a list", "###", "line 15, tip 1, title: the tip has no title"),
        (
            "Write down *what* must be paid, and **when**.",
            "",
            "line 16, tip 1, text: the tip has no text",
        ),
        ("Hello,", "# Hello", "line 9, opening: a small heading starts with ### or ####"),
        ("Hello,", "A" * 110_000, "email: the text is over 102 KB"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_field(old: str, new: str, expected: str) -> None:
    found = problems_of(file_with(old, new))

    assert any(expected in problem for problem in found), found


def test_an_empty_body_is_refused() -> None:
    head = FILE[: FILE.index("Hello,")]

    assert ["line 9, opening: the email has no text; write an opening"] == problems_of(head)


def test_an_empty_file_is_refused() -> None:
    assert ["line 1: the file must begin with front matter: a line of ---"] == problems_of("")


def test_everything_wrong_is_named_at_once() -> None:
    text = file_with("2026-12-01T10:00", "soon").replace("{{ month_name }}", "{{ x }}")

    found = problems_of(text.replace("Thank you.", "<script>"))

    assert ["line 3", "line 11", "line 20"] == [problem.split(",")[0] for problem in found]


def file_of_october(send_at: str) -> str:
    return file_with("2026-12-01T10:00", send_at).replace("month: 2026-12", "month: 2026-10")


def test_the_second_of_an_hour_that_comes_twice_keeps_its_offset() -> None:
    later = files.parse(file_of_october("2026-10-25T01:30+00:00"))

    assert datetime(2026, 10, 25, 1, 30, tzinfo=UTC) == later.send_at
    assert later == files.parse(files.write(later))


def test_an_hour_that_comes_twice_means_the_first() -> None:
    first = files.parse(file_of_october("2026-10-25T01:30"))

    assert datetime(2026, 10, 25, 0, 30, tzinfo=UTC) == first.send_at
    assert "send_at: 2026-10-25T01:30\n" in files.write(first)
