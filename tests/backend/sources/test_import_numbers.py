import pytest

from nabij_backend.sources.importer.numbers import BadNumberError, Comma, number, read_capacity_kw


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
    assert number("302,219", Comma.THOUSANDS) == 302_219
    assert number("302,219", Comma.DECIMAL) == 302.219
    assert number("9,5", Comma.THOUSANDS) == 9.5


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
