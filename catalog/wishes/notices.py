"""Letters about wishes: the goal is near or reached, something costs less, something is back."""

from collections.abc import Iterable
from datetime import datetime

from catalog.wishes.operations.following import News
from catalog.wishes.states import NoteKind
from marketplace.people.queries import people_by_id
from marketplace.web.letters import page_link, write_letter


def tell(news: Iterable[News], *, at: datetime) -> int:
    """Write the letters, each once by its key; how many."""
    every = list(news)
    people = people_by_id({one.employee_id for one in every})
    return sum(
        write_letter(
            f"wish_{one.kind.value}",
            to=people[one.employee_id],
            key=_key(one, at),
            at=at,
            offer=one.offer,
            name=_name(one),
            saved_points=one.saved_points,
            to_go=max(0, one.offer.points - one.available),
            is_within_reach=one.available >= one.offer.points,
            href=_address(one),
            list_href=page_link("wishes.mine"),
        )
        for one in every
        if people[one.employee_id].is_active
    )


def _key(one: News, at: datetime) -> str:
    """Once a goal and price, once a drop, once a reward and day."""
    offer = one.offer
    what = {
        NoteKind.NEAR: offer.points,
        NoteKind.REACHED: offer.points,
        NoteKind.CHEAPER: f"price-{offer.price_version_id}",
        NoteKind.BACK: at.date(),
    }[one.kind]
    about = f"{offer.reward_id}:{offer.variant_id if one.has_choice else 'any'}"
    return f"wish:{one.kind.value}:{one.employee_id}:{about}:{what}"


def _name(one: News) -> str:
    choice = one.offer.choice if one.has_choice else ""
    return f"{one.offer.name}, {choice}" if choice else one.offer.name


def _address(one: News) -> str:
    """A goal that is reached leads straight to the last look before asking."""
    offer = one.offer
    page = page_link("catalog.show", slug=offer.slug)
    step = "/redeem" if one.kind is NoteKind.REACHED and not offer.is_sold_out else ""
    return f"{page}{step}?variant={offer.variant_id}"
