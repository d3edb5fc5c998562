// Pages of candidates: the window of eligibility said while one types, usual proofs proposed, details of an exit by kind.

const french = (day) => day.toLocaleDateString("fr-FR", { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" });

function readDay(text) {
  const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim());
  if (!found) return null;
  const day = new Date(Date.UTC(+found[3], +found[2] - 1, +found[1]));
  return day.getUTCDate() === +found[1] ? day : null;
}

// The same rule as the server's: months added, clamped to the end of the month, less one day.
function lastDay(first, months) {
  const target = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months + 1, 0));
  const day = Math.min(first.getUTCDate(), target.getUTCDate());
  return new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth(), day - 1));
}

function sayWindow(note, field) {
  const months = Number(note.dataset.months);
  const typed = field.value.trim();
  const first = typed ? readDay(typed) : new Date(`${note.dataset.today}T00:00:00Z`);
  if (!first) {
    note.textContent = "Écrivez le premier jour JJ/MM/AAAA pour voir la période.";
    return;
  }
  const start = typed ? "Premier jour de travail" : "Décidée aujourd'hui";
  note.textContent = `${start} : du ${french(first)} au ${french(lastDay(first, months))} (${months} mois).`;
}

const note = document.getElementById("periode");
const firstDay = document.getElementById("first_day");
if (note && firstDay) {
  firstDay.addEventListener("input", () => sayWindow(note, firstDay));
  sayWindow(note, firstDay);
}

for (const field of document.querySelectorAll("input[id^=proof_kind_]")) field.setAttribute("list", "justificatifs");
document.getElementById("kind")?.matches("input") && document.getElementById("kind").setAttribute("list", "etapes");
document.getElementById("proof")?.setAttribute("list", "preuves");

// An exit asks the details of its kind; the others stay reachable without scripts.
const exitKind = document.querySelector("form[data-exit] select[name=kind]");
if (exitKind) {
  const show = () => {
    for (const group of document.querySelectorAll("[data-for]")) {
      group.hidden = !exitKind.value || !group.dataset.for.split(" ").includes(exitKind.value);
    }
  };
  exitKind.addEventListener("change", show);
  show();
}
