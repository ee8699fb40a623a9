"""A page on which the worst heard can be played: index.html beside its sounds, in no repository."""

import hashlib
from html import escape
from pathlib import Path

from speech.sound import Sound
from tests.ear.conditions import CONDITIONS
from tests.ear.report import Run, split
from tests.ear.scores import Score, grouped, worst

_NAMES = {"telephone": "电话", "hearing loss": "电话,高音听力下降", "television": "电话,旁边开着电视"}
_KINDS = {"amounts": "金额", "prompts": "提示语"}
_VERDICTS = {"right": "对", "another amount": "听成别的金额", "no amount": "听不出金额"}
_STYLE = """
body { font: 17px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 72rem; margin: 2rem auto;
       padding: 0 1rem; color: #1c2733; background: #fbfaf7; }
h1 { font-size: 1.7rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid #d8d2c4 }
article { display: grid; grid-template-columns: 4.5rem 1fr; gap: .15rem .8rem; padding: 1rem;
          margin: .8rem 0; background: #fff; border: 1px solid #e4dfd3; border-radius: .6rem }
article header { grid-column: 1 / -1; display: flex; gap: 1rem; color: #5c6773; font-size: .9rem }
article b { font-weight: 600; color: #a3341f; margin-left: auto }
article dt, article dd { display: contents } dt span { color: #5c6773 } audio { width: 100%; height: 2.4rem }
"""


def write(run: Run, folder: Path) -> Path:
    """Write the page and the sounds of the worst ten of each voice, pace and condition; return the page."""
    sounds = folder / "sounds"
    sounds.mkdir(parents=True, exist_ok=True)
    parts = []
    for (voice, pace, condition), of_group in grouped(run.scores).items():
        for kind, chosen in split(of_group).items():
            if cards := [_card(each, sounds) for each in worst(chosen)]:
                title = f"{voice} · 语速 {pace:g} · {_NAMES[condition]} · {_KINDS[kind]}"
                parts.append(f"<section><h2>{escape(title)}</h2>{''.join(cards)}</section>")
    page = folder / "index.html"
    page.write_text(_document("\n".join(parts) or "<p>全部听对了。</p>"))
    return page


def _document(body: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>听力检查:听得最差的</title>
<style>{_STYLE}</style>
<h1>听得最差的句子</h1>
<p>“说的”是应有的内容,“听的”是 Whisper 写下的文字。声音就是它听到的。</p>
{body}
</html>
"""


def _card(each: Score, sounds: Path) -> str:
    case = each.hearing.case
    players = "".join(_player(sound, each.hearing.condition, sounds) for sound in case.sounds)
    verdict = " / ".join(_VERDICTS[judgement] for judgement in each.judgements) or f"错 {each.error:.0%}"
    rows = {
        "说的": escape(case.text),
        "听的": escape(" / ".join(each.hearing.texts)) or "(无)",
        "声音": players,
    }
    terms = "".join(
        f"<dt><span>{name}</span></dt><dd><div>{value}</div></dd>" for name, value in rows.items()
    )
    return (
        f"<article><header><span>{escape(case.name)}</span><b>{escape(verdict)}</b></header>{terms}</article>"
    )


def _player(sound: Sound, condition: str, folder: Path) -> str:
    """Keep the sound as the ear got it; equal sounds share a file."""
    data = CONDITIONS[condition](sound).wav_bytes()
    name = f"{hashlib.sha256(data).hexdigest()[:24]}.wav"
    (folder / name).write_bytes(data)
    return f'<audio controls preload="none" src="sounds/{name}"></audio>'
