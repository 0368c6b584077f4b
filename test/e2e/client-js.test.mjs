/* clients/js/domofon.js against a server: what it promises in its README. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Domofon, DomofonError } from '../../clients/js/domofon.js';
import { ROOT, useServer } from './lib/server.mjs';
import {
    advance, cooldown, readCode, readMessages, signIn, uniquePhone, wrongCode,
} from './lib/signin.mjs';

const SIZE_MAX = 3000;

/** A storage as browsers have it. */
class Shelf extends Map {
    getItem = (name) => this.get(name) ?? null;
    setItem = (name, value) => { this.set(name, value); };
    removeItem = (name) => { this.delete(name); };
}

/** What a promise is refused with. */
async function refused(promise, code) {
    const error = await promise.then(() => assert.fail(`not refused: ${code}`), (why) => why);
    assert.ok(error instanceof DomofonError, error.stack);
    assert.equal(error.code, code);
    return error;
}

/**
 * A proxy in front of the server that counts requests by path, and loses the reply to one when told
 * so: the server did it, the client does not know. Before a reply it waits for what is to happen
 * `meanwhile`.
 */
class Relay {
    counts = {};
    losing = new Set();
    meanwhile = {};

    constructor(server) {
        this.listener = http.createServer((request, response) => {
            const { method, headers, url } = request;
            this.counts[url] = (this.counts[url] ?? 0) + 1;
            const target = { host: '127.0.0.1', port: server.port, method, path: url, headers };
            request.pipe(http.request(target, async (reply) => {
                await this.meanwhile[url]?.();
                if (this.losing.delete(url)) {
                    reply.resume().on('end', () => response.destroy());
                } else {
                    reply.pipe(response.writeHead(reply.statusCode, reply.headers));
                }
            }));
        });
    }

    listen() {
        return new Promise((resolve) => { this.listener.listen(0, '127.0.0.1', resolve); });
    }

    get base() {
        return `http://127.0.0.1:${this.listener.address().port}`;
    }
}

describe('domofon.js', () => {
    const server = useServer();
    const relay = new Relay(server);
    before(() => relay.listen());
    after(() => relay.listener.close());

    const client = (options) => new Domofon({ base: relay.base, storage: new Shelf(), ...options });

    async function enter(domofon, phone = uniquePhone(), options = {}) {
        const challenge = await domofon.send(phone);
        return domofon.verify(challenge.challenge_id, await readCode(server, challenge), options);
    }

    it('is small', () => {
        const source = readFileSync(path.join(ROOT, 'clients/js/domofon.js'));
        const { length } = gzipSync(source, { level: 9 });
        assert.ok(length <= SIZE_MAX, `${length} bytes gzipped`);
    });

    it('signs in, keeps the session and signs out', async () => {
        const storage = new Shelf();
        const domofon = client({ storage, locale: 'ru' });
        const events = [];
        domofon.addEventListener('signin', () => events.push('signin'));
        domofon.addEventListener('signout', () => events.push('signout'));
        assert.equal(domofon.isSignedIn, false);
        const reply = await enter(domofon, uniquePhone(), { deviceName: 'Кухня' });
        assert.equal(reply.is_new_account, true);
        const again = client({ storage });
        assert.equal(again.isSignedIn, true);
        assert.equal((await again.update({ first_name: 'Анна' })).first_name, 'Анна');
        assert.equal((await domofon.profile()).locale, 'ru');
        const { items } = await domofon.fetch('/v1/sessions');
        assert.equal(items[0].device_name, 'Кухня');
        assert.equal(await domofon.signOut(), undefined);
        assert.equal(again.isSignedIn, false);
        assert.deepEqual(events, ['signin', 'signout']);
        await refused(domofon.profile(), 'token_missing');
    });

    it('tells why it was refused, in the language asked for', async () => {
        const domofon = client({ locale: 'ru' });
        const challenge = await domofon.send(uniquePhone());
        const code = await readCode(server, challenge);
        const error = await refused(domofon.verify(challenge.challenge_id, wrongCode(code)),
            'code_wrong');
        assert.equal(error.status, 422);
        assert.equal(error.problem.attempts_left, 2);
        assert.match(error.message, /Код не подошёл/);
        const soon = await refused(domofon.resend(challenge.challenge_id), 'send_cooldown');
        assert.ok(soon.problem.retry_after_s > 0);
        await cooldown(server);
        assert.equal((await domofon.resend(challenge.challenge_id)).phone, challenge.phone);
        assert.equal(domofon.isSignedIn, false);
    });

    it('looks up, activates and lists invites', async () => {
        const host = await signIn(server);
        const domofon = client();
        const { account } = await enter(domofon);
        const code = host.account.invite_code;
        assert.deepEqual(await domofon.lookUp(` ${code}`), { code });
        await refused(domofon.lookUp('??????'), 'invite_unknown');
        await refused(domofon.activate(account.invite_code), 'invite_own');
        assert.equal((await domofon.activate(code)).invited_by.invite_code, code);
        await refused(domofon.activate(code), 'invite_already_activated');
        for (let guests = 0; guests < 2; guests += 1) {
            await signIn(server, uniquePhone(), { invite_code: account.invite_code });
        }
        const first = await domofon.invitees({ limit: 1 });
        const last = await domofon.invitees({ limit: 1, cursor: first.next_cursor });
        assert.deepEqual([first.items.length, last.items.length, last.next_cursor], [1, 1, null]);
    });

    it('renews the session once for all calls and tabs', async () => {
        const storage = new Shelf();
        const tabs = [client({ storage }), client({ storage })];
        await enter(tabs[0]);
        const old = tabs[0].session;
        await advance(server, 901);
        const path_ = '/v1/sessions/refresh';
        const before_ = relay.counts[path_] ?? 0;
        const [one] = await Promise.all([tabs[0].profile(), tabs[0].profile(), tabs[0].invitees()]);
        assert.equal(relay.counts[path_], before_ + 1);
        assert.equal((await tabs[1].profile()).id, one.id);
        assert.equal(relay.counts[path_], before_ + 1);
        assert.notEqual(tabs[1].session.refresh_token, old.refresh_token);
        await advance(server, 901);
        relay.losing.add(path_);
        await refused(tabs[0].profile(), 'network');
        assert.equal(tabs[0].isSignedIn, true, 'an unknown outcome signs nobody out');
        assert.equal((await tabs[0].profile()).id, one.id, 'the grace period gives the successor');
    });

    it('never goes on as somebody else', async () => {
        const renewal = '/v1/sessions/refresh';
        const storage = new Shelf();
        const [tab, other] = [client({ storage }), client()];
        await enter(tab);
        const [[name]] = storage;
        await enter(other);
        const theirs = JSON.stringify(other.session);
        await advance(server, 901);
        const before_ = relay.counts[renewal] ?? 0;
        for (const now of ['null', theirs]) {
            const mine = storage.get(name);
            const call = tab.update({ city: 'Омск' });
            storage.set(name, now);
            await refused(call, 'token_expired');
            assert.deepEqual([relay.counts[renewal] ?? 0, storage.get(name)], [before_, now]);
            storage.set(name, mine);
        }
        relay.meanwhile[renewal] = () => storage.set(name, theirs);
        await refused(tab.update({ city: 'Омск' }), 'token_expired');
        delete relay.meanwhile[renewal];
        assert.equal(storage.get(name), theirs);
        assert.equal((await tab.profile()).city, null);
    });

    it('forgets a session that ends while it is renewed', async () => {
        const domofon = client();
        const phone = uniquePhone();
        await enter(domofon, phone);
        await advance(server, 901);
        const elsewhere = await signIn(server, phone);
        const end = () => elsewhere.api.delete(`/v1/sessions/${domofon.session.session_id}`);
        relay.meanwhile['/v1/sessions/refresh'] = end;
        await refused(domofon.profile(), 'token_revoked');
        delete relay.meanwhile['/v1/sessions/refresh'];
        assert.equal(domofon.isSignedIn, false);
    });

    it('forgets a session that the server has ended', async () => {
        const domofon = client();
        await enter(domofon);
        const other = server.api.as(domofon.session.access_token);
        await other.post('/v1/sign-out');
        let signedOut = 0;
        domofon.addEventListener('signout', () => { signedOut += 1; });
        await refused(domofon.profile(), 'token_revoked');
        assert.deepEqual([domofon.isSignedIn, signedOut], [false, 1]);
        await enter(domofon);
        await advance(server, 31 * 86400);
        await refused(domofon.profile(), 'token_expired');
        assert.deepEqual([domofon.isSignedIn, signedOut], [false, 2]);
    });

    it('asks again for a reply that was lost, and nothing happens twice', async () => {
        const domofon = client();
        relay.losing.add('/v1/codes');
        const challenge = await domofon.send(uniquePhone());
        const code = await readCode(server, challenge);
        relay.losing.add('/v1/sessions');
        await domofon.verify(challenge.challenge_id, code);
        assert.equal((await domofon.fetch('/v1/sessions')).items.length, 1);
        assert.equal((await readMessages(server, challenge.phone)).length, 1);
    });

    it('keeps the key of a call whose outcome is unknown', async () => {
        const domofon = client();
        const phone = uniquePhone();
        const keep = relay.losing.delete;
        relay.losing.delete = (url) => url === '/v1/codes';
        await refused(domofon.send(phone), 'network');
        relay.losing.delete = keep;
        const challenge = await domofon.send(phone);
        await readCode(server, challenge);
        assert.equal((await readMessages(server, phone)).length, 1);
    });

    it('lives without storage, and where another voice answers', async () => {
        const broken = { getItem() { throw new Error('no'); }, setItem() { throw new Error('no'); },
            removeItem() { throw new Error('no'); } };
        for (const storage of [null, broken]) {
            const domofon = client({ storage });
            await enter(domofon);
            await domofon.profile();
            await domofon.signOut();
            assert.equal(domofon.isSignedIn, false);
        }
        const nowhere = new Domofon({ base: 'http://127.0.0.1:1', storage: null });
        const error = await refused(nowhere.lookUp('abc'), 'network');
        assert.ok(error.cause);
        const raw = await client().fetch('/healthz', { raw: true });
        assert.equal(raw.status, 200);
    });
});
