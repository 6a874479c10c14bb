"""``nabij witness``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from nabij_backend.cli import output
from nabij_backend.clock import utc_now
from nabij_backend.signed_notes import NoteKind, read_vkey
from nabij_backend.witness.service import logs_of
from nabij_backend.witness.state import WitnessState, opened


def command(
    *,
    state: Annotated[
        Path,
        typer.Option(dir_okay=False, help="File of its key and of what it saw; made if missing."),
    ],
    name: Annotated[
        str, typer.Option(help="Its name, as an address without scheme: witness.example/w1.")
    ],
    log: Annotated[
        list[str] | None,
        typer.Option(help="Verifier key of a log to witness; once for each. None: show the key."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: a free one.")] = 8100,
) -> None:
    """Cosign checkpoints of others' logs while these only grow (c2sp.org/tlog-witness).

    It needs no database, and belongs on a machine that the operators of the log do not control. Put
    a TLS proxy in front of it. What contradicts itself is kept beside the file of its state, as
    evidence.
    """
    with (
        opened(state, name, os.urandom) as found,
    ):
        keys = [read_vkey(each, NoteKind.LOG) for each in log or ()]
        if not keys:
            _show_key(found)
            return
        from nabij_backend.cli.server import listen  # noqa: PLC0415 - FastAPI takes a second
        from nabij_backend.witness.endpoints import evidence_file, witness_app  # noqa: PLC0415 - so
        from nabij_backend.witness.server import serve  # noqa: PLC0415 - likewise

        evidence = evidence_file(state.with_name(f"{state.name}.evidence"))
        app = witness_app(found, logs_of(keys), evidence, utc_now)
        with listen(host, port) as listening:
            _say_where(found, host, listening.getsockname()[1])
            serve(app, listening)


def _show_key(found: WitnessState) -> None:
    vkey = found.memory.key.vkey
    output.answer({"vkey": vkey}, f"Verifier key, for operators of logs: {vkey}")


def _say_where(found: WitnessState, host: str, port: int) -> None:
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    vkey = found.memory.key.vkey
    output.answer(
        {"url": address, "vkey": vkey},
        f"Witness {found.memory.name} answers on {address}; Ctrl-C stops it.",
        f"Its verifier key: {vkey}",
    )
