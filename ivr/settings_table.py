"""Every environment variable: name, default and a sentence; config/example.env is written from this."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from speech.voices.kokoro_files import SPEAKERS

TWILIO_API = "https://api.twilio.com"
TEST_ACCOUNT = "AC" + "0" * 32


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: what it means if it is not set, in production and in the demo, and a sentence about it.

    `demo` is None where the demo means the same as production.
    """

    name: str
    sentence: str
    default: str = ""
    demo: str | None = None


SETTINGS = (
    Setting(
        "HOTLINE_ENV",
        "production, or demo: a demo needs no secrets, says that it is one and offers the page /phone.",
        "production",
    ),
    Setting(
        "HOTLINE_CONFIG",
        "The folder with hotline.yaml, menus, prompts, texts and regions.",
        "./config",
    ),
    Setting(
        "HOTLINE_DATABASE_URL",
        "Where everything is kept: sqlite:///FILE, or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
        "sqlite:///hotline.db",
    ),
    Setting(
        "HOTLINE_PUBLIC_URL",
        "The address the provider calls, as it stands in the provider's console; https in production.",
        demo="http://127.0.0.1:8012",
    ),
    Setting(
        "HOTLINE_SECRET_KEY",
        "Seals what is stored: 32 bytes in base64 (openssl rand -base64 32); to rotate, put the new one"
        " before the old one, with a comma between. The demo makes one up for as long as it runs.",
    ),
    Setting(
        "TWILIO_ACCOUNT_SID",
        "The provider's account, AC and 32 hexadecimal digits; needed to send texts.",
        demo=TEST_ACCOUNT,
    ),
    Setting(
        "TWILIO_AUTH_TOKEN",
        "Proves that a request comes from the provider and signs ours; to rotate, put the new one before the"
        " old one, with a comma between. The demo makes one up.",
    ),
    Setting(
        "HOTLINE_TWILIO_API",
        "The provider's address; another one for compatible engines and tests.",
        TWILIO_API,
    ),
    Setting(
        "HOTLINE_TEXTS",
        "twilio sends texts; file:PATH writes each as a line of JSON instead, for demos and staging.",
        "twilio",
        demo="file:texts.jsonl",
    ),
    Setting(
        "HOTLINE_CORE_URL",
        "The city's core system, if it keeps the accounts (docs/core-system.yaml): its https address. Without"
        " one, our own tables are the accounts.",
    ),
    Setting("HOTLINE_CORE_TOKEN", "What the core system asks of us as a bearer token."),
    Setting(
        "HOTLINE_PROMPTS",
        "play: our own voice; say: the provider's voice speaks the same words.",
        "play",
    ),
    Setting(
        "HOTLINE_VOICE",
        "auto takes the best voice that is installed; kokoro or pyttsx3 insists on one, and kokoro:SPEAKER on"
        f" one of the speakers {', '.join(SPEAKERS)}.",
        "auto",
    ),
    Setting(
        "HOTLINE_EAR",
        "auto, vosk, vosk-server:ws://HOST:PORT, whisper, or none: callers press keys.",
        "auto",
    ),
    Setting("HOTLINE_MODELS", "The folder for models of voices and ears.", "./models"),
    Setting("HOTLINE_SOUNDS", "The folder for rendered prompts; it can be deleted at any time.", "./sounds"),
    Setting(
        "HOTLINE_METRICS_TOKEN",
        "What /metrics asks for as a bearer token; without one, keep /metrics inside your network.",
    ),
)
_NAMES = tuple(setting.name for setting in SETTINGS)
# Variables of ours that belong to the test commands and not to the program.
_ELSEWHERE = frozenset({"HOTLINE_REQUIRE"})
_HEADING = """\
# Every setting of the hotline. Copy this file, fill it in, and give it to systemd (EnvironmentFile), to your
# container, or to a shell (set -a; . ./hotline.env). What is commented out has the value shown.
"""


def example_env() -> str:
    """Return the text of config/example.env; a test keeps the file equal to it."""
    return "\n".join([_HEADING, *(_example(setting) for setting in SETTINGS)])


def _example(setting: Setting) -> str:
    sentence = textwrap.fill(
        setting.sentence, 108, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
    line = f"#{setting.name}={setting.default}" if setting.default else f"{setting.name}="
    return f"{sentence}\n{line}\n"


def misspelled(names: Iterable[str]) -> list[str]:
    """Return a sentence for every variable that begins like ours and is none: it has no effect."""
    strangers = sorted(
        name for name in names if name.startswith("HOTLINE_") and name not in {*_NAMES, *_ELSEWHERE}
    )
    return [f"{name} is not a setting; {_meant(name)}see config/example.env" for name in strangers]


def _meant(name: str) -> str:
    close = get_close_matches(name, _NAMES, n=1, cutoff=0.8)
    return f"did you mean {close[0]}? Else " if close else ""
