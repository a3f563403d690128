"""The API for the platform, `/api/v1`.

Every call is idempotent: repeating a PUT or a DELETE changes nothing more. Lists are paged by an
increasing cursor, so that nothing is missed or repeated while rows are added.
"""

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from portal.api import document, incoming, problems, roster, shapes, versions
from portal.api.access import housing_association, reader
from portal.api.document import Answer, operation
from portal.api.shapes import (
    ChangePage,
    ComplaintIn,
    ComplaintOut,
    Paging,
    PatchQuery,
    RepliesOut,
    RosterOut,
    RosterProblem,
    RosterQuery,
    SubmittedPage,
    TenantIn,
    TenantOut,
    TenantPage,
)
from portal.context import portal
from replies import openings, submissions
from tenants.api_tokens import Scope
from tenants.complaints import register as complaints
from tenants.models import Tenant
from tenants.rights import account_page, evidence, rights
from tenants.roster import upsert
from tenants.roster.json_lines import TenantLine, TenantPatch

pages = Blueprint("api", __name__, url_prefix=problems.PREFIX)
problems.handle(pages)

SOURCE = "api"
READ, WRITE = Scope.TENANTS_READ, Scope.TENANTS_WRITE
TENANT = {200: TenantOut}


def register(app: Flask) -> None:
    """Add the API to an application."""
    problems.register(app)
    app.register_blueprint(pages)


@pages.get("/openapi.json")
def openapi() -> Response:
    return jsonify(document.openapi_of(current_app))


@pages.put("/roster")
@operation(
    "putRoster",
    WRITE,
    {200: RosterOut, 422: RosterProblem},
    query=RosterQuery,
    lines={roster.CSV: "A header, then a tenant a row.", roster.JSON_LINES: TenantLine},
    fails=(409, 412),
)
def put_roster(query: RosterQuery) -> Answer:
    """Bring the roster in step, as an import does"""
    return roster.put(query, source=SOURCE)


@pages.patch("/roster")
@operation(
    "patchRoster",
    WRITE,
    {200: RosterOut, 422: RosterProblem},
    query=PatchQuery,
    lines={roster.JSON_LINES: TenantPatch},
    fails=(412,),
)
def patch_roster(query: PatchQuery) -> Answer:
    """Change some fields of many tenants; nobody is created"""
    return roster.patch(query)


@pages.get("/tenants")
@operation("listTenants", READ, {200: TenantPage}, query=Paging)
def tenants(query: Paging) -> Answer:
    """List tenants in the order they were added"""
    later = select(Tenant).where(Tenant.id > query.cursor).order_by(Tenant.id)
    with portal().platform.reading() as session:
        rows = session.scalars(later.limit(query.limit + 1)).all()
    return TenantPage.of(rows, query, cursor=lambda row: row.id, shown=shapes.tenant)


@pages.get("/tenants/<ref>")
@operation("readTenant", READ, TENANT, fails=(404,))
def tenant(ref: str) -> Answer:
    """One tenant"""
    with portal().platform.reading() as session:
        return _shown(_known(session, ref))


@pages.put("/tenants/<ref>")
@operation("putTenant", WRITE, {200: TenantOut, 201: TenantOut}, takes=TenantIn, fails=(412,))
def put_tenant(ref: str, json: TenantIn) -> Answer:
    """Create or update a tenant; no stop is lifted"""
    row = incoming.row(ref, json)
    with portal().platform.writing() as session:
        known = upsert.find(session, ref)
        versions.hold(shapes.tenant(known) if known else None)
        kept, is_new = upsert.upsert(session, row, now=portal().clock(), source=SOURCE)
        return _shown(kept, 201 if is_new else 200)


@pages.delete("/tenants/<ref>")
@operation("eraseTenant", WRITE, {204: None}, fails=(404, 412))
def erase(ref: str) -> Answer:
    """Erase a tenant, the replies and their key"""
    ref = incoming.known_ref(ref)
    with portal().platform.writing() as session:
        try:
            found = rights.find(session, ref)
        except NotFound:
            return Response(status=204)
        versions.hold(shapes.tenant(found))
        rights.erase(session, found, now=portal().clock(), source=SOURCE)
    return Response(status=204)


@pages.put("/tenants/<ref>/stop")
@operation("stop", WRITE, TENANT, fails=(404, 412))
def stop(ref: str) -> Answer:
    """No more monthly emails"""
    return _exercise(ref, rights.stop)


@pages.delete("/tenants/<ref>/stop")
@operation("unstop", WRITE, TENANT, fails=(404, 412))
def unstop(ref: str) -> Answer:
    """End a stop and a pause"""
    return _exercise(ref, rights.resume)


@pages.put("/tenants/<ref>/pause")
@operation("pause", WRITE, TENANT, fails=(404, 412))
def pause(ref: str) -> Answer:
    """No emails for three months"""
    return _exercise(ref, rights.pause)


@pages.delete("/tenants/<ref>/pause")
@operation("unpause", WRITE, TENANT, fails=(404, 412))
def unpause(ref: str) -> Answer:
    """End a stop and a pause"""
    return _exercise(ref, rights.resume)


@pages.put("/tenants/<ref>/restriction")
@operation("restrict", WRITE, TENANT, fails=(404, 412))
def restrict(ref: str) -> Answer:
    """Restrict processing of a tenant's data"""
    return _exercise(ref, rights.restrict)


@pages.delete("/tenants/<ref>/restriction")
@operation("unrestrict", WRITE, TENANT, fails=(404, 412))
def unrestrict(ref: str) -> Answer:
    """Lift a restriction of processing"""
    return _exercise(ref, rights.unrestrict)


@pages.put("/tenants/<ref>/objection")
@operation("object", WRITE, TENANT, fails=(404, 412))
def object_(ref: str) -> Answer:
    """Leave a tenant out of statistics"""
    return _exercise(ref, rights.object_)


@pages.delete("/tenants/<ref>/objection")
@operation("unobject", WRITE, TENANT, fails=(404, 412))
def unobject(ref: str) -> Answer:
    """Withdraw an objection to statistics"""
    return _exercise(ref, rights.unobject)


@pages.get("/tenants/<ref>/replies")
@operation("readReplies", Scope.REPLIES_READ, {200: RepliesOut}, fails=(404, 503))
def replies(ref: str) -> Answer:
    """A tenant's replies, for their own account page only; each reading is logged"""
    with portal().platform.writing() as session:
        found, now = _known(session, ref), portal().clock()
        held = account_page.read_replies(session, portal().vault, found, reader=reader(), now=now)
        return RepliesOut.model_validate(
            {
                "replies": held,
                "openings": [
                    {"month": row.month, "reason": row.reason, "opened_at": row.opened_at}
                    for row in openings.of_tenant(session, found.id)
                ],
            }
        )


@pages.get("/submitted")
@operation("listSubmitted", Scope.SUBMITTED_READ, {200: SubmittedPage}, query=Paging, fails=(503,))
def submitted(query: Paging) -> Answer:
    """Replies expressly submitted to the association of the token; what was taken back is gone"""
    with portal().platform.reading() as session:
        rows = submissions.listed(
            session,
            portal().vault,
            housing_association=housing_association(),
            after=query.cursor,
            limit=query.limit + 1,
            leaving_out=session.scalars(select(Tenant.id).where(Tenant.restricted)).all(),
        )
        refs = _refs(session, [row.tenant_id for row in rows])
    return SubmittedPage.of(
        rows,
        query,
        cursor=lambda row: row.cursor,
        shown=lambda row: shapes.submitted(row, refs[row.tenant_id]),
    )


@pages.get("/changes")
@operation("listChanges", Scope.CHANGES_READ, {200: ChangePage}, query=Paging)
def changes(query: Paging) -> Answer:
    """What changed for which tenant; never an answer"""
    with portal().platform.reading() as session:
        rows = evidence.entries_after(session, query.cursor, limit=query.limit + 1)
    ring = portal().link_keys.current()
    return ChangePage.of(
        rows, query, cursor=lambda row: row.id, shown=partial(shapes.change, keys=ring)
    )


@pages.put("/complaints/<key>")
@operation(
    "putComplaint",
    Scope.COMPLAINTS_WRITE,
    {200: ComplaintOut},
    takes=ComplaintIn,
)
def put_complaint(key: str, json: ComplaintIn) -> Answer:
    """Take in a complaint under a key of the platform's; sent again, it shows how that stands"""
    with portal().platform.writing() as session:
        found = complaints.receive(
            session,
            address=json.address,
            text=json.text,
            source=SOURCE,
            language=json.language,
            key=key,
            now=portal().clock(),
        )
        return ComplaintOut.model_validate(found, from_attributes=True)


def _exercise(ref: str, right: Callable[..., object]) -> Answer:
    with portal().platform.writing() as session:
        found = _known(session, ref)
        versions.hold(shapes.tenant(found))
        right(session, found, now=portal().clock(), source=SOURCE)
        return _shown(found)


def _shown(row: Tenant, status: int = 200) -> Answer:
    shown = shapes.tenant(row)
    return shown, status, versions.headers(shown)


def _known(session: Session, ref: str) -> Tenant:
    return rights.find(session, incoming.known_ref(ref))


def _refs(session: Session, ids: Sequence[int]) -> dict[int, str]:
    found = select(Tenant.id, Tenant.tenant_ref).where(Tenant.id.in_(ids))
    return dict(session.execute(found).all())
