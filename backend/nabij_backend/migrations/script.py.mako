"""${message}.

Revision: ${up_revision}, after ${down_revision | comma,n}.
"""

from nabij_backend.migrations.run import apply_file

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    apply_file(__file__)
