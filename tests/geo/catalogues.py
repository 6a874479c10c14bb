"""Sources and catalogues for tests."""

from hypothesis import strategies as st

from nabij_geo import Catalogue, CatalogueSource, Position

TECHNOLOGIES = ("solar", "wind", "biogas")
OWNER_KINDS = ("company", "cooperative", "farm")


def source(source_id: str, place: Position, **changed: object) -> CatalogueSource:
    """A cooperative's solar roof, unless told otherwise."""
    fields: dict[str, object] = {
        "id": source_id,
        "latitude_e5": round(place.latitude_deg * 1e5),
        "longitude_e5": round(place.longitude_deg * 1e5),
        "technology": "solar",
        "owner_kind": "cooperative",
        "licence": "CC-BY-4.0",
        "made_up": False,
        "located": "site",
        "name": "Zonnedak",
        "story": None,
        "register": "test",
        "capacity_kw": 50.0,
        "capacity_band_kw": None,
        "count": 1,
    }
    return CatalogueSource(**(fields | changed))  # pyright: ignore[reportArgumentType]


def neighbours(source_id: str, place: Position, **changed: object) -> CatalogueSource:
    """Roofs of private persons in one square, unless told otherwise."""
    private: dict[str, object] = {
        "owner_kind": "person",
        "located": "cell",
        "name": None,
        "register": None,
        "capacity_kw": None,
        "capacity_band_kw": (0.0, 5.0),
        "count": 3,
    }
    return source(source_id, place, **(private | changed))


_texts = st.one_of(st.none(), st.text(max_size=20))
_kilowatts = st.floats(0.1, 1e6)
_public = st.fixed_dictionaries(
    {
        "technology": st.sampled_from(TECHNOLOGIES),
        "owner_kind": st.sampled_from(OWNER_KINDS),
        "name": _texts,
        "story": _texts,
        "language": st.sampled_from([None, None, "nl", "en-GB"]),
        "register": _texts,
        "capacity_kw": st.one_of(st.none(), _kilowatts),
        "made_up": st.booleans(),
        "located": st.sampled_from(["site", "cell"]),
    }
)
_private = st.fixed_dictionaries(
    {
        "technology": st.sampled_from(TECHNOLOGIES),
        "count": st.integers(1, 1000),
        "capacity_band_kw": st.one_of(
            st.none(), st.tuples(_kilowatts, st.one_of(st.none(), _kilowatts))
        ),
    }
)
_places = st.builds(Position, st.floats(27, 82), st.floats(-32, 45))


def _catalogue(
    version: int,
    public: list[tuple[Position, dict[str, object]]],
    private: list[tuple[Position, dict[str, object]]],
) -> Catalogue:
    sources = [source(f"s{n}", place, **changed) for n, (place, changed) in enumerate(public)]
    sources += [neighbours(f"n{n}", place, **changed) for n, (place, changed) in enumerate(private)]
    return Catalogue.of(version, "all", sources)


catalogues = st.builds(
    _catalogue,
    st.integers(0, 2**53),
    st.lists(st.tuples(_places, _public), max_size=12),
    st.lists(st.tuples(_places, _private), max_size=6),
)
