"""What an app's tests ask of a ``FakeService``. A failure says which request came, not with what.

Each takes ``after``, a moment that ``FakeService.moment`` told: requests count, not hours, since a
test's clock stands still.
"""

from collections.abc import Iterable
from typing import Any

from nabij.testing._fake_service import FakeService
from nabij.testing._sensors import FakeSensor
from nabij.testing._service.traffic import Moment, SentRequest
from nabij_consent import Signal


def assert_nothing_sent_after(service: FakeService, after: Moment) -> None:
    """No request was begun since.

    Raises:
        AssertionError: one was.
    """
    _assert_none("sent", service.requests[after:])


def assert_nothing_reported_after(
    service: FakeService, after: Moment, signals: Iterable[str] = tuple(Signal)
) -> None:
    """No report of any of ``signals`` was begun since; telling of a withdrawal is none.

    Raises:
        AssertionError: one was.
    """
    told = frozenset(signals)
    _assert_none("reported", [each for each in service.requests[after:] if told & {*each.signals}])


def assert_nothing_kept(service: FakeService, account: str) -> None:
    """Assert that the service keeps nothing that a device of ``account`` reported.

    Raises:
        AssertionError: it does.
    """
    kept = sorted({signal.value for signal, _device in service.kept(account)})
    if kept:
        raise AssertionError(f"The service still keeps {', '.join(kept)} of {account}.")


def assert_never_started(*sensors: FakeSensor[Any]) -> None:
    """Assert that none of the sensors was ever started.

    Raises:
        AssertionError: one was.
    """
    started = sum(each.starts for each in sensors)
    if started:
        raise AssertionError(f"A sensor was started, {started} times in all.")


def _assert_none(done: str, requests: list[SentRequest]) -> None:
    if requests:
        listed = "".join(f"\n  {each}" for each in requests)
        raise AssertionError(f"Nothing was to be {done} any more, and yet there came{listed}")
