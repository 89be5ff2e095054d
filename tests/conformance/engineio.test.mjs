// Engine.IO protocol, revision 4, on /engine.io/.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, openPolling, pingInterval, pingTimeout, poll, polling, post, sleep, url, withoutPing } from "./support/server.mjs";

const path = "/engine.io/";
const error = (code, message) => JSON.stringify({ code, message });
const upgradePath = (sid) => `${path}?EIO=4&transport=websocket&sid=${sid}`;

async function openWebSocket() {
  const client = new Client(`${path}?EIO=4&transport=websocket`);
  const opening = JSON.parse((await client.next()).slice(1));
  return { client, opening };
}

for (const spelling of ["/engine.io/", "/engine.io"])
  test(`a polling handshake at ${spelling}`, async () => {
    const answer = await fetch(`${url}${spelling}?EIO=4&transport=polling`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/plain; charset=UTF-8");
    const text = await answer.text();
    assert.equal(text[0], "0");
    const { sid, ...rest } = JSON.parse(text.slice(1));
    assert.match(sid, /^[A-Za-z0-9_-]{20}$/);
    assert.deepEqual(rest, { upgrades: ["websocket"], pingInterval, pingTimeout, maxPayload: 1000000 });
  });

test("a WebSocket handshake offers no upgrade", async () => {
  const { client, opening } = await openWebSocket();
  assert.deepEqual(opening.upgrades, []);
  assert.equal(opening.maxPayload, 1000000);
  client.close();
});

const refused = [
  ["GET", "?transport=polling", 5, "Unsupported protocol version"],
  ["GET", "?EIO=abc&transport=polling", 5, "Unsupported protocol version"],
  ["GET", "?EIO=3&transport=polling", 5, "Unsupported protocol version"],
  ["GET", "?EIO=4", 0, "Transport unknown"],
  ["GET", "?EIO=4&transport=abc", 0, "Transport unknown"],
  ["GET", "?EIO=4&transport=websocket", 3, "Bad request"],
  ["POST", "?EIO=4&transport=polling", 2, "Bad handshake method"],
  ["PUT", "?EIO=4&transport=polling", 2, "Bad handshake method"],
  ["GET", "?EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown"],
  ["POST", "?EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown"],
];
for (const [method, query, code, message] of refused)
  test(`${method} ${query} is refused with code ${code}`, async () => {
    const answer = await fetch(url + path + query, { method });
    assert.equal(answer.status, 400);
    assert.equal(await answer.text(), error(code, message));
  });

for (const query of ["?transport=websocket", "?EIO=abc&transport=websocket", "?EIO=4", "?EIO=4&transport=abc",
  "?EIO=4&transport=polling", "?EIO=4&transport=websocket&sid=unknown"])
  test(`an upgrade with ${query} is refused`, async () => {
    const client = new Client(path + query);
    await assert.rejects(client.opened);
    assert.equal(client.status, 400);
  });

const payloads = [
  ["4hello"],
  ["4test1\x1e4test2\x1e4test3"],
  ["4hello\x1ebAQIDBA=="],
  ["bAQIDBA==\x1e4añ€😀"],
  ["4"],
  ["b"],
  ["bAQ\x1ebAQI", "bAQ==\x1ebAQI="],
];
for (const [sent, expected = sent] of payloads)
  test(`the payload ${JSON.stringify(sent)} comes back`, async () => {
    const sid = await openPolling(path);
    const answer = await fetch(polling(path, sid), { method: "POST", body: sent });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/html");
    assert.equal(await answer.text(), "ok");
    assert.deepEqual(withoutPing(await poll(path, sid)), { status: 200, text: expected });
  });

const malformed = ["abc", "", "4a\x1e", "\x1e4a", "7", "b!!!!", "bA", "bAQ=I", "2", "0{}", Buffer.from([0x34, 0xff])];
for (const body of malformed)
  test(`the payload ${JSON.stringify(body.toString("latin1"))} closes the session`, async () => {
    const sid = await openPolling(path);
    assert.equal((await post(path, sid, body)).status, 400);
    assert.deepEqual(await poll(path, sid), { status: 400, text: error(1, "Session ID unknown") });
  });

test("a held poll is answered by what comes later", async () => {
  const sid = await openPolling(path);
  const held = poll(path, sid);
  await sleep(50);
  await post(path, sid, "4late");
  assert.deepEqual(await held, { status: 200, text: "4late" });
});

test("a second poll at once closes the session", async () => {
  const sid = await openPolling(path);
  const first = poll(path, sid);
  await sleep(20);
  assert.equal((await poll(path, sid)).status, 400);
  assert.deepEqual(await first, { status: 200, text: "1" });
  assert.equal((await poll(path, sid)).status, 400);
});

test("an aborted poll closes the session", async () => {
  const sid = await openPolling(path);
  const controller = new AbortController();
  const aborted = fetch(polling(path, sid), { signal: controller.signal }).catch(() => {});
  await sleep(20);
  controller.abort();
  await aborted;
  assert.equal((await poll(path, sid)).status, 400);
});

test("a close packet ends a held poll with a noop", async () => {
  let sid, answer;
  // on a busy machine a ping may end the poll before the close packet does
  for (let attempt = 0; attempt < 5 && answer?.text !== "6"; attempt++) {
    sid = await openPolling(path);
    const held = poll(path, sid);
    await sleep(20);
    assert.equal((await post(path, sid, "1")).text, "ok");
    answer = await held;
    assert.match(answer.text, /^[26]$/);
  }
  assert.deepEqual(answer, { status: 200, text: "6" });
  assert.equal((await poll(path, sid)).status, 400);
});

test("polling pings come at the interval and a pong keeps the session", async () => {
  const sid = await openPolling(path);
  for (let i = 0; i < 3; i++) {
    const before = performance.now();
    assert.equal((await poll(path, sid)).text, "2");
    const waited = performance.now() - before;
    assert.ok(waited > pingInterval - 40 && waited < pingInterval + 60, `waited ${waited}`);
    assert.equal((await post(path, sid, "3")).status, 200);
  }
});

test("a polling session without pong is gone at interval + timeout", async () => {
  const sid = await openPolling(path);
  await sleep(pingInterval + pingTimeout);
  assert.equal((await poll(path, sid)).status, 400);
});

test("a pong just before the timeout is in time", async () => {
  const { client } = await openWebSocket();
  for (let i = 0; i < 2; i++) {
    assert.equal(await client.next(), "2");
    await sleep(pingTimeout - 40);
    client.send("3");
  }
  assert.equal(await client.next(), "2");
  client.close();
});

test("a WebSocket without pong is closed at interval + timeout", async () => {
  const { client } = await openWebSocket();
  const before = performance.now();
  assert.equal(await client.closed, 1000);
  const waited = performance.now() - before;
  const limit = pingInterval + pingTimeout;
  assert.ok(waited > limit - 20 && waited < limit + 50, `waited ${waited}`);
});

test("WebSocket messages come back, text and binary", async () => {
  const { client } = await openWebSocket();
  client.send("4hello");
  assert.equal(await client.nextAnswering(), "4hello");
  client.send(Buffer.from([1, 2, 3, 4]));
  assert.deepEqual(await client.nextAnswering(), Buffer.from([1, 2, 3, 4]));
  client.close();
});

for (const text of ["abc", "", "2", "7", "0"])
  test(`the WebSocket packet ${JSON.stringify(text)} closes the session`, async () => {
    const { client } = await openWebSocket();
    client.send(text);
    assert.equal(await client.closed, 1002);
  });

test("a close packet closes the WebSocket", async () => {
  const { client } = await openWebSocket();
  client.send("1");
  assert.equal(await client.closed, 1000);
});

test("the largest message passes, one byte more closes with 1009", async () => {
  const { client } = await openWebSocket();
  client.send("4" + "x".repeat(999999));
  assert.equal((await client.nextAnswering()).length, 1000000);
  client.send("4" + "x".repeat(1000000));
  let code;
  client.closed.then((value) => (code = value));
  while ((await client.nextAnswering()) !== undefined);
  assert.equal(await client.closed, 1009);
});

test("a polling body over the limit is 413, chunked or not, and the session goes on", async () => {
  const sid = await openPolling(path);
  assert.equal((await post(path, sid, "4" + "x".repeat(1000000))).status, 413);
  const stream = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 11; i++) controller.enqueue(Buffer.alloc(100000, 52));
      controller.close();
    },
  });
  const answer = await fetch(polling(path, sid), { method: "POST", body: stream, duplex: "half" });
  assert.equal(answer.status, 413);
  assert.equal((await post(path, sid, "4still here")).text, "ok");
});

test("an upgrade: probe, noop to the poll, then everything on the WebSocket", async () => {
  const sid = await openPolling(path);
  const held = poll(path, sid);
  const client = new Client(upgradePath(sid));
  await client.opened;
  client.send("2probe");
  assert.equal(await client.next(), "3probe");
  assert.deepEqual(await held, { status: 200, text: "6" });
  assert.deepEqual(await poll(path, sid), { status: 200, text: "6" }); // one that began in between
  await post(path, sid, "4queued");
  client.send("5");
  assert.equal(await client.nextAnswering(), "4queued");
  client.send("4hello");
  assert.equal(await client.nextAnswering(), "4hello");
  assert.deepEqual(await poll(path, sid), { status: 400, text: error(3, "Bad request") });
  const second = new Client(upgradePath(sid));
  await second.opened;
  assert.equal(await second.closed, 1002);
  client.send("4again");
  assert.equal(await client.nextAnswering(), "4again");
  client.close();
});

test("probe and upgrade in one breath, then a poll", async () => {
  for (let i = 0; i < 10; i++) {
    const sid = await openPolling(path);
    const client = new Client(upgradePath(sid));
    await client.opened;
    client.send("2probe");
    client.send("5");
    assert.equal((await poll(path, sid)).status, 400);
    client.close();
  }
});

test("a second upgrade while one is under way is closed, and the first goes on", async () => {
  const sid = await openPolling(path);
  const client = new Client(upgradePath(sid));
  await client.opened;
  const second = new Client(upgradePath(sid));
  await second.opened;
  assert.equal(await second.closed, 1002);
  client.send("2probe");
  assert.equal(await client.next(), "3probe");
  client.close();
});

test("an abandoned or wrong probe leaves the session where it was", async () => {
  const sid = await openPolling(path);
  const first = new Client(upgradePath(sid));
  await first.opened;
  first.send("nonsense");
  await first.closed;
  const second = new Client(upgradePath(sid));
  await second.opened;
  second.socket.terminate();
  await sleep(20);
  await post(path, sid, "4here");
  assert.equal((await poll(path, sid)).text, "4here");
});

test("a late upgrade, after the session ended, is refused", async () => {
  const sid = await openPolling(path);
  await post(path, sid, "1");
  const late = new Client(upgradePath(sid));
  await assert.rejects(late.opened);
  assert.equal(late.status, 400);
});

test("the end of a session ends its probe", async () => {
  const sid = await openPolling(path);
  const client = new Client(upgradePath(sid));
  await client.opened;
  await post(path, sid, "1");
  assert.equal(await client.closed, 1000);
});

async function movingClient() {
  const sid = await openPolling(path);
  const held = poll(path, sid);
  const client = new Client(upgradePath(sid));
  await client.opened;
  client.send("2probe");
  assert.equal(await client.next(), "3probe");
  assert.equal((await held).text, "6");
  assert.equal((await post(path, sid, "nonsense")).status, 400);
  assert.deepEqual(await poll(path, sid), { status: 400, text: error(1, "Session ID unknown") });
  return client;
}

test("a session that ends during an upgrade: the WebSocket is closed once the client has moved to it", async () => {
  const client = await movingClient();
  const ponged = new Promise((resolve) => client.socket.once("pong", resolve));
  client.socket.ping();
  await ponged;
  client.send("5");
  assert.equal(await client.closed, 1002);
});

test("a session that ends during an upgrade: the WebSocket of a client that does not move is closed soon", async () => {
  const before = performance.now();
  const client = await movingClient();
  assert.equal(await client.closed, 1002);
  const waited = performance.now() - before;
  assert.ok(waited > 1900 && waited < 5000, `waited ${waited}`);
});

test("a browser's preflight and answers carry its origin", async () => {
  const headers = { Origin: "https://app.example", "Access-Control-Request-Method": "POST" };
  const preflight = await fetch(polling(path), { method: "OPTIONS", headers });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "https://app.example");
  assert.equal(preflight.headers.get("access-control-allow-credentials"), "true");
  const answer = await fetch(polling(path), { headers });
  assert.equal(answer.headers.get("access-control-allow-origin"), "https://app.example");
  const sid = JSON.parse((await answer.text()).slice(1)).sid;
  const held = await fetch(polling(path, sid), { headers });
  assert.equal(held.headers.get("access-control-allow-origin"), "https://app.example");
  assert.equal(held.headers.get("vary"), "Origin");
});

test("a client that does not read is cut off as a slow consumer, the others notice nothing", async () => {
  const { client } = await openWebSocket();
  const other = new Client("/echo");
  await other.opened;
  client.socket.pause();
  for (let i = 0; i < 20; i++) {
    client.send("3"); // a pong, should the ping be among what it does not read
    client.send(Buffer.alloc(900000, i));
  }
  other.send("still served");
  assert.equal(await other.next(), "still served");
  client.socket.resume();
  assert.equal(await client.closed, 4408);
  other.close();
});

test("a polling client that does not come back for its messages is cut off", async () => {
  const sid = await openPolling(path);
  let status = 200;
  for (let i = 0; i < 40 && status === 200; i++) status = (await post(path, sid, "4" + "x".repeat(900000))).status;
  assert.equal(status, 400);
});
