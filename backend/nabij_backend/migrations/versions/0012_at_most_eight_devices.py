"""A customer has at most eight devices; with a ninth the one heard of longest ago goes.

Revision: 0012, after 0011.
"""

from nabij_backend.migrations.run import apply_file

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
