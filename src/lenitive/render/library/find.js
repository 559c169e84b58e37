// Search in the page over the index built with the site. No request leaves the page.
(function () {
  "use strict";
  var stop = new Set(LENITIVE.stop);
  var index = new MiniSearch({
    fields: ["title", "summary", "keywords", "body"],
    storeFields: ["title", "summary", "audience"],
    processTerm: function (term) { term = term.toLowerCase(); return stop.has(term) || term.length < 2 ? null : term; },
    searchOptions: { boost: { title: 3, keywords: 2, summary: 2 }, prefix: function (t) { return t.length > 3; },
      fuzzy: function (t) { return t.length > 4 ? 0.2 : false; }, weights: { fuzzy: 0.3, prefix: 0.5 } }
  });
  index.addAll(LENITIVE.documents);
  function widened(words) {
    var said = " " + words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim() + " ", more = [];
    LENITIVE.synonyms.forEach(function (group) {
      if (group.some(function (w) { return said.indexOf(" " + w + " ") >= 0; })) {
        group.forEach(function (w) { if (said.indexOf(" " + w + " ") < 0) { more.push(w); } });
      }
    });
    return more.join(" ");
  }
  var words = document.getElementById("words"), reader = document.getElementById("audience");
  var hits = document.getElementById("hits"), told = document.getElementById("told");
  function marked(node, text, terms) {
    var found = terms.length ? new RegExp("(" + terms.map(function (t) { return t.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }).join("|") + ")", "gi") : null;
    (found ? text.split(found) : [text]).forEach(function (piece, place) {
      if (place % 2) { var m = document.createElement("mark"); m.textContent = piece; node.appendChild(m); }
      else { node.appendChild(document.createTextNode(piece)); }
    });
  }
  function show() {
    var typed = words.value.trim();
    hits.replaceChildren();
    if (!typed) { told.textContent = ""; return; }
    var keep = function (r) { return !reader.value || r.audience === reader.value; };
    var more = widened(typed);
    var found = index.search({ combineWith: "OR", queries: more ? [typed, { queries: [more], boost: { title: 1 } }] : [typed] }, { filter: keep }).slice(0, 12);
    told.textContent = found.length ? found.length + " articles" : "No article fits. Try fewer or other words.";
    found.forEach(function (hit) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = hit.id + ".html"; marked(link, hit.title, hit.terms); item.appendChild(link);
      var badge = document.createElement("span"); badge.className = "badge " + hit.audience; badge.textContent = "for " + hit.audience + "s";
      item.appendChild(document.createTextNode(" ")); item.appendChild(badge);
      var text = document.createElement("p"); marked(text, hit.summary, hit.terms); item.appendChild(text);
      hits.appendChild(item);
    });
  }
  words.addEventListener("input", show);
  reader.addEventListener("change", show);
  document.getElementById("find").addEventListener("submit", function (event) { event.preventDefault(); show(); });
})();
