"""The service shows its log to witnesses; those that are away, or think otherwise, stop nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx2
import psycopg
import pytest

from nabij_backend.db import Connection, Role, connection_as
from nabij_backend.log.notary import Notary
from nabij_backend.log.witnessing import Witness, WitnessOutcome, read_witness, witness_once
from nabij_backend.signed_notes import (
    NoteKey,
    NoteKind,
    TreeHead,
    read_note,
    require_signed,
    witnessed,
)
from nabij_backend.witness.endpoints import witness_app
from nabij_backend.witness.service import logs_of
from nabij_backend.witness.state import WitnessState, opened
from tests.backend.log.sequencing import place, read, receipt_of, rotate, signer_of
from tests.backend.restoring import known_file
from tests.service import Service

NAME = "witness.example/w1"
T = TypeVar("T")


def notary_of(service: Service) -> Notary:
    return Notary(signer_of(service.settings), service.settings.public_url)


def as_worker(service: Service, use: Callable[[Connection], Awaitable[T]]) -> T:
    async def run() -> T:
        url = service.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            return await use(connection)

    return asyncio.run(run())


def log_key(service: Service) -> NoteKey:
    """What the log's notes are verified with."""
    notary = notary_of(service)
    return notary.signer.note_key(as_worker(service, notary.origin))


def shown(
    service: Service, witnesses: Sequence[Witness], transport: httpx2.AsyncBaseTransport
) -> dict[str, WitnessOutcome]:
    """One round of the worker."""

    async def once(connection: Connection) -> dict[str, WitnessOutcome]:
        async with httpx2.AsyncClient(transport=transport) as client:
            return await witness_once(connection, notary_of(service), witnesses, client)

    return as_worker(service, once)


@pytest.fixture
def state(tmp_path: Path) -> Generator[WitnessState]:
    with opened(tmp_path / "witness.json", NAME, bytes) as found:
        yield found


@pytest.fixture
def witness(state: WitnessState) -> Witness:
    return read_witness(f"{state.memory.key.vkey} https://witness.example/")


def no_evidence(_last: TreeHead, _note: str) -> None:
    """Keep nothing: who looks for evidence asks the witness itself."""


def real(
    service: Service, state: WitnessState, keys: Sequence[NoteKey] | None = None
) -> httpx2.ASGITransport:
    """The witness's own application, which knows the service's log."""
    logs = logs_of([log_key(service)] if keys is None else keys)
    return httpx2.ASGITransport(witness_app(state, logs, no_evidence, service.clock))


def test_before_the_first_act_there_is_nothing_to_show(
    service: Service, state: WitnessState, witness: Witness
) -> None:
    assert shown(service, [witness], real(service, state)) == {}


def test_a_growing_log_is_witnessed_and_the_proof_shows_it(
    service: Service, state: WitnessState, witness: Witness
) -> None:
    service.change(witnesses=(f"{state.memory.key.vkey} {witness.url}",))
    eva = service.caller()
    receipt = read(service, receipt_of(eva))
    event_id, leaf = receipt.recorded.act.event_id, receipt.leaf_hash.hex()
    for size in (1, 2, 5):
        while service.http.get("/v1/log/checkpoint").json().get("tree_size", 0) < size:
            receipt_of(eva, "withdrawn")
            place(service, most=1)
        assert shown(service, [witness], real(service, state)) == {NAME: WitnessOutcome.COSIGNED}
        proof = service.http.get("/v1/log/proof/inclusion", params={"leaf_hash": leaf}).json()
        note = read_note(proof["note"])
        require_signed(note, [log_key(service)])
        assert (note.head.size, list(witnessed(note, [witness.key]))) == (size, [witness.key])
        told = eva.get(f"/v1/receipts/{event_id}").json()["witnesses"]
        assert told == {"seen": 1, "asked": 1}
    assert shown(service, [witness], real(service, state)) == {}


def test_an_act_that_no_witness_has_seen_yet_says_so(
    service: Service, state: WitnessState, witness: Witness
) -> None:
    eva = service.caller()
    receipt_of(eva)
    place(service)
    shown(service, [witness], real(service, state))
    later = read(service, receipt_of(eva, "withdrawn"))
    place(service)
    event_id = later.recorded.act.event_id
    told = eva.get(f"/v1/receipts/{event_id}").json()["witnesses"]
    assert told == {"seen": 0, "asked": 0}
    query = {"leaf_hash": later.leaf_hash.hex()}
    answer = service.http.get("/v1/log/proof/inclusion", params=query)
    assert answer.json()["tree_size"] == 2
    assert witnessed(read_note(answer.json()["note"]), [witness.key]) == {}


def test_a_note_that_may_be_cosigned_yet_is_kept_by_no_cache_for_good(service: Service) -> None:
    receipt = read(service, receipt_of(service.caller()))
    place(service)
    query: dict[str, str | int] = {"leaf_hash": receipt.leaf_hash.hex(), "tree_size": 1}
    answer = service.http.get("/v1/log/proof/inclusion", params=query)
    assert answer.headers["cache-control"] == "public, max-age=1"


def test_a_witness_that_lost_what_it_saw_is_shown_the_log_from_there(
    service: Service, state: WitnessState, witness: Witness, tmp_path: Path
) -> None:
    receipt_of(service.caller())
    place(service)
    shown(service, [witness], real(service, state))
    receipt_of(service.caller("bob"))
    place(service)
    with opened(tmp_path / "new.json", NAME, bytes) as forgetful:
        assert shown(service, [witness], real(service, forgetful)) == {
            NAME: WitnessOutcome.COSIGNED
        }


def test_a_log_that_a_witness_saw_otherwise_is_said_to_be_contradicted(
    service: Service, state: WitnessState, witness: Witness, superuser: psycopg.Connection
) -> None:
    """As on a new host after a restore: the witness has seen two acts, the log has one."""
    for name in ("eva", "bob"):
        receipt_of(service.caller(name))
    place(service)
    shown(service, [witness], real(service, state))
    superuser.execute("SET session_replication_role = replica")
    for table in ("cosignature", "checkpoint", "consent_node"):
        superuser.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
    superuser.execute("DELETE FROM consent_leaf WHERE position = 1")
    superuser.execute("RESET session_replication_role")
    known_file(service.settings).unlink()
    tree = superuser.execute("SELECT leaf_hash FROM consent_leaf").fetchall()
    restore_head(service, superuser, tree[0][0])
    assert shown(service, [witness], real(service, state)) == {NAME: WitnessOutcome.CONTRADICTED}
    receipt_of(service.caller("carol"))
    place(service)
    assert shown(service, [witness], real(service, state)) == {NAME: WitnessOutcome.CONTRADICTED}


def restore_head(service: Service, superuser: psycopg.Connection, root: bytes) -> None:
    """The head of the first leaf, as a backup had it."""
    head = {
        "log_id": str(superuser.execute("SELECT log_id FROM consent_log").fetchall()[0][0]),
        "tree_size": 1,
        "root_hash": root.hex(),
        "signed_at": service.clock().isoformat(timespec="milliseconds"),
    }
    text = signer_of(service.settings).sign(head, typ="nabij-checkpoint+jws")
    superuser.execute(
        "INSERT INTO checkpoint (tree_size, root_hash, signed_at, signed_tree_head)"
        " VALUES (1, %s, %s, %s)",
        [root, service.clock(), text],
    )


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx2.ConnectError("away"), WitnessOutcome.UNREACHABLE),
        (httpx2.ReadTimeout("slow"), WitnessOutcome.UNREACHABLE),
        ((500, b""), WitnessOutcome.UNREACHABLE),
        ((302, b""), WitnessOutcome.UNREACHABLE),
        ((404, b""), WitnessOutcome.UNKNOWN_LOG),
        ((403, b""), WitnessOutcome.UNKNOWN_KEY),
        ((422, b""), WitnessOutcome.CONTRADICTED),
        ((409, b"0\n"), WitnessOutcome.CONTRADICTED),
        ((409, b"9\n"), WitnessOutcome.CONTRADICTED),
        ((409, b"many\n"), WitnessOutcome.INVALID_ANSWER),
        ((200, b""), WitnessOutcome.INVALID_ANSWER),
        ((200, b"\xff"), WitnessOutcome.INVALID_ANSWER),
        ((200, b"x" * 20_000), WitnessOutcome.INVALID_ANSWER),
        ((200, "— other.example AAAA\n".encode()), WitnessOutcome.INVALID_ANSWER),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_a_witness_that_does_not_cosign_stops_nothing_and_leaves_nothing(
    service: Service,
    superuser: psycopg.Connection,
    witness: Witness,
    answer: Exception | tuple[int, bytes],
    outcome: WitnessOutcome,
) -> None:
    def answered(_request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        status, content = answer
        return httpx2.Response(status, content=content, headers={"Location": "/elsewhere"})

    receipt_of(service.caller())
    place(service)
    fake = httpx2.MockTransport(answered)  # says what a real witness never does
    assert shown(service, [witness], fake) == {NAME: outcome}
    assert superuser.execute("SELECT count(*) FROM cosignature").fetchall() == [(0,)]


def test_a_signature_that_is_not_the_witnesss_is_not_kept(
    service: Service, state: WitnessState, superuser: psycopg.Connection
) -> None:
    """Another witness answers under the address, with another key under the same name."""
    other = NoteKey(NAME, NoteKind.WITNESS, bytes(32))
    expected = read_witness(f"{other.vkey} https://witness.example")
    receipt_of(service.caller())
    place(service)
    outcomes = shown(service, [expected], real(service, state))
    assert outcomes == {NAME: WitnessOutcome.INVALID_ANSWER}
    assert superuser.execute("SELECT count(*) FROM cosignature").fetchall() == [(0,)]


def test_a_witness_whose_clock_is_ahead_stops_no_other(
    service: Service,
    state: WitnessState,
    witness: Witness,
    superuser: psycopg.Connection,
    tmp_path: Path,
) -> None:
    """PostgreSQL keeps no cosignature of another day; that of the other witness is kept."""
    receipt_of(service.caller())
    place(service)
    superuser.execute("UPDATE clock_tolerance SET apart = '5 minutes'")
    with opened(tmp_path / "ahead.json", "ahead.example", seed) as hasty:
        ahead = read_witness(f"{hasty.memory.key.vkey} https://ahead.example")
        logs = logs_of([log_key(service)])
        tomorrow = datetime.now(UTC) + timedelta(days=3)
        theirs = httpx2.ASGITransport(witness_app(hasty, logs, no_evidence, lambda: tomorrow))
        ours = real(service, state)

        class Both(httpx2.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
                transport = theirs if request.url.host == "ahead.example" else ours
                return await transport.handle_async_request(request)

        outcomes = shown(service, [ahead, witness], Both())
    assert outcomes == {
        "ahead.example": WitnessOutcome.INVALID_ANSWER,
        NAME: WitnessOutcome.COSIGNED,
    }
    assert superuser.execute("SELECT witness FROM cosignature").fetchall() == [(NAME,)]


def seed(length: int) -> bytes:
    return bytes([1] * length)


def test_after_a_rotation_the_witness_wants_the_new_key(
    service: Service, state: WitnessState, witness: Witness
) -> None:
    old = log_key(service)
    receipt_of(service.caller())
    place(service)
    rotate(service)
    assert shown(service, [witness], real(service, state, [old])) == {
        NAME: WitnessOutcome.UNKNOWN_KEY
    }
    both = real(service, state, [old, log_key(service)])
    assert shown(service, [witness], both) == {NAME: WitnessOutcome.COSIGNED}


def test_a_witness_that_is_there_cosigns_though_another_is_away(
    service: Service, state: WitnessState, witness: Witness
) -> None:
    away = Witness(NoteKey("away.example", NoteKind.WITNESS, bytes(32)), "https://away.example")
    receipt_of(service.caller())
    place(service)
    app = real(service, state)

    class Half(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.url.host == "away.example":
                raise httpx2.ConnectError("away")
            return await app.handle_async_request(request)

    outcomes = shown(service, [away, witness], Half())
    assert outcomes == {"away.example": WitnessOutcome.UNREACHABLE, NAME: WitnessOutcome.COSIGNED}
