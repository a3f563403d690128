"""What one tenant does in a month. Two months that differ in nothing else look alike outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tenants.models import Tenant
from tenants.rights import rights
from tests.deploy.adversary.month import NEWCOMER, VICTIM, DeployedMonth, address_of
from tests.portal.reader import Reader
from tests.portal.site import NOTHING_CHANGED, SENT
from tests.tenants.roster.rosters import line, load_lines

Deed = Callable[[DeployedMonth], object]


@dataclass(frozen=True)
class Deeds:
    """What is done before the hand-over, between it and the sending, and after the mail."""

    before: tuple[Deed, ...] = ()
    listed: tuple[Deed, ...] = ()
    after: tuple[Deed, ...] = ()


def replies(fields: Mapping[str, object]) -> Deed:
    """Send a form by the link of the tenant's own mail."""
    return lambda month: _post(month, 0, fields)


def chooses(choice: str) -> Deed:
    """Press a choice of the stop page."""
    return lambda month: _post(month, 1, {"choice": choice})


def presses(do: str, **fields: str) -> Deed:
    """Open “your data” with a code, and press a button there."""

    def deed(month: DeployedMonth) -> None:
        reader = Reader(month.tenants_site)
        reader.ask(address_of(VICTIM))
        assert 200 == reader.enter(reader.code(), VICTIM).status_code
        assert 200 == reader.press(do, **fields).status_code

    return deed


def complains(month: DeployedMonth) -> None:
    fields = {"address": address_of(VICTIM), "text": "You use it wrongly."}
    assert 200 == month.tenants_site.browser.post("/complain", data=fields).status_code


def is_enrolled(ref: str, *, agrees: str = "yes", profiling: str = "yes") -> Deed:
    """The platform's roster says this of a tenant."""
    row = line(ref, address_of(ref), agrees=agrees, profiling=profiling)
    return lambda month: load_lines(month.databases("platform_operator"), row)


def uses(right: Callable[..., object], ref: str = VICTIM) -> Deed:
    """A tenant has an operator do what the right says."""

    def deed(month: DeployedMonth) -> None:
        with month.databases("platform_operator").writing() as session:
            tenant: Tenant = rights.find(session, ref)
            right(session, tenant, now=month.clock.now)

    return deed


def _post(month: DeployedMonth, link: int, fields: Mapping[str, object]) -> None:
    path = month.links[address_of(VICTIM)][link]
    assert 200 == month.tenants_site.browser.post(path, data=fields).status_code


NOTHING = Deeds()
TELLS_NOTHING = {
    "answers that nothing changed": Deeds(after=(replies(NOTHING_CHANGED),)),
    "answers in full": Deeds(after=(replies(SENT),)),
    "answers twice": Deeds(after=(replies(NOTHING_CHANGED), replies(SENT))),
    "shows the answer": Deeds(after=(replies({**SENT, "show": "yes", "contact": ["text"]}),)),
    "asks for a fresh link": Deeds(after=(replies({"ask": "fresh-link", "by-email": "yes"}),)),
    "leaves the totals": Deeds(after=(chooses("object"),)),
    "does not agree to totals": Deeds(before=(is_enrolled(VICTIM, profiling="no"),)),
    "stops and takes it back": Deeds(after=(chooses("stop"), presses("resume"))),
    "complains": Deeds(after=(complains,)),
    "takes the data away": Deeds(after=(replies(SENT), presses("json"))),
    "deletes the answers": Deeds(after=(replies(SENT), presses("delete-all", sure="yes"))),
}
"""The sender learns nothing of any of these."""

STOPS = Deeds(listed=(chooses("stop"),))
IS_NOT_MAILED = {
    "pauses": Deeds(listed=(chooses("pause"),)),
    "stops on the data page": Deeds(listed=(presses("stop"),)),
    "restricts": Deeds(listed=(presses("restrict"),)),
    "withdraws in the account": Deeds(listed=(is_enrolled(VICTIM, agrees="no"),)),
}
"""On a list that may still be sent: the sender learns not to mail this address, and no more."""

NEVER_AGREED = Deeds(before=(is_enrolled(NEWCOMER, agrees="no"),))
NEVER_MAILED = {
    right.__name__: Deeds(before=(is_enrolled(NEWCOMER), uses(right, NEWCOMER)))
    for right in (rights.stop, rights.pause, rights.restrict, rights.erase)
} | {
    "withdraws in the account": Deeds(
        before=(is_enrolled(NEWCOMER), is_enrolled(NEWCOMER, agrees="no"))
    )
}
"""Before the hand-over: the sender does not even learn that there is such an address."""
