() => {
  const faults = [];
  const leave = document.querySelector("form[action$='/leave']");
  const warning = document.querySelector("[data-session-seconds]");
  if (!leave) return faults;
  if (!warning) return ["A18 nobody says when the session ends"];
  const seconds = Number(warning.dataset.sessionSeconds);
  if (!(seconds >= 1200)) faults.push(`A18 a session of ${seconds} seconds`);
  if (warning.getAttribute("role") !== "alert") faults.push("A18 the warning is not announced");
  if (!warning.querySelector("button")) faults.push("A18 the session cannot be made longer by one press");
  if (!warning.dataset.sessionKeep) faults.push("A18 nowhere to make the session longer");
  for (const form of document.querySelectorAll("main form[method=post]"))
    if (!form.elements.csrfmiddlewaretoken) faults.push("A18 a form whose text would be lost: " + form.action);
  return faults;
}
