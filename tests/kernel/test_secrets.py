"""What is sealed opens only where it belongs."""

import pytest

from marketplace.kernel import settings as settings_module
from marketplace.kernel.secrets import CannotOpen, fingerprint, open_sealed, seal
from marketplace.kernel.wrapping import fresh_key, unwrap, wrap, wrapping_key_id
from tests.conftest import settings_for


@pytest.fixture(autouse=True)
def _key():
    settings_module.use(settings_for("sqlite:///unused.db"))


def test_a_sealed_code_opens_again():
    assert open_sealed(seal("ABCD-EFGH", "vouchers:code:7"), "vouchers:code:7") == "ABCD-EFGH"


def test_a_sealed_code_does_not_open_in_another_row():
    with pytest.raises(CannotOpen):
        open_sealed(seal("ABCD-EFGH", "vouchers:code:7"), "vouchers:code:8")


def test_a_changed_byte_is_noticed():
    sealed = bytearray(seal("ABCD-EFGH", "vouchers:code:7"))
    sealed[-1] ^= 1
    with pytest.raises(CannotOpen):
        open_sealed(bytes(sealed), "vouchers:code:7")


def test_the_same_text_seals_differently_and_fingerprints_alike():
    assert seal("ABCD", "x") != seal("ABCD", "x")
    assert fingerprint("ABCD", "code") == fingerprint("ABCD", "code")
    assert fingerprint("ABCD", "code") != fingerprint("ABCD", "other")


def test_a_key_wrapped_by_an_older_one_opens_until_that_one_is_taken_out():
    old, new = "2026-07=" + "o1d" * 11, "2027-01=" + "n3w" * 11
    settings_module.use(settings_for("sqlite:///unused.db", vault_keys=old))
    key = fresh_key()
    name, wrapped = wrap(key, "subjects:key:7")
    settings_module.use(settings_for("sqlite:///unused.db", vault_keys=f"{new},{old}"))
    assert (name, wrapping_key_id()) == ("2026-07", "2027-01")
    assert unwrap(name, wrapped, "subjects:key:7") == key
    settings_module.use(settings_for("sqlite:///unused.db", vault_keys=new))
    with pytest.raises(CannotOpen, match="2026-07"):
        unwrap(name, wrapped, "subjects:key:7")


def test_a_key_wrapped_for_one_row_opens_in_no_other_and_not_as_a_text():
    name, wrapped = wrap(fresh_key(), "subjects:key:7")
    assert name == "secret"
    with pytest.raises(CannotOpen):
        unwrap(name, wrapped, "subjects:key:8")
    with pytest.raises(CannotOpen):
        open_sealed(wrapped, "subjects:key:7")


@pytest.mark.parametrize("torn", [b"", b"\x01", b"\x01" + b"0" * 12, b"\x02" + b"0" * 40])
def test_what_is_torn_does_not_open(torn):
    with pytest.raises(CannotOpen):
        open_sealed(torn, "x")
