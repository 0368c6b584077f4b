// What measured costs mean for more people: the arithmetic of docs/scaling.md.

// A service in use, on an ordinary day. Its busiest moment is PEAK times the average.
export const DAY = {
    active: 0.2,              // of all accounts, each day
    reads: 20, refreshes: 4,  // of an active account
    signInEveryDays: 30,      // an account
    sessions: 1.5,            // an account
    auditEntries: 4,          // an account, within audit.keep_days
};
const PEAK = 4;
// Tables and indexes that grew by and by, against those just loaded.
const GROWN = 1.4;
// An event, say on television: so many of all people sign in within so many seconds.
const RUSH = {share: 0.01, seconds: 600};
// One PostgreSQL is kept below this: a copy or a restore takes hours, not days.
const DATABASE = {bytes: 500e9, processors: 16};
const USE = 0.5; // of the processors, at most, at the busiest moment

const SIZES = [1e7, 1e8, 1e9];

export function bytesAnAccount({account, session, audit}) {
    return GROWN * (account + DAY.sessions * session + DAY.auditEntries * audit);
}

function needs(accounts, {bytes, cpu_us: cpu, wal}) {
    const mean = perDay => accounts * perDay / 86400;
    const peak = {read: PEAK * mean(DAY.active * DAY.reads),
                  refresh: PEAK * mean(DAY.active * DAY.refreshes),
                  sign_in: PEAK * mean(1 / DAY.signInEveryDays)};
    const rush = accounts * RUSH.share / RUSH.seconds;
    const signIn = cpu.send + cpu.sign_in;
    const calm = peak.read * cpu.read + peak.refresh * cpu.refresh + peak.sign_in * signIn;
    const processors = (calm + rush * signIn) / 1e6;
    const stored = accounts * bytesAnAccount(bytes);

    return {stored, ...peak, calm: calm / 1e6, rush, processors,
            log: (rush + peak.sign_in) * (wal.send + wal.sign_in),
            databases: Math.ceil(Math.max(stored / DATABASE.bytes,
                                          processors / USE / DATABASE.processors))};
}

const count = number => Math.round(number).toLocaleString('en').replaceAll(',', ' ');
const round = number => number < 10 ? number.toFixed(1) : count(number);

const LINES = [
    ['stored, GB', need => round(need.stored / 1e9)],
    ['profile reads a second, busiest moment of an ordinary day', need => count(need.read)],
    ['refreshes a second, then', need => count(need.refresh)],
    ['sign-ins a second, then', need => round(need.sign_in)],
    ['processors PostgreSQL needs for that', need => round(need.calm)],
    ['sign-ins a second in a rush', need => count(need.rush)],
    ['processors for both', need => round(need.processors)],
    ['write-ahead log then, MB a second', need => round(need.log / 1e6)],
    [`PostgreSQL servers of ${DATABASE.processors} processors (half used) and `
        + `${DATABASE.bytes / 1e9} GB`, need => String(need.databases)],
];

// A table, or nothing when not everything it takes was measured.
export function scalingTable({bytes, cpu_us: cpu, wal}) {
    if (!bytes || !wal || !(cpu?.read && cpu.sign_in && cpu.refresh && cpu.send))
        return null;
    const all = SIZES.map(accounts => needs(accounts, {bytes, cpu_us: cpu, wal}));
    const rows = LINES.map(([name, show]) => `| ${name} | ${all.map(show).join(' | ')} |`);

    return [
        `Measured: ${round(bytes.account)} bytes an account, ${round(bytes.session)} a session, `
            + `${round(bytes.audit)} an audit entry, indexes included; processor time of `
            + `PostgreSQL ${round(cpu.read)} µs a profile read, ${round(cpu.refresh)} a refresh, `
            + `${round(cpu.send)} a code sent, ${round(cpu.sign_in)} a sign-in; write-ahead log `
            + `${round(wal.send)} bytes a code sent, ${round(wal.sign_in)} a sign-in. That is `
            + `${count(1e6 / (cpu.send + cpu.sign_in))} whole sign-ins (code and all) a second for `
            + 'each processor.',
        '', `| | ${SIZES.map(size => `${count(size / 1e6)} million`).join(' | ')} |`,
        `|---|${SIZES.map(() => '--:').join('|')}|`, ...rows, '',
    ].join('\n');
}
