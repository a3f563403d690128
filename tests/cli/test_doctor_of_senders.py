"""What the doctor says of a sender's records, by SES's word and by DNS's."""

import json
from collections.abc import Iterator

import pytest

from sandbox import identities
from sandbox.service import RECEIVING_DOMAIN
from tests.cli.conftest import Cli
from tests.cli.name_server import answering
from tests.support.faulty_ses.service import FaultySandbox

SENDER = "checkin.example.com"
MAIL_FROM = f"bounce.{SENDER}"
FEEDBACK = "feedback-smtp.eu-west-2.amazonses.com"
SPF = "v=spf1 include:amazonses.com ~all"


@pytest.fixture(params=["CHECKIN_FROM_ADDRESS", "CHECKIN_PLATFORM_FROM_ADDRESS"])
def prefix(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, ses: FaultySandbox
) -> str:
    """One side's sender has records to enter; what its lines begin with."""
    monkeypatch.setenv(request.param, f"Check-in <check-in@{SENDER}>")
    ses.control.identity(SENDER, mail_from_domain=MAIL_FROM)
    return "platform " if "PLATFORM" in request.param else ""


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultySandbox]:
    with FaultySandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


def _tokens(ses: FaultySandbox, domain: str) -> list[str]:
    found = ses.acceptance.identities.of(domain)
    assert found is not None
    return list(identities.as_answered(domain, found)["DkimAttributes"]["Tokens"])


def _zone(ses: FaultySandbox) -> dict[tuple[str, str], list[str]]:
    """Everything as it should be, for both sides."""
    dkim = {
        (f"{token}._domainkey.{domain}", "CNAME"): [f"{token}.dkim.amazonses.com."]
        for domain in (SENDER, "example.org")
        for token in _tokens(ses, domain)
    }
    return dkim | {
        (MAIL_FROM, "MX"): [f"10 {FEEDBACK}."],
        (MAIL_FROM, "TXT"): [f'"{SPF}"', '"another"'],
        ("_dmarc.example.com", "TXT"): ['"v=DMARC1; p=reject"'],
        ("_dmarc.example.org", "TXT"): ['"v=DMARC1; " "p=none"'],
        (RECEIVING_DOMAIN, "MX"): ["10 inbound-smtp.eu-west-2.amazonaws.com."],
    }


def _lines(cli: Cli, *options: str) -> dict[str, tuple[bool, str]]:
    found = json.loads(cli("doctor", "--json", *options).stdout)
    return {each["name"]: (each["ok"], each["message"]) for each in found}


def _unwell(cli: Cli, *options: str) -> dict[str, str]:
    lines = _lines(cli, *options).items()
    return {name: message for name, (is_ok, message) in lines if not is_ok}


def test_records_that_ses_has_not_seen_are_named_one_by_one(
    cli: Cli, ses: FaultySandbox, prefix: str
) -> None:
    ses.control.identity(SENDER, dkim_status="PENDING", mail_from_status="FAILED")
    first, *_ = _tokens(ses, SENDER)

    unwell = _unwell(cli)

    later = "; `--dns` says what is there"
    assert f"{MAIL_FROM} is FAILED; enter the DNS records below" == unwell[f"{prefix}SES MAIL FROM"]
    assert {
        f"{prefix}SES identity",
        f"{prefix}SES MAIL FROM",
        *(f"{prefix}DNS DKIM {number}" for number in (1, 2, 3)),
        f"{prefix}DNS MAIL FROM MX",
        f"{prefix}DNS MAIL FROM SPF",
    } == set(unwell)
    assert (
        f"enter {first}._domainkey.{SENDER} CNAME {first}.dkim.amazonses.com{later}",
        f"enter {MAIL_FROM} MX 10 {FEEDBACK}{later}",
        f'enter {MAIL_FROM} TXT "{SPF}"{later}',
    ) == (
        unwell[f"{prefix}DNS DKIM 1"],
        unwell[f"{prefix}DNS MAIL FROM MX"],
        unwell[f"{prefix}DNS MAIL FROM SPF"],
    )


def test_an_account_in_ses_own_sandbox_is_named(cli: Cli, ses: FaultySandbox) -> None:
    ses.control.account(production_access=False)

    assert {"SES quota", "platform SES quota"} == set(_unwell(cli))


def test_records_that_are_there_are_well(
    cli: Cli, ses: FaultySandbox, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(_zone(ses)) as server:
        monkeypatch.setenv("CHECKIN_DNS_SERVER", server)
        lines = _lines(cli, "--dns")

    assert [] == [name for name, (is_ok, _) in lines.items() if not is_ok]
    assert "_dmarc.example.com TXT “v=DMARC1; p=reject”" == lines[f"{prefix}DNS DMARC"][1]
    assert (
        f"{RECEIVING_DOMAIN} MX “10 inbound-smtp.eu-west-2.amazonaws.com”"
        == (lines["DNS replies"][1])
    )


@pytest.mark.parametrize(
    ("key", "values", "line", "message"),
    [
        (
            (MAIL_FROM, "MX"),
            [],
            "MAIL FROM MX",
            f"enter {MAIL_FROM} MX 10 {FEEDBACK}; found nothing",
        ),
        (
            (MAIL_FROM, "MX"),
            ["10 mail.example.com."],
            "MAIL FROM MX",
            f"enter {MAIL_FROM} MX 10 {FEEDBACK}; found “10 mail.example.com”",
        ),
        (
            (MAIL_FROM, "TXT"),
            ['"v=spf1 -all"'],
            "MAIL FROM SPF",
            f'enter {MAIL_FROM} TXT "{SPF}"; found “v=spf1 -all”',
        ),
        (
            (MAIL_FROM, "TXT"),
            [f'"{SPF}"', '"v=spf1 -all"'],
            "MAIL FROM SPF",
            f'enter {MAIL_FROM} TXT "{SPF}"; found “v=spf1 -all” and “{SPF}”',
        ),
        (
            ("_dmarc.example.com", "TXT"),
            ['"google-site-verification=1"'],
            "DMARC",
            f'enter _dmarc.{SENDER} TXT "v=DMARC1; p=none"; found nothing',
        ),
    ],
)
def test_a_record_that_is_not_right_is_named_with_what_is_there(
    cli: Cli,
    ses: FaultySandbox,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    key: tuple[str, str],
    values: list[str],
    line: str,
    message: str,
) -> None:
    with answering(_zone(ses) | {key: values}) as server:
        monkeypatch.setenv("CHECKIN_DNS_SERVER", server)
        assert {f"{prefix}DNS {line}": message} == _unwell(cli, "--dns")


def test_a_dns_server_that_does_not_answer_is_said(
    cli: Cli, ses: FaultySandbox, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkin.dns.LIFETIME_SECONDS", 0.1)
    monkeypatch.setenv("CHECKIN_DNS_SERVER", "127.0.0.1:9")

    assert "DNS did not answer for bounce" in _unwell(cli, "--dns")[f"{prefix}DNS MAIL FROM MX"]
