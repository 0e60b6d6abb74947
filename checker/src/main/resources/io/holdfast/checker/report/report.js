"use strict";

const WORDS = { ok: "done", fail: "refused", unknown: "outcome unknown" };

function describeLines(o, timed) {
  const from = formatSpan(o.invoked - origin, timed);
  const to = o.returned === null ? "never answered" : "answered " + formatSpan(o.returned - origin, timed);
  const lines = [
    "#" + o.id + "  " + (o.process < 0 ? "service" : "process " + o.process) + ": " + o.text,
    "asked " + from + ", " + to + (o.returned === null ? "" : " (took " + formatSpan(o.returned - o.invoked, timed) + ")"),
    WORDS[o.outcome] + (o.key ? ", key " + o.key : "") + (o.line ? ", line " + o.line : ""),
  ];
  return lines;
}

function element(name, properties, ...children) {
  const node = document.createElement(name);
  Object.assign(node, properties || {});
  node.append(...children);
  return node;
}

const data = JSON.parse(document.getElementById("data").textContent);
const operations = data.operations.map(
  ([id, process, fn, key, outcome, invoked, returned, text, line]) => ({
    id, process, function: data.functions[fn], key: data.keys[key], outcome, invoked, returned, text, line,
  })
);
const byId = new Map(operations.map((o) => [o.id, o]));
const origin = data.timed ? data.plots.start : 0;
const end = data.plots.start + data.plots.slice * data.plots.ok.length;
const bands = faultBands(data.marks, end);
const timeline = new Timeline(document.getElementById("timeline"), data.timed, showDetails);
timeline.origin = origin;
const plots = new Plots(data.plots, bands, data.timed);
let current = null;

function showDetails(o) {
  const details = document.getElementById("details");
  details.replaceChildren();
  if (o) {
    for (const line of describeLines(o, data.timed)) details.append(element("div", { textContent: line }));
  }
}

function writeHead() {
  document.title = data.conclusion + ": " + data.title;
  const badge = document.getElementById("badge");
  badge.textContent = data.conclusion;
  badge.classList.add(data.conclusion);
  document.getElementById("title").textContent = data.title;
  document.getElementById("subtitle").textContent =
    "model " + data.model + " · " + data.operationCount.toLocaleString("en") + " operations · " +
    data.partitionCount.toLocaleString("en") + (data.partitionCount === 1 ? " object" : " objects") +
    " · judged in " + formatSpan(data.elapsedMillis * 1e6, true);
  document.getElementById("command").textContent = data.command;
  document.getElementById("facts").append(
    ...data.facts.map(([name, value]) =>
      element("tr", {}, element("td", { textContent: name }), element("td", { textContent: value })))
  );
  document.getElementById("download-note").textContent =
    data.operationsShown < data.operationCount
      ? data.operationsShown.toLocaleString("en") + " of " + data.operationCount.toLocaleString("en") +
        " operations are in this file: those around the fault, then the first ones"
      : "all operations are in this file";
}

function operationCard(id) {
  const o = byId.get(id);
  if (!o) return element("div", { className: "operation" }, "#" + id);
  const [first, when, rest] = describeLines(o, data.timed);
  const card = element("button", { className: "operation", type: "button" },
    element("b", { textContent: first }), element("span", { textContent: when }), element("span", { textContent: rest }));
  card.addEventListener("click", () => {
    timeline.showOnly(new Set([id]));
    timeline.pick(o);
    timeline.canvas.scrollIntoView({ block: "center" });
  });
  return card;
}

function writeWhy(partition) {
  const why = document.getElementById("why");
  why.hidden = !partition || (!partition.violation && !partition.undecided);
  why.replaceChildren();
  if (why.hidden) return;
  if (partition.undecided) {
    why.append(element("h2", { textContent: "Why it is unknown" }), element("p", { textContent: partition.undecided }));
    return;
  }
  why.append(
    element("h2", {}, "What went wrong: ", element("span", { className: "violation", textContent: partition.violation }),
      partition.key ? " on " + partition.key : ""),
    element("p", { className: "summary", textContent: partition.summary }),
    element("div", { className: "accused" }, ...partition.contradicting.slice(-4).map(operationCard)),
  );
  if (partition.sentences.length) {
    why.append(element("h3", { textContent: "Step by step" }),
      element("ol", {}, ...partition.sentences.map((sentence) => element("li", { textContent: sentence }))));
  }
}

function operationTable(ids, heading, reasons) {
  const table = element("table", {});
  table.append(element("tr", {}, ...["#", "Process", "Operation", "Asked", "Answered"].concat(reasons ? [heading] : [])
    .map((text) => element("th", { textContent: text }))));
  ids.forEach((id, index) => {
    const o = byId.get(id);
    if (!o) return;
    const row = element("tr", { className: "row", tabIndex: 0 },
      element("td", { textContent: o.id }), element("td", { textContent: o.process < 0 ? "service" : o.process }),
      element("td", { textContent: o.text }),
      element("td", { textContent: formatSpan(o.invoked - origin, data.timed) }),
      element("td", { textContent: o.returned === null ? "never" : formatSpan(o.returned - origin, data.timed) }));
    if (reasons) row.append(element("td", { textContent: reasons[index] }));
    activate(row, () => timeline.pick(o));
    table.append(row);
  });
  return element("div", { className: "scroll" }, table);
}

function writeEvidence(partition) {
  const evidence = document.getElementById("evidence");
  evidence.hidden = !partition || !partition.violation;
  evidence.replaceChildren();
  if (evidence.hidden) return;
  evidence.append(element("h2", { textContent: "Evidence" }));
  evidence.append(
    element("h3", { textContent: partition.minimalProven ? "Smallest set of operations that cannot be" : "A small set of operations that cannot be" }),
    element("p", { className: "quiet", textContent: partition.minimalLength +
      (partition.minimalLength === 1 ? " operation contradicts" : " operations contradict each other") +
      " even if nothing were known about all the others" +
      (partition.minimalProven ? "; leave any one out and the rest fits." : ".") }),
    operationTable(partition.minimal, ""));
  const prefix = operationTable(partition.prefix, "");
  evidence.append(
    element("h3", { textContent: "Longest good beginning" }),
    element("p", { className: "quiet", textContent: partition.prefixLength + " operations fit in this order" +
      (partition.prefixLength > partition.prefix.length ? " (the last " + partition.prefix.length + " are shown)" : "") +
      ". After them: " + partition.prefixState }),
    prefix);
  // What matters is how far the order came.
  prefix.scrollTop = prefix.scrollHeight;
  if (partition.refusals.length) {
    evidence.append(
      element("h3", { textContent: "Why nothing could come next" }),
      operationTable(partition.refusals.map((r) => r[0]), "Reason", partition.refusals.map((r) => r[1])));
  }
}

/** Makes a table row act on click and on Enter. */
function activate(row, action) {
  row.addEventListener("click", action);
  row.addEventListener("keydown", (event) => {
    if (event.key === "Enter") action();
  });
}

function writePartitions(filter) {
  const table = document.getElementById("partitions");
  table.replaceChildren(element("tr", {},
    ...["Key", "Verdict", "What"].map((text) => element("th", { textContent: text })),
    ...["Operations", "Steps", "Time"].map((text) => element("th", { className: "number", textContent: text })),
    element("th", { textContent: "Decided by" })));
  const wanted = filter.trim().toLowerCase();
  for (const partition of data.partitions) {
    if (wanted && !partition.key.toLowerCase().includes(wanted)) continue;
    const row = element("tr", { className: "row", tabIndex: 0 },
      element("td", { textContent: partition.key || "(the whole history)" }),
      element("td", {}, element("span", { className: "word " + partition.conclusion, textContent: partition.conclusion })),
      element("td", { textContent: partition.violation || partition.undecided || "" }),
      element("td", { className: "number", textContent: partition.operations.toLocaleString("en") }),
      element("td", { className: "number", textContent: partition.steps.toLocaleString("en") }),
      element("td", { className: "number", textContent: formatSpan(partition.millis * 1e6, true) }),
      element("td", { textContent: partition.method }));
    activate(row, () => select(partition));
    table.append(row);
  }
  document.getElementById("partitions-note").textContent =
    data.partitions.length < data.partitionCount
      ? "The first " + data.partitions.length + " of " + data.partitionCount + " are listed: invalid, unknown, valid."
      : "";
}

/** Shows one partition everywhere on the page. */
function select(partition) {
  current = partition;
  document.getElementById("key-select").value = String(data.partitions.indexOf(partition));
  const whole = data.partitionCount === 1;
  const shown = operations.filter((o) => whole || o.key === partition.key);
  const order = partition.order || partition.prefix || [];
  const base = partition.prefixLength ? partition.prefixLength - order.length : 0;
  timeline.show(shown, partition.contradicting || [], order, bands);
  if (base > 0) timeline.places = new Map(order.map((id, index) => [id, base + index + 1]));
  writeWhy(partition);
  writeEvidence(partition);
  showDetails(null);
  showFault();
}

function showFault() {
  if (current && current.contradicting && current.contradicting.length) {
    timeline.showOnly(new Set(current.contradicting.slice(-4)));
  } else {
    timeline.showAll();
  }
}

function saveHistory() {
  const lines = [];
  for (const o of operations) {
    const base = { process: o.process, f: o.function, key: o.key, value: o.text };
    lines.push({ ...base, type: "invoke", time: o.invoked });
    if (o.returned !== null) lines.push({ ...base, type: o.outcome === "unknown" ? "info" : o.outcome, time: o.returned });
  }
  lines.sort((a, b) => a.time - b.time);
  const text = lines.map((line, index) => JSON.stringify({ ...line, index })).join("\n") + "\n";
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/jsonl" })), download: "operations.jsonl" });
  link.click();
}

function search(text) {
  const found = timeline.search(text);
  document.getElementById("search-count").textContent = found < 0 ? "" : found + " found";
}

function listen() {
  const on = (id, event, action) => document.getElementById(id).addEventListener(event, action);
  on("zoom-in", "click", () => timeline.zoom(0.6));
  on("zoom-out", "click", () => timeline.zoom(1 / 0.6));
  on("zoom-all", "click", () => timeline.showAll());
  on("zoom-fault", "click", showFault);
  on("search", "input", (event) => search(event.target.value));
  on("search", "keydown", (event) => { if (event.key === "Enter") timeline.step(1); });
  on("key-filter", "input", (event) => writePartitions(event.target.value));
  on("key-select", "change", (event) => select(data.partitions[Number(event.target.value)]));
  on("copy", "click", () => navigator.clipboard && navigator.clipboard.writeText(data.command));
  on("download", "click", saveHistory);
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const actions = {
      "+": () => timeline.zoom(0.6), "=": () => timeline.zoom(0.6), "-": () => timeline.zoom(1 / 0.6),
      ArrowLeft: () => timeline.pan(-0.2), ArrowRight: () => timeline.pan(0.2),
      f: () => timeline.showAll(), "0": showFault,
      n: () => timeline.step(1), p: () => timeline.step(-1), Escape: () => timeline.pick(null),
      "/": () => document.getElementById("search").focus(),
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  });
  let pending = null;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => { timeline.draw(); plots.draw(); });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { timeline.draw(); plots.draw(); });
}

writeHead();
document.getElementById("key-select").append(
  ...data.partitions.map((partition, index) =>
    element("option", { value: String(index), textContent: (partition.key || "(the whole history)") + ": " + partition.conclusion })));
listen();
writePartitions("");
plots.draw();
if (data.partitions.length) select(data.partitions[0]);
document.body.dataset.ready = "true";
