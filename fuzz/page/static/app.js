// Plots, live updates, and lines that belong together. Pages work without it.
"use strict";
(() => {
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const steps = [...Array(12).keys()].flatMap((n) => [1, 2, 5].map((d) => d * 10 ** n)); // ticks of what is counted
  let plots = [];

  function draw() {
    for (const p of plots) p.destroy();
    plots = [];
    const script = document.querySelector("script.series");
    if (!script || !window.uPlot) return;
    const data = JSON.parse(script.textContent), x = script.dataset.x;
    for (const place of document.querySelectorAll("[data-plot]")) {
      const y = data[place.dataset.plot];
      if (!y || y.length === 0) { place.textContent = "nothing to plot yet"; continue; }
      place.textContent = "";
      const axis = { stroke: style("--quiet"), grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line"), width: 1 }, font: "11px system-ui, sans-serif" };
      const whole = x === "runs";
      const last = data[x][data[x].length - 1];
      const unit = whole ? 1 : last < 0.05 ? 3600 : last < 3 ? 60 : 1;
      const name = whole ? "file" : unit === 3600 ? "seconds" : unit === 60 ? "minutes" : "hours";
      plots.push(new uPlot({
        width: place.clientWidth, height: 190, legend: { show: false }, cursor: { drag: { x: true, y: false } },
        scales: { x: { time: false }, y: { range: (u, min, max) => [Math.min(0, min), max > 0 ? max * 1.08 : 1] } },
        axes: [Object.assign({ label: name, labelSize: 14, labelFont: "11px system-ui, sans-serif", size: 30, incrs: whole ? steps : undefined }, axis), Object.assign({ size: 56, incrs: y.every(Number.isInteger) ? steps : undefined }, axis)],
        series: [{}, { stroke: style("--blue"), width: 2, fill: style("--blue") + "22", points: { show: place.dataset.points === "1" || y.length < 3, size: 7 } }],
        hooks: { setCursor: [(u) => {
          const i = u.cursor.idx;
          place.title = i == null ? "" : u.data[1][i].toLocaleString("en", { maximumFractionDigits: 2 }) + " at " + u.data[0][i].toFixed(whole ? 0 : 2) + " " + name;
        }] },
      }, [data[x].map((v) => v * unit), y], place));
    }
  }

  function link() {
    for (const side of document.querySelectorAll(".side")) {
      const lines = side.querySelectorAll("[data-inst]");
      const show = (event, on) => {
        const line = event.target.closest("[data-inst]");
        for (const l of lines) l.classList.toggle("same", on && line !== null && l.dataset.inst === line.dataset.inst);
      };
      for (const kind of ["mouseover", "focusin"]) side.addEventListener(kind, (e) => show(e, true));
      for (const kind of ["mouseout", "focusout"]) side.addEventListener(kind, (e) => show(e, false));
    }
  }

  // update replaces the parts of the page that change by those of the page as it is now.
  async function update() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(part.id);
      if (!now || now.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
      part.replaceWith(document.adoptNode(now));
      if (part.id === "series") draw();
    }
  }

  function follow() {
    const sign = document.getElementById("live");
    if (!sign || !window.EventSource || location.protocol === "file:") return;
    const events = new EventSource("/live");
    let seen = null, busy = false, again = false;
    events.onopen = () => { sign.hidden = false; };
    events.onerror = () => { sign.hidden = true; };
    events.onmessage = async (e) => {
      const changed = seen !== null && seen !== e.data;
      seen = e.data;
      if (!changed) return;
      if (busy) { again = true; return; }
      busy = true;
      do { again = false; try { await update(); } catch { /* the server is gone for a while */ } } while (again);
      busy = false;
    };
  }

  // On the list of buckets j and k go down and up, as the arrows do in other lists.
  function keys() {
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.altKey || e.metaKey || e.target.closest("input, select, textarea")) return;
      if (e.key === "/") { const q = document.querySelector("input[type=search]"); if (q) { q.focus(); e.preventDefault(); } return; }
      if (e.key !== "j" && e.key !== "k") return;
      const links = [...document.querySelectorAll("td.bucket a")];
      const at = links.indexOf(document.activeElement) + (e.key === "j" ? 1 : -1);
      if (links[at]) links[at].focus();
    });
  }

  function start() {
    draw(); link(); follow(); keys();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    let late = 0;
    addEventListener("resize", () => { clearTimeout(late); late = setTimeout(draw, 150); });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
