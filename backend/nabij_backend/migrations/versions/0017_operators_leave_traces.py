"""Refused calls of operators leave a line; a leaf without an act can be settled.

Revision: 0017, after 0016.
"""

from nabij_backend.migrations.run import apply_file

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
