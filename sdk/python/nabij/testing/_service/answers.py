"""What the service in memory says, as JSON."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from nabij._values import Place, Source
from nabij.testing._service.bodies import ReportBody
from nabij.testing._service.grants import ACCEPTED, Told
from nabij.testing._service.person import KnownDevice, Person, RecordedAct
from nabij.testing._service.problems import problem
from nabij_consent import (
    NEARBY_SOURCES,
    Allowed,
    Decision,
    Evidence,
    LastHeard,
    Locale,
    NetworkReport,
    Notice,
    Signal,
    decide,
    notice_digest,
    notice_document,
)
from nabij_geo import EVERYWHERE, Catalogue, CatalogueSource, encode

_CHANGED_AT: Final = "2026-06-01T00:00:00Z"


def served(notice: Notice, locale: Locale, nonce: UUID | None) -> dict[str, object]:
    """Return the notice as it is shown."""
    return {
        "notice": notice_document(notice),
        "digest": notice_digest(notice),
        "locale": locale.value,
        "nonce": None if nonce is None else str(nonce),
    }


def consents(person: Person, notice: Notice, now: datetime) -> dict[str, object]:
    """Return what is permitted now."""
    evidence = person.evidence(notice, now)
    return {
        "notice_version": notice.version,
        "as_of": len(person.acts),
        "permissions": [_permission(each, decide(each)) for each in evidence],
    }


def recorded(act: RecordedAct, person: Person, notice: Notice, now: datetime) -> dict[str, object]:
    """Return what an act came to, and what is permitted after it."""
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
    """Return all devices, the one that was seen last first."""
    known = sorted(person.devices.values(), key=lambda each: (-each.seen_on.toordinal(), each.id))
    return {"devices": [device(person, each, notice, now) for each in known]}


def device(person: Person, known: KnownDevice, notice: Notice, now: datetime) -> dict[str, object]:
    """Return one of them."""
    return {
        "id": str(known.id),
        "platform": known.platform,
        "seen_on": known.seen_on.isoformat(),
        "state": person.state_of(known, notice, now),
    }


def statuses(person: Person, notice: Notice, now: datetime) -> dict[str, object]:
    """Return when each device was heard last, and why its square is old."""
    by_device: dict[UUID, list[Told]] = {}
    for each in person.grants.told(NEARBY_SOURCES, notice, now):
        by_device.setdefault(each.device_id, []).append(each)
    return {"devices": [_status(person.devices[each], by_device[each], now) for each in by_device]}


def _status(known: KnownDevice, told: list[Told], now: datetime) -> dict[str, object]:
    of = {each.signal: each for each in told}
    gps, gsm, wifi = (of.get(each) for each in (Signal.GPS, Signal.GSM, Signal.WIFI))
    last = None if gps is None else LastHeard(gps.hour, _network(gsm), _network(wifi))
    return {
        "id": str(known.id),
        "platform": known.platform,
        "heard": _instant(told[0].hour),
        "square": None if gps is None else _instant(gps.hour),
        "cell": None if gps is None else gps.state["cell"],
        "gsm": _network_document(gsm),
        "wifi": _network_document(wifi),
        "freshness": None if last is None else last.freshness(now).value,
    }


def _network(told: Told | None) -> NetworkReport | None:
    return None if told is None else NetworkReport(told.hour, told.state["connected"] is True)


def _network_document(told: Told | None) -> dict[str, object] | None:
    return None if told is None else {"hour": _instant(told.hour), **told.state}


def verdicts(
    validated: Iterable[tuple[ReportBody, str]], person: Person, notice: Notice
) -> dict[str, object]:
    """Return what became of each report, and the last act and notice of then."""
    each = tuple(validated)
    return {
        "accepted": [str(report.id) for report, verdict in each if verdict == ACCEPTED],
        "refused": [
            {"id": str(report.id), **problem(verdict)}
            for report, verdict in each
            if verdict != ACCEPTED
        ],
        "notice_version": notice.version,
        "as_of": len(person.acts),
    }


def manifest(sources: Sequence[Source]) -> dict[str, object]:
    """Return what the catalogue consists of: one file, whatever its size."""
    content = catalogue_file(sources)
    version = _version(sources)
    count = sum(each.count for each in sources)
    file = {
        "region": EVERYWHERE,
        "path": f"/v1/catalogue/{version}/{EVERYWHERE}",
        "sources": count,
        "bytes": len(content),
        "gzip_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return {
        "version": version,
        "changed_at": _CHANGED_AT,
        "sources": count,
        "attribution": [],
        "files": [file],
        "jws": "A signature of a service in memory proves nothing.",
    }


def catalogue_file(sources: Sequence[Source]) -> bytes:
    """Return all sources, as everybody downloads them."""
    catalogue = Catalogue.of(_version(sources), EVERYWHERE, map(_published, sources))
    return json.dumps(encode(catalogue), ensure_ascii=False, separators=(",", ":")).encode()


def all_places(places: Iterable[Place]) -> dict[str, object]:
    """Return every place, the largest first."""
    largest = sorted(places, key=lambda each: -each.population)
    return {"places": [_place(each) for each in largest], "source": "Made up."}


def _version(sources: Sequence[Source]) -> int:
    return 1 if sources else 0


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


def _published(source: Source) -> CatalogueSource:
    return CatalogueSource(
        id=source.id,
        latitude_e5=round(source.position.latitude_deg * 1e5),
        longitude_e5=round(source.position.longitude_deg * 1e5),
        technology=source.technology,
        owner_kind=source.owner_kind,
        licence=source.licence,
        made_up=source.made_up,
        located=source.located,
        name=source.name,
        story=source.story,
        language=source.language,
        register=source.register,
        capacity_kw=source.capacity_kw,
        capacity_band_kw=source.capacity_band_kw,
        count=source.count,
    )


def _place(place: Place) -> Mapping[str, object]:
    return {
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "cell": place.cell.code,
        "population": place.population,
        "other_names": [],
    }
