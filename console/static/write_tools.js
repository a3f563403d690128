"use strict";

/* Helps with writing: marks by buttons and keys, a dialog for links, what is pasted from Word and
   the like made into text, and how many characters an inbox shows. Whatever it changes goes through
   the browser's own editing, so that Ctrl+Z takes it back. */

(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;

  const ITEM = /^(?:[-*] |\d+[.)] )/;
  const TOOLS = [
    { face: "B", name: "Bold", key: "b", use: (area) => toggle(area, "**") },
    { face: "I", name: "Italic", key: "i", use: (area) => toggle(area, "*") },
    { face: "Link", name: "Link", key: "k", use: askForLink },
    { face: "• List", name: "List", key: "", use: toggleList },
  ];

  /* Put words in place of a part of the text, and select a part of them. */
  function insert(area, from, to, words, selected = [words.length, words.length]) {
    area.focus();
    area.setSelectionRange(from, to);
    document.execCommand(words ? "insertText" : "delete", false, words);
    area.setSelectionRange(from + selected[0], from + selected[1]);
  }

  function starsBefore(text) {
    return /\**$/.exec(text)[0].length;
  }

  function has(stars, mark) {
    return mark === "**" ? stars >= 2 : stars % 2 === 1;
  }

  /* Bold and italic: pressed a second time, the marks go again. */
  function toggle(area, mark) {
    const words = area.value.slice(area.selectionStart, area.selectionEnd);
    const from = area.selectionStart + words.length - words.trimStart().length;
    const to = Math.max(from, area.selectionEnd - (words.length - words.trimEnd().length));
    const text = area.value.slice(from, to);
    const [before, after] = [area.value.slice(0, from), area.value.slice(to)];
    const around = Math.min(starsBefore(before), /^\**/.exec(after)[0].length);
    const within = Math.min(/^\**/.exec(text)[0].length, starsBefore(text));
    const long = mark.length;
    if (has(around, mark)) insert(area, from - long, to + long, text, [0, text.length]);
    else if (text.length > 2 * long && has(within, mark)) insert(area, from, to, text.slice(long, -long), [0, text.length - 2 * long]);
    else wrap(area, from, to, text || "words", mark);
  }

  /* Marks hold for a line: each line of a selection gets its own. */
  function wrap(area, from, to, text, mark) {
    const lines = text.split("\n").map((line) => {
      const start = ITEM.exec(line)?.[0] || "";
      const words = line.slice(start.length).trim();
      return words ? `${start}${mark}${words}${mark}` : line;
    });
    const isOne = lines.length === 1 && lines[0].startsWith(mark);
    const all = lines.join("\n");
    insert(area, from, to, all, isOne ? [mark.length, all.length - mark.length] : [0, all.length]);
  }

  function toggleList(area) {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const end = area.value.indexOf("\n", area.selectionEnd);
    const to = end < 0 ? area.value.length : end;
    const lines = area.value.slice(from, to).split("\n");
    const isList = lines.every((line) => !line || line.startsWith("- "));
    const words = lines.join("") ? lines : ["one thing"];
    const changed = words.map((line) => (isList ? line.replace(/^- /, "") : line && `- ${line.replace(ITEM, "")}`)).join("\n");
    insert(area, from, to, changed, [0, changed.length]);
  }

  /* A link: its words and its address, in a dialog; a link around the caret is changed. */
  const dialog = document.createElement("dialog");
  dialog.className = "link-dialog";
  dialog.innerHTML = `<form method="dialog">
    <h2 id="link-title">Link</h2>
    <div class="field"><label for="link-words">Words to press</label><input type="text" id="link-words" autocomplete="off"></div>
    <div class="field"><label for="link-address">Address</label><p class="hint" id="link-hint">Like www.gov.uk/benefits, an email address or a telephone number.</p><input type="text" id="link-address" autocomplete="off" inputmode="url" aria-describedby="link-hint"></div>
    <div class="buttons"><button value="put">Put the link in</button><button class="second" value="cancel">Cancel</button></div>
  </form>`;
  dialog.setAttribute("aria-labelledby", "link-title");
  document.body.append(dialog);
  const [wordsBox, addressBox] = dialog.querySelectorAll("input");

  function linkAt(area) {
    const links = area.value.matchAll(/\[([^\]\n]*)\]\(([^)\s]*)\)/g);
    const found = [...links].find((each) => each.index <= area.selectionStart && area.selectionEnd <= each.index + each[0].length);
    if (found) return { from: found.index, to: found.index + found[0].length, words: found[1], address: found[2] };
    const { selectionStart: from, selectionEnd: to } = area;
    const words = area.value.slice(from, to);
    return /^(?:https?:\/\/|www\.)\S+$/.test(words) ? { from, to, words: "", address: words } : { from, to, words, address: "" };
  }

  function askForLink(area) {
    const place = linkAt(area);
    [wordsBox.value, addressBox.value] = [place.words.replace(/\s*\n\s*/g, " ").trim(), place.address];
    dialog.returnValue = "";
    dialog.onclose = () => {
      const address = full(addressBox.value.trim());
      if (dialog.returnValue !== "put" || !address) return area.focus();
      const words = `[${wordsBox.value.trim() || addressBox.value.trim()}](${address})`;
      insert(area, place.from, place.to, words);
    };
    dialog.showModal();
    (wordsBox.value ? addressBox : wordsBox).focus();
  }

  function full(address) {
    const digits = address.replace(/[\s()]/g, "");
    if (!address || /^[a-z]+:/i.test(address) || address.startsWith("{{")) return address.replace(/ /g, "%20");
    if (/^\+?[\d-]{5,}$/.test(digits)) return `tel:${digits}`;
    return address.includes("@") && !address.includes("/") ? `mailto:${address}` : `https://${address.replace(/ /g, "%20")}`;
  }

  /* The console makes Markdown of it. The paste waits for the answer, so that caret, selection and
     undo stay as they are; without a line the plain words go in as ever. */
  function paste(event) {
    const area = event.target;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if (!html && !/https?:|^\s*[^\w\s]/m.test(text)) return;
    const found = navigator.onLine && !form.classList.contains("unsaved") ? converted(html, text) : null;
    if (!found) return;
    event.preventDefault();
    document.execCommand("insertText", false, found.text);
    say(area, found.said);
  }

  function converted(html, text) {
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.paste, false);
    request.setRequestHeader("X-Checkin-Background", "typing");
    try {
      request.send(new URLSearchParams({ csrf_token: form.elements.csrf_token.value, html, text }));
      return request.status === 200 ? JSON.parse(request.responseText) : null;
    } catch {
      return null;
    }
  }

  function say(area, sentences) {
    const place = area.parentElement.querySelector("[data-said]");
    place.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("p"), { className: "at", textContent: sentence })));
  }

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
    bar.append(...TOOLS.map((tool) => buttonOf(tool, area)));
    const said = document.createElement("div");
    said.dataset.said = "";
    said.setAttribute("role", "status");
    area.before(bar);
    area.after(said);
    area.addEventListener("paste", paste);
    area.addEventListener("keydown", (event) => {
      const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const tool = isCommand && TOOLS.find((each) => each.key === event.key.toLowerCase());
      if (!tool) return;
      event.preventDefault();
      tool.use(area);
    });
  }

  function buttonOf({ face, name, key, use }, area) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "tool", textContent: face });
    button.setAttribute("aria-label", name);
    if (key) button.setAttribute("aria-keyshortcuts", `Control+${key.toUpperCase()}`);
    button.addEventListener("click", () => use(area));
    return button;
  }

  function help() {
    form.querySelectorAll("[data-count]:not([data-helped])").forEach(counted);
    form.querySelectorAll("[data-markdown]:not([data-helped])").forEach(tooled);
    form.querySelectorAll("[data-count], [data-markdown]").forEach((box) => (box.dataset.helped = ""));
  }

  form.addEventListener("checkin:boxes", help);
  help();
})();
