"""A service whose devices can be woken, and rows that wait."""

from dataclasses import replace

import pytest
from fastapi import FastAPI

from tests.service import Caller, Service


@pytest.fixture
def waking(service: Service) -> Service:
    """The service, keeping push tokens as it does where Firebase sends."""
    app = service.http.app
    assert isinstance(app, FastAPI)
    settings = service.settings.model_copy(update={"identity": "firebase"})
    app.state.parts = replace(app.state.parts, settings=settings)
    return service


def reachable(caller: Caller, token: str) -> Caller:
    """The same device, after it granted and said where to wake it."""
    caller.grant()
    assert caller.put_of_device("push-token", {"push_token": token}).status_code == 204
    return caller
