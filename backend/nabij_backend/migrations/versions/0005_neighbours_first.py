"""A private person's source is published as a number in a square, and nothing more of it is kept.

Revision: 0005, after 0004.
"""

from nabij_backend.migrations.run import apply_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
