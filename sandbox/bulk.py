"""SendBulkEmail: one template, up to 50 entries, a status for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kit.clock import utc_now
from sandbox import outcomes, rules
from sandbox.acceptance import QUOTA_MESSAGE, RATE_MESSAGE, Acceptance
from sandbox.account import Refusal
from sandbox.errors import AwsError, bad_request
from sandbox.mail import AcceptedMail, new_message_id
from sandbox.rules import RuleBroken
from sandbox.substitution import MissingAttribute, Template, compile_template, read_data

Json = dict[str, Any]

REFUSALS = {
    Refusal.RATE: ("ACCOUNT_THROTTLED", RATE_MESSAGE),
    Refusal.QUOTA: ("ACCOUNT_DAILY_QUOTA_EXCEEDED", QUOTA_MESSAGE),
}


class EntryRefused(Exception):
    """One entry is not accepted; the others are not affected."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.result: Json = {"Status": status, "Error": message}


@dataclass(frozen=True, slots=True)
class Common:
    """What all entries of one call share."""

    source: str
    reply_to: tuple[str, ...]
    template: Template
    data: Mapping[str, Any]
    headers: list[Json]
    tags: list[dict[str, str]]
    configuration_set: str | None


def send_bulk(acceptance: Acceptance, params: Json) -> Json:
    """Accept or refuse each entry, in order.

    Raises:
        AwsError: the whole call is refused and nothing was accepted.
    """
    entries = params["BulkEmailEntries"]
    if not 1 <= len(entries) <= rules.MAX_ENTRIES:
        raise bad_request(f"BulkEmailEntries must have 1 to {rules.MAX_ENTRIES} entries.")
    acceptance.require_sending()
    common = _common(acceptance, params)
    accepted: list[AcceptedMail] = []
    results = [_result(acceptance, common, entry, accepted) for entry in entries]
    acceptance.keep(accepted)
    return {"BulkEmailEntryResults": results}


def _common(acceptance: Acceptance, params: Json) -> Common:
    source = acceptance.identities.require_sender(params.get("FromEmailAddress"))
    name = acceptance.identities.require_configuration_set(params.get("ConfigurationSetName"))
    written = params["DefaultContent"].get("Template") or {}
    template = inline_template(written)
    headers, tags = written.get("Headers") or [], params.get("DefaultEmailTags") or []
    reply_to = params.get("ReplyToAddresses") or []
    try:
        rules.headers(headers, [])
        rules.tags(tags)
        for address in reply_to:
            rules.bare_address(address)
        data = read_data(written.get("TemplateData"))
    except RuleBroken as error:
        raise bad_request(f"{error}.") from None
    return Common(source, tuple(reply_to), template, data, headers, tags, name)


def inline_template(written: Json) -> Template:
    """Compile a request's `Template`; stored templates do not exist here.

    Raises:
        AwsError: it has no content, or content that SES refuses.
    """
    content = written.get("TemplateContent")
    if content is None:
        name = written.get("TemplateName") or written.get("TemplateArn")
        if name is None:
            raise bad_request("Template must have a TemplateName, TemplateArn or TemplateContent.")
        raise AwsError("NotFoundException", f"Template {name} does not exist.", 404)
    try:
        return compile_template(content)
    except RuleBroken as error:
        raise bad_request(f"{error}.") from None


def _result(
    acceptance: Acceptance, common: Common, entry: Json, accepted: list[AcceptedMail]
) -> Json:
    try:
        mail = _entry(acceptance, common, entry)
    except EntryRefused as refused:
        return refused.result
    except RuleBroken as error:
        return {"Status": "INVALID_PARAMETER", "Error": f"{error}."}
    except AwsError as error:
        return {"Status": "MESSAGE_REJECTED", "Error": error.message}
    accepted.append(mail)
    return {"Status": "SUCCESS", "MessageId": mail.message_id}


def _entry(acceptance: Acceptance, common: Common, entry: Json) -> AcceptedMail:
    destination = entry["Destination"]
    recipients = addresses(destination)
    headers = rules.headers(common.headers, entry.get("ReplacementHeaders") or [])
    tags = _tags(common.tags, entry.get("ReplacementTags") or [])
    content = entry.get("ReplacementEmailContent") or {}
    replacement = (content.get("ReplacementTemplate") or {}).get("ReplacementTemplateData")
    data = {**common.data, **read_data(replacement)} if replacement else common.data
    acceptance.require_allowed_recipients(recipients)
    granted = acceptance.take(recipients)
    if isinstance(granted, Refusal):
        raise EntryRefused(*REFUSALS[granted])
    outcome, failure = acceptance.outcome(recipients), None
    try:
        common.template.check(data)
    except MissingAttribute as missing:
        outcome, failure = outcomes.RENDERING_FAILURE, str(missing)
    return AcceptedMail(
        message_id=new_message_id(),
        accepted_at=utc_now(),
        granted_at=granted,
        source=common.source,
        to=tuple(destination.get("ToAddresses") or ()),
        cc=tuple(destination.get("CcAddresses") or ()),
        recipients=recipients,
        reply_to=common.reply_to,
        content=common.template,
        data=data,
        headers=headers,
        tags=tags,
        configuration_set=common.configuration_set,
        outcome=outcome,
        failure=failure,
    )


def _tags(default: list[dict[str, str]], replacement: list[dict[str, str]]) -> dict[str, list[str]]:
    if not default:
        return rules.tags(replacement)
    return {**rules.tags(default), **rules.tags(replacement)}


def addresses(destination: Json) -> tuple[str, ...]:
    """All recipients of a `Destination`, as bare addresses.

    Raises:
        RuleBroken: there are none or too many, or one is not an address.
    """
    written = [
        address
        for name in ("ToAddresses", "CcAddresses", "BccAddresses")
        for address in destination.get(name) or ()
    ]
    if not 1 <= len(written) <= rules.MAX_RECIPIENTS:
        raise RuleBroken(f"A mail must have 1 to {rules.MAX_RECIPIENTS} recipients")
    return tuple(rules.bare_address(address) for address in written)
