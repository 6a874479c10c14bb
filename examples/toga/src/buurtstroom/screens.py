"""What the customer sees. Each function makes one screen; the app decides which one is shown.

No colour of text or paper is set, and no size: both are the customer's own. Texts are broken to the
width of the window by ``reflow``.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import toga
from toga.style import Pack

import nabij
from buurtstroom import drawing
from buurtstroom.phone import Found, SignalState, State
from buurtstroom.reflow import Paragraph
from buurtstroom.texts import Texts, counted
from nabij import Signal
from nabij_consent import EventKind, Locale, NoticeSignal, written_day, written_moment

Act: TypeAlias = Callable[[], Awaitable[None]]

MARGIN: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the first screen tells, and what can be done from it."""

    square: nabij.Cell | None
    why_old: list[str]
    at_quiet_place: bool
    found: list[Found]
    message: str
    simulated: bool
    sharing: bool
    palette: drawing.Palette
    find_town: Callable[[str], Awaitable[None]]
    stop: Act
    quiet: Act
    privacy: Act
    switch_language: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What the privacy screen tells, and what can be done from it."""

    states: list[SignalState]
    notice: nabij.ShownNotice
    message: str
    withdraw: Callable[[Signal], Awaitable[None]]
    stop: Act
    choices: Act
    receipts: Act
    forget: Act
    back: Act


def notice_screen(
    texts: Texts,
    notice: nabij.ShownNotice,
    states: Mapping[Signal, SignalState],
    answer: Callable[[set[Signal]], Awaitable[None]],
) -> toga.Widget:
    """Who asks and which rights there are, then a switch for each signal; none is on by itself."""
    terms = [each for part in notice.notice.purposes for each in part.signals]
    switches = {
        each.signal: toga.Switch(
            _name(texts, each.signal),
            id=f"allow-{each.signal}",
            value=states[each.signal].is_granted,
        )
        for each in terms
        if each.signal in states
    }

    async def save() -> None:
        await answer({signal for signal, switch in switches.items() if switch.value})

    async def refuse() -> None:
        await answer(set())

    rows: list[toga.Widget] = [
        _heading(notice.title),
        Paragraph(texts.who_asks.format(controller=notice.notice.controller.name)),
        Paragraph(notice.body),
        *_sentences(notice, "obligation", "rights", "complaint", "lasts"),
    ]
    for each in terms:
        if each.signal in switches:
            rows += [switches[each.signal], *_denied(texts, states[each.signal])]
            rows.append(Paragraph(_terms(texts, each, notice)))
    buttons = [_button("save", texts.save, save), _button("nothing", texts.nothing, refuse)]
    return _column(*rows, Paragraph(texts.off_until_on), *buttons, *_small_print(texts, notice))


def home_screen(texts: Texts, home: Home) -> toga.Widget:
    """The square or a town to type, what is near, and the ways to everything else."""
    rows: list[toga.Widget] = [_heading(texts.title), *_message(home.message)]
    if home.at_quiet_place:
        rows.append(Paragraph(texts.quiet_here, identity="quiet-here"))
    rows += _place(texts, home)
    rows += _sources(texts, home.found)
    if home.sharing:
        rows.append(_button("stop", texts.stop, home.stop))
        rows.append(_button("quiet", texts.quiet, home.quiet))
    rows.append(_button("privacy", texts.privacy, home.privacy))
    rows.append(_button("language", texts.other_language, home.switch_language))
    return _column(*rows)


def privacy_screen(texts: Texts, privacy: Privacy) -> toga.Widget:
    """How each signal stands, one press to withdraw it or all, receipts, rights."""
    rows: list[toga.Widget] = [_heading(texts.privacy), *_message(privacy.message)]
    for each in privacy.states:
        rows += _state(texts, each, privacy)
    if any(each.is_granted for each in privacy.states):
        rows.append(_button("stop", texts.stop, privacy.stop))
    rows += [
        _button("choices", texts.choices, privacy.choices),
        _button("receipts", texts.receipts, privacy.receipts),
        _heading(texts.on_phone),
        Paragraph(texts.forget_what),
        _button("forget", texts.forget, privacy.forget),
        _heading(texts.rights),
        *_sentences(privacy.notice, "rights", "complaint"),
        *_controller(texts, privacy.notice),
    ]
    return _column(*rows, _button("back", texts.back, privacy.back))


def quiet_screen(
    texts: Texts,
    places: Iterable[nabij.QuietPlace],
    mark: Callable[[str], Awaitable[None]],
    unmark: Callable[[nabij.QuietPlace], Awaitable[None]],
    back: Act,
) -> toga.Widget:
    """Mark where the phone is, and a button to take each mark away."""
    name = toga.TextInput(id="quiet-name", style=Pack(flex=1))

    async def pressed() -> None:
        await mark(name.value)

    def removing(place: nabij.QuietPlace) -> Act:
        async def remove() -> None:
            await unmark(place)

        return remove

    marks = [
        _button(f"unmark-{number}", texts.unmark_quiet.format(name=each.name), removing(each))
        for number, each in enumerate(places, 1)
    ]
    return _column(
        _heading(texts.quiet),
        Paragraph(texts.quiet_what),
        Paragraph(texts.quiet_name),
        name,
        _button("mark-quiet", texts.mark_quiet, pressed),
        *marks,
        _button("back", texts.back, back),
    )


def receipts_screen(texts: Texts, receipts: Iterable[nabij.Receipt], back: Act) -> toga.Widget:
    """Each receipt by what was done and when, in a field to copy it from."""
    rows: list[toga.Widget] = []
    for number, each in enumerate(receipts, 1):
        field = toga.MultilineTextInput(
            id=f"receipt-{number}", value=each.receipt, readonly=True, style=Pack(height=80)
        )
        rows += [Paragraph(_called(texts, each), identity=f"receipt-name-{number}"), field]
    told = texts.receipts_what if rows else texts.no_receipts
    return _column(
        _heading(texts.receipts), Paragraph(told), *rows, _button("back", texts.back, back)
    )


def trouble_screen(texts: Texts, message: str, again: Act) -> toga.Widget:
    """Nothing could be shown."""
    return _column(_heading(texts.title), *_message(message), _button("back", texts.retry, again))


def _name(texts: Texts, signal: Signal) -> str:
    return {Signal.GPS: texts.gps, Signal.GSM: texts.gsm, Signal.WIFI: texts.wifi}[signal]


def _terms(texts: Texts, terms: NoticeSignal, notice: nabij.ShownNotice) -> str:
    """What is read, why, how precisely, how often, how long, and who gets it."""
    locale, details, statement = notice.locale, terms.details, notice.notice.statement
    lines = [(texts.what, terms.reads), (texts.why, terms.why)]
    if details is None or statement is None:
        days = texts.days.format(days=terms.retention_days)
        return "\n".join([*_filled(lines, locale), days])
    lines += [
        (texts.precision, details.precision),
        (texts.often, details.often),
        (texts.kept, details.kept),
        (texts.recipients, statement.recipients),
    ]
    return "\n".join(_filled(lines, locale))


def _filled(lines: Iterable[tuple[str, Mapping[Locale, str]]], locale: Locale) -> list[str]:
    return [label.format(text=told[locale]) for label, told in lines]


def _sentences(notice: nabij.ShownNotice, *names: str) -> list[toga.Widget]:
    """Sentences of the notice's statement; a notice of before there were any has none."""
    statement = notice.notice.statement
    if statement is None:
        return []
    return [Paragraph(getattr(statement, name)[notice.locale]) for name in names]


def _small_print(texts: Texts, notice: nabij.ShownNotice) -> list[toga.Widget]:
    """How to stop, on which basis, how long the rest is kept, what is left, and who answers."""
    locale, statement = notice.locale, notice.notice.statement
    kept = [each.what[locale] for each in notice.notice.retention]
    remains = [] if statement is None else [each.what[locale] for each in statement.remains]
    return [
        Paragraph(notice.notice.withdrawal[locale]),
        *_sentences(notice, "basis", "origin", "decisions", "age", "on_device"),
        *map(Paragraph, (*kept, *remains)),
        *_controller(texts, notice),
    ]


def _controller(texts: Texts, notice: nabij.ShownNotice) -> list[toga.Widget]:
    controller = notice.notice.controller
    officer = texts.officer.format(email=controller.privacy_officer_email)
    lines = (controller.name, controller.address, controller.email, officer)
    return [_heading(texts.controller), Paragraph("\n".join(lines))]


def _state(texts: Texts, state: SignalState, privacy: Privacy) -> list[toga.Widget]:
    async def withdraw() -> None:
        await privacy.withdraw(state.signal)

    name = _name(texts, state.signal)
    told = Paragraph(_told(texts, state, privacy.notice.locale), identity=f"state-{state.signal}")
    rows: list[toga.Widget] = [_heading(name), told]
    if state.is_granted:
        label = texts.withdraw_one.format(signal=name)
        rows.append(_button(f"withdraw-{state.signal}", label, withdraw))
    return rows


def _told(texts: Texts, state: SignalState, locale: Locale) -> str:
    if state.state is not State.ALLOWED:
        told: str = getattr(texts, state.state.value)
        return told
    if state.until is None:
        return texts.allowed_now
    return texts.allowed.format(until=written_day(state.until.astimezone(), locale))


def _denied(texts: Texts, state: SignalState) -> list[toga.Widget]:
    if state.state is not State.DENIED_BY_PHONE:
        return []
    return [Paragraph(texts.os_denied, identity=f"denied-{state.signal}")]


def _called(texts: Texts, receipt: nabij.Receipt) -> str:
    kinds = {
        EventKind.GRANTED: texts.granted,
        EventKind.REFUSED: texts.refused,
        EventKind.DEFERRED: texts.deferred,
        EventKind.WITHDRAWN: texts.withdrawn,
        EventKind.EXPIRED: texts.expired,
    }
    moment = written_moment(receipt.recorded_at.astimezone(), Locale(texts.language))
    return texts.receipt.format(kind=kinds[receipt.kind].rstrip("."), moment=moment)


def _message(message: str) -> list[toga.Widget]:
    return [Paragraph(message, identity="message")] if message else []


def _place(texts: Texts, home: Home) -> list[toga.Widget]:
    if home.square is not None:
        return _square(texts, home.square, home)
    if home.sharing:
        return [Paragraph(texts.square_waiting)]
    town = toga.TextInput(id="town", style=Pack(flex=1))

    async def search() -> None:
        await home.find_town(town.value)

    return [
        Paragraph(texts.no_square),
        Paragraph(f"{texts.town}\n{texts.town_hint}"),
        _row(town, _button("search", texts.search, search)),
    ]


def _square(texts: Texts, square: nabij.Cell, home: Home) -> list[toga.Widget]:
    size = texts.square_size.format(km=square.resolution_m // 1_000)
    canvas = toga.Canvas(
        id="square", style=Pack(width=drawing.SIDE, height=drawing.SIDE, margin_bottom=6)
    )
    drawing.draw(canvas, square, (each.source.position for each in home.found), home.palette)
    told = [
        texts.square_drawn.format(
            sources=counted(texts.one_source, texts.sources, len(home.found))
        ),
        f"{size}. {texts.square_known}",
        *home.why_old,
        *([texts.simulated] if home.simulated else []),
    ]
    words = (Paragraph(each, identity=f"square-{number}") for number, each in enumerate(told, 1))
    return [_heading(texts.square), _row(canvas), *words]


def _sources(texts: Texts, found: list[Found]) -> list[toga.Widget]:
    lines = [
        Paragraph(
            f"{_capitalised(each.source.label(texts.language))}\n{_distance(texts, each)}",
            identity=f"source-{number}",
        )
        for number, each in enumerate(found, 1)
    ]
    made_up = any(each.source.made_up for each in found)
    return [
        _heading(texts.nearby),
        *(lines or [Paragraph(texts.nothing_nearby)]),
        *([Paragraph(texts.made_up)] if made_up else []),
    ]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _distance(texts: Texts, found: Found) -> str:
    nearest, farthest = (_kilometres(texts, each) for each in (found.from_km, found.to_km))
    if nearest != farthest:
        return texts.between.format(nearest=nearest, farthest=farthest)
    return (texts.about if found.is_about else texts.away).format(km=nearest)


def _kilometres(texts: Texts, distance_km: float) -> str:
    written = f"{distance_km:.1f}"
    return written.replace(".", ",") if texts.language == "nl" else written


def _heading(text: str) -> Paragraph:
    return Paragraph(text, bold=True)


def _button(identity: str, text: str, act: Act) -> toga.Button:
    async def pressed(_button: toga.Button) -> None:
        await act()

    return toga.Button(text, id=identity, on_press=pressed)


def _row(*widgets: toga.Widget) -> toga.Box:
    return toga.Box(children=widgets, style=Pack(direction="row", gap=6))


def _column(*widgets: toga.Widget) -> toga.ScrollContainer:
    column = toga.Box(children=widgets, style=Pack(direction="column", gap=6, margin=MARGIN))
    return toga.ScrollContainer(content=column, horizontal=False, style=Pack(flex=1))
