// Socket.IO protocol, revision 5, on /socket.io/: raw packets, and the clients people use.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io } from "socket.io-client";
import { io as io40 } from "socket.io-client-4.0";
import { Client, openPolling, poll, post, url, withoutPing } from "./support/server.mjs";

const path = "/socket.io/";

async function connect() {
  const client = new Client(`${path}?EIO=4&transport=websocket`);
  assert.equal((await client.next())[0], "0");
  return client;
}

async function join(packet = "40") {
  const client = await connect();
  client.send(packet);
  const answer = await client.nextAnswering();
  const auth = await client.nextAnswering();
  return { client, answer, auth };
}

const joins = [
  ["40", "40", '42["auth",{}]'],
  ['40{"token":"123"}', "40", '42["auth",{"token":"123"}]'],
  ["40/custom", "40/custom,", '42/custom,["auth",{}]'],
  ["40/custom,", "40/custom,", '42/custom,["auth",{}]'],
  ['40/custom,{"token":"abc"}', "40/custom,", '42/custom,["auth",{"token":"abc"}]'],
];
for (const [sent, head, expected] of joins)
  test(`${sent} joins`, async () => {
    const { client, answer, auth } = await join(sent);
    assert.ok(answer.startsWith(head), answer);
    const members = JSON.parse(answer.slice(head.length));
    assert.deepEqual(Object.keys(members), ["sid"]);
    assert.match(members.sid, /^[A-Za-z0-9_-]{20}$/);
    assert.equal(auth, expected);
    client.close();
  });

test("the greeting reaches a client that listens for one message at a time", async () => {
  const { socket } = await connect();
  const one = () => new Promise((resolve) => socket.once("message", (data) => resolve(data.toString())));
  socket.send("40");
  assert.match(await one(), /^40\{"sid":/);
  assert.equal(await one(), '42["auth",{}]');
  socket.close();
});

test("an event right after CONNECT finds the greeting before its answer", async () => {
  const client = await connect();
  client.send("40");
  client.send('42["message","early"]');
  assert.match(await client.nextAnswering(), /^40\{"sid":/);
  assert.equal(await client.nextAnswering(), '42["auth",{}]');
  assert.equal(await client.nextAnswering(), '42["message-back","early"]');
  client.close();
});

test("an unknown namespace is a CONNECT_ERROR, and another may follow", async () => {
  const client = await connect();
  client.send("40/random");
  assert.equal(await client.nextAnswering(), '44/random,{"message":"Invalid namespace"}');
  client.send("40");
  assert.ok((await client.nextAnswering()).startsWith("40{"));
  client.close();
});

for (const packet of ["4abc", "4", "47", "42[]", '42["message"]', "41", "43[]", '44{"message":"x"}', "40[]", "40{",
  '42/custom,["message"]', '40{"a":1}x', '451-["message",{"_placeholder":true,"num":0}]'])
  test(`${packet} as the first packet closes`, async () => {
    const client = await connect();
    client.send(packet);
    if (packet.startsWith("451")) client.send(Buffer.from([1]));
    assert.equal(await client.closed, 1002);
  });

test("binary out of place closes", async () => {
  const { client } = await join();
  client.send(Buffer.from([1]));
  assert.equal(await client.closed, 1002);
});

for (const packet of ["4abc", "42{}", "42", '42abc["message-with-ack",1]', "42[1]", '42["connect"]', '42["message",]',
  '42["message"', '45["message"]', '450-["message"]', '4511-["message"]', "40", "41{}", "43{}", '4299999999999999999["message"]',
  '42["message"]\u0000'])
  test(`${JSON.stringify(packet)} after joining closes`, async () => {
    const { client } = await join();
    client.send(packet);
    assert.equal(await client.closed, 1002);
  });

for (const packet of ['451-["message"]', '451-["message",{"_placeholder":true,"num":1}]',
  '452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]'])
  test(`${packet} closes: its attachments have no places`, async () => {
    const { client } = await join();
    client.send(packet);
    assert.equal(await client.closed, 1002);
  });

test("text while attachments are due closes", async () => {
  const { client } = await join();
  client.send('451-["message",{"_placeholder":true,"num":0}]');
  client.send('42["message"]');
  assert.equal(await client.closed, 1002);
});

test("a session that joins nothing is closed after the connect timeout", async () => {
  const client = await connect();
  const before = performance.now();
  for (;;) if ((await client.nextAnswering()) === undefined) break;
  assert.equal(await client.closed, 1000);
  const waited = performance.now() - before;
  assert.ok(waited > 960 && waited < 1080, `waited ${waited}`);
});

test("disconnecting leaves the session and the other namespaces alone", async () => {
  const { client } = await join();
  client.send("40/custom");
  await client.nextAnswering();
  await client.nextAnswering();
  client.send("41/custom");
  client.send('42["message","to main"]');
  assert.equal(await client.nextAnswering(), '42["message-back","to main"]');
  client.answering = false;
  client.send("41");
  assert.equal(await client.next(), "2");
  client.close();
});

const echoes = [
  ['42["message"]', '42["message-back"]'],
  ['42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'],
  ['42[ "message" , 1 , [ ] ]', '42["message-back",1 , [ ] ]'],
  ['42["mess\\u0061ge","ñ€😀\\u0000",{"a":1,"a":2}]', '42["message-back","ñ€😀\\u0000",{"a":1,"a":2}]'],
  ['42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'],
  ['420["message-with-ack"]', "430[]"],
];
for (const [sent, expected] of echoes)
  test(`${sent} is answered by ${expected}`, async () => {
    const { client } = await join();
    client.send(sent);
    assert.equal(await client.nextAnswering(), expected);
    client.close();
  });

for (const [sent, expected] of [
  ['452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
    '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'],
  ['452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
    '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'],
])
  test(`attachments of ${sent.slice(0, 24)}…`, async () => {
    const { client } = await join();
    client.send(sent);
    client.send(Buffer.from([1, 2, 3]));
    client.send(Buffer.alloc(0));
    assert.equal(await client.nextAnswering(), expected);
    assert.deepEqual(await client.nextAnswering(), Buffer.from([1, 2, 3]));
    assert.deepEqual(await client.nextAnswering(), Buffer.alloc(0));
    client.close();
  });

test("attachments over polling", async () => {
  const sid = await openPolling(path);
  await post(path, sid, "40");
  assert.match((await poll(path, sid)).text, /^40\{"sid":".{20}"\}\x1e42\["auth",\{\}\]$/);
  await post(path, sid, '451-["message",{"_placeholder":true,"num":0}]\x1ebAQIDBA==');
  assert.equal(withoutPing(await poll(path, sid)).text, '451-["message-back",{"_placeholder":true,"num":0}]\x1ebAQIDBA==');
  await post(path, sid, "4nonsense");
  assert.equal((await poll(path, sid)).status, 400);
});

for (const [version, open] of [["4.8", io], ["4.0", io40]])
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]])
    test(`socket.io-client ${version} over ${transports}`, async () => {
      const socket = open(url, { transports, forceNew: true, reconnection: false, auth: { token: "x" } });
      try {
        const early = new Promise((resolve) => socket.once("message-back", (...all) => resolve(all)));
        socket.emit("message", "early", Buffer.from([1, 2]));
        assert.deepEqual(await new Promise((resolve, reject) => {
          socket.on("auth", resolve);
          socket.on("connect_error", reject);
        }), { token: "x" });
        assert.deepEqual(await early, ["early", Buffer.from([1, 2])]);
        if (transports.length === 2 && socket.io.engine.transport.name !== "websocket")
          await new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
        const sizes = [0, 1, 125, 126, 65535, 65536, 300000];
        for (const size of sizes) {
          const text = "ñ".repeat(size / 2);
          const [back] = await new Promise((resolve) =>
            socket.emit("message-with-ack", text, Buffer.alloc(size, 7), (...all) => resolve(all)));
          assert.equal(back, text);
        }
        assert.equal(socket.connected, true);
      } finally {
        socket.close();
      }
    });
