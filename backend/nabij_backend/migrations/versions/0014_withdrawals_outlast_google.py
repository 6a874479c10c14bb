"""A withdrawal is taken, and says so, where nobody can tell whether its sign-in was revoked.

Revision: 0014, after 0013.
"""

from nabij_backend.migrations.run import apply_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
