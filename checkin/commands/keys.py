"""`checkin keys`."""

import click

from checkin import connections, key_rings
from kit import settings
from kit.clock import utc_now
from kit.durations import as_text
from kit.errors import Refused
from kit.settings import Settings
from links import keys as link_keys
from replies.vault import rotation, sealing

OLDER_KEYS_KEPT = 3
"""Links are valid for about a month: with a rotation each month, three older keys verify all."""


@click.group()
def keys() -> None:
    """Rotate the keys. Running processes pick up the new key by themselves.

    \b
    Example:  checkin keys rotate links
    """


@keys.command()
@click.argument("ring", type=click.Choice(["links", "vault", "console"]))
def rotate(ring: str) -> None:
    """Add a new key, which is used from now on; older keys still verify and decrypt.

    For the vault it also rewraps every tenant's key and destroys master keys whose window is over
    (CHECKIN_VAULT_WINDOW). If it is interrupted, run it again: it continues where it stopped.

    \b
    Examples:  checkin keys rotate links
               checkin keys rotate vault
               checkin keys rotate console
    """
    chosen = settings.load()
    if ring == "console":
        _rotate_console(chosen)
        return
    if not chosen.has_platform_side:
        raise Refused("The link and vault keys are the platform side's; rotate them there.")
    if ring == "links":
        size = link_keys.rotate(chosen.link_keys_file, keep=OLDER_KEYS_KEPT)
        click.echo(
            f"New links are signed with a new key; older keys that still verify: {size - 1}."
        )
    else:
        _rotate_vault(chosen)


def _rotate_console(chosen: Settings) -> None:
    if not chosen.has_campaign_side:
        raise Refused("The console's keys are the campaign side's; rotate them there.")
    size = link_keys.rotate(chosen.secret_key_file, keep=OLDER_KEYS_KEPT)
    click.echo(f"New sessions are signed with a new key; older keys that still verify: {size - 1}.")


def _rotate_vault(chosen: Settings) -> None:
    """Begin a rotation or continue an interrupted one; then destroy master keys that are due."""
    keys = sealing.master_keys_of(chosen.vault_keys)
    with connections.migrated_platform(chosen) as database:
        done = rotation.rotate_master_key(database, keys, window=chosen.vault_window, now=utc_now())
    click.echo(f"{'Rotated' if done.begun else 'Went on with the rotation'} to {keys.current}.")
    click.echo(
        f"Data keys rewrapped: {done.rewrapped}. Replies stayed as they are and open as before."
    )
    if key_rings.is_remote(chosen):
        click.echo("Schedule the deletion of the older key in AWS KMS; see docs/keys.md.")
        return
    click.echo(f"Older master keys destroyed: {', '.join(done.destroyed) or 'none'}.")
    click.echo(f"The one just replaced goes in {as_text(chosen.vault_window)}.")
