// What most scripts begin with: whether a thing is seen, and what to call it in a report.
const seen = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + "." + (e.className.baseVal ?? e.className)
  + " " + (e.textContent || "").trim().slice(0, 20);
