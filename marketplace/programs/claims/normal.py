"""One form for every way to write a reference, so that it is claimed once however it is typed."""

import unicodedata

# Letters of other scripts that look like Latin ones, lower-cased as `casefold` leaves them.
_LOOKS_LIKE = {
    **dict(zip("авекмнорстухіјѕԛԝһԁӏ", "abekmhopctyxijsqwhdl", strict=True)),
    **dict(zip("οαβεζηικμνρτυχσ", "oabezhikmnptuxo", strict=True)),
    **dict(zip("ıɡ", "ig", strict=True)),
}
_LIKE = str.maketrans(_LOOKS_LIKE)


def normal_reference(text: str) -> str:
    """A reference without case, width, marks, look-alikes, spaces, dashes and leading zeros.

    `inv-0042`, `INV 42` and `ＩＮＶ42` are one. Empty when no letter or digit is in it.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = [_plain(sign) for sign in plain if unicodedata.category(sign)[0] in "LN"]
    return _without_leading_zeros("".join(kept).translate(_LIKE))


def _plain(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)


def _without_leading_zeros(text: str) -> str:
    out: list[str] = []
    for place, sign in enumerate(text):
        begins = not out or not out[-1].isdigit()
        more = place + 1 < len(text) and text[place + 1].isdigit()
        if sign == "0" and begins and more:
            continue
        out.append(sign)
    return "".join(out)
