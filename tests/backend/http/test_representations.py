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


@pytest.mark.parametrize("at_once", [[], ["gzip"], ["zstd", "gzip"]])
def test_each_encoding_is_of_the_same_content_whenever_it_is_made(at_once: list[str]) -> None:
    content = b"a roof in the street " * 100
    stored = Stored("name", content, "text/plain", encodings=at_once)
    assert gzip.decompress(stored.encoded("gzip")) == content
    assert zstandard.ZstdDecompressor().decompress(stored.encoded("zstd")) == content
    assert stored.encoded("identity") == content
    assert stored.encoded("gzip") is stored.encoded("gzip")


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 100])
def test_an_answer_takes_no_more_than_it_counts_for(content: bytes) -> None:
    stored = Stored("name", content, "text/plain")
    taken = sum(len(stored.encoded(each)) for each in ("zstd", "gzip", "identity"))
    assert taken <= stored.size
