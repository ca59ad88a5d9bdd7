"""What may stand in an address: anything else is a page that is not there, never a failure."""

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

LONGEST_WORD = 200


class PlainNumber(IntegerConverter):
    """An id: plain digits, no more of them than a database counts."""

    regex = r"[0-9]{1,18}"


class PlainWord(UnicodeConverter):
    """A slug, reference or code: what can be printed, and not without end."""

    def to_python(self, value: str) -> str:
        if len(value) > LONGEST_WORD or not value.isprintable():
            raise ValidationError
        return super().to_python(value)


def narrow_addresses(app: Flask) -> None:
    """Let routes take plain numbers and words only; call it before any route is added."""
    app.url_map.converters |= {"int": PlainNumber, "default": PlainWord, "string": PlainWord}
