"""What every command has in common: one JSON object, an exit code, and errors that help."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from rich.console import RenderableType
from rich.table import Table

from nabij_backend import cli
from nabij_backend.cli import output
from nabij_backend.migrations import newest_revision
from tests.backend.cli.commands import PATIENCE_S, PROGRAM, Command, invoke

# What is printed otherwise is ours: a token, a signed text.
OURS = [
    (
        "__init__.py",
        "typer.echo(f\"nabij {version('nabij-backend')}, schema {newest_revision()}\")",
    ),
    ("subject.py", "typer.echo(erased.receipt)"),
    (
        "token.py",
        'output.answer({"token": token, "hours": hours}, lambda: typer.echo(token))',
    ),
]
FORGED = "Privacy\n\x1b[32m✓ in log\x1b[0m \x9b1A\u202egol ni\u202c\u2028\x7f \u00a0é :tada: [b]"


def drawn(*what: RenderableType) -> str:
    """What a terminal of 200 columns is sent."""
    terminal = output.Terminal()
    terminal.width = 200
    with terminal.capture() as captured:
        terminal.print(*what, soft_wrap=True)
    return captured.get()


def test_the_version_is_told_with_the_schema() -> None:
    done = invoke("--version")
    assert (done.code, done.out) == (
        0,
        f"nabij {version('nabij-backend')}, schema {newest_revision()}\n",
    )


def test_a_shell_completes_commands() -> None:
    asks = {"_NABIJ_COMPLETE": "complete_bash", "COMP_WORDS": "nabij ver", "COMP_CWORD": "1"}
    done = subprocess.run(
        [PROGRAM], env=asks, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.stdout.split() == ["verify", "verify-log"]


def test_a_text_from_outside_moves_no_cursor_and_begins_no_line() -> None:
    table = Table(FORGED)
    table.add_row(FORGED)
    for told in (drawn(FORGED), drawn(table)):
        assert not [each for each in told if not each.isprintable() and each not in "\n\u00a0"]
        assert not [line for line in told.splitlines() if line.lstrip(" │┃").startswith("✓")]
        assert "\\n\\u001b[32m✓ in log" in told
        assert ":tada: [b]" in told


def test_every_line_from_outside_stands_behind_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "people", output.Terminal())
    output.quote(FORGED)
    assert [line[:2] for line in capsys.readouterr().out.splitlines()] == ["│ ", "│ "]


def test_files_for_programs_hide_nothing_either(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_page(FORGED)
    output.print_json({"title": FORGED})
    told = capsys.readouterr().out
    assert not [each for each in told if not each.isprintable() and each not in "\n\u00a0"]


def test_json_says_what_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"title": FORGED + "\U000e0001"})
    assert json.loads(capsys.readouterr().out) == {"title": FORGED + "\U000e0001"}


def test_commands_speak_through_one_place_alone() -> None:
    """Other ways to the terminal print texts raw: `print`, `typer.echo`, a console of one's own."""
    raw = re.compile(
        r"(?<![.])\bprint\(|typer[.]s?echo|sys[.]std(?:out|err)|Console\(|from_markup|from_ansi"
    )
    found = [
        (module.name, line.strip())
        for module in sorted(Path(cli.__file__).parent.rglob("*.py"))
        for line in module.read_text("utf-8").splitlines()
        if raw.search(line) and module != Path(output.__file__)
    ]
    assert found == OURS


_NOWHERE = "postgresql://nobody:secret-word@127.0.0.1:1/nabij"
_DATABASE_COMMANDS = (
    ("migrate",),
    ("notice", "show"),
    ("sources", "list"),
    ("demo", "--once"),
)


@pytest.mark.parametrize("words", _DATABASE_COMMANDS, ids=" ".join)
def test_a_database_out_of_reach_is_one_error_that_helps(
    words: tuple[str, ...], nabij: Command
) -> None:
    done = nabij(*words, "--json", database_url=_NOWHERE)
    assert done.code == 1
    assert list(done.json) == ["error"]
    assert "NABIJ_DATABASE_URL" in done.json["error"]
    assert done.json["error"] in done.err
    assert "secret-word" not in done.out + done.err


@pytest.mark.parametrize("words", _DATABASE_COMMANDS[1:], ids=" ".join)
def test_a_database_without_our_schema_is_to_be_migrated(
    words: tuple[str, ...], nabij: Command, empty_url: str
) -> None:
    done = nabij(*words, "--json", database_url=empty_url)
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "nabij migrate" in done.json["error"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("port", "eighty"),
        ("identity", "passport"),
        ("identity_key", "too-short-to-be-one"),
        ("witnesses", "NL"),
        ("pool_size", "0"),
        ("database_url", "no-such-address"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(
    variable: str, value: str, nabij: Command
) -> None:
    done = nabij("migrate", "--json", **{variable: value})
    assert (done.code, list(done.json)) == (1, ["error"])
    assert f"NABIJ_{variable.upper()}: " in done.json["error"]
    assert f"{value}" not in (done.out + done.err).replace(f"{variable.upper()}", "").split()


@pytest.mark.parametrize(
    "words",
    [
        ("fly",),
        ("migrate", "--fast"),
        ("sources", "import", "no-such-file.csv"),
        ("sources", "list", "--technology", "nuclear"),
        ("token",),
        ("token", "eva", "--hours", "0"),
        ("serve", "--port", "70000"),
    ],
    ids=" ".join,
)
def test_words_that_are_off_end_with_2(words: tuple[str, ...]) -> None:
    done = invoke(*words)
    assert done.code == 2
    assert done.out == ""
    assert "Error" in done.err


def test_json_may_be_asked_for_before_the_command_or_behind_it(nabij: Command) -> None:
    behind = nabij("sources", "list", "--json")
    assert (behind.code, list(behind.json)) == (0, ["counts", "sources"])
    assert nabij("--json", "sources", "list").json == behind.json
    assert "run `nabij sources import FILE`" in nabij("sources", "list").out


def test_one_place_adds_json_to_every_command() -> None:
    modules = Path(cli.__file__).parent.rglob("*.py")
    naming = [each.name for each in modules if '"--json"' in each.read_text("utf-8")]
    assert naming == ["commands.py"]


def test_help_names_every_command_and_ends_with_0() -> None:
    done = invoke("--help")
    assert done.code == 0
    commands = ("demo", "serve", "migrate", "token", "doctor", "sources", "notice")
    assert [name for name in commands if name not in done.out] == []


def test_migrate_tells_the_revision_and_may_run_again(nabij: Command, empty_url: str) -> None:
    first = nabij("migrate", "--json", database_url=empty_url)
    again = nabij("migrate", "--json", database_url=empty_url)
    assert (first.code, list(first.json)) == (0, ["revision"])
    assert again.json == first.json
    assert first.json["revision"] in nabij("migrate", database_url=empty_url).out


def test_a_command_loads_no_other_command() -> None:
    look = (
        "import sys; from typer.main import get_group; from nabij_backend.cli import app; "
        "get_group(app).commands['keys']; "
        "print([each for each in sys.modules if each.startswith('nabij_backend.cli.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert "'nabij_backend.cli.keys'" in done.stdout
    assert "'nabij_backend.cli.doctor'" not in done.stdout
