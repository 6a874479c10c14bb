"""A network between a phone and the service, which hears every byte and can fail."""

import select
import socket
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import cast
from urllib.parse import urlsplit

_CHUNK = 65_536


class Network(socketserver.ThreadingTCPServer):
    """Carries connections to the service.

    Attributes:
        heard: all bytes that phones sent.
        connections: the same, connection by connection.
        answers: what the service answered, connection by connection.
        down: whether nothing gets through.
        losing_an_answer: whether the next answer is lost on its way back.
    """

    daemon_threads = True

    def __init__(self, service: str) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.service = urlsplit(service)
        self.heard = bytearray()
        self.connections: list[bytearray] = []
        self.answers: list[bytearray] = []
        self.down = False
        self.losing_an_answer = False

    @property
    def address(self) -> str:
        """Where phones find the service."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def carry(self, phone: socket.socket) -> None:
        """Carry bytes both ways until one side has enough or the network fails."""
        said, answered = bytearray(), bytearray()
        self.connections.append(said)
        self.answers.append(answered)
        with socket.create_connection((self.service.hostname, self.service.port)) as service:
            for each in (phone, service):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self.down:
                for speaker in select.select([phone, service], [], [])[0]:
                    spoken = speaker.recv(_CHUNK)
                    (said if speaker is phone else answered).extend(spoken)
                    if not spoken or not self._pass_on(spoken, speaker, phone, service):
                        return

    def _pass_on(
        self, spoken: bytes, speaker: socket.socket, phone: socket.socket, service: socket.socket
    ) -> bool:
        """False where it got lost instead, and with it the connection."""
        if speaker is phone:
            self.heard += spoken
        lost = self.down or (speaker is service and self.losing_an_answer)
        if lost:
            self.losing_an_answer = False
        else:
            (service if speaker is phone else phone).sendall(spoken)
        return not lost


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Let the network carry it; who breaks off has enough."""
        with suppress(ConnectionResetError):
            cast("Network", self.server).carry(self.request)


@contextmanager
def network_to(service: str) -> Generator[Network]:
    """A network, for as long as somebody is inside."""
    with Network(service) as network:
        thread = threading.Thread(target=network.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield network
        finally:
            network.shutdown()
            thread.join()
