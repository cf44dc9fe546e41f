// The built handbook in a browser, and its HTML against rules.
//
// In: `SITE` (or `node run.mjs SITE [SITE …]`), folders that `rackbook build` wrote; the first is
// read in full. Out: status 0, or what is wrong. It needs Debian's `chromium` and `npm ci` in this
// folder, and opens no address but its own server's and files.
import { createServer } from "node:http";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
// `--only=html,index,browser` runs some of the parts.
const only = process.argv.find((word) => word.startsWith("--only="))?.slice(7).split(",");
const wants = (part) => !only || only.includes(part);
const parts = process.argv.find((word) => word.startsWith("--parts="))?.slice(8).split(",") ?? [];
const sites = process.argv.slice(2).filter((word) => !word.startsWith("--")).map((path) => resolve(path));
if (!sites.length) throw new Error("name a folder that `rackbook build` wrote");
const [site] = sites;
const wrong = { length: 0, push(line) { this.length += 1; console.error(`error: ${line}`); } };
let checks = 0;
const check = (what, holds, detail = "") => {
  checks += 1;
  if (!holds) wrong.push(`${what}${detail ? `: ${detail}` : ""}`);
};
const skip = (what) => console.log(`skipped: ${what}`);

const files = (folder) => readdirSync(folder, { recursive: true }).map(String).filter((path) => statSync(join(folder, path)).isFile()).sort();
const pages = (folder) => files(folder).filter((path) => path.endsWith(".html"));

// --- HTML against rules -------------------------------------------------------------------------
async function validate() {
  const { FileSystemConfigLoader, HtmlValidate, formatterFactory } = await import("html-validate");
  const config = JSON.parse(readFileSync(join(here, ".htmlvalidate.json"), "utf8"));
  const validator = new HtmlValidate(new FileSystemConfigLoader(config));
  for (const folder of sites) {
    // The whole handbook is the other pages again, and takes as long as all of them.
    for (const path of pages(folder).filter((path) => path !== "print.html")) {
      const report = await validator.validateString(readFileSync(join(folder, path), "utf8"), path);
      checks += 1;
      if (!report.valid) wrong.push(`html-validate ${path}\n${formatterFactory("text")(report.results).split("\n").slice(0, 8).join("\n")}`);
    }
  }
}

// --- The index in MiniSearch as published -------------------------------------------------------
function searchIndex() {
  const MiniSearch = require("minisearch");
  const sandbox = { MiniSearch };
  sandbox.self = sandbox;
  vm.createContext(sandbox);
  const script = files(join(site, "assets")).find((path) => /^search\.[0-9a-f]+\.js$/.test(path));
  for (const path of ["search-index.js", script]) vm.runInContext(readFileSync(join(site, "assets", path), "utf8"), sandbox);
  const find = (query) => sandbox.rackbookFind.find(query);
  const { index, entries } = sandbox.rackbookSearch;
  const options = { fields: Object.keys(index.fieldIds), tokenize: (text) => [text], processTerm: (term) => term };
  const again = MiniSearch.loadJSON(JSON.stringify(index), options).toJSON();
  check("MiniSearch keeps the index as it is", JSON.stringify(again.index.length) === JSON.stringify(index.index.length));
  check("each entry is a document", entries.length === index.documentCount);
  const app = entries.find((entry) => entry.k === "app");
  if (app) {
    check("an app is found by its name", find(app.t)[0]?.t === app.t, app.t);
    check("an app is found by a prefix", find(app.t.slice(0, 4)).some((hit) => hit.t === app.t), app.t);
  }
  check("a typo is forgiven", find("hardwrae").some((hit) => hit.t === "Hardware") || find("hardwre").some((hit) => hit.t === "Hardware"));
  check("nonsense finds nothing", find("zzqqxxyy").length === 0);
  for (const kind of ["app", "cluster", "finding"]) {
    check(`there are entries of the kind ${kind}`, entries.some((entry) => entry.k === kind));
  }
  for (const entry of entries) check("an entry leads to a page", existsSync(join(site, decodeURIComponent(entry.h.split(/[?#]/)[0]))), entry.h);
}

// --- In a browser -------------------------------------------------------------------------------
const kinds = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", svg: "image/svg+xml", ttf: "font/ttf", png: "image/png" };
// The page for missing addresses names its files from the top, as the site is published.
const canonical = readFileSync(join(site, "index.html"), "utf8").match(/<link rel="canonical" href="([^"]+)"/);
const prefix = canonical ? new URL(canonical[1]).pathname : "/repo/";
const server = createServer((request, response) => {
  let path = decodeURIComponent(new URL(request.url, "http://x").pathname);
  if (!path.startsWith(prefix)) { response.writeHead(404).end("outside"); return; }
  path = path.slice(prefix.length);
  if (path === "" || path.endsWith("/")) path += "index.html";
  const file = join(site, path);
  if (!existsSync(file) || !statSync(file).isFile()) { response.writeHead(404).end(); return; }
  response.writeHead(200, { "content-type": kinds[path.split(".").pop()] ?? "text/plain" }).end(readFileSync(file));
});

async function browser() {
  const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  if (!chromium) return skip("no chromium is installed; nothing is tested in a browser");
  const playwright = require("playwright-core");
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${server.address().port}${prefix}`;
  const engine = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  const visit = async (what, options, run) => {
    if (parts.length && !parts.includes(what)) return;
    const start = Date.now();
    const context = await engine.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(8000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(base).origin });
    const page = await context.newPage();
    page.on("console", (line) => { if (["error", "warning"].includes(line.type())) wrong.push(`console on ${page.url()}: ${line.text()}`); });
    page.on("pageerror", (error) => wrong.push(`error on ${page.url()}: ${error.message}`));
    page.on("request", (request) => {
      const address = request.url();
      if (!address.startsWith(base) && !address.startsWith("data:") && !address.startsWith("file:")) wrong.push(`${page.url()} asks for ${address}`);
    });
    try {
      await run(page, context);
    } catch (error) {
      wrong.push(`${page.url()}: ${error.stack.split("\n").slice(0, 4).join(" ")}`);
    }
    await context.close();
    console.log(`  ${what}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  };
  const all = pages(site);
  const app = all.find((path) => /^apps\/.+\/.+\.html$/.test(path));
  const guides = all.filter((path) => path.startsWith("guides/"));

  // Axe, on one page of each template in both themes, and a small screen; every page once.
  const scan = async (page, path) => {
    await page.evaluate(axe);
    const result = await page.evaluate(() => self.axe.run(document, { ancestry: true, selectors: true, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    // Names within a picture are as large as the picture lets them be; the table below it has the
    // same words. An empty corner of a table of words is the author's.
    const isExcused = (found, node) => (found.id === "target-size" && /\bsvg\b/.test(node.ancestry.join(" "))) || found.id === "empty-table-header";
    for (const found of result.violations) {
      found.nodes = found.nodes.filter((node) => !isExcused(found, node));
      if (!found.nodes.length) continue;
      wrong.push(`axe ${path} ${found.id}: ${found.help}\n    ${found.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary.replace(/\s+/g, " ").slice(0, 260)}`).join("\n    ")}`);
    }
    checks += 1;
  };
  const templates = ["index", "hardware", "network", "isolation", "storage", "exposure", "findings", "not-visible", "gitops", "apps/index", "404", "search", "pages", "tags"].map((name) => `${name}.html`);
  const each = [...templates, app, ...guides].filter((path) => path && existsSync(join(site, path)));
  for (const colorScheme of ["light", "dark"]) {
    await visit("axe", { colorScheme, bypassCSP: true }, async (page) => {
      for (const path of colorScheme === "light" ? each : each.filter((path) => !guides.slice(1).includes(path))) {
        await page.goto(base + path);
        await scan(page, `${path} (${colorScheme})`);
      }
      await page.goto(`${base}index.html`);
      await page.keyboard.press("/");
      await page.locator("dialog input").fill("hard");
      await page.locator("dialog [role=option]").first().waitFor();
      await scan(page, `search (${colorScheme})`);
    });
  }

  // No page is wider than its screen.
  for (const width of [390, 768, 1280]) {
    await visit("width", { viewport: { width, height: 800 } }, async (page) => {
      for (const path of each) {
        await page.goto(base + path);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(`${path} fits ${width} px`, over <= 0, `${over} px over`);
      }
    });
  }

  // Getting about.
  await visit("ways", {}, async (page) => {
    await page.goto(`${base}index.html`);
    await page.keyboard.press("Tab");
    check("the skip link comes first", await page.evaluate(() => document.activeElement.className) === "skip");
    await page.keyboard.press("Enter");
    check("the skip link leads to the text", new URL(page.url()).hash === "#main");
    await page.click(".sidebar >> text=Hardware");
    check("the sidebar leads to a page", page.url() === `${base}hardware.html`);
    check("the sidebar marks the page", (await page.locator(".sidebar [aria-current=page]").textContent()) === "Hardware");
    await page.click(".neighbours [rel=next]");
    check("there is a next page", page.url() !== `${base}hardware.html`);
    await page.goBack();
    check("there is a way back", page.url() === `${base}hardware.html`);
    await page.click(".brand");
    check("the name leads home", page.url() === `${base}index.html`);
    if (guides.length > 1) {
      for (const path of guides) {
        await page.goto(base + path);
        if ((await page.locator("nav.contents a").count()) > 3) break;
      }
      await page.setViewportSize({ width: 1440, height: 700 });
      const line = page.locator("nav.contents a").nth(2);
      await line.click();
      await page.waitForFunction(() => document.querySelector("nav.contents [aria-current]"));
      const id = await line.getAttribute("href");
      check("a heading is where its link leads", new URL(page.url()).hash === id);
      check("the contents list follows", (await page.locator("nav.contents [aria-current]").count()) === 1);
    }
  });

  // Search by mouse and keyboard, and what it leads to.
  await visit("search", {}, async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${base}index.html`);
    check("the index is not loaded before it is wanted", !asked.some((address) => address.includes("search-index")));
    await page.click(".search-link");
    await page.locator("dialog input").fill("hardware");
    check("the best hit is the page", (await page.locator("dialog [role=option]").first().textContent()).startsWith("Hardware"));
    await page.locator("dialog [role=option]").first().click();
    check("a click opens the hit", page.url().startsWith(`${base}hardware.html`), page.url());
    const marked = page.waitForFunction(() => CSS.highlights.get("found")?.size > 0);
    check("the words are marked", await marked.then(() => true, () => false));
    await page.keyboard.press("/");
    await page.locator("dialog input").waitFor();
    await page.keyboard.type("network");
    await page.locator("dialog [aria-selected=true]").waitFor();
    const first = await page.locator("dialog [aria-selected=true]").getAttribute("id");
    await page.keyboard.press("ArrowDown");
    check("arrow keys choose", (await page.locator("dialog [aria-selected=true]").getAttribute("id")) !== first);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Escape");
    check("Esc closes", !(await page.locator("dialog").evaluate((dialog) => dialog.open)));
    await page.keyboard.press("/");
    await page.keyboard.type("network");
    await page.locator("dialog [aria-selected=true]").waitFor();
    await Promise.all([page.waitForURL((address) => !address.pathname.endsWith("hardware.html")), page.keyboard.press("Enter")]);
    check("Enter opens the hit", !page.url().includes("hardware.html"));
    await page.goto(`${base}search.html?q=hardware`);
    await page.locator("[role=option]").first().waitFor();
    const chips = page.locator(".facets button");
    if ((await chips.count()) > 1) {
      await chips.nth(1).click();
      check("facets narrow", (await chips.nth(1).getAttribute("aria-pressed")) === "true");
    }
  });

  // Search where pages are files.
  await visit("files", {}, async (page) => {
    await page.goto(pathToFileURL(join(site, app ?? "index.html")).href);
    await page.keyboard.press("/");
    await page.locator("dialog input").fill("hardware");
    await page.locator("dialog [role=option]").first().click();
    await page.waitForURL(/hardware\.html/);
    check("search works from files", page.url().startsWith("file:") && page.url().includes("hardware.html"));
    check("styles work from files", await page.evaluate(() => getComputedStyle(document.querySelector(".top")).position === "sticky"));
  });

  // The theme: chosen, kept, and there before anything is shown.
  await visit("theme", { colorScheme: "light" }, async (page) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.goto(`${base}index.html`);
    const light = await ground();
    await page.click(".theme-button");
    const dark = await ground();
    check("the button changes the theme", light !== dark);
    await page.addInitScript(() => {
      addEventListener("DOMContentLoaded", () => {});
      const seen = () => { if (document.body) { self.firstGround ??= getComputedStyle(document.body).backgroundColor; } else requestAnimationFrame(seen); };
      seen();
    });
    await page.goto(`${base}hardware.html`);
    check("the theme is kept", (await ground()) === dark);
    check("the theme does not flash", (await page.evaluate(() => self.firstGround)) === dark, await page.evaluate(() => self.firstGround));
    check("the script of the theme blocks", await page.evaluate(() => {
      const script = document.querySelector("head script[src*='theme.']");
      return script && !script.defer && !script.async && Boolean(script.compareDocumentPosition(document.querySelector("link[rel=stylesheet]")) & 4);
    }));
    await page.click(".theme-button");
    check("the button changes it back", (await ground()) === light);
    check("what the system has is no choice", await page.evaluate(() => localStorage.getItem("rackbook-theme")) === null);
  });

  // Copying, tabs and sorting, where the site has them.
  await visit("parts", {}, async (page) => {
    const done = { copy: false, tabs: false, anchor: false, deleted: false, sort: false };
    for (const path of guides) {
      await page.goto(base + path);
      const button = page.locator(".copy").first();
      if (!done.copy && (await button.count())) {
        done.copy = true;
        await button.scrollIntoViewIfNeeded();
        await button.focus();
        await button.click();
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        check("a block is copied", copied.trim().length > 0);
      }
      const gone = page.locator("figure.code:has(.line.deleted)").first();
      if (!done.deleted && (await gone.count())) {
        done.deleted = true;
        const [first, kept] = await gone.evaluate((one) => [one.querySelector(".line.deleted"), one.querySelectorAll(".line:not(.deleted)")].map((part) => part.textContent ?? part.length));
        await gone.locator(".copy").click();
        const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
        check("what is deleted is not copied", !copied.includes(first) && copied.filter((line, at) => line || at < copied.length - 1).length === kept, copied.join("|"));
      }
      const tab = page.locator("input[data-sync]:not(:checked)").first();
      if (!done.tabs && (await tab.count())) {
        done.tabs = true;
        const label = await tab.getAttribute("data-sync");
        await page.locator(`label[for="${await tab.getAttribute("id")}"]`).click();
        const states = await page.locator("input[data-sync]").evaluateAll((all, label) => all.filter((one) => one.dataset.sync === label).map((one) => one.checked), label);
        check("tabs of one label are one choice", states.every(Boolean));
        await page.reload();
        check("the choice is kept", await page.locator("input[data-sync]").evaluateAll((all, label) => all.filter((one) => one.dataset.sync === label).every((one) => one.checked), label));
      }
      const panel = page.locator(".tab-panel[id]:not(:visible)").first();
      if (!done.anchor && (await panel.count())) {
        done.anchor = true;
        const id = await panel.getAttribute("id");
        await page.evaluate((id) => { location.hash = id; }, id);
        await page.waitForFunction((id) => document.getElementById(id).checkVisibility(), id).catch(() => {});
        const shown = await page.locator(`.tabs:has([id="${id}"]) > .tab-panel:visible`).evaluateAll((all) => all.map((one) => one.id));
        check("a link to a tab opens it, and no other", shown.join() === id, `${id} in ${path}: ${shown}`);
      }
      const sort = page.locator(".sort").first();
      if (!done.sort && (await sort.count())) {
        done.sort = true;
        await sort.click();
        check("a table sorts", (await page.locator("[aria-sort=ascending]").count()) === 1);
      }
    }
    for (const [what, seen] of Object.entries(done)) if (!seen) skip(`no page of the site has something to test ${what} with`);
  });

  // Without scripts.
  await visit("plain", { javaScriptEnabled: false }, async (page) => {
    for (const path of ["index.html", "hardware.html", app, guides.at(-1)].filter(Boolean)) {
      await page.goto(base + path);
      check(`${path} has its text without scripts`, (await page.locator("main").innerText()).length > 200);
      check(`${path} shows no control that does nothing`, !(await page.locator(".theme-button").isVisible()));
    }
    await page.click(".search-link");
    check("the search is a link without scripts", page.url() === `${base}search.html`);
    check("the page of the search says what it needs", (await page.locator("main").innerText()).includes("JavaScript"));
    check("and leads on", (await page.locator("main .ways a").count()) > 0);
  });

  // The menu of a small screen.
  await visit("menu", { viewport: { width: 390, height: 800 } }, async (page) => {
    await page.goto(`${base}index.html`);
    check("the sidebar is folded", !(await page.locator(".sidebar").isVisible()));
    await page.click(".menu-button");
    check("the menu opens", await page.locator(".sidebar").isVisible());
    await page.keyboard.press("Escape");
    check("Esc closes the menu", !(await page.locator(".sidebar").isVisible()));
  });

  // Paper.
  await visit("paper", {}, async (page) => {
    await page.goto(`${base}hardware.html`);
    await page.emulateMedia({ media: "print" });
    for (const part of [".top", ".sidebar", ".neighbours"]) check(`${part} is not printed`, !(await page.locator(part).first().isVisible()));
    check("the text is printed", await page.locator("h1").isVisible());
    check("a page prints", (await page.pdf()).length > 5000);
    await page.goto(`${base}print.html`);
    check("the whole handbook has its parts", (await page.locator(".whole").count()) > 5);
  });
  await engine.close();
  server.close();
}

const timed = async (part, run) => {
  if (!wants(part)) return;
  const start = Date.now();
  await run();
  console.log(`${part}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
};
await timed("index", searchIndex);
await timed("html", validate);
await timed("browser", browser);
console.log(`${checks} checks, ${wrong.length} wrong (${sites.map((path) => relative(process.cwd(), path) || ".").join(", ")})`);
process.exit(wrong.length ? 1 : 0);
