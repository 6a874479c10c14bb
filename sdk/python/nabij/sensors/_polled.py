"""What the adapters share whose platform answers a question whenever it is asked."""

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from nabij._live import LiveGrant
from nabij.sensors import Reading

__all__ = ["NothingToAsk", "Polled"]

LiveT = TypeVar("LiveT", bound=LiveGrant)
ReadingT = TypeVar("ReadingT", bound=Reading)


class NothingToAsk(Generic[LiveT]):
    """An adapter of a signal about which the operating system asks the customer nothing.

    Attributes:
        takes: the grants of its signal.
    """

    takes: ClassVar[type[LiveGrant]]

    def ask(self, grant: LiveT, then: Callable[[], None]) -> None:
        """Go on at once.

        Raises:
            NotPermitted: the grant has ended.
        """
        self.takes.admit(grant)
        then()


class Polled(Generic[ReadingT]):
    """A sensor that asks anew for each reading, so that nothing runs in between."""

    def __init__(self, question: Callable[[float], ReadingT]) -> None:
        self._question = question

    def read(self, timeout_s: float) -> ReadingT:
        """Ask, and wait at most ``timeout_s`` seconds for the answer.

        Raises:
            SensorError: there was none.
        """
        return self._question(timeout_s)

    def close(self) -> None:
        """Do nothing: nothing runs."""
