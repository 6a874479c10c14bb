"""Who may do what: row-level security, privileges, and rows that never change.

Revision: 0002, after 0001.
"""

from nabij_backend.migrations.run import apply_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
