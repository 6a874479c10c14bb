"""The signing folder, and the command that rotates its key."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nabij_backend.identity import IdentityMisconfigured, MissingKey
from nabij_backend.signing import InvalidSignature, JwsType, Signer, known_keys, read_jwks, verify
from tests.service import Service

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOCUMENT = {"signed_at": "2026-06-01T12:00:00.000+00:00"}
PUBLIC = ("kty", "crv", "x", "kid", "use", "exp")


def test_the_first_key_is_made_when_somebody_asks_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "signing"
    assert known_keys(folder) is None
    with pytest.raises(MissingKey, match="nabij keys init"):
        Signer.open(folder)
    assert not folder.exists()
    first = Signer.create(folder).active_id
    assert Signer.open(folder).active_id == Signer.create(folder).active_id == first
    assert known_keys(folder) is not None
    assert (folder / "active.key").stat().st_mode & 0o777 == 0o600


def test_what_a_retired_key_signed_stays_verifiable(tmp_path: Path) -> None:
    signer = Signer.create(tmp_path)
    texts = [signer.sign(DOCUMENT, typ=JwsType.CHECKPOINT)]
    for _ in range(3):
        signer.rotate(NOW)
        texts.append(signer.sign(DOCUMENT, typ=JwsType.CHECKPOINT))
    assert len(set(texts)) == 4
    for text in texts:
        assert verify(text, JwsType.CHECKPOINT, signer.public()) == DOCUMENT


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        (JwsType.CHECKPOINT, "signed_at"),
        (JwsType.ERASURE_RECEIPT, "dct:date"),
        (JwsType.CONSENT_RECEIPT, "dct:created"),
    ],
)
@pytest.mark.parametrize("minutes", [-61, -49, 49, 61])
def test_a_key_signs_nothing_of_after_it_was_retired_or_before_it_was_made(
    tmp_path: Path, kind: JwsType, member: str, minutes: int
) -> None:
    """The key of an hour; a receipt of an older act is signed with the key of today."""
    signer = Signer.create(tmp_path)
    signer.rotate(NOW - timedelta(minutes=50))
    at = (NOW + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
    text = signer.sign({member: at}, typ=kind)
    signer.rotate(NOW + timedelta(minutes=50))
    keys = read_jwks(json.dumps(signer.public().document()))
    if abs(minutes) < 50 or (minutes < 0 and kind is JwsType.CONSENT_RECEIPT):
        assert verify(text, kind, keys) == {member: at}
    else:
        with pytest.raises(InvalidSignature, match="not in use"):
            verify(text, kind, keys)


@pytest.mark.parametrize("document", [{}, {"signed_at": 3}, {"signed_at": "soon"}], ids=str)
def test_a_text_without_a_time_is_of_no_period(tmp_path: Path, document: dict[str, object]) -> None:
    signer = Signer.create(tmp_path)
    signer.rotate(NOW)
    with pytest.raises(InvalidSignature, match="names no time"):
        verify(signer.sign(document, typ=JwsType.CHECKPOINT), JwsType.CHECKPOINT, signer.public())


def test_another_process_signs_with_the_new_key_at_once(tmp_path: Path) -> None:
    running, rotating = Signer.create(tmp_path), Signer.open(tmp_path)
    before = running.active_id
    rotating.rotate(NOW)
    assert running.active_id == rotating.active_id != before


def test_the_key_that_signs_is_known_by_its_file_whatever_becomes_of_that(tmp_path: Path) -> None:
    signer, other = (Signer.create(tmp_path / name) for name in ("ours", "other"))
    active, backup = tmp_path / "ours" / "active.key", tmp_path / "backup.key"
    first = signer.active_id
    assert signer.active_id == first
    shutil.copy2(active, backup)
    active.write_bytes((tmp_path / "other" / "active.key").read_bytes())
    assert signer.active_id == other.active_id != first
    active.unlink()
    with pytest.raises(MissingKey):
        _ = signer.active_id
    shutil.copy2(backup, active)
    assert signer.active_id == first
    active.chmod(0o644)
    with pytest.raises(IdentityMisconfigured):
        _ = signer.active_id


def test_rotating_destroys_the_private_half(tmp_path: Path) -> None:
    signer = Signer.create(tmp_path)
    seed = (tmp_path / "active.key").read_bytes()
    signer.rotate(NOW)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 2
    assert not [file for file in files if seed in file.read_bytes()]
    (retired,) = (tmp_path / "retired").iterdir()
    assert json.loads(retired.read_text())["keys"][0].keys() <= {*PUBLIC}


def test_two_who_rotate_at_once_lose_no_key(tmp_path: Path) -> None:
    Signer.create(tmp_path)
    threads = [threading.Thread(target=Signer(tmp_path).rotate, args=[NOW]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Signer(tmp_path).public().by_id) == 9


def test_a_damaged_retired_key_is_said(tmp_path: Path) -> None:
    signer = Signer.create(tmp_path)
    signer.rotate(NOW)
    (retired,) = (tmp_path / "retired").iterdir()
    retired.write_text("{}")
    with pytest.raises(IdentityMisconfigured, match="backup"):
        signer.public()


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for use in (Signer.open, Signer.create):
        with pytest.raises(IdentityMisconfigured):
            use(tmp_path / "file")
    with pytest.raises(IdentityMisconfigured):
        Signer(tmp_path / "file").rotate(NOW)


def test_everybody_may_read_the_public_keys(service: Service) -> None:
    signer = Signer.open(service.settings.data_folder / "signing")
    signer.rotate(NOW)
    answer = service.http.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [key["kid"] for key in answer.json()["keys"]] == list(signer.public().by_id)
    active, retired = answer.json()["keys"]
    assert "d" not in active
    ends = int(NOW.timestamp()) + 600
    assert (active["nbf"], retired["exp"]) == (ends - 1200, ends)
    assert active.keys() == {"kty", "crv", "x", "kid", "use", "nbf"}
