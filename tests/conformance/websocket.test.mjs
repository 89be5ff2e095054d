// RFC 6455 on /echo: messages of every size and shape, and what a server must not accept.
import assert from "node:assert/strict";
import net from "node:net";
import crypto from "node:crypto";
import { test } from "node:test";
import { Client, raw, sleep, url } from "./support/server.mjs";

const sizes = [0, 1, 125, 126, 127, 511, 512, 513, 65535, 65536, 100000, 999999, 1000000];
for (const size of sizes)
  test(`text and binary of ${size} bytes come back`, async () => {
    const client = new Client("/echo");
    await client.opened;
    const bytes = crypto.randomBytes(size);
    client.send(bytes);
    assert.ok(bytes.equals(await client.next()));
    const text = "x".repeat(size);
    client.send(text);
    assert.equal(await client.next(), text);
    client.close();
    assert.equal(await client.closed, 1005);
  });

test("a message over the limit closes with 1009", async () => {
  const client = new Client("/echo");
  await client.opened;
  client.send(Buffer.alloc(1000001));
  assert.equal(await client.closed, 1009);
});

test("a thousand messages come back in order", async () => {
  const client = new Client("/echo");
  await client.opened;
  for (let i = 0; i < 1000; i++) client.send(`message ${i}`);
  for (let i = 0; i < 1000; i++) assert.equal(await client.next(), `message ${i}`);
  client.close();
});

test("a fragmented message comes back whole, with pings in between", async () => {
  const client = new Client("/echo");
  await client.opened;
  const pong = new Promise((resolve) => client.socket.once("pong", resolve));
  for (let i = 0; i < 5; i++) {
    client.send(`part ñ${i} `, { fin: false });
    client.socket.ping("p");
  }
  client.send("end", { fin: true });
  assert.equal(await client.next(), "part ñ0 part ñ1 part ñ2 part ñ3 part ñ4 end");
  assert.equal((await pong).toString(), "p"); // one may answer several (RFC 6455 5.5.3)
  client.close();
});

test("fragments together over the limit close with 1009", async () => {
  const client = new Client("/echo");
  await client.opened;
  for (let i = 0; i < 11; i++) client.send(Buffer.alloc(100000), { fin: i === 10 });
  assert.equal(await client.closed, 1009);
});

// --- frames by hand ------------------------------------------------------------------------------

const handshake = (fields = {}) => {
  const all = { Host: "x", Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", ...fields };
  return `GET /echo HTTP/1.1\r\n${Object.entries(all).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
};

function frame(opcode, payload, { fin = true, rsv = 0 } = {}) {
  const body = Buffer.from(payload);
  const mask = Buffer.from([1, 2, 3, 4]);
  const length = body.length < 126 ? Buffer.from([0x80 | body.length])
    : Buffer.from([0x80 | 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]), length, mask,
    Buffer.from(body.map((byte, i) => byte ^ mask[i % 4]))]);
}

// Opens, sends the bytes in pieces, answers a close frame unless silent, gives all bytes after the handshake.
function talk(pieces, { pause = 0, limit = 4000, silent = false } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let received = Buffer.alloc(0), started = false;
    const frames = () => received.subarray(received.indexOf("\r\n\r\n") + 4);
    const socket = net.connect(Number(port), hostname, () => socket.write(handshake()));
    const timer = setTimeout(() => socket.destroy(), limit);
    socket.setNoDelay(true);
    socket.on("data", async (data) => {
      received = Buffer.concat([received, data]);
      if (!received.includes("\r\n\r\n")) return;
      const close = frames().lastIndexOf(0x88);
      if (started && close >= 0 && !silent) socket.write(frame(8, frames().subarray(close + 2)));
      if (started) return;
      started = true;
      for (const piece of pieces) {
        socket.write(piece);
        if (pause) await sleep(pause);
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(frames());
    });
  });
}

const closeCode = (bytes) => {
  const at = bytes.lastIndexOf(0x88);
  return at >= 0 && bytes[at + 1] >= 2 ? bytes.readUInt16BE(at + 2) : 0;
};

const unmasked = (text) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
for (const [name, pieces] of [
  ["in one piece", [unmasked("hello")]],
  ["byte by byte", [...unmasked("hello")].map((byte) => Buffer.from([byte]))],
  ["empty", [unmasked("")]],
  ["a ping", [Buffer.from([0x89, 0])]],
  ["with a masked one after it", [Buffer.concat([unmasked("a"), frame(1, "b")])]],
])
  test(`an unmasked first frame closes with 1002, and is not heard: ${name}`, async () => {
    const bytes = await talk(pieces, { pause: 10 });
    assert.equal(closeCode(bytes), 1002);
    assert.ok(!bytes.includes("hello") && bytes[0] !== 0x81, "no echo");
  });

test("a masked first frame in two pieces, cut anywhere, is whole", async () => {
  const whole = Buffer.concat([frame(1, "hello"), frame(8, Buffer.from([3, 232]))]);
  for (const at of [1, 2, 3, 6, 7]) {
    const bytes = await talk([whole.subarray(0, at), whole.subarray(at)], { pause: 20 });
    assert.equal(bytes.subarray(0, 7).toString("latin1"), "\x81\x05hello");
    assert.equal(closeCode(bytes), 1000);
  }
});

test("the accept key is the one of RFC 6455", async () => {
  const answer = await raw(handshake(), { half: false, limit: 200 });
  assert.match(answer, /^HTTP\/1\.1 101 /);
  assert.match(answer, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
});

for (const [fields, status] of [
  [{ "Sec-WebSocket-Version": "8" }, 426],
  [{ "Sec-WebSocket-Version": null }, 426],
  [{ "Sec-WebSocket-Key": null }, 400],
  [{ "Sec-WebSocket-Key": "short" }, 400],
  [{ "Sec-WebSocket-Key": "!!!!!!!!!!!!!!!!!!!!!!==" }, 400],
  [{ Upgrade: null }, 400],
  [{ Upgrade: "h2c" }, 400],
  [{ Connection: "keep-alive" }, 400],
])
  test(`a handshake with ${JSON.stringify(fields)} is ${status}`, async () => {
    assert.match(await raw(handshake(fields)), new RegExp(`^HTTP/1\\.1 ${status} `));
  });

test("frames sent before the answer are refused", async () => {
  assert.equal(await raw([Buffer.concat([Buffer.from(handshake()), frame(1, "early")])]), "");
});

test("a frame torn at every byte is read", async () => {
  const bytes = Buffer.concat([frame(1, "hello"), frame(2, "bytes"), frame(8, [3, 232])]);
  const answer = await talk([...bytes].map((byte) => Buffer.from([byte])), { pause: 1 });
  assert.deepEqual(answer, Buffer.concat([Buffer.from([0x81, 5]), Buffer.from("hello"),
    Buffer.from([0x82, 5]), Buffer.from("bytes"), Buffer.from([0x88, 2, 3, 232])]));
});

for (const [name, pieces, code] of [
  ["invalid UTF-8", [frame(1, [0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xed, 0xa0, 0x80])], 1007],
  ["UTF-8 cut short", [frame(1, [0xce])], 1007],
  ["invalid UTF-8 in the second fragment", [frame(1, "ok", { fin: false }), frame(0, [0xff])], 1007],
  ["a reserved opcode", [frame(3, "x")], 1002],
  ["a reserved control opcode", [frame(11, "x")], 1002],
  ["a reserved bit", [frame(1, "x", { rsv: 4 })], 1002],
  ["a continuation of nothing", [frame(0, "x")], 1002],
  ["a new message inside a fragmented one", [frame(1, "a", { fin: false }), frame(1, "b")], 1002],
  ["a fragmented ping", [frame(9, "x", { fin: false })], 1002],
  ["a ping over 125 bytes", [frame(9, "x".repeat(126))], 1002],
  ["a pong over 125 bytes", [frame(10, "x".repeat(126))], 1002],
  ["a fragmented close", [frame(8, [3, 232], { fin: false })], 1002],
  ["a reserved bit on a ping", [frame(9, "x", { rsv: 1 })], 1002],
  ["a close frame of one byte", [frame(8, [3])], 1002],
  ["a reason that is not UTF-8", [frame(8, [3, 232, 0xff])], 1007],
])
  test(`${name} ends the connection`, async () => {
    const answer = await talk(pieces);
    assert.ok([code, 0].includes(closeCode(answer)), `code ${closeCode(answer)}`);
    assert.ok(!answer.includes(Buffer.from([0x81])), "nothing is echoed");
  });

for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000, 65535])
  test(`the close code ${code} is answered by 1002`, async () => {
    assert.equal(closeCode(await talk([frame(8, [code >> 8, code & 255])])), 1002);
  });

for (const code of [1000, 1001, 1002, 1003, 1007, 1011, 3000, 4999])
  test(`the close code ${code} is said back`, async () => {
    assert.equal(closeCode(await talk([frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from("why ñ")]))])), code);
  });

test("a close frame without a code is said back", async () => {
  assert.deepEqual(await talk([frame(8, "")]), Buffer.from([0x88, 0]));
});

test("a close frame inside a fragmented message ends it", async () => {
  assert.deepEqual(await talk([frame(1, "half", { fin: false }), frame(8, [3, 232])]), Buffer.from([0x88, 2, 3, 232]));
});

test("a ping inside a fragmented message is answered before the message", async () => {
  const answer = await talk([frame(1, "one ", { fin: false }), frame(9, "ping"), frame(0, "two"), frame(8, [3, 232])], { pause: 20 });
  assert.deepEqual(answer, Buffer.concat([Buffer.from([0x8a, 4]), Buffer.from("ping"),
    Buffer.from([0x81, 7]), Buffer.from("one two"), Buffer.from([0x88, 2, 3, 232])]));
});

test("empty fragments around one that is not", async () => {
  const answer = await talk([frame(2, "", { fin: false }), frame(0, "x", { fin: false }), frame(0, ""), frame(8, [3, 232])], { pause: 5 });
  assert.deepEqual(answer, Buffer.from([0x82, 1, 0x78, 0x88, 2, 3, 232]));
});

test("a frame that only announces too much is refused before it comes", async () => {
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]);
  assert.equal(closeCode(await talk([Buffer.concat([head, Buffer.alloc(1000)])])), 1009);
});

test("nothing but the close frame follows bytes that break the protocol", async () => {
  const answer = await talk([Buffer.concat([frame(1, "a", { fin: false }), frame(0, "b"), frame(1, "x", { rsv: 4 })])]);
  assert.equal(answer.indexOf(0x88), answer[0] === 0x81 ? 4 : 0, answer.toString("hex"));
});

test("who breaks the protocol and then is silent is cut off", async () => {
  const before = performance.now();
  assert.equal(closeCode(await talk([frame(3, "x")], { limit: 20000, silent: true })), 1002);
  assert.ok(performance.now() - before < 15000);
});

test("UTF-8 split between fragments is one message", async () => {
  const answer = await talk([frame(1, [0xe2, 0x82], { fin: false }), frame(0, [0xac]), frame(8, [3, 232])]);
  assert.deepEqual(answer.subarray(0, 5), Buffer.from([0x81, 3, 0xe2, 0x82, 0xac]));
});

test("a reader that stalls gets everything when it goes on", async () => {
  const client = new Client("/echo");
  await client.opened;
  client.socket.pause();
  const count = 40;
  for (let i = 0; i < count; i++) client.send(Buffer.alloc(100000, i));
  await sleep(200);
  client.socket.resume();
  for (let i = 0; i < count; i++) {
    const message = await client.next();
    assert.equal(message.length, 100000);
    assert.equal(message[99999], i);
  }
  client.close();
});
