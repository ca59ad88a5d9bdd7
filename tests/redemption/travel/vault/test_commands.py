"""`bin/laurel travel-data`."""

from dataclasses import replace

from click.testing import CliRunner

from marketplace.kernel import settings as settings_module
from redemption.travel.vault import queries
from redemption.travel.vault.cli import travel_data_cli
from redemption.travel.vault.states import VaultField as F
from tests.support.vault import CANARIES, WHY, enter, everything_of, guest


def run(*words):
    return CliRunner().invoke(travel_data_cli, words)


def test_the_terminal_shows_masked_values_and_who_read_them(cast, kept):
    told = run("show", "maya.chen").output
    assert "Passport number: •••384, deleted on 11 Jun 2027" in told
    assert [one for one in CANARIES if one in told] == []
    read = run("reveal", "maya.chen", "--as", "priya.nair", "--field", "sex",
               "--field", "passport_number", "--reason", WHY)  # fmt: skip
    assert read.output == "Passport number: ZQ7719384\nSex as in the passport: F\n"
    (told,) = [line for line in run("show", "maya.chen").output.splitlines() if "read" in line]
    assert told == (
        "  23 Nov 2026, 09:00 UTC, Priya Nair read passport number, sex as in the passport: "
        f"“{WHY}”"
    )
    assert "read 1 time, first deleted on 19 May 2027" in run("list").output


def test_who_may_not_read_reads_nothing_there_either(cast, kept):
    asked = ("reveal", "maya.chen", "--field", "sex", "--reason", WHY, "--as")
    refused = run(*asked, "jonas.lind")
    assert (refused.exit_code, refused.output) == (1, "")
    assert "not yours to see" in str(refused.exception)
    short = run("reveal", "maya.chen", "--field", "sex", "--reason", "x", "--as", "priya.nair")
    assert "10 to 200 characters" in str(short.exception)
    assert queries.readings_of(subject_id=kept) == []


def test_a_guest_is_found_by_the_handle_of_the_list(cast):
    enter(cast.priya, guest(), {F.PASSPORT_NUMBER: "GUEST77"})
    handle = run("list").output.split()[0]
    assert f"{handle}  Guest {handle[:4]}: 1 of the passport, 0 needs" in run("list").output
    assert "Passport number: •••T77" in run("show", handle).output


def test_erasing_can_be_tried_before_it_is_done(cast, kept):
    tried = run("erase", "maya.chen", "--dry-run").output
    assert tried == "Would erase: 13 values of Maya Chen, and the key.\n"
    assert run("erase", "maya.chen").output == "Erased: 13 values of Maya Chen, and the key.\n"
    assert run("list").output == "0 travelers.\n"
    assert "is kept here" in str(run("show", "jonas.lind").exception)


def test_what_is_over_is_said_and_deleted_when_asked_to(cast, kept, time):
    everything_of(cast.jonas)
    assert run("due").output == "Something is over of 0 people.\n"
    assert run("due", "--on", "2027-05-19").output == "Something is over of 2 people.\n"
    time.forward(days=400)
    assert run("due", "--delete").output == "Deleted of 2 people.\n"
    assert run("due").output == "Something is over of 0 people.\n"


def test_keys_are_wrapped_anew_by_the_first_of_the_settings(cast, kept):
    keys = "2027-01=" + "n3w-k3y-" * 5
    settings_module.use(replace(settings_module.current(), vault_keys=keys))
    again = "wrapped by 2027-01; the others were already.\n"
    assert run("rotate-keys").output == f"1 key {again}"
    assert run("rotate-keys").output == f"0 keys {again}"
