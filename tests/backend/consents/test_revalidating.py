"""What a customer permits has an entity tag, by which a phone asks whether it changed."""

from datetime import timedelta

import httpx2
import pytest

from tests.service import Caller, Service


def asked(caller: Caller, held: str) -> httpx2.Response:
    headers = caller.headers | {"If-None-Match": held}
    return caller.service.http.get("/v1/consents", headers=headers)


def test_who_holds_the_current_answer_is_told_so(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    first = eva.get("/v1/consents")
    again = asked(eva, first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert {each.headers["Cache-Control"] for each in (first, again)} == {"no-store"}


@pytest.mark.parametrize("held", ['"0000000000000000"', 'W/"0"', "0", ""])
def test_who_holds_another_answer_is_told_all(service: Service, held: str) -> None:
    answer = asked(service.caller(), held)
    assert answer.status_code == 200
    assert answer.json()["permissions"]


def test_a_withdrawal_and_the_end_of_a_grant_change_the_answer(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    held = eva.get("/v1/consents").headers["ETag"]
    eva.withdraw(signals=["gps"])
    withdrawn = asked(eva, held)
    assert withdrawn.status_code == 200
    service.clock.advance(timedelta(days=366))
    assert asked(service.caller(), withdrawn.headers["ETag"]).status_code == 200


def test_nobody_is_told_by_a_tag_what_somebody_else_permits(service: Service) -> None:
    eva, noa = service.caller(), service.caller("noa")
    eva.grant()
    noa.grant()
    assert asked(noa, eva.get("/v1/consents").headers["ETag"]).status_code == 200
