/* Waiting for a condition instead of for a while. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition()` is true; fails, naming what, when that takes too long. */
export async function until(condition, what, { timeout_ms = 30000, pause_ms = 20 } = {}) {
    for (const end = Date.now() + timeout_ms; !await condition();) {
        assert.ok(Date.now() < end, `${what}: not within ${timeout_ms} ms`);
        await sleep(pause_ms);
    }
}
