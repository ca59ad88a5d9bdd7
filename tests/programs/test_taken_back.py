"""Whose points are taken back hears how many, what for, and whether some were spent already."""

from datetime import timedelta

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.operations.employment import mark_left
from marketplace.programs.operations.programs import set_rule
from marketplace.programs.operations.settlement import settle_new_rule
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import metric_named
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ_leo, employ_maya, employ_omar
from tests.support.programs import report_sales, run_program, sold
from tests.support.redemption import ask_for


def letters_to(who):
    session().close()
    return list(session().scalars(sa.select(Letter).where(Letter.employee_id == who)))


def test_maya_reads_what_was_taken_back_and_what_for(clean, queue, at):
    run_program()
    maya, leo = employ_maya(), employ_leo()
    report_sales(sold(maya, "SO1", "500"), sold(maya, "SO2", "300"), sold(leo, "SO3", "900"))
    queue.run_due()
    assert letters_to(maya) == []
    report_sales(sold(maya, "SO1", "200"), sold(maya, "SO2", "0"), sold(leo, "SO3", "950"))
    queue.run_due()
    (letter,) = letters_to(maya)
    assert letter.subject == "Taken back: 6 points"
    assert "\nOrder SO1: 5 points before, 2 now." in letter.text
    assert "SO2: 3 points before, 0 now." in letter.text
    assert "spent already" not in letter.text
    assert "/points" in letter.text
    assert letters_to(leo) == []


def test_a_new_rule_that_takes_points_back_is_named_with_its_reason(clean, queue, at):
    program_id = run_program()
    maya = employ_maya()
    report_sales(sold(maya, "SO1", "500"))
    omar = actor(employ_omar())
    with transaction():
        terms, later = OrderTerms(metric_named("revenue").id, 1, 50_000), at + timedelta(minutes=1)
        set_rule(omar, program_id, terms, reason="Costs too much", at=later)
        settle_new_rule(program_id, actor=omar, at=later)
    queue.run_due()
    [letter] = letters_to(maya)
    assert "was changed (“Costs too much”), so 4 points went back." in letter.text
    assert "5 points before, 1 now." in letter.text
    assert "corrected" not in letter.text


def test_what_was_spent_already_is_said(clean, queue, at):
    run_program(points=100)
    maya = employ_maya()
    report_sales(sold(maya, "SO1", "10000"))
    ask_for(actor(maya), stock_gift_card())
    report_sales(sold(maya, "SO1", "100"))
    queue.run_due()
    [letter] = [one for one in letters_to(maya) if one.subject.startswith("Taken back")]
    assert "9,900 points went back" in letter.text
    assert "makes up for" in letter.text


def test_of_many_corrections_five_are_named(clean, queue, at):
    run_program()
    maya = employ_maya()
    report_sales(*(sold(maya, f"SO{number}", "500") for number in range(7)))
    report_sales(*(sold(maya, f"SO{number}", "400") for number in range(7)))
    queue.run_due()
    [letter] = letters_to(maya)
    assert letter.text.count("5 points before, 4 now.") == 5
    assert "These are 5 of 7" in letter.text


def test_who_has_left_gets_no_letter(clean, queue, at):
    run_program()
    maya = employ_maya()
    report_sales(sold(maya, "SO1", "500"))
    with transaction():
        mark_left(maya, on=clock.today(), actor=actor(maya), at=at)
    report_sales(sold(maya, "SO1", "200"))
    queue.run_due()
    assert letters_to(maya) == []
