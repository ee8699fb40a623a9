"""Callers on a stream who do what was written down for them, one thing after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field

from provider_end import ProviderEnd


@dataclass(frozen=True)
class Does:
    """What happens next: keys, words (as mu-law), a message of the provider, hanging up, or `act`.

    `after` is seconds of quiet on the line; with `into` instead, seconds of the sound that began last.
    """

    keys: str = ""
    says: bytes = field(default=b"", repr=False)
    message: str = ""
    hangs_up: bool = False
    act: Callable[[], object] | None = None
    after: float = 1.0
    into: float | None = None


@dataclass
class StreamEnd(ProviderEnd):
    """The provider's end with a caller who does all of `does`."""

    does: list[Does] = field(default_factory=list)

    def _deed_at(self) -> float | None:
        if not self.does:
            return None
        next_one = self.does[0]
        return self._quiet_from + next_one.after if next_one.into is None else self._began + next_one.into

    def _do(self) -> None:
        deed = self.does.pop(0)
        for key in deed.keys:
            self.press(key)
        if deed.act:
            deed.act()
        self._speech += deed.says
        if deed.message:
            self._inbox.append(deed.message)
        if deed.hangs_up:
            self.hang_up()
        self._quiet_from = max(self._quiet_from, self.now)
