"""What iOS does not give, said as adapters, so that a report of permissions can name the reason.

Sources: Apple's documentation of Core Telephony and Network Extension.
"""

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
        super().__init__(
            "iOS tells apps neither how strong the mobile network is nor whether it roams."
        )


class IosWifi(_NotOnIos):
    """The Wi-Fi of an iPhone."""

    def __init__(self) -> None:
        super().__init__(
            "iOS tells the strength of Wi-Fi only together with its name, to apps that may locate."
        )
