"""What the service is told before anything else, and what is learned from its answers."""

import logging
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from nabij._acts import Act, Answering
from nabij._calls import acknowledgement_call, fetch_notice, own_cells_call
from nabij._decode import Consents, Recorded, read_consents, read_own_cells, read_recorded
from nabij._device import Device
from nabij._errors import NabijError, NoticeSuperseded, Rejected, StoreFailed
from nabij._gate import Question
from nabij._values import Receipt
from nabij._wire import Answer, Call, Identity, nothing, understand
from nabij_consent import NEARBY_SOURCES, Locale, Notice

T = TypeVar("T")

_log = logging.getLogger("nabij.device")

_NOT_FOUND: Final = 404
_NOT_MODIFIED: Final = 304
_NO_SQUARE: Final = "/problems/no-square"
# The service keeps nothing that the act could end.
_NOTHING_TO_END: Final = frozenset({"/problems/nothing-known", "/problems/not-asked"})

Network: TypeAlias = Generator[Call, Answer, T]


@dataclass(frozen=True, slots=True)
class HeldConsents:
    """What the service answered last, and the entity tag by which it is asked for anew."""

    tag: str
    consents: Consents


class Telling:
    """The part of the engine that keeps this device and the service in step."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._unanswered: Answering | None = None
        self._attempted = set(device.untold)
        self._as_of = 0
        self._held_consents: HeldConsents | None = None
        self._acknowledged = 0

    def _learn(
        self, question: Question, consents: Consents, shown: Notice | None = None
    ) -> Network[None]:
        gate = self._device.gate
        if shown is not None and shown.version == consents.notice_version:
            self._device.show(shown)
        elif gate.notice is None or gate.notice.version != consents.notice_version:
            # It is only compared with, not shown: so it needs no nonce, and no name to get one.
            self._device.show((yield from fetch_notice(Locale.EN, Identity.NOBODY)).notice)
        if self._device.learn(question, consents.known):
            if consents.as_of < self._as_of:  # of a new account, or a service that was restored
                self._acknowledged = 0
            self._as_of = consents.as_of

    def _ask(self) -> Network[None]:
        yield from self._tell()
        question = self._question()
        yield from self._learn(question, (yield from self._consents()))
        yield from self._seed()

    def _consents(self) -> Network[Consents]:
        held = self._held_consents
        headers = {} if held is None else {"If-None-Match": held.tag}
        answer = yield Call("GET", "/v1/consents", Identity.CUSTOMER, headers=headers)
        if held is not None and answer.status == _NOT_MODIFIED:
            return held.consents
        consents = understand(answer, read_consents)
        tag = answer.headers.get("etag", "")
        self._held_consents = HeldConsents(tag, consents) if tag and tag.isascii() else None
        return consents

    def _seed(self) -> Network[None]:
        """Begin with the squares that the service knows, where this device remembers no place."""
        grant = self._device.seedless(NEARBY_SOURCES)
        if grant is None:
            return
        try:
            cells = understand((yield own_cells_call(grant)), read_own_cells)
        except Rejected as refusal:
            if refusal.problem.type == _NO_SQUARE:
                self._device.seed(grant, ())
        except NabijError:
            return  # collecting goes on: whoever asks for the consents next asks for this again
        else:
            self._device.seed(grant, cells)

    def _acknowledge(self) -> Network[None]:
        number = self._as_of
        if number <= self._acknowledged:
            return
        answer = yield acknowledgement_call(self._device.id, number)
        # A device that the service does not know has never collected: it has nothing to stop.
        if answer.status != _NOT_FOUND:
            understand(answer, nothing)
        self._acknowledged = max(self._acknowledged, number)

    def _question(self) -> Question:
        return self._device.gate.question(self._device.now())

    def _end(self, act: Act) -> StoreFailed | None:
        """End permission; the error is what keeps the store from remembering it."""
        self._unanswered = None
        already = next((each for each in self._device.untold.values() if each == act), act)
        try:
            self._device.end(already)
        except StoreFailed as error:
            return error
        return None

    def _tell(self) -> Network[list[Recorded]]:
        """Tell the service what ended permission here, before anything else is said."""
        told: list[Recorded] = []
        for act in tuple(self._device.untold.values()):
            late = act.id in self._attempted
            self._attempted.add(act.id)
            answer = yield act.to_call(self._device.id, late=late)
            try:
                told.append(self._understand_act(act, answer))
            except Rejected as refusal:
                if refusal.problem.type not in _NOTHING_TO_END:
                    raise
                _log.info("the service keeps nothing that this could end")
            self._device.told(act)
            _log.info("the service knows what ended here")
        return told

    def _understand_act(self, act: Act, answer: Answer) -> Recorded:
        try:
            recorded = understand(answer, read_recorded)
        except NoticeSuperseded as superseded:
            self._device.show(superseded.current.notice)
            raise
        if recorded.receipt is not None:
            receipt = Receipt(act.id, act.kind, recorded.recorded_at, recorded.receipt)
            self._device.keep_receipt(receipt)
        return recorded

    def _try_to_tell(self) -> Network[None]:
        """Return the same before a call that reads public things, which need not wait for it."""
        try:
            yield from self._tell()
        except NabijError:
            return  # still untold: the next call tries again
