"""Lost cards and unwanted notices."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from ivr.services.locks import failures
from ivr.store.tables import Caller, Ticket
from menus.catalogue import EXPIRED
from menus.events import Told

Make = Callable[..., Any]


def test_a_lost_card_is_marked_and_ticketed_once_a_call(
    line: Make, person: Make, number: Make, session: Session, clock: Any
) -> None:
    owner = person(number=number(), pin="246813")
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.verify_pin", "246813")
    first = clock.now
    assert call.ask("cards.report_lost") == Told("noted")
    clock.forward(minutes=1)
    assert call.ask("cards.report_lost") == Told("noted")
    assert owner.card_lost_at == first
    (ticket,) = session.query(Ticket)
    assert (ticket.kind, ticket.person_id, ticket.state) == ("lost_card", owner.id, "open")


def test_who_is_not_verified_reports_no_card(
    line: Make, person: Make, number: Make, session: Session
) -> None:
    owner = person(number=number())
    call = line()
    call.ask("identity.claim_number", number())
    assert call.ask("cards.report_lost") == Told(EXPIRED, assurance=0)
    assert owner.card_lost_at is None
    assert session.query(Ticket).count() == 0


def test_decision_25_who_wants_no_notices_gets_codes_all_the_same(
    line: Make, person: Make, number: Make, context: Make, texts: Make
) -> None:
    owner = person(number=number())
    message = line(caller="+8613800138000", channel="text")
    for _twice in range(2):
        assert message.ask("notices.opt_out") == Told("done")
    at = context()
    notice = {"template": "SMS16_opt_out", "values": {}, "mobile": "+8613800138000", "now": at.now}
    assert not at.outbox.write(at.session, kind="notice", business_key="a", **notice)
    assert at.outbox.write(at.session, kind="warning", business_key="b", **notice)
    assert message.ask("identity.text_code") == Told("sent")
    assert [text.kind for text in texts()] == ["warning", "code"]
    assert failures(at, {owner.number_hash}).of_person == 0


def test_a_withheld_number_has_no_wishes(line: Make, session: Session) -> None:
    assert line(caller="").ask("notices.opt_out") == Told("done")
    assert session.query(Caller).count() == 0
