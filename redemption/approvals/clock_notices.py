"""Letters of the clock: a reminder, somebody above is asked too, it closes tomorrow."""

from datetime import datetime

from marketplace.web.letters import write_letter
from redemption.approvals.by_mail.letters import answer_link
from redemption.approvals.clock import Chime
from redemption.approvals.operations.clock import Rung
from redemption.approvals.queries.clock import asked_at
from redemption.notices import about_line, people_of_gate, stand_ins_of_gate
from redemption.story import who_decides


def write_rung(rung: Rung, *, at: datetime) -> None:
    """Tell those who are asked, and who asks, what the clock did; each once per gate."""
    if not rung.chimes or rung.chimes == {Chime.PASS}:
        return
    about = about_line(rung.line_id)
    people = [who for who in people_of_gate(rung.step_id) if who.is_active]
    before = [who.name for who in people if who.id not in rung.added]
    added = [who.name for who in people if who.id in rung.added]
    more = {"about": about, "before": who_decides(before), "added": who_decides(added)}
    stand_ins = [one.stand_in for one in stand_ins_of_gate(rung.step_id, at=at)]
    asked_here = asked_at(rung.step_id) | {who.id for who in stand_ins}
    for who in [*people, *stand_ins]:
        link = answer_link(who.id, rung.step_id, at=at)
        if Chime.REMIND in rung.chimes and who.id in asked_here:
            key = f"approval_due:{rung.line_id}:{rung.gate}:{who.id}"
            write_letter("approval_due", to=who, key=key, at=at, about=about, link=link)
        if Chime.ESCALATE in rung.chimes:
            key = f"approval_escalated:{rung.line_id}:{rung.gate}:{who.id}"
            is_new = who.id in rung.added
            more |= {"is_new": is_new, "link": link}
            write_letter("approval_escalated", to=who, key=key, at=at, **more)
    if Chime.WARN in rung.chimes:
        key, asked = (
            f"request_closing:{rung.line_id}:{rung.gate}",
            who_decides([who.name for who in people]),
        )
        write_letter("request_closing", to=about.asker, key=key, at=at, about=about, asked=asked)
