// The Socket.IO protocol by hand, so that this page needs nothing but its server. A real page uses
// socket.io-client, which also reconnects and falls back to polling.
"use strict";

const NAMESPACE = "/api/v1/ws";
const CHANNELS = ["events", "dlq", "dashboard", "notifications", "logs"];
const find = (id) => document.getElementById(id);
let socket = null;

function show(text) {
    find("pushes").textContent = (text + "\n" + find("pushes").textContent).slice(0, 20000);
}

function receive(packet) {
    if (packet.startsWith("0")) {
        const token = find("token").value.trim();
        socket.send("40" + NAMESPACE + "," + JSON.stringify(token ? { token } : {}));
    } else if (packet === "2") {
        socket.send("3");
    } else if (packet.startsWith("40")) {
        find("state").value = "connected";
        socket.send("42" + NAMESPACE + ",0" + JSON.stringify(["subscribe", { channels: CHANNELS }]));
    } else if (/^4[234]/.test(packet)) {
        show(new Date().toLocaleTimeString() + " " + packet.slice(packet.indexOf(",") + 1));
    }
}

find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (socket) socket.close();
    const user = find("token").value.trim() ? "" : "&userId=visitor";
    const origin = location.origin.replace(/^http/, "ws");
    socket = new WebSocket(origin + "/socket.io/?EIO=4&transport=websocket" + user);
    socket.onmessage = (message) => receive(message.data);
    socket.onclose = () => { find("state").value = "closed"; };
});
