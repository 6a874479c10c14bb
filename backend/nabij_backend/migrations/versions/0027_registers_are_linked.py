"""A source that several registers have is shown once.

Revision: 0027, after 0026.
"""

from nabij_backend.migrations.run import apply_file

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
