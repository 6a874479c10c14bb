"""A whole installation of its own, with all that it writes in one folder.

``nabij serve`` and its private PostgreSQL run as processes; phones and browsers reach them through
a network that hears every byte.
"""

import json
import logging
import subprocess
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2
import psycopg
from pydantic import SecretStr

from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.settings import Settings
from nabij_dev import embedded
from tests.backend.cli.commands import PATIENCE_S, PROGRAM, environment
from tests.canary.files import data_directory
from tests.contract.network import Network, network_to
from tests.contract.running import RunningService, make_up_sources
from tests.service import CallerOf
from tests.web.browser import Eyes

_DATABASE = "nabij"
_SOURCES = 300
_SETTINGS = {
    "customer_rate": "0",
    "address_rate": "0",
    "metrics": "true",
    "request_wait_s": "0.5",
    "pool_wait_s": "0.3",
}


@dataclass(frozen=True, slots=True)
class Installation:
    """A running service, its database, and everything that it writes or says.

    Attributes:
        folder: where service, database, phone and browser each have a folder.
        service: as phones and browsers reach it.
        direct: its own address; what is said to it there is not heard.
        network: hears what phones and browsers are told and say.
        answers: what `direct` answered, as text.
        http: for requests to `direct`; each answer is kept.
        eyes: a browser.
    """

    folder: Path
    service: RunningService
    direct: str
    cluster: embedded.Cluster
    network: Network
    http: httpx2.Client
    eyes: Eyes
    answers: list[bytes] = field(default_factory=list[bytes])

    @property
    def data(self) -> Path:
        """The data directory of PostgreSQL."""
        with self.superuser() as connection:
            return data_directory(connection)

    @contextmanager
    def superuser(self) -> Generator[psycopg.Connection]:
        """A connection that sees and may do everything; each statement commits by itself."""
        options = "-c search_path=nabij,public"
        with psycopg.connect(self.service.url, autocommit=True, options=options) as connection:
            yield connection

    @property
    def service_log(self) -> Path:
        """What `nabij serve` said on standard error."""
        return self.folder / "service.log"

    @property
    def service_folder(self) -> Path:
        """Keys and the ledger."""
        return self.folder / "service"

    @property
    def phone_folder(self) -> Path:
        """The stores of phones."""
        return self.folder / "phones"

    @property
    def phone_log(self) -> Path:
        """What the SDK logged, and the errors that it raised."""
        return self.folder / "phones.log"

    @property
    def profile(self) -> Path:
        """What the browser keeps."""
        return self.folder / "browser"

    @property
    def console(self) -> Path:
        """What pages logged."""
        return self.folder / "console.log"

    def caller(self, name: str) -> CallerOf["Direct"]:
        """Somebody who is signed in, at `direct`."""
        return CallerOf(Direct(self), self.service.token(name)() or "")

    def keep(self, answer: httpx2.Response) -> None:
        """Let an answer be searched."""
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append(headers.encode() + b"\n\n" + answer.read())

    def hear(self, text: str) -> None:
        """Let what a page logged be searched."""
        with self.console.open("a", encoding="utf-8") as console:
            console.write(f"{text}\n")

    @contextmanager
    def logged(self) -> Generator[logging.Logger]:
        """Write what this process logs to the phone's log, however unimportant."""
        handler = logging.FileHandler(self.phone_log)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield root
        finally:
            root.setLevel(level)
            root.removeHandler(handler)
            handler.close()


@dataclass(frozen=True, slots=True)
class Direct:
    """The service for a caller who is not heard."""

    installation: Installation

    @property
    def http(self) -> httpx2.Client:
        """The connection."""
        return self.installation.http

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time."""
        return self.installation.service.clock


@contextmanager
def installation(eyes: Eyes) -> Generator[Installation]:
    """Run one in a folder that goes with it."""
    with ExitStack() as open_parts:
        folder = open_parts.enter_context(embedded.temporary_folder())
        own = folder / "service"
        own.mkdir()
        # Durable: nothing is left out of the WAL, and autovacuum looks at all tables.
        cluster = open_parts.enter_context(embedded.cluster(own))
        log = open_parts.enter_context((folder / "service.log").open("ab"))
        process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--json"],
            cwd=folder,
            env=environment({"data_folder": str(own), **_SETTINGS}),
            stdout=subprocess.PIPE,
            stderr=log,
        )
        open_parts.enter_context(process)
        open_parts.callback(process.terminate)
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["url"]
        url = cluster.url(_DATABASE)
        make_up_sources(url, count=_SOURCES)
        network = open_parts.enter_context(network_to(address))
        settings = Settings(database_url=SecretStr(url), data_folder=own)
        service = RunningService(network.address, settings)
        service.publish(STARTER_NOTICE)
        http = open_parts.enter_context(httpx2.Client(base_url=address, timeout=PATIENCE_S))
        at = Installation(folder, service, address, cluster, network, http, eyes)
        http.event_hooks = {"response": [at.keep]}
        yield at
