"""Events of a transaction that metrics count: enumerated words, nothing about a person."""

from dataclasses import dataclass
from typing import TypeAlias

from nabij_consent import EventKind, Method


@dataclass(frozen=True, slots=True)
class ActRecorded:
    """An act of consent got its number."""

    kind: EventKind
    method: Method


@dataclass(frozen=True, slots=True)
class ReportJudged:
    """A device's report was accepted, or refused with a reason."""

    verdict: str


MetricEvent: TypeAlias = ActRecorded | ReportJudged
