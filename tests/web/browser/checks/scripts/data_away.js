() => {
  const hidden = [];
  // Rows and options come from data: how many there are and what they are called is no matter of the page's making.
  for (const e of document.querySelectorAll("main select option, main .huibao-trail, main .huibao-history")) hidden.push(e);
  for (const e of hidden) { e.dataset.was = e.getAttribute("aria-hidden") ?? ""; e.setAttribute("aria-hidden", "true"); }
}
