"""The rules of conformance, one a test."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from nabij.testing._assertions import assert_nothing_reported_after
from nabij.testing._phone import Phone
from nabij.testing._service.traffic import Moment
from nabij.testing.conformance._integration import Integration
from nabij_consent import EventKind, Signal

_NAMELESS: Final = (
    "GET /v1/catalogue",
    "GET /v1/catalogue/{version}/{region}",
    "GET /v1/places/all",
)
_EVA: Final = "eva"
_NOOR: Final = "noor"
_ALL: Final = tuple(each.value for each in Signal)


class Conformance(ABC):
    """To be subclassed by the test class of an app."""

    @abstractmethod
    def start(self, phone: Phone, account: str) -> Integration:
        """Start the app on ``phone`` for whoever signs in as ``account``."""

    def test_what_is_allowed_arrives(self, tmp_path: Path) -> None:
        """The app does what it is for: without this, an app that does nothing keeps every rule."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _allow(app, "gsm", "wifi")
            app.work()
        arrived = {each.signal.value for each in phone.service.statuses}
        _require(
            arrived == {"gsm", "wifi"},
            "The customer allowed gsm and wifi, and not just these were reported.",
        )

    def test_an_untouched_dialog_never_becomes_a_yes(self, tmp_path: Path) -> None:
        """A dialog that was left open is no answer, after a restart neither."""
        phone = Phone(tmp_path)
        for _start in range(3):
            with self._running(phone) as app:
                app.open_dialog()
                app.work()
            phone.wait()
        _require_no_yes(phone, "Nobody answered the dialog")

    def test_a_yes_to_one_signal_is_no_yes_to_another(self, tmp_path: Path) -> None:
        """Consent is given for each signal apart."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _allow(app, "wifi")
            app.work()
        granted = {signal for each in phone.service.acts for signal in each.signals}
        others = phone.gps.starts + phone.gsm.starts
        _require(
            granted <= {Signal.WIFI} and not others,
            "The customer allowed wifi alone, and the app took it for more.",
        )

    def test_what_is_near_is_asked_of_nobody(self, tmp_path: Path) -> None:
        """The SDK ranks what everybody downloads: a question of the app's own would tell where."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _allow(app, "gps")
            app.work()
            phone.wait()
            app.work()
        own = [each for each in phone.service.requests if each.route.endswith(" *")]
        _require(not own, "The app asked the service something that the SDK does not ask.")
        named = [
            each for each in phone.service.requests if each.route in _NAMELESS and each.account
        ]
        _require(not named, "The app said who asks for what everybody may have.")

    def test_the_first_start_without_network_permits_nothing(self, tmp_path: Path) -> None:
        """A notice that could not be shown was not agreed to; later it can still be asked."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            with phone.in_airplane_mode():
                app.open_dialog()
                app.work()
            app.work()
            _require_no_yes(phone, "The notice could not be shown")
            app.open_dialog()
            _require(app.is_asking(), "Back online, the app could not show the dialog any more.")

    def test_whoever_is_not_to_be_asked_again_is_not_asked_again(self, tmp_path: Path) -> None:
        """A no is an answer. It is not worn down."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            app.open_dialog()
            app.never_ask_again()
        for _month in range(3):
            phone.wait(timedelta(days=30))
            with self._running(phone) as app:
                app.work()
                _require(not app.is_asking(), "The customer is not to be asked, and was asked.")

    def test_another_account_begins_without_consent(self, tmp_path: Path) -> None:
        """Nothing of one person reaches another who signs in on the same phone."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _allow(app, *_ALL)
            with phone.in_airplane_mode():
                app.work()
        uses, sent = phone.uses, phone.service.moment()
        with self._running(phone, _NOOR) as app:
            app.work()
            phone.wait()
            app.work()
        _require_stopped(phone, uses, sent, "Somebody else signed in")
        agreed = [each for each in phone.service.acts if each.account == _NOOR]
        _require(not agreed, "Somebody else signed in, and the app answered for them.")

    def test_a_withdrawal_in_airplane_mode_holds(self, tmp_path: Path) -> None:
        """It stops collection at once, and the service hears of it first thing afterwards."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _allow(app, *_ALL)
            with phone.in_airplane_mode():
                app.work()
                app.withdraw()
                uses, sent = phone.uses, phone.service.moment()
                app.work()
        with phone.in_airplane_mode(), self._running(phone) as app:
            app.work()
        with self._running(phone) as app:
            app.work()
        _require_stopped(phone, uses, sent, "The customer withdrew offline")
        told = [each.kind for each in phone.service.acts][-1:] == [EventKind.WITHDRAWN]
        _require(told, "The customer withdrew offline, and the service was never told.")

    def test_a_withdrawal_on_another_device_is_not_undone(self, tmp_path: Path) -> None:
        """Of two devices that disagree the customer's latest act is right."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _allow(app, *_ALL)
            app.work()
            phone.service.other_device(_EVA).withdraw()
            acts = len(phone.service.acts)
            phone.wait()
            app.work()
            uses, sent = phone.uses, phone.service.moment()
            app.work()
        with self._running(phone) as app:
            app.work()
        _require(
            len(phone.service.acts) == acts,
            "The customer withdrew on another device, and the app said yes again.",
        )
        _require_stopped(phone, uses, sent, "The customer withdrew on another device")

    def test_declined_data_is_never_flushed_by_a_later_yes(self, tmp_path: Path) -> None:
        """What a yes permits begins with that yes."""
        phone = Phone(tmp_path)
        with self._running(phone) as app:
            _work_at(app, phone, on_wifi=False)
            app.open_dialog()
            app.refuse()
            _work_at(app, phone, on_wifi=False)
            _allow(app, *_ALL)
            with phone.in_airplane_mode():
                _work_at(app, phone, on_wifi=False)
            app.withdraw()
            _allow(app, *_ALL)
            _work_at(app, phone, on_wifi=True)
        wifi = [each for each in phone.service.statuses if each.signal is Signal.WIFI]
        _require(
            all(each.state["connected"] for each in wifi),
            "A later yes let the app report what was read before it.",
        )

    @contextmanager
    def _running(self, phone: Phone, account: str = _EVA) -> Generator[Integration]:
        app = self.start(phone, account)
        try:
            yield app
        finally:
            app.close()


def _allow(app: Integration, *signals: str) -> None:
    app.open_dialog()
    app.allow(*signals)


def _work_at(app: Integration, phone: Phone, *, on_wifi: bool) -> None:
    phone.show_wifi(connected=on_wifi)
    app.work()
    phone.wait()


def _require_no_yes(phone: Phone, because: str) -> None:
    yes = [each for each in phone.service.acts if each.kind is EventKind.GRANTED]
    _require(not yes, f"{because}, and the app told the service of a yes.")
    _require(not phone.uses, f"{because}, and a sensor was read.")


def _require_stopped(phone: Phone, uses: int, sent: Moment, because: str) -> None:
    _require(phone.uses == uses, f"{because}, and a sensor was read.")
    assert_nothing_reported_after(phone.service, sent)


def _require(kept: bool, broken: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not kept:
        raise AssertionError(broken)
