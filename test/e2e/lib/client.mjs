/*
 * An HTTP client for the suites: every reply is held against the API's description (contract.mjs).
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { checkReply } from './contract.mjs';

const TIMEOUT_MS = 30000;

function parseBody(type, text) {
    return /^application\/(problem\+)?json\b/.test(type ?? '') && text !== ''
        ? JSON.parse(text)
        : text;
}

function exchange(options, payload) {
    return new Promise((resolve, reject) => {
        const request = http.request(options, (response) => {
            const chunks = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () => {
                const { statusCode: status, headers } = response;
                const bytes = Buffer.concat(chunks);
                resolve({ status, headers, bytes, text: bytes.toString() });
            });
        });
        request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error('no reply in time')));
        request.on('error', reject);
        request.end(payload);
    });
}

export class Client {
    /**
     * `token`: a bearer token; `headers` go with every request; `described`: replies must be as
     * api/openapi.yaml says; `host`: the address.
     */
    constructor(port,
        { token, headers = {}, agent, described = true, host = '127.0.0.1' } = {}) {
        this.described = described;
        this.host = host;
        this.port = port;
        this.token = token;
        this.headers = headers;
        this.agent = agent ?? new http.Agent({ keepAlive: true, timeout: TIMEOUT_MS });
    }

    /** The same connections, with a token or more headers. */
    as(token, headers = {}) {
        const all = { ...this.headers, ...headers };
        const { agent, described, host } = this;
        return new Client(this.port, { token, headers: all, agent, described, host });
    }

    close() {
        this.agent.destroy();
    }

    /**
     * Sends one request; `body` is an object to be sent as JSON, or text or bytes to be sent as
     * they are. Returns {status, headers, text, body, bytes}.
     */
    async call(method, path, body, headers = {}) {
        const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
        const payload = body === undefined || isRaw ? body : JSON.stringify(body);
        const all = { ...this.headers, ...headers };
        if (this.token !== undefined) {
            all.Authorization = `Bearer ${this.token}`;
        }
        if (payload !== undefined) {
            all['Content-Type'] ??= 'application/json';
            all['Content-Length'] = Buffer.byteLength(payload);
        }
        const target = { host: this.host, port: this.port, agent: this.agent };
        const reply = await exchange({ ...target, method, path, headers: all }, payload);
        reply.body = parseBody(reply.headers['content-type'], reply.text);
        if (this.described) {
            checkReply(method, path, reply);
        }
        return reply;
    }

    get(path, headers) {
        return this.call('GET', path, undefined, headers);
    }

    post(path, body = {}, headers) {
        return this.call('POST', path, body, headers);
    }

    put(path, body, headers) {
        return this.call('PUT', path, body, headers);
    }

    patch(path, body, headers) {
        return this.call('PATCH', path, body, headers);
    }

    delete(path, headers) {
        return this.call('DELETE', path, undefined, headers);
    }
}

/** Asserts the status of a reply and returns its body. */
export function ok(reply, status = 200) {
    assert.equal(reply.status, status, `expected ${status}, got ${reply.status}: ${reply.text}`);
    return reply.body;
}

/** Asserts that a reply is the problem `code`, with these members, and returns it. */
export function problem(reply, code, members = {}) {
    assert.equal(reply.body?.code, code, `expected ${code}, got ${reply.status}: ${reply.text}`);
    for (const [name, value] of Object.entries(members)) {
        assert.deepEqual(reply.body[name], value, `${code}: ${name}`);
    }
    return reply.body;
}

/** Splits what came over a socket into replies; `methods` are those of the requests, in order. */
export function parseReplies(bytes, methods = []) {
    const replies = [];
    let rest = bytes;
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        const [line, ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n');
        const headers = Object.fromEntries(fields.map((field) => {
            const colon = field.indexOf(':');
            return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
        }));
        const bodyless = methods[replies.length] === 'HEAD';
        const length = bodyless ? 0 : Number(headers['content-length'] ?? 0);
        const text = rest.subarray(end + 4, end + 4 + length).toString();
        const body = parseBody(headers['content-type'], text);
        replies.push({ status: Number(line.split(' ')[1]), headers, text, body });
        rest = rest.subarray(end + 4 + length);
    }
    return replies;
}

/**
 * A bare connection. `received` grows; `closed` resolves when the server has closed it (or reset
 * it, which `reset` tells).
 */
export class RawSocket {
    constructor(port, options = {}) {
        this.received = Buffer.alloc(0);
        this.reset = false;
        this.socket = net.connect({ host: '127.0.0.1', port, ...options });
        this.opened = new Promise((resolve) => this.socket.once('connect', resolve));
        this.closed = new Promise((resolve) => this.socket.once('close', resolve));
        this.socket.on('error', () => { this.reset = true; });
        this.socket.on('data', (chunk) => {
            this.received = Buffer.concat([this.received, chunk]);
        });
    }

    write(bytes) {
        this.socket.write(bytes);
    }

    destroy() {
        this.socket.destroy();
    }
}

/**
 * Sends bytes over a connection of their own and returns the replies once the server has closed
 * it, or `count` replies are in. `expect`: [method, target] pairs to hold the replies against.
 */
export async function raw(port, bytes, { count = 1, expect = [], timeout_ms = 10000 } = {}) {
    const socket = new RawSocket(port);
    const methods = expect.map(([method]) => method);
    const enough = () => parseReplies(socket.received, methods).length >= count;
    let timer;
    const deadline = new Promise((resolve, reject) => {
        const message = `no ${count} replies in ${timeout_ms} ms`;
        timer = setTimeout(() => reject(new Error(message)), timeout_ms);
    });
    const all = new Promise((resolve) => {
        socket.socket.on('data', () => enough() && resolve());
    });
    try {
        socket.write(bytes);
        await Promise.race([all, socket.closed, deadline]);
    } finally {
        clearTimeout(timer);
        socket.destroy();
    }
    const replies = parseReplies(socket.received, methods);
    expect.forEach(([method, target], i) => checkReply(method, target, replies[i]));
    return replies;
}

/** The value of one metric of a server: domofon_`name`. */
export async function metric(server, name) {
    const text = ok(await server.api.get('/metrics'));
    return Number(new RegExp(`^domofon_${name} (\\d+)$`, 'm').exec(text)[1]);
}
