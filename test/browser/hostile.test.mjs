/*
 * People who give markup for a name: it is shown as text, everywhere somebody may see it. That no
 * page breaks its policy and none throws, every visit looks after (lib/complaints.mjs).
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok } from '../e2e/lib/client.mjs';
import { readCode, sendCode, tryCode, uniquePhone } from '../e2e/lib/signin.mjs';
import { signInAs } from '../e2e/lib/staff.mjs';
import { query } from '../e2e/lib/store.mjs';
import { useStage } from './lib/stage.mjs';

/* Short enough for every field; a picture that cannot come runs its script at once. */
const markup = (n) => `"><img src=x${n} onerror=alert(${n})><script>alert(${n})</script>`;

const PROFILE = { first_name: markup(1), last_name: markup(2), city: markup(3) };
/* The server takes none of these: they stand for rows that came from an older service. */
const STORED = { email: markup(4), telegram_id: markup(5), invite_code: '<b>x1' };
const DEVICE = markup(6);
const AGENT = markup(7);

/** All that a page shows, fields too. */
const shown = (page) => page.evaluate(() => [document.body.innerText,
    ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value),
    ...[...document.querySelectorAll('svg text')].map(({ textContent }) => textContent),
].join('\n'));

/** Fails if markup that somebody gave has become elements. */
async function checkInert(page) {
    const made = await page.evaluate(() => [...document.querySelectorAll('[onerror], script, b')]
        .filter(({ localName, textContent }) =>
            (localName === 'script' ? /alert/.test(textContent) : localName !== 'b'
                || textContent === 'x1'))
        .map(({ outerHTML }) => outerHTML));
    assert.deepEqual(made, []);
}

async function waitShown(page, texts, place) {
    let text = '';
    for (const until = Date.now() + 8000; Date.now() < until; await page.waitForTimeout(50)) {
        text = await shown(page);
        if (texts.every((each) => text.includes(each))) {
            break;
        }
    }
    assert.deepEqual(texts.filter((each) => !text.includes(each)), [], `not shown on ${place}`);
    await checkInert(page);
}

describe('markup that people give', () => {
    const stage = useStage();
    const { server } = stage;
    let mallory;
    let admin;

    before(async () => {
        const challenge = await sendCode(server, uniquePhone());
        const code = await readCode(server, challenge);
        const reply = await tryCode(server, challenge, code, { device_name: DEVICE },
            { 'User-Agent': AGENT });
        const tokens = ok(reply, 201);
        mallory = { tokens, account: tokens.account, phone: challenge.phone };
        ok(await server.api.as(tokens.access_token).patch('/v1/me', PROFILE));
        const guest = await stage.signIn();
        ok(await guest.api.post('/v1/me/invite', { code: tokens.account.invite_code }));
        for (const [column, value] of Object.entries(STORED)) {
            query(server, `UPDATE account SET ${column} = ? WHERE id = ?`,
                [value, Number(tokens.account.id)]);
        }
        admin = await signInAs(server, 'admin');
    });

    it('is text in the profile', () => stage.visit({}, async (page) => {
        await page.goto('/');
        await waitShown(page, [...Object.values(PROFILE), ...Object.values(STORED), DEVICE], '/');
    }, { person: mallory }));

    for (const [place, texts] of [
        ['accounts', [`${PROFILE.first_name} ${PROFILE.last_name}`]],
        ['accounts/ID', [...Object.values(PROFILE), ...Object.values(STORED), DEVICE, AGENT]],
        ['accounts/ID/tree', []],
        ['accounts/ID/tree?as=list', [PROFILE.first_name]],
        ['audit', []],
        ['deliveries', []],
    ]) {
        it(`is text in administration: ${place}`, () => stage.visit({}, async (page) => {
            await page.goto(`/admin/#/${place.replace('ID', mallory.account.id)}`);
            await page.locator('main h1').waitFor();
            await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
            await waitShown(page, texts, place);
        }, { person: admin }));
    }

    it('is text in the address of a page', () => stage.visit({}, async (page) => {
        const hostile = encodeURIComponent(markup(8));
        for (const address of [`/?invite=${hostile}`, `/?lang=${hostile}`, `/?next=${hostile}`,
            `/?return_to=${hostile}`, '/?next=javascript:alert(9)',
            `/dev/handset?phone=${hostile}`, `/admin/?x=${hostile}`, `/admin/#/${hostile}`]) {
            await page.goto('about:blank');
            await page.goto(address);
            await page.locator('html[data-ready]').waitFor({ state: 'attached' });
            await page.waitForTimeout(150);
            await checkInert(page);
        }
    }));
});
