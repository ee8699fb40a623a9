"""What follows from the verdict of whoever keeps the accounts: nothing changes before `confirmed`."""

from sqlalchemy import select

from ivr.services import acts, people
from ivr.services.alarms import raise_alarm
from ivr.services.context import Context
from ivr.services.keeper import Release, Verdict
from ivr.services.tickets import open_ticket
from ivr.sharing import unused_quota
from ivr.store.tables import Account, Act, Binding, LedgerEntry, Person
from menus.values import Day, Moment, Values


def order(act: Act, binding: Binding) -> Release:
    """Return the order an act means to its keeper; the same however often it is made."""
    return Release(act.idempotency_key, binding.id)


def binding(context: Context, act: Act) -> Binding:
    """Return the binding an unbinding is about, locked against another end."""
    return context.session.get_one(Binding, act.binding_id, with_for_update=True, populate_existing=True)


def settle(context: Context, act: Act, verdict: Verdict) -> None:
    """Take an act that was handed over to its end; `unknown` leaves it for `reconcile`."""
    if verdict == "refused" and acts.move(context, act, "unknown", "refused"):
        open_ticket(context, "refused_act", act.person_id, "the keeper of the accounts refused to unbind")
        acts.note(context, act, "refused")
    elif verdict == "confirmed" and acts.move(context, act, "unknown", "confirmed"):
        _release(context, act)


def reconcile(context: Context) -> int:
    """Ask the keeper what became of every act without a verdict, and return how many are settled now.

    Nothing is ordered a second time (decisions 27). The context is the worker's: its party is nobody.
    """
    settled = 0
    for act in context.session.scalars(select(Act).where(Act.state == "unknown")).all():
        settle(context, act, context.keeper.outcome(order(act, binding(context, act))))
        settled += act.state != "unknown"
    return settled


def _release(context: Context, act: Act) -> None:
    ended = binding(context, act)
    acts.note(context, act, "released")
    # Ended otherwise while the keeper was thinking: nothing is returned twice, but both hear of it.
    if ended.state == "active":
        ended.state, ended.released_at, ended.release_reason = "released", context.now, "authoriser"
        _return_unused(context, act, ended)
    _tell_both(context, act, ended)


def _return_unused(context: Context, act: Act, binding: Binding) -> None:
    """Give the unused rest of the binding's quota back to the authoriser's own use."""
    unused = unused_quota(binding.quota_fen, binding.quota_used_fen)
    if not unused:
        return
    account = context.session.get(
        Account, binding.authoriser_id, with_for_update=True, populate_existing=True
    )
    if account is None or account.locked_fen < unused:
        # The books disagree; a guess would make them worse.
        raise_alarm(context.session, context.now, "locked_sum", f"binding {binding.id}")
        return
    account.locked_fen -= unused
    context.session.add(
        LedgerEntry(
            person_id=binding.authoriser_id,
            day=context.today,
            kind="share_return",
            amount_fen=unused,
            counterparty_id=binding.beneficiary_id,
            reference=f"act:{act.idempotency_key}",
        )
    )


def _tell_both(context: Context, act: Act, binding: Binding) -> None:
    """Write both receipts; neither says who began it, from where or when they called (decisions 28)."""
    authoriser = context.session.get_one(Person, binding.authoriser_id)
    beneficiary = context.session.get_one(Person, binding.beneficiary_id)
    _tell(
        context,
        act,
        authoriser,
        "SMS03_unbind_done",
        {"moment": Moment(context.now), "name": people.name(context, beneficiary)},
    )
    _tell(
        context,
        act,
        beneficiary,
        "SMS04_notice_beneficiary",
        {"name": people.name(context, authoriser), "day": Day(context.today)},
    )


def _tell(context: Context, act: Act, person: Person, template: str, values: Values) -> None:
    mobile = people.mobile(context, person)
    sent = mobile and context.outbox.write(
        context.session,
        template=template,
        values=values,
        mobile=mobile,
        kind="receipt",
        business_key=f"act:{act.id}:{template}",
        now=context.now,
    )
    if not sent:
        open_ticket(context, "failed_receipt", person.id, f"{template} could not be sent")
