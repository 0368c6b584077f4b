/* A listener of server-sent events (WHATWG HTML, section 9.2), as a browser has one. */
import assert from 'node:assert/strict';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 15000;

function parseEvent(block) {
    const event = { data: [] };
    for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        const [name, value] = colon < 0 ? [line, '']
            : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
        if (name === 'data') {
            event.data.push(value);
        } else if (name !== '') {
            event[name] = value;
        }
    }
    return { ...event, data: event.data.join('\n') };
}

export class Listener {
    constructor(port, path, { headers = {} } = {}) {
        this.events = [];
        this.comments = 0;
        this.text = '';
        this.closed = new Promise((resolve) => { this.onClosed = resolve; });
        this.opened = new Promise((resolve, reject) => {
            const options = { host: '127.0.0.1', port, path, headers, agent: false };
            this.request = http.get(options, (response) => {
                this.response = response;
                this.status = response.statusCode;
                response.setEncoding('utf8').on('data', (text) => this.take(text));
                response.on('error', () => {});
                response.on('close', () => this.onClosed(response.complete));
                resolve(this);
            });
            this.request.on('error', reject);
        });
    }

    take(text) {
        this.text += text;
        for (let end = this.text.indexOf('\n\n'); end >= 0; end = this.text.indexOf('\n\n')) {
            const block = this.text.slice(0, end);
            this.text = this.text.slice(end + 2);
            if (block.startsWith(':')) {
                this.comments += 1;
            } else {
                this.events.push(parseEvent(block));
            }
        }
    }

    /** The messages so far, as objects; `id` of the event is `eventId`. */
    get messages() {
        return this.events.filter(({ event }) => event === 'message')
            .map(({ id, data }) => ({ eventId: id, ...JSON.parse(data) }));
    }

    /** The first message that fits, once it is there. */
    async until(fits) {
        const deadline = Date.now() + PATIENCE_MS;
        for (;;) {
            const found = this.messages.find(fits);
            if (found !== undefined) {
                return found;
            }
            assert.ok(Date.now() < deadline, `no such event in ${JSON.stringify(this.messages)}`);
            await sleep(10);
        }
    }

    close() {
        this.request.destroy();
    }
}

/** Listens, once the server has begun to answer. */
export function listen(server, { path = '/dev/handset/events', headers } = {}) {
    return new Listener(server.port, path, { headers }).opened;
}
