"""Compile a month's email once; each recipient's copy is then a few substitutions.

The compiled HTML and text are an SES template. `{{reply_link}}`, `{{stop_link}}` and what follows
from them (`own_links.substitutes`) are the only braces in the visible text, so SES's simple
substitution finds nothing else.
"""

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from datetime import date

from premailer import Premailer

from campaigns.content import acceptance, findings, own_links, rendering
from campaigns.content.fields import Content, tidy

SAFE_LINK = re.compile(r"https?://[A-Za-z0-9._~:/-]+")
REPLY = "{{reply_link}}"
STOP = "{{stop_link}}"
WELSH = "{{welsh_link}}"
WELSH_STOP = "{{welsh_stop_link}}"
OWN = (REPLY, STOP, WELSH, WELSH_STOP)
PORTAL = "{{portal}}"
PLACEHOLDER = re.compile("|".join(map(re.escape, (*OWN, PORTAL))))
DOCTYPE = "<!DOCTYPE html>\n"
KEPT_STYLE = re.compile(r"(<style[^>]*>)(.*?)(</style>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FilledMessage:
    """One recipient's email."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class CompiledMessage:
    """A month's email with placeholders for the recipient's two links.

    `last_check_in` is the day, in London, of the email before; None for the first.

    `content_hash` is the SHA-256, in hexadecimal, of everything else in it.
    """

    content_hash: str
    month: str
    subject: str
    html: str
    text: str
    questions: tuple[str, ...]
    last_check_in: date | None = None

    def fill(self, *, reply_link: str, stop_link: str) -> FilledMessage:
        """Return one recipient's copy.

        Raises:
            ValueError: a link contains a character that HTML or SES might escape.
        """
        if not (SAFE_LINK.fullmatch(reply_link) and SAFE_LINK.fullmatch(stop_link)):
            raise ValueError("a recipient's link may hold only letters, digits and . _ ~ : / -")
        html, text = self.html, self.text
        for name, value in own_links.substitutes(
            reply_link=reply_link, stop_link=stop_link
        ).items():
            html, text = (part.replace(f"{{{{{name}}}}}", value) for part in (html, text))
        return FilledMessage(subject=self.subject, html=html, text=text)


def compile_message(
    content: Content, month: str, *, last_check_in: date | None = None
) -> CompiledMessage:
    """Compile the email of `month` ("2026-12"); `last_check_in` is the day of the email before.

    Raises:
        BadInput: naming the field and line of everything that `acceptance` refuses.
    """
    content = tidy(content)
    findings.refuse(acceptance.flaws(content, month))
    stand_ins = own_links.stand_ins(content)
    filled = rendering.filled(content, month, last_check_in=last_check_in)
    html = inlined(rendering.html(filled, month, stand_ins))
    text = rendering.text(filled, month, stand_ins)
    return _message(
        month=month,
        subject=rendering.subject(filled),
        html=own_links.swap(html, stand_ins),
        text=own_links.swap(text, stand_ins).strip() + "\n",
        questions=content.questions,
        last_check_in=last_check_in,
    )


def hash_of(
    *,
    month: str,
    subject: str,
    html: str,
    text: str,
    questions: tuple[str, ...],
    last_check_in: date | None,
) -> str:
    """SHA-256 over canonical JSON: sorted keys, no spaces, UTF-8."""
    everything = {
        "month": month,
        "subject": subject,
        "html": html,
        "text": text,
        "questions": list(questions),
        "last_check_in": last_check_in and last_check_in.isoformat(),
    }
    canonical = json.dumps(everything, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def stray_braces(message: CompiledMessage) -> bool:
    """Whether a brace is left that is no placeholder; style sheets keep single ones."""
    page = PLACEHOLDER.sub("", KEPT_STYLE.sub("", message.html))
    text = PLACEHOLDER.sub("", message.text)
    styles = "".join(style for _, style, _ in KEPT_STYLE.findall(message.html))
    seen = page + text + message.subject
    return "{" in seen or "}" in seen or "{{" in styles or "}}" in styles


def _message(
    *,
    month: str,
    subject: str,
    html: str,
    text: str,
    questions: tuple[str, ...],
    last_check_in: date | None,
) -> CompiledMessage:
    parts = {"month": month, "subject": subject, "html": html, "text": text}
    content_hash = hash_of(**parts, questions=questions, last_check_in=last_check_in)
    message = CompiledMessage(
        content_hash, **parts, questions=questions, last_check_in=last_check_in
    )
    if stray_braces(message):
        raise RuntimeError("a brace that is no placeholder is left in the compiled message")
    return message


def inlined(page: str) -> str:
    """Inline the page's styles; rules that cannot be inlined stay in one style sheet."""
    transformed = Premailer(
        page,
        allow_network=False,
        allow_loading_external_files=False,
        disable_validation=True,
        cssutils_logging_level=logging.CRITICAL,
        align_floating_images=False,
    ).transform()
    return DOCTYPE + KEPT_STYLE.sub(_with_braces_apart, transformed)


def _with_braces_apart(style: re.Match[str]) -> str:
    """`}}` in a style sheet reads like the end of a placeholder."""
    return style[1] + style[2].replace("{{", "{ {").replace("}}", "} }") + style[3]
