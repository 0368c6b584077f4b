/* Clients of the dialects, and what they all do. */
import assert from 'node:assert/strict';
import { Client } from './client.mjs';
import { readMessages } from './signin.mjs';

/** A client of a dialect; `token`: a bearer token. */
export function dialectClient(server, token) {
    return new Client(server.api.port, { token });
}

/** The digits of the newest message to a phone (development mode). */
export async function lastCode(server, phone, count = 1) {
    const [message] = await readMessages(server, phone, count);
    return message.code;
}

/** The claims of a JWT; nothing is verified. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** Asserts the one error of a field, as Django REST framework tells it. */
export function fieldError(reply, field, text) {
    assert.equal(reply.status, 400, reply.text);
    assert.deepEqual(Object.keys(reply.body), [field]);
    assert.equal(reply.body[field].length, 1);
    if (text !== undefined) {
        assert.equal(reply.body[field][0], text);
    }
}

/** Asserts that these fields are missing, in one language, and no other: all are told at once. */
export function fieldsMissing(reply, fields, text = 'This field is required.') {
    assert.equal(reply.status, 400, reply.text);
    assert.deepEqual(reply.body, Object.fromEntries(fields.map((field) => [field, [text]])));
}

/** Asserts an error without a field. */
export function detail(reply, status, code) {
    assert.equal(reply.status, status, reply.text);
    assert.equal(typeof reply.body.detail, 'string');
    assert.equal(reply.body.code, code);
}
