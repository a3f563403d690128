"""Write a month: structured fields that work without script, saved as they are typed."""

from flask import (
    Blueprint,
    flash,
    get_flashed_messages,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from campaigns.content import fields
from campaigns.planning import typed_text
from campaigns.writing import merging, presence, save_turns, starters, versions
from campaigns.writing.merging import Merged
from console import access, editor, message_views, sessions, unsaved_form, write_form
from console.context import here
from console.editor import Editor
from kit.errors import NotFound

pages = Blueprint("write", __name__, url_prefix="/campaigns/<month:name>/write")

READY = "Saved, and nothing stands in the way of an approval."
PARTS = ("notes", "conflicts", "questions", "tips", "checks")
SAVED_ONLY = frozenset({"", "save"})


@pages.get("")
@access.allow(access.WRITING)
def show(name: str) -> str:
    """The editor with the month's text."""
    return _page(_load(name, None))


@pages.post("")
@access.allow(access.WRITING)
def change(name: str) -> ResponseReturnValue:
    """Save what was typed, then do what was pressed; a script gets JSON back."""
    do = request.form.get("do", "")
    merged, is_new = _save(name, even_unchanged=do == "save")
    place = "editor"
    is_pressed = is_new and not (merged.conflicts or do in SAVED_ONLY or do.startswith("view:"))
    if is_pressed:
        place = _press(name, do)
    shown = _load(name, None if is_pressed else merged)
    if access.BACKGROUND in request.headers:
        return _answer(shown, place)
    if shown.merged.conflicts:
        return _page(shown), 409
    if do == "save":
        return _ready(shown)
    if do.startswith("view:"):
        return redirect(_seeing(name, do.removeprefix("view:")), code=303)
    return redirect(url_for("write.show", name=name, _anchor=place), code=303)


def _save(name: str, *, even_unchanged: bool) -> tuple[Merged, bool]:
    """What came of it, and whether there was something new: not in a save that arrives twice."""
    console, me = here(), sessions.signed_in()
    base, typed = write_form.base_of(request.form), write_form.read(request.form)
    turn = write_form.turn_of(request.form, month=name, email=me.email)
    with console.campaign.writing() as session:
        editor.find(session, name, console.now)
        changed = merging.changed_fields(base, typed)
        presence.note(session, month=name, email=me.email, fields=changed, now=console.now)
        is_new = turn is None or not save_turns.is_done(session, turn)
        merged = typed_text.write(
            session,
            month=name,
            base=base if is_new else typed,
            typed=typed,
            by=me.email,
            now=console.now,
            even_unchanged=even_unchanged,
        )
        if turn and is_new:
            save_turns.note(session, turn, is_whole=not merged.conflicts)
        return merged, is_new


def _press(name: str, do: str) -> str:
    """Do what a button says; returns the part of the page to go to."""
    try:
        return _put_back(name, do) if do.startswith("put-back:") else _arrange(name, do)
    except NotFound as error:
        flash(str(error))
        return "editor"


def _arrange(name: str, do: str) -> str:
    console, me = here(), sessions.signed_in()
    with console.campaign.writing() as session:
        before = versions.before(session, name)
        step = write_form.arrangement(do, request.form, before[1] if before else None)
        text = typed_text.rearrange(
            session,
            month=name,
            arrange=step.arrange,
            is_removal=step.is_removal,
            by=me.email,
            now=console.now,
        )
        return step.place(text)


def _put_back(name: str, do: str) -> str:
    console, me = here(), sessions.signed_in()
    with console.campaign.writing() as session:
        version = write_form.number_of(do)
        before, after = typed_text.take_back(
            session, month=name, version=version, by=me.email, now=console.now
        )
    return write_form.place_of_return(before, after)


def _ready(shown: Editor) -> ResponseReturnValue:
    if shown.review.blocking:
        return _page(shown, is_asked_to_be_ready=True), 422
    flash(READY)
    return redirect(url_for("campaigns.show", name=shown.month), code=303)


def _seeing(name: str, view: str) -> str:
    return url_for("write.show", name=name, view=message_views.chosen(view), _anchor="seeing")


def _load(name: str, merged: Merged | None) -> Editor:
    console, me = here(), sessions.signed_in()
    with console.campaign.reading() as session:
        return editor.load(session, name, email=me.email, now=console.now, merged=merged)


def _answer(shown: Editor, place: str) -> Response:
    """What the page's script needs to go on: the text, and the parts of the page that follow it."""
    said = _shown(shown)
    return jsonify(
        text=shown.text.as_json(),
        shown=shown.shown.as_json(),
        conflicts=[{"field": each.field, "base": each.base} for each in shown.merged.conflicts],
        parts={part: render_template(f"console/write_{part}.html", **said) for part in PARTS},
        place=place,
        said=get_flashed_messages(),
    )


def _page(shown: Editor, *, is_asked_to_be_ready: bool = False) -> str:
    return render_template(
        "console/write.html",
        is_asked_to_be_ready=is_asked_to_be_ready,
        form_parts=write_form.PARTS,
        view=message_views.chosen(request.args.get("view", "")),
        views=message_views.VIEWS,
        **_shown(shown),
    )


def _shown(shown: Editor) -> dict[str, object]:
    console = here()
    return {
        "editor": shown,
        "library": starters.library(),
        "of_a_tip": fields.OF_A_TIP,
        "is_bilingual": fields.is_bilingual(shown.shown),
        "is_open": not shown.is_approved or request.args.get("change") == "yes",
        "sender": console.settings.from_address,
        "now": console.now,
        "proof": unsaved_form.proof(shown.month, sessions.signed_in().email),
    }
