"""What a demo person is, and what a binding of two of them."""

from dataclasses import dataclass

NANNING, SHENZHEN, BEIJING, HAINAN = "450100", "440300", "110000", "460000"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A demo person. Money is fen; `balance` None means no account.

    mobile_days   days since the mobile was registered
    credits       what comes in each month; `late` if nothing has come this month
    spent         (days ago, kind, fen, key of whom it was spent on)
    locked        what is set aside for the family
    shows         what one can try as this person, in an old person's words; nothing for relatives
    calls_from    the telephone at hand, where it is not the mobile
    """

    name: str
    identity_number: str
    region: str = NANNING
    member_type: str = "employed"
    mobile: str = ""
    pin: str = ""
    shows: str = ""
    agency: str = ""
    status: str = "active"
    special_scheme: str = "none"
    card: str = ""
    mobile_days: int = 900
    balance: int | None = None
    credits: int = 0
    late: bool = False
    spent: tuple[tuple[int, str, int, str], ...] = ()
    locked: int = 0
    calls_from: str = ""


@dataclass(frozen=True, slots=True)
class DemoBinding:
    """The account of `authoriser` pays for `beneficiary`; `days` since it was bound, `quota` in fen."""

    authoriser: str
    beneficiary: str
    relation: str
    days: int
    priority: int | None = None
    quota: int | None = None
