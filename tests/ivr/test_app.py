"""Putting everything together: what stops the start, what is published, which doors there are."""

import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from house import CONFIG, House
from running import own_config
from sqlalchemy.engine import Engine

from ivr.app import Assembly, account_of, assemble, create_app, find_voice, utc_now
from ivr.channels.phone.demo import Caller
from ivr.channels.protection import undeclared
from ivr.settings import Settings, SettingsError
from ivr.store import schema, versions
from ivr.store.engine import connect
from ivr.store.schema import SchemaError
from ivr.store.sealed import SealError
from menus.source import SourceError
from menus.values import Digits, Word
from speech.voices import VoiceError
from speech.voices.pyttsx3 import Pyttsx3Voice

KEY = b64encode(b"1" * 32).decode()
Make = Callable[..., Settings]


@pytest.fixture
def settings(tmp_path: Path) -> Make:
    """Make settings of a demo on an empty database with its tables."""
    url = f"sqlite:///{tmp_path}/hotline.db"
    engine = connect(url)
    schema.upgrade(engine)
    engine.dispose()

    def make(**others: str) -> Settings:
        return Settings.read(
            {
                "HOTLINE_ENV": "demo",
                "HOTLINE_CONFIG": str(CONFIG),
                "HOTLINE_DATABASE_URL": url,
                "HOTLINE_SECRET_KEY": KEY,
                "HOTLINE_TEXTS": f"file:{tmp_path}/texts.jsonl",
                "HOTLINE_PROMPTS": "say",
                "HOTLINE_SOUNDS": f"{tmp_path}/sounds",
            }
            | others
        )

    return make


@pytest.fixture
def built() -> Iterator[Callable[[Settings], Assembly]]:
    """Assemble, and let go of databases and voices at the end."""
    made: list[Assembly] = []

    def build(settings: Settings) -> Assembly:
        made.append(assemble(settings))
        return made[-1]

    yield build
    for each in made:
        each.engine.dispose()
        if each.voice:
            each.voice.close()


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of the config folder with one piece of text replaced."""
    config = folder / "changed"
    shutil.copytree(CONFIG, config)
    path = config / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return config


def newest(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return versions.newest(connection)


def test_the_first_start_publishes_the_config_folder_and_no_later_one_does(
    settings: Make, built: Callable[[Settings], Assembly], tmp_path: Path
) -> None:
    first = built(settings())
    published = newest(first.engine)
    assert published == first.newest_menus().digest
    config = changed(tmp_path, "prompts/zh-CN.yaml", "查余额,请按一", "要听余额,请按一")
    second = built(settings(HOTLINE_CONFIG=str(config)))
    assert newest(second.engine) == published
    assert second.newest_menus().prompts["zh-CN"]["main"].startswith("查余额")


def test_faults_of_menus_stop_the_first_start_and_nothing_is_published(
    settings: Make, tmp_path: Path
) -> None:
    config = changed(tmp_path, "menus/main.yaml", "go: balance", "go: balanse")
    with pytest.raises(SourceError, match=r"main\.yaml:\d+: .*'balanse'; did you mean 'balance'\?"):
        assemble(settings(HOTLINE_CONFIG=str(config)))
    engine = connect(settings().database_url)
    assert newest(engine) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("hotline.yaml", "verified_minutes: 10", "verified_minutes: ten", r"hotline\.yaml:\d+"),
        ("regions/nanning.yaml", "phone_unbind: true", "phone_unbind: perhaps", r"nanning\.yaml:\d+"),
    ],
)
def test_faults_of_other_files_stop_every_start(
    settings: Make, tmp_path: Path, file: str, old: str, new: str, why: str
) -> None:
    with pytest.raises(SourceError, match=why):
        assemble(settings(HOTLINE_CONFIG=str(changed(tmp_path, file, old, new))))


def test_a_database_without_tables_says_what_to_run(settings: Make, tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="run: hotline db upgrade"):
        assemble(settings(HOTLINE_DATABASE_URL=f"sqlite:///{tmp_path}/empty.db"))


def test_a_database_of_another_key_says_so(settings: Make, built: Callable[[Settings], Assembly]) -> None:
    built(settings())
    with pytest.raises(SealError, match="HOTLINE_SECRET_KEY no longer holds"):
        assemble(settings(HOTLINE_SECRET_KEY=b64encode(b"2" * 32).decode()))
    assert built(settings(HOTLINE_SECRET_KEY=b64encode(b"2" * 32).decode() + "," + KEY))


PRODUCTION: Mapping[str, str] = {
    "HOTLINE_ENV": "production",
    "HOTLINE_PUBLIC_URL": "https://hotline.example",
    "TWILIO_AUTH_TOKEN": "1" * 32,
}


def test_production_does_not_start_on_the_sample_file(settings: Make) -> None:
    with pytest.raises(SettingsError, match=r"hotline\.yaml: authority\.name is still the sample"):
        assemble(settings(**PRODUCTION))


def test_in_production_there_is_no_demo_phone_and_nothing_of_a_demo_is_said(
    settings: Make, built: Callable[[Settings], Assembly], tmp_path: Path
) -> None:
    ours = built(settings(**PRODUCTION, HOTLINE_CONFIG=str(own_config(tmp_path))))
    app = create_app(ours)
    assert app.test_client().get("/phone/").status_code == 404
    assert not [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/phone")]
    assert ours.constants()["机构"] == Word("示范市", "示范医保")
    assert ours.conversations._facts(utc_now()) == ()


def test_every_door_declares_its_protection(hotline: House) -> None:
    assert undeclared(hotline.app) == []
    doors = {rule.rule for rule in hotline.app.url_map.iter_rules()}
    assert {
        *(
            "/voice/incoming",
            "/voice/turn",
            "/voice/status",
            "/voice/fallback",
            "/sms/incoming",
            "/sms/status",
        ),
        *("/sound/<digest>.wav", "/sound/turn/<token>.wav", "/healthz", "/readyz", "/metrics", "/phone/"),
    } <= doors


def test_the_demo_page_knows_the_people_it_is_given(hotline: House) -> None:
    app = create_app(hotline.built, [Caller("黄建国", "+8610027315001", shows="有余额")])
    assert "黄建国" in app.test_client().get("/phone/").text


def test_what_is_built_knows_its_names_numbers_and_person(hotline: House) -> None:
    built = hotline.built
    assert built.constants()["hotline"] == Digits("0771-0000000", "phone")
    assert built.person("anybody") == "+867710000000"
    account = account_of(built)
    assert (account.number, account.public_url) == ("+867710000000", "https://hotline.example")
    assert (built.voice, built.studio) == (None, None)


def test_where_no_number_of_a_person_is_known_nobody_is_called(
    streets: Callable[[str], object],
) -> None:
    street = streets("sqlite")
    variant = {'agent:\n  number: "+867710000000"': 'agent:\n  number: ""'}
    assert street.house(variant).built.person("anybody") is None  # type: ignore[attr-defined]


def test_a_delivery_report_reaches_the_outbox(hotline: House) -> None:
    telephone = hotline.keys()
    telephone.write("+8610027315001", "余额", None)
    hotline.deliver()
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered", "ErrorCode": ""}
    request = hotline.provider.prepare("/sms/status", fields)
    assert hotline.provider.send(request).status == 204


def test_the_hotline_is_ready_with_its_database_and_says_when_it_is_not(
    hotline: House, settings: Make, built: Callable[[Settings], Assembly]
) -> None:
    client = hotline.app.test_client()
    assert client.get("/healthz").text == "alive\n"
    assert client.get("/readyz").get_json() == {"database": "ok", "voice": "ok"}
    broken = built(settings())
    app = create_app(broken)
    broken.engine.dispose()
    Path(broken.engine.url.database or "").unlink()
    Path(broken.engine.url.database or "").mkdir()
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "failed")


def test_signatures_that_are_refused_are_counted(hotline: House) -> None:
    client = create_app(hotline.built).test_client()
    assert client.post("/voice/incoming").status_code == 403
    assert "hotline_refused_missing 1" in client.get("/metrics").text


# --- our own voice -----------------------------------------------------------------------------------------


def has_own_voice() -> bool:
    voice = Pyttsx3Voice()
    try:
        voice.check()
    except VoiceError:
        return False
    finally:
        voice.close()
    return True


def test_with_our_own_voice_prompts_are_played_from_our_doors(
    settings: Make, built: Callable[[Settings], Assembly]
) -> None:
    if not has_own_voice():
        pytest.skip("no voice of our own speaks on this machine")
    ours = built(settings(HOTLINE_PROMPTS="play"))
    assert ours.voice is not None
    assert ours.studio is not None
    app = create_app(ours)
    assert app.test_client().get("/readyz").get_json()["voice"] == "ok"
    assert app.test_client().get("/sound/silence/half.wav").status_code == 200


def test_without_any_voice_of_our_own_the_providers_speaks(
    settings: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mute(_: Pyttsx3Voice) -> None:
        raise VoiceError("no engine here")

    monkeypatch.setattr(Pyttsx3Voice, "check", mute)
    assert find_voice(settings(HOTLINE_PROMPTS="play"), utc_now) is None
    assert "no voice of our own, the provider's will speak" in caplog.text
    assert find_voice(settings(HOTLINE_PROMPTS="say"), utc_now) is None


@pytest.mark.parametrize("voice", ["kokoro", "pyttsx3"])
def test_a_voice_that_is_insisted_on_and_cannot_speak_stops_the_start(
    settings: Make, monkeypatch: pytest.MonkeyPatch, voice: str
) -> None:
    def mute(_: Pyttsx3Voice) -> None:
        raise VoiceError("no engine here")

    monkeypatch.setattr(Pyttsx3Voice, "check", mute)
    with pytest.raises(SettingsError, match=f"HOTLINE_VOICE={voice} cannot speak: .*; write auto"):
        find_voice(settings(HOTLINE_PROMPTS="play", HOTLINE_VOICE=voice), utc_now)


def test_time_has_its_zone() -> None:
    assert utc_now().utcoffset() is not None
