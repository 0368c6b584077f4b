/*
 * Runs a command with one browser for all that it starts:
 *
 *     node test/browser/run.mjs node --test test/browser/*.test.mjs
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { serveBrowser } from './lib/chromium.mjs';

const browser = await serveBrowser();
const [file, ...args] = process.argv.slice(2);
const env = { ...process.env, DOMOFON_BROWSER: browser.wsEndpoint() };
const child = spawn(file, args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => child.kill(signal));
}
const [status] = await once(child, 'exit');
await browser.close();
process.exitCode = status ?? 1;
