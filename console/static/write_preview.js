"use strict";

/* The preview follows what is saved without a jump, and shows the part that is being written. */

(() => {
  const form = document.querySelector("[data-preview]");
  const frame = document.querySelector('iframe[name="preview"]');
  const device = document.querySelector("[data-device]");
  let view = document.querySelector('[data-view][aria-pressed="true"]').dataset.view;
  let isMovedByHand = false;
  let isMoving = false;

  /* Phone, desktop and dark are one document, looked at in three ways. */
  function address() {
    const there = new URL(form.dataset.preview, location.href);
    there.searchParams.set("view", view === "text" ? "text" : "phone");
    return there;
  }

  async function refresh() {
    const answer = await fetch(address(), { headers: { "X-Checkin-Background": "idle" } }).catch(() => null);
    if (!answer?.ok) return;
    const kind = answer.headers.get("Content-Type").split(";")[0];
    const isDraft = answer.headers.get("Content-Security-Policy").includes("allow-same-origin");
    if (isDraft && frame.contentDocument?.contentType === kind) swap(await answer.text());
    else frame.contentWindow.location.replace(address());
  }

  /* The document stays, and with it the place that somebody looks at. */
  function swap(page) {
    const { contentDocument: shown, contentWindow: pane } = frame;
    const [x, y] = [pane.scrollX, pane.scrollY];
    if (shown.contentType === "text/plain") shown.body.firstElementChild.textContent = page;
    else shown.documentElement.innerHTML = page.replace(/^<!doctype html>/i, "");
    isMoving = true;
    pane.scrollTo(x, y);
    watch();
  }

  function watch() {
    if (!frame.contentDocument) return;
    frame.contentWindow.onscroll = () => {
      if (!isMoving) isMovedByHand = true;
      isMoving = false;
    };
  }

  /* Whoever scrolled the preview keeps that place until they go on to another field. */
  function follow(field) {
    const shown = frame.contentDocument;
    if (!shown || isMovedByHand) {
      isMovedByHand = false;
      return;
    }
    const [name, number, part] = field.split(".");
    const half = shown.querySelector((part || name).startsWith("welsh_") ? 'div[lang="cy"]' : "body") || shown;
    const inHalf = (all) => half.querySelectorAll(all);
    const place = name === "tips" ? inHalf(".tip-title")[number - 1] : inHalf(`.${name.replace("welsh_", "")}`)[0] || inHalf(".title")[0];
    const box = place?.getBoundingClientRect();
    if (!box || (box.top >= 0 && box.bottom <= frame.clientHeight)) return;
    isMoving = true;
    frame.contentWindow.scrollBy(0, box.top - frame.clientHeight / 4);
  }

  let last = null;
  form.addEventListener("focusin", (event) => {
    if (!event.target.dataset.field) return;
    last = event.target;
    follow(last.dataset.field);
  });
  document.querySelector("[data-back]").addEventListener("click", (event) => {
    if (!last?.isConnected) return;
    event.preventDefault();
    last.focus();
    last.scrollIntoView({ block: "center" });
  });
  form.addEventListener("checkin:saved", refresh);
  addEventListener("blur", () => {
    if (document.activeElement === frame) frame.scrollIntoView({ block: "nearest" });
  });
  frame.addEventListener("load", watch);
  watch();

  document.querySelectorAll("[data-view]").forEach((tab) => {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      view = tab.dataset.view;
      device.className = `device ${view} beside`;
      document.querySelectorAll("[data-view]").forEach((each) => {
        each.setAttribute("aria-pressed", String(each === tab));
      });
      refresh();
    });
  });
})();
