"""What holds for every answer at every door, whatever was asked, by whom and how often."""

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree import ElementTree

from demo_town import Resident, Town, codes_of, plain
from knocking import Reply
from sqlalchemy import func, select

from ivr.channels.phone.document import Document
from ivr.channels.phone.messages import replies_in
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.verbs import Dial, Gather, Hangup, Play, Redirect, Reject, Say
from ivr.store.tables import Act, Binding, Code
from speech.spoken import digits, money

TYPE = "text/xml; charset=utf-8"
HANG_UP = b'<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>'
NOTHING = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
LONGEST_TEXT = 1600
PORTABLE = (Say, Play, Gather, Redirect, Hangup, Reject, Dial)
ROOMS = ("ivr", "menus", "speech", "werkzeug")
WAYS_ON = frozenset({"Gather", "Redirect", "Dial"})

_SAID_DIGITS = str.maketrans("零〇幺一二三四五六七八九", "001123456789")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s,,、。.-]+(?=\d)")
_SAID_MONEY = re.compile(
    "[零〇一二两三四五六七八九十百千万亿]+(?:元|角|分(?!钟))[零一二三四五六七八九角分整]*"
)
_WRITTEN_MONEY = re.compile(r"\d+\.\d\d(?=元)")
_UNSPEAKABLE = re.compile("[0-9０-９A-Za-z]")
_SAID_BACK = "我们打的号码是,{}。"
_EXPECTED_ERROR = "the provider got no document from another door"


class Logged(logging.Handler):
    """Everything that was logged since somebody looked, down to what only developers log."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[logging.LogRecord] = []
        self._levels = {name: logging.getLogger(name).level for name in ROOMS}
        logging.getLogger().addHandler(self)
        for name in ROOMS:
            logging.getLogger(name).setLevel(logging.DEBUG)

    def close(self) -> None:
        logging.getLogger().removeHandler(self)
        for name in ROOMS:
            logging.getLogger(name).setLevel(self._levels[name])
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def take(self) -> list[logging.LogRecord]:
        taken, self.records = self.records, []
        return taken


@dataclass
class Secrets:
    """What may stand in no answer and no log, and what only some may hear."""

    town: Town
    codes: dict[str, set[str]] = field(default_factory=dict)

    def learn_codes(self) -> None:
        self.codes = dict(codes_of(self.town.sent_texts()))

    @cached_property
    def _everybody(self) -> Collection[Resident]:
        return self.town.residents.values()

    @cached_property
    def _never(self) -> re.Pattern[str]:
        """Full names, numbers, mobiles, cards and PINs of everybody, as they look in `plain` figures."""
        said = [each.name for each in self._everybody]
        for each in self._everybody:
            said += [each.number, each.number[:17], each.mobile.removeprefix("+86"), each.card, each.pin]
        return re.compile("|".join(sorted(filter(None, set(said)), key=len, reverse=True)))

    @cached_property
    def _by_mask(self) -> Mapping[str, set[int]]:
        masks: dict[str, set[int]] = {}
        for each in self._everybody:
            masks.setdefault(each.masked, set()).add(each.id)
        return masks

    @cached_property
    def _masks(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self._by_mask, key=len, reverse=True))))

    @cached_property
    def _said_amounts(self) -> Mapping[int, frozenset[str]]:
        return {each.id: frozenset(map(money, each.amounts)) for each in self._everybody}

    @cached_property
    def _written_amounts(self) -> Mapping[int, frozenset[str]]:
        return {
            each.id: frozenset(f"{fen // 100}.{fen % 100:02}" for fen in each.amounts)
            for each in self._everybody
        }

    def check_public(self, text: str) -> None:
        """Nobody's full name, number, mobile, card, PIN or code stands in here, said or written."""
        figures = _BETWEEN_DIGITS.sub("", plain(text).translate(_SAID_DIGITS))
        found = self._never.search(figures) or self._never.search(text)
        assert not found, f"something nobody may hear in: {text}"
        runs = set(re.findall(r"(?<![\dA-Fa-f])\d{6}(?![\dA-Fa-f])", figures))
        told = [code for codes in self.codes.values() for code in codes & runs]
        assert not told, f"a code in: {text}"

    def check_said(self, text: str, verified: Collection[int], shown: Collection[str] = ()) -> None:
        """A caller hears Hanzi, and of persons only what those verified in this call may hear.

        The numbers `shown` by the call itself are said back where a call-back is offered, and nowhere else.
        """
        assert not _UNSPEAKABLE.search(text), text
        for number in shown:
            if re.fullmatch(r"\+86\d{7,}", number):
                text = text.replace(_SAID_BACK.format(digits(number, "phone")), "")
        self.check_public(text)
        self._check_people(text.replace("某", "*"), verified)
        allowed = {amount for person in verified for amount in self._said_amounts[person]}
        strange = set(_SAID_MONEY.findall(text)) - allowed
        assert not strange, f"{strange} belong to none of {sorted(verified)}: {text}"

    def check_written(self, text: str, verified: Collection[int]) -> None:
        """A mobile reads of persons only what those verified there may read."""
        self.check_public(text)
        self._check_people(text, verified)
        allowed = {amount for person in verified for amount in self._written_amounts[person]}
        strange = set(_WRITTEN_MONEY.findall(text)) - allowed
        assert not strange, f"{strange} belong to none of {sorted(verified)}: {text}"
        assert len(text) <= LONGEST_TEXT
        assert "://" not in text

    def _check_people(self, text: str, verified: Collection[int]) -> None:
        known = {relative for person in verified for relative in self.town.residents[person].relatives}
        for mask in self._masks.findall(text):
            assert self._by_mask[mask] & (known | set(verified)), f"{mask} is nobody's relative: {text}"

    def check_logs(self, records: Collection[logging.LogRecord]) -> None:
        """Nothing went wrong inside, nothing was logged with its traceback, nobody is named."""
        for record in records:
            text = record.getMessage()
            assert record.exc_info is None, f"{record.name}: {text}"
            assert record.levelno < logging.ERROR or text.startswith(_EXPECTED_ERROR), (
                f"{record.name}: {text}"
            )
            self.check_public(text)

    def check_sent(self, text: Mapping[str, str]) -> None:
        """What went out by text: to a mobile that may get it, with nothing in it that is not its owner's."""
        owners = [each.id for each in self._everybody if each.mobile == text["to"]]
        body = re.sub(r"(?<![\d-])\d{6}(?![\d-])", "", text["body"])
        self.check_written(body, owners)


def document_of(reply: Reply, url: str, public: str) -> Document:
    """Read the answer of a voice door as the strictest engine would."""
    assert reply.status == 200, reply.status
    assert reply.content_type == TYPE
    document = Document.read(Answer(reply.status, reply.content_type, reply.body), url)
    assert all(isinstance(verb, PORTABLE) for verb in document.verbs), document
    for element in ElementTree.fromstring(reply.body).iter():  # noqa: S314 - our own doors wrote it
        way = element.get("action") or ((element.text or "") if element.tag in ("Redirect", "Play") else "")
        assert not way or way.startswith(f"{public}/"), way
        assert element.tag not in WAYS_ON or element.get("method", "POST" if not way else "") == "POST"
        assert element.tag != "Say" or element.get("language") == "zh-CN"
    _check_order(document)
    return document


def _check_order(document: Document) -> None:
    """Sounds, then one thing to do, and behind a Gather the same way on for engines that fall through."""
    rest = [verb for verb in document.verbs if not isinstance(verb, Say | Play)]
    kinds = [type(verb).__name__ for verb in rest]
    assert kinds in (
        [["Gather", "Redirect"], ["Redirect"], ["Dial"], ["Hangup"], ["Reject"], ["Dial", "Hangup"]]
    ), kinds
    if kinds == ["Gather", "Redirect"]:
        gather, redirect = rest
        assert isinstance(gather, Gather)
        assert isinstance(redirect, Redirect)
        assert redirect.url.startswith(gather.action)


def words_of(document: Document, caption: Callable[[str], str | None], fresh: bool = True) -> str:
    """Return all that is heard, ours and the provider's voice alike.

    What only one caller may hear is gone ten minutes after it was said, in documents that are not `fresh`.
    """
    heard = []
    for sound in _sounds(document):
        if isinstance(sound, Say):
            heard.append(sound.text)
        else:
            text = caption(sound.url)
            gone = text is None and not fresh and "/sound/turn/" in sound.url
            assert gone or text is not None, f"nothing stands at {sound.url}"
            heard.append(text or "")
    return "".join(heard)


def _sounds(document: Document) -> Iterator[Say | Play]:
    for verb in document.verbs:
        for sound in verb.prompt if isinstance(verb, Gather) else (verb,):
            if isinstance(sound, Say | Play):
                yield sound


def texts_of(reply: Reply, url: str) -> str:
    """Read the answer of the texts' door; at most one text comes back."""
    assert reply.status == 200, reply.status
    assert reply.content_type == TYPE
    found = replies_in(Answer(reply.status, reply.content_type, reply.body), url)
    assert len(found) <= 1
    return "".join(body for _, body in found)


def check_releases(town: Town) -> None:
    """What was ended was confirmed, each once, by a code that is used up."""
    with town.session() as session:
        released = session.scalar(select(func.count()).where(Binding.state == "released"))
        confirmed = session.scalars(select(Act.id).where(Act.state == "confirmed")).all()
        used = session.scalars(
            select(Code.act_id).where(Code.state == "used", Code.purpose == "unbind")
        ).all()
    assert released == len(confirmed)
    assert sorted(confirmed) == sorted(act for act in used if act is not None)
