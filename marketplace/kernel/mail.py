"""Letters: written in the business transaction, sent by a job, each once.

A letter's key is unique, so a repeated job writes none; its Message-ID is made from the key, so a
mail server that saw it before a crash can recognize the second copy.
"""

import logging
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import clock
from marketplace.kernel.db import Model, insert_or_skip, rows_changed, session, transaction
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue, job
from marketplace.kernel.settings import Settings

SECONDS_TO_ANSWER = 20
LOST_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=5)  # as mail servers do among themselves
SWEPT_AT_ONCE = 500
FAILURES_IN_A_ROW = 3

log = logging.getLogger(__name__)


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"


class Letter(Model):
    """One mail to one person, kept so that anyone may see what was said and when."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int | None] = mapped_column(index=True)
    to_address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def post_letter(letter: Letter) -> bool:
    """Keep `letter` and promise its sending; False when its key was posted before."""
    values = {
        column: getattr(letter, column)
        for column in ("key", "employee_id", "to_address", "subject", "text", "html", "written_at")
    }
    posted = session().scalar(
        insert_or_skip(Letter)
        .values(**values, state=LetterState.WAITING)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Letter.id)
    )
    if posted is None:
        return False
    enqueue("mail.send", key=str(posted), letter_id=posted)
    return True


class Post:
    """The way letters leave: SMTP, or nowhere but the mailbox page of the demo."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def send(self, letter: Letter) -> None:
        if self.settings.mail == "mailbox":
            return
        host, port = self.settings.smtp_host, self.settings.smtp_port
        with smtplib.SMTP(host, port, timeout=SECONDS_TO_ANSWER) as server:
            if self.settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())  # the bare call trusts anyone
            if self.settings.smtp_user:
                server.login(self.settings.smtp_user, self.settings.smtp_password)
            server.send_message(self.message(letter))

    def message(self, letter: Letter) -> EmailMessage:
        """The letter as it goes over the wire, text first."""
        message = EmailMessage()
        message["Subject"] = letter.subject
        message["From"] = self.settings.mail_from
        message["To"] = letter.to_address
        message["Date"] = format_datetime(letter.written_at)
        domain = self.settings.mail_from.rsplit("@", 1)[-1].strip("> ")
        message["Message-ID"] = f"<letter-{letter.id}.laurel@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message


_post: Post | None = None


def use_post(post: Post) -> None:
    """Set how letters leave in this process."""
    global _post  # noqa: PLW0603  one process has one post
    _post = post


@job("mail.send")
def send_letter(letter_id: int) -> None:
    """Send a letter that still waits. A second run finds it sent and stops."""
    letter = session().get(Letter, letter_id)
    if letter is None or letter.state is LetterState.SENT:
        return
    assert _post is not None, "the app factory sets the post"
    session().close()
    crashpoint("mail.before_send")
    _post.send(letter)
    crashpoint("mail.after_send")
    with transaction():
        mark_sent(letter_id)


@job("mail.sweep", cron="*/5 * * * *")
def sweep() -> None:
    """Send what its own job lost or gave up on, the newest first; not to a server that is down."""
    unanswered = 0
    for letter_id in _left_waiting(clock.now()):
        try:
            send_letter(letter_id)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refused:
            log.warning("Letter %s was refused: %s", letter_id, refused)
        except OSError as failure:
            log.warning("Letter %s did not leave: %s", letter_id, failure)
            unanswered += 1
            if unanswered == FAILURES_IN_A_ROW:
                return
        else:
            unanswered = 0


def _left_waiting(at: datetime) -> list[int]:
    wanted = (
        sa.select(Letter.id)
        .where(
            Letter.state == LetterState.WAITING,
            Letter.written_at.between(at - GIVEN_UP_AFTER, at - LOST_AFTER),
        )
        .order_by(Letter.id.desc())
        .limit(SWEPT_AT_ONCE)
    )
    found = list(session().scalars(wanted))
    session().close()
    return found


def mark_sent(letter_id: int) -> bool:
    """Note that a letter left; False when that was noted before."""
    sent = session().execute(
        sa.update(Letter)
        .where(Letter.id == letter_id, Letter.state == LetterState.WAITING)
        .values(state=LetterState.SENT, sent_at=clock.now())
    )
    return rows_changed(sent) == 1
