"""What is withdrawn on one device stops on the other, at once and without asking."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

import nabij
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from tests.contract.conftest import settings_of
from tests.contract.listeners import PATIENCE_S, Heard, async_listener, sync_listener
from tests.contract.network import network_to
from tests.contract.phones import allow
from tests.contract.running import RunningService, serving

_PROMISE_S = 1.0


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
        assert tablet.by(3) == (nabij.Change.NOTICE, nabij.Allowed)  # only words have changed
        own.publish(replace(STARTER_NOTICE, version=3, material_since=3))
        assert tablet.by(4) == (nabij.Change.NOTICE, nabij.Refused)


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
        assert time.monotonic() - begun_s < PATIENCE_S
