"""The control API under `/_sandbox/`: limits, faults, events, counters; JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sandbox import outcomes
from sandbox.account import State
from sandbox.errors import bad_request, not_found
from sandbox.http import Request, Response
from sandbox.identities import Verification
from tests.support.faulty_ses.acceptance import FaultyAcceptance

PREFIX = "/_sandbox/"

Json = dict[str, Any]
Action = Callable[[FaultyAcceptance, Json], Json]


def answer(acceptance: FaultyAcceptance, request: Request) -> Response:
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


def counters(acceptance: FaultyAcceptance, _params: Json) -> Json:
    """What has happened so far."""
    depth, feed = acceptance.feed.queue.depth(), acceptance.feed
    return {
        "accepted": acceptance.mailbox.accepted,
        "sent_last_24_hours": acceptance.account.sent_last_24_hours,
        "faults": acceptance.faults.hits,
        "events": asdict(feed.counts),
        "queue": {**asdict(depth), "expired": feed.queue.expired},
        "account": asdict(acceptance.account.limits),
        "feed": asdict(feed.faults),
    }


def change_account(acceptance: FaultyAcceptance, params: Json) -> Json:
    """Set `max_send_rate`, `max_24_hour_send` (−1: no limit), `state`, `production_access`."""
    if "state" in params:
        params["state"] = State(params["state"])
    acceptance.account.limits = replace(acceptance.account.limits, **params)
    return asdict(acceptance.account.limits)


def change_identity(acceptance: FaultyAcceptance, params: Json) -> Json:
    """Change or make the identity `name`; see `sandbox.identities.Verification`."""
    known, name = acceptance.identities.known, params.pop("name").lower()
    known[name] = replace(known.get(name) or Verification(), **params)
    return asdict(known[name])


def add_fault(acceptance: FaultyAcceptance, params: Json) -> Json:
    acceptance.faults.add(**params)
    return {}


def clear_faults(acceptance: FaultyAcceptance, _params: Json) -> Json:
    acceptance.faults.clear()
    return {}


def add_status(acceptance: FaultyAcceptance, params: Json) -> Json:
    acceptance.faults.script(**params)
    return {}


def set_outcome(acceptance: FaultyAcceptance, params: Json) -> Json:
    """What becomes of the mails to one address from now on."""
    if params["outcome"] not in outcomes.EVENTS:
        raise ValueError(f"there is no outcome {params['outcome']}")
    acceptance.faults.outcomes[params["address"]] = params["outcome"]
    return {}


def change_events(acceptance: FaultyAcceptance, params: Json) -> Json:
    acceptance.feed.change(**params)
    return asdict(acceptance.feed.faults)


ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "counters"): counters,
    ("POST", "account"): change_account,
    ("POST", "identities"): change_identity,
    ("POST", "faults"): add_fault,
    ("DELETE", "faults"): clear_faults,
    ("POST", "statuses"): add_status,
    ("POST", "outcomes"): set_outcome,
    ("POST", "events"): change_events,
}
