"use strict";

/* Live progress: fetch the part that changes and put it in place. Without script the page has a
   link to look again; nothing else depends on this file. */

const EVERY_MS = 3000;

function watch(place) {
  const announce = document.querySelector("[data-announce]");
  const box = addPauseBox(place);
  let state = place.querySelector("[data-state]").dataset.state;
  let held = place.querySelector("[data-held]").dataset.held;

  async function look() {
    if (box.checked || document.hidden) return;
    const answer = await fetch(place.dataset.live, { headers: { "X-Checkin-Background": "1" } });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    const seen = fresh.content.querySelector("[data-state]").dataset;
    if (seen.state !== state || seen.held !== held) return location.reload();
    const changed = seen.settled !== place.querySelector("[data-state]").dataset.settled;
    if (!place.contains(document.activeElement)) place.replaceChildren(fresh.content);
    document.querySelector("[data-sentence]").textContent = seen.standing;
    if (changed && announce) sayNowAndThen(announce, place.querySelector(".tally"));
  }

  setInterval(() => look().catch(() => undefined), EVERY_MS);
}

/* A screen reader hears the tally every half minute, not every three seconds. */
let said = 0;
function sayNowAndThen(announce, tally) {
  if (!tally || Date.now() - said < 30000) return;
  said = Date.now();
  announce.textContent = tally.textContent;
}

function addPauseBox(place) {
  const line = place.parentElement.querySelector(".live");
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  label.append(box, " Hold still");
  line.replaceChildren("Updates by itself. ", label);
  return box;
}

document.querySelectorAll("[data-live]").forEach(watch);

const summary = document.getElementById("error-summary");
if (summary) summary.focus();
