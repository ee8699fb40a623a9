"""What callers may ask about a region's rules, page by page: each short enough to be said between two keys.

A topic is what stands under one key. Its parts, in the order of `topics` in the national file, are answers of
the policy in force, by their name, and what is made of tables: the steps of every way to get something done
(`ways.bind`), the conditions of a withdrawal (`withdrawals`), and what is credited a month (`credits`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ivr.approval import Approvable
from ivr.parts import hanzi
from ivr.policy import LONGEST_PAGE, Policy
from ivr.region_tables import ChannelRow, MonthlyCreditRow, WithdrawalRow
from menus.values import Word
from speech.spoken import cardinal, money, percent

WAYS, WITHDRAWALS, CREDITS = "ways.", "withdrawals", "credits"


@dataclass(frozen=True, slots=True)
class Page:
    """What is said before the caller is asked to go on; `claim` is who vouches for it, None: nobody may."""

    words: Word
    facts: tuple[str, ...]
    claim: Approvable | None

    def stands(self, day: date) -> bool:
        """Return whether it may be told as current on a day (decisions 7)."""
        return self.claim is not None and self.claim.stands(day)


@dataclass(frozen=True, slots=True)
class Tables:
    """What tables say of a region: ways, conditions of a withdrawal, monthly credits.

    `common_channels` are those of the whole country, for what the region's own do not do.
    """

    channels: Sequence[ChannelRow]
    common_channels: Sequence[ChannelRow]
    withdrawals: Sequence[WithdrawalRow]
    credits: Sequence[MonthlyCreditRow]


def pages(parts: Iterable[str], policy: Policy, tables: Tables) -> tuple[Page, ...]:
    """Return what is told on a topic made of these parts; nothing of what the region is silent on."""
    return tuple(page for part in parts for page in _part(part, policy, tables))


def _part(part: str, policy: Policy, tables: Tables) -> Iterator[Page]:
    if part.startswith(WAYS):
        ways = _ways(part.removeprefix(WAYS), tables)
        return (page for way in ways for page in _grouped(way.steps, (way.fact,), way))
    if part == WITHDRAWALS:
        return (Page(Word(row.words), (row.fact,), row) for row in tables.withdrawals)
    if part == CREDITS:
        return (Page(Word(credited(row)), (row.fact,), row) for row in tables.credits)
    answer = policy.answers.get(part)
    if answer is None:
        return iter(())
    return _grouped(answer.sentences.values(), answer.facts, None if answer.former_only else answer)


def _ways(deed: str, tables: Tables) -> list[ChannelRow]:
    own = [way for way in tables.channels if deed in way.does]
    return own or [way for way in tables.common_channels if deed in way.does]


def _grouped(sentences: Iterable[str], facts: tuple[str, ...], claim: Approvable | None) -> Iterator[Page]:
    """Put as many sentences on a page as may be said at once."""
    page = ""
    for sentence in sentences:
        if page and hanzi(page + sentence) > LONGEST_PAGE:
            yield Page(Word(page), facts, claim)
            page = ""
        page += sentence
    if page:
        yield Page(Word(page), facts, claim)


def credited(row: MonthlyCreditRow) -> str:
    """Say what a group is credited a month.

    >>> from decimal import Decimal
    >>> credited(MonthlyCreditRow(fact="", place="", age_to=75, yuan_a_month=Decimal("157.5")))
    '七十五岁以下退休的,每月打一百五十七元五角。'
    """
    who = _ages(row) + "退休的"
    about = "大约" if row.approximate else ""
    if row.percent_of_average_pension is not None:
        least, most = (percent(f"{each}%") for each in row.percent_of_average_pension)
        return f"{who},每月打当地平均养老金的{about}{least}到{most}。"
    year = f",一年{money(12 * (row.fen_a_month or 0))}" if row.yuan_a_year is not None else ""
    open_ages = "".join(f"正好{cardinal(age)}岁的,由窗口定。" for age in sorted(row.open_ages))
    return f"{who},每月{about}打{money(row.fen_a_month or 0)}{year}。{open_ages}"


def _ages(row: MonthlyCreditRow) -> str:
    above = f"满{cardinal(row.age_from)}岁" if row.age_from else ""
    below = f"{cardinal(row.age_to)}岁以下" if row.age_to is not None else ""
    return above + below
