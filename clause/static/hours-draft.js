// A draft that keeps itself: on the server a moment after each change, on this device until the server has it.
//
// Each box has what the server holds (`held`); what differs is dirty. Dirty boxes are written on the device at once, sent
// after a pause, and dropped from the device when the server says that it kept them. Where the server holds something else
// than what the box was filled from, both are shown and somebody chooses.

import { dropOld } from "./hours-copy.js";

const PAUSE = 900;
const OFFLINE = "Hors ligne : votre saisie est gardée sur cet appareil et sera enregistrée au retour du réseau.";
const SIGNED_OUT = "Votre session est terminée. Votre saisie est gardée sur cet appareil : connectez-vous de nouveau, puis rouvrez cette page.";
const UNSAFE = "Le brouillon n'a pas pu être enregistré et cet appareil ne garde rien : laissez cette page ouverte.";

export class Draft {
  // fields(): the boxes; place(name): {copy, name}; payload(names): what to send; took(status, answer, sent): what became
  // of it, as {left: names not kept, clash: {name: value held now}, message, failed}; state: where it is said.
  constructor({ form, fields, place, payload, took, state, panel }) {
    Object.assign(this, { form, fields, place, payload, took, state, panel });
    this.address = form.dataset.autosave;
    this.held = new Map();
    this.copies = new Set();
    this.asked = [];
    this.safe = true;
    dropOld();
  }

  start() {
    const typed = this.form.dataset.typed === "1";
    for (const field of this.fields()) {
      this.held.set(field.name, typed && field.value ? undefined : field.value);
      this.copies.add(this.place(field.name).copy);
    }
    if (typed) this.remember();
    else this.resume();
    window.addEventListener("online", () => this.dirty().length && this.keep());
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && !this.safe && this.dirty().length) event.preventDefault();
    });
    this.form.addEventListener("submit", (event) => this.submitted(event));
  }

  dirty() {
    return this.fields().filter((field) => field.value !== this.held.get(field.name));
  }

  say(text, mark = "") {
    this.said = [text, mark];
    this.state.textContent = this.warning ? `${this.warning} ${text}` : text;
    this.state.dataset.state = this.warning ? "failed" : mark;
  }

  // What a pasted block lost stays beside what becomes of the draft, until somebody types or pastes again.
  warn(lost) {
    const more = lost.length > 5 ? "…" : "";
    this.warning = lost.length ? `Pas trouvé dans la grille, donc pas collé : ${lost.slice(0, 5).join(" ; ")}${more}.` : "";
    this.say(...(this.said || [this.state.textContent]));
  }

  changed() {
    this.remember();
    if (this.leaving) return;
    if (!this.offline) this.say("Modifications pas encore enregistrées…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  // On this device

  remember() {
    const copies = new Map([...this.copies].map((copy) => [copy, {}]));
    const put = (box, typed, before) => {
      const { copy, name } = this.place(box);
      copies.get(copy)[name] = [typed, before];
    };
    for (const field of this.dirty()) put(field.name, field.value, this.held.get(field.name));
    for (const { field, mine, before } of this.asked) put(field.name, mine, before);
    this.safe = [...copies].map(([copy, values]) => copy.write(values)).every(Boolean);
  }

  // At the opening: what this device kept comes back, unless the server has changed meanwhile; then somebody chooses.
  resume() {
    const asked = [];
    let back = 0;
    const read = new Map([...this.copies].map((copy) => [copy, copy.read()]));
    for (const field of this.fields()) {
      const { copy, name } = this.place(field.name);
      const kept = read.get(copy)[name];
      if (!kept || kept[0] === field.value) continue;
      if ((kept[1] ?? "") === field.value) {
        field.value = kept[0];
        field.classList.add("from-device");
        back += 1;
      } else asked.push({ field, mine: kept[0], theirs: field.value, before: kept[1] });
    }
    if (asked.length) this.choose(asked, "Cet appareil a gardé une saisie que le serveur n'avait pas reçue, et le brouillon a changé depuis.");
    if (back) {
      this.changed();
      this.say(back === 1 ? "Une case gardée sur cet appareil a été reprise." : `${back} cases gardées sur cet appareil ont été reprises.`);
    } else if (!asked.length) this.remember();
  }

  // On the server

  async keep() {
    clearTimeout(this.timer);
    if (this.sending) {
      this.again = true;
      return this.sending;
    }
    this.again = false;
    this.sending = this.send();
    const done = await this.sending;
    this.sending = null;
    return this.again && done ? this.keep() : done;
  }

  // True where the server answered.
  async send() {
    const sent = new Map(this.dirty().map((field) => [field.name, field.value]));
    if (!sent.size || this.asking) return true;
    try {
      const body = this.payload([...sent.keys()]);
      const response = await fetch(this.address, { method: "POST", body, headers: { "X-CSRFToken": this.form.elements.csrf_token.value } });
      if (!response.headers.get("Content-Type")?.includes("json")) return this.unanswered(response.redirected);
      this.offline = false;
      this.answered(response.status, await response.json(), sent);
      return true;
    } catch {
      return this.unanswered(false);
    }
  }

  unanswered(signedOut) {
    this.offline = true;
    this.remember();
    this.say(!this.safe ? UNSAFE : signedOut ? SIGNED_OUT : OFFLINE, "failed");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), signedOut ? 60000 : 5000);
    return false;
  }

  answered(status, answer, sent) {
    const { left, clash, message, failed } = this.took(status, answer, sent);
    for (const [name, value] of sent) if (!left.has(name)) this.held.set(name, value);
    this.remember();
    this.say(message, failed ? "failed" : "");
    if (clash) this.clashed(clash, answer);
  }

  // What the server holds now: taken where nothing was typed, left where it did not move, asked where both changed.
  clashed(current, answer) {
    const asked = [];
    for (const field of this.fields()) {
      if (!(field.name in current)) continue;
      const theirs = current[field.name];
      const before = this.held.get(field.name);
      this.held.set(field.name, theirs);
      if (field.value === theirs || theirs === before) continue;
      if (field.value === before) field.value = theirs;
      else asked.push({ field, mine: field.value, theirs, before });
    }
    if (asked.length) this.choose(asked, answer.message || "Le brouillon a changé pendant que vous saisissiez.");
    else this.changed();
    this.form.dispatchEvent(new Event("refresh"));
  }

  // Both values side by side; nothing is sent until somebody has chosen.
  choose(asked, reason) {
    this.asking = true;
    this.asked = asked;
    for (const { field, theirs } of asked) field.value = theirs;
    const boxes = asked.map(({ field, mine, theirs }, number) => choiceRow(number, field.getAttribute("aria-label") || field.name, mine, theirs));
    const done = (take) => {
      asked.forEach(({ field, mine }, number) => {
        if (take(number)) field.value = mine;
        this.held.set(field.name, asked[number].theirs);
      });
      this.asking = false;
      this.asked = [];
      this.panel.replaceChildren();
      this.form.dispatchEvent(new Event("refresh"));
      this.changed();
      asked[0].field.focus();
    };
    this.panel.replaceChildren(choicePanel(reason, boxes, done));
    this.panel.querySelector("h2").focus();
    this.say("Choisissez en haut de la page ce qui doit être gardé.", "failed");
    this.remember();
  }

  // The form leaves after its draft: with the network down it stays here, nothing is lost on an error page of the browser.
  submitted(event) {
    clearTimeout(this.timer);
    if (this.leaving) return;
    if (!this.asking && !this.sending && !this.dirty().length) {
      this.leaving = true;
      return;
    }
    event.preventDefault();
    if (this.asking) return this.panel.querySelector("h2").focus();
    const { submitter } = event;
    this.keep().then((answered) => {
      if (!answered || this.asking) return;
      this.leaving = true;
      setTimeout(() => this.form.requestSubmit(submitter));
    });
  }
}

const element = (tag, text = "", values = {}) => Object.assign(document.createElement(tag), { textContent: text, ...values });

const choiceRow = (number, label, mine, theirs) => {
  const row = element("tr");
  const box = element("input", "", { type: "checkbox", className: "form-check-input", id: `choix-${number}`, checked: true });
  const tick = element("td");
  tick.append(box);
  const name = element("label", label);
  name.htmlFor = box.id;
  const head = element("th", "", { scope: "row" });
  head.append(name);
  row.append(tick, head, element("td", mine || "vide", { className: "num" }), element("td", theirs || "vide", { className: "num" }));
  return row;
};

const choicePanel = (reason, rows, done) => {
  const section = element("section", "", { className: "alert alert-warning clash" });
  section.setAttribute("aria-labelledby", "choix-titre");
  const head = element("tr");
  for (const text of ["Reprendre", "Case", "Votre saisie", "Enregistré"]) head.append(element("th", text, { scope: "col" }));
  const table = element("table", "", { className: "table" });
  table.append(element("caption", "Votre saisie et ce qui est enregistré", { className: "visually-hidden" }), element("thead"), element("tbody"));
  table.tHead.append(head);
  table.tBodies[0].append(...rows);
  const mine = element("button", "Reprendre les valeurs cochées", { type: "button", className: "btn btn-primary" });
  const theirs = element("button", "Garder ce qui est enregistré", { type: "button", className: "btn btn-secondary" });
  mine.addEventListener("click", () => done((number) => document.getElementById(`choix-${number}`).checked));
  theirs.addEventListener("click", () => done(() => false));
  const actions = element("div", "", { className: "form-actions first" });
  actions.append(mine, theirs);
  section.append(element("h2", "Deux saisies différentes", { id: "choix-titre", tabIndex: -1 }), element("p", reason), table, actions);
  return section;
};
