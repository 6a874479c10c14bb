"""Sources of several registers are linked by the spatial index, whatever the planner knows.

Revision: 0028, after 0027.
"""

from nabij_backend.migrations.run import apply_file

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
