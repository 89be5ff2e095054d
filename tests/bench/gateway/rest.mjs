// The REST routes of the gateway.
import express from 'express';

/** → a router for /api/v1; pool: of pg, secret: of the HS256 tokens. */
export function restRoutes() {
    const router = express.Router();
    router.get('/health', (request, response) => response.json({ status: 'up' }));
    return router;
}
