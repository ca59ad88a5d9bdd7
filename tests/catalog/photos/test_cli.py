"""`bin/laurel catalog photo` gives and takes photos."""

import pytest
from click.testing import CliRunner

from catalog import queries
from catalog.cli import catalog_cli
from tests.support.catalog import stock_reward
from tests.support.pictures import photo, picture


@pytest.fixture
def run(at):
    def running(*arguments):
        return CliRunner().invoke(catalog_cli, ("photo", *map(str, arguments)))

    return running


@pytest.fixture
def hills(tmp_path):
    path = tmp_path / "hills.jpg"
    path.write_bytes(photo())
    return path


def test_a_file_becomes_the_photo_and_goes_again(run, hills, at):
    backpack = stock_reward()
    said = run(backpack.slug, hills, "--alt", "Red hills", "--x", "20").output
    assert "Trail backpack has a photo of 1,280 by 800 pixels, 4 files" in said
    page = queries.reward_editor(backpack.slug, at=at)
    assert (page.photo["alt"], page.photo["x"], page.photo["y"]) == ("Red hills", 20, 50)
    assert page.changes[0].who is None
    assert run(backpack.slug, "--remove").output == "Trail backpack has no photo any more.\n"
    assert run(backpack.slug, "--remove").output == "Trail backpack had no photo.\n"


def test_decoration_needs_no_words(run, hills, at):
    backpack = stock_reward()
    assert run(backpack.slug, hills, "--decorative").exit_code == 0
    assert queries.reward_editor(backpack.slug, at=at).photo["alt"] == ""


@pytest.mark.parametrize(
    "arguments",
    [[], ["--alt", "A hill"], ["{hills}", "--remove"], ["{hills}", "--x", "101", "--alt", "A"]],
)
def test_a_file_or_its_removal_is_named(run, hills, at, arguments):
    backpack = stock_reward()
    refused = run(backpack.slug, *(hills if one == "{hills}" else one for one in arguments))
    assert refused.exit_code == 2
    assert queries.reward_editor(backpack.slug, at=at).photo == {}


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [(photo(), [], "mark it as decoration"), (picture("GIF"), ["--alt", "A"], "can't be read")],
)
def test_what_cannot_be_shown_is_refused_and_nothing_changes(run, hills, at, content, more, said):
    backpack = stock_reward()
    hills.write_bytes(content)
    assert said in str(run(backpack.slug, hills, *more).exception)
    assert queries.reward_editor(backpack.slug, at=at).photo == {}
