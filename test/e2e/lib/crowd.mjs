/* Many requests at once, and what became of them. */

/** Starts `count` at once; all their results. */
export const together = (count, start) =>
    Promise.all(Array.from({ length: count }, (_, i) => start(i)));

/** How many replies have each status or problem code. */
export function tally(replies) {
    const counts = {};
    for (const { status, body } of replies) {
        const key = status < 300 ? status : body.code;
        counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
}

/** A client that comes from an address of its own. */
export const from = (server, i) => server.api.as(undefined, {
    'X-Forwarded-For': `203.0.${Math.floor(i / 250)}.${1 + (i % 250)}`,
});
