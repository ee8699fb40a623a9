"""Other people's work beside ours, in an environment of its own: `python -m tests.bench.peers codec|call`.

- `codec`: pipecat's TwilioFrameSerializer and our codec read and write the same frames, in turns. Its sound
  is 16-bit samples; ours is measured as the hotline uses it, and once more making such samples.
- `call`: streamdouble, a client written after the provider's protocol by somebody else, makes a call. It can
  sign nothing, so what the provider's edge adds is added between it and us.

What was found is written to standard output as JSON.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, TypeVar

from tests.bench.frames import OURS, OURS_AS_SAMPLES, STREAM, Codec, Size, compare

Result = TypeVar("Result")
_RATE = 8000


def pipecat() -> Codec:
    """Return pipecat's codec for one stream. It waits for nothing, so no loop is put before it."""
    from loguru import logger  # noqa: PLC0415 - whoever only calls needs none of it
    from pipecat.frames.frames import OutputAudioRawFrame  # noqa: PLC0415
    from pipecat.serializers.twilio import TwilioFrameSerializer  # noqa: PLC0415

    logger.remove()
    params = TwilioFrameSerializer.InputParams(auto_hang_up=False, sample_rate=_RATE)
    serializer = TwilioFrameSerializer(STREAM, params=params)
    serializer._sample_rate = _RATE  # as its setup does, for which it wants a pipeline

    def read(message: str) -> bytes:
        frame: Any = _done(serializer.deserialize(message))
        sound: bytes = frame.audio
        return sound

    def write(samples: bytes) -> str:
        return str(_done(serializer.serialize(OutputAudioRawFrame(samples, _RATE, 1))))

    return Codec(f"pipecat {version('pipecat-ai')}, 16-bit samples", read, write, OURS_AS_SAMPLES.sound)


def codec(*, quick: bool) -> list[dict[str, Any]]:
    """Return the rows of tests.bench.frames for our codec and pipecat's."""
    size = Size(3, 50) if quick else Size(31, 1000)
    peer = pipecat()
    return [asdict(row) for ours in (OURS, OURS_AS_SAMPLES) for row in compare(peer, size, ours)]


async def call(host: str, port: int, signature: str, call_sid: str, token: str) -> dict[str, Any]:
    """Let streamdouble hear the notice out, interrupt the menu by a key, and hear the answer."""
    from streamdouble.metrics import compute  # noqa: PLC0415
    from streamdouble.protocol import StreamIdentity  # noqa: PLC0415
    from streamdouble.scenario import Dtmf, Expect, Scenario, Wait, WaitFor  # noqa: PLC0415
    from streamdouble.session import Session, SessionConfig  # noqa: PLC0415

    press = [Wait(1.0), Dtmf("4"), WaitFor("clear", 5.0), Expect("clear"), Wait(1.0)]
    steps = [WaitFor("audio"), Expect("audio"), WaitFor("mark", 60.0), Expect("mark"), *press]
    config = SessionConfig(custom_parameters={"token": token}, max_drain_s=0.0)
    scenario = Scenario("a key", [*steps, Expect("no_violations")])
    async with _signed(host, port, signature) as url:
        session = Session(url, scenario=scenario, config=config, identity=StreamIdentity(call_sid=call_sid))
        result = await session.run()
    figures = compute(result)
    return {
        "name": f"streamdouble {version('streamdouble')}",
        "expected": len(result.expectations),
        "failed": [what for what, held in result.expectations if not held],
        "violations": list(result.violations),
        "first_sound": figures.time_to_first_audio_ms,
        "seconds": result.audio_duration_s,
    }


@asynccontextmanager
async def _signed(host: str, port: int, signature: str) -> AsyncIterator[str]:
    """Give the address of a door that adds the provider's signature and leads to ours."""

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection(host, port)
        first = await reader.readline()
        outer.write(first + f"X-Twilio-Signature: {signature}\r\n".encode())
        await asyncio.gather(_pour(reader, outer), _pour(inner, writer))

    async with await asyncio.start_server(lead, "127.0.0.1") as server:
        yield "ws://{}:{}/voice/stream".format(*server.sockets[0].getsockname())


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


def _done(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that never waits, as a loop would but without one."""
    try:
        work.send(None)
    except StopIteration as over:
        result: Result = over.value
        return result
    raise RuntimeError("the peer waits for something")


def main() -> None:
    """Do what the first argument says: `codec [--quick]`, or `call` with the arguments of that function."""
    match sys.argv[1:]:
        case ["codec", *quick]:
            found: object = codec(quick=bool(quick))
        case ["call", host, port, *given]:
            found = asyncio.run(call(host, int(port), *given))
    print(json.dumps(found))  # noqa: T201 - whoever started this reads it


if __name__ == "__main__":
    main()
