/*
 * People who sign in by a dialect. A dialect is told as
 *
 *     {name, send, verify, refresh, phone, russian, profile}
 *
 * the paths of its calls, the name of the field with the number, whether it speaks Russian, and the
 * path of the profile of a phone (absent where there is none).
 */
import assert from 'node:assert/strict';
import { ok } from './client.mjs';
import { claimsOf, dialectClient, lastCode } from './dialect.mjs';
import { uniquePhone } from './signin.mjs';

/** Asks for a code; the reply, whatever it is. */
export function send(server, dialect, phone, headers) {
    return dialectClient(server).post(dialect.send, { [dialect.phone]: phone }, headers);
}

/** Tries a code; the reply, whatever it is. */
export function verify(server, dialect, phone, code, headers) {
    return dialectClient(server).post(dialect.verify, { [dialect.phone]: phone, code }, headers);
}

/** Asks for a code and reads it; `count`: how many messages the phone will have had. */
export async function newCode(server, dialect, phone, count = 1) {
    ok(await send(server, dialect, phone));
    return lastCode(server, phone, count);
}

/** The pair of a reply, from its body or its headers. */
export function pairOf({ body, headers }) {
    return body.access === undefined
        ? { access: headers['x-access-token'], refresh: headers['x-refresh-token'] }
        : body;
}

/** Signs in: {phone, code, access, refresh, id, client}, client with the access token. */
export async function enter(server, dialect, phone = uniquePhone(), count = 1) {
    const code = await newCode(server, dialect, phone, count);
    const reply = await verify(server, dialect, phone, code);
    ok(reply);
    const { access, refresh } = pairOf(reply);
    const client = dialectClient(server, access);
    return { phone, code, access, refresh, id: claimsOf(access).user_id, client };
}

/** The same person's client, once the server has another port. */
export const again = (server, person) => dialectClient(server, person.access);

/** Starts the server again in normal mode, over the same store; `set`: further settings. */
export async function leaveDevelopment(server, set = {}) {
    server.options.dev = false;
    Object.assign(server.set, { dialects: 'all', ...set });
    await server.restart();
}

/** Runs `domofon account ...`, which must succeed. */
export async function account(server, ...args) {
    const { status, stderr } = await server.command('account', ...args);
    assert.equal(status, 0, stderr);
}
