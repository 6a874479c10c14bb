"""Somebody who works as an operator, on the command line."""

from dataclasses import dataclass
from typing import Any

from tests.backend.cli.commands import Command, Done

EVA = "eva-of-the-canal"


@dataclass(frozen=True, slots=True)
class Operator:
    """Calls ``nabij`` with a token of their own."""

    nabij: Command
    token: str

    def __call__(self, *arguments: str) -> Done:
        """Call it for programs."""
        return self.nabij(*arguments, "--json", operator_token=self.token)

    def told(self, *arguments: str) -> str:
        """Call it for people; what it says."""
        done = self.nabij(*arguments, operator_token=self.token)
        assert done.code == 0, done.err
        return done.out


def token(nabij: Command, name: str, *options: str) -> str:
    """A token of the local identity provider."""
    return nabij("token", name, *options, "--json").json["token"]


def operator(nabij: Command, name: str = "otto") -> Operator:
    """Somebody with the claim and the row."""
    assert nabij("operators", "add", name).code == 0
    return Operator(nabij, token(nabij, name, "--operator"))


def only(rows: list[dict[str, Any]], **members: object) -> bool:
    """Whether there is one row, and it says this."""
    return len(rows) == 1 and rows[0] | members == rows[0]
