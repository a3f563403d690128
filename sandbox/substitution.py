"""SES's inline templates: simple substitutions, `{{name}}`, and nothing else.

SES escapes nothing when it substitutes. A template is compiled once and shared by all its mails.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sandbox.rules import MAX_TEMPLATE_BYTES, RuleBroken

PLACEHOLDER = re.compile(r"(?<!\{)\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")
COMPILED_KEPT = 64

Data = Mapping[str, Any]


class MissingAttribute(Exception):
    """The replacement data lacks a name that the template uses: a rendering failure."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Attribute '{name}' is not present in the rendering data.")


@dataclass(frozen=True, slots=True)
class Template:
    """A subject, an HTML and a text part; `names` are the placeholders they use."""

    subject: str
    html: str
    text: str
    names: frozenset[str] = field(default_factory=frozenset)

    def check(self, data: Data) -> None:
        """Raise MissingAttribute if the data does not fill every placeholder."""
        missing = self.names - data.keys()
        if missing:
            raise MissingAttribute(min(missing))

    def fill_subject(self, data: Data) -> str:
        return self._fill(self.subject, data)

    def fill_html(self, data: Data) -> str:
        return self._fill(self.html, data)

    def fill_text(self, data: Data) -> str:
        return self._fill(self.text, data)

    def _fill(self, part: str, data: Data) -> str:
        if not self.names:
            return part
        return PLACEHOLDER.sub(lambda found: str(data.get(found[1], "")), part)


def compile_template(content: Mapping[str, str]) -> Template:
    """Compile `TemplateContent` (Subject, Html, Text).

    Raises:
        RuleBroken: it is empty, too large, or uses more than simple substitutions.
    """
    return _compile(content.get("Subject", ""), content.get("Html", ""), content.get("Text", ""))


@lru_cache(maxsize=COMPILED_KEPT)
def _compile(subject: str, html: str, text: str) -> Template:
    if not subject:
        raise RuleBroken("The template's subject must not be empty")
    if not html and not text:
        raise RuleBroken("The template must have an Html or a Text part")
    written = json.dumps({"Subject": subject, "Html": html, "Text": text}, ensure_ascii=False)
    if len(written.encode()) > MAX_TEMPLATE_BYTES:
        raise RuleBroken("The template's content is larger than 1 MB")
    names: set[str] = set()
    for part in (subject, html, text):
        names.update(PLACEHOLDER.findall(part))
        if "{{" in PLACEHOLDER.sub("", part):
            raise RuleBroken("Inline templates take simple substitutions only, {{name}}")
    return Template(subject, html, text, frozenset(names))


def read_data(written: str | None) -> dict[str, Any]:
    """Decode TemplateData, a JSON object.

    Raises:
        RuleBroken: it is not a JSON object.
    """
    if not written:
        return {}
    try:
        data = json.loads(written)
    except ValueError:
        raise RuleBroken("Template data is not valid JSON") from None
    if not isinstance(data, dict):
        raise RuleBroken("Template data is not a JSON object")
    return data
