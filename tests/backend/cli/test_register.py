"""``nabij register``."""

import json
from pathlib import Path

import psycopg

from nabij_backend.cli.starter_notice import STARTER_NOTICE
from tests.backend.cli.commands import Command
from tests.backend.cli.operating import Operator, operator, token


def test_it_is_printed_for_people_or_programs(otto: Operator) -> None:
    assert otto.told("register").startswith("# Record of processing activities\n")
    found = otto("register").json
    assert found["controller"]["name"] == STARTER_NOTICE.controller.name


def test_it_is_written_to_a_file(otto: Operator, tmp_path: Path) -> None:
    page, document = tmp_path / "register.md", tmp_path / "register.json"
    otto.told("register", "--out", str(page))
    assert page.read_text("utf-8") == otto.told("register")
    assert otto("register", "--out", str(document)).json == {"file": str(document)}
    assert json.loads(document.read_text("utf-8")) == otto("register").json


def test_it_takes_an_operator_and_is_logged(
    here: Command, otto: Operator, superuser: psycopg.Connection
) -> None:
    assert otto("register").code == 0
    stranger = Operator(here, token(here, "someone-else", "--operator"))
    refused = stranger("register")
    assert refused.code == 1
    assert "nabij operators add" in refused.json["error"]
    assert STARTER_NOTICE.controller.name not in refused.out + refused.err
    assert "NABIJ_OPERATOR_TOKEN" in here("register", "--json").json["error"]
    assert superuser.execute("SELECT action FROM operator_log").fetchall() == [("register",)]


def test_without_a_notice_it_says_what_to_do(nabij: Command) -> None:
    done = operator(nabij)("register")
    assert done.code == 1
    assert "nabij notice publish" in done.json["error"]


def test_a_folder_that_is_not_there_is_no_place(otto: Operator, tmp_path: Path) -> None:
    assert otto("register", "--out", str(tmp_path / "none" / "register.md")).code == 1
