"""A strict reader of iCalendar (RFC 5545), written from the RFC and not from what writes it."""

import re
from dataclasses import dataclass

NAME = re.compile(r"[A-Z0-9-]+")
NEEDED = ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """One VEVENT: each property once, with its parameters."""

    properties: dict[str, tuple[tuple[tuple[str, str], ...], str]]

    def value(self, name: str) -> str:
        return self.properties[name][1]

    def parameters(self, name: str) -> dict[str, str]:
        return dict(self.properties[name][0])

    def text(self, name: str) -> str:
        """A value of type TEXT; a sign that has to be escaped and is not is refused."""
        raw, plain, signs = self.value(name), [], iter(self.value(name))
        for sign in signs:
            assert sign not in ",;", f"{name} has a bare {sign}: {raw}"
            plain.append(_escaped(next(signs)) if sign == "\\" else sign)
        return "".join(plain)

    @property
    def version(self) -> int:
        return int(self.value("SEQUENCE"))


def _escaped(sign: str) -> str:
    assert sign in "\\;,nN", f"\\{sign} is no escape"
    return "\n" if sign in "nN" else sign


def events_in(content: bytes) -> list[Event]:
    """The events of a calendar; everything the RFC asks for is asserted."""
    lines = _unfolded(content)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    head = lines[1 : lines.index("BEGIN:VEVENT")]
    assert "VERSION:2.0" in head
    assert sum(line.startswith("PRODID:") for line in head) == 1
    found, inside = [], None
    for line in lines[1 + len(head) : -1]:
        if line == "BEGIN:VEVENT":
            assert inside is None
            inside = {}
        elif line == "END:VEVENT":
            found.append(_whole(inside))
            inside = None
        else:
            name, parameters, value = _property(line)
            assert name not in inside, f"{name} twice"
            inside[name] = (parameters, value)
    assert inside is None
    return found


def _unfolded(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert not any(b"\n" in line or b"\r" in line for line in lines), "a bare line end"
    assert all(0 < len(line) <= 75 for line in lines), "a line that is empty or too long"
    text = content.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode()
    unfolded = text.split("\r\n")[:-1]
    assert not any(CONTROL.search(line) for line in unfolded), "a control sign"
    return unfolded


def _property(line: str) -> tuple[str, tuple[tuple[str, str], ...], str]:
    head, colon, value = line.partition(":")
    assert colon, line
    name, *given = head.split(";")
    assert NAME.fullmatch(name), line
    parameters = tuple(tuple(one.split("=", 1)) for one in given)
    return name, parameters, value


def _whole(properties) -> Event:
    event = Event(properties)
    for name in NEEDED:
        assert name in properties, f"no {name}"
    is_day = event.parameters("DTSTART").get("VALUE") == "DATE"
    shape = r"\d{8}" if is_day else r"\d{8}T\d{6}Z?"
    for name in ("DTSTART", "DTEND"):
        if name in properties:
            assert re.fullmatch(shape, event.value(name)), f"{name} {event.value(name)}"
            assert event.parameters(name) == event.parameters("DTSTART")
    if "DTEND" in properties:
        assert event.value("DTEND") > event.value("DTSTART")
    assert event.value("STATUS") in {"TENTATIVE", "CONFIRMED", "CANCELLED"}
    return event
