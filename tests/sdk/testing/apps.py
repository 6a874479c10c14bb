"""A small app that keeps every rule, and apps that each break one.

The broken ones are what was seen in the wild: each is the small app with one thing done as
somebody somewhere did it.
"""

import contextlib
from typing import Final, Self

import httpx2

import nabij
from nabij.sensors import WifiAdapter, WifiState
from nabij.testing import ClientArguments, Phone, SteadySensor

ALL: Final = ("gps", "gsm", "wifi")


class SmallApp:
    """Asks when the customer opens the dialog, and at no other time."""

    def __init__(self, phone: Phone, account: str) -> None:
        self.phone = phone
        self.account = account
        self.client = nabij.Client(**self.arguments())
        self.shown: nabij.ShownNotice | None = None

    def arguments(self) -> ClientArguments:
        return self.phone.arguments(self.account)

    def open_dialog(self) -> None:
        with contextlib.suppress(nabij.NabijError):
            self.shown = self.client.notice()

    def is_asking(self) -> bool:
        return self.shown is not None

    def allow(self, *signals: str) -> None:
        if self.shown:
            self.client.grant(self.shown, signals)
            self.shown = None

    def refuse(self) -> None:
        if self.shown:
            self.client.refuse(self.shown, ALL)
            self.shown = None

    def never_ask_again(self) -> None:
        self.refuse()

    def withdraw(self) -> None:
        self.client.withdraw()

    def work(self) -> None:
        for step in (self.client.refresh, self.client.collect, self.client.report):
            with contextlib.suppress(nabij.NabijError):
                step()

    def close(self) -> None:
        self.client.close()


class Remembering(SmallApp):
    """Keeps something of its own between two starts, in a file."""

    def remember(self, what: str) -> None:
        (self.phone.folder / "remembered").write_text(what, encoding="utf-8")

    @property
    def remembered(self) -> str:
        file = self.phone.folder / "remembered"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def agree(self) -> None:
        with contextlib.suppress(nabij.NabijError):
            self.client.grant(self.client.notice(), ALL)


class Idle(SmallApp):
    """Never collects."""

    def work(self) -> None:
        with contextlib.suppress(nabij.NabijError):
            self.client.refresh()


class TakesSilenceForConsent(Remembering):
    """Counts a dialog that was open when the app ended as agreed to."""

    def __init__(self, phone: Phone, account: str) -> None:
        super().__init__(phone, account)
        if self.remembered == "open":
            self.agree()

    def open_dialog(self) -> None:
        super().open_dialog()
        self.remember("open")

    def allow(self, *signals: str) -> None:
        self.remember("answered")
        super().allow(*signals)

    def refuse(self) -> None:
        self.remember("answered")
        super().refuse()


class AgreesToEverything(SmallApp):
    """Has one switch for all signals."""

    def allow(self, *signals: str) -> None:
        del signals
        super().allow(*ALL)


class AsksWhatIsNear(SmallApp):
    """Asks the service around the phone's square, in the customer's name."""

    def work(self) -> None:
        super().work()
        square = nabij.Cell.containing(self.phone.gps.reading)
        with contextlib.suppress(httpx2.HTTPError), self.phone.service.http() as http:
            http.get(f"{self.phone.service.url}/v1/cells/{square.code}/sources")


class FailsOpen(SmallApp):
    """Takes a notice that could not be loaded for one that is not needed."""

    unseen = False

    def open_dialog(self) -> None:
        super().open_dialog()
        self.unseen = self.shown is None

    def work(self) -> None:
        if self.unseen:
            with contextlib.suppress(nabij.NabijError):
                self.client.grant(self.client.notice(), ALL)
        super().work()


class CrashesWithoutNetwork(SmallApp):
    """Does not expect that the notice cannot be loaded."""

    def open_dialog(self) -> None:
        self.shown = self.client.notice()


class GivesUpWithoutNetwork(SmallApp):
    """Shows no dialog any more once it could not be shown."""

    gave_up = False

    def open_dialog(self) -> None:
        if not self.gave_up:
            super().open_dialog()
            self.gave_up = self.shown is None


class Nags(Remembering):
    """Asks at each start until the answer is yes, whatever the customer said."""

    def __init__(self, phone: Phone, account: str) -> None:
        super().__init__(phone, account)
        if self.remembered == "never again":
            self.open_dialog()

    def never_ask_again(self) -> None:
        super().never_ask_again()
        self.remember("never again")


class SharesConsent(Remembering):
    """Takes the yes of one account for the yes of the phone."""

    def __init__(self, phone: Phone, account: str) -> None:
        super().__init__(phone, account)
        if self.remembered not in {"", account}:
            self.agree()

    def allow(self, *signals: str) -> None:
        super().allow(*signals)
        self.remember(self.account)


class WithdrawsOnlineOnly(SmallApp):
    """Wants the network before it lets the customer withdraw."""

    def withdraw(self) -> None:
        with contextlib.suppress(nabij.NabijError):
            self.client.refresh()
            super().withdraw()


class WithdrawsHereOnly(Remembering):
    """Stops, and tells nobody."""

    def withdraw(self) -> None:
        self.remember("stopped")

    def work(self) -> None:
        if self.remembered != "stopped":
            super().work()

    def allow(self, *signals: str) -> None:
        super().allow(*signals)
        self.remember("")


class DrainsItsQueue(Remembering):
    """Stops reading, and sends what waits before it withdraws."""

    def withdraw(self) -> None:
        self.remember("stopping")
        with contextlib.suppress(nabij.NabijError):
            self.client.refresh()
            super().withdraw()
            self.remember("")

    def work(self) -> None:
        if self.remembered != "stopping":
            super().work()
            return
        with contextlib.suppress(nabij.NabijError):
            self.client.report()
            self.withdraw()


class SaysYesAgain(Remembering):
    """Repairs a permission that got lost elsewhere."""

    def allow(self, *signals: str) -> None:
        super().allow(*signals)
        self.remember(self.account)

    def refuse(self) -> None:
        self.remember("")
        super().refuse()

    def withdraw(self) -> None:
        self.remember("")
        super().withdraw()

    def work(self) -> None:
        super().work()
        lost = isinstance(self.client.permission("wifi"), nabij.Refused)
        if lost and self.remembered == self.account:
            self.agree()


class FlushesWhatItHeld(SmallApp):
    """Holds a reading back in its own adapter, and delivers it with the next yes."""

    def arguments(self) -> ClientArguments:
        arguments = super().arguments()
        holding: WifiAdapter = _Holding(self.phone.wifi)
        return {**arguments, "sensors": {**arguments["sensors"], "wifi": holding}}


class _Holding(SteadySensor[WifiState]):
    """Reads what it read at first."""

    def __init__(self, sensor: SteadySensor[WifiState]) -> None:
        super().__init__(sensor.reading)
        self._sensor = sensor
        self._has_read = False

    def start(self, grant: nabij.LiveGrant) -> Self:
        self._sensor.start(grant)
        return self

    def read(self, timeout_s: float) -> WifiState:
        if not self._has_read:
            self.reading = self._sensor.read(timeout_s)
            self._has_read = True
        return super().read(timeout_s)
