"""Holidays and make-up workdays: what was published, what operators write, and years nobody knows yet."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import House
from hypothesis import given
from hypothesis import strategies as st

from ivr.commands.serve import warn_of_holidays
from ivr.desk_hours import DeskHours, day_name, said_opening, said_openings
from ivr.holidays import Holidays, OwnDay, missing
from ivr.hotline import Hotline
from ivr.hotline_parts import CHINA
from ivr.office_hours import Shift
from menus.source import SourceError
from menus.values import Moment, Word

SHIPPED = Path(__file__).parents[2] / "config" / "hotline.yaml"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
NATIONAL_DAY = date(2026, 10, 1)  # a Thursday, the first of seven free days
MADE_UP = date(2026, 10, 10)  # a Saturday that is worked for it


def shift(days: tuple[str, ...] = WEEK, opens: str = "09:00", closes: str = "12:00") -> Shift:
    return Shift.model_validate({"days": days, "from": opens, "until": closes})


DESK = DeskHours((shift(), shift(opens="13:00", closes="17:00")))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def own(**days: str) -> Holidays:
    """Return holidays with days of October 2026, such as own(d9="closed")."""
    return Holidays(
        {
            date(2026, 10, int(name[1:])): OwnDay.model_validate({"desk": desk, "note": "自己定的"})
            for name, desk in days.items()
        }
    )


def written(tmp_path: Path, text: str) -> Holidays:
    (tmp_path / "holidays.yaml").write_text(text, "utf-8")
    return Holidays.load(tmp_path / "holidays.yaml", "holidays.yaml")


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 9, 30), "usual"),
        (NATIONAL_DAY, "off"),
        (date(2026, 10, 3), "off"),  # a Saturday within the holiday
        (date(2026, 10, 7), "off"),
        (date(2026, 10, 8), "usual"),
        (MADE_UP, "extra"),
        (date(2026, 10, 11), "usual"),  # a Sunday like any other
        (date(2026, 2, 14), "extra"),
        (date(2031, 10, 1), "usual"),  # nobody knows yet
        (date(1999, 10, 1), "usual"),
    ],
)
def test_days_are_of_the_kind_that_was_published(day: date, kind: str) -> None:
    assert Holidays().kind_of(day) == kind


def test_what_operators_write_wins(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        "2026-10-01: {desk: open, note: 值班}\n2026-10-10: {desk: closed, note: 不调休}\n"
        "2031-10-01: {desk: closed, note: 国庆}\n",
    )
    days = (NATIONAL_DAY, MADE_UP, date(2031, 10, 1), date(2026, 10, 2))
    assert [found.kind_of(day) for day in days] == ["extra", "off", "off", "off"]
    assert [found.only_own().kind_of(day) for day in days] == ["extra", "off", "off", "usual"]
    assert found.own[NATIONAL_DAY].note == "值班"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("# nothing\n2027-02-30: {desk: closed, note: 不对}", 2, "write a day that there is"),
        ("yesterday: {desk: closed, note: 不对}", 1, "write a day that there is"),
        ("2027-01-01: {desk: shut, note: 元旦}", 1, "'closed' or 'open'"),
        ("2027-01-01: {desk: closed}", 1, "is missing"),
        ("2027-01-01: {desk: closed, note: ''}", 1, "at least 1 character"),
        ("2027-01-01: {desk: closed, note: 元旦, hours: 9}", 1, "is not known here"),
        ("2027-01-01: closed", 1, "2027-01-01"),
        ("2027-01-01: {desk: closed, note: 元旦}\n2027-01-01: {desk: open, note: 元旦}", 2, "a second time"),
        ("- 2027-01-01", 1, "dictionary"),
        ("a: [", 1, "not YAML"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        written(tmp_path, text)
    told = str(caught.value)
    assert told.startswith(f"holidays.yaml:{line}: ")
    assert sentence in told


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_may_say_nothing_or_be_missing(tmp_path: Path, text: str) -> None:
    assert written(tmp_path, text) == Holidays()
    assert Holidays.load(tmp_path / "nowhere.yaml") == Holidays()


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2027, 1, 1), 2027),
        (date(2025, 12, 31), None),
    ],
)
def test_from_november_on_the_next_year_is_missed(
    monkeypatch: pytest.MonkeyPatch, today: date, year: int | None
) -> None:
    monkeypatch.setattr("ivr.holidays._is_published", lambda year: year <= 2026)  # as in 2026 it was
    assert Holidays().unknown_year(today) == year
    day = OwnDay(desk="closed", note="元旦")
    assert Holidays({date(2027, 1, 1): day}).unknown_year(today) is None


def test_a_missing_year_is_told_with_the_remedy() -> None:
    assert "holidays of 2027" in missing(2027)
    assert "holidays.yaml" in missing(2027)


def test_the_server_warns_when_it_starts(
    hotline: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.holidays._is_published", lambda year: year <= 2026)
    warn_of_holidays(hotline.built)
    assert [record.getMessage() for record in caplog.records] == [missing(2027)]
    monkeypatch.setattr("ivr.holidays._is_published", lambda year: True)
    caplog.clear()
    warn_of_holidays(hotline.built)
    assert caplog.records == []


def test_a_holiday_is_closed_all_day_and_a_made_up_workday_open_in_its_hours() -> None:
    assert [DESK.is_open(at(NATIONAL_DAY, hour)) for hour in (0, 9, 14, 23)] == [False] * 4
    assert [DESK.is_open(at(MADE_UP, hour)) for hour in (8, 9, 12, 13, 17)] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert not DESK.is_open(at(MADE_UP + timedelta(days=1), 9))


def test_a_made_up_saturday_is_a_friday_and_a_sunday_a_monday() -> None:
    hours = {"monday": ("08:00", "09:00"), "friday": ("10:00", "11:00"), "saturday": ("14:00", "15:00")}
    desk = DeskHours(tuple(shift((day,), *times) for day, times in hours.items()))
    opens = {day: [each.opens.hour for each in desk.shifts_of(date(2026, 10, day))] for day in (10, 17)}
    assert opens == {10: [10], 17: [14]}
    assert [each.opens.hour for each in desk.shifts_of(date(2026, 9, 20))] == [8]  # a Sunday that is worked
    open_on_a_holiday = DeskHours(desk.shifts, own(d2="open"))
    assert [each.opens.hour for each in open_on_a_holiday.shifts_of(date(2026, 10, 2))] == [10]


@pytest.mark.parametrize(
    ("now", "opens", "said"),
    [
        (at(date(2026, 9, 30), 11, 59), at(date(2026, 9, 30), 13), "今天下午一点"),
        (at(date(2026, 9, 30), 17), at(date(2026, 10, 8), 9), ""),
        (at(date(2026, 10, 2), 0), at(date(2026, 10, 8), 9), "周四上午九点"),
        (at(date(2026, 10, 6), 9), at(date(2026, 10, 8), 9), "后天上午九点"),
        (at(date(2026, 10, 7), 23, 59), at(date(2026, 10, 8), 9), "明天上午九点"),
        (at(date(2026, 10, 9), 18), at(MADE_UP, 9), "明天上午九点"),
    ],
)
def test_the_next_opening_is_found_and_said(now: datetime, opens: datetime, said: str) -> None:
    assert DESK.opens(now) == opens
    assert said_opening(opens, now) == (Word(said) if said else Moment(opens))


def test_without_holidays_the_next_opening_is_that_of_the_week() -> None:
    assert DESK.usually_opens(at(date(2026, 9, 30), 17)) == at(NATIONAL_DAY, 9)
    assert DeskHours(()).opens(at(NATIONAL_DAY, 9)) is None
    assert said_openings(()) == ()


@given(st.dates(date(2025, 1, 1), date(2026, 11, 1)), st.times())
def test_whatever_can_be_said_of_an_opening_was_known_before(day: date, moment: time) -> None:
    now = datetime.combine(day, moment, CHINA)
    opens = DESK.opens(now)
    assert opens
    assert opens > now
    assert DESK.is_open(opens)
    said = said_opening(opens, now)
    assert isinstance(said, Moment) or said in said_openings(DESK.shifts)


def test_days_far_away_and_past_have_no_name() -> None:
    today = date(2026, 10, 1)
    names = [day_name(today + timedelta(days=number), today) for number in (-1, 0, 1, 2, 3, 6, 7)]
    assert names == ["", "今天", "明天", "后天", "周日", "周三", ""]


def shipped(**agent: Any) -> Hotline:
    found = Hotline.load(SHIPPED)
    return found.model_copy(update={"agent": found.agent.model_copy(update=agent)})


def test_the_hotline_knows_its_holidays_and_may_work_on_them() -> None:
    assert not shipped().is_open(at(NATIONAL_DAY, 10))
    assert shipped(holidays="open").is_open(at(NATIONAL_DAY, 10))
    assert shipped().is_open(at(MADE_UP, 10))
    assert not shipped(holidays="open").is_open(at(MADE_UP, 10))


def test_holidays_stand_beside_hotline_yaml_and_not_in_it(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8")
    (tmp_path / "hotline.yaml").write_text(text, "utf-8")
    (tmp_path / "holidays.yaml").write_text("2026-11-23: {desk: closed, note: 培训}\n", "utf-8")
    found = Hotline.load(tmp_path / "hotline.yaml", "hotline.yaml")
    assert not found.is_open(at(date(2026, 11, 23), 10))
    (tmp_path / "holidays.yaml").write_text("x: closed\n", "utf-8")
    with pytest.raises(SourceError, match=r"^holidays\.yaml:1: "):
        Hotline.load(tmp_path / "hotline.yaml", "hotline.yaml")
    (tmp_path / "hotline.yaml").write_text(text + "holidays: {}\n", "utf-8")
    with pytest.raises(SourceError, match="'holidays'"):
        Hotline.load(tmp_path / "hotline.yaml")
