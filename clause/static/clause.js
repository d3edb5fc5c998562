// What every page does by itself; each page works without it.

// A refused form puts the reader on the summary of what is to correct.
document.getElementById("erreurs")?.focus();

// The server says what is wrong, in French and all at once: the browser does not stop the form before.
for (const form of document.forms) form.noValidate = true;

// What the grids of hours keep on this device is not left there for the next person.
document.querySelector("a[href=\"/deconnexion\"]")?.addEventListener("click", () => {
  for (const storage of [localStorage, sessionStorage]) {
    for (const key of Object.keys(storage)) if (key.startsWith("clause-brouillon:")) storage.removeItem(key);
  }
});

// The menu of small screens.
const toggle = document.getElementById("menu-bouton");
const menu = document.getElementById("menu");
if (toggle && menu) {
  const open = (wanted) => {
    menu.classList.toggle("open", wanted);
    toggle.setAttribute("aria-expanded", String(wanted));
  };
  toggle.addEventListener("click", () => open(!menu.classList.contains("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.classList.contains("open")) {
      open(false);
      toggle.focus();
    }
  });
}

// A table that fits keeps its heading in sight; one that does not can be scrolled with the keyboard.
const measure = (wrapper) => {
  wrapper.classList.remove("fits");
  const fits = wrapper.scrollWidth <= wrapper.clientWidth + 1;
  wrapper.classList.toggle("fits", fits);
  if (fits) {
    for (const name of ["tabindex", "role", "aria-label"]) wrapper.removeAttribute(name);
  } else {
    wrapper.tabIndex = 0;
    wrapper.setAttribute("role", "group");
    wrapper.setAttribute("aria-label", wrapper.querySelector("caption")?.textContent.trim() || "Tableau à faire défiler");
  }
};
const wrappers = document.querySelectorAll(".table-responsive");
const watcher = new ResizeObserver((entries) => entries.forEach((entry) => measure(entry.target)));
wrappers.forEach((wrapper) => watcher.observe(wrapper));
