/*
 * The contract test: every reply that a suite receives is held against api/openapi.yaml. A reply
 * breaks the contract when its path, method, status, content type, schema, headers or problem code
 * is not one that the description lists for that call. Replies of dialects (operations with
 * `x-dialects`) tell errors as Django REST framework does; elsewhere they are problems by RFC 9457.
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

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const literal = (text) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
const isDialect = (item) => METHODS.some((method) => item[method]?.['x-dialects'] !== undefined);
const templates = Object.entries(openapi.paths)
    .map(([path, item]) => {
        // The slash at the end of a dialect's path may be there or not.
        const told = isDialect(item) ? path.replace(/\/?$/, '') : path;
        const parts = decodeURI(told).split(/\{\w+\}/).map(literal);
        const end = isDialect(item) ? '/?' : '';
        const value = item.parameters?.some((node) => resolve(node)['x-slashes']) ? '.+' : '[^/]+';
        return { path, item, pattern: new RegExp(`^${parts.join(value)}${end}$`) };
    })
    .sort((a, b) => a.path.includes('{') - b.path.includes('{'));

const itemsOf = (path) => templates.filter(({ pattern }) => pattern.test(path))
    .map(({ item }) => item);

/** The methods of a path as `Allow` must list them. */
function allowed(item) {
    const methods = METHODS.filter((method) => method in item);
    const names = methods.map((name) => name.toUpperCase());
    return new Set([...names, 'OPTIONS', ...(names.includes('GET') ? ['HEAD'] : [])]);
}

const GENERIC = openapi.components.responses.Refused;
const GENERIC_DIALECT = openapi.components.responses.DialectRefused;

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
    const { examples } = response.content['application/problem+json'];
    assert.ok(problem.code in examples, `${problem.code} is not listed for this call`);
    /* The word of RFC 6749 depends on the call, not on the code. */
    assert.equal(problem.error, resolve(examples[problem.code]).value.error);
    assert.equal(reply.status, known.status, 'status of the code');
    assert.equal(problem.status, known.status);
    assert.equal(problem.type, `/problems/${problem.code}`);
    assert.ok([known.title, known.title_ru].includes(problem.title), problem.title);
    const base = ['type', 'title', 'status', 'detail', 'code', 'error'];
    const members = Object.keys(problem).filter((name) => !base.includes(name));
    assert.deepEqual(members.sort(), [...(known.members ?? [])].sort(), 'members of the problem');
    if (problem.retry_after_s !== undefined) {
        assert.equal(reply.headers['retry-after'], String(problem.retry_after_s));
    }
}

function checkHeaders(response, headers) {
    for (const [name, node] of Object.entries(response.headers ?? {})) {
        const header = resolve(node);
        const text = headers[name.toLowerCase()]?.toString();
        if (text === undefined) {
            assert.ok(!header.required, `header ${name} is missing`);
            continue;
        }
        const check = validator(header.schema);
        const value = resolve(header.schema).type === 'integer' ? Number(text) : text;
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

/** The field that a Django-like error is about, unless it is about none. */
const fieldOf = (body) => ('detail' in body ? undefined : Object.keys(body)[0]);

/** May a field of the request, or of its query, be called so? */
function takesField(operation, name) {
    const contents = Object.values(resolve(operation.requestBody)?.content ?? {});
    return contents.some(({ schema }) => name in (resolve(schema).properties ?? {}))
        || (operation.parameters ?? []).some((parameter) => resolve(parameter).name === name);
}

function dialectResponse(operation, reply) {
    const { status, body } = reply;
    const response = resolve(operation?.responses[status]);
    const examples = Object.values(response?.content?.['application/json']?.examples ?? {});
    const field = status >= 400 && body !== '' ? fieldOf(body) : undefined;
    if (status < 400 || body === '' || field !== undefined) {
        assert.ok(response, `status ${status} is not described`);
        assert.ok(field === undefined || takesField(operation, field), `no field ${field}`);
        return response;
    }
    const codes = examples.map((node) => resolve(node).value.code);
    if (codes.includes(body.code)) {
        return response;
    }
    const generic = Object.keys(GENERIC_DIALECT.content['application/json'].examples);
    assert.ok(generic.includes(body.code), `${body.code} is not listed for this call`);
    return GENERIC_DIALECT;
}

/** A reply of a dialect; `items`: the paths that may be meant where not every dialect is spoken. */
function checkDialectReply(method, items, reply) {
    const allow = new Set(reply.headers.allow?.split(', '));
    const named = items.map((item) => item[(method === 'HEAD' ? 'get' : method).toLowerCase()]);
    const operation = named.find((node) => node !== undefined);
    if (allow.size > 0) {
        const all = items.flatMap((item) => [...allowed(item)]);
        assert.deepEqual([...allow].filter((name) => !all.includes(name)), [], 'Allow');
    }
    if (method === 'OPTIONS' && reply.status < 400) {
        assert.equal(reply.status, 204);
        return;
    }
    const response = reply.status === 405 || (method === 'HEAD' && reply.status >= 400)
        ? GENERIC_DIALECT
        : dialectResponse(operation, reply);
    checkHeaders(response, reply.headers);
    checkBody(method, response, reply);
}

/** The path of a target; what cannot be decoded is no path of ours. */
function pathOf(target) {
    try {
        return decodeURI(target.split('?')[0]);
    } catch {
        return '';
    }
}

/** Throws when `reply` ({status, headers, text, body}) breaks the contract. */
export function checkReply(method, target, reply) {
    const items = itemsOf(pathOf(target));
    const isProblem = reply.headers['content-type'] === 'application/problem+json';
    // A dialect that is not spoken is as good as not there, and so is what is of development mode.
    const isAbsent = isProblem && reply.status === 404
        && (items.some(isDialect) || target.startsWith('/dev/'));
    const item = isAbsent ? undefined : items[0];
    try {
        if (item !== undefined && isDialect(item)) {
            checkDialectReply(method, items, reply);
            return;
        }
        if (method === 'OPTIONS' && item !== undefined && reply.status < 400) {
            checkOptions(item, reply);
            return;
        }
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
