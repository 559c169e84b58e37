// Timers of the guided exercises. They run on the phone alone: no network, no sound, no entry by themselves.
"use strict";
(() => {
  for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;

  let lock = null;
  const awake = async () => { try { lock = await navigator.wakeLock.request("screen"); } catch { lock = null; } };
  const asleep = () => { if (lock) lock.release(); lock = null; };
  const two = (n) => String(n).padStart(2, "0");

  const breath = document.querySelector("[data-breath]");
  if (breath) {
    const { in: inS, out: outS, minutes, wordsIn, wordsOut, wordsEnd } = breath.dataset;
    const circle = breath.querySelector(".circle"), now = breath.querySelector(".now"), left = breath.querySelector(".left");
    const start = breath.querySelector("[data-start]"), stop = breath.querySelector("[data-stop]");
    const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    let ends = 0, timer = 0, ticks = 0;
    const halt = (words) => {
      clearTimeout(timer); clearInterval(ticks); asleep();
      circle.classList.remove("in"); left.textContent = ""; now.textContent = words;
      start.disabled = false; stop.disabled = true;
    };
    const turn = (inward) => {
      if (performance.now() >= ends) { halt(wordsEnd); return; }
      const seconds = Number(inward ? inS : outS), ring = circle.firstElementChild;
      // By the object model: a style attribute is what the content policy forbids.
      ring.style.transition = moves ? `inline-size ${seconds}s linear, block-size ${seconds}s linear` : "none";
      circle.classList.toggle("in", inward);
      now.textContent = inward ? wordsIn : wordsOut;
      timer = setTimeout(() => turn(!inward), seconds * 1000);
    };
    start.addEventListener("click", () => {
      ends = performance.now() + Number(minutes) * 60000;
      start.disabled = true; stop.disabled = false; stop.focus();
      awake();
      ticks = setInterval(() => { const s = Math.max(0, Math.round((ends - performance.now()) / 1000)); left.textContent = `${Math.floor(s / 60)}:${two(s % 60)}`; }, 500);
      turn(true);
    });
    stop.addEventListener("click", () => { halt(""); start.focus(); });
  }

  const list = document.querySelector("[data-steps]");
  if (list) {
    const steps = [...list.children], start = document.querySelector("[data-start]"), next = document.querySelector("[data-next]");
    const now = document.querySelector(".now");
    let at = -1, timer = 0;
    const go = () => {
      clearInterval(timer);
      if (at >= 0) { steps[at].classList.replace("current", "past"); steps[at].removeAttribute("aria-current"); }
      at += 1;
      if (at >= steps.length) { now.textContent = list.dataset.wordsEnd; next.disabled = true; start.disabled = false; at = -1; asleep(); start.focus(); return; }
      const step = steps[at];
      step.classList.add("current"); step.setAttribute("aria-current", "step"); step.scrollIntoView({ block: "nearest" });
      now.textContent = step.querySelector(".words-of").textContent;
      const ends = performance.now() + Number(step.dataset.seconds) * 1000;
      timer = setInterval(() => { if (performance.now() >= ends) go(); }, 250);
    };
    start.addEventListener("click", () => { for (const s of steps) s.classList.remove("past", "current"); start.disabled = true; next.disabled = false; next.focus(); awake(); go(); });
    next.addEventListener("click", go);
  }
})();
