import dataclasses
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.app import keeper_of
from ivr.core_system.adapter import CoreSystem
from ivr.services.keeper import OWN_TABLES
from ivr.settings import Settings, SettingsError
from ivr.settings_table import SETTINGS, TEST_ACCOUNT, misspelled
from speech.voices.kokoro_files import SPEAKERS

KEY = b64encode(bytes(range(32))).decode()
OLD_KEY = b64encode(bytes(range(1, 33))).decode()
TOKEN = "fedcba9876543210fedcba9876543210"
ACCOUNT = "AC" + "0123456789abcdef" * 2
PRODUCTION = {
    "HOTLINE_SECRET_KEY": KEY,
    "HOTLINE_PUBLIC_URL": "https://hotline.example.cn",
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
}
DEMO = {"HOTLINE_ENV": "demo"}


def faults(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return caught.value.faults


def test_production_runs_with_its_four_settings_and_defaults_for_the_rest() -> None:
    settings = Settings.read(PRODUCTION)
    assert not settings.is_demo
    assert settings.config == Path("config")
    assert settings.database_url == "sqlite:///hotline.db"
    assert settings.public_url == "https://hotline.example.cn"
    assert settings.auth_tokens == (TOKEN,)
    assert settings.twilio_api == "https://api.twilio.com"
    assert (settings.texts_file, settings.prompts, settings.voice) == (None, "play", "auto")
    assert (settings.ear, settings.ear_address, settings.metrics_token) == ("auto", "", "")


def test_an_empty_environment_is_production_and_every_missing_setting_is_named_at_once() -> None:
    told = faults({})
    needed = ["HOTLINE_PUBLIC_URL", "HOTLINE_SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
    assert sorted(fault.split()[0] for fault in told) == needed
    assert all(" is not set" in fault and "; " in fault for fault in told)


@pytest.mark.parametrize("name", PRODUCTION)
def test_each_needed_setting_is_demanded_by_name(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    assert [fault.split()[0] for fault in faults(environ)] == [name]
    assert [fault.split()[0] for fault in faults({**PRODUCTION, name: "  "})] == [name]


def test_production_without_sent_texts_needs_no_account() -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != "TWILIO_ACCOUNT_SID"}
    settings = Settings.read({**environ, "HOTLINE_TEXTS": "file:/var/lib/hotline/texts.jsonl"})
    assert settings.texts_file == Path("/var/lib/hotline/texts.jsonl")
    assert settings.account_sid == ""


def test_a_demo_needs_nothing_and_makes_up_its_secrets() -> None:
    first, second = Settings.read(DEMO), Settings.read(DEMO)
    assert first.is_demo
    assert first.texts_file == Path("texts.jsonl")
    assert first.account_sid == TEST_ACCOUNT
    assert first.public_url == "http://127.0.0.1:8012"
    assert first.secret_key != second.secret_key
    assert first.auth_tokens != second.auth_tokens
    assert Settings.read({**DEMO, "HOTLINE_SECRET_KEY": first.secret_key}).secret_key == first.secret_key


def test_a_demo_that_sends_real_texts_needs_a_real_account() -> None:
    assert faults({**DEMO, "HOTLINE_TEXTS": "twilio"})[0].startswith("TWILIO_ACCOUNT_SID is not set")


def test_keys_and_tokens_come_in_lists_for_rotation() -> None:
    settings = Settings.read(
        {**PRODUCTION, "HOTLINE_SECRET_KEY": f"{KEY}, {OLD_KEY}", "TWILIO_AUTH_TOKEN": "new, old,"}
    )
    assert settings.secret_key == f"{KEY},{OLD_KEY}"
    assert settings.auth_tokens == ("new", "old")


WRONG = [
    ("HOTLINE_ENV", "Production", "write production or demo"),
    ("HOTLINE_SECRET_KEY", "not base64!", "HOTLINE_SECRET_KEY is not 32 bytes in base64; make one with"),
    ("HOTLINE_SECRET_KEY", b64encode(b"short").decode(), "HOTLINE_SECRET_KEY is not 32 bytes"),
    ("HOTLINE_SECRET_KEY", "密钥", "HOTLINE_SECRET_KEY is not 32 bytes"),
    ("HOTLINE_SECRET_KEY", f"{KEY},x", "key 2 of HOTLINE_SECRET_KEY is not 32 bytes"),
    ("HOTLINE_PUBLIC_URL", "http://hotline.example.cn", "HOTLINE_PUBLIC_URL is not https"),
    ("HOTLINE_PUBLIC_URL", "http://127.0.0.1:8000", "HOTLINE_PUBLIC_URL is not https"),
    ("HOTLINE_PUBLIC_URL", "hotline.example.cn", "HOTLINE_PUBLIC_URL is not a web address"),
    ("HOTLINE_PUBLIC_URL", "ftp://hotline.example.cn", "HOTLINE_PUBLIC_URL is not a web address"),
    ("HOTLINE_PUBLIC_URL", "https://hotline.example.cn:https", "HOTLINE_PUBLIC_URL is not a web address"),
    ("HOTLINE_PUBLIC_URL", "https://[broken", "HOTLINE_PUBLIC_URL is not a web address"),
    ("HOTLINE_PUBLIC_URL", "https://hotline.example.cn/?a=1", "HOTLINE_PUBLIC_URL holds more than"),
    ("HOTLINE_PUBLIC_URL", "https://me:word@hotline.example.cn", "HOTLINE_PUBLIC_URL holds more than"),
    ("HOTLINE_TWILIO_API", "http://engine.example.cn", "HOTLINE_TWILIO_API is not https"),
    ("HOTLINE_DATABASE_URL", "mysql://root:word@host/name", "HOTLINE_DATABASE_URL names no database"),
    ("HOTLINE_DATABASE_URL", "postgresql://u:word@host/name", "postgresql+psycopg://"),
    ("HOTLINE_DATABASE_URL", "hotline.db", "HOTLINE_DATABASE_URL names no database"),
    ("HOTLINE_DATABASE_URL", "postgresql+psycopg://u:word@host:port/name", "names no database"),
    ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32, "TWILIO_ACCOUNT_SID is not AC and 32 hexadecimal digits"),
    ("TWILIO_ACCOUNT_SID", TEST_ACCOUNT, "TWILIO_ACCOUNT_SID is not set"),
    ("HOTLINE_TEXTS", "smtp", "HOTLINE_TEXTS is none of its words; write twilio or file:PATH"),
    ("HOTLINE_TEXTS", "file:", "HOTLINE_TEXTS is none of its words"),
    ("HOTLINE_PROMPTS", "record", "write play or say"),
    ("HOTLINE_VOICE", "espeak", "write auto, kokoro, kokoro:SPEAKER or pyttsx3"),
    ("HOTLINE_VOICE", "pyttsx3:zf_xiaoni", "write auto, kokoro, kokoro:SPEAKER or pyttsx3"),
    (
        "HOTLINE_VOICE",
        "kokoro:xiaobei",
        "write kokoro: and one of zf_xiaobei, zf_xiaoni, zf_xiaoxiao, zf_xiaoyi",
    ),
    ("HOTLINE_VOICE", "kokoro:ZF_xiaobei", "zm_yunjian, zm_yunxi, zm_yunxia, zm_yunyang"),
    ("HOTLINE_VOICE", "kokoro:../../etc/passwd", "HOTLINE_VOICE names no speaker of Kokoro"),
    ("HOTLINE_EAR", "siri", "HOTLINE_EAR is none of its words"),
    ("HOTLINE_EAR", "vosk:ws://localhost", "HOTLINE_EAR is none of its words"),
    ("HOTLINE_EAR", "vosk-server", "HOTLINE_EAR has no server"),
    ("HOTLINE_EAR", "vosk-server:http://localhost", "HOTLINE_EAR has no server"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_setting_is_told_with_its_remedy_and_never_with_its_value(
    name: str, value: str, sentence: str
) -> None:
    (fault,) = faults({**PRODUCTION, name: value})
    assert sentence in fault
    assert "word" not in fault.replace("words", "").replace("PASSWORD", "")
    remedy = fault.partition("; ")[2]
    assert value not in fault.replace(remedy, "")


@pytest.mark.parametrize("voice", ["auto", "pyttsx3", "kokoro", *(f"kokoro:{name}" for name in SPEAKERS)])
def test_kokoro_may_have_any_of_its_speakers(voice: str) -> None:
    assert Settings.read({**PRODUCTION, "HOTLINE_VOICE": f" {voice} "}).voice == voice


def test_kokoro_with_nothing_behind_its_colon_has_no_speaker() -> None:
    assert "names no speaker" in faults({**PRODUCTION, "HOTLINE_VOICE": "kokoro:"})[0]


@pytest.mark.parametrize(
    ("ear", "expected"),
    [
        ("none", ("none", "")),
        ("whisper", ("whisper", "")),
        ("vosk-server:wss://ears.example.cn:2700", ("vosk-server", "wss://ears.example.cn:2700")),
    ],
)
def test_an_ear_may_have_a_server(ear: str, expected: tuple[str, str]) -> None:
    settings = Settings.read({**PRODUCTION, "HOTLINE_EAR": ear})
    assert (settings.ear, settings.ear_address) == expected


def test_a_compatible_engine_may_stand_beside_us_and_name_its_accounts_as_it_likes() -> None:
    settings = Settings.read(
        {**PRODUCTION, "HOTLINE_TWILIO_API": "http://127.0.0.1:4000/", "TWILIO_ACCOUNT_SID": "our-exchange"}
    )
    assert (settings.twilio_api, settings.account_sid) == ("http://127.0.0.1:4000", "our-exchange")


def test_postgresql_is_known() -> None:
    url = "postgresql+psycopg://hotline:word@localhost/hotline"
    assert Settings.read({**PRODUCTION, "HOTLINE_DATABASE_URL": url}).database_url == url


def test_secrets_do_not_show() -> None:
    url = "postgresql+psycopg://hotline:hidden-word@localhost/hotline"
    environ = {**PRODUCTION, "HOTLINE_DATABASE_URL": url, "HOTLINE_METRICS_TOKEN": "hidden-metrics"}
    shown = repr(Settings.read(environ))
    assert not any(secret in shown for secret in (KEY, TOKEN, "hidden"))


def test_settings_do_not_change() -> None:
    settings = Settings.read(DEMO)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.prompts = "say"  # type: ignore[misc]


def test_variables_that_only_look_like_ours_are_noticed() -> None:
    told = misspelled(["HOTLINE_PROMPT", "HOTLINE_BANANA", "HOTLINE_REQUIRE", "HOTLINE_EAR", "HOME"])
    assert told == [
        "HOTLINE_BANANA is not a setting; see config/example.env",
        "HOTLINE_PROMPT is not a setting; did you mean HOTLINE_PROMPTS? Else see config/example.env",
    ]


@pytest.mark.parametrize(
    ("name", "path"), [("HOTLINE_CONFIG", "~nobody0/x"), ("HOTLINE_TEXTS", "file:~nobody0")]
)
def test_the_home_of_nobody_is_told_of(name: str, path: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} begins with the home of nobody known here"):
        Settings.read({"HOTLINE_ENV": "demo", name: path})


@given(st.dictionaries(st.sampled_from([setting.name for setting in SETTINGS]), st.text()))
def test_whatever_stands_in_the_environment_is_read_or_told_of(environ: dict[str, str]) -> None:
    try:
        settings = Settings.read(environ)
    except SettingsError as error:
        told = error.faults
    else:
        assert settings.secret_key
        assert settings.auth_tokens
        told = ()
    assert all("write " in fault or "copy " in fault or "make " in fault for fault in told)


# --- the core system


def test_without_an_address_our_own_tables_are_the_accounts() -> None:
    settings = Settings.read({**PRODUCTION, "HOTLINE_CORE_TOKEN": "unused"})
    assert settings.core_url == ""
    assert keeper_of(settings) is OWN_TABLES


def test_a_core_system_has_an_address_and_a_token_that_does_not_show() -> None:
    named = {"HOTLINE_CORE_URL": "https://core.example.cn/api/", "HOTLINE_CORE_TOKEN": TOKEN}
    settings = Settings.read({**PRODUCTION, **named})
    assert (settings.core_url, settings.core_token) == ("https://core.example.cn/api", TOKEN)
    assert TOKEN not in repr(settings)
    assert isinstance(keeper_of(settings), CoreSystem)


@pytest.mark.parametrize(
    ("url", "token", "fault"),
    [
        ("https://core.example.cn", "", "HOTLINE_CORE_TOKEN is not set"),
        ("https://core.example.cn", "a\nb", "HOTLINE_CORE_TOKEN holds more than"),
        ("https://core.example.cn", "密码", "HOTLINE_CORE_TOKEN holds more than"),
        ("http://core.example.cn", TOKEN, "HOTLINE_CORE_URL is not https"),
        ("https://core.example.cn?id=1", TOKEN, "HOTLINE_CORE_URL holds more than"),
        ("core", TOKEN, "HOTLINE_CORE_URL is not a web address"),
    ],
)
def test_a_core_system_nobody_could_ask_safely_stops_the_start(url: str, token: str, fault: str) -> None:
    (told,) = faults({**PRODUCTION, "HOTLINE_CORE_URL": url, "HOTLINE_CORE_TOKEN": token})
    assert told.startswith(fault)


def test_a_core_system_may_stand_on_this_very_machine() -> None:
    named = {"HOTLINE_CORE_URL": "http://127.0.0.1:8099", "HOTLINE_CORE_TOKEN": TOKEN}
    assert Settings.read({**PRODUCTION, **named}).core_url == "http://127.0.0.1:8099"
