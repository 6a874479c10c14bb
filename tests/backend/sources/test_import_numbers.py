import pytest

from nabij_backend.sources.importer.numbers import (
    BadNumberError,
    DecimalMarks,
    are_years,
    degrees,
    latitude_longitude,
    marks_of,
    number,
    read_capacity_kw,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("52.37", 52.37),
        (" -4.5 ", -4.5),
        ("\N{MINUS SIGN}4.5", -4.5),
        ("1e3", 1_000),
        (".5", 0.5),
        ("52,37", 52.37),
        ("0,123", 0.123),
        ("1.234,5", 1_234.5),
        ("1,234.5", 1_234.5),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("1.234.567,89", 1_234_567.89),
        ("12 345,6", 12_345.6),
        ("12\N{NARROW NO-BREAK SPACE}345", 12_345),
        ("12'345.6", 12_345.6),
        ("", None),
        ("nan", None),
        ("N/A", None),
        ("-", None),
    ],
)
def test_a_number_is_read_as_registers_write_it(text: str, expected: float | None) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    "text",
    ["abc", "1,234", "1.2.3", "1,23,456", "12.34,567.8", "1,2.345.678", "inf", "1e999", "4 5"],
)
def test_what_is_no_number_or_two_numbers_is_refused(text: str) -> None:
    with pytest.raises(BadNumberError):
        number(text)


def test_a_lone_comma_means_what_the_file_says() -> None:
    assert number("302,219", DecimalMarks.POINT) == 302_219
    assert number("302,219", DecimalMarks.COMMA) == 302.219
    assert number("9,5", DecimalMarks.POINT) == 9.5


@pytest.mark.parametrize(
    ("text", "expected_kw"),
    [
        ("2.5", 2_500),
        ("1.001", 1_001),
        ("3 MW", 3_000),
        ("3,2 MWp", 3_200),
        ("850 kW", 850),
        ("9,5 kWp", 9.5),
        ("400 W", 0.4),
        ("1.2 GW", 1_200_000),
        ("12kWe", 12),
        ("0", None),
        ("1e-12", None),
        ("", None),
        ("2 x 850 kW", 1_700),
        ("3\N{MULTIPLICATION SIGN}2,3 MW", 6_900),
        ("10-15 kWp", 10),
        ("2 \N{EN DASH} 4", 2_000),
        ("ca. 850 kW", 850),
        ("~3 MW", 3_000),
        ("100 kWpiek", 100),
        ("yes", None),
        ("small_installation", None),
    ],
)
def test_a_capacity_without_a_unit_has_that_of_its_column(
    text: str, expected_kw: float | None
) -> None:
    assert read_capacity_kw(text, 1_000.0) == expected_kw


@pytest.mark.parametrize("text", ["-5", "many", "3 horses", "1e308 GW"])
def test_a_capacity_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(BadNumberError):
        read_capacity_kw(text, 1.0)


@pytest.mark.parametrize(
    ("texts", "marks"),
    [
        (("9,5", "1.234"), DecimalMarks.COMMA),
        (("1.234,5",), DecimalMarks.COMMA),
        (("1.234.567",), DecimalMarks.COMMA),
        (("9.5", "1,234"), DecimalMarks.POINT),
        (("0.123",), DecimalMarks.POINT),
        (("9.5", "9,5"), DecimalMarks.MIXED),
        (("1.234", "1,234", "12", ""), DecimalMarks.UNKNOWN),
    ],
)
def test_the_numbers_of_a_file_show_its_marks(texts: tuple[str, ...], marks: DecimalMarks) -> None:
    assert marks_of(texts, DecimalMarks.UNKNOWN) is marks


def test_a_lone_point_means_what_the_file_says() -> None:
    assert number("1.234", DecimalMarks.COMMA) == 1_234
    assert number("1.234", DecimalMarks.POINT) == 1.234
    for text in ("1.234", "1,234"):
        with pytest.raises(BadNumberError):
            number(text, DecimalMarks.MIXED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("52.37", 52.37),
        ("52,155", 52.155),
        ("-4.5", -4.5),
        ("52\N{DEGREE SIGN}22'12\"N", 52.37),
        ("N 52\N{DEGREE SIGN} 22.2'", 52.37),
        ("52 22 12", 52.37),
        ("52:22:12", 52.37),
        ("4\N{DEGREE SIGN}53\N{PRIME}42\N{DOUBLE PRIME}W", -4.895),
        ("52.37 S", -52.37),
        ("52\N{DEGREE SIGN}", 52.0),
        ("", None),
    ],
)
def test_degrees_with_minutes_and_seconds(text: str, expected: float | None) -> None:
    assert degrees(text) == (None if expected is None else pytest.approx(expected, abs=1e-9))


@pytest.mark.parametrize("text", ["52 61 0", "52 22 60", "4 53 42 O", "north", "52 22 12 34", "N"])
def test_what_are_no_degrees_is_refused(text: str) -> None:
    with pytest.raises(BadNumberError):
        degrees(text)


@pytest.mark.parametrize(
    "text",
    [
        *("52.37, 4.895", "52.37,4.895", "52,37; 4,895", "52.37 4.895", "(52.37, 4.895)"),
        *("POINT(4.895 52.37)", "52,37 / 4,895", "52 22 12 N, 4 53 42 E"),
    ],
)
def test_a_latitude_and_a_longitude_in_one_cell(text: str) -> None:
    assert latitude_longitude(text) == pytest.approx((52.37, 4.895), abs=1e-9)


@pytest.mark.parametrize("text", ["52.37", "52,37,4,895", "Amersfoort", "1 2 3"])
def test_what_is_not_two_coordinates_is_refused(text: str) -> None:
    with pytest.raises(BadNumberError):
        latitude_longitude(text)


@pytest.mark.parametrize(
    ("texts", "are"),
    [
        ([str(year) for year in range(1995, 2010)], True),
        ([*map(str, range(1995, 2010)), ""], True),
        ([*map(str, range(1995, 2010)), "850"], False),
        ([*map(str, range(1995, 2010)), "2000.5"], False),
        (["2000", "2000", "2050", "2000"] * 5, False),
        (["1999", "2000", "2001", "2002", "2003"], False),
        ([], False),
    ],
    ids=["years", "one missing", "a capacity", "a fraction", "one kind", "few", "none"],
)
def test_years_are_told_from_capacities(texts: list[str], *, are: bool) -> None:
    assert are_years(texts) is are
