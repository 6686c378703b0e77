() => {
  // Of radios with one name Tab reaches one: the chosen one, else the first (from behind: the last); arrows reach the others.
  const groups = new Map();
  const stops = [];
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    delete e.dataset.stop;
    if (!e.checkVisibility() || e.disabled || e.hidden) continue;
    const group = e.type === "radio" ? `${e.form?.action} ${e.name}` : null;
    if (group && groups.has(group)) { e.dataset.stop = groups.get(group); continue; }
    e.dataset.stop = String(stops.length);
    if (group) groups.set(group, e.dataset.stop);
    const box = e.getBoundingClientRect();
    stops.push({
      words: e.tagName + " " + (e.textContent || e.id).trim().slice(0, 20),
      top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right,
      aside: Boolean(e.closest(".govuk-skip-link")), whole: e.tabIndex === 0 && e.getAttribute("tabindex") === "0",
    });
  }
  document.activeElement.blur();
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  window.huibaoReached = [];
  if (!window.huibaoNotes) {
    window.huibaoNotes = true;
    addEventListener("focusin", (event) => window.huibaoReached.push(Number(event.target.dataset.stop ?? -1)), true);
  }
  return stops;
}
