// Nchan, Debian's module for nginx: one worker, everything in shared memory, nothing kept of what was sent.
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { waitFor, within } from '../../integration/support/wait.mjs';
import { Child } from '../support/child.mjs';
import { cpuOfAll, family, memoryOfAll } from '../support/process.mjs';
import { padding } from '../support/fanout.mjs';

const configuration = ({ folder, port, nofile }) => `
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
worker_processes 1;
worker_rlimit_nofile ${nofile};
events { worker_connections ${nofile}; multi_accept on; }
http {
    access_log off;
    tcp_nodelay on;
    keepalive_requests 1000000;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    nchan_shared_memory_size 512M;
    server {
        listen 127.0.0.1:${port} backlog=4096;
        location = /publish { nchan_publisher http; nchan_channel_id bench; nchan_store_messages off; }
        location = /subscribe { nchan_subscriber websocket; nchan_channel_id bench; nchan_subscriber_first_message newest;
            nchan_websocket_ping_interval 25; }
    }
}
`;

/** Posts one after the other on one connection, all of them written at once. */
class Publisher {
    constructor(port) {
        this.socket = net.connect(port, '127.0.0.1');
        this.socket.setNoDelay(true);
        this.waiting = 0;
        this.socket.on('data', (bytes) => {
            this.waiting -= bytes.toString('latin1').split('HTTP/1.1 20').length - 1;
            if (this.waiting <= 0) {
                this.answered?.();
            }
        });
        this.socket.on('error', () => {}); // whoever waits finds out by the time
    }

    post(bodies) {
        this.waiting += bodies.length;
        const answered = new Promise((resolve) => {
            this.answered = resolve;
        });
        this.socket.write(bodies.map((body) => 'POST /publish HTTP/1.1\r\nHost: localhost\r\n'
            + `Content-Length: ${body.length}\r\nContent-Type: application/json\r\n\r\n${body}`).join(''));
        return within(answered, 'the answers of Nchan', 60000);
    }

    end() {
        this.socket.destroy();
    }
}

export class Nchan {
    constructor(bench, name) {
        Object.assign(this, { bench, name, title: 'Nchan', folder: join(bench.work, name), number: 0, pad: 0 });
    }

    async start() {
        const packaged = (name) => execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
        this.version = `nginx ${packaged('nginx')}, libnginx-mod-nchan ${packaged('libnginx-mod-nchan')}`;
        [this.port] = await this.bench.ports(1);
        mkdirSync(this.folder, { mode: 0o755 });
        await this.launch();
    }

    async launch() {
        const file = join(this.folder, 'nginx.conf');
        writeFileSync(file, configuration({ folder: this.folder, port: this.port, nofile: this.bench.nofile }));
        this.child = new Child('/usr/sbin/nginx', ['-p', this.folder, '-e', join(this.folder, 'error.log'), '-c', file], {
            log: join(this.bench.work, `${this.name}.log`),
        });
        await waitFor(() => new Promise((resolve) => {
            const socket = net.connect(this.port, '127.0.0.1', () => socket.destroy(resolve(true)));
            socket.on('error', () => resolve(false));
        }), 'nginx');
        this.publisher = new Publisher(this.port);
    }

    async stop() {
        this.publisher.end();
        this.child.process.kill('SIGTERM');
        await this.child.end();
    }

    async restart() {
        await this.stop();
        await this.launch();
    }

    wire() {
        return { wire: 'websocket', url: `ws://127.0.0.1:${this.port}/subscribe` };
    }

    cpu() {
        return cpuOfAll(family(this.child.pid));
    }

    memory() {
        return memoryOfAll(family(this.child.pid));
    }

    publish(count) {
        const pad = this.pad ? { pad: 'x'.repeat(padding(this.pad)) } : {};
        const bodies = Array.from({ length: count }, () => {
            this.number += 1;
            return JSON.stringify({ bench: 1, n: this.number, t: Date.now() * 1000, ...pad });
        });
        return this.publisher.post(bodies);
    }
}
