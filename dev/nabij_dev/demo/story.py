"""The story that ``nabij demo`` tells."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nabij
from nabij_consent import Signal
from nabij_dev.demo import pictures
from nabij_dev.demo.dashboard import Dashboard
from nabij_dev.demo.phones import BRAM, CHRIS, EVA, SANNE, Phone, new_sign_in, phone_of
from nabij_dev.demo.stage import Stage

_K = 5
_ON_MAP = 20
_MS = 1000


@dataclass(frozen=True, slots=True)
class DemoResult:
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
                    "name": source.label("en"),
                    "technology": source.technology,
                    "distance_m": round(source.distance_m),
                }
                for source in self.nearby
            ],
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "withdraw_ms": self.withdraw_ms,
        }


def perform(stage: Stage) -> DemoResult:
    """Let three customers meet Nabij, and tell it."""
    eva, bram, chris = (
        phone_of(each, stage.address, stage.identity, sign_in_as=new_sign_in(each))
        for each in (EVA, BRAM, CHRIS)
    )
    dashboard = Dashboard(stage)
    with eva.client, bram.client, chris.client:
        _ask(stage, eva)
        _report(stage, eva, dashboard)
        cell = dashboard.square_of(eva)
        nearby = _look_around(stage, eva, cell)
        _refuse(stage, bram)
        _allow_wifi(stage, chris, dashboard)
        before = dashboard.rows_of(eva)
        withdraw_ms = _withdraw(eva)
        after = dashboard.rows_of(eva)
        _show_empty(stage, eva, dashboard, before, after, withdraw_ms)
        chris.client.withdraw()
    rejected = sum(stage.imported.rejected.values())
    return DemoResult(
        sources=stage.imported.read - rejected,
        rejected=rejected,
        cell=cell,
        nearby=nearby,
        rows_before=sum(before.values()),
        rows_after=sum(after.values()),
        withdraw_ms=withdraw_ms,
    )


def tell_addresses(stage: Stage) -> None:
    """Tell where to look while the service runs."""
    cell = nabij.Cell.containing(EVA.position)
    stage.chapter("The service stays up until you press Ctrl-C")
    stage.console.print(f"  {'the page':<16} {stage.address}/#{SANNE.name}", soft_wrap=True)
    stage.say(f"  {'':<16} Open it: you are {SANNE.name}, whose phone goes about.")
    stage.console.print()
    for what, path in (
        ("is it ready", "/readyz"),
        ("the notice", "/v1/notice?locale=en"),
        ("the catalogue", "/v1/catalogue"),
        ("every place", "/v1/places/all"),
        ("around a square", f"/v1/cells/{cell.code}/sources?k={_K}"),
        ("the API", "/openapi.json"),
    ):
        stage.console.print(f"  {what:<16} {stage.address}{path}", soft_wrap=True)
    stage.console.print(f"  {'its log':<16} {stage.log}", soft_wrap=True)
    stage.console.print()


def _ask(stage: Stage, phone: Phone) -> None:
    stage.chapter("1 · Eva's phone asks")
    shown = phone.client.notice("en")
    stage.say("Her supplier's app shows her the privacy notice, in the language she chose:")
    stage.console.print(pictures.notice(shown.notice), "")
    stage.say("It asks for each signal apart, and nothing is ticked for her:")
    stage.console.print(pictures.asked(shown.notice))
    phone.client.grant(shown, signals=list(Signal))
    stage.say("Eva allows all three. She can take that back whenever she likes.")


def _report(stage: Stage, phone: Phone, dashboard: Dashboard) -> None:
    stage.chapter("2 · Her phone reports")
    phone.client.collect()
    phone.client.report()
    stage.say(
        "The phone read its position, worked out in which square of the European grid that "
        "lies, and sent the square. This is all that PostgreSQL holds of where Eva is and of "
        "her phone, and there is no column where more would fit:"
    )
    stage.console.print(pictures.statuses(dashboard.statuses_of(phone)))


def _look_around(
    stage: Stage, phone: Phone, cell: nabij.Cell | None
) -> Sequence[nabij.NearbySource]:
    stage.chapter("3 · She sees the energy around her")
    around = phone.client.nearby(_ON_MAP)
    nearest = around[:_K]
    stage.say(
        "Nobody was asked what is near her. Her phone holds the catalogue, the same file for "
        "everybody, and ranks it by itself. All that the server knows is the yellow square. "
        "Neighbours' roofs in one square are one number there, without a name, and about as far "
        "as its middle; every other distance is exact."
    )
    if cell is not None:
        stage.console.print(pictures.map_of(cell, around, numbered=len(nearest)))
    stage.console.print(pictures.sources(nearest))
    return nearest


def _refuse(stage: Stage, phone: Phone) -> None:
    stage.chapter("4 · Bram says no, Chris allows only Wi-Fi")
    phone.client.refuse(phone.client.notice("nl"), signals=list(Signal))
    collected = phone.client.collect()
    place = phone.client.places("Utrecht")[0]
    around = phone.client.nearby_at(place.cell, _K)
    stage.say(
        f"Bram refuses all three, and his phone started {len(collected.queued)} sensors. He types "
        f"“{place.name}” instead, which his phone tells nobody, and sees {len(around)} sources "
        "around it, at distances from … to …: refusing costs no more than exactness."
    )


def _allow_wifi(stage: Stage, phone: Phone, dashboard: Dashboard) -> None:
    phone.client.grant(phone.client.notice("nl"), signals=[Signal.WIFI])
    collected = phone.client.collect()
    phone.client.report()
    signals = ", ".join(collected.queued)
    known = "a square" if dashboard.square_of(phone) else "no square"
    stage.say(f"Chris's phone reported {signals} alone, so the server knows {known} of him.")


def _withdraw(phone: Phone) -> float:
    begun = time.perf_counter()
    phone.client.withdraw()
    return round((time.perf_counter() - begun) * _MS, 1)


def _show_empty(  # noqa: PLR0913, PLR0917 - what there was, what there is, and who it is about
    stage: Stage,
    phone: Phone,
    dashboard: Dashboard,
    before: Mapping[str, int],
    after: Mapping[str, int],
    withdraw_ms: float,
) -> None:
    stage.chapter("5 · Eva changes her mind")
    stage.say(
        f"She withdraws with one tap. {withdraw_ms:.0f} ms later her phone has PostgreSQL's word "
        "for it: every row hung on a grant, and went with it in the same transaction."
    )
    stage.console.print(pictures.erasure(before, after))
    collected = phone.client.collect()
    known = "still a square" if dashboard.square_of(phone) else "no square of her any more"
    stage.say(
        f"The dashboard knows {known}, and her phone started {len(collected.queued)} sensors "
        "since. What stays is the record that she was asked, agreed and withdrew."
    )
