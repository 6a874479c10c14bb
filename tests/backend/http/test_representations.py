import pytest

from nabij_backend.http.representations import negotiated


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
