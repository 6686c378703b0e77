() => {
  const faults = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data;
    const e = walk.currentNode.parentElement;
    if (e.closest("script, style, textarea, option, pre, code, .govuk-hint, .govuk-error-message, .govuk-error-summary, [aria-hidden=true], svg, .huibao-document") || !e.checkVisibility()) continue;
    const found = text.includes("＝") ? null : /\d[\d,]*\.\d\d(?!\d|%)[^%]{0,3}元?|[\d,]{4,}\s*元/.exec(text);
    if (found) faults.push("A20 an amount read figure by figure: " + text.trim().slice(0, 60));
    const day = /(?<![\d-])(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?![\d-])/.exec(text);
    if (day && !/例如|年-月-日/.test(text)) faults.push("A20 a day read figure by figure: " + text.trim().slice(0, 60));
  }
  // What is hidden from the ear has its words beside it.
  for (const e of document.querySelectorAll(".huibao-money[aria-hidden=true]")) {
    const words = e.nextElementSibling;
    if (!words || !/[零壹贰叁肆伍陆柒捌玖拾佰仟万亿一二三四五六七八九十百千]+[元角分]|元整/.test(words.textContent)) faults.push("A20 an amount without its words: " + e.textContent);
  }
  return faults;
}
