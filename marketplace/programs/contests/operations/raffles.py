"""What a raffle publishes: the hash of a seed, the list of tickets, and the draw."""

from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.kernel import secrets
from marketplace.kernel.db import Model, in_batches, session
from marketplace.kernel.drawing import commitment_of, new_seed, sha256_of
from marketplace.kernel.tabular import write_csv
from marketplace.programs.contests.draw import COLUMNS, draw
from marketplace.programs.contests.models import RaffleDraw, RaffleEntry, RaffleList, RaffleSeed
from marketplace.programs.contests.outcome import standings_of
from marketplace.programs.contests.ranking import Ranked
from marketplace.programs.contests.states import Privacy
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.earning import Run
from marketplace.programs.models import ProgramEvent
from marketplace.programs.states import ProgramState


def commit_seed(run: Run) -> None:
    """Fix the seed of a raffle, once: its hash for everyone, the seed sealed."""
    if session().get(RaffleSeed, run.program.id) is not None:
        return
    seed = new_seed()
    session().add(
        RaffleSeed(
            program_id=run.program.id,
            commitment=commitment_of(seed),
            sealed=secrets.seal(seed, _context(run.program.id)),
            committed_at=run.at,
        )
    )
    session().flush()


def publish_list(run: Run) -> RaffleList:
    """The list of this closing: made when there is none yet, then the same for ever."""
    last = last_list(run.program.id)
    closed_at = session().scalar(
        sa.select(sa.func.max(ProgramEvent.at)).where(
            ProgramEvent.program_id == run.program.id,
            ProgramEvent.to_state == ProgramState.CLOSED,
        )
    )
    if last is not None and (closed_at is None or last.published_at >= closed_at):
        return last
    entries = [one for one in standings_of(run) if one.amount]
    file = _file(run.rule.terms, entries)
    made = RaffleList(
        program_id=run.program.id,
        version=1 if last is None else last.version + 1,
        entries=len(entries),
        tickets=sum(one.amount or 0 for one in entries),
        sha256=sha256_of(file),
        file=file,
        published_at=run.at,
    )
    session().add(made)
    session().flush()
    _keep_entries(made.id, entries)
    return made


def last_list(program_id: int) -> RaffleList | None:
    """The list that counts, if one was published."""
    lists = sa.select(RaffleList).where(RaffleList.program_id == program_id)
    return session().scalars(lists.order_by(RaffleList.version.desc()).limit(1)).one_or_none()


def _file(terms: ContestTerms, entries: Sequence[Ranked]) -> bytes:
    """The list as anyone can have it. Where people see only themselves it holds no names."""
    shows_names = terms.privacy is not Privacy.OWN_ONLY
    rows = (
        (number, one.amount, one.side.name if shows_names else "")
        for number, one in enumerate(entries, start=1)
    )
    return b"".join(write_csv(rows, COLUMNS))


def _keep_entries(list_id: int, entries: Sequence[Ranked]) -> None:
    rows = [
        {
            "list_id": list_id,
            "entry": number,
            "competitor": one.competitor,
            "name": one.side.name,
            "tickets": one.amount,
        }
        for number, one in enumerate(entries, start=1)
    ]
    for batch in in_batches(rows):
        session().execute(sa.insert(Model.metadata.tables["raffle_entries"]), batch)


def hold_draw(run: Run, published: RaffleList) -> None:
    """Open the seed and draw from the list, once; the same list and seed always draw the same."""
    if session().get(RaffleDraw, run.program.id) is not None:
        return
    sealed = session().get_one(RaffleSeed, run.program.id).sealed
    seed = secrets.open_sealed(sealed, _context(run.program.id))
    session().add(
        RaffleDraw(program_id=run.program.id, list_id=published.id, seed=seed, drawn_at=run.at)
    )
    session().flush()


def entries_of(list_id: int) -> Sequence[RaffleEntry]:
    """The lines of a published list, in order."""
    lines = sa.select(RaffleEntry).where(RaffleEntry.list_id == list_id)
    return session().scalars(lines.order_by(RaffleEntry.entry)).all()


def drawn_places(run: Run, entries: Sequence[RaffleEntry]) -> dict[str, int]:
    """The competitors drawn and the number of their draw; nothing before the draw."""
    held = session().get(RaffleDraw, run.program.id)
    if held is None:
        return {}
    terms: ContestTerms = run.rule.terms
    drawn = draw(
        [entry.tickets for entry in entries],
        list_sha256=session().get_one(RaffleList, held.list_id).sha256,
        seed=held.seed,
        winners=terms.places + terms.alternates,
    )
    return {entries[entry - 1].competitor: place for place, entry in enumerate(drawn, start=1)}


def _context(program_id: int) -> str:
    return f"raffle_seeds:sealed:{program_id}"
