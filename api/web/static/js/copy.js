// Buttons that copy a link: <button data-copy="id of the link" data-done="words" hidden>.

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
  const link = /** @type {HTMLAnchorElement} */ (document.getElementById(button.dataset.copy));
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.href);
    button.textContent = button.dataset.done;
  });
}
