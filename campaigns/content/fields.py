"""What staff write for one month, before it becomes an email."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Self

FILLING = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]")
"""Invisible characters without a function, unlike the joiners in emoji."""


@dataclass(frozen=True, slots=True)
class Tip:
    """One tip: a plain title and a text in the Markdown subset."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Content:
    """Subject, preheader and tip titles are plain text; the rest is the Markdown subset.

    `questions` holds keys from the platform's catalogue, in the order they are asked.
    """

    subject: str
    preheader: str
    questions: tuple[str, ...]
    opening: str
    tips: tuple[Tip, ...]
    closing: str

    def as_json(self) -> dict[str, Any]:
        """Plain lists, dicts and strings, as stored in `drafts.content`."""
        return {
            **asdict(self),
            "questions": list(self.questions),
            "tips": [asdict(tip) for tip in self.tips],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The content that `as_json` wrote."""
        return cls(
            subject=stored["subject"],
            preheader=stored["preheader"],
            questions=tuple(stored["questions"]),
            opening=stored["opening"],
            tips=tuple(Tip(tip["title"], tip["body"]) for tip in stored["tips"]),
            closing=stored["closing"],
        )


def tidy(content: Content) -> Content:
    """Return the content with Unix line ends and without surrounding space or invisible filling.

    Idempotent.
    """
    return Content(
        subject=_tidy_line(content.subject),
        preheader=_tidy_line(content.preheader),
        questions=tuple(key.strip() for key in content.questions),
        opening=_tidy_text(content.opening),
        tips=tuple(Tip(_tidy_line(tip.title), _tidy_text(tip.body)) for tip in content.tips),
        closing=_tidy_text(content.closing),
    )


def _tidy_line(text: str) -> str:
    return FILLING.sub("", text).strip()


def _tidy_text(text: str) -> str:
    return _tidy_line(text.replace("\r\n", "\n").replace("\r", "\n"))
