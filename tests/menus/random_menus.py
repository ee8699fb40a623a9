"""Random valid menus, for laws that must hold on any menus an operator may write."""

import json
from typing import Any

from hypothesis import strategies as st
from small import CATALOGUE, FILES  # type: ignore[import-not-found]

from menus.load import load
from menus.menu import Menus
from menus.source import parse

_ENTRY = {
    "identity": {"number": "identity", "card": "identity.card"},
    "pin": {"number": "pin"},
    "code": {"number": "code"},
}
_FAULTS = {"short": "short", "long": "long", "check": "check", "ending": "ending"}
_SAYS: list[Any] = [
    "main",
    "sorry",
    {"prompt": "notice", "interruptible": False},
    {"prompt": "keys", "when": "why"},
]
# Equal ones may stand at several keys of a question: that is a fault, but never one in the middle of a call.
_PHRASES = ["查余额", "余额", "解除绑定", "不给他用了", "南宁", "发短信", "不发", "是", "一宝卡里的钱"]
_PERSONAL: list[Any] = [
    "balance",
    {"prompt": "locked", "when": "locked"},
    {"prompt": "choice", "each": "people"},
]


@st.composite
def menus(draw: st.DrawFn) -> Menus:
    """Draw menus that pass the check: questions lead anywhere, all else leads only to questions."""
    asking = [f"q{number}" for number in range(draw(st.integers(1, 4)))]
    passing = [f"p{number}" for number in range(draw(st.integers(0, 4)))]
    anywhere = st.sampled_from([*asking, *passing, "goodbye", "person"])
    onward = st.sampled_from([*asking, "goodbye"])
    made = {name: _question(draw, anywhere, onward) for name in asking}
    made |= {name: _passage(draw, onward) for name in passing}
    made["q0"]["needs"] = 0
    lines = st.lists(st.sampled_from(_SAYS), max_size=2)
    made["first"] = {
        "say": draw(lines),
        "ask": {"1": "q0", **_everywhere(asking[1:] + passing)},
        "give_up": "goodbye",
    }
    fixed = {
        "identity": _entry("identity", "identity.claim", {"noted": "pin"}),
        "pin": {
            **_entry("pin", "identity.pin", {"verified": "resume", "wrong": "again", "over": "goodbye"}),
            "needs": 1,
        },
        "person": {
            "transfer": {
                "to": "person",
                "ended": dict.fromkeys(("answered", "busy", "no_answer", "failed"), "goodbye"),
            }
        },
        "sorry": {"say": "sorry", "ask": {"1": "first"}, "give_up": "goodbye"},
        "goodbye": {"say": "bye", "hang_up": "true"},
    }
    files = dict(FILES)
    files["menus/start.yaml"] = (
        files["menus/start.yaml"].replace("welcome", "first").replace("back: main", "back: first")
    )
    files["menus/all.yaml"] = json.dumps({**made, **fixed, **_small_texts()})
    return load(files, CATALOGUE).menus


def _everywhere(names: list[str]) -> dict[str, str]:
    """Lead to up to three more menus; what is left unreached is no matter for the laws."""
    return {str(number): name for number, name in enumerate(names[:3], start=2)}


def _entry(kind: str, service: str, told: dict[str, str]) -> dict[str, Any]:
    consult = {"service": service, "told": told}
    return {
        "say": "number",
        "enter": {**_ENTRY[kind], "consult": consult, "faults": _FAULTS},
        "give_up": "goodbye",
    }


def _question(
    draw: st.DrawFn, anywhere: st.SearchStrategy[str], onward: st.SearchStrategy[str]
) -> dict[str, Any]:
    needs = draw(st.sampled_from([0, 0, 2]))
    says = draw(st.lists(st.sampled_from([*_SAYS, *(_PERSONAL if needs else [])]), max_size=3))
    menu: dict[str, Any] = {"say": says, "needs": needs, "give_up": "goodbye"}
    if needs and draw(st.booleans()):
        return {**menu, "choose": {"items": "people", "prompt": "choice", "more": "more", "go": draw(onward)}}
    if needs and draw(st.booleans()):
        told = {"verified": draw(onward), "wrong": "again", "over": "goodbye"}
        return {**_entry(draw(st.sampled_from(["pin", "code"])), "identity.pin", told), "needs": 2}
    options = draw(st.lists(anywhere, min_size=1, max_size=4))
    phrases = st.lists(st.sampled_from(_PHRASES), max_size=2, unique=True)
    menu["ask"] = {str(key): {"go": go, "phrases": draw(phrases)} for key, go in enumerate(options, start=1)}
    menu["keys_only"] = draw(st.sampled_from(["no", "no", "yes"]))
    menu["yes_no"] = draw(st.sampled_from(["no", "yes"]))
    if draw(st.booleans()):
        menu["silence"] = draw(st.sampled_from([[], ["silent1"], ["silent1", "silent2", "lost1"]]))
    return menu


def _passage(draw: st.DrawFn, onward: st.SearchStrategy[str]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["balance", "people", "go", "wait"]))
    if kind == "wait":
        return {"wait": {"seconds": draw(st.integers(1, 10)), "go": draw(onward)}}
    if kind == "go":
        return {"say": "notice", "go": draw(onward)}
    service = "accounts.balance" if kind == "balance" else "bindings.list"
    return {"needs": 2, "consult": {"service": service, "told": {"ok": draw(onward), "none": draw(onward)}}}


def _small_texts() -> dict[str, Any]:
    everything = parse(FILES["menus/all.yaml"], "all").data
    return {name: menu for name, menu in everything.items() if menu.get("channel") == "text"}
