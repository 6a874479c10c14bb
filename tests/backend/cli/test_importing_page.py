"""The page about imports: its file and its commands, as printed."""

import re
import shlex
from pathlib import Path

import pytest

from nabij_backend.sources.importer.mapping import read_mapping
from nabij_backend.sources.importer.registers import REGISTERS, Field
from tests.backend.cli.commands import Command

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "importing.md").read_text("utf-8")
DUTCH = (DOCS / "importeren.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_its_commands_do_what_it_says(
    nabij: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (file,) = blocks("csv")
    (tmp_path / "windmolens.csv").write_text(file, "utf-8")
    first, later = (block.replace("\\\n", "").strip().splitlines() for block in blocks("sh"))
    (look,) = (shlex.split(line)[1:] for line in first)
    dry = nabij(*look, "--json")
    assert (dry.code, dry.json["inserted"], dry.json["rejected"]) == (0, 2, {"not-renewable": 1})
    hoop, noorderwind = dry.json["examples"]
    assert (hoop["capacity_kw"], hoop["latitude"], hoop["longitude"]) == (1_700, 52.1012, 5.1204)
    assert (noorderwind["capacity_kw"], noorderwind["latitude"]) == (2_300.5, 52.20833)
    assert noorderwind["longitude"] == 5.1
    done = nabij(*(word for word in look if word != "--dry-run"))
    assert done.code == 0, done.err
    assert (tmp_path / "windmolens.csv.rejects.csv").exists()
    assert nabij("sources", "show", "molens-utrecht:1", "--json").json["name"] == "De Hoop"
    for line in later:
        assert nabij(*shlex.split(line)[1:]).code == 0, line
    (register,) = nabij("sources", "registers", "--json").json["registers"]
    assert (register["edition"], register["licence"]) == ("2026-01-15", "CC-BY-4.0")
    assert register["attribution"] == "Provincie Utrecht"


def test_the_dutch_page_says_the_same() -> None:
    code = re.compile(r"^```.*?^```$|`[^`]+`", re.MULTILINE | re.DOTALL)
    assert code.findall(DUTCH) == code.findall(PAGE)
    headings = re.compile(r"^#+ ", re.MULTILINE)
    assert headings.findall(DUTCH) == headings.findall(PAGE)


def test_it_names_every_register_and_field() -> None:
    named = set(re.findall(r"`([\w-]+)`", PAGE))
    assert {each.name for each in REGISTERS} <= named
    assert set(Field) <= named
    whole = {
        name
        for row in re.findall(r"^\| (`.*`) \| .* \| yes \|$", PAGE, re.MULTILINE)
        for name in re.findall(r"`([\w-]+)`", row)
    }
    assert whole == {each.name for each in REGISTERS if each.is_whole}


def test_its_mapping_is_one(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    mapping = read_mapping(tmp_path / "mapping.toml")
    assert mapping.values == {"Soort": {"wiekenkruis": "wind"}}
    mapping.write(tmp_path / "again.toml")
    assert read_mapping(tmp_path / "again.toml") == mapping
    assert (tmp_path / "again.toml").read_text("utf-8") == text
