(mode) => {
  const faults = [];
  // prelude
  const target = mode === "elder" ? 60 : 44;
  for (const e of document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a[href]")) {
    if (!seen(e) || e.closest(".govuk-skip-link") || e.disabled) continue;
    const box = e.getBoundingClientRect();
    const main = !e.matches("a") || e.matches(".govuk-button, .huibao-head a");
    const inline = e.matches("a") && !main;
    const wanted = main ? target : 24;
    if (box.height + 0.5 < wanted) faults.push(`A5 target ${Math.round(box.width)}x${Math.round(box.height)}: ` + name(e));
    if (inline && box.width < 24) faults.push("A5 target: " + name(e));
  }
  return faults;
}
