() => {
  const faults = [];
  const own = "a[href], button, input, select, textarea, summary, label, option";
  const name = (e) => e.tagName + " " + (e.textContent || e.id).trim().slice(0, 20);
  for (const e of document.querySelectorAll("body *")) {
    if (e.tabIndex > 0) faults.push("A3 a place in the order of its own: " + name(e));
    if (e.matches("[role=button], [role=link], [role=menuitem], [onclick]") && !e.matches(own)) faults.push("A3 no real control: " + name(e));
    if (getComputedStyle(e).cursor === "pointer" && e.checkVisibility() && !e.closest(own) && !e.querySelector(own))
      faults.push("A3 pressed by the mouse alone: " + name(e));
    if (e.accessKey) faults.push("A3 a key of its own that may clash: " + name(e));
  }
  return faults;
}
