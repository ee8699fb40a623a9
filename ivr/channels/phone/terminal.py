"""A telephone in the terminal: prints what is said and what texts arrive, takes what is typed.

Seconds are counted, not waited: the hotline's patience ends as soon as a line is left empty.
"""

from typing import TextIO

from ivr.channels.phone.calllog import Dialled, Ended, Faulted, Heard, Whispered
from ivr.channels.phone.faults import LineError
from ivr.channels.phone.line import Line
from ivr.channels.phone.markup import KEYS
from ivr.channels.phone.messages import Messages

HELP = """\
  数字 * #  按键,可以连着按      空行  不出声,等一会儿
  t 内容    发短信给热线         q     挂机
"""
MORE = "  (可以接着按;按完了就留一个空行)\n"
_OUTCOMES = {"completed": "接通过", "busy": "占线", "no-answer": "没人接", "failed": "打不通"}
_ENDINGS = {"caller hung up": "您挂机了", "hotline hung up": "对方挂机了", "rejected": "对方没有接"}


def run(line: Line, texts: Messages, input: TextIO, output: TextIO) -> None:  # noqa: A002 - the natural word
    """Dial `line` and go on until either side hangs up; the end of the input hangs up as well.

    A fault of the hotline is printed and ends the conversation; nothing is raised.
    """
    terminal = _Terminal(line, texts, input, output)
    try:
        terminal.talk()
    except LineError as problem:
        terminal.write(f"✗ {problem}\n")


class _Terminal:
    def __init__(self, line: Line, texts: Messages, keyboard: TextIO, screen: TextIO) -> None:
        self._line = line
        self._texts = texts
        self._keyboard = keyboard
        self._screen = screen
        self._shown = 0  # entries of the line's log
        self._read = len(texts.inbox(line.caller))

    def write(self, text: str) -> None:
        """Show at once, also where the screen is a pipe."""
        self._screen.write(text)
        self._screen.flush()

    def talk(self) -> None:
        """The whole call."""
        self.write(f"☎ 拨打 {self._line.twilio.account.number}\n{HELP}")
        self._line.dial()
        while not self._line.over:
            self._line.listen()
            self._show()
            if not self._line.over:
                self.write("> ")
                self._obey(self._keyboard.readline())
        self._show()

    def _obey(self, typed: str) -> None:
        word = typed.strip()
        if not typed or word.lower() == "q":
            self._line.hang_up()
        elif not word:
            self._line.silence()
        elif word[0] in "tT" and word[1:2].isspace():
            self._texts.write(self._line.caller, word[2:].strip())
        elif set(word) <= set(KEYS):
            self._line.press(word)
            if self._line.stage and self._line.stage.keys:
                self.write(MORE)
        else:
            self.write(HELP)

    def _show(self) -> None:
        for entry in self._line.log[self._shown :]:
            if isinstance(entry, Heard):
                # A sound that keys cannot stop is marked, because nobody can hurry it.
                self.write(f"{'  ' if entry.interruptible else '‖ '}{entry.text or f'[{entry.url}]'}\n")
            elif isinstance(entry, Whispered):
                self.write(f"  (人工先听到:{entry.text or entry.url})\n")
            elif isinstance(entry, Dialled):
                self.write(f"  (转人工:{_OUTCOMES[entry.outcome]})\n")
            elif isinstance(entry, Faulted):
                self.write(f"✗ {entry.sentence}\n")
            elif isinstance(entry, Ended):
                self.write(f"☎ {_ENDINGS.get(entry.reason, '电话断了')},{entry.at:.0f} 秒\n")
        self._shown = len(self._line.log)
        inbox = self._texts.inbox(self._line.caller)
        for text in inbox[self._read :]:
            self.write(f"✉ {text.body}\n")
        self._read = len(inbox)
