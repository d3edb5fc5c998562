// The month across markets: people × markets. A key press updates its person, its market and the month, nothing else.

import { blockOf, Changes, fold, go, isNamed, move, neighbour, read, write } from "./hours-cells.js";
import { Copy } from "./hours-copy.js";
import { Draft } from "./hours-draft.js";
import { limitsOf, spoken } from "./hours-limits.js";

const form = document.getElementById("mois");
const changes = new Changes();
const table = form?.querySelector("table.month");

// What the page holds, read once: lines of cells, one list a row of the table, a place a market.

const columns = form ? [...form.querySelectorAll("[data-column-total]")].map((output) => output.dataset.columnTotal) : [];
const marketOf = (cell) => cell.name.slice(0, cell.name.indexOf("."));
const rows = [];
const lines = new Map(); // key of a line → { body, cells, fixed, total, box, person }
const people = new Map(); // person → lines

const readPage = () => {
  for (const body of table.tBodies) {
    const line = { body, cells: [], kinds: new Map(), total: 0, box: document.getElementById(`m.${body.dataset.line}`), output: body.querySelector("[data-line-total]"), payslip: body.querySelector("input.payslip"), rest: body.querySelector("[data-rest]") };
    for (const row of body.querySelectorAll("tr[data-kind]")) {
      const own = columns.map(() => undefined);
      for (const cell of row.querySelectorAll("input.cell")) own[columns.indexOf(marketOf(cell))] = cell;
      rows.push(own);
      line.kinds.set(row.dataset.kind, own);
      for (const cell of own) if (cell) line.cells.push(Object.assign(cell, { line, kind: row.dataset.kind, hours: 0 }));
      line.fixed = [...(line.fixed || []), ...[...row.querySelectorAll(".fixed")].map((span) => ({ column: span.dataset.column, hours: row.dataset.kind === "absence" ? 0 : sumOf(span.textContent) }))];
    }
    lines.set(body.dataset.line, line);
    if (!people.has(body.dataset.person)) people.set(body.dataset.person, []);
    people.get(body.dataset.person).push(line);
  }
};

const sumOf = (text) => text.split("+").reduce((sum, part) => sum + (read(part) || 0), 0);

// Totals

const totals = new Map(columns.map((key) => [key, 0]));
let grand = 0;
const outputs = new Map(columns.map((key) => [key, form?.querySelector(`[data-column-total="${key}"]`)]));
const remaining = new Map(columns.map((key) => [key, form?.querySelector(`[data-of="${key}"]`)]));

const countAll = () => {
  for (const key of columns) totals.set(key, 0);
  grand = 0;
  for (const line of lines.values()) {
    line.total = 0;
    for (const { column, hours } of line.fixed) count(line, column, hours);
    for (const cell of line.cells) {
      cell.hours = hoursOf(cell);
      count(line, marketOf(cell), cell.hours);
    }
    showLine(line);
  }
  columns.forEach(showColumn);
};

const hoursOf = (cell) => (cell.kind === "absence" ? 0 : read(cell.value) || 0);

const count = (line, column, hours) => {
  line.total += hours;
  grand += hours;
  totals.set(column, totals.get(column) + hours);
};

const recount = (cell) => {
  const hours = hoursOf(cell);
  count(cell.line, marketOf(cell), hours - cell.hours);
  cell.hours = hours;
};

const showLine = (line) => {
  line.output.textContent = write(line.total);
  const own = people.get(line.body.dataset.person);
  spoken(line.box, limits, own.reduce((sum, other) => sum + other.total, 0), shared(line));
};

// REA-04: an hour counts for one market; the pay slip is what there is to share.
const shared = (line) => {
  if (!line.payslip) return "";
  const worked = line.payslip.value.trim() ? read(line.payslip.value) : null;
  line.rest.textContent = worked === null ? "" : worked >= line.total ? `reste ${write(worked - line.total)}` : `${write(line.total - worked)} de trop`;
  return worked !== null && line.total > worked ? `Bloque l'envoi : ${write(line.total)} h réparties pour ${write(worked)} h sur la fiche de paie. Réduisez une des parts.` : "";
};

const showColumn = (key) => {
  outputs.get(key).textContent = write(totals.get(key));
  const after = remaining.get(key);
  if (after && !("decided" in after.dataset)) after.textContent = write(Math.max(0, Number(after.dataset.remaining) - totals.get(key)));
  form.querySelector("[data-grand-total]").textContent = write(grand);
};

const touched = (cells) => {
  for (const cell of cells) {
    if (!cell.line) continue;
    recount(cell);
    unreadable(cell, false);
  }
  for (const line of new Set(cells.map((cell) => cell.line))) if (line) showLine(line);
  for (const key of new Set(cells.filter((cell) => cell.line).map(marketOf))) showColumn(key);
  draft.changed();
};

// Said when the cell is left: a number half typed is not a mistake.
const unreadable = (cell, said = true) => {
  const wrong = said && cell.value.trim() !== "" && read(cell.value) === null;
  cell.classList.toggle("is-invalid", wrong);
  if (wrong) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
};

// Blocks, fill-down, several people at once

const paste = (event) => {
  const cell = event.target.closest("input.cell");
  const block = cell && blockOf(event);
  if (!block) return;
  event.preventDefault();
  const lost = isNamed(block.length > 1 ? block.slice(1) : block) ? byName(block, cell) : byPlace(block, cell);
  draft.warn(lost);
};

// From the cell on, down the people of the same kind of hours and right through the markets.
const byPlace = (block, cell) => {
  const bodies = [...lines.values()];
  const from = bodies.indexOf(cell.line);
  const x = columns.indexOf(marketOf(cell));
  const lost = [];
  touched(changes.all((put) => block.forEach((values, dy) => values.forEach((value, dx) => {
    const target = bodies[from + dy]?.kinds.get(cell.kind)[x + dx];
    if (target && value) put(target, value);
    else if (value) lost.push(value);
  }))));
  return lost;
};

const byName = (block, cell) => {
  const heading = headings(block[0]);
  const body = heading ? block.slice(1) : block;
  const width = Math.max(...body.map(nameWidth));
  const first = columns.indexOf(marketOf(cell));
  const where = heading ? heading.slice(width) : columns.slice(first);
  const known = names();
  const lost = [];
  touched(changes.all((put) => body.forEach((values) => {
    const name = values.slice(0, width).join(" ").trim();
    const line = known.get(tokens(name));
    if (!line) {
      if (name) lost.push(name);
      return;
    }
    values.slice(width).forEach((value, n) => {
      const target = where[n] && line.kinds.get(cell.kind)[columns.indexOf(where[n])];
      if (target && value) put(target, value);
      else if (value && where[n] !== null) lost.push(`${name} ${value}`);
    });
  })));
  return lost;
};

// The markets that a first line names by their references; null where it names none.
const headings = (line) => {
  const references = new Map([...form.querySelectorAll("thead th.market a")].map((link, n) => [fold(link.textContent), columns[n]]));
  const found = line.map((text) => references.get(fold(text)) || null);
  return found.some(Boolean) ? found : null;
};

const nameWidth = (values) => {
  const n = values.findIndex((value) => !value || read(value) !== null);
  return n < 0 ? values.length : n;
};

const tokens = (name) => [...new Set(fold(name).split(" "))].sort().join(" ");

// Of two lines of the same name none is guessed.
const names = () => {
  const found = new Map();
  for (const line of lines.values()) {
    const key = tokens(line.body.dataset.name);
    found.set(key, found.has(key) ? null : line);
  }
  return found;
};

const fillDown = (cell) => {
  const bodies = [...lines.values()];
  const x = columns.indexOf(marketOf(cell));
  const above = bodies.slice(0, bodies.indexOf(cell.line)).reverse().map((line) => line.kinds.get(cell.kind)[x]).find(Boolean);
  if (above) touched(changes.all((put) => put(cell, above.value)));
  const below = bodies.slice(bodies.indexOf(cell.line) + 1).map((line) => line.kinds.get(cell.kind)[x]).find(Boolean);
  go(below || cell);
};

const ticked = () => [...form.querySelectorAll(".tick:checked")].map((tick) => lines.get(tick.value));

const fillTicked = () => {
  const value = document.getElementById("valeur").value.trim();
  const x = columns.indexOf(document.getElementById("pour-marche").value);
  const kind = table.tBodies[0].querySelector("tr[data-kind]").dataset.kind;
  const filled = changes.all((put) => {
    for (const line of ticked()) {
      const cell = line.kinds.get(kind)[x];
      if (cell) put(cell, value);
    }
  });
  touched(filled);
  if (!filled.length) draft.say("Cochez des personnes qui travaillent sur ce marché.", "failed");
};

const shortcut = (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const cell = event.target.closest("input.cell");
  const key = event.key.toLowerCase();
  if (key === "enter") {
    event.preventDefault();
    form.requestSubmit(document.getElementById("verifier"));
  } else if (cell && key === "d") {
    event.preventDefault();
    fillDown(cell);
  } else if (cell && key === "z") {
    const back = changes.undo();
    if (!back) return;
    event.preventDefault();
    draft.warn([]);
    touched(back);
  }
};

// Enter goes to the next person's same kind of hours; arrows go where they point.
const moved = (event) => {
  const cell = event.target.closest("input.cell");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "Enter") return move(event, rows);
  event.preventDefault();
  const same = [...lines.values()].map((line) => line.kinds.get(cell.kind));
  go(neighbour(same, cell, event.shiftKey ? -1 : 1, 0));
};

// The draft: one for each market, kept market by market.

const copies = new Map();
const copyOf = (key) => {
  if (!copies.has(key)) copies.set(key, new Copy(form.dataset.owner, key));
  return copies.get(key);
};

// The name of a box without its market is its name in the grid of that market: one copy serves both pages.
const place = (name) => {
  const market = name.slice(0, name.indexOf("."));
  return market.length > 1 ? { copy: copyOf(`${market}.${form.dataset.month}`), name: name.slice(market.length + 1) } : { copy: copyOf(`mois.${form.dataset.month}`), name };
};

const payload = (boxes) => {
  const body = new FormData();
  for (const name of boxes) body.set(name, form.elements[name].value);
  for (const version of form.querySelectorAll("input[data-version]")) body.set(version.name, version.value);
  return body;
};

const took = (status, answer, sent) => {
  const left = new Set(Object.keys(answer.errors));
  const said = [];
  let clash = null;
  for (const [key, market] of Object.entries(answer.markets)) {
    form.elements[`${key}.version`].value = market.version;
    if (market.conflict) clash = { ...clash, ...market.current };
    for (const name of sent.keys()) {
      if (name.startsWith(`${key}.`) && (!market.saved || market.left.some((row) => name.startsWith(`${row}-`)))) left.add(name);
    }
    if (market.message) said.push(`${referenceOf(key)} : ${market.message}`);
  }
  mark(answer);
  const rest = answer.left ? `${answer.message}, sauf ce qui est à corriger.` : `${answer.message}.`;
  return { left, clash, message: said.join(" ") || rest, failed: answer.left > 0 };
};

const referenceOf = (key) => form.querySelectorAll("thead th.market a")[columns.indexOf(key)]?.textContent || "";

const mark = (answer) => {
  for (const cell of form.querySelectorAll("input.cell, input.payslip, input.all-hours")) {
    const wrong = cell.name in answer.errors;
    cell.classList.toggle("is-invalid", wrong);
    if (wrong) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }
  for (const [key, findings] of Object.entries(answer.people)) {
    const line = lines.get(key);
    if (!line) continue;
    const errors = Object.entries(answer.errors).filter(([name]) => name.includes(key)).map(([, text]) => finding(text, true));
    const returned = [...line.box.querySelectorAll(".returned")];
    line.box.replaceChildren(...returned, ...errors, ...findings.map((f) => finding(`${f.blocking ? "Bloque l'envoi" : "À vérifier"} : ${f.text}`, f.blocking)));
    if (findings.some((f) => f.blocking)) line.body.querySelector("details").open = true;
    showLine(line);
  }
};

const finding = (text, blocking) => {
  const paragraph = document.createElement("p");
  paragraph.className = blocking ? "finding finding-block" : "finding";
  paragraph.textContent = text;
  return paragraph;
};

let limits;
let draft;
if (form) {
  limits = limitsOf(form);
  readPage();
  const boxes = [...form.querySelectorAll("input.cell, input.payslip, input.all-hours, .row-tools input")];
  draft = new Draft({
    form, payload, took, place, fields: () => boxes,
    state: document.getElementById("etat-brouillon"), panel: document.getElementById("sur-cet-appareil"),
  });
  draft.start();
  countAll();
  form.addEventListener("keydown", moved);
  form.addEventListener("keydown", shortcut);
  form.addEventListener("paste", paste);
  form.addEventListener("refresh", countAll);
  form.addEventListener("change", (event) => event.target.matches("input.cell") && unreadable(event.target));
  form.addEventListener("input", (event) => {
    if (!boxes.includes(event.target)) return;
    changes.typed();
    draft.warn([]);
    if (event.target.line) touched([event.target]);
    else {
      const line = lines.get(event.target.name.slice(2));
      if (line) showLine(line);
      draft.changed();
    }
  });
  const several = document.getElementById("plusieurs");
  several?.removeAttribute("hidden");
  document.getElementById("remplir")?.addEventListener("click", fillTicked);
}
