(mode) => {
  const faults = [];
  // prelude
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
      known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => (c * top[3] + under[i] * (255 - top[3])) / 255).concat(255);
  const ground = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 255) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 255]);
  };
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const least = mode === "elder" ? 18 : 16;
  const met = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || met.has(e)) continue;
    met.add(e);
    if (!seen(e) || e.closest("svg, script, style, .govuk-visually-hidden, .govuk-skip-link, [hidden]")) continue;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    if (size < least) faults.push(`A6 text ${style.fontSize}: ` + name(e));
    if (style.lineHeight !== "normal" && parseFloat(style.lineHeight) / size < 1.3 && !e.closest("button, .govuk-button"))
      faults.push("A6 line height: " + name(e));
    const under = ground(e);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const wanted = mode === "contrast" ? 7 : large ? 3 : 4.5;
    const has = contrast(over(rgba(style.color), under), under);
    if (has + 0.005 < wanted && !e.closest("[disabled]")) faults.push(`A6 contrast ${has.toFixed(2)} of ${wanted}: ` + name(e));
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea")) {
    if (!seen(e)) continue;
    const under = ground(e.parentElement);
    const has = contrast(over(rgba(getComputedStyle(e).borderTopColor), under), under);
    if (has < 3 && e.type !== "file") faults.push(`A6 edge of a field ${has.toFixed(2)} of 3: ` + name(e));
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("A11 h1: not exactly one");
  return faults;
}
