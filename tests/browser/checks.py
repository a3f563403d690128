"""axe-core and html-validate: npm packages outside the repository, see `tests/browser/install`."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.conftest import skip_or_fail

FOLDER = Path(os.environ.get("CHECKIN_CHECKS_DIR") or Path.home() / ".cache/checkin/checks")
CONFIG = Path(__file__).parent / "htmlvalidate.json"
AXE = FOLDER / "node_modules/axe-core/axe.min.js"
HTML_VALIDATE = FOLDER / "node_modules/html-validate/bin/html-validate.mjs"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

LAYOUT = ["scrollable-region-focusable", "target-size"]
"""The rules that a wider window or larger text can break. Larger text needs less contrast."""

RUN_AXE = """async ([type, values]) => {
    const found = await axe.run(document, {
        runOnly: { type, values },
        resultTypes: ["violations"],
        iframes: false,
    });
    return found.violations.flatMap(rule =>
        rule.nodes.map(node => `${rule.id}: ${node.html} (${node.failureSummary})`));
}"""


def require() -> None:
    """Leave the test out where the packages or Node are missing."""
    if not (AXE.exists() and HTML_VALIDATE.exists() and shutil.which("node")):
        skip_or_fail("axe-core with html-validate (run tests/browser/install)")


def axe(page: Page, *, layout_only: bool = False) -> list[str]:
    """What axe-core finds on the page as it stands: WCAG 2.2 A and AA, and best practice.

    With `layout_only` it looks for what another size can change on a page that it has been over.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe_source())
    found: list[str] = page.evaluate(RUN_AXE, ["rule", LAYOUT] if layout_only else ["tag", RULES])
    return found


def html_validate(pages: Mapping[str, str]) -> list[str]:
    """What html-validate finds in these documents, each finding with its page's name."""
    with TemporaryDirectory() as folder:
        names = {}
        findings = Path(folder, "findings.json")
        for number, (name, html) in enumerate(pages.items()):
            file = Path(folder, f"{number}.html")
            file.write_text(html, encoding="utf-8")
            names[str(file)] = name
        run = subprocess.run(
            ["node", HTML_VALIDATE, "--config", CONFIG, "--formatter", f"json={findings}", *names],
            capture_output=True,
            text=True,
            timeout=60,
        )
        if run.stderr.strip():
            raise RuntimeError(run.stderr)
        reported = json.loads(findings.read_text(encoding="utf-8"))
    return [
        f"{names[file['filePath']]}: line {found['line']}: {found['ruleId']}: {found['message']}"
        for file in reported
        for found in file["messages"]
    ]


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")
