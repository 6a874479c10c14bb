"""Existence of the caller's account."""

from nabij_backend.caller import repository
from nabij_backend.db import SubjectSession
from nabij_backend.http.problems import Problem, ProblemType


async def require_known(session: SubjectSession) -> None:
    """Tell an account that was erased meanwhile from one that has nothing.

    Raises:
        Problem: the account was erased.
    """
    if not await repository.is_known(session):
        raise Problem(ProblemType.ERASED)
