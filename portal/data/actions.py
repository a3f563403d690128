"""The actions of the buttons on “your data”."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.data import words
from tenants.models import Tenant
from tenants.rights import reply_rights, rights

Done = str
"""The sentence shown after an action."""


def press(session: Session, tenant: Tenant, do: str, *, now: datetime) -> Done | None:
    """Do what a button says (`stop`, `take-back:2026-12`); None if there is no such button.

    Raises:
        NotFound: the reply of that month was deleted or changed meanwhile.
    """
    name, _, month = do.partition(":")
    if month and name in OF_A_REPLY:
        return OF_A_REPLY[name](session, tenant, month, now)
    if do in OF_A_TENANT:
        choice, action = OF_A_TENANT[do]
        action(session, tenant, now)
        return choice.done
    return None


def _take_back(session: Session, tenant: Tenant, month: str, now: datetime) -> Done:
    reply_rights.take_back(session, tenant, month=month, now=now)
    return words.TAKE_BACK


def _delete_one(session: Session, tenant: Tenant, month: str, now: datetime) -> Done:
    reply_rights.delete_one(session, tenant, month=month, now=now)
    return words.DELETED_ONE


OF_A_REPLY: dict[str, Callable[[Session, Tenant, str, datetime], Done]] = {
    "take-back": _take_back,
    "delete": _delete_one,
}

Action = Callable[[Session, Tenant, datetime], object]
OF_A_TENANT: dict[str, tuple[words.DataChoice, Action]] = {
    choice.do: (choice, action)
    for choice, action in (
        (words.STOP, lambda session, tenant, now: rights.stop(session, tenant, now=now)),
        (words.RESUME, lambda session, tenant, now: rights.resume(session, tenant, now=now)),
        (words.OBJECT, lambda session, tenant, now: rights.object_(session, tenant, now=now)),
        (words.INCLUDE, lambda session, tenant, now: rights.unobject(session, tenant, now=now)),
        (words.RESTRICT, lambda session, tenant, now: rights.restrict(session, tenant, now=now)),
        (
            words.UNRESTRICT,
            lambda session, tenant, now: rights.unrestrict(session, tenant, now=now),
        ),
        (words.ASK, lambda session, tenant, now: rights.ask_a_person(session, tenant, now=now)),
    )
}
