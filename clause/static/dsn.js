// A monthly DSN read on the company's computer: hours paid of the people of the clause, and of nobody else.
// The file is never sent. The social security number (S21.G00.30.001) is not looked at, and a person who is not one of the
// page's people is forgotten before anything of their pay is read. Same reading as clause/hours/files/rules/dsn.py.

const MAX_BYTES = 200 * 2 ** 20;
const MAX_LINE = 4000;
const MAX_KEPT = 5000;
const RUBRIC = /^(S\d\d\.G\d\d\.\d\d)\.(\d\d\d),'(.*)'$/;
const AMOUNT = /^(-?)(\d{1,6})(?:\.(\d{1,2}))?$/;
const HOURS = new Set(["10", "21"]);
const DAYS = new Set(["12", "20"]);
const OVERTIME = new Set(["017", "018"]);
const NOT_A_DSN = (place) => `La ligne ${place} n'est pas une rubrique de DSN. Choisissez le fichier .dsn ou .edi tel que votre logiciel de paie l'a produit.`;
const INCOMPLETE = "Le fichier est incomplet : il n'a pas le nombre de rubriques qu'il annonce. Exportez-le de nouveau de votre logiciel de paie.";
const BAD_AMOUNT = "Un nombre d'heures de ce fichier ne se lit pas : exportez-le de nouveau de votre logiciel de paie.";
const TOO_MANY = "Ce fichier donne à une personne bien plus de contrats qu'une paie n'en a : il n'est pas lu.";
const TOO_LARGE = "Le fichier dépasse 200 Mo : une DSN mensuelle est bien plus petite.";

export class Unusable extends Error {}

// The text without accents, case or punctuation, as the server compares names.
export const fold = (text) =>
  text.replace(/œ/g, "oe").replace(/Œ/g, "OE").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\s'’\-_/.]+/g, " ").trim().toLowerCase().replace(/ß/g, "ss");

const hundredths = (text) => {
  const found = AMOUNT.exec(text);
  if (!found) throw new Unusable(BAD_AMOUNT);
  const value = Number(found[2]) * 100 + Number((found[3] || "").padEnd(2, "0"));
  return found[1] ? -value : value;
};

// A day JJMMAAAA as a number that compares, 0 for anything else.
const dayOf = (text) => (/^\d{8}$/.test(text) ? Number(text.slice(4) + text.slice(2, 4) + text.slice(0, 2)) : 0);

const isPerson = (person, wanted) => {
  if (person.birth !== wanted.birth) return false;
  const [said, known] = [fold(person.firstNames), fold(wanted.first)];
  const first = said === known || said.startsWith(`${known} `) || known.startsWith(`${said} `);
  return Boolean(said) && first && person.names.some((name) => fold(name) === fold(wanted.last));
};

const SAME = [
  (contract, wanted) => Boolean(contract.number) && fold(contract.number) === fold(wanted.reference),
  (contract, wanted) => contract.start === wanted.start,
];

// Which clause contract each contract of the DSN is: by its number, by its first day, or the only one on both sides.
const pair = (contracts, wanted) => {
  const pairs = new Map();
  const left = () => wanted.filter((one) => ![...pairs.values()].includes(one));
  for (const same of SAME)
    for (const contract of contracts) {
      const found = left().filter((one) => same(contract, one));
      if (!pairs.has(contract) && found.length === 1) pairs.set(contract, found[0]);
    }
  const rest = contracts.filter((contract) => !pairs.has(contract));
  if (rest.length === 1 && left().length === 1) pairs.set(rest[0], left()[0]);
  return pairs;
};

// Takes lines one at a time; `declared` is what the file says of the wanted people, by declaration.
export class Reading {
  declared = [];
  #wanted;
  #person = null;
  #pay = { kind: "", contract: null, first: "", last: "" };
  #activity = "";
  #amount = "";
  #count = 0;
  #place = 0;
  #announced = null;

  constructor(wanted) {
    this.#wanted = wanted;
  }

  line(text) {
    this.#place += 1;
    if (!text.trim()) return;
    const found = text.length <= MAX_LINE ? RUBRIC.exec(text) : null;
    if (!found) throw new Unusable(NOT_A_DSN(this.#place));
    this.#count += 1;
    const [, block, number, value] = found;
    if (block === "S90.G00.90" && number === "001") this.#announced = value;
    this.#take(block, number, value);
  }

  end() {
    if (!this.#count) throw new Unusable("Le fichier est vide.");
    if (this.#announced !== String(this.#count)) throw new Unusable(INCOMPLETE);
    this.#closePerson();
    return this.declared;
  }

  get #current() {
    if (!this.declared.length) this.#begin("");
    return this.declared.at(-1);
  }

  #begin(nature, like = {}) {
    this.declared.push({ nature, kind: "", month: "", siren: "", nic: "", ...like, paid: [], unmatched: [] });
  }

  #take(block, number, value) {
    if (block === "S20.G00.05") this.#declaration(number, value);
    else if (block === "S21.G00.06" && number === "001") this.#current.siren = value;
    else if (block === "S21.G00.11" && number === "001") this.#establishment(value);
    else if (block === "S21.G00.30") this.#individual(number, value);
    else if (!this.#person) return;
    else if (block === "S21.G00.40") this.#contract(number, value);
    else if (block === "S21.G00.51") this.#payment(number, value);
    else if (block === "S21.G00.53") this.#measure(number, value);
  }

  #declaration(number, value) {
    if (number === "001") {
      this.#closePerson();
      this.#begin(value);
    } else if (number === "002") this.#current.kind = value;
    else if (number === "005") this.#current.month = value.slice(2);
  }

  #establishment(nic) {
    this.#closePerson();
    const { nature, kind, month, siren } = this.#current;
    if (this.#current.nic) this.#begin(nature, { kind, month, siren });
    this.#current.nic = nic;
  }

  #individual(number, value) {
    if (number === "001") {
      this.#closePerson();
      this.#person = { names: [], firstNames: "", birth: "", contracts: [] }; // the number itself is not read
    } else if (!this.#person) return;
    else if (number === "002" || number === "003") this.#person.names.push(value);
    else if (number === "004") this.#person.firstNames = value;
    else if (number === "006") this.#person.birth = value;
  }

  #contract(number, value) {
    const own = this.#person.contracts;
    if (number === "001") {
      if (!own.length && !this.#wanted.some((one) => isPerson(this.#person, one))) {
        this.#person = null; // nobody of the clause: forgotten here, before anything of their pay is read
        return;
      }
      own.push({ number: "", start: value, hours: 0, overtime: 0, days: false, filled: false, otherPeriod: false });
      if (own.length > MAX_KEPT) throw new Unusable(TOO_MANY);
    } else if (number === "009" && own.length) own.at(-1).number = value;
  }

  #payment(number, value) {
    const own = this.#person.contracts;
    if (number === "001") this.#pay = { kind: "", contract: null, first: value, last: "" };
    else if (number === "002") this.#pay.last = value;
    else if (number === "010") this.#pay.contract = own.find((one) => one.number === value) ?? (own.length === 1 ? own[0] : null);
    else if (number === "011") this.#pay.kind = value;
    else if (number === "012" && OVERTIME.has(this.#pay.kind) && this.#pay.contract) this.#pay.contract.overtime += hundredths(value);
  }

  #measure(number, value) {
    const { kind, contract } = this.#pay;
    if (kind !== "002" || !contract) return;
    if (number === "001") this.#activity = value;
    else if (number === "002") this.#amount = value;
    else if (number === "003" && this.#activity === "01") {
      if (HOURS.has(value)) {
        contract.hours += hundredths(this.#amount);
        contract.filled = true;
        contract.otherPeriod ||= this.#isOtherPeriod();
      } else if (DAYS.has(value)) contract.days = true;
    }
  }

  #isOtherPeriod() {
    const [first, last, month] = [dayOf(this.#pay.first), dayOf(this.#pay.last), dayOf(`01${this.#current.month}`)];
    return Boolean(first && last && month && (last < month || first > month + 30));
  }

  #closePerson() {
    const person = this.#person;
    this.#person = null;
    this.#pay = { kind: "", contract: null, first: "", last: "" };
    if (!person?.contracts.length) return;
    const pairs = pair(person.contracts, this.#wanted.filter((one) => isPerson(person, one)));
    for (const contract of person.contracts) {
      if (!contract.filled && !contract.days) continue;
      const one = pairs.get(contract);
      if (!one) this.#current.unmatched.push(contract.number);
      else if (contract.hours < 0) throw new Unusable(`Le contrat ${contract.number} a un total d'heures négatif : saisissez ses heures à la main.`);
      else this.#current.paid.push({ key: one.key, number: contract.number, hours: contract.days ? null : contract.hours, overtime: contract.overtime, otherPeriod: contract.otherPeriod });
    }
  }
}

// Reads a file by pieces, so that a large one leaves the page alive; `progress` is told the share read, from 0 to 1.
export const readDsn = async (file, wanted, progress = () => {}) => {
  if (file.size > MAX_BYTES) throw new Unusable(TOO_LARGE);
  const reading = new Reading(wanted);
  const decoder = new TextDecoder("iso-8859-1");
  const reader = file.stream().getReader();
  let rest = "";
  let read = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    read += value.byteLength;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) reading.line(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (rest.length > MAX_LINE) reading.line(rest);
    progress(read / file.size);
    await new Promise((resume) => setTimeout(resume)); // the page answers between two pieces
  }
  if (rest) reading.line(rest.endsWith("\r") ? rest.slice(0, -1) : rest);
  return reading.end();
};

// The page

const form = document.getElementById("dsn-form");
const choice = document.getElementById("dsn");
const state = document.getElementById("dsn-etat");
const trouble = document.getElementById("dsn-erreur");
const remarks = document.getElementById("dsn-remarques");

const rows = () => [...form.querySelectorAll("tr[data-key]")];
const write = (value) => (value / 100).toLocaleString("fr-FR", { maximumFractionDigits: 2 }).replace(/\u202f/g, "\u00a0");

const refuse = (sentence) => {
  form.hidden = true;
  state.textContent = "";
  trouble.textContent = sentence;
  trouble.hidden = false;
};

const bySiren = (siren) => siren.replace(/^(\d{3})(\d{3})(\d{3})$/, "$1\u00a0$2\u00a0$3");

const ofAnother = (declared) => {
  const read = [...new Set(declared.map((one) => one.siren))].filter((siren) => /^\d{9}$/.test(siren)).slice(0, 3).map(bySiren);
  const said = read.length ? `elle porte le SIREN ${read.join(", ")}` : "elle ne porte aucun SIREN";
  return `Cette DSN est celle d'une autre entreprise : ${said}, et vous déclarez pour le SIREN ${bySiren(form.dataset.siren)}. Rien n'est lu.`;
};

// Why nothing of the file is for this page; empty where something is.
const nothing = (declared) => {
  const own = declared.filter((one) => one.siren === form.dataset.siren);
  if (!own.length) return ofAnother(declared);
  if (!own.some((one) => one.nature === "01")) return "Cette déclaration n'est pas une DSN mensuelle : elle ne dit pas d'heures, rien n'est lu.";
  if (!own.some((one) => one.month === form.dataset.month)) return `Cette DSN n'est pas celle de ${form.dataset.monthSaid} : choisissez celle du mois.`;
  if (own.every((one) => one.kind === "04")) return "Cette DSN en annule une autre sans la remplacer : rien n'est lu.";
  return "";
};

const fill = (row, paid) => {
  const [total, extra] = row.querySelectorAll("input[type=hidden]");
  const shares = [...row.querySelectorAll("[data-market]")];
  const output = row.querySelector("[data-paid]");
  for (const box of [total, extra, ...shares]) box.disabled = !paid;
  for (const box of shares) box.value = "";
  if (!paid) {
    output.textContent = "pas dans cette DSN";
    return;
  }
  total.value = paid.hours === null ? "jours" : String(paid.hours);
  extra.value = String(paid.overtime);
  const more = paid.overtime ? ` et ${write(paid.overtime)} h supplémentaires, à part` : "";
  output.textContent = paid.hours === null ? "comptées en jours : saisissez les heures" : `${write(paid.hours)} h${more}`;
  if (paid.hours !== null && shares.length === 1) shares[0].value = write(paid.hours);
  else if (paid.hours !== null) output.textContent += ", à répartir entre les marchés";
};

const show = (declared) => {
  const reason = nothing(declared);
  if (reason) return refuse(reason);
  const own = declared.filter((one) => one.siren === form.dataset.siren && one.month === form.dataset.month && one.nature === "01" && one.kind !== "04");
  const paid = new Map(own.flatMap((one) => one.paid).map((one) => [one.key, one]));
  for (const row of rows()) fill(row, paid.get(row.dataset.key));
  form.elements.replaces.value = own.some((one) => one.kind === "03") ? "1" : "";
  const said = own.flatMap((one) => one.unmatched).map((number) => `Le contrat de paie ${number} n'est aucun des contrats ci-dessous : saisissez ses heures dans la grille s'il le faut.`);
  for (const one of paid.values()) if (one.otherPeriod) said.push(`Une partie des heures du contrat ${one.number} est payée au titre d'une autre période : vérifiez le total.`);
  remarks.replaceChildren(...said.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  remarks.hidden = !said.length;
  if (!paid.size) return refuse("Aucune des personnes ci-dessous n'est dans cette DSN : rien n'est lu.");
  state.textContent = `DSN lue sur votre ordinateur : ${paid.size} contrat${paid.size > 1 ? "s" : ""} de la clause. Rien n'est encore envoyé.`;
  form.hidden = false;
  return undefined;
};

const start = async () => {
  const [file] = choice.files;
  if (!file) return;
  trouble.hidden = true;
  remarks.hidden = true;
  form.hidden = true;
  const wanted = rows().map(({ dataset }) => ({ ...dataset }));
  try {
    show(await readDsn(file, wanted, (share) => (state.textContent = `Lecture sur votre ordinateur : ${Math.round(share * 100)} %`)));
  } catch (error) {
    refuse(error instanceof Unusable ? error.message : "Le fichier ne se lit pas. Choisissez-le de nouveau.");
  } finally {
    choice.value = ""; // the page keeps no hold on the file
  }
};

if (form && choice) choice.addEventListener("change", start);
