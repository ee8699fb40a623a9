// Who calls: the list of demo people, what they have to key in, and the numbers to copy.

const DETAILS = [
  ["手机号", "number", null],
  ["身份证号", "identity_number", "按身份证号"],
  ["查询密码", "pin", "按密码"],
];

export class Callers extends EventTarget {
  #form = document.getElementById("callers");
  #choice = document.getElementById("choice");
  #other = document.getElementById("other-number");
  #people = JSON.parse(document.getElementById("data").textContent);

  constructor() {
    super();
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#choice.addEventListener("change", () => this.#chosen());
    // Not on focus: whoever only tabs past the field chooses nobody.
    for (const act of ["input", "click"]) this.#other.addEventListener(act, () => this.#chooseOther());
    this.#chosen();
  }

  /** The number to call from; "" where another number was chosen and none is written. */
  get number() {
    const value = this.#form.elements.caller.value;
    return value === "other" ? this.#other.value.trim() : value;
  }

  get name() {
    return this.#person?.name ?? (this.number === "anonymous" ? "隐藏号码" : this.number || "别的号码");
  }

  get agent() {
    return document.getElementById("agent").value;
  }

  /** What this person may have to key in: [words, keys]. An X is keyed as a star. */
  get fills() {
    const person = this.#person;
    if (!person) return [];
    return DETAILS.filter(([, field, word]) => word && person[field])
      .map(([, field, word]) => [word, person[field].toUpperCase().replace("X", "*")]);
  }

  /** Nobody becomes somebody else in the middle of a call. */
  hold(held) {
    for (const field of this.#choice.querySelectorAll("input")) field.disabled = held;
  }

  get #person() {
    const chosen = this.#choice.querySelector("input:checked");
    return chosen?.dataset.place === undefined ? null : this.#people[chosen.dataset.place];
  }

  #chooseOther() {
    const choice = document.getElementById("other-choice");
    if (choice.checked) return;
    choice.checked = true;
    this.#chosen();
  }

  #chosen() {
    this.#form.querySelector(".details")?.remove();
    const person = this.#person;
    if (person) this.#choice.querySelector("input:checked").closest(".person").after(this.#details(person));
    this.dispatchEvent(new Event("chosen"));
  }

  #details(person) {
    const list = document.createElement("dl");
    list.className = "details";
    for (const [word, field] of DETAILS) {
      if (!person[field]) continue;
      const row = document.createElement("div");
      const term = Object.assign(document.createElement("dt"), { textContent: word });
      const value = Object.assign(document.createElement("dd"), { textContent: person[field] });
      const copy = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "复制" });
      copy.setAttribute("aria-label", `复制${word}`);
      copy.addEventListener("click", () => this.#copy(copy, person[field]));
      row.append(term, value, copy);
      list.append(row);
    }
    return list;
  }

  async #copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "好了";
    } catch {
      button.textContent = "请手抄"; // browsers forbid it on plain http outside this machine
    }
    setTimeout(() => { button.textContent = "复制"; }, 1500);
  }
}
