// Comfort for those who have JavaScript: every page works without.
"use strict";

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");
const results = () => [...document.querySelectorAll(".hit .open")];

/** Moves the focus to the result `step` away from the one that has it. */
function moveBy(step) {
  const all = results();
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  all[next]?.focus();
  all[next]?.closest(".hit").scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => document.getElementById("q")?.focus(),
  j: () => moveBy(1),
  k: () => moveBy(-1),
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
  "?": () => { location.href = "/help"; },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

/** Offers speakers, places and outlets for the word being typed, as a listbox below the `number`th `input`. */
function offerCompletions(input, number) {
  const list = document.createElement("ul");
  list.id = `offers-${number}`;
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let chosen = -1;
  let asked = 0;
  let pause = 0;

  const show = (offers) => {
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...offers.map((offer, index) => {
      const item = document.createElement("li");
      item.id = `offer-${number}-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.query = offer.query;
      const name = document.createElement("span");
      name.textContent = offer.name;
      name.dir = "auto";
      const note = document.createElement("span");
      note.className = "n";
      note.textContent = `${offer.field} · ${offer.count}`;
      item.append(name, note);
      return item;
    }));
    list.hidden = offers.length === 0;
    input.setAttribute("aria-expanded", String(offers.length > 0));
  };
  const choose = (index) => {
    const items = [...list.children];
    chosen = items.length ? (index + items.length) % items.length : -1;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", items[chosen].id);
  };
  const take = (item) => {
    input.value = item.dataset.query;
    show([]);
    input.focus();
  };
  const ask = async () => {
    const mine = ++asked;
    const typed = input.value.slice(0, input.selectionStart ?? input.value.length);
    const address = `${input.dataset.suggest}?q=${encodeURIComponent(typed)}`;
    try {
      const answer = await fetch(address);
      const offers = answer.ok ? (await answer.json()).offers : [];
      if (mine === asked && document.activeElement === input) {
        const rest = input.value.slice(typed.length);
        show(offers.map((offer) => ({ ...offer, query: offer.query + rest })));
      }
    } catch {
      show([]);
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) take(item);
  });
  input.addEventListener("blur", () => show([]));
}

document.querySelectorAll("input[data-suggest]").forEach(offerCompletions);

for (const cite of document.querySelectorAll(".cite")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(cite.dataset.text ?? cite.textContent.trim());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  cite.dataset.text = cite.textContent.trim();
  cite.append(" ", button);
}
