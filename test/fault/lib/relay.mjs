/*
 * A relay on loopback: every connection made to it is passed on to one of its targets, in turn; one
 * that does not answer is passed over. Between clients and several nodes it is the proxy in front;
 * between a node and PostgreSQL it is the network, which a test may break:
 *
 *     const relay = await Relay.start(() => [port, ...]);     // after(() => relay.close())
 *     relay.mute();      // what clients say arrives; what the targets answer gets lost
 *     relay.cut();       // every connection ends; those to come are taken again
 *     relay.bar();       // and nobody gets through, until open()
 */
import { once } from 'node:events';
import net from 'node:net';

export class Relay {
    #pairs = new Set();
    #turn = 0;
    #isBarred = false;

    static async start(targets) {
        const relay = new Relay();
        relay.targets = targets;
        relay.server = net.createServer((client) => relay.#pass(client));
        relay.server.listen(0, '127.0.0.1');
        await once(relay.server, 'listening');
        relay.port = relay.server.address().port;
        return relay;
    }

    /** The next target that takes a connection; undefined when none does. */
    async #connect() {
        const ports = this.targets();
        for (let tries = ports.length; tries > 0; tries--) {
            const port = ports[this.#turn++ % ports.length];
            const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
            const isOpen = await Promise.race([
                once(socket, 'connect').then(() => true, () => false),
                once(socket, 'close').then(() => false, () => false),
            ]);
            if (isOpen) {
                return socket;
            }
        }
        return undefined;
    }

    async #pass(client) {
        client.on('error', () => {});
        client.setNoDelay(true);
        const target = this.#isBarred ? undefined : await this.#connect();
        if (target === undefined || this.#isBarred || client.destroyed) {
            client.destroy();
            target?.destroy();
            return;
        }
        const pair = { client, target, isMute: false };
        this.#pairs.add(pair);
        client.on('data', (bytes) => target.write(bytes));
        target.on('data', (bytes) => pair.isMute || client.write(bytes));
        target.on('error', () => {});
        for (const [one, other] of [[client, target], [target, client]]) {
            one.on('close', () => {
                this.#pairs.delete(pair);
                other.destroy();
            });
        }
    }

    /** How many connections are open. */
    get size() {
        return this.#pairs.size;
    }

    mute() {
        this.#pairs.forEach((pair) => { pair.isMute = true; });
    }

    cut() {
        for (const { client, target } of this.#pairs) {
            client.destroy();
            target.destroy();
        }
        this.#pairs.clear();
    }

    bar() {
        this.#isBarred = true;
        this.cut();
    }

    open() {
        this.#isBarred = false;
    }

    async close() {
        const closed = once(this.server, 'close');
        this.server.close();
        this.cut();
        await closed;
    }
}

/** The same URL, through a relay. */
export function through(relay, url) {
    return url.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${relay.port}`);
}
