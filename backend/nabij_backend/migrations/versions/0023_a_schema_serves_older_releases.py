"""A schema names the oldest release that it serves.

Revision: 0023, after 0022.
"""

from nabij_backend.migrations.run import apply_file

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
