"""A phone that sleeps is woken for a notice that asks its customer anew.

Revision: 0004, after 0003.
"""

from nabij_backend.migrations.run import apply_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
