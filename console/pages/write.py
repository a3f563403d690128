"""Write a month: structured fields that work without script, kept as they are typed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns.content.fields import Content
from campaigns.planning import drafts
from campaigns.planning.drafts import Overtaken
from campaigns.writing import differences, starters, versions, working
from console import access, editor, message_views, sessions, unsaved_form, write_form
from console.context import here
from kit.errors import BadInput, NotFound

pages = Blueprint("write", __name__, url_prefix="/campaigns/<month:name>/write")

KEPT = "Kept, but not saved as a version yet."
SAVED = "Saved as version {}."


def keep_posted(name: str, email: str) -> str:
    """Keep the posted form as this person's working copy; returns the editor's address."""
    with here().campaign.writing() as session:
        _keep(session, name, email, write_form.read(request.form))
    return url_for("write.show", name=name)


@pages.get("")
@access.allow(access.WRITING)
def show(name: str) -> str:
    """The editor, with what this person typed last or the month's latest version."""
    return _page(name)


@pages.post("")
@access.allow(access.WRITING)
@unsaved_form.typed(keep_posted)
def change(name: str) -> ResponseReturnValue:
    """Save, or rearrange and keep; a script posts here too, and gets what changed back."""
    if unsaved_form.BACKGROUND in request.headers:
        return _keep_in_background(name)
    do = request.form.get("do", "keep")
    if do in {"save", "mine"}:
        return _save(name)
    if do in {"last-month", "drop"}:
        return _start_over(name, do)
    if do.startswith("view:"):
        return _look(name, do.removeprefix("view:"))
    return _rearrange(name, do)


@pages.get("/meanwhile")
@access.allow(access.WRITING)
def meanwhile(name: str) -> ResponseReturnValue:
    """What somebody else saved since this person began, beside what this person typed."""
    return _compare(name, 200)


def _keep_in_background(name: str) -> str:
    console, me = here(), sessions.signed_in()
    with console.campaign.writing() as session:
        if not _came_late(session, name, me.email):
            _keep(session, name, me.email, write_form.read(request.form))
        shown = editor.load(session, name, email=me.email, now=console.now)
        return render_template(
            "console/write_checks.html",
            editor=shown,
            sender=console.settings.from_address,
            now=console.now,
        )


def _came_late(session: Session, name: str, email: str) -> bool:
    """Whether this person's own save overtook what their script sent a moment before it."""
    try:
        campaign = versions.find(session, name)
    except NotFound:
        return False
    is_older = write_form.base_of(request.form) < campaign.version
    return is_older and versions.author(session, name) == email


def _rearrange(name: str, do: str) -> Response:
    content = write_form.read(request.form)
    try:
        found = write_form.rearranged(content, do, request.form)
    except NotFound as error:
        flash(str(error))
        found = content, "library"
    content, place = found or (content, "editor")
    if found is None:
        flash(KEPT)
    with here().campaign.writing() as session:
        _keep(session, name, sessions.signed_in().email, content)
    return redirect(url_for("write.show", name=name, _anchor=place), code=303)


def _look(name: str, view: str) -> Response:
    """Keep what was typed, and come back to see the email it makes in another way."""
    keep_posted(name, sessions.signed_in().email)
    there = url_for("write.show", name=name, view=message_views.chosen(view), _anchor="seeing")
    return redirect(there, code=303)


def _start_over(name: str, do: str) -> Response:
    me = sessions.signed_in()
    with here().campaign.writing() as session:
        if do == "drop":
            working.drop(session, month=name, email=me.email)
            flash("Your unsaved changes are gone; this is the latest version.")
        else:
            before = versions.before(session, name)
            if before is None:
                raise NotFound("There is no earlier month to start from.")
            _keep(session, name, me.email, before[1])
            flash("This is last month’s text. Nothing is saved as a version yet.")
    return redirect(url_for("write.show", name=name), code=303)


def _save(name: str) -> ResponseReturnValue:
    console, me = here(), sessions.signed_in()
    content, base = write_form.read(request.form), write_form.base_of(request.form)
    try:
        with console.campaign.writing() as session:
            campaign = drafts.save(
                session, month=name, content=content, by=me.email, now=console.now, base=base
            )
            working.drop(session, month=name, email=me.email)
    except Overtaken:
        keep_posted(name, me.email)
        return _compare(name, 409)
    except BadInput as error:
        keep_posted(name, me.email)
        return _page(name, error), 422
    flash(SAVED.format(campaign.version))
    return redirect(url_for("campaigns.show", name=name), code=303)


def _keep(session: Session, name: str, email: str, content: Content) -> None:
    working.keep(
        session,
        month=name,
        email=email,
        base=write_form.base_of(request.form),
        content=content,
        now=here().now,
    )


def _page(name: str, error: BadInput | None = None) -> str:
    console, me = here(), sessions.signed_in()
    with console.campaign.reading() as session:
        return render_template(
            "console/write.html",
            editor=editor.load(session, name, email=me.email, now=console.now),
            library=starters.library(),
            error=error,
            view=message_views.chosen(request.args.get("view", "")),
            views=message_views.VIEWS,
            sender=console.settings.from_address,
            now=console.now,
        )


def _compare(name: str, status: int) -> ResponseReturnValue:
    console, me = here(), sessions.signed_in()
    with console.campaign.reading() as session:
        shown = editor.load(session, name, email=me.email, now=console.now)
        if shown.overtaken is None:
            return redirect(url_for("write.show", name=name), code=303)
        theirs, mine = Content.from_json(shown.overtaken.content), shown.review.content
        page = render_template(
            "console/meanwhile.html",
            editor=shown,
            theirs=theirs,
            mine=mine,
            changes=differences.compare(theirs, mine),
            now=console.now,
        )
    return page, status
