"""Find notes to oneself or a colleague, gaps to be filled in, and words typed twice."""

import re
from collections.abc import Iterator

from campaigns.checks import visible
from campaigns.content.placeholders import Fault

SHOWN = 40
SHOUTED = re.compile(
    r"\b(?:TO ?DO|WIP|FAO|FYI|XX+|DRAFT|PLACEHOLDER|(?i:tb[acd]|todo|fixme))\b|£TB[CAD]", re.ASCII
)
SAID = re.compile(
    r"\b(?:insert|add|put|paste)\s+(?:(?:the|a|your|an?other)\s+)?(?:\w+\s+)?"
    r"(?:link|date|name|number|amount|figure|url|image|picture|text|quote|tip|logo|address)\s*"
    r"(?:here|below)?(?=[\s.,;:)\]]*(?:$|\n|here))"
    r"|\b(?:insert|paste)\s+[\w ]{1,30}\bhere\b|\blinks?\s+(?:goes\s+)?here\b(?!\W*\()"
    r"|\b(?:link|figure|date|text|details|more)\s+to\s+(?:come|follow)\b|\blorem ipsum\b"
    r"|\bnote to (?:self|editor|designer|\w+ team)\b|\bplaceholder\b|\bwork in progress\b"
    r"|\b(?:delete|remove|take out|change|update|check|fix)\s+(?:this|these|the above|the below)"
    r"(?:\s+\w+){0,3}\s+(?:before|when|once|prior)\b|\bbefore (?:we|you) send(?: (?:this|it))?\b"
    r"|\b(?:not for|before) (?:publication|sending)\b|\bfor (?:internal use|approval)\b"
    r"|\binternal (?:only|use only|note)\b|\bdo not (?:send|publish)\b|\bcitation needed\b"
    r"|\bsource(?: needed)?\s*\?|\b(?:asdf|qwerty|foo ?bar|blah blah|test test|dummy text)\w*"
    r"|\bplease (?:check|confirm|review|advise|approve|proof ?read)\s+"
    r"(?:and|with|by|this|if|that|\?)"
    r"[^.\n]{0,30}(?:\?|\b(?:before|send|approve|edit|back)\b)"
    r"|\bsame as (?:last|previous) month\b|\bcop(?:y|ied) (?:from|of) (?:last|previous) month\b"
    r"|\bclick (?:or tap )?(?:here )?to (?:enter|add|edit|type)\b|\bchoose an item\b"
    r"|\b(?:your|enter|type) (?:your |some )?(?:text|title|name|link|content)(?: goes)? here\W*$"
    r"|\bdelete as (?:appropriate|applicable|needed)\b|\b(?:needs?|missing) (?:a |the )?"
    r"(?:link|figure|quote|photo|picture|image)\W*$"
    r"|[(\[]\s*insert (?:\w+ )?(?:picture|photo|image|logo|link|text|quote|name|date|number)\b"
    r"|\b(?:can|could) (?:you|some\w+) (?:please )?(?:look at|check|confirm|approve|update|review) "
    r"(?:this|these|that)\b|^\W*(?:subject(?: line)?|preheader|headline|cta|body(?: text)?)\s*:"
    r"|\(\s*(?:max\w*\.? )?\d+ (?:words|characters)(?: max\w*\.?)?\s*\)"
    r"|\b(?:see|find) attached\b|\bsee (?:the )?attachment\b"
    r"|\b(?:is|are) (?:this|that|these|it) (?:right|correct|still true|ok(?:ay)?|up to date)\s*\?",
    re.IGNORECASE,
)
CHAT = re.compile(
    r"^\W*(?:sure|certainly|of course|absolutely)[!,.]\s+here(?:[’']s| is| are)\b"
    r"|\bas an AI(?: language)? (?:model|assistant)\b"
    r"|\bhere(?:[’']s| is) (?:a|the|your) (?:re\w+|short\w+|updated|polished|simplified) "
    r"(?:version|text|tip)\b",
    re.IGNORECASE,
)
"""What a chat with a machine says around its answer."""
MAIL = re.compile(
    r"^\W*-{2,} ?(?:original|forwarded) message|\bget outlook for\b"
    r"|\bsent from my (?:i\w+|phone|mobile|tablet|galaxy|samsung|android)\b"
    r"|^on .{5,80} wrote:\s*$|\bthis e-?mail\b.{0,60}\b(?:confidential|intended (?:solely|only))\b",
    re.IGNORECASE,
)
"""What mail programs put around an email."""
ASIDE = re.compile(
    r"\(\s*(?:\?|(?:tb[acd]|to do|check|confirm|update|source|ref|link|date|who|which|is)\b)"
    r"[^()\n]{0,40}\?\s*\)"
    r"|\(\s*(?:tb[acd]|\?+|to be (?:confirmed|added|checked|updated|agreed))[^()\n]{0,40}\)"
    r"|\bCommented \[\w+\]|\[[A-Z]{2}\d+\]|(?<![\w.])@[A-Z][a-z]+\b(?=[ ,:])|\?\?+|!{4,}"
    r"|(?<![\w.])@\w+,? (?:can|could|please|pls)\b|(?<!\S)@@+(?!\S)"
    r"|\b[A-Z][a-z]+ (?:to|please) (?:check|confirm|update|add|supply|provide|write|send)\b"
    r"|\b(?:confirm|agree|verify)(?:ed)? (?:this )?with [A-Z][a-z]+\b(?= before|[.?!)]?$)",
)
GAP = re.compile(
    r"£\s?(?:x+|_+|\?+|n+|nan|null|none|undefined|#+|\.{2,}|00+|00+\.00|0\.00)(?!\w|\.\d)"
    r"|\b(?:x{2,}|#{2,})\s?%|(?<![\w/])_{3,}(?!\w)"
    r"|\b(?:dd|xx|00|\?\?)/(?:mm|xx|00|\?\?)(?:/(?:yy(?:yy)?|xx(?:xx)?|00+|\?+))?\b|\.{5,}|…{2,}"
    r"|\b0[38]\d\d[ -]?(?:x{3}|0{3})[ -]?(?:x{3,4}|0{3,4})\b|\b0{5}[ -]?0{3}[ -]?0{3}\b"
    r"|\b01234 ?567 ?890?\b|\bx{3,}\b"
    r"|#(?:(?:ref|value|name|num|null)[!?]|div/0!?|n/a\b|#{4,})|\[object \w+\]"
    r"|\berror! (?:reference|hyperlink|bookmark|no text|not a valid)",
    re.IGNORECASE,
)
"""What was to be filled in, and what a program writes where it has nothing to fill in."""
BRACKETS = re.compile(r"\[(?!\s*(?:sic|…|\.\.\.|x|X)?\s*\])[^\[\]\n]{1,80}\]|[\[\]]")
QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"")
BY_AN_EDITOR = re.compile(r"\[[a-z][^\[\]]*\]")
TWICE = re.compile(r"(?<![\w’'-])([^\W\d_]+)[ \t\n]+(\1)(?![\w’'-])", re.IGNORECASE)
PHRASE_TWICE = re.compile(
    r"(?<![\w’'-])((?:to|of|in|at|for|with|from|the|an?|your|our|their|can|will|you|we) [^\W\d_]+)"
    r"[ \n]+\1(?![\w’'-])",
    re.IGNORECASE,
)
TWO_ARTICLES = re.compile(r"(?<![\w’'-])(?:an a(?! la )|a an|an? the|the an)(?![\w’'-])")
STYLED = re.compile(
    r"\[(?=[^\]\n]+\]\()|\*+(?=[^\s*])|(?<=[^\s*])\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)"
)
RIGHT_TWICE = {
    *("had", "that", "is", "her", "do", "very", "really", "so", "bye", "no", "many", "far"),
    *("long", "blah", "ha", "yes", "there", "now", "hear", "well", "it"),
}
PARTICLES = {"in", "on", "up", "off", "by", "for", "to", "through"}
TAKES_A_PARTICLE = re.compile(
    r"\b(?:log|logg\w+|sign|sign\w+|hand\w*|call\w*|phon\w+|drop\w*|pop\w*|mov\w+|check\w*|com\w+|stay\w*"
    r"|send\w*|sent|fill\w*|go|goes|going|went|carr\w+|turn\w*|keep\w*|kept|put\w*|pass\w*|add\w*|look\w*"
    r"|ask\w*|pa(?:y|id)\w*|car\w+|get\w*|what|who|which|lives?|work\w*|sett\w+|close\w*)\s+"
    r"(?:(?:it|them|this|that|him|her|us|me|you)\s+)?$",
    re.IGNORECASE,
)  # fmt: skip


def to_oneself(text: str) -> Iterator[Fault]:
    """“TODO”, “insert link here”, “(check?)” and the like."""
    for line, written in visible.numbered(text):
        searches = (pattern.search(written) for pattern in (SHOUTED, SAID, ASIDE, CHAT, MAIL))
        if found := next(filter(None, searches), None):
            yield (
                line,
                f"“{found[0].strip()[:SHOWN]}” looks like a note to a colleague; take it out",
            )


def gaps(text: str) -> Iterator[Fault]:
    """Find “£XX”, “dd/mm/yyyy”, “____” and “#REF!”: gaps that nothing was filled into."""
    for line, written in visible.numbered(text):
        if found := GAP.search(written):
            yield line, f"“{found[0].strip()[:SHOWN]}” looks like a gap to fill in; fill it in"


def brackets(text: str) -> Iterator[Fault]:
    """Square brackets that are no link, nor an editor's in a quotation."""
    for line, words in visible.lines(text, links=False):
        own = QUOTED.sub(lambda quoted: BY_AN_EDITOR.sub("", quoted[0]), words)
        if found := BRACKETS.search(own):
            yield line, f"“{found[0][:SHOWN]}” is in square brackets; fill it in or take it out"


def twice(text: str) -> Iterator[Fault]:
    """Find words typed twice, except those that may be doubled in English."""
    text = STYLED.sub("", text)
    for found in (*PHRASE_TWICE.finditer(text), *TWO_ARTICLES.finditer(text)):
        line = text.count("\n", 0, found.start()) + 1
        yield line, f"“{' '.join(found[0].split())}” is one word too many; take it out"
    for found in TWICE.finditer(text):
        word = found[1].casefold()
        is_name = found[1][0].isupper() and found[2][0].isupper()
        is_meant = word in PARTICLES and TAKES_A_PARTICLE.search(text[: found.start()])
        if word not in RIGHT_TWICE and not is_name and not is_meant:
            line = text.count("\n", 0, found.start()) + 1
            yield line, f"“{' '.join(found[0].split())}” has a word twice; take one out"
