"""Settings that production refuses: embedded defaults, local keys, plain http, another region."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from kit import mailboxes
from kit.errors import Problem
from kit.variables import HOME_REGION, KMS_SCHEME

EMBEDDED_FOLDER = Path("var")
KEYS: Mapping[str, Mapping[str, Set[str]]] = {
    "campaign": {"secret_key_file": {"worker", "beat"}, "digest_key_file": {"console", "beat"}},
    "platform": {"link_keys_file": {"beat"}, "vault_keys": {"beat"}},
}
"""Each side's keys, and the processes that do not use them."""
PUBLIC = {"campaign": "console_url", "platform": "portal_url"}
SINGLE_SIGN_ON = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
MUST_BE_SET = {
    "campaign": (
        *("from_address", "reply_to", "ses_configuration_set", "ses_events_queue_url"),
        "proxy_hops",
    ),
    "platform": ("platform_from_address", "proxy_hops"),
}
MISSING = {
    "reply_to": "must be set: an address of the platform's, so that a tenant who answers the email "
    "does not write to its sender",
    "proxy_hops": "must be set: how many proxies pass requests on, 1 behind one load balancer, 0 "
    "where visitors connect to this process",
}


class Chosen(Protocol):
    """The settings read here by name; the tables above name the others."""

    @property
    def env(self) -> str: ...
    @property
    def process(self) -> str | None: ...
    @property
    def broker_url(self) -> str: ...
    @property
    def aws_region(self) -> str: ...
    @property
    def oidc_issuer(self) -> str | None: ...
    @property
    def webhook_url(self) -> str | None: ...
    @property
    def webhook_secrets_file(self) -> Path | None: ...
    @property
    def from_address(self) -> str: ...
    @property
    def reply_to(self) -> str | None: ...
    @property
    def reply_to_shared_domain(self) -> str: ...
    @property
    def model_fields_set(self) -> set[str]: ...


def problems(settings: Chosen) -> Iterator[Problem]:
    """Return what is missing from these settings or unsafe in them.

    Settings of a side without a database are not checked, nor keys that the process does not use.
    """
    sides = [side for side in ("campaign", "platform") if getattr(settings, f"has_{side}_side")]
    if not sides:
        yield Problem(
            "CHECKIN_PLATFORM_DATABASE_URL",
            "neither database is named; set this one, CHECKIN_CAMPAIGN_DATABASE_URL, or both",
        )
    yield from _of_single_sign_on(settings)
    yield from _of_webhook(settings)
    if settings.env != "production":
        return
    if urlsplit(settings.broker_url).scheme in {"memory", "filesystem"}:
        yield _unsafe("broker_url", "is the embedded broker; set redis://HOST:PORT/DB")
    if settings.aws_region != HOME_REGION:
        yield Problem(
            "AWS_REGION", f"is {settings.aws_region}; personal data stays in {HOME_REGION}"
        )
    for side in sides:
        yield from _of_side(settings, side)
    if "campaign" in sides and (problem := mailboxes.reply_to_problem(settings)):
        yield _unsafe("reply_to", problem)


def _of_side(settings: Chosen, side: str) -> Iterator[Problem]:
    url = f"{side}_database_url"
    if make_url(getattr(settings, url)).get_backend_name() == "sqlite":
        yield _unsafe(url, "is SQLite; set a postgresql:// URL, or none")
    if not str(getattr(settings, PUBLIC[side])).startswith("https://"):
        yield _unsafe(PUBLIC[side], "is not https; set the public address")
    for name, do_without in KEYS[side].items():
        if settings.process not in do_without and _is_embedded(str(getattr(settings, name))):
            yield _unsafe(name, "is the local default; name a place outside var/")
    for name in MUST_BE_SET[side]:
        if name not in settings.model_fields_set:
            yield _unsafe(name, MISSING.get(name, "must be set"))


def _of_single_sign_on(settings: Chosen) -> Iterator[Problem]:
    given = {name for name in SINGLE_SIGN_ON if getattr(settings, name) is not None}
    if given:
        for name in SINGLE_SIGN_ON:
            if name not in given:
                message = "is missing; single sign-on needs all of CHECKIN_OIDC_*"
                yield Problem(f"CHECKIN_{name.upper()}", message)
    issuer = settings.oidc_issuer
    if issuer and settings.env == "production" and not issuer.startswith("https://"):
        yield _unsafe("oidc_issuer", "is not https; name the provider's public address")


def _of_webhook(settings: Chosen) -> Iterator[Problem]:
    url = settings.webhook_url
    if url and settings.webhook_secrets_file is None:
        yield Problem(
            "CHECKIN_WEBHOOK_SECRETS_FILE", "is missing; CHECKIN_WEBHOOK_URL needs it to sign"
        )
    if url and settings.env == "production" and not url.startswith("https://"):
        yield _unsafe("webhook_url", "is not https; name the receiver's public address")


def _is_embedded(place: str) -> bool:
    embedded = EMBEDDED_FOLDER.resolve()
    return not place.startswith(KMS_SCHEME) and embedded in Path(place).resolve().parents


def _unsafe(field: str, message: str) -> Problem:
    return Problem(f"CHECKIN_{field.upper()}", f"{message} (CHECKIN_ENV is production)")
