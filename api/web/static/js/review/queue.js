/** The queue by keys: j and k choose a line, Enter opens it, or the most urgent where none is chosen. */

const lines = [...document.querySelectorAll(".queue tbody tr")];
let at = -1;

function choose(place) {
  at = Math.min(Math.max(place, 0), lines.length - 1);
  lines.forEach((line, number) => line.classList.toggle("at", number === at));
  lines[at]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, button, a")) return;
  if (localStorage.getItem("photocheck-keys") === "off") return;
  if (event.key === "j") choose(at + 1);
  else if (event.key === "k") choose(at - 1);
  else if (event.key === "Enter") {
    event.preventDefault();
    const form = at < 0 ? document.getElementById("start")?.closest("form") : lines[at].querySelector("form");
    if (lines.length) form?.requestSubmit();
  }
});
