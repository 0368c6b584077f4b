/*
 * Several servers over one database of PostgreSQL: they share its URL and the file of the master
 * key, and nothing else.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Server } from '../../e2e/lib/server.mjs';
import { endAll } from './cleanup.mjs';

export class Nodes {
    /** options: those of Server; `store` is the URL of the database. */
    constructor(count, options) {
        this.dir = mkdtempSync(path.join(tmpdir(), 'domofon-nodes-'));
        this.servers = [];
        this.add(count, options);
    }

    add(count, options) {
        const keyFile = path.join(this.dir, 'key');
        for (; count > 0; count--) {
            this.servers.push(new Server({ keyFile, ...options }));
        }
    }

    /** All at once. */
    async start() {
        await Promise.all(this.servers.map((server) => server.start()));
        return this;
    }

    get ports() {
        return this.servers.map(({ port }) => port);
    }

    /** The node whose turn it is for the i-th request. */
    at(i) {
        return this.servers[i % this.servers.length];
    }

    async stop() {
        await endAll(...this.servers.map((server) => () => server.stop()),
            () => rmSync(this.dir, { recursive: true, force: true }));
    }
}
