"""Notifications carry nothing: who hears one reads what is the case.

Revision: 0013, after 0012.
"""

from nabij_backend.migrations.run import apply_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
