"""What both clients are made of: one device, its use cases, and what runs for it."""

import os
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypedDict, TypeVar, cast, get_args
from uuid import UUID, uuid4

from nabij._callbacks import are_conditions, asked, is_chance, is_id, is_moment
from nabij._coarsening import Coarsening
from nabij._device import Device
from nabij._engine import Engine
from nabij._errors import NabijError, StoreFailed
from nabij._http import body_of, utc_now
from nabij._pacing import Pacing
from nabij._queue import Row, status_document
from nabij._values import Pending, Platform, Preview, Waiting
from nabij.sensors import Conditions, Sensors

T = TypeVar("T")

WHY: Final = {
    "platform": "which system the device has: the customer sees it in the list of their devices",
    "reports": "one for each signal and purpose at most: the newest",
    "id": "made once for each reading, so that a report sent twice counts once",
    "purpose": "what the customer agreed to have it used for",
    "signal": "which signal it tells of",
    "epoch": "under which yes it was read: it does not count under another",
    "hour": "when, cut to the hour: so that the dashboard can say how old it is",
    "cell": "the square in which the customer dwells: the dashboard shows what is near it",
    "connected": "whether the network serves the phone: tells the customer why a square is old",
}
"""Why each field of a report is there."""

WHY_AT_A_QUIET_PLACE: Final = (
    "the last square outside the quiet places: nobody is told where the customer is now"
)


class Choices(TypedDict, total=False):
    """The keyword arguments that both clients take; ``Client`` says what they mean."""

    sensors: Sensors
    account: str
    folder: Path | str | None
    coarsening: Coarsening
    conditions: Callable[[], Conditions]
    device_id: UUID | None
    platform: Platform
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    chance: Callable[[], float]
    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What an app may choose of its client beyond service and sign-in; see ``Client``."""

    sensors: Sensors = field(default_factory=Sensors)
    account: str = ""
    folder: Path | str | None = None
    coarsening: Coarsening = "anchored"
    conditions: Callable[[], Conditions] = Conditions
    device_id: UUID | None = None
    platform: Platform = "linux"
    clock: Callable[[], datetime] = utc_now
    new_id: Callable[[], UUID] = uuid4
    chance: Callable[[], float] = field(default=random.random)
    random_bytes: Callable[[int], bytes] = field(default=os.urandom)

    def device(self) -> Device:
        """Open the store, and make of it what it knows of.

        Raises:
            ValueError: a choice is none.
            StoreInUse: another client has the folder.
            StoreFailed: the folder cannot be written, or this Python has no sqlite3.
        """
        self._require_choices()
        # A daemon that goes to / must find again what it left here.
        folder = None if self.folder is None else Path(self.folder).absolute()
        new_id = asked("new_id", self.new_id, is_id)
        try:
            from nabij._store import open_store  # noqa: PLC0415 - some Pythons have no sqlite3
        except ImportError as error:
            raise StoreFailed from error
        opened = open_store(folder, self.account, new_id, self._random_bytes)
        return Device(
            opened,
            self.platform,
            asked("clock", self.clock, is_moment),
            new_id,
            self.sensors,
            self.coarsening,
            self.device_id,
            asked("chance", self.chance, is_chance),
        )

    def engine(self, device: Device) -> Engine:
        """Return the use cases of ``device``."""
        conditions = asked("conditions", self.conditions, are_conditions)
        return Engine(device, Pacing(conditions, asked("chance", self.chance, is_chance)))

    def _random_bytes(self, number: int) -> bytes:
        ask = partial(self.random_bytes, number)
        return asked("random_bytes", ask, lambda answer: _is_bytes(answer, number))()

    def _require_choices(self) -> None:
        if not isinstance(cast("object", self.account), str):
            raise ValueError("An account is a text, empty without one.")  # noqa: TRY004 - as all are
        if self.platform not in get_args(Platform):
            raise ValueError(f"A platform is one of {', '.join(get_args(Platform))}.")
        if self.coarsening not in get_args(Coarsening):
            raise ValueError(f"Coarsening is one of {', '.join(get_args(Coarsening))}.")
        if self.device_id is not None and not is_id(self.device_id):
            raise ValueError("A device_id is a UUID, or None.")


def _is_bytes(answer: object, number: int) -> bool:
    return isinstance(answer, bytes) and len(answer) == number


def alone(lock: AbstractContextManager[object], step: Callable[[], T]) -> T:
    """Take one step of a device with its lock; the frames of an error hold nothing of it."""
    try:
        with lock:
            return step()
    except NabijError as error:
        failure = error.bare()
    del step
    raise failure


def pending_of(device: Device) -> Pending:
    """Return what waits on ``device``."""
    waiting = tuple(_waiting(row) for row in device.store.rows())
    return Pending(waiting, len(device.untold), device.store.dropped())


def preview_of(engine: Engine) -> Preview | None:
    """Return the next report of ``engine``."""
    call = engine.next_report()
    if call is None:
        return None
    body = body_of(call)
    why = {name: reason for name, reason in WHY.items() if f'"{name}":'.encode() in body}
    if engine.at_quiet_place and "cell" in why:
        why["cell"] = WHY_AT_A_QUIET_PLACE
    return Preview(call.method, call.path, body, why, engine.at_quiet_place)


def _waiting(row: Row) -> Waiting:
    document = status_document(row.status)
    return Waiting(row.id, row.purpose, row.signal, row.hour, document, row.due_at)
