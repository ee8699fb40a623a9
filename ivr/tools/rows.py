"""One row of each kind of file, checked by itself; what it needs in the database is checked later."""

from collections.abc import Iterator
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ivr.tools import columns as c
from ivr.tools.header import Columns


class Row(BaseModel):
    """A checked row. Its representation shows nothing, so that it can stand in a log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return []

    @classmethod
    def columns(cls) -> Columns:
        """Return the columns of the file: required is what has no default."""
        fields = cls.model_fields.items()
        return Columns(
            tuple(name for name, field in fields if field.is_required()),
            tuple(name for name, field in fields if not field.is_required()),
        )


class PersonRow(Row):
    """A row of people. `mobile` is E.164; `agency` is None where the file has no such column."""

    id_number: c.Identity
    name: c.FullName
    region: c.Region
    member_type: c.MemberType
    status: c.Status
    mobile: c.Mobile
    mobile_registered_on: c.OptionalDay
    card_number: c.Card
    computer_number: c.ComputerNumber
    query_pin: c.Pin
    special_scheme: c.SpecialScheme
    credit_zone: c.CreditZone
    remote_care_filed: c.Yes
    agency: c.Agency = None

    @model_validator(mode="after")
    def _dates_a_mobile(self) -> Self:
        if self.mobile_registered_on and not self.mobile:
            raise ValueError("mobile_registered_on: there is no mobile; write it, or take the day away")
        return self


class LedgerRow(Row):
    """A row of the ledger; `amount` is signed fen."""

    id_number: c.Identity
    date: c.Day
    kind: c.Kind
    amount: c.Fen
    institution: c.Institution
    counterparty_id_number: c.OptionalIdentity
    reference: c.Reference = ""

    @model_validator(mode="after")
    def _locks_and_returns(self) -> Self:
        if self.kind == "share_lock" and self.amount >= 0:
            raise ValueError("amount: a share_lock takes away from what is available; write it below zero")
        if self.kind == "share_return" and self.amount <= 0:
            raise ValueError("amount: a share_return adds to what is available; write it above zero")
        return self


class BindingRow(Row):
    """A row of bindings; `quota` is fen."""

    authoriser_id_number: c.Identity
    beneficiary_id_number: c.Identity
    relation: c.Relation
    priority: c.Priority
    bound_on: c.Day
    quota: c.Quota

    @model_validator(mode="after")
    def _binds_two(self) -> Self:
        if self.authoriser_id_number == self.beneficiary_id_number:
            raise ValueError("beneficiary_id_number: this is the authoriser; write who uses the money")
        return self


def row_faults(error: ValidationError) -> Iterator[str]:
    """Return a sentence for everything wrong with a row; none repeats what stands in it."""
    for fault in error.errors(include_url=False, include_input=False):
        place, sentence = fault["loc"], str(fault["ctx"]["error"])
        yield f"{place[0]}: {sentence}" if place else sentence
