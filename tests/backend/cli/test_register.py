"""``nabij register``."""

import json
from pathlib import Path

from nabij_backend.notices.starter import STARTER_NOTICE
from tests.backend.cli.commands import Command
from tests.service import Service


def test_it_is_printed_for_people_or_programs(nabij: Command, service: Service) -> None:
    assert service
    assert nabij("register").out.startswith("# Record of processing activities\n")
    found = nabij("register", "--json").json
    assert found["controller"]["name"] == STARTER_NOTICE.controller.name


def test_it_is_written_to_a_file(nabij: Command, service: Service, tmp_path: Path) -> None:
    assert service
    page, document = tmp_path / "register.md", tmp_path / "register.json"
    assert nabij("register", "--out", str(page)).code == 0
    assert page.read_text("utf-8") == nabij("register").out
    assert nabij("register", "--out", str(document), "--json").json == {"file": str(document)}
    assert json.loads(document.read_text("utf-8")) == nabij("register", "--json").json


def test_without_a_notice_it_says_what_to_do(nabij: Command) -> None:
    done = nabij("register", "--json")
    assert done.code == 1
    assert "nabij notice publish" in done.json["error"]


def test_a_folder_that_is_not_there_is_no_place(
    nabij: Command, service: Service, tmp_path: Path
) -> None:
    assert service
    assert nabij("register", "--out", str(tmp_path / "none" / "register.md")).code == 1
