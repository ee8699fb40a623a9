"""Putting everything together: what stops the start, what is published, which doors there are."""

import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from beeping import short_beeps
from flask.testing import FlaskClient
from house import CONFIG, House
from running import own_config
from sqlalchemy.engine import Engine

from ivr.app import Assembly, account_of, assemble, create_app, shelf, shown_voice, utc_now
from ivr.channels.phone.demo import Caller
from ivr.channels.protection import undeclared
from ivr.ears import Choice
from ivr.settings import Settings, SettingsError
from ivr.store import schema, versions
from ivr.store.engine import connect
from ivr.store.schema import SchemaError
from ivr.store.sealed import SealError
from ivr.voices import SHOWN
from menus.source import SourceError
from menus.values import Digits, Word
from speech.ears.vosk_server import VoskServerEar
from speech.repertoire import Repertoire
from speech.score import phrases
from speech.studio import Studio

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
                "HOTLINE_MODELS": f"{tmp_path}/models",
            }
            | others
        )

    return make


@pytest.fixture
def built() -> Iterator[Callable[[Settings], Assembly]]:
    """Assemble, and let go of databases at the end."""
    made: list[Assembly] = []

    def build(settings: Settings) -> Assembly:
        made.append(assemble(settings))
        return made[-1]

    yield build
    for each in made:
        each.engine.dispose()


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
            "/voice/whisper",
            "/sms/incoming",
            "/sms/status",
        ),
        *("/sound/<name>.wav", "/sound/turn/<token>.wav", "/healthz", "/readyz", "/metrics", "/phone/"),
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
    assert built.repertoire is None


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
    ready = client.get("/readyz").get_json()
    assert (ready["database"], ready["voice"], ready["ear"]) == (
        "ok",
        "ok",
        f"ok: {hotline.built.hearing.why}",
    )
    assert "callers press keys only" in ready["ear"]
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


@pytest.fixture
def beeping(hotline: House, tmp_path: Path) -> tuple[Assembly, Studio]:
    """A hotline that is to play its prompts, and its voice, which has not rendered any."""
    studio = short_beeps(tmp_path / "sounds")
    settings = replace(hotline.settings, prompts="play")
    return replace(hotline.built, settings=settings, repertoire=Repertoire([studio])), studio


def test_with_our_own_voice_the_hotline_is_ready_when_all_that_callers_meet_is_rendered(
    beeping: tuple[Assembly, Studio],
) -> None:
    ours, studio = beeping
    client = create_app(ours).test_client()
    said = ours.main_path(ours.newest_menus())
    for rendered, ready in ((said[:-1], "failed"), (said[-1:], "ok")):
        studio.render(rendered)
        answer = client.get("/readyz")
        assert (answer.get_json()["voice"], answer.status_code) == (ready, 200 if ready == "ok" else 503)


def test_where_our_voice_is_wanted_and_none_can_be_used_the_hotline_says_that_it_is_not_ready(
    beeping: tuple[Assembly, Studio],
) -> None:
    app = create_app(replace(beeping[0], repertoire=None))
    assert app.test_client().get("/readyz").get_json()["voice"] == "failed"
    assert app.test_client().get("/sound/silence/half.wav").status_code == 200


def test_calls_are_led_over_sockets_where_an_ear_and_a_voice_are_there_and_the_provider_can_open_one(
    beeping: tuple[Assembly, Studio],
) -> None:
    ear = VoskServerEar("ws://127.0.0.1:9")  # nobody is there, which is only found out when somebody speaks
    ours = replace(beeping[0], hearing=Choice(ear, "somebody hears"))
    plain = replace(ours.settings, public_url="http://hotline.example")
    beside = replace(ours.settings, public_url="http://127.0.0.1:8012")
    cases = (
        (ours, True),
        (replace(ours, settings=plain), False),
        (replace(ours, settings=beside), True),  # a demo's own telephone stands on the same machine
        (replace(ours, settings=replace(beside, environment="production")), False),
        (beeping[0], False),
    )
    for built, listens in cases:
        app = create_app(built)
        assert undeclared(app) == []
        assert ("/voice/stream" in {rule.rule for rule in app.url_map.iter_rules()}) is listens


def test_the_page_names_the_voice_that_speaks_each_sound(beeping: tuple[Assembly, Studio]) -> None:
    """Nobody speaks, then the built-in voice all, then the better one whatever it has by then."""
    ours, _ = beeping
    assert ours.repertoire
    better, built_in = (named(short_beeps(ours.settings.sounds / name), name) for name in SHOWN)
    ours.repertoire.studios = (better, built_in)
    sounds = shelf(ours)
    app = create_app(ours, [Caller("黄建国", "+8610027315001")], lambda: "正在准备")
    page = Page(app.test_client())
    assert [sound["voice"] for sound in page.dial()] == [None] * 5
    built_in.render(ours.main_path(ours.newest_menus()))
    assert [sound["voice"] for sound in page.dial()] == ["内置的声音"] * 2
    better.render(phrases("查余额,请按一。查每月到账,请按二。家人共用,请按三。别的事,请按四。"))
    first, second = page.dial()
    assert (first["voice"], second["voice"]) == ("内置的声音", "Kokoro 的声音")
    public = ours.settings.public_url
    assert sounds
    assert sounds.voice_of(f"{public}/{second['address'].removeprefix('../')}") == "kokoro"
    assert sounds.voice_of(f"{public}/sound/silence/half.wav") is None
    assert shown_voice(None) is None
    assert page.notice() == "正在准备"


def test_a_speaker_of_the_better_voice_is_the_better_voice(hotline: House, tmp_path: Path) -> None:
    studio = named(short_beeps(tmp_path / "sounds"), "kokoro:zm_yunxi")
    ours = replace(hotline.built, repertoire=Repertoire([studio]))
    studio.render(ours.main_path(ours.newest_menus()))
    page = Page(create_app(ours, [Caller("黄建国", "+8610027315001")]).test_client())
    assert {sound["voice"] for sound in page.dial()} == {"Kokoro 的声音"}


def named(studio: Studio, name: str) -> Studio:
    studio.voice = replace(studio.voice, name=name, fingerprint=name)  # type: ignore[type-var]
    return studio


@dataclass
class Page:
    """The page of the demo phone, as its scripts ask."""

    client: FlaskClient

    def dial(self) -> list[dict[str, str]]:
        """Call; return the sounds of the greeting and the menu."""
        wanted = {"from": "+8610027315001", "agent": "no-answer"}
        call = self.client.post("/phone/calls", json=wanted, headers={"Origin": "http://localhost"})
        sounds: list[dict[str, str]] = call.get_json()["stage"]["sounds"]
        return sounds

    def notice(self) -> str:
        wanted = {"mobile": "+8610027315001"}
        answer = self.client.post("/phone/inbox", json=wanted, headers={"Origin": "http://localhost"})
        return str(answer.get_json()["notice"])


def test_time_has_its_zone() -> None:
    assert utc_now().utcoffset() is not None
