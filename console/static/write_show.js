"use strict";

/* Show what the console answers to a save: notes, conflicts and the findings of the checks. */

(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;

  function show(answer) {
    ["notes", "conflicts", "checks"].forEach((part) => {
      const place = document.querySelector(`[data-part="${part}"]`);
      const fresh = document.createElement("div");
      fresh.innerHTML = answer.parts[part];
      const isNew = fresh.textContent !== place.textContent;
      if (!isNew || isStillIn(fresh, place)) return;
      place.replaceChildren(...fresh.childNodes);
      if (part === "conflicts") offerChoices();
    });
    const findings = [...document.querySelectorAll("[data-finding]")];
    document.querySelectorAll("[data-at]").forEach((each) => {
      const found = findings.filter((finding) => finding.dataset.finding === each.dataset.at);
      each.replaceChildren(...found.map(note));
    });
  }

  /* Whether somebody is on a button or a link of this part that stays. */
  function isStillIn(fresh, place) {
    const focused = document.activeElement;
    if (!place.contains(focused)) return false;
    const stays = [...fresh.querySelectorAll("a, button")];
    return stays.some((each) => each.outerHTML === focused.outerHTML);
  }

  function note(finding) {
    const line = document.createElement("p");
    const word = document.createElement("b");
    word.textContent = finding.classList.contains("block") ? "Put right: " : "Worth a look: ";
    line.className = `at ${finding.className}`;
    line.append(word, finding.querySelector("[data-message]").textContent);
    const repair = finding.querySelector("button");
    if (repair) line.append(" ", repair.cloneNode(true));
    return line;
  }

  function goTo(place) {
    const there = document.getElementById(place);
    if (!there || place === "editor") return;
    there.scrollIntoView({ block: "nearest" });
    const box = there.matches("input, textarea") ? there : there.querySelector('input:not([type="hidden"]), textarea, button:enabled');
    box?.focus();
  }

  /* Without this file each choice is a button that sends the form. */
  function offerChoices() {
    document.querySelectorAll("[data-conflict]").forEach((each) => {
      each.querySelector(".with-script").hidden = false;
      each.querySelector(".without-script").hidden = true;
      each.scrollIntoView({ block: "start" });
    });
  }

  /* What has the focus stands clear of the bar. */
  form.addEventListener("focusin", (event) => {
    const bar = form.querySelector(".save-bar");
    const isUnder = event.target.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
    if (isUnder && !bar.contains(event.target)) event.target.scrollIntoView({ block: "nearest" });
  });

  form.addEventListener("checkin:answer", (event) => show(event.detail));
  form.addEventListener("checkin:go", (event) => goTo(event.detail));
  offerChoices();
})();
