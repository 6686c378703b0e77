() => {
  for (const e of document.querySelectorAll("[data-was]")) {
    if (e.dataset.was) e.setAttribute("aria-hidden", e.dataset.was); else e.removeAttribute("aria-hidden");
    delete e.dataset.was;
  }
}
