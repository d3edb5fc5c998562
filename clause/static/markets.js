// The objective as it is typed: the same calculation as the server's, shown beside the fields. The server's figure is
// the one that is kept. Integers only: amounts in cents, shares in ten-thousandths, hours in hundredths.

const form = document.querySelector("[data-objective], [data-change]");
const number = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });

/** An exact integer of hundredths (or of 10^-places) from what a French person types; null where it cannot be read. */
export function scaled(text, places = 2) {
  const clean = (text ?? "").replace(/[\s\u00a0\u202f€%h]/gi, "").replace(",", ".");
  const found = /^(\d+)(?:\.(\d*))?$/.exec(clean);
  if (!found || (found[2] ?? "").length > places) return null;
  return BigInt(found[1] + (found[2] ?? "").padEnd(places, "0"));
}

/** a ÷ b rounded half up, for positive integers. */
export function halfUp(a, b) {
  return (2n * a + b) / (2n * b);
}

/** Hours (hundredths, two decimals) as the setting rounds them. `top ÷ bottom` is in hours. */
export function rounded(top, bottom, mode) {
  if (mode === "ceil_unit") return ((top + bottom - 1n) / bottom) * 100n;
  if (mode === "floor_unit") return (top / bottom) * 100n;
  const step = { multiple_of_7: 7n, multiple_of_35: 35n }[mode] ?? 1n;
  return halfUp(top, bottom * step) * step * 100n;
}

const shown = (value, unit) => `${number.format(Number(value) / 100)}\u00a0${unit}`;

/** Each way of fixing the objective: what is typed, then the hours and the sentence; null while something is missing. */
export const ways = {
  formula(read, settings) {
    const [amount, labour, rate, cost] = ["amount", "labour_share", "insertion_rate", "hourly_cost"].map(read);
    if (!amount || !labour || !rate || !cost) return null;
    const top = amount * labour * rate;
    const bottom = cost * 100000000n;
    const hours = rounded(top, bottom, settings.rounding);
    const exact = halfUp(top * 100n, bottom);
    return `${shown(amount, "€")} × ${shown(labour, "%")} × ${shown(rate, "%")} ÷ ${shown(cost, "€")} = ${number.format(Number(exact) / 100)} → ${shown(hours, "h")}`;
  },
  percent_of_hours(read, settings) {
    const [total, rate] = ["total_hours", "insertion_rate"].map(read);
    if (!total || !rate) return null;
    const exact = halfUp(total * rate, 10000n);
    return `${shown(total, "h")} × ${shown(rate, "%")} = ${number.format(Number(exact) / 100)} → ${shown(rounded(exact, 100n, settings.rounding), "h")}`;
  },
  per_amount(read, settings) {
    const [amount, step] = ["amount", "step"].map(read);
    const threshold = read("threshold") ?? 0n;
    if (!amount || !step) return null;
    const beyond = settings.thresholdMode === "beyond_threshold";
    const hours = amount < threshold ? 0n : ((amount - (beyond ? threshold : 0n)) / step) * 100n;
    return `Une heure par ${shown(step, "€")}, en tranches complètes : ${shown(hours, "h")}`;
  },
  jobs_or_fte(read, settings) {
    const fte = read("fte");
    if (!fte) return null;
    return `${number.format(Number(fte) / 100)} ETP × ${number.format(settings.fteHours)} h = ${shown(rounded(fte * BigInt(settings.fteHours), 100n), "h")}`;
  },
  fixed_hours(read, settings) {
    const [hours, labour, cost] = ["hours", "labour_share", "hourly_cost"].map(read);
    if (!hours || !labour || !cost || !settings.amountCents) return null;
    const rate = halfUp(hours * cost * 1000000n, BigInt(settings.amountCents) * labour);
    return `Effort équivalent : ${shown(rate, "%")} des heures du marché`;
  },
};

function live(sentence) {
  const box = form.querySelector("[data-live]");
  box.hidden = !sentence;
  box.querySelector("output").textContent = sentence ?? "";
}

function read(name) {
  const field = form.elements[name];
  return field ? scaled(field.value) : null;
}

function proposeAmendment() {
  const [before, after] = [form.dataset.amountCents, read("new_amount")];
  if (form.elements.kind.value !== "amendment" || !before || !after) return live(null);
  const proposed = rounded(BigInt(form.dataset.current) * after, 100n * BigInt(before));
  return live(`Objectif proposé pour ce montant : ${shown(proposed, "h")}. Vous décidez.`);
}

/** Choosing a trade proposes its usual share of labour, never over one that was typed. */
function proposeShare() {
  const line = document.querySelector(`[data-trade="${form.elements.trade.value}"]`);
  const field = form.elements.labour_share;
  if (!line || (field.value && field.dataset.proposed !== field.value)) return;
  field.value = `${number.format(Number(line.dataset.share) / 100)} %`;
  field.dataset.proposed = field.value;
}

if (form) {
  const refresh = form.dataset.objective
    ? () => live(ways[form.dataset.objective](read, form.dataset))
    : proposeAmendment;
  form.elements.trade?.addEventListener("change", proposeShare);
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  refresh();
}
