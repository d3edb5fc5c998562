// What every page does by itself: focus the error summary, open the menu on small screens.
document.getElementById("erreurs")?.focus();
