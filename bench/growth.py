"""What becomes slower as there is more: sources, people, acts in the log."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from math import log2
from time import perf_counter
from typing import Final

from bench import public
from bench.contest import Contender, Effort, contest
from bench.installation import Installation, installed
from bench.load import Request
from bench.measure import Comparison, at_least, at_most
from bench.people import people
from bench.servers import serving
from nabij_backend.db import Connection, Role, connection_as
from nabij_backend.log.repository import nodes
from nabij_backend.log.sequencer import MOST_AT_ONCE, sequence_once
from nabij_backend.signing import Signer
from nabij_consent import inclusion_nodes

_FEW_SOURCES: Final = 2_000
_MANY_SOURCES: Final = 2_000_000
_FEW_PEOPLE: Final = 1_000
_MANY_PEOPLE: Final = 1_000_000
_FEW_LEAVES: Final = 10_000
_MANY_LEAVES: Final = 10_000_000
# A proof has as many hashes as the logarithm of the size: so much longer, and a tenth for chance.
_LONGER: Final = round(1.1 * log2(_MANY_LEAVES) / log2(_FEW_LEAVES), 2)
_ONE_AT_A_TIME: Final = Effort(connections=1)
_SQUARES: Final = 2_000
_PROOFS: Final = 200


def run() -> list[Comparison]:
    """Compare many people, and a long log, with few and a short one."""
    with installed(_FEW_SOURCES) as few:
        return [_reports(few), *asyncio.run(_log(few))]


def run_sources() -> list[Comparison]:
    """Compare many sources with few."""
    with installed(_FEW_SOURCES) as few:
        return _sources(few)


def _sources(few: Installation) -> list[Comparison]:
    with (
        installed(_MANY_SOURCES) as many,
        serving(few) as small,
        serving(many) as large,
    ):
        requests = [
            public.cold_requests(here, public.listed(served, public.squares(here)[:_SQUARES]))
            for here, served in ((many, large), (few, small))
        ]
        result = contest(
            Contender(large, requests[0]), Contender(small, requests[1]), _ONE_AT_A_TIME
        )
    name = f"square, cold, {_MANY_SOURCES:,} sources"
    against = f"{_FEW_SOURCES:,} sources"
    times = result.ours.p50_us, result.theirs.p50_us
    return [
        Comparison(name, times[0], against, times[1], goal=at_most(1.5)),
        result.answered(name, against),
    ]


def _reports(here: Installation) -> Comparison:
    """Report with few grants, then with many: one database, so the two are not in turn."""
    with serving(here) as ours:
        few = Contender(ours, _reporting(here, _FEW_PEOPLE))
        before = contest(few, few, _ONE_AT_A_TIME).ours.p50_us
        many = Contender(ours, _reporting(here, _MANY_PEOPLE))
        after = contest(many, many, _ONE_AT_A_TIME).ours.p50_us
    name = f"report, {_MANY_PEOPLE:,} grants"
    return Comparison(name, after, f"{_FEW_PEOPLE:,} grants", before, goal=at_most(1.3))


def _reporting(here: Installation, count: int) -> Sequence[Request]:
    return [each.reporting() for each in people(here, count)]


async def _log(here: Installation) -> list[Comparison]:
    signer = Signer.open(here.folder / "signing")
    async with connection_as(Role.WORKER, here.url) as connection:
        await _grow(here, connection, signer, _FEW_LEAVES)
        few = await _costs_us(here, connection, signer, _FEW_LEAVES)
        rate = await _grow(here, connection, signer, _MANY_LEAVES)
        many = await _costs_us(here, connection, signer, _MANY_LEAVES)
    against = f"{_FEW_LEAVES:,} leaves"
    of = f"{_MANY_LEAVES:,} leaves"
    return [
        Comparison("sequencer", rate, "the goal", 20_000, "leaves/s", at_least(1)),
        Comparison(f"log, a round, {of}", many[0], against, few[0], goal=at_most(1.5)),
        Comparison(
            f"log, an inclusion proof, {of}", many[1], against, few[1], goal=at_most(_LONGER)
        ),
    ]


async def _grow(here: Installation, connection: Connection, signer: Signer, leaves: int) -> float:
    """Let so many leaves wait, then give them places; returns how many a second."""
    _let_wait(here, leaves)
    begun = perf_counter()
    while await sequence_once(connection, signer, datetime.now(UTC)) == MOST_AT_ONCE:
        pass
    return leaves / (perf_counter() - begun)


async def _costs_us(
    here: Installation, connection: Connection, signer: Signer, size: int
) -> tuple[float, float]:
    """Return what a round takes, and a proof."""
    _let_wait(here, MOST_AT_ONCE)
    begun = perf_counter()
    await sequence_once(connection, signer, datetime.now(UTC))
    round_us = (perf_counter() - begun) * 1e6
    here.settle()
    return round_us, await _proof_us(connection, size)


async def _proof_us(connection: Connection, size: int) -> float:
    begun = perf_counter()
    for number in range(_PROOFS):
        await nodes(connection, inclusion_nodes(number * size // _PROOFS, size))
    return (perf_counter() - begun) / _PROOFS * 1e6


def _let_wait(here: Installation, leaves: int) -> None:
    with here.connect() as connection:
        connection.execute(
            "INSERT INTO pending_leaf (leaf_hash)"
            " SELECT sha256(uuid_send(gen_random_uuid())) FROM generate_series(1, %s)",
            [leaves],
        )
    here.settle()
