/*
 * Statistics, for the suites about administration: they arrive a moment after what they count.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok } from './client.mjs';

const STATS = '/v1/admin/stats';
const ARRIVE_MS = 10000;

export const readStats = async (api, query = '') => ok(await api.get(`${STATS}${query}`));

/** The statistics once `are` holds of them. */
export async function statsWhen(api, are, query = '') {
    for (const until = Date.now() + ARRIVE_MS; ; await sleep(50)) {
        const stats = await readStats(api, query);
        if (are(stats)) {
            return stats;
        }
        assert.ok(Date.now() < until, `not within ${ARRIVE_MS} ms: ${JSON.stringify(stats)}`);
    }
}
