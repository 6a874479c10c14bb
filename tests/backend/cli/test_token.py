"""``nabij token``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nabij_backend.identity import InvalidToken, LocalIdentity
from tests.backend.cli.commands import Command
from tests.backend.identity.verifying import verified


def test_a_token_signs_that_person_in_for_so_long(nabij: Command, tmp_path: Path) -> None:
    done = nabij("token", "eva", "--hours", "2", "--json")
    assert (done.code, done.json["hours"]) == (0, 2)
    identity, now = LocalIdentity.open(tmp_path), datetime.now(UTC)
    assert verified(identity, done.json["token"], now=now).subject == "eva"
    with pytest.raises(InvalidToken):
        verified(identity, done.json["token"], now=now + timedelta(hours=3))


def test_without_json_it_prints_the_token_alone(nabij: Command, tmp_path: Path) -> None:
    (token,) = nabij("token", "eva").out.splitlines()
    assert verified(LocalIdentity.open(tmp_path), token, now=datetime.now(UTC)).subject == "eva"


@pytest.mark.parametrize("name", ["", "e" * 129, "ev\na"], ids=["empty", "long", "two lines"])
def test_a_name_that_cannot_be_one_is_refused(nabij: Command, name: str) -> None:
    done = nabij("token", name, "--json")
    assert (done.code, list(done.json)) == (1, ["error"])


def test_with_firebase_there_are_no_local_tokens(nabij: Command) -> None:
    done = nabij("token", "eva", "--json", identity="firebase")
    assert done.code == 1
    assert "NABIJ_IDENTITY=local" in done.json["error"]


def test_a_key_that_others_can_read_is_refused(nabij: Command, tmp_path: Path) -> None:
    nabij("token", "eva")
    (tmp_path / "identity.key").chmod(0o644)
    done = nabij("token", "eva", "--json")
    assert done.code == 1
    assert "chmod 600" in done.json["error"]


@pytest.mark.parametrize("options", [(), ("--operator",)])
def test_a_token_claims_to_be_an_operator_s_only_when_asked_to(
    nabij: Command, tmp_path: Path, options: tuple[str, ...]
) -> None:
    token = nabij("token", "otto", *options, "--json").json["token"]
    sign_in = verified(LocalIdentity.open(tmp_path), token, now=datetime.now(UTC))
    assert sign_in.operator == bool(options)
