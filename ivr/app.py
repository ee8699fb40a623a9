"""The one place that builds real things: from settings to everything that works together, and to the doors.

`assemble` is used by every command that needs the hotline's insides; `create_app` puts the doors in front.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from ivr import readiness
from ivr.channels import health, sms, sound, stream, utterances, voice
from ivr.channels.attention import Attention
from ivr.channels.health import Counters
from ivr.channels.phone import page
from ivr.channels.phone.demo import Caller, DemoPhone
from ivr.channels.phone.fields import Account
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.channels.script import Script
from ivr.channels.shelf import Shelf
from ivr.channels.signature import LARGEST_BODY, Signature
from ivr.channels.speakers import OwnVoice, ProvidersVoice
from ivr.channels.stream import MOST_AT_ONCE, Streams
from ivr.channels.stream_token import StreamTokens
from ivr.channels.subtitles import Subtitles
from ivr.channels.turn_token import TurnTokens
from ivr.channels.twiml import Renderer
from ivr.channels.voice import Calls
from ivr.consulting import Consulting
from ivr.conversation import Conversations
from ivr.core_system.adapter import CoreSystem
from ivr.ears import Choice, choose, unknown_words
from ivr.hotline import Hotline, allowed_mobiles, constants, region_faults, start_faults
from ivr.regions import Regions
from ivr.services.keeper import OWN_TABLES, Keeper
from ivr.services.pin_hasher import PinHasher, load_or_create_pepper
from ivr.services.register import CATALOGUE, SERVICES, TEMPLATES
from ivr.settings import Settings, SettingsError
from ivr.store import schema, versions
from ivr.store.engine import connect, reading
from ivr.store.sealed import Vault
from ivr.store.versions import Versions
from ivr.texts.outbox import Outbox
from ivr.texts.statuses import record_status
from ivr.voices import SHOWN, repertoire
from ivr.wording import Constants, written
from menus.check import check
from menus.events import Fact
from menus.load import load_folder, read_files
from menus.menu import Menus
from menus.source import SourceError
from speech.ears import Ear
from speech.listening.listener import Listener
from speech.listening.silero import SpeechModel
from speech.repertoire import Repertoire
from speech.score import NORMAL, Sounding

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time it is, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Assembly:
    """Everything real, built once for a process; see `assemble`."""

    settings: Settings
    hotline: Hotline
    regions: Regions
    engine: Engine
    vault: Vault
    versions: Versions
    conversations: Conversations
    consulting: Consulting
    repertoire: Repertoire | None
    hearing: Choice
    script: Script
    tokens: TurnTokens
    clock: Clock

    def constants(self) -> Constants:
        """Return what prompts and texts may say at this moment without being told."""
        return constants(self.hotline, self.settings.is_demo, self.clock())

    def newest_menus(self) -> Menus:
        """Return the menus that new conversations begin with."""
        with reading(self.engine).begin() as connection:
            return self.versions.newest(connection)

    def everything_said(self, menus: Menus) -> Iterator[Sounding]:
        """Yield all that callers can hear under some menus, the main path first."""
        known = utterances.words(menus, self.regions, self.hotline)
        return utterances.everything(menus, self._script_to_come, known)

    def main_path(self, menus: Menus, pace: float = NORMAL) -> list[Sounding]:
        """Return what has no caller's values in it, at one pace: without it nobody gets far."""
        known = utterances.words(menus, self.regions, self.hotline)
        return list(utterances.phrases(menus, self._script_to_come, known, pace))

    @property
    def _script_to_come(self) -> Script:
        """Return the script in which an announcement has begun, so that it is rendered by then."""
        announcement, now = self.hotline.announcement, self.clock()
        at = max(now, announcement.start) if announcement else now
        return Script(lambda: constants(self.hotline, self.settings.is_demo, at))

    def key_hash(self, key: str) -> str:
        """Return what stands for the provider's name of a call, or of two numbers that write, in logs."""
        return self.vault.hash(key, "conversation")

    def person(self, _name: str) -> str | None:
        """Return the number a transfer goes to; the hotline has one desk."""
        return self.hotline.agent.number or None

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Return a maker of sessions for what works outside of turns."""
        return sessionmaker(self.engine)


def assemble(settings: Settings, clock: Clock = utc_now) -> Assembly:
    """Build everything from settings. SettingsError, SourceError, SchemaError or SealError say what to mend.

    Publishes the config folder if nothing was ever published, and never afterwards (decisions 41).
    """
    hotline = Hotline.load(settings.config / "hotline.yaml")
    regions = Regions.load(settings.config / "regions")
    if faults := [*start_faults(hotline, settings), *region_faults(hotline, regions.codes)]:
        raise SettingsError(faults)
    vault = Vault(settings.secret_key)
    engine = connect(settings.database_url)
    schema.check(engine)
    publish_first(settings, engine, clock())
    with Session(engine) as session, session.begin():
        pins = PinHasher(load_or_create_pepper(session, vault))

    def fill() -> Constants:
        return constants(hotline, settings.is_demo, clock())

    def outbox(texts: Mapping[str, str]) -> Outbox:
        allowed = allowed_mobiles(hotline, settings)
        return Outbox(vault, lambda template, values: written(texts[template], values, fill()), allowed)

    def facts(now: datetime) -> tuple[Fact, ...]:
        demo: tuple[Fact, ...] = ("demo",) if settings.is_demo else ()
        return (*demo, "announcement") if hotline.announced(now) else demo

    known = Versions(CATALOGUE)
    consulting = Consulting(SERVICES, vault, hotline, regions, pins, outbox, keeper_of(settings))
    return Assembly(
        settings=settings,
        hotline=hotline,
        regions=regions,
        engine=engine,
        vault=vault,
        versions=known,
        conversations=Conversations(engine, known, consulting, clock, facts),
        consulting=consulting,
        repertoire=repertoire(settings),
        hearing=choose(settings),
        script=Script(fill),
        tokens=TurnTokens(vault),
        clock=clock,
    )


def keeper_of(settings: Settings) -> Keeper:
    """Return who keeps the accounts: the core system at an address, or our own tables."""
    return CoreSystem(settings.core_url, settings.core_token) if settings.core_url else OWN_TABLES


def publish_first(settings: Settings, engine: Engine, now: datetime) -> None:
    """Check the config folder and publish it if no version exists yet; SourceError lists its faults."""
    with engine.begin() as connection:
        if versions.newest(connection):
            return
        loaded = load_folder(settings.config, CATALOGUE)
        if faults := check(loaded, TEMPLATES, unknown_words(settings)):
            raise SourceError(faults)
        versions.publish(connection, read_files(settings.config), "config", "the first version", now)


def create_app(
    hotline: Assembly,
    callers: Sequence[Caller] = (),
    notice: Callable[[], str | None] = lambda: None,
    *,
    ear: Callable[[], Ear | None] | None = None,
    spoken: Callable[[str], bytes | None] = lambda _words: None,
) -> Flask:
    """Return the web application: every door of the contract that the provider and operations use.

    In a demo also the page with a telephone, on which one calls as one of the `callers`, reads `notice` and
    lets `spoken` say something. `ear` gives the ear where it may still come; else it is the one of `hotline`.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    counters = Counters()
    settings = hotline.settings
    signature = Signature(
        settings.public_url, settings.auth_tokens, lambda why: counters.count(f"refused_{why}")
    )
    sounds = shelf(hotline)
    calls = Calls(
        hotline.conversations,
        renderer(hotline, sounds),
        hotline.clock,
        lambda called: hotline.hotline.region_of(called) is not None,
    )
    if listening := streams(hotline, sounds, ear):
        calls = replace(calls, token=listening.token)
        app.register_blueprint(stream.blueprint(listening, signature))
    app.register_blueprint(voice.blueprint(calls, signature, hotline.key_hash))
    app.register_blueprint(
        sms.blueprint(
            hotline.conversations,
            signature,
            hotline.constants,
            lambda *report: _record_status(hotline, *report),
            hotline.key_hash,
            written(hotline.newest_menus().texts["zh-CN"]["sorry"], {}, hotline.constants()),
        )
    )
    app.register_blueprint(sound.blueprint(sounds))
    app.register_blueprint(health.blueprint(_checks(hotline), counters.read, settings.metrics_token))
    if settings.is_demo:
        phone = replace(demo_phone(app, hotline, sounds, callers, notice), spoken=spoken)
        app.register_blueprint(page.blueprint(phone))
    return app


def demo_phone(
    app: Flask,
    hotline: Assembly,
    sounds: Shelf | None,
    callers: Sequence[Caller],
    notice: Callable[[], str | None] = lambda: None,
) -> DemoPhone:
    """Return the telephone of the demo page: it plays the provider towards the doors of this application.

    Its requests are signed and answered like any other; they only spare themselves the network.
    """
    twilio = PretendTwilio(InProcess(app, hotline.settings.public_url), account_of(hotline))
    return DemoPhone(
        twilio,
        Messages(twilio, hotline.settings.texts_file, strict=False, reports=True),
        callers,
        caption=sounds.caption if sounds else lambda _: None,
        voice=lambda url: shown_voice(sounds.voice_of(url) if sounds else None),
        notice=notice,
        saying=Subtitles(
            hotline.conversations,
            hotline.script,
            lambda passage: shown_voice(sounds.speaks(passage) if sounds else None),
        ).of,
        shown_number=hotline.hotline.authority.number,
    )


def account_of(hotline: Assembly) -> Account:
    """Return what a pretend provider knows of this hotline."""
    settings = hotline.settings
    number = next(iter(hotline.hotline.numbers), hotline.hotline.sender.number or "")
    return Account(settings.public_url, settings.auth_tokens[0], number, settings.account_sid)


def shown_voice(name: str | None) -> str | None:
    """Return the voice of a name as people on the demo page know it."""
    return SHOWN.get(name.partition(":")[0]) if name else None


def renderer(hotline: Assembly, sounds: Shelf | None) -> Renderer:
    """Return what turns turns into TwiML, in our own voices if there are any."""
    address = hotline.settings.public_url
    speaker = OwnVoice(address, sounds.address, hotline.tokens) if sounds else ProvidersVoice()
    return Renderer(address, hotline.script, speaker, hotline.person, hotline.tokens)


def shelf(hotline: Assembly) -> Shelf | None:
    """Return the sounds behind our addresses; None where the provider's voice speaks."""
    if hotline.repertoire is None:
        return None
    return Shelf(
        hotline.conversations,
        hotline.script,
        hotline.tokens,
        hotline.repertoire,
        hotline.clock,
        lambda: [hotline.newest_menus()],
    )


def streams(
    hotline: Assembly, sounds: Shelf | None, ear: Callable[[], Ear | None] | None = None
) -> Streams | None:
    """Return what leads calls over sockets; None where they are led by key: without an ear, or our voice.

    While `ear` gives none yet, calls are led by key too.
    """
    if sounds is None or not hotline.settings.offers_sockets:
        return None
    own = hotline.hearing.ear
    if ear is None and own is None:
        return None
    model, hearing = SpeechModel.installed(), ear or (lambda: own)
    pool = ThreadPoolExecutor(MOST_AT_ONCE, "ear")  # one that hears along has a thread for all who speak
    if own:
        pool.submit(own.check)  # loads what it needs before somebody speaks

    def attention() -> Attention | None:
        found = hearing()
        return Attention(Listener(model), found, pool) if found else None

    return Streams(
        hotline.conversations,
        hotline.script,
        sounds,
        StreamTokens(hotline.vault, hotline.clock),
        hotline.key_hash,
        attention=attention,
        hears=lambda: hearing() is not None,
    )


def _record_status(hotline: Assembly, message: str, status: str, error: str, reference: str) -> None:
    with hotline.sessions.begin() as session:
        record_status(session, message, status, error, hotline.clock(), reference)


def _checks(hotline: Assembly) -> health.Checks:
    own_voice = readiness.own_voice(hotline.repertoire, lambda: hotline.main_path(hotline.newest_menus()))
    return {
        "database": readiness.database(hotline.engine),
        "voice": readiness.providers_voice if hotline.settings.prompts == "say" else own_voice,
        "ear": readiness.ear(hotline.hearing),
    }
