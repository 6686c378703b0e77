() => {
  const faults = [];
  // prelude
  const flat = (text) => text.replace(/\s+/g, " ").trim();
  for (const svg of document.querySelectorAll("main svg")) {
    if (svg.closest("[aria-hidden=true]")) {
      // A mark beside words: whatever it says must stand in words as well.
      if (svg.querySelector("text, title") && !svg.closest("figure, table")) faults.push("A12 a picture with words is hidden: " + name(svg.parentElement));
      continue;
    }
    // A picture whose surrounding says what it is, once and for all of it.
    if (svg.parentElement.closest("[role=img][aria-label]")) continue;
    const title = svg.querySelector(":scope > title")?.textContent.trim() || svg.getAttribute("aria-label");
    if (svg.getAttribute("role") !== "img" || !title) faults.push("A12 a picture without a name: " + name(svg.parentElement));
    const figure = svg.closest("figure, .huibao-figure");
    const linked = document.getElementById(svg.getAttribute("aria-details") ?? "");
    if (!svg.querySelector(":scope > desc")?.textContent.trim()) faults.push("A12 a picture that does not say what it shows: " + title);
    if (!figure?.querySelector("table") && !linked?.matches("table")) faults.push("A12 no table beside the picture: " + title);
  }
  for (const e of document.querySelectorAll("main canvas")) {
    const picture = e.closest("[role=img]");
    if (!picture?.getAttribute("aria-label")) faults.push("A12 a drawn picture without words");
    if (!e.closest("figure")?.querySelector("table")) faults.push("A12 no table beside a drawn picture");
  }
  const numbers = (cells) => {
    const found = [];
    for (const cell of cells)
      for (const each of cell.match(/[\d,]+(?:\.\d+)?%?/g) ?? []) {
        const plain = Number(each.replace(/[,%]/g, ""));
        found.push(each.endsWith("%") ? Math.round(plain * 100) : plain, Math.round(plain * 100));
      }
    return found;
  };
  // A flow's widths are said in words in its titles: each is a figure of the table.
  for (const svg of document.querySelectorAll("main svg[aria-details]")) {
    const table = document.getElementById(svg.getAttribute("aria-details"));
    const cells = flat(table?.innerText ?? "");
    for (const link of svg.querySelectorAll(".link title")) {
      const amount = link.textContent.match(/[\d,]+\.\d\d$/)?.[0];
      if (!cells.includes(amount)) faults.push(`A12 ${link.textContent} drawn and not in the table`);
    }
  }
  const pairs = [...document.querySelectorAll("figure.huibao-figure")].filter((one) => one.querySelector("svg")).map((one) => [one, one.querySelector("table")])
    .concat([...document.querySelectorAll("main svg[aria-details]")].filter((one) => one.querySelector("g.row"))
      .map((one) => [one, document.getElementById(one.getAttribute("aria-details"))]));
  for (const [figure, table] of pairs) {
    if (!table) continue;
    const rows = new Map([...table.querySelectorAll("tbody tr")].map((row) =>
      [flat(row.querySelector("th").textContent), [...row.querySelectorAll("td")].map((cell) => flat(cell.textContent))]));
    const drawn = [...figure.querySelectorAll("g.row")];
    // A strip draws the first townships of its table; a figure draws every row.
    if (drawn.length !== rows.size && figure.matches("figure")) faults.push(`A12 ${drawn.length} drawn, ${rows.size} in the table`);
    drawn.forEach((g, at) => {
      const label = flat(g.querySelector("text:not(.value)")?.textContent ?? "");
      const cells = label ? rows.get(label) : [...rows.values()][at];
      if (!cells) { faults.push("A12 drawn and not in the table: " + label); return; }
      const shown = g.querySelector("text.value");
      if (shown && !flat(shown.textContent).split(" / ").every((each) => cells.includes(each))) faults.push(`A12 ${label}: ${shown.textContent} drawn, table says ${cells}`);
      const has = numbers(cells);
      const values = [...g.querySelectorAll("[data-value]")].map((e) => e.dataset.value)
        .concat((g.dataset.values ?? "").split(" ").filter(Boolean));
      for (const value of values)
        if (!has.some((each) => Math.abs(each - Number(value)) <= (g.dataset.values ? 50 : 0.5) || Math.abs(each - Number(value)) <= 5 && each > 100))
          faults.push(`A12 ${label}: ${value} drawn, table says ${cells}`);
    });
    const live = figure.querySelector("[data-chart]");
    if (live) {
      const said = JSON.parse(live.dataset.chart);
      said.names.forEach((name, at) => {
        if (said.shown[at].join() !== (rows.get(flat(name)) ?? []).join()) faults.push(`A12 ${name}: the script draws ${said.shown[at]}, table says ${rows.get(flat(name))}`);
      });
    }
  }
  return faults;
}
