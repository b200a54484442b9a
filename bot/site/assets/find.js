// Search in the page: all of the index is here, and what is typed never leaves it.
"use strict";
(() => {
  const MOST = 20;
  const ENOUGH = 0.6; // of what was typed, where nothing has all of it: half-remembered words
  const box = document.getElementById("search");
  const words = document.getElementById("words");
  const told = document.getElementById("told");
  const found = document.getElementById("found");
  let index = null;

  const fold = (text) => text.normalize("NFKC").toLowerCase();

  // Words of letters and digits as they are; of Chinese each two characters that follow each other.
  const parts = (text) => {
    const made = new Set();
    for (const word of fold(text).match(/[\p{Script=Han}]+|[^\s\p{Script=Han}\p{P}]+/gu) || []) {
      if (!/\p{Script=Han}/u.test(word) || [...word].length < 2) { made.add(word); continue; }
      const signs = [...word];
      for (let at = 0; at + 1 < signs.length; at++) made.add(signs[at] + signs[at + 1]);
    }
    return [...made];
  };

  const load = () => {
    index ??= fetch(box.dataset.index).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then((rows) => rows.map(([path, line, note, more]) => (
      { path, line, note, first: fold(line), all: fold(`${line} ${note} ${more}`) }
    )));
    index.catch(() => { index = null; });
    return index;
  };

  const look = (rows, typed) => {
    const asked = parts(typed);
    if (!asked.length) return [];
    const scored = [];
    for (const row of rows) {
      const share = asked.filter((part) => row.all.includes(part)).length / asked.length;
      const first = asked.filter((part) => row.first.includes(part)).length / asked.length;
      if (share >= ENOUGH) scored.push({ row, share, score: share * 2 + first });
    }
    const whole = scored.filter((one) => one.share === 1);
    return (whole.length ? whole : scored).sort((a, b) => b.score - a.score).map((one) => one.row);
  };

  const show = (rows) => {
    found.replaceChildren(...rows.slice(0, MOST).map((row) => {
      const [item, title, link, note] = ["li", "div", "a", "div"].map((n) => document.createElement(n));
      link.href = box.dataset.root + row.path;
      link.textContent = row.line;
      note.className = "note";
      note.textContent = row.note;
      title.append(link);
      item.append(title, note);
      return item;
    }));
  };

  const search = async () => {
    const typed = words.value;
    if (!typed.trim()) { told.textContent = ""; show([]); return; }
    try {
      const rows = look(await load(), typed);
      if (typed !== words.value) return; // typed on meanwhile
      show(rows);
      const count = rows.length > MOST ? `${MOST}+` : String(rows.length);
      told.textContent = rows.length ? box.dataset.found.replace("{count}", count) : box.dataset.nothing;
    } catch {
      told.textContent = box.dataset.broken;
    }
  };

  words.addEventListener("focus", load, { once: true });
  words.addEventListener("input", search);
  box.hidden = false;
})();
