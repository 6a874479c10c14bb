"""A running service, and phones of either kind to meet it."""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
import structlog
from pydantic import SecretStr

import nabij
from nabij_backend.settings import Settings
from nabij_backend.telemetry import configure_logging
from tests.contract.phones import (
    AnyClient,
    Handset,
    RunningClock,
    blocking_async_client,
    sync_client,
)
from tests.contract.running import RunningService, make_up_sources, serving
from tests.keys import give_keys


class Connect(Protocol):
    """Makes a phone's client, which is closed with the test."""

    def __call__(
        self,
        address: str,
        *,
        token: nabij.Token,
        handset: Handset | None = None,
        clock: RunningClock | None = None,
    ) -> AnyClient: ...


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Generator[Connect]:
    """Clients of one kind, then of the other."""
    make = sync_client if request.param == "sync" else blocking_async_client
    with ExitStack() as open_clients:

        def connected(
            address: str,
            *,
            token: nabij.Token,
            handset: Handset | None = None,
            clock: RunningClock | None = None,
        ) -> AnyClient:
            sensors = (handset or Handset()).sensors
            client = make(address, token=token, sensors=sensors, clock=clock or RunningClock())
            return open_clients.enter_context(client)

        yield connected


@pytest.fixture(scope="package", autouse=True)
def logging_as_in_operation() -> Generator[None]:
    """Let services log where pytest listens, instead of printing between its dots."""
    configure_logging()
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def shared(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningService]:
    """A service with sources, for tests that meet it with a person of their own."""
    settings = settings_of(shared_url, tmp_path_factory.mktemp("shared"))
    make_up_sources(shared_url)
    with serving(settings) as service:
        yield service


@pytest.fixture
def own(database_url: str, tmp_path: Path) -> Generator[RunningService]:
    """A service of one test, which may break it."""
    with serving(settings_of(database_url, tmp_path)) as service:
        yield service


def settings_of(url: str, folder: Path) -> Settings:
    """Of a service that gives up on its database soon."""
    return Settings(
        database_url=SecretStr(url),
        data_folder=give_keys(folder / "data"),
        pool_size=4,
        pool_wait_s=0.5,
    )
