"""A customer's hands: they press, switch and type, and read what is on the screen."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar, cast
from uuid import uuid4

import toga

from buurtstroom.app import Buurtstroom, Session
from buurtstroom.texts import NL
from tests.contract.running import RunningService

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


async def _begun(app: Buurtstroom) -> None:
    # Toga has put its first call on the loop before this one.
    await app.beginning
