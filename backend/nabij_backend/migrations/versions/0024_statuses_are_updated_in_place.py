"""Statuses are updated in place.

Revision: 0024, after 0023.
"""

from nabij_backend.migrations.run import apply_file

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
