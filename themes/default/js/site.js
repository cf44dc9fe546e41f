// What each page does beyond showing itself. A page is complete without it. Before it stands the
// constant `rackbookText`, the words of the theme.
(() => {
  "use strict";
  const text = rackbookText;
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const store = {
    get(key) { try { return localStorage.getItem(`rackbook-${key}`); } catch { return null; } },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem(`rackbook-${key}`);
        else localStorage.setItem(`rackbook-${key}`, value);
      } catch { /* Storage may be forbidden. */ }
    },
  };
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // Light or dark. What the system has is no choice, and follows the system later on.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shown = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const button = document.querySelector(".theme-button");
  const tell = () => {
    if (!button) return;
    button.setAttribute("aria-pressed", shown() === "dark");
    button.title = shown() === "dark" ? text.theme_light : text.theme_dark;
  };
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = shown() === "dark" ? "light" : "dark";
      const isSystem = next === (dark.matches ? "dark" : "light");
      if (isSystem) delete root.dataset.theme;
      else root.dataset.theme = next;
      store.set("theme", isSystem ? null : next);
      tell();
    });
  }
  dark.addEventListener("change", tell);
  addEventListener("storage", (event) => {
    if (event.key !== "rackbook-theme") return;
    if (event.newValue) root.dataset.theme = event.newValue;
    else delete root.dataset.theme;
    tell();
  });
  tell();

  // Search, loaded when it is first wanted.
  const link = document.querySelector(".search-link");
  const base = link?.dataset.root ?? "";
  const load = (path) => new Promise((done, failed) => {
    document.head.append(make("script", { src: base + path, async: false, onload: done, onerror: failed }));
  });
  let loading;
  const search = () => {
    loading ??= Promise.all(link.dataset.scripts.split(" ").map(load));
    return loading.then(() => self.rackbookFind);
  };
  const open = () => search().then(
    (find) => find.open(base),
    () => { loading = undefined; location.href = link.href; },
  );
  const place = document.querySelector("[data-search-page]");
  const typing = (element) => element?.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  if (link) {
    if (place) {
      search().then((find) => find.inside(place, base), () => { place.textContent = text.search_failed; });
    } else {
      link.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        open();
      });
      // Whoever points at it will want it soon.
      link.addEventListener("pointerenter", () => search().catch(() => { loading = undefined; }), { once: true });
    }
    addEventListener("keydown", (event) => {
      const slash = event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey;
      const control = event.key === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey;
      if (!(slash && !typing(event.target)) && !control) return;
      event.preventDefault();
      if (place) place.querySelector("input")?.focus();
      else open();
    });
  }

  // Shows what is folded, or within a tab that is not chosen.
  const unfold = (element) => {
    let opened = false;
    const open = (box, key) => {
      opened ||= !box[key];
      box[key] = true;
    };
    for (let box = element; box; box = box.parentElement) {
      if (box.localName === "details") open(box, "open");
      if (box.className === "tab-panel") open(box.previousElementSibling.control, "checked");
    }
    return opened;
  };

  // Words that a search led to.
  const wanted = new URLSearchParams(location.search).get("h");
  if (wanted && self.Highlight && CSS.highlights) {
    const main = document.querySelector("main");
    const find = (words) => {
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
      const ranges = [];
      while (walker.nextNode() && ranges.length < 500) {
        const node = walker.currentNode;
        const hay = node.data.toLowerCase();
        for (const word of words) {
          for (let at = hay.indexOf(word); at >= 0; at = hay.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            ranges.push(range);
          }
        }
      }
      return ranges;
    };
    const phrase = wanted.toLowerCase().trim();
    let ranges = phrase ? find([phrase]) : [];
    if (!ranges.length) ranges = find(phrase.split(/\s+/).filter((word) => word.length > 1));
    if (ranges.length) {
      CSS.highlights.set("found", new Highlight(...ranges));
      if (!location.hash) {
        const first = ranges.find((range) => !range.startContainer.parentElement.closest("h1, .lead")) ?? ranges[0];
        const element = first.startContainer.parentElement;
        unfold(element);
        element.scrollIntoView({ block: "center" });
      }
    }
  }

  // What a link within the page leads to may be folded, or within a tab that is not chosen.
  const arrive = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* It is no encoded text, then. */ }
    const target = document.getElementById(id);
    if (unfold(target)) target.scrollIntoView();
  };

  // The sidebar shows the page; the contents list shows what is being read.
  const sidebar = document.querySelector(".sidebar");
  const current = sidebar?.querySelector("[aria-current]");
  if (current && sidebar.scrollHeight > sidebar.clientHeight) {
    sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 2;
  }
  const lines = new Map(all("nav.contents a").map((line) => [line.hash.slice(1), line]));
  const headings = [...lines.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
  if (headings.length) {
    let marked;
    const spy = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
      const atEnd = innerHeight + scrollY >= root.scrollHeight - 4 && scrollY > 0;
      const heading = atEnd ? headings.at(-1) : passed.at(-1);
      const line = heading && lines.get(encodeURI(heading.id)) || heading && lines.get(heading.id);
      if (line === marked) return;
      marked?.removeAttribute("aria-current");
      line?.setAttribute("aria-current", "location");
      marked = line;
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; spy(); });
    }, { passive: true });
    spy();
  }

  // Copying: the text of a block, or what an element says.
  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      const area = make("textarea", { value: words, className: "sr" });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const plain = (block) => {
    const code = (block.querySelector("pre code") ?? block).cloneNode(true);
    const left = ".line:is(.deleted, :has(> .hl-o)), .hl-o";
    for (const mark of all(`${left}, .hl-g, .code-mark`, code)) {
      // With a line goes its end.
      if (mark.matches(left) && mark.nextSibling?.data) mark.nextSibling.data = mark.nextSibling.data.replace("\n", "");
      mark.remove();
    }
    return code.textContent.replace(/\n+$/, "\n");
  };
  const blocks = new Set([...all("figure.code, [data-copy]"), ...all("main pre").filter((block) => !block.closest("figure, [data-copy]"))]);
  for (const block of blocks) {
    const own = block.dataset.copy;
    const live = make("span", { className: "sr", role: "status" });
    const action = make("button", { type: "button", className: "copy", textContent: text.copy });
    action.addEventListener("click", async () => {
      await copy(own || plain(block));
      action.textContent = live.textContent = text.copied;
      setTimeout(() => { action.textContent = text.copy; live.textContent = ""; }, 1600);
    });
    if (block.matches("pre")) {
      const frame = make("div", { className: "copy-frame" });
      block.replaceWith(frame);
      frame.append(block, action, live);
    } else {
      block.append(action, live);
    }
  }

  // Tabs of one label are one choice, on each page.
  const choose = (label) => {
    for (const tab of all("input[data-sync]")) if (tab.dataset.sync === label) tab.checked = true;
  };
  for (const label of JSON.parse(store.get("tabs") ?? "[]")) choose(label);
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();
  addEventListener("change", (event) => {
    const label = event.target.dataset?.sync;
    if (!label) return;
    const top = event.target.getBoundingClientRect().top;
    choose(label);
    scrollBy(0, event.target.getBoundingClientRect().top - top);
    const others = all("input", event.target.parentElement).map((tab) => tab.dataset.sync);
    const kept = JSON.parse(store.get("tabs") ?? "[]").filter((one) => !others.includes(one));
    store.set("tabs", JSON.stringify([...kept, label].slice(-20)));
  });

  // Tables that sort.
  const number = /^[^\d.-]*(-?[\d.]+)\s*([kmgtp]?)i?b?\b/i;
  const value = (cell) => {
    const words = (cell?.dataset.value ?? cell?.textContent ?? "").trim();
    const found = number.exec(words.replace(/(\d)[, \u202f](?=\d{3})/g, "$1"));
    const isNumber = found && !/\d\.\d+\./.test(words);
    return isNumber ? found[1] * 1024 ** "kmgtp".indexOf(found[2].toLowerCase() || "k") : words;
  };
  const compare = new Intl.Collator(root.lang, { numeric: true }).compare;
  for (const table of all("table[data-sortable]")) {
    const heads = all("thead tr:last-child th", table);
    heads.forEach((head, column) => {
      const action = make("button", { type: "button", className: "sort" }, ...head.childNodes);
      head.append(action);
      action.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const order = (one, other) => {
          const [a, b] = [one, other].map((row) => value(row.cells[column]));
          const both = typeof a === "number" && typeof b === "number";
          return (both ? a - b : compare(String(a), String(b))) * (up ? 1 : -1);
        };
        body.append(...[...body.rows].sort(order));
      });
    });
  }
})();
