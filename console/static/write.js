"use strict";

/* The editor, live: keep what is typed, check it, show the email it makes. Every button also works
   without this file; it only saves presses. */

const QUIET_MS = 900;
const form = document.querySelector("[data-editor]");
const frame = document.querySelector('iframe[name="preview"]');
const device = document.querySelector("[data-device]");
const status = document.querySelector("[data-status]");
let view = document.querySelector('[data-view][aria-pressed="true"]').dataset.view;
let shown = part();
let timer = 0;
let keeping = false;
let isChanged = false;

function soon() {
  isChanged = true;
  clearTimeout(timer);
  timer = setTimeout(keep, QUIET_MS);
}

async function keep() {
  if (keeping) return soon();
  keeping = true;
  isChanged = false;
  status.textContent = "Keeping…";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Checkin-Background": "1" },
    });
    if (answer.ok) put(await answer.text());
    else status.textContent = WHY[answer.status] || UNKEPT;
  } catch {
    status.textContent = UNKEPT;
  }
  keeping = false;
}

const UNKEPT = "Not kept: the connection is away. Nothing typed is lost while this page is open.";
const WHY = {
  400: "This form is out of date. Press Save: nothing you typed is lost.",
  401: "Your session has ended. Press Save and sign in again: nothing you typed is lost.",
  409: "This month can no longer be changed. Copy what you want to keep.",
};

function put(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const place = document.querySelector("[data-checks]");
  if (!place.contains(document.activeElement)) place.replaceChildren(fresh.content);
  document.querySelectorAll("[data-at]").forEach((each) => {
    const found = place.querySelectorAll(`li[data-field="${each.dataset.at}"]`);
    each.replaceChildren(...[...found].map(note));
  });
  status.textContent = "Kept";
  load();
}

function note(finding) {
  const line = document.createElement("p");
  const word = document.createElement("b");
  word.textContent = finding.classList.contains("block") ? "Put right: " : "Worth a look: ";
  line.className = `at ${finding.className}`;
  line.append(word, finding.querySelector("[data-message]").textContent);
  return line;
}

/* Phone, desktop and dark are one document, looked at in three ways. */
function show() {
  device.className = `device ${view} beside`;
  if (shown !== part()) load();
}

function part() {
  return view === "text" ? "text" : "phone";
}

function load() {
  shown = part();
  const address = new URL(form.dataset.preview, location.href);
  address.searchParams.set("view", shown);
  frame.contentWindow.location.replace(address);
}

document.querySelectorAll("[data-view]").forEach((tab) => {
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    view = tab.dataset.view;
    document.querySelectorAll("[data-view]").forEach((each) => {
      each.setAttribute("aria-pressed", String(each === tab));
    });
    show();
    if (isChanged) keep();
  });
});

/* Letters used of those an inbox shows. */
form.querySelectorAll("[data-count]").forEach((input) => {
  const line = document.createElement("p");
  const count = () => {
    line.textContent = `${input.value.length} of ${input.dataset.count} letters`;
    line.className = `counted${input.value.length > Number(input.dataset.count) ? " over-long" : ""}`;
  };
  input.after(line);
  input.addEventListener("input", count);
  count();
});

/* The toolbar writes the marks that a person would type. */
const TOOLS = [
  ["B", "Bold", (words) => `**${words || "words"}**`],
  ["I", "Italic", (words) => `*${words || "words"}*`],
  ["Link", "Link", (words) => `[${words || "where it leads"}](https://)`],
  ["• List", "List", (words) => (words || "one thing").split("\n").map((line) => `- ${line}`).join("\n")],
];
form.querySelectorAll("[data-markdown]").forEach((area) => {
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `Marks for ${area.labels[0].textContent}`);
  TOOLS.forEach(([face, name, mark]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.textContent = face;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => {
      const words = area.value.slice(area.selectionStart, area.selectionEnd);
      area.setRangeText(mark(words), area.selectionStart, area.selectionEnd, "select");
      area.focus();
      soon();
    });
    bar.append(button);
  });
  area.before(bar);
});

form.addEventListener("input", soon);
form.addEventListener("submit", () => {
  isChanged = false;
  clearTimeout(timer);
});
addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
