"""What both clients say of permission: without network, without waiting, and from any thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias, overload

from nabij._callbacks import call_each, require_plain
from nabij._device import Device
from nabij._errors import NotPermitted
from nabij._gate import Permission, Refused
from nabij._live import GpsGrant, GsmGrant, LiveGrant, WifiGrant
from nabij._values import Receipt
from nabij.sensors import Access
from nabij_consent import NEARBY_SOURCES, Purpose, Signal


@dataclass(frozen=True, slots=True)
class SignalPermission:
    """One line of a permission report.

    Attributes:
        access: what the operating system allows; None where the client has no adapter.
        until: when the permission ends if nothing happens; None where there is none.
    """

    purpose: Purpose
    signal: Signal
    permission: Permission
    access: Access | None
    until: datetime | None


PermissionReport: TypeAlias = tuple[SignalPermission, ...]


class Permissions:
    """The part of a client that asks nobody."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._watchers: list[Callable[[], object]] = []
        self._receivers: list[Callable[[Receipt], object]] = []
        self._comparing = threading.Lock()
        self._seen: frozenset[tuple[Purpose, Signal, Permission]] = frozenset()

    def permission(self, signal: str, *, purpose: Purpose = NEARBY_SOURCES) -> Permission:
        """Return whether ``signal`` may be collected now. Asks nobody.

        What is not known is refused.
        """
        return self._device.permission(purpose, Signal(signal))

    def permission_report(self) -> PermissionReport:
        """Return every signal for every purpose that is known: whether, why not, and until when."""
        return tuple(
            SignalPermission(
                purpose,
                signal,
                self._device.permission(purpose, signal),
                self._device.adapters.access(signal),
                self._device.ends_at(purpose, signal),
            )
            for purpose in self._device.purposes()
            for signal in Signal
        )

    @overload
    def live(self, signal: Literal["gps"], *, purpose: Purpose = ...) -> GpsGrant: ...
    @overload
    def live(self, signal: Literal["gsm"], *, purpose: Purpose = ...) -> GsmGrant: ...
    @overload
    def live(self, signal: Literal["wifi"], *, purpose: Purpose = ...) -> WifiGrant: ...
    @overload
    def live(self, signal: str, *, purpose: Purpose = ...) -> LiveGrant: ...

    def live(self, signal: str, *, purpose: Purpose = NEARBY_SOURCES) -> LiveGrant:
        """Return what the app's own collection code needs in hand: see ``nabij.gated``.

        Raises:
            NotPermitted: the signal may not be collected now.
        """
        grant = self._device.live(purpose, Signal(signal))
        if isinstance(grant, Refused):
            raise NotPermitted(grant.reasons)
        return grant

    def ask(
        self,
        signal: str,
        then: Callable[[], object],
        *,
        purpose: Purpose = NEARBY_SOURCES,
    ) -> None:
        """Let the operating system ask for ``signal``, and call ``then`` when it has answered.

        Only after the customer agreed: the notice comes before the question of the system, as
        Google Play's rule of prominent disclosure wants it.

        Raises:
            NotPermitted: the customer has not agreed.
            Unsupported: the client has no adapter for the signal.
        """
        grant = self._device.consented(purpose, Signal(signal))
        if isinstance(grant, Refused):
            raise NotPermitted(grant.reasons)

        require_plain(then)

        def answered() -> None:
            self._tell_changes()
            call_each((then,))

        self._device.adapters.ask(grant, answered)

    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call ``callback`` whenever a permission has begun, ended or changed its reasons.

        It is called by whatever call of the client brought the change about, or noticed it: time
        that runs out is noticed by the next one. Look at ``permission_report`` then. What it
        raises is logged by its type.

        Returns:
            a function that ends it.

        Raises:
            TypeError: it is a coroutine function, which nobody would await.
        """
        require_plain(callback)
        with self._comparing:
            if not self._watchers:
                self._seen = self._permissions()
            self._watchers.append(callback)

        def unsubscribe() -> None:
            if callback in self._watchers:
                self._watchers.remove(callback)

        return unsubscribe

    def on_receipt(self, callback: Callable[[Receipt], object]) -> Callable[[], None]:
        """Call ``callback`` with each receipt as it comes, of an act that was told later, too.

        It is called by whatever call of the client told the act. What it raises is logged by its
        type; the receipt stays among ``receipts``.

        Returns:
            a function that ends it.

        Raises:
            TypeError: it is a coroutine function, which nobody would await.
        """
        require_plain(callback)
        self._receivers.append(callback)

        def unsubscribe() -> None:
            if callback in self._receivers:
                self._receivers.remove(callback)

        return unsubscribe

    def _hand_over(self) -> None:
        """Call the app back with what has come of a call."""
        self._tell_changes()
        fresh = self._device.fresh_receipts
        while fresh:
            receipt = fresh.pop(0)
            call_each(tuple(partial(each, receipt) for each in self._receivers))

    def _tell_changes(self) -> None:
        if not self._watchers:
            return
        with self._comparing:
            before, self._seen = self._seen, self._permissions()
            changed = before != self._seen
        call_each(tuple(self._watchers) if changed else ())

    def _permissions(self) -> frozenset[tuple[Purpose, Signal, Permission]]:
        device = self._device
        return frozenset(
            (purpose, signal, device.permission(purpose, signal))
            for purpose in device.purposes()
            for signal in Signal
        )
