"""Reads a stream of server-sent events: WHATWG HTML, section 9.2.6.

Rules:

1. UTF-8; a byte order mark at the beginning is left out, and what is no UTF-8 is replaced;
2. a line ends with LF, CR or CRLF, wherever the network cuts it;
3. an empty line dispatches the event, unless it has no data; a line that begins with a colon says
   nothing;
4. several lines of data are one text with LF in between;
5. an id with U+0000 is passed over, and so is a `retry` that is not made of digits;
6. what stands after the last empty line, when the stream ends, is no event;
7. an event larger than ``LARGEST_EVENT`` characters ends in an error: nobody of ours sends that.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nabij._errors import UnknownAnswer

LARGEST_EVENT: Final = 65_536

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_DIGITS: Final = re.compile(r"[0-9]{1,9}")
_DEFAULT_NAME: Final = "message"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its name, its data, and the id of the last event that had one."""

    name: str
    data: str
    last_event_id: str


class EventParser:
    """Turns the chunks of one stream into events.

    Attributes:
        retry_ms: how long the server asks to wait before coming back; None until it says so.
    """

    def __init__(self, last_event_id: str = "") -> None:
        self.retry_ms: int | None = None
        self._last_event_id = last_event_id
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._after_cr = False
        self._name = ""
        self._data: list[str] = []
        self._held = 0

    def receive(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Yield the events that ``chunk`` completes.

        Raises:
            UnknownAnswer: an event is larger than any of ours.
        """
        for line in self._lines(self._decoder.decode(chunk)):
            if line:
                self._take(line)
            elif event := self._dispatch():
                yield event

    def _lines(self, text: str) -> Iterator[str]:
        if self._after_cr and text:
            text = text.removeprefix("\n")
            self._after_cr = False
        *lines, self._rest = _LINE_END.split(self._rest + text)
        self._after_cr = self._after_cr or text.endswith("\r")
        yield from lines
        self._limit(len(self._rest))

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "event":
                self._name = value
            case "data":
                self._held += len(value) + 1
                self._limit(0)
                self._data.append(value)
            case "id" if "\0" not in value:
                self._last_event_id = value
            case "retry" if _DIGITS.fullmatch(value):
                self.retry_ms = int(value)
            case _:
                return  # a comment, or a field of a later version

    def _dispatch(self) -> ServerEvent | None:
        event = ServerEvent(self._name or _DEFAULT_NAME, "\n".join(self._data), self._last_event_id)
        has_data = bool(self._data)
        self._name, self._data, self._held = "", [], 0
        return event if has_data else None

    def _limit(self, more: int) -> None:
        if self._held + more > LARGEST_EVENT:
            raise UnknownAnswer
