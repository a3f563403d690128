"""A real Chromium at a web application that listens on a free port."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kit import web_server
from tests.conftest import skip_or_fail

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-lcd-text",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
BODY_MAX = 64 * 1024 * 1024

Fields = Mapping[str, str | Sequence[str]]

SUBMIT = """fields => {
    const form = document.createElement("form");
    form.method = "post";
    for (const [name, value] of fields) {
        const input = document.createElement("input");
        [input.type, input.name, input.value] = ["hidden", name, value];
        form.append(input);
    }
    document.body.append(form);
    form.submit();
}"""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application's address while the block runs; it is served as it is in production."""
    server = web_server.bind(app, host="127.0.0.1", port=0, body_max=BODY_MAX)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed afterwards; leaves the test out where there is none."""
    if not CHROMIUM.exists():
        skip_or_fail("Chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def post(page: Page, path: str, fields: Fields) -> None:
    """Send a form to `path` from a page of the same site, and wait for the answer."""
    page.goto(path)
    pairs = [
        (name, value)
        for name, given in fields.items()
        for value in ([given] if isinstance(given, str) else given)
    ]
    with page.expect_navigation():
        page.evaluate(SUBMIT, pairs)
