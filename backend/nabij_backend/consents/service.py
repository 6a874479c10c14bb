"""Recording of acts of consent, and the permissions that follow.

Rules:

1. acts of one person happen one after the other, after every report that has begun;
2. an act that was recorded under the same id before is not recorded again;
3. a grant names a nonce under which the current notice was shown to this person;
4. after any act but a grant there is no grant: "refused" and "dismissed" end one just as
   "withdrawn" does, and PostgreSQL erases what it allowed;
5. a grant on other terms ends the one before it;
6. nobody says yes for somebody else, and nobody to a purpose that they object to;
7. nothing is written of an act that no notice ever asked for;
8. a prompt is served only while it may ask for something (``nabij_consent.prompting``), and never
   for a purpose that the customer objects to.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from nabij_backend.consents import repository
from nabij_backend.consents.objections import repository as objections
from nabij_backend.consents.schemas import (
    Act,
    Consents,
    Erased,
    Permission,
    Recorded,
    WithdrawalAct,
)
from nabij_backend.db import SubjectSession, take_turn
from nabij_backend.devices import service as devices
from nabij_backend.devices.service import Actor
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.metric_events import ActRecorded
from nabij_backend.notices import service as notices
from nabij_backend.notices.schemas import ServedNotice
from nabij_consent import (
    Allowed,
    ConsentEvent,
    Decision,
    EventKind,
    Evidence,
    Grant,
    Locale,
    Method,
    Notice,
    NoticeSignal,
    Purpose,
    RecordedEvent,
    Refused,
    decide,
    epoch_of,
    may_prompt,
    whole_milliseconds,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When an act is recorded, in whole milliseconds, and the salt of its leaf in the log."""

    now: datetime
    salt: bytes


class NotShown(Exception):
    """The grant is for a notice that is not current, or that this person was not shown."""

    def __init__(self, current: Notice) -> None:
        super().__init__("Show the current notice first.")
        self.current = current


async def consents(session: SubjectSession, now: datetime) -> Consents:
    """Return what this person permits now."""
    as_of = await repository.last_number(session)
    notice = await notices.current(session.connection)
    return Consents(
        notice_version=notice.version,
        as_of=as_of,
        permissions=await _permissions(session, notice, now),
    )


async def prompt(
    session: SubjectSession, locale: Locale, *, nonce: UUID, now: datetime
) -> ServedNotice:
    """Serve the notice for a prompt, which the customer did not open themselves.

    Raises:
        Problem: no notice was ever published, or nothing may be asked now.
    """
    notice = await notices.current(session.connection)
    for evidence, latest in await repository.evidence(session, notice, now):
        permitted = isinstance(decide(evidence), Allowed)
        if not may_prompt(permitted=permitted, latest=latest, notice=notice, now=now):
            continue
        if not await objections.objected_at(session, evidence.purpose.slug):
            return await notices.serve(session, notice, locale, nonce=nonce, now=now)
    raise Problem(ProblemType.NOTHING_TO_ASK)


async def answer(
    session: SubjectSession, act: Act, moment: Moment, *, gpc: bool = False
) -> Recorded:
    """Record what the customer answered to the notice.

    Raises:
        NotShown: a grant of a notice that this person was not shown, or that is not current.
        Problem: the notice does not ask for this, the id belongs to another act, the person
            objects to the purpose, or somebody else says yes for them.
    """
    if act.kind is EventKind.GRANTED and session.mandate_id is not None:
        raise Problem(ProblemType.NOT_BY_MANDATE)
    event = ConsentEvent(
        event_id=act.id,
        kind=act.kind,
        purpose=Purpose(act.purpose),
        signals=act.signals,
        notice_version=act.notice_version,
        occurred_at=whole_milliseconds(act.occurred_at),
    )
    platform = None if act.platform == "browser" else act.platform
    actor = Actor(act.device_id, platform, gpc)
    return await _act(session, event, moment, actor, nonce=act.nonce)


async def withdraw(
    session: SubjectSession, act: WithdrawalAct, moment: Moment, *, gpc: bool = False
) -> Recorded:
    """Record a withdrawal and erase what was allowed, in the same transaction.

    Raises:
        Problem: no notice was ever published, the id belongs to another act, or no notice ever
            asked for this purpose.
    """
    notice = await notices.current(session.connection)
    event = ConsentEvent(
        event_id=act.id,
        kind=EventKind.WITHDRAWN,
        purpose=None if act.purpose is None else Purpose(act.purpose),
        signals=act.signals,
        notice_version=notice.version,
        occurred_at=whole_milliseconds(act.occurred_at),
    )
    return await _act(session, event, moment, Actor(act.device_id, gpc=gpc), nonce=None)


async def _act(
    session: SubjectSession,
    event: ConsentEvent,
    moment: Moment,
    actor: Actor,
    *,
    nonce: UUID | None,
) -> Recorded:
    await take_turn(session)
    notice = await notices.current(session.connection)
    earlier = await repository.find(session, event.event_id)
    if earlier is not None:
        return await _again(session, event, earlier, notice, moment.now)
    if event.kind is EventKind.GRANTED:
        if event.purpose and await objections.objected_at(session, event.purpose.slug):
            raise Problem(ProblemType.OBJECTED)
        await _require_shown(session, event, notice, nonce, moment.now)
        _asked(event, notice)
    elif event.notice_version > notice.version or not (
        event.purpose is None
        or await notices.was_ever_asked(session.connection, notice, event.purpose)
    ):
        raise Problem(ProblemType.NOT_ASKED)
    recorded, erased = await enact(
        session, event, notice, moment, method=Method.APP, actor=actor, nonce=nonce
    )
    return await _recorded(session, notice, recorded, moment.now, erased)


async def enact(  # noqa: PLR0913 - a column each
    session: SubjectSession,
    event: ConsentEvent,
    notice: Notice,
    moment: Moment,
    *,
    method: Method,
    actor: Actor | None,
    nonce: UUID | None,
) -> tuple[RecordedEvent, Erased]:
    """Record an act whose turn it is, and let it take effect; with what went, by table."""
    number, notice_digest = await repository.next_place(session, event.notice_version)
    recorded = RecordedEvent(
        subject_id=session.subject_id,
        number=number,
        act=event,
        notice_digest=notice_digest,
        nonce=nonce,
        device_id=None if actor is None else actor.device_id,
        method=method,
        mandate_id=session.mandate_id,
        recorded_at=moment.now,
        gpc=actor is not None and actor.gpc,
        revocation_unknown=session.revocation_unknown,
    )
    leaf_hash = await repository.record(session, recorded, moment.salt)
    before = await repository.count_covered(session, event)
    if event.kind is EventKind.GRANTED:
        await _give_grants(session, recorded, notice, epoch_of(leaf_hash))
    else:
        await repository.end_grants(session, event)
    await devices.spread(session, event, number, actor, moment.now)
    after = await repository.count_covered(session, event)
    session.tally[ActRecorded(event.kind, method)] += 1
    return recorded, Erased(**{table: before[table] - after[table] for table in before})


async def _again(
    session: SubjectSession,
    event: ConsentEvent,
    earlier: repository.Entry,
    notice: Notice,
    now: datetime,
) -> Recorded:
    act = earlier.recorded.act
    same_act = replace(event, notice_version=act.notice_version) == act
    if not same_act:
        raise Problem(ProblemType.ID_REUSED)
    return await _recorded(session, notice, earlier.recorded, now, Erased())


async def _require_shown(
    session: SubjectSession, event: ConsentEvent, notice: Notice, nonce: UUID | None, now: datetime
) -> None:
    if event.notice_version != notice.version or nonce is None:
        raise NotShown(notice)
    if not await notices.was_shown(session, notice, nonce, now=now):
        raise NotShown(notice)


async def _give_grants(
    session: SubjectSession, recorded: RecordedEvent, notice: Notice, epoch: int
) -> None:
    for purpose, terms in _asked(recorded.act, notice):
        grant = Grant(
            purpose=purpose,
            signal=terms.signal,
            epoch=epoch,
            resolution_m=terms.resolution_m,
            notice_version=notice.version,
            granted_at=recorded.recorded_at,
            expires_at=recorded.recorded_at + notice.grant_lifetime,
        )
        await repository.give_grant(
            session, grant, number=recorded.number, retention_days=terms.retention_days
        )


def _asked(event: ConsentEvent, notice: Notice) -> list[tuple[Purpose, NoticeSignal]]:
    asked = [
        (purpose, terms)
        for purpose, terms in notice.asks()
        if event.concerns(purpose, terms.signal)
    ]
    if len(asked) != len(event.signals):
        raise Problem(ProblemType.NOT_ASKED)
    return asked


async def _recorded(
    session: SubjectSession, notice: Notice, recorded: RecordedEvent, now: datetime, erased: Erased
) -> Recorded:
    return Recorded(
        event_id=recorded.act.event_id,
        number=recorded.number,
        recorded_at=recorded.recorded_at,
        erased=erased,
        devices=await devices.devices(session, now),
        notice_version=notice.version,
        as_of=await repository.last_number(session),
        permissions=await _permissions(session, notice, now),
    )


async def _permissions(
    session: SubjectSession, notice: Notice, now: datetime
) -> tuple[Permission, ...]:
    evidence = await repository.evidence(session, notice, now)
    return tuple(_permission(each, decide(each)) for each, _ in evidence)


def _permission(evidence: Evidence, decision: Decision) -> Permission:
    grant = evidence.grant
    return Permission(
        purpose=evidence.purpose.slug,
        signal=evidence.signal,
        allowed=isinstance(decision, Allowed),
        reasons=decision.reasons if isinstance(decision, Refused) else (),
        latest=evidence.latest,
        epoch=grant and grant.epoch,
        resolution_m=grant and grant.resolution_m,
        granted_at=grant and grant.granted_at,
        expires_at=grant and grant.expires_at,
    )
