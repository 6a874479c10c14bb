"""The vectors that every implementation of the log's tree agrees on."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from nabij_consent import (
    EMPTY_ROOT,
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "merkle.csv"


def rows(kind: str) -> Iterator[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(line for line in file if not line.startswith("#"))
        yield from (row for row in lines if row["kind"] == kind)


LEAVES = [bytes.fromhex(row["hash"]) for row in rows("leaf")]
ROOTS = {int(row["of"]): bytes.fromhex(row["hash"]) for row in rows("root")}
NODES = {Node(0, index): leaf for index, leaf in enumerate(LEAVES)} | {
    Node(int(row["of"]), int(row["at"])): bytes.fromhex(row["hash"]) for row in rows("node")
}


def proof(row: dict[str, str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(each) for each in row["proof"].split())


def test_there_are_vectors_of_every_kind() -> None:
    assert (len(LEAVES), len(ROOTS), len(NODES)) == (8, 9, 15)
    assert len([*rows("inclusion"), *rows("consistency")]) == 11


def test_every_leaf_has_its_hash() -> None:
    assert [leaf_hash(bytes.fromhex(row["data"])) for row in rows("leaf")] == LEAVES


def test_every_node_has_its_hash() -> None:
    for node, known in NODES.items():
        if node.level:
            left, right = (Node(node.level - 1, 2 * node.index + side) for side in (0, 1))
            assert node_hash(NODES[left], NODES[right]) == known


def test_every_tree_has_its_root() -> None:
    assert {size: merkle_root(size, NODES) for size in ROOTS} == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


@pytest.mark.parametrize("row", [*rows("inclusion")], ids=lambda row: f"{row['at']} in {row['of']}")
def test_every_inclusion_has_its_proof(row: dict[str, str]) -> None:
    index, size = int(row["at"]), int(row["of"])
    assert inclusion_proof(index, size, NODES) == proof(row)
    verify_inclusion(LEAVES[index], index, size, proof(row), ROOTS[size])


@pytest.mark.parametrize(
    "row", [*rows("consistency")], ids=lambda row: f"{row['at']} before {row['of']}"
)
def test_every_growth_has_its_proof(row: dict[str, str]) -> None:
    first, second = int(row["at"]), int(row["of"])
    assert consistency_proof(first, second, NODES) == proof(row)
    verify_consistency(first, second, ROOTS[first], ROOTS[second], proof(row))
