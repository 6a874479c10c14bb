"""Acting for somebody else by a recorded mandate.

Rules:

1. the agent signs in as themselves, and names the mandate;
2. one that does not exist, has ended or is somebody else's is refused, always in the same words;
3. the agent waits for the person's turn, so that an erasure or a withdrawal comes before or after,
   never in between;
4. each use is noted for the person to see, in the same transaction.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from nabij_backend.caller import repository
from nabij_backend.db import SubjectSession, become, take_turn
from nabij_backend.enums import Reader
from nabij_backend.http.problems import Problem, ProblemType

_PURPOSE = "mandate"


async def act_for(
    agent: SubjectSession, mandate_id: UUID, *, entry_id: UUID, now: datetime
) -> SubjectSession:
    """Return the agent's transaction, turned into that of the mandate's person.

    Raises:
        Problem: there is no such mandate.
    """
    person_id = await repository.person_of(agent, mandate_id, now)
    if person_id is None:
        raise Problem(ProblemType.NO_MANDATE)
    person = replace(agent, subject_id=person_id, mandate_id=mandate_id)
    await take_turn(person)
    await become(person.connection, person_id)
    await repository.add_read(
        person, Reader.AGENT, _PURPOSE, entry_id=entry_id, now=now, reader_id=agent.subject_id
    )
    return person
