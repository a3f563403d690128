"""The settings, read from the environment once at start; all faults are reported together."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kit import production, variables
from kit.errors import BadInput, Problem
from kit.variables import EMBEDDED_BROKER, HOME_REGION, NO_DATABASE

Process = Annotated[
    Literal["beat", "console", "migrator", "operator", "portal", "worker"],
    BeforeValidator(variables.process),
]
Environment = Annotated[Literal["embedded", "production"], BeforeValidator(variables.environment)]
Duration = Annotated[timedelta, BeforeValidator(variables.duration)]
LinkDuration = Annotated[timedelta, BeforeValidator(variables.link_duration)]
DatabaseUrl = Annotated[str, BeforeValidator(variables.database_url)]
BrokerUrl = Annotated[str, BeforeValidator(variables.broker_url)]
WebAddress = Annotated[str, BeforeValidator(variables.web_address)]
MailAddress = Annotated[str, BeforeValidator(variables.mail_address)]
MailAddresses = Annotated[tuple[str, ...], NoDecode, BeforeValidator(variables.mail_addresses)]
HostAndPort = Annotated[tuple[str, int], NoDecode, BeforeValidator(variables.host_and_port)]
Rate = Annotated[float, BeforeValidator(variables.rate)]
Hops = Annotated[int, BeforeValidator(variables.hops)]
VaultKeys = Annotated[str, BeforeValidator(variables.vault_keys)]
S3Object = Annotated[str, BeforeValidator(variables.s3_object)]


class SettingsError(BadInput):
    """One or more variables are missing, malformed or unsafe; each is named."""


class Settings(BaseSettings):
    """The settings of one process. Field `x_y` is the variable `CHECKIN_X_Y`."""

    model_config = SettingsConfigDict(
        env_prefix="CHECKIN_", env_ignore_empty=True, frozen=True, use_attribute_docstrings=True
    )

    env: Environment = "embedded"
    """`production` refuses to start while a setting marked † has its default."""
    process: Process | None = None
    """`console`, `portal`, `worker`, `beat`, `operator` or `migrator`: production requires only
    the keys that this process uses; unset: all keys of its sides."""
    campaign_database_url: DatabaseUrl = "sqlite:///var/campaign.db"
    """The campaign side's: `postgresql://USER@HOST/NAME` (psycopg 3), or `none`."""
    platform_database_url: DatabaseUrl = "sqlite:///var/platform.db"
    """The platform side's, likewise."""
    broker_url: BrokerUrl = EMBEDDED_BROKER
    """`redis://HOST:PORT/DB` for more than one process; `rediss://` verifies certificates unless
    `?ssl_cert_reqs=none` says otherwise."""
    broker_prefix: str = ""
    """Prefix of this side's keys in a shared Redis, so that ACLs can separate the sides."""
    door_database_url: DatabaseUrl | None = None
    """The platform's own URL of the campaign database; unset: `CHECKIN_CAMPAIGN_DATABASE_URL`."""
    portal_url: WebAddress = "http://127.0.0.1:8001"
    """The portal's public address, used in links; may have a path prefix; https in production."""
    console_url: WebAddress = "http://127.0.0.1:8000"
    """The console's public address, used in links; https in production."""
    proxy_hops: Hops = 0
    """† How many proxies in front of the portal and the console add to `X-Forwarded-For`."""
    from_address: MailAddress = "rent-flex check-in <check-in@example.org>"
    """The sender of the campaigns. On the platform side it is only shown, on the portal's `/`."""
    reply_to: MailAddress | None = None
    """† The Reply-To address of each email. It belongs to the platform, whose workers answer
    automatically without reading it."""
    reply_to_shared_domain: str = ""
    """The domain of `CHECKIN_REPLY_TO`, if it is also the sender's: confirms that the platform
    receives its mail."""
    inbound_queue_url: WebAddress | None = None
    """The platform's SQS queue where SES tells of email that arrived at `CHECKIN_REPLY_TO`."""
    platform_from_address: MailAddress = "rent-flex <no-reply@example.org>"
    """The sender of the platform's own messages: fresh links, codes, notices."""
    test_inboxes: MailAddresses = ()
    """Inboxes where staff may send the test of an email besides their own, separated by commas."""
    company: str = ""
    """Who stands behind the emails, by its registered name: shown on the portal's `/`."""
    company_number: str = ""
    """Its company number, shown with it."""
    registered_office: str = ""
    """Its registered office, shown with it."""
    privacy_contact: MailAddress | None = None
    """The mailbox for questions about personal data: shown on the privacy page, and told of each
    complaint."""
    joint_controllers: str = ""
    """Who decides jointly with the Centre for Responsible Credit how data is used, as the privacy
    page names them; empty: nobody."""
    research_partner: str = ""
    """The research partner that reads the released figures, as the privacy page names it."""
    ses_configuration_set: str | None = None
    """The SES configuration set that publishes the events."""
    ses_events_queue_url: WebAddress | None = None
    """The SQS queue where SES's events arrive."""
    send_rate: Rate | None = None
    """Recipients a second; SES's own `MaxSendRate` if unset, and never above it."""
    link_keys_file: Path = Path("var/keys/links")
    """The platform's link signing keys."""
    vault_keys: VaultKeys = "var/keys/vault"
    """The vault's master keys: a folder, or `aws-kms://` and a key's id or `alias/NAME`."""
    secret_key_file: Path = Path("var/keys/console")
    """The key that signs the console's sessions and sign-in links."""
    digest_key_file: Path = Path("var/keys/digests")
    """The campaign side's key of what stays of an erased address that must not be mailed."""
    oidc_issuer: WebAddress | None = None
    """The OpenID provider where staff sign in to the console; set all three or none."""
    oidc_client_id: str | None = None
    """The console's client ID at the provider, which must send `email_verified`."""
    oidc_client_secret: SecretStr | None = None
    """The console's client secret at the provider."""
    release_anchor_file: Path | None = None
    """The release ledger's anchor, which detects a restored database; unset: beside the link keys.
    """
    release_anchor_object: S3Object | None = None
    """The release ledger's anchor in S3 instead of a file: `s3://BUCKET/KEY`."""
    metrics_token_file: Path | None = None
    """The token for `/metrics`, of 16 characters or more; unset: `/metrics` is off."""
    webhook_url: WebAddress | None = None
    """Where the platform is called with what changed; unset: it is not called. https in production.
    """
    webhook_secrets_file: Path | None = None
    """The secrets that sign those calls, one a line; `checkin api webhook-secret` adds one."""
    dns_server: HostAndPort | None = None
    """The DNS server that `checkin doctor --dns` asks, `ADDRESS:PORT`; unset: this machine's."""
    unknown_grace: Duration = timedelta(hours=1)
    """How long a send without an outcome waits before it is settled."""
    claim_lease: Duration = timedelta(minutes=2)
    """How long a claimed batch may stay without an outcome."""
    tick: Duration = timedelta(seconds=10)
    """How often each side looks for what is due."""
    handover_lead: Duration = timedelta(minutes=30)
    """How long before its send a month is handed over."""
    vault_rotation: Duration = timedelta(days=30)
    """How old the vault's master key grows before the platform's worker replaces it."""
    vault_window: Duration = timedelta(days=30)
    """How long a replaced master key is kept, so that backups of that age can be opened."""
    keep_links: LinkDuration = timedelta(days=60)
    """How long links are kept after their month; stop links work until then. At least 14 days."""
    keep_replies: Duration = timedelta(days=730)
    """How long replies are kept."""
    keep_complaints: Duration = timedelta(days=730)
    """How long a complaint is kept after its outcome."""
    keep_erased: Duration = timedelta(days=30)
    """How long the evidence of an erasure is kept."""
    keep_deliveries: Duration = timedelta(days=90)
    """How long the campaign side keeps a finished month's addresses."""
    aws_region: str = Field(
        default=HOME_REGION, validation_alias=AliasChoices("AWS_REGION", "AWS_DEFAULT_REGION")
    )
    """The region for boto3; production requires `eu-west-2`."""

    @property
    def has_campaign_side(self) -> bool:
        return self.campaign_database_url != NO_DATABASE

    @property
    def has_platform_side(self) -> bool:
        return self.platform_database_url != NO_DATABASE

    @property
    def door_url(self) -> str:
        """The campaign database as the platform side reaches it: a URL, or `none`."""
        return self.door_database_url or self.campaign_database_url

    @property
    def release_anchor(self) -> Path:
        """The file of the release ledger's anchor: outside the database, beside the link keys."""
        return self.release_anchor_file or self.link_keys_file.with_name("releases")

    @property
    def release_anchor_place(self) -> str:
        """The release ledger's anchor, as a path or `s3://BUCKET/KEY`."""
        return self.release_anchor_object or str(self.release_anchor)

    @property
    def erasure_anchor_place(self) -> str:
        """The anchor that records erasures: beside the release ledger's."""
        if self.release_anchor_object is None:
            return str(self.release_anchor.with_name("erasures"))
        return f"{self.release_anchor_object.rpartition('/')[0]}/erasures"

    @property
    def is_embedded_broker(self) -> bool:
        return self.broker_url == EMBEDDED_BROKER

    @model_validator(mode="before")
    @classmethod
    def _no_embedded_database_in_production(cls, given: dict[str, Any]) -> dict[str, Any]:
        """In production a database that is not set belongs to the other side's processes."""
        if given.get("env") != "production":
            return given
        return {
            "campaign_database_url": NO_DATABASE,
            "platform_database_url": NO_DATABASE,
        } | given


def load() -> Settings:
    """Read the process's environment.

    Raises:
        SettingsError: one or more variables are malformed, missing or unsafe.
    """
    try:
        settings, malformed = Settings(), dict[str, Problem]()
    except ValidationError as error:
        malformed = {_variable(item["loc"]): _problem(item) for item in error.errors()}
        settings = _without(malformed)
    unsafe = {problem.where: problem for problem in production.problems(settings)}
    if problems := unsafe | malformed:
        raise SettingsError(problems[name] for name in sorted(problems))
    return settings


def _without(malformed: Mapping[str, Problem]) -> Settings:
    """The settings with malformed ones at their defaults, to report unsafe ones as well."""
    fields = Settings.model_fields
    return Settings(
        **{name: fields[name].default for name in fields if _variable((name,)) in malformed}
    )


def _problem(item: Mapping[str, Any]) -> Problem:
    return Problem(_variable(item["loc"]), item["msg"].removeprefix("Value error, "))


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "environment"
    return name if name.isupper() else f"CHECKIN_{name.upper()}"
