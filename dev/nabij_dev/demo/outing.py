"""A moving phone while the demo stays up: withdraw on the page, and it stops."""

import math
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count

import nabij
from nabij_consent import Signal
from nabij_dev.demo.phones import SANNE, Phone, phone_of
from nabij_dev.demo.stage import Stage

_PAUSE_S = 2.0
_STEPS_ROUND = 60
_RADIUS_DEG = 0.03
"""Some two to three kilometres: the way round crosses several squares."""


def round_trip(home: nabij.Position) -> Iterator[nabij.Position]:
    """Round and round a circle that begins and ends at ``home``, for ever."""
    for step in count():
        turned = 2 * math.pi * step / _STEPS_ROUND
        yield nabij.Position(
            home.latitude_deg + _RADIUS_DEG * (math.cos(turned) - 1),
            home.longitude_deg + _RADIUS_DEG * math.sin(turned),
            home.accuracy_m,
        )


@contextmanager
def outing(stage: Stage) -> Generator[None]:
    """Let the phone of the page's customer go round for as long as somebody is inside.

    It was allowed everything.
    """
    (sign_in_as,) = stage.settings.local_customers
    phone = phone_of(
        SANNE,
        stage.address,
        stage.identity,
        sign_in_as=sign_in_as,
        way=round_trip(SANNE.position),
    )
    phone.client.grant(phone.client.notice("nl"), signals=list(Signal))
    home = threading.Event()
    thread = threading.Thread(target=_go, args=(stage, phone, home), name="nabij-outing")
    thread.start()
    try:
        yield
    finally:
        home.set()
        thread.join()
        phone.client.close()


def _go(stage: Stage, phone: Phone, home: threading.Event) -> None:
    told = ""
    while not home.is_set():
        now = _report(phone)
        if now != told:
            stage.say(f"  {phone.customer.name}'s phone: {now}")
            told = now
        home.wait(_PAUSE_S)


def _report(phone: Phone) -> str:
    """Learn what is allowed, report that, and say what became known."""
    try:
        phone.client.refresh()
        collected = phone.client.collect()
        phone.client.report()
    except nabij.NotReachable:
        return "cannot reach the service"
    if not collected.queued:
        return "stopped; nothing is allowed, and no sensor runs"
    return f"reports {', '.join(collected.queued)}"
