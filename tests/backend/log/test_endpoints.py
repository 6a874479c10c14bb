"""What the log answers everybody."""

import pytest

from nabij_backend.log.documents import read_checkpoint, read_consistency, read_inclusion
from nabij_backend.log.verification import check_growth, check_inclusion
from nabij_consent import Receipt
from tests.backend.log.sequencing import place, read, receipt_of, signer_of
from tests.service import Service

INCLUSION, CONSISTENCY = "/v1/log/proof/inclusion", "/v1/log/proof/consistency"
NOBODYS = "00" * 32


def grown(service: Service, *sizes: int) -> list[Receipt]:
    """A log with a signed head at each of these sizes; all receipts."""
    eva = service.caller()
    held: list[Receipt] = []
    for size in sizes:
        while len(held) < size:
            held.append(read(service, receipt_of(eva, "withdrawn")))
        place(service)
    return held


def test_every_act_is_provable_under_every_signed_head_that_has_it(service: Service) -> None:
    keys = signer_of(service.settings).public()
    held = grown(service, 1, 4, 7)
    for number, receipt in enumerate(held):
        for size in (1, 4, 7):
            if number < size:
                answer = service.http.get(
                    INCLUSION, params={"leaf_hash": receipt.leaf_hash.hex(), "tree_size": size}
                )
                proof = read_inclusion(answer.json())
                assert proof.leaf_index == number
                assert check_inclusion(receipt, proof, keys).tree_size == size


def test_without_a_size_the_proof_is_of_the_newest_head(service: Service) -> None:
    (receipt, *_) = grown(service, 3)
    answer = service.http.get(INCLUSION, params={"leaf_hash": receipt.leaf_hash.hex()})
    newest = service.http.get("/v1/log/checkpoint").json()
    assert (answer.json()["tree_size"], answer.json()["checkpoint"]) == (3, newest["checkpoint"])
    assert answer.headers["cache-control"] == "public, max-age=1"


def test_where_no_head_was_signed_of_a_size_the_proof_comes_without(service: Service) -> None:
    (receipt, *_) = grown(service, 3)
    answer = service.http.get(
        INCLUSION, params={"leaf_hash": receipt.leaf_hash.hex(), "tree_size": 2}
    )
    assert (answer.json()["checkpoint"], len(answer.json()["path"])) == (None, 1)


def test_that_the_log_only_grew_is_provable_between_all_heads(service: Service) -> None:
    keys = signer_of(service.settings).public()
    heads: list[str] = []
    sizes = (1, 2, 5, 8)
    for size in sizes:
        grown(service, size - (sizes[len(heads) - 1] if heads else 0))
        heads.append(service.http.get("/v1/log/checkpoint").json()["checkpoint"])
    for first in range(4):
        for second in range(first, 4):
            answer = service.http.get(
                CONSISTENCY, params={"first": sizes[first], "second": sizes[second]}
            )
            proof = read_consistency(answer.json())
            old, new = check_growth(heads[first], heads[second], proof, keys)
            assert (old.tree_size, new.tree_size) == (sizes[first], sizes[second])


def test_what_is_said_of_a_log_and_a_size_without_a_head_is_said_for_good(service: Service) -> None:
    (receipt, *_) = grown(service, 2)
    asked = (
        (INCLUSION, {"leaf_hash": receipt.leaf_hash.hex(), "tree_size": "1"}),
        (CONSISTENCY, {"first": "1", "second": "2"}),
    )
    for path, parameters in asked:
        answer = service.http.get(path, params=parameters)
        assert answer.headers["cache-control"] == "public, max-age=1"
        answer = service.http.get(path, params=parameters | {"log_id": answer.json()["log_id"]})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_newest_head_is_signed_and_short_lived(service: Service) -> None:
    grown(service, 2)
    answer = service.http.get("/v1/log/checkpoint")
    signed = read_checkpoint(answer.json()["checkpoint"], signer_of(service.settings).public())
    assert signed.tree_size == answer.json()["tree_size"] == 2
    assert answer.headers["cache-control"] == "public, max-age=1"


def test_an_empty_log_has_nothing_to_show(service: Service) -> None:
    for path in (
        "/v1/log/checkpoint",
        f"{INCLUSION}?leaf_hash={NOBODYS}",
        f"{CONSISTENCY}?first=1&second=1",
    ):
        answer = service.http.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-in-log")
        assert answer.headers["cache-control"] == "no-store"


@pytest.fixture(scope="module")
def log_of_three(shared_service: Service) -> tuple[Service, str]:
    """A log of three acts, and the leaf of the last."""
    return shared_service, grown(shared_service, 3)[-1].leaf_hash.hex()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("leaf_hash={leaf}&tree_size=2", 404),
        ("leaf_hash={leaf}&tree_size=4", 404),
        (f"leaf_hash={NOBODYS}", 404),
        ("leaf_hash={leaf}&tree_size=0", 422),
        ("leaf_hash={leaf}&tree_size=-1", 422),
        ("leaf_hash={leaf}&tree_size=4611686018427387905", 422),
        ("leaf_hash={leaf}&tree_size=99999999999999999999", 422),
        ("leaf_hash={leaf}&tree_size=two", 422),
        ("leaf_hash={leaf}00", 422),
        ("leaf_hash={leaf}&log_id=00000000-0000-4000-8000-000000000000", 404),
        ("leaf_hash={leaf}&log_id=1", 422),
        ("leaf_hash=", 422),
        ("leaf_hash=" + "G" * 64, 422),
        ("", 422),
    ],
)
def test_an_inclusion_that_cannot_be_shown_is_not(
    log_of_three: tuple[Service, str], query: str, status: int
) -> None:
    service, leaf = log_of_three
    answer = service.http.get(f"{INCLUSION}?{query.format(leaf=leaf)}")
    assert answer.status_code == status
    assert leaf not in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("first=1&second=4", 404),
        ("first=3&second=2", 422),
        ("first=0&second=3", 422),
        ("first=-1&second=3", 422),
        ("first=1&second=4611686018427387905", 422),
        ("first=1", 422),
        ("first=1&second=2&log_id=00000000-0000-4000-8000-000000000000", 404),
    ],
)
def test_a_growth_that_cannot_be_shown_is_not(
    log_of_three: tuple[Service, str], query: str, status: int
) -> None:
    service, _ = log_of_three
    assert service.http.get(f"{CONSISTENCY}?{query}").status_code == status
