"""The glossary: every public class of the product, with the first sentence of its docstring."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from checkin.reference.markdown import code, paragraphs, table

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "kit": "The ground floor",
    "links": "Signed, one-time links",
    "migrations": "The tables' history",
    "tasks": "The jobs",
    "campaigns": "The campaign side",
    "console": "The staff's pages",
    "tenants": "The roster, consent and rights",
    "replies": "Questions and the vault",
    "reports": "Released figures",
    "portal": "The tenants' pages and the API",
    "sandbox": "The stand-in for SES and SQS",
    "checkin": "The command line",
}
SENTENCE_END = re.compile(r"(?<=[.;:])\s")
INTRODUCTION = """
One meaning a name, one name a meaning. Each word below is a class, and its meaning is the first
sentence of what the code says about it.
"""


def page() -> str:
    """The glossary, a table for each package."""
    sections = (part for package in PACKAGES for part in _section(package))
    return paragraphs("# Glossary", INTRODUCTION, *sections)


def _section(package: str) -> Iterator[str]:
    rows = sorted(_rows(package), key=lambda row: row[0].lower())
    if rows:
        yield f"## {PACKAGES[package]}"
        yield table(("word", "meaning", "where"), rows)


def _rows(package: str) -> Iterator[tuple[str, str, str]]:
    for file in sorted((ROOT / package).rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where = file.relative_to(ROOT).as_posix()
                yield code(node.name), _first_sentence(ast.get_docstring(node)), code(where)


def _first_sentence(docstring: str | None) -> str:
    first = " ".join((docstring or "").split("\n\n")[0].split())
    return SENTENCE_END.split(first, maxsplit=1)[0].rstrip(";:")
