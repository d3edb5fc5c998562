// What the grids of hours share: hours as people write them, moving between cells, pasted blocks, undoing a block.

// Hundredths of an hour of what is typed; null where it cannot be read (the server says why).
export const read = (text) => {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "");
  if (!plain) return 0;
  const clock = /^(\d{1,6})(?:h|:)([0-5]?\d)?$/i.exec(plain);
  if (clock) return Math.floor(((Number(clock[1]) * 60 + Number(clock[2] || 0)) * 100) / 60 + 0.5);
  return /^\d+([.,]\d{1,2})?$/.test(plain) ? Math.round(Number(plain.replace(",", ".")) * 100) : null;
};

const FORMAT = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });
export const write = (hundredths) => FORMAT.format(hundredths / 100);

// Without accents, case or double spaces, as the server compares names.
export const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\s'’\-_/.]+/g, " ").trim().toLowerCase();

// Keyboard: arrows and Enter. `rows` are lists of cells; an empty place is undefined and is jumped over.

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export const move = (event, rows) => {
  const cell = event.target.closest("input.cell");
  const step = MOVES[event.key];
  if (!cell || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  const edge = event.key === "ArrowLeft" ? cell.selectionStart === 0 : event.key === "ArrowRight" ? cell.selectionEnd === cell.value.length : true;
  if (!edge) return;
  event.preventDefault();
  const [dy, dx] = event.key === "Enter" && event.shiftKey ? [-1, 0] : step;
  go(neighbour(rows, cell, dy, dx));
};

export const go = (cell) => {
  if (!cell) return;
  cell.focus();
  cell.select();
};

export const neighbour = (rows, cell, dy, dx) => {
  let y = rows.findIndex((row) => row.includes(cell));
  let x = rows[y].indexOf(cell);
  do {
    y += dy;
    x += dx;
  } while (rows[y] && x >= 0 && x < rows[y].length && !rows[y][x]);
  return rows[y]?.[x];
};

// A block copied from a spreadsheet: lines of texts; null where it is a single value, left to the browser.
export const blockOf = (event) => {
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!/[\t\n]/.test(text.trim())) return null;
  return text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((line) => line.split("\t").map((value) => value.trim()));
};

// True where most lines begin with a name.
export const isNamed = (block) => block.filter((line) => line[0] && read(line[0]) === null).length > block.length / 2;

// Many cells changed at once, that Ctrl+Z gives back as they were; typing in a cell since then leaves them.
export class Changes {
  #past = [];
  #open = null;

  all(act) {
    this.#open = [];
    act((cell, value) => {
      if (cell.value === value) return;
      this.#open.push([cell, cell.value]);
      cell.value = value;
    });
    const changed = this.#open;
    this.#open = null;
    if (changed.length) this.#past.push(changed);
    return changed.map(([cell]) => cell);
  }

  typed() {
    this.#past = [];
  }

  undo() {
    const last = this.#past.pop();
    for (const [cell, value] of last || []) cell.value = value;
    return last ? last.map(([cell]) => cell) : null;
  }
}
