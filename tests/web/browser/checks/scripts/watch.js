() => {
  window.huibaoSaid = [];
  const region = "[role=status], [role=alert], [role=log], [aria-live]";
  const regions = new Set(document.querySelectorAll(region));
  new MutationObserver((changes) => {
    const told = new Set();
    for (const change of changes) {
      const at = (change.target.nodeType === 1 ? change.target : change.target.parentElement)?.closest(region);
      if (at) told.add(at);
      else if (change.type === "childList" && [...change.addedNodes].some((e) => e.matches?.("[data-said], .huibao-answer") || e.querySelector?.(region)))
        window.huibaoSaid.push([Date.now(), "", false]);
    }
    for (const at of told) window.huibaoSaid.push([Date.now(), at.textContent.replace(/\s+/g, " ").trim(), regions.has(at)]);
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}
