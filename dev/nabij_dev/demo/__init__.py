"""``nabij demo``: the whole path on one machine, with invented customers and real software."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from nabij_backend.cli import output


def command(
    *,
    sources: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Real sources instead of made-up ones."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End after the story.")] = False,
) -> None:
    """Watch a phone ask, report a square, find what is near, and withdraw."""
    from nabij_dev.demo.outing import outing  # noqa: PLC0415 - each takes a second
    from nabij_dev.demo.stage import stage  # noqa: PLC0415
    from nabij_dev.demo.story import perform, tell_addresses  # noqa: PLC0415

    settings = output.settings()
    with stage(settings, sources, quiet=output.wants_json()) as scene:
        output.answer(perform(scene).to_json())
        if not once:
            asked_to_stop = _hear_ctrl_c()
            tell_addresses(scene)
            with outing(scene):
                asked_to_stop.wait()


def _hear_ctrl_c() -> threading.Event:
    """From now on Ctrl-C and SIGTERM set the event, and the command ends in order."""
    asked_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return asked_to_stop
