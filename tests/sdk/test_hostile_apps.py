"""Whatever an app's own code answers, nothing is read that was not agreed to, and nothing breaks.

The smallest script of each fault that was seen, then its kind: arbitrary values from everything
that an app passes in.
"""

import asyncio
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nabij
from nabij import Allowed, DeviceReason, Refused, Signal
from nabij.sensors import Access, Conditions, WifiState
from nabij.testing import FakeSensor, FakeService, SteadySensor
from tests.sdk.errors import ERRORS, HOME, agreed, client, secrets_in
from tests.sdk.service import NOW


class Answering:
    """An adapter whose every answer is the app's own."""

    def __init__(self, access: object = Access.PRECISE, reading: object = HOME) -> None:
        self._access = access
        self._reading = reading
        self.vouches: object = None
        self.starts = 0

    def access(self) -> Any:  # noqa: ANN401 - that is the point
        return self._access

    def ask(self, _grant: object, _then: object) -> None:
        """Ask nobody."""

    def start(self, _grant: object) -> "Answering":
        self.starts += 1
        return self

    def read(self, _timeout_s: float) -> Any:  # noqa: ANN401 - the same
        return self._reading

    def close(self) -> None:
        """Hold nothing."""


@pytest.mark.parametrize("access", [None, False, True, 0, "precise", "none", object()])
def test_what_is_no_access_is_a_refusal(access: object) -> None:
    adapter = Answering(access)
    phone = agreed(FakeService(), sensors={"gps": adapter})
    assert phone.permission("gps") == Refused((DeviceReason.OS_UNKNOWN,))
    assert phone.collect().queued == ()
    assert adapter.starts == 0


@pytest.mark.parametrize("reading", [None, "52.09,5.12", (52.09, 5.12), 7, object()])
def test_what_is_no_reading_is_a_failure_of_its_signal_alone(reading: object) -> None:
    service = FakeService()
    wifi = SteadySensor(WifiState(connected=True))
    phone = client(service, sensors={"gps": Answering(reading=reading), "wifi": wifi})
    phone.grant(phone.notice(), ["gps", "wifi"])
    collected = phone.collect()
    assert isinstance(collected.failed[Signal.GPS], nabij.SensorUnavailable)
    assert collected.queued == (Signal.WIFI,)


@pytest.mark.parametrize("clock", [None, 0, "now", datetime(2026, 6, 1)])  # noqa: DTZ001 - no zone
def test_without_a_clock_nothing_is_permitted_and_a_withdrawal_holds(clock: object) -> None:
    service = FakeService()
    told: list[object] = [None]
    sensor = FakeSensor(HOME)
    phone = agreed(service, sensors={"gps": sensor}, clock=lambda: told[0] or service.clock())
    told[0] = clock or 1
    assert phone.permission("gps") == Refused((DeviceReason.CLOCK_UNKNOWN,))
    assert phone.collect().queued == ()
    assert sensor.starts == 0
    phone.withdraw()
    told[0] = None
    assert not isinstance(phone.permission("gps"), Allowed)
    assert [each.kind for each in service.acts] == ["granted", "withdrawn"]


@pytest.mark.parametrize(
    "conditions", [None, True, "good", Conditions(metered=cast("Any", "yes")), {"metered": False}]
)
def test_conditions_that_are_none_hold_reports(conditions: object) -> None:
    service = FakeService()
    phone = agreed(service, sensors={"gps": FakeSensor(HOME)}, conditions=lambda: conditions)
    phone.collect()
    held = phone.report().held
    assert held is not None
    assert held.why == "unknown"
    assert service.statuses == ()


@pytest.mark.parametrize(
    "choice",
    [
        {"account": None},
        {"account": 7},
        {"platform": "symbian"},
        {"coarsening": "none"},
        {"device_id": "phone"},
    ],
)
def test_a_choice_that_is_none_is_refused_at_construction(choice: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        client(FakeService(), **choice)


@pytest.mark.parametrize("token", [7, b"eyJ", "two words", "line\r\nx: y", "naïve", True, [], ""])
def test_what_is_no_token_signs_nobody_in(token: object) -> None:
    service = FakeService()
    phone = client(service, token=lambda: token)
    with pytest.raises(nabij.NotSignedIn):
        phone.refresh()
    assert not phone.withdraw().told_server


def _raise() -> None:
    raise LookupError("52.0907, 5.1214")


def test_a_withdrawal_raises_nothing_once_it_holds() -> None:
    service = FakeService()
    phone = agreed(service, sensors={"gps": FakeSensor(HOME)})
    heard: list[str] = []
    phone.on_change(_raise)
    phone.on_change(lambda: heard.append("told"))
    assert phone.withdraw().told_server
    assert heard == ["told"]


@pytest.mark.parametrize("answer", [b"[" * 200_000, b"{", b'{"recorded_at": "soon"}', b"\xff", b""])
def test_an_answer_of_nonsense_does_not_undo_it(answer: bytes) -> None:
    service = FakeService()
    phone = agreed(service, sensors={"gps": FakeSensor(HOME)})
    nonsense = httpx2.Response(200, content=answer)
    service.fail_next(lambda request, serve: nonsense)  # noqa: ARG005 - a Fault
    assert not phone.withdraw().told_server
    assert isinstance(phone.permission("gps"), Refused)


def test_a_callback_that_nobody_would_await_is_refused() -> None:
    async def heard() -> None:
        """Never awaited."""

    phone = client(FakeService())
    with pytest.raises(TypeError, match="plain function"):
        phone.on_change(heard)


def test_a_task_that_was_cancelled_has_withdrawn_all_the_same() -> None:
    service = FakeService()

    async def play() -> None:
        async with nabij.AsyncClient(
            service.url,
            token=service.token("eva"),
            http=service.async_http(),
            public_http=service.async_http(),
            clock=service.clock,
        ) as phone:
            await phone.grant(await phone.notice(), ["gps"])
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await phone.withdraw()
            assert isinstance(phone.permission("gps"), Refused)
            await phone.refresh()

    asyncio.run(play())
    assert [each.kind for each in service.acts] == ["granted", "withdrawn"]


# A relative folder, and a daemon that goes to /.

_DAEMON = """
import os, nabij
from pathlib import Path
from nabij.testing import FakeService, Offline
service = FakeService()
def phone():
    return nabij.Client(service.url, token=service.token("eva"), http=service.http(),
                        public_http=service.http(), clock=service.clock, folder="nabij")
home = os.getcwd()
first = phone()
first.grant(first.notice(), ["gps"])
os.chdir("/")
with service.failing(Offline()):
    assert not first.withdraw().told_server
first.close()
os.chdir(home)
second = phone()
print(type(second.permission("gps")).__name__, second.pending().untold)
"""


def test_a_withdrawal_is_found_again_by_a_daemon_that_went_to_the_root(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DAEMON], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["Refused", "1"]
    assert not Path("/nabij").exists()


def test_a_second_client_cannot_take_the_lock_away(tmp_path: Path) -> None:
    service = FakeService()
    first = client(service, folder=tmp_path)
    for _ in range(2):  # looking for it is what dropped a lock of another kind
        with pytest.raises(nabij.StoreInUse):
            client(service, folder=tmp_path)
    os.close(os.open(tmp_path / "lock", os.O_RDWR))
    elsewhere = (
        "import sys, nabij\n"
        "from nabij.testing import FakeService\n"
        "s = FakeService()\n"
        "try:\n"
        "    nabij.Client(s.url, token=s.token('eva'), folder=sys.argv[1])\n"
        "except nabij.StoreInUse:\n"
        "    print('in use')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", elsewhere, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "in use"
    first.close()
    client(service, folder=tmp_path).close()


# What a crash reporter would send.


@pytest.mark.parametrize("error", ERRORS)
def test_no_frame_of_ours_holds_what_must_not_leave(error: str) -> None:
    service = FakeService()
    with pytest.raises(nabij.NabijError) as caught:
        ERRORS[error](service)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [each for each in told.stack if "/sdk/python/nabij/_" in each.filename]
    ours = [f"{each.name} {each.locals}" for each in frames]
    assert ours
    text = " ".join(ours) + str(told.__cause__) + str(told.__context__)
    assert secrets_in(text, service) == []


# The kind.

_anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from([NOW, datetime(2026, 6, 1, tzinfo=UTC), UUID(int=1), Access.PRECISE, HOME]),
    st.sampled_from([LookupError("a"), OSError("b"), RecursionError("c")]),
)


def _answers(value: object) -> Callable[..., object]:
    def answer(*_arguments: object) -> object:
        if isinstance(value, Exception):
            raise value
        return value

    return answer


@given(
    which=st.sampled_from(["clock", "new_id", "chance", "conditions", "random_bytes", "token"]),
    value=_anything,
    access=_anything,
    reading=_anything,
    vouches=_anything,
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_arbitrary_answers_start_no_sensor_and_raise_nothing_undocumented(
    which: str, value: object, access: object, reading: object, vouches: object
) -> None:
    service = FakeService()
    adapter = Answering(access, reading)
    adapter.vouches = vouches
    try:
        hostile = client(service, **{"sensors": {"gps": adapter}, which: _answers(value)})
    except nabij.CallbackFailed:
        return  # an id is needed from the first moment on
    raises = isinstance(value, Exception) and which == "token"
    steps: tuple[Callable[[], object], ...] = (
        lambda: hostile.grant(hostile.notice(), ["gps"]),
        hostile.refresh,
        hostile.collect,
        hostile.report,
        hostile.step,
        hostile.nearby,
        hostile.square,
        hostile.mark_quiet,
        hostile.quiet_places,
        hostile.receipts,
        lambda: hostile.permission("gps"),
        hostile.permission_report,
        hostile.pending,
    )
    for step in steps:
        try:
            step()
        except nabij.NabijError:
            continue
        except (LookupError, OSError, RecursionError):
            assert raises  # what the token callback raises comes through, as `Client` says
    hostile.withdraw()
    assert isinstance(hostile.permission("gps"), Refused)
    assert adapter.starts == 0 or access is Access.PRECISE
