// `dateline mcp` through the official client of the Model Context Protocol.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { makeIndex, program, query } from "./archive.mjs";

let index, client;

before(async () => {
  index = makeIndex();
  client = new Client({ name: "dateline-tests", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: program, args: ["--index", index.index, "mcp"] }));
});

after(async () => {
  await client?.close();
  index?.remove();
});

async function call(name, args) {
  const answer = await client.callTool({ name, arguments: args });
  assert.equal(answer.content.length, 1);
  return { isError: answer.isError ?? false, text: answer.content[0].text };
}

async function ask(name, args) {
  const { isError, text } = await call(name, args);
  assert.ok(!isError, text);
  assert.ok(text.length <= 128 << 10, `${name} gives ${text.length} characters`);
  return JSON.parse(text);
}

test("a model is told how to quote", () => {
  assert.match(client.getInstructions(), /verbatim/i);
});

test("every tool is described, and only reads", async () => {
  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name).sort();
  assert.deepEqual(names, [
    "get_article",
    "search_articles",
    "search_statements",
    "speaker_profile",
    "timeline",
    "trace",
  ]);
  for (const tool of tools) {
    assert.ok(tool.description.length > 20, tool.name);
    assert.equal(tool.annotations.readOnlyHint, true, tool.name);
    for (const [name, schema] of Object.entries(tool.inputSchema.properties)) {
      assert.ok(schema.description, `${tool.name} does not say what ${name} is`);
    }
  }
});

test("statements are those of the command line, with what it takes to cite them", async () => {
  const answer = await ask("search_statements", { query: "treaty", limit: 5 });
  const printed = query(index.index, "-s", "treaty", "-n", "5");
  assert.deepEqual(answer.hits, printed.hits);
  for (const hit of answer.hits) {
    assert.match(hit.id, /^[0-9a-f]{16}\.[0-9a-f]{8}$/);
    assert.match(hit.article.hash, /^[0-9a-f]{16}$/);
    assert.ok(hit.article.path && hit.article.line >= 1);
  }
});

test("filters narrow, and limits bound", async () => {
  const all = await ask("search_statements", { query: "", speaker: "kosvat", limit: 500 });
  assert.ok(all.hits.length > 5 && all.hits.length <= 50);
  assert.ok(all.hits.every((hit) => /Kosvat/.test(hit.speaker.name)));
  const year = await ask("search_articles", { query: "treaty", since: "2025-12", limit: 3 });
  assert.ok(year.hits.length > 0 && year.hits.every((hit) => hit.published >= "2025-12"));
});

test("an article is read in parts, with the statements of each", async () => {
  const hit = (await ask("search_articles", { query: "treaty", limit: 1 })).hits[0];
  const whole = await ask("get_article", { id: hit.id });
  assert.ok(whole.body.length > 100 && whole.statements.length > 0);
  const starts = whole.statements.filter((said) => said.field === "body").map((said) => said.spans[0][0]);
  const from = Math.min(...starts) + 1;
  const rest = await ask("get_article", { id: hit.id, from });
  assert.equal(rest.body, [...whole.body].slice(from).join(""));
  assert.equal(rest.statements.length, starts.filter((start) => start >= from).length);
  assert.ok(rest.statements.length < whole.statements.length);
  const [cited] = rest.statements.filter((said) => said.reference);
  assert.deepEqual((await ask("get_article", { id: cited.reference })).id, whole.id);
});

test("a profile, a timeline and a trace", async () => {
  const { profile, statements } = await ask("speaker_profile", { name: "kosvat" });
  assert.ok(profile.details.some((row) => row.what === "role"));
  assert.ok(statements.hits.length > 0);
  const { timeline } = await ask("timeline", { queries: ["treaty", "ferry"], unit: "quarter" });
  assert.ok(timeline.length > 2);
  const { sightings } = await ask("trace", { text: "the passage belongs to the world" });
  assert.equal(sightings[0].kind, "first");
});

test("mistakes are told so that a model can mend them", async () => {
  const rows = [
    ["search_statements", { query: "speeker:x" }, /did you mean/],
    ["search_statements", { query: "x", sort: "best" }, /relevance/],
    ["get_article", { id: "no id" }, /16 hexadecimal/],
    ["get_article", { id: "0000000000000000" }, /no article/],
    ["speaker_profile", { name: "Nobody Whatsoever" }, /nobody/],
    ["trace", { text: "two words" }, /three words/],
    ["timeline", { queries: ["x"], unit: "fortnight" }, /quarter/],
  ];
  for (const [name, args, expected] of rows) {
    const { isError, text } = await call(name, args);
    assert.ok(isError, `${name} ${JSON.stringify(args)} gives ${text}`);
    assert.match(text, expected);
  }
});
