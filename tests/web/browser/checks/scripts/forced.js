() => {
  const faults = [];
  const light = (colour) => {
    const c = document.createElement("canvas").getContext("2d"); c.fillStyle = colour; c.fillRect(0, 0, 1, 1);
    return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  };
  const probe = document.createElement("p"); probe.style.color = "Canvas"; document.body.append(probe);
  const ground = light(getComputedStyle(probe).color); probe.remove();
  const apart = (colour) => { const [x, y] = [light(colour), ground].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  for (const e of document.querySelectorAll("main svg text, main svg [data-value], main svg .way, main svg .goal, main svg .node, main svg .link")) {
    if (!e.checkVisibility() || e.closest("[aria-hidden=true]")) continue;
    const s = getComputedStyle(e);
    const best = Math.max(...[s.fill, s.stroke].filter((c) => c && c !== "none").map(apart));
    const wanted = e.matches("text") ? 4.5 : e.matches(".link") ? 1 : 3;
    if (best < wanted) faults.push(`A12 lost where colours are forced: ${e.tagName}.${e.className.baseVal} ${e.textContent.trim().slice(0, 20)}`);
  }
  for (const e of document.querySelectorAll("main .huibao-tag, main .huibao-answer"))
    if (getComputedStyle(e).borderTopStyle === "none" && getComputedStyle(e).borderLeftStyle === "none") faults.push("A12 a mark of colour alone: " + e.textContent.trim().slice(0, 20));
  return faults;
}
