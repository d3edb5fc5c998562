// The grid of a month on one market: move with the keyboard, paste a block, totals while typing, a draft kept without asking.
// The server is the truth: it reads the hours, it says what the rules think. The page works without this module.

import { blockOf, Changes, go, isNamed, move, neighbour, read, write } from "./hours-cells.js";
import { Copy } from "./hours-copy.js";
import { Draft } from "./hours-draft.js";
import { limitsOf, spoken } from "./hours-limits.js";

const form = document.getElementById("grille");
const cells = () => [...form.querySelectorAll("input.cell")];
const rows = () => [...form.querySelectorAll("tr[data-row]")].map((row) => [...row.querySelectorAll("input.cell")]).filter((row) => row.length);
const changes = new Changes();

// Totals and what the limits say at once

const add = () => {
  const byKind = new Map();
  const byPerson = new Map();
  let all = 0;
  for (const row of form.querySelectorAll("tr[data-row]")) {
    const total = rowTotal(row, byKind);
    all += total;
    const person = row.dataset.row.replace(/-\d+$/, "");
    if (!byPerson.has(person)) byPerson.set(person, { total: 0, row });
    byPerson.get(person).total += total;
  }
  for (const output of form.querySelectorAll("[data-kind-total]")) output.textContent = write(byKind.get(output.dataset.kindTotal) || 0);
  const grand = form.querySelector("[data-grand-total]");
  if (grand) grand.textContent = write(all);
  document.getElementById("total-mois").textContent = `${write(all)}\u00a0h`;
  const after = document.getElementById("reste-mois");
  if (after) after.textContent = `${write(Math.max(0, Number(after.dataset.remaining) - all))}\u00a0h`;
  document.getElementById("neant")?.toggleAttribute("hidden", cells().some((cell) => cell.value.trim()));
  return byPerson;
};

const rowTotal = (row, byKind) => {
  const own = [...row.querySelectorAll("input.cell")];
  const output = row.querySelector("[data-row-total]");
  if (!own.length) return read(output.textContent) || 0;
  let total = 0;
  for (const cell of own) {
    const hours = read(cell.value) || 0;
    byKind.set(cell.dataset.kind, (byKind.get(cell.dataset.kind) || 0) + hours);
    if (cell.dataset.kind !== "absence") total += hours;
  }
  output.textContent = write(total);
  return total;
};

const warn = (byPerson) => {
  for (const { total, row } of byPerson.values()) {
    const box = document.getElementById(`${row.dataset.row}-messages`);
    if (box) spoken(box, limits, total);
  }
};

// The draft

const payload = () => {
  const body = new FormData(form);
  for (const name of ["statement", "block"]) body.delete(name);
  return body;
};

const took = (status, answer, sent) => {
  mark(answer);
  if (answer.saved) {
    form.elements.version.value = answer.version;
    const left = answer.left;
    const message = left ? `${answer.message}, sauf ${left === 1 ? "une ligne" : `${left} lignes`} à corriger.` : `${answer.message}.`;
    return { left: notKept(answer, sent), message, failed: left > 0 };
  }
  if (answer.current) form.elements.version.value = answer.version;
  return { left: new Set(sent.keys()), clash: answer.current, message: answer.message, failed: true };
};

const notKept = (answer, sent) => {
  const stuck = new Set([...(answer.unsaved || []), ...Object.keys(answer.errors).map((name) => name.replace(/-[^-]+$/, ""))]);
  return new Set([...sent.keys()].filter((name) => name in answer.errors || stuck.has(name.replace(/-[^-]+$/, ""))));
};

const mark = (answer) => {
  for (const cell of form.querySelectorAll("tr[data-row] input.form-control")) {
    const wrong = cell.id in answer.errors;
    cell.classList.toggle("is-invalid", wrong);
    if (wrong) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }
  for (const [key, findings] of Object.entries(answer.rows || {})) {
    const box = document.getElementById(`${key}-messages`);
    if (!box) continue;
    const errors = Object.entries(answer.errors).filter(([name]) => name.startsWith(`${key}-`)).map(([, text]) => line(text, true));
    box.replaceChildren(...errors, ...findings.map((f) => line(`${f.blocking ? "Bloque l'envoi" : "À vérifier"} : ${f.text}`, f.blocking)));
    if (findings.some((f) => f.blocking)) form.querySelector(`tr[data-row="${key}"] details`)?.setAttribute("open", "");
  }
};

const line = (text, blocking) => {
  const paragraph = document.createElement("p");
  paragraph.className = blocking ? "finding finding-block" : "finding";
  paragraph.textContent = text;
  return paragraph;
};

// Blocks

const paste = (event) => {
  const cell = event.target.closest("input.cell");
  const block = cell && blockOf(event);
  if (!block) return;
  event.preventDefault();
  if (isNamed(block)) return placeByName(event.clipboardData.getData("text/plain"));
  const grid = rows();
  const y = grid.findIndex((row) => row.includes(cell));
  const x = grid[y].indexOf(cell);
  const lost = [];
  changes.all((put) => block.forEach((values, dy) => values.forEach((value, dx) => {
    const target = grid[y + dy]?.[x + dx];
    if (target) put(target, value);
    else if (value) lost.push(value);
  })));
  changed();
  draft.warn(lost);
};

// With names, the server places the block: it knows who bears which name.
const placeByName = (text) => {
  const area = document.getElementById("block");
  area.closest("details").open = true;
  area.value = text;
  form.requestSubmit(form.querySelector('button[value="paste"]'));
};

const shortcut = (event) => {
  const cell = event.target.closest("input.cell");
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "z" && cell) {
    const back = changes.undo();
    if (!back) return;
    event.preventDefault();
    draft.warn([]);
    changed();
  } else if (key === "d" && cell) {
    event.preventDefault();
    const above = neighbour(rows(), cell, -1, 0);
    if (above) changes.all((put) => put(cell, above.value));
    changed();
    go(neighbour(rows(), cell, 1, 0) || cell);
  } else if (key === "enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value="submit"]'));
  }
};

const changed = () => {
  warn(add());
  draft.changed();
};

let limits;
let draft;
if (form) {
  limits = limitsOf(form);
  const copy = new Copy(form.dataset.owner, form.dataset.copy);
  draft = new Draft({
    form, payload, took,
    fields: () => [...form.querySelectorAll("tr[data-row] input.form-control, #total, #remark")],
    place: (name) => ({ copy, name }),
    state: document.getElementById("etat-brouillon"),
    panel: document.getElementById("sur-cet-appareil"),
  });
  draft.start();
  warn(add());
  form.addEventListener("keydown", (event) => move(event, rows()));
  form.addEventListener("keydown", shortcut);
  form.addEventListener("paste", paste);
  form.addEventListener("refresh", () => warn(add()));
  form.addEventListener("input", (event) => {
    if (event.target.name === "block" || event.target.name === "statement") return;
    changes.typed();
    draft.warn([]);
    changed();
  });
}
