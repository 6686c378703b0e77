// Comfort only: every page works without a script. Components of the library first, then what is ours.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A form is sent once, however often the button is pressed; coming back by the back button frees it again.
// One that fetches a file (data-many) leaves the page as it is and may be sent again.
for (const form of document.querySelectorAll("form[method=post]:not([data-many])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Two minutes before the session ends, say so once; a key or a click keeps it.
const warning = document.querySelector("[data-session-seconds]");
if (warning) {
  const seconds = Number(warning.dataset.sessionSeconds);
  const lead = Math.min(120, seconds / 2);
  let timer;
  const start = () => {
    clearTimeout(timer);
    warning.hidden = true;
    timer = setTimeout(() => { warning.hidden = false; }, (seconds - lead) * 1000);
  };
  warning.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(warning.dataset.sessionKeep, { credentials: "same-origin", redirect: "manual" });
    if (answer.ok) start(); else location.reload();
  });
  start();
}

for (const each of document.querySelectorAll("[data-print]")) {
  each.hidden = false;
  each.addEventListener("click", () => print());
}

// Keys with a modifier do what the link or button that names them does: data-key="Alt+J".
addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const named = document.querySelector(`[data-key="Alt+${event.code.replace("Key", "")}"]`);
  if (named) { event.preventDefault(); named.click(); }
});
