/* Settings: where they come from, and what is said about bad ones. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { run } from './lib/server.mjs';

describe('settings', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'domofon-'));
    after(() => rmSync(dir, { recursive: true }));

    function file(text) {
        const name = path.join(dir, `${Math.random()}.ini`);
        writeFileSync(name, text);
        return name;
    }

    /** The settings in force, as {name: {value, source}}. */
    async function show(args = [], env = {}) {
        const { status, stdout, stderr } = await run(['config', 'show', '--json', ...args],
            { env });
        assert.equal(status, 0, stderr);
        const rows = stdout.trim().split('\n').map((line) => JSON.parse(line));
        return Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest]));
    }

    /** What is complained of; `serve` must not start with it. */
    async function complaint(args, env = {}) {
        for (const command of [['config', 'check'], ['serve']]) {
            const { status, stdout, stderr } = await run([...command, ...args], { env });
            assert.notEqual(status, 0, stdout);
            assert.doesNotMatch(stdout, /listening/);
            if (command[0] === 'serve') {
                return stderr;
            }
        }
        return undefined;
    }

    it('have defaults', async () => {
        const settings = await show();
        assert.deepEqual(settings['code.ttl_s'], { value: '120', source: 'default' });
        assert.equal(settings['send.countries'].value, 'RU,BY,KZ');
        assert.equal(settings['deliver.simulated_delay_ms'].value, '1000-2000');
    });

    it('come from the file, then the environment, then flags; later ones win', async () => {
        const config = file('[code]\nttl_s = 60\nlength = 6\n[send]\ncountries = RU\n');
        const env = { DOMOFON_CODE_TTL_S: '70', DOMOFON_CODE_LENGTH: '7' };
        const settings = await show(['--config', config, '--set', 'code.ttl_s=80'], env);
        assert.deepEqual(settings['code.ttl_s'], { value: '80', source: '--set' });
        assert.equal(settings['code.length'].value, '7');
        assert.equal(settings['code.length'].source, 'environment DOMOFON_CODE_LENGTH');
        assert.equal(settings['send.countries'].value, 'RU');
        assert.equal(settings['send.countries'].source, `${config}:5`);
    });

    it('may stand before any section, and have flags of their own', async () => {
        const config = file('store = sqlite:/tmp/from-file.sqlite\n');
        assert.equal((await show(['--config', config])).store.value,
            'sqlite:/tmp/from-file.sqlite');
        const settings = await show(['--config', config, '--store', 'sqlite:/tmp/flag.sqlite']);
        assert.deepEqual(settings.store,
            { value: 'sqlite:/tmp/flag.sqlite', source: '--store' });
    });

    it('that are unknown stop the start', async () => {
        assert.match(await complaint(['--set', 'code.color=red']), /code\.color.*--set/s);
        assert.match(await complaint([], { DOMOFON_CODE_COLOR: 'red' }), /DOMOFON_CODE_COLOR/);
        const config = file('[code]\ncolor = red\n');
        const text = await complaint(['--config', config]);
        assert.ok(text.includes('code.color') && text.includes(config), text);
    });

    for (const [setting, value, allowed] of [
        ['code.ttl_s', '29', '30 to 600 seconds'],
        ['code.ttl_s', '601', '30 to 600 seconds'],
        ['code.ttl_s', 'soon', '30 to 600 seconds'],
        ['code.ttl_s', '', '30 to 600 seconds'],
        ['code.ttl_s', '99999999999999999999', '30 to 600 seconds'],
        ['code.ttl_s', '60s', '30 to 600 seconds'],
        ['code.length', '3', '4 to 10 digits'],
        ['deliver.simulated_delay_ms', '2000-1000', '0 to 60000 milliseconds'],
        ['invite.cycles', 'maybe', 'allow or refuse'],
        ['invite.alphabet', 'aaaaaaaaaaaa', '10 to 62 different'],
        ['invite.alphabet', 'abc', '10 to 62 different'],
        ['send.countries', 'Russia', 'two capital letters'],
        ['phone.region', '7', 'two capital letters'],
        ['http.listen', 'everywhere', 'ADDRESS:PORT'],
        ['store', 'mysql:elsewhere', 'sqlite:PATH'],
        ['message.domain', 'не домен', 'host name'],
        ['locale.default', 'de', 'en or ru'],
        ['phone.region', 'XX', 'telephone numbers'],
        ['send.countries', 'UK', 'not UK'],
        ['send.countries', 'RU,XX,KZ', 'telephone numbers'],
    ]) {
        it(`${setting} may not be '${value}'`, async () => {
            const text = await complaint(['--set', `${setting}=${value}`]);
            assert.ok(text.includes(setting), text);
            assert.ok(text.includes(allowed), text);
            assert.ok(text.includes('--set'), text);
        });
    }

    it('may not name an issuer and an audience too long for a token', async () => {
        for (const [issuer, audience, named] of [[200, 199, 'issuer'], [199, 200, 'audience']]) {
            const text = await complaint(['--set', `token.issuer=${'ы'.repeat(issuer)}`,
                '--set', `token.audience=${'ы'.repeat(audience)}`]);
            assert.match(text, new RegExp(`^domofon: token\\.${named}: "ы+\\.{3}" \\(--set\\)`));
            assert.match(text, /do not both fit into a token/);
        }
    });

    it('are checked by every command', async () => {
        for (const args of [['account', 'list'], ['migrate', 'status'], ['config', 'show']]) {
            const { status, stderr } = await run([...args, '--set', 'phone.region=XX']);
            assert.equal(status, 2);
            assert.match(stderr, /phone\.region: "XX" \(--set\)/);
        }
    });

    it('name the file and line, or the variable, a bad value came from', async () => {
        const config = file('[code]\n\nttl_s = 5\n');
        assert.ok((await complaint(['--config', config])).includes(`(${config}:3)`));
        const late = file('store = sqlite:a\n[phone]\nregion = XX ; no such\n');
        assert.ok((await complaint(['--config', late])).includes(`"XX" (${late}:3)`));
        const countries = file('[send]\n\ncountries = RU,UK\n');
        assert.ok((await complaint(['--config', countries])).includes(`"RU,UK" (${countries}:3)`));
        assert.match(await complaint([], { DOMOFON_CODE_TTL_S: '5' }), /DOMOFON_CODE_TTL_S/);
    });

    it('in a file that is not there or no INI stop the start', async () => {
        assert.match(await complaint(['--config', '/no/such.ini']), /\/no\/such\.ini/);
        const config = file('[code]\nthis is no setting\n');
        assert.ok((await complaint(['--config', config])).includes(`${config}:2`));
    });

    it('on a line too long for the file may stand elsewhere', async () => {
        const value = `/${'a'.repeat(250)}`;
        const text = await complaint(['--config', file(`[key]\nfile = ${value}\n`)]);
        assert.match(text, /\.ini:2: longer than \d+ bytes; .*environment.*--set/);
        assert.equal((await show([], { DOMOFON_KEY_FILE: value }))['key.file'].value, value);
        const { stdout } = await run(['config', 'doc']);
        assert.match(stdout, /longer than 199 bytes/);
        assert.match(stdout, /`;` with a space before it/);
    });

    it('are listed for programs, with their ranges', async () => {
        const { status, stdout, stderr } = await run(['config', 'doc', '--json'],
            { env: { DOMOFON_CODE_TTL_S: 'soon' } });
        assert.equal(status, 0, stderr);
        const rows = stdout.trim().split('\n').map((line) => JSON.parse(line));
        const page = (await run(['config', 'doc'])).stdout;
        assert.deepEqual(rows.map(({ name }) => name),
            [...page.matchAll(/^\| `([a-z0-9_.]+)` /gm)].map(([, name]) => name));
        const named = (wanted) => rows.find(({ name }) => name === wanted);
        const { help, ...ttl } = named('code.ttl_s');
        assert.deepEqual(ttl, {
            name: 'code.ttl_s',
            environment: 'DOMOFON_CODE_TTL_S',
            default: '120',
            allowed: '30 to 600 seconds',
            min: 30,
            max: 600,
            running: true,
        });
        assert.ok(page.includes(help));
        assert.equal(named('invite.cycles').allowed, 'allow or refuse');
        assert.equal(named('store').min, undefined);
        assert.deepEqual((await run(['config', '--json', 'doc'])).stdout, stdout);
        assert.equal((await run(['config', 'doc', 'doc'])).status, 2);
    });

    it('come from several files in their order', async () => {
        const first = file('[code]\nttl_s = 60\nlength = 6\n');
        const second = file('[code]\nttl_s = 70\n');
        const settings = await show(['--config', first, `--config=${second}`]);
        assert.deepEqual([settings['code.ttl_s'].value, settings['code.length'].value],
            ['70', '6']);
    });

    it('are checked', async () => {
        const { status, stdout } = await run(['config', 'check', '--set', 'code.ttl_s=60']);
        assert.equal(status, 0);
        assert.match(stdout, /right/);
        const json = await run(['config', 'check', '--json']);
        assert.deepEqual([json.status, JSON.parse(json.stdout)], [0, { ok: true }]);
    });

    it('are documented, each with its name, variable, default and range', async () => {
        const { status, stdout } = await run(['config', 'doc']);
        assert.equal(status, 0);
        for (const name of Object.keys(await show())) {
            const variable = `DOMOFON_${name.toUpperCase().replace('.', '_')}`;
            assert.ok(stdout.includes(`| \`${name}\` | \`${variable}\` |`), name);
        }
        assert.match(stdout, /\| `120` \| 30 to 600 seconds \|/);
    });

    it('name the dialects to speak: none, and all in development mode', async () => {
        assert.deepEqual((await show()).dialects, { value: 'none', source: 'default' });
        assert.deepEqual((await show(['--dev'])).dialects, { value: 'all', source: '--dev' });
        const chosen = await show(['--dev'], { DOMOFON_DIALECTS: 'spaced, auth_sms' });
        assert.equal(chosen.dialects.value, 'spaced, auth_sms');
        const text = await complaint(['--set', 'dialects=spaced,django']);
        assert.match(text, /^domofon: dialects: "spaced,django" \(--set\)/);
        assert.match(text, /initialization, api_users, send_code, spaced, auth_sms; not "django"/);
        assert.match(await complaint(['--set', `dialects=${'x'.repeat(100)}`]), /not "\.\.\."/);
    });

    it('that are secret are shown nowhere', async () => {
        const secret = 'not for the eyes of others, at all';
        const env = { DOMOFON_DIALECTS_SECRET: secret };
        assert.deepEqual((await show([], env))['dialects.secret'],
            { value: '***', source: 'environment DOMOFON_DIALECTS_SECRET' });
        assert.equal((await show())['dialects.secret'].value, '');
        assert.ok(!(await run(['config', 'show'], { env })).stdout.includes(secret));
        for (const bad of [secret.slice(0, 31), `${secret}\n`, secret.repeat(10)]) {
            const text = await complaint([], { DOMOFON_DIALECTS_SECRET: bad });
            assert.match(text, /^domofon: dialects\.secret: "\*\*\*" \(environment/);
            assert.ok(!text.includes(secret.slice(0, 8)), text);
        }
    });

    it('let development mode listen on this machine only', async () => {
        const { status, stderr } = await run(['serve', '--dev', '--listen', '0.0.0.0:0']);
        assert.notEqual(status, 0);
        assert.match(stderr, /loopback/);
    });
});
