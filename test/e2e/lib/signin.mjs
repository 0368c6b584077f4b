/*
 * What most suites begin with: a phone nobody has used, its code, a session.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok } from './client.mjs';

const MESSAGE_MS = 10000;

let phones = 0;

/** A Russian mobile number that this process has not used before, in E.164. */
export function uniquePhone() {
    phones += 1;
    return `+7923${String(1000000 + phones).padStart(7, '0')}`;
}

/** Asks for a code; returns the challenge. `fields`: further fields of the body. */
export async function sendCode(server, phone = uniquePhone(), fields = {}, client = server.api) {
    return ok(await client.post('/v1/codes', { phone, ...fields }), 202);
}

export async function resendCode(server, challenge) {
    return ok(await server.api.post(`/v1/codes/${challenge.challenge_id}/resend`), 202);
}

/** What has arrived at a simulated handset, newest first. */
export async function outbox(server, phone) {
    return ok(await server.api.get(`/dev/outbox?phone=${encodeURIComponent(phone)}`));
}

/** Waits until at least `count` messages have arrived and returns them, newest first. */
export async function readMessages(server, phone, count = 1) {
    for (const until = Date.now() + MESSAGE_MS; ; await sleep(5)) {
        const messages = await outbox(server, phone);
        if (messages.length >= count) {
            return messages;
        }
        assert.ok(Date.now() < until, `${count} messages to ${phone} did not arrive`);
    }
}

/** Waits for the message of a challenge and returns its code. */
export async function readCode(server, challenge) {
    const life_ms = (server.set['code.ttl_s'] ?? 120) * 1000;
    const made_ms = Date.parse(challenge.expires_at) - life_ms;
    for (const until = Date.now() + MESSAGE_MS; ; await sleep(5)) {
        const [message] = await outbox(server, challenge.phone);
        if (message !== undefined && Date.parse(message.sent_at) >= made_ms) {
            return message.code;
        }
        assert.ok(Date.now() < until, `the code for ${challenge.phone} did not arrive`);
    }
}

/** A code of as many digits that is not `code`. */
export function wrongCode(code, step = 1) {
    return String((Number(code) + step) % 10 ** code.length).padStart(code.length, '0');
}

/** Tries a code; returns the reply, whatever it is. */
export function tryCode(server, challenge, code, fields = {}, headers = {}) {
    const body = { challenge_id: challenge.challenge_id, code, ...fields };
    return server.api.post('/v1/sessions', body, headers);
}

/**
 * Signs in: {phone, challenge, code, tokens, account, api}, where tokens is the reply and api a
 * client that carries the access token. `fields`: further fields of the sign-in.
 */
export async function signIn(server, phone = uniquePhone(), fields = {}) {
    const challenge = await sendCode(server, phone);
    const code = await readCode(server, challenge);
    const tokens = ok(await tryCode(server, challenge, code, fields), 201);
    const api = server.api.as(tokens.access_token);
    return { phone: challenge.phone, challenge, code, tokens, account: tokens.account, api };
}

/** Moves the server's clock forward. */
export async function advance(server, seconds) {
    return ok(await server.api.post('/dev/clock', { advance_s: seconds })).now;
}

/** Waits out the gap between two sends to one phone. */
export function cooldown(server) {
    return advance(server, (server.set['send.cooldown_s'] ?? 30) + 1);
}

/** Exchanges a refresh token; returns the reply, whatever it is. */
export function refresh(server, refresh_token) {
    return server.api.post('/v1/sessions/refresh', { refresh_token });
}
