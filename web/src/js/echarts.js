// The chart library with what our charts need and nothing else; built as a file of its own.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

const COLOURS = ["#1a5fb4", "#5b9bd5", "#8a94a0", "#2f7f86", "#b9d0ec", "#4b5563"];
const LIGHTS = { normal: "#2b8a4b", yellow: "#d99a00", red: "#b3261e" };
const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';

const number = (v) => (typeof v === "number" ? v.toLocaleString("zh-CN") : v);

function series(s, data) {
  const line = data.kind === "line";
  return {
    name: s.name,
    type: line ? "line" : "bar",
    data: s.values,
    stack: data.kind === "stacked" ? "all" : undefined,
    barMaxWidth: 28,
    symbolSize: 6,
    itemStyle: s.light ? { color: LIGHTS[s.light] } : undefined,
  };
}

function axes(data) {
  const names = { type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: "#8a94a0" } }, axisLabel: { color: "#59626d", hideOverlap: true }, inverse: !!data.sideways };
  const values = { type: "value", name: data.sideways ? "" : data.unit, nameTextStyle: { color: "#59626d", align: "left" }, axisLabel: { color: "#59626d", formatter: number }, splitLine: { lineStyle: { color: "#edf0f3" } } };
  return data.sideways ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
}

function option(data) {
  const many = data.series.length > 1 || data.kind === "pie";
  const base = {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: FONT, fontSize: 12 },
    tooltip: { trigger: data.kind === "pie" ? "item" : "axis", confine: true, renderMode: "richText", // the other mode writes style attributes, which the content policy forbids
      axisPointer: { type: "shadow" }, valueFormatter: (v) => `${number(v)}${data.unit ? " " + data.unit : ""}` },
    legend: many ? { top: 6, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: "#59626d" } } : undefined,
  };
  if (data.kind === "pie") {
    const values = data.series[0].values;
    return { ...base, series: [{ type: "pie", radius: ["42%", "68%"], center: ["50%", "56%"], data: data.labels.map((name, i) => ({ name, value: values[i] })), label: { formatter: "{b} {d}%", color: "#1c2024" } }] };
  }
  return { ...base, ...axes(data), grid: { left: 12, right: 20, top: many ? 52 : 32, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" }, series: data.series.map((s) => series(s, data)) };
}

export function draw(box, data) {
  const chart = init(box, null, { renderer: "svg" });
  chart.setOption(option(data));
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(box);
  return () => {
    watch.disconnect();
    chart.dispose();
  };
}
