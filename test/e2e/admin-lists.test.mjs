/* The administration's lists: the tree of invites, deliveries, the audit; and all lists as CSV. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import {
    cooldown, readMessages, resendCode, sendCode, signIn, uniquePhone,
} from './lib/signin.mjs';
import { readAll, signInAs } from './lib/staff.mjs';

const ids = (rows) => rows.map(({ id }) => id);

const activate = async (person, inviter) =>
    ok(await person.api.post('/v1/me/invite', { code: inviter.account.invite_code }));

/** Cells of a CSV (RFC 4180): an array of rows. */
function parseCsv(text) {
    const rows = [];
    const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
    for (let row = [], match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
        if (match[3] === '\r\n') {
            rows.push(row);
            row = [];
        }
    }
    return rows;
}

/** Every page of a CSV: {text, pages}. */
async function readCsv(api, path) {
    let text = '';
    let pages = 0;
    for (let next = path; next !== undefined; pages++) {
        const reply = await api.get(next);
        assert.equal(reply.status, 200, reply.text);
        assert.equal(reply.headers['content-type'], 'text/csv; charset=utf-8');
        assert.match(reply.headers['content-disposition'], /^attachment; filename="[a-z]+\.csv"$/);
        text += reply.text;
        next = /^<(.*)>; rel="next"$/.exec(reply.headers.link ?? '')?.[1];
    }
    return { text, pages };
}

describe('the tree of invites', () => {
    const server = useServer();
    let moderator;

    before(async () => {
        moderator = await signInAs(server, 'moderator');
    });

    const pathOf = (person) => `/v1/admin/accounts/${person.account.id}/invite-tree`;
    const treeOf = async (person) => ok(await moderator.api.get(pathOf(person)));

    it('shows who is above, the nearest first, and who is below, the newest first', async () => {
        const people = [];
        for (let i = 0; i < 4; i++) {
            people.push(await signIn(server));
        }
        const [root, middle, leaf, late] = people;
        await activate(middle, root);
        await activate(leaf, middle);
        await activate(late, middle);
        assert.deepEqual(ids((await treeOf(leaf)).ancestors), ids([middle.account, root.account]));
        const tree = await treeOf(middle);
        assert.equal(tree.account.id, middle.account.id);
        assert.notEqual(tree.account.invited_at, null);
        assert.deepEqual(ids(tree.ancestors), [root.account.id]);
        assert.deepEqual(ids(tree.invitees), ids([late.account, leaf.account]));
        assert.deepEqual(tree.ancestors[0], {
            id: root.account.id, phone: root.phone, first_name: null, last_name: null,
            invite_code: root.account.invite_code, invited_at: null, invitee_count: 1,
            erased: false,
        });
        assert.equal((await treeOf(root)).invitees[0].invitee_count, 2);
        const paged = await readAll(moderator.api, pathOf(middle), 'invitees', 1);
        assert.deepEqual(ids(paged), ids(tree.invitees));
        assert.equal((await leaf.api.delete('/v1/me')).status, 204);
        const [, erased] = (await treeOf(middle)).invitees;
        assert.deepEqual([erased.id, erased.phone, erased.erased], [leaf.account.id, null, true]);
        problem(await moderator.api.get('/v1/admin/accounts/999999/invite-tree'),
            'account_unknown');
        problem(await moderator.api.get(`${pathOf(root)}?cursor=x`), 'cursor_invalid');
    });

    it('survives rings', async () => {
        const [one, two, three] = [
            await signIn(server), await signIn(server), await signIn(server)];
        await activate(one, two);
        await activate(two, three);
        await activate(three, one);
        const tail = await signIn(server);
        await activate(tail, one);
        assert.deepEqual(ids((await treeOf(one)).ancestors), ids([two.account, three.account]));
        assert.deepEqual(ids((await treeOf(tail)).ancestors),
            ids([one.account, two.account, three.account]));
    });

    it('shows twenty above and no more', async () => {
        let above = await signIn(server);
        const line = [above];
        for (let i = 0; i < 22; i++) {
            const person = await signIn(server);
            await activate(person, above);
            line.unshift(person);
            above = person;
        }
        const tree = await treeOf(line[0]);
        assert.deepEqual(ids(tree.ancestors), line.slice(1, 21).map(({ account }) => account.id));
    });
});

describe('deliveries', () => {
    const server = useServer();
    let moderator;

    before(async () => {
        moderator = await signInAs(server, 'moderator');
    });

    const list = async (query) => ok(await moderator.api.get(`/v1/admin/deliveries?${query}`));

    it('tell what became of messages, never their codes', async () => {
        const phone = uniquePhone();
        const challenge = await sendCode(server, phone);
        await readMessages(server, phone);
        await cooldown(server);
        await resendCode(server, challenge);
        const [{ code }] = await readMessages(server, phone, 2);
        const reply = await moderator.api.get(`/v1/admin/deliveries?phone=8${phone.slice(2)}`);
        const { deliveries, next_cursor: cursor } = ok(reply);
        assert.deepEqual(deliveries.map(({ step }) => step), [1, 0]);
        for (const row of deliveries) {
            assert.equal(row.challenge_id, challenge.challenge_id);
            assert.deepEqual([row.phone, row.channel, row.provider, row.state, row.attempts],
                [phone, 'sms', 'simulated', 'delivered', 1]);
            assert.ok(row.done_at >= row.due_at && row.due_at >= row.created_at);
        }
        assert.equal(cursor, null);
        assert.ok(!Object.values(deliveries[0]).includes(code));
        const pages = await readAll(moderator.api, `/v1/admin/deliveries?phone=${phone}`,
            'deliveries', 1);
        assert.deepEqual(pages, deliveries);
        const all = await readAll(moderator.api, '/v1/admin/deliveries', 'deliveries', 1);
        assert.deepEqual(all.map((row) => row.phone), [phone, phone, moderator.phone]);
        assert.deepEqual(await readAll(moderator.api, '/v1/admin/deliveries?state=delivered',
            'deliveries', 2), all);
        for (const query of ['state=failed', 'state=waiting', `state=failed&phone=${phone}`,
            'phone=%2B79990000000']) {
            assert.deepEqual((await list(query)).deliveries, [], query);
        }
    });

    it('refuses what it does not know', async () => {
        for (const query of ['state=lost', 'state=', 'phone=anna', 'phone=', 'phone=12',
            'format=xml', 'limit=0', 'limit=101', 'format=csv&limit=4001']) {
            const field = query.split('&').at(-1).split('=')[0];
            const reply = await moderator.api.get(`/v1/admin/deliveries?${query}`);
            problem(reply, 'field_invalid', { field });
        }
        problem(await moderator.api.get('/v1/admin/deliveries?cursor=x'), 'cursor_invalid');
    });
});

describe('the audit', () => {
    const server = useServer();
    let moderator;
    let admin;
    let person;

    before(async () => {
        moderator = await signInAs(server, 'moderator');
        admin = await signInAs(server, 'admin');
        person = await signIn(server);
        ok(await admin.api.patch(`/v1/admin/accounts/${person.account.id}`, { role: 'moderator' }));
        ok(await moderator.api.get(`/v1/admin/accounts?query=${encodeURIComponent(person.phone)}`));
        ok(await moderator.api.get(`/v1/admin/accounts/${person.account.id}`));
    });

    const list = (query) => readAll(moderator.api, `/v1/admin/audit?${query}`, 'entries', 3);

    it('tells who did what to whom', async () => {
        const about = await list(`account_id=${person.account.id}`);
        assert.deepEqual(about.map(({ event }) => event),
            ['admin_read', 'admin_update', 'sign_in']);
        const [read, update, signedIn] = about;
        assert.equal(read.actor_id, moderator.account.id);
        assert.equal(read.session_id, moderator.tokens.session_id);
        assert.equal(read.address, '127.0.0.1');
        assert.equal(update.actor_id, admin.account.id);
        assert.deepEqual(JSON.parse(update.detail), { role: 'moderator', fields: [] });
        assert.equal(signedIn.actor_id, null);
        const mine = await list(`actor_id=${admin.account.id}`);
        assert.deepEqual(ids(mine), [update.id]);
        const both = await list(`actor_id=${admin.account.id}&account_id=${person.account.id}`);
        assert.deepEqual(ids(both), [update.id]);
    });

    it('keeps what was looked for, but not whole numbers', async () => {
        const [entry] = await list('event=admin_list');
        assert.deepEqual(JSON.parse(entry.detail),
            { by: 'phone', query: `${person.phone.slice(0, 8)}•••` });
        const text = JSON.stringify(await list(''));
        assert.ok(!text.includes(person.phone.slice(1)));
    });

    it('is searched by event, and notes that it was looked at', async () => {
        assert.equal((await list('event=sign_in')).length, 3);
        assert.equal((await list('event=nothing_of_the_kind')).length, 0);
        const looks = await list('event=admin_audit');
        assert.ok(looks.length > 2);
        assert.ok(looks.every(({ actor_id: actor }) => actor === moderator.account.id));
        const everything = await list('');
        const sorted = [...everything].sort((a, b) => Number(b.id) - Number(a.id));
        assert.deepEqual(ids(everything), ids(sorted));
        for (const query of ['event=Sign', 'event=', 'event=a%00', 'account_id=x', 'account_id=0',
            'actor_id=-1', 'actor_id=']) {
            const [field] = query.split('=');
            const reply = await moderator.api.get(`/v1/admin/audit?${query}`);
            problem(reply, 'field_invalid', { field });
        }
    });
});

describe('CSV', () => {
    const server = useServer();
    let moderator;
    const nasty = ['=1+1', '+HYPERLINK("http://x")', '-2', '@SUM(A1)', 'a,"b";c', 'Анна', "'x",
        '＝1', '<b>'];

    before(async () => {
        moderator = await signInAs(server, 'moderator');
        for (const text of nasty) {
            ok(await (await signIn(server)).api.patch('/v1/me', { first_name: text }));
        }
    });

    it('says the same as JSON, over pages that make one file', async () => {
        const { accounts } = ok(await moderator.api.get('/v1/admin/accounts'));
        const one = await readCsv(moderator.api, '/v1/admin/accounts?format=csv');
        assert.equal(one.pages, 1);
        const paged = await readCsv(moderator.api, '/v1/admin/accounts?limit=3&format=csv');
        assert.equal(paged.pages, 4);
        assert.equal(paged.text, one.text);
        assert.ok(one.text.startsWith('\ufeffid,phone,email,first_name,'));
        const [head, ...rows] = parseCsv(one.text.slice(1));
        assert.deepEqual(rows.map(([id]) => id), ids(accounts));
        assert.ok(rows.every((row) => row.length === head.length));
        const names = rows.map((row) => row[head.indexOf('first_name')]).reverse().slice(1);
        const isFormula = (text) => /^[=+\-@＝]/.test(text);
        assert.deepEqual(names, nasty.map((text) => (isFormula(text) ? `'${text}` : text)));
        assert.ok(rows.every((row) => row[1].startsWith("'+7")));
        assert.ok(rows.flat().every((cell) => !isFormula(cell)));
    });

    it('keeps the query from page to page', async () => {
        const query = '?format=csv&query=%2B7923&limit=2&x="<>"';
        const { text, pages } = await readCsv(moderator.api,
            `/v1/admin/accounts${query.replace(/["<>]/g, (c) => encodeURIComponent(c))}`);
        assert.equal(pages, 5);
        assert.equal(parseCsv(text.slice(1)).length, 11);
        const none = await readCsv(moderator.api, '/v1/admin/accounts?format=csv&query=nobody');
        assert.equal(parseCsv(none.text.slice(1)).length, 1);
    });

    it('is there for deliveries and the audit', async () => {
        for (const [name, columns] of [['deliveries', 10], ['audit', 8]]) {
            const one = await readCsv(moderator.api, `/v1/admin/${name}?format=csv&limit=100`);
            const [head, ...rows] = parseCsv(one.text.slice(1));
            assert.equal(head.length, columns);
            assert.ok(rows.length >= 10);
            assert.ok(rows.every((row) => row.length === columns), name);
        }
    });
});
