// The page of an import under way: says how far it is, and opens its report when it is over.

const box = document.getElementById("avancement");
const bar = box?.querySelector("progress");

const say = ({ label, done, total, percent }) => {
  if (label) box.querySelector("[data-label]").textContent = label;
  box.querySelector("[data-count]").textContent = total ? `${done.toLocaleString("fr-FR")} sur ${total.toLocaleString("fr-FR")}` : "";
  bar.value = percent;
  box.querySelector("[data-percent]").textContent = `${percent}\u00a0%`;
};

const ask = async () => {
  try {
    const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
    if (answer.ok && answer.headers.get("content-type")?.includes("json")) {
      const told = await answer.json();
      if (told.over) return location.reload();
      say(told);
    }
  } catch {
    // The network is away for a moment: the next question will tell.
  }
  return setTimeout(ask, 1500);
};

if (box) setTimeout(ask, 800);
