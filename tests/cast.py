"""People who do not exist, for transcripts: whoever a conversation needs, and everything about them.

Numbers have an unassigned county and a reserved sequence, mobiles a prefix that no carrier has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from ivr.services.pin_hasher import PinHasher
from ivr.store.sealed import Vault
from ivr.store.tables import Account, Binding, LedgerEntry, Person
from menus.identity_number import derived_pins
from menus.masking import card_digits

LAST_MONTHS = tuple(
    date(2026, month, 5) if month > 0 else date(2025, month + 12, 5) for month in range(11, -3, -1)
)


@dataclass(frozen=True)
class Member:
    """One person; money in fen, `credits` from the newest month on, `spent` as (day, kind, fen)."""

    name: str
    number: str
    mobile: str | None = None
    pin: str | None = None
    card: str | None = None
    balance: int | None = None
    locked: int = 0
    credits: tuple[int, ...] = ()
    first_credit: int = 0  # how many months ago the newest credit came
    spent: tuple[tuple[date, str, int], ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)


def _other(name: str, number: str, tail: int, **more: Any) -> Member:
    """Return somebody with a mobile of their own, unless told otherwise."""
    return Member(name, number, **{"mobile": f"+8610027315{tail:03}", "pin": "837294", **more})


HUANG = Member(
    "黄建国",
    "450199195503179983",
    "+8610027315001",
    "837294",
    card="A1203456789",
    balance=102251,
    credits=(10500,) * 9 + (9800,) * 3,
    spent=(
        (date(2026, 11, 20), "spend_own", 3580),
        (date(2026, 11, 2), "spend_family", 12000),
        (date(2026, 10, 18), "spend_own", 640),
        (date(2026, 9, 30), "premium", 40000),
        (date(2026, 9, 1), "spend_own", 2235),
        (date(2026, 8, 8), "spend_own", 9900),
    ),
)
CHEN = Member("陈秀英", "45019919520405999X", "+8610027315002", "561903", balance=0)
SON = _other("黄小明", "450199198003019987", 3, balance=5000, credits=(20000,))
FIVE = _other("周大海", "450199194802299999", 4, balance=300000, credits=(8000,) * 6)
SHENZHEN_RICH = _other("林国强", "440399196208159975", 5, balance=900000, columns={"region": "440300"})
SHENZHEN_POOR = _other("林国富", "440399196301019985", 6, balance=100000, columns={"region": "440300"})
BEIJING = _other(
    "赵永年", "110199193912019967", 7, balance=44400, credits=(11000,), first_credit=1,
    columns={"region": "110000"},
)  # fmt: skip
FLEXIBLE = _other("吴玉兰", "460199197010109996", 8, columns={"region": "460000", "member_type": "flexible"})
RESIDENT = _other("郑阿婆", "310199195001019989", 9, columns={"member_type": "resident"})
SHARING = _other("孙桂芳", "500199195606309976", 10, balance=80000, locked=30000)
BROKEN = _other("钱守信", "370199195508319965", 11, balance=100, locked=200)
WEAK = _other("马秀兰", "450199200002299999", 12, pin="299999", balance=66600)
NO_PIN = _other("胡春梅", "620199194510059987", 13, pin=None, balance=12345)
NO_MOBILE = _other("何老五", "45019919521201998X", 14, mobile=None, balance=7000)
NEW_MOBILE = _other(
    "罗新民", "450199196006069980", 15, balance=7100, columns={"mobile_registered_on": date(2026, 11, 20)}
)
SOLDIER = _other(
    "高长城", "450199194901019980", 16, balance=7200, columns={"special_scheme": "disabled_soldier_1_6"}
)
COUNTER = _other("谢守则", "450199195809099986", 17, balance=7300, columns={"region": "999999"})
DEAD = _other("冯先人", "450199193001019980", 18, balance=7400, columns={"status": "deceased"})
FROZEN = _other("曹冻结", "450199196603039982", 19, balance=7500, columns={"status": "frozen"})
CHILD = _other("林小宝", "450199201601019981", 20, balance=7600)
TWINS = (
    _other("唐大姐", "450199195202029981", 21, balance=7700),
    _other("唐小妹", "450199195404049980", 21, balance=7800),
)
COUNTY = _other("韦武鸣", "450199195707079984", 22, balance=7900, columns={"agency": "武鸣"})

PEOPLE = (
    *(HUANG, CHEN, SON, FIVE, SHENZHEN_RICH, SHENZHEN_POOR, BEIJING, FLEXIBLE, RESIDENT, SHARING, BROKEN),
    *(WEAK, NO_PIN, NO_MOBILE, NEW_MOBILE, SOLDIER, COUNTER, DEAD, FROZEN, CHILD, *TWINS, COUNTY),
)

FRIENDS = (HUANG, CHEN, SON, BEIJING, SHARING)

# authoriser, who uses the money, what they are to the authoriser, since when, priority
BINDINGS = (
    (HUANG, CHEN, "spouse", date(2026, 1, 20), None),
    (HUANG, SON, "child", date(2026, 2, 3), None),
    *((FIVE, user, "sibling", date(2026, 3, day), None) for day, user in enumerate(FRIENDS, 1)),
    (SHENZHEN_POOR, FLEXIBLE, "sibling", date(2026, 1, 1), None),
    (SHENZHEN_RICH, FLEXIBLE, "sibling", date(2026, 1, 2), None),
    *((each, RESIDENT, "parent", date(2026, 1, 5), None) for each in (SHARING, NO_MOBILE, NEW_MOBILE)),
    *((each, RESIDENT, "parent", date(2026, 1, 6), None) for each in (SOLDIER, COUNTER, WEAK, BEIJING)),
)


def cheap_pins(pins: PinHasher) -> PinHasher:
    """Return a hasher whose hashes cost next to nothing to verify: what a hash costs stands in itself."""
    return PinHasher(pins.pepper, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def settle_in(session: Session, vault: Vault, pins: PinHasher) -> None:
    """Write everybody into an empty database."""
    cheap = cheap_pins(pins)
    rows: dict[str, Person] = {}
    for member in PEOPLE:
        rows[member.number] = write_person(session, vault, cheap, member)
        _account(session, rows[member.number], member)
    for authoriser, user, relation, since, priority in BINDINGS:
        session.add(
            Binding(
                authoriser_id=rows[authoriser.number].id,
                beneficiary_id=rows[user.number].id,
                relation=relation,
                bound_on=since,
                priority=priority,
            )
        )
    session.flush()


def write_person(session: Session, vault: Vault, pins: PinHasher, member: Member) -> Person:
    """Write one person, without an account."""
    columns: dict[str, Any] = {
        "region": "450100",
        "agency": "青秀管理部",
        "member_type": "retired",
        "status": "active",
        "mobile_registered_on": date(2020, 1, 1) if member.mobile else None,
    }
    row = Person(
        number_hash=vault.hash(member.number, "number"),
        number_sealed=vault.seal(member.number, "people.number"),
        name_sealed=vault.seal(member.name, "people.name"),
        mobile_hash=member.mobile and vault.hash(member.mobile, "mobile"),
        mobile_sealed=vault.seal(member.mobile, "people.mobile") if member.mobile else None,
        card_hash=member.card and vault.hash(card_digits(member.card), "card"),
        card_sealed=vault.seal(member.card, "people.card") if member.card else None,
        pin_hash=pins.hash(member.pin) if member.pin else None,
        pin_weak=bool(member.pin) and member.pin in derived_pins(member.number, member.card or ""),
        **columns | dict(member.columns),
    )
    session.add(row)
    session.flush()
    return row


def _account(session: Session, row: Person, member: Member) -> None:
    if member.balance is None:
        return
    session.add(
        Account(
            person_id=row.id, balance_fen=member.balance, locked_fen=member.locked, as_of=date(2026, 11, 21)
        )
    )
    months = zip(LAST_MONTHS[member.first_credit :], member.credits, strict=False)
    entries = [(day, "monthly_credit", fen) for day, fen in months]
    entries += [(day, kind, -fen) for day, kind, fen in member.spent]
    for number, (day, kind, fen) in enumerate(entries):
        session.add(
            LedgerEntry(person_id=row.id, day=day, kind=kind, amount_fen=fen, reference=f"{row.id}/{number}")
        )
    session.flush()
