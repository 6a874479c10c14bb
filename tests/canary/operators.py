"""Operators at the command line, where customers are named as their sign-in names them."""

from collections.abc import Iterator
from typing import Final

from tests.backend.cli.commands import Done, invoke
from tests.canary.channels import NewCanaries, Planted
from tests.canary.installation import Installation

_OF_A_CUSTOMER: Final = (
    (("subject", "show"), ()),
    (("subject", "export"), ("--out", "{folder}/archive.json")),
    (("consent", "history"), ()),
    (("requests", "add"), ("--kind", "insight")),
    (("mandates", "list"), ()),
    (("subject", "erase"), ("--yes",)),
)


def commands(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Call every command about a customer: one who is known, a stranger, and without a sign-in."""
    canaries = new()
    operator = canaries.text()
    assert _said(at, "operators", "add", operator).code == 0
    token = _nabij(at, "token", operator, "--operator", "--json").json["token"]
    known = canaries.text()
    at.caller(known).grant()
    for before, behind in _OF_A_CUSTOMER:
        options = [each.format(folder=at.folder) for each in behind]
        refused = _said(at, *before, canaries.text(), *options, operator_token=canaries.text())
        assert refused.code == 1
        _said(at, *before, canaries.text(), *options, operator_token=token)
        done = _said(at, *before, known, *options, operator_token=token)
        assert done.code == 0, done.err
    yield Planted("names at the command line", canaries)


def _said(at: Installation, *words: str, **variables: str) -> Done:
    """Call a command, and let what it said be searched."""
    done = _nabij(at, *words, **variables)
    at.answers.append(f"{done.out}{done.err}".encode())
    return done


def _nabij(at: Installation, *words: str, **variables: str) -> Done:
    own = {"database_url": at.service.url, "data_folder": str(at.service_folder)}
    return invoke(*words, **own, **variables)
