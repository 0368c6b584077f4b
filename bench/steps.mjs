// The steps of a sign-in, for many people at once, through the API.
import {readFileSync, writeFileSync} from 'node:fs';

import {OUT, WORK, metric, output, sleep} from './tools.mjs';

const CONNECTIONS = 128;
const DELIVERY_WAIT_MS = 60000;

// A file of requests for the load client.
export function requestFile(name, requests) {
    const path = `${WORK}${name}.requests`;

    writeFileSync(path, requests.map(({line, token = '-', body = '-'}) =>
        `${line}\t${token}\t${body}\n`).join(''));
    return path;
}

// Requests for codes of persons FROM, FROM + STEP, ... of bench/accounts.c.
async function phones(from, count, step = 1, people = 1000000000) {
    const text = await output(`${OUT}accounts`, ['--phones', from, count, step, people]);

    return text.trimEnd().split('\n');
}

// A prime that divides no power of ten: steps of it visit everybody once.
const SCATTER = 7919;
const FIRST_STRANGER = 10000001;

// In turns somebody who has an account, scattered over all `accounts`, and a newcomer, `count` of
// each. Each `round` takes others.
export async function mixedPhones(accounts, count, round) {
    const from = 1 + round * count * SCATTER % accounts;
    const known = await phones(from, count, SCATTER, accounts);
    const strangers = await phones(FIRST_STRANGER + round * count, count);
    const path = `${WORK}phones.requests`;

    writeFileSync(path, known.map((line, i) => `${line}\n${strangers[i]}\n`).join(''));
    return path;
}

// Sends codes and waits until every message is delivered.
export async function sendCodes(server, phones, connections = CONNECTIONS) {
    const before = await metric(server, 'messages_delivered_total');
    const sent = await server.load(phones, {c: connections, n: true}, 202);
    const deadline = Date.now() + DELIVERY_WAIT_MS;

    while (await metric(server, 'messages_delivered_total') < before + sent.replies) {
        if (Date.now() > deadline)
            throw new Error('the messages were not all delivered in time');
        await sleep(100);
    }
    return sent;
}

// The sign-ins of everybody whose code is still good; with `copy` the store as it is before them.
export async function signInFile(server, name, copy) {
    const path = `${WORK}${name}.requests`;
    const args = [server.store, server.key, ...(copy ? [copy] : [])];

    writeFileSync(path, await output(`${OUT}codes`, args));
    return path;
}

// Signs everybody in; the load's numbers, and the replies.
export async function signIn(server, requests, connections = CONNECTIONS) {
    const path = `${WORK}replies.txt`;
    const result = await server.load(requests, {c: connections, n: true, o: path}, 201);
    const replies = readFileSync(path, 'utf8').trimEnd().split('\n')
        .map(line => JSON.parse(line.split('\t')[1]));

    return {result, replies};
}

export async function refreshAll(server, replies, connections = CONNECTIONS) {
    const requests = requestFile('refresh', replies.map(({refresh_token}) => ({
        line: 'POST /v1/sessions/refresh', body: JSON.stringify({refresh_token}),
    })));

    return server.load(requests, {c: connections, n: true});
}

// Signs in persons FROM, FROM + STEP, ...; their replies.
export async function signInPersons(server, from, count, step) {
    const path = `${WORK}phones.requests`;

    writeFileSync(path, `${(await phones(from, count, step)).join('\n')}\n`);
    await sendCodes(server, path);
    return (await signIn(server, await signInFile(server, 'sign-in'))).replies;
}

// GET requests of `path` with these people's tokens, in turns.
export function readFile(name, path, replies) {
    return requestFile(name, replies.map(({access_token}) => ({
        line: `GET ${path}`, token: access_token,
    })));
}
