"""What is withdrawn on one device stops on the other, at once and without asking."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

import nabij
from nabij_backend.notices.starter import STARTER_NOTICE
from tests.contract.conftest import settings_of
from tests.contract.network import network_to
from tests.contract.phones import allow, sensors
from tests.contract.running import RunningService, serving

_PATIENCE_S = 20.0
_PROMISE_S = 1.0
_PUNCTUAL = UUID(int=1_000)  # comes back no later than it is asked to


class Heard:
    """The changes that a listening client yielded, and what was the case at each."""

    def __init__(self, permission: Callable[[], nabij.Permission]) -> None:
        self._permission = permission
        self._condition = threading.Condition()
        self._changes: list[tuple[nabij.Change, type[nabij.Permission]]] = []
        self.at_s = 0.0

    def __call__(self, change: nabij.Change) -> None:
        with self._condition:
            self.at_s = time.monotonic()
            self._changes.append((change, type(self._permission())))
            self._condition.notify_all()

    def by(self, number: int) -> tuple[nabij.Change, type[nabij.Permission]]:
        """The change of this number from 1, as soon as it was heard."""
        with self._condition:
            assert self._condition.wait_for(lambda: len(self._changes) >= number, _PATIENCE_S)
            return self._changes[number - 1]


@contextmanager
def sync_listener(address: str, token: nabij.Token) -> Generator[Heard]:
    """A client with a grant, listening in a thread until the end of the block."""
    client = nabij.Client(address, token=token, device_id=_PUNCTUAL)
    allow(client, "gps")
    client.collect(sensors())
    heard = Heard(lambda: client.permission("gps"))

    def listen() -> None:
        for change in client.changes():
            heard(change)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield heard
    finally:
        client.close()
        thread.join(_PATIENCE_S)
        assert not thread.is_alive(), "it listens to nobody for ever"


@contextmanager
def async_listener(address: str, token: nabij.Token) -> Generator[Heard]:
    """The same in an event loop of its own."""
    loop = asyncio.new_event_loop()
    client = nabij.AsyncClient(address, token=token, device_id=_PUNCTUAL)
    heard = Heard(lambda: client.permission("gps"))

    async def listen() -> None:
        await client.grant(await client.notice(), signals=["gps"])
        async for change in client.changes():
            heard(change)

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),))
    thread.start()
    try:
        yield heard
    finally:
        asyncio.run_coroutine_threadsafe(client.close(), loop).result(_PATIENCE_S)
        thread.join(_PATIENCE_S)
        assert not thread.is_alive(), "it listens to nobody for ever"
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


listeners = pytest.mark.parametrize("listener", [sync_listener, async_listener])
Listener = Callable[[str, nabij.Token], AbstractContextManager[Heard]]


@listeners
def test_what_one_device_withdraws_stops_on_the_other_within_a_second(
    own: RunningService, listener: Listener
) -> None:
    token = own.token("eva")
    with listener(own.address, token) as tablet, nabij.Client(own.address, token=token) as phone:
        assert tablet.by(1) == (nabij.Change.CONSENT, nabij.Allowed)
        allow(phone, "gps")
        tablet.by(3)  # its own grant, the notice, and the phone's grant
        begun = phone.withdraw()
        committed_s = time.monotonic()
        assert begun.stopped_on == "stopped on 1 of 2"
        assert tablet.by(4) == (nabij.Change.CONSENT, nabij.Refused)
        assert tablet.at_s - committed_s < _PROMISE_S
        assert own.rows("SELECT acknowledged_number FROM device ORDER BY 1") == [(2,), (3,)]
        assert phone.devices().stopped_on == "stopped on 2 of 2"


@listeners
def test_a_new_notice_is_heard_of(own: RunningService, listener: Listener) -> None:
    with listener(own.address, own.token("eva")) as tablet:
        tablet.by(2)
        own.publish(replace(STARTER_NOTICE, version=2))
        assert tablet.by(3) == (nabij.Change.NOTICE, nabij.Refused)


@listeners
def test_what_was_missed_while_the_network_was_down_is_told_when_it_is_back(
    own: RunningService, listener: Listener
) -> None:
    token = own.token("eva")
    with network_to(own.address) as network, listener(network.address, token) as tablet:
        tablet.by(2)
        network.losing_an_answer = True  # and with it the connection
        with nabij.Client(own.address, token=token) as phone:
            phone.withdraw()
        assert tablet.by(3) == (nabij.Change.CONSENT, nabij.Refused)


@listeners
def test_a_service_that_stops_does_not_wait_for_who_listens(
    database_url: str, tmp_path: Path, listener: Listener
) -> None:
    settings = settings_of(database_url, tmp_path)
    with ExitStack() as listens:
        with serving(settings) as service:
            tablet = listens.enter_context(listener(service.address, service.token("eva")))
            tablet.by(2)
            begun_s = time.monotonic()
        assert time.monotonic() - begun_s < _PATIENCE_S
