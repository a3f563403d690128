"""The webhook brings the very page that `GET /changes` would give."""

import json
from pathlib import Path

from tenants.feed import signatures, webhook
from tenants.feed.webhook import Receiver
from tests.api.client import Caller
from tests.tenants.test_webhook import listening


def test_a_page_that_is_brought_is_the_page_that_is_asked_for(
    platform: Caller, tmp_path: Path
) -> None:
    platform.put("T-007")
    platform("PUT", "/tenants/T-007/stop")
    signatures.add_secret(tmp_path / "webhook")
    with listening() as receiving:
        receiver = Receiver(receiving.url, signatures.load(tmp_path / "webhook"))
        taken = webhook.call(platform.site.platform, receiver, clock=lambda: platform.site.now)

    ((_, body),) = receiving.got
    assert (1, platform.get("/changes")) == (taken, json.loads(body))
