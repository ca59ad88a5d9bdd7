"""Letters from templates: `templates/emails/<notice>/{subject.txt,body.txt,body.html}`."""

from datetime import datetime
from typing import Any, Protocol

from flask import current_app, render_template
from markupsafe import escape

from marketplace.kernel.mail import Letter, post_letter
from marketplace.kernel.settings import current


class Addressee(Protocol):
    """Anyone a letter can go to."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...


def page_link(endpoint: str, **values: Any) -> str:
    """An absolute address for a letter, made from the configured base address only."""
    adapter = current_app.url_map.bind("laurel.invalid")
    return current().base_url.rstrip("/") + adapter.build(endpoint, values, force_external=False)


def write_letter(notice: str, *, to: Addressee, key: str, at: datetime, **context: Any) -> bool:
    """Write the letter `notice` to a person inside the open transaction, once per `key`.

    False when it was written before or the person has no address.
    """
    if not to.email:
        return False
    parts = {"to": to, "page_link": page_link, "organization": current().organization, **context}
    folder = f"emails/{notice}"
    subject = " ".join(render_template(f"{folder}/subject.txt", **parts).split())
    return post_letter(
        Letter(
            key=key,
            employee_id=to.id,
            to_address=to.email,
            subject=subject,
            text=render_template(f"{folder}/body.txt", **parts).strip() + "\n",
            html=render_template(f"{folder}/body.html", subject=escape(subject), **parts),
            written_at=at,
        )
    )
