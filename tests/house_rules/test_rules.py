"""Changing the rule of a program starts from all that holds now, whatever its kind."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.earning import earner_of
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import RuleIsFixed, set_rule
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramKind, ProgramState
from tests.conftest import MONDAY


def test_the_page_of_every_rule_starts_from_what_holds_and_asks_why(small_houses):
    with small_houses.told() as house:
        priya, seen = house.visitor("priya.nair"), set()
        for program in session().scalars(sa.select(Program).order_by(Program.id)).all():
            facts = earner_of(program.kind).facts
            if facts.rule_endpoint is None or program.state not in facts.rule_changes_in:
                continue
            with transaction():
                manager, terms = (
                    actor_of(house.story.people["priya.nair"]),
                    current_rule(program).terms,
                )
                set_rule(manager, program.id, terms, valid_days=77, reason="A try", at=MONDAY)
            with house.app.test_request_context():
                address = house.app.url_for(facts.rule_endpoint, slug=program.slug)
            page = priya.get(address).html
            assert ('name="reason"' in page) == (program.state is not ProgramState.DRAFT), address
            _, _, after = page.partition('name="valid_days"')
            assert 'value="77"' in after.partition(">")[0], address
            seen.add(program.kind)
        assert seen == {kind for kind in ProgramKind if earner_of(kind).facts.rule_endpoint}


def test_the_rule_of_a_settled_program_stays_whatever_its_kind(small_houses):
    with small_houses.told() as house:
        priya, seen = house.visitor("priya.nair"), set()
        with transaction():
            session().execute(sa.update(Program).values(state=ProgramState.SETTLED))
        for program in session().scalars(sa.select(Program).order_by(Program.id)).all():
            endpoint = earner_of(program.kind).facts.rule_endpoint
            if endpoint is None:
                continue
            manager, terms = actor_of(house.story.people["priya.nair"]), current_rule(program).terms
            with pytest.raises(RuleIsFixed, match="is settled"), transaction():
                set_rule(manager, program.id, terms, reason="A try", at=MONDAY)
            with house.app.test_request_context():
                address = house.app.url_for(endpoint, slug=program.slug)
            assert priya.get(address).status == 409, address
            seen.add(program.kind)
        assert seen == {kind for kind in ProgramKind if earner_of(kind).facts.rule_endpoint}
