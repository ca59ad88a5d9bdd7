"""What is kept about a traveler, what it is kept for, and what happens to it."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a thing is kept for; each purpose has a life of its own."""

    IDENTITY = "identity"
    NEEDS = "needs"

    @property
    def label(self) -> str:
        """The purpose in words."""
        return {"identity": "Passport", "needs": "Special needs"}[self.value]


class VaultField(StrEnum):
    """One thing that is kept about a traveler, sealed by itself."""

    FAMILY_NAME = "family_name"
    GIVEN_NAMES = "given_names"
    PASSPORT_NUMBER = "passport_number"
    NATIONALITY = "nationality"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    ISSUED_ON = "issued_on"
    EXPIRES_ON = "expires_on"
    ISSUING_COUNTRY = "issuing_country"
    DIET = "diet"
    ACCESS_NEEDS = "access_needs"
    CONTACT_NAME = "contact_name"
    CONTACT_PHONE = "contact_phone"

    @property
    def label(self) -> str:
        """What it is called on pages."""
        return _LABELS[self]

    @property
    def purpose(self) -> Purpose:
        """What it is kept for."""
        return Purpose.NEEDS if self in NEEDS else Purpose.IDENTITY


_F = VaultField
NEEDS = frozenset({_F.DIET, _F.ACCESS_NEEDS, _F.CONTACT_NAME, _F.CONTACT_PHONE})
DAYS = frozenset({_F.BIRTH_DATE, _F.ISSUED_ON, _F.EXPIRES_ON})
COUNTRIES = frozenset({_F.NATIONALITY, _F.ISSUING_COUNTRY})
_LABELS = {
    _F.FAMILY_NAME: "Family name",
    _F.GIVEN_NAMES: "Given names",
    _F.PASSPORT_NUMBER: "Passport number",
    _F.NATIONALITY: "Nationality",
    _F.BIRTH_DATE: "Date of birth",
    _F.SEX: "Sex as in the passport",
    _F.ISSUED_ON: "Issued on",
    _F.EXPIRES_ON: "Expires on",
    _F.ISSUING_COUNTRY: "Issued by",
    _F.DIET: "Diet and allergies",
    _F.ACCESS_NEEDS: "Access needs",
    _F.CONTACT_NAME: "Emergency contact",
    _F.CONTACT_PHONE: "Their telephone",
}


def fields_of(purpose: Purpose) -> list[VaultField]:
    """What is kept for a purpose, in the order of pages."""
    return [field for field in VaultField if field.purpose is purpose]


class VaultDeed(StrEnum):
    """What happened to the data of somebody; the values never stand beside it."""

    PUT = "put"
    AGREED = "agreed"
    TAKEN_BACK = "taken_back"
    DELETED = "deleted"
    ERASED = "erased"

    @property
    def label(self) -> str:
        """The deed in words."""
        return {
            "put": "Entered or changed",
            "agreed": "Agreed that special needs are kept",
            "taken_back": "Agreement taken back, special needs deleted",
            "deleted": "Deleted, because its time was over",
            "erased": "Everything erased, and the key destroyed",
        }[self.value]
