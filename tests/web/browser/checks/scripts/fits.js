(how) => {
  const faults = [];
  // prelude
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
    faults.push(`A7 ${how}: the page scrolls sideways`);
  for (const e of document.querySelectorAll("body *")) {
    // What scrolls within itself says so to the keyboard; tables and pictures may (1.4.10).
    if (!e.childElementCount && !(e.textContent || "").trim()) continue;
    if (e.closest("svg, select, .govuk-visually-hidden, .govuk-skip-link, thead, [role=img]") || !seen(e)) continue;
    const style = getComputedStyle(e);
    const cut = (axis) => ["hidden", "clip"].includes(axis);
    if (e.clientWidth && cut(style.overflowX) && e.scrollWidth > e.clientWidth + 1) faults.push(`A7 ${how}: clipped: ` + name(e));
    if (e.clientHeight && cut(style.overflowY) && e.scrollHeight > e.clientHeight + 1) faults.push(`A7 ${how}: cut off: ` + name(e));
    if (["auto", "scroll"].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0
        && !e.querySelector("a[href], button, input"))
      faults.push(`A7 ${how}: scrolls sideways and no key reaches it: ` + name(e));
  }
  return faults;
}
