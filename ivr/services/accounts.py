"""The personal account: balance, monthly credits, last spendings."""

from itertools import groupby, islice

from sqlalchemy import select

from ivr.services import errands, people
from ivr.services.alarms import raise_alarm
from ivr.services.context import Context
from ivr.services.copies import reading
from ivr.services.service import Service
from ivr.services.verified import for_verified
from ivr.store.tables import Account, LedgerEntry, Person
from menus.catalogue import FAILED, Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Day, Items, Money, Month, Value, Values, Word

_MONTHS = 12
_SPENDINGS = 5
SPENT_ON = {
    "spend_own": Word("看病买药"),
    "spend_family": Word("给家人用"),
    "premium": Word("交医保费"),
    "withdraw": Word("取出"),
}


def balance(context: Context, person: Person, arguments: Arguments) -> Told:
    """Have the balance read where the accounts are kept, and tell it."""
    return errands.send(context, reading(context, person)) or balance_known(context, person, arguments)


def balance_known(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell the balance in fen and its day; what family sharing locked, and what is left, only if any is."""
    account = people.account(context, person)
    if account is None:
        return Told("none" if errands.answered(context) else "down")
    if not _sound(context, account):
        return Told("down")
    if account.balance_fen == 0:
        return Told("zero", {"day": Day(account.as_of)})
    values: dict[str, Value] = {"amount": Money(account.balance_fen), "day": Day(account.as_of)}
    if account.locked_fen > 0:
        values["locked"] = Money(account.locked_fen)
        values["available"] = Money(account.balance_fen - account.locked_fen)
    return Told("ok", values)


def credits_(context: Context, person: Person, arguments: Arguments) -> Told:
    """Have the monthly credits read where the accounts are kept, and tell them."""
    if person.member_type == "resident":
        return Told("none")
    return errands.send(context, reading(context, person)) or credits_known(context, person, arguments)


def credits_known(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell the newest monthly credit and the last twelve, newest first; `not_yet` if this month has none.

    Corrections count into the month they are dated in. With an account but without any credit the service
    has nothing true to say and fails: a person can look into it.
    """
    if people.account(context, person) is None:
        return Told("no_account" if errands.answered(context) else FAILED)
    credited = _credits(context, person)
    if not credited:
        return Told(FAILED)
    newest = credited[0]
    now = Month(context.today.year, context.today.month)
    return Told("ok" if newest["month"] == now else "not_yet", {**newest, "credits": Items(credited)})


def spendings(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell the last five amounts that left the account, newest first, without the places they went to."""
    entries = context.session.scalars(
        select(LedgerEntry)
        .where(
            LedgerEntry.person_id == person.id,
            LedgerEntry.kind.in_(SPENT_ON),
            LedgerEntry.amount_fen < 0,  # a refund is no spending
            LedgerEntry.day <= context.today,
        )
        .order_by(LedgerEntry.day.desc(), LedgerEntry.id.desc())
        .limit(_SPENDINGS)
    )
    items: tuple[Values, ...] = tuple(
        {"day": Day(entry.day), "amount": Money(-entry.amount_fen), "kind": SPENT_ON[entry.kind]}
        for entry in entries
    )
    return Told("ok", {"spendings": Items(items)}) if items else Told("none")


def text_balance(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Text the balance to the registered mobile, once in a conversation; the menu has asked for consent."""
    account = people.account(context, person)
    if account is None or not _sound(context, account):
        return Told(FAILED)
    mobile = people.mobile(context, person)
    sent = mobile and context.outbox.write(
        context.session,
        template="SMS13_balance_optin",
        values={"amount": Money(account.balance_fen), "day": Day(account.as_of)},
        mobile=mobile,
        kind="answer",
        business_key=f"balance:{context.party.conversation_id}:{person.id}",
        now=context.now,
    )
    return Told("sent" if sent else "no_mobile")


def _sound(context: Context, account: Account) -> bool:
    """Return whether the sums can be true; what cannot is not told but raises an alarm."""
    if 0 <= account.locked_fen <= account.balance_fen:
        return True
    raise_alarm(context.session, context.now, "account_sum", f"person {account.person_id}")
    return False


def _credits(context: Context, person: Person) -> tuple[Values, ...]:
    entries = context.session.execute(
        select(LedgerEntry.day, LedgerEntry.amount_fen)
        .where(
            LedgerEntry.person_id == person.id,
            LedgerEntry.kind == "monthly_credit",
            LedgerEntry.day <= context.today,
        )
        .order_by(LedgerEntry.day.desc())
    )
    months = groupby(entries, key=lambda entry: Month(entry.day.year, entry.day.month))
    sums = ((month, sum(entry.amount_fen for entry in group)) for month, group in months)
    # A month whose credit was taken back has none.
    credited = ((month, fen) for month, fen in sums if fen > 0)
    return tuple({"month": month, "amount": Money(fen)} for month, fen in islice(credited, _MONTHS))


_CREDITS = Outcome(
    values={"month": 2, "amount": 2, "credits": 2}, items={"credits": frozenset({"month", "amount"})}
)

SERVICES = (
    Service(
        Declaration(
            "accounts.balance",
            needs=2,
            outcomes={
                "ok": Outcome(values={"amount": 2, "day": 2, "locked": 2, "available": 2}),
                "zero": Outcome(values={"day": 2}),
                "none": Outcome(),
                "down": Outcome(),
            },
        ),
        for_verified(balance),
        for_verified(balance_known),
    ),
    Service(
        Declaration(
            "accounts.credits",
            needs=2,
            outcomes={"ok": _CREDITS, "not_yet": _CREDITS, "none": Outcome(), "no_account": Outcome()},
        ),
        for_verified(credits_),
        for_verified(credits_known),
    ),
    Service(
        Declaration(
            "accounts.spendings",
            needs=2,
            outcomes={
                "ok": Outcome(
                    values={"spendings": 2}, items={"spendings": frozenset({"day", "amount", "kind"})}
                ),
                "none": Outcome(),
            },
        ),
        for_verified(spendings),
    ),
    Service(
        Declaration("accounts.text_balance", needs=2, outcomes={"sent": Outcome(), "no_mobile": Outcome()}),
        for_verified(text_balance),
    ),
)
