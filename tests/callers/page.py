"""A page on which the worst calls can be played: index.html beside its sounds, in no repository."""

import hashlib
from html import escape
from pathlib import Path

from speech.sound import Sound
from speech.telephone import RATE, mulaw_decode
from tests.callers.calls import Outcome, Verdict
from tests.callers.figures import worst
from tests.callers.report import Run

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
_STYLE = """
body { font: 17px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; color: #1c2733; background: #fbfaf7; }
article { display: grid; grid-template-columns: 4.5rem 1fr; gap: .15rem .8rem; padding: 1rem;
          margin: .8rem 0; background: #fff; border: 1px solid #e4dfd3; border-radius: .6rem }
header { grid-column: 1 / -1; display: flex; gap: 1rem; color: #5c6773; font-size: .9rem }
header b { color: #a3341f; margin-left: auto } dt, dd { display: contents } dt span { color: #5c6773 }
audio { width: 100%; height: 2.4rem }
"""


def write(run: Run, folder: Path, number: int = 60) -> Path:
    """Write the page and the sounds of the worst calls; return the page."""
    sounds = folder / "sounds"
    sounds.mkdir(parents=True, exist_ok=True)
    cards = "\n".join(_card(each, sounds) for each in worst(run.outcomes, number))
    page = folder / "index.html"
    page.write_text(_document(cards or "<p>没有听错的。</p>"), encoding="utf-8")
    return page


def _document(body: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>来电检查:听得最差的</title>
<style>{_STYLE}</style>
<h1>听得最差的来电</h1>
<p>来电的人都是合成的声音。留作检验的那一半句子不在这里。声音就是线路上听到的。</p>
{body}
</html>
"""


def _card(each: Outcome, folder: Path) -> str:
    said = each.utterance
    rows = {
        "问题": escape(said.menu),
        "说的": escape(said.words) + f"({escape(said.answer) or '不选任何一项'})",
        "听的": escape(" / ".join(each.heard)) or "(无)",
        "选了": escape(each.chosen) or "(无)",
        "声音": _player(each, folder),
    }
    terms = "".join(
        f"<dt><span>{name}</span></dt><dd><div>{value}</div></dd>" for name, value in rows.items()
    )
    caller = f"{_NAMES[each.condition]} · {said.speaker} · 语速 {said.pace:g} · {each.ear}"
    head = f"<header><span>{escape(caller)}</span><b>{_VERDICTS[each.verdict]}</b></header>"
    return f"<article>{head}{terms}</article>"


def _player(each: Outcome, folder: Path) -> str:
    data = Sound(mulaw_decode(each.line.mulaw), RATE).wav_bytes()
    name = f"{hashlib.sha256(data).hexdigest()[:24]}.wav"
    (folder / name).write_bytes(data)
    return f'<audio controls preload="none" src="sounds/{name}"></audio>'
