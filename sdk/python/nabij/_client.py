"""The client for ordinary code."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import TypeVar
from uuid import UUID

from nabij._calls import keep_push_token
from nabij._catalogue import Kinds
from nabij._errors import AnotherAccount, NabijError, NotSignedIn
from nabij._listening import Change, Listening, log_interruption
from nabij._quiet_places import QuietPlace
from nabij._runner import Runner, next_chunk
from nabij._shell import pending_of, preview_of
from nabij._stepping import Round
from nabij._values import (
    CatalogueState,
    Collected,
    Confirmation,
    Devices,
    DeviceStatus,
    NearbySource,
    Pending,
    Place,
    Preview,
    Receipt,
    Report,
    ShownNotice,
    SourceAround,
    Stepped,
    Withdrawal,
)
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Purpose
from nabij_geo import Cell, Position

StepT = TypeVar("StepT")
ReplyT = TypeVar("ReplyT")
T = TypeVar("T")


class Client(Runner):
    """Everything an app needs of Nabij, for one customer on one device. Threads may share it.

    It keeps what it knows of that customer: make another one when somebody else signs in.

    Args:
        base_url: address of the service.
        token: returns the customer's current token, or None while nobody is signed in; what it
            raises comes through.
        sensors: the adapters that `collect` reads, by signal: see ``nabij.sensors``.
        account: names the person; whatever another one left in the folder is deleted.
        folder: where the device remembers, a folder of its own; None: nowhere, so that everything
            is asked anew after a restart.
        coarsening: ``anchored`` for what people carry; ``plain`` for what never moves.
        conditions: tells whether this is a moment to send; by default it always is.
        device_id: names this installation to the service; made once by default.
        platform: of the device.
        http: the connection for what carries the customer's token, for instance with a proxy;
            closed by whoever made it. Use it for nothing else: what it opened for others is not cut
            when the customer withdraws.
        public_http: the connection for what carries no name; another one, with the same proxy.
            Give both or neither.
        clock: returns the time with its zone.
        new_id: returns a fresh id.
        chance: returns a random number from 0 to 1.
        random_bytes: returns so many random bytes.

    Raises:
        ValueError: the address is none of the web, or holds a password; or only one of the two
            connections was given, or both are one.
        CallbackFailed: an id or random bytes are needed, and the app's own maker made none.
        StoreInUse: another client has the folder.
        StoreFailed: the folder cannot be written.
    """

    def notice(self, locale: str = "nl") -> ShownNotice:
        """Return the current notice, its digest verified, to be shown in ``locale`` (nl or en)."""
        return self._call(self._engine.notice(Locale(locale)))

    def prompt(self, locale: str = "nl") -> ShownNotice | None:
        """Return the notice, for a question that the customer did not open; None: do not ask.

        A no stands for 183 days, unless the notice changed materially. A page of settings shows
        ``notice``, on any day.
        """
        return self._call(self._engine.prompt(Locale(locale)))

    def grant(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that the customer, having seen ``notice``, agreed to ``signals``.

        Where no answer came, call it again: the same act is told, not another one.

        Raises:
            NoticeSuperseded: another notice is current; show that one and ask again.
        """
        return self._call(self._engine.grant(notice, purpose, signals))

    def refuse(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that the customer said no. Holds on this device even if the call fails."""
        return self._call(self._engine.decline(EventKind.REFUSED, notice, purpose, signals))

    def defer(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that the customer closed the notice without an answer, which permits nothing."""
        return self._call(self._engine.decline(EventKind.DEFERRED, notice, purpose, signals))

    def refresh(self) -> None:
        """Learn from the service what is permitted: at start, and at least every 24 hours."""
        self._call(self._engine.refresh())

    def collect(self, *, timeout_s: float = 30.0, purpose: Purpose = NEARBY_SOURCES) -> Collected:
        """Read the sensors whose signals are permitted, each for at most ``timeout_s`` seconds.

        A sensor is not started for a signal that is not. A position becomes its square at once.
        """
        return self._run(self._engine.collect(purpose, timeout_s), self._running.read)

    def report(self) -> Report:
        """Send what was collected and is still permitted."""
        return self._call(self._engine.report())

    def step(self, *, timeout_s: float = 30.0, purpose: Purpose = NEARBY_SOURCES) -> Stepped:
        """Do one round of an app's loop: refresh where that is due, collect, report.

        Call it again at ``again_at`` of the answer, and whenever the app comes to the foreground. A
        network that is away, a service that is down or refuses, and a captive portal that answers
        in its place are no errors here: see ``failure``.

        Args:
            timeout_s: how long each sensor may take.
            purpose: for which is collected.

        Raises:
            NotSignedIn: nobody is signed in any longer.
            AnotherAccount: somebody else is.
            NoticeSuperseded: a refusal that was told only now was an answer to an older notice.
            StoreFailed: nothing can be remembered, so nothing is collected.
            CallbackFailed: the app's own code does not answer.
        """
        current = Round(self._device, purpose)
        if current.asks:
            with current.forgiving():
                self.refresh()
        collected = self.collect(timeout_s=timeout_s, purpose=purpose)
        with current.forgiving():
            current.report = self.report()
        return current.done(collected)

    def nearby(
        self,
        k: int = 5,
        *,
        technologies: Collection[str] | None = None,
        owner_kinds: Collection[str] | None = None,
        purpose: Purpose = NEARBY_SOURCES,
    ) -> list[NearbySource]:
        """Return the ``k`` nearest sources, nearest first, exactly; nobody is asked.

        The device ranks the catalogue that it keeps, which is the same for everybody. It is fetched
        once, and looked for again a day later or at ``refresh``; without a network the one that is
        here counts: see ``catalogue``.

        Args:
            k: how many.
            technologies: only of these, such as ``{"solar"}``; None: of all.
            owner_kinds: only of these, such as ``{"cooperative"}``; None: of all.
            purpose: for which the position was collected.

        Raises:
            NoPosition: gps was not collected, or is no longer permitted.
            NotReachable, ServiceUnavailable, UnknownAnswer: no catalogue is here yet, and none
                could be fetched.
        """
        kinds = Kinds(technologies=technologies, owner_kinds=owner_kinds)
        return self._call(self._engine.nearby(purpose, k, kinds))

    def nearby_at(
        self,
        cell: Cell,
        k: int = 5,
        *,
        technologies: Collection[str] | None = None,
        owner_kinds: Collection[str] | None = None,
    ) -> list[SourceAround]:
        """Return the sources around a place that the customer typed.

        Needs no permission, asks nobody.

        Every source that can be among the ``k`` nearest of any spot in ``cell``: so at least
        ``k``, where there are that many.
        """
        kinds = Kinds(technologies=technologies, owner_kinds=owner_kinds)
        case = self._engine.nearby_at(cell, k, kinds)
        del cell  # an error's frames hold no square
        return self._call(case)

    def places(self, query: str) -> list[Place]:
        """Return up to ten towns and villages whose name begins so, the largest first.

        Asks nobody.
        """
        case = self._engine.places(query)
        del query  # an error's frames do not hold what was typed
        return self._call(case)

    def catalogue(self) -> CatalogueState | None:
        """Return which catalogue this device ranks, how old it is, and why it is not newer.

        None where it holds none yet.
        """
        return self._alone(lambda: self._engine.catalogue.state)

    def withdraw(
        self, signals: Iterable[str] | None = None, *, purpose: Purpose | None = None
    ) -> Withdrawal:
        """End permission for ``signals`` (all by default): here at once, then at the service.

        Raises nothing for want of a network: see ``told_server``.
        """
        try:
            return self._call(self._engine.withdraw(purpose, signals))
        finally:
            self._flights.wait()

    def forget_places(self) -> None:
        """Let this device begin anew with the places that it knows. The service is told nothing."""
        self._alone(self._device.forget_places)

    def square(self, *, purpose: Purpose = NEARBY_SOURCES) -> Cell | None:
        """Return the square that the customer is known by, or will be as soon as it is told.

        None without permission, and before there is any.
        """
        return self._alone(partial(self._device.square, purpose))

    def mark_quiet(
        self,
        name: str = "",
        *,
        at: Position | None = None,
        purpose: Purpose = NEARBY_SOURCES,
    ) -> QuietPlace:
        """Let a place never be told: where the phone is, or ``at``. The service is told nothing.

        What was known of the place is forgotten. While the phone is within 300 m of it, nothing is
        learned or told of it, and the square that was told last stands on; where only approximate
        positions are allowed, within 5 km. Holds until ``unmark_quiet``, withdrawals included.

        Raises:
            NoPosition: it is not known where the phone is, or not within 5 km.
            OutsideEurope: no square holds the place, so nothing would be told anyway.
            ValueError: the name is too long, or there are 32 quiet places already.
        """
        return self._alone(partial(self._device.mark_quiet, purpose, name, at))

    def quiet_places(self) -> tuple[QuietPlace, ...]:
        """Return the places that are never told, by the names that they were given."""
        return self._alone(self._device.store.quiet_places)

    def unmark_quiet(self, place_id: UUID) -> None:
        """Let a place be told like any other, as if the phone had never been there."""
        self._alone(partial(self._device.unmark_quiet, place_id))

    def receipts(self) -> tuple[Receipt, ...]:
        """Return what the service signed to prove the acts of this device, the oldest first.

        Those of acts that were told later are among them. The last hundred are kept.
        """
        return self._alone(self._device.store.receipts)

    def pending(self) -> Pending:
        """Return what has not been told yet, and how much never will."""
        return self._alone(partial(pending_of, self._device))

    def preview(self) -> Preview | None:
        """Return the exact bytes that ``report`` would send now, and why.

        None where nothing waits.
        """
        return self._alone(partial(preview_of, self._engine))

    def changes(self) -> Iterator[Change]:
        """Wait for what changes elsewhere, such as a withdrawal on another device.

        For a thread of its own. Each change is yielded once this client has taken it over: it
        refuses what is no longer permitted, has dropped it from the queue, and has told the
        service so. Goes on when the network comes and goes; ends when the client is closed.

        Whatever a network or the app's own code does is waited out.

        Raises:
            NotSignedIn: nobody is signed in any longer.
            AnotherAccount: somebody else is.
        """
        listening = Listening(self._engine, self._device.id)
        failure: NabijError | None = None
        while not self._closed.is_set():
            try:
                with self._opened(listening.call()) as chunks:
                    while not self._closed.is_set() and (chunk := next_chunk(chunks)):
                        for event in listening.receive(chunk):
                            change = self._call(listening.heed(event))
                            if change is not None:
                                yield change
            except (NotSignedIn, AnotherAccount) as error:
                failure = error.bare()
                break
            except Exception as error:  # noqa: BLE001 - rule 3 of listening: open it again
                log_interruption(error)
            self._closed.wait(listening.pause_s())
        if failure is not None:
            raise failure

    def devices(self) -> Devices:
        """Return this customer's devices, and on which of them what was ended has stopped."""
        return self._call(self._engine.devices())

    def statuses(self) -> tuple[DeviceStatus, ...]:
        """Return when each device was heard last, newest first, and why squares are old.

        Only what is permitted still, and told: a device that told nothing is not among them.
        """
        return self._call(self._engine.statuses())

    def push_token(self, token: str | None) -> None:
        """Say where Firebase can wake this device; None: nowhere any longer.

        ``token`` is a Firebase installation ID or a registration token. When the message comes,
        call ``refresh``. The device must have granted or reported before.
        """
        case = keep_push_token(self._device.id, token)
        del token  # an error's frames hold none
        self._call(case)
