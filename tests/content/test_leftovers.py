"""What text brings along from other programs is named at its field and line."""

import email
import email.policy
from pathlib import Path

import pytest

from campaigns.checks import addresses, leftovers, rules
from campaigns.content import files, hyperlinks, preview
from campaigns.content.compile import compile_message
from kit.errors import BadInput
from tests.content.samples import MONTH, file_with

NAMED = {
    leftovers.entities: ("A &amp; B", "5&nbsp;pounds", "&pound;5", "&#163;5", "&#xA3;5"),
    leftovers.other_systems: (
        *("Dear *|FNAME|*,", "Dear ((first name)),", "Dear [Name,fallback=],", "Dear [[name]],"),
        *("Dear %%first%%,", "Dear %FIRSTNAME%,", "Dear <<Name>>,", "Dear «Name»,"),
        *("Dear ${name},", "Dear {name},", "Dear [First name],", "Dear ##name##,"),
    ),
    leftovers.broken_characters: ("Itâ€™s", "Â£5", "cafÃ©", "broken \ufffd", "â€œyesâ€\u009d"),
    leftovers.lists: (
        *("• call us", "· call us", "● call us", "▪\tcall us", "\uf0b7 call us"),
        *("– call us\n– write", "-call us\n-write", "1.Call us\n2.Write", "a) call\nb) write"),
        "(1) call\n(2) write",
    ),
    leftovers.tables: (
        *("| A | B |\n|---|---|\n| 1 | 2 |", "A | B\n--|--\n1 | 2"),
        *("A\tB\n1\t2", "| a | b |\n| c | d |"),
    ),
    leftovers.emphasis: ("~~gone~~", "_ so _", "__ so __"),
    addresses.bare: (*("www.gov,uk/benefits", "See\nhttp://a.org", "see https://localhost/x"),),
    addresses.traced: (
        "[x](https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.gov.uk%2F)",
        "[x](https://urldefense.com/v3/__https://www.gov.uk)",
        "[x](https://bit.ly/abc)",
        "[x](https://www.google.com/url?q=https://www.gov.uk)",
        "[x](https://example.org/?utm_source=news)",
        "[x](https://example.org/?fbclid=1)",
        "[x](https://example.org/?to=staff%40example.org)",
        "[x](https://example.org/?data=05%257Cstaff%2540example.org)",
    ),
}
UNNAMED = (
    *("Rent & bills are £5.", "5 * 3 = 15 and 2 * 4", "Tŷ Cymru – hello", "**read** this", "R&D;"),
    *("- call us\n- write", "1. call us\n2. write", "### Small heading", "100% of 5% off"),
    *("a – b", "[the page](https://example.org/a?x=1&y=2)", "{{ month_name }}", "at 10:30 (or so)"),
    *("either/or", "e.g. this", "[help@example.org](mailto:help@example.org)", "£1.50\n£2.50"),
    *("This is (really) it ((", "GOV.UK says", "café – “yes”", "1.5 hours\n2.5 hours"),
)
REFUSED_LINKS = {
    "https://example.org:8443/x": "has a port",
    "https://user@example.org/x": "has a user name",
    "https://intranet/x": "is no public site",
    "https://10.0.0.1/x": "is no public site",
    "https://example.org/a b": "no address has",
    "https://": "is not a complete address",
    "http://example.org": "is not secure",
    "mailto:a@example.org?subject=x": "is not one mailbox",
    "tel:0800 123": "is not a telephone number",
    "help@example.org": "start it with mailto:",
    "0800123456": "start it with tel:",
    "www.gov.uk": "start it with https://",
    "javascript:alert(1)": "is a javascript: link",
    "https://example.org/\u200bguide": "an invisible character",
    "https://example.org/%E2%80%8Bguide": "an invisible character",
}
SUBJECTS = (
    *("Your rent, tip #1 of three", "&more for you", "*news* for you", "!important", "%off"),
    *("> this month", "[x] done", "- one", "? what", "Oh: has anything changed", "@home"),
    *("`so`", "no # yes #", "“Quoted”", '"Half" quoted', "it's", "null", "| a", "a \\ b", "10:30"),
)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule in NAMED for text in NAMED[rule]])
def test_a_leftover_is_named(rule: rules.Rule, text: str) -> None:
    assert len(list(rule(text))) >= 1


@pytest.mark.parametrize("text", UNNAMED)
def test_plain_text_has_no_leftover(text: str) -> None:
    assert [message for rule in NAMED for _line, message in rule(text)] == []


def test_a_leftover_is_named_by_its_line() -> None:
    assert [line for line, _ in leftovers.entities("one\ntwo &amp; three")] == [2]
    assert [line for line, _ in addresses.bare("one\ntwo http://gov.uk/help")] == [2]


@pytest.mark.parametrize("address", REFUSED_LINKS)
def test_a_refused_link_says_what_is_wrong_with_it(address: str) -> None:
    assert REFUSED_LINKS[address] in (hyperlinks.fault(address) or "")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_word_of_a_subject_is_lost(subject: str) -> None:
    text = file_with("subject: Has anything changed this month?", f"subject: {subject}")
    parsed = files.parse(text)
    assert parsed.content.subject == subject
    assert files.parse(files.write(parsed)) == parsed


def test_a_quoted_subject_may_go_on_in_the_next_line() -> None:
    text = file_with("subject: Has anything changed this month?", 'subject: "One\n  two #3"')
    assert files.parse(text).content.subject == "One two #3"


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u2060", "\u200d", "\ufe0f", "\u2800"])
def test_a_field_that_holds_nothing_visible_is_empty(unseen: str) -> None:
    text = file_with("subject: Has anything changed this month?", f'subject: "{unseen}"')
    with pytest.raises(BadInput, match="the subject is empty"):
        files.parse(text)


@pytest.mark.parametrize("line", ["##Tips", "###Small heading", "  ####x"])
def test_a_heading_without_a_space_is_named(line: str) -> None:
    with pytest.raises(BadInput, match=r"line 11, opening: a heading needs a space"):
        files.parse(file_with("this is the check-in for {{ month_name }}.", line))


def test_an_emoji_newer_than_this_python_is_taken() -> None:
    text = file_with("subject: Has anything changed this month?", "subject: Hello \U0001fa77")
    assert files.parse(text).content.subject == "Hello \U0001fa77"


def test_the_preview_keeps_every_space_of_a_long_subject(tmp_path: Path) -> None:
    subject = "🏠 £ Has anything changed – this month? 🏠 £ Has anything changed – this month? Tŷ"
    text = file_with("subject: Has anything changed this month?", f"subject: {subject}")
    compiled = compile_message(files.parse(text).content, MONTH)
    preview.write(
        compiled, tmp_path, portal_url="https://portal.example.org", from_address="a@example.org"
    )
    written = (tmp_path / "message.eml").read_bytes()
    assert email.message_from_bytes(written, policy=email.policy.default)["Subject"] == subject
