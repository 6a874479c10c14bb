"""What is written in one turn of the event loop is sent as one."""

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import closing

import pytest
import uvloop
from uvicorn.server import ServerState

from nabij_backend.cli.coalescing import MOST_BYTES, CoalescingTransport
from nabij_backend.cli.connections import Config, Connection
from tests.service import Service


class Ends:
    """A connection of an event loop, and its other end."""

    def __init__(self, runner: asyncio.Runner, ours: socket.socket, theirs: socket.socket) -> None:
        self._runner = runner
        self._ours = ours
        self._theirs = theirs

    def connect(self, protocol: Callable[[], asyncio.Protocol]) -> asyncio.Transport:
        """Serve our end."""

        async def connected() -> asyncio.Transport:
            loop = asyncio.get_running_loop()
            return (await loop.create_connection(protocol, sock=self._ours))[0]

        self._served = self._runner.run(connected())
        return self._served

    def cut_off(self) -> None:
        """End the connection."""
        self._served.abort()
        self.turn()

    def transport(
        self, protocol: Callable[[], asyncio.Protocol] = asyncio.Protocol
    ) -> CoalescingTransport:
        """Serve our end through the transport."""
        return CoalescingTransport(self.connect(protocol), self._runner.get_loop())

    def turn(self) -> None:
        """Let the event loop do what waits."""
        for _ in range(2):
            self._runner.run(asyncio.sleep(0))

    def arrived(self) -> bytes | None:
        """What came; None: nothing."""
        try:
            return self._theirs.recv(2 * MOST_BYTES)
        except BlockingIOError:
            return None


@pytest.fixture
def ends() -> Generator[Ends]:
    ours, theirs = socket.socketpair()
    with (
        closing(ours),
        closing(theirs),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        ours.settimeout(0)
        theirs.settimeout(0)
        ends = Ends(runner, ours, theirs)
        yield ends
        ends.cut_off()


def test_head_and_body_come_together(ends: Ends) -> None:
    transport = ends.transport()
    transport.write(b"head ")
    transport.write(b"body")
    assert ends.arrived() is None
    ends.turn()
    assert ends.arrived() == b"head body"


def test_a_head_does_not_wait_for_a_later_body(ends: Ends) -> None:
    transport = ends.transport()
    for each in (b"head", b"body"):
        transport.write(each)
        ends.turn()
        assert ends.arrived() == each


def test_what_is_written_is_sent_before_it_is_closed(ends: Ends) -> None:
    transport = ends.transport()
    transport.write(b"head ")
    transport.write(b"body")
    transport.close()
    assert ends.arrived() == b"head body"
    ends.turn()
    assert ends.arrived() == b""


def test_nothing_is_sent_after_a_connection_is_cut_off(ends: Ends) -> None:
    transport = ends.transport()
    transport.write(b"late")
    ends.cut_off()
    assert ends.arrived() == b""


def test_who_writes_much_is_told_to_pause_at_once(ends: Ends) -> None:
    class Pausing(asyncio.Protocol):
        paused = False

        def pause_writing(self) -> None:
            self.paused = True

    protocol = Pausing()
    transport = ends.transport(lambda: protocol)
    for _ in range(100):
        transport.write(bytes(MOST_BYTES // 2))
    assert protocol.paused


def test_it_is_the_transport_in_all_else(ends: Ends) -> None:
    transport = ends.transport()
    assert transport.get_extra_info("socket") is not None
    assert not transport.is_closing()
    transport.close()
    assert transport.is_closing()


def test_a_connection_of_the_service_is_served_through_it(ends: Ends, service: Service) -> None:
    config = Config(service.app)
    config.load()
    made: list[Connection] = []

    def protocol() -> Connection:
        made.append(Connection(config, ServerState(), {}))
        return made[-1]

    ends.connect(protocol)
    (connection,) = made
    assert isinstance(connection.transport, CoalescingTransport)
