// The page put together: who calls, the telephone, the texts, and what goes on behind.

import { Behind } from "./behind.js";
import { Call } from "./call.js";
import { Callers } from "./callers.js";
import { Handset } from "./handset.js";
import { Loudspeaker } from "./loudspeaker.js";
import { Microphone } from "./microphone.js";
import { Player } from "./player.js";
import { Talk } from "./talk.js";
import { Texts } from "./texts.js";

const $ = (id) => document.getElementById(id);
const SECOND_CLICK_MILLISECONDS = 800; // a double click must not dial and hang up at once
const TOAST_MILLISECONDS = 6000;

const player = new Player(() => $("sound").checked);
const loudspeaker = new Loudspeaker(() => $("sound").checked);
const handset = new Handset();
const talk = new Talk(new Microphone());
const callers = new Callers();
const texts = new Texts();
const behind = new Behind();
let call = null;
let clicked = -SECOND_CLICK_MILLISECONDS;
let hiding = null;

function toast(words) {
  $("toast").textContent = words;
  $("toast").classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => $("toast").classList.remove("shown"), TOAST_MILLISECONDS);
}

function dial() {
  if (!callers.number) {
    go("people");
    $("other-number").focus();
    toast("请先写号码,加号开头");
    return;
  }
  player.wake();
  loudspeaker.wake();
  behind.clear();
  callers.hold(true);
  handset.ringing(callers.name);
  const made = new Call(player, loudspeaker);
  made.addEventListener("log", ({ detail }) => behind.add(detail));
  made.addEventListener("stage", ({ detail }) => {
    if (document.body.dataset.call === "ringing") handset.talking();
    handset.stage(detail);
  });
  made.addEventListener("sound", ({ detail }) => {
    handset.sound(detail, { voice: player.voiceOf(detail), audible: player.audible(detail) });
  });
  made.addEventListener("open", ({ detail }) => {
    handset.open(detail);
    talk.listen(detail);
  });
  made.addEventListener("waiting", ({ detail }) => handset.patience(detail.seconds));
  made.addEventListener("pressed", ({ detail }) => handset.pressed(detail));
  made.addEventListener("lost", () => handset.lost());
  made.addEventListener("turn", ({ detail }) => {
    handset.turn(detail);
    talk.ask(detail.sentences);
  });
  made.addEventListener("cleared", () => {
    handset.hushed();
    if (!$("typed").textContent) talk.heard();
  });
  made.addEventListener("own", ({ detail }) => {
    handset.patience(0);
    talk.saying(detail);
  });
  made.addEventListener("said", () => talk.said());
  made.addEventListener("unspoken", () => talk.unspoken());
  made.addEventListener("deaf", () => talk.deaf());
  made.addEventListener("over", ({ detail }) => {
    handset.over(detail);
    talk.deaf();
    handset.shortcuts([]);
    callers.hold(false);
    call = null;
  });
  call = made;
  handset.shortcuts(callers.fills);
  made.dial(callers.number, callers.agent);
}

function go(screen) {
  $("desk").dataset.screen = screen;
  for (const tab of $("tabs").children) {
    if (tab.dataset.to === screen) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (screen === "texts") {
    texts.seen();
    $("toast").classList.remove("shown");
  }
  if (screen === "behind") $("curtain").open = true;
}

$("dial").addEventListener("click", () => {
  const now = performance.now();
  if (now - clicked < SECOND_CLICK_MILLISECONDS) return;
  if (call || callers.number) clicked = now;
  if (call) call.hangUp();
  else dial();
});

handset.addEventListener("key", ({ detail }) => {
  player.tone(detail);
  call?.press(detail);
});

$("sound").addEventListener("change", () => loudspeaker.turn());
talk.addEventListener("say", ({ detail }) => call?.say(detail));
talk.addEventListener("hint", ({ detail }) => handset.hint(detail));
talk.addEventListener("frame", ({ detail }) => call?.speak(detail));

callers.addEventListener("chosen", () => {
  handset.owner(callers.name);
  texts.owner(callers.name, callers.number);
});
$("other-number").addEventListener("change", () => texts.owner(callers.name, callers.number));

texts.addEventListener("arrived", ({ detail }) => {
  if (!detail.inSight) toast(`来短信了:${detail.body}`);
  if (call && detail.code) handset.shortcuts([["按验证码", detail.code], ...callers.fills]);
});
texts.addEventListener("code", ({ detail }) => {
  if (call) {
    go("phone");
    handset.fill(detail);
  } else {
    $("body").value = detail;
    $("body").focus();
  }
});
texts.addEventListener("refused", ({ detail }) => toast(detail));
$("tabs").addEventListener("click", (event) => {
  const to = event.target.closest("button")?.dataset.to;
  if (to) go(to);
});

addEventListener("pagehide", () => call?.hangUp());
handset.owner(callers.name);
texts.owner(callers.name, callers.number);
