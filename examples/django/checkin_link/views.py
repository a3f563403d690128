"""A tenant's account page, an association's inbox, and the webhook. None of them keeps a reply."""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from standardwebhooks import Webhook, WebhookVerificationError

from checkin_link import feed
from checkin_link.client import Checkin
from checkin_link.models import AssociationReader, Tenancy


@require_GET
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """The signed-in tenant's own replies, and who opened one."""
    tenancy = get_object_or_404(Tenancy, user=request.user)
    held = Checkin().replies(tenancy.reference)
    return render(request, "checkin_link/account.html", {"tenancy": tenancy, **held})


@require_GET
@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """What tenants submitted to the reader's association, read afresh at each visit."""
    reader = get_object_or_404(AssociationReader, user=request.user)
    token = settings.CHECKIN_SUBMITTED_TOKENS.get(reader.housing_association)
    if token is None:
        raise PermissionDenied
    context = {"association": reader.housing_association, "items": Checkin(token).submitted()}
    return render(request, "checkin_link/inbox.html", context)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take a page of the feed; its id, `changes-AFTER-NEXT`, says where it begins."""
    try:
        Webhook(settings.CHECKIN_WEBHOOK_SECRET).verify(request.body, dict(request.headers))
    except WebhookVerificationError:
        return HttpResponse(status=401)
    _, after, _ = request.headers["webhook-id"].split("-")
    feed.take(json.loads(request.body), after=int(after))
    return HttpResponse(status=204)
