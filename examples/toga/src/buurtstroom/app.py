"""The app: which screen is shown when. `phone.py` is where it uses Nabij."""

import locale
import os
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import toga

import nabij
from buurtstroom import drawing, reflow
from buurtstroom.phone import Found, Phone, Stopped
from buurtstroom.screens import (
    MARGIN,
    Home,
    Privacy,
    home_screen,
    notice_screen,
    privacy_screen,
    quiet_screen,
    receipts_screen,
    trouble_screen,
)
from buurtstroom.sensors import IS_PHONE, PLATFORM, sensors_of
from buurtstroom.texts import EN, NL, Texts, counted, in_language
from nabij import Signal

_SCROLLBAR: Final = 20


@dataclass(frozen=True, slots=True)
class Session:
    """The service, and who is signed in: ``account`` is theirs alone, ``folder`` keeps the rest."""

    url: str
    account: str
    token: nabij.Token
    folder: Path | None = None


class Buurtstroom(toga.App):
    """The example app."""

    def __init__(self, session: Session, texts: Texts) -> None:
        self._session = session
        self._texts = texts
        self._found: list[Found] = []
        self._why_old: list[str] = []
        super().__init__("Buurtstroom", "example.nabij.buurtstroom")

    def startup(self) -> None:
        """Make the window, and the client with what this device can read."""
        self.sensors = sensors_of(self)
        folder = self._session.folder or self.paths.data
        self._client = nabij.AsyncClient(
            self._session.url,
            token=self._session.token,
            account=self._session.account,
            folder=folder / "nabij",
            sensors=self.sensors,
            platform=PLATFORM,
            # What is made up need not dwell anywhere.
            coarsening="anchored" if IS_PHONE else "plain",
        )
        self._phone = Phone(self._client, [Signal(each) for each in self.sensors])
        self._window = toga.MainWindow(title=self._texts.title, size=(420, 720))
        self._window.on_resize = self._fit_again
        self.main_window = self._window
        self._window.show()

    def on_running(self) -> None:
        """Begin as soon as Toga's loop runs."""
        self.beginning = self.loop.create_task(self.begin())

    async def close(self) -> None:
        """Let go of the connection; nothing is sent any more."""
        await self._client.close()

    async def begin(self) -> None:
        """Ask what was not answered yet; otherwise look around."""
        await self._trying(self._ask_or_look_around())

    async def _ask_or_look_around(self) -> None:
        if await self._phone.must_ask():
            await self._show_notice()
        else:
            await self._look_around()

    async def _show_notice(self) -> None:
        notice = await self._phone.notice(self._texts.language)
        states = {each.signal: each for each in self._phone.states()}

        async def answer(chosen: set[Signal]) -> None:
            await self._trying(self._answer(notice, chosen))

        self._show(notice_screen(self._texts, notice, states, answer))

    async def _answer(self, notice: nabij.ShownNotice, chosen: set[Signal]) -> None:
        try:
            await self._phone.answer(notice, chosen)
        except nabij.NoticeSuperseded:
            await self._show_notice()
        except nabij.NotReachable:
            self._show_trouble(self._texts.unsure)
        else:
            await self._look_around(self._texts.saved)

    async def _look_around(self, message: str = "") -> None:
        self._found = await self._phone.look_around() if self._phone.allows(Signal.GPS) else []
        self._why_old = await self._phone.why_old(self._texts.language)
        self._show_home(message)

    async def _find_town(self, town: str) -> None:
        found = await self._phone.look_at(town)
        self._found = found or []
        self._show_home("" if found is not None else self._texts.unknown_town.format(town=town))

    async def _stop(self) -> None:
        stopped = await self._phone.stop()
        self._found, self._why_old = [], []
        self._show_home(_words(self._texts, stopped))

    async def _withdraw(self, signal: Signal | None = None) -> None:
        stopped = await self._phone.stop(signal)
        if not self._phone.allows(Signal.GPS):
            self._found = []
        await self._show_privacy(_words(self._texts, stopped))

    async def _forget(self) -> None:
        await self._phone.forget_places()
        self._found, self._why_old = [], []
        await self._show_privacy(self._texts.forgotten)

    async def _show_privacy(self, message: str = "") -> None:
        async def withdraw(signal: Signal) -> None:
            await self._trying(self._withdraw(signal))

        async def back() -> None:
            self._show_home()

        privacy = Privacy(
            states=self._phone.states(),
            notice=await self._phone.notice(self._texts.language),
            message=message,
            withdraw=withdraw,
            stop=lambda: self._trying(self._withdraw()),
            choices=lambda: self._trying(self._show_notice()),
            receipts=lambda: self._trying(self._show_receipts()),
            forget=lambda: self._trying(self._forget()),
            back=back,
        )
        self._show(privacy_screen(self._texts, privacy))

    async def _switch_language(self) -> None:
        self._texts = EN if self._texts is NL else NL
        self._show_home()

    async def _show_quiet(self) -> None:
        async def mark(name: str) -> None:
            await self._trying(self._mark_quiet(name))

        async def unmark(place: nabij.QuietPlace) -> None:
            await self._phone.unmark_quiet(place)
            await self._show_quiet()

        async def back() -> None:
            await self._trying(self._look_around())

        places = await self._phone.quiet_places()
        self._show(quiet_screen(self._texts, places, mark, unmark, back))

    async def _mark_quiet(self, name: str) -> None:
        await self._phone.mark_quiet(name)
        await self._show_quiet()

    async def _show_receipts(self) -> None:
        async def back() -> None:
            await self._trying(self._show_privacy())

        self._show(receipts_screen(self._texts, await self._phone.receipts(), back))

    def _show_home(self, message: str = "") -> None:
        home = Home(
            square=self._phone.square,
            why_old=self._why_old,
            at_quiet_place=self._phone.at_quiet_place,
            found=self._found,
            message=message,
            simulated=not IS_PHONE,
            sharing=any(each.is_granted for each in self._phone.states()),
            palette=drawing.DARK if self.dark_mode else drawing.LIGHT,
            find_town=lambda town: self._trying(self._find_town(town)),
            stop=lambda: self._trying(self._stop()),
            quiet=lambda: self._trying(self._show_quiet()),
            privacy=lambda: self._trying(self._show_privacy()),
            switch_language=self._switch_language,
        )
        self._show(home_screen(self._texts, home))

    def _show(self, screen: toga.Widget) -> None:
        self._fit(screen)  # before it is in the window, which would lay it out for every line
        self._window.content = screen

    def _fit_again(self, window: toga.Window, **_more: object) -> None:
        if window.content is not None:
            self._fit(window.content)

    def _fit(self, screen: toga.Widget) -> None:
        reflow.fit(screen, self._window.size.width - 2 * MARGIN - _SCROLLBAR)

    async def _trying(self, act: Awaitable[None]) -> None:
        try:
            await act
        except nabij.NabijError as error:
            self._show_trouble(nabij.customer_message(error, self._texts.language))

    def _show_trouble(self, message: str) -> None:
        self._show(trouble_screen(self._texts, message, self.begin))


def main() -> Buurtstroom:
    """The app for whoever is signed in: on the desktop the one that ``nabij token`` names."""
    session = Session(
        os.environ.get("NABIJ_URL", "http://127.0.0.1:8000"),
        os.environ.get("NABIJ_ACCOUNT", ""),
        lambda: os.environ.get("NABIJ_TOKEN"),
    )
    return Buurtstroom(session, in_language(locale.getlocale()[0] or "en"))


def _words(texts: Texts, stopped: Stopped) -> str:
    if not stopped.told:
        return texts.stopped_here
    words = texts.stopped_one if stopped.devices == 1 else texts.stopped
    erased = counted(texts.item, texts.items, stopped.erased)
    return words.format(stopped=stopped.stopped, devices=stopped.devices, erased=erased)
