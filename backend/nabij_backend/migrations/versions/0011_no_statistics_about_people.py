"""Planner statistics hold no value of a row about a person.

Revision: 0011, after 0010.
"""

from nabij_backend.migrations.run import apply_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
