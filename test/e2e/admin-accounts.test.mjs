/* The administration's look at accounts: who may, what is found by what, pages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';

/** Signs in somebody of that role. */
async function staff(server, role) {
    const person = await signIn(server);
    const { status } = await server.command('account', 'role', person.phone, role);
    assert.equal(status, 0);
    return person;
}

describe('x', () => {
    const server = useServer();
    it('y', async () => {
        const a = await signIn(server);
        const s = await staff(server, 'moderator');
        for (const q of ['', '?query=923', '?query=8923100', `?query=${encodeURIComponent(a.phone)}`, '?query=1', `?query=${a.account.invite_code}`, '?role=moderator', '?role=admin', '?role=moderator&query=%2B792', '?query=anna', '?limit=1', '?role=user'])
            console.log(q, JSON.stringify((await s.api.get('/v1/admin/accounts' + q)).body));
        console.log((await s.api.get('/v1/admin/accounts/1')).body);
        console.log((await a.api.get('/v1/admin/accounts/1')).body);
    });
});
