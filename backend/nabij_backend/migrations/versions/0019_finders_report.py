"""Finders of vulnerabilities report without saying who they are.

Revision: 0019, after 0018.
"""

from nabij_backend.migrations.run import apply_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
