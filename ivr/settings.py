"""Settings, read from the environment once, checked and frozen; ivr.settings_table explains each."""

import binascii
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ivr.settings_table import SETTINGS, TEST_ACCOUNT, TWILIO_API
from speech.voices.kokoro_files import SPEAKERS

Environment = Literal["production", "demo"]
Ear = Literal["auto", "vosk", "vosk-server", "whisper", "none"]
Choice = TypeVar("Choice", bound=str)

_TABLE = {setting.name: setting for setting in SETTINGS}
_KEY_REMEDY = "make one with: openssl rand -base64 32"
_DATABASES = frozenset({"sqlite", "postgresql+psycopg"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names by which a machine calls itself."""


class SettingsError(Exception):
    """Settings that nobody could run with: one sentence a line, each naming a variable and the remedy.

    No sentence repeats a value, because most of them are secrets.
    """

    def __init__(self, faults: Collection[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked settings. What is secret does not show in the representation.

    `secret_key` is what ivr.store.sealed.Vault takes. Of `auth_tokens` the first signs and all are believed.
    `texts_file` is None where a provider sends texts. `ear_address` is the address of an ear's server, or "".
    `voice` is auto, kokoro, kokoro:SPEAKER or pyttsx3. `core_url` is empty where our tables are the accounts.
    """

    environment: Environment
    config: Path
    database_url: str = field(repr=False)
    public_url: str
    secret_key: str = field(repr=False)
    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    twilio_api: str
    texts_file: Path | None
    core_url: str
    core_token: str = field(repr=False)
    prompts: Literal["play", "say"]
    voice: str
    ear: Ear
    ear_address: str
    models: Path
    sounds: Path
    metrics_token: str = field(repr=False)

    @property
    def is_demo(self) -> bool:
        """Whether callers must hear that this is a demonstration (decisions 30)."""
        return self.environment == "demo"

    @property
    def offers_sockets(self) -> bool:
        """Whether a socket can be opened at our address: by wss, as providers do.

        In a demo also by ws from this very machine, which is what its own telephone does.
        """
        parts = urlsplit(self.public_url)
        return parts.scheme == "https" or (self.is_demo and parts.hostname in LOOPBACK)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings of an environment such as os.environ; SettingsError names all that is wrong."""
        reader = _Reader(environ)
        ear, ear_address = reader.ear()
        texts_file = reader.texts_file()
        settings = cls(
            environment=reader.choice("HOTLINE_ENV", ("production", "demo")),
            config=reader.path("HOTLINE_CONFIG"),
            database_url=reader.database_url(),
            public_url=reader.address("HOTLINE_PUBLIC_URL", "the https address the provider calls"),
            secret_key=reader.secret_key(),
            account_sid=reader.account_sid(needed=texts_file is None),
            auth_tokens=reader.auth_tokens(),
            twilio_api=reader.address("HOTLINE_TWILIO_API", f"{TWILIO_API} or your engine's https address"),
            texts_file=texts_file,
            core_url=reader.core_url(),
            core_token=reader.core_token(),
            prompts=reader.choice("HOTLINE_PROMPTS", ("play", "say")),
            voice=reader.voice(),
            ear=ear,
            ear_address=ear_address,
            models=reader.path("HOTLINE_MODELS"),
            sounds=reader.path("HOTLINE_SOUNDS"),
            metrics_token=reader.text("HOTLINE_METRICS_TOKEN"),
        )
        if reader.faults:
            raise SettingsError(reader.faults)
        return settings


def database_url(environ: Mapping[str, str]) -> str:
    """Return where the database is, for commands that need no other setting; SettingsError if it is wrong."""
    reader = _Reader(environ)
    url = reader.database_url()
    if reader.faults:
        raise SettingsError(reader.faults)
    return url


def models_folder(environ: Mapping[str, str]) -> Path:
    """Return where models lie, for commands that need no other setting; SettingsError if it is wrong."""
    reader = _Reader(environ)
    folder = reader.path("HOTLINE_MODELS")
    if reader.faults:
        raise SettingsError(reader.faults)
    return folder


class _Reader:
    """Reads variables and collects a sentence for each that is wrong, so that all are told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []
        # Anything but the word demo is held to the rules of production.
        self._demo = environ.get("HOTLINE_ENV", "").strip() == "demo"

    def text(self, name: str) -> str:
        """Return a variable without spaces around it; an empty one counts as not set."""
        setting = _TABLE[name]
        default = setting.demo if self._demo and setting.demo is not None else setting.default
        return self._environ.get(name, "").strip() or default

    def path(self, name: str) -> Path:
        return self._file(name, self.text(name))

    def _file(self, name: str, text: str) -> Path:
        try:
            return Path(text).expanduser()
        except RuntimeError:  # ~name where nobody has that name
            self.faults.append(f"{name} begins with the home of nobody known here; write the whole path")
            return Path()

    def choice(self, name: str, allowed: tuple[Choice, ...]) -> Choice:
        text = self.text(name)
        for word in allowed:
            if word == text:
                return word
        self.faults.append(f"{name} is none of its words; write {' or '.join(allowed)}")
        return allowed[0]

    def address(self, name: str, what: str) -> str:
        """Return a web address without a slash at its end; plain http only in the demo or on this machine."""
        text = self.text(name).rstrip("/")
        if not text:
            self.faults.append(f"{name} is not set; write {what}")
        elif not (parts := _split(text)) or parts.scheme not in ("http", "https"):
            self.faults.append(f"{name} is not a web address; write {what}")
        elif parts.query or parts.fragment or parts.username:
            self.faults.append(f"{name} holds more than host, port and path; write {what}")
        elif not self._may_be_reached(name, parts):
            self.faults.append(f"{name} is not https, so anybody on the way could read it; write {what}")
        return text

    def core_url(self) -> str:
        """Return the address of the core system, or nothing where there is none."""
        name = "HOTLINE_CORE_URL"
        return self.address(name, "the core system's https address") if self.text(name) else ""

    def core_token(self) -> str:
        text = self.text("HOTLINE_CORE_TOKEN")
        if self.text("HOTLINE_CORE_URL") and not text:
            self.faults.append(
                "HOTLINE_CORE_TOKEN is not set, so the core system could not know us; write the token it gave"
            )
        if not (text.isascii() and text.isprintable()):
            self.faults.append("HOTLINE_CORE_TOKEN holds more than letters, digits and signs; write it again")
        return text

    def _may_be_reached(self, name: str, parts: SplitResult) -> bool:
        """A compatible engine may stand on this very machine; what the provider calls may not."""
        beside = name != "HOTLINE_PUBLIC_URL" and parts.hostname in LOOPBACK
        return parts.scheme == "https" or self._demo or beside

    def database_url(self) -> str:
        text = self.text("HOTLINE_DATABASE_URL")
        try:
            known = make_url(text).drivername in _DATABASES
        except (ArgumentError, ValueError):
            known = False
        if not known:
            self.faults.append(
                "HOTLINE_DATABASE_URL names no database we know; "
                "write sqlite:///hotline.db or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            )
        return text

    def secret_key(self) -> str:
        keys = _listed(self.text("HOTLINE_SECRET_KEY"))
        if not keys and self._demo:
            return b64encode(secrets.token_bytes(32)).decode()
        if not keys:
            self.faults.append(f"HOTLINE_SECRET_KEY is not set; {_KEY_REMEDY}")
        for number, key in enumerate(keys, 1):
            if not _is_key(key):
                which = f"key {number} of HOTLINE_SECRET_KEY" if len(keys) > 1 else "HOTLINE_SECRET_KEY"
                self.faults.append(f"{which} is not 32 bytes in base64; {_KEY_REMEDY}")
        return ",".join(keys)

    def auth_tokens(self) -> tuple[str, ...]:
        tokens = _listed(self.text("TWILIO_AUTH_TOKEN"))
        if not tokens and self._demo:
            return (secrets.token_hex(16),)
        if not tokens:
            self.faults.append(
                "TWILIO_AUTH_TOKEN is not set, so anybody could pretend to be the provider; "
                "copy it from the provider's console"
            )
        return tokens

    def account_sid(self, needed: bool) -> str:
        """Return the account, which sending needs; compatible engines name theirs as they like."""
        text = self.text("TWILIO_ACCOUNT_SID")
        remedy = "copy it from the provider's console, or write texts to a file with HOTLINE_TEXTS=file:PATH"
        if needed and text in ("", TEST_ACCOUNT):
            self.faults.append(f"TWILIO_ACCOUNT_SID is not set; {remedy}")
        ours = self.text("HOTLINE_TWILIO_API").rstrip("/") == TWILIO_API
        if text and ours and not re.fullmatch("AC[0-9a-fA-F]{32}", text):
            self.faults.append("TWILIO_ACCOUNT_SID is not AC and 32 hexadecimal digits; " + remedy)
        return text

    def texts_file(self) -> Path | None:
        text = self.text("HOTLINE_TEXTS")
        kind, _, path = text.partition(":")
        if text != "twilio" and (kind != "file" or not path):
            self.faults.append("HOTLINE_TEXTS is none of its words; write twilio or file:PATH")
        return self._file("HOTLINE_TEXTS", path) if kind == "file" and path else None

    def voice(self) -> str:
        text = self.text("HOTLINE_VOICE")
        name, colon, speaker = text.partition(":")
        if name == "kokoro" and colon:
            if speaker not in SPEAKERS:
                speakers = ", ".join(SPEAKERS)
                self.faults.append(
                    f"HOTLINE_VOICE names no speaker of Kokoro; write kokoro: and one of {speakers}"
                )
            return text
        if text not in ("auto", "kokoro", "pyttsx3"):
            words = "auto, kokoro, kokoro:SPEAKER or pyttsx3"
            self.faults.append(f"HOTLINE_VOICE is none of its words; write {words}")
        return text

    def ear(self) -> tuple[Ear, str]:
        name, _, address = self.text("HOTLINE_EAR").partition(":")
        if name == "vosk-server":
            parts = _split(address)
            if not parts or parts.scheme not in ("ws", "wss"):
                self.faults.append("HOTLINE_EAR has no server; write vosk-server:ws://HOST:PORT")
            return "vosk-server", address
        ears: tuple[Ear, ...] = ("auto", "vosk", "whisper", "none")
        if address or name not in ears:
            words = "auto, vosk, vosk-server:ws://HOST:PORT, whisper or none"
            self.faults.append(f"HOTLINE_EAR is none of its words; write {words}")
        return next((ear for ear in ears if ear == name), "none"), ""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _split(text: str) -> SplitResult | None:
    """Return the parts of an address that names a host, None if it does not or cannot be read."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # asking is what raises when the port is no number
    except ValueError:
        return None
    return parts if parts.hostname else None


def _is_key(text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
