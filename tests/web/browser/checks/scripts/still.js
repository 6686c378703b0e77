(ours) => {
  const faults = [];
  // prelude
  for (const e of document.querySelectorAll("audio, video, marquee, blink, object, embed, iframe")) faults.push("A14 plays or moves by itself: " + name(e));
  for (const e of document.querySelectorAll("[target]:not([target=_self])")) faults.push("A14 opens a window of its own: " + name(e));
  const fresh = document.querySelector("meta[http-equiv=refresh]");
  if (fresh) faults.push("A14 loads itself anew: " + fresh.content);
  for (const each of document.getAnimations()) {
    const time = each.effect.getComputedTiming();
    if (time.iterations > 3 && time.duration < 1000) faults.push("A14 flashes: " + name(each.effect.target));
    else if (time.iterations === Infinity) faults.push("A14 moves without an end: " + name(each.effect.target));
  }
  const away = (url) => url && !url.startsWith(ours) && !/^(data:|blob:|#|about:)/.test(url);
  for (const e of document.querySelectorAll("[src], link[href]")) if (away(e.src || e.href)) faults.push("A14 from elsewhere: " + (e.src || e.href));
  for (const one of performance.getEntriesByType("resource")) if (away(one.name)) faults.push("A14 asked elsewhere: " + one.name);
  return faults;
}
