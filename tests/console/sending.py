"""A month going out beside the console: a roster, the real engine, a stand-in for SES."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from campaigns import engine
from campaigns.sending import feedback, worker
from campaigns.sending.context import SendContext
from kit import aws
from kit.database import Database
from links import keys, mail_links
from sandbox.service import Sandbox
from tenants.handover import mailing_list
from tests.console.site import ConsoleSite
from tests.support.sending import DIGEST_KEY, FreeLimiter, KeptMark
from tests.tenants.roster.rosters import line, load_lines

LEASE, GRACE, KEEP = timedelta(minutes=2), timedelta(hours=1), timedelta(days=90)
LEAD = timedelta(minutes=30)
SLICE_SECONDS = 60.0


@dataclass
class Works:
    """The platform and the campaign side's workers, taken a step at a time by the site's clock.

    `before_each_batch` is run with the number of the batch that is about to be posted, from 1.
    """

    site: ConsoleSite
    platform: Database
    stand_in: Sandbox
    folder: Path
    before_each_batch: Callable[[int], None] = lambda _number: None
    due: list[int] = field(default_factory=list)
    _batches: int = 0

    def enrol(self, count: int) -> None:
        """Tenants who agreed to the monthly email."""
        lines = (line(f"T-{n:03}", f"tenant-{n:03}@example.org") for n in range(1, count + 1))
        load_lines(self.platform, *lines)

    def hand_over(self) -> None:
        """What the platform's tick does for a month that is due."""
        ring = self.folder / "link-keys"
        keys.create(ring)
        mailing_list.hand_over(
            self.platform,
            self.site.campaign,
            links=mail_links.link_writer(keys.load(ring), "https://portal.example.org"),
            now=self.site.clock.now,
            lead=LEAD,
        )

    def tick(self) -> None:
        """The campaign side's tick."""
        self.due = engine.tick(
            self.site.campaign,
            aws.ses_for_asking(),
            clock=self.site.clock,
            lease=LEASE,
            grace=GRACE,
            keep=KEEP,
        )

    def send(self) -> None:
        """A worker's slice of each month that the tick named."""
        context = SendContext(
            database=self.site.campaign,
            client=aws.ses_for_sending(),
            rate_limiter=FreeLimiter(),
            mark=KeptMark(),
            digest_key=lambda: DIGEST_KEY,
            clock=self.site.clock,
            sender=self.site.settings.from_address,
            configuration_set=self.stand_in.environment["CHECKIN_SES_CONFIGURATION_SET"],
            sleep=self._next_batch,
        )
        for campaign_id in self.due:
            worker.run(context, campaign_id, seconds=SLICE_SECONDS)

    def hear(self) -> None:
        """Take everything that SES has said."""
        queue = self.stand_in.environment["CHECKIN_SES_EVENTS_QUEUE_URL"]
        client, mark = aws.sqs(), KeptMark()
        while feedback.poll(self.site.campaign, client, queue, mark=mark, clock=self.site.clock):
            pass

    def _next_batch(self, _seconds: float) -> None:
        self._batches += 1
        self.before_each_batch(self._batches)
