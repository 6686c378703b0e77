() => {
  const faults = [];
  // prelude
  const fields = [...document.querySelectorAll("input:not([type=hidden]):not([hidden]), select, textarea")].filter(seen);
  const words = (e) => [...(e.labels ?? [])].filter(seen).map((one) => one.textContent.trim()).join(" ");
  const TOKENS = ["", "on", "off", "username", "current-password", "new-password", "one-time-code", "name", "tel", "email", "bday"];
  const texts = "input[type=text], input[type=password], input[type=search], input[type=tel], textarea";
  const asked = new Map();
  for (const e of fields) {
    const label = words(e);
    if (!label) faults.push("A8 no label that is seen: " + name(e));
    if (e.placeholder) faults.push("A8 a placeholder in place of a hint: " + name(e));
    const token = e.getAttribute("autocomplete") ?? "";
    if (!TOKENS.includes(token)) faults.push(`A8 autocomplete ${token} is unknown: ` + name(e));
    // What is asked about others the browser must not keep for the next who sits here (and 1.3.5 is about the reader's own).
    if (/身份证号|银行账号|手机|电话/.test(label) && e.matches("input[type=text]") && token !== "off")
      faults.push("A8 about somebody else, yet the browser may keep it: " + name(e) + label);
    if (e.matches(texts) && !e.readOnly
        && !e.dispatchEvent(new ClipboardEvent("paste", {cancelable: true, bubbles: true, clipboardData: new DataTransfer()})))
      faults.push("A8 no paste: " + name(e));
    const twin = e.matches("[type=radio], [type=checkbox]") || token === "new-password" ? "" : `${e.form?.action} ${label}`;
    if (twin && asked.has(twin)) faults.push("A8 asked twice: " + label);
    asked.set(twin, e);
    const described = (e.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    for (const id of described) if (!document.getElementById(id)) faults.push("A8 described by nothing: " + name(e));
    const group = e.closest(".govuk-form-group");
    const hint = group?.querySelector(".govuk-hint");
    const around = (e.closest("fieldset")?.getAttribute("aria-describedby") ?? "").split(" ");
    if (hint && ![...described, ...around].includes(hint.id)) faults.push("A8 its hint is not tied to it: " + name(e));
    const message = group?.querySelector(".govuk-error-message");
    if (message) {
      if (![...described, ...around].includes(message.id)) faults.push("A8 its error is not tied to it: " + name(e));
      if (!e.matches("[type=radio], [type=checkbox]") && e.getAttribute("aria-invalid") !== "true") faults.push("A8 not aria-invalid: " + name(e));
    } else if (e.getAttribute("aria-invalid") === "true") faults.push("A8 invalid, and no word of it beside: " + name(e));
  }
  const messages = [...document.querySelectorAll(".govuk-error-message")].filter(seen);
  for (const one of messages) {
    if (!getComputedStyle(one, "::before").content.includes("⚠")) faults.push("A8 an error without its mark: " + name(one));
    if (one.textContent.replace("错误：", "").trim().length < 4) faults.push("A8 an error without words: " + name(one));
  }
  const summary = document.querySelector(".govuk-error-summary");
  if (messages.length && !summary) faults.push("A8 errors, and no summary at the top");
  if (summary) {
    const said = [...summary.querySelectorAll("li")].map((one) => one.textContent.trim());
    for (const one of messages) {
      const its = one.textContent.replace(/^(错误：|Error: )/, "").trim();
      if (!said.includes(its)) faults.push("A8 not in the summary: " + its);
    }
    for (const link of summary.querySelectorAll("a")) {
      const there = document.getElementById(link.hash.slice(1));
      if (!there || !seen(there) || there.tabIndex < 0) faults.push("A8 the summary leads nowhere: " + link.hash);
    }
    if (!/^(错误：|Error: )/.test(document.title)) faults.push("A8 the title does not begin with 错误：" + document.title);
    if (document.activeElement !== summary) faults.push("A8 the summary has not the focus");
  } else if (/^(错误：|Error: )/.test(document.title)) faults.push("A8 the title says 错误, the page does not");
  for (const e of document.querySelectorAll("[draggable=true], [data-drop]"))
    if (!e.querySelector("input[type=file], button")) faults.push("A8 by dragging alone: " + name(e));
  if (document.querySelector("[class*=captcha], [id*=captcha], iframe")) faults.push("A8 a riddle for people");
  return faults;
}
