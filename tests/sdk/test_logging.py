"""What the SDK logs helps whoever debugs an app, and tells nothing of the customer."""

import logging
from datetime import timedelta

import pytest

import nabij
from nabij.testing import Phone

PLACE = nabij.Position(52.160123, 5.378219, 8.0)


def live_a_day(phone: Phone) -> list[str]:
    """Agree, report, withdraw offline and tell it; returns what must not be logged."""
    phone.gps.reading = PLACE
    arguments = phone.arguments("eva")
    with nabij.Client(**arguments) as client:
        client.grant(client.notice(), ["gps", "wifi"])
        for _ in range(4):
            client.collect()
            phone.wait(timedelta(minutes=5))
        phone.wait()
        client.collect()
        client.report()
        client.report()
        with phone.in_airplane_mode():
            client.withdraw()
        client.refresh()
    (cell,) = [each.state["cell"] for each in phone.service.statuses if "cell" in each.state]
    ids = [str(each.device_id) for each in phone.service.statuses]
    return ["52.16", "5.378", str(cell), str(arguments["token"]()), "eva", *ids]


def test_what_happens_is_logged_without_places_ids_and_tokens(
    nabij_phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = live_a_day(nabij_phone)
    said = [f"{each.name}: {each.getMessage()}" for each in caplog.records]
    assert "nabij.report: reported: 2 accepted, 0 refused" in said
    assert "nabij.report: nothing is sent: nothing waits" in said
    assert "nabij.device: nothing of gps, gsm, wifi is collected any longer" in said
    assert "nabij.device: the service knows what ended here" in said
    assert not [secret for secret in secrets if secret in caplog.text]
