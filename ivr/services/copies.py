"""The last known account: what a core system told of a person, copied into our tables with its date."""

from datetime import date

from sqlalchemy import delete

from ivr.services import acts
from ivr.services.alarms import raise_alarm
from ivr.services.context import Context, Errand, Settle
from ivr.services.keeper import Holdings, Keeper, Statement
from ivr.store.inserting import insert
from ivr.store.tables import Account, LedgerEntry, Person


def reading(context: Context, person: Person) -> Errand:
    """Return the errand that asks for a person's statement and copies it; answered if there was one."""
    number, person_id = context.vault.open(person.number_sealed, "people.number"), person.id

    def ask(keeper: Keeper) -> Settle:
        statement = keeper.statement(number)
        return lambda context: statement is not None and _copy(context, person_id, statement)

    return ask


def _copy(context: Context, person_id: int, statement: Statement) -> bool:
    """Replace what is known of a person, unless the new cannot be true; then an alarm is raised."""
    account = statement.account
    if account and not _possible(account, context.today):
        raise_alarm(context.session, context.now, "account_sum", f"statement of person {person_id}")
        return False
    acts.hold(context, person_id)  # of two statements at once, one waits
    if account is None:
        context.session.execute(delete(Account).where(Account.person_id == person_id))
    else:
        _copy_account(context, person_id, account)
    _copy_credits(context, person_id, statement)
    return True


def _possible(account: Holdings, today: date) -> bool:
    return 0 <= account.locked_fen <= account.balance_fen and account.as_of <= today


def _copy_account(context: Context, person_id: int, account: Holdings) -> None:
    columns = {
        "balance_fen": account.balance_fen,
        "locked_fen": account.locked_fen,
        "as_of": account.as_of,
    }
    context.session.execute(
        insert(context.session, Account)
        .values(person_id=person_id, **columns)
        .on_conflict_do_update(
            index_elements=["person_id"],
            set_=columns,
            where=Account.as_of <= account.as_of,  # an answer that was overtaken is older
        )
    )


def _copy_credits(context: Context, person_id: int, statement: Statement) -> None:
    context.session.execute(
        delete(LedgerEntry).where(LedgerEntry.person_id == person_id, LedgerEntry.kind == "monthly_credit")
    )
    context.session.add_all(
        LedgerEntry(
            person_id=person_id,
            day=month,
            kind="monthly_credit",
            amount_fen=fen,
            reference=f"core:{person_id}:{month:%Y-%m}",
        )
        for month, fen in statement.credits.items()
    )
    context.session.flush()
