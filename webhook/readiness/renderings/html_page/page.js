"use strict";
// Sorts and filters the workloads, and unfolds. Without it the page shows all of them, in the order of the report.
(() => {
  const table = document.getElementById("workload-table");
  const folds = () => document.querySelectorAll("details");

  // For browsers whose stylesheets cannot unfold for paper.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...folds()].filter((fold) => !fold.open);
    unfolded.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((fold) => { fold.open = false; }));
  if (!table) return;

  const byId = (id) => document.getElementById(id);
  const workloads = [...table.tBodies];
  const heads = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator("en", { numeric: true });
  const keyOf = (workload, column) => {
    const cell = workload.rows[0].cells[column];
    return cell.dataset.key ?? cell.textContent;
  };

  const sortBy = (head, column) => {
    const first = head.dataset.first ?? "ascending";
    const second = first === "ascending" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? second : first;
    heads.forEach((other) => other.setAttribute("aria-sort", other === head ? order : "none"));
    const sign = order === "ascending" ? 1 : -1;
    const keyed = workloads.map((workload, place) => ({ workload, place, key: keyOf(workload, column) }));
    keyed.sort((a, b) => sign * collator.compare(a.key, b.key) || a.place - b.place);
    table.append(...keyed.map(({ workload }) => workload));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(head, column));
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
  });

  const search = byId("search");
  const choices = ["namespace", "reason", "recreation"].map((name) => {
    const words = (workload) => name === "reason" ? workload.dataset.reason.split(" ") : [workload.dataset[name]];
    const select = byId(`by-${name}`);
    const known = [...new Set(workloads.flatMap(words))].sort(collator.compare);
    known.forEach((word) => select.add(new Option(word || "(none)", word)));
    return { select, words };
  });
  const texts = new Map();
  const textOf = (workload) => {
    if (!texts.has(workload)) texts.set(workload, workload.textContent.toLowerCase());
    return texts.get(workload);
  };
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    workloads.forEach((workload) => {
      const fits = choices.every(({ select, words }) =>
        select.selectedIndex === 0 || words(workload).includes(select.value));
      workload.hidden = !fits || !textOf(workload).includes(wanted);
      shown += !workload.hidden;
    });
    byId("shown").textContent = shown === workloads.length
      ? `${shown} workload${shown === 1 ? "" : "s"}`
      : shown ? `${shown} of ${workloads.length} workloads` : `None of ${workloads.length} workloads matches.`;
  };
  search.addEventListener("input", filter);
  choices.forEach(({ select }) => select.addEventListener("change", filter));

  const unfold = byId("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(open));
    table.querySelectorAll("details").forEach((fold) => { fold.open = open; });
  });

  document.querySelector(".controls").hidden = false;
  filter();
})();
