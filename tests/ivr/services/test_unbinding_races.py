"""SEC-18: whoever confirms, cancels or asks at the same moment, each thing happens once. Real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from region_samples import BY_PHONE
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ivr.services.context import Context
from ivr.services.register import SERVICES
from ivr.store.tables import Account, Act, Binding, BindingEvent, LedgerEntry, Message
from menus.events import Told
from menus.values import Reference, Secret, Value

Make = Callable[..., Any]
MINE = "+8610000000011"
ROUNDS = range(4)  # a race is won by chance: a few rounds show both winners


@dataclass
class Setting:
    """A family whose binding has a quota; a call and a text of the authoriser, both committed."""

    database: Engine
    context: Make
    call: Context
    text: Context
    person_id: int
    binding_id: int

    def at_once(self, *questions: tuple[Context, str, dict[str, Value]]) -> list[Told]:
        """Ask everything at the same moment, each in a transaction and a connection of its own."""
        gate = Barrier(len(questions))

        def ask(like: Context, name: str, arguments: dict[str, Value]) -> Told:
            with Session(self.database) as session:
                context = self.context(like=like, session=session)
                gate.wait()
                told = SERVICES[name].answer(context, arguments)
                session.commit()
                return told

        with ThreadPoolExecutor(len(questions)) as pool:
            running = [pool.submit(ask, *question) for question in questions]
            return [future.result(timeout=30) for future in running]

    def count(self, *conditions: Any, of: Any) -> int:
        with Session(self.database) as session:
            return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0


@pytest.fixture
def setting(database: Engine, session: Session, person: Make, bind: Make, verified: Make) -> Make:
    """Make a setting; with `code=True` the code has been asked for and stands in the outbox."""

    def make(context: Make, line: Make) -> Setting:
        authoriser = person(mobile=MINE, region=BY_PHONE, balance=102251)
        binding = bind(authoriser, person(mobile="+8610000000022"), quota_fen=50000)
        session.get_one(Account, authoriser.id).locked_fen = 50000
        call, text = verified(authoriser), line(channel="text", caller=MINE)
        made = Setting(database, context, call.like, text.like, authoriser.id, binding.id)
        session.commit()  # from here on nothing may be read with it, or SQLite keeps others waiting
        return made

    return make


@pytest.fixture
def family(setting: Make, context: Make, line: Make) -> Setting:
    found: Setting = setting(context, line)
    return found


@pytest.fixture
def code(family: Setting, session: Session, texts: Make) -> str:
    asked = {"binding": Reference(family.binding_id)}
    assert family.at_once((family.call, "unbinding.request", asked))[0].outcome == "sent"
    found = str(texts()[-1].code)
    session.commit()
    return found


def effects(family: Setting) -> dict[str, int]:
    return {
        "released": family.count(Binding.state == "released", of=Binding),
        "confirmed": family.count(Act.state == "confirmed", of=Act),
        "told the authoriser": family.count(Message.template == "SMS03_unbind_done", of=Message),
        "told the beneficiary": family.count(Message.template == "SMS04_notice_beneficiary", of=Message),
        "returned": family.count(LedgerEntry.kind == "share_return", of=LedgerEntry),
        "noted": family.count(BindingEvent.what == "released", of=BindingEvent),
        "locked": family.count(Account.locked_fen > 0, of=Account),
    }


ONCE = {
    **dict.fromkeys(("released", "confirmed", "told the authoriser", "told the beneficiary"), 1),
    "returned": 1,
    "noted": 1,
    "locked": 0,
}
NOTHING = {**dict.fromkeys(ONCE, 0), "locked": 1}


@pytest.mark.parametrize("_round", ROUNDS)
def test_key_and_text_confirm_at_once_and_one_release_follows(
    family: Setting, code: str, _round: int
) -> None:
    keys: dict[str, Value] = {"keys": Secret(code)}
    told = family.at_once((family.call, "unbinding.confirm", keys), (family.text, "codes.reply", keys))
    assert sorted(answer.outcome for answer in told) == ["done", "none"]
    assert effects(family) == ONCE


def test_a_repeated_request_confirms_once(family: Setting, code: str) -> None:
    question = (family.call, "unbinding.confirm", {"keys": Secret(code)})
    told = family.at_once(*[question] * 4)
    assert sorted(answer.outcome for answer in told) == ["done", "none", "none", "none"]
    assert effects(family) == ONCE


@pytest.mark.parametrize("stop", ["unbinding.cancel", "unbinding.not_me"])
@pytest.mark.parametrize("_round", ROUNDS)
def test_stopping_and_confirming_at_once_never_both_succeed(
    family: Setting, code: str, stop: str, _round: int
) -> None:
    confirmed, stopped = family.at_once(
        (family.call, "unbinding.confirm", {"keys": Secret(code)}), (family.text, stop, {})
    )
    if confirmed.outcome == "done":
        assert effects(family) == ONCE
        assert stopped.outcome in {"none", "locked"}  # too late to cancel, in time to lock
    else:
        assert (confirmed.outcome, effects(family)) == ("none", NOTHING)
        assert stopped.outcome in {"cancelled", "locked"}


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_requests_at_once_make_one_act(family: Setting, _round: int) -> None:
    asked = (family.call, "unbinding.request", {"binding": Reference(family.binding_id)})
    told = family.at_once(asked, asked)
    assert sorted(answer.outcome for answer in told) == ["pending", "sent"]
    assert (family.count(of=Act), family.count(of=Message)) == (1, 1)


def test_wrong_codes_at_once_are_all_charged(family: Setting, code: str) -> None:
    wrong: dict[str, Value] = {"keys": Secret("234567" if code != "234567" else "345678")}
    told = family.at_once(*[(family.call, "unbinding.confirm", wrong)] * 4)
    assert sorted(answer.outcome for answer in told) == ["exhausted", "none", "wrong", "wrong"]
    assert effects(family) == NOTHING
