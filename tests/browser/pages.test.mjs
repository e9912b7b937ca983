// The pages as a reader uses them, in headless Chromium.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeSource, everyPage, makeIndex, openBrowser, query, startServer } from "./archive.mjs";

let index, server, browser, article, speaker, pages;

before(async () => {
  index = makeIndex();
  server = await startServer(index.index);
  browser = await openBrowser();
  const hit = query(index.index, "-s", "treaty", "kind:direct", "speaker:*").hits[0];
  article = hit.article.id;
  speaker = hit.speaker.name;
  pages = Object.values(everyPage(index.index));
});

after(async () => {
  await browser?.close();
  server?.stop();
  index?.remove();
});

/** Opens a page, and fails where the browser refused something that the page wanted. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address)) complaints.push(`asks ${request.url()}`);
  });
  const answer = await page.goto(server.address + path);
  return { page, answer, context, complaints };
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test("search, filter, follow a bar, open, follow a statement, go back", async () => {
      const { page, context, complaints } = await open("/", { javaScriptEnabled });
      await page.getByRole("searchbox").or(page.getByRole("combobox")).fill("treaty");
      await page.getByRole("button", { name: "Search" }).click();
      assert.match(await page.locator("#count").innerText(), /^\d+ statements$/);
      const all = await page.locator("#count").innerText();
      assert.ok((await page.locator(".hit mark").count()) > 0, "what matched is marked");

      await page.locator(".facets li a").first().click();
      const narrowed = await page.locator("#count").innerText();
      assert.notEqual(narrowed, all);
      await page.locator(".chips a").first().click();
      assert.equal(await page.locator("#count").innerText(), all);

      const bar = page.locator(".timeline a").first();
      const label = await bar.getAttribute("aria-label");
      await bar.locator(".reach").click();
      const ofBar = await page.locator("#count").innerText();
      assert.equal(ofBar, label.split(": ").at(-1), "a bar leads to what it counts");

      const statement = page.locator(".hit .open").first();
      const words = (await statement.innerText()).slice(0, 12);
      await statement.click();
      const target = new URL(page.url()).hash.slice(1);
      assert.match(target, /^[0-9a-f]{8}$/);
      const marked = page.locator(`[id="${target}"]`);
      assert.ok((await marked.innerText()).startsWith(words), "the link leads to the words");
      assert.ok(await marked.evaluate((element) => element.matches(":target")));
      await page.goBack();
      assert.equal(await page.locator("#count").innerText(), ofBar);
      assert.deepEqual(complaints, []);
      await context.close();
    });

    test("downloads hold what was found", async () => {
      const { page, context } = await open("/?q=treaty", { javaScriptEnabled });
      const count = Number((await page.locator("#count").innerText()).split(" ")[0].replaceAll(",", ""));
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: /^jsonl/ }).click(),
      ]);
      assert.equal(download.suggestedFilename(), "dateline.jsonl");
      const { readFileSync } = await import("node:fs");
      const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
      const held = lines.map((line) => JSON.parse(line)).reduce((sum, hit) => sum + 1 + hit.duplicates, 0);
      assert.equal(held, count);
      await context.close();
    });
  });
}

test("a speaker's page leads to the statements, the company and the words", async () => {
  const { page, context, complaints } = await open(`/speaker/${encodeURIComponent(speaker)}`);
  assert.equal(await page.locator("h1").innerText(), speaker);
  assert.ok((await page.locator(".timeline a").count()) > 0);
  const counted = await page.locator(".facts a").first().innerText();
  await page.locator(".facts a").first().click();
  assert.equal(await page.locator("#count").innerText(), counted);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("two questions stand on one chart", async () => {
  const { page, context } = await open("/compare");
  const boxes = page.getByRole("combobox");
  await boxes.nth(0).fill("treaty");
  await boxes.nth(1).fill("ferry");
  await page.getByRole("button", { name: "Compare" }).click();
  assert.equal(await page.locator(".keys .key").count(), 2);
  const bar = page.locator('.timeline a[aria-label^="ferry,"]').first();
  const label = await bar.getAttribute("aria-label");
  await bar.locator(".reach").click();
  assert.equal(await page.locator("#count").innerText(), label.split(": ").at(-1));
  await context.close();
});

test("names are completed wherever a query is typed", async () => {
  for (const path of ["/", "/?q=treaty", "/compare"]) {
    const { page, context } = await open(path);
    const box = page.getByRole("combobox").last();
    for (const [typed, expected] of [
      ["kosv", 'speaker:"Tamara Kosvat" '],
      ["outlet:harb", 'outlet:"Harbour Post" '],
      ["treaty location:gen", "treaty location:geneva "],
    ]) {
      await box.fill("");
      await box.pressSequentially(typed);
      await page.locator(".offers li:visible").first().click();
      assert.equal(await box.inputValue(), expected, path);
    }
    await context.close();
  }
});

test("on paper there is the text alone, dark on white", async () => {
  const { page, context } = await open(`/article/${article}`, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  const ofBody = (name) => page.evaluate((name) => getComputedStyle(document.body)[name], name);
  assert.equal(await ofBody("backgroundColor"), "rgb(255, 255, 255)");
  assert.equal(await ofBody("color"), "rgb(0, 0, 0)");
  assert.ok(await page.locator(".story .body").isVisible());
  for (const aside of [".masthead nav", ".downloads", ".skip"]) {
    assert.ok(!(await page.locator(aside).isVisible()), `${aside} is printed`);
  }
  await context.close();
});

test("a trace shows the first appearance and leads there", async () => {
  const { page, context } = await open("/trace");
  await page.getByRole("textbox").fill("the passage belongs to the world");
  await page.getByRole("button", { name: "Trace" }).click();
  assert.equal(await page.locator(".hit .who b").first().innerText(), "First");
  await page.locator(".hit .open").first().click();
  assert.match(await page.locator(".body").innerText(), /passage belongs to the world/);
  await context.close();
});

test("a file that was rejected is shown with the reason", async () => {
  const { page, context } = await open("/");
  await page.getByRole("link", { name: "Files" }).click();
  const rejected = page.getByRole("region", { name: "Rejected files" });
  assert.match(await rejected.innerText(), /cut-off\.json/);
  assert.match(await rejected.innerText(), /JSON/);
  await context.close();
});

test("a statement is cited, and its reference leads back to it", async () => {
  const { page, context } = await open(`/article/${article}`);
  const note = page.locator(".note").first();
  const anchor = await note.getByRole("link", { name: "Link to this statement" }).getAttribute("href");
  await note.getByRole("link", { name: "cite" }).click();
  const reference = await page.locator("dd.cite code").innerText();
  assert.ok(reference.startsWith(`dateline:${article}.${anchor.slice(1)} `), reference);
  await page.goto(`${server.address}/`);
  await page.getByRole("combobox").fill(reference);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/article\//);
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, `/article/${article}${anchor}`);
  await context.close();
});

test("a mistake is shown where it stands, with what to do", async () => {
  const { page, context } = await open("/?q=speeker%3Ax");
  const notice = page.locator(".notice").first();
  assert.match(await notice.innerText(), /speeker/);
  await context.close();
});

test("everything can be done with the keyboard", async () => {
  const { page, context, complaints } = await open("/?q=treaty");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = await page.locator(".hit .open").nth(1).getAttribute("href");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), second);
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/article\//);
  await page.goBack();
  await page.keyboard.press("/");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("speaker:kos");
  await page.locator(".offers li").first().waitFor();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByRole("combobox").getAttribute("aria-activedescendant"), "offer-0-0");
  await page.keyboard.press("Enter");
  assert.match(await page.getByRole("combobox").inputValue(), /^speaker:"Tamara Kosvat" $/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=speaker/);
  assert.match(await page.locator("#count").innerText(), /^\d+ statements$/);
  await page.keyboard.press("?");
  await page.waitForURL(/\/help$/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("text from right to left runs that way", async () => {
  const { page, context } = await open("/?q=language:fa&target=articles");
  const headline = page.locator(".hit h3").first();
  assert.equal(await headline.evaluate((element) => getComputedStyle(element).direction), "rtl");
  await page.locator(".hit .open").first().click();
  assert.equal(await page.locator(".row p").first().evaluate((element) => getComputedStyle(element).direction), "rtl");
  const story = page.locator("article.story");
  assert.deepEqual([await story.getAttribute("lang"), await story.getAttribute("dir")], ["fa", "rtl"]);
  // The margin with the speakers lies to the left then, and what is the program's own runs as its language does.
  assert.equal(await page.locator(".story footer").evaluate((element) => getComputedStyle(element).direction), "ltr");
  await context.close();
});

test("no page has a fault that keeps people out", async (t) => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      for (const path of pages) {
        await page.goto(server.address + path);
        await page.evaluate(axeSource);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        const serious = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
        const told = serious.map((violation) => `${violation.id}: ${violation.nodes[0].html} ${violation.nodes[0].failureSummary}`);
        assert.deepEqual(told, [], `${path} at ${width}, ${colorScheme}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${path} is ${overflow} pixels wider than a screen of ${width}`);
      }
      await context.close();
    }
  }
});

test("a page with all it needs is light", async (t) => {
  for (const path of pages) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const answers = [];
    page.on("response", (answer) => answers.push(answer));
    await page.goto(server.address + path, { waitUntil: "networkidle" });
    const bodies = await Promise.all(answers.map((answer) => answer.body()));
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
    t.diagnostic(`${path} weighs ${bytes} bytes before compression`);
    assert.ok(bytes > 1000 && bytes < 100_000, `${path} weighs ${bytes} bytes before compression`);
    await context.close();
  }
});
