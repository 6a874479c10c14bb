"""User errors: the docstring of the class is the message."""

from typing import ClassVar


class UserError(Exception):
    """It cannot go on until somebody does what this docstring says."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or "").split()))


class NoDatabase(UserError):
    """There is no database to work on."""


class NotAdmitted(UserError):
    """This host writes nothing to this database."""

    event: ClassVar[str] = "not admitted"
    """What the log calls it."""
