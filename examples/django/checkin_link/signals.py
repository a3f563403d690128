"""Tell Check-in of each change of a tenancy once it is committed.

What cannot be told now is told by `sync_checkin`: a save never fails because Check-in is away.
"""

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from checkin_link.client import CallFailed, Checkin
from checkin_link.models import PendingErasure, Tenancy

log = logging.getLogger(__name__)


@receiver(post_save, sender=Tenancy)
def tell(instance: Tenancy, **_: Any) -> None:
    """Send a tenancy that was saved."""
    if instance.erased_at is None:
        transaction.on_commit(partial(_put, instance))


@receiver(post_delete, sender=Tenancy)
def erase(instance: Tenancy, **_: Any) -> None:
    """Note the erasure in the transaction of the deletion, and do it after."""
    PendingErasure.objects.get_or_create(reference=instance.reference)
    transaction.on_commit(partial(erase_pending, instance.reference))


def erase_pending(reference: str) -> None:
    """Erase one tenant whose deletion is noted."""
    try:
        Checkin().erase(reference)
    except CallFailed as error:
        log.warning("Check-in has not erased a tenant yet: %s", error)
        return
    PendingErasure.objects.filter(reference=reference).delete()


def _put(tenancy: Tenancy) -> None:
    is_told = True
    try:
        Checkin().put_tenant(tenancy)
    except CallFailed as error:
        log.warning("Check-in has not taken a tenancy yet: %s", error)
        is_told = False
    Tenancy.objects.filter(pk=tenancy.pk).update(is_in_step=is_told)
