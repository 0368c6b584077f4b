/*
 * Adding up statistics. Pure: rows in, rows out.
 */
const NAMES = ['codes_sent', 'delivered', 'failed', 'sign_ins', 'new_accounts', 'activations',
    'cost_micros'];
const LINES_MOST = 5;

/* The sum of rows, name by name. */
function add(rows) {
    const sum = Object.fromEntries(NAMES.map((name) => [name, 0]));
    for (const row of rows) {
        for (const name of NAMES) {
            sum[name] += row[name];
        }
    }
    return sum;
}

/** Sign-ins of codes sent, as a share; null where none was sent. */
export const conversion = ({ sign_ins: done, codes_sent: sent }) => (sent > 0 ? done / sent : null);

/** One sum for each moment of `at` (milliseconds), zeros where nothing happened. */
export function grid(rows, at) {
    const groups = Map.groupBy(rows, (row) => Date.parse(row.at));
    return at.map((moment) => add(groups.get(moment) ?? []));
}

/** One sum for each country, the busiest first. */
export function byCountry(rows) {
    return [...Map.groupBy(rows, (row) => row.country)]
        .map(([country, some]) => ({ country, ...add(some) }))
        .sort((a, b) => b.codes_sent - a.codes_sent);
}

/** The countries worth a line each, and all others (name null) as one; `includes(row)` tells. */
export function topCountries(rows) {
    const names = byCountry(rows).map(({ country }) => country);
    const top = names.slice(0, names.length > LINES_MOST ? LINES_MOST - 1 : LINES_MOST);
    const lines = top.map((name) => ({ name, includes: (row) => row.country === name }));
    if (names.length > top.length) {
        lines.push({ name: null, includes: (row) => !top.includes(row.country) });
    }
    return lines;
}
