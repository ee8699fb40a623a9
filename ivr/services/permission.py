"""May this person unbind by phone now? Every reason against it, in the order it is told."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from ivr.services import acts, bindings, people
from ivr.services.context import Context
from ivr.store.tables import Binding, Person
from menus.catalogue import Outcome
from menus.events import Told

REFUSALS = {
    "none": Outcome(),
    "disabled": Outcome(),
    "counter": Outcome(values={"region": 0}),
    "locked": Outcome(),
    "pending": Outcome(),
    "often": Outcome(),
    "no_phone": Outcome(),
    "new_phone": Outcome(),
}


def refusal(context: Context, person: Person) -> Told | None:
    """Return why the person cannot unbind by phone now, or None. Only for verified people."""
    for outcome, stands in _REASONS:
        if stands(context, person):
            if outcome == "counter":
                return Told(outcome, {"region": context.regions.region(person.region).name})
            return Told(outcome)
    return None


def locked(context: Context, person: Person) -> bool:
    """Return whether unbinding is locked after a warning; at the last instant it no longer is."""
    return person.unbinding_locked_until is not None and context.now < person.unbinding_locked_until


def _without_bindings(context: Context, person: Person) -> bool:
    return not bindings.given(context, person)


def _has_own_scheme(context: Context, person: Person) -> bool:
    # Disabled soldiers of grade 1 to 6 have another protection; this one is not theirs.
    return person.special_scheme in context.regions.policy(person.region, context.today).excluded_schemes


def _only_at_the_counter(context: Context, person: Person) -> bool:
    # The authoriser's region on the day of the call decides, not the one of the binding (decisions 3).
    policy = context.regions.policy(person.region, context.today)
    return not policy.phone_unbind or policy.who_may_unbind not in ("authoriser", "either")


def _too_often(context: Context, person: Person) -> bool:
    # Many releases in one day are what a coerced person does (SEC-42).
    released = context.session.scalar(
        select(func.count())
        .select_from(Binding)
        .where(
            Binding.authoriser_id == person.id,
            Binding.release_reason == "authoriser",
            Binding.released_at > context.now - timedelta(hours=24),
        )
    )
    return (released or 0) >= context.hotline.limits.releases_per_day


def _without_mobile(context: Context, person: Person) -> bool:
    return not people.mobile(context, person)


def _with_new_mobile(context: Context, person: Person) -> bool:
    # A number changed lately may be in the hands of a thief; so may one of unknown age (SEC-13).
    since = person.mobile_registered_on
    settled = timedelta(days=context.hotline.limits.mobile_settled_days)
    return since is None or context.today - since < settled


_REASONS: Sequence[tuple[str, Callable[[Context, Person], bool]]] = (
    ("none", _without_bindings),
    ("disabled", _has_own_scheme),
    ("counter", _only_at_the_counter),
    ("locked", locked),
    ("pending", acts.standing),
    ("often", _too_often),
    ("no_phone", _without_mobile),
    ("new_phone", _with_new_mobile),
)
