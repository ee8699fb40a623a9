"""Keys as services get them, and entries that go on: after a star in the middle the rest comes later."""

from dataclasses import replace

from ivr.services import claims
from ivr.services.context import Context
from ivr.services.service import Service
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Secret

KEYS = frozenset({"keys"})


def keyed(arguments: Arguments) -> str:
    """Return what was keyed in; nothing where the menus passed none, which no number and no code equals."""
    keys = arguments.get("keys")
    return keys.keys if isinstance(keys, Secret) else ""


def keep(context: Context, arguments: Arguments) -> Told:
    """Keep the keys sealed until the rest of the entry comes."""
    kept = claims.kept(context, claims.claim(context))
    claims.keep(context, replace(kept, keys=keyed(arguments)))
    return Told("kept")


def join(context: Context, arguments: Arguments) -> Told:
    """Give back what was kept with the new keys behind it, and keep nothing more of it."""
    kept = claims.kept(context, claims.claim(context))
    claims.keep(context, replace(kept, keys=""))
    return Told("joined", {"keys": Secret(kept.keys + keyed(arguments))})


SERVICES = (
    Service(Declaration("entry.keep", {"kept": Outcome()}, takes=KEYS), keep),
    Service(Declaration("entry.join", {"joined": Outcome({"keys": 0})}, takes=KEYS), join),
)
