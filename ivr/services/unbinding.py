"""Ending a sharing by phone or text: choose, get a code bound to this act, give it back, be told."""

from collections.abc import Collection, Mapping

from ivr.services import acts, bindings, codes, errands, releases, stopping
from ivr.services.claims import served
from ivr.services.context import Context
from ivr.services.keying import KEYS, keyed
from ivr.services.permission import REFUSALS, locked, refusal
from ivr.services.service import Answer, Service
from ivr.services.verified import for_verified
from ivr.store.tables import Act, Binding, Person
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Count, Items, Reference, Secret, Values

_SETTLED = {"confirmed": "done", "unknown": "submitted", "refused": "refused"}


def choices(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell which bindings the person may end by phone now, or why none."""
    refused = refusal(context, person)
    if refused is not None:
        return refused
    items: tuple[Values, ...] = tuple(
        {
            "relation": bindings.relation(context, binding),
            "name": bindings.beneficiary(context, binding),
            "binding": Reference(binding.id),
        }
        for binding in bindings.given(context, person)
    )
    return Told("ok", {"choices": Items(items)})


def request(context: Context, person: Person, arguments: Arguments) -> Told:
    """Write down what the person wants ended, and text a code that ends this binding and no other."""
    refused = refusal(context, person)
    if refused is not None:
        return refused
    binding = _chosen(context, person, arguments)
    if binding is None:
        return Told("none")
    act = acts.begin(context, person, binding)
    if act is None:
        return Told("pending")
    if not _send_code(context, person, act, binding):
        acts.end(context, act, "cancelled")
        return Told("limit")
    relation, name = bindings.relation(context, binding), bindings.beneficiary(context, binding)
    return Told("sent", {"relation": relation, "name": name})


def resend(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Text a new code for what waits for confirmation; an overdue act only while its conversation lasts."""
    act = acts.requested(context, person)
    if act is None:
        return Told("none")
    if acts.overdue(act, context.now) and act.conversation_id != context.party.conversation_id:
        return Told("none")
    if not _send_code(context, person, act, releases.binding(context, act)):
        return Told("limit")
    acts.prolong(context, act)
    return Told("sent")


def confirm(context: Context, person: Person, arguments: Arguments) -> Told:
    """End the sharing if the keys are the code of the act that waits; once, whoever else tries (SEC-18)."""
    acts.hold(context, person.id)
    act = acts.requested(context, person)
    if act is None:
        return Told("none")
    checked = codes.check(context, person.id, "unbind", act.id, keyed(arguments))
    if checked.result == "right":
        return _hand_over(context, person, act)
    if checked.result == "exhausted":
        acts.end(context, act, "cancelled")
    return Told(checked.result, {"left": Count(checked.left)} if checked.result == "wrong" else {})


def confirm_by_text(context: Context, person_id: int, keys: Secret) -> Told:
    """Do the same for a person whose act's code went to the number that writes (SEC-17)."""
    person = context.session.get_one(Person, person_id, populate_existing=True)
    if not served(context, person) or all(act.person_id != person_id for act in acts.of_mobile(context)):
        return Told("none")
    return confirm(context, person, {"keys": keys})


def verdict(context: Context, _arguments: Arguments) -> Told:
    """Tell what is known of the act this conversation has handed over to a core system.

    Whoever gave back its code a few seconds ago hears this, also if the verification has ended meanwhile.
    """
    errand = errands.of_conversation(context)
    if errand is None or errand.act_id is None:
        return Told("none")
    return _settled(context, context.session.get_one(Act, errand.act_id, populate_existing=True))


def cancel(context: Context, _arguments: Arguments) -> Told:
    """Drop what waits for confirmation; nothing has changed."""
    return Told("cancelled" if stopping.cancel(context) else "none")


def not_me(context: Context, _arguments: Arguments) -> Told:
    """Cancel, lock the unbinding of the person concerned and open a ticket (decisions 24)."""
    people = stopping.concerned(context)
    stopping.lock(context, people, "not_me", "somebody else asked to unbind")
    return Told("locked" if people else "none")


def report_coercion(context: Context, _arguments: Arguments) -> Told:
    """Cancel, lock and open a ticket, because the caller may be made to unbind (SEC-41)."""
    stopping.report_fraud(context, "may be made to unbind")
    return Told("reported")


def _chosen(context: Context, person: Person, arguments: Arguments) -> Binding | None:
    """Return the binding meant, looked for only among the person's own: a forged reference finds nothing."""
    own = bindings.given(context, person)
    number = arguments.get("number")
    if isinstance(number, Count):
        return own[number.number - 1] if 1 <= number.number <= len(own) else None
    return next((binding for binding in own if Reference(binding.id) == arguments.get("binding")), None)


def _send_code(context: Context, person: Person, act: Act, binding: Binding) -> bool:
    name = bindings.beneficiary(context, binding)
    return codes.issue(context, person, "unbind", act.id, "SMS02_unbind_code", {"name": name})


def _hand_over(context: Context, person: Person, act: Act) -> Told:
    """Give the act to the keeper of the accounts, once, and tell what the verdict allows to be said."""
    binding = releases.binding(context, act)
    may = binding.state == "active" and not locked(context, person)
    if not may or not acts.move(context, act, "requested", "unknown"):
        acts.end(context, act, "cancelled")
        return Told("none")
    return errands.send(context, releases.hand_over(context, act), act) or _settled(context, act)


def _settled(context: Context, act: Act) -> Told:
    """Tell what the verdict allows to be said: that it is done only where it is."""
    outcome = _SETTLED[act.state]
    if outcome != "done":
        return Told(outcome)
    binding = context.session.get_one(Binding, act.binding_id)
    return Told(outcome, {"name": bindings.beneficiary(context, binding)})


def _service(
    name: str, answer: Answer, outcomes: Mapping[str, Outcome], takes: Collection[str] = (), needs: int = 2
) -> Service:
    return Service(Declaration(f"unbinding.{name}", outcomes, needs, frozenset(takes)), answer)


_NONE = Outcome()
_SENT = Outcome(values={"relation": 2, "name": 2})

SERVICES = (
    _service(
        "choices",
        for_verified(choices),
        {
            "ok": Outcome(
                values={"choices": 2}, items={"choices": frozenset({"relation", "name", "binding"})}
            ),
            **REFUSALS,
        },
    ),
    _service(
        "request",
        for_verified(request),
        {"sent": _SENT, "limit": _NONE, **REFUSALS},
        takes={"binding", "number"},
    ),
    _service("resend", for_verified(resend), {"sent": _NONE, "limit": _NONE, "none": _NONE}),
    Service(
        Declaration(
            "unbinding.confirm",
            {
                "done": Outcome(values={"name": 2}),
                "submitted": _NONE,
                "refused": _NONE,
                "wrong": Outcome(values={"left": 0}),
                "expired": _NONE,
                "exhausted": _NONE,
                "none": _NONE,
            },
            needs=2,
            takes=KEYS,
        ),
        for_verified(confirm),
        verdict,
    ),
    _service("cancel", cancel, {"cancelled": _NONE, "none": _NONE}, needs=0),
    _service("not_me", not_me, {"locked": _NONE, "none": _NONE}, needs=0),
    _service("report_coercion", report_coercion, {"reported": _NONE}, needs=0),
)
