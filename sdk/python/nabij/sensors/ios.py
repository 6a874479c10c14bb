"""What is not read on iOS, said as adapters, so that permissions can name the reason."""

from collections.abc import Callable
from typing import Never

from nabij._errors import Unsupported
from nabij._live import LiveGrant
from nabij.sensors import Access

__all__ = ["IosGsm", "IosWifi"]


class _NotOnIos:
    def __init__(self, why: str) -> None:
        self._why = why

    def access(self) -> Access:
        """There is nothing to allow."""
        return Access.UNSUPPORTED

    def ask(self, grant: LiveGrant, then: Callable[[], None]) -> Never:
        """There is nothing to ask for.

        Raises:
            Unsupported: always.
        """
        del then
        self.start(grant)

    def start(self, grant: LiveGrant) -> Never:
        """There is nothing to start.

        Raises:
            Unsupported: always.
        """
        del grant
        raise Unsupported(self._why)


class IosGsm(_NotOnIos):
    """The mobile network of an iPhone."""

    def __init__(self) -> None:
        super().__init__("No adapter reads the mobile network of an iPhone yet.")


class IosWifi(_NotOnIos):
    """The Wi-Fi of an iPhone."""

    def __init__(self) -> None:
        super().__init__("No adapter reads the Wi-Fi of an iPhone yet.")
