"""The stream of events is read as the HTML standard says, wherever the network cuts it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import UnknownAnswer
from nabij._event_stream import LARGEST_EVENT, EventParser, ServerEvent

STREAM = (
    "\ufeff: hello\n"
    "retry: 2500\n\n"
    "event: consent-changed\r\n"
    'data: {"number": 4}\r\n'
    "id: 4-1\r\n\r\n"
    "data: één\rdata:twee \rdata\r\r"
    "event: nothing to tell\n\n"
    "id: 5-1\n"
    "data: :\n"
    "unknown: field\n\n"
    "data: without its end\n"
)
EVENTS = [
    ServerEvent("consent-changed", '{"number": 4}', "4-1"),
    ServerEvent("message", "één\ntwee \n", "4-1"),
    ServerEvent("message", ":", "5-1"),
]


def read(*chunks: bytes) -> list[ServerEvent]:
    stream = EventParser()
    return [event for chunk in chunks for event in stream.receive(chunk)]


def test_events_are_read_with_their_name_data_and_id() -> None:
    assert read(STREAM.encode()) == EVENTS


def test_it_does_not_matter_where_the_network_cuts() -> None:
    whole = STREAM.encode()
    assert read(*(bytes([each]) for each in whole)) == EVENTS
    for cut in range(len(whole)):
        assert read(whole[:cut], whole[cut:]) == EVENTS


@given(st.lists(st.integers(0, len(STREAM.encode())), max_size=12))
def test_it_does_not_matter_how_often_the_network_cuts(cuts: list[int]) -> None:
    whole = STREAM.encode()
    places = [0, *sorted(cuts), len(whole)]
    assert read(*(whole[start:end] for start, end in pairwise(places))) == EVENTS


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_kind_of_line_end_ends_a_line(end: str) -> None:
    text = end.join(["data: a", "data: b", "", "data: c", "", ""])
    assert [event.data for event in read(text.encode())] == ["a\nb", "c"]


def test_the_server_says_when_to_come_back() -> None:
    stream = EventParser()
    assert list(stream.receive(b"retry: 10\n\nretry: soon\n\nretry: -1\n\nretry: 1e3\n\n")) == []
    assert stream.retry_ms == 10


def test_an_id_with_a_null_is_passed_over_and_an_empty_one_clears_it() -> None:
    assert read(b"id: 1\ndata\n\nid: 2\0\ndata\n\nid\ndata\n\n") == [
        ServerEvent("message", "", "1"),
        ServerEvent("message", "", "1"),
        ServerEvent("message", "", ""),
    ]


def test_what_is_no_text_does_not_end_the_stream() -> None:
    assert read(b"data: \xff\xfe\n\n") == [ServerEvent("message", "\ufffd\ufffd", "")]


@pytest.mark.parametrize(
    "chunk", [b"x" * 4_096, b"data: " + b"x" * 4_000 + b"\n", b"data\n" * 800], ids=len
)
def test_an_event_without_end_ends_in_an_error(chunk: bytes) -> None:
    with pytest.raises(UnknownAnswer):
        read(*[chunk] * (2 * LARGEST_EVENT // 800))


def test_many_events_of_ordinary_size_are_fine() -> None:
    line = b"data: " + b"x" * 1_000 + b"\n\n"
    assert len(read(*[line] * 200)) == 200


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_whatever_comes_breaks_nothing(chunks: list[bytes]) -> None:
    assert all(isinstance(each, ServerEvent) for each in read(*chunks))
