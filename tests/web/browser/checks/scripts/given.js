() => [...document.querySelectorAll("main input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=password]):not([type=file]), main textarea")]
  .filter((e) => e.checkVisibility() && e.labels?.length).map((e) => [e.labels[0].textContent.trim(), e.value])
