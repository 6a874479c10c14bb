import pytest

from nabij_geo import (
    Cell,
    InvalidCell,
    OutsideGrid,
)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "CRS3035RES1000mN03263000E3973000",
        "CRS3035RES1000mN+3263000E3973000",
        "CRS3035RES1000mN-3263000E3973000",
        "CRS3035RES01000mN3263000E3973000",
        "CRS3035RES1000mN3263000E3973000\n",
        " CRS3035RES1000mN3263000E3973000",
        "CRS3035RES1000mN3263000 E3973000",
        "CRS3035RES1000mN3_263000E3973000",
        "CRS3035RES1000mN3263000.0E3973000",
        "crs3035res1000mn3263000e3973000",
        "CRS3035RES1000mE3973000N3263000",
        "CRS3035RES1000mN\u0663\u0662\u0666\u0663\u0660\u0660\u0660E3973000",  # Arabic digits
        "CRS3035RES1000mN3\u0662\u0666\u0663000E3973000",
        "CRS3035RES1000mN3263000E3\u0669\u0667\u0663000",
        "CRS3035RES1000mN3263000E" + "9" * 5_000,
        "CRS3035RES100mN3263000E3973000",
        "CRS3035RES1000000mN3000000E3000000",
        "CRS3035RES5000mN3260000E3970000",
        "CRS4326RES1000mN3263000E3973000",
        "1kmN3263E3973",
        "CRS3035RES1000mN3263001E3973000",
        "CRS3035RES1000mN3263000E3973500",
        "CRS3035RES10000mN3263000E3970000",
        "CRS3035RES100000mN3200000E3950000",
    ],
)
def test_other_spellings_and_misaligned_corners_are_refused(code: str) -> None:
    with pytest.raises(InvalidCell) as refused:
        Cell.parse(code)
    assert not code or f" {code}." not in str(refused.value)


@pytest.mark.parametrize(
    "code",
    [
        "CRS3035RES1000mN0E0",
        "CRS3035RES1000mN899000E3973000",
        "CRS3035RES1000mN6900000E3973000",
        "CRS3035RES1000mN3263000E899000",
        "CRS3035RES1000mN3263000E7500000",
        "CRS3035RES100000mN6900000E7500000",
        "CRS3035RES1000mN99999000E3973000",
    ],
)
def test_cells_off_the_grid_are_refused(code: str) -> None:
    with pytest.raises(OutsideGrid) as refused:
        Cell.parse(code)
    assert code not in str(refused.value)
