"""Acts remember Global Privacy Control; devices can be removed, and who listens hears of them.

Revision: 0009, after 0008.
"""

from nabij_backend.migrations.run import apply_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
