"""The schema's history, one revision a file, applied by ``nabij migrate``.

A revision is named by the number that its file begins with. ``run`` applies them; it is not
imported here, because SQLAlchemy and Alembic take a second to load and serving needs neither.
"""

from importlib.resources import files


def newest_revision() -> str:
    """The revision that this code was written for."""
    versions = files(__name__) / "versions"
    return max(file.name.partition("_")[0] for file in versions.iterdir() if file.name[0].isdigit())
