// What the limits of a month say while somebody types, before the server speaks. The limits are the server's, in
// hundredths, on the form; its own sentences replace these ones.

import { write } from "./hours-cells.js";

export const limitsOf = (form) => Object.fromEntries(["usual", "warn", "block", "hard"].map((name) => [name, Number(form.dataset[name])]));

const sentence = (limits, total) => {
  if (total > limits.hard) return [true, `au-delà de ${write(limits.hard)} h par mois et par personne, la plateforme ne garde pas ces heures.`];
  if (total > limits.block) return [true, `le maximum légal est de 48 h par semaine (${write(limits.block)} h ce mois). Expliquez-le en commentaire si c'est exact.`];
  if (total > limits.warn) return [false, `plus de 44 h par semaine en moyenne (${write(limits.warn)} h par mois). Vérifiez.`];
  if (total > limits.usual) return [false, `plus de 7 h par jour ouvré (${write(limits.usual)} h ce mois). Vérifiez.`];
  return null;
};

// One sentence in the box of a person; none where the server has already said as much.
export const spoken = (box, limits, total, more = "") => {
  box.querySelector(".live")?.remove();
  const found = more ? [true, more] : sentence(limits, total);
  if (!found) return;
  const [blocking, text] = found;
  if (box.querySelector(blocking ? ".finding-block:not(.returned)" : ".finding")) return;
  const paragraph = document.createElement("p");
  paragraph.className = blocking ? "finding finding-block live" : "finding live";
  paragraph.textContent = more || `${blocking ? "Bloque l'envoi" : "À vérifier"} : ${write(total)} h : ${text}`;
  box.append(paragraph);
};
