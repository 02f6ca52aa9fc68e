// The login page: show the password, take a demonstration account's name.
(() => {
  document.querySelectorAll("[data-show-pass]").forEach((button) => {
    const field = document.getElementById(button.dataset.showPass);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "隐藏" : "显示";
      button.setAttribute("aria-pressed", String(shown));
    });
  });
  document.querySelectorAll("[data-fill]").forEach((button) => {
    button.addEventListener("click", () => {
      document.getElementById("id_username").value = button.dataset.fill;
      document.getElementById("id_password").focus();
    });
  });
})();
