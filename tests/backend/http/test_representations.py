import gzip

import pytest
import zstandard

from nabij_backend.http.representations import Stored, negotiated


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("zstd;q=0, gzip;q=0.2", "gzip"),
        ("gzip;q=0", "identity"),
        ("*", "zstd"),
        ("*;q=0.1, zstd;q=0", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("br", "identity"),
        ("gzip;q=garbage", "identity"),
        ("gzip ; q=1", "gzip"),
        (",,", "identity"),
    ],
)
def test_the_callers_preference_then_ours(accepted: str, encoding: str) -> None:
    assert negotiated(accepted) == encoding


def test_of_fewer_encodings_one_of_those_is_taken() -> None:
    assert negotiated("zstd, gzip;q=0.3", ("gzip", "identity")) == "gzip"
    assert negotiated("zstd", ("gzip", "identity")) == "identity"


def test_every_encoding_is_of_the_same_content() -> None:
    content = b"a roof in the street " * 100
    encoded = Stored("name", content, "text/plain").encoded
    assert gzip.decompress(encoded["gzip"]) == content
    assert zstandard.ZstdDecompressor().decompress(encoded["zstd"]) == content
    assert encoded["identity"] == content


def test_an_answer_is_kept_in_the_encodings_that_are_wanted_alone() -> None:
    stored = Stored("name", b"a roof", "text/plain", encodings=["gzip"])
    assert list(stored.encoded) == ["gzip"]
    assert stored.size == len(stored.encoded["gzip"])
