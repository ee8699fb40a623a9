"""Versions of menus wait until they have been spoken; those that are there are live."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("menus_versions", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("live_at", UtcTime(), nullable=True))
    op.execute("UPDATE menus_versions SET live_at = published_at")


def downgrade() -> None:
    # Never by a copy of the table: conversations refer to its rows.
    with op.batch_alter_table("menus_versions", recreate="never") as batch_op:
        batch_op.drop_column("live_at")
