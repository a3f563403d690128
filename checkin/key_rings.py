"""The local key rings of this process's sides, and the token for its metrics."""

from collections.abc import Iterator
from pathlib import Path

from kit import exposition
from kit.settings import Settings
from kit.variables import KMS_SCHEME
from links import keys
from replies.vault import master_keys


def create_missing(settings: Settings) -> Iterator[Path]:
    """Create the missing files; yields those created."""
    token = settings.metrics_token_file
    if token is not None and exposition.create_token(token):
        yield token
    if settings.has_campaign_side and keys.create(settings.secret_key_file):
        yield settings.secret_key_file
    if settings.has_campaign_side and keys.create(settings.digest_key_file):
        yield settings.digest_key_file
    if settings.has_platform_side and keys.create(settings.link_keys_file):
        yield settings.link_keys_file
    if settings.has_platform_side and not is_remote(settings):
        vault = Path(settings.vault_keys)
        if master_keys.create(vault):
            yield vault


def is_remote(settings: Settings) -> bool:
    """Whether the vault's master key is in AWS KMS."""
    return settings.vault_keys.startswith(KMS_SCHEME)
