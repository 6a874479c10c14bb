"""The story that ``nabij demo`` tells: what was asked, what became known, and how it went away."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.columns import Columns
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table

import nabij
from nabij_backend.cli.demo import map as square_map
from nabij_backend.cli.demo.dashboard import Dashboard
from nabij_backend.cli.demo.phones import BRAM, CHRIS, EVA, Phone, phone_of
from nabij_backend.cli.demo.stage import Stage
from nabij_consent import Locale, Signal

_K = 5
_MS = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the story came to."""

    sources: int
    rejected: int
    cell: nabij.Cell | None
    nearby: Sequence[nabij.NearbySource]
    rows_before: int
    rows_after: int
    withdraw_ms: float

    def to_json(self) -> dict[str, object]:
        """As ``--json`` prints it."""
        return {
            "sources": self.sources,
            "rejected": self.rejected,
            "cell": self.cell and self.cell.code,
            "nearby": [
                {
                    "id": source.id,
                    "name": source.name,
                    "technology": source.technology,
                    "distance_m": round(source.distance_m),
                }
                for source in self.nearby
            ],
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "withdraw_ms": self.withdraw_ms,
        }


def perform(stage: Stage) -> Outcome:
    """Let three customers meet Nabij, and tell it."""
    eva, bram, chris = (
        phone_of(each, stage.address, stage.identity) for each in (EVA, BRAM, CHRIS)
    )
    dashboard = Dashboard(stage)
    with eva.client, bram.client, chris.client:
        _ask(stage, eva)
        _report(stage, eva)
        cell = dashboard.square_of(eva)
        nearby = eva.client.nearby(_K)
        _show_square(stage, cell, nearby)
        _show_nearby(stage, nearby)
        _refuse(stage, bram)
        _allow_wifi(stage, chris, dashboard)
        rows_before = dashboard.rows_of(eva)
        withdraw_ms = _withdraw(stage, eva)
        rows_after = dashboard.rows_of(eva)
        _show_empty(stage, eva, dashboard, rows_before, rows_after)
    rejected = sum(stage.imported.rejected.values())
    return Outcome(
        sources=stage.imported.read - rejected,
        rejected=rejected,
        cell=cell,
        nearby=nearby,
        rows_before=rows_before,
        rows_after=rows_after,
        withdraw_ms=withdraw_ms,
    )


def tell_addresses(stage: Stage) -> None:
    """Where to look while the service runs."""
    cell = nabij.Cell.containing(EVA.position)
    stage.console.print(Rule("It stays up. Ctrl-C stops it."))
    for what, path in (
        ("is it ready", "/readyz"),
        ("the notice", "/v1/notice?locale=en"),
        ("sources of a square", f"/v1/cells/{cell.code}/sources?k={_K}"),
        ("a typed place", "/v1/places?q=Utrecht"),
        ("the API", "/openapi.json"),
    ):
        stage.console.print(f"  {what:<20} {stage.address}{path}", highlight=False, soft_wrap=True)


def _ask(stage: Stage, phone: Phone) -> None:
    _chapter(stage, "1", "Eva's phone asks")
    shown = phone.client.notice("en")
    stage.console.print(
        Columns(
            [
                Panel(shown.notice.body[locale], title=shown.notice.title[locale], width=58)
                for locale in Locale
            ]
        )
    )
    table = Table("signal", "what is read", "kept", title="Asked one by one; nothing is ticked")
    for _purpose, terms in shown.notice.asks():
        table.add_row(terms.signal, terms.reads[Locale.EN], f"{terms.retention_days} days")
    stage.console.print(table)
    phone.client.grant(shown, signals=list(Signal))
    stage.console.print("Eva allows all three. She can take it back whenever she likes.\n")


def _report(stage: Stage, phone: Phone) -> None:
    _chapter(stage, "2", "Her phone reports, and this is what the server knows")
    phone.client.collect(phone.sensors)
    phone.client.report()
    stage.console.print(
        "The phone read its position, turned it into a square of the European grid, and sent "
        "the square. No request, table or log has a place for the position itself.\n"
    )


def _show_square(
    stage: Stage, cell: nabij.Cell | None, nearby: Sequence[nabij.NearbySource]
) -> None:
    if cell is None:
        stage.console.print("The server knows no square.")
        return
    size = f"{cell.resolution_m // 1000} km × {cell.resolution_m // 1000} km"
    stage.console.print(f"  [bold]{cell.code}[/bold] · {size} · somewhere in the yellow square:\n")
    stage.console.print(square_map.draw(cell, nearby), square_map.legend(nearby), "")


def _show_nearby(stage: Stage, nearby: Sequence[nabij.NearbySource]) -> None:
    _chapter(stage, "3", "The nearest sources, ranked on her phone")
    stage.console.print(
        "The server answered for the whole square, with every source that can be among the five "
        "nearest somewhere in it. Only the phone knows which are: distances are exact."
    )
    title = "These sources are made up" if stage.made_up else None
    table = Table("source", "technology", "owner", "kW", "distance", title=title, caption=title)
    for source in nearby:
        name = f"{source.name} (made up)" if source.made_up else source.name
        capacity = "" if source.capacity_kw is None else f"{source.capacity_kw:,.0f}"
        distance = f"{source.distance_m / 1000:.2f} km"
        table.add_row(name, source.technology, source.owner_kind, capacity, distance)
    stage.console.print(table, "")


def _refuse(stage: Stage, phone: Phone) -> None:
    _chapter(stage, "4", "Bram refuses, and Chris allows Wi-Fi only")
    phone.client.refuse(phone.client.notice("nl"), signals=list(Signal))
    collected = phone.client.collect(phone.sensors)
    place = phone.client.places("Utrecht")[0]
    around = phone.client.nearby_at(place.cell, _K)
    stage.console.print(
        f"Bram said no: his phone started {len(collected.queued)} sensors. He typed "
        f"“{place.name}” and gets {len(around)} sources around it all the same."
    )


def _allow_wifi(stage: Stage, phone: Phone, dashboard: Dashboard) -> None:
    phone.client.grant(phone.client.notice("nl"), signals=[Signal.WIFI])
    collected = phone.client.collect(phone.sensors)
    phone.client.report()
    signals = ", ".join(collected.queued)
    known = "a square" if dashboard.square_of(phone) else "no square"
    stage.console.print(f"Chris's phone reported {signals}; the server knows {known} of him.\n")


def _withdraw(stage: Stage, phone: Phone) -> float:
    _chapter(stage, "5", "Eva withdraws")
    begun = time.perf_counter()
    phone.client.withdraw()
    return round((time.perf_counter() - begun) * _MS, 1)


def _show_empty(
    stage: Stage, phone: Phone, dashboard: Dashboard, rows_before: int, rows_after: int
) -> None:
    collected = phone.client.collect(phone.sensors)
    known = "still a square" if dashboard.square_of(phone) else "no square any more"
    stage.console.print(
        f"Before: {rows_before} rows (her grants, and what they allowed to be kept). "
        f"After: [bold green]{rows_after}[/bold green]. PostgreSQL erased them in the transaction "
        f"that recorded the withdrawal. The dashboard knows {known}, and her phone started "
        f"{len(collected.queued)} sensors since.\n"
    )


def _chapter(stage: Stage, number: str, title: str) -> None:
    stage.console.print(Rule(f"[bold]{number} · {title}[/bold]", align="left"))
