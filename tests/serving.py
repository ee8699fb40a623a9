"""`hotline serve` and `hotline worker` in production on a house's database, and the provider before them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cast import HUANG
from house import House
from running import OWN_NUMBER, Running, free_port, own_config, running

from ivr.channels.phone.line import Line
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.transport import OverHttp
from ivr.channels.phone.twilio import Account, PretendTwilio


@dataclass(frozen=True)
class Served:
    """A hotline in production on a house's database."""

    address: str
    server: Running
    worker: Running
    house: House
    twilio: PretendTwilio

    def line(self) -> Line:
        return Line(self.twilio, str(HUANG.mobile))

    def texts(self) -> list[str]:
        inbox = Messages(self.twilio, self.house.texts).inbox(str(HUANG.mobile))
        return [text.body for text in inbox]


@contextmanager
def in_production(house: House, folder: Path, more: Mapping[str, str]) -> Iterator[Served]:
    settings, bind = house.settings, f"127.0.0.1:{free_port()}"
    environment = {
        "HOTLINE_CONFIG": str(own_config(folder)),
        "HOTLINE_DATABASE_URL": settings.database_url,
        "HOTLINE_PUBLIC_URL": settings.public_url,
        "HOTLINE_SECRET_KEY": settings.secret_key,
        "HOTLINE_TEXTS": f"file:{house.texts}",
        "HOTLINE_PROMPTS": "say",
        "HOTLINE_SOUNDS": str(folder / "sounds"),
        "HOTLINE_MODELS": str(folder / "models"),
        "TWILIO_AUTH_TOKEN": settings.auth_tokens[0],
        "TWILIO_ACCOUNT_SID": settings.account_sid,
        "HOME": str(folder),
        **more,
    }
    transport = OverHttp(settings.public_url, f"http://{bind}")
    account = Account(settings.public_url, settings.auth_tokens[0], OWN_NUMBER, settings.account_sid)
    with (
        running("serve", "--bind", bind, environment=environment, folder=folder) as server,
        running("worker", environment=environment, folder=folder) as worker,
    ):
        server.until_it_says(f"answers on {bind}")
        worker.until_it_says("keeping house")
        yield Served(f"http://{bind}", server, worker, house, PretendTwilio(transport, account))
        transport.close()
