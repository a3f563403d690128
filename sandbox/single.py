"""SendEmail: one message, simple, raw or from an inline template."""

import base64
from typing import Any

from kit.clock import utc_now
from sandbox import outcomes, rules
from sandbox.acceptance import Acceptance
from sandbox.bulk import addresses, inline_template
from sandbox.errors import bad_request
from sandbox.mail import AcceptedMail, MailContent, RawContent, new_message_id
from sandbox.rules import Headers, RuleBroken
from sandbox.substitution import Data, MissingAttribute, Template, read_data

Json = dict[str, Any]


def send_single(acceptance: Acceptance, params: Json) -> Json:
    """Accept one message.

    Raises:
        AwsError: it is refused and nothing was accepted.
    """
    acceptance.require_sending()
    name = acceptance.identities.require_configuration_set(params.get("ConfigurationSetName"))
    try:
        mail = _mail(acceptance, params, name)
    except RuleBroken as error:
        raise bad_request(f"{error}.") from None
    acceptance.keep([mail])
    return {"MessageId": mail.message_id}


def _mail(acceptance: Acceptance, params: Json, configuration_set: str | None) -> AcceptedMail:
    content, data, headers = _content(params["Content"])
    recipients, to = _recipients(params, content)
    reply_to = tuple(params.get("ReplyToAddresses") or ())
    for address in reply_to:
        rules.bare_address(address)
    tags = rules.tags(params.get("EmailTags") or [])
    source = acceptance.identities.require_sender(_source(params, content))
    acceptance.require_allowed_recipients(recipients)
    granted = acceptance.require_taken(recipients)
    outcome, failure = acceptance.outcome(recipients), None
    try:
        if isinstance(content, Template):
            content.check(data)
    except MissingAttribute as missing:
        outcome, failure = outcomes.RENDERING_FAILURE, str(missing)
    return AcceptedMail(
        message_id=new_message_id(),
        accepted_at=utc_now(),
        granted_at=granted,
        source=source,
        to=to,
        cc=tuple((params.get("Destination") or {}).get("CcAddresses") or ()),
        recipients=recipients,
        reply_to=reply_to,
        content=content,
        data=data,
        headers=headers,
        tags=tags,
        configuration_set=configuration_set,
        outcome=outcome,
        failure=failure,
    )


def _content(written: Json) -> tuple[MailContent, Data, Headers]:
    given = [kind for kind in ("Simple", "Raw", "Template") if written.get(kind) is not None]
    if len(given) != 1:
        raise bad_request("Content must have exactly one of Simple, Raw and Template.")
    part = written[given[0]]
    if given[0] == "Raw":
        return RawContent(base64.b64decode(part["Data"])), {}, ()
    headers = rules.headers(part.get("Headers") or [], [])
    if given[0] == "Template":
        return inline_template(part), read_data(part.get("TemplateData")), headers
    return _simple(part), {}, headers


def _simple(part: Json) -> Template:
    html, text = ((part["Body"].get(kind) or {}).get("Data", "") for kind in ("Html", "Text"))
    if not html and not text:
        raise bad_request("Body must have a Text or an Html part.")
    return Template(part["Subject"]["Data"], html, text)


def _recipients(params: Json, content: MailContent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    destination = params.get("Destination") or {}
    if not any(destination.values()) and isinstance(content, RawContent):
        to = content.addresses(["To"])
        destination = {"ToAddresses": content.addresses(["To", "Cc", "Bcc"])}
    else:
        to = list(destination.get("ToAddresses") or ())
    return addresses(destination), tuple(to)


def _source(params: Json, content: MailContent) -> str | None:
    source: str | None = params.get("FromEmailAddress")
    if source is None and isinstance(content, RawContent):
        return next(iter(content.addresses(["From"])), None)
    return source
