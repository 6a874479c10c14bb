"""Background jobs: rounds that repeat, each in a task of its own.

A round is a plain async function that does its work once, on a connection of the worker that it has
for itself. One that fails is logged by the type of its error and tried again on a new connection: a
database that is away for a while ends nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from nabij_backend.db import Connection, Role, connection_as
from nabij_backend.errors import UserError
from nabij_backend.google import Outages
from nabij_backend.installation import Installation
from nabij_backend.log.notary import Notary
from nabij_backend.log.repository import signed_last, waiting
from nabij_backend.log.sequencer import MOST_AT_ONCE, sequence_once
from nabij_backend.log.thinning import thin_once
from nabij_backend.log.witnessing import (
    ADVICE,
    WitnessOutcome,
    new_client,
    read_witness,
    witness_once,
)
from nabij_backend.metrics import Metrics
from nabij_backend.push.sender import PushSender
from nabij_backend.push.service import (
    new_pace,
    push_once,
    push_sender,
    tell_of_notice_once,
)
from nabij_backend.requests.escalation import escalate_once
from nabij_backend.retention.limits import Clocks, SweepRefused, UnderWay
from nabij_backend.retention.repository import clocks
from nabij_backend.retention.service import Scope, sweep_once
from nabij_backend.runtime import Runtime
from nabij_backend.signing import Signer
from nabij_backend.silence import answered_within
from nabij_backend.telemetry import log

_RETRY_S = 2.0
# Longer than any statement of a round may take.
_ROUND_WAIT_S = 600.0
# Two turns within the two seconds in which an act is promised its place in the log.
_SEQUENCE_EVERY_S = 0.5
# Some three seconds of them; then whether this host may write is asked again.
_SEQUENCED_IN_A_ROW = 100
_TELL_EVERY_S = 5.0
_PUSH_EVERY_S = 1.0
# Two turns within the minute in which what is over goes.
_SWEEP_EVERY_S = 30.0
_ESCALATE_EVERY_S = 60.0
_WITNESS_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class JobRuntime(Runtime):
    """The runtime of background jobs; ``clocks_of`` reads the other clocks."""

    signer: Signer
    metrics: Metrics
    clocks_of: Callable[[Connection], Awaitable[Clocks]] = clocks


@dataclass(frozen=True, slots=True)
class Round:
    """Something to do every so many seconds."""

    name: str
    every_s: float
    once: Callable[[Connection], Awaitable[object]]


def rounds(
    runtime: JobRuntime, sender: PushSender | None, client: httpx2.AsyncClient
) -> tuple[Round, ...]:
    """List the background jobs; without a sender none sends push messages."""

    async def sequence(connection: Connection) -> None:
        await _sequence(connection, runtime)

    hour_swept = ""

    async def sweep(connection: Connection) -> None:
        nonlocal hour_swept
        hour = f"{runtime.clock():%Y-%m-%dT%H}"
        is_first = hour != hour_swept
        try:
            swept = await sweep_once(
                connection, runtime, Scope(with_statuses=is_first), clocks_of=runtime.clocks_of
            )
        except UnderWay:
            return  # another worker's
        except SweepRefused as refused:
            reason = type(refused).__qualname__
            runtime.metrics.sweep_refused(reason)
            log.error("sweep refused", reason=reason, advice=str(refused))
            return
        runtime.metrics.swept(swept.rows)
        if is_first:
            await thin_once(connection, runtime.clock())
        hour_swept = hour

    async def escalate(connection: Connection) -> None:
        now = runtime.clock()
        pressing = await escalate_once(connection, now)
        runtime.metrics.looked(
            open_requests=pressing.open,
            due_within_7_days=pressing.due_within_7_days,
            overdue=pressing.overdue,
            leaves_waiting=await waiting(connection),
            signed_at=await signed_last(connection),
            now=now,
        )

    always = (
        Round("sequence", _SEQUENCE_EVERY_S, sequence),
        Round("sweep", _SWEEP_EVERY_S, sweep),
        Round("escalate", _ESCALATE_EVERY_S, escalate),
        *([_witness_round(runtime, client)] if runtime.settings.witnesses else []),
    )
    if sender is None:
        return always

    pace = new_pace()

    async def push(connection: Connection) -> None:
        became = await push_once(connection, sender, runtime.clock(), pace)
        runtime.metrics.pushed({each.value: messages for each, messages in became.items()})

    async def tell_of_notice(connection: Connection) -> None:
        await tell_of_notice_once(connection, runtime.new_id(), runtime.clock())

    return (
        *always,
        Round("tell-of-notice", _TELL_EVERY_S, tell_of_notice),
        Round("push", _PUSH_EVERY_S, push),
    )


def _witness_round(runtime: JobRuntime, client: httpx2.AsyncClient) -> Round:
    witnesses = [read_witness(each) for each in runtime.settings.witnesses]
    notary = Notary(runtime.signer, runtime.settings.public_url)
    said = dict[str, WitnessOutcome]()

    async def witness(connection: Connection) -> None:
        outcomes = await witness_once(connection, notary, witnesses, client)
        runtime.metrics.witnessed(outcomes)
        for name, outcome in outcomes.items():
            if said.get(name, WitnessOutcome.COSIGNED) is not outcome:
                _say_witnessed(name, outcome)
            said[name] = outcome

    return Round("witness", _WITNESS_EVERY_S, witness)


def _say_witnessed(name: str, outcome: WitnessOutcome) -> None:
    if outcome is WitnessOutcome.COSIGNED:
        log.info("witness cosigns again", witness=name)
    else:
        log.error("not witnessed", witness=name, outcome=outcome.value, advice=ADVICE[outcome])


async def _sequence(connection: Connection, runtime: JobRuntime) -> None:
    """Give places until fewer leaves wait than one round takes."""
    for _ in range(_SEQUENCED_IN_A_ROW):
        placed = await sequence_once(connection, runtime.signer, runtime.clock())
        runtime.metrics.sequenced(placed)
        if placed < MOST_AT_ONCE:
            return


@asynccontextmanager
async def working(runtime: JobRuntime) -> AsyncGenerator[None]:
    """Do all that is to be done for as long as somebody is inside."""
    sender = push_sender(runtime.settings, Outages(runtime.metrics.google_failed).tell)
    looking = None if sender is None else asyncio.create_task(sender.look())
    try:
        url, ours = runtime.settings.required_database_url, Installation(runtime.signer, None)
        async with (
            new_client() as client,
            under_way(
                rounds(runtime, sender, client),
                url,
                admit=ours.admit,
                over=runtime.metrics.round_over,
            ),
        ):
            yield
    finally:
        if looking is not None:
            looking.cancel()
        if sender is not None:
            await asyncio.to_thread(sender.close)


@asynccontextmanager
async def under_way(
    all_rounds: Sequence[Round],
    url: str,
    *,
    admit: Callable[[Connection], Awaitable[None]] | None = None,
    retry_s: float = _RETRY_S,
    over: Callable[[str, str], None] = lambda _name, _became: None,
) -> AsyncGenerator[None]:
    """Do the rounds for as long as somebody is inside; what has begun then is rolled back.

    ``admit`` looks at the database before each, and raises where it is not to be used. ``over`` is
    told the name of each that was done, refused, or failed.
    """
    tasks = [asyncio.create_task(_repeat(each, url, admit, retry_s, over)) for each in all_rounds]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(
    each: Round,
    url: str,
    admit: Callable[[Connection], Awaitable[None]] | None,
    retry_s: float,
    over: Callable[[str, str], None],
) -> None:
    while True:
        try:
            async with connection_as(Role.WORKER, url) as connection:
                while True:
                    with answered_within(connection, _ROUND_WAIT_S):
                        if admit is not None:
                            await admit(connection)
                        await each.once(connection)
                    over(each.name, "done")
                    await asyncio.sleep(each.every_s)
        except UserError as trouble:
            over(each.name, "refused")
            reason = type(trouble).__qualname__
            log.error("round refused", round=each.name, reason=reason, advice=str(trouble))
        except Exception as error:  # noqa: BLE001 - logged, and tried again
            over(each.name, "failed")
            log.error("round failed", round=each.name, error=type(error).__qualname__)
        await asyncio.sleep(retry_s)
