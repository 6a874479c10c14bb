"""What witnesses cosigned of the log.

Revision: 0016, after 0015.
"""

from nabij_backend.migrations.run import apply_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
