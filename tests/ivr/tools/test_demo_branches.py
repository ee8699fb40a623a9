"""Every answer the menus know has a demo person who gets it, by the shipped regions and wording."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.hotline import Hotline, constants
from ivr.regions import Regions
from ivr.services import claims
from ivr.services.context import Context, Party
from ivr.services.register import SERVICES
from ivr.store.tables import Conversation, MenusVersion, Person
from ivr.texts.outbox import Outbox
from ivr.tools.demo_people import demo_callers, fill_session
from ivr.tools.importing import Importing
from ivr.wording import written
from menus.events import Told
from menus.values import Count, Items, Name, Secret, Values

CONFIG = Path(__file__).parents[3] / "config"
CALLERS = {caller.name: caller for caller in demo_callers()}


class Lines:
    """Conversations with the demo's callers, from the telephones they have at hand."""

    def __init__(self, session: Session, tools: Importing, shipped: dict[str, Any]) -> None:
        self._session = session
        self._tools = tools
        self._shipped = shipped
        session.add(MenusVersion(digest="test", content=b"", author="test", published_at=tools.now))
        session.flush()

    def ask(
        self, name: str, service: str, channel: Any = "voice", keys: str = "", verified: bool = True
    ) -> Told:
        """Return what a service tells a caller in a conversation of their own."""
        context = self._context(CALLERS[name].number, channel)
        if verified:
            claims.verify(context, self._person(name), "code")
        return SERVICES[service].answer(context, {"keys": Secret(keys)})

    def enters(self, name: str) -> str:
        """Return the outcome of number and PIN, or of number and code where there is no PIN."""
        caller = CALLERS[name]
        context = self._context(caller.number, "voice")
        SERVICES["identity.claim_number"].answer(context, {"keys": Secret(caller.identity_number)})
        return SERVICES["identity.verify_pin"].answer(context, {"keys": Secret(caller.pin)}).outcome

    def _person(self, name: str) -> Person:
        hashed = self._tools.vault.hash(CALLERS[name].identity_number, "number")
        return self._session.scalars(select(Person).where(Person.number_hash == hashed)).one()

    def _context(self, number: str, channel: Any) -> Context:
        tools = self._tools
        caller_hash = tools.vault.hash(number, "mobile")
        conversation = Conversation(
            key="test",
            channel=channel,
            menus_version="test",
            caller_hash=caller_hash,
            started_at=tools.now,
            open=False,
        )
        self._session.add(conversation)
        self._session.flush()
        party = Party(conversation.id, channel, number, caller_hash)
        return Context(
            session=self._session,
            vault=tools.vault,
            now=tools.now,
            party=party,
            pins=tools.pins,
            **self._shipped,
        )


@pytest.fixture(scope="session")
def shipped(tools: Importing) -> dict[str, Any]:
    """Return what a context needs of the shipped config."""
    hotline = Hotline.load(CONFIG / "hotline.yaml")
    texts = yaml.safe_load((CONFIG / "texts" / "zh-CN.yaml").read_text("utf-8"))
    known = constants(hotline, demo=True, now=tools.now)

    def body(template: str, values: Values) -> str:
        return written(texts[template], values, known)

    outbox = Outbox(tools.vault, body, tools.mobiles)
    return {"hotline": hotline, "regions": Regions.load(CONFIG / "regions"), "outbox": outbox}


@pytest.fixture
def lines(session: Session, tools: Importing, shipped: dict[str, Any]) -> Lines:
    fill_session(session, tools, tools.today)
    return Lines(session, tools, shipped)


@pytest.mark.parametrize(
    ("service", "outcomes"),
    [
        (
            "accounts.balance",
            {
                "黄建国": "ok",
                "覃志强": "ok",
                "梁玉珍": "zero",
                "王海生": "none",
                "韦秀英": "none",
                "唐明远": "down",
            },
        ),
        (
            "accounts.credits",
            {"黄建国": "ok", "卢秀芳": "not_yet", "韦秀英": "none", "王海生": "no_account"},
        ),
        ("accounts.spendings", {"黄建国": "ok", "卢秀芳": "none"}),
        ("accounts.text_balance", {"黄建国": "sent", "何福贵": "no_mobile"}),
        ("bindings.list", {"黄建国": "ok", "卢秀芳": "none", "陈小英": "none"}),
        ("changes.how", {"黄建国": "counter", "陈小英": "anywhere"}),
        ("changes.text_documents", {"黄建国": "sent", "何福贵": "no_mobile"}),
        ("offices.own", {"黄建国": "found", "卢秀芳": "none", "陈小英": "none"}),
        (
            "unbinding.choices",
            {
                "黄建国": "ok",
                "苏文斌": "ok",
                "卢秀芳": "none",
                "农大勇": "disabled",
                "何福贵": "no_phone",
                "莫春梅": "new_phone",
            },
        ),
    ],
)
def test_who_hears_what(lines: Lines, service: str, outcomes: dict[str, str]) -> None:
    assert {name: lines.ask(name, service).outcome for name in outcomes} == outcomes


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("黄建国", "verified"),
        ("何福贵", "verified"),
        ("谭国强", "verified"),
        ("方玉兰", "verified"),
        ("黄德福", "failed_1"),
        ("李桂兰", "failed_1"),
        ("陆永福", "failed_1"),
        ("黄小军", "failed_1"),
    ],
)
def test_who_gets_in_by_number_and_pin(lines: Lines, name: str, outcome: str) -> None:
    assert lines.enters(name) == outcome


def test_what_is_locked_for_the_family_is_told(lines: Lines) -> None:
    told = lines.ask("覃志强", "accounts.balance")
    assert set(told.values) == {"amount", "day", "locked", "available"}
    assert set(lines.ask("黄建国", "accounts.balance").values) == {"amount", "day"}


def test_whose_money_is_used_first(lines: Lines) -> None:
    by_balance = lines.ask("陈小英", "bindings.list").values
    assert (by_balance["first"], by_balance["second"]) == (Name("陈*明"), Name("林*豪"))
    by_order = lines.ask("赵玉芬", "bindings.list").values
    assert (by_order["first"], by_order["second"]) == (Name("孙*华"), Name("孙*军"))


def test_choices_go_over_a_page(lines: Lines) -> None:
    choices = lines.ask("苏文斌", "unbinding.choices").values["choices"]
    assert isinstance(choices, Items)
    assert len(choices.items) == 6
    assert lines.ask("苏文斌", "bindings.list").values["count"] == Count(6)


def test_a_mobile_of_several_people(lines: Lines) -> None:
    assert lines.ask("方玉兰", "identity.text_code", "text", verified=False).outcome == "several"
    assert lines.ask("李桂兰", "identity.text_code", "text", verified=False).outcome == "sent"
