// The example archive, indexed and served for one run of tests, and a browser to look at it.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const checkout = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.DATELINE ?? join(checkout, "target", "debug", "dateline");
const browserProgram = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** An article from right to left, beside the example archive. */
const PERSIAN = {
  headline: "وزیر خارجه: گفت‌وگوها ادامه دارد",
  date: "2025-09-02",
  outlet: "روزنامه بندر",
  language: "fa",
  body: "درانوی – وزیر خارجه روز سه‌شنبه گفت که گفت‌وگوها ادامه دارد.\n\nاو افزود: «ما صبر می‌کنیم.»",
};

/** Indexes the archive in a folder of its own. */
export function makeIndex() {
  const folder = mkdtempSync(join(tmpdir(), "dateline-browser-"));
  const news = join(folder, "news");
  cpSync(join(checkout, "corpus", "default"), news, { recursive: true });
  writeFileSync(join(news, "persian.json"), JSON.stringify(PERSIAN));
  writeFileSync(join(news, "cut-off.json"), JSON.stringify(PERSIAN).slice(0, 200));
  const index = join(folder, "index");
  const { status } = spawnSync(program, ["--index", index, "ingest", news, "--quiet"], { stdio: "inherit" });
  // One file was rejected.
  if (status !== 3) throw new Error(`the ingest ended with ${status}`);
  return { index, folder, remove: () => rmSync(folder, { recursive: true }) };
}

export function query(index, ...words) {
  const text = execFileSync(program, ["--index", index, "query", ...words, "--format", "json"], { encoding: "utf8" });
  return JSON.parse(text);
}

/** The paths of all pages, by name: with results and without, with mistakes, and where there is nothing. */
export function everyPage(index) {
  const hit = query(index, "-s", "treaty", "kind:direct", "speaker:*").hits[0];
  const persian = query(index, "language:fa").hits[0];
  return {
    home: "/",
    search: "/?q=treaty",
    articles: "/?q=treaty&target=articles",
    narrowed: "/?q=treaty&speaker=kosvat&since=2025-03&sort=newest",
    nothing: "/?q=nothingwhatsoever",
    mistake: "/?q=NEAR%2F5+(",
    article: `/article/${hit.article.id}`,
    statement: `/article/${hit.article.id}#${hit.id.split(".")[1]}`,
    cite: `/cite/${hit.id}`,
    persian: `/article/${persian.id}`,
    speakers: "/speakers",
    speaker: `/speaker/${encodeURIComponent(hit.speaker.name)}`,
    compare: "/compare?q=treaty&q=ferry",
    trace: "/trace?text=the+passage+belongs+to+the+world",
    saved: "/saved",
    files: "/files",
    help: "/help",
    api: "/api",
    nowhere: "/nowhere",
  };
}

export function startServer(index) {
  const child = spawn(program, ["--index", index, "serve", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines = createInterface({ input: child.stderr });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    lines.once("line", (line) => {
      const address = line.match(/http:\/\/\S+?(?=\/ |\/$)/)?.[0];
      if (!address) return reject(new Error(`no address in ${line}`));
      resolve({ address, stop: () => child.kill() });
    });
  });
}

export const openBrowser = () =>
  // The sandbox of Chromium needs rights that root in a container does not have.
  chromium.launch({ executablePath: browserProgram, args: ["--no-sandbox", "--disable-gpu"] });

export const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export { checkout, program };
