"""Bindings: added, changed, and left ended once somebody ended them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from import_samples import FAMILY, HUANG, LI, WEI, binding, number, person
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.store.tables import Binding, BindingEvent
from ivr.tools.importing import Importing


@pytest.fixture(autouse=True)
def _family(imported: Any) -> None:
    imported("people", *FAMILY)


def counts(report: Any) -> tuple[int, int, int]:
    assert not report.faults
    return report.added, report.changed, report.unchanged


def stored(session: Session) -> list[Binding]:
    found = select(Binding).order_by(Binding.id).execution_options(populate_existing=True)
    return list(session.scalars(found))


def release(session: Session, at: datetime) -> None:
    session.execute(
        update(Binding)
        .where(Binding.state == "active")
        .values(state="released", released_at=at, release_reason="authoriser")
    )


def test_a_binding_is_stored_whole(imported: Any, session: Session, tools: Importing) -> None:
    rows = binding(priority="2", quota="500.5"), binding(beneficiary_id_number=LI, relation="parent")
    assert counts(imported("bindings", *rows)) == (2, 0, 0)
    first, second = stored(session)
    assert first.authoriser_id == second.authoriser_id != first.beneficiary_id
    assert (first.relation, first.priority, first.quota_fen) == ("spouse", 2, 50050)
    assert (second.relation, second.priority, second.quota_fen) == ("parent", None, None)
    assert (first.bound_on, first.state, first.quota_used_fen) == (date(2025, 5, 6), "active", 0)
    events = session.scalars(select(BindingEvent)).all()
    assert {(event.binding_id, event.what, event.via, event.at) for event in events} == {
        (each.id, "bound", "import", tools.now) for each in (first, second)
    }


def test_a_second_import_changes_nothing(imported: Any, session: Session) -> None:
    rows = binding(quota="0"), binding(authoriser_id_number=LI, relation="child")
    imported("bindings", *rows)
    assert counts(imported("bindings", *reversed(rows))) == (0, 0, 2)
    assert len(session.scalars(select(BindingEvent)).all()) == 2


@pytest.mark.parametrize(
    "cells",
    [{"relation": "sibling"}, {"priority": "1"}, {"bound_on": "2025-05-07"}, {"quota": "300"}, {"quota": ""}],
)
def test_what_differs_is_changed(imported: Any, session: Session, cells: dict[str, str]) -> None:
    imported("bindings", binding(priority="3", quota="200"))
    session.execute(update(Binding).values(quota_used_fen=700))
    assert counts(imported("bindings", binding(**{"priority": "3", "quota": "200"} | cells))) == (0, 1, 0)
    (changed,) = stored(session)
    assert (changed.state, changed.quota_used_fen) == ("active", 700)
    assert [event.what for event in session.scalars(select(BindingEvent).order_by(BindingEvent.id))] == [
        "bound",
        "changed",
    ]


@pytest.mark.parametrize("bound_on", ["2025-05-06", "2025-05-05", "2026-11-22"])
def test_what_was_ended_stays_ended(imported: Any, session: Session, bound_on: str) -> None:
    """The authority's file may still have it, or have it with a corrected day."""
    imported("bindings", binding())
    release(session, datetime(2026, 11, 22, 17, tzinfo=UTC))
    assert counts(imported("bindings", binding(bound_on=bound_on))) == (0, 0, 1)
    assert [each.state for each in stored(session)] == ["released"]


def test_one_bound_again_since_is_new(imported: Any, session: Session) -> None:
    imported("bindings", binding())
    release(session, datetime(2026, 11, 20, 17, tzinfo=UTC))  # the 21st in China
    assert counts(imported("bindings", binding(bound_on="2026-11-21"))) == (1, 0, 0)
    assert counts(imported("bindings", binding(bound_on="2026-11-21"))) == (0, 0, 1)
    assert [each.state for each in stored(session)] == ["released", "active"]


def test_more_bindings_than_a_statement_takes(imported: Any) -> None:
    numbers = [
        number(date(1950 + place // 300, 1 + place % 12, 1 + place // 12 % 25)) for place in range(1200)
    ]
    imported("people", *[person(id_number=each, member_type="resident") for each in numbers])
    rows = [binding(beneficiary_id_number=each, relation="sibling") for each in numbers]
    assert counts(imported("bindings", *rows)) == (1200, 0, 0)
    assert counts(imported("bindings", *rows)) == (0, 0, 1200)
    (fault,) = imported(
        "bindings", *rows, binding(authoriser_id_number=HUANG, beneficiary_id_number=numbers[0])
    ).faults
    assert fault.line == 1202
    assert counts(imported("bindings", binding(beneficiary_id_number=WEI))) == (1, 0, 0)
