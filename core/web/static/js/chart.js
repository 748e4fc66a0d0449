// Charts over time, drawn by uPlot in our tokens; loaded by charts.js where a page has one. Built as a file of its own.
// In the element a <script type="application/json">: {zero, begin, length: seconds, step: seconds of a point (0: readings), zone, charts: [{unit, limits: [value],
//   series: [{name, places, holds: a value lasts until the next one, at: [milliseconds after zero], value: [whole number, `scale` times the value, or null: a gap],
//   low, high: [...] of a band}]}]}
// data-chart-url: of the page; a drag asks for it with other "from" and "to".   data-chart-target: the element that the answer replaces.
// data-chart-every: seconds after which the page is asked for anew, unless somebody points at it.
import uPlot from "uplot";
import { withQuery } from "./dom.js";

const HEIGHT = 240;
const LOW_HEIGHT = 150;
const AXIS = 56;
const NARROW = 640;
const GUTTER = 190;
const LABEL = 18;
const LEAST_DRAG = 8;
const LEAST_SECONDS = 10;
const DAY = 86400;
const HOUR = 3600;
const BAND = "22"; // of ff: a band lies under the lines
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const INKS = ["--ink", "--bar-done"];

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const language = () => document.documentElement.lang;
const ink = (index) => () => token(INKS[index % INKS.length]);
const dash = (index) => DASHES[Math.floor(index / INKS.length) % DASHES.length];
const stepped = uPlot.paths.stepped({ align: 1, alignGaps: 1 });
const linear = uPlot.paths.linear({ alignGaps: 0 });

/** Instants as words in the reader's zone; `step` seconds are told apart. */
function clocks(zone) {
  const make = (options) => new Intl.DateTimeFormat(language() === "en" ? "en-GB" : language(), { timeZone: zone, hourCycle: "h23", ...options });
  const day = make({ day: "numeric", month: "short" });
  const minute = make({ hour: "2-digit", minute: "2-digit" });
  const second = make({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const year = make({ month: "short", year: "numeric" });
  const time = (at, step) => (step < 60 ? second : minute).format(at * 1000);
  const midnight = (at) => minute.format(at * 1000) === "00:00";
  return {
    tick: (at, step) => (step >= 28 * DAY ? year.format(at * 1000) : step >= DAY || midnight(at) ? day.format(at * 1000) : time(at, step)),
    moment: (at, step) => (step >= DAY ? day.format(at * 1000) : `${day.format(at * 1000)} ${time(at, step)}`),
  };
}

/** Instants and columns of a series; a last value that holds is drawn to the end of its bucket. */
function ended(series, { zero, step, begin, length }) {
  const at = series.at.map((t) => zero + t / 1000);
  const plain = (column) => column.map((value) => (value === null ? null : value / series.scale));
  const columns = [series.value, ...(series.low ? [series.high, series.low] : [])].map(plain);
  const last = at.length - 1;
  const until = Math.min(at[last] + step, begin + length);
  if (!step || series.value[last] === null || until <= at[last]) return [at, ...columns];
  return [[...at, until], ...columns.map((column) => [...column, column[last]])];
}

/** One table of all series of a chart: instants, and of each the value and, where there is a band, its edges. */
function tableOf(chart, about) {
  const tables = chart.series.map((series) => ended(series, about));
  return tables.length > 1 ? uPlot.join(tables) : tables[0];
}

function seriesOf(chart) {
  const all = [{}];
  const bands = [];
  chart.series.forEach((series, index) => {
    const paths = series.holds ? stepped : linear;
    all.push({ label: series.name, stroke: ink(index), width: 1.5, dash: dash(index), paths, points: { show: false }, spanGaps: false });
    if (!series.low) return;
    const edge = { stroke: "transparent", width: 0, paths, points: { show: false } };
    bands.push({ series: [all.length, all.length + 1], fill: () => token(INKS[index % INKS.length]) + BAND });
    all.push(edge, { ...edge });
  });
  return { series: all, bands };
}

/** Readings between two gaps have no line: they are dots. */
function dots(plot) {
  const { ctx } = plot;
  const radius = 2 * uPlot.pxRatio;
  ctx.save();
  plot.series.forEach((series, index) => {
    if (!index || !series.dash) return;
    const values = plot.data[index];
    const near = (from, way) => { let i = from + way; while (values[i] === undefined && i >= 0 && i < values.length) i += way; return values[i]; };
    ctx.fillStyle = typeof series.stroke === "function" ? series.stroke() : series.stroke;
    values.forEach((value, i) => {
      if (value == null || near(i, -1) != null || near(i, 1) != null) return;
      ctx.beginPath();
      ctx.arc(plot.valToPos(plot.data[0][i], "x", true), plot.valToPos(value, "y", true), radius, 0, 2 * Math.PI);
      ctx.fill();
    });
  });
  ctx.restore();
}

/** The span of the only tag: thin lines, drawn where the scale reaches them. */
function limits(chart) {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = token("--control");
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    for (const limit of chart.limits) {
      const y = plot.valToPos(limit, "y", true);
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  };
}

/** Labels at the lines' ends; where there is no room for them, in a row above. They have the values at the cursor. */
class Labels {
  constructor(place, chart, about, words) {
    Object.assign(this, { chart, about, words });
    this.row = place.appendChild(document.createElement("div"));
    this.row.className = "dt-chart-labels";
    this.time = this.row.appendChild(document.createElement("time"));
    this.marks = chart.series.map((series, index) => this.mark(series, index));
    this.formats = chart.series.map(({ places }) => new Intl.NumberFormat(language(), { minimumFractionDigits: places, maximumFractionDigits: places }));
  }

  mark(series, index) {
    const made = this.row.appendChild(document.createElement("span"));
    const line = made.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    const path = line.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    line.setAttribute("class", index % INKS.length ? "dt-chart-second" : "");
    path.setAttribute("d", "M0 5h18");
    path.setAttribute("stroke-dasharray", dash(index).join(" "));
    made.append(Object.assign(document.createElement("i"), { textContent: series.name }), document.createElement("b"));
    return made;
  }

  column(index) {
    return 1 + this.chart.series.slice(0, index).reduce((sum, series) => sum + (series.low ? 3 : 1), 0);
  }

  /** What a series has at a row of the table: what it had last, unless that was nothing. */
  value(plot, index, row) {
    const values = plot.data[this.column(index)];
    let at = row;
    while (at >= 0 && values[at] === undefined) at -= 1;
    return values[at] ?? null;
  }

  show(plot, row) {
    const pointed = row !== null && row !== undefined;
    this.time.textContent = pointed ? this.words.moment(plot.data[0][row], this.about.step) : "";
    this.marks.forEach((mark, index) => {
      const value = pointed ? this.value(plot, index, row) : null;
      mark.lastChild.textContent = !pointed ? "" : value === null ? "\u2013" : `${this.formats[index].format(value).replace("-", "\u2212")} ${this.chart.unit}`;
    });
  }

  /** As near to where the lines end as they can stand without covering each other. */
  settle(plot, beside) {
    this.row.classList.toggle("dt-beside", beside);
    if (!beside) {
      for (const mark of this.marks) mark.style.removeProperty("top");
      return;
    }
    const last = plot.data[0].length - 1;
    const wanted = this.marks.map((mark, index) => {
      const values = plot.data[this.column(index)];
      let at = last;
      while (at >= 0 && values[at] == null) at -= 1;
      return { mark, y: at < 0 ? 0 : plot.valToPos(values[at], "y") };
    }).sort((a, b) => a.y - b.y);
    let free = 0;
    wanted.forEach((each, index) => {
      const most = plot.over.clientHeight - LABEL * (wanted.length - index);
      free = Math.max(free, Math.min(each.y - LABEL / 2, most));
      each.mark.style.top = `${Math.round(free)}px`;
      free += LABEL;
    });
  }
}

/** From the drag to the address: the page that shows what was dragged over. */
function zoomTo(place, from, to) {
  const instant = (at) => new Date(Math.round(at * 1000)).toISOString();
  const url = new URL(withQuery(place.dataset.chartUrl, { from: instant(from), to: instant(to) }), location.href);
  url.searchParams.delete("span");
  ask(place, url.pathname + url.search, "true");
}

function ask(place, url, push) {
  const target = place.dataset.chartTarget;
  window.htmx.ajax("GET", url, { source: target, target, select: target, swap: "outerHTML", push });
}

function optionsOf(place, chart, about, words, labels, many) {
  const { series, bands } = seriesOf(chart);
  const axis = { stroke: () => token("--ink-3"), font: "11px Inter, system-ui, sans-serif", grid: { stroke: () => token("--line"), width: 1 }, ticks: { show: false } };
  const number = new Intl.NumberFormat(language(), { maximumFractionDigits: 6 });
  return {
    width: 300, height: many ? LOW_HEIGHT : HEIGHT, series, bands,
    legend: { show: false },
    padding: [10, 8, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), about.zone),
    scales: {
      x: { time: true, range: () => [about.begin, about.begin + about.length] },
      y: { range: (plot, low, high) => uPlot.rangeNum(Math.min(low, ...chart.limits), Math.max(high, ...chart.limits), 0.1, true) },
    },
    axes: [
      { ...axis, size: 28, space: 64, values: (plot, splits, _axis, _space, step) => splits.map((at) => words.tick(at, step)) },
      { ...axis, size: AXIS, space: 32, values: (plot, splits) => splits.map((value) => number.format(value).replace("-", "\u2212")) },
    ],
    cursor: { sync: { key: "dt-chart", setSeries: false }, y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG }, bind: { dblclick: () => () => { document.querySelector('[data-chart-step="further"]')?.click(); return null; } } },
    hooks: {
      setCursor: [(plot) => labels.show(plot, plot.cursor.idx)],
      draw: [limits(chart), dots],
      setSelect: [(plot) => {
        const [from, to] = [plot.select.left, plot.select.left + plot.select.width].map((x) => plot.posToVal(x, "x"));
        if (plot.select.width >= LEAST_DRAG && to - from >= LEAST_SECONDS) zoomTo(place, from, to);
      }],
    },
  };
}

function drawOne(place, chart, about, many) {
  const part = place.appendChild(document.createElement("div"));
  part.className = "dt-chart-part";
  if (chart.unit) part.appendChild(Object.assign(document.createElement("span"), { className: "dt-chart-unit", textContent: chart.unit }));
  const words = clocks(about.zone);
  const labels = new Labels(part, chart, about, words);
  const plot = new uPlot(optionsOf(place, chart, about, words, labels, many), tableOf(chart, about), part);
  labels.show(plot, null);
  return { plot, fit() {
    const beside = place.clientWidth >= NARROW;
    const width = part.clientWidth - (beside ? GUTTER : 0);
    if (plot.width !== width) plot.setSize({ width, height: plot.height });
    labels.settle(plot, beside);
  } };
}

/** The page is asked for anew, but not under somebody's hand, nor where nobody looks. */
function renew(place) {
  const timer = setInterval(() => {
    if (!place.isConnected) clearInterval(timer);
    else if (!document.hidden && !place.closest(place.dataset.chartTarget)?.matches(":hover, :focus-within") && !document.querySelector("details[data-table][open]")) ask(place, place.dataset.chartUrl);
  }, Number(place.dataset.chartEvery) * 1000);
}

/** Draw the charts of an element. */
export function draw(place) {
  const about = JSON.parse(place.querySelector("script").textContent);
  const drawn = about.charts.map((chart) => drawOne(place, chart, about, about.charts.length > 1));
  const sized = new ResizeObserver(() => drawn.forEach((each) => each.fit()));
  sized.observe(place);
  const themed = new MutationObserver(() => (place.isConnected ? drawn.forEach(({ plot }) => plot.redraw(false)) : themed.disconnect()));
  themed.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  if (place.dataset.chartEvery) renew(place);
}
