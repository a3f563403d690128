"""The questions page: the platform's catalogue, as tenants see it."""

from collections.abc import Iterator

from checkin.reference.markdown import code, paragraphs
from replies.form.catalogue import CATALOGUE, CHANGED
from replies.form.schema import Question

INTRODUCTION = """
What a month may ask. A campaign names the questions by their key; the first one here is asked in
every month. A question under its version never changes: a better wording is a new version.
"""


def page() -> str:
    """Every question with its answers and its follow-ups."""
    sections = (part for question in (CHANGED, *CATALOGUE) for part in _sections(question, "##"))
    return paragraphs("# Questions", INTRODUCTION, *sections)


def _sections(question: Question, mark: str) -> Iterator[str]:
    yield f"{mark} {question.title}"
    yield f"{_facts(question)}. {question.hint}".strip()
    yield "\n".join(f"- {option.label} ({code(option.key)})" for option in question.options)
    for follow_up in question.follow_ups:
        yield from _sections(follow_up, "###")


def _facts(question: Question) -> str:
    facts = [f"Key {code(question.key)}, version {question.version}"]
    if question.many:
        facts.append("several answers")
    if question.asked_when:
        keys = ", ".join(code(key) for key in sorted(question.asked_when.answers))
        facts.append(f"asked after {keys}")
    return "; ".join(facts)
