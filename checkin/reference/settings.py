"""The settings page: each field of `kit.settings.Settings`, its default and its docstring."""

from datetime import timedelta

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from checkin.reference.markdown import code, paragraphs, table
from kit import production
from kit.durations import as_text
from kit.settings import Settings
from kit.variables import EMBEDDED_BROKER

INTRODUCTION = """
Read once when a process starts. Whatever is malformed, missing or unsafe is reported in one go, a
line a variable, and the process ends with exit code 2. An empty variable counts as unset. Durations
are written `7s`, `10m`, `48h`, `30d`.
"""
AFTERWARDS = """
In production a database that is not set belongs to the other side: that process has none of it, and
what only the other side needs is not asked for. Credentials and endpoints are boto3's own
(`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL_SESV2`, `AWS_ENDPOINT_URL_SQS`, …), so any SES-compatible
endpoint can stand in.
"""


def page() -> str:
    """Every variable that Check-in reads."""
    refused = {problem.where for problem in production.problems(_left_alone())}
    rows = [_row(name, field, refused) for name, field in Settings.model_fields.items()]
    listed = table(("variable", "default", "meaning"), rows)
    return paragraphs("# Settings", INTRODUCTION, listed, AFTERWARDS)


def _left_alone() -> Settings:
    """Return production settings with defaults alone, for a process of both sides."""
    return Settings.model_construct(env="production")


def _row(name: str, field: FieldInfo, refused: set[str]) -> tuple[str, str, str]:
    variable = "AWS_REGION" if name == "aws_region" else f"CHECKIN_{name.upper()}"
    mark = " †" if variable in refused else ""
    return f"`{variable}`{mark}", _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is PydanticUndefined:
        return "–"
    if value == EMBEDDED_BROKER:
        return code("embedded")
    return code(as_text(value) if isinstance(value, timedelta) else str(value))
