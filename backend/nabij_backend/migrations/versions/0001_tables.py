"""The tables of the first release.

Revision: 0001, the first.
"""

from nabij_backend.migrations.run import apply_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
