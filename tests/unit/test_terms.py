import pytest

from lenitive.terms import AtcCode, Quantity, RxNormCode, UnitError


def test_a_quantity_converts_within_its_dimension():
    assert Quantity(1, "g").to("mg") == Quantity(1000, "mg")


def test_an_unknown_unit_is_an_error_never_a_guess():
    with pytest.raises(UnitError):
        Quantity(1, "milligram")


def test_mass_does_not_become_length():
    with pytest.raises(UnitError):
        Quantity(1, "kg").to("cm")


def test_codes_of_two_systems_are_never_equal():
    assert AtcCode("N06AX11") != RxNormCode("15996")


def test_a_code_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="not a code"):
        RxNormCode("N06AX11")
