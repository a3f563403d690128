"use strict";

/* Save what is typed. Every second the boxes go to the console with the text that they were based
   on; it merges them with what others typed and answers with the text of the month. Until it has
   answered, what was typed is kept on this device too, through a lost connection, an ended session
   or a closed window. Saves are numbered: one that was given up and arrives late is known by its
   number. Every button also works without this file. */

(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;

  const SAVE_MS = 1000;
  const IDLE_MS = 8000;
  const RETRY_MS = [2000, 4000, 8000, 16000, 30000];
  const PATIENCE_MS = 20000;
  const BEACON_BYTES = 60000;
  const AWAY = "Not saved: the connection is away. What you typed is kept on this device and saved as soon as the line is back.";
  const WHY = {
    400: "Not saved: this page is out of date. What you typed is kept on this device: reload the page, and it is saved.",
    401: "Not saved: your session has ended. What you typed is kept on this device: reload the page, sign in, and it is saved.",
    403: "Not saved: your role does not write any more. Copy what you want to keep.",
    404: "Not saved: this month is not there any more. Copy what you want to keep.",
    409: "Not saved: this month can no longer be changed. Copy what you want to keep.",
    413: "Not saved: the text is larger than 2 MB. Shorten it.",
  };

  const status = document.querySelector("[data-status]");
  const slot = `checkin ${form.dataset.editor} ${new URL(form.action).pathname} `;
  const own = `${slot}${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  let turn = 0;
  let was = JSON.parse(form.elements.was.value);
  let pending = null;
  let line = Promise.resolve();
  let timer = 0;
  let failures = 0;
  let isLeaving = false;

  /* The text in the boxes, in the shape of the console's JSON. */
  function read() {
    const text = { tips: [] };
    text.questions = [...form.querySelectorAll('input[name="question"]')].map((each) => each.value);
    boxes().forEach((box) => {
      const [name, number, part] = box.dataset.field.split(".");
      if (part) (text.tips[number - 1] ??= {})[part] = box.value;
      else text[name] = box.value;
    });
    return text;
  }

  function boxes() {
    return [...form.querySelectorAll("[name][data-field]")];
  }

  function same(one, other) {
    const names = Object.keys(one);
    return names.every((name) => written(one[name]) === written(other[name]));
  }

  /* The console leaves out what is empty and need not be there. */
  function written(part) {
    const filled = (tip) => Object.entries(tip).filter(([, words]) => words).sort();
    const each = (item) => (typeof item === "object" ? filled(item) : item);
    return JSON.stringify(Array.isArray(part) ? part.map(each) : part || "");
  }

  function withFields(text, fields) {
    const copy = structuredClone(text);
    Object.entries(fields).forEach(([field, words]) => {
      const [name, number, part] = field.split(".");
      if (!part) copy[name] = words;
      else if (copy.tips[number - 1]) copy.tips[number - 1][part] = words;
    });
    return copy;
  }

  function isChanged() {
    return pending !== null || !same(read(), was);
  }

  /* The page's other scripts listen for these. */
  function tell(name, detail) {
    form.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /* The line is read out when it changes, and only then. */
  function say(words) {
    if (status.textContent !== words) status.textContent = words;
  }

  function keepOnDevice() {
    try {
      if (isChanged()) localStorage.setItem(own, JSON.stringify({ pending, text: read(), was }));
      else localStorage.removeItem(own);
    } catch {
      say("This device keeps nothing: stay on this page until it says Saved.");
    }
  }

  function body(text, base, press) {
    const data = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, was: JSON.stringify(base), ...press });
    Object.entries(text).forEach(([name, words]) => typeof words === "string" && data.set(name, words));
    text.questions.forEach((key) => data.append("question", key));
    const rows = new Set(text.tips.flatMap(Object.keys));
    text.tips.forEach((tip) => rows.forEach((row) => data.append(`tip_${row}`, tip[row] || "")));
    return data;
  }

  function numbered(key, number) {
    return { page: key.slice(slot.length), turn: number };
  }

  async function send(text, base, more, isTyped = true) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: body(text, base, more),
      headers: { "X-Checkin-Background": isTyped ? "typing" : "idle" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return answer.json();
    throw Object.assign(new Error("not saved"), { status: answer.status });
  }

  /* One request at a time; what was not answered is sent again word for word, under its number,
     before anything else. */
  function save(press) {
    clearTimeout(timer);
    timer = 0;
    line = line.then(() => saveInTurn(press));
    return line;
  }

  async function saveInTurn(press) {
    const isTyped = isChanged() || press !== undefined;
    try {
      if (pending) await step(pending);
      await step({ text: read(), was, turn: isTyped ? ++turn : 0 }, press);
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  async function step(typed, press) {
    if (typed.turn) pending = typed;
    keepOnDevice();
    if (typed.turn) say("Saving…");
    const number = typed.turn ? numbered(own, typed.turn) : {};
    const answer = await send(typed.text, typed.was, { ...number, ...press }, Boolean(typed.turn));
    pending = null;
    failures = 0;
    apply(answer, typed.text);
    keepOnDevice();
    if (answer.conflicts.length) say("Not all of it is saved: choose at the top");
    else say(answer.said.join(" ") || (isChanged() ? "Saving…" : "Saved"));
    form.classList.remove("unsaved");
    tell("checkin:saved");
    if (press) tell("checkin:go", answer.place);
  }

  function failed(error) {
    keepOnDevice();
    form.classList.toggle("unsaved", isChanged());
    if (isChanged()) say(WHY[error.status] || AWAY);
    if (!WHY[error.status]) later(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }

  function later(wait) {
    if (!timer) timer = setTimeout(save, wait);
  }

  /* Boxes that were typed into meanwhile stay; the next save merges them with what came back. */
  function apply(answer, sent) {
    const held = Object.fromEntries(answer.conflicts.map((each) => [each.field, each.base]));
    if (same(read(), sent)) {
      fill(answer);
      was = withFields(answer.text, held);
    } else {
      was = withFields(sent, held);
      later(SAVE_MS);
    }
    form.elements.was.value = JSON.stringify(was);
    tell("checkin:answer", answer);
  }

  function fill(answer) {
    const now = read();
    if (written(now.questions) !== written(answer.shown.questions)) replace("questions", answer);
    if (now.tips.length !== answer.shown.tips.length) replace("tips", answer);
    boxes().forEach((box) => {
      const [name, number, part] = box.dataset.field.split(".");
      put(box, (part ? answer.shown.tips[number - 1][part] : answer.shown[name]) || "");
    });
  }

  function replace(part, answer) {
    const place = form.querySelector(`[data-part="${part}"]`);
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.innerHTML = answer.parts[part];
    tell("checkin:boxes");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  function put(box, words) {
    if (box.value === words) return;
    const { selectionStart: from, selectionEnd: to, value: before } = box;
    let common = 0;
    while (common < before.length && before[common] === words[common]) common++;
    const moved = (at) => (at <= common ? at : Math.max(common, at + words.length - before.length));
    box.value = words;
    if (box === document.activeElement) box.setSelectionRange(moved(from), moved(to));
    box.dispatchEvent(new CustomEvent("checkin:put"));
  }

  /* Two people changed the same words: until somebody chooses, the box keeps its old base. */
  function choose(button) {
    const conflict = button.closest("[data-conflict]");
    const { conflict: field, theirs } = conflict.dataset;
    const box = boxes().find((each) => each.dataset.field === field);
    const mine = box.value;
    const chosen = { mine, theirs, both: `${theirs}${box.tagName === "INPUT" ? " " : "\n\n"}${mine}` }[button.dataset.choose];
    was = withFields(was, { [field]: theirs });
    put(box, chosen);
    box.focus();
    conflict.remove();
    save();
  }

  /* What an earlier window could not save: its unanswered request first, then the rest. */
  async function recover(key) {
    const left = JSON.parse(localStorage.getItem(key));
    let base = left.was;
    if (left.pending) {
      const answer = await send(left.pending.text, left.pending.was, numbered(key, left.pending.turn));
      const held = Object.fromEntries(answer.conflicts.map((each) => [each.field, each.base]));
      base = withFields(left.pending.text, held);
    }
    const answer = await send(left.text, base, numbered(own, ++turn));
    apply(answer, read());
    localStorage.removeItem(key);
    say("Saved, with what you had typed before");
    tell("checkin:saved");
  }

  function recoverAll() {
    const left = Object.keys(localStorage).filter((key) => key.startsWith(slot) && key !== own);
    left.forEach((key) => {
      form.inert = true;
      line = line.then(() => recover(key)).catch(failed);
    });
    line = line.then(() => (form.inert = false));
  }

  form.addEventListener("input", (event) => {
    if (!event.target.dataset.field) return;
    if (!form.classList.contains("unsaved")) say(isChanged() ? "Saving…" : "Saved");
    keepOnDevice();
    later(SAVE_MS);
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (button) choose(button);
  });

  form.addEventListener("submit", async (event) => {
    if (isLeaving) return;
    event.preventDefault();
    const press = event.submitter?.value || "";
    const isReady = press === "save";
    const pick = { starter: form.elements.starter?.value || "", another: form.elements.another?.value || "" };
    const isSaved = await save(isReady || !press ? undefined : { do: press, ...pick });
    if (!isReady || !isSaved || document.querySelector("[data-conflict]")) return;
    isLeaving = true;
    form.requestSubmit(event.submitter);
  });

  addEventListener("online", () => save());
  addEventListener("beforeunload", (event) => {
    if (isLeaving || !isChanged()) return;
    event.preventDefault();
    save();
  });
  addEventListener("pagehide", () => {
    if (isLeaving || pending || !isChanged()) return;
    pending = { text: read(), was, turn: ++turn };
    keepOnDevice();
    const data = body(pending.text, was, numbered(own, turn));
    if (data.toString().length > BEACON_BYTES) return;
    fetch(form.action, { method: "POST", body: data, keepalive: true, headers: { "X-Checkin-Background": "typing" } });
  });
  setInterval(() => {
    if (!document.hidden && !timer && !isChanged()) save();
  }, IDLE_MS);

  recoverAll();
})();
