"""What follows from the verdict of whoever keeps the accounts: nothing changes before `confirmed`."""

from datetime import timedelta

from sqlalchemy import exists, func, select

from ivr.services import acts, people
from ivr.services.alarms import raise_alarm
from ivr.services.context import Context, Errand, Settle
from ivr.services.keeper import Keeper, Release, Verdict
from ivr.services.tickets import open_ticket
from ivr.sharing import unused_quota
from ivr.store.tables import Account, Act, Binding, LedgerEntry, Person
from menus.values import Day, Moment, Values

_FORGOTTEN_AFTER = timedelta(hours=1)


def order(context: Context, act: Act) -> Release:
    """Return the order an act means to its keeper; the same however often it is made."""
    meant = context.session.get_one(Binding, act.binding_id)
    return Release(
        act.idempotency_key, _number(context, meant.authoriser_id), _number(context, meant.beneficiary_id)
    )


def hand_over(context: Context, act: Act) -> Errand:
    """Return the errand that gives the order to whoever keeps the accounts; answered if it got a verdict."""
    given, act_id = order(context, act), act.id

    def ask(keeper: Keeper) -> Settle:
        verdict = keeper.release(given)
        return lambda context: settle(context, act_id, verdict)

    return ask


def binding(context: Context, act: Act) -> Binding:
    """Return the binding an unbinding is about, locked against another end."""
    return context.session.get_one(Binding, act.binding_id, with_for_update=True, populate_existing=True)


def settle(context: Context, act_id: int, verdict: Verdict) -> bool:
    """Take an act that was handed over to its end, once; False where `unknown` leaves it for later."""
    act = context.session.get_one(Act, act_id, populate_existing=True)
    if verdict == "refused" and acts.move(context, act, "unknown", "refused"):
        _refuse(context, act)
    elif verdict == "confirmed" and acts.move(context, act, "unknown", "confirmed"):
        _release(context, act)
    return act.state != "unknown"


def inquiries(context: Context) -> list[Errand]:
    """Return an errand for every act without a verdict: ask what became of its order.

    Nothing is done blindly (decisions 27): an order is given again, under its old key, only where the keeper
    says that it never heard of it, as when we broke down between writing it and giving it. None is always
    the last, so that a few that cannot be answered do not keep the others waiting for ever.
    """
    unknown = select(Act).where(Act.state == "unknown").order_by(func.random())
    return [_inquiry(act.id, order(context, act)) for act in context.session.scalars(unknown).all()]


def watch(context: Context) -> None:
    """Raise an alarm if an act has had no verdict for an hour (ivr.services.alarms: not in crowds)."""
    old = Act.state == "unknown", Act.requested_at < context.now - _FORGOTTEN_AFTER
    if context.session.scalar(select(exists().where(*old))):
        raise_alarm(context.session, context.now, "release_unknown", "a release has had no verdict for long")


def _inquiry(act_id: int, order: Release) -> Errand:
    def ask(keeper: Keeper) -> Settle:
        outcome = keeper.outcome(order)
        verdict = keeper.release(order) if outcome == "unheard" else outcome
        return lambda context: settle(context, act_id, verdict)

    return ask


def _number(context: Context, person_id: int) -> str:
    person = context.session.get_one(Person, person_id)
    return context.vault.open(person.number_sealed, "people.number")


def _refuse(context: Context, act: Act) -> None:
    """Say so, by text too: whoever was told that it was submitted waits for one."""
    acts.note(context, act, "refused")
    open_ticket(context, "refused_act", act.person_id, "the keeper of the accounts refused to unbind")
    person = context.session.get_one(Person, act.person_id)
    _tell(context, act, person, "SMS17_unbind_refused", {})


def _release(context: Context, act: Act) -> None:
    ended = binding(context, act)
    acts.note(context, act, "released")
    # Ended otherwise while the keeper was thinking: nothing is returned twice, but both hear of it.
    if ended.state == "active":
        ended.state, ended.released_at, ended.release_reason = "released", context.now, "authoriser"
        if not context.keeper.elsewhere:  # else its next statement says what is locked
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
