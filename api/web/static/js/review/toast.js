/** Short words at the foot of the screen, and the seconds in which a decision can be taken back. */

const SHOWN = 4000;
let timer = 0;
let ticker = 0;

function parts() {
  const toast = document.getElementById("toast");
  return { words: toast.querySelector(".toast-words"), button: toast.querySelector("button"), seconds: toast.querySelector(".toast-seconds") };
}

/** @param {string} said */
export function toast(said) {
  const { words, button } = parts();
  clearTimeout(timer);
  clearInterval(ticker);
  button.hidden = true;
  words.textContent = said;
  timer = setTimeout(() => {
    words.textContent = "";
  }, SHOWN);
}

/**
 * @param {string} said
 * @param {number} time milliseconds in which it can be undone
 */
export function toastUndo(said, time) {
  toast(said);
  clearTimeout(timer);
  const { words, button, seconds } = parts();
  const until = Date.now() + time;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    seconds.textContent = String(Math.max(0, left));
    if (left > 0) return;
    clearInterval(ticker);
    button.hidden = true;
    words.textContent = "";
  };
  button.hidden = time <= 0;
  ticker = setInterval(tick, 250);
  tick();
}
