// The HTTP API against its own description: requests made from it, every answer held to it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { checkout, makeIndex, startServer } from "./archive.mjs";

/** Put there by `.ci/test`. */
const schemathesis = process.env.SCHEMATHESIS ?? join(checkout, "target", "schemathesis", "bin", "schemathesis");
/** Requests of random parameters for each path, beside those at the edges of every parameter. */
const EXAMPLES = 20;

let index, server;

before(async () => {
  index = makeIndex();
  server = await startServer(index.index);
});

after(() => {
  server?.stop();
  index?.remove();
});

/** Runs a program while the server's log is still read; a pipe that nobody empties would stop it. */
function run(program, args, options) {
  return new Promise((resolve) => {
    execFile(program, args, { encoding: "utf8", maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, told: `${stdout}\n${stderr}` });
    });
  });
}

test("no request is answered with a failure, or with what is not described", async () => {
  const { code, told } = await run(
    schemathesis,
    [
      "run",
      `${server.address}/api/v1/openapi.json`,
      "--checks=all",
      // It expects every text to be a query, which it is not.
      "--exclude-checks=positive_data_acceptance",
      "--phases=examples,coverage,fuzzing",
      `--max-examples=${EXAMPLES}`,
      // The same requests in every run: a red one can be repeated.
      "--generation-deterministic",
      "--request-timeout=60",
      "--continue-on-failure",
      "--no-color",
    ],
    { cwd: index.folder, timeout: 600_000 },
  );
  assert.notEqual(code, "ENOENT", `${schemathesis} is not there; .ci/test installs it`);
  const last = told.split("\n").slice(-150).join("\n");
  assert.equal(code, 0, last);
  const [, made] = told.match(/([\d,]+) generated/) ?? [];
  assert.ok(Number(made?.replaceAll(",", "")) > 500, `only ${made} requests were made:\n${last}`);
});
