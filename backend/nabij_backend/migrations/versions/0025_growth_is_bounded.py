"""Growth is bounded.

Revision: 0025, after 0024.
"""

from nabij_backend.migrations.run import apply_file

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
