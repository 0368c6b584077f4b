/*
 * People with a role, for the suites about administration.
 */
import assert from 'node:assert/strict';
import { ok } from './client.mjs';
import { signIn } from './signin.mjs';

/** Signs in a new person and gives them a role, as an operator would. */
export async function signInAs(server, role) {
    const person = await signIn(server);
    const { status, stderr } = await server.command('account', 'role', person.phone, role);
    assert.equal(status, 0, stderr);
    return person;
}

/** Every page of a list, joined: `member` names the rows in the reply. */
export async function readAll(api, path, member, limit = 2) {
    const rows = [];
    const first = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`;
    for (let next = first; next !== null;) {
        const page = ok(await api.get(next));
        const { next_cursor: cursor } = page;
        assert.ok(page[member].length <= limit);
        assert.ok(page[member].length === limit || cursor === null, 'a short page is the last');
        rows.push(...page[member]);
        next = cursor === null ? null : `${first}&cursor=${cursor}`;
    }
    return rows;
}
