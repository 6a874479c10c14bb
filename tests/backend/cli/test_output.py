"""What every command has in common: one JSON object, an exit code, and errors that help."""

import pytest

from tests.backend.cli.commands import Command, invoke

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
        ("place_countries", "NL"),
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
