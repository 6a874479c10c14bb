"""The signing folder, and the command that rotates its key."""

import json
import threading
from pathlib import Path

import pytest

from nabij_backend.identity import IdentityMisconfigured
from nabij_backend.signing import Kind, Signer, known_keys, verify
from tests.backend.cli.commands import invoke
from tests.service import Service

DOCUMENT = {"number": 1}
PUBLIC = ("kty", "crv", "x", "kid", "alg", "use")


def test_the_first_key_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "signing"
    assert known_keys(folder) is None
    first = Signer.open(folder).active_id
    assert Signer.open(folder).active_id == first
    assert known_keys(folder) is not None
    assert (folder / "active.key").stat().st_mode & 0o777 == 0o600


def test_what_a_retired_key_signed_stays_verifiable(tmp_path: Path) -> None:
    signer = Signer.open(tmp_path)
    texts = [signer.sign(DOCUMENT, typ=Kind.CHECKPOINT)]
    for _ in range(3):
        signer.rotate()
        texts.append(signer.sign(DOCUMENT, typ=Kind.CHECKPOINT))
    assert len(set(texts)) == 4
    for text in texts:
        assert verify(text, Kind.CHECKPOINT, signer.public()) == DOCUMENT


def test_another_process_signs_with_the_new_key_at_once(tmp_path: Path) -> None:
    running, rotating = Signer.open(tmp_path), Signer.open(tmp_path)
    before = running.active_id
    rotating.rotate()
    assert running.active_id == rotating.active_id != before


def test_rotating_destroys_the_private_half(tmp_path: Path) -> None:
    signer = Signer.open(tmp_path)
    seed = (tmp_path / "active.key").read_bytes()
    signer.rotate()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 2
    assert not [file for file in files if seed in file.read_bytes()]
    (retired,) = (tmp_path / "retired").iterdir()
    assert json.loads(retired.read_text())["keys"][0].keys() <= {*PUBLIC}


def test_two_who_rotate_at_once_lose_no_key(tmp_path: Path) -> None:
    Signer.open(tmp_path)
    threads = [threading.Thread(target=Signer(tmp_path).rotate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Signer(tmp_path).public().by_id) == 9


def test_a_damaged_retired_key_is_said(tmp_path: Path) -> None:
    signer = Signer.open(tmp_path)
    signer.rotate()
    (retired,) = (tmp_path / "retired").iterdir()
    retired.write_text("{}")
    with pytest.raises(IdentityMisconfigured, match="backup"):
        signer.public()


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IdentityMisconfigured):
        Signer.open(tmp_path / "file")
    with pytest.raises(IdentityMisconfigured):
        Signer(tmp_path / "file").rotate()


def test_nabij_keys_lists_and_rotates(tmp_path: Path) -> None:
    first = invoke("keys", "list", "--json", data_folder=str(tmp_path)).json
    assert first["retired"] == []
    rotated = invoke("keys", "rotate", "--json", data_folder=str(tmp_path)).json
    assert rotated["retired"] == [first["active"]]
    assert rotated["active"] != first["active"]
    told = invoke("keys", "list", data_folder=str(tmp_path)).out
    assert rotated["active"] in told
    assert first["active"] in told


def test_the_folder_can_be_set(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    done = invoke("keys", "list", "--json", data_folder=str(tmp_path), signing_keys=str(elsewhere))
    assert done.json["active"] == Signer.open(elsewhere).active_id


def test_everybody_may_read_the_public_keys(service: Service) -> None:
    signer = Signer.open(service.settings.data_folder / "signing")
    signer.rotate()
    answer = service.http.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [key["kid"] for key in answer.json()["keys"]] == list(signer.public().by_id)
    assert "d" not in answer.json()["keys"][0]
