"""``nabij witness`` as a process, the service that shows it its log, and who checks both."""

import asyncio
import json
import os
import signal
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from nabij_backend.db import Database, Role, connection_as
from nabij_backend.jobs import JobRuntime, rounds
from nabij_backend.log.witnessing import new_client
from nabij_backend.metrics import Metrics
from tests.backend.cli.commands import PATIENCE_S, Done, invoke, running
from tests.backend.log.sequencing import place, read, receipt_of, signer_of
from tests.service import Service

NAMES = ("witness.example/w1", "witness.example/w2")


def here(service: Service, *arguments: str) -> Done:
    """A command where the service runs."""
    settings = service.settings
    return invoke(
        *arguments,
        database_url=settings.required_database_url,
        data_folder=str(settings.data_folder),
    )


@pytest.fixture
def witnessed(service: Service, tmp_path: Path) -> Generator[Service]:
    """The service with two witnesses: one runs as its own process, the other is away."""
    log = here(service, "log", "vkey", "--json").json["vkey"]
    words = ("witness", "--state", "w1.json", "--name", NAMES[0], "--log", log, "--port", "0")
    away = invoke("witness", "--state", str(tmp_path / "w2"), "--name", NAMES[1], "--json")
    with running(*words, "--json", cwd=tmp_path) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        service.change(
            witnesses=(
                f"{told['vkey']} {told['url']}",
                f"{away.json['vkey']} http://127.0.0.1:1",
            )
        )
        yield service
        process.send_signal(signal.SIGTERM)
        rest, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, rest, said) == (0, "", "")


def work(service: Service) -> str:
    """One round of the worker; what it counts then."""
    settings = service.app.state.parts.settings
    metrics = Metrics()

    async def run() -> None:
        database = Database(settings, new_id=uuid4)
        signer = signer_of(settings)
        runtime = JobRuntime(settings, database, service.clock, uuid4, os.urandom, signer, metrics)
        async with (
            new_client() as client,
            connection_as(Role.WORKER, settings.required_database_url) as connection,
        ):
            (each,) = (each for each in rounds(runtime, None, client) if each.name == "witness")
            await each.once(connection)

    asyncio.run(run())
    return metrics.text().decode()


def test_the_holder_of_a_receipt_sees_who_has_seen_it(witnessed: Service, tmp_path: Path) -> None:
    eva = witnessed.caller()
    receipt = receipt_of(eva)
    place(witnessed)
    counted = work(witnessed)
    for name, outcome in zip(NAMES, ("cosigned", "unreachable"), strict=True):
        assert f'outcome="{outcome}",witness="{name}"}} 1.0' in counted
    held = read(witnessed, receipt)
    told = eva.get(f"/v1/receipts/{held.recorded.act.event_id}").json()["witnesses"]
    assert told == {"seen": 1, "asked": 2}
    for name, path in (
        ("proof.json", f"/v1/log/proof/inclusion?leaf_hash={held.leaf_hash.hex()}"),
        ("jwks.json", "/.well-known/jwks.json"),
    ):
        (tmp_path / name).write_text(witnessed.http.get(path).text)
    (tmp_path / "receipt.jws").write_text(receipt)
    vkeys = [each.split(" ")[0] for each in witnessed.app.state.parts.settings.witnesses]
    words = (
        *("verify", str(tmp_path / "receipt.jws"), "--jwks", str(tmp_path / "jwks.json")),
        *("--proof", str(tmp_path / "proof.json"), "--witness", vkeys[0], "--witness", vkeys[1]),
    )
    shown = invoke(*words)
    assert "○ seen by 1 of 2 witnesses: witness.example/w1" in shown.out
    assert list(invoke(*words, "--quorum", "1", "--json").json["witnesses"]) == [NAMES[0]]
    refused = invoke(*words, "--quorum", "2", "--json")
    assert (refused.code, "1 of the witnesses" in refused.json["error"]) == (1, True)
    damaged = invoke(*words[:-1], "no key", "--json")
    assert (damaged.code, list(damaged.json)) == (1, ["error"])
    assert "✓ seen by 1 of 1 witnesses" in invoke(*words[:-2]).out


def test_the_witness_tells_its_key_and_nothing_else(witnessed: Service) -> None:
    vkey, url = witnessed.app.state.parts.settings.witnesses[0].split(" ")
    assert httpx2.get(f"{url}/key").text == f"{vkey}\n"
    assert httpx2.get(f"{url}/").status_code == 404
    assert httpx2.get(f"{url}/add-checkpoint").status_code == 405
    assert httpx2.post(f"{url}/add-checkpoint", content=b"x" * 40_000).status_code == 413


@pytest.mark.parametrize(
    ("option", "value"),
    [("--name", "two words"), ("--name", "a+b"), ("--log", "no key"), ("--state", "none/w.json")],
)
def test_what_a_witness_cannot_begin_with_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    words = {"--state": "w.json", "--name": NAMES[0]} | {option: value}
    flat = [each for pair in words.items() for each in pair]
    done = invoke("witness", *flat, "--json")
    assert (done.code, list(done.json)) == (1, ["error"])
    assert value not in done.json["error"]
