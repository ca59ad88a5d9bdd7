"""Several lines of one request in one sentence and in one word, which are true."""

import pytest

from marketplace.kernel import clock
from redemption.roll_up import Standing, in_a_word, rolled_up
from redemption.states import LineState, RefundCause
from redemption.story import Facts, Refunded, timeline

S = LineState
READY, SENT, DOING = Standing(S.FULFILLED), Standing(S.FULFILLED, (), True), Standing(S.FULFILLING)
NO, BACK = Standing(S.DECLINED), Standing(S.REFUNDED)


@pytest.mark.parametrize(
    ("lines", "sentence", "word"),
    [
        ([READY, READY], "Both ready", "Ready"),
        ([SENT, SENT, SENT], "All 3 on its way", "On its way"),
        ([SENT, READY, DOING], "1 of 3 ready, 1 on its way, 1 being prepared", "In progress"),
        ([SENT, READY, NO], "1 of 3 ready, 1 on its way, 1 declined", "On its way"),
        ([DOING, DOING, DOING], "All 3 being prepared", "In progress"),
        ([NO, NO], "Both declined", "Declined"),
        ([NO, BACK], "1 of 2 declined, 1 refunded", "Over"),
    ],
)
def test_what_is_said_of_all_lines_is_true_of_each(lines, sentence, word):
    assert rolled_up(lines) == sentence
    assert in_a_word(lines)[0] == word


@pytest.mark.parametrize("cause", list(RefundCause))
def test_whatever_points_came_back_for_has_words(cause):
    back = Refunded(cause, 1, 100, 0, "Ana Sousa", clock.now(), "As she said.")
    (told,) = timeline(Facts(S.FULFILLED, 100, [], refunds=[back]))
    assert told.what
    assert "As she said." in told.note
