// Reading one's profile with a warm token, against nginx's `return 200` with a body as long.
import {mkdirSync, writeFileSync} from 'node:fs';

import {CLIENT_CORE, SERVER_CORE, WORK, copyStore, fetchText, freePort, median, output,
        peopleStore, quotient, sleep, startDomofon, startProcess} from './tools.mjs';
import {readFile, signInPersons} from './steps.mjs';

const ACCOUNTS = 10000;
const TOKENS = 64;

function nginxConfig(port, bytes) {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map(name => `${name}_temp_path ${WORK}nginx/${name};`).join(' ');
    const body = `{"x":"${'x'.repeat(bytes - 8)}"}`;

    return `daemon off; master_process off; pid ${WORK}nginx/pid; error_log stderr;
events { worker_connections 2048; }
http {
    access_log off; keepalive_requests 1000000000; default_type application/json; ${temporary}
    server { listen 127.0.0.1:${port}; location / { return 200 '${body}'; } }
}
`;
}

export async function startNginx(bytes) {
    const port = await freePort();

    mkdirSync(`${WORK}nginx`, {recursive: true});
    writeFileSync(`${WORK}nginx/nginx.conf`, nginxConfig(port, bytes));
    const nginx = startProcess(process.env.NGINX, ['-p', `${WORK}nginx`, '-e', 'stderr', '-c',
                                                   `${WORK}nginx/nginx.conf`],
                               SERVER_CORE, {stdio: ['ignore', 'ignore', 'ignore']});

    nginx.port = port;
    for (let tries = 0; ; tries++) {
        try {
            await fetchText(nginx, '/');
            return nginx;
        } catch (error) {
            if (tries === 50)
                throw error;
            await sleep(100);
        }
    }
}

// Requests a second by wrk, a client of other people's making.
async function wrk(server, path, seconds, token) {
    const text = await output('wrk', ['-t1', '-c64', `-d${seconds}s`, '-H',
                                      `Authorization: Bearer ${token}`,
                                      `http://127.0.0.1:${server.port}${path}`], CLIENT_CORE);

    if (/Non-2xx/.test(text))
        throw new Error(text);
    return Number(/Requests\/sec:\s*([\d.]+)/.exec(text)[1]);
}

export async function measureProfile({readRounds, seconds, report}) {
    const store = `${WORK}profile.sqlite`;

    copyStore(await peopleStore(ACCOUNTS), store);
    const domofon = await startDomofon(store);
    const replies = await signInPersons(domofon, 100, TOKENS, 97);
    const token = replies[0].access_token;
    const bytes = (await fetchText(domofon, '/v1/me', {Authorization: `Bearer ${token}`})).length;
    const nginx = await startNginx(bytes);
    const requests = readFile('profile', '/v1/me', replies);
    const READ = {c: 64, s: true, w: 0.3, d: seconds};
    const samples = {nginx: [], domofon: [], nginx_wrk: [], domofon_wrk: []};

    for (let round = 0; round < readRounds; round++) {
        samples.nginx.push(await nginx.load(requests, READ));
        samples.domofon.push(await domofon.load(requests, READ));
        if (round % 2 > 0)
            continue;
        samples.nginx_wrk.push(await wrk(nginx, '/v1/me', seconds, token));
        samples.domofon_wrk.push(await wrk(domofon, '/v1/me', seconds, token));
    }
    await nginx.stop();
    await domofon.stop();

    const rates = name => samples[name].map(sample => sample.per_second);
    const rate = name => median(rates(name));
    const cpu = name => median(samples[name].map(sample => sample.cpu_us)).toFixed(1);

    report.ratio({
        what: 'profile read, warm token', unit: 'a second', least: 0.6,
        value: rate('domofon'), reference: rate('nginx'), than: 'nginx `return 200`',
        ratio: quotient(rates('domofon'), rates('nginx')),
        note: `${bytes} bytes; ${cpu('domofon')} µs of processor a reply, nginx ${cpu('nginx')}`,
        samples,
    });
    report.ratio({
        what: 'the same, asked by wrk', unit: 'a second', least: 0.6,
        value: median(samples.domofon_wrk), reference: median(samples.nginx_wrk),
        ratio: quotient(samples.domofon_wrk, samples.nginx_wrk),
        than: 'nginx `return 200`', note: 'one token',
    });
}
