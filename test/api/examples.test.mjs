/*
 * Every request example of api/openapi.yaml, sent to a server. The reply must be one that the
 * description has for a request that went well; the client holds its headers and its body against
 * the description (e2e/lib/contract.mjs). That examples of replies fit their schemas is in
 * e2e/openapi.test.mjs.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { encode, goodStatuses, isEndless, operations, requestsOf } from './lib/operations.mjs';
import { prepare } from './lib/prepare.mjs';
import { useServer } from '../e2e/lib/server.mjs';

/** What calls need to be there, as `name=value`. */
const { settings } = parse(
    readFileSync(new URL('../../api/postman.yaml', import.meta.url), 'utf8'));
const set = Object.fromEntries(settings.map((text) => text.split(/=(.*)/s).slice(0, 2)));

/** The example with what was prepared in the place of what its author had. */
function filled(value, prepared) {
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isObject
        ? Object.fromEntries(Object.entries(value).map(([name, old]) =>
            [name, old === null ? old : prepared[name] ?? old]))
        : value;
}

/**
 * The path and query of a call: what was prepared, else the examples of its parameters; of those in
 * the query only the required ones, unless `all`. A cursor is one that a list gave.
 */
function target({ path, parameters }, { params, query }, all) {
    const filledPath = path.replace(/\{(\w+)\}/g, (_, name) => {
        assert.ok(name in params, `nothing is prepared for {${name}}`);
        return params[name].split('/').map(encodeURIComponent).join('/');
    });
    const wanted = parameters.filter((parameter) => parameter.in === 'query'
        && (parameter.required || (all && parameter.name !== 'cursor')));
    const text = new URLSearchParams(wanted.map((parameter) =>
        [parameter.name, query[parameter.name] ?? parameter.example]));
    return wanted.length > 0 ? `${filledPath}?${text}` : filledPath;
}

/** The head of a reply that does not end. */
async function begin(server, method, path) {
    const abort = new AbortController();
    const { status, headers } = await fetch(`http://127.0.0.1:${server.port}${path}`,
        { method, signal: abort.signal });
    abort.abort();
    return { status, text: headers.get('content-type') };
}

describe('the request examples of api/openapi.yaml', () => {
    const server = useServer({ set: { 'http.loops': 1, ...set } });

    for (const operation of operations) {
        for (const { name, type, value, all } of requestsOf(operation)) {
            it(`${operation.method} ${operation.path}: ${name}`, async () => {
                const prepared = await prepare(server, operation, value);
                const [body, sentType] = await encode(type, filled(value, prepared.body));
                const headers = { ...prepared.headers };
                if (sentType !== undefined) {
                    headers['Content-Type'] = sentType;
                }
                const path = target(operation, prepared, all);
                const reply = isEndless(operation)
                    ? await begin(server, operation.method, path)
                    : await server.api.as(prepared.token)
                        .call(operation.method, path, body, headers);
                assert.ok(goodStatuses(operation).includes(reply.status),
                    `${reply.status} ${reply.text}`);
            });
        }
    }
});
