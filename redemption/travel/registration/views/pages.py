"""The pages of a registration, the same for the employee and for a guest by their link."""

from collections.abc import Callable
from datetime import datetime

from flask import redirect
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import once_for, say_in
from marketplace.web.downloads import download
from marketplace.web.filters import day
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, flash_notice, render_page
from redemption.travel.activities.queries import drawn_file
from redemption.travel.desk.tickets.queries import tickets_of
from redemption.travel.registration.errors import GuestChanged, NoSuchRegistration
from redemption.travel.registration.journeys import Journey, beside
from redemption.travel.registration.operations.filling import leave_activity, send, take_activity
from redemption.travel.registration.policies import not_ready
from redemption.travel.registration.queries import SectionRow, travel_wish
from redemption.travel.registration.states import RegistrationState, Section
from redemption.travel.registration.views.doors import Door, still_meant
from redemption.travel.registration.views.papers import in_the_way
from redemption.travel.registration.views.parts import PARTS, Part, wrong_with
from redemption.travel.registration.views.summary import summary_of


def section_named(text: str) -> Section:
    """A section by its word in an address. Raises NoSuchRegistration."""
    try:
        return Section(text)
    except ValueError:
        raise NoSuchRegistration from None


def tasks_of(door: Door, at: datetime) -> list[dict[str, object]]:
    """The sections as a list of tasks: done is plain, to do says until when."""
    return [_task(door, row, at) for row in door.member.sections]


def _task(door: Door, row: SectionRow, at: datetime) -> dict[str, object]:
    is_open = row.is_open(at)
    hint = f"Until {day(row.due_on)}" if is_open else f"Closed since {day(row.due_on)}"
    status = "Done" if row.is_done else "To do" if is_open else "Missing"
    tone = "info" if is_open else "danger"
    href = door.page(row.section)
    return {
        "label": row.section.label,
        "href": href,
        "status": status,
        "is_done": row.is_done,
        "tone": tone,
        "hint": hint,
    }


def section_page(door: Door, word: str) -> ResponseReturnValue:
    """One section: what it asks, and Continue to the next that is not done."""
    section, at = section_named(word), clock.now()
    row = door.member.section(section)
    part = PARTS[section](door, at)
    if not row.is_open(at) or not door.party.is_in_force:
        return _page(door, row, part, is_open=False)
    if not part.form.validate_on_submit():
        return _page(door, row, part, is_open=True)
    try:
        still_meant(door.member)
        missing = once_for(door.keys_of, part.form, lambda: part.save(at), at=at)
    except GuestChanged as refusal:
        return _somebody_else(door, refusal)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        say_in(part.form, refusal)
        return _page(door, row, part, is_open=True)
    _say_saved(row, missing, [one.words for one in wrong_with(door, part.form, at)])
    return _go(_next_page(door, section, at))


def _say_saved(row: SectionRow, missing: str, wrong: list[str]) -> None:
    if missing:
        flash_notice(f"Saved. Still missing: {missing}. You can add it until {day(row.due_on)}.")
    if wrong:
        words = " ".join(wrong)
        flash_notice(f"“{row.section.label}” is saved, but does not do yet. {words}")
    if not missing and not wrong:
        flash_done(f"“{row.section.label}” is saved.")


def _page(door: Door, row: SectionRow, part: Part, *, is_open: bool) -> ResponseReturnValue:
    return render_page(
        f"registration/{row.section.value}.html",
        door=door,
        row=row,
        form=part.form,
        is_open=is_open,
        span=span_of_days,
        **part.shown,
    )


def _somebody_else(door: Door, refusal: GuestChanged) -> ResponseReturnValue:
    """What was typed is of the guest before, so it is shown to nobody again."""
    flash_notice(refusal.message)
    return _go(door.home)


def _go(address: str) -> ResponseReturnValue:
    return redirect(address, code=303)


def _next_page(door: Door, section: Section, at: datetime) -> str:
    """The next section that is not done, in the order of the page; then sending, or the list."""
    rows = [row for row in door.member.sections if row.section is not section]
    order = list(Section)
    rows.sort(key=lambda row: (order.index(row.section) - order.index(section)) % len(order))
    left = [row.section for row in rows if not row.is_done and row.is_open(at)]
    if left:
        return door.page(left[0])
    return door.home if door.member.state is RegistrationState.SENT else door.sending


def send_page(door: Door) -> ResponseReturnValue:
    """Everything once more, and sending it."""
    form, at = PageForm(), clock.now()
    if form.validate_on_submit():
        try:
            still_meant(door.member)
            words = once_for(
                door.keys_of, form, lambda: "yes" if send(door.filling, at=at) else "", at=at
            )
        except GuestChanged as refusal:
            return _somebody_else(door, refusal)
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            say_in(form, refusal)
        else:
            flash_done("Your registration is sent. Thank you!" if words else "It was sent before.")
            return _go(door.home)
    member = door.member
    return render_page(
        "registration/send.html",
        door=door,
        form=form,
        missing=not_ready([row.section for row in member.sections], member.done),
        rows=summary_of(door),
        wrong=in_the_way(door, today=at.date()),
        span=span_of_days,
    )


def seat_deed(door: Door, deed: Callable[[Door, datetime], str]) -> ResponseReturnValue:
    """Take or leave a seat; what is refused is said on the page of activities."""
    form, at = PageForm(), clock.now()
    here = door.page(Section.ACTIVITIES)
    if form.validate_on_submit():
        try:
            flash_done(once_for(door.keys_of, form, lambda: deed(door, at), at=at))
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            flash_notice(refusal.message)
    else:
        flash_notice("Press the button on this page once more. Nothing was changed.")
    return _go(here)


def take_seat(door: Door, item_id: int) -> ResponseReturnValue:
    """Take a free seat."""

    def deed(door: Door, at: datetime) -> str:
        return f"You have a seat: {take_activity(door.filling, item_id, at=at)}."

    return seat_deed(door, deed)


def leave_seat(door: Door, item_id: int) -> ResponseReturnValue:
    """Let a seat go."""

    def deed(door: Door, at: datetime) -> str:
        left = leave_activity(door.filling, item_id, at=at)
        return "The seat is free for somebody else." if left else "You had no seat there."

    return seat_deed(door, deed)


def drawn_list(variant_id: int) -> ResponseReturnValue:
    """The list that was drawn from, without names, so that anyone can draw again."""
    file = drawn_file(variant_id)
    if file is None:
        raise NotFound("The places are not drawn yet, so there is no list.")
    return download(file, f"draw-{variant_id}.csv")


def journey_of(door: Door) -> Journey | None:
    """What was booked; beside their wish where it is the employee who looks at their own."""
    booked = tickets_of(door.member.traveler_id)
    is_own_wish = bool(booked) and not door.member.is_guest
    return beside(booked, travel_wish(door.member.traveler_id) if is_own_wish else None)
