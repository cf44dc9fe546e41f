// The search: loaded when somebody searches, after MiniSearch and the site's index.
(() => {
  "use strict";
  const { text, entries, index } = self.rackbookSearch;
  // As `src/site/search/words.rs` cuts texts.
  const words = (query) => query.toLowerCase().match(/\d+(?:\.\d+)+|[\p{L}\p{N}]+/gu) ?? [];
  // The index holds steps from document to document; MiniSearch wants each with its frequency.
  for (const [, fields] of index.index) {
    for (const field in fields) {
      let id = 0;
      fields[field] = Object.fromEntries(fields[field].map((step) => [id += step, 1]));
    }
  }
  const library = MiniSearch.loadJS(index, {
    fields: ["title", "headings", "names", "text"],
    tokenize: words,
    processTerm: (term) => term,
  });
  const options = {
    boost: { title: 6, names: 4, headings: 3 },
    prefix: true,
    fuzzy: (term) => (term.length > 3 ? 1 : false),
    weights: { fuzzy: 0.2, prefix: 0.5 },
    combineWith: "AND",
  };
  const facets = ["", "guide", "app", "cluster", "finding"];
  const names = [text.search_everything, text.search_guides, text.search_apps, text.search_cluster, text.search_findings];
  const most = 40;

  /** What is found: entries with the terms that were met, the best first. */
  const find = (query) => {
    let hits = library.search(query, options);
    if (!hits.length) hits = library.search(query, { ...options, combineWith: "OR" });
    return hits.map((hit) => ({ ...entries[hit.id], terms: hit.terms }));
  };

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const escaped = (term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  /** The words with those that were met marked. */
  const marked = (words, terms) => {
    if (!terms.length) return [words];
    const parts = words.split(new RegExp(`(${terms.map(escaped).join("|")})`, "iu"));
    return parts.map((part, at) => (at % 2 ? make("mark", { textContent: part }) : part));
  };
  /** The heading of a page that has most of the terms, as id and words. */
  const heading = ({ s, terms }) => {
    let best, most = 0;
    for (let at = 0; s && at < s.length; at += 2) {
      const has = words(s[at + 1]);
      const count = terms.filter((term) => has.includes(term)).length;
      if (count > most) [best, most] = [[s[at], s[at + 1]], count];
    }
    return best;
  };

  let number = 0;
  /** A field with its list, for the dialog and for the page of the search. */
  const build = (base, close) => {
    const id = `search-${number += 1}`;
    const input = make("input", { type: "search", id: `${id}-field`, placeholder: text.search_hint, autocomplete: "off", spellcheck: false });
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-label", text.search);
    input.setAttribute("aria-controls", `${id}-list`);
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-autocomplete", "list");
    const list = make("ul", { id: `${id}-list`, className: "hits" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", text.search);
    const said = make("p", { className: "search-said", role: "status" });
    const keys = make("p", { className: "search-keys", textContent: text.search_keys });
    const chips = make("div", { className: "facets" });
    chips.setAttribute("role", "group");
    chips.setAttribute("aria-label", text.search);
    let facet = "", chosen = -1, hits = [];

    const choose = (at) => {
      const options = [...list.querySelectorAll("a")];
      options[chosen]?.setAttribute("aria-selected", "false");
      chosen = options.length ? (at + options.length) % options.length : -1;
      options[chosen]?.setAttribute("aria-selected", "true");
      options[chosen]?.scrollIntoView({ block: "nearest" });
      if (chosen >= 0) input.setAttribute("aria-activedescendant", options[chosen].id);
      else input.removeAttribute("aria-activedescendant");
    };
    const address = (hit, place) => {
      const [path, query] = hit.h.split("?");
      const said = query ?? `h=${encodeURIComponent(words(input.value).join(" "))}`;
      return `${base}${path}?${said}${place ? `#${place[0]}` : ""}`;
    };
    const show = () => {
      const query = input.value.trim();
      hits = query ? find(query) : [];
      const counts = facets.map((one) => (one ? hits.filter((hit) => hit.k === one).length : hits.length));
      if (facet && !counts[facets.indexOf(facet)]) facet = "";
      chips.replaceChildren(...facets.flatMap((one, at) => {
        if (!counts[at]) return [];
        const chip = make("button", { type: "button", textContent: `${names[at]} ${counts[at]}` });
        chip.setAttribute("aria-pressed", String(facet === one));
        chip.addEventListener("click", () => { facet = one; show(); input.focus(); });
        return [chip];
      }));
      const shown = hits.filter((hit) => !facet || hit.k === facet);
      list.replaceChildren(...shown.slice(0, most).map((hit, at) => {
        const place = heading(hit);
        const title = make("span", { className: "hit-title" }, ...marked(hit.t, hit.terms));
        if (place) title.append(" › ", ...marked(place[1], hit.terms));
        const kind = make("span", { className: "hit-kind", textContent: names[facets.indexOf(hit.k)] });
        const note = make("span", { className: "hit-note" }, ...marked(hit.n, hit.terms));
        const option = make("a", { id: `${id}-${at}`, href: address(hit, place), tabIndex: -1 }, title, kind, note);
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.addEventListener("pointermove", () => { if (chosen !== at) choose(at); });
        const line = make("li", {}, option);
        line.setAttribute("role", "presentation");
        return line;
      }));
      input.setAttribute("aria-expanded", String(shown.length > 0));
      list.hidden = !shown.length;
      said.textContent = !query ? "" : shown.length ? `${shown.length} ${shown.length === 1 ? text.result : text.results}` : `${text.search_none} “${query}”.`;
      chosen = -1;
      choose(0);
    };
    input.addEventListener("input", show);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        list.querySelectorAll("a")[chosen].click();
      } else if (event.key === "Escape" && input.value && !close) {
        input.value = "";
        show();
      }
    });
    list.addEventListener("click", (event) => {
      // A link to the page itself would leave the dialog open.
      if (close && event.target.closest("a")) close();
    });
    show();
    return { input, parts: [make("div", { className: "search-field" }, input), chips, list, said, keys] };
  };

  let dialog, field;
  self.rackbookFind = {
    find,
    open(base) {
      if (!dialog) {
        dialog = make("dialog", { className: "search" });
        dialog.setAttribute("aria-label", text.search);
        field = build(base, () => dialog.close());
        const end = make("button", { type: "button", className: "search-close", textContent: text.search_close });
        end.addEventListener("click", () => dialog.close());
        field.parts[0].append(end);
        dialog.append(...field.parts);
        dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
        // The field would take the first Esc to empty itself.
        field.input.addEventListener("keydown", (event) => {
          if (event.key === "Escape") { event.preventDefault(); dialog.close(); }
        });
        document.body.append(dialog);
      }
      if (!dialog.open) dialog.showModal();
      field.input.focus();
      field.input.select();
    },
    inside(place, base) {
      const own = build(base);
      place.replaceChildren(...own.parts);
      own.input.value = new URLSearchParams(location.search).get("q") ?? "";
      own.input.dispatchEvent(new Event("input"));
      own.input.focus();
    },
  };
})();
