"""The CSV that a tenant downloads, for a person; the JSON is for software."""

from typing import Any

from portal import language
from tenants.rights import export

Said = list[dict[str, Any]]


def localised_csv(held: export.Held) -> bytes:
    """Return an export as CSV, its questions and answers in the page's language.

    It begins with a byte-order mark, without which Excel does not read it as UTF-8.
    """
    replies = held["replies"] or []
    in_words = [reply | {"in_words": _translated(reply["in_words"])} for reply in replies]
    said = language.translations(language.current()).gettext
    senders = [row | {"words": said(row["words"])} for row in held["held_by_sender"]]
    translated = {"replies": in_words, "held_by_sender": senders}
    return export.as_csv(held | translated).encode("utf-8-sig")


def _translated(rows: Said) -> Said:
    said = language.translations(language.current()).gettext
    return [
        {"question": said(row["question"]), "answers": [said(one) for one in row["answers"]]}
        for row in rows
    ]
