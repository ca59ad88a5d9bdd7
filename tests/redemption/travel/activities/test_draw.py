"""The draw of places: fair, never above seats, nobody at two places at once, and done again."""

from collections import Counter
from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kernel.drawing import sha256_of
from marketplace.kernel.errors import BadInput
from redemption.travel.activities.draw import (
    COLUMNS,
    Drawn,
    Entry,
    Offered,
    draw,
    list_file,
    read_list,
)

TRAM = Offered(1, 2, 2, time(10), time(12))
FADO = Offered(2, 1, 2, time(20), time(22))
TILES = Offered(3, None, 2, time(11), time(13))
HALF_OPEN = Offered(4, 5, 2, time(12), None)


def drawn(offered, entries, seed="5eed"):
    return draw(offered, entries, list_sha256=sha256_of(list_file(offered, entries)), seed=seed)


def test_where_there_is_enough_for_all_everybody_gets_all_they_wish():
    entries = [Entry(1, 1, (1, 2)), Entry(2, 1, (1,))]
    assert {(one.entry, one.item_id) for one in drawn([TRAM, FADO], entries)} == {
        (1, 1),
        (1, 2),
        (2, 1),
    }


def test_who_got_less_is_asked_first_in_the_next_round():
    """One seat on the tram: who has no place yet, and who had to go further down, comes first."""
    tram, boat, fado = Offered(1, 1, 1, None, None), Offered(2, 9, 2, None, None), FADO
    entries = [Entry(1, 1, (1, 2)), Entry(2, 1, (1, 2))]
    for seed in ("a", "b", "c", "d"):
        given_now = drawn([tram, boat], entries, seed)
        assert [one.round for one in given_now] == [1, 1, 2]
        lucky = given_now[0].entry
        assert given_now[1] == Drawn(1, 3 - lucky, 2, 2)
    with_fado = [Entry(one.number, 1, (1, 2, 9)) for one in entries]
    nine = Offered(9, 1, 3, fado.starts_at, fado.ends_at)
    for seed in ("a", "b", "c", "d"):
        given_now = drawn([tram, boat, nine], with_fado, seed)
        second = next(one for one in given_now if one.item_id == 9)
        unlucky = next(one.entry for one in given_now if one.round == 1 and one.rank == 2)
        assert second.entry == unlucky


def test_who_go_together_get_seats_together_or_none():
    entries = [Entry(1, 2, (2, 1))]
    assert drawn([TRAM, FADO], entries) == [Drawn(1, 1, 1, 2)]


def test_nobody_gets_two_things_at_the_same_hours():
    assert [one.item_id for one in drawn([TRAM, TILES], [Entry(1, 1, (1, 3))])] == [1]
    assert TRAM.overlaps(TILES)
    assert TILES.overlaps(TRAM)
    assert not TRAM.overlaps(FADO)
    assert not HALF_OPEN.overlaps(TRAM)
    assert not TRAM.overlaps(Offered(9, 1, 3, time(10), time(12)))
    assert not TRAM.overlaps(Offered(9, 1, 2, None, None))


def test_a_wish_for_what_is_gone_is_passed_over():
    assert [one.item_id for one in drawn([FADO], [Entry(1, 1, (77, 2))])] == [2]


def test_everybody_is_first_as_often_as_anybody_else():
    entries = [Entry(number, 1, (2,)) for number in range(1, 5)]
    won = Counter(drawn([FADO], entries, f"{seed:x}")[0].entry for seed in range(2_000))
    assert set(won) == {1, 2, 3, 4}
    assert all(420 <= times <= 580 for times in won.values()), won


def test_the_list_says_all_that_the_draw_depends_on_and_no_name():
    file = list_file([TRAM, TILES], [Entry(1, 2, (3, 1))]).decode("utf-8-sig")
    assert file.splitlines() == [
        ",".join(COLUMNS),
        "activity,1,2,2,10:00,12:00,",
        "activity,3,,2,11:00,13:00,",
        "entry,1,2,,,,3 1",
    ]


@pytest.mark.parametrize(
    "file", [b"", b"\xff\xfe", b"a,b\n", b"what,number,seats,day,from,to,wishes\nentry,1\n"]
)
def test_what_is_no_list_is_refused(file):
    with pytest.raises(BadInput, match="no list of a draw"):
        read_list(file)


HOURS = st.sampled_from([None, time(9), time(10), time(11), time(14)])


@st.composite
def trips(draw_one):
    count = draw_one(st.integers(1, 6))
    offered = []
    for item_id in range(1, count + 1):
        starts = draw_one(HOURS)
        ends = time(starts.hour + 2) if starts and draw_one(st.booleans()) else None
        seats = draw_one(st.one_of(st.none(), st.integers(1, 6)))
        offered.append(Offered(item_id, seats, draw_one(st.integers(1, 2)), starts, ends))
    wishes = st.permutations(range(1, count + 1)).flatmap(
        lambda order: st.integers(0, count).map(lambda most: tuple(order[:most]))
    )
    people = draw_one(st.lists(st.tuples(st.integers(1, 3), wishes), max_size=12))
    entries = [Entry(n, size, mine) for n, (size, mine) in enumerate(people, start=1)]
    return offered, entries, draw_one(st.text("0123456789abcdef", min_size=1, max_size=64))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trips())
def test_never_above_seats_nobody_twice_and_the_same_again(trip):
    offered, entries, seed = trip
    there = {one.item_id: one for one in offered}
    size = {one.number: one.people for one in entries}
    given_now = drawn(offered, entries, seed)
    assert read_list(list_file(offered, entries)) == (offered, entries)
    assert drawn(offered, entries, seed) == given_now
    taken = Counter()
    for one in given_now:
        taken[one.item_id] += size[one.entry]
    assert all(there[i].seats is None or n <= there[i].seats for i, n in taken.items())
    for entry in entries:
        has = [there[one.item_id] for one in given_now if one.entry == entry.number]
        assert len({one.item_id for one in has}) == len(has)
        assert not any(a.overlaps(b) for a in has for b in has if a is not b)
        assert {one.item_id for one in has} <= set(entry.wishes)
        _nothing_better_is_left(entry, has, there, taken)


def _nothing_better_is_left(entry, has, there, taken):
    """What somebody wished and did not get is full, or at hours of something they have."""
    for item_id in entry.wishes:
        wish = there[item_id]
        if wish in has or any(wish.overlaps(one) for one in has):
            continue
        assert wish.seats is not None
        assert wish.seats - taken[item_id] < entry.people
