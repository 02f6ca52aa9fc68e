// The dashboard: tile map and ranking mark each other, and the trend is drawn with its pace curve. Parts swapped in by htmx
// are set up again. Colours come from the tokens. Tooltips are rich text: HTML ones need inline styles, which the CSP forbids.
(() => {
  const root = document.documentElement;

  // ---------- map and ranking ----------
  function mark(code, from) {
    document.querySelectorAll("[data-code].is-marked").forEach((node) => node.classList.remove("is-marked"));
    if (!code) return;
    document.querySelectorAll(`[data-code="${CSS.escape(code)}"]`).forEach((node) => node.classList.add("is-marked"));
    const box = document.querySelector(".p-rankbox");
    const row = box && box.querySelector(`tr[data-code="${CSS.escape(code)}"]`);
    if (row && from.closest(".p-tilemap")) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }
  const follow = (event) => {
    const node = event.target.closest && event.target.closest("[data-code]");
    mark(node && node.dataset.code, node || document.body);
  };
  document.addEventListener("mouseover", follow);
  document.addEventListener("focusin", follow);

  // ---------- trend ----------
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const moment = (day) => { const [y, m, d] = day.split("-").map(Number); return +new Date(y, m - 1, d); };

  /** The pace curve's value on a day, linear between its points. */
  function paceAt(pace, at) {
    if (!pace.length || at < moment(pace[0][0])) return null;
    for (let i = 1; i < pace.length; i += 1) {
      const [from, to] = [pace[i - 1], pace[i]];
      if (at <= moment(to[0])) return from[1] + ((to[1] - from[1]) * (at - moment(from[0]))) / (moment(to[0]) - moment(from[0]) || 1);
    }
    return pace[pace.length - 1][1];
  }
  /** A round step that gives three to six lines up to the highest value. */
  function roundStep(highest) {
    const rough = Math.max(highest, 1) / 4;
    const size = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].find((factor) => factor * size >= rough) * size;
    return highest <= 4 ? 1 : step;
  }

  function draw(chart, el, data) {
    const rate = data.unit === "%";
    const down = (value) => (rate ? Math.floor(value * 10 + 1e-6) / 10 : Math.floor(value + 1e-6));
    const figure = (value) => (rate ? `${down(value).toFixed(1)}%` : `${down(value).toLocaleString("en-US")} ${data.unit}`);
    const size = parseFloat(getComputedStyle(root).fontSize) * 0.8125;
    const narrow = el.clientWidth < 480;
    const text = { color: css("--c-ink-3"), fontFamily: css("--f-sans"), fontSize: size };
    const pace = data.pace || [];
    const hasTarget = data.target !== null && data.target !== undefined;
    const last = data.points[data.points.length - 1];
    const year = data.on.slice(0, 4);
    const [begin, end] = [`${year}-01-01`, `${year}-12-31`];
    const highest = Math.max(hasTarget ? data.target : 0, ...data.points.map((p) => p[1]), ...pace.map((p) => p[1]), 1);
    const step = roundStep(highest);
    const time = ([day, value]) => [moment(day), value];
    const series = [];
    if (hasTarget) {
      series.push({ name: data.target_name || "目标", type: "line", silent: true, symbol: "none", data: [time([begin, data.target]), time([end, data.target])], lineStyle: { color: css("--c-control"), width: 1 },
        endLabel: { show: !narrow, formatter: `${data.target_name || "目标"} ${rate ? figure(data.target) : data.target.toLocaleString("en-US")}`, ...text } });
    }
    if (pace.length) {
      const spot = moment(`${year}-04-20`);
      series.push({ name: "计划进度", type: "line", silent: true, symbol: "none", data: pace.map(time), lineStyle: { color: css("--c-chart-pace"), width: 1.5, type: [5, 4] },
        markPoint: { silent: true, symbol: "circle", symbolSize: 1, itemStyle: { color: "transparent" }, data: [{ coord: [spot, paceAt(pace, spot) || 0] }], label: { show: true, formatter: "计划进度", position: "left", offset: [2, -10], ...text } } });
    }
    series.push({ name: "实际", type: "line", showSymbol: data.points.length < 3, data: data.points.map(time), lineStyle: { color: css("--c-chart-actual"), width: 2.5 }, itemStyle: { color: css("--c-chart-actual") },
      markPoint: last ? { symbol: "circle", symbolSize: 9, data: [{ coord: time(last) }], itemStyle: { color: css("--c-chart-actual"), borderColor: css("--c-surface"), borderWidth: 2 },
        label: { show: true, ...(moment(last[0]) < moment(`${year}-04-01`) ? { position: "right" } : { position: "top", align: "right" }), distance: 9, textBorderColor: css("--c-surface"), textBorderWidth: 4, offset: [0, -7], formatter: `${last[0] === data.on ? (root.dataset.today === data.on ? "今天" : data.on.slice(5)) : last[0].slice(5)} ${figure(last[1])}`, fontFamily: text.fontFamily, fontSize: size + 1, fontWeight: 600, color: css("--c-ink") } } : undefined });
    chart.setOption({
      animation: false, textStyle: text,
      grid: { left: 8, right: narrow ? 24 : (data.target_name || "").length > 2 ? 112 : 80, top: 24, bottom: 4, containLabel: true },
      xAxis: { type: "time", min: moment(begin), max: moment(end), splitNumber: narrow ? 4 : 12, axisLabel: { ...text, formatter: (at) => `${new Date(at).getMonth() + 1}月`, hideOverlap: true, showMaxLabel: false },
        axisLine: { lineStyle: { color: css("--c-control") } }, axisTick: { show: false }, splitLine: { show: false } },
      yAxis: { type: "value", min: 0, max: Math.ceil(highest / step) * step, interval: step, axisLabel: { ...text, formatter: (value) => (rate ? `${value}%` : value.toLocaleString("en-US")) }, splitLine: { lineStyle: { color: css("--c-chart-grid") } } },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: css("--c-surface"), borderColor: css("--c-line"), textStyle: { ...text, color: css("--c-ink") },
        formatter: (items) => {
          const item = items.find((one) => one.seriesName === "实际");
          if (!item) return "";
          const [at, value] = item.value;
          const due = paceAt(pace, at);
          const day = data.points[item.dataIndex][0];
          return `${day}\n实际 ${figure(value)}${due === null ? "" : `\n应达 ${figure(due)}`}`;
        } },
      series,
    }, true);
  }

  // ---------- the board swapped as a whole: the reader keeps the place ----------
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "board") return;
    const box = document.querySelector(".p-rankbox");
    kept = { path: location.pathname, scroll: box ? box.scrollTop : 0, table: Boolean(document.querySelector("#board .p-more[open]")) };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!kept || event.detail.target.id !== "board") return;
    if (kept.path === location.pathname) {
      const box = document.querySelector(".p-rankbox");
      if (box) box.scrollTop = kept.scroll;
      const table = document.querySelector("#board .p-more");
      if (table) table.open = kept.table;
    } else if (document.activeElement === document.body || !document.activeElement) {
      // Another office: the next Tab starts at its title, which a screen reader says.
      const title = document.querySelector("[data-board-title]");
      if (title) title.focus({ preventScroll: true });
    }
    kept = null;
  });

  const charts = new Map();
  function setUp() {
    charts.forEach((entry, el) => { if (!el.isConnected) { entry.chart.dispose(); charts.delete(el); } });
    const el = document.getElementById("trend");
    const source = document.getElementById("trend-data");
    if (!el || !source || !window.echarts || charts.has(el)) return;
    const data = JSON.parse(source.textContent);
    const chart = window.echarts.init(el, null, { renderer: "svg" });
    charts.set(el, { chart, data });
    draw(chart, el, data);
  }
  const again = () => charts.forEach(({ chart, data }, el) => { chart.resize(); draw(chart, el, data); });
  setUp();
  document.addEventListener("htmx:afterSwap", setUp);
  let timer;
  window.addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(again, 80); });
  document.addEventListener("theme", again);
  window.addEventListener("beforeprint", again);
})();
