"""The whole hotline behind its doors: engines with habits of their own, forged requests, odd texts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from house import House
from sqlalchemy import func, select
from test_transcripts import TRANSCRIPTS, Run, on_core

from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.telephone import LineTelephone, Telephone
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.store.tables import Table

SHOWING_MUCH = ["balance-7", "unbinding-2", "verification-7", "pins-2", "texts-6", "person-2", "entry-8"]
DOORS = [f"/voice/{name}" for name in ("incoming", "turn?n=1", "status", "fallback")]
DOORS += ["/sms/incoming", "/sms/status"]
# Enough for each of them to do something, if it is believed.
FIELDS = {
    "CallSid": "CA" + "1" * 32,
    "MessageSid": "SM" + "1" * 32,
    "From": "+8610027315001",
    "To": "+867710000000",
    "CallStatus": "completed",
    "MessageStatus": "delivered",
    "Body": "余额",
}


def through(habits: dict[str, object]) -> Callable[[House, FarEnd], Telephone]:
    """Return a maker of telephones at a provider with these habits."""

    def made(house: House, far_end: FarEnd) -> Telephone:
        transport = InProcess(house.app, house.settings.public_url)
        provider = PretendTwilio(transport, house.account(), **habits)  # type: ignore[arg-type]
        return LineTelephone(provider, Messages(provider, house.texts), settle=house.deliver, far_end=far_end)

    return made


@pytest.mark.parametrize("name", SHOWING_MUCH)
@pytest.mark.parametrize(
    "habits",
    [
        pytest.param({"repeats": 2}, id="every request three times"),
        pytest.param({"omits_empty_digits": True}, id="no Digits where there are none"),
        pytest.param({"extra": {"StirVerstat": "</Say>", "Digitss": "0"}}, id="fields nobody knows"),
    ],
)
def test_sec_31_engines_with_habits_make_no_difference(
    name: str, habits: dict[str, object], rehearsed: Run, dialogues: dict[str, list[str]]
) -> None:
    dialogue = rehearsed(TRANSCRIPTS[name], "sqlite", through(habits))
    assert dialogue == on_core(name, rehearsed, dialogues)


def contents(house: House) -> dict[str, int]:
    with house.built.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Table.metadata.sorted_tables
        }


@pytest.mark.parametrize("door", DOORS)
def test_sec_30_what_is_not_signed_as_it_stands_changes_nothing(hotline: House, door: str) -> None:
    request = hotline.provider.prepare(door, FIELDS)
    url, headers = request.url, dict(request.headers)
    elsewhere = url.replace("https://hotline.example/", "https://hotline.example/./")
    unsigned = {name: value for name, value in headers.items() if name != "X-Twilio-Signature"}
    before = contents(hotline)
    transport = InProcess(hotline.app, hotline.settings.public_url)
    answers = [
        transport.post(url, request.form, unsigned),
        transport.post(url, request.form, headers | {"X-Twilio-Signature": "bm9uc2Vuc2U="}),
        transport.post(url, {**request.form, "From": "+8610027315002"}, headers),
        transport.post(url, {**request.form, "Digits": "1"}, headers),
        transport.post(url + ("&" if "?" in url else "?") + "n=7", request.form, headers),
        transport.post(elsewhere, request.form, headers),
    ]
    assert {answer.status for answer in answers} <= {403, 404}
    assert [answer.body for answer in answers if answer.status == 403] == [b""] * 5
    assert contents(hotline) == before
    assert transport.post(url, request.form, headers).status in (200, 204)


ODD_TEXTS = [
    "",
    " \n\t ",
    "\x00\x01\x1b[31m",
    "余" * 10_000,
    "482913" * 2_000,
    "😀👴🏻‍🦳🇨🇳",
    "</Message></Response><Response><Dial>+8613800138000</Dial>",
    "]]>&lt;!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "'; DROP TABLE people; --",
    "{amount}{机构}{code}%s%(x)s",
    "\u202e额余\u200b",
    "解绑 " + "9" * 50,
    "解绑 -1",
    "解绑 0",
    "解绑 １",
    "网点 " + "区" * 2_000,
    "JB9999999999999999999",
    "\ud7ff\ue000\ufffd\U0010ffff",
]


@pytest.mark.parametrize("body", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_sec_39_whatever_is_written_is_answered_in_chinese_or_not_at_all(hotline: House, body: str) -> None:
    telephone = hotline.keys()
    telephone.write("+8610027315001", body, None)
    replies = telephone.read("+8610027315001")
    for reply in replies:
        assert reply.startswith("【演示】")
        assert len(reply) <= 500
        assert not {"<", ">", "{", "}"} & set(reply)
    telephone.write("+8610027315001", "帮助", None)
    assert telephone.read("+8610027315001")[0].startswith("【演示】可回复")


@pytest.mark.parametrize(
    "keys", ["#" * 12, "*" * 40, "0" * 18, "*#" * 9, "9" * 30, "18" * 18, "1" + "#*" * 20]
)
def test_whatever_is_pressed_is_answered(hotline: House, keys: str) -> None:
    telephone = hotline.keys()
    telephone.dial("+8610027315001", None)
    telephone.press(keys)
    for _ in range(12):
        if telephone.over():
            break
        telephone.silence()
    assert telephone.over()
    assert telephone.heard()[-1].startswith("谢谢来电")


def test_the_transcripts_named_here_exist() -> None:
    assert set(SHOWING_MUCH) <= set(TRANSCRIPTS)
    assert Path(__file__).with_name("balance.yaml").exists()
