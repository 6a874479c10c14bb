"""A service whose devices can be woken, and rows that wait."""

import pytest

from tests.service import Caller, Service


@pytest.fixture
def waking(service: Service) -> Service:
    """The service, keeping push tokens as it does where Firebase sends."""
    service.change(identity="firebase")
    return service


def reachable(caller: Caller, token: str) -> Caller:
    """The same device, after it granted and said where to wake it."""
    caller.grant()
    assert caller.put_of_device("push-token", {"push_token": token}).status_code == 204
    return caller
