() => {
  const kinds = {};
  let n = 0;
  for (const e of document.querySelectorAll("main a[href], main button, main input:not([type=hidden]), main select, main textarea, header a[href], .huibao-plain")) {
    const b = e.getBoundingClientRect();
    if (!e.checkVisibility() || e.disabled || e.hidden || b.width < 8 || b.height < 8) continue;
    const kind = `${e.tagName} ${e.type ?? ""} ${e.className} ${e.closest("header, main, form.huibao-modes__row")?.tagName}`;
    if (kind in kinds) continue;
    e.dataset.picture = String(n);
    kinds[kind] = n++;
  }
  return kinds;
}
