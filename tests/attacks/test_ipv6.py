"""Who has one address of an IPv6 network has all of them, and is one guesser all the same."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.networks import counted_as
from marketplace.people.operations.sign_in import TooManyTries, Try, count_try
from marketplace.people.policies import ADDRESS_TRIES
from redemption.vouchers.errors import TooManyLookups
from redemption.vouchers.operations import count_lookup
from redemption.vouchers.policies import LOOKUPS_PER_WINDOW, Looked


def own_network(number: int) -> str:
    """One of the attacker's 2^64 addresses, another each time."""
    return f"2001:db8:7:7:{number:x}::{number:x}"


def try_once(number: int, address: str) -> None:
    with transaction():
        count_try(Try(f"person{number}@evergreen.example", address), at=clock.now())


def test_guessing_passwords_from_ever_new_addresses_of_one_network_ends(at):
    for number in range(ADDRESS_TRIES):
        try_once(number, own_network(number))
    with pytest.raises(TooManyTries):
        try_once(ADDRESS_TRIES, own_network(ADDRESS_TRIES))
    try_once(ADDRESS_TRIES, "2001:db8:7:8::1")


def test_guessing_codes_from_ever_new_addresses_of_one_network_ends(at):
    def look(address: str) -> None:
        with transaction():
            count_lookup(address, at=at)

    for number in range(LOOKUPS_PER_WINDOW):
        look(own_network(number))
    with pytest.raises(TooManyLookups):
        look(own_network(LOOKUPS_PER_WINDOW))
    look("2001:db8:7:8::1")


def test_who_guessed_at_links_of_guests_still_looks_up_a_voucher(at):
    """One house behind one address: neither of both is the other's trouble."""

    def look(of: Looked) -> None:
        with transaction():
            count_lookup("203.0.113.7", at=at, of=of)

    for _ in range(LOOKUPS_PER_WINDOW):
        look(Looked.GUEST_LINK)
    with pytest.raises(TooManyLookups):
        look(Looked.GUEST_LINK)
    look(Looked.CODE)
    look(Looked.MAIL_LINK)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_address_counts_as_whoever_it_belongs_to(address, counted):
    assert counted_as(address) == counted
