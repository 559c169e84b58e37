// The diary on a phone: each tap is kept here first, then sent, and forgotten here only when the server says that it has it.
"use strict";
(() => {
  const STORE = "outbox", ABOUT = "about", AT_ONCE = 500;

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("lenitive", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "uid" });
      request.result.createObjectStore(ABOUT, { keyPath: "name" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const run = async (store, mode, act) => {
    const db = await opened;
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  };
  const keep = (entry) => run(STORE, "readwrite", (s) => s.put(entry));
  const waiting = () => run(STORE, "readonly", (s) => s.getAll());
  const forget = (uid) => run(STORE, "readwrite", (s) => s.delete(uid));
  const remember = (about) => run(ABOUT, "readwrite", (s) => s.put({ name: "last", ...about }));
  const remembered = () => run(ABOUT, "readonly", (s) => s.get("last"));
  const clear = async () => {
    await run(STORE, "readwrite", (s) => s.clear());
    await run(ABOUT, "readwrite", (s) => s.clear());
  };

  const two = (n) => String(n).padStart(2, "0");
  const localDay = (d) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  const moment = () => {
    const now = new Date(), off = -now.getTimezoneOffset(), size = Math.abs(off);
    return `${localDay(now)}T${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${String(now.getMilliseconds()).padStart(3, "0")}` +
      `${off < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  };

  // The words stand in the page, in its language.
  const words = document.getElementById("words").dataset;
  const told = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

  const state = document.getElementById("state");
  const say = (words) => { if (state) state.textContent = words; };
  const cookie = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";

  let sending = null;
  const send = () => { sending = (sending || Promise.resolve()).then(sendAll, sendAll); return sending; };
  const sendAll = async () => {
    // In the order in which they were tapped: the newest word counts.
    const entries = (await waiting()).sort((a, b) => a.tapped - b.tapped);
    if (!entries.length) return;
    if (!navigator.onLine) { say(words.safe); return; }
    const parts = [];
    for (const route of new Set(entries.map((entry) => entry.route))) {
      const own = entries.filter((entry) => entry.route === route);
      for (let i = 0; i < own.length; i += AT_ONCE) parts.push([route, own.slice(i, i + AT_ONCE)]);
    }
    for (const [route, own] of parts) {
      let answer;
      try {
        const response = await fetch(route, {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie() },
          body: JSON.stringify({ now: moment(), entries: own.map(({ route: _, tapped: __, ...entry }) => entry) }),
          redirect: "error",
        });
        if (!response.ok) throw new Error(String(response.status));
        answer = await response.json();
      } catch {
        // Another person's entries on this phone may go nowhere while hers can be sent.
        say(words.safeSigned);
        continue;
      }
      for (const uid of answer.kept) await forget(uid);
      for (const one of answer.refused) { await forget(one.uid); say(told(words.notSaved, { why: one.why })); }
      if (answer.call) { window.location.assign(route.replace(/sync$/, "help")); return; }
      if (!answer.refused.length) { const now = new Date(); say(told(words.sent, { time: `${now.getHours()}:${two(now.getMinutes())}` })); }
    }
  };

  const saved = document.getElementById("saved");
  let undo = null;
  const shown = (words, back) => {
    if (!saved) return;
    saved.hidden = false;
    saved.querySelector("span").textContent = words;
    undo = back;
  };
  if (saved) saved.querySelector(".undo").addEventListener("click", async () => { if (undo) { await undo(); saved.hidden = true; undo = null; } });

  const valueOf = (button) => (/^\d+$/.test(button.value) ? Number(button.value) : button.value);

  const entered = async (form, button) => {
    const about = form.hasAttribute("data-offline") ? await remembered() : { route: form.dataset.sync };
    if (!about) { say(words.openOnce); return; }
    const data = new FormData(form);
    const kind = data.get("kind") || "diary";
    const day = form.dataset.day || localDay(new Date());
    const values = kind === "effect" ? { effect: data.get("effect"), severity: button.value }
      : kind === "activity" ? { activity: button.value, ...(data.get("minutes") ? { minutes: Number(data.get("minutes")) } : {}) }
      : { [button.name]: valueOf(button) };
    const entry = { uid: crypto.randomUUID(), kind, day, at: moment(), values, screen: form.dataset.screen, route: about.route, tapped: performance.timeOrigin + performance.now() };
    await keep(entry);
    const group = button.closest("[data-scale]");
    if (kind === "activity") { button.disabled = true; shown(words.saved, null); await send(); return; }
    for (const other of group.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    shown(told(words.savedValue, { value: button.textContent.replace(/\s+/g, " ").trim().split(" ").pop() }), async () => {
      button.setAttribute("aria-pressed", "false");
      const back = kind === "effect" ? { effect: data.get("effect"), severity: "none" } : { clear: [button.name] };
      await keep({ ...entry, uid: crypto.randomUUID(), at: moment(), values: back, tapped: performance.timeOrigin + performance.now() });
      await send();
    });
    await send();
  };

  for (const form of document.querySelectorAll("form[data-diary]")) {
    form.addEventListener("submit", (event) => {
      if (!event.submitter || !event.submitter.name) return;
      event.preventDefault();
      entered(form, event.submitter);
    });
    // Arrow keys move among the keys of a scale; Enter saves, as on any button.
    form.addEventListener("keydown", (event) => {
      const keys = [...event.target.closest("[data-scale]")?.querySelectorAll("button") || []];
      const at = keys.indexOf(event.target), step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (at < 0 || !step) return;
      event.preventDefault();
      keys[(at + step + keys.length) % keys.length].focus();
    });
  }

  const first = document.querySelector("form[data-sync]");
  if (first) remember({ route: first.dataset.sync });
  const when = document.querySelector("[data-when]");
  if (when) when.textContent = new Date().toLocaleDateString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" });

  for (const out of document.querySelectorAll("form[action$='/logout/']")) {
    let sure = false;
    out.addEventListener("submit", async (event) => {
      if (sure) return;
      event.preventDefault();
      await send();
      const left = (await waiting()).length;
      if (left && !window.confirm(told(words.leave, { n: left }))) return;
      await clear();
      sure = true;
      out.submit();
    });
  }

  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js", { scope: "/" });
  send();
})();
