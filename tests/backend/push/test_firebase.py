"""The real firebase-admin, unpatched, sends to a local stand-in for Google."""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from nabij_backend.google import DEADLINE_S, Calls, Outage
from nabij_backend.push.firebase import FirebasePush
from nabij_backend.push.sender import Delivery, Sent
from nabij_backend.push.service import push_sender
from nabij_backend.settings import Settings
from tests.backend.identity.fake_google import FakeGoogle, Refusal

TOKENS = [f"push-token-of-device:{number}" for number in range(5)]


@pytest.fixture
def sender(google: FakeGoogle, told: list[Outage]) -> Iterator[FirebasePush]:
    assert google
    push = FirebasePush("nabij-test", tell=told.append)
    yield push
    push.close()


def send(sender: FirebasePush, *tokens: str) -> list[Sent]:
    async def all_at_once() -> list[Sent]:
        return await asyncio.gather(*map(sender.send, tokens))

    return asyncio.run(all_at_once())


def became(sender: FirebasePush, *tokens: str) -> list[Delivery]:
    return [each.became for each in send(sender, *tokens)]


def test_a_message_says_that_consent_changed_and_nothing_else(
    google: FakeGoogle, sender: FirebasePush
) -> None:
    assert became(sender, TOKENS[0]) == [Delivery.TAKEN]
    # Not always the last: google-auth asks where it may go from a thread of its own.
    assert google.requests.count("/v1/projects/nabij-test/messages:send") == 1
    assert google.messages == [
        {
            "token": TOKENS[0],
            "data": {"type": "consent-changed"},
            "android": {"priority": "high"},
        }
    ]


def test_an_installation_id_is_sent_to_as_such(google: FakeGoogle, sender: FirebasePush) -> None:
    assert became(sender, "cIp9v7rWQ2mXa1bC3dE4fG") == [Delivery.TAKEN]
    (message,) = google.messages
    assert message["fid"] == "cIp9v7rWQ2mXa1bC3dE4fG"
    assert "token" not in message


def test_what_becomes_of_each_message_is_told_in_order(
    google: FakeGoogle, sender: FirebasePush
) -> None:
    google.push_failures = {
        TOKENS[1]: Refusal(404, "UNREGISTERED"),
        TOKENS[2]: Refusal(403, "SENDER_ID_MISMATCH"),
        TOKENS[3]: Refusal(429, "QUOTA_EXCEEDED"),
        TOKENS[4]: Refusal(401, "THIRD_PARTY_AUTH_ERROR"),
    }
    assert became(sender, *TOKENS) == [
        Delivery.TAKEN,
        Delivery.NOBODY_THERE,
        Delivery.NOBODY_THERE,
        Delivery.TRY_LATER,
        Delivery.TRY_LATER,
    ]


def test_one_device_s_quota_holds_up_no_other(google: FakeGoogle, sender: FirebasePush) -> None:
    google.push_failures = {TOKENS[0]: Refusal(429, "QUOTA_EXCEEDED", retry_after_s=3600)}
    begun_s = time.monotonic()
    held, *others = send(sender, *TOKENS)
    assert time.monotonic() - begun_s < DEADLINE_S
    assert (held.became, held.retry_after) == (Delivery.TRY_LATER, timedelta(hours=1))
    assert {each.became for each in others} == {Delivery.TAKEN}
    assert len(google.messages) == len(TOKENS)  # nothing was tried twice


def test_a_slow_answer_is_given_up(google: FakeGoogle, told: list[Outage]) -> None:
    push = FirebasePush("nabij-test", tell=told.append, calls=Calls(deadline_s=2))
    assert became(push, TOKENS[0]) == [Delivery.TAKEN]  # it has an access token from now on
    google.answering.clear()
    assert became(push, *TOKENS) == [Delivery.TRY_LATER] * len(TOKENS)
    assert told == [Outage.PUSH] * len(TOKENS)
    google.answering.set()
    push.close()


@pytest.mark.parametrize(
    ("failure", "outage"),
    [
        (("/token", Refusal(400, "invalid_grant")), Outage.CREDENTIALS),
        ((":send", Refusal(403, "PERMISSION_DENIED")), Outage.CREDENTIALS),
        ((":send", Refusal(401, "UNAUTHENTICATED")), Outage.CREDENTIALS),
        ((":send", Refusal(404, "NOT_FOUND")), Outage.PROJECT),
        ((":send", Refusal(503, "UNAVAILABLE", retry_after_s=3600)), Outage.PUSH),
        ((":send", Refusal(500, "INTERNAL")), Outage.PUSH),
    ],
)
def test_what_is_wrong_is_told_to_operators(
    google: FakeGoogle,
    sender: FirebasePush,
    told: list[Outage],
    failure: tuple[str, Refusal],
    outage: Outage,
) -> None:
    google.failures = dict([failure])
    assert became(sender, TOKENS[0]) == [Delivery.TRY_LATER]
    assert asyncio.run(sender.look()) is outage
    assert told == [outage, outage]


def test_looking_sends_nothing_to_anybody(google: FakeGoogle, sender: FirebasePush) -> None:
    google.failures[":send"] = Refusal(400, "INVALID_ARGUMENT")  # as for every made-up token
    assert asyncio.run(sender.look()) is None
    assert google.messages == []


def test_after_a_message_it_can_be_closed_while_an_event_loop_runs(google: FakeGoogle) -> None:
    async def send_and_close() -> None:
        push = FirebasePush("nabij-test", tell=print)
        assert (await push.send(TOKENS[0])).became is Delivery.TAKEN
        await asyncio.to_thread(push.close)

    asyncio.run(send_and_close())
    assert len(google.messages) == 1


def test_without_google_every_message_is_tried_later(
    google: FakeGoogle, sender: FirebasePush, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{bound.getsockname()[1]}")
        assert became(sender, *TOKENS[:2]) == [Delivery.TRY_LATER, Delivery.TRY_LATER]
    assert google.messages == []


def test_without_credentials_every_message_is_tried_later(
    google: FakeGoogle, sender: FirebasePush, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    assert became(sender, *TOKENS[:1]) == [Delivery.TRY_LATER]
    assert google.messages == []


def test_nothing_logged_tells_the_token(
    google: FakeGoogle, sender: FirebasePush, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    google.push_failures = {TOKENS[1]: Refusal(404, "UNREGISTERED")}
    send(sender, *TOKENS[:2])
    assert "messages:send" in caplog.text
    assert "push-token-of-device" not in caplog.text


def test_who_sends_is_who_vouches_for_sign_ins(google: FakeGoogle) -> None:
    assert google
    untold = print
    assert push_sender(Settings(identity="local"), untold) is None
    sender = push_sender(Settings(identity="firebase", firebase_project="nabij-test"), untold)
    assert isinstance(sender, FirebasePush)
    sender.close()
