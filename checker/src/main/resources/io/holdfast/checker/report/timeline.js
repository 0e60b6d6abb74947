"use strict";

/** Reads a colour of the style sheet, so that the drawings follow the page's light or dark scheme. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

/** Sizes a canvas to its place on the page in device pixels and returns its drawing context. */
function prepareCanvas(canvas, cssHeight) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.style.height = cssHeight + "px";
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(cssHeight * ratio));
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, cssHeight);
  context.font = "12px system-ui, sans-serif";
  return context;
}

/** A span of time in the largest unit that leaves a readable number; positions have no unit. */
function formatSpan(nanos, timed) {
  if (!timed) return String(Math.round(nanos));
  const size = Math.abs(nanos);
  if (size >= 1e9) return (nanos / 1e9).toFixed(size >= 1e11 ? 1 : 3) + " s";
  if (size >= 1e6) return (nanos / 1e6).toFixed(3) + " ms";
  if (size >= 1e3) return (nanos / 1e3).toFixed(1) + " µs";
  return Math.round(nanos) + " ns";
}

/** Round distances between the marks of an axis: 1, 2 or 5 times a power of ten. */
function tickDistance(span, most) {
  const raw = span / most;
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  for (const factor of [1, 2, 5]) {
    if (factor * power >= raw) return factor * power;
  }
  return 10 * power;
}

/** Pairs of marks that begin and end a fault; a fault nobody ended lasts to the end. */
function faultBands(marks, end) {
  const open = new Map();
  const bands = [];
  const beginnings = /(start|begin|inject|kill|pause|stop|cut|isolate|partition)/;
  const endings = /(heal|end|resume|recover|restart|start$|stop$|clear|continue)/;
  for (const [time, process, name, detail] of marks) {
    const base = name.replace(/[-_ ]?(start|stop|begin|end|inject|heal|resume)$/i, "");
    if (open.has(base) && endings.test(name)) {
      bands.push({ from: open.get(base), to: time, name: base });
      open.delete(base);
    } else if (beginnings.test(name) && base !== name) {
      open.set(base, time);
    } else {
      bands.push({ from: time, to: time, name: (name + " " + detail).trim() });
    }
  }
  for (const [name, from] of open) bands.push({ from, to: end, name });
  return bands;
}

/** The operations of one key in true time: a lane per process, drawn on a canvas. */
class Timeline {
  constructor(canvas, timed, onPick) {
    this.canvas = canvas;
    this.timed = timed;
    this.onPick = onPick;
    this.operations = [];
    this.from = 0;
    this.to = 1;
    this.picked = null;
    this.hovered = null;
    this.matches = new Set();
    this.contradicting = new Set();
    this.places = new Map();
    this.laneHeight = 30;
    this.left = 92;
    this.top = 34;
    this.listen();
  }

  /** Shows other operations; they must be sorted by invocation. */
  show(operations, contradicting, order, bands) {
    this.operations = operations;
    this.contradicting = new Set(contradicting);
    this.places = new Map(order.map((id, index) => [id, index + 1]));
    this.bands = bands;
    const processes = [...new Set(operations.map((o) => o.process))].sort((a, b) => a - b);
    this.lanes = new Map(processes.map((process, index) => [process, index]));
    this.first = operations.length ? operations[0].invoked : 0;
    this.last = this.first + 1;
    for (const o of operations) {
      this.last = Math.max(this.last, o.returned === null ? o.invoked : o.returned);
    }
    this.last += (this.last - this.first) * 0.01;
    this.stackLanes();
    this.picked = null;
    this.showAll();
  }

  /** Operations of one process may overlap in foreign histories; then its lane has several rows. */
  stackLanes() {
    const rowsOf = new Map();
    for (const o of this.operations) {
      const rows = rowsOf.get(o.process) || [];
      let row = rows.findIndex((end) => end <= o.invoked);
      if (row < 0) row = rows.length < 6 ? rows.length : 5;
      rows[row] = o.returned === null ? o.invoked : o.returned;
      o.row = row;
      rowsOf.set(o.process, rows);
    }
    let y = this.top;
    this.laneTop = new Map();
    for (const process of this.lanes.keys()) {
      this.laneTop.set(process, y);
      y += this.laneHeight * Math.max(1, (rowsOf.get(process) || []).length);
    }
    this.height = y + 14;
  }

  showAll() {
    this.view(this.first, this.last);
  }

  /** Shows the given operations with some room around them. */
  showOnly(ids) {
    const wanted = this.operations.filter((o) => ids.has(o.id));
    if (!wanted.length) return this.showAll();
    let from = Infinity;
    let to = -Infinity;
    for (const o of wanted) {
      from = Math.min(from, o.invoked);
      to = Math.max(to, o.returned === null ? o.invoked : o.returned);
    }
    const room = Math.max((to - from) * 0.35, (this.last - this.first) / 2000, 1);
    this.view(from - room, to + room);
  }

  view(from, to) {
    const least = this.timed ? 100 : 2;
    if (to - from < least) {
      const centre = (from + to) / 2;
      from = centre - least / 2;
      to = centre + least / 2;
    }
    this.from = from;
    this.to = to;
    this.draw();
  }

  zoom(factor, at) {
    const centre = at === undefined ? (this.from + this.to) / 2 : at;
    const all = (this.last - this.first) * 1.2;
    const span = Math.min((this.to - this.from) * factor, all);
    const share = (centre - this.from) / (this.to - this.from);
    this.view(centre - span * share, centre + span * (1 - share));
  }

  pan(share) {
    const shift = (this.to - this.from) * share;
    this.view(this.from + shift, this.to + shift);
  }

  x(time) {
    const width = this.canvas.clientWidth - this.left - 8;
    return this.left + ((time - this.from) / (this.to - this.from)) * width;
  }

  time(x) {
    const width = this.canvas.clientWidth - this.left - 8;
    return this.from + ((x - this.left) / width) * (this.to - this.from);
  }

  y(o) {
    return this.laneTop.get(o.process) + o.row * this.laneHeight;
  }

  draw() {
    const context = prepareCanvas(this.canvas, this.height || 120);
    const width = this.canvas.clientWidth;
    this.drawLanes(context, width);
    this.drawBands(context, width);
    this.drawAxis(context, width);
    context.save();
    context.beginPath();
    context.rect(this.left, 0, width - this.left, this.height);
    context.clip();
    this.drawn = [];
    for (const o of this.operations) this.drawOperation(context, width, o);
    context.restore();
    this.canvas.dataset.from = String(this.from);
    this.canvas.dataset.to = String(this.to);
  }

  drawLanes(context, width) {
    let shaded = false;
    for (const [process] of this.lanes) {
      const top = this.laneTop.get(process);
      const next = [...this.laneTop.values()].find((y) => y > top) || this.height - 14;
      if (shaded) {
        context.fillStyle = colour("lane");
        context.fillRect(0, top, width, next - top);
      }
      shaded = !shaded;
      context.fillStyle = colour("quiet");
      context.textAlign = "left";
      context.fillText(process < 0 ? "service" : "process " + process, 8, top + 19);
    }
  }

  drawBands(context, width) {
    for (const band of this.bands || []) {
      const x = Math.max(this.left, this.x(band.from));
      const end = Math.min(width, this.x(band.to));
      if (end < this.left || x > width) continue;
      context.fillStyle = colour("band");
      context.fillRect(x, this.top - 14, Math.max(1, end - x), this.height);
      context.strokeStyle = colour("mark");
      context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(x, this.top - 14);
      context.lineTo(x, this.height);
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = colour("mark");
      context.textAlign = "left";
      context.fillText(band.name, x + 3, this.top - 4, Math.max(40, end - x));
    }
  }

  drawAxis(context, width) {
    const step = tickDistance(this.to - this.from, Math.max(2, (width - this.left) / 110));
    context.fillStyle = colour("quiet");
    context.strokeStyle = colour("line");
    context.textAlign = "center";
    for (let tick = Math.ceil(this.from / step) * step; tick <= this.to; tick += step) {
      const x = this.x(tick);
      context.beginPath();
      context.moveTo(x, 16);
      context.lineTo(x, this.height);
      context.stroke();
      context.fillText(formatSpan(tick - (this.timed ? this.origin || 0 : 0), this.timed), x, 12);
    }
  }

  drawOperation(context, width, o) {
    const x = this.x(o.invoked);
    const end = o.returned === null ? width : this.x(o.returned);
    if (end < this.left || x > width) return;
    const y = this.y(o) + 5;
    const wide = Math.max(3, end - x);
    const high = this.laneHeight - 10;
    context.globalAlpha = this.matches.size && !this.matches.has(o.id) ? 0.25 : 1;
    if (o.outcome === "unknown") {
      context.fillStyle = colour("unknown");
      context.globalAlpha *= 0.35;
      context.fillRect(x, y, wide, high);
      context.globalAlpha = this.matches.size && !this.matches.has(o.id) ? 0.25 : 1;
      context.strokeStyle = colour("unknown");
      context.setLineDash([5, 3]);
      context.strokeRect(x, y, wide, high);
      context.setLineDash([]);
    } else {
      context.fillStyle = colour(o.outcome === "ok" ? "ok" : "fail");
      context.fillRect(x, y, wide, high);
    }
    this.drawText(context, o, x, y, wide, high);
    if (this.contradicting.has(o.id)) {
      context.strokeStyle = colour("bad");
      context.lineWidth = 3;
      context.strokeRect(x - 1, y - 1, wide + 2, high + 2);
      context.lineWidth = 1;
    }
    if (o === this.picked || o === this.hovered) {
      context.strokeStyle = colour("pick");
      context.lineWidth = 2;
      context.strokeRect(x - 3, y - 3, wide + 6, high + 6);
      context.lineWidth = 1;
    }
    context.globalAlpha = 1;
    this.drawn.push({ o, x, end: x + wide, y, bottom: y + high });
  }

  drawText(context, o, x, y, wide, high) {
    const place = this.places.get(o.id);
    const visible = Math.max(x, this.left);
    const room = x + wide - visible;
    if (room < 26) return;
    context.fillStyle = o.outcome === "unknown" ? colour("ink") : "#ffffff";
    context.textAlign = "left";
    const text = (place ? place + "  " : "") + o.text;
    context.save();
    context.beginPath();
    context.rect(visible, y, room - 3, high);
    context.clip();
    context.fillText(text, visible + 4, y + high / 2 + 4);
    context.restore();
  }

  at(x, y) {
    for (let i = (this.drawn || []).length - 1; i >= 0; i--) {
      const box = this.drawn[i];
      if (x >= box.x - 2 && x <= box.end + 2 && y >= box.y && y <= box.bottom) return box.o;
    }
    return null;
  }

  /** Pins an operation and brings it into view. */
  pick(o) {
    this.picked = o;
    if (o) {
      const end = o.returned === null ? o.invoked : o.returned;
      if (end < this.from || o.invoked > this.to) {
        const half = (this.to - this.from) / 2;
        const centre = (o.invoked + end) / 2;
        this.view(centre - half, centre + half);
      }
    }
    this.draw();
    this.onPick(o);
  }

  step(direction) {
    const candidates = this.matches.size
      ? this.operations.filter((o) => this.matches.has(o.id))
      : this.operations;
    if (!candidates.length) return;
    const index = candidates.indexOf(this.picked);
    const next = index < 0 ? (direction > 0 ? 0 : candidates.length - 1) : index + direction;
    this.pick(candidates[Math.min(candidates.length - 1, Math.max(0, next))]);
  }

  search(text) {
    const wanted = text.trim().toLowerCase();
    this.matches = new Set(
      wanted
        ? this.operations
            .filter((o) => ("#" + o.id + " " + o.text + " process " + o.process).toLowerCase().includes(wanted))
            .map((o) => o.id)
        : []
    );
    this.draw();
    return wanted ? this.matches.size : -1;
  }

  listen() {
    const canvas = this.canvas;
    const tooltip = document.getElementById("tooltip");
    let dragFrom = null;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan(event.deltaX / 1200);
      else this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, this.time(event.offsetX));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      dragFrom = { x: event.offsetX, from: this.from, to: this.to, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (dragFrom) {
        const width = canvas.clientWidth - this.left - 8;
        const shift = ((dragFrom.x - event.offsetX) / width) * (dragFrom.to - dragFrom.from);
        dragFrom.moved = dragFrom.moved || Math.abs(event.offsetX - dragFrom.x) > 3;
        this.view(dragFrom.from + shift, dragFrom.to + shift);
        return;
      }
      const o = this.at(event.offsetX, event.offsetY);
      if (o !== this.hovered) {
        this.hovered = o;
        this.draw();
      }
      tooltip.hidden = !o;
      if (o) {
        tooltip.replaceChildren(...describeLines(o, this.timed).map((line) => {
          const div = document.createElement("div");
          div.textContent = line;
          return div;
        }));
        const limit = Math.max(0, canvas.clientWidth - tooltip.offsetWidth - 8);
        tooltip.style.left = Math.min(event.offsetX + 14, limit) + "px";
        tooltip.style.top = event.offsetY + 18 + "px";
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      if (dragFrom && !dragFrom.moved) this.pick(this.at(event.offsetX, event.offsetY));
      dragFrom = null;
    });
    canvas.addEventListener("pointerleave", () => {
      tooltip.hidden = true;
      if (this.hovered) {
        this.hovered = null;
        this.draw();
      }
    });
  }
}
