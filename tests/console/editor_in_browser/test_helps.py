"""The helps with writing: marks, links, what is pasted, and one-press repairs."""

import pytest
from playwright.sync_api import Page, expect

from tests.chaos import processes
from tests.console.editing import saved
from tests.console.site import ConsoleSite
from tests.content.clipboard import OUTLOOK, SAMPLES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

PASTE = """([html, text]) => {
    const box = document.querySelector("#closing"), data = new DataTransfer();
    box.focus();
    data.setData("text/html", html);
    data.setData("text/plain", text);
    const event = { clipboardData: data, bubbles: true, cancelable: true };
    const isTaken = !box.dispatchEvent(new ClipboardEvent("paste", event));
    if (!isTaken) document.execCommand("insertText", false, text);
}"""


def test_ctrl_z_undoes_the_toolbar(page: Page) -> None:
    page.fill("#closing", "")
    page.click("#closing")
    page.keyboard.type("Thank you.")
    page.keyboard.press("Control+A")
    bar = page.get_by_role("group", name="Marks for Closing")
    bar.get_by_role("button", name="Bold").click()
    assert "**Thank you.**" == page.input_value("#closing")
    page.keyboard.press("Control+Z")
    assert "Thank you." == page.input_value("#closing")


def test_thirty_clipboards_are_pasted_as_text_and_taken_back(page: Page) -> None:
    for sample in SAMPLES:
        page.fill("#closing", "")
        page.evaluate(PASTE, [sample.html, "plain words"])
        assert sample.text == page.input_value("#closing"), sample.name
    page.keyboard.press("Control+Z")
    assert SAMPLES[-1].text != page.input_value("#closing")


def test_what_is_pasted_is_said_and_saved(site: ConsoleSite, page: Page) -> None:
    page.fill("#closing", "")
    page.evaluate(PASTE, [OUTLOOK[0].html, ""])
    expect(page.locator("#closing ~ [data-said]")).to_contain_text(OUTLOOK[0].said)
    processes.wait_until(lambda: saved(site).closing == OUTLOOK[0].text, "the pasted text")


def test_a_paste_without_a_line_puts_the_plain_words_in(page: Page) -> None:
    page.fill("#closing", "")
    page.context.set_offline(True)
    page.evaluate(PASTE, ["<b>Free</b> advice", "Free advice"])
    assert "Free advice" == page.input_value("#closing")


def _select(page: Page, start: int, end: int) -> None:
    page.focus("#closing")
    page.evaluate(f"document.querySelector('#closing').setSelectionRange({start}, {end})")


def test_keys_and_buttons_set_marks_and_take_them_away_again(page: Page) -> None:
    bar = page.get_by_role("group", name="Marks for Closing")
    for words, start, end, press, marked in (
        ("Ask early", 0, 3, "Control+b", "**Ask** early"),
        ("Ask early", 0, 4, "Control+b", "**Ask** early"),
        ("Ask early", 4, 9, "Control+i", "Ask *early*"),
        ("**Ask** early", 2, 5, "Control+i", "***Ask*** early"),
        ("one\ntwo", 0, 7, "Control+b", "**one**\n**two**"),
        ("one\ntwo", 0, 7, "List", "- one\n- two"),
    ):
        page.fill("#closing", words)
        _select(page, start, end)
        for wanted in (marked, words):
            if press == "List":
                bar.get_by_role("button", name=press).click()
            else:
                page.keyboard.press(press)
            if "\n" in words and press == "Control+b" and wanted == words:
                continue
            assert wanted == page.input_value("#closing")


def test_a_link_is_put_in_and_changed_by_a_dialog(page: Page) -> None:
    page.fill("#closing", "Ask StepChange first")
    _select(page, 4, 14)
    for address, written in (
        ("www.stepchange.org", "https://www.stepchange.org"),
        ("help@example.org", "mailto:help@example.org"),
        ("0800 138 1111", "tel:08001381111"),
    ):
        page.keyboard.press("Control+k")
        assert "StepChange" == page.get_by_label("Words to press").input_value()
        page.get_by_label("Address").fill(address)
        page.keyboard.press("Enter")
        expect(page.locator("#closing")).to_have_value(f"Ask [StepChange]({written}) first")
        _select(page, 6, 6)
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#closing")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#closing")).to_have_value(
        "Ask [StepChange](mailto:help@example.org) first"
    )


def test_a_finding_is_repaired_by_one_press_and_put_back(site: ConsoleSite, page: Page) -> None:
    page.fill("#closing", "Rent &amp; bills")
    page.locator("#closing-notes button").click()
    expect(page.locator("#closing")).to_have_value("Rent & bills")
    page.get_by_role("button", name="Put back").click()
    expect(page.locator("#closing")).to_have_value("Rent &amp; bills")


def test_what_a_button_could_not_do_is_said_at_once_and_not_on_the_next_page(page: Page) -> None:
    page.get_by_role("button", name="Insert").click()
    expect(page.locator("[data-status]")).to_have_text("Choose a tip from the list first.")
    page.goto("/")
    expect(page.get_by_role("heading", name="The year")).to_be_visible()
    expect(page.get_by_text("Choose a tip from the list first.")).to_have_count(0)


def test_whoever_presses_a_button_finds_themselves_where_they_go_on_writing(page: Page) -> None:
    page.fill("#subject", "Rent &amp; bills")
    page.locator("#subject-notes button").press("Enter")
    expect(page.locator("#subject")).to_be_focused()
    page.get_by_role("button", name="Put back the subject as it was").press("Enter")
    expect(page.locator("#subject")).to_have_value("Rent &amp; bills")
    expect(page.get_by_role("button", name="Put back")).to_have_count(0)
    expect(page.locator("#subject")).to_be_focused()
    page.get_by_role("button", name="Remove tip 2").press("Enter")
    page.get_by_role("button", name="Put back the tip").press("Enter")
    expect(page.locator("#tips-2-title")).to_be_focused()
    page.get_by_role("button", name="Do not ask").nth(1).press("Enter")
    page.get_by_role("button", name="Put back the question").press("Enter")
    expect(page.locator("#questions li").nth(1).get_by_role("button").first).to_be_focused()
    page.get_by_role("button", name="Add an empty tip").press("Enter")
    expect(page.locator("fieldset.tip").last.get_by_label("Title", exact=True)).to_be_focused()
