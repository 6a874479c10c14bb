"""For tests of apps that embed Nabij: a phone to run on, a service in memory, a clock to turn.

    phone = Phone(tmp_path)
    client = nabij.Client(**phone.arguments("eva"))
    client.grant(client.notice(), ["wifi"])
    client.collect()
    with phone.in_airplane_mode():
        client.withdraw()
    assert phone.wifi.starts == 1

pytest finds the fixtures ``nabij_phone``, ``nabij_client`` and others by itself.
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
from nabij.testing._phone import AsyncClientArguments, ClientArguments, Phone
from nabij.testing._sensors import FakeSensor, NmeaPlayer, SteadySensor
from nabij.testing._service.defaults import example_notice
from nabij.testing._service.traffic import Moment, ReceivedAct, ReceivedStatus, SentRequest

__all__ = [
    "AsyncClientArguments",
    "ClientArguments",
    "FakeSensor",
    "FakeService",
    "Fault",
    "LostAnswer",
    "ManualClock",
    "Moment",
    "NmeaPlayer",
    "Nonsense",
    "Offline",
    "OtherDevice",
    "Phone",
    "ReceivedAct",
    "ReceivedStatus",
    "SentRequest",
    "Serve",
    "ServerError",
    "Slow",
    "SteadySensor",
    "TooManyRequests",
    "assert_never_started",
    "assert_nothing_kept",
    "assert_nothing_reported_after",
    "assert_nothing_sent_after",
    "example_notice",
]
