import { useEffect, useState } from "react";
import { io, Socket } from "socket.io-client";

export function useWebSocket(userId: string, token: string) {
  const [socket, setSocket] = useState<Socket | null>(null);
  const [notifications, setNotifications] = useState([]);
  const [metrics, setMetrics] = useState(null);
  const [dlqStats, setDlqStats] = useState(null);

  useEffect(() => {
    const newSocket = io("http://localhost:3000/api/v1/ws", {
      query: { userId },
      auth: { token },
    });

    // Suscribirse a canales
    newSocket.emit("subscribe", {
      channels: ["dashboard", "dlq", "notifications", "logs"],
      logFilters: { level: "error" },
    });

    // Escuchar eventos
    newSocket.on("dashboard:metrics:updated", (data) => {
      setMetrics(data.metrics);
    });

    newSocket.on("dlq:stats:updated", (data) => {
      setDlqStats(data.stats);
    });

    newSocket.on("notification:created", (notification) => {
      setNotifications((prev) => [notification, ...prev]);
    });

    newSocket.on("log:error", (log) => {
      console.error("[SYSTEM ERROR]", log);
    });

    setSocket(newSocket);

    return () => {
      newSocket.close();
    };
  }, [userId, token]);

  return { socket, notifications, metrics, dlqStats };
}
