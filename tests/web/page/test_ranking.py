"""The browser ranks as the SDK does, on a phone that is allowed to know where it is."""

import math
import random
from typing import Any, Final

import httpx2
import pytest

import nabij
from nabij import Cell, Position
from nabij.testing import SteadySensor
from tests.contract.phones import allow
from tests.contract.running import RunningService
from tests.web.typescript.node import answer

_POSITIONS: Final = 300
_K: Final = 10
# A neighbour's roof stands somewhere in a square, of which the catalogue has the middle.
_HALF_DIAGONAL_M: Final = 1_000 * math.sqrt(0.5)


def places() -> list[Position]:
    """Positions all over the Netherlands."""
    dice = random.Random(2026)  # noqa: S311 - no secrets
    return [
        Position(dice.uniform(50.75, 53.55), dice.uniform(3.35, 7.2)) for _ in range(_POSITIONS)
    ]


def document(service: RunningService) -> object:
    """The file that every browser downloads."""
    with httpx2.Client(base_url=service.address) as http:
        (file,) = (
            each for each in http.get("/v1/catalogue").json()["files"] if each["region"] == "all"
        )
        return http.get(file["path"]).json()


def ranked_by_the_sdk(
    service: RunningService, positions: list[Position]
) -> list[dict[str, list[tuple[Any, ...]]]]:
    """What a phone says at each position, by position and by square."""
    sensor: SteadySensor[Position] = SteadySensor(positions[0])
    with nabij.Client(
        service.address,
        token=service.token("Ranked"),
        sensors={"gps": sensor},
        coarsening="plain",
    ) as phone:
        allow(phone, "gps")
        told: list[dict[str, list[tuple[Any, ...]]]] = []
        for position in positions:
            sensor.reading = position
            phone.collect()
            cell = Cell.containing(position)
            told.append(
                {
                    "exact": [(each.id, each.distance_m) for each in phone.nearby(_K)],
                    "around": [
                        (each.id, each.located, *each.distance_m)
                        for each in phone.nearby_at(cell, _K)
                    ],
                }
            )
        return told


def test_order_and_distances_are_those_of_the_sdk(shared: RunningService) -> None:
    positions = places()
    by_sdk = ranked_by_the_sdk(shared, positions)
    by_browser = answer(
        "found",
        {
            "document": document(shared),
            "k": _K,
            "asked": [[each.latitude_deg, each.longitude_deg] for each in positions],
        },
    )
    for browser, sdk in zip(by_browser, by_sdk, strict=True):
        assert [each["id"] for each in browser["exact"]] == [each[0] for each in sdk["exact"]]
        assert [each["distance"]["distanceM"] for each in browser["exact"]] == pytest.approx(
            [each[1] for each in sdk["exact"]], abs=0.001
        )
        assert [each["id"] for each in browser["around"]] == [each[0] for each in sdk["around"]]
        for told, (_, located, nearest_m, farthest_m) in zip(
            browser["around"], sdk["around"], strict=True
        ):
            slack_m = _HALF_DIAGONAL_M if located == "cell" else 0
            assert told["distance"] == {
                "kind": "between",
                "nearestM": pytest.approx(max(nearest_m - slack_m, 0), abs=0.001),
                "farthestM": pytest.approx(farthest_m + slack_m, abs=0.001),
            }
