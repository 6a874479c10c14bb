"""Every error of this package.

    ValueError
    └── GeoError
        ├── InvalidPosition
        ├── InvalidCell
        ├── InvalidAnchors
        ├── InvalidCatalogue
        └── OutsideGrid

Messages say what is expected and never repeat what was given: it may be a person's position.
"""


class GeoError(ValueError):
    """An argument cannot be used; the message says what can."""


class InvalidPosition(GeoError):
    """Latitude, longitude, accuracy or time lies outside its range."""

    def __init__(
        self,
        message: str = "A position has a latitude from -90 to 90 degrees, a longitude from -180 to "
        "180 degrees, an accuracy of 0 m or more, and a time in Unix seconds.",
    ) -> None:
        super().__init__(message)


class InvalidCell(GeoError):
    """No cell of the grid has this code, resolution or corner."""

    def __init__(
        self,
        message: str = "A cell has a resolution of 1000, 10000 or 100000 m and a lower-left corner "
        "in whole multiples of it. Its code looks like CRS3035RES1000mN3263000E3973000.",
    ) -> None:
        super().__init__(message)


class InvalidAnchors(GeoError):
    """A document does not hold what this version writes about anchors."""

    def __init__(
        self,
        message: str = "This is no document of remembered places, or one of another version. Set "
        "it aside and begin with Anchors().",
    ) -> None:
        super().__init__(message)


class InvalidCatalogue(GeoError):
    """A document is no catalogue that this version reads, or a source in it cannot be."""

    def __init__(
        self,
        message: str = "This is no catalogue, or one of a format that this version does not read. "
        "Download it again, or update the app.",
    ) -> None:
        super().__init__(message)


class OutsideGrid(GeoError):
    """The place lies outside the area of the European grid."""

    def __init__(
        self,
        message: str = "The European grid covers northings from 900000 to 6900000 m and eastings "
        "from 900000 to 7500000 m of EPSG:3035. Use a place in or around Europe.",
    ) -> None:
        super().__init__(message)
