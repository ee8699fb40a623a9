"""Call-backs have a time, tries and an end; tickets that were there before are open at any time."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With their defaults, programs of the version before can still write tickets.
    with op.batch_alter_table("tickets", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("window_begins", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("window_ends", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("finished_at", UtcTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tickets", recreate="never") as batch_op:
        for name in ("finished_at", "reason", "tries", "window_ends", "window_begins"):
            batch_op.drop_column(name)
