"""The contacts for security reports, as RFC 9116 has them."""

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from nabij_backend.settings import Settings
from tests.service import Service

PATH = "/.well-known/security.txt"
CONTACTS = ("mailto:security@energy.example", "https://energy.example/report")


def test_where_nobody_is_named_there_is_no_such_file(service: Service) -> None:
    assert service.http.get(PATH).status_code == 404


def test_it_names_contacts_in_order_and_when_it_expires(service: Service) -> None:
    service.change(security_contacts=CONTACTS, security_policy="https://energy.example/policy")
    answer = service.http.get(PATH)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.text.split("\r\n")
    assert lines.pop() == ""
    fields = [line.split(": ", 1) for line in lines]
    assert [value for name, value in fields if name == "Contact"] == list(CONTACTS)
    told = dict(fields)
    assert told.keys() == {"Contact", "Expires", "Preferred-Languages", "Canonical", "Policy"}
    assert told["Canonical"] == service.settings.public_url + PATH
    left = datetime.fromisoformat(told["Expires"]) - service.clock()
    assert timedelta(days=170) < left < timedelta(days=365)


@pytest.mark.parametrize(
    "contact",
    ["security@energy.example", "http://energy.example", "mailto:a@b\r\nPolicy: https://c", ""],
)
def test_a_contact_is_an_address_and_nothing_else(contact: str) -> None:
    with pytest.raises(ValidationError, match="mailto:"):
        Settings(security_contacts=(contact,))


@pytest.mark.parametrize(
    "policy", ["http://energy.example", "https://a b", "https://a\nContact: b"]
)
def test_a_policy_is_an_address_and_nothing_else(policy: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        Settings(security_policy=policy)
