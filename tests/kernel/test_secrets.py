"""What is sealed opens only where it belongs."""

import pytest

from marketplace.kernel import settings as settings_module
from marketplace.kernel.secrets import CannotOpen, fingerprint, open_sealed, seal
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
