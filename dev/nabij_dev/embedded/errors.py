"""Errors of the private cluster.

EmbeddedError
├── NotMade           no cluster was made yet
├── PostgisMissing    no PostgreSQL with PostGIS is installed
├── VersionMismatch   the data was made by a PostgreSQL that is not installed
├── FolderUnusable    the folder cannot hold a cluster
├── NotDurable        a durable server was asked for, a fast and forgetful one runs
└── ServerFailed      initdb or the server gave up; ends with the last lines of its log
"""

from nabij_backend.errors import NoDatabase


class EmbeddedError(NoDatabase):
    """The embedded cluster cannot be used; the message says what to do."""


class NotMade(EmbeddedError):
    """No private PostGIS cluster is there.

    Run `nabij serve`, which makes one, or set NABIJ_DATABASE_URL.
    """


class PostgisMissing(EmbeddedError):
    """No PostgreSQL with the PostGIS extension was found."""

    def __init__(self) -> None:
        """Say what to install on the systems we know."""
        super().__init__(
            "PostgreSQL with PostGIS was not found. Install it:\n"
            "  Debian, Ubuntu:  sudo apt-get install postgresql postgis postgresql-15-postgis-3\n"
            "                   (replace 15 by the version that postgresql brings)\n"
            "  Fedora:          sudo dnf install postgresql-server postgis\n"
            "  macOS:           brew install postgresql@17 postgis\n"
            "Or set NABIJ_DATABASE_URL to use a PostgreSQL server of your own."
        )


class VersionMismatch(EmbeddedError):
    """The data folder was made by a major version that is not installed."""

    def __init__(self, made_by: int) -> None:
        """Name the version to install."""
        super().__init__(
            f"The embedded data was made by PostgreSQL {made_by}, which is not installed with "
            f"PostGIS. Install PostgreSQL {made_by} with PostGIS, or delete the data folder to "
            "start afresh."
        )


class FolderUnusable(EmbeddedError):
    """The folder cannot hold a cluster: permissions, owner or disk."""


class NotDurable(EmbeddedError):
    """The running server may lose data in a crash, and durability was asked for."""

    def __init__(self) -> None:
        """Say how to get a durable server."""
        super().__init__(
            "A test run is using this cluster without durability. "
            "Wait until it has ended, or use another folder."
        )


class ServerFailed(EmbeddedError):
    """PostgreSQL did not come up."""

    def __init__(self, log_tail: str) -> None:
        """Show the end of what the server or initdb wrote."""
        super().__init__(f"PostgreSQL did not start. Its last words:\n{log_tail}")
