"""What the service in memory says, as JSON."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from nabij._values import Place, Source
from nabij.testing._service.bodies import Report
from nabij.testing._service.grants import ACCEPTED
from nabij.testing._service.person import KnownDevice, Person, RecordedAct
from nabij.testing._service.problems import problem
from nabij_consent import (
    Allowed,
    Decision,
    Evidence,
    Locale,
    Notice,
    Signal,
    decide,
    notice_digest,
    notice_document,
)
from nabij_geo import Cell, candidate_radius_m, project

_MOST_PLACES: Final = 10


def served(notice: Notice, locale: Locale, nonce: UUID | None) -> dict[str, object]:
    """The notice as it is shown."""
    return {
        "notice": notice_document(notice),
        "digest": notice_digest(notice),
        "locale": locale.value,
        "nonce": None if nonce is None else str(nonce),
    }


def consents(person: Person, notice: Notice, now: datetime) -> dict[str, object]:
    """What is permitted now."""
    evidence = person.evidence(notice, now)
    return {
        "notice_version": notice.version,
        "as_of": len(person.acts),
        "permissions": [_permission(each, decide(each)) for each in evidence],
    }


def recorded(act: RecordedAct, person: Person, notice: Notice, now: datetime) -> dict[str, object]:
    """What an act came to, and what is permitted after it."""
    return {
        **consents(person, notice, now),
        **devices(person, notice, now),
        "event_id": str(act.event.event_id),
        "number": act.number,
        "recorded_at": _instant(act.recorded_at),
        "erased": {f"{each}_status": act.erased.get(each, 0) for each in Signal},
        "receipt": "A receipt of a service in memory proves nothing.",
    }


def devices(person: Person, notice: Notice, now: datetime) -> dict[str, object]:
    """All devices, the one that was seen last first."""
    known = sorted(person.devices.values(), key=lambda each: (-each.seen_on.toordinal(), each.id))
    return {"devices": [device(person, each, notice, now) for each in known]}


def device(person: Person, known: KnownDevice, notice: Notice, now: datetime) -> dict[str, object]:
    """One of them."""
    return {
        "id": str(known.id),
        "platform": known.platform,
        "seen_on": known.seen_on.isoformat(),
        "state": person.state_of(known, notice, now),
    }


def verdicts(judged: Iterable[tuple[Report, str]]) -> dict[str, object]:
    """What became of each report."""
    each = tuple(judged)
    return {
        "accepted": [str(report.id) for report, verdict in each if verdict == ACCEPTED],
        "refused": [
            {"id": str(report.id), **problem(verdict)}
            for report, verdict in each
            if verdict != ACCEPTED
        ],
    }


def around(cell: Cell, sources: Sequence[Source], k: int) -> dict[str, object]:
    """The sources that are among the ``k`` nearest for some place in ``cell``, nearest first."""
    by_distance = sorted(
        ((_distance_m(cell, each), each) for each in sources), key=lambda pair: pair[0]
    )
    kth_m = by_distance[k - 1][0] if len(by_distance) >= k else math.inf
    radius_m = candidate_radius_m(cell, kth_m)
    return {
        "type": "FeatureCollection",
        "cell": cell.code,
        "k": k,
        "catalogue_version": 1 if sources else 0,
        "features": [_feature(each) for distance_m, each in by_distance if distance_m <= radius_m],
    }


def called(typed: str, places: Iterable[Place]) -> dict[str, object]:
    """The places whose name begins as ``typed`` does, the largest first."""
    wanted = typed.strip().casefold()
    found = [each for each in places if each.name.casefold().startswith(wanted)]
    largest = sorted(found, key=lambda each: -each.population)[:_MOST_PLACES]
    return {"places": [_place(each) for each in largest]}


def _permission(evidence: Evidence, decision: Decision) -> Mapping[str, object]:
    grant = evidence.grant
    reasons = () if isinstance(decision, Allowed) else decision.reasons
    return {
        "purpose": evidence.purpose.slug,
        "signal": evidence.signal.value,
        "allowed": isinstance(decision, Allowed),
        "reasons": [each.value for each in reasons],
        "latest": evidence.latest and evidence.latest.value,
        "epoch": grant and grant.epoch,
        "resolution_m": grant and grant.resolution_m,
        "granted_at": grant and _instant(grant.granted_at),
        "expires_at": grant and _instant(grant.expires_at),
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _distance_m(cell: Cell, source: Source) -> float:
    point = project(source.position)
    return math.dist(
        (point.northing_m, point.easting_m), (cell.centre.northing_m, cell.centre.easting_m)
    )


def _feature(source: Source) -> Mapping[str, object]:
    return {
        "type": "Feature",
        "id": source.id,
        "geometry": {
            "type": "Point",
            "coordinates": [source.position.longitude_deg, source.position.latitude_deg],
        },
        "properties": {
            "name": source.name,
            "technology": source.technology,
            "owner_kind": source.owner_kind,
            "capacity_kw": source.capacity_kw,
            "capacity_band_kw": source.capacity_band_kw,
            "count": source.count,
            "story": source.story,
            "register": source.register,
            "licence": source.licence,
            "made_up": source.made_up,
            "located": source.located,
        },
    }


def _place(place: Place) -> Mapping[str, object]:
    return {
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "cell": place.cell.code,
        "population": place.population,
    }
