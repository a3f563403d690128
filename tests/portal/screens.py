"""Photograph the tenants' pages, on a phone and on a desktop, light and dark.

    .venv/bin/python -m tests.portal.screens docs/screens

They show a fictional tenant on a database made for the photographs and thrown away.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.browser.small_png import small
from tests.portal.every_page import PLACES, paths_of
from tests.portal.site import PortalSite, build

PHONE, DESKTOP = ViewportSize(width=360, height=640), ViewportSize(width=1000, height=640)
ON_PHONES = (
    "question",
    "several",
    "at-fault",
    "check",
    "sharing-yes",
    "sent",
    "real",
    "fresh-link",
    "fresh-link-sent",
    "stop",
    "stopped",
    "closed",
    "data-ask",
    "data-code",
    "data-held",
    "data-change",
    "data-sure",
)
ON_DESKTOPS = ("question", "check", "stop", "data-held")
IN_THE_DARK = ("several",)
IN_WELSH = ("question",)


def main(folder: Path) -> None:
    """Write portal-NAME-phone.png, and for some pages -desktop, -dark and -welsh, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        site = stack.enter_context(throwaway_portal())
        address = stack.enter_context(serving(site.app))
        browser = stack.enter_context(chromium())
        for kind, names in (
            ("phone", ON_PHONES),
            ("desktop", ON_DESKTOPS),
            ("dark", IN_THE_DARK),
            ("welsh", IN_WELSH),
        ):
            _photograph(site, browser, address, folder, kind, names)


@contextmanager
def throwaway_portal() -> Iterator[PortalSite]:
    with tempfile.TemporaryDirectory() as name:
        side = Side("platform", f"sqlite:///{name}/platform.db")
        upgrade_side(side)
        database = Database(side.url)
        site = build(database, Path(name, "keys"))
        site.open_month("2027-01")
        yield site
        database.dispose()


def _photograph(
    site: PortalSite,
    browser: Browser,
    address: str,
    folder: Path,
    kind: str,
    names: tuple[str, ...],
) -> None:
    context = browser.new_context(
        base_url=address,
        viewport=DESKTOP if kind == "desktop" else PHONE,
        color_scheme="dark" if kind == "dark" else "light",
        locale="cy" if kind == "welsh" else "en-GB",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    for name in names:
        PLACES[name].visit(site, page, paths_of(site, f"T-{name}-{kind}"))
        picture = small(page.screenshot(full_page=True))
        (folder / f"portal-{name}-{kind}.png").write_bytes(picture)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
