/*
 * What has to be there before an example can be sent. An example names things that only its author
 * had: a code, a challenge, somebody's invite code. Here they are made, and put where the example
 * has its own; whatever else an example says is sent as it stands.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createHash } from 'node:crypto';
import { ok } from '../../e2e/lib/client.mjs';
import { lastCode } from '../../e2e/lib/dialect.mjs';
import { png } from '../../e2e/lib/pictures.mjs';
import {
    advance, cooldown, readCode, sendCode, signIn, uniquePhone,
} from '../../e2e/lib/signin.mjs';

const { variables } = parse(
    readFileSync(new URL('../../../api/postman.yaml', import.meta.url), 'utf8'));

/** Somebody who has an invite code to activate. */
const inviteCode = async (server) => (await signIn(server)).account.invite_code;

/** A person with the role, signed in. */
async function withRole(server, role) {
    const phone = uniquePhone();
    const { status, stderr } = await server.command('account', 'add', phone, '--role', role);
    assert.equal(status, 0, stderr);
    return signIn(server, phone);
}

/** A code that a dialect sent to a new number. */
async function dialectCode(server, path, field = 'phone') {
    const phone = uniquePhone();
    const reply = await server.api.post(path, { [field]: phone });
    assert.ok(reply.status < 300, reply.text);
    const cookie = reply.headers['set-cookie']?.[0].split(';')[0];
    return { phone, code: await lastCode(server, phone), cookie };
}

/** {refresh, access} of somebody new. */
async function dialectPair(server) {
    const { phone, code } = await dialectCode(server, '/send_code/');
    return ok(await server.api.post('/Verify%20Code/', { phone, code }));
}

/** What a dialect's sign-in needs; `send`: where the code is asked for. */
const signInBy = (send, secret) => async (server) => {
    const { phone, code, cookie } = await dialectCode(server, send);
    return {
        body: { phone, phone_number: phone, [secret]: code },
        headers: cookie === undefined ? {} : { Cookie: cookie },
    };
};

const refreshPair = async (server) => ({ body: { refresh: (await dialectPair(server)).refresh } });
const activation = (field) => async (server, { me }) =>
    ({ body: { [field]: await inviteCode(server), phone: me.phone } });

/** The same, or a number that is to become theirs, where the example has a code for it. */
const change = (field, secret, send) => async (server, who) => {
    if (who.example[secret] === undefined) {
        return activation(field)(server, who);
    }
    const { phone, code } = await dialectCode(server, send);
    return { body: { phone, [secret]: code } };
};

/** Asks for a code by `POST /v1/codes`; its cooldown is over. */
async function challenge(server) {
    const asked = await sendCode(server);
    await cooldown(server);
    return { params: { challenge_id: asked.challenge_id } };
}

async function codeInHand(server) {
    const asked = await sendCode(server);
    const code = await readCode(server, asked);
    return { body: { challenge_id: asked.challenge_id, code } };
}

async function newNumber(server, { me }) {
    const phone = uniquePhone();
    const asked = ok(await me.api.post('/v1/me/phone', { phone }), 202);
    const code = await readCode(server, asked);
    return { body: { challenge_id: asked.challenge_id, code } };
}

async function picture(server, { me }) {
    const { avatar_url } = ok(await me.api.put('/v1/me/avatar', png(9, 9)));
    return { params: { hash: avatar_url.split('/').at(-1) }, headers: { 'If-None-Match': '"x"' } };
}

/** A code of a hosted sign-in; with the verifier of the example, if it has one. */
async function granted(server, { me, example: { code_verifier } }) {
    const digest = createHash('sha256').update(code_verifier ?? '').digest('base64url');
    const { redirect_to } = ok(await me.api.post('/v1/grants', {
        return_to: 'https://shop.example/',
        ...code_verifier === undefined ? {} : { code_challenge: digest },
    }), 201);
    return { body: { code: new URL(redirect_to).searchParams.get('code') } };
}

/** A back end's name and secret, those of api/postman.yaml, and a token. */
async function tokenInHand(server, { me }) {
    const { clientName, clientSecret } = variables;
    const text = Buffer.from(`${clientName}:${clientSecret}`).toString('base64');
    return { body: { token: me.tokens.access_token }, headers: { Authorization: `Basic ${text}` } };
}

/**
 * By the operation: what it needs besides a caller, as {body, params, headers, query}. Those of
 * `body` are put where the example has a field of that name that is not null.
 */
export const NEEDS = {
    resendCode: challenge,
    signIn: codeInHand,
    refreshSession: async (server) =>
        ({ body: { refresh_token: (await signIn(server)).tokens.refresh_token } }),
    changePhone: newNumber,
    activateInvite: async (server) => ({ body: { code: await inviteCode(server) } }),
    readAvatar: picture,
    readAsset: async (server) => {
        const { text } = await server.api.get('/redoc/');
        return { params: { path: /"\/assets\/([^"]+)"/.exec(text)[1] } };
    },
    adminEndSessions: async (server, { other }) =>
        ({ query: { session_id: other.tokens.session_id } }),
    exchangeGrant: granted,
    introspect: tokenInHand,
    revoke: tokenInHand,
    initializationSignIn: signInBy('/users/initialization/', 'code'),
    initializationChangeProfile: activation('activated_invite_code'),
    apiUsersSignIn: signInBy('/api/users/login/', 'auth_code'),
    apiUsersToken: signInBy('/api/users/login/', 'password'),
    apiUsersRefresh: refreshPair,
    apiUsersChangeProfile: change('referral_code', 'auth_code', '/api/users/login/'),
    sendCodeVerifyByGet: signInBy('/send_code/', 'code'),
    sendCodeVerify: signInBy('/send_code/', 'code'),
    spacedVerify: signInBy('/send_code/', 'code'),
    spacedActivate: activation('invite_code'),
    authSmsSignIn: signInBy('/auth/sms/', 'password'),
    authSmsPatch: change('user_referral', 'password', '/auth/sms/'),
    authSmsPut: change('user_referral', 'password', '/auth/sms/'),
    usersRefresh: refreshPair,
    apiRefresh: refreshPair,
};

/** Those of whom more is asked than to be signed in. */
const ROLES = { apiUsersList: 'moderator', sendCodeUsers: 'moderator' };

/** Everything that waits for time to pass is over: cooldowns and the windows of limits. */
const LONG_S = 3700;

/** The caller, and what NEEDS says, of one request. */
export async function prepare(server, { id, operation }, example) {
    await advance(server, LONG_S);
    const role = ROLES[id] ?? (operation.tags.includes('administration') ? 'admin' : undefined);
    const me = role === undefined ? await signIn(server) : await withRole(server, role);
    const other = operation.tags.includes('administration') ? await signIn(server) : me;
    const needs = await NEEDS[id]?.(server, { me, other, example }) ?? {};
    const isBearer = operation.security?.length > 0 && needs.headers?.Authorization === undefined;
    const token = isBearer ? me.tokens.access_token : undefined;
    return {
        token,
        body: needs.body ?? {},
        headers: needs.headers ?? {},
        query: needs.query ?? {},
        params: {
            id: me.account.id,
            account_id: other.account.id,
            phone: me.phone,
            phone_number: me.phone,
            session_id: me.tokens.session_id,
            code: me.account.invite_code,
            ...needs.params,
        },
    };
}
