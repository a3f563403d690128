"""Every variable missing, malformed and unsafe; all of it said at once."""

from datetime import timedelta

import pytest

from kit import settings
from kit.settings import SettingsError

PRODUCTION = {
    "CHECKIN_ENV": "production",
    "CHECKIN_CAMPAIGN_DATABASE_URL": "postgresql://campaign@db1/campaign",
    "CHECKIN_PLATFORM_DATABASE_URL": "postgresql://platform@db2/platform",
    "CHECKIN_BROKER_URL": "redis://redis:6379/0",
    "CHECKIN_PORTAL_URL": "https://portal.example.org",
    "CHECKIN_CONSOLE_URL": "https://console.example.org",
    "CHECKIN_FROM_ADDRESS": "Check-in <check-in@example.org>",
    "CHECKIN_REPLY_TO": "answers@replies.example.net",
    "CHECKIN_PLATFORM_FROM_ADDRESS": "no-reply@example.org",
    "CHECKIN_SES_CONFIGURATION_SET": "check-in",
    "CHECKIN_SES_EVENTS_QUEUE_URL": "https://sqs.example.org/1/events",
    "CHECKIN_LINK_KEYS_FILE": "/etc/checkin/links",
    "CHECKIN_VAULT_KEYS": "aws-kms://alias/vault",
    "CHECKIN_SECRET_KEY_FILE": "/etc/checkin/console",
    "CHECKIN_DIGEST_KEY_FILE": "/etc/checkin/digests",
    "CHECKIN_PROXY_HOPS": "1",
    "AWS_REGION": "eu-west-2",
}
CAMPAIGN_ONLY = {
    "CHECKIN_CAMPAIGN_DATABASE_URL",
    "CHECKIN_CONSOLE_URL",
    "CHECKIN_FROM_ADDRESS",
    "CHECKIN_REPLY_TO",
    "CHECKIN_SES_CONFIGURATION_SET",
    "CHECKIN_SES_EVENTS_QUEUE_URL",
    "CHECKIN_SECRET_KEY_FILE",
    "CHECKIN_DIGEST_KEY_FILE",
}
PLATFORM_ONLY = {
    "CHECKIN_PLATFORM_DATABASE_URL",
    "CHECKIN_PORTAL_URL",
    "CHECKIN_PLATFORM_FROM_ADDRESS",
    "CHECKIN_LINK_KEYS_FILE",
    "CHECKIN_VAULT_KEYS",
}
MALFORMED = {
    "CHECKIN_ENV": "staging",
    "CHECKIN_PROCESS": "celery",
    "CHECKIN_CAMPAIGN_DATABASE_URL": "campaign.db",
    "CHECKIN_PLATFORM_DATABASE_URL": "mysql://db/platform",
    "CHECKIN_BROKER_URL": "localhost:6379",
    "CHECKIN_PORTAL_URL": "portal.example.org",
    "CHECKIN_CONSOLE_URL": "https://[::1",
    "CHECKIN_FROM_ADDRESS": "check-in at example.org",
    "CHECKIN_REPLY_TO": "one@example.org, two@example.org",
    "CHECKIN_PLATFORM_FROM_ADDRESS": "Nobody",
    "CHECKIN_TEST_INBOXES": "desk@example.org, phone",
    "CHECKIN_SES_EVENTS_QUEUE_URL": "events",
    "CHECKIN_INBOUND_QUEUE_URL": "inbound",
    "CHECKIN_WEBHOOK_URL": "https://platform.example.org/changes#now",
    "CHECKIN_SEND_RATE": "0",
    "CHECKIN_PROXY_HOPS": "one",
    "CHECKIN_DNS_SERVER": "dns.example.org:53",
    "CHECKIN_VAULT_KEYS": "gcp-kms://key",
    "CHECKIN_UNKNOWN_GRACE": "an hour",
    "CHECKIN_CLAIM_LEASE": "2 m",
    "CHECKIN_TICK": "0s",
    "CHECKIN_HANDOVER_LEAD": "-5m",
    "CHECKIN_VAULT_WINDOW": "a month",
    "CHECKIN_RELEASE_ANCHOR_OBJECT": "s3://bucket-alone",
    "CHECKIN_KEEP_LINKS": "60",
    "CHECKIN_KEEP_REPLIES": "2y",
    "CHECKIN_KEEP_ERASED": "0d",
    "CHECKIN_KEEP_DELIVERIES": "-90d",
}
UNSAFE = {
    "CHECKIN_REPLY_TO": "check-in@example.org",
    "CHECKIN_CAMPAIGN_DATABASE_URL": "sqlite:///campaign.db",
    "CHECKIN_PLATFORM_DATABASE_URL": "sqlite:///platform.db",
    "CHECKIN_BROKER_URL": "embedded",
    "CHECKIN_PORTAL_URL": "http://portal.example.org",
    "CHECKIN_CONSOLE_URL": "http://console.example.org",
    "CHECKIN_LINK_KEYS_FILE": "var/keys/links",
    "CHECKIN_VAULT_KEYS": "var/vault",
    "CHECKIN_SECRET_KEY_FILE": "./var/keys/console",
    "CHECKIN_DIGEST_KEY_FILE": "var/keys/digests",
    "AWS_REGION": "us-east-1",
}


@pytest.fixture(autouse=True)
def _no_other_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {*PRODUCTION, *MALFORMED, "AWS_DEFAULT_REGION"}:
        monkeypatch.delenv(name, raising=False)


def _set(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def _named() -> set[str]:
    with pytest.raises(SettingsError) as raised:
        settings.load()
    return {problem.where for problem in raised.value.problems}


def test_nothing_set_is_the_embedded_default_with_both_sides() -> None:
    loaded = settings.load()

    assert (True, True, True) == (
        loaded.has_campaign_side,
        loaded.has_platform_side,
        loaded.is_embedded_broker,
    )


@pytest.mark.parametrize(
    ("reply_to", "shared", "is_refused"),
    [
        ("answers@replies.example.net", "", False),
        ("answers@notexample.org", "", False),
        ("rent-flex <answers@EXAMPLE.org>", "", True),
        ("answers@replies.example.org", "", True),
        ("answers@replies.example.org", "example.org", True),
        ("answers@replies.example.org", "replies.example.org", False),
        ("answers@example.org", "Example.org", False),
    ],
)
def test_replies_may_go_to_the_senders_own_domain_only_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch, reply_to: str, shared: str, is_refused: bool
) -> None:
    _set(monkeypatch, PRODUCTION | {"CHECKIN_REPLY_TO": reply_to})
    monkeypatch.setenv("CHECKIN_REPLY_TO_SHARED_DOMAIN", shared)

    if is_refused:
        assert {"CHECKIN_REPLY_TO"} == _named()
    else:
        assert reply_to == settings.load().reply_to


def test_a_complete_production_environment_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, PRODUCTION)

    assert settings.load().broker_url == "redis://redis:6379/0"


@pytest.mark.parametrize("variable", MALFORMED)
def test_a_malformed_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, MALFORMED[variable])

    assert {variable} == _named()


def test_links_that_would_be_gone_before_the_figures_are_drawn_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHECKIN_KEEP_LINKS", "14d")
    assert timedelta(days=14) == settings.load().keep_links

    monkeypatch.setenv("CHECKIN_KEEP_LINKS", "13d")
    assert {"CHECKIN_KEEP_LINKS"} == _named()


@pytest.mark.parametrize("variable", UNSAFE)
def test_what_is_unsafe_in_production_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    _set(monkeypatch, PRODUCTION | {variable: UNSAFE[variable]})

    assert {variable} == _named()


@pytest.mark.parametrize(
    "variable",
    sorted(
        set(PRODUCTION)
        - {"CHECKIN_ENV", "AWS_REGION"}
        - {"CHECKIN_CAMPAIGN_DATABASE_URL", "CHECKIN_PLATFORM_DATABASE_URL"}
    ),
)
def test_what_production_lacks_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    _set(monkeypatch, PRODUCTION)
    monkeypatch.delenv(variable)

    assert {variable} == _named()


HOLD_NO_KEYS = [("CAMPAIGN", "beat"), ("PLATFORM", "beat")]
CONSOLE_KEY, DIGEST_KEY = "CHECKIN_SECRET_KEY_FILE", "CHECKIN_DIGEST_KEY_FILE"
OF_THE_CAMPAIGN = {
    "console": {CONSOLE_KEY},
    "worker": {DIGEST_KEY},
    "operator": {CONSOLE_KEY, DIGEST_KEY},
    "migrator": {CONSOLE_KEY, DIGEST_KEY},
}
HOLD_KEYS = [
    *(("CAMPAIGN", process) for process in OF_THE_CAMPAIGN),
    *(("PLATFORM", process) for process in ("portal", "worker", "operator", "migrator")),
]


@pytest.mark.parametrize(("side", "process"), HOLD_NO_KEYS)
def test_a_process_that_holds_no_keys_is_not_asked_for_them(
    monkeypatch: pytest.MonkeyPatch, side: str, process: str
) -> None:
    _set(monkeypatch, _without_keys(side) | {"CHECKIN_PROCESS": process})

    assert process == settings.load().process


@pytest.mark.parametrize(("side", "process"), HOLD_KEYS)
def test_a_process_that_holds_keys_is_asked_for_its_own_sides(
    monkeypatch: pytest.MonkeyPatch, side: str, process: str
) -> None:
    _set(monkeypatch, _without_keys(side) | {"CHECKIN_PROCESS": process})

    assert (
        _named()
        == {
            "CAMPAIGN": OF_THE_CAMPAIGN.get(process),
            "PLATFORM": {"CHECKIN_LINK_KEYS_FILE", "CHECKIN_VAULT_KEYS"},
        }[side]
    )


def _without_keys(side: str) -> dict[str, str]:
    others = PLATFORM_ONLY if side == "CAMPAIGN" else CAMPAIGN_ONLY
    keys = {CONSOLE_KEY, DIGEST_KEY, "CHECKIN_LINK_KEYS_FILE", "CHECKIN_VAULT_KEYS"}
    return {name: value for name, value in PRODUCTION.items() if name not in others | keys}


def test_malformed_and_unsafe_variables_are_reported_in_one_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    malformed = {name: MALFORMED[name] for name in ("CHECKIN_TICK", "CHECKIN_REPLY_TO")}
    unsafe = {name: UNSAFE[name] for name in ("CHECKIN_BROKER_URL", "AWS_REGION")}
    _set(monkeypatch, PRODUCTION | malformed | unsafe)

    assert {*malformed, *unsafe} == _named()


def test_a_variable_that_is_malformed_is_not_reported_a_second_time_as_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _set(monkeypatch, PRODUCTION | {"CHECKIN_FROM_ADDRESS": "nobody"})

    with pytest.raises(SettingsError) as raised:
        settings.load()

    assert ["CHECKIN_FROM_ADDRESS"] == [problem.where for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("absent", "campaign", "platform"),
    [(PLATFORM_ONLY, True, False), (CAMPAIGN_ONLY, False, True)],
)
def test_in_production_a_database_that_is_not_set_is_the_other_sides(
    monkeypatch: pytest.MonkeyPatch, absent: set[str], campaign: bool, platform: bool
) -> None:
    _set(monkeypatch, {name: PRODUCTION[name] for name in PRODUCTION if name not in absent})

    loaded = settings.load()

    assert (campaign, platform) == (loaded.has_campaign_side, loaded.has_platform_side)


@pytest.mark.parametrize("env", ["embedded", "production"])
def test_a_process_without_any_database_is_refused(
    monkeypatch: pytest.MonkeyPatch, env: str
) -> None:
    _set(monkeypatch, PRODUCTION | {"CHECKIN_ENV": env})
    for side in ("CAMPAIGN", "PLATFORM"):
        monkeypatch.setenv(f"CHECKIN_{side}_DATABASE_URL", "none")

    assert {"CHECKIN_PLATFORM_DATABASE_URL"} == _named()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKIN_TICK", "")

    assert settings.load().tick == timedelta(seconds=10)


def test_the_region_is_read_from_either_of_the_names_that_aws_tools_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _set(monkeypatch, PRODUCTION)
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    assert {"AWS_REGION"} == _named()


def test_each_message_says_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, MALFORMED)

    with pytest.raises(SettingsError) as raised:
        settings.load()

    assert sorted(MALFORMED) == [problem.where for problem in raised.value.problems]
    assert [] == [problem for problem in raised.value.problems if "Input" in problem.message]
