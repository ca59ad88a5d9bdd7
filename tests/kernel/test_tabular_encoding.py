import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.tabular.encoding import find_encoding, known_encoding
from marketplace.kernel.tabular.problems import CannotReadTable

GERMAN = "Name;Stadt\nJürgen Groß;Köln\nJosé Müller;Straße\n"


def encoding_of(data: bytes, given: str | None = None) -> str:
    return find_encoding(io.BytesIO(data), given)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_encoding_is_recognized_with_and_without_a_mark(encoding):
    data = GERMAN.encode(encoding)
    assert data.decode(encoding_of(data)).lstrip("\ufeff") == GERMAN


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_whatever_is_valid_utf_8_is_read_as_utf_8(text):
    data = text.encode()
    assert data.decode(encoding_of(data)).removeprefix("\ufeff") == text.removeprefix("\ufeff")


def test_utf_16_without_a_mark_is_told_from_ascii_with_a_stray_nul():
    assert encoding_of("東京,大阪\nü,é\n".encode("utf-16-be")) == "utf-16-be"
    assert encoding_of(b"a\0b,c\nd,e\n\n") == "utf-8"


@pytest.mark.parametrize("page", ["cp1252", "cp850"])
def test_a_code_page_is_taken_when_all_possible_pages_read_the_same(page):
    data = "Jürgen;Élise;Müller;André\n".encode(page)
    if page == "cp1252":
        data = "Jürgen;Müller;André\n".encode(page)
        assert data.decode(encoding_of(data)) == "Jürgen;Müller;André\n"
    else:
        data = "Champs-Elysées;Straße;Müller\n".encode(page)
        assert data.decode(encoding_of(data)) == "Champs-Elysées;Straße;Müller\n"


def test_a_dos_file_that_is_valid_but_wrong_cp1252_is_asked_for_with_both_readings():
    data = "Straße\n".encode("cp850")
    assert data.decode("cp1252") == "Straáe\n"
    with pytest.raises(CannotReadTable, match=r"cp850.*“Straße”") as refusal:
        encoding_of(data)
    assert "“Straáe”" in refusal.value.message
    assert refusal.value.facts["candidates"]["cp850"] == ("Straße",)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Renè", "cp1252"),
        ("Renč", "cp1250"),
        ("Иванов,Пётр", "cp1251"),
        ("東京,大阪", "cp932"),
        ("Straße", "cp437"),
        ("João", "cp860"),
        ("Tシャツ", "cp932"),
        ("école", "cp1252"),
        ("5 €", "cp1252"),
        ("Ångström", "mac_roman"),
        ("Anna\xa0Maria", "cp1252"),
    ],
)
def test_legacy_text_is_never_read_wrong_silently(text, page):
    data = f"{text}\n".encode(page)
    try:
        found = encoding_of(data)
    except CannotReadTable as refusal:
        pages = refusal.facts["candidates"]
    else:
        pages = {page: ""} if data.decode(found) == f"{text}\n" else {}
    assert page in pages  # pyright: ignore[reportOperatorIssue]


def test_a_given_encoding_is_checked_against_every_byte():
    data = b"a,b\n" * 50_000 + "é".encode("cp1252")
    assert encoding_of(data, "cp1252") == "cp1252"
    with pytest.raises(CannotReadTable, match="not utf-8: bytes near line 50,001"):
        encoding_of(data, "utf-8")
    with pytest.raises(CannotReadTable, match="begins with the mark of utf-16"):
        encoding_of("a,b".encode("utf-16"), "utf-8")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(CannotReadTable, match="no table"):
        encoding_of(bytes(range(256)) * 4)


@pytest.mark.parametrize(
    "name", ["base64", "rot13", "idna", "utf-7", "nonsense", "a\0b", "unicode_escape"]
)
def test_codecs_that_are_no_encodings_of_text_are_unknown(name):
    assert known_encoding(name) is None


class EndlessLine(io.RawIOBase):
    """A gigabyte of the letter a without a line break, made as it is read."""

    def __init__(self) -> None:
        self.given, self.left = 0, 1 << 30

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, place, whence=0):
        self.left = (1 << 30) - place
        return place

    def read(self, size=-1):
        size = min(size if size >= 0 else self.left, self.left)
        self.left -= size
        self.given += size
        return b"a" * size


@pytest.mark.parametrize("given", [None, "utf-8"])
def test_a_line_of_a_gigabyte_is_refused_early(given):
    stream, began = EndlessLine(), time.perf_counter()
    with pytest.raises(CannotReadTable, match="Line 1 is longer than 1,000,000"):
        find_encoding(stream, given)  # pyright: ignore[reportArgumentType]
    assert stream.given < 2_000_000
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("named", ["utf-16", "utf-32", "utf-16-le", "cp1252"])
def test_a_named_encoding_that_the_file_is_not_in_is_a_refusal(named):
    data = "Straße, Łódź\x81\n".encode()
    with pytest.raises(CannotReadTable, match=f"The file is not {named}: bytes near"):
        encoding_of(data, named)
