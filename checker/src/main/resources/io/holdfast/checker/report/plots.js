"use strict";

/** Latency quantiles and rates over the whole history, with the same fault bands as the timeline. */
class Plots {
  constructor(data, bands, timed) {
    this.data = data;
    this.bands = bands;
    this.timed = timed;
  }

  draw() {
    const latency = document.getElementById("latency");
    const rate = document.getElementById("rate");
    const style = { p50: colour("ok"), p99: colour("unknown"), max: colour("bad") };
    this.chart(latency, "latency", Object.keys(style).map((name) => ({
      name, values: this.data[name], colour: style[name],
    })), true, (value) => formatSpan(value, this.timed));
    const perSlice = this.timed ? 1e9 / this.data.slice : 1;
    const outcomes = { ok: colour("ok"), fail: colour("fail"), unknown: colour("unknown") };
    this.chart(rate, this.timed ? "operations per second" : "operations per slice",
      Object.keys(outcomes).map((name) => ({
        name: { ok: "done", fail: "refused", unknown: "outcome unknown" }[name],
        values: this.data[name].map((count) => count * perSlice),
        colour: outcomes[name],
      })), false, (value) => (value >= 10 ? Math.round(value) : value.toFixed(1)).toString());
  }

  chart(canvas, title, series, logarithmic, format) {
    const height = 170;
    const context = prepareCanvas(canvas, height);
    const area = { left: 78, top: 22, right: canvas.clientWidth - 10, bottom: height - 20 };
    let most = 0;
    let least = Infinity;
    for (const one of series) {
      for (const value of one.values) {
        if (value > most) most = value;
        if (value > 0 && value < least) least = value;
      }
    }
    if (most <= 0) most = 1;
    if (!Number.isFinite(least)) least = most / 10;
    const floor = logarithmic ? Math.log10(least) : 0;
    const ceiling = logarithmic ? Math.max(Math.log10(most), floor + 0.3) : most * 1.05;
    const y = (value) => {
      const position = logarithmic ? Math.log10(Math.max(value, least)) : value;
      return area.bottom - ((position - floor) / (ceiling - floor)) * (area.bottom - area.top);
    };
    const slices = series[0].values.length;
    const x = (slice) => area.left + ((slice + 0.5) / slices) * (area.right - area.left);
    this.frame(context, area, title, series, slices);
    context.textAlign = "right";
    context.fillStyle = colour("quiet");
    for (const share of [0, 0.5, 1]) {
      const value = logarithmic ? Math.pow(10, floor + (ceiling - floor) * share) : ceiling * share;
      context.fillText(format(value), area.left - 8, y(value) + (share === 0 ? 0 : 4));
    }
    for (const one of series) {
      context.strokeStyle = one.colour;
      context.lineWidth = 1.5;
      context.beginPath();
      let drawing = false;
      one.values.forEach((value, slice) => {
        if (value < 0) {
          drawing = false;
          return;
        }
        if (drawing) context.lineTo(x(slice), y(value));
        else context.moveTo(x(slice), y(value));
        drawing = true;
      });
      context.stroke();
      context.fillStyle = one.colour;
      one.values.forEach((value, slice) => {
        if (value > 0) context.fillRect(x(slice) - 1.5, y(value) - 1.5, 3, 3);
      });
      context.lineWidth = 1;
    }
  }

  frame(context, area, title, series, slices) {
    const span = this.data.slice * slices;
    const x = (time) => area.left + ((time - this.data.start) / span) * (area.right - area.left);
    for (const band of this.bands) {
      context.fillStyle = colour("band");
      const from = Math.max(area.left, x(band.from));
      context.fillRect(from, area.top, Math.max(1, Math.min(area.right, x(band.to)) - from), area.bottom - area.top);
    }
    context.strokeStyle = colour("line");
    context.strokeRect(area.left, area.top, area.right - area.left, area.bottom - area.top);
    context.fillStyle = colour("ink");
    context.textAlign = "left";
    context.fillText(title, area.left, 13);
    let at = area.left + context.measureText(title).width + 24;
    for (const one of series) {
      context.fillStyle = one.colour;
      context.fillRect(at, 6, 14, 8);
      context.fillStyle = colour("quiet");
      context.fillText(one.name, at + 19, 14);
      at += context.measureText(one.name).width + 42;
    }
    const step = tickDistance(span, 8);
    context.textAlign = "center";
    context.fillStyle = colour("quiet");
    for (let tick = 0; tick <= span; tick += step) {
      context.fillText(formatSpan(tick, this.timed), x(this.data.start + tick), area.bottom + 15);
    }
  }
}
