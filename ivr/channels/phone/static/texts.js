// The caller's mobile: its text messages, a way to answer, and a word when one arrives.

import { Refusal, busily, send } from "./api.js";

const LOOK_MILLISECONDS = 1500;
const CODE = /(?<!\d)\d{6}(?!\d)/;

const $ = (id) => document.getElementById(id);

export class Texts extends EventTarget {
  #mobile = "";
  #shown = new Set();
  #fresh = 0;
  #first = true;

  constructor() {
    super();
    $("reply").addEventListener("submit", (event) => { event.preventDefault(); this.#write($("body").value); });
    $("words").addEventListener("click", (event) => { if (event.target.matches("button")) this.#write(event.target.textContent); });
    $("thread").addEventListener("click", (event) => {
      if (event.target.matches(".code")) this.dispatchEvent(new CustomEvent("code", { detail: event.target.textContent }));
    });
    setInterval(() => { if (!document.hidden) this.look(); }, LOOK_MILLISECONDS);
  }

  /** Show the mobile of somebody else; a withheld or unfinished number has none. */
  owner(name, mobile) {
    $("owner").textContent = name;
    const known = /^\+\d{6,15}$/.test(mobile);
    for (const part of $("reply").querySelectorAll("input, button")) part.disabled = !known;
    if (mobile === this.#mobile) return;
    this.#mobile = known ? mobile : "";
    this.#shown.clear();
    this.#first = true;
    $("thread").replaceChildren();
    this.seen();
    this.look();
  }

  /** The messages are in front of somebody's eyes. */
  seen() {
    this.#fresh = 0;
    $("badge").hidden = true;
  }

  async look() {
    const mobile = this.#mobile;
    try {
      this.#show(await send("POST", "inbox", { mobile: mobile || "" }), mobile);
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem; // the next look may succeed
    }
  }

  #write(body) {
    if (!body.trim() || !this.#mobile) return undefined;
    $("body").value = "";
    const mobile = this.#mobile;
    return busily(async () => {
      try {
        this.#show(await send("POST", "texts", { from: mobile, body }), mobile);
      } catch (problem) {
        if (!(problem instanceof Refusal)) throw problem;
        this.dispatchEvent(new CustomEvent("refused", { detail: problem.message }));
      }
    });
  }

  #show({ texts, notice }, mobile) {
    if (mobile !== this.#mobile) return; // the answer of a mobile no longer shown
    $("notice").textContent = notice ?? "";
    $("notice").hidden = !notice;
    const fresh = texts.filter((text) => !this.#shown.has(text.id));
    for (const text of fresh) {
      this.#shown.add(text.id);
      $("thread").append(this.#bubble(text));
    }
    $("thread").dataset.mobile = mobile;
    $("empty").hidden = $("thread").children.length > 0;
    if (fresh.length) $("thread").scrollTop = $("thread").scrollHeight;
    const arrived = fresh.filter((text) => !text.mine);
    if (arrived.length && !this.#first) this.#announce(arrived);
    this.#first = false;
  }

  /** Where the messages are out of sight, a badge counts them. */
  #announce(arrived) {
    const { body } = arrived.at(-1);
    const inSight = $("texts").checkVisibility();
    if (!inSight) {
      this.#fresh += arrived.length;
      $("badge").textContent = this.#fresh;
      $("badge").hidden = false;
    }
    this.dispatchEvent(new CustomEvent("arrived", { detail: { body, inSight, code: body.match(CODE)?.[0] } }));
  }

  #bubble(text) {
    const item = document.createElement("li");
    item.className = text.mine ? "mine" : "theirs";
    if (!this.#first) item.classList.add("fresh");
    const body = document.createElement("p");
    const code = text.mine ? null : text.body.match(CODE);
    if (code) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "code", textContent: code[0] });
      button.setAttribute("aria-label", `按验证码 ${code[0].split("").join(" ")}`);
      // The character after a code, often a comma, stays on the code's line.
      const together = Object.assign(document.createElement("span"), { className: "together" });
      const rest = text.body.slice(code.index + 6);
      together.append(button, rest.slice(0, 1));
      body.append(text.body.slice(0, code.index), together, rest.slice(1));
    } else {
      body.textContent = text.body;
    }
    const moment = new Date(text.at);
    const time = document.createElement("time");
    time.textContent = Number.isNaN(moment.valueOf()) ? "" : moment.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
    item.append(body, time);
    return item;
  }
}
