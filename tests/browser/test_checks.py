"""The checks themselves: a page full of mistakes is not passed."""

import pytest

from tests.browser import checks
from tests.browser.chromium import chromium

BAD = "<p style='color:#eee;background:#fff'>Pale</p><img src=x><fieldset><input></fieldset>"


@pytest.mark.browser
def test_the_checks_find_what_is_wrong() -> None:
    checks.require()
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(BAD)
        rules = {finding.partition(":")[0] for finding in checks.axe(page)}
        found = checks.html_validate({"bad": page.content()})
    assert {"color-contrast", "image-alt", "label", "html-has-lang"} <= rules
    assert any("wcag/h71" in finding for finding in found)
