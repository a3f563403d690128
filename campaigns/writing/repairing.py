"""Mend one kind of leftover in one field of a text, as its finding offers."""

from campaigns.checks import repairs
from campaigns.content.fields import Content, texts
from campaigns.writing import merging


def repaired(content: Content, field: str, name: str) -> Content:
    """The content with a repair of `repairs.REPAIRS` applied to one field, named as in
    `Finding.field`; what is not there, a field or a repair, changes nothing."""
    repair, text = repairs.REPAIRS.get(name), dict(texts(content)).get(field)
    if repair is None or text is None:
        return content
    return merging.with_field(content, field, repair.apply(text))
