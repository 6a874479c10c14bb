"""What the adapters share whose platform answers a question whenever it is asked."""

from collections.abc import Callable
from typing import Generic, TypeVar

from nabij._live import LiveGrant
from nabij.sensors import Reading

__all__ = ["NothingToAsk", "Polled"]

ReadingT = TypeVar("ReadingT", bound=Reading)


class NothingToAsk:
    """The operating system asks the customer nothing about this signal."""

    def ask(self, grant: LiveGrant, then: Callable[[], None]) -> None:
        """Go on at once.

        Raises:
            NotPermitted: the grant has ended.
        """
        grant.require()
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
        """Nothing runs."""
