"""A choice outlives the source, so that the customer is told that it is gone.

Revision: 0010, after 0009.
"""

from nabij_backend.migrations.run import apply_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
