"""A text whose form can no longer be taken, because the session ended: shown again, to be saved.

Only a form that this console made for the same person is shown again: it carries a signed proof of
whose it is and of which month, so that no other site can put words into it.
"""

from datetime import timedelta

from flask import render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from campaigns.content.fields import texts
from campaigns.content.findings import field_label
from console import sessions, write_form
from console.context import here

SALT = "checkin unsaved form"
TAKEN_FOR = timedelta(days=7)
EDITOR = "write.change"


def proof(month: str, email: str) -> str:
    """What the editor's form carries: whose it is, and of which month."""
    return _serializer().dumps([month, email])


def page(status: int) -> tuple[str, int] | None:
    """The posted text with a button to save it; None where this is no text of one's own."""
    if request.endpoint != EDITOR or request.method != "POST":
        return None
    month, me = str((request.view_args or {})["name"]), sessions.current()
    owner = _owner(month)
    if owner is None or (me is not None and me.email != owner):
        return None
    typed = write_form.read(request.form)
    shown = [
        (name, "_".join(name.split(".")[::2]).replace("tips", "tip"), field_label(name), text)
        for name, text in texts(typed)
    ]
    return render_template(
        "console/unsaved_form.html",
        month=month,
        shown=shown,
        questions=typed.questions,
        was=request.form.get("was", ""),
        proof=proof(month, owner),
    ), status


def _owner(month: str) -> str | None:
    try:
        of, email = _serializer().loads(
            request.form.get("proof", ""), max_age=int(TAKEN_FOR.total_seconds())
        )
    except (BadSignature, ValueError, TypeError):
        return None
    return str(email) if of == month else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(here().keys), salt=SALT)
