"""What the platform keeps for Check-in. Replies are never kept here."""

from django.conf import settings
from django.db import models

LANGUAGES = (("en", "English"), ("cy", "Cymraeg"))


class Tenancy(models.Model):
    """A tenancy whose tenant may get the monthly email.

    The last three fields say what Check-in knows better: they are written from its feed of changes.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tenancy"
    )
    reference = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    housing_association = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    monthly_email = models.BooleanField(default=False)

    is_in_step = models.BooleanField(default=False, editable=False)
    emails_stopped = models.BooleanField(default=False, editable=False)
    unreached_since = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "tenancies"

    def __str__(self) -> str:
        return self.reference


class PendingErasure(models.Model):
    """A tenancy that was deleted here and could not be erased there yet."""

    reference = models.CharField(max_length=64, unique=True)


class FeedPosition(models.Model):
    """How far the feed of changes was followed. There is one row."""

    after = models.BigIntegerField(default=0)


class AssociationReader(models.Model):
    """Somebody of a housing association who reads what tenants submitted to it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="association_reader"
    )
    housing_association = models.CharField(max_length=200)
