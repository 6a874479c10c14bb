"""Names and stories have a language, and a source without a name has none.

Revision: 0008, after 0007.
"""

from nabij_backend.migrations.run import apply_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
