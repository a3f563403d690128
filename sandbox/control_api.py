"""The control API under `/_sandbox/`: limits, faults, events, counters, accepted mails; JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sandbox import outcomes
from sandbox.acceptance import Acceptance
from sandbox.account import State
from sandbox.errors import bad_request, not_found
from sandbox.http import Request, Response
from sandbox.mail import AcceptedMail

PREFIX = "/_sandbox/"
MOST_MAILS = 1000

Json = dict[str, Any]
Action = Callable[[Acceptance, Json], Json]


def answer(acceptance: Acceptance, request: Request) -> Response:
    """Answer one control request.

    Raises:
        AwsError: NotFoundException or BadRequestException, with a sentence.
    """
    action = ACTIONS.get((request.method, request.path.removeprefix(PREFIX)))
    if action is None:
        raise not_found("There is no such control.")
    try:
        params: Json = {**request.query, **(json.loads(request.body) if request.body else {})}
        result = action(acceptance, params)
    except (ValueError, TypeError, KeyError) as error:
        raise bad_request(f"This control was refused: {error}") from None
    return Response(200, json.dumps(result).encode())


def counters(acceptance: Acceptance, _params: Json) -> Json:
    """What has happened so far."""
    depth, feed = acceptance.feed.queue.depth(), acceptance.feed
    return {
        "accepted": acceptance.mailbox.accepted,
        "sent_last_24_hours": acceptance.account.sent_last_24_hours,
        "faults": acceptance.faults.hits,
        "events": asdict(feed.counts),
        "queue": {**asdict(depth), "expired": feed.queue.expired},
        "account": asdict(acceptance.account.limits),
        "feed": asdict(feed.settings),
    }


def change_account(acceptance: Acceptance, params: Json) -> Json:
    """Set `max_send_rate`, `max_24_hour_send` (−1: no limit), `state`, `production_access`."""
    if "state" in params:
        params["state"] = State(params["state"])
    acceptance.account.limits = replace(acceptance.account.limits, **params)
    return asdict(acceptance.account.limits)


def change_identity(acceptance: Acceptance, params: Json) -> Json:
    """Change or make the identity `name`; see `sandbox.identities.Verification`."""
    return asdict(acceptance.identities.change(params.pop("name").lower(), **params))


def add_fault(acceptance: Acceptance, params: Json) -> Json:
    acceptance.faults.add(**params)
    return {}


def clear_faults(acceptance: Acceptance, _params: Json) -> Json:
    acceptance.faults.clear()
    return {}


def add_status(acceptance: Acceptance, params: Json) -> Json:
    acceptance.faults.script(**params)
    return {}


def set_outcome(acceptance: Acceptance, params: Json) -> Json:
    """What becomes of the mails to one address from now on."""
    if params["outcome"] not in outcomes.EVENTS:
        raise ValueError(f"there is no outcome {params['outcome']}")
    acceptance.faults.outcomes[params["address"]] = params["outcome"]
    return {}


def change_events(acceptance: Acceptance, params: Json) -> Json:
    acceptance.feed.change(**params)
    return asdict(acceptance.feed.settings)


def accepted(acceptance: Acceptance, params: Json) -> Json:
    """The mails accepted after `since` (a number), oldest first, at most `limit` of them."""
    limit = min(int(params.get("limit", MOST_MAILS)), MOST_MAILS)
    mails = acceptance.mailbox.since(int(params.get("since", 0)), limit)
    return {"mails": [_shown(mail) for mail in mails]}


def clear_mailbox(acceptance: Acceptance, _params: Json) -> Json:
    acceptance.mailbox.clear()
    return {}


def _shown(mail: AcceptedMail) -> Json:
    return {
        "number": mail.number,
        "message_id": mail.message_id,
        "accepted_at": mail.accepted_at.isoformat(),
        "recipients": list(mail.recipients),
        "subject": mail.subject,
        "html": mail.html,
        "text": mail.text,
        "headers": [list(header) for header in mail.headers],
        "tags": mail.tags,
        "outcome": mail.outcome,
    }


ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "counters"): counters,
    ("POST", "account"): change_account,
    ("POST", "identities"): change_identity,
    ("POST", "faults"): add_fault,
    ("DELETE", "faults"): clear_faults,
    ("POST", "statuses"): add_status,
    ("POST", "outcomes"): set_outcome,
    ("POST", "events"): change_events,
    ("GET", "accepted"): accepted,
    ("DELETE", "accepted"): clear_mailbox,
}
