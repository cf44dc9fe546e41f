// Pictures: what hangs together lights up, a filter keeps it lit, and the picture can be enlarged.
// Without this script a picture is complete, and its boxes are links.
"use strict";
(() => {
  const words = (text) => (text || "").split(" ").filter(Boolean);
  const make = (name, parent, attributes, text) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  };

  // What a box or line is tied to, itself included. A line names the box that it starts from first:
  // that one is tied to all its ends, each other end to that one only.
  const tied = (svg, all) => {
    const by = (id) => all.find((one) => one.id === `${svg.id}-${id}`);
    const own = (one) => one.id.slice(svg.id.length + 1);
    return (one, lit) => {
      const add = (other) => other && lit.add(other);
      const { e, m, n, p, t } = one.dataset;
      add(one);
      words(n).forEach((id) => add(by(id)));
      for (const path of words(e).map(by).filter(Boolean)) {
        const [hub, ...ends] = words(path.dataset.n);
        add(path);
        add(by(hub));
        if (hub === own(one)) ends.forEach((id) => add(by(id)));
      }
      const parent = p && by(p);
      add(parent);
      for (const other of all) {
        if (other.dataset.p && other.dataset.p === own(one)) add(other);
        if (t && words(other.dataset.m).includes(t)) add(other);
        if (words(m).includes(other.dataset.t)) {
          const joins = words(other.dataset.n).includes(p);
          if (!other.dataset.n || joins) add(other);
        }
      }
      return lit;
    };
  };

  const enliven = (figure) => {
    const frame = figure.querySelector(".picture-scroll");
    const svg = frame && frame.querySelector("svg.dg");
    if (!svg) return;
    const all = [...svg.children].filter((one) => one.matches("a,g") && one.id);
    const light = tied(svg, all);
    let kept = null;
    const show = (lit) => {
      svg.classList.toggle("is-lit", !!lit);
      all.forEach((one) => one.classList.toggle("hot", !!lit && lit.has(one)));
    };
    const of = (event) => all.find((one) => one.contains(event.target));
    const enter = (event) => {
      const one = of(event);
      if (event.pointerType === "touch") return;
      show(one ? light(one, new Set()) : kept);
    };
    svg.addEventListener("pointerover", enter);
    svg.addEventListener("focusin", enter);
    svg.addEventListener("pointerleave", () => show(kept));
    svg.addEventListener("focusout", () => show(kept));

    const tools = make("div", figure, { class: "picture-tools", role: "group", "aria-label": "Picture" });
    frame.before(tools);
    const filters = make("div", tools, { class: "picture-filters" });
    const chips = [];
    let select;
    const keep = (ones, chip) => {
      kept = ones.length ? ones.reduce((lit, one) => light(one, lit), new Set()) : null;
      chips.forEach((one) => one.setAttribute("aria-pressed", one === chip));
      show(kept);
    };
    const clear = () => {
      if (select) select.value = "";
      keep([]);
    };
    figure.addEventListener("keydown", (event) => {
      if (event.key === "Escape") clear();
    });

    for (const one of all.filter((one) => one.dataset.t && !one.dataset.n)) {
      const name = one.querySelector("text");
      const chip = make("button", filters, { type: "button", class: "picture-chip", "aria-pressed": "false" });
      const mark = one.querySelector("path");
      if (mark) {
        const icon = document.createElementNS(svg.namespaceURI, "svg");
        icon.setAttribute("viewBox", "-6 -6 12 12");
        icon.setAttribute("aria-hidden", "true");
        icon.append(mark.cloneNode());
        icon.firstChild.removeAttribute("transform");
        chip.append(icon);
      }
      chip.append(name ? name.textContent : one.dataset.t);
      chip.addEventListener("click", () => {
        const off = chip.getAttribute("aria-pressed") === "true";
        clear();
        if (!off) keep([one], chip);
      });
      chips.push(chip);
    }

    const spaces = [...new Set(all.map((one) => one.dataset.s).filter(Boolean))].sort();
    if (spaces.length > 1) {
      select = make("select", filters, { "aria-label": "Namespace" });
      make("option", select, { value: "" }, "All namespaces");
      spaces.forEach((space) => make("option", select, { value: space }, space));
      select.addEventListener("change", () => {
        const { value } = select;
        keep(all.filter((one) => value && one.dataset.s === value));
      });
    }

    // Enlarged, the picture is wider than its frame, which scrolls as it does on a small screen.
    const natural = Number(svg.getAttribute("width"));
    let scale = 0;
    const zoom = (wanted, x, y) => {
      const before = svg.getBoundingClientRect();
      const least = Math.min(1, frame.clientWidth / natural);
      scale = wanted && Math.min(4, Math.max(least, wanted));
      frame.classList.toggle("is-zoomed", !!scale);
      svg.setAttribute("width", Math.round(natural * (scale || 1)));
      const after = svg.getBoundingClientRect();
      if (x === undefined) return;
      const grown = after.width / before.width;
      frame.scrollLeft += (x - before.left) * grown - (x - after.left);
      scrollBy(0, (y - before.top) * grown - (y - after.top));
    };
    const now = () => svg.getBoundingClientRect().width / natural;
    const zooms = make("div", tools, { class: "picture-zoom" });
    const button = (text, label, act) => {
      const element = make("button", zooms, { type: "button", title: label, "aria-label": label }, text);
      element.addEventListener("click", act);
    };
    const step = (by) => () => {
      const { left, top, width } = frame.getBoundingClientRect();
      zoom(now() * by, left + width / 2, Math.max(top, 0));
    };
    button("−", "Make smaller", step(0.8));
    button("+", "Make larger", step(1.25));
    button("Reset", "Reset: natural size, everything lit", () => {
      clear();
      zoom(0);
    });
    frame.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(now() * Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
    }, { passive: false });

    // A drag with the mouse moves what is wider than its frame; a click stays a click.
    let held = null;
    let moved = false;
    frame.addEventListener("pointerdown", (event) => {
      moved = false;
      if (event.pointerType === "mouse" && !event.button && frame.scrollWidth > frame.clientWidth) {
        held = [event.clientX, event.clientY];
      }
    });
    addEventListener("pointermove", (event) => {
      if (!held) return;
      const [x, y] = [event.clientX - held[0], event.clientY - held[1]];
      if (!moved && Math.abs(x) + Math.abs(y) < 5) return;
      moved = true;
      frame.classList.add("is-held");
      frame.scrollLeft -= x;
      scrollBy(0, -y);
      held = [event.clientX, event.clientY];
    });
    addEventListener("pointerup", () => {
      held = null;
      frame.classList.remove("is-held");
    });
    frame.addEventListener("dragstart", (event) => event.preventDefault());
    frame.addEventListener("click", (event) => {
      if (moved) event.preventDefault();
    }, true);
  };
  document.querySelectorAll("figure.picture").forEach(enliven);
})();
