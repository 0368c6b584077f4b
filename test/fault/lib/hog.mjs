/*
 * Takes every connection that PostgreSQL gives to the role of a URL, and holds them: enough of its
 * protocol to come in without a password
 * (https://www.postgresql.org/docs/15/protocol-flow.html).
 */
import { once } from 'node:events';
import net from 'node:net';

const PROTOCOL_3 = 196608;
const READY = 'Z'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
/* While others let theirs go, one more may come. */
const REFUSALS = 3;

function startupMessage(url) {
    const { username, pathname } = new URL(url);
    const text = ['user', username, 'database', pathname.slice(1), 'application_name', 'hog']
        .map((word) => `${word}\0`).join('');
    const body = Buffer.from(`${text}\0`);
    const head = Buffer.alloc(8);
    head.writeInt32BE(8 + body.length, 0);
    head.writeInt32BE(PROTOCOL_3, 4);
    return Buffer.concat([head, body]);
}

/** Whether the messages received so far end the greeting: the kind of the one that does. */
function verdict(bytes) {
    for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
        if (bytes[at] === READY || bytes[at] === ERROR) {
            return bytes[at];
        }
    }
    return undefined;
}

/** One connection; undefined when PostgreSQL has none left. */
async function connect(url) {
    const socket = net.connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(startupMessage(url));
    let bytes = Buffer.alloc(0);
    while (verdict(bytes) === undefined) {
        const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        if (!Buffer.isBuffer(chunk)) {
            return undefined;
        }
        bytes = Buffer.concat([bytes, chunk]);
    }
    if (verdict(bytes) === READY) {
        return socket;
    }
    socket.destroy();
    return undefined;
}

/** {takeAll(), letGo()} for the server of a URL. */
export function hogConnections(url) {
    const held = [];
    return {
        async takeAll() {
            for (let refusals = 0; refusals < REFUSALS;) {
                const socket = await connect(url);
                if (socket === undefined) {
                    refusals += 1;
                } else {
                    held.push(socket);
                    refusals = 0;
                }
            }
        },
        letGo() {
            held.splice(0).forEach((socket) => socket.destroy());
        },
    };
}
