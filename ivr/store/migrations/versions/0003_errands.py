"""A conversation may wait for a core system: what it last asked, and whether that is back."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import KEY, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("act_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_errands_conversation_id")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("fk_errands_act_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_errands")),
    )


def downgrade() -> None:
    op.drop_table("errands")
