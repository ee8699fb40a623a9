"""Everything that can be wrong in a row or a first line, with the sentence that tells it."""

from collections.abc import Callable
from typing import Any

import pytest
from import_samples import FAMILY, HEADERS, HUANG, LI, WANG, WEI, binding, movement, person
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.store.tables import Account, Binding, LedgerEntry, Person

Faults = Callable[..., list[str]]
COPY = "copy the number from the identity card"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"id_number": ""}, f"id_number: not 18 characters (or 15 digits); {COPY}"),
        ({"id_number": "4501*450199196803129974"}, f"id_number: not 18 characters (or 15 digits); {COPY}"),
        ({"id_number": "45019919520405999*"}, f"id_number: not 18 characters (or 15 digits); {COPY}"),
        ({"id_number": "00019919550317998X"}, f"id_number: the first two digits are no province; {COPY}"),
        ({"id_number": "450199195513179987"}, f"id_number: the birth date in it does not exist; {COPY}"),
        ({"id_number": "45019920990101998X"}, f"id_number: the birth date in it is in the future; {COPY}"),
        (
            {"id_number": "450199188001019984"},
            f"id_number: the birth date in it is more than 130 years ago; {COPY}",
        ),
        (
            {"id_number": "450199195503179981"},
            f"id_number: the last character does not fit the others, so one of them is wrong; {COPY}",
        ),
        ({"name": ""}, "name: empty; write 1 to 40 characters"),
        ({"name": "黄" * 41}, "name: 41 characters; write 1 to 40 characters"),
        (
            {"name": "黄\x00国"},
            "name: a line break or another character that cannot be seen; take it away",
        ),
        ({"region": "4501"}, "region: not a region; write its six digits, such as 450100"),
        (
            {"member_type": "retire"},
            "member_type: not one of employed, flexible, retired, resident; did you mean retired?",
        ),
        ({"member_type": "在职"}, "member_type: not one of employed, flexible, retired, resident"),
        (
            {"status": "Active"},
            "status: not one of active, suspended, ended, frozen, deceased; did you mean active?",
        ),
        (
            {"mobile": "0771-2800185"},
            "mobile: not a mobile that may be sent texts (hotline.yaml: texts.allowed); write its 11 digits",
        ),
        (
            {"mobile_registered_on": "2020-01-01"},
            "mobile_registered_on: there is no mobile; write it, or take the day away",
        ),
        (
            {"mobile": "13800138000", "mobile_registered_on": "2020/1/1"},
            "mobile_registered_on: not a date; write year, month and day as in 2026-01-31",
        ),
        (
            {"mobile": "13800138000", "mobile_registered_on": "2025-02-29"},
            "mobile_registered_on: a day that does not exist; look it up",
        ),
        (
            {"mobile": "13800138000", "mobile_registered_on": "2026-11-24"},
            "mobile_registered_on: a day in the future; only what has happened is imported",
        ),
        (
            {"card_number": "桂A1234567"},
            "card_number: not a card number; write it as printed: letters, and at least 6 digits",
        ),
        (
            {"card_number": "ABCDEF12345"},
            "card_number: not a card number; write it as printed: letters, and at least 6 digits",
        ),
        (
            {"computer_number": "6-1"},
            "computer_number: not a computer number; write at most 20 digits and letters",
        ),
        ({"query_pin": "12345"}, "query_pin: not six digits; write six, or nothing where there is no PIN"),
        ({"query_pin": "١٢٣٤٥٦"}, "query_pin: not six digits; write six, or nothing where there is no PIN"),
        (
            {"special_scheme": "disabled_soldier"},
            "special_scheme: not one of none, disabled_soldier_1_6; did you mean disabled_soldier_1_6?",
        ),
        ({"credit_zone": "bank"}, "credit_zone: not one of medical, financial"),
        ({"remote_care_filed": "yes"}, "remote_care_filed: not a truth value; write true or false"),
    ],
)
def test_a_person(faults: Faults, cells: dict[str, str], sentence: str) -> None:
    assert faults("people", person(**cells)) == [f"2: {sentence}"]


AMOUNT = "amount: not an amount; write yuan with at most two decimals, such as 1022.51 or -35.00"
NOBODY = "nobody has this number; import the people first, or correct it"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        *[
            ({"amount": amount}, AMOUNT)
            for amount in ("", "1.234", "¥5", "5元", "1e3", ".5", "5.", "1000000000", "1\u0665", "--5")
        ],
        ({"date": "20261101"}, "date: not a date; write year, month and day as in 2026-01-31"),
        ({"date": "2026-11-24"}, "date: a day in the future; only what has happened is imported"),
        (
            {"kind": "spend"},
            "kind: not one of opening, monthly_credit, spend_own, spend_family, premium, share_lock, "
            "share_return, interest, adjust, withdraw; did you mean spend_own?",
        ),
        (
            {"kind": "share_lock", "amount": "500"},
            "amount: a share_lock takes away from what is available; write it below zero",
        ),
        (
            {"kind": "share_return", "amount": "-500"},
            "amount: a share_return adds to what is available; write it above zero",
        ),
        ({"institution": "院" * 81}, "institution: 81 characters; write 0 to 80 characters"),
        ({"reference": "R" * 81}, "reference: 81 characters; write 0 to 80 characters"),
        (
            {"reference": "act:1"},
            "reference: act: and row: begin the hotline's own references; put something else in front",
        ),
        (
            {"counterparty_id_number": "450199195503179981"},
            "counterparty_id_number: the last character does not fit the others, so one of them is wrong; "
            + COPY,
        ),
        ({"id_number": "45019919440815998X"}, f"id_number: {NOBODY}"),
        ({"counterparty_id_number": "45019919440815998X"}, f"counterparty_id_number: {NOBODY}"),
        *[
            (
                {"id_number": without},
                "id_number: this person has no account; take the row away, or correct member_type first",
            )
            for without in (WEI, WANG)
        ],
    ],
)
def test_a_movement(imported: Any, faults: Faults, cells: dict[str, str], sentence: str) -> None:
    imported("people", *FAMILY)
    assert faults("ledger", movement(), movement(**cells)) == [f"3: {sentence}"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"relation": "wife"},
            "relation: not one of spouse, child, parent, parent_in_law, sibling, grandparent, "
            "maternal_grandparent, grandchild, maternal_grandchild",
        ),
        (
            {"priority": "0"},
            "priority: not a place in the order; write 1 to 99, or nothing where the region sets no order",
        ),
        ({"bound_on": ""}, "bound_on: not a date; write year, month and day as in 2026-01-31"),
        ({"quota": "lots"}, AMOUNT.replace("amount:", "quota:", 1)),
        (
            {"quota": "-0.01"},
            "quota: below zero; write the yuan that may be used, or nothing where there is no limit",
        ),
        (
            {"beneficiary_id_number": HUANG},
            "beneficiary_id_number: this is the authoriser; write who uses the money",
        ),
        ({"authoriser_id_number": "45019919440815998X"}, f"authoriser_id_number: {NOBODY}"),
        ({"beneficiary_id_number": "45019919440815998X"}, f"beneficiary_id_number: {NOBODY}"),
    ],
)
def test_a_binding(imported: Any, faults: Faults, cells: dict[str, str], sentence: str) -> None:
    imported("people", *FAMILY)
    assert faults("bindings", binding(**cells)) == [f"2: {sentence}"]


def test_a_person_twice(faults: Faults) -> None:
    fifteen = "450199550317998"
    rows = person(), person(id_number=LI), person(id_number=fifteen), person()
    assert faults("people", *rows) == [
        "4: id_number: this person stands in line 3 already; leave one of the two",
        "5: id_number: this person stands in line 2 already; leave one of the two",
    ]


def test_a_card_twice(faults: Faults) -> None:
    rows = person(card_number="A12345678"), person(id_number=LI, card_number="B12345678")
    assert faults("people", *rows) == ["3: card_number: the card in line 2 has the same digits; correct one"]


def test_a_card_of_somebody_else(imported: Any, faults: Faults) -> None:
    imported("people", person(card_number="A12345678"))
    sentence = "card_number: somebody else has a card with these digits; correct it, or theirs first"
    assert faults("people", person(id_number=LI, card_number="12345678")) == [f"2: {sentence}"]
    imported("people", person(id_number=LI))
    assert faults("people", person(id_number=LI, card_number="12345678")) == [f"2: {sentence}"]


def test_a_reference_twice(imported: Any, faults: Faults) -> None:
    imported("people", *FAMILY)
    rows = movement(reference="R1"), movement(), movement(reference="R1", amount="1")
    assert faults("ledger", *rows) == ["4: reference: line 2 has the same; give every movement its own"]


def test_a_reference_of_another_movement(imported: Any, faults: Faults) -> None:
    imported("people", *FAMILY)
    imported("ledger", movement(reference="R1"))
    assert faults("ledger", movement(reference="R1", amount="85.21")) == [
        "2: reference: the ledger has another movement under this one; "
        "it is never changed, so correct it by a row of kind adjust"
    ]


def test_a_binding_twice(imported: Any, faults: Faults) -> None:
    imported("people", *FAMILY)
    assert faults("bindings", binding(), binding(relation="sibling")) == [
        "3: beneficiary_id_number: line 2 binds the same two; leave one of them"
    ]


def test_every_fault_is_told_in_the_order_of_lines_and_nothing_is_written(
    imported: Any, faults: Faults, session: Session
) -> None:
    imported("people", *FAMILY)
    rows = movement(amount="x"), movement(), movement(id_number=WEI), movement(date="y", kind="z", amount="")
    assert [fault.partition(";")[0] for fault in faults("ledger", *rows)] == [
        "2: amount: not an amount",
        "4: id_number: this person has no account",
        "5: amount: not an amount",
        "5: date: not a date",
        "5: kind: not one of opening, monthly_credit, spend_own, spend_family, premium, share_lock, "
        "share_return, interest, adjust, withdraw",
    ]
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


@pytest.mark.parametrize(
    ("kind", "good", "bad", "table"),
    [
        ("people", person(id_number=LI), person(name=""), Person),
        ("ledger", movement(), movement(amount=""), LedgerEntry),
        ("bindings", binding(), binding(relation=""), Binding),
    ],
)
def test_all_rows_or_none(
    imported: Any, session: Session, kind: str, good: str, bad: str, table: Any
) -> None:
    if kind != "people":
        imported("people", *FAMILY)
    report = imported(kind, good, bad)
    assert (report.rows, report.added, report.changed, report.unchanged, len(report.faults)) == (
        2,
        0,
        0,
        0,
        1,
    )
    assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.scalar(select(func.sum(Account.balance_fen))) in (None, 0)


FIRST = "the first line must name the columns"


@pytest.mark.parametrize(
    ("header", "sentences"),
    [
        (
            HEADERS["bindings"].replace("relation", "relatoin"),
            [
                "column 3 is not known; did you mean relation?",
                "there is no column relation; add it to the first line",
            ],
        ),
        (HEADERS["bindings"] + ",小名", ["column 7 is not known; take it away"]),
        (HEADERS["bindings"] + ",", ["column 7 is not known; take it away"]),
        (HEADERS["bindings"] + ",quota", ["column quota stands 2 times; leave one of them"]),
        (
            "authoriser_id_number,bound_on,quota,priority",
            ["there is no column beneficiary_id_number and no column relation; add it to the first line"],
        ),
        (
            HEADERS["bindings"].replace(",", ";"),
            [f"{FIRST}, separated by commas instead of semicolons: {HEADERS['bindings']}"],
        ),
        (
            HEADERS["bindings"].replace(",", "\t"),
            [f"{FIRST}, separated by commas instead of tabs: {HEADERS['bindings']}"],
        ),
        (binding(), [f"{FIRST}: {HEADERS['bindings']}"]),
    ],
)
def test_a_first_line(faults: Faults, header: str, sentences: list[str]) -> None:
    found = faults("bindings", binding(), header=header)
    assert found == [f"1: {sentence}" for sentence in sentences]


def test_optional_columns_are_known(faults: Faults) -> None:
    header = HEADERS["people"] + ",agence"
    assert faults("people", header=header) == ["1: column 14 is not known; did you mean agency?"]
    without = HEADERS["ledger"].removesuffix(",reference")
    assert faults("ledger", header=without) == []


SECRETS = (HUANG, LI, "黄建国", "258036", "13800138000", "A12345678")


def test_no_sentence_repeats_a_number_a_name_or_a_pin(faults: Faults) -> None:
    """Whatever column it slipped into: even the first line of a file without one is somebody's data."""
    columns = HEADERS["people"].split(",")
    told = faults("people", header=",".join(SECRETS))
    for secret in SECRETS:
        told += faults("people", person(**dict.fromkeys(columns, secret)))
        told += faults("people", *[person(**dict.fromkeys(columns, secret + "?"))] * 2)
        told += faults("ledger", ",".join([secret] * 7))
        told += faults("bindings", ",".join([secret] * 6), ",".join([secret] * 5))
    assert len(told) > 100
    assert not [sentence for sentence in told if any(secret in sentence for secret in SECRETS)]
