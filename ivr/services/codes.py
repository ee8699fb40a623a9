"""One-time codes: made here, sent by text, given back by keys or by text, each good for one thing once.

    issued -> used | exhausted | revoked | expired

A code belongs to a person, a purpose, at most one act and the mobile it went to (SEC-11): its keyed hash
covers the first three, and with another registered mobile it is no code any more. It is good to its last
instant.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import and_, select, update

from ivr.services import code_limits
from ivr.services.code_digits import equals, generated, hashed
from ivr.services.context import Context
from ivr.store.tables import Code, CodeRequest, Message, Person
from menus.values import Count, Digits, Values

Purpose = Literal["verify", "unbind"]
Result = Literal["right", "wrong", "expired", "exhausted", "none"]

_NOBODY = 0  # no row has it: what statements about nobody name


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a try, and of a wrong one how many are left."""

    result: Result
    left: int = 0


def issue(
    context: Context, person: Person, purpose: Purpose, act_id: int | None, template: str, values: Values
) -> bool:
    """Text a new code to the registered mobile and revoke the older ones of its purpose.

    `template` gets `code` and `minutes` besides `values`. False where the person has no mobile that may get
    texts, or a limit of SEC-14 is reached; the request counts all the same.
    """
    # Two requests of one person must not both find a limit unreached; SQLite lets one writer in anyway.
    context.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    within = code_limits.within(context, person.number_hash, person, purpose)
    order = _Order(person, purpose, act_id, template, values)
    sent = within and person.mobile_sealed is not None and _send(context, order)
    if not sent:
        _do_nothing(context)
    _note_request(context, person.number_hash, person.mobile_hash, sent=sent)
    return sent


def pretend(context: Context, number_hash: str) -> None:
    """Do for somebody who gets no code as many statements as `issue` does: nobody shall tell (SEC-01)."""
    context.session.execute(select(Person.id).where(Person.id == _NOBODY))
    code_limits.within(context, number_hash, None, "verify")
    _do_nothing(context)
    _note_request(context, number_hash, None, sent=False)


def check(
    context: Context, person_id: int | None, purpose: Purpose, act_id: int | None, keys: str
) -> Checked:
    """Try the keys as the newest code of this person, purpose and act; a right code is used up by it.

    Of any number of tries at once exactly one can be right (SEC-18), and none is free: each is charged before
    it is compared. The statements are the same for nobody (None), whose tries all find no code.
    """
    code = _newest(context, person_id or _NOBODY, purpose, act_id)
    attempts = _charge(context, code)
    if code is None or attempts is None:
        return _uncharged(context, code)
    left = context.hotline.limits.code_attempts - attempts
    result: Result = "right" if equals(context.vault, code, keys) else "wrong" if left > 0 else "exhausted"
    _settle(context, code.id, {"right": "used", "wrong": "issued", "exhausted": "exhausted"}[result])
    return Checked(result, left if result == "wrong" else 0)


@dataclass(frozen=True, slots=True, repr=False)
class _Order:
    person: Person
    purpose: Purpose
    act_id: int | None
    template: str
    values: Values


def _send(context: Context, order: _Order) -> bool:
    person, minutes = order.person, context.hotline.limits.code_minutes
    mobile = context.vault.open(person.mobile_sealed or b"", "people.mobile")
    code, expires_at = generated(), context.now + timedelta(minutes=minutes)
    written = context.outbox.write(
        context.session,
        template=order.template,
        values={**order.values, "code": Digits(code, "code"), "minutes": Count(minutes)},
        mobile=mobile,
        kind="code",
        business_key=f"code/{secrets.token_hex(16)}",
        now=context.now,
        expires_at=expires_at,
    )
    if not written:
        return False
    _revoke(context, person.id, order.purpose)
    context.session.add(
        Code(
            person_id=person.id,
            purpose=order.purpose,
            act_id=order.act_id,
            conversation_id=context.party.conversation_id,
            mobile_hash=person.mobile_hash,
            code_hash=hashed(context.vault, code, person.id, order.purpose, order.act_id),
            issued_at=context.now,
            expires_at=expires_at,
        )
    )
    context.session.flush()
    return True


def _do_nothing(context: Context) -> None:
    """Execute as many statements as `_send`: a text, the older codes, the new one."""
    context.session.execute(select(Message.id).where(Message.id == _NOBODY))
    _revoke(context, _NOBODY, "verify")
    context.session.execute(select(Code.id).where(Code.id == _NOBODY))


def _note_request(context: Context, number_hash: str, mobile_hash: str | None, *, sent: bool) -> None:
    context.session.add(
        CodeRequest(
            number_hash=number_hash,
            mobile_hash=mobile_hash,
            caller_hash=context.party.caller_hash,
            sent=sent,
            at=context.now,
        )
    )
    context.session.flush()


def _revoke(context: Context, person_id: int, purpose: Purpose) -> None:
    context.session.execute(
        update(Code)
        .where(Code.person_id == person_id, Code.purpose == purpose, Code.state == "issued")
        .values(state="revoked")
        .execution_options(synchronize_session=False)
    )


def _newest(context: Context, person_id: int, purpose: Purpose, act_id: int | None) -> Code | None:
    return context.session.scalar(
        select(Code)
        .join(Person, and_(Person.id == Code.person_id, Person.mobile_hash == Code.mobile_hash))
        .where(Code.person_id == person_id, Code.purpose == purpose, Code.act_id.is_not_distinct_from(act_id))
        .order_by(Code.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _charge(context: Context, code: Code | None) -> int | None:
    """Count the try before anything is compared; None where the code takes no tries (any more)."""
    return context.session.scalar(
        update(Code)
        .where(
            Code.id == (code.id if code else _NOBODY),
            Code.state == "issued",
            Code.attempts < context.hotline.limits.code_attempts,
            Code.expires_at >= context.now,
        )
        .values(attempts=Code.attempts + 1)
        .returning(Code.attempts)
        .execution_options(synchronize_session=False)
    )


def _uncharged(context: Context, code: Code | None) -> Checked:
    """Say why the try was not even compared; a code that another try has just used is none."""
    if code is not None and code.state == "issued" and code.expires_at < context.now:
        _settle(context, code.id, "expired")
        return Checked("expired")
    _settle(context, _NOBODY, "expired")
    if code is not None and code.state in {"expired", "exhausted"}:
        return Checked("expired" if code.state == "expired" else "exhausted")
    return Checked("none")


def _settle(context: Context, code_id: int, state: str) -> None:
    context.session.execute(
        update(Code)
        .where(Code.id == code_id, Code.state == "issued")
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
