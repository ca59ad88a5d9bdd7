"""The page on which another guest comes along, for who booked and for who plans the trip."""

from dataclasses import dataclass

from flask import redirect
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import once, say_in
from marketplace.web.pages import flash_done, flash_notice, render_page
from redemption.travel.registration.errors import GuestChanged, NoSuchRegistration
from redemption.travel.registration.forms import ReplaceForm
from redemption.travel.registration.operations.replacing import replace_guest
from redemption.travel.registration.operations.rows import Hand
from redemption.travel.registration.queries import Member, Party
from redemption.travel.registration.views.doors import still_meant


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: the way to it, the last step being where it leads back, and itself."""

    crumbs: list[tuple[str, str]]
    action: str
    plans: bool = False

    @property
    def home(self) -> str:
        """Where it leads back."""
        return self.crumbs[-1][1]


def replace_page(party: Party, member: Member, place: Place) -> ResponseReturnValue:
    """What becomes of what the guest entered, and the name of who comes instead."""
    if not member.is_guest:
        raise NoSuchRegistration
    form, at = ReplaceForm(), clock.now()
    may = party.may_replace(at.date(), plans=place.plans)

    def page() -> ResponseReturnValue:
        shown = {"party": party, "member": member, "place": place, "form": form, "may": may}
        return render_page("registration/replace.html", span=span_of_days, **shown)

    if not form.validate_on_submit():
        return page()
    name = form.name.data or ""

    def work(actor: Actor) -> str:
        replace_guest(Hand(actor), party, member, name, plans=place.plans, at=at)
        return party.reference

    try:
        still_meant(member)
        once(form, work, at=at)
    except GuestChanged as refusal:
        flash_notice(refusal.message)
        return redirect(place.home, code=303)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="name")
        return page()
    flash_done(f"{' '.join(name.split())} comes along. What was kept of the guest before is gone.")
    return redirect(place.home, code=303)
