"""The database knows the keys of its installation by fingerprint.

Revision: 0022, after 0021.
"""

from nabij_backend.migrations.run import apply_file

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
