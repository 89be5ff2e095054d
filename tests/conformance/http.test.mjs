// HTTP/1.1 as the daemon reads it: what passes, what is refused, what a torn or hostile client gets.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { raw, url } from "./support/server.mjs";

const target = "/engine.io/?EIO=4&transport=polling";
const request = (line, fields = "Host: x\r\n") => `${line}\r\n${fields}\r\n`;
const statuses = (answer) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));

const answers = [
  ["a plain request", request(`GET ${target} HTTP/1.1`), [200]],
  ["an empty line before it", "\r\n" + request(`GET ${target} HTTP/1.1`), [200]],
  ["HTTP/1.0", request(`GET ${target} HTTP/1.0`, ""), [200]],
  ["two requests in one breath", request(`GET ${target} HTTP/1.1`).repeat(2), [200, 200]],
  ["a request after Connection: close", request(`GET ${target} HTTP/1.1`, "Host: x\r\nConnection: close\r\n").repeat(2), [200]],
  ["an unknown path", request("GET /nothing HTTP/1.1"), [404]],
  ["a path out of the tree", request("GET /../etc/passwd HTTP/1.1"), [404]],
  ["no Host", request(`GET ${target} HTTP/1.1`, ""), [400]],
  ["two Hosts", request(`GET ${target} HTTP/1.1`, "Host: x\r\nHost: y\r\n"), [400]],
  ["a bare LF", `GET ${target} HTTP/1.1\nHost: x\n\n`, [400]],
  ["a bare CR", `GET ${target} HTTP/1.1\r\nHost: x\ry\r\n\r\n`, [400]],
  ["a NUL", request(`GET ${target} HTTP/1.1`, "Host: x\r\nX: a\0b\r\n"), [400]],
  ["a folded field", request(`GET ${target} HTTP/1.1`, "Host: x\r\nX: a\r\n b\r\n"), [400]],
  ["space before a colon", request(`GET ${target} HTTP/1.1`, "Host : x\r\n"), [400]],
  ["an absolute target", request(`GET http://x${target} HTTP/1.1`), [400]],
  ["a broken escape", request("GET /engine.io/?x=%zz HTTP/1.1"), [400]],
  ["an escaped NUL", request("GET /engine.io/?x=%00 HTTP/1.1"), [400]],
  ["escapes that are not UTF-8", request("GET /engine.io/?x=%ff HTTP/1.1"), [400]],
  ["HTTP/2.0", request(`GET ${target} HTTP/2.0`), [505]],
  ["no version", request(`GET ${target}`), [400]],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]],
  ["CONNECT", request("CONNECT x:80 HTTP/1.1"), [400]],
  ["TRACE", request(`TRACE ${target} HTTP/1.1`), [501]],
  ["a long target", request(`GET /${"a".repeat(4096)} HTTP/1.1`), [414]],
  ["a long field", request(`GET ${target} HTTP/1.1`, `Host: x\r\nX: ${"a".repeat(17000)}\r\n`), [431]],
  ["many fields", request(`GET ${target} HTTP/1.1`, "Host: x\r\n" + "X: y\r\n".repeat(64)), [431]],
  ["two lengths", request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n") + "a", [400]],
  ["a list of lengths", request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: 1, 1\r\n") + "a", [400]],
  ["a signed length", request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: +1\r\n") + "a", [400]],
  ["length and chunks", request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", [400]],
  ["another coding", request(`POST ${target} HTTP/1.1`, "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n", [501]],
  ["chunks in HTTP/1.0", request(`POST ${target} HTTP/1.0`, "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", [400]],
  ["chunks", request(`POST ${target} HTTP/1.1`, "Host: x\r\nTransfer-Encoding: chunked\r\n") + "3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n" + request(`GET ${target} HTTP/1.1`), [400, 200]],
  ["a chunk without its end", request(`POST ${target} HTTP/1.1`, "Host: x\r\nTransfer-Encoding: chunked\r\n") + "3\r\nabcd\r\n", [400]],
  ["a chunk of a wrong size", request(`POST ${target} HTTP/1.1`, "Host: x\r\nTransfer-Encoding: chunked\r\n") + "-3\r\nabc\r\n", [400]],
  ["a length over the limit", request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: 1000001\r\n"), [413]],
  ["an unknown expectation", request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: 1\r\nExpect: cake\r\n"), [417]],
];
for (const [name, bytes, expected] of answers)
  test(`${name}: ${expected}`, async () => {
    const answer = await raw(Buffer.from(bytes, "latin1"), { half: false, limit: 300 });
    assert.deepEqual(statuses(answer), expected);
  });

test("HEAD has no body", async () => {
  const answer = await raw(request("HEAD /nothing HTTP/1.1"), { half: false, limit: 200 });
  assert.match(answer, /^HTTP\/1\.1 404 [^]*\r\n\r\n$/);
});

test("Expect: 100-continue is answered before the body", async () => {
  const { hostname, port } = new URL(url);
  const received = await new Promise((resolve) => {
    let text = "";
    const socket = net.connect(Number(port), hostname, () =>
      socket.write(request(`POST ${target} HTTP/1.1`, "Host: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n")));
    socket.on("data", (data) => {
      text += data;
      if (text.endsWith("100 Continue\r\n\r\n")) socket.write("ab");
    });
    socket.on("close", () => resolve(text));
  });
  assert.deepEqual(statuses(received), [100, 400]);
});

test("a request torn at every byte is read", async () => {
  const bytes = request(`POST ${target}&sid=x HTTP/1.1`, "Host: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n") +
    "2\r\n4a\r\n0\r\n\r\n";
  const answer = await raw([...bytes].map((byte) => Buffer.from(byte)), { half: false, pause: 1 });
  assert.deepEqual(statuses(answer), [400]);
  assert.match(answer, /Session ID unknown/);
});

test("a second request while a poll is held ends both", async () => {
  const opening = await (await fetch(url + target)).text();
  const { sid } = JSON.parse(opening.slice(1));
  const poll = request(`GET ${target}&sid=${sid} HTTP/1.1`);
  assert.equal(await raw(poll + poll, { half: false, limit: 1000 }), "");
  assert.equal((await fetch(`${url}${target}&sid=${sid}`)).status, 400);
});

test("five hundred connections that come and go at once", async () => {
  const answersOfAll = await Promise.all(Array.from({ length: 500 }, () =>
    raw(request(`GET ${target} HTTP/1.1`, "Host: x\r\nConnection: close\r\n"), { limit: 5000, half: false })));
  assert.equal(answersOfAll.filter((answer) => statuses(answer)[0] === 200).length, 500);
});
