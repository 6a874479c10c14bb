"""Metrics for Prometheus.

Rules:

1. no label says anything about a person: labels are words of ours, of which there are few;
2. what was rolled back is not counted;
3. a number that somebody must look up is absent until somebody did: "not looked" is not "none".

Each application and each worker has metrics of its own, so several can live in one process.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from nabij_backend.metric_events import ActRecorded, MetricEvent, ReportJudged
from nabij_backend.migrations import newest_revision

_LOOKED_UP = {
    "nabij_requests_open": "Requests of customers that wait for an answer.",
    "nabij_requests_due_within_7_days": "Those of them whose answer is due within seven days.",
    "nabij_requests_overdue": "Those of them whose answer is late.",
    "nabij_leaves_waiting": "Acts of consent that wait for their place in the log.",
    "nabij_checkpoint_timestamp_seconds": "When the log's newest head was signed; 0: none was.",
    "nabij_looked_timestamp_seconds": "When requests and leaves were last counted.",
}
_GAUGES = {
    "nabij_pool_connections": "Connections to the database, by pool.",
    "nabij_pool_idle": "Those of them that nobody uses.",
    "nabij_pool_waiting": "Requests that wait for one.",
    "nabij_streams": "Streams of events that are open.",
}
# A report takes some 10 ms; a request has ten seconds for the database.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_STREAMS = frozenset({"/v1/events"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
Gauges: TypeAlias = Mapping[str, Mapping[str, float]]
"""Of each of `_GAUGES` the value, by pool; by an empty word where there are no pools."""


class Metrics:
    """The numbers of one application or worker."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._looked_up = _LookedUp()
        self.registry.register(self._looked_up)
        self._acts = self._counter("acts_recorded", "Acts of consent.", "kind", "method")
        self._reports = self._counter("reports", "Reports of devices.", "verdict")
        self._leaves = self._counter("leaves_sequenced", "Acts that got their place in the log.")
        self._refused = self._counter(
            "sweeps_refused", "Rounds that ended and deleted nothing: see the log.", "reason"
        )
        self._outages = self._counter(
            "google_outages", "Calls that Google did not answer as it should.", "outage"
        )
        self._pushed = self._counter("push_messages", "Push messages tried.", "became")
        self._witnessed = self._counter(
            "witness_outcomes", "Heads of the log shown to a witness.", "witness", "outcome"
        )
        self._rows = self._counter("rows_swept", "Rows that time ended or deleted.", "table")
        self._requests = self._counter("http_requests", "Requests.", "method", "route", "status")
        self._seconds = Histogram(
            "nabij_http_request_duration_seconds",
            "How long requests took, streams apart.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._transactions = Histogram(
            "nabij_transaction_duration_seconds",
            "How long transactions of the service took.",
            ["transaction", "became"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._rounds = self._counter("rounds", "Background jobs done.", "round", "became")
        build = Info("nabij_build", "What runs here.", registry=self.registry)
        build.info({"version": version("nabij-backend"), "revision": newest_revision()})

    def add_gauges(self, read: Callable[[], Gauges]) -> None:
        """Read these numbers of the process whenever Prometheus scrapes."""
        self.registry.register(_GaugeCollector(read))

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered, by its route's template."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, status).inc()
        if route not in _STREAMS:
            self._seconds.labels(route).observe(seconds)

    def transacted(self, name: str, became: str, seconds: float) -> None:
        """Count a transaction of this name that was committed, or rolled back."""
        self._transactions.labels(name, became).observe(seconds)

    def round_over(self, name: str, became: str) -> None:
        """Count a background job that was done, refused, or failed."""
        self._rounds.labels(name, became).inc()

    def count(self, tally: Mapping[MetricEvent, int]) -> None:
        """Count what happened in a transaction that is committed."""
        for metric_event, times in tally.items():
            match metric_event:
                case ActRecorded(kind, method):
                    self._acts.labels(kind, method).inc(times)
                case ReportJudged(verdict):
                    self._reports.labels(verdict).inc(times)

    def sequenced(self, leaves: int) -> None:
        """Count leaves that got their places."""
        self._leaves.inc(leaves)

    def swept(self, rows: Mapping[str, int]) -> None:
        """Count rows that a sweep ended or deleted, by table."""
        for table, gone in rows.items():
            self._rows.labels(table).inc(gone)

    def sweep_refused(self, reason: str) -> None:
        """Count a sweep that was refused."""
        self._refused.labels(reason).inc()

    def google_failed(self, outage: str) -> None:
        """Count a call to Google that failed."""
        self._outages.labels(outage).inc()

    def witnessed(self, outcomes: Mapping[str, str]) -> None:
        """Count what came of showing heads of the log to witnesses, by the witness's name."""
        for witness, outcome in outcomes.items():
            self._witnessed.labels(witness, outcome).inc()

    def pushed(self, became: Mapping[str, int]) -> None:
        """Count push messages by what became of them."""
        for delivery, messages in became.items():
            self._pushed.labels(delivery).inc(messages)

    def looked(  # noqa: PLR0913 - a number each
        self,
        *,
        open_requests: int,
        due_within_7_days: int,
        overdue: int,
        leaves_waiting: int,
        signed_at: datetime | None,
        now: datetime,
    ) -> None:
        """Set the numbers of rule 3."""
        counts = (open_requests, due_within_7_days, overdue, leaves_waiting)
        values = (*counts, signed_at.timestamp() if signed_at else 0.0, now.timestamp())
        self._looked_up.values = dict(zip(_LOOKED_UP, values, strict=True))

    def text(self) -> bytes:
        """Return all numbers, in Prometheus's text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"nabij_{name}", told, labels, registry=self.registry)


class _LookedUp(Collector):
    """The numbers of rule 3; exchanged as a whole, since a server reads them in its own thread."""

    def __init__(self) -> None:
        self.values: Mapping[str, float] = {}

    def collect(self) -> Iterator[Metric]:
        for name, value in self.values.items():
            yield GaugeMetricFamily(name, _LOOKED_UP[name], value)


class _GaugeCollector(Collector):
    """Reads numbers of the process at each scrape."""

    def __init__(self, read: Callable[[], Gauges]) -> None:
        self._read = read

    def describe(self) -> Iterator[Metric]:
        """Describe nothing: registering must not read, since the process has not begun."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        for name, values in self._read().items():
            by_pool = any(values)
            family = GaugeMetricFamily(name, _GAUGES[name], labels=["pool"] if by_pool else None)
            for pool, value in values.items():
                family.add_metric([pool] if by_pool else [], value)
            yield family
