"""Authorisation and logging of operators.

Rules:

1. the sign-in is verified, with the issuer asked whether it was revoked;
2. the issuer claims that it is an operator's, *and* whoever administers the database added it: a
   stolen claim or a forgotten row alone opens nothing;
3. every call is logged before it does anything, whatever comes of it, without saying about whom:
   looking in vain leaves a trace, too. A call that is refused leaves another (``refused``), which
   names nobody but an operator;
4. what is looked at of a customer is noted for that customer to see, in the same transaction;
5. nobody becomes known by being looked up.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nabij_backend.caller.repository import add_read
from nabij_backend.db import Connection, SubjectSession, become, enter
from nabij_backend.enums import OperatorAction, OperatorRefusal, Reader
from nabij_backend.errors import UserError
from nabij_backend.identity import SignIn
from nabij_backend.operators import repository
from nabij_backend.runtime import Runtime


class NotAnOperator(UserError):
    """This sign-in may not work as an operator; the message says what is missing."""


class UnknownCustomer(UserError):
    """No customer is known by this."""

    def __init__(self) -> None:
        super().__init__(
            "No customer is known by this. Check the id and its issuer; if they are right, answer "
            "that nothing is known of this person."
        )


@dataclass(frozen=True, slots=True)
class OperatorRuntime(Runtime):
    """What operators work with."""

    identity_key: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """A transaction of an operator, with the power to see which requests are due."""

    runtime: OperatorRuntime
    connection: Connection
    operator_id: UUID
    action: OperatorAction

    async def of(self, customer: SignIn | UUID) -> SubjectSession:
        """Go on as this customer, named by sign-in or pseudonym, who will see it.

        Raises:
            UnknownCustomer: there is none.
        """
        session = await self.find(customer)
        await add_read(
            session,
            Reader.OPERATOR,
            self.action,
            entry_id=self.runtime.new_id(),
            now=self.runtime.clock(),
            reader_id=self.operator_id,
        )
        return session

    async def find(self, customer: SignIn | UUID) -> SubjectSession:
        """Return a session of this customer, to name them and look no further; see ``of``."""
        await repository.become_service(self.connection)
        if isinstance(customer, UUID):
            session = SubjectSession(self.connection, await become(self.connection, customer))
            if await repository.exists(session):
                return session
            raise UnknownCustomer
        subject_id = await enter(self.connection, customer.digest(self.runtime.identity_key))
        if subject_id is None:
            raise UnknownCustomer
        return SubjectSession(self.connection, subject_id)


@asynccontextmanager
async def authorised(
    runtime: OperatorRuntime, sign_in: SignIn, action: OperatorAction
) -> AsyncGenerator[Work]:
    """Do something as an operator, in one transaction.

    Raises:
        NotAnOperator: the claim, the row or both are missing.
        WrongKeys, LogDisagrees: this host may write nothing (``installation``).
    """
    operator_id = await authorise(runtime, sign_in, action)
    async with runtime.database.transaction(action, admitted=True) as connection:
        await repository.become_operator(connection)
        yield Work(runtime, connection, operator_id, action)


async def authorise(runtime: OperatorRuntime, sign_in: SignIn, action: OperatorAction) -> UUID:
    """Log what an operator is about to do, and commit that; returns the operator's pseudonym.

    Raises:
        NotAnOperator: the claim, the row or both are missing.
        WrongKeys, LogDisagrees: as ``authorised``.
    """
    async with runtime.database.transaction("operator_log", admitted=True) as connection:
        await repository.become_operator(connection)
        operator_id = await repository.working(connection, sign_in.digest(runtime.identity_key))
        if operator_id is not None and sign_in.operator:
            await repository.log(
                connection, operator_id, action, entry_id=runtime.new_id(), now=runtime.clock()
            )
            return operator_id
    reason = OperatorRefusal.NOT_ADDED if operator_id is None else OperatorRefusal.NO_CLAIM
    await refused(runtime, action, reason, operator_id)
    raise NotAnOperator(_missing(claim=sign_in.operator, row=operator_id is not None))


async def refused(
    runtime: Runtime,
    action: OperatorAction,
    reason: OperatorRefusal,
    operator_id: UUID | None = None,
) -> None:
    """Log that an operator's call was refused, and commit that."""
    async with runtime.database.transaction("operator_refusal") as connection:
        await repository.become_operator(connection)
        await repository.log_refusal(
            connection,
            action,
            reason,
            operator_id=operator_id,
            entry_id=runtime.new_id(),
            now=runtime.clock(),
        )


async def overview(session: SubjectSession, *, with_status: bool) -> dict[str, Any]:
    """Return what is known of a customer, by part; no square unless asked for."""
    parts = (*repository.ABOUT_A_CUSTOMER, *((repository.STATUSES,) if with_status else ()))
    return {part: await repository.about(session, part) for part in parts}


def _missing(*, claim: bool, row: bool) -> str:
    told = {
        "its token does not claim `nabij_operator`: set the claim, and sign in anew": claim,
        "it was not added, or was removed: whoever administers the database can run "
        "`nabij operators add`": row,
    }
    missing = [text for text, found in told.items() if not found]
    return f"This sign-in may not work as an operator: {'; and '.join(missing)}."
