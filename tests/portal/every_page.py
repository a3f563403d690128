"""Each page a tenant can meet, and how to get there."""

from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Page

from links import keys
from links.signing import Purpose
from replies import intake
from replies.vault.sealing import open_vault
from tenants.rights import data_sessions, rights
from tests.browser.chromium import Fields, post
from tests.portal.reader import Reader
from tests.portal.site import (
    A_FULL_REPLY,
    AFTER_CLOSING,
    DAY,
    MONTH,
    NOTHING_CHANGED,
    SENT,
    PortalSite,
)

ASK = {"ask": "fresh-link"}
TOPICS: Fields = {"changed": "yes", "step": "changed", "go": "on"}
MANY: Fields = {**A_FULL_REPLY, "step": "benefits", "go": "change-benefits-which"}
AT_FAULT: Fields = {"changed": "yes", "topics": ["work"], "step": "work", "go": "on"}
INSIDE: Fields = {"step": "held", "visit": "{visit}"}
WRONG: Fields = {**INSIDE, **A_FULL_REPLY, "at": "topics", "topics": ["work", "not-said"]}
SHOWN: Fields = {**SENT, "show": "yes", "contact": ["text"], "left-out": ["benefits"]}
UNDO = f"{DAY.isoformat()} x"
CHECK: Fields = {**A_FULL_REPLY, "step": "support", "go": "on"}


@dataclass(frozen=True)
class PortalPage:
    """A path, or the form sent to it; `{reply}` and `{stop}` stand for a fresh tenant's links.

    In the form `{code}` and `{visit}` are the tokens of “your data”, before and after the code.
    """

    path: str
    fields: Fields | None = None
    now: datetime = DAY

    def visit(self, site: PortalSite, page: Page, paths: dict[str, str]) -> None:
        """Go there. The paths are a tenant's own, see `paths_of`."""
        site.now = DAY
        path = self.path.format(**paths)
        site.now = self.now
        if self.fields is None:
            page.goto(path)
        else:
            post(page, path, _filled_in(self.fields, site, paths))


PLACES = {
    "question": PortalPage("{reply}"),
    "topics": PortalPage("{reply}", TOPICS),
    "several": PortalPage("{reply}", MANY),
    "at-fault": PortalPage("{reply}", AT_FAULT),
    "check": PortalPage("{reply}", CHECK),
    "sharing": PortalPage("{reply}", {**A_FULL_REPLY, "step": "check", "go": "send"}),
    "sharing-yes": PortalPage("{reply}", {**SHOWN, "go": "language-en"}),
    "sharing-at-fault": PortalPage("{reply}", {**SHOWN, "contact": []}),
    "sent": PortalPage("{reply}", SHOWN),
    "not-shown": PortalPage("{reply}", SENT),
    "nothing-changed": PortalPage("{reply}", NOTHING_CHANGED),
    "taken-back": PortalPage("{reply}", {"undo": UNDO, "do": "take-back"}),
    "deleted": PortalPage("{reply}", {"undo": UNDO, "do": "delete"}),
    "sent-bare": PortalPage("/sent"),
    "real": PortalPage("/"),
    "fresh-link": PortalPage("{reply}", ASK),
    "fresh-link-sent": PortalPage("{reply}", {**ASK, "by-email": "yes"}),
    "stop": PortalPage("{stop}"),
    "stop-at-fault": PortalPage("{stop}", {}),
    "stopped": PortalPage("{stop}", {"choice": "stop"}),
    "privacy": PortalPage("/privacy"),
    "complain": PortalPage("/complain"),
    "complain-at-fault": PortalPage("/complain", {"address": "nobody"}),
    "complained": PortalPage("/complain", {"address": "nobody@example.org", "text": "Wrong."}),
    "altered": PortalPage("/r/altered"),
    "closed": PortalPage("{reply}", now=AFTER_CLOSING),
    "nowhere": PortalPage("/nowhere"),
    "data-ask": PortalPage("/data"),
    "data-ask-at-fault": PortalPage("/data", {"step": "address", "address": "nobody"}),
    "data-code": PortalPage("/data", {"step": "address", "address": "nobody@example.org"}),
    "data-code-at-fault": PortalPage("/data", {"step": "code", "visit": "{code}", "code": "1"}),
    "data-held": PortalPage("/data", INSIDE),
    "data-done": PortalPage("/data", {**INSIDE, "do": "stop"}),
    "data-change": PortalPage("/data", {**INSIDE, "do": f"change:{MONTH}"}),
    "data-change-question": PortalPage("/data", {**WRONG, "do": f"change:{MONTH}:change-benefits"}),
    "data-change-at-fault": PortalPage("/data", {**WRONG, "do": f"change:{MONTH}:on"}),
    "data-show": PortalPage("/data", {**INSIDE, "do": f"show:{MONTH}"}),
    "data-show-at-fault": PortalPage("/data", {**INSIDE, "at": "show", "do": f"show:{MONTH}"}),
    "data-sure": PortalPage("/data", {**INSIDE, "do": "erase"}),
    "data-sure-at-fault": PortalPage("/data", {**INSIDE, "do": f"delete:{MONTH}", "asked": "yes"}),
    "data-closed": PortalPage("/data", {**INSIDE, "do": "close"}),
    "data-erased": PortalPage("/data", {**INSIDE, "do": "erase", "sure": "yes"}),
}


def paths_of(site: PortalSite, ref: str) -> dict[str, str]:
    """The reference and the links of a new tenant."""
    link_id = site.new_link(site.new_tenant(ref))
    return {"ref": ref, "reply": site.reply_path(link_id), "stop": site.stop_path(link_id)}


def _filled_in(fields: Fields, site: PortalSite, paths: dict[str, str]) -> Fields:
    if "visit" not in fields:
        return fields
    code, visit = _inside(site, paths["ref"])
    return {**fields, "visit": str(fields["visit"]).format(code=code, visit=visit)}


def _inside(site: PortalSite, ref: str) -> tuple[str, str]:
    """Reply as this tenant, ask for two codes, and enter one: the token of the other, and of the
    page that it opened."""
    ring = keys.load(site.folder / "links")
    with site.platform.reading() as session:
        link_id = site.new_link(rights.find(session, ref).id)
    with site.platform.writing() as session:
        tenant = rights.find(session, ref)
        intake.submit(
            session,
            open_vault(str(site.folder / "vault")),
            link_id=link_id,
            answers=dict(A_FULL_REPLY),
            today=site.now.date(),
            show_to=tenant.housing_association,
        )
        waiting, asked = (
            data_sessions.request_code(session, address=tenant.email, keys=ring, now=site.now)
            for _ in range(2)
        )
    with site.platform.writing() as session:
        opened = data_sessions.enter(
            session, session_id=asked, code=Reader(site).code(), ref=ref, keys=ring, now=site.now
        )
    assert isinstance(opened, bytes)
    return site.token(Purpose.CODE, waiting), site.token(Purpose.VISIT, opened)
