"""A restore that lost acts begins a successor log.

Revision: 0021, after 0020.
"""

from nabij_backend.migrations.run import apply_file

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
