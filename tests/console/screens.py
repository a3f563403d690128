"""Photograph the console's pages, on a desktop and on a phone, light and dark.

    .venv/bin/python -m tests.console.screens docs/screens

They show a fictional year on a database made for the photographs and thrown away.
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
from tests.console import fictional
from tests.console import site as sites
from tests.console.every_page import PLACES
from tests.console.site import ConsoleSite

DESKTOP, PHONE = ViewportSize(width=1200, height=860), ViewportSize(width=390, height=760)
ON_DESKTOPS = (
    "audit",
    "sign-in",
    "year",
    "month",
    "write",
    "version-compared",
    "approve",
    "sending",
    "series",
    "suppressions-found",
    "write-with-findings",
    "write-together",
)
ON_PHONES = ("year", "write", "sending")
IN_THE_DARK = ("year", "sending")


def main(folder: Path) -> None:
    """Write console-NAME-desktop.png, and for some pages -phone and -dark, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, names in (("phone", ON_PHONES), ("dark", IN_THE_DARK), ("desktop", ON_DESKTOPS)):
        with ExitStack() as stack:
            site = stack.enter_context(_console())
            address = stack.enter_context(serving(site.app))
            browser = stack.enter_context(chromium())
            _photograph(site, browser, address, folder, kind, names)


@contextmanager
def _console() -> Iterator[ConsoleSite]:
    with tempfile.TemporaryDirectory() as name:
        side = Side("campaign", f"sqlite:///{name}/campaign.db")
        upgrade_side(side)
        database = Database(side.url)
        site = sites.build(database, Path(name), fictional.NOW)
        fictional.fill(site)
        yield site
        database.dispose()


def _photograph(
    site: ConsoleSite,
    browser: Browser,
    address: str,
    folder: Path,
    kind: str,
    names: tuple[str, ...],
) -> None:
    for name in names:
        place = PLACES[name]
        context = browser.new_context(
            base_url=address,
            viewport=PHONE if kind == "phone" else DESKTOP,
            color_scheme="dark" if kind == "dark" else "null",
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if place.who:
            page.goto(site.link(place.who))
            page.get_by_role("button", name="Sign in").click()
        place.visit(site, page)
        page.wait_for_load_state("networkidle")
        (folder / f"console-{name}-{kind}.png").write_bytes(small(page.screenshot()))
        context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
