"""Letters are written with the deed, sent once, and a mail server that is down loses none."""

import pytest

from marketplace.kernel import mail
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter, LetterState, Post, mark_sent, post_letter, send_letter
from tests.conftest import settings_for
from tests.support.postbox import postbox


@pytest.fixture
def server():
    with postbox() as box:
        yield box.letters, box.port


def letter(at, key="approved:1") -> Letter:
    return Letter(
        key=key,
        employee_id=None,
        to_address="maya@example.com",
        subject="Your trip is approved",
        text="Omar said yes.",
        html="<p>Omar said yes.</p>",
        written_at=at,
    )


def states() -> list[LetterState]:
    session().close()
    return [found.state for found in session().query(Letter).order_by(Letter.id)]


def test_a_letter_leaves_by_smtp_with_an_id_that_stays_the_same(at, queue, server):
    received, port = server
    mail.use_post(Post(settings_for("sqlite:///unused.db", mail="smtp", smtp_port=port)))
    with transaction():
        assert post_letter(letter(at))
    queue.run_due()
    assert states() == [LetterState.SENT]
    (message,) = received
    assert message["To"] == "maya@example.com"
    assert message["Message-ID"].startswith("<letter-")
    assert message.is_multipart()


def test_the_same_letter_twice_is_one(at, queue):
    with transaction():
        assert post_letter(letter(at))
        assert not post_letter(letter(at))
    assert queue.names() == ["mail.send"]


def test_sending_again_sends_nothing(at, queue, server):
    received, port = server
    mail.use_post(Post(settings_for("sqlite:///unused.db", mail="smtp", smtp_port=port)))
    with transaction():
        post_letter(letter(at))
    queue.run_due()
    (letter_id,) = [found.id for found in session().query(Letter)]
    send_letter(letter_id)
    assert len(received) == 1
    with transaction():
        assert not mark_sent(letter_id)


def test_a_letter_waits_when_the_mail_server_is_down(at, queue):
    mail.use_post(Post(settings_for("sqlite:///unused.db", mail="smtp", smtp_port=1)))
    with transaction():
        post_letter(letter(at))
    with pytest.raises(OSError, match="refused"):
        queue.run_due()
    assert states() == [LetterState.WAITING]


def test_a_rolled_back_deed_writes_no_letter(at, queue):
    with transaction(undo=True):
        post_letter(letter(at))
    assert states() == []
    assert queue.names() == []
