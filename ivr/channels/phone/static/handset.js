// What the telephone shows: state, timer, subtitles, keys pressed, patience; and its keys.

const ENDINGS = {
  "caller hung up": "已挂机",
  "hotline hung up": "对方挂机了",
  "end of document": "电话断了",
  rejected: "对方没有接",
};
const MOST_SUBTITLES = 60;
const PRESS_MILLISECONDS = 160;
const BETWEEN_KEYS_MILLISECONDS = 420;

const $ = (id) => document.getElementById(id);

export class Handset extends EventTarget {
  #began = 0;
  #ticking = null;
  #filling = null;
  #answers = "可以按键了";

  constructor() {
    super();
    $("keypad").addEventListener("click", (event) => {
      const key = event.target.closest(".key")?.dataset.key;
      if (key) this.#press(key);
    });
    document.addEventListener("keydown", (event) => this.#typed(event));
  }

  ringing(who) {
    $("subtitles").replaceChildren();
    $("who").textContent = who;
    this.#state("ringing", "正在接通…", "挂机");
    this.#words("", "", "");
    $("timer").textContent = "0:00";
  }

  talking() {
    this.#state("talking", "通话中", "挂机");
    this.#began = Date.now();
    this.#ticking = setInterval(() => this.#tick(), 500);
  }

  over(ending) {
    clearInterval(this.#ticking);
    this.#filling?.abort();
    this.#state("over", ENDINGS[ending] ?? ending ?? "电话断了", "再拨一次");
    this.#words("", "", "");
    this.patience(0);
  }

  owner(who) {
    if (document.body.dataset.call !== "talking") $("who").textContent = who;
  }

  stage(stage) {
    document.body.dataset.stage = stage.number;
    this.#answers = "可以按键了";
    $("typed").textContent = "";
    if (stage.transfer) this.say("正在转人工,请别挂机。", false);
    if (stage.joined) this.say("人工接起来了。", false);
    this.#turn("");
  }

  /** A sound begins: its words join the subtitles. A screen reader reads them out only where nothing is heard. */
  sound(sound, { voice, audible }) {
    this.patience(0);
    $("subtitles").setAttribute("aria-live", audible ? "off" : "polite");
    if (sound.text) this.say(sound.text, true);
    $("voice").textContent = voice;
    $("phone").classList.toggle("speaking", sound.text !== null || sound.address !== null);
  }

  /** A turn of a call over a stream begins: what the hotline has heard, and how its answer is to be given. */
  turn(turn) {
    document.body.dataset.turn = turn.number;
    $("typed").textContent = "";
    this.#answers = turn.sentences.length ? "请说,或者按键" : "可以按键了";
    if (turn.heard) this.say(`热线听到:“${turn.heard}”`, false);
  }

  /** A word on speaking, until something else happens. */
  hint(words) {
    if (document.body.dataset.call === "talking") this.#turn(words);
  }

  /** What was playing has been stopped. */
  hushed() {
    $("phone").classList.remove("speaking");
  }

  say(words, spoken) {
    const list = $("subtitles");
    const line = Object.assign(document.createElement("li"), { textContent: words });
    line.classList.toggle("note", !spoken);
    list.append(line);
    while (list.children.length > MOST_SUBTITLES) list.firstElementChild.remove();
    list.scrollTop = line.offsetTop - list.offsetTop; // of what is too long its beginning is seen, not its end
  }

  open(open) {
    document.body.dataset.keys = open ? "open" : "closed";
    if (document.body.dataset.call === "talking") this.#turn(open ? this.#answers : "请先听");
  }

  /** The hotline waits: a thin bar runs out with its patience. */
  patience(length) {
    document.body.dataset.phase = length ? "waiting" : "playing";
    const bar = $("patience");
    $("phone").classList.remove("speaking");
    bar.getAnimations().forEach((animation) => animation.cancel());
    if (length) bar.animate([{ transform: "scaleX(1)" }, { transform: "scaleX(0)" }], { duration: length * 1000, fill: "forwards" });
  }

  pressed(key) {
    this.patience(0);
    $("typed").textContent += key;
  }

  lost() {
    if (document.body.dataset.call === "talking") this.#turn("这一段请先听完");
  }

  /** Buttons that press for the caller: [[words, keys], ...]. */
  shortcuts(fills) {
    $("shortcuts").replaceChildren(...fills.map(([words, keys]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
      button.addEventListener("click", () => this.fill(keys));
      return button;
    }));
  }

  /** Press keys one after another, as slowly as a person. */
  async fill(keys) {
    if (this.#filling) return; // the numbers of two buttons must not mix
    const filling = new AbortController();
    this.#filling = filling;
    this.#allow(false);
    for (const key of keys) {
      if (filling.signal.aborted) break;
      this.#press(key);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_KEYS_MILLISECONDS));
    }
    this.#filling = null;
    this.#allow(true);
  }

  #allow(filling) {
    for (const button of $("shortcuts").querySelectorAll("button")) button.disabled = !filling;
  }

  #press(key) {
    const button = document.querySelector(`.key[data-key="${CSS.escape(key)}"]`);
    button.classList.add("down");
    setTimeout(() => button.classList.remove("down"), PRESS_MILLISECONDS);
    this.dispatchEvent(new CustomEvent("key", { detail: key }));
  }

  #typed(event) {
    const writing = event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (writing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^[0-9*#]$/.test(event.key)) {
      event.preventDefault();
      this.#press(event.key);
    }
  }

  #state(state, words, button) {
    document.body.dataset.call = state;
    $("status").textContent = words;
    $("dial-word").textContent = button;
  }

  #words(turn, typed, voice) {
    this.#turn(turn);
    $("typed").textContent = typed;
    $("voice").textContent = voice;
  }

  #turn(words) {
    $("turn").textContent = words;
  }

  #tick() {
    const past = Math.floor((Date.now() - this.#began) / 1000);
    $("timer").textContent = `${Math.floor(past / 60)}:${String(past % 60).padStart(2, "0")}`;
  }
}
