// Saves presses at the county's desk; every page works without it.

// A file dragged into the box is the file chosen.
for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  const says = box.querySelector("[data-chosen]");
  const hint = box.querySelector("[data-scripted]");
  hint.hidden = false;
  const tell = () => {
    says.hidden = !input.files.length;
    says.textContent = input.files.length ? says.dataset.chosen + input.files[0].name : "";
  };
  input.addEventListener("change", tell);
  for (const kind of ["dragover", "dragenter"]) {
    box.addEventListener(kind, (event) => { event.preventDefault(); box.classList.add("huibao-drop--over"); });
  }
  for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.classList.remove("huibao-drop--over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; tell(); input.focus(); }
  });
}

// Work in the background: asked every three seconds, said only when it changed; done, its result opens.
const follow = document.querySelector("[data-follow]");
if (follow) {
  const ask = async () => {
    try {
      const answer = await fetch(follow.dataset.follow, { credentials: "same-origin", redirect: "manual" });
      if (!answer.ok) { location.reload(); return; }
      const text = await answer.text();
      if (text !== follow.dataset.last) {
        follow.dataset.last = text;
        const fresh = new DOMParser().parseFromString(text, "text/html").body;
        const status = follow.querySelector("[role=status]");
        const now = fresh.querySelector("[role=status]");
        // The region itself stays, so that what changes in it is read out.
        status.className = now.className;
        status.replaceChildren(...now.childNodes);
        while (status.nextSibling) status.nextSibling.remove();
        const to = now.dataset.to;
        const ended = now.dataset.ended;
        now.remove();
        follow.append(...fresh.childNodes);
        if (ended) { if (to) location.assign(to); else location.reload(); return; }
      }
    } catch { /* the network is away for a moment: ask again */ }
    setTimeout(ask, 3000);
  };
  setTimeout(ask, 1000);
}

// Rows: F8 to the next that waits, arrows from row to row, Alt+Y and Alt+N decide.
const rows = [...document.querySelectorAll("[data-row]")];
if (rows.length) {
  const at = () => rows.indexOf(document.activeElement?.closest("[data-row]"));
  const go = (row) => { row?.focus(); row?.scrollIntoView({ block: "nearest" }); };
  const typing = (event) => event.target.closest("input:not([type=hidden]), textarea, select");
  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") {
      event.preventDefault();
      const next = rows.find((row, index) => index > at() && "open" in row.dataset);
      if (next) go(next); else document.querySelector("[data-next]")?.click();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && at() >= 0 && !typing(event)) {
      event.preventDefault();
      go(rows[at() + (event.key === "ArrowDown" ? 1 : -1)]);
    } else if (event.altKey && (event.code === "KeyY" || event.code === "KeyN")) {
      const row = rows[at()];
      const press = row?.querySelector(event.code === "KeyY" ? "[data-accept]" : "[data-reject]");
      if (press) { event.preventDefault(); press.click(); }
    }
  });
}
if (/^#(row-\d+|next)$/.test(location.hash)) document.querySelector(location.hash)?.focus();
