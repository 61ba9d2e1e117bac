/* Draws the plots of the page, and lets the reader choose arms, populations and moments. */
(() => {
  "use strict";
  const content = JSON.parse(document.getElementById("plots").textContent);
  const config = {
    responsive: true,
    displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d"],
    toImageButtonOptions: { format: "svg" },
  };
  const hidden = new Set();
  const answers = {};
  const millimetres = (mm) => Math.floor((mm * 96) / 25.4);
  const status = document.getElementById("status");

  function traces(key) {
    const own = answers[key] ? content[key].views[answers[key].join("|")] || [] : content[key].traces;
    return own.map((trace) => ({ ...structuredClone(trace), visible: trace.meta < 0 || !hidden.has(trace.meta) }));
  }

  async function draw(key) {
    const place = document.getElementById(key);
    const layout = structuredClone(content[key].layout);
    layout.uirevision = (answers[key] || [key]).join("|");
    await Plotly.react(place, traces(key), layout, config);
    place.dataset.drawn = "yes";
  }

  function listen() {
    for (const box of document.querySelectorAll("input[data-arm]")) {
      if (!box.checked) hidden.add(Number(box.dataset.arm));
      box.addEventListener("change", () => {
        hidden[box.checked ? "delete" : "add"](Number(box.dataset.arm));
        Object.keys(content).forEach(draw);
      });
    }
    for (const list of document.querySelectorAll("select[data-plot]")) {
      const key = list.dataset.plot;
      answers[key] = answers[key] || [];
      answers[key][Number(list.dataset.place)] = list.value;
      list.addEventListener("change", () => {
        answers[key][Number(list.dataset.place)] = list.value;
        draw(key);
      });
    }
    for (const button of document.querySelectorAll("button.copy")) {
      button.addEventListener("click", () => copy(button));
    }
  }

  async function copy(button) {
    const rows = [...button.parentElement.querySelectorAll("tr")]; // without caption and note
    const text = rows.map((row) => [...row.cells].map((cell) => cell.textContent.replace(/^−/, "-")).join("\t")).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = "The table is copied.";
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("table"));
      status.textContent = "The table is selected; copy it with the keys of your system.";
    }
  }

  function resize(width) {
    for (const key of Object.keys(content)) {
      const place = document.getElementById(key);
      const wide = place.closest(".single") !== null;
      Plotly.relayout(place, width ? { width: millimetres(wide ? 178 : 86), autosize: false } : { width: null, autosize: true });
    }
  }

  listen();
  Promise.all(Object.keys(content).map(draw)).then(() => {
    document.body.dataset.drawn = "yes";
  });
  window.addEventListener("beforeprint", () => resize(true));
  window.addEventListener("afterprint", () => resize(false));
})();
