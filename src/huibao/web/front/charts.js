// Livelier pictures where scripts run: drawn from the same numbers as the table, on a canvas, because the page allows no
// inline style. Whoever asked for forced colours keeps the server's picture; whoever prints gets it too.
import { BarChart, CustomChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, CustomChart, ScatterChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const SYMBOL = { reached: "circle", short: "emptyRect", doubt: "emptyDiamond" };
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

function colours() {
  const of = getComputedStyle(document.documentElement);
  const named = (name) => of.getPropertyValue(name).trim();
  return {
    ink: named("--govuk-text-colour"),
    ground: named("--govuk-body-background-colour"),
    grid: named("--govuk-border-colour"),
    reached: named("--huibao-mark"),
    short: named("--huibao-below"),
    doubt: named("--govuk-secondary-text-colour"),
    size: parseFloat(of.fontSize),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function told(chart, at) {
  return [chart.names[at], ...chart.shown[at].map((cell, column) => `${chart.heads[column + 1]} ${cell}`)].join("\n");
}

function base(chart, look) {
  const words = { color: look.ink, fontSize: look.size, fontFamily: look.font };
  return {
    animation: !still,
    animationDuration: 300,
    textStyle: words,
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: look.ground, borderColor: look.ink, textStyle: words,
      formatter: (hit) => told(chart, hit.dataIndex),
    },
  };
}

// Neighbours stand on two levels, so that they never run together.
const line = (at, words, look, position, level) => ({
  xAxis: at, label: { formatter: words, color: look.ink, fontSize: look.size, position, distance: 4 + level * 1.4 * look.size },
  lineStyle: { color: look.ink, type: "dashed", width: 2 },
});

function dots(chart, look) {
  const percent = (bp) => bp / 100;
  const axis = { color: look.ink, fontSize: look.size };
  return {
    ...base(chart, look),
    grid: { left: 8, right: 24, top: 3.2 * look.size, bottom: 8, containLabel: true },
    xAxis: { type: "value", min: 0, max: 100, axisLabel: { ...axis, formatter: "{value}%", hideOverlap: true }, splitLine: { lineStyle: { color: look.grid } } },
    yAxis: { type: "category", inverse: true, data: chart.names, axisLabel: axis, axisTick: { show: false } },
    series: [
      {
        type: "custom", silent: true, z: 1,
        data: chart.low.map((low, at) => [low === null ? NaN : percent(low), chart.high[at] === null ? NaN : percent(chart.high[at]), at]),
        encode: { x: [0, 1], y: 2 },
        renderItem: (_, api) => {
          const from = api.coord([api.value(0), api.value(2)]);
          const to = api.coord([api.value(1), api.value(2)]);
          return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: look.grid, lineWidth: 6 } };
        },
      },
      {
        type: "scatter", symbolSize: 15, z: 2,
        data: chart.values.map((value, at) => ({
          value: [value === null ? NaN : percent(value), at], symbol: SYMBOL[chart.tones[at]],
          itemStyle: { color: look[chart.tones[at]], borderWidth: 3 },
        })),
        markLine: { symbol: "none", silent: true, data: chart.lines.map((each, at) => line(percent(each.at), each.words, look, "start", at % 2)) },
      },
    ],
  };
}

function bars(chart, look) {
  const axis = { color: look.ink, fontSize: look.size };
  return {
    ...base(chart, look),
    grid: { left: 8, right: 24, top: 48, bottom: 8, containLabel: true },
    // The second axis counts bars from the left edge, so that a term stands between two of them.
    xAxis: [
      { type: "category", data: chart.names, axisLabel: { ...axis, hideOverlap: true } },
      { type: "value", min: 0, max: chart.names.length, show: false },
    ],
    yAxis: { type: "value", minInterval: 1, axisLabel: axis, splitLine: { lineStyle: { color: look.grid } } },
    series: [
      {
        type: "bar", barCategoryGap: "12%",
        data: chart.values.map((value, at) => ({
          value: value || null, itemStyle: chart.tones[at] === "reached"
            ? { color: look.reached }
            : { color: look.ground, borderColor: look.short, borderWidth: 3 },
        })),
      },
      {
        type: "scatter", xAxisIndex: 1, data: [],
        markLine: { symbol: "none", silent: true, data: chart.lines.map((each, at) => line(each.at, each.words, look, "end", at % 2)) },
      },
    ],
  };
}

const KINDS = { dots, bars };

function enliven(picture) {
  const chart = JSON.parse(picture.dataset.chart);
  const live = document.createElement("div");
  live.className = `huibao-figure__live huibao-figure__live--${chart.kind}`;
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", `${chart.title}。${chart.says}`);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  live.style.blockSize = `${chart.kind === "dots" ? rem * (6 + 2 * chart.names.length) : rem * 20}px`;
  picture.before(live);
  picture.hidden = true;
  const shown = init(live, null, { renderer: "canvas" });
  shown.setOption(KINDS[chart.kind](chart, colours()));
  new ResizeObserver(() => shown.resize()).observe(live);
  document.documentElement.dataset.charts = "drawn";
}

if (!matchMedia("(forced-colors: active)").matches) {
  for (const picture of document.querySelectorAll("[data-chart]")) enliven(picture);
}
