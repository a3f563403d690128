"""`checkin tenants adopt`."""

import click

from checkin import connections
from kit import settings
from kit.anchors import open_anchor
from kit.clock import utc_now
from links import keys
from tenants.rights import erasures


@click.command()
@click.option(
    "--new-anchor", is_flag=True, help="Begin a new anchor; the old one is lost for good."
)
def adopt(new_anchor: bool) -> None:
    """After a restore: erase again whoever was erased since the backup.

    Until then the platform side hands no list over and draws no figures.

    \b
    Example:  checkin tenants adopt
    """
    chosen = settings.load()
    keep = max(chosen.vault_window, chosen.keep_erased)
    anchor = open_anchor(chosen.erasure_anchor_place)
    with connections.migrated_platform(chosen) as database:
        if new_anchor:
            erasures.begin_anew(anchor)
        ring = keys.load(chosen.link_keys_file)
        count = erasures.adopt(database, anchor, keys=ring, keep=keep, now=utc_now())
    click.echo(f"Tenants erased again: {count}.")
