import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hotline import Hotline, allowed_mobiles, constants, notice, region_faults, start_faults
from ivr.hotline_parts import CHINA
from ivr.office_hours import Shift, said
from ivr.settings import Settings
from menus.source import SourceError
from menus.values import Digits, Word
from speech.spoken import assert_speakable, digits

SHIPPED = Path(__file__).parents[2] / "config" / "hotline.yaml"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)  # a Monday
AUTHORITY = {
    "name": "示范市医疗保障局",
    "short_name": "示范市",
    "reference": "示范医保函一号",
    "number": "0771-5550100",
    "signature": "示范医保",
    "controller": "示范市医疗保障局",
    "notice_place": "医保窗口",
}
OWN = {
    "authority": AUTHORITY,
    "sender": {"messaging_service": "MG" + "0" * 32},
    "agent": {"number": "+867715550101", "hours": [{"days": ["monday"], "from": "09:00", "until": "12:00"}]},
    "numbers": {"+867715550100": "450100"},
    "legal_basis": "示范市个人信息出境备案一号",
}
DEMO = Settings.read({"HOTLINE_ENV": "demo"})
TWILIO = {
    "HOTLINE_PUBLIC_URL": "https://hotline.example.cn",
    "HOTLINE_SECRET_KEY": "A" * 43 + "=",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
}
PRODUCTION = Settings.read(TWILIO)
FILE = Settings.read({**TWILIO, "HOTLINE_TEXTS": "file:texts.jsonl"})
INSIDE = Settings.read({**TWILIO, "HOTLINE_TWILIO_API": "https://engine.example.cn"})


def hotline(**changes: Any) -> Hotline:
    return Hotline.model_validate({**OWN, **changes})


def authority(**changes: str) -> dict[str, str]:
    return {**AUTHORITY, **changes}


def faults_of(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "hotline.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        Hotline.load(tmp_path / "hotline.yaml", "hotline.yaml")
    return str(caught.value).splitlines()


def test_the_shipped_hotline_loads_and_cannot_start_production() -> None:
    shipped = Hotline.load(SHIPPED)
    assert start_faults(shipped, DEMO) == []
    told = "\n".join(start_faults(shipped, PRODUCTION))
    for name in ("name", "short_name", "reference", "number", "signature", "controller"):
        assert f"authority.{name} " in told
    assert "legal_basis" in told
    assert told.count("+867710000000 is a sample") == 1


def test_an_authority_of_its_own_may_start_production() -> None:
    assert start_faults(hotline(), PRODUCTION) == []


@pytest.mark.parametrize(
    ("changes", "settings", "sentence"),
    [
        ({"authority": authority(reference="")}, PRODUCTION, "authority.reference is empty"),
        ({"authority": authority(signature="")}, PRODUCTION, "authority.signature is empty"),
        ({"authority": authority(name="演示局")}, PRODUCTION, "authority.name is still the sample"),
        ({"authority": authority(number="0771-0000000")}, PRODUCTION, "authority.number is still the sample"),
        ({"legal_basis": ""}, PRODUCTION, "legal_basis is empty"),
        ({"legal_basis": "", "texts": {"allowed": r"\+1\d{10}"}}, PRODUCTION, "legal_basis is empty"),
        ({"provider_in_china": True}, PRODUCTION, "provider_in_china is true"),
        ({"sender": {}}, PRODUCTION, "sender is empty"),
        ({"numbers": {}, "unknown_number": "refuse"}, PRODUCTION, "numbers is empty"),
        ({"sender": {"number": "+867710000000"}}, PRODUCTION, "+867710000000 is a sample"),
    ],
)
def test_production_does_not_start_on_false_ground(
    changes: dict[str, Any], settings: Settings, sentence: str
) -> None:
    (told,) = start_faults(hotline(**changes), settings)
    assert told.startswith("hotline.yaml: ")
    assert sentence in told
    assert start_faults(hotline(**changes), DEMO) == []


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        ({"legal_basis": "", "provider_in_china": True}, INSIDE),
        (
            {
                "legal_basis": "",
                "numbers": {},
                "sender": {"number": "+12025550123"},
                "agent": {},
                "texts": {"allowed": r"\+1\d{10}"},
            },
            PRODUCTION,
        ),
        ({"sender": {}}, FILE),
    ],
)
def test_production_starts_where_the_rules_do_not_apply(changes: dict[str, Any], settings: Settings) -> None:
    assert start_faults(hotline(**changes), settings) == []


def test_faults_name_file_line_and_what_would_be_right(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new, sentence in [
        ("code_minutes: 5", "code_minutes: 60", "'limits.code_minutes': Input should be less than"),
        ("code_attempts: 3", "code_atempts: 3", "'limits.code_atempts' is not known here"),
        ("short_name: 演示", "short_name: 演示12333", "'authority.short_name': a voice cannot be given '1'"),
        ("  allowed: ^", "  allowed: (", "'texts.allowed': this is not a regular expression"),
        ("unknown_number: national", "unknown_number: drop", "'unknown_number': Input should be 'national'"),
        ('from: "09:00"', 'from: "19:00"', "'until' is not after 'from'"),
        ("monday, tuesday", "mon, tuesday", "Input should be 'monday'"),
        ("number: 0771-0000000", "number: 拨我", "'authority.number'"),
    ]:
        line = next(number for number, row in enumerate(text.splitlines(), 1) if old in row)
        told = faults_of(tmp_path, text.replace(old, new, 1))
        assert any(fault.startswith(f"hotline.yaml:{line}: ") and sentence in fault for fault in told), told


def test_people_without_hours_and_announcements_without_end_are_refused(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert (
        "there is a number but no 'hours'"
        in faults_of(tmp_path, re.sub(r"  hours:\n(    - .*\n)+", "", text))[0]
    )
    announcement = "announcement: {text: 今天不办, from: 2026-12-02, until: 2026-12-01}\n"
    assert "'until' is not after 'from'" in faults_of(tmp_path, text + announcement)[0]
    words = "announcement: {text: 今天不办, from: tomorrow, until: 2026-12-01}\n"
    assert "'announcement.from'" in faults_of(tmp_path, text + words)[0]


def test_a_notice_longer_than_twelve_seconds_is_refused(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    long = text.replace("controller: 演示市医疗保障局", "controller: " + "演示市医疗保障局" * 3)
    (fault,) = faults_of(tmp_path, long)
    assert "longer than 12 seconds" in fault


def test_the_notice_speaks_of_recording_only_where_there_is_any() -> None:
    silent, recorded = notice(hotline()), notice(hotline(recording=True))
    assert "录音" not in silent
    assert recorded == "本次通话会录音。" + silent
    for text in (silent, recorded):
        assert_speakable(text)
        assert "示范市医疗保障局" in text
        assert "医保窗口" in text


def test_constants_are_said_and_written() -> None:
    found = constants(hotline(), demo=False, now=NOON)
    assert found["机构"] == Word("示范市", "示范医保")
    assert found["hotline"] == Digits("0771-5550100", "phone")
    assert found["notice"] == Word(notice(hotline()))
    assert "announcement" not in found
    assert digits("0771-5550100", "phone") == "零七七幺,五五五,零幺零零"


def test_texts_of_a_demo_are_signed_as_a_demo() -> None:
    assert constants(hotline(), demo=True, now=NOON)["机构"] == Word("示范市", "演示")


def test_an_announcement_begins_and_ends_to_the_second() -> None:
    announced = hotline(
        announcement={
            "text": "今天下午系统维护。",
            "from": "2026-11-23T12:00",
            "until": "2026-11-24T00:00:00+08:00",
        }
    )
    end = datetime(2026, 11, 24, tzinfo=CHINA)
    second = timedelta(seconds=1)
    heard = [announced.announced(at) for at in (NOON - second, NOON, end - second, end, end + second)]
    assert heard == ["", "今天下午系统维护。", "今天下午系统维护。", "", ""]
    assert constants(announced, demo=False, now=NOON)["announcement"] == Word("今天下午系统维护。")


def test_the_called_number_decides_the_region() -> None:
    assert hotline().region_of("+867715550100") == "450100"
    assert hotline().region_of("+867715550199") == "CN"
    assert hotline(unknown_number="refuse").region_of("+867715550199") is None


def test_a_number_of_an_unknown_region_is_noticed() -> None:
    assert region_faults(hotline(), {"450100", "CN"}) == []
    (told,) = region_faults(hotline(), {"440300", "CN"})
    assert told == (
        "hotline.yaml: numbers gives +867715550100 to region 450100, which has no file in regions; "
        "write one of 440300, CN"
    )


@pytest.mark.parametrize(
    ("at", "answers"),
    [
        (datetime(2026, 11, 23, 8, 59, 59, tzinfo=CHINA), False),
        (datetime(2026, 11, 23, 9, 0, tzinfo=CHINA), True),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 11, 59, 59, tzinfo=CHINA), True),
        (datetime(2026, 11, 23, 12, 0, tzinfo=CHINA), False),
        (datetime(2026, 11, 24, 9, 0, tzinfo=CHINA), False),
        (datetime(2026, 11, 22, 9, 0, tzinfo=CHINA), False),
    ],
)
def test_people_answer_in_their_hours_of_china(at: datetime, answers: bool) -> None:
    assert hotline().is_open(at) is answers


def test_nobody_answers_without_hours_and_somebody_until_midnight() -> None:
    assert not hotline(agent={}).is_open(NOON)
    assert hotline(agent={}).agent.hours == Word("", "")
    shift = {"days": ["monday"], "from": "18:00", "until": "00:00"}
    late = hotline(agent={"hours": [shift]})
    assert late.is_open(datetime(2026, 11, 23, 23, 59, 59, tzinfo=CHINA))
    assert not late.is_open(datetime(2026, 11, 24, 0, 0, tzinfo=CHINA))


@pytest.mark.parametrize(
    ("hours", "spoken", "written"),
    [
        ([("monday tuesday", "13:00", "14:05")], "周一,周二,下午一点到两点零五分", "周一,周二13:00-14:05"),
        ([("monday", "12:00", "18:00")], "周一,十二点到晚上六点", "周一12:00-18:00"),
        ([("sunday monday", "05:00", "06:30")], "周一,周日,凌晨五点到上午六点三十分", "周一,周日5:00-6:30"),
        (
            [("monday tuesday wednesday", "09:00", "11:00"), ("saturday", "09:00", "10:00")],
            "周一到周三,上午九点到十一点,周六,上午九点到十点",
            "周一到周三9:00-11:00,周六9:00-10:00",
        ),
        (
            [("monday tuesday wednesday thursday friday saturday sunday", "00:00", "00:00")],
            "每天,全天",
            "每天0:00-24:00",
        ),
        ([("monday", "00:00", "02:30")], "周一,凌晨零点到两点三十分", "周一0:00-2:30"),
        ([("monday", "18:00", "00:00")], "周一,晚上六点到十二点", "周一18:00-24:00"),
    ],
)
def test_hours_are_said_as_people_say_them(
    hours: list[tuple[str, str, str]], spoken: str, written: str
) -> None:
    shifts = tuple(
        Shift.model_validate({"days": days.split(), "from": opens, "until": closes})
        for days, opens, closes in hours
    )
    assert said(shifts) == Word(spoken, written)


@given(st.times(), st.times(), st.datetimes())
def test_any_hours_can_be_said_and_hold_only_on_their_day(opens: Any, closes: Any, at: datetime) -> None:
    hours = {"days": ["monday"], "from": opens, "until": closes}
    try:
        shift = Shift.model_validate(hours)
    except ValueError:
        assert closes <= opens
        return
    assert_speakable(said((shift,)).spoken)
    assert not shift.holds(at) or at.weekday() == 0


def test_only_mobiles_of_the_list_may_be_texted() -> None:
    allowed = allowed_mobiles(hotline(), PRODUCTION)
    assert allowed.fullmatch("+8613800138000")
    refused = [
        "+8610011112222",
        "+8612800138000",
        "+861380013800",
        "+86138001380000",
        "+8613800138000\n",
        "+86１３８00138000",
        "+867710000000",
        "+88213800138000",
        "+97913800138000",
        "+19005550123",
        "8613800138000",
    ]
    assert [number for number in refused if allowed.match(number)] == []


def test_test_mobiles_may_be_texted_where_texts_go_to_a_file() -> None:
    allowed = allowed_mobiles(hotline(), FILE)
    assert allowed.match("+8610011112222")
    assert allowed.match("+8613800138000")
    assert not allowed.match("+86100111122223")


def test_limits_are_the_duties_own() -> None:
    limits = hotline().limits
    assert limits == Hotline.load(SHIPPED).limits
    assert (limits.tries_per_call, limits.verified_minutes, limits.code_attempts) == (3, 10, 3)
