"""A page on which the worst calls can be played: index.html beside its sounds, in no repository."""

from pathlib import Path

from speech.sound import Sound
from speech.telephone import RATE, mulaw_decode
from tests.callers.calls import Outcome, Verdict
from tests.callers.figures import worst
from tests.callers.report import Run
from tests.playing_page import PlayingPage

_NAMES = {
    "clean": "安静",
    "20 dB": "人声嘈杂,信噪比 20 分贝",
    "10 dB": "人声嘈杂,信噪比 10 分贝",
    "5 dB": "人声嘈杂,信噪比 5 分贝",
    "bad line": "线路不好",
}
_VERDICTS = {
    Verdict.RIGHT: "对",
    Verdict.ASKED_IN_VAIN: "问了一次也没成",
    Verdict.NOT_UNDERSTOOD: "没听懂,改按键",
    Verdict.UNHEARD: "没听见",
    Verdict.WRONG: "选错了",
    Verdict.LEFT_ALONE: "没选,但打断了或反问了",
    Verdict.ACCEPTED: "不该选却选了",
}


def write(run: Run, folder: Path, number: int = 60) -> Path:
    """Write the page and the sounds of the worst calls; return the page."""
    page = PlayingPage(folder)
    cards = "\n".join(_card(each, page) for each in worst(run.outcomes, number))
    return page.write(
        "来电检查:听得最差的",
        "听得最差的来电",
        "来电的人都是合成的声音。留作检验的那一半句子不在这里。声音就是线路上听到的。",
        cards or "<p>没有听错的。</p>",
    )


def _card(each: Outcome, page: PlayingPage) -> str:
    said = each.utterance
    texts = {
        "问题": said.menu,
        "说的": f"{said.words}({said.answer or '不选任何一项'})",
        "听的": " / ".join(each.heard),
        "选了": each.chosen,
    }
    caller = f"{_NAMES[each.condition]} · {said.speaker} · 语速 {said.pace:g} · {each.ear}"
    player = page.player(Sound(mulaw_decode(each.line.mulaw), RATE).wav_bytes())
    return page.card(caller, _VERDICTS[each.verdict], texts, player)
