"""Maya, Omar and Leo, who compete."""

import pytest

from tests.support.people import employ_leo, employ_maya, employ_omar, employ_priya


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def omar(at):
    return employ_omar()


@pytest.fixture
def leo(at):
    return employ_leo()


@pytest.fixture
def priya(sign_in, at):
    return sign_in(employ_priya())
