"""A small hotline for tests of the core: a few menus of every kind, and what its services declare."""

from menus.catalogue import Declaration, Outcome
from menus.load import Loaded, load

CATALOGUE = {
    declaration.name: declaration
    for declaration in (
        Declaration("entry.keep", {"kept": Outcome()}, takes=frozenset({"keys"})),
        Declaration("entry.join", {"joined": Outcome({"keys": 0})}, takes=frozenset({"keys"})),
        Declaration("identity.claim", {"noted": Outcome(gives=1)}, takes=frozenset({"keys"})),
        Declaration("identity.card", {"noted": Outcome(gives=1)}, takes=frozenset({"keys"})),
        Declaration(
            "identity.pin",
            {"verified": Outcome(gives=2), "wrong": Outcome(), "over": Outcome()},
            needs=1,
            takes=frozenset({"keys"}),
        ),
        Declaration(
            "accounts.balance",
            {"ok": Outcome({"amount": 2, "locked": 2}), "none": Outcome()},
            needs=2,
        ),
        Declaration(
            "bindings.list",
            {
                "ok": Outcome({"people": 2}, items={"people": frozenset({"name", "binding"})}),
                "none": Outcome(),
            },
            needs=2,
        ),
        Declaration("bindings.end", {"done": Outcome({"name": 2})}, needs=2, takes=frozenset({"binding"})),
        Declaration("texts.code", {"sent": Outcome()}),
        Declaration(
            "texts.check", {"right": Outcome(gives=2), "wrong": Outcome()}, takes=frozenset({"keys"})
        ),
        Declaration(
            "offices.named",
            {"found": Outcome({"office": 0}), "unknown": Outcome()},
            takes=frozenset({"name"}),
        ),
    )
}

FILES = {
    "menus/start.yaml": """
voice: welcome
text: text
verify: {voice: identity, text: text.verify}
failed: {voice: sorry, text: text.sorry}
back: main
person: person
expired: expired
slower: slow
wait: waiting
silence: [silent1, silent2]
unmatched: [lost1, lost2]
after_silence: {say: silent3, go: person}
after_unmatched: {say: lost3, go: person}
doubt: doubt
unheard: unheard
yes: [是, 好]
no: [不是]
everywhere:
  - {key: "0", phrases: [找人工], alone: [人工]}
  - {key: "9", phrases: [再说一遍]}
  - {key: "8", phrases: [慢一点]}
  - {key: "*", phrases: [返回]}
  - {go: {say: wrong, go: sorry}, phrases: [救命]}
""",
    "menus/all.yaml": """
welcome:
  say: [hello, {prompt: notice, interruptible: false}, {prompt: safety, when: first_today}]
  go: main
main:
  say: main
  help: keys
  ask:
    1: {go: balance, phrases: [查余额, 余额]}
    2: {go: people, phrases: [家人]}
    3: {go: pausing, phrases: [等等]}
    4: {go: person, give: {why: 主菜单}}
identity:
  say: number
  enter:
    number: identity
    consult: {service: identity.claim, told: {noted: {say: pin, go: pin}}}
    card: identity.card
    faults: {short: short, long: long, check: check, ending: ending}
pin:
  needs: 1
  help: pin
  seconds: 15
  restate: false
  enter:
    number: pin
    star: identity
    consult:
      service: identity.pin
      told: {verified: {say: fine, go: resume}, wrong: {say: wrong, go: again}, over: goodbye}
    faults: {short: short, long: long}
balance:
  needs: 2
  consult: {service: accounts.balance, told: {ok: balance.said, none: {say: nothing, go: main}}}
balance.said:
  needs: 2
  say: [balance, {prompt: locked, when: locked}, {prompt: free, unless: locked}]
  ask: {1: main}
  back: balance
  give_up: goodbye
people:
  needs: 2
  consult: {service: bindings.list, told: {ok: people.said, none: {say: nothing, go: main}}}
people.said:
  needs: 2
  say: [{prompt: person_named, each: people, skip: 0, most: 5}]
  choose: {items: people, prompt: choice, more: more, go: end}
end:
  needs: 2
  consult: {service: bindings.end, arguments: {binding: binding}, told: {done: {say: ended, go: main}}}
pausing:
  wait: {seconds: 3, go: main}
person:
  transfer: {to: person, ended: {answered: goodbye, busy: sorry, no_answer: sorry, failed: sorry}}
sorry:
  say: sorry
  ask: {1: back}
  silence: [silent1]
  give_up: goodbye
goodbye:
  say: bye
  hang_up: true
text:
  channel: text
  listen:
    headings:
      - {words: [余额, CX], go: text.balance}
      - {words: [网点], rest: place, go: text.office}
    code: text.code
    refusal: {say: kept, go: text}
    not_me: {say: kept, go: text}
    opt_out: {say: kept, go: text}
    otherwise: {say: {prompt: help, unless: helped}, give: {helped: yes}, go: text}
text.verify:
  channel: text
  consult: {service: texts.code, told: {sent: {say: code, go: text}}}
text.code:
  channel: text
  consult:
    service: texts.check
    arguments: {keys: keys}
    told: {right: {say: fine, go: resume}, wrong: {say: wrong, go: text}}
text.balance:
  channel: text
  needs: 2
  say: sure
  listen:
    headings: [{words: ["1"], go: text.balance.said}]
    refusal: text.no
text.no:
  channel: text
  say: kept
  go: text
text.balance.said:
  channel: text
  needs: 2
  consult: {service: accounts.balance, told: {ok: {say: balance, go: text}, none: {say: nothing, go: text}}}
text.office:
  channel: text
  consult:
    service: offices.named
    arguments: {name: place}
    told: {found: {say: office, go: text}, unknown: {say: help, go: text}}
text.sorry:
  channel: text
  say: sorry
  go: text
""",
    "prompts/zh-CN.yaml": """
hello: 您好。
notice: 先说一句。
safety: 小心骗子。
main: 余额请按一。
keys: 人工请按零。
number: 请按号码。
pin: 请按密码。
fine: 好了。
wrong: 没对上。
short: 少了{n}位。
long: 多了{n}位。
check: 按错了。
ending: 还少一位。
balance: 余额{amount}。
locked: 其中{locked}。
free: 都能用。
nothing: 没有。
person_named: 有{name}。
choice: "{name},请按{key}。"
more: 还有,请按四。
ended: 和{name}的没有了。
sorry: 对不起。
bye: 再见。
expired: 再核对一次。
slow: 慢一点。
silent1: 还在吗?
silent2: 没听到。
silent3: 转人工。
lost1: 没听清。
lost2: 还是没听清。
lost3: 转人工。
doubt: 您是说{meant}吗?
unheard: 请您按键。
waiting: 请稍等。
""",
    "texts/zh-CN.yaml": """
help: 可以回复余额。
kept: 没有变。
code: 验证码马上到。
fine: 好了。
wrong: 不对。
sure: 要发回1。
balance: 余额{amount}。
nothing: 没有。
office: "{office}。"
sorry: 对不起。
expired: 再核对一次。
""",
}


def small() -> Loaded:
    """Return the small hotline."""
    return load(FILES, CATALOGUE)
