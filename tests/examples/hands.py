"""A customer's hands: they press, switch and type, and read what is on the screen."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from unittest.mock import patch
from uuid import uuid4

import httpx2
import toga

from buurtstroom.app import Buurtstroom, Session
from buurtstroom.texts import NL
from tests.contract.running import RunningService

if TYPE_CHECKING:
    from buurtstroom.sensors import Simulated

T = TypeVar("T")


class Hands:
    """The app of one customer, driven to the end of whatever was begun."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._begin()

    @classmethod
    @contextmanager
    def holding(cls, service: RunningService, folder: Path) -> Generator[Self]:
        """The app of somebody who has answered nothing yet."""
        name = f"somebody-{uuid4()}"
        hands = cls(Session(service.address, name, service.token(name), folder))
        try:
            yield hands
        finally:
            hands.let_go()

    def restart(self) -> None:
        """End the app, and begin again."""
        self.let_go()
        self._begin()

    def let_go(self) -> None:
        """End the app."""
        self._finish(self._app.close())
        self._app.loop.close()
        asyncio.set_event_loop(None)

    def sees(self, identity: str) -> bool:
        """Whether the widget is on the screen."""
        return identity in {each.id for each in self._all()}

    def text(self, identity: str) -> str:
        """What a label says, or a field holds."""
        widget = self._find(identity)
        return (
            widget.text if isinstance(widget, toga.Label) else cast("toga.TextInput", widget).value
        )

    def texts(self) -> str:
        """All that the screen says."""
        return "\n".join(each.text for each in self._all() if isinstance(each, toga.Label))

    def order(self, identity: str) -> list[str]:
        """All that the screen says, from its top to this widget."""
        told: list[str] = []
        for each in _in_order(cast("toga.MainWindow", self._app.main_window).content):
            told.append(str(getattr(each, "text", "")).replace("\n", " "))
            if each.id == identity:
                return told
        raise LookupError(identity)

    def deny(self, signal: str) -> None:
        """Say no to the operating system."""
        cast("Mapping[str, Simulated[Any]]", self._app.sensors)[signal].is_denied = True

    @contextmanager
    def without_network(self) -> Generator[None]:
        """Nothing is reached, for as long as somebody is inside."""
        nowhere = httpx2.ConnectError("No network.")
        with patch.object(httpx2.AsyncClient, "send", side_effect=nowhere):
            yield

    def is_on(self, identity: str) -> bool:
        """How a switch stands."""
        return cast("toga.Switch", self._find(identity)).value

    def switch_on(self, *identities: str) -> None:
        """Turn switches on."""
        for each in identities:
            cast("toga.Switch", self._find(each)).value = True

    def type(self, identity: str, text: str) -> None:
        """Fill in a field."""
        cast("toga.TextInput", self._find(identity)).value = text

    def press(self, identity: str) -> None:
        """Press a button, and wait for what it does."""
        button = cast("toga.Button", self._find(identity))
        press = cast("Callable[[], asyncio.Task[None]]", button.on_press)
        self._finish(press())

    def _begin(self) -> None:
        self._app = Buurtstroom(self._session, NL)
        self._finish(_begun(self._app))

    def _find(self, identity: str) -> toga.Widget:
        (found,) = (each for each in self._all() if each.id == identity)
        return found

    def _all(self) -> list[toga.Widget]:
        return list(self._app.widgets)

    def _finish(self, begun: "Coroutine[object, object, T] | asyncio.Task[T]") -> T:
        return self._app.loop.run_until_complete(begun)


def _in_order(widget: object) -> Iterator[toga.Widget]:
    if isinstance(widget, toga.ScrollContainer):
        yield from _in_order(cast("object", widget.content))
    elif isinstance(widget, toga.Widget):
        yield widget
        for each in cast("Any", widget).children:
            yield from _in_order(each)


async def _begun(app: Buurtstroom) -> None:
    # Toga has put its first call on the loop before this one.
    await app.beginning
