"""What stands in passports and what people need is seen where somebody may, and nowhere else.

Canaries are entered through the pages of a told house, and everything is done with them that can
be done. Then each page, file, letter, command, record of the log and byte of the database is looked
at. `test_canary_controls.py` shows that each of these would have been found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from werkzeug.routing import Rule

from catalog.models import Variant
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.commands import Day
from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter
from marketplace.people.queries import actor_of
from marketplace.web.forms import PageForm
from redemption.travel.desk.manifests.policies import FORMS
from redemption.travel.desk.manifests.states import ListKind
from redemption.travel.vault.models import VaultReading
from redemption.travel.vault.states import VaultField
from tests.house_rules import canaries as story
from tests.house_rules.canaries import BIRDS, DEEDS, GRACE, HER_GUEST, MAYA, RIGHTS, TYPED
from tests.house_rules.examples import address_of, methods_of, rules_of, values_of
from tests.house_rules.test_code import commands
from tests.house_rules.test_permissions import KEY_TOO_SHORT, LAST
from tests.house_rules.walk import WALKERS, Walk
from tests.support.canaries import Nose, parts_of
from tests.support.database import everything_stored
from tests.support.houses import House
from tests.support.postbox import Postbox, postbox
from tests.support.watching import Listener, Sighting, Watch, cached, listening, watching

F = VaultField
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
KINDS = {
    *("text/html", "text/csv", "text/calendar", "application/pdf", "image/svg+xml", "image/png"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Read:
    """A row of the readings: whose, by whom, which fields and why."""

    who: str
    reader: int | None
    fields: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Aviary:
    """A house after everything was done: what was seen at each deed, and which readings it left."""

    house: House
    engine: str
    nose: Nose
    watch: Watch
    listener: Listener
    box: Postbox
    seen: dict[str, set[Sighting]]
    read: dict[str, list[Read]]


@pytest.fixture(scope="module")
def aviary(houses) -> Iterator[Aviary]:
    nose = Nose(BIRDS)
    with (
        postbox() as box,
        houses.told(mail="smtp", smtp_port=box.port) as house,
        listening(nose) as listener,
        watching(house.app, nose) as watch,
    ):
        story.AlsoKept(house)
        seen, read, last = {}, {}, _newest()
        for name, (deed, _right) in DEEDS.items():
            seen[name] = watch.noting(lambda deed=deed: deed(house))
            read[name], last = _read_since(house, last), _newest()
        yield Aviary(house, houses.engine, nose, watch, listener, box, seen, read)


def _newest() -> int:
    found = session().scalar(sa.select(sa.func.max(VaultReading.id))) or 0
    session().close()
    return found


def _read_since(house: House, last: int) -> list[Read]:
    whose = story.subjects(house)
    rows = session().scalars(sa.select(VaultReading).where(VaultReading.id > last))
    found = [
        Read(whose.get(row.subject_id, "others"), row.reader_id, frozenset(row.fields), row.reason)
        for row in rows
    ]
    session().close()
    return found


@pytest.mark.parametrize("deed", DEEDS)
def test_a_value_is_seen_where_it_is_a_right_and_nowhere_else(aviary, deed):
    assert aviary.seen[deed] == RIGHTS[deed]


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_seen_in_clear_was_read_by_somebody_for_a_reason(aviary, deed):
    people = aviary.house.story.people
    readers = {MAYA: (people["maya.chen"], "")}
    kept = {one for one in aviary.seen[deed] if one[1] == 200}
    for _endpoint, _status, who, field in kept:
        reader, why = readers.get(who, (people["priya.nair"], story.WHY))
        rows = [one for one in aviary.read[deed] if one.who == who and field in one.fields]
        assert [one.reader for one in rows] == [reader], (who, field)
        assert why in rows[0].reason


@pytest.mark.parametrize("kind", story.HANDED)
def test_a_list_reads_what_its_form_opens_and_no_more(aviary, kind):
    rows = aviary.read[f"a receiver gets the {kind.label.lower()} as XLSX"]
    opens = {field.value for field in FORMS[kind].opens}
    assert set().union(*(one.fields for one in rows)) == opens
    assert {"Fjord Air" in one.reason for one in rows} == ({True} if opens else set())


def test_a_list_that_nobody_is_on_yet_opens_nothing():
    assert [FORMS[kind].opens for kind in ListKind if kind not in story.HANDED] == [()]


def test_a_value_is_in_no_answer_that_a_browser_keeps(aviary):
    assert aviary.watch.stored == set()


def test_no_value_stands_in_the_database_in_any_disguise(aviary):
    stored = everything_stored(aviary.engine)
    for word in (b"passport_number", b"vault.list", b"trip_message:", b"laurel_job"):
        assert word in stored, "the search sees audit, letters and promised jobs"
    assert aviary.nose.in_bytes(stored) == set()


def test_no_job_and_no_entry_of_the_audit_holds_one(aviary):
    waiting = repr([one.job for one in aviary.house.queue.waiting])
    rows = session().execute(sa.select(AuditEntry.action, AuditEntry.subject, AuditEntry.details))
    entries = repr(rows.all())
    session().close()
    assert "registration.sent" in entries
    assert aviary.nose.in_words((waiting + entries).encode()) == set()


def test_no_letter_holds_one_as_it_is_kept_and_as_it_arrives(aviary):
    letters = session().execute(sa.select(Letter.key, Letter.subject, Letter.text, Letter.html))
    keys = {row.key.partition(":")[0]: repr(row).encode() for row in letters}
    session().close()
    assert {"trip_message", "registration_sent", "registration_reopened"} <= set(keys)
    arrived = [part for letter in aviary.box.letters for part in parts_of(letter)]
    assert any(b"News for Grace Kim" in part for part in arrived)
    found = {one for text in (*keys.values(), *arrived) for one in aviary.nose.in_words(text)}
    assert found == set()


def test_no_record_of_the_log_holds_one(aviary):
    assert {"sqlalchemy", "marketplace"} <= set(aviary.listener.heard)
    assert aviary.listener.found == set()


def test_no_cache_of_the_process_holds_one(aviary):
    assert aviary.nose.in_words(cached()) == set()


def _below(form: type[PageForm]) -> Iterator[type[PageForm]]:
    for one in form.__subclasses__():
        yield one
        yield from _below(one)


def forms_of_travel_data() -> list[type[PageForm]]:
    """Every form with a field of what is kept in the vault."""
    fields = {field.value for field in VaultField}
    return [one for one in _below(PageForm) if fields & set(dir(one))]


def forms_that_can_be_guessed() -> list[type[PageForm]]:
    """Those whose digest under their request key anybody could work out."""
    return [one for one in forms_of_travel_data() if not one.is_secret]


def test_forms_of_travel_data_leave_no_digest_that_can_be_guessed():
    assert len(forms_of_travel_data()) >= 6
    assert forms_that_can_be_guessed() == []


@ONE_ENGINE
def test_no_page_of_any_role_shows_one(aviary):
    seen = aviary.watch.noting(lambda: _look_everywhere(aviary.house))
    assert seen == set()
    assert set(aviary.watch.kinds) >= KINDS
    assert set(aviary.watch.statuses) >= {200, 303, 400, 403, 404, 405, 413, 422, 500}
    assert aviary.listener.found == set()


STRANGER = "jonas.lind"


def _look_everywhere(house: House) -> None:
    """Every page as every role that may enter, and every form with a key too short to do anything.

    Jonas, who has no part in any of it, tries each of them, too.
    """
    rules = [rule for rule in rules_of(house.app) if rule.endpoint not in LAST]
    pages = [(rule, address) for rule in rules for address in _addresses(house, rule)]
    walk, sent = Walk(house), set()
    for who in (STRANGER, *(one for one in WALKERS if one != STRANGER)):
        visitor = house.visitor(who, lint=False)
        for rule, address in pages:
            methods = methods_of(rule)
            may_enter = walk.may_enter(who, rule.endpoint)
            if "GET" in methods and (may_enter or who == STRANGER):
                visitor.get(address)
            if "POST" in methods and (who == STRANGER or (may_enter and address not in sent)):
                visitor.post(address, KEY_TOO_SHORT)
                sent |= {address} if may_enter else set()
        for address in story.rooms(house):
            visitor.get(address)


def _addresses(house: House, rule: Rule) -> Iterator[str]:
    """A thing for each rule, and where it is a file, each kind of file."""
    yield address_of(house, rule)
    with house.app.test_request_context():
        values = values_of(rule.endpoint)(house.story)
    if "csv" in values.values():
        in_sheets = {name: "xlsx" if one == "csv" else one for name, one in values.items()}
        yield address_of(house, rule, lambda _world: in_sheets)


LOOK = {
    *("list", "lists", "show", "report", "reports", "rooms", "tickets", "messages", "contacts"),
    *("upcoming", "undecided", "policies", "lines", "mine", "rounds", "accounts", "movements"),
    *("files", "claims", "standings", "personas", "proof-keys", "keys", "export", "survey", "due"),
    *("find", "point-values", "donations", "check"),
}
"""Commands that only look, by their last word."""
ELSEWHERE = {"bin/laurel db check", "bin/laurel ledger check"}
"""One needs an empty database; the other is run by every race and says numbers alone."""


@ONE_ENGINE
def test_no_command_that_looks_says_one(aviary, tmp_path):
    said, refused = set(), []
    looking = [
        (name, command)
        for name, command in commands()
        if name.rpartition(" ")[2] in LOOK and name not in ELSEWHERE and " bench " not in name
    ]
    assert len(looking) > 50
    for name, command in looking:
        session().close()
        words = list(_words_for(command, aviary.house, tmp_path))
        done = CliRunner().invoke(command, words, obj=aviary.house.app)
        refused += [f"{name} {words}: {done.output}"] if done.exit_code == 2 else []
        said |= aviary.nose.in_words(done.output.encode() + repr(done.exception).encode())
    assert refused == []
    said |= {one for path in tmp_path.iterdir() for one in aviary.nose.in_words(path.read_bytes())}
    assert said == set()


def _words_for(command: click.Command, house: House, folder: Path) -> Iterable[str]:
    """What a command asks for: things of Grace's trip where they are called so, else anything."""
    for one in command.params:
        if not one.required:
            continue
        if isinstance(one, click.Option):
            yield one.opts[0]
        yield _word_for(one, house, folder)


def _word_for(one: click.Parameter, house: House, folder: Path) -> str:
    if isinstance(one.type, Day):
        return "2026-01-01" if one.name == "first" else "2026-12-31"
    if isinstance(one.type, click.Choice):
        return str(next(iter(one.type.choices)))
    if isinstance(one.type, click.IntRange | click.types.IntParamType):
        return "1"
    if isinstance(one.type, click.Path | click.File):
        return str(folder / f"{len(list(folder.iterdir()))}.csv")
    sku = session().get_one(Variant, house.story.tour["variant_id"]).sku
    session().close()
    known = {"sku": sku, "reference": story.graces(house).reference}
    known |= {"slug": house.story.tour["slug"], "text": "Lisbon"}
    return known.get(str(one.name), _email(house, "grace.kim"))


def _email(house: House, handle: str) -> str:
    found = actor_of(house.story.people[handle]).email
    session().close()
    assert found is not None
    return found


@ONE_ENGINE
def test_two_commands_say_values_and_note_it(aviary, tmp_path):
    house, last = aviary.house, _newest()
    sku = session().get_one(Variant, house.story.tour["variant_id"]).sku
    by, told = _email(house, "priya.nair"), dict(commands())
    file = tmp_path / "flights.csv"
    handed = ["hand-over", sku, "flights", str(file), "--to", "Fjord Air", "--by", by]
    reveal = ["reveal", story.handle_of(house, HER_GUEST), "--as", by, "--field", "diet"]
    for group, words in (("travel-data", reveal), ("trip-desk", handed)):
        session().close()
        command = told[f"bin/laurel {group} {words[0]}"]
        done = CliRunner().invoke(command, [*words[1:], "--reason", story.WHY], obj=house.app)
        assert done.exit_code == 0, done.output
        expected = {(HER_GUEST, F.DIET)} if words == reveal else set()
        assert aviary.nose.in_words(done.output.encode()) == expected
    assert {who for who, _ in aviary.nose.in_words(file.read_bytes())} == {
        GRACE,
        story.GRACES_GUEST,
    }
    read = {one.who for one in _read_since(house, last)}
    assert {HER_GUEST, GRACE, story.GRACES_GUEST} <= read
    assert TYPED not in read
