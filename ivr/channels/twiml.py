"""A call's turn as the document its provider obeys: only verbs and attributes that all such engines know.

Keys count while a Gather's prompt plays, so what must be heard out stands before the Gather. Every way on
names the turn it leads to, so that a repeated, late or forged request does no harm.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.channels.markup import element, response
from ivr.channels.script import WHISPER, Script
from ivr.channels.speakers import Speaker, say
from ivr.channels.turn_token import TurnPassage, TurnTokens
from ivr.conversation import Answer
from menus.actions import Action, Ask, HangUp, Transfer, Wait

RINGING_SECONDS = 30
LAST = "0"
"""What stands behind a stream names no turn: it asks for the last one, which may be a goodbye."""
# Said when nothing else can be: these stand here and not in config, which may be what is broken.
SORRY_AGENT = "对不起,出了点问题。现在帮您转人工,请别挂机。"
SORRY = "对不起,出了点问题。请过一会儿再打,也可以带身份证到医保窗口办。"
SORRY_GOODBYE = "谢谢来电,再见。"


@dataclass(frozen=True, slots=True)
class Renderer:
    """Turns answers into TwiML.

    `public_url` is where the provider reaches our doors, without a slash at its end; `speaker` is the voice.
    `person` gives the number (E.164, or a SIP address) that a Transfer's name stands for, or None where
    nobody can be reached. With `tokens` that person is told first who is calling and why.
    """

    public_url: str
    script: Script
    speaker: Speaker
    person: Callable[[str], str | None]
    tokens: TurnTokens | None = None

    def render(self, answer: Answer) -> str:
        """Return the document of a turn; ValueError if it is no turn a call can have."""
        *_, ending = answer.turn.actions
        passages = self.script.passages(answer)
        before, prompt = [
            self.speaker.speak(passage, answer, index) for index, passage in enumerate(passages)
        ]
        if isinstance(ending, Ask):
            return response(before + self._gather(ending, prompt, answer.number + 1))
        return response(before + self._after(ending, answer))

    def whisper(self, answer: Answer) -> str:
        """Return what the person hears who answers a turn's transfer; then the provider joins the two."""
        return response(self.speaker.speak(self.script.whisper(answer), answer, WHISPER))

    def nothing(self) -> str:
        """Return the document that says nothing: whoever answered is joined with the caller at once."""
        return response("")

    def connect(self, token: str) -> str:
        """Return the document that leads a call over a socket, and by key when the socket has closed.

        The redirect names no turn, so it is answered with the last one that was taken.
        """
        socket = "ws" + self.public_url.removeprefix("http") + "/voice/stream"
        parameter = element("Parameter", name="token", value=token)
        connect = element("Connect", inside=element("Stream", inside=parameter, url=socket))
        return response(
            connect + element("Redirect", f"{self.public_url}/voice/turn?n={LAST}", method="POST")
        )

    def hang_up(self) -> str:
        """Return the document that ends a call we know nothing of, or that is over already."""
        return response(element("Hangup"))

    def reject(self) -> str:
        """Return the document that does not answer a call at all."""
        return response(element("Reject"))

    def sorry(self, name: str = "person") -> str:
        """Return the apology and the way to the person of that name, made of nothing that could fail too.

        No turn follows: while we are in trouble, another turn would only apologize once more.
        """
        number = self._number(name)
        if not number:
            return response(say(SORRY) + element("Hangup"))
        dial = element("Dial", inside=_callee(number), timeout=str(RINGING_SECONDS))
        return response(say(SORRY_AGENT) + dial + say(SORRY_GOODBYE) + element("Hangup"))

    def _number(self, name: str) -> str | None:
        try:
            return self.person(name)
        except Exception:  # noqa: BLE001 - an apology must not need one itself
            return None

    def _gather(self, ask: Ask, prompt: str, number: int) -> str:
        gather = element(
            "Gather",
            inside=prompt,
            input="dtmf",
            action=self._turn(number),
            method="POST",
            timeout=str(max(1, ask.seconds)),
            numDigits=str(max(1, ask.keys)),
            finishOnKey="#" if ask.finish else "",
            actionOnEmptyResult="true",
        )
        return gather + self._go_on(number, "silent")  # for engines that fall through on silence

    def _after(self, ending: Action, answer: Answer) -> str:
        number = answer.number + 1
        match ending:
            case Wait(seconds):
                silence = f"{self.public_url}/sound/silence/{min(max(seconds, 1), 10)}.wav"
                return element("Play", silence) + self._go_on(number, "silent")
            case Transfer(name, tell):
                return self._transfer(self.person(name), number, self._whispered(answer) if tell else "")
            case HangUp():
                return element("Hangup")
            case _:
                raise ValueError(f"a turn of a call cannot end in {type(ending).__name__}")

    def _whispered(self, answer: Answer) -> str:
        """Return where the provider asks what to tell the person who answers; nothing if nothing."""
        if not self.tokens:
            return ""
        token = self.tokens.seal(TurnPassage(answer.conversation_id, answer.number, WHISPER))
        return f"{self.public_url}/voice/whisper?t={token}"

    def _transfer(self, person: str | None, number: int, whispered: str) -> str:
        if not person:
            return self._go_on(number, "transfer")  # at once: nobody was reached
        return element(
            "Dial",
            inside=_callee(person, whispered),
            action=self._turn(number, "transfer"),
            method="POST",
            timeout=str(RINGING_SECONDS),
        )

    def _go_on(self, number: int, mark: str) -> str:
        return element("Redirect", self._turn(number, mark), method="POST")

    def _turn(self, number: int, mark: str = "") -> str:
        return f"{self.public_url}/voice/turn?n={number}" + (f"&{mark}=1" if mark else "")


def _callee(number: str, whispered: str = "") -> str:
    told = {"url": whispered, "method": "POST"} if whispered else {}
    return element("Sip" if number.startswith("sip") else "Number", number, **told)
