"""A client in the hands of an app, everything that it can raise, and what must not leak with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import nabij
from nabij.testing import FakeSensor, FakeService, Offline
from nabij_geo import Position
from tests.sdk.service import UTRECHT_CELL

HOME = Position(52.0907, 5.1214)


def client(service: FakeService, **choices: Any) -> nabij.Client:  # noqa: ANN401 - whatever
    usual: dict[str, Any] = {
        "token": service.token("eva"),
        "http": service.http(),
        "public_http": service.http(),
        "clock": service.clock,
        "coarsening": "plain",
    }
    return nabij.Client(service.url, **(usual | choices))


def agreed(service: FakeService, **choices: Any) -> nabij.Client:  # noqa: ANN401 - whatever
    made = client(service, **choices)
    made.grant(made.notice(), ["gps"])
    return made


def unreachable(service: FakeService) -> None:
    with service.failing(Offline()):
        agreed_phone = client(service)
        agreed_phone.nearby_at(nabij.Cell.containing(HOME))


def not_reported(service: FakeService) -> None:
    phone = agreed(service, sensors={"gps": FakeSensor(HOME)})
    phone.collect()
    with service.failing(Offline()):
        phone.report()


def no_position(service: FakeService) -> None:
    agreed(service).nearby()


def no_place(service: FakeService) -> None:
    with service.failing(Offline()):
        client(service).places("Utrecht")


def no_push(service: FakeService) -> None:
    with service.failing(Offline()):
        client(service).push_token("made-up-push-token:of-a-phone")


def signed_out(service: FakeService) -> None:
    client(service, token=lambda: None).refresh()


def not_well_known(service: FakeService) -> None:
    agreed(service).mark_quiet("Oma", at=Position(52.0907, 5.1214, None))


def not_in_europe(service: FakeService) -> None:
    agreed(service).mark_quiet("Oma", at=Position(-34.9285, 138.6007))


def no_store(service: FakeService) -> None:
    phone = agreed(service)
    phone.close()
    phone.mark_quiet("Oma", at=HOME)


def not_permitted(service: FakeService) -> None:
    client(service).live("gps")


def superseded(service: FakeService) -> None:
    phone = client(service)
    shown = phone.notice()
    service.publish(replace(shown.notice, version=99))
    phone.grant(shown, ["gps"])


ERRORS: Final[dict[str, Callable[[FakeService], None]]] = {
    each.__name__: each
    for each in (
        *(unreachable, not_reported, no_position, no_place, no_push, signed_out),
        *(not_well_known, not_in_europe, no_store, not_permitted, superseded),
    )
}
"""Calls that fail, by what is wrong."""


def secrets_in(text: str, service: FakeService) -> list[str]:
    """What a text holds of addresses, requests, positions, squares and tokens."""
    secrets = (
        *("https://", "/v1/", "Request(", "northing_m", "CRS3035", "Utrecht", "made-up-push"),
        *("Bearer", "52.09", "138.6", "mN32", UTRECHT_CELL, str(service.token("eva")())[:60]),
    )
    return [each for each in secrets if each in text]
