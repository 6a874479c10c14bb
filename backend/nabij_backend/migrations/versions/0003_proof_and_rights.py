"""Proof and rights: the log, the devices that were told, and what a person may ask for.

Revision: 0003, after 0002.
"""

from nabij_backend.migrations.run import apply_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
