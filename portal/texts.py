"""Collect every text of the pages, and keep the Welsh catalogue complete.

`python -m portal.texts` adds new texts to the catalogue, for a translator, and removes unused ones.
"""

from collections.abc import Iterator
from io import SEEK_END, BytesIO

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kit import languages
from kit.languages import WELSH
from kit.templating import TEMPLATES
from portal import (
    complaint_pages,
    errors,
    fresh_link_pages,
    reply_undo,
    sharing_page,
    stop_choices,
)
from portal.data import words
from replies.form import answers, questions, sharing
from replies.form.earlier import EARLIER

PATH = languages.ALL[WELSH].catalogue
PAGES = TEMPLATES / "portal"
EXTRACT = [("**.html", "jinja2")]
JINJA = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
LINE = 96
HEADING = b"# The tenants' pages in Welsh. It awaits a native reader.\n\n"


def every_text() -> set[str]:
    """Return every English text on the pages."""
    return {text for text in (*_in_templates(), *_in_questions(), *_in_code()) if text}


def up_to_date() -> bytes:
    """Return the up-to-date Welsh catalogue; new texts have an empty translation."""
    with PATH.open("rb") as written:
        known = read_po(written, locale=WELSH)
    fresh = Catalog(locale=WELSH)
    for text in sorted(every_text()):
        message = known.get(text)
        fresh.add(text, message.string if message else "")
    stream = BytesIO(HEADING)
    stream.seek(0, SEEK_END)
    write_po(stream, fresh, width=LINE, omit_header=True, sort_output=True)
    return stream.getvalue()


def _in_templates() -> Iterator[str]:
    for _file, _line, text, *_ in extract_from_dir(PAGES, EXTRACT, JINJA):
        yield text if isinstance(text, str) else text[0]


def _in_questions() -> Iterator[str]:
    newest = questions.form(questions.pin(question.key for question in questions.CATALOGUE))
    earlier = (part for question in EARLIER for part in (question, *question.follow_ups))
    for question in (*newest, *earlier, *sharing.FORM):
        yield from (
            question.title,
            question.dated,
            question.hint,
            answers.unanswered(question).message,
        )
        for option in question.options:
            yield option.label
            if option.alone and question.many:
                yield answers.by_itself(option)


def _in_code() -> Iterator[str]:
    yield from (answers.NOT_ASKED, answers.NOT_OFFERED, answers.ONE_ONLY)
    yield from (stop_choices.NO_CHOICE.message, fresh_link_pages.NOT_TICKED.message)
    yield from words.every_text()
    yield from (complaint_pages.BAD_ADDRESS.message, complaint_pages.NO_TEXT.message)
    yield from (problem.message for problem in sharing_page.SAID.values())
    stop_said = (*stop_choices.SAID.values(), stop_choices.UNDONE, stop_choices.TOO_LATE)
    for said in (*stop_said, reply_undo.TAKEN_BACK, reply_undo.DELETED, reply_undo.TOO_LATE):
        yield from (said.heading, said.text, said.undo)
    for _choice, label, hint in stop_choices.OFFERS:
        yield from (label, hint)
    for calm in (*errors.BY_ERROR.values(), *errors.BY_STATUS.values(), *errors.OTHERS):
        yield from (calm.heading, *calm.paragraphs)


if __name__ == "__main__":
    PATH.write_bytes(up_to_date())
