"""The email in every mail program: what Can I email says of its styles, and SpamAssassin of all."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from campaigns.content import preview
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.writing import samples
from tests.browser.checks import FOLDER
from tests.conftest import skip_or_fail
from tests.content.samples import MONTH

DATA = FOLDER / "node_modules/caniemail/data/caniemail.json"
PROGRAMS = ("apple-mail", "gmail", "outlook", "samsung-email", "thunderbird", "yahoo")
LARGEST_SCORE = 1.5
LARGEST_KB = 40
ARGUED = {
    "border-radius": "Outlook for Windows draws square corners; nothing else hangs on them",
    "body": "webmail makes it a div; the colours stand on the table inside it too",
    "max-height": "the preheader's only",
    "height": "the badge's only, which its line height makes as tall",
    "overflow": "the preheader's only",
    "style": "small screens and dark mode only; whatever has to be there is on the element",
    "text-wrap": "only balances the button's two lines",
    "word-break": "only breaks a long address that an author wrote out",
}
"""Properties and elements that a program ignores, and why the email is whole without them."""


class _Styles(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.properties: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for rule in (dict(attrs).get("style") or "").split(";"):
            self.properties.add(rule.partition(":")[0].strip())


@pytest.fixture(
    scope="module", params=[samples.sample_content, samples.bilingual_content], ids=["en", "both"]
)
def message(request: pytest.FixtureRequest) -> CompiledMessage:
    return compile_message(request.param(MONTH), MONTH)


def test_every_style_and_element_is_taken_everywhere_or_argued_for(
    message: CompiledMessage,
) -> None:
    if not DATA.exists():
        skip_or_fail("caniemail (run tests/browser/install)")
    features = {each["slug"]: each["stats"] for each in json.loads(DATA.read_text())["data"]}
    used = _Styles()
    used.feed(message.html)

    ignored = {
        name
        for kind, names in (("css", used.properties), ("html", used.tags))
        for name in names
        if any(_ignoring(features.get(f"{kind}-{name}", {})))
    }
    assert set(ARGUED) == ignored


def _ignoring(stats: dict[str, dict[str, dict[str, str]]]) -> Iterator[str]:
    """The programs whose newest version tested does nothing with a feature."""
    for program in PROGRAMS:
        for platform, versions in stats.get(program, {}).items():
            if list(versions.values())[-1].startswith("n"):
                yield f"{program} {platform}"


def test_spamassassin_lets_the_email_through(message: CompiledMessage, tmp_path: Path) -> None:
    if shutil.which("spamassassin") is None:
        skip_or_fail("spamassassin")
    *_, mail = preview.write(
        message,
        tmp_path / "mail",
        portal_url="https://portal.example.org",
        from_address="rent-flex check-in <check-in@example.org>",
        reply_to="replies@example.org",
    )
    looked = subprocess.run(
        ["spamassassin", "-L", "-t", "-p", "/dev/null"],
        input=mail.read_bytes(),
        capture_output=True,
        env={"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(tmp_path)},
        timeout=300,
        check=True,
    ).stdout.decode(errors="replace")
    score = re.search(r"^X-Spam-Status: .*score=(-?[0-9.]+)", looked, re.MULTILINE)
    assert score
    print(f"SpamAssassin: {score[1]}")
    assert float(score[1]) <= LARGEST_SCORE


def test_the_email_stays_small(message: CompiledMessage) -> None:
    assert len(message.html.encode()) + len(message.text.encode()) < LARGEST_KB * 1024
