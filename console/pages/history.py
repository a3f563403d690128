"""Every version of a month: who wrote it, what it changed, and a way back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns.content.fields import EMPTY, Content
from campaigns.models import Campaign, CutReason
from campaigns.planning import drafts
from campaigns.writing import differences, versions
from console import access, sessions, words
from console.context import here
from kit.errors import NotFound
from kit.months import month_name

pages = Blueprint("history", __name__, url_prefix="/campaigns/<month:name>/versions")

LAST, APPROVED = "last-month", "approved"


@pages.get("")
@access.allow(access.EVERY_ROLE)
def show(name: str) -> str:
    """The list, the newest first."""
    with here().campaign.reading() as session:
        campaign = versions.find(session, name)
        return render_template(
            "console/versions.html",
            campaign=campaign,
            drafts=versions.history(session, campaign),
            cuts=words.CUTS,
            now=here().now,
        )


@pages.get("/<int:version>")
@access.allow(access.EVERY_ROLE)
def one(name: str, version: int) -> str:
    """One version against the one before it, another one, last month's or the last approved."""
    with here().campaign.reading() as session:
        campaign = versions.find(session, name)
        draft = versions.get(session, campaign, version)
        against, old = _other(session, campaign, version)
        return render_template(
            "console/version.html",
            campaign=campaign,
            draft=draft,
            against=against,
            chosen=request.args.get("against", ""),
            versions=[each.version for each in versions.history(session, campaign)],
            changes=differences.compare(
                old, Content.from_json(draft.content), versions.question_titles(session)
            ),
            now=here().now,
        )


@pages.post("/<int:version>/restore")
@access.allow(access.WRITING)
def restore(name: str, version: int) -> Response:
    """Save an old version's text as the newest; the ones between stay in the history."""
    console = here()
    with console.campaign.writing() as session:
        campaign = versions.find(session, name)
        content = Content.from_json(versions.get(session, campaign, version).content)
        saved = drafts.save(
            session,
            month=name,
            content=content,
            by=sessions.signed_in().email,
            now=console.now,
            because=CutReason.RESTORED,
        )
    flash(f"Version {saved.version} is the text of version {version} again.")
    return redirect(url_for("campaigns.show", name=name), code=303)


def _other(session: Session, campaign: Campaign, version: int) -> tuple[str, Content]:
    """What to compare with, and what a person calls it."""
    wanted = request.args.get("against", "")
    if wanted in {LAST, APPROVED}:
        return _earlier_month(session, campaign.month, wanted)
    other = int(wanted) if wanted.isdecimal() else version - 1
    if other < 1:
        return "", EMPTY
    return f"version {other}", Content.from_json(versions.get(session, campaign, other).content)


def _earlier_month(session: Session, month: str, wanted: str) -> tuple[str, Content]:
    find = versions.before if wanted == LAST else versions.approved_before
    found = find(session, month)
    if found is None:
        raise NotFound("There is no earlier month to compare with.")
    return month_name(found[0]), found[1]
