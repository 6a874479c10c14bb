"""Databases for commands, in the states that they meet them."""

import pytest

from tests.backend.cli.commands import Command, Done
from tests.backend.cli.operating import EVA, Operator, operator
from tests.service import Caller, Service


@pytest.fixture
def here(service: Service, nabij: Command) -> Command:
    """``nabij`` in the data folder of the running service, so that pseudonyms agree."""
    folder = str(service.settings.data_folder)

    def command(*arguments: str, **variables: str) -> Done:
        return nabij(*arguments, **({"data_folder": folder} | variables))

    return command


@pytest.fixture
def eva(service: Service) -> Caller:
    """A customer who agreed, and whose device has reported."""
    caller = service.caller(EVA)
    assert caller.put_status(caller.gps(caller.grant())).json()["accepted"]
    return caller


@pytest.fixture
def otto(here: Command) -> Operator:
    """An operator."""
    return operator(here)
