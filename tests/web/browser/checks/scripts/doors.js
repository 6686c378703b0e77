() => {
  const faults = [];
  // prelude
  const form = (e) => e.form ?? document;
  for (const e of document.querySelectorAll("input[type=password]")) {
    const token = e.getAttribute("autocomplete");
    if (!["current-password", "new-password"].includes(token)) faults.push(`A21 a password manager cannot tell what this is (${token}): ` + name(e));
    if (!form(e).querySelector("[autocomplete=username]")) faults.push("A21 a password manager cannot tell whose: " + name(e));
    if (e.maxLength >= 0 && e.maxLength < 64) faults.push(`A21 at most ${e.maxLength} letters: ` + name(e));
    if (e.readOnly || !e.dispatchEvent(new ClipboardEvent("paste", {cancelable: true, bubbles: true}))) faults.push("A21 no paste: " + name(e));
  }
  for (const e of document.querySelectorAll("#code")) {
    if (e.getAttribute("autocomplete") !== "one-time-code") faults.push("A21 a code the telephone cannot fill in: " + name(e));
    if (e.type !== "text" || !e.dispatchEvent(new ClipboardEvent("paste", {cancelable: true, bubbles: true}))) faults.push("A21 a code is not taken pasted: " + name(e));
  }
  if (document.querySelector("video, [capture]")) faults.push("A21 a face or a picture is asked for");
  return faults;
}
