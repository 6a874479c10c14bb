"""Registers have editions, and imports can be undone.

Revision: 0026, after 0025.
"""

from nabij_backend.migrations.run import apply_file

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
