"""Another device of the same customer."""

from collections.abc import Iterable
from uuid import UUID

from nabij.testing._service.bodies import ActBody
from nabij.testing._service.world import World
from nabij_consent import NEARBY_SOURCES, EventKind, Signal


class OtherDevice:
    """A tablet, say, on which the customer does what a test wants; made by ``FakeService``."""

    def __init__(self, world: World, account: str) -> None:
        self._world = world
        self._account = account
        self.id = world.new_id()

    def allow(self, *signals: str) -> None:
        """Be shown the notice there, and agree."""
        with self._world.lock:
            self._do(EventKind.GRANTED, signals, nonce=self._world.show(self._account))

    def refuse(self, *signals: str) -> None:
        """Say no there."""
        self._do(EventKind.REFUSED, signals)

    def withdraw(self, *signals: str) -> None:
        """Take consent back there: of everything, where no signal is named."""
        self._do(EventKind.WITHDRAWN, signals or tuple(Signal))

    def _do(self, kind: EventKind, signals: Iterable[str], nonce: UUID | None = None) -> None:
        world = self._world
        with world.lock:
            act = ActBody(
                id=world.new_id(),
                kind=kind,
                purpose=NEARBY_SOURCES,
                signals=tuple(map(Signal, signals)),
                occurred_at=world.now,
                device_id=self.id,
                nonce=nonce,
            )
            world.do(self._account, act)
