"""The pseudonym of an erased account goes with the oldest backup.

Revision: 0007, after 0006.
"""

from nabij_backend.migrations.run import apply_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
