"""Of each network only whether it serves the phone is kept.

Revision: 0006, after 0005.
"""

from nabij_backend.migrations.run import apply_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
