"""One text a month: typing changes its latest version until that is cut

What somebody had typed and not saved becomes a version below the latest one, so that it can be
compared and restored. A month that nobody had begun has no versions; its unsaved text goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REASONS = (
    *("opened", "saved", "quiet", "tested", "asked", "approved", "restored", "removed"),
    "taken_back",
)
LISTED = ", ".join(f"'{reason}'" for reason in REASONS)

UNSAVED = """
SELECT campaigns.id, working_copies.email
FROM working_copies JOIN campaigns ON campaigns.month = working_copies.month
WHERE campaigns.version > 0 ORDER BY working_copies.kept_at, working_copies.email
"""
UP_ONE = (
    """UPDATE drafts SET version = version + 1 WHERE campaign_id = :campaign
    AND version = (SELECT version FROM campaigns WHERE id = :campaign)""",
    "UPDATE campaigns SET version = version + 1 WHERE id = :campaign",
    """INSERT INTO drafts (campaign_id, version, content, author, saved_at, cut_because)
    SELECT campaigns.id, campaigns.version - 1, working_copies.content, working_copies.email,
      working_copies.kept_at, 'quiet'
    FROM campaigns JOIN working_copies ON working_copies.month = campaigns.month
    WHERE campaigns.id = :campaign AND working_copies.email = :email""",
)


def upgrade() -> None:
    op.execute(f"""
        ALTER TABLE drafts ADD COLUMN cut_because VARCHAR(16)
        CONSTRAINT ck_drafts_cut_because CHECK (cut_because IN ({LISTED}))""")
    op.add_column("drafts", sa.Column("writers", sa.JSON(), nullable=True))
    op.execute("UPDATE drafts SET cut_because = 'saved'")
    _make_versions_of_unsaved_texts()
    op.drop_table("working_copies")
    op.create_table(
        "writer_presence",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["email"],
            ["staff.email"],
            name=op.f("fk_writer_presence_email"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("month", "email", name=op.f("pk_writer_presence")),
    )


def _make_versions_of_unsaved_texts() -> None:
    connection = op.get_bind()
    for campaign, email in connection.execute(sa.text(UNSAVED)).all():
        for statement in UP_ONE:
            connection.execute(sa.text(statement), {"campaign": campaign, "email": email})


def downgrade() -> None:
    op.drop_table("writer_presence")
    op.create_table(
        "working_copies",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["email"], ["staff.email"], name=op.f("fk_working_copies_email"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("month", "email", name=op.f("pk_working_copies")),
    )
    op.drop_column("drafts", "writers")
    with op.batch_alter_table("drafts") as table:
        table.drop_constraint("ck_drafts_cut_because", type_="check")
        table.drop_column("cut_because")
