"""`checkin metrics`."""

from collections.abc import Iterable

import click
from prometheus_client.metrics_core import Metric

import campaigns.watching.metrics
import portal.metrics
from checkin import connections
from kit import exposition, settings
from kit.clock import utc_now
from kit.errors import Refused
from kit.settings import Settings

SIDES = ("campaign", "platform")


@click.command()
@click.option("--side", type=click.Choice(SIDES), help="Left out: the side this process has.")
def metrics(side: str | None) -> None:
    """Print one side's metrics for Prometheus.

    They are the same as under /metrics, and no token is needed.

    \b
    Example:  checkin metrics --side campaign
    """
    chosen = settings.load()
    wanted = side or _only_side(chosen)
    read = _campaign if wanted == "campaign" else _platform
    click.echo(exposition.rendered(lambda: read(chosen)), nl=False)


def _only_side(chosen: Settings) -> str:
    has = (chosen.has_campaign_side, chosen.has_platform_side)
    if all(has):
        raise Refused("This process has both sides; choose one: --side campaign or platform.")
    return SIDES[0] if has[0] else SIDES[1]


def _campaign(chosen: Settings) -> Iterable[Metric]:
    with connections.migrated_campaign(chosen) as database, database.reading() as session:
        return list(campaigns.watching.metrics.read(session, now=database.now()))


def _platform(chosen: Settings) -> Iterable[Metric]:
    with connections.migrated_platform(chosen) as database, database.reading() as session:
        return list(portal.metrics.read(session, now=utc_now()))
