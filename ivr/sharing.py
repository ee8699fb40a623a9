"""The rules of sharing: who may use an account, how much of it, which one pays first, and what each pays.

Sums are fen. The relation goes by the version at the binding, everything else by the version that holds in
the authoriser's region on the day (decisions 3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from ivr.policy import Policy, Scope
from ivr.region_tables import AverageMonthlyWage

# A frozen person is insured all the same; who is suspended or has left is not.
_INSURED = frozenset({"active", "frozen"})
# The money of the dead goes to their heirs ("003-33"), and that of the frozen to nobody.
_STOPPED = frozenset({"deceased", "frozen"})
# Beijing, Tianjin, Shanghai, Chongqing: provinces that are one city.
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


class Refusal(StrEnum):
    """Why a person may not use an account. The last one passes: it is said how, not that it is impossible."""

    STOPPED = "stopped"
    EXCLUDED_SCHEME = "excluded_scheme"
    RELATION = "relation"
    NOT_INSURED = "not_insured"
    ELSEWHERE = "elsewhere"
    OWN_BALANCE_FIRST = "own_balance_first"


class NotComputed(Enum):
    """What the hotline explains without computing it, because nobody gave it the figure or the order."""

    NO_FIGURE = "no_figure"
    NO_ORDER = "no_order"


@dataclass(frozen=True, slots=True)
class Insured:
    """What the rules ask of either side. `region` is a code of GB/T 2260.

    `available_fen` is what is left to spend of the own account; nothing where there is none.
    """

    region: str
    status: str = "active"
    special_scheme: str = "none"
    available_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """An account that may pay for a person, by the binding that allows it.

    `policy` and `threshold_fen` are those of the authoriser's region on the day. `locked_fen` is what the
    quotas of the account lock, this binding's among them; `unused_quota_fen` is what is left of its own, None
    where it has none.
    """

    binding_id: int
    bound_on: date
    policy: Policy
    threshold_fen: int | NotComputed
    balance_fen: int
    locked_fen: int = 0
    unused_quota_fen: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What one account pays; the person's own has no binding."""

    binding_id: int | None
    fen: int


@dataclass(frozen=True, slots=True)
class Split:
    """A bill over the accounts in their order, and what is left to pay otherwise.

    A beneficiary may hear the order of it, and nobody else's amounts (SEC-08).
    """

    payments: tuple[Payment, ...]
    left_fen: int


def refusals(
    authoriser: Insured, beneficiary: Insured, relation: str, at_binding: Policy, today: Policy
) -> tuple[Refusal, ...]:
    """Return every reason against using the account, in the order of telling; none: it may be used."""
    schemes = {authoriser.special_scheme, beneficiary.special_scheme}
    reasons = {
        Refusal.STOPPED: authoriser.status in _STOPPED,
        Refusal.EXCLUDED_SCHEME: not schemes.isdisjoint(today.excluded_schemes),
        Refusal.RELATION: relation not in at_binding.allowed_relations,
        Refusal.NOT_INSURED: beneficiary.status not in _INSURED,
        Refusal.ELSEWHERE: not in_scope(today.beneficiary_scope, authoriser.region, beneficiary.region),
        Refusal.OWN_BALANCE_FIRST: today.own_balance_first and beneficiary.available_fen > 0,
    }
    return tuple(reason for reason, stands in reasons.items() if stands)


def in_scope(scope: Scope, one: str, other: str) -> bool:
    """Return whether two regions are as near to each other as a policy asks."""
    if scope == "same_province":
        return one[:2] == other[:2]
    if scope == "same_city":
        # Where one city is all of a province, districts differ in the third and fourth digit.
        whole_province = one[:2] in _MUNICIPALITIES or "0000" in (one[2:], other[2:])
        return one[:2] == other[:2] and (whole_province or one[:4] == other[:4])
    return True


def threshold(policy: Policy, wages: Iterable[AverageMonthlyWage], day: date) -> int | NotComputed:
    """Return what an account must hold before any of it is shared, in fen; 0 where no policy asks for it.

    It is the average monthly wage of the year before, if somebody vouches for that figure (decisions 5).
    """
    if policy.sharing_threshold == "none":
        return 0
    standing = (wage.fen for wage in wages if wage.year == day.year - 1 and wage.stands(day))
    return next(standing, NotComputed.NO_FIGURE)


def shareable(balance_fen: int, locked_fen: int, threshold_fen: int | NotComputed) -> int | NotComputed:
    """Return what of a balance is above the threshold and not locked, never below nothing."""
    if isinstance(threshold_fen, NotComputed):
        return threshold_fen
    return max(0, balance_fen - threshold_fen - max(0, locked_fen))


def unused_quota(quota_fen: int | None, used_fen: int) -> int | None:
    """Return what is left of a quota, and comes back when the sharing ends; None where there is no quota."""
    return None if quota_fen is None else max(0, quota_fen - used_fen)


def payable(share: Share) -> int | NotComputed:
    """Return what an account can pay for this person: of what is shareable, no more than the quota's rest.

    The person's own quota is locked for them, so it does not count against them.
    """
    others_fen = share.locked_fen - (share.unused_quota_fen or 0)
    open_fen = shareable(share.balance_fen, others_fen, share.threshold_fen)
    if share.unused_quota_fen is None or isinstance(open_fen, NotComputed):
        return open_fen
    return min(open_fen, share.unused_quota_fen)


def in_order(shares: Iterable[Share]) -> tuple[Share, ...] | None:
    """Return the shares as their accounts pay, whatever order they come in; None where no rule says it.

    That is so where the card decides, where the rules of several regions differ, and where the places set at
    binding are missing or taken twice. Equal balances go by the day of binding.
    """
    by_age = sorted(shares, key=lambda share: (share.bound_on, share.binding_id))
    rules = {share.policy.order_rule for share in by_age}
    if len(by_age) < 2:
        return tuple(by_age)
    if rules == {"balance_desc"}:
        return tuple(sorted(by_age, key=lambda share: -share.balance_fen))
    if rules == {"set_at_binding"}:
        return _as_set(by_age)
    return None


def _as_set(shares: Sequence[Share]) -> tuple[Share, ...] | None:
    places = {share.priority: share for share in shares if share.priority is not None}
    return tuple(places[place] for place in sorted(places)) if len(places) == len(shares) else None


def split(bill_fen: int, shares: Iterable[Share], own_available_fen: int = 0) -> Split | NotComputed:
    """Return what each account pays of a bill, in order, and what is left.

    The own account pays first where the policy asks for that, and is left out where it does not. A bill below
    nothing is a ValueError.
    """
    if bill_fen < 0:
        raise ValueError("a bill is not below nothing")
    ordered = in_order(shares)
    if ordered is None:
        return NotComputed.NO_ORDER
    own_first = any(share.policy.own_balance_first for share in ordered)
    purses: list[tuple[int | None, int]] = [(None, max(0, own_available_fen))] if own_first else []
    for share in ordered:
        fen = payable(share)
        if isinstance(fen, NotComputed):
            return fen
        purses.append((share.binding_id, fen))
    return _pay(bill_fen, purses)


def _pay(bill_fen: int, purses: Iterable[tuple[int | None, int]]) -> Split:
    payments, left_fen = [], bill_fen
    for binding_id, fen in purses:
        paid_fen = min(fen, left_fen)
        payments.append(Payment(binding_id, paid_fen))
        left_fen -= paid_fen
    return Split(tuple(payments), left_fen)
