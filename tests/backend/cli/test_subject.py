"""``nabij subject export`` and ``nabij subject erase``: what a customer can do, done for them."""

import json
import stat
from pathlib import Path

import psycopg
import pytest

from tests.backend.cli.operating import EVA, Operator
from tests.service import AMSTERDAM, Caller


@pytest.mark.parametrize("form", ["json", "html"])
def test_everything_is_written_into_a_file_of_the_operator_s_own(
    otto: Operator, eva: Caller, tmp_path: Path, form: str
) -> None:
    assert eva
    file = tmp_path / f"eva.{form}"
    done = otto("subject", "export", EVA, "--out", str(file), "--format", form, "--locale", "en")
    assert (done.code, done.json) == (0, {"file": str(file), "format": form})
    assert AMSTERDAM in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_archive_shows_that_the_operator_made_it(
    otto: Operator, eva: Caller, tmp_path: Path
) -> None:
    assert eva
    file = tmp_path / "eva.json"
    otto("subject", "export", EVA, "--out", str(file))
    (read,) = json.loads(file.read_text("utf-8"))["tables"]["access_log"]["rows"]
    assert (read["reader"], read["purpose"]) == ("operator", "subject-export")


def test_a_file_that_is_there_is_not_written_over(
    otto: Operator, eva: Caller, tmp_path: Path
) -> None:
    assert eva
    file = tmp_path / "eva.json"
    file.write_text("something else")
    assert otto("subject", "export", EVA, "--out", str(file)).code == 1
    assert file.read_text() == "something else"


def test_an_erased_customer_is_gone_and_has_a_receipt(
    otto: Operator, eva: Caller, superuser: psycopg.Connection
) -> None:
    assert eva
    erased = otto("subject", "erase", EVA, "--yes").json
    assert erased["receipt"].count(".") == 2
    assert erased["rows"]["gps_status"] == 1
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (0,)
    assert otto("subject", "erase", EVA, "--yes").code == 1


def test_without_being_sure_nothing_is_erased(
    otto: Operator, eva: Caller, superuser: psycopg.Connection
) -> None:
    assert eva
    done = otto("subject", "erase", EVA)
    assert done.code == 1
    assert "--yes" in done.json["error"]
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (1,)
