"""The placeholders an author may write, and nothing else of Jinja2.

Author text is parsed as a Jinja2 template, and every node that is not plain text or one of the
known names is refused before anything is rendered; the sandbox is the second line of defence.
"""

from collections.abc import Collection, Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MONTH_NAME = "month_name"
MONTH = "month"
PERIOD = "period"
REPLY_LINK = "reply_link"
STOP_LINK = "stop_link"
WELSH_LINK = "welsh_link"
WELSH_STOP_LINK = "welsh_stop_link"
PORTAL = "portal"
WORDS = frozenset({MONTH_NAME, MONTH, PERIOD})
LINKS = frozenset({REPLY_LINK, STOP_LINK})
ALL = WORDS | LINKS

Fault = tuple[int, str]
"""A line of the text, from 1, and a sentence."""

AUTHORS = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
)

UNCLOSED = "a placeholder is opened and not closed; write it as {{ month_name }}"
COMMAND = "template commands, {% … %} or {# … #}, are not available; take it out"
STRAY = "a curly bracket stands alone; curly brackets are kept for placeholders"


def faults(text: str, *, known: Collection[str] = ALL) -> Iterator[Fault]:
    """What is wrong with the placeholders of one text."""
    if "{" not in text and "}" not in text:
        return
    try:
        yield from _hidden_faults(text)
        template = AUTHORS.parse(text)
    except TemplateSyntaxError as error:
        yield error.lineno, _syntax_sentence(text, error)
    except RecursionError:
        yield 1, "a placeholder is nested too deeply; write only a name, like {{ month_name }}"
    else:
        for node in template.body:
            yield from _node_faults(node, known)


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; call it only where `faults` found nothing."""
    return AUTHORS.from_string(text).render(values)


def spelled(names: Collection[str]) -> str:
    """The names as an author writes them: "{{ month }} or {{ month_name }}"."""
    *firsts, last = sorted(f"{{{{ {name} }}}}" for name in names)
    return f"{', '.join(firsts)} or {last}" if firsts else last


def _hidden_faults(text: str) -> Iterator[Fault]:
    """Find what Jinja2's parser would silently drop."""
    for line, kind, _value in AUTHORS.lex(text):
        if kind in {"comment_begin", "raw_begin"}:
            yield line, COMMAND


def _node_faults(node: nodes.Node, known: Collection[str]) -> Iterator[Fault]:
    if not isinstance(node, nodes.Output):
        yield node.lineno, COMMAND
        return
    for part in node.nodes:
        if isinstance(part, nodes.TemplateData):
            yield from _stray_faults(part)
        elif not isinstance(part, nodes.Name):
            yield part.lineno, f"a placeholder may only be a name: {spelled(known)}"
        elif part.name not in known:
            yield part.lineno, _unknown_sentence(part.name, known)


def _stray_faults(part: nodes.TemplateData) -> Iterator[Fault]:
    for offset, line in enumerate(part.data.split("\n")):
        if "{" in line or "}" in line:
            yield part.lineno + offset, STRAY


def _unknown_sentence(name: str, known: Collection[str]) -> str:
    if name in LINKS:
        return f"{{{{ {name} }}}} cannot stand here; a link belongs in the text of the email"
    return f"{{{{ {name[:40]} }}}} is not a placeholder; there is {spelled(known)}"


def _syntax_sentence(text: str, error: TemplateSyntaxError) -> str:
    if "{%" in text or "{#" in text:
        return COMMAND
    if text.count("{{") > text.count("}}") or "unexpected 'end of" in str(error):
        return UNCLOSED
    return f"this is not a placeholder; write {spelled(WORDS)}"
