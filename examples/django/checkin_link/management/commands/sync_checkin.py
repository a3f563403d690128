"""`manage.py sync_checkin`: bring Check-in in step, and follow what changed there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkin_link import feed
from checkin_link.client import CallFailed, Checkin
from checkin_link.models import PendingErasure, Tenancy
from checkin_link.signals import erase_pending


class Command(BaseCommand):
    """Run it every night, and after Check-in was away."""

    help = "Send every tenancy to Check-in and follow its feed of changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--erase-leavers",
            type=int,
            metavar="N",
            help="erase those whom Check-in has and the platform has not, if there are exactly N",
        )

    def handle(self, *_: Any, erase_leavers: int | None, **__: Any) -> None:
        try:
            self._sync(erase_leavers)
        except CallFailed as error:
            for one in error.errors:
                self.stderr.write(f"{one['field']}: {one['detail']}")
            raise CommandError(str(error)) from error

    def _sync(self, erase_leavers: int | None) -> None:
        """The feed comes first: whoever was erased there must not be sent again."""
        self.stdout.write(f"{feed.follow()} changes followed")
        for pending in PendingErasure.objects.all():
            erase_pending(pending.reference)
        tenancies = Tenancy.objects.filter(erased_at=None).order_by("reference")
        said = Checkin().put_roster(tenancies.iterator(), erase_leavers=erase_leavers)
        tenancies.update(is_in_step=True)
        counts = ", ".join(f"{said[name]} {name}" for name in ("created", "updated", "unchanged"))
        self.stdout.write(counts)
        if erase_leavers is None and said["leavers"]:
            self.stdout.write(
                f"{len(said['leavers'])} are in Check-in and not here; "
                f"look at them, then use --erase-leavers {len(said['leavers'])}"
            )
