"""What the customer sees. Each function makes one screen; the app decides which one is shown."""

import textwrap
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import toga
from toga.style import Pack

import nabij
from buurtstroom import drawing
from buurtstroom.phone import Found
from buurtstroom.texts import Texts
from nabij import Signal
from nabij_consent import Locale, NoticeSignal

Act: TypeAlias = Callable[[], Awaitable[None]]

_LINE: Final = 52
_SMALL: Final = 9
_LARGE: Final = 16
_ACCENT: Final = "#1f6f4a"
_PAPER: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class Home:
    """What the first screen tells, and what can be done from it."""

    square: nabij.Cell | None
    at_quiet_place: bool
    found: list[Found]
    message: str
    simulated: bool
    sharing: bool
    find_town: Callable[[str], Awaitable[None]]
    stop: Act
    forget: Act
    quiet: Act
    choices: Act
    receipts: Act
    switch_language: Act


def notice_screen(
    texts: Texts,
    notice: nabij.ShownNotice,
    allowed: Mapping[Signal, bool],
    answer: Callable[[set[Signal]], Awaitable[None]],
) -> toga.Widget:
    """The notice word for word, and a switch for each signal; none is on that was not agreed to."""
    terms = [each for part in notice.notice.purposes for each in part.signals]
    switches = {
        each.signal: toga.Switch(
            getattr(texts, each.signal.value), id=f"allow-{each.signal}", value=allowed[each.signal]
        )
        for each in terms
        if each.signal in allowed
    }

    async def save() -> None:
        await answer({signal for signal, switch in switches.items() if switch.value})

    async def refuse() -> None:
        await answer(set())

    rows: list[toga.Widget] = [_heading(notice.title), _paragraph(notice.body)]
    for each in terms:
        if each.signal in switches:
            rows += [
                switches[each.signal],
                _paragraph(_terms(texts, each, notice.locale), small=True),
            ]
    buttons = _row(_button("save", texts.save, save), _button("nothing", texts.nothing, refuse))
    return _column(*rows, _paragraph(texts.off_until_on), buttons, *_small_print(notice))


def home_screen(texts: Texts, home: Home) -> toga.Widget:
    """The square or a town to type, what is near, and everything that one can change."""
    rows: list[toga.Widget] = [_heading(texts.title)]
    if home.message:
        rows.append(_paragraph(home.message, identity="message"))
    if home.at_quiet_place:
        rows.append(_paragraph(texts.quiet_here, identity="quiet-here"))
    rows += _place(texts, home)
    rows += _sources(texts, home.found)
    if home.sharing:
        rows.append(_row(_button("stop", texts.stop, home.stop)))
    if home.square is not None:
        rows.append(_row(_button("forget", texts.forget, home.forget)))
    if home.sharing:
        rows.append(_row(_button("quiet", texts.quiet, home.quiet)))
    rows.append(
        _row(
            _button("choices", texts.choices, home.choices),
            _button("receipts", texts.receipts, home.receipts),
            _button("language", texts.other_language, home.switch_language),
        )
    )
    return _column(*rows)


def quiet_screen(
    texts: Texts,
    places: Iterable[nabij.QuietPlace],
    mark: Callable[[str], Awaitable[None]],
    unmark: Callable[[nabij.QuietPlace], Awaitable[None]],
    back: Act,
) -> toga.Widget:
    """Mark where the phone is, and a button to take each mark away."""
    name = toga.TextInput(id="quiet-name", placeholder=texts.quiet_name, style=Pack(flex=1))

    async def pressed() -> None:
        await mark(name.value)

    def removing(place: nabij.QuietPlace) -> Act:
        async def remove() -> None:
            await unmark(place)

        return remove

    marks = [
        _row(_button(f"unmark-{number}", texts.unmark_quiet.format(name=each.name), removing(each)))
        for number, each in enumerate(places, 1)
    ]
    return _column(
        _heading(texts.quiet),
        _paragraph(texts.quiet_what),
        _row(name, _button("mark-quiet", texts.mark_quiet, pressed)),
        *marks,
        _button("back", texts.back, back),
    )


def receipts_screen(texts: Texts, receipts: list[str], back: Act) -> toga.Widget:
    """Each receipt in a field to copy it from."""
    rows: list[toga.Widget] = [_heading(texts.receipts)]
    rows.append(_paragraph(texts.receipts_what if receipts else texts.no_receipts))
    rows += [
        toga.MultilineTextInput(
            id=f"receipt-{number}", value=receipt, readonly=True, style=Pack(height=80)
        )
        for number, receipt in enumerate(receipts, 1)
    ]
    return _column(*rows, _button("back", texts.back, back))


def trouble_screen(texts: Texts, message: str, again: Act) -> toga.Widget:
    """Nothing could be shown."""
    return _column(
        _heading(texts.title),
        _paragraph(message, identity="message"),
        _button("back", texts.back, again),
    )


def _terms(texts: Texts, terms: NoticeSignal, locale: Locale) -> str:
    kept = texts.kept.format(days=terms.retention_days)
    return f"{terms.reads[locale]} {terms.why[locale]} {kept}"


def _small_print(notice: nabij.ShownNotice) -> list[toga.Widget]:
    """How to stop, how long what is kept, and who answers for it."""
    controller = notice.notice.controller
    sentences = [
        notice.notice.withdrawal[notice.locale],
        *(each.what[notice.locale] for each in notice.notice.retention),
        f"{controller.name}, {controller.address}",
        f"{controller.email} · {controller.privacy_officer_email}",
    ]
    return [_paragraph(each, small=True) for each in sentences]


def _place(texts: Texts, home: Home) -> list[toga.Widget]:
    if home.square is not None:
        return _square(texts, home.square, home)
    if home.sharing:
        return [_paragraph(texts.square_waiting)]
    town = toga.TextInput(id="town", placeholder=texts.town, style=Pack(flex=1))

    async def search() -> None:
        await home.find_town(town.value)

    return [_paragraph(texts.no_square), _row(town, _button("search", texts.search, search))]


def _square(texts: Texts, square: nabij.Cell, home: Home) -> list[toga.Widget]:
    size = texts.square_size.format(km=square.resolution_m // 1_000)
    canvas = toga.Canvas(
        id="square", style=Pack(width=drawing.SIDE, height=drawing.SIDE, margin_bottom=6)
    )
    drawing.draw(canvas, square, (each.source.position for each in home.found))
    words = [
        _heading(texts.square, small=True),
        _row(canvas),
        _paragraph(f"{size}. {texts.square_known}"),
        _paragraph(square.code, small=True, identity="square-code"),
    ]
    return [*words, _paragraph(texts.simulated, small=True)] if home.simulated else [*words]


def _sources(texts: Texts, found: list[Found]) -> list[toga.Widget]:
    lines = [
        _paragraph(
            f"{each.source.label(texts.language)}\n{_distance(texts, each)}",
            identity=f"source-{number}",
        )
        for number, each in enumerate(found, 1)
    ]
    made_up = any(each.source.made_up for each in found)
    return [
        _heading(texts.nearby, small=True),
        *(lines or [_paragraph(texts.nothing_nearby)]),
        *([_paragraph(texts.made_up, small=True)] if made_up else []),
    ]


def _distance(texts: Texts, found: Found) -> str:
    nearest, farthest = (_kilometres(texts, each) for each in (found.from_km, found.to_km))
    if nearest == farthest:
        return texts.away.format(km=nearest)
    return texts.between.format(nearest=nearest, farthest=farthest)


def _kilometres(texts: Texts, distance_km: float) -> str:
    written = f"{distance_km:.1f}"
    return written.replace(".", ",") if texts.language == "nl" else written


def _heading(text: str, *, small: bool = False) -> toga.Label:
    size = None if small else _LARGE
    style = Pack(font_weight="bold", margin_top=8, color=_ACCENT)
    if size is not None:
        style.font_size = size
    return toga.Label(text, style=style)


def _paragraph(text: str, *, small: bool = False, identity: str | None = None) -> toga.Label:
    # Labels of Toga do not break lines by themselves.
    lines = [line for part in text.split("\n") for line in textwrap.wrap(part, _LINE) or [""]]
    style = Pack(font_size=_SMALL) if small else Pack()
    return toga.Label("\n".join(lines), id=identity, style=style)


def _button(identity: str, text: str, act: Act) -> toga.Button:
    async def pressed(_button: toga.Button) -> None:
        await act()

    return toga.Button(text, id=identity, on_press=pressed, style=Pack(flex=1))


def _row(*widgets: toga.Widget) -> toga.Box:
    return toga.Box(children=widgets, style=Pack(direction="row", gap=6))


def _column(*widgets: toga.Widget) -> toga.ScrollContainer:
    rows: Iterable[toga.Widget] = widgets
    column = toga.Box(children=rows, style=Pack(direction="column", gap=6, margin=16))
    return toga.ScrollContainer(
        content=column, horizontal=False, style=Pack(flex=1, background_color=_PAPER)
    )
