"""Codes: enough of them, nothing that is taken for something else, slips of the pen found."""

import pytest

from marketplace.kernel.codes import (
    ALPHABET,
    check_symbol,
    grouped,
    new_code,
    new_number,
    normal_code,
    normal_number,
)


def test_the_alphabet_has_thirty_symbols_and_no_look_alikes():
    assert len(set(ALPHABET)) == len(ALPHABET) == 30
    assert set(ALPHABET).isdisjoint("01ILOU")


def test_codes_are_long_and_never_the_same():
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert {len(code) for code in codes} == {17}


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "{}  ", "grouped"])
def test_a_code_is_found_however_it_is_typed(typed):
    code = new_code()
    spelled = {"lower": code.lower(), "grouped": grouped(code)}.get(typed, typed.format(code))
    assert normal_code(spelled) == code


def test_every_wrong_symbol_is_found():
    code = new_code()
    for place in range(len(code)):
        for symbol in set(ALPHABET) - {code[place]}:
            assert normal_code(code[:place] + symbol + code[place + 1 :]) is None


def test_nearly_every_swap_of_neighbors_is_found():
    missed = tried = 0
    for _ in range(200):
        code = new_code()
        for place in range(len(code) - 1):
            if code[place] != code[place + 1]:
                tried += 1
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                missed += normal_code(swapped) is not None
    assert missed / tried < 0.01


@pytest.mark.parametrize("typed", ["", "-", "ABC", "0" * 17, "é" * 17, "A" * 1000, "\x00" * 17])
def test_what_is_no_code_is_none(typed):
    assert normal_code(typed) is None
    assert normal_number(typed) is None


def test_numbers_are_grouped_by_four():
    number = new_number()
    assert normal_number(grouped(number).lower()) == number
    assert grouped("A" * 17) == "AAAA-AAAA-AAAA-AAAA-A"
    assert check_symbol("2" * 16) == "2"
