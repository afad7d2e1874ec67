/** Sending: one request at a time, again after a failure, never past a refusal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceQueue, keyOf } from "../../static/js/scoring/device.js";
import { Draft } from "../../static/js/scoring/draft.js";
import { Server, verdictOn } from "../../static/js/scoring/server.js";
import { DELAYS, Sync } from "../../static/js/scoring/sync.js";
import { emptyItems, FakeClock, FakeServer, FakeStorage, mark, settled } from "./stand_ins.js";

const ADDRESSES = { save: "/save/", reveal: "/reveal/" };
const KEY = keyOf({ user: 1, interview: 2 }, 1);

/** A window of one person: draft, sync, and what the page was told. */
function windowOn(server, storage = new FakeStorage()) {
  const device = new DeviceQueue(storage.open, KEY);
  const draft = new Draft({ ...server.state, missing: [] }, device);
  const clock = new FakeClock();
  const told = [];
  const tell = Object.fromEntries(
    ["sending", "stored", "conflict", "revealed", "unrevealed", "failed", "rested", "changed"].map((name) => [
      name,
      (...values) => told.push([name, ...values]),
    ]),
  );
  const sync = new Sync(draft, server, ADDRESSES, tell, clock);
  const rate = async (item, value) => {
    draft.note(item, value);
    await sync.flush();
  };
  return { draft, clock, told, sync, rate, storage };
}

test("a change is sent with the revision it was made from, and settled", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);

  await page.rate("c1", mark(3));

  assert.deepEqual(server.posts, [["/save/", { revision: 0, changes: { c1: mark(3) } }]]);
  assert.equal(page.draft.waiting, 0);
  assert.equal(page.clock.timers.length, 0);
});

test("two windows that change different items both keep theirs, and see the other's", async () => {
  const server = new FakeServer(emptyItems());
  const here = windowOn(server);
  const there = windowOn(server);
  await there.rate("c1", mark(1));

  await here.rate("c2", mark(4));

  assert.deepEqual([server.items.c1, server.items.c2], [mark(1), mark(4)]);
  const [, , changed] = here.told.find(([name]) => name === "stored");
  assert.deepEqual(changed, [["c1", mark(1)]]);
});

test("two windows that change the same item overwrite nothing: a person chooses", async () => {
  const server = new FakeServer(emptyItems());
  const here = windowOn(server);
  const there = windowOn(server);
  await there.rate("c1", mark(1, "Guessed."));

  await here.rate("c1", mark(4, "Measured."));

  assert.deepEqual(server.items.c1, mark(1, "Guessed."));
  const [, conflicts] = here.told.find(([name]) => name === "conflict");
  assert.deepEqual(conflicts.c1, { stored: mark(1, "Guessed."), yours: mark(4, "Measured.") });
  assert.equal(here.clock.timers.length, 0, "it waits for the person, not for the network");

  here.draft.chooseMine("c1", mark(4, "Measured."));
  await here.sync.flush();
  assert.deepEqual(server.items.c1, mark(4, "Measured."));
});

test("without a network each try waits longer, and the last wait is kept", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = Array.from({ length: 7 }, () => new TypeError("Failed to fetch"));

  await page.rate("c1", mark(2));
  const waits = [];
  for (let failure = 0; failure < 6; failure += 1) waits.push((await page.clock.ring()) / 1000);

  assert.deepEqual(waits, [...DELAYS, DELAYS.at(-1)]);
  assert.ok(page.told.some(([name, cause]) => name === "failed" && cause === "unreachable"));
  await page.clock.ring();
  assert.deepEqual(server.items.c1, mark(2), "saved when the network is back");
  assert.equal(page.sync.failures, 0);
});

test("coming back online tries at once and starts counting anew", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = [new TypeError("Failed to fetch"), new TypeError("Failed to fetch")];
  await page.rate("c1", mark(2));
  await page.clock.ring();

  page.sync.again();
  await settled();

  assert.deepEqual(server.items.c1, mark(2));
  assert.equal(page.clock.timers.length, 0);
});

test("a server in trouble is asked again, and said to be the cause", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = [{ status: 503, body: {} }];

  await page.rate("c1", mark(2));

  assert.ok(page.told.some(([name, cause]) => name === "failed" && cause === "trouble"));
  assert.equal(await page.clock.ring(), DELAYS[0] * 1000);
  assert.deepEqual(server.items.c1, mark(2));
});

test("an answer that got lost is asked for again without a conflict", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = [
    (store, body) => {
      store.save(body);
      throw new TypeError("Failed to fetch");
    },
  ];

  await page.rate("c1", mark(2));
  await page.clock.ring();

  assert.equal(page.draft.waiting, 0);
  assert.equal(server.revision, 1);
  assert.equal(page.draft.conflicts.size, 0);
});

test("what is typed while a request is on its way follows in the next, never beside it", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  let answer;
  server.answers = [
    (store, body) =>
      new Promise((resolve) => {
        answer = () => resolve(store.save(body));
      }),
  ];
  page.draft.note("c1", mark(1, "A"));
  const first = page.sync.flush();
  page.draft.note("c1", mark(1, "A and more"));
  await page.sync.flush();
  assert.equal(server.posts.length, 1);

  answer();
  await first;
  await page.clock.ring();

  assert.deepEqual(server.posts[1][1], { revision: 1, changes: { c1: mark(1, "A and more") } });
  assert.deepEqual(server.items.c1, mark(1, "A and more"));
});

test("a refusal of no field in particular stops sending until the next edit, with its reasons kept", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  const problems = [["", "This revision does not exist."]];
  server.answers = [{ status: 422, body: { message: "Some of this could not be saved.", problems } }];
  await page.rate("c1", mark(1));

  await page.sync.flush();
  assert.equal(server.posts.length, 1);
  assert.deepEqual(page.sync.invalid, { message: "Some of this could not be saved.", problems });
  assert.equal(page.clock.timers.length, 0);

  page.sync.invalid = null;
  await page.rate("c1", mark(2));
  assert.deepEqual(server.items.c1, mark(2));
});

test("a refused field keeps only itself from being saved", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  const problems = [["c1", "Half a character cannot be stored."]];
  server.answers = [
    (rules, { revision, changes: { c1, ...others } }) => {
      rules.save({ revision, changes: others });
      return {
        status: 422,
        body: { message: "Not all of it could be saved.", problems, saved: rules.state },
      };
    },
  ];
  page.draft.note("c1", mark(1));
  await page.rate("c2", mark(4));

  assert.deepEqual(server.items.c2, mark(4));
  assert.deepEqual(Object.keys(page.draft.pending), ["c1"]);
  assert.equal(page.draft.refused.get("c1").text, problems[0][1]);
  assert.equal(page.sync.invalid, null);

  await page.rate("c2", mark(3));
  assert.deepEqual(server.items.c2, mark(3), "the others go on being saved");
  await page.rate("c1", mark(2));
  assert.deepEqual(server.items.c1, mark(2));
  assert.equal(page.draft.waiting, 0);
});

test("a page that was overtaken stops for good and keeps what it has", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = [{ status: 409, body: { message: "Submitted in another window.", reload: true } }];

  await page.rate("c1", mark(1));
  await page.sync.flush();

  assert.equal(page.sync.stopped, "Submitted in another window.");
  assert.equal(server.posts.length, 1);
  assert.ok(page.storage.getItem(KEY));
});

test("somebody signed out is told so, and tried again", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = [{ status: 403, body: {} }];

  await page.rate("c1", mark(1));

  assert.ok(page.told.some(([name, cause]) => name === "failed" && cause === "signed out"));
  await page.clock.ring();
  assert.deepEqual(server.items.c1, mark(1));
});

test("changes go before reveals, and both go", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  page.draft.note("c1", mark(1));
  page.draft.reveal({ injection: 9, at: Date.now() - 120_000 });

  await page.sync.flush();
  await page.clock.ring();

  assert.deepEqual(
    server.posts.map(([url]) => url),
    ["/save/", "/reveal/"],
  );
  assert.deepEqual(server.revealed, [9]);
  const { ago } = server.posts[1][1];
  assert.ok(ago >= 120 && ago < 125, `told as ${ago} s ago`);
  assert.equal(page.draft.waiting, 0);
});

test("a reveal that cannot be noted keeps nothing else from being saved", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  page.draft.reveal({ injection: 9, at: Date.now(), undo: true });
  server.answers = [{ status: 409, body: { message: "This one stays." } }];

  await page.sync.flush();
  await page.rate("c1", mark(1));

  assert.ok(page.told.some(([name, , message]) => name === "unrevealed" && message === "This one stays."));
  assert.deepEqual(server.items.c1, mark(1));
  assert.equal(page.draft.waiting, 0);
});

test("an answer that was lost, and typing on, is no conflict", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  server.answers = [
    (rules, body) => {
      rules.save(body);
      throw new Error("the answer is lost");
    },
  ];
  await page.rate("c1", mark(1, "Asked"));
  page.draft.note("c1", mark(1, "Asked for the logs"));
  await page.clock.ring();

  assert.deepEqual(server.items.c1, mark(1, "Asked for the logs"));
  assert.equal(page.draft.conflicts.size, 0);
  assert.equal(page.draft.waiting, 0);
});

test("another window's word after a lost answer is still a conflict", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  const there = windowOn(server);
  server.answers = [
    (rules, body) => {
      rules.save(body);
      throw new Error("the answer is lost");
    },
  ];
  await page.rate("c1", mark(1, "Here"));
  there.draft.adopt(server.state);
  await there.rate("c1", mark(4, "There"));
  page.draft.note("c1", mark(1, "Here and more"));
  await page.clock.ring();

  assert.deepEqual(server.items.c1, mark(4, "There"));
  assert.equal(page.draft.conflicts.size, 1);
});

test("a page that is going sends beside a request on its way, and the answer changes nothing", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  /** @type {() => void} */
  let answer = () => {};
  server.answers = [
    (rules, body) =>
      new Promise((next) => {
        const result = rules.save(body);
        answer = () => next(result);
      }),
  ];
  page.draft.note("c1", mark(1, "A"));
  const first = page.sync.flush();
  page.draft.note("c1", mark(1, "A and the last words"));
  page.sync.going();
  await settled();

  assert.deepEqual(server.items.c1, mark(1, "A and the last words"));
  answer();
  await first;
  await page.clock.ring();
  assert.equal(page.draft.waiting, 0);
  assert.deepEqual(page.draft.items.c1, mark(1, "A and the last words"));
});

test("nothing is sent beside the form that is being submitted", async () => {
  const server = new FakeServer(emptyItems());
  const page = windowOn(server);
  page.sync.leaving = true;

  await page.rate("c1", mark(1));

  assert.deepEqual(server.posts, []);
});

test("each answer has one meaning", () => {
  const cases = [
    [200, {}, "stored"],
    [409, { conflicts: {} }, "conflict"],
    [409, { message: "You are signed in as somebody else." }, "invalid"],
    [409, { message: "Submitted.", reload: true }, "stopped"],
    [401, {}, "signed out"],
    [403, {}, "signed out"],
    [403, { message: "This interview is no longer yours.", reload: true }, "stopped"],
    [404, {}, "stopped"],
    [422, { problems: [] }, "invalid"],
    [429, {}, "trouble"],
    [500, {}, "trouble"],
    [503, {}, "trouble"],
    [0, {}, "trouble"],
  ];
  for (const [status, body, verdict] of cases) {
    assert.equal(verdictOn({ status, body }), verdict, `${status} ${JSON.stringify(body)}`);
  }
});

test("a request names its author, carries the token, and reads an answer that is no JSON", async () => {
  const asked = [];
  const ask = async (url, request) => {
    asked.push([url, request]);
    return new Response("<h1>Oops</h1>", { status: 500, headers: { "Content-Type": "text/html" } });
  };
  const server = new Server({ user: 1, version: 2 }, () => "a-token", ask);

  assert.deepEqual(await server.post("/save/", { revision: 3 }), { status: 500, body: {} });

  const [url, request] = asked[0];
  assert.equal(url, "/save/");
  assert.deepEqual(JSON.parse(request.body), { user: 1, version: 2, revision: 3 });
  assert.equal(request.headers["X-CSRFToken"], "a-token");
});

test("being led to the page for signing in means being signed out", async () => {
  const server = new Server(
    { user: 1, version: 1 },
    () => "",
    async () => ({ type: "opaqueredirect" }),
  );

  assert.equal(verdictOn(await server.post("/save/", {})), "signed out");
});
