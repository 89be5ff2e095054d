import { defineConfig } from 'vite';

export default defineConfig({
    esbuild: { jsx: 'automatic' },
    // bookly.js and bookly-react.js are taken from where they are served; yours would lie in src/
    resolve: { dedupe: ['react'] },
    server: { fs: { allow: ['../..'] } },
});
