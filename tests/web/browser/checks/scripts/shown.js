() => {
  const faults = [];
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    if (!e.checkVisibility() || e.disabled || e.hidden) continue;
    e.focus({focusVisible: true});
    const words = e.tagName + " " + (e.textContent || e.id).trim().slice(0, 20);
    if (document.activeElement !== e) { faults.push("A4 takes no focus: " + words); continue; }
    // Radios and boxes are drawn by their label's mark.
    const drawn = e.matches("[type=radio], [type=checkbox]") && e.nextElementSibling;
    const s = drawn ? getComputedStyle(e.nextElementSibling, "::before") : getComputedStyle(e);
    const line = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && s.outlineColor !== "rgba(0, 0, 0, 0)";
    if (s.boxShadow === "none" && !line) faults.push("A4 focus not shown: " + words);
    e.scrollIntoView({block: "nearest", inline: "nearest"});
    const b = e.getClientRects()[0];
    const corners = [[b.left + 3, b.top + 3], [b.right - 3, b.top + 3], [b.left + 3, b.bottom - 3], [b.right - 3, b.bottom - 3]];
    const covered = corners.filter(([x, y]) => {
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
      const at = document.elementFromPoint(x, y);
      return at && !e.contains(at) && !at.contains(e) && !(e.labels && [...e.labels].some((one) => one.contains(at)));
    });
    if (covered.length) faults.push("A4 focus covered: " + words);
  }
  document.activeElement.blur();
  return faults;
}
