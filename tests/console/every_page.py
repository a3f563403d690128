"""Each page that staff can meet, and how a person gets there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.console import fictional
from tests.console.fictional import GOING, STARTED, WRITTEN
from tests.console.site import ADMIN, ANALYST, APPROVER, AUTHOR, Site

NOBODY = ""
FORGE = """document.querySelectorAll("[name=csrf_token]").forEach(each => each.value = "x")"""


@dataclass(frozen=True)
class Place:
    """A path as `who` sees it, after filling in fields by label and pressing a button, if any.

    `forged` spoils the form's token first; `overtaken` lets a colleague save the month meanwhile.
    """

    path: str
    who: str = AUTHOR
    fill: Mapping[str, str] = field(default_factory=dict)
    press: str = ""
    forged: bool = False
    overtaken: str = ""

    def visit(self, site: Site, page: Page) -> None:
        """Go there; `page` is that person's own."""
        page.goto(site.link(AUTHOR) if self.path == "LINK" else self.path)
        for label, words in self.fill.items():
            page.get_by_label(label, exact=True).fill(words)
        if self.forged:
            page.evaluate(FORGE)
        if self.overtaken:
            with site.campaign.writing() as session:
                fictional.overtake(session, self.overtaken)
        if self.press:
            with page.expect_navigation():
                page.get_by_role("button", name=self.press, exact=True).first.click()


def _month(name: str, more: str = "") -> str:
    return f"/campaigns/{name}{more}"


PLACES = {
    "sign-in": Place("/sign-in", NOBODY),
    "sign-in-at-fault": Place("/sign-in", NOBODY, {"Email address": "me"}, "Send me a link"),
    "sign-in-sent": Place("/sign-in", NOBODY, {"Email address": AUTHOR}, "Send me a link"),
    "sign-in-accept": Place("LINK", NOBODY),
    "sign-in-over": Place("/sign-in/altered", NOBODY),
    "nowhere-signed-out": Place("/nowhere", NOBODY),
    "year": Place("/"),
    "year-of-an-analyst": Place("/", ANALYST),
    "month": Place(_month(WRITTEN)),
    "month-dark": Place(_month(WRITTEN, "?view=dark"), APPROVER),
    "month-of-an-analyst": Place(_month(WRITTEN), ANALYST),
    "month-void": Place(_month(STARTED), APPROVER),
    "month-sent": Place(_month("2026-10"), ANALYST),
    "sending": Place(_month(GOING, "#sending")),
    "write": Place(_month(WRITTEN, "/write")),
    "write-with-findings": Place(
        _month(STARTED, "/write"),
        fill={"Subject": "", "Closing": "[click here](http://example.org)"},
        press="Save",
    ),
    "write-kept": Place(_month(WRITTEN, "/write")),
    "write-out-of-date": Place(_month(WRITTEN, "/write"), press="Save", forged=True),
    "write-overtaken": Place(_month(WRITTEN, "/write"), press="Save", overtaken=WRITTEN),
    "time": Place(_month(STARTED, "/time")),
    "time-at-fault": Place(
        _month(STARTED, "/time"),
        fill={"It may be late by, hours": "0"},
        press="Save the time",
    ),
    "versions": Place(_month(WRITTEN, "/versions")),
    "version": Place(_month(WRITTEN, "/versions/1")),
    "version-compared": Place(_month(WRITTEN, "/versions/2"), ANALYST),
    "approve": Place(_month(WRITTEN, "/approve"), APPROVER),
    "approve-too-late": Place(_month("2026-10", "/approve"), APPROVER),
    "pause": Place(_month(GOING, "/pause"), ADMIN),
    "cancel": Place(_month(GOING, "/cancel")),
    "leave-unknown": Place(_month(GOING, "/leave-unknown"), APPROVER),
    "resume-sending": Place("/sending/resume"),
    "series": Place("/series"),
    "series-of-an-analyst": Place("/series", ANALYST),
    "series-shown": Place("/series", fill={"At": "09:30"}, press="Show the dates"),
    "series-at-fault": Place("/series", fill={"At": "25:00"}, press="Save this rule"),
    "reports": Place("/reports", ANALYST),
    "reports-month": Place("/reports/2026-10", ANALYST),
    "reports-none": Place("/reports/2026-09", ANALYST),
    "suppressions": Place("/suppressions?kind=manual"),
    "suppressions-found": Place(
        "/suppressions", fill={"Email address": "tenant-007@example.org"}, press="Find"
    ),
    "suppressions-at-fault": Place(
        "/suppressions", fill={"Email address": "tenant"}, press="Add by hand"
    ),
    "audit": Place("/audit"),
    "audit-of-nobody": Place("/audit?month=2031-01", APPROVER),
    "staff": Place("/staff", ADMIN),
    "staff-at-fault": Place("/staff", ADMIN, {"Email address": "me"}, "Add"),
    "sign-out-everywhere": Place("/sign-out-everywhere"),
    "stale-form": Place("/suppressions", press="Find", forged=True),
    "not-for-this-role": Place("/staff"),
    "nowhere": Place("/nowhere"),
    "sample-link": Place("/sample-link", NOBODY),
}
