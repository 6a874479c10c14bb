"""GeoDjango, as its documentation suggests: a model, the nearest by distance, a GeoJSON answer.

    DATABASE_HOST=... python -m gunicorn --bind 127.0.0.1:PORT geodjango:application

It answers `/?lon=&lat=&k=` with the k nearest of one place, which is less than a square's list.
"""

import json
import os

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": os.environ["DATABASE_HOST"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {"options": "-c search_path=nabij,public"},
        }
    },
    INSTALLED_APPS=["django.contrib.gis"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="none",  # noqa: S106 - nothing is signed
)
django.setup()

from django.contrib.gis.db import models  # noqa: E402
from django.contrib.gis.db.models.functions import Distance, Transform  # noqa: E402
from django.contrib.gis.geos import Point  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

_FARTHEST_M = 3_000


class Source(models.Model):
    """A row of our table."""

    source_id = models.TextField(primary_key=True)
    name = models.TextField(null=True)
    technology = models.TextField()
    owner_kind = models.TextField()
    geom = models.PointField(srid=3035)

    class Meta:
        """Whose it is."""

        app_label = "bench"
        db_table = "source"
        managed = False


def near(request: HttpRequest) -> HttpResponse:
    """Answer with the nearest."""
    place = Point(float(request.GET["lon"]), float(request.GET["lat"]), srid=4326)
    place.transform(3035)
    nearest = (
        Source.objects.filter(geom__dwithin=(place, _FARTHEST_M))
        .annotate(at=Transform("geom", 4326), distance=Distance("geom", place))
        .order_by("distance")[: int(request.GET["k"])]
    )
    features = [
        {
            "type": "Feature",
            "id": each.source_id,
            "geometry": json.loads(each.at.geojson),
            "properties": {
                "name": each.name,
                "technology": each.technology,
                "owner_kind": each.owner_kind,
            },
        }
        for each in nearest
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    return HttpResponse(content, content_type="application/geo+json")


urlpatterns = [path("", near)]
application = get_wsgi_application()
