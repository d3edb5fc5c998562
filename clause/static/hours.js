// The grid of a month: move with the keyboard, paste a block, totals while typing, a draft kept without asking.
// The server is the truth: it reads the hours, it says what the rules think. The page works without this module.

const form = document.getElementById("grille");
const state = document.getElementById("etat-brouillon");
const cells = () => [...form.querySelectorAll("input.cell")];
const rowsOfCells = () => [...form.querySelectorAll("tr[data-row]")].map((row) => [...row.querySelectorAll("input.cell")]).filter((row) => row.length);

// Hundredths of an hour of what is typed; null where it cannot be read (the server says why).
const read = (text) => {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "");
  if (!plain) return 0;
  const clock = /^(\d{1,6})(?:h|:)([0-5]?\d)?$/i.exec(plain);
  if (clock) return Math.floor(((Number(clock[1]) * 60 + Number(clock[2] || 0)) * 100) / 60 + 0.5);
  return /^\d+([.,]\d{1,2})?$/.test(plain) ? Math.round(Number(plain.replace(",", ".")) * 100) : null;
};
const write = (hundredths) => (hundredths / 100).toLocaleString("fr-FR", { maximumFractionDigits: 2 });

// Totals

const add = () => {
  const byKind = new Map();
  let all = 0;
  for (const row of form.querySelectorAll("tr[data-row]")) {
    const own = [...row.querySelectorAll("input.cell")];
    if (!own.length) {
      all += read(row.querySelector("[data-row-total]").textContent) || 0;
      continue;
    }
    let total = 0;
    for (const cell of own) {
      const hours = read(cell.value) || 0;
      byKind.set(cell.dataset.kind, (byKind.get(cell.dataset.kind) || 0) + hours);
      if (cell.dataset.kind !== "absence") total += hours;
    }
    row.querySelector("[data-row-total]").textContent = write(total);
    all += total;
  }
  for (const output of form.querySelectorAll("[data-kind-total]")) output.textContent = write(byKind.get(output.dataset.kindTotal) || 0);
  const grand = form.querySelector("[data-grand-total]");
  if (grand) grand.textContent = write(all);
  document.getElementById("total-mois").textContent = `${write(all)}\u00a0h`;
  document.getElementById("neant")?.toggleAttribute("hidden", cells().some((cell) => cell.value.trim()));
};

// Keyboard

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const move = (event) => {
  const cell = event.target.closest("input.cell");
  const step = MOVES[event.key];
  if (!cell || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  const edge = event.key === "ArrowLeft" ? cell.selectionStart === 0 : event.key === "ArrowRight" ? cell.selectionEnd === cell.value.length : true;
  if (!edge) return;
  event.preventDefault();
  const rows = rowsOfCells();
  const y = rows.findIndex((row) => row.includes(cell));
  const x = rows[y].indexOf(cell);
  const down = event.key === "Enter" && event.shiftKey ? -1 : step[0];
  const next = rows[y + down]?.[x + step[1]];
  if (next) {
    next.focus();
    next.select();
  }
};

// A block copied from a spreadsheet fills cells from the one where it is pasted. With names, the server places it.

const paste = (event) => {
  const cell = event.target.closest("input.cell");
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const block = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
  const named = block.filter((line) => line[0].trim() && read(line[0]) === null).length;
  if (named > block.length / 2) return placeByName(text);
  const rows = rowsOfCells();
  const y = rows.findIndex((row) => row.includes(cell));
  const x = rows[y].indexOf(cell);
  block.forEach((line, dy) => line.forEach((value, dx) => {
    const target = rows[y + dy]?.[x + dx];
    if (target) target.value = value.trim();
  }));
  changed();
};

const placeByName = (text) => {
  const area = document.getElementById("block");
  area.closest("details").open = true;
  area.value = text;
  form.requestSubmit(form.querySelector('button[value="paste"]'));
};

// The draft

let timer = 0;
let sending = null;
let again = false;
let stopped = false;

const say = (text, mark = "") => {
  state.textContent = text;
  state.dataset.state = mark;
};

const changed = () => {
  add();
  if (stopped) return;
  say("Modifications pas encore enregistrées…");
  clearTimeout(timer);
  timer = setTimeout(keep, 900);
};

const keep = async () => {
  if (sending) {
    again = true;
    return;
  }
  again = false;
  sending = send();
  await sending;
  sending = null;
  if (again && !stopped) keep();
};

const send = async () => {
  const body = new FormData(form);
  body.delete("statement");
  body.delete("block");
  try {
    const response = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-CSRFToken": body.get("csrf_token") } });
    if (!response.headers.get("Content-Type")?.includes("json")) throw new Error("no answer");
    show(response.status, await response.json());
  } catch {
    say("Le brouillon n'a pas pu être enregistré : vérifiez votre connexion. Votre saisie reste affichée.", "failed");
    timer = setTimeout(keep, 15000);
  }
};

const show = (status, answer) => {
  mark(answer);
  if (answer.saved) {
    form.elements.version.value = answer.version;
    const left = answer.left;
    say(left ? `${answer.message}, sauf ${left === 1 ? "une ligne" : `${left} lignes`} à corriger.` : `${answer.message}.`, left ? "failed" : "");
  } else {
    stopped = status === 409;
    say(answer.message, "failed");
  }
};

const mark = (answer) => {
  for (const cell of form.querySelectorAll("tr[data-row] input.form-control")) {
    const wrong = cell.id in answer.errors;
    cell.classList.toggle("is-invalid", wrong);
    if (wrong) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }
  if (!answer.rows) return;
  for (const [key, findings] of Object.entries(answer.rows)) {
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

if (form) {
  add();
  form.addEventListener("keydown", move);
  form.addEventListener("paste", paste);
  form.addEventListener("input", (event) => {
    if (event.target.name !== "block" && event.target.name !== "statement") changed();
  });
  // A draft on its way changes the version that the form carries: the form leaves after it.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    stopped = true;
    if (!sending) return;
    event.preventDefault();
    sending.then(() => setTimeout(() => form.requestSubmit(event.submitter)));
  });
  window.addEventListener("beforeunload", (event) => {
    if (state.dataset.state === "failed" && !stopped) event.preventDefault();
  });
}
