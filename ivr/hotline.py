"""The hotline as config/hotline.yaml describes it: whose it is, its numbers, hours, limits and law."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, InstanceOf

from ivr.desk_hours import DeskHours
from ivr.holidays import Holidays
from ivr.hotline_parts import (
    Agent,
    Announcement,
    Authority,
    Limits,
    Retention,
    Sender,
    Telephone,
    Texts,
)
from ivr.parts import Part, hanzi
from ivr.policy import NATIONAL
from ivr.settings import Settings
from menus.source import SourceError, build, read
from menus.values import Digits, Value, Word

# Twelve seconds at the 178 Hanzi a minute of our voices.
LONGEST_NOTICE = 35
HOLIDAYS = "holidays.yaml"
# What the shipped file says instead of an authority, and the end of numbers that nobody can have.
_SAMPLE, _SAMPLE_NUMBER = "演示", "0000000"
_TEST_MOBILES = r"\+86100\d{8}"


class Hotline(Part):
    """config/hotline.yaml. `numbers` maps a called number to the region whose callers it serves.

    `holidays` is what stands in holidays.yaml beside it.
    """

    authority: Authority
    sender: Sender = Sender()
    agent: Agent = Agent()
    numbers: Mapping[Telephone, str] = Field(default_factory=dict)
    unknown_number: Literal["national", "refuse"] = "national"
    texts: Texts = Texts()
    legal_basis: str = ""
    provider_in_china: bool = False
    announcement: Announcement | None = None
    recording: bool = False
    retention: Retention = Retention()
    limits: Limits = Limits()
    holidays: InstanceOf[Holidays] = Holidays()

    @classmethod
    def load(cls, path: Path, shown: str = "") -> "Hotline":
        """Return the hotline of a file and of holidays.yaml beside it; SourceError tells faults by line."""
        source = read(path, shown)
        hotline = build(cls, source)
        spare = LONGEST_NOTICE - hanzi(notice(hotline))
        if spare < 0:
            what = f"the notice made of this is {-spare} characters longer than 12 seconds; shorten the names"
            raise SourceError([source.fault(("authority", "controller"), what)])
        beside = str(Path(shown).with_name(HOLIDAYS)) if shown else ""
        return hotline.model_copy(update={"holidays": Holidays.load(path.with_name(HOLIDAYS), beside)})

    @property
    def desk(self) -> DeskHours:
        """Return when the people at the desk answer, holidays and make-up workdays included."""
        keeps = self.agent.holidays == "closed"
        return DeskHours(self.agent.shifts, self.holidays if keeps else self.holidays.only_own())

    def is_open(self, now: datetime) -> bool:
        """Return whether the people at the desk answer now."""
        return self.desk.is_open(now)

    def region_of(self, called: str) -> str | None:
        """Return the code of the region that a called number serves; None if the call is to be refused."""
        return self.numbers.get(called, NATIONAL if self.unknown_number == "national" else None)

    def announced(self, now: datetime) -> str:
        """Return the announcement of the day, or nothing before it begins and from its end on."""
        announcement = self.announcement
        if announcement and announcement.start <= now < announcement.end:
            return announcement.text
        return ""


def notice(hotline: Hotline) -> str:
    """Return what callers must know first: recording if there is any, who keeps their data, where to read."""
    recording = "本次通话会录音。" if hotline.recording else ""
    authority = hotline.authority
    return f"{recording}{authority.controller}保管您的信息,{authority.notice_place}有说明。"


def constants(hotline: Hotline, demo: bool, now: datetime) -> Mapping[str, Value]:
    """Return what prompts and texts may say without being told: names of CONSTANTS, `announcement` if any.

    Texts of a demo are signed as such whatever the file says (decisions 30).
    """
    authority = hotline.authority
    found: dict[str, Value] = {
        "机构": Word(authority.short_name, "演示" if demo else authority.signature),
        "hotline": Digits(authority.number, "phone"),
        "notice": Word(notice(hotline)),
    }
    announced = hotline.announced(now)
    return {**found, "announcement": Word(announced)} if announced else found


def allowed_mobiles(hotline: Hotline, settings: Settings) -> re.Pattern[str]:
    """Return what a mobile must match to be sent a text; where texts go to a file, test mobiles may too."""
    allowed = hotline.texts.allowed
    either = f"{allowed}|{_TEST_MOBILES}" if settings.texts_file else allowed
    return re.compile(rf"\A(?:{either})\Z", re.ASCII)


def start_faults(hotline: Hotline, settings: Settings) -> list[str]:
    """Return why production may not start with this hotline (decisions 30, 32), a sentence each."""
    if settings.is_demo:
        return []
    return [
        *_sample_faults(hotline),
        *_law_faults(hotline, settings),
        *_number_faults(hotline, settings),
    ]


def region_faults(hotline: Hotline, codes: Collection[str]) -> list[str]:
    """Return a sentence for every called number whose region has no file and would count as the country."""
    return [
        f"hotline.yaml: numbers gives {number} to region {code}, which has no file in regions; "
        f"write one of {', '.join(sorted(codes))}"
        for number, code in hotline.numbers.items()
        if code not in codes
    ]


def _sample_faults(hotline: Hotline) -> Iterator[str]:
    for name, value in hotline.authority:
        if not value:
            yield f"hotline.yaml: authority.{name} is empty; production needs the authority's own"
        elif _SAMPLE in value or value.endswith(_SAMPLE_NUMBER):
            yield f"hotline.yaml: authority.{name} is still the sample; write the authority's own"


def _law_faults(hotline: Hotline, settings: Settings) -> Iterator[str]:
    host = urlsplit(settings.twilio_api).hostname or ""
    if hotline.provider_in_china and host.endswith("twilio.com"):
        yield (
            "hotline.yaml: provider_in_china is true, but Twilio's own service is abroad; "
            "write false, or the address of your engine in HOTLINE_TWILIO_API"
        )
    elif not hotline.provider_in_china and not hotline.legal_basis and _serves_china(hotline, settings):
        yield (
            "hotline.yaml: legal_basis is empty, but personal data of +86 numbers would leave the country "
            "(PIPL 38 to 40); write the basis, or provider_in_china: true if the provider is inside"
        )


def _serves_china(hotline: Hotline, settings: Settings) -> bool:
    numbers = (*hotline.numbers, hotline.sender.number, hotline.agent.number)
    texted = allowed_mobiles(hotline, settings).match("+8613800138000")
    return bool(texted) or any(number.startswith("+86") for number in numbers)


def _number_faults(hotline: Hotline, settings: Settings) -> Iterator[str]:
    sender = hotline.sender
    if not settings.texts_file and not (sender.number or sender.messaging_service):
        yield "hotline.yaml: sender is empty, so no text can be sent; write its number or messaging_service"
    if not hotline.numbers and hotline.unknown_number == "refuse":
        yield "hotline.yaml: numbers is empty and unknown numbers are refused; name the numbers you answer"
    for number in sorted({*hotline.numbers, sender.number, hotline.agent.number}):
        if number.endswith(_SAMPLE_NUMBER):
            yield f"hotline.yaml: {number} is a sample that nobody can have; write your own number"
