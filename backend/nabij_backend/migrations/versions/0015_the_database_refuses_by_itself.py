"""PostgreSQL refuses what the service would refuse: grants that nobody gave, times that are not.

Revision: 0015, after 0014.
"""

from nabij_backend.migrations.run import apply_file

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
