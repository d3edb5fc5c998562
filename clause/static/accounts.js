// Sign-in page of the demonstration: one press fills the form with an account.
const password = document.querySelector("[data-demo-password]")?.textContent ?? "";
for (const button of document.querySelectorAll("[data-demo-email]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById("email").value = button.dataset.demoEmail;
    document.getElementById("password").value = password;
    document.getElementById("password").form.querySelector("[type=submit]").focus();
  });
}
