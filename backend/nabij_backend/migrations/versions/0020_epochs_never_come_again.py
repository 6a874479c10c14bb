"""Epochs are made of salted leaves, so none comes again.

Revision: 0020, after 0019.
"""

from nabij_backend.migrations.run import apply_file

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
