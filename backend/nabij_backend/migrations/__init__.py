"""The schema's history, one revision a file, applied by ``nabij migrate``.

A revision is named by the number that its file begins with. ``run`` applies them; it is not
imported here, because SQLAlchemy and Alembic take a second to load and serving needs neither.
"""

from importlib.resources import files

from nabij_backend.errors import UserError


class NewerSchema(UserError):
    """The database has the schema of a newer release, so nothing was changed.

    Use that release, or a database that was restored from a backup of before it.
    """


def newest_revision() -> str:
    """Return the revision that this code was written for."""
    versions = files(__name__) / "versions"
    return max(file.name.partition("_")[0] for file in versions.iterdir() if file.name[0].isdigit())


def serves_this_release(revision: str, oldest_release: str) -> bool:
    """Return whether a database of this revision serves this release."""
    return oldest_release <= newest_revision() <= revision


def require_known(revision: str | None) -> None:
    """Go on with a database of this revision, or of none.

    Raises:
        NewerSchema: this code was written before it.
    """
    if revision is not None and revision > newest_revision():
        raise NewerSchema
