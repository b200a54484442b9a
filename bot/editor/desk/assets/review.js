// The keyboard, and the source beside the candidate that is being looked at. Without it all works
// by forms and links.
"use strict";

const form = document.querySelector("form.desk");
const candidates = [...document.querySelectorAll(".candidate")];
const typing = (at) => at.matches("input[type=text], textarea, select");
const current = () => document.activeElement.closest(".candidate");

function show(candidate) {
  document.querySelectorAll("mark.now").forEach((one) => one.classList.remove("now"));
  const marks = [...document.querySelectorAll("mark")].filter((one) => one.dataset.of === candidate.id);
  marks.forEach((one) => one.classList.add("now"));
  const pane = document.querySelector(".source");
  if (marks.length && pane) {
    const away = marks[0].getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += away - pane.clientHeight / 3;
  }
}

function step(by) {
  const next = candidates[Math.max(0, Math.min(candidates.length - 1, candidates.indexOf(current()) + by))];
  if (next) next.focus();
}

function press(selector) {
  const button = (current() || form).querySelector(selector);
  if (button) form.requestSubmit(button);
}

function first(selector, act) {
  const found = current() && current().querySelector(selector);
  if (found) act(found);
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press("button[data-key=accept]"),
  d: () => current() && press("button[data-key=drop]"),
  c: () => first(".doubt input:not(:checked)", (box) => { box.checked = true; }),
  e: () => first("textarea, input[type=text]", (field) => field.focus()),
  u: () => { const undo = form.querySelector("button[value=undo]"); if (undo) form.requestSubmit(undo); },
};

if (form) {
  document.addEventListener("focusin", (event) => {
    const candidate = event.target.closest(".candidate");
    if (candidate) show(candidate);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const held = event.ctrlKey || event.metaKey;
    let act = null;
    if (held && event.key === "s") act = () => form.requestSubmit(form.querySelector("button[value=save]"));
    else if (held && event.key === "Enter") act = () => current() && press("button[data-key=accept]");
    else if (event.key === "Escape" && typing(event.target)) act = () => current() && current().focus();
    else if (!held && !typing(event.target) && Object.hasOwn(keys, event.key)) act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.matches(".candidate")) named.focus();
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
