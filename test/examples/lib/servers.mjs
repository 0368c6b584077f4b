/* Where nginx and Caddy are: unpacked by ./check (tools/setup.sh), or else installed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../e2e/lib/server.mjs';

const UNPACKED = path.join(ROOT, 'build-check/servers');
const first = (files) => files.find((file) => existsSync(file));

function program(name) {
    const unpacked = ['sbin', 'bin'].map((folder) => path.join(UNPACKED, 'usr', folder));
    const folders = [...unpacked, ...process.env.PATH.split(':'), '/usr/sbin'];
    return first(folders.map((folder) => path.join(folder, name)));
}

export const NGINX = program('nginx');
export const CADDY = program('caddy');

/* Of the same origin as nginx: a module fits one version of it. */
const MODULE = 'usr/lib/nginx/modules/ngx_http_js_module.so';
export const NGINX_JS = NGINX && first([path.join(NGINX, '../../..', MODULE)]);
