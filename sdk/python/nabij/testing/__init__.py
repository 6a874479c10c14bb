"""For tests of apps that embed Nabij: a service in memory, sensors to feed, a clock to turn.

    service = FakeService()
    gps = FakeSensor(Position(52.09, 5.12))
    client = nabij.Client(
        service.url, token=service.token("eva"), http=service.http(), clock=service.clock
    )
    with service.failing(Offline()):
        client.withdraw()
    assert gps.starts == 0

pytest finds the fixtures ``nabij_service``, ``nabij_clock`` and others by itself.
``nabij.testing.conformance`` has a suite that an app can run against its own integration.
"""

from nabij.testing._assertions import (
    assert_never_started,
    assert_nothing_kept,
    assert_nothing_reported_after,
    assert_nothing_sent_after,
)
from nabij.testing._clock import ManualClock
from nabij.testing._fake_service import FakeService
from nabij.testing._faults import (
    Fault,
    LostAnswer,
    Nonsense,
    Offline,
    Serve,
    ServerError,
    Slow,
    TooManyRequests,
)
from nabij.testing._other_device import OtherDevice
from nabij.testing._sensors import FakeSensor
from nabij.testing._service.defaults import example_notice
from nabij.testing._service.traffic import Moment, ReceivedAct, ReceivedStatus, SentRequest

__all__ = [
    "FakeSensor",
    "FakeService",
    "Fault",
    "LostAnswer",
    "ManualClock",
    "Moment",
    "Nonsense",
    "Offline",
    "OtherDevice",
    "ReceivedAct",
    "ReceivedStatus",
    "SentRequest",
    "Serve",
    "ServerError",
    "Slow",
    "TooManyRequests",
    "assert_never_started",
    "assert_nothing_kept",
    "assert_nothing_reported_after",
    "assert_nothing_sent_after",
    "example_notice",
]
