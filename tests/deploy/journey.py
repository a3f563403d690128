"""What people do with a deployment: write a month, answer, exchange credentials, back up."""

import re
import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from sandbox.service import REPLY_TO, Sandbox
from tests.chaos import cluster, processes
from tests.deploy.deployment import PATIENCE, Deployment
from tests.deploy.machine import SIDES

SIZE = 60
"""As many as a month needs to have figures, and a few."""
AUTHOR, APPROVER = "author@example.org", "approver@example.org"
COLUMNS = "tenant_ref,email,housing_association,monthly_email"
CAMPAIGN = """---
month: {now:%Y-%m}
send_at: {now:%Y-%m-%dT%H:%M}
not_after: 24h
subject: Has anything changed this month?
preheader: Two minutes, and a tip for your budget
questions: [work, hours, benefits]
---
Hello,

Work, hours or benefits can change from one month to the next. If something has changed for you,
please tell us.

## Tips
### Put your bills on one page
Write down what comes in, what must go out, and on which day.

## Closing
Thank you for reading.
"""
DELIVERIES = "SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state"
HELD = "SELECT state = 'unknown', count(*) FROM deliveries GROUP BY 1 ORDER BY 1"
IS_FROZEN = "SELECT count(*) FROM campaigns WHERE frozen_at IS NOT NULL"
HAS_QUESTIONS = "SELECT count(*) > 0 FROM questions"
RELEASES = "SELECT month, state FROM published_releases"
LINK = re.compile(r"https://portal\.example\.org(/r/[^\s\"'<>)]+)")
NOTHING_CHANGED = {"changed": "no", "step": "check", "go": "send"}


def write_and_approve(deployed: Deployment) -> str:
    """A roster, two of staff, and a month that is due and handed over; returns the month."""
    now = datetime.now(ZoneInfo("Europe/London"))
    lines = [
        f"T-{n:03},tenant-{n:03}@example.org,Northfield (example),yes" for n in range(1, SIZE + 1)
    ]
    roster = _file(deployed, "roster.csv", "\n".join([COLUMNS, *lines]))
    deployed.operate("platform", "tenants", "import", roster)
    for who, role in ((AUTHOR, "author"), (APPROVER, "approver")):
        deployed.operate("campaign", "staff", "add", who, "--role", role)
    deployed.wait_for("campaign", HAS_QUESTIONS, (True,))
    text = _file(deployed, "month.md", CAMPAIGN.format(now=now))
    deployed.operate("campaign", "campaigns", "import", text, "--by", AUTHOR)
    deployed.operate("campaign", "campaigns", "approve", f"{now:%Y-%m}", "--by", APPROVER)
    deployed.wait_for("campaign", IS_FROZEN, (1,))
    return f"{now:%Y-%m}"


def reply(deployed: Deployment, number: int) -> None:
    """The tenant who got the mail of this number answers through the portal."""
    mails = deployed.sandbox.acceptance.mailbox.since(0, 2 * SIZE)
    found = [LINK.search(mail.text) for mail in mails if "campaign" in mail.tags]
    link = found[number]
    assert link is not None
    assert 307 == deployed.request(link[1], NOTHING_CHANGED)
    deployed.wait_for("platform", "SELECT count(*) FROM replies", (number + 1,))


def write_back(deployed: Deployment, address: str) -> None:
    """Reply to the email as a tenant; the platform answers and deletes what was written."""
    sandbox = deployed.sandbox
    written = f"From: {address}\r\nSubject: Re: Check-in\r\n\r\nI lost my job\r\n"
    sandbox.receiving.take(written.encode(), sender=address, recipient=REPLY_TO)
    processes.wait_until(
        lambda: not sandbox.receiving.objects and _automatic(sandbox) == [address],
        "the automatic answer",
        seconds=PATIENCE,
    )


def _automatic(sandbox: Sandbox) -> list[str]:
    """To whom an automatic answer was sent."""
    mails = sandbox.acceptance.mailbox.since(0, 4 * SIZE)
    return [m.recipients[0] for m in mails if ("Auto-Submitted", "auto-replied") in m.headers]


def freeze(deployed: Deployment, month: str) -> None:
    """The release of a month is drawn early, and crosses to the campaign side."""
    early = ("--early", "--reason", "the deployment is tested")
    deployed.operate("platform", "reports", "freeze", month, *early)
    deployed.wait_for("campaign", RELEASES, (month, "published"))


def exchange_credentials(deployed: Deployment) -> None:
    """Every password and key ring, in the documents' order; what held before holds no more."""
    before = {side: deployed.machine.environment(f"{side}/worker") for side in SIDES}
    deployed.stop()
    deployed.machine.draw_credentials()
    deployed.shape.load_redis_users(deployed.runner)
    for side in SIDES:
        deployed.prepare(side)
        _is_refused(before[side], side)
    deployed.start()
    for side, ring in (("platform", "links"), ("platform", "vault"), ("campaign", "console")):
        deployed.operate(side, "keys", "rotate", ring)
    deployed.wait_until_ready()


def _is_refused(environment: dict[str, str], side: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(environment[f"CHECKIN_{side.upper()}_DATABASE_URL"])
    url = environment["CHECKIN_BROKER_URL"]
    with Redis.from_url(url, socket_timeout=PATIENCE) as old, pytest.raises(AuthenticationError):
        old.ping()


def exchange_tokens(deployed: Deployment) -> None:
    """rent-flex changes over to a second token of the API while both hold; then the first goes."""
    first, second = (_token(deployed, name) for name in ("first", "second"))
    assert [200, 200] == [_status(deployed, token) for token in (first, second)]
    deployed.operate("platform", "api", "token", "remove", "first")
    assert [401, 200] == [_status(deployed, token) for token in (first, second)]


def _token(deployed: Deployment, name: str) -> str:
    words = ("api", "token", "add", name, "--scope", "tenants:read")
    return deployed.operate("platform", *words).strip()


def _status(deployed: Deployment, token: str) -> int:
    return deployed.request("/api/v1/tenants/T-002", token=token)


def erase(deployed: Deployment, reference: str) -> None:
    """A tenant is erased, and the platform's worker has written it down in its anchor."""
    deployed.operate("platform", "tenants", "erase", reference)
    written = "SELECT count(*) FROM rights_log WHERE action = 'erased'"
    deployed.wait_for("platform", written, (1,))
    anchor = deployed.anchor("erasures")
    processes.wait_until(
        lambda: anchor.exists() and '"reference": "' in anchor.read_text(),
        "the erasure in the anchor",
        seconds=PATIENCE,
    )


def back_up(deployed: Deployment, side: str, folder: Path) -> Path:
    """What the documents say: a dump as the migrator."""
    file = folder / f"{side}.dump"
    url = deployed.machine.environment(f"{side}/migrator")[f"CHECKIN_{side.upper()}_DATABASE_URL"]
    program = cluster.binary("pg_dump")
    subprocess.run([program, "--format=custom", "--file", str(file), url], check=True)
    return file


def _file(deployed: Deployment, name: str, text: str) -> str:
    file = deployed.machine.folder / name
    file.write_text(text)
    return str(file)
