"""The API for the platform, `/api/v1`: the only way in besides the command line.

Every call is idempotent: a PUT or a DELETE sent again changes nothing more. Lists are paged by a
cursor that grows, so that nothing is missed or seen twice while rows are added.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Blueprint, Flask, Response, jsonify
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from portal.api import document, incoming, problems, shapes
from portal.api.access import Answer, housing_association, needs
from portal.context import portal
from replies import openings, reading, submissions
from tenants.api_tokens import Scope
from tenants.models import RightsEntry, Tenant
from tenants.rights import evidence, export, rights
from tenants.roster import upsert

pages = Blueprint("api", __name__, url_prefix=problems.PREFIX)
problems.handle(pages)

SOURCE = "api"
Row = TypeVar("Row")


def register(app: Flask) -> None:
    """Add the API to the portal's process."""
    problems.register(app)
    app.register_blueprint(pages)


@pages.get("/openapi.json")
def openapi() -> Response:
    return jsonify(document.DOCUMENT)


@pages.get("/tenants")
@needs(Scope.TENANTS_READ)
def tenants() -> Answer:
    after, limit = incoming.paging()
    found = select(Tenant).where(Tenant.id > after).order_by(Tenant.id).limit(limit + 1)
    with portal().platform.reading() as session:
        rows = session.scalars(found).all()
        return _page(rows, limit, after, cursor=lambda row: row.id, shown=_shown)


@pages.get("/tenants/<ref>")
@needs(Scope.TENANTS_READ)
def tenant(ref: str) -> Answer:
    with portal().platform.reading() as session:
        return _tenant(_known(session, ref))


@pages.put("/tenants/<ref>")
@needs(Scope.TENANTS_WRITE)
def put_tenant(ref: str) -> Answer:
    row = incoming.tenant(ref)
    with portal().platform.writing() as session:
        kept, is_new = upsert.upsert(session, row, now=portal().clock(), source=SOURCE)
        return _tenant(kept), 201 if is_new else 200


@pages.delete("/tenants/<ref>")
@needs(Scope.TENANTS_WRITE)
def erase(ref: str) -> Answer:
    ref = incoming.known_ref(ref)
    with portal().platform.writing() as session:
        try:
            found = rights.find(session, ref)
        except NotFound:
            return Response(status=204)
        rights.erase(session, found, now=portal().clock(), source=SOURCE)
    return Response(status=204)


@pages.put("/tenants/<ref>/stop")
@needs(Scope.TENANTS_WRITE)
def stop(ref: str) -> Answer:
    return _exercise(ref, rights.stop)


@pages.put("/tenants/<ref>/pause")
@needs(Scope.TENANTS_WRITE)
def pause(ref: str) -> Answer:
    return _exercise(ref, rights.pause)


@pages.delete("/tenants/<ref>/stop")
@pages.delete("/tenants/<ref>/pause")
@needs(Scope.TENANTS_WRITE)
def resume(ref: str) -> Answer:
    return _exercise(ref, rights.resume)


@pages.put("/tenants/<ref>/restriction")
@needs(Scope.TENANTS_WRITE)
def restrict(ref: str) -> Answer:
    return _exercise(ref, rights.restrict)


@pages.delete("/tenants/<ref>/restriction")
@needs(Scope.TENANTS_WRITE)
def unrestrict(ref: str) -> Answer:
    return _exercise(ref, rights.unrestrict)


@pages.put("/tenants/<ref>/objection")
@needs(Scope.TENANTS_WRITE)
def object_(ref: str) -> Answer:
    return _exercise(ref, rights.object_)


@pages.delete("/tenants/<ref>/objection")
@needs(Scope.TENANTS_WRITE)
def unobject(ref: str) -> Answer:
    return _exercise(ref, rights.unobject)


@pages.get("/tenants/<ref>/replies")
@needs(Scope.REPLIES_READ)
def replies(ref: str) -> Answer:
    with portal().platform.reading() as session:
        found = _known(session, ref)
        return _given(
            shapes.RepliesOut,
            replies=reading.held_about(session, portal().vault, found.id),
            openings=[
                {"month": row.month, "reason": row.reason, "opened_at": row.opened_at}
                for row in openings.of_tenant(session, found.id)
            ],
        )


@pages.get("/submitted")
@needs(Scope.SUBMITTED_READ)
def submitted() -> Answer:
    after, limit = incoming.paging()
    with portal().platform.reading() as session:
        rows = submissions.listed(
            session,
            portal().vault,
            housing_association=housing_association(),
            after=after,
            limit=limit + 1,
            leaving_out=_restricted(session),
        )
        refs = _refs(session, [row.tenant_id for row in rows])
        return _page(
            rows,
            limit,
            after,
            cursor=lambda row: row.cursor,
            shown=lambda row: _submitted(row, refs[row.tenant_id]),
        )


@pages.get("/changes")
@needs(Scope.CHANGES_READ)
def changes() -> Answer:
    after, limit = incoming.paging()
    with portal().platform.reading() as session:
        rows = evidence.after(session, after, limit=limit + 1)
        return _page(rows, limit, after, cursor=lambda row: row.id, shown=_change)


def _exercise(ref: str, right: Callable[..., object]) -> Answer:
    with portal().platform.writing() as session:
        found = _known(session, ref)
        right(session, found, now=portal().clock(), source=SOURCE)
        return _tenant(found)


def _known(session: Session, ref: str) -> Tenant:
    return rights.find(session, incoming.known_ref(ref))


def _restricted(session: Session) -> Sequence[int]:
    return session.scalars(select(Tenant.id).where(Tenant.restricted)).all()


def _refs(session: Session, ids: Sequence[int]) -> dict[int, str]:
    found = select(Tenant.id, Tenant.tenant_ref).where(Tenant.id.in_(ids))
    return dict(session.execute(found).all())


def _page(
    rows: Sequence[Row],
    limit: int,
    after: int,
    *,
    cursor: Callable[[Row], int],
    shown: Callable[[Row], BaseModel],
) -> Response:
    """The first `limit` of `rows`; one more than that tells that there are more."""
    page = rows[:limit]
    return jsonify(
        items=[shown(row).model_dump(mode="json") for row in page],
        next=str(cursor(page[-1]) if page else after),
        has_more=len(rows) > limit,
    )


def _tenant(row: Tenant) -> Response:
    return jsonify(_shown(row).model_dump(mode="json"))


def _shown(row: Tenant) -> shapes.TenantOut:
    return shapes.TenantOut.model_validate(export.facts(row))


def _submitted(row: submissions.Submitted, ref: str) -> shapes.SubmittedOut:
    return shapes.SubmittedOut(
        tenant_ref=ref,
        month=row.month,
        submitted_on=row.submitted_on,
        answers=row.answers,
        in_words=[
            shapes.InWords(question=question, answers=list(labels))
            for question, labels in row.in_words
        ],
    )


def _change(row: RightsEntry) -> shapes.ChangeOut:
    return shapes.ChangeOut(
        tenant_ref=row.tenant_ref or "", action=row.action, source=row.source, done_at=row.done_at
    )


def _given(shape: type[BaseModel], **content: object) -> Response:
    return jsonify(shape.model_validate(content).model_dump(mode="json"))
