"use strict";

/* Helps with writing: how many characters an inbox shows, and buttons that write the marks. */

(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;

  const TOOLS = [
    ["B", "Bold", (words) => `**${words || "words"}**`],
    ["I", "Italic", (words) => `*${words || "words"}*`],
    ["Link", "Link", (words) => `[${words || "where it leads"}](https://)`],
    ["• List", "List", (words) => (words || "one thing").split("\n").map((line) => `- ${line}`).join("\n")],
  ];

  function counted(input) {
    const line = document.createElement("p");
    const count = () => {
      line.textContent = `${input.value.length} of ${input.dataset.count} characters`;
      line.className = `counted${input.value.length > Number(input.dataset.count) ? " over-long" : ""}`;
    };
    input.after(line);
    input.addEventListener("input", count);
    input.addEventListener("checkin:put", count);
    count();
  }

  function tooled(area) {
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
        area.focus();
        const words = area.value.slice(area.selectionStart, area.selectionEnd);
        document.execCommand("insertText", false, mark(words));
      });
      bar.append(button);
    });
    area.before(bar);
  }

  function help() {
    form.querySelectorAll("[data-count]:not([data-helped])").forEach(counted);
    form.querySelectorAll("[data-markdown]:not([data-helped])").forEach(tooled);
    form.querySelectorAll("[data-count], [data-markdown]").forEach((box) => (box.dataset.helped = ""));
  }

  form.addEventListener("checkin:boxes", help);
  help();
})();
