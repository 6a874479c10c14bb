"""The runbook's commands do what it promises, and what was erased or ended stays so."""

import pytest

from tests.rehearsal.__main__ import table
from tests.rehearsal.run import Outcome, Row, run
from tests.rehearsal.runbook import SECTIONS, commands


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """What was found."""
    return run()


def test_all_is_as_promised(outcome: Outcome) -> None:
    bad = {
        part: [each for each in rows if not each.is_good] for part, rows in outcome.parts.items()
    }
    assert {part: rows for part, rows in bad.items() if rows} == {}


def test_every_command_of_the_runbook_was_run(outcome: Outcome) -> None:
    typed = {part: [row.what for row in rows] for part, rows in outcome.parts.items()}
    for section in SECTIONS:
        assert [each for each in commands(section) if each not in typed.get(section, ())] == []
    assert sum(map(len, map(commands, SECTIONS))) > len(SECTIONS)


def test_what_is_not_as_promised_is_marked() -> None:
    found = Outcome({"Restore": [Row("nabij doctor", "no keys", is_good=False)]})
    assert not found.is_good
    assert "✗ nabij doctor" in table(found)
