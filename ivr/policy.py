"""One version of a region's policy: what it allows, what is answered about it, and who vouches for that."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from ivr.approval import Approvable
from ivr.parts import Part, Spoken, SpokenWord, hanzi

# The code of the whole country, whose policy holds where a region has none.
NATIONAL = "CN"

# The beneficiary is the authoriser's ...
Relation = Literal[
    "spouse",
    "child",
    "parent",
    "parent_in_law",
    "sibling",
    "grandparent",
    "maternal_grandparent",
    "grandchild",
    "maternal_grandchild",
]
RELATIONS: tuple[str, ...] = get_args(Relation)
Use = Literal["outpatient", "inpatient", "pharmacy", "devices", "resident_premium", "care_premium"]
OrderRule = Literal["card_presented", "balance_desc", "set_at_binding", "none"]
Scope = Literal["any", "same_city", "same_province", "national"]
Overruled = Literal["phone_unbind", "who_may_unbind"]
# A: an official text; B: a newspaper or the like; C: an unsigned page.
Reliability = Literal["A", "B", "C"]
LONGEST_PAGE = 45
"""Hanzi that our voices say in fifteen seconds: what is said before a caller is asked to go on."""


class Answer(Approvable):
    """What is said on a topic: sentences by id, the facts they come from, and the approval (decisions 7).

    `former_only` marks what nobody may tell as current practice, approved or not.
    """

    sentences: Annotated[Mapping[str, Spoken], Field(min_length=1)]
    facts: tuple[str, ...]
    former_only: bool = False
    everywhere: bool = False

    @model_validator(mode="after")
    def _is_former_or_approved(self) -> Self:
        if self.approved_by and self.former_only:
            raise ValueError("this may only be told as a former rule; take the approval away")
        return self

    @model_validator(mode="after")
    def _is_short(self) -> Self:
        for name, sentence in self.sentences.items():
            if hanzi(sentence) > LONGEST_PAGE:
                raise ValueError(f"{name} is longer than 15 seconds; leave {LONGEST_PAGE} Hanzi")
        return self


class Change(Part):
    """How another relative is put in a relative's place; at the counter, with which documents."""

    where: Literal["counter", "anywhere"] = "anywhere"
    documents: SpokenWord | None = None

    @model_validator(mode="after")
    def _names_documents(self) -> Self:
        if (self.where == "counter") != (self.documents is not None):
            raise ValueError("documents are named for the counter, and only for the counter")
        return self


class Policy(Part):
    """One version, in force from its first to its last day; without a first day it is undated and oldest.

    `overrules` names what a national version settles for every older version of every region.
    """

    id: str
    effective_from: date | None = None
    effective_to: date | None = None
    source: str
    reliability: Reliability
    facts: tuple[str, ...] = ()
    phone_unbind: bool = True
    who_may_unbind: Literal["authoriser", "beneficiary", "either", "counter_only"] = "authoriser"
    order_rule: OrderRule = "none"
    allowed_relations: frozenset[Relation]
    beneficiary_scope: Scope = "any"
    allowed_uses: frozenset[Use]
    sharing_threshold: Literal["none", "above_last_year_average_monthly_wage"] = "none"
    own_balance_first: bool = False
    whose_card: Literal["authoriser", "patient", "unsaid"] = "unsaid"
    family_settlement: Literal["live", "reported_not_yet"] = "live"
    excluded_schemes: frozenset[Literal["disabled_soldier_1_6"]] = frozenset()
    change: Change = Change()
    answers: Mapping[str, Answer] = Field(default_factory=dict)
    overrules: tuple[Overruled, ...] = ()

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to is before effective_from")
        return self

    def holds(self, day: date) -> bool:
        """Return whether the version is in force on a day; its last day is one of them."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    def under(self, national: "Policy") -> "Policy":
        """Return the version with what the national one of the same day adds and overrules (decisions 1, 3).

        A region's version that began later than the national one knew it and speaks for itself.
        """
        shared = {topic: answer for topic, answer in national.answers.items() if answer.everywhere}
        begun = (self.effective_from or date.min) < (national.effective_from or date.min)
        overruled: dict[str, object] = (
            {name: getattr(national, name) for name in national.overrules} if begun else {}
        )
        return self.model_copy(update={**overruled, "answers": {**shared, **self.answers}})
