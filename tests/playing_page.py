"""A page on which sounds can be played beside what was heard of them: index.html and its folder `sounds`."""

import hashlib
from collections.abc import Mapping
from html import escape
from pathlib import Path

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


class PlayingPage:
    """Writes one page into a folder. Whatever is given as text is shown as text; a `body` is HTML."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sounds = folder / "sounds"
        self._sounds.mkdir(parents=True, exist_ok=True)

    def player(self, wav: bytes) -> str:
        """Keep a sound, and return what plays it; equal sounds share a file."""
        name = f"{hashlib.sha256(wav).hexdigest()[:24]}.wav"
        (self._sounds / name).write_bytes(wav)
        return f'<audio controls preload="none" src="sounds/{name}"></audio>'

    def card(self, title: str, verdict: str, texts: Mapping[str, str], players: str) -> str:
        """Return a card: a title, a verdict, texts with their names, and sounds."""
        rows = {**{name: escape(text) or "(无)" for name, text in texts.items()}, "声音": players}
        terms = "".join(
            f"<dt><span>{name}</span></dt><dd><div>{value}</div></dd>" for name, value in rows.items()
        )
        head = f"<header><span>{escape(title)}</span><b>{escape(verdict)}</b></header>"
        return f"<article>{head}{terms}</article>"

    def write(self, title: str, heading: str, about: str, body: str) -> Path:
        """Write the page and return its path."""
        page = self._folder / "index.html"
        page.write_text(
            f"""<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
<h1>{escape(heading)}</h1>
<p>{escape(about)}</p>
{body}
</html>
""",
            encoding="utf-8",
        )
        return page
