"""One side's history with one more revision, as the next release has it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import migrations

REVISION = '''
"""What the rules of docs/disasters.md allow beside running workers: it only ever adds"""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{after}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("next_release", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("deliveries", sa.Column("new_column", sa.String(8), server_default="x"))
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_deliveries_new", "deliveries", ["new_column"], postgresql_concurrently=True
        )
'''


@contextmanager
def next_release(side: str, folder: Path) -> Iterator[None]:
    """Inside the block, upgrading goes one revision further."""
    copied = folder / "migrations"
    shutil.copytree(migrations.FOLDER / side, copied / side)
    versions = copied / side / "versions"
    newest = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    (versions / "next.py").write_text(REVISION.format(after=newest))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "FOLDER", copied)
        yield
