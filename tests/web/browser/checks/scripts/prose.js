() => [...document.querySelectorAll("main p, main li, main .govuk-hint, main .govuk-error-message")]
  .filter((e) => e.checkVisibility() && !e.querySelector("p, li, table, a, button"))
  .map((e) => [...e.querySelectorAll("[aria-hidden=true], .huibao-hash, code")].reduce((text, part) => text.replace(part.textContent, ""), e.textContent).trim())
