"""A small hotline behind the real doors: own menus and services, a real database, a voice that beeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

from beeping import Beep
from flask import Flask

from ivr.channels import sms, sound, utterances, voice
from ivr.channels.phone.line import FarEnd, Line
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import Account, PretendTwilio
from ivr.channels.script import Script
from ivr.channels.shelf import Shelf
from ivr.channels.signature import Signature
from ivr.channels.speakers import OwnVoice, ProvidersVoice, Speaker
from ivr.channels.turn_token import TurnTokens
from ivr.channels.twiml import Renderer
from ivr.channels.voice import Calls
from ivr.consulting import Consulting
from ivr.conversation import Conversations
from ivr.services.service import Service, by_name, catalogue
from ivr.store.engine import connect
from ivr.store.sealed import Vault
from ivr.store.tables import Table
from ivr.store.versions import Versions, publish
from menus.actions import Say
from menus.catalogue import Declaration, Outcome
from menus.events import Told
from menus.load import load
from menus.values import Count, Money, Name, Word
from speech.repertoire import Repertoire
from speech.score import NORMAL, SLOW, Clip, Sounding
from speech.studio import Studio

PUBLIC = "https://hotline.example/base"
TOKEN = "0123456789abcdef0123456789abcdef"
CALLER = "+8613800138000"
HOTLINE = "+8610012333000"
PERSON = "+8610012300000"
NUMBER = "450199195503179983"
PIN = "730516"
APOLOGY = "【演示】对不起,出了点问题。"
SECRETS = (NUMBER, NUMBER[:-1], PIN, CALLER, CALLER[3:], "1022.51", "102251")
CONSTANTS = {"机构": Word("演示", "演示"), "notice": Word("这是提示。")}

FILES = {
    "menus/start.yaml": """
voice: welcome
text: text
verify: {voice: identity, text: text}
failed: {voice: broken, text: text}
back: main
person: person
expired: silent
slower: slow
silence: [silent]
unmatched: [lost]
after_silence: {say: silent, go: person}
after_unmatched: {say: lost, go: person}
""",
    "menus/all.yaml": """
welcome:
  say: [hello, {prompt: notice, interruptible: false}]
  go: main
main:
  say: main
  ask:
    1: {go: balance, phrases: [查余额]}
    2: {go: waiting, phrases: [等一下]}
    3: breaking
    4: {say: {prompt: warning, interruptible: false}, go: bye}
identity:
  say: number
  enter:
    number: identity
    consult: {service: toy.claim, told: {noted: {go: pin}}}
    card: toy.claim
    faults: {short: short, long: lost, check: lost, ending: lost}
pin:
  say: pin
  enter:
    number: pin
    consult: {service: toy.verify, told: {verified: {go: resume}, wrong: {say: lost, go: again}}}
    faults: {short: short, long: lost}
balance: {needs: 2, consult: {service: toy.balance, told: {ok: balance.said}}}
balance.said:
  say: balance
  ask: {1: main}
waiting:
  say: wait
  wait: {seconds: 3, go: main}
breaking: {consult: {service: toy.breaks, told: {never: main}}}
broken: {say: sorry, go: main}
person:
  say: person
  transfer:
    to: person
    tell: [{prompt: tell.known, when: name}, {prompt: tell.unknown, unless: name}]
    ended: {answered: bye, busy: main, no_answer: main, failed: main}
bye: {say: bye, hang_up: true}
text:
  channel: text
  listen:
    headings:
      - {words: [余额], go: text.balance}
      - {words: [安静], go: text}
      - {words: [网点], rest: place, go: {say: reply.place, go: text}}
    code: {say: reply.code, go: text}
    refusal: {say: reply.no, go: text}
    not_me: {say: reply.no, go: text}
    opt_out: {say: reply.opt_out, go: text}
    otherwise: {say: reply.help, go: text}
text.balance:
  channel: text
  consult: {service: toy.tell, told: {ok: {say: [reply.balance, line.more], go: text}}}
""",
    "prompts/zh-CN.yaml": """
hello: 您好,这里是{机构}医保电话。
notice: "{notice}"
main: 查余额,请按一。
warning: 办了就不能改。
number: 请按身份证号。
pin: 请按查询密码。
short: 少按了{n}位。
balance: "{name},余额是,{amount}。"
wait: 请稍等。
person: 正在转人工。
sorry: 对不起。
tell.known: 这是{name}。
tell.unknown: 来电人没有说是谁。
silent: 您还在吗?
lost: 没听清。
slow: 我说慢一点。
bye: 再见。
""",
    "texts/zh-CN.yaml": """
reply.balance: 【{机构}】{name}余额{amount}元。
line.more: 要人工请打电话。
reply.place: 【{机构}】没找到{place}。
reply.code: 【{机构}】收到了。
reply.no: 【{机构}】没有办。
reply.opt_out: 【{机构}】不再发了。
reply.help: 【{机构}】没看懂。
sorry: 【{机构}】对不起。
""",
}


def _verify(_context: Any, arguments: Mapping[str, Any]) -> Told:
    return Told("verified", assurance=2) if arguments["keys"].keys == PIN else Told("wrong")


def _break(_context: Any, _arguments: object) -> Told:
    raise KeyError(NUMBER)


def _told(outcome: str, **values: Any) -> Any:
    return lambda _context, _arguments: Told(outcome, values)


KEYS = frozenset({"keys"})
AMOUNT = {"amount": Money(102251), "name": Name("陈*英")}
# Every word at a place of a prompt, as `utterances.words` finds them for a real hotline.
KNOWN = {"n": tuple(Count(number) for number in range(22))}
# The host itself asks for a verified claim where a service needs assurance; here the menus ask for it.
SERVICES = by_name(
    (
        Service(Declaration("toy.claim", {"noted": Outcome(gives=1)}, takes=KEYS), _told("noted")),
        Service(
            Declaration("toy.verify", {"verified": Outcome(gives=2), "wrong": Outcome()}, takes=KEYS), _verify
        ),
        Service(Declaration("toy.balance", {"ok": Outcome({"amount": 0, "name": 0})}), _told("ok", **AMOUNT)),
        Service(Declaration("toy.tell", {"ok": Outcome({"amount": 0, "name": 0})}), _told("ok", **AMOUNT)),
        Service(Declaration("toy.breaks", {"never": Outcome()}), _break),
        Service(Declaration("entry.keep", {"kept": Outcome()}, takes=KEYS), _told("kept")),
        Service(Declaration("entry.join", {"joined": Outcome({"keys": 0})}, takes=KEYS), _told("joined")),
    )
)


@dataclass
class Clock:
    """The time of a test."""

    now: datetime = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight of the 24th in China

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **distance: float) -> None:
        self.now += timedelta(**distance)


class Toy:
    """The hotline, what it noticed, and the provider that reaches it. `own_voice` plays, else Say is told.

    Its voice has rendered everything that this hotline says.
    """

    def __init__(self, folder: Path, *, own_voice: bool = False) -> None:
        self.clock = Clock()
        self.vault = Vault("c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE=")
        self.engine = connect(f"sqlite:///{folder / 'toy.db'}")
        Table.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            publish(connection, FILES, "test", "", self.clock())
        self.menus = load(FILES, catalogue(SERVICES)).menus
        nothing = cast("Any", None)  # hotline, regions, PINs: these services ask for none of them
        consulting = Consulting(SERVICES, self.vault, nothing, nothing, nothing, lambda _texts: nothing)
        versions = Versions(catalogue(SERVICES))
        self.conversations = Conversations(self.engine, versions, consulting, self.clock)
        self.beep = Beep()
        self.studio = Studio(self.beep, folder / "sounds")
        self.repertoire = Repertoire([self.studio])
        self.tokens = TurnTokens(self.vault)
        self.script = Script(lambda: CONSTANTS)
        self.refused: list[str] = []
        self.delivered: list[tuple[str, str, str, str]] = []
        self.shelf = self._shelf()
        speaker = self._speaker(own_voice)
        self.renderer = Renderer(PUBLIC, self.script, speaker, {"person": PERSON}.get, self.tokens)
        self.signature = Signature(PUBLIC, [TOKEN], self.refused.append)
        self.app = self._app()
        self.twilio = PretendTwilio(InProcess(self.app, PUBLIC), Account(PUBLIC, TOKEN, HOTLINE))

    def key_hash(self, key: str) -> str:
        return self.vault.hash(key, "conversation")

    def call(self, far_end: FarEnd | None = None, caller: str = CALLER) -> Line:
        """Dial; the greeting is playing."""
        line = Line(self.twilio, caller, far_end=far_end, caption=self.shelf.caption)
        line.dial()
        return line

    def texts(self) -> Messages:
        return Messages(self.twilio)

    def everything_said(self) -> list[Sounding]:
        """What is said to everybody, and the few clips of the one amount and name there are."""
        clips = [
            part
            for pace in (NORMAL, SLOW)
            for part in self.script.line(self.menus, Say("balance", AMOUNT), pace).score
            if isinstance(part, Clip)
        ]
        paces = (utterances.phrases(self.menus, self.script, KNOWN, pace) for pace in (NORMAL, SLOW))
        return [*clips, *(phrase for each in paces for phrase in each)]

    def close(self) -> None:
        self.engine.dispose()

    def _speaker(self, own_voice: bool) -> Speaker:
        if not own_voice:
            return ProvidersVoice()
        self.studio.render(self.everything_said())
        self.beep.spoken.clear()
        return OwnVoice(PUBLIC, self.shelf.address, self.tokens)

    def _shelf(self) -> Shelf:
        return Shelf(
            self.conversations,
            self.script,
            self.tokens,
            self.repertoire,
            self.clock,
            lambda: [self.menus],
        )

    def _app(self) -> Flask:
        app = Flask("toy", static_folder=None)
        app.register_blueprint(
            voice.blueprint(
                Calls(self.conversations, self.renderer, self.clock), self.signature, self.key_hash
            )
        )
        app.register_blueprint(
            sms.blueprint(
                self.conversations, self.signature, lambda: CONSTANTS, self._delivered, self.key_hash, APOLOGY
            )
        )
        app.register_blueprint(sound.blueprint(self.shelf))
        return app

    def _delivered(self, *report: str) -> None:
        self.delivered.append(cast("tuple[str, str, str, str]", report))


def heard(line: Line) -> str:
    """Everything said so far, joined."""
    return "".join(each.text or "" for each in line.heard)


def tree(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document.encode())  # noqa: S314 - our own doors wrote it
