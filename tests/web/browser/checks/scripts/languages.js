() => {
  const faults = [];
  // prelude
  const page = document.documentElement.lang;
  if (!/^(zh-CN|en)$/.test(page)) faults.push("A11 lang: " + page);
  if (!document.title.replace(/^(错误：|Error: )/, "").replace(/ - (惠保|Huibao)$/, "").trim()) faults.push("A11 no title");
  const ENGLISH = /(?:[A-Za-z]{2,}[ ,.]+){3,}[A-Za-z]{2,}/;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (e.closest("script, style, code, pre, .huibao-hash, .huibao-document, .huibao-id, .huibao-codes") || !e.checkVisibility()) continue;
    const lang = e.closest("[lang]").lang;
    if (lang === "zh-CN" && ENGLISH.test(walk.currentNode.data)) faults.push("A11 English that is not marked: " + walk.currentNode.data.trim().slice(0, 60));
    // Of a select's entries only those that are Chinese as a whole can say so.
    if (lang === "en" && !e.closest("svg, textarea, option") && /[\u3400-\u9fff]/.test(walk.currentNode.data)) faults.push("A11 Chinese that is not marked: " + walk.currentNode.data.trim().slice(0, 60));
  }
  return faults;
}
