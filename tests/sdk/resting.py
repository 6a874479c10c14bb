"""A phone that stays where it is, and what it stays for."""

from dataclasses import replace
from datetime import timedelta

import nabij
from nabij.testing import Phone
from nabij_consent import Notice
from nabij_geo import GridPoint
from tests.geo.phones import fix_at

HOME = GridPoint(3_263_712, 3_973_400)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def dwell(client: nabij.Client, phone: Phone, place: GridPoint = HOME) -> nabij.Collected:
    """Stay somewhere for ten minutes; the last look."""
    phone.gps.reading = fix_at(place, 8.0)
    phone.wait(HOUR)
    client.refresh()
    for _ in range(2):
        client.collect()
        phone.wait(5 * MINUTE)
    return client.collect()


def kept_for(notice: Notice, days: int) -> Notice:
    """The next notice, which keeps everything for so many days."""
    (part,) = notice.purposes
    signals = tuple(replace(each, retention_days=days) for each in part.signals)
    version = notice.version + 1
    purposes = (replace(part, signals=signals),)
    return replace(notice, version=version, material_since=version, purposes=purposes)
