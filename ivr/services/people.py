"""What services may use of a person: the masked name, the registered mobile, the account."""

from datetime import date

from sqlalchemy import select

from ivr.services.context import Context
from ivr.store.tables import Account, Person
from menus.identity_number import IdentityNumber, read
from menus.masking import masked_name
from menus.values import Name


def name(context: Context, person: Person) -> Name:
    """Return the masked name, such as 陈*英; the full one never leaves this function."""
    return Name(masked_name(context.vault.open(person.name_sealed, "people.name")))


def mobile(context: Context, person: Person) -> str:
    """Return the registered mobile, E.164, or nothing where none is registered."""
    if person.mobile_sealed is None:
        return ""
    return context.vault.open(person.mobile_sealed, "people.mobile")


def birth_date(context: Context, person: Person) -> date | None:
    """Return when the person was born, None where the number on record is no identity number."""
    number = read(context.vault.open(person.number_sealed, "people.number"), context.today)
    return number.birth_date if isinstance(number, IdentityNumber) else None


def age(context: Context, person: Person) -> int | None:
    """Return how old the person is today in whole years, None where nobody can know.

    Who was born on the 29th of February is a year older on the 1st of March in most years.
    """
    born, today = birth_date(context, person), context.today
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def account(context: Context, person: Person) -> Account | None:
    """Return the account; None means there is none, which is not the same as an empty one."""
    return context.session.scalar(
        select(Account)
        .where(Account.person_id == person.id)
        .execution_options(populate_existing=True)  # another call may have changed it since
    )
