// Takes a picture of every page as a reader sees it, to be looked at: node tests/browser/screenshots.mjs FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { everyPage, makeIndex, openBrowser, startServer } from "./archive.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node tests/browser/screenshots.mjs FOLDER");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const index = makeIndex();
const server = await startServer(index.index);
const browser = await openBrowser();
try {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const context = await browser.newContext({ viewport: { width, height: width > 500 ? 900 : 844 }, colorScheme });
      const page = await context.newPage();
      for (const [name, path] of Object.entries(everyPage(index.index))) {
        await page.goto(server.address + path);
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
        if (colorScheme === "light" && width > 500) {
          await page.emulateMedia({ media: "print" });
          await page.screenshot({ path: join(folder, `${name}-print.png`) });
          await page.emulateMedia({ media: "screen" });
        }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  server.stop();
  index.remove();
}
