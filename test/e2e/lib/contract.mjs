/*
 * The contract test: every reply that a suite receives is held against api/openapi.yaml. A reply
 * breaks the contract when its path, method, status, content type, schema, headers or problem code
 * is not one that the description lists for that call.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const FILE = new URL('../../../api/openapi.yaml', import.meta.url);

/** The description, with YAML aliases resolved. */
export const openapi = parse(readFileSync(FILE, 'utf8'));

const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true });
(addFormats.default ?? addFormats)(ajv);
ajv.addSchema({ $id: 'openapi', ...openapi });

const validators = new Map();

/** A function that tells whether a value fits a schema of the description. */
export function validator(schema) {
    const key = JSON.stringify(schema);
    if (!validators.has(key)) {
        const text = key.replaceAll('"$ref":"#/', '"$ref":"openapi#/');
        validators.set(key, ajv.compile(JSON.parse(text)));
    }
    return validators.get(key);
}

/** Follows `$ref` inside the description. */
export function resolve(node) {
    while (node?.$ref !== undefined) {
        const steps = node.$ref.slice(2).split('/');
        node = steps.reduce((at, step) => at[step.replaceAll('~1', '/')], openapi);
    }
    return node;
}

const literal = (text) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
const templates = Object.entries(openapi.paths)
    .map(([path, item]) => {
        const parts = path.split(/\{\w+\}/).map(literal);
        return { path, item, pattern: new RegExp(`^${parts.join('[^/]+')}$`) };
    })
    .sort((a, b) => a.path.includes('{') - b.path.includes('{'));

/** The methods of a path as `Allow` must list them. */
function allowed(item) {
    const methods = Object.keys(item).filter((key) => key !== 'parameters');
    const names = methods.map((name) => name.toUpperCase());
    return new Set([...names, 'OPTIONS', ...(names.includes('GET') ? ['HEAD'] : [])]);
}

const GENERIC = openapi.components.responses.Refused;

/** The described response that a reply must match. */
function expected(method, item, status, code) {
    const named = item?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
    if (named === undefined) {
        return GENERIC;
    }
    const response = resolve(named.responses[status]);
    const codes = Object.keys(response?.content?.['application/problem+json']?.examples ?? {});
    const generic = resolve(named.responses.default);
    return response === undefined || (code !== undefined && !codes.includes(code))
        ? generic
        : response;
}

function checkProblem(problem, response, reply) {
    const known = openapi['x-problem-codes'][problem.code];
    const listed = Object.keys(response.content['application/problem+json'].examples);
    assert.ok(listed.includes(problem.code), `${problem.code} is not listed for this call`);
    assert.equal(reply.status, known.status, 'status of the code');
    assert.equal(problem.status, known.status);
    assert.equal(problem.type, `/problems/${problem.code}`);
    assert.ok([known.title, known.title_ru].includes(problem.title), problem.title);
    const base = ['type', 'title', 'status', 'detail', 'code'];
    const members = Object.keys(problem).filter((name) => !base.includes(name));
    assert.deepEqual(members.sort(), [...(known.members ?? [])].sort(), 'members of the problem');
    if (problem.retry_after_s !== undefined) {
        assert.equal(reply.headers['retry-after'], String(problem.retry_after_s));
    }
}

function checkHeaders(response, headers) {
    for (const [name, node] of Object.entries(response.headers ?? {})) {
        const header = resolve(node);
        const text = headers[name.toLowerCase()];
        if (text === undefined) {
            assert.ok(!header.required, `header ${name} is missing`);
            continue;
        }
        const check = validator(header.schema);
        const value = header.schema.type === 'integer' ? Number(text) : text;
        assert.ok(check(value), `header ${name}: ${text}: ${ajv.errorsText(check.errors)}`);
    }
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.ok(headers['cache-control'], 'header Cache-Control is missing');
}

function checkBody(method, response, reply) {
    const type = reply.headers['content-type']?.split(';')[0];
    if (response.content === undefined) {
        assert.equal(reply.text, '', 'a body where none is described');
        return;
    }
    const content = response.content[type];
    assert.ok(content, `content type ${type} is not described`);
    if (method === 'HEAD') {
        assert.equal(reply.text, '', 'HEAD has no body');
        return;
    }
    const check = validator(content.schema);
    assert.ok(check(reply.body), `${ajv.errorsText(check.errors)}\n${reply.text}`);
}

function checkOptions(item, reply) {
    assert.equal(reply.status, 204);
    assert.deepEqual(new Set(reply.headers.allow.split(', ')), allowed(item));
    checkHeaders({ headers: { 'X-Request-Id': { $ref: '#/components/headers/XRequestId' } } },
        reply.headers);
}

/** Throws when `reply` ({status, headers, text, body}) breaks the contract. */
export function checkReply(method, target, reply) {
    const path = decodeURI(target.split('?')[0]);
    const item = templates.find(({ pattern }) => pattern.test(path))?.item;
    try {
        if (method === 'OPTIONS' && item !== undefined && reply.status < 400) {
            checkOptions(item, reply);
            return;
        }
        const isProblem = reply.headers['content-type'] === 'application/problem+json';
        const code = isProblem ? reply.body.code : undefined;
        const response = expected(method, item, reply.status, code);
        assert.equal(isProblem, reply.status >= 400, `status ${reply.status}\n${reply.text}`);
        checkHeaders(response, reply.headers);
        checkBody(method, response, reply);
        if (isProblem && method !== 'HEAD') {
            checkProblem(reply.body, response, reply);
        }
        if (reply.status === 405) {
            assert.deepEqual(new Set(reply.headers.allow.split(', ')), allowed(item));
        }
    } catch (error) {
        const call = `${method} ${target} → ${reply.status}`;
        throw new Error(`${call} breaks the contract: ${error.message}`, { cause: error });
    }
}
