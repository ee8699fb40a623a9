"""Who may use whose account: the bindings a person gave, and those others gave them."""

from collections.abc import Sequence

from sqlalchemy import select

from ivr.services import people
from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.verified import for_verified
from ivr.sharing import Share, in_order, threshold, unused_quota
from ivr.store.tables import Account, Binding, Person
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Count, Day, Items, Name, Value, Values, Word

# A binding says what the beneficiary is to the authoriser; to the beneficiary the authoriser is this.
_SEEN_FROM_THE_OTHER_SIDE = {
    "spouse": "spouse",
    "child": "parent",
    "parent": "child",
    "parent_in_law": "child_in_law",
    "sibling": "sibling",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "maternal_grandparent": "maternal_grandchild",
    "maternal_grandchild": "maternal_grandparent",
}


def given(context: Context, person: Person) -> Sequence[Binding]:
    """Return the active bindings in which the person's account pays, oldest first: the Nth is said as N."""
    return context.session.scalars(
        select(Binding)
        .where(Binding.authoriser_id == person.id, Binding.state == "active")
        .order_by(Binding.bound_on, Binding.id)
        .execution_options(populate_existing=True)
    ).all()


def relation(context: Context, binding: Binding) -> Word:
    """Return what the beneficiary is to the authoriser, in simple words."""
    return context.regions.relation(binding.relation)


def beneficiary(context: Context, binding: Binding) -> Name:
    """Return the masked name of who uses the money."""
    return people.name(context, context.session.get_one(Person, binding.beneficiary_id))


def answer_list(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell whom the account pays for, and who shares with the caller: never anybody's amounts (SEC-08)."""
    bindings = given(context, person)
    received = _received(context, person)
    if not bindings:
        return Told("none", received)
    items = tuple(_item(context, rank, binding) for rank, binding in enumerate(bindings, 1))
    return Told("ok", {"count": Count(len(bindings)), "bindings": Items(items), **received})


def _item(context: Context, rank: int, binding: Binding) -> dict[str, Value]:
    return {
        "rank": Count(rank),
        "relation": relation(context, binding),
        "name": beneficiary(context, binding),
        "day": Day(binding.bound_on),
    }


def _received(context: Context, person: Person) -> dict[str, Value]:
    found = context.session.execute(
        select(Binding, Person, Account)
        .join(Person, Person.id == Binding.authoriser_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Binding.beneficiary_id == person.id, Binding.state == "active")
        .order_by(Binding.bound_on, Binding.id)
        .execution_options(populate_existing=True)  # another call may have changed the balance since
    ).all()
    if not found:
        return {}
    shares = [_share(context, *row) for row in found]
    ordered = in_order(shares)
    rows = {binding.id: (binding, authoriser) for binding, authoriser, _ in found}
    in_turn = [rows[share.binding_id] for share in ordered or shares]
    names = [people.name(context, authoriser) for _, authoriser in in_turn]
    items: tuple[Values, ...] = tuple(
        {
            "rank": Count(rank),
            "relation": context.regions.relation(_SEEN_FROM_THE_OTHER_SIDE[binding.relation]),
            "name": name,
        }
        for rank, ((binding, _), name) in enumerate(zip(in_turn, names, strict=True), 1)
    )
    values: dict[str, Value] = {"reverse_count": Count(len(items)), "reverse": Items(items)}
    if ordered and len(ordered) >= 2:
        values.update(first=names[0], second=names[1])
    return values


def _share(context: Context, binding: Binding, authoriser: Person, account: Account | None) -> Share:
    # The rules of the authoriser's region on the day of the call (decisions 3).
    policy = context.regions.policy(authoriser.region, context.today)
    wages = context.regions.region(authoriser.region).average_monthly_wages
    return Share(
        binding_id=binding.id,
        bound_on=binding.bound_on,
        policy=policy,
        threshold_fen=threshold(policy, wages, context.today),
        balance_fen=account.balance_fen if account else 0,
        locked_fen=account.locked_fen if account else 0,
        unused_quota_fen=unused_quota(binding.quota_fen, binding.quota_used_fen),
        priority=binding.priority,
    )


_REVERSE_VALUES = {"reverse_count": 2, "reverse": 2, "first": 2, "second": 2}
_REVERSE_ITEMS = {"reverse": frozenset({"rank", "relation", "name"})}

SERVICES = (
    Service(
        Declaration(
            "bindings.list",
            needs=2,
            outcomes={
                "ok": Outcome(
                    values={"count": 2, "bindings": 2, **_REVERSE_VALUES},
                    items={"bindings": frozenset({"rank", "relation", "name", "day"}), **_REVERSE_ITEMS},
                ),
                "none": Outcome(values=_REVERSE_VALUES, items=_REVERSE_ITEMS),
            },
        ),
        for_verified(answer_list),
    ),
)
