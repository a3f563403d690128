"""The newest accepted mails, kept in memory for the inbox page."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from kit.errors import NotFound
from sandbox.mail import AcceptedMail


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """One page of mails, newest first; `number` starts at 1."""

    mails: tuple[AcceptedMail, ...]
    number: int
    pages: int
    total: int


class Mailbox:
    """Holds the newest `capacity` mails and counts all mails."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._mails: OrderedDict[int, AcceptedMail] = OrderedDict()
        self._lock = threading.Lock()
        self.accepted = 0

    def add(self, mails: Iterable[AcceptedMail]) -> None:
        with self._lock:
            for mail in mails:
                self._mails[mail.number] = mail
                self.accepted += len(mail.recipients)
            while len(self._mails) > self._capacity:
                self._mails.popitem(last=False)

    def find(self, number: int) -> AcceptedMail:
        """One mail.

        Raises:
            NotFound: there is no such mail, or newer ones displaced it.
        """
        with self._lock:
            mail = self._mails.get(number)
        if mail is None:
            raise NotFound("This mail is not in the inbox any more; go back to the list.")
        return mail

    def since(self, number: int, limit: int) -> list[AcceptedMail]:
        """The mails accepted after the one with this number, oldest first."""
        with self._lock:
            newer = [mail for key, mail in self._mails.items() if key > number]
        return newer[:limit]

    def page(self, *, number: int, size: int, search: str = "") -> MailboxPage:
        """The page of mails whose recipients' addresses contain `search`."""
        wanted = search.strip().lower()
        with self._lock:
            found = [mail for mail in reversed(self._mails.values()) if _matches(mail, wanted)]
        pages = max(1, -(-len(found) // size))
        number = min(max(number, 1), pages)
        shown = found[(number - 1) * size : number * size]
        return MailboxPage(tuple(shown), number, pages, len(found))


def _matches(mail: AcceptedMail, wanted: str) -> bool:
    return not wanted or any(wanted in address.lower() for address in mail.recipients)
