"""The real firebase-admin, unpatched, sends to a local stand-in for Google."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nabij_backend.push.firebase import FirebasePush
from nabij_backend.push.sender import Delivery
from nabij_backend.push.service import push_sender
from nabij_backend.settings import Settings
from tests.backend.identity.fake_google import FakeGoogle, Refusal, google_in_reach

TOKENS = [f"push-token-of-device:{number}" for number in range(5)]


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    with google_in_reach(tmp_path, monkeypatch) as fake:
        yield fake


@pytest.fixture
def sender(google: FakeGoogle) -> Iterator[FirebasePush]:
    assert google
    push = FirebasePush("nabij-test")
    yield push
    push.close()


def test_a_message_says_that_consent_changed_and_nothing_else(
    google: FakeGoogle, sender: FirebasePush
) -> None:
    assert sender.send(TOKENS[:1]) == [Delivery.TAKEN]
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
    assert sender.send(["cIp9v7rWQ2mXa1bC3dE4fG"]) == [Delivery.TAKEN]
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
    assert sender.send(TOKENS) == [
        Delivery.TAKEN,
        Delivery.NOBODY_THERE,
        Delivery.NOBODY_THERE,
        Delivery.TRY_LATER,
        Delivery.TRY_LATER,
    ]


def test_without_google_every_message_is_tried_later(
    google: FakeGoogle, sender: FirebasePush, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{bound.getsockname()[1]}")
        assert sender.send(TOKENS[:2]) == [Delivery.TRY_LATER, Delivery.TRY_LATER]
    assert google.messages == []


def test_without_credentials_every_message_is_tried_later(
    google: FakeGoogle, sender: FirebasePush, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    assert sender.send(TOKENS[:1]) == [Delivery.TRY_LATER]
    assert google.messages == []


def test_nothing_logged_tells_the_token(
    google: FakeGoogle, sender: FirebasePush, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    google.push_failures = {TOKENS[1]: Refusal(404, "UNREGISTERED")}
    sender.send(TOKENS[:2])
    assert "messages:send" in caplog.text
    assert "push-token-of-device" not in caplog.text


def test_who_sends_is_who_vouches_for_sign_ins(google: FakeGoogle) -> None:
    assert google
    assert push_sender(Settings(identity="local")) is None
    sender = push_sender(Settings(identity="firebase", firebase_project="nabij-test"))
    assert isinstance(sender, FirebasePush)
    sender.close()
