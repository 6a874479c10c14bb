"""Readiness asks whether the disk of the database is full.

Revision: 0018, after 0017.
"""

from nabij_backend.migrations.run import apply_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
