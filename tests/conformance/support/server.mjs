// Clients of the conformance server: raw WebSockets, polling sessions, raw HTTP.
import net from "node:net";
import { after } from "node:test";
import { WebSocket } from "ws";

export const url = process.env.CONFORMANCE_URL;
export const wsUrl = url.replace("http", "ws");
export const pingInterval = 300;
export const pingTimeout = 200;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const clients = [];
after(() => {
  for (const { socket } of clients) socket.terminate(); // those of a test that failed would keep us here
});

// A WebSocket whose messages and end can be awaited in order.
export class Client {
  constructor(path, options = {}) {
    clients.push(this);
    this.messages = [];
    this.waiting = [];
    this.socket = new WebSocket(wsUrl + path, options);
    this.opened = new Promise((resolve, reject) => {
      this.socket.on("open", resolve);
      this.socket.on("error", reject);
      this.socket.on("unexpected-response", (request, response) => {
        this.status = response.statusCode;
        reject(new Error(`HTTP ${response.statusCode}`));
        request.destroy();
      });
    });
    this.opened.catch(() => {});
    this.socket.on("message", (data, binary) => {
      const message = binary ? data : data.toString();
      if (this.answering && message === "2") return this.socket.send("3");
      if (this.waiting.length) this.waiting.shift()(message);
      else this.messages.push(message);
    });
    this.closed = new Promise((resolve) =>
      this.socket.on("close", (code) => {
        resolve(code);
        for (const give of this.waiting.splice(0)) give(undefined);
      }),
    );
  }
  next() {
    if (this.messages.length) return Promise.resolve(this.messages.shift());
    if (this.socket.readyState === WebSocket.CLOSED) return Promise.resolve(undefined);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  // the next message that is no ping; from now on pings are answered
  async nextAnswering() {
    this.answering = true;
    for (;;) {
      const message = await this.next();
      if (message !== "2") return message;
      this.socket.send("3");
    }
  }
  send(data, options) {
    this.socket.send(data, options);
  }
  close() {
    this.socket.close();
  }
}

export const polling = (path, sid) =>
  `${url}${path}?EIO=4&transport=polling${sid ? `&sid=${sid}` : ""}`;

export async function openPolling(path) {
  const answer = await fetch(polling(path));
  return JSON.parse((await answer.text()).slice(1)).sid;
}

// what a poll brought, but for a ping that fell due meanwhile
export const withoutPing = ({ status, text }) => ({ status, text: text.replace(/^2\x1e|\x1e2$/, "") });

export async function poll(path, sid) {
  const answer = await fetch(polling(path, sid));
  return { status: answer.status, text: await answer.text() };
}

export async function post(path, sid, body) {
  const answer = await fetch(polling(path, sid), { method: "POST", body });
  return { status: answer.status, text: await answer.text() };
}

// Sends bytes as they are, in the given pieces, and gives all that comes back until the end.
export function raw(pieces, { half = true, limit = 2000, pause = 0 } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, async () => {
      socket.setNoDelay(true);
      for (const piece of [].concat(pieces)) {
        socket.write(piece);
        if (pause) await sleep(pause);
      }
      if (half) socket.end();
    });
    const received = [];
    const timer = setTimeout(() => socket.destroy(), limit);
    socket.on("data", (data) => received.push(data));
    socket.on("error", (error) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? undefined : reject(error)));
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(Buffer.concat(received).toString("latin1"));
    });
  });
}
