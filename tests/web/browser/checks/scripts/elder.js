() => {
  const faults = [];
  // prelude
  const press = document.querySelector("button[name=turn][value=elder]");
  if (!press || !seen(press)) return ["A15 no press leads to the larger print"];
  const next = press.form.elements.next?.value;
  if (next !== undefined && document.querySelector("h1") && !next.startsWith("/")) faults.push("A15 the press does not come back to a page of ours: " + next);
  const on = document.documentElement.classList.contains("huibao-elder");
  if (press.getAttribute("aria-pressed") !== String(on)) faults.push("A15 the press does not say whether it is on");
  const inside = () => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, h1, h2, th, td")]
    .filter((e) => e.checkVisibility()).map(name);
  const before = inside();
  document.documentElement.classList.toggle("huibao-elder");
  const after = inside();
  document.documentElement.classList.toggle("huibao-elder");
  const lost = before.filter((one) => !after.includes(one));
  const [plain, large] = on ? [after, before] : [before, after];
  for (const one of plain.filter((each) => !large.includes(each))) faults.push("A15 missing in larger print: " + one);
  if (lost.length && !faults.length) faults.push("A15 missing in ordinary print: " + lost[0]);
  return faults;
}
