"""A page on which the worst heard can be played: index.html beside its sounds, in no repository."""

from html import escape
from pathlib import Path

from tests.ear.conditions import CONDITIONS
from tests.ear.report import Run, split
from tests.ear.scores import Score, grouped, worst
from tests.playing_page import PlayingPage

_NAMES = {"telephone": "电话", "hearing loss": "电话,高音听力下降", "television": "电话,旁边开着电视"}
_KINDS = {"amounts": "金额", "prompts": "提示语"}
_VERDICTS = {"right": "对", "another amount": "听成别的金额", "no amount": "听不出金额"}


def write(run: Run, folder: Path) -> Path:
    """Write the page and the sounds of the worst ten of each voice, pace and condition; return the page."""
    page = PlayingPage(folder)
    parts = []
    for (voice, pace, condition), of_group in grouped(run.scores).items():
        for kind, chosen in split(of_group).items():
            if cards := [_card(each, page) for each in worst(chosen)]:
                title = f"{voice} · 语速 {pace:g} · {_NAMES[condition]} · {_KINDS[kind]}"
                parts.append(f"<section><h2>{escape(title)}</h2>{''.join(cards)}</section>")
    return page.write(
        "听力检查:听得最差的",
        "听得最差的句子",
        "“说的”是应有的内容,“听的”是 Whisper 写下的文字。声音就是它听到的。",
        "\n".join(parts) or "<p>全部听对了。</p>",
    )


def _card(each: Score, page: PlayingPage) -> str:
    case = each.hearing.case
    heard_as = CONDITIONS[each.hearing.condition]
    players = "".join(page.player(heard_as(sound).wav_bytes()) for sound in case.sounds)
    verdict = " / ".join(_VERDICTS[judgement] for judgement in each.judgements) or f"错 {each.error:.0%}"
    texts = {"说的": case.text, "听的": " / ".join(each.hearing.texts)}
    return page.card(case.name, verdict, texts, players)
