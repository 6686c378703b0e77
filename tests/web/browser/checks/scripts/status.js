() => {
  const faults = [];
  // prelude
  for (const e of document.querySelectorAll(".huibao-answer")) {
    if (/[?&](done|changed|made|told|moved)=/.test(location.search) && !document.querySelector("main [role=status], main [role=alert]"))
      faults.push("A10 what was done is not announced: " + name(e));
    break;
  }
  for (const e of document.querySelectorAll("[role=status], [aria-live], output"))
    if (e.getAttribute("aria-live") === "assertive") faults.push("A10 shouts: " + name(e));
  for (const e of document.querySelectorAll("progress, [role=progressbar], [data-follow]"))
    if (!e.closest("[role=status]") && !e.querySelector("[role=status]")) faults.push("A10 progress that is not announced: " + name(e));
  return faults;
}
