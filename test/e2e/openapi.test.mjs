/* The description of the API holds together: every example fits its schema, every error is used. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openapi, resolve, validator } from './lib/contract.mjs';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) =>
        ({ path, item, name: `${method.toUpperCase()} ${path}`, operation: item[method] })));

/** Everything with a body: the request and each reply, as {where, status, content}. */
const contents = operations.flatMap(({ name, operation }) => [
    ['request', operation.requestBody], ...Object.entries(operation.responses),
].flatMap(([status, node]) => Object.values(resolve(node)?.content ?? {})
    .map((content) => ({ where: `${name} ${status}`, status, content }))));

/** The problems of the calls described here: those of dialects alone are in the table only. */
const own = Object.entries(openapi['x-problem-codes']).filter(([, row]) => !row.dialects);

/** Calls whose 401 is about what the body proves: a refresh token, a dialect's password. */
function proofInBody({ requestBody }) {
    const contents = Object.values(resolve(requestBody)?.content ?? {});
    const names = contents.flatMap(({ schema }) => resolve(schema).required ?? []);
    return ['refresh_token', 'refresh', 'password'].some((name) => names.includes(name));
}

describe('api/openapi.yaml', () => {
    it('has an example, which fits, for every request, reply and error', () => {
        for (const { where, status, content } of contents) {
            const examples = Object.entries(content.examples ?? {});
            assert.ok(examples.length > 0, `${where} has no example`);
            const check = validator(content.schema);
            for (const [key, node] of examples) {
                const { value } = resolve(node);
                assert.ok(check(value), `${where}: ${key}: ${JSON.stringify(check.errors)}`);
                if (content.schema.$ref === '#/components/schemas/Problem') {
                    assert.equal(value.code, key, where);
                    assert.ok([String(value.status), 'default'].includes(status), where);
                }
            }
        }
    });

    it('has examples of problems that are those of the table', () => {
        for (const [code, row] of own) {
            const { value } = openapi.components.examples[code];
            assert.equal(value.status, row.status, code);
            assert.ok([row.title, row.title_ru].includes(value.title), code);
            for (const member of row.members ?? []) {
                assert.ok(member in value, `${code} without ${member}`);
            }
        }
    });

    it('has examples of errors of dialects in the words of the table, or of that framework', () => {
        const words = ['challenge_unknown', 'token_missing', 'token_not_valid', 'forbidden',
            'not_found'];
        const told = Object.entries(openapi.components.examples)
            .filter(([name, { value }]) => name.startsWith('dialect_') && value.detail)
            .map(([, { value }]) => value);
        assert.ok(told.length > 20);
        for (const { code, detail } of told.filter((value) => !words.includes(value.code))) {
            const row = openapi['x-problem-codes'][code];
            assert.ok([row?.title, row?.title_ru].includes(detail), `${code}: ${detail}`);
        }
    });

    it('uses every problem code, and every component', () => {
        const text = JSON.stringify(openapi);
        for (const [code] of own) {
            assert.ok(text.includes(`#/components/examples/${code}"`), code);
        }
        for (const [kind, parts] of Object.entries(openapi.components)) {
            for (const name of kind === 'securitySchemes' ? [] : Object.keys(parts)) {
                assert.ok(text.includes(`#/components/${kind}/${name}"`), `${kind}/${name}`);
            }
        }
    });

    it('names each call once and tells what it does', () => {
        const ids = operations.map(({ operation }) => operation.operationId);
        assert.equal(new Set(ids).size, ids.length);
        const tags = openapi.tags.map(({ name }) => name);
        for (const { name, operation } of operations) {
            assert.ok(operation.summary, name);
            assert.ok(operation.tags.every((tag) => tags.includes(tag)), name);
            assert.equal('401' in operation.responses && !proofInBody(operation),
                operation.security !== undefined, `${name}: a token, or none`);
        }
        // A tag that is in no group is not shown at all by Redoc.
        assert.deepEqual(openapi['x-tagGroups'].flatMap((group) => group.tags).sort(), tags.sort());
    });

    it('describes every parameter of every path', () => {
        for (const { name, path, item, operation } of operations) {
            const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
                .map(resolve);
            const inPath = parameters.filter((parameter) => parameter.in === 'path');
            assert.deepEqual(inPath.map((parameter) => `{${parameter.name}}`),
                path.match(/\{\w+\}/g) ?? [], name);
            for (const parameter of parameters) {
                assert.ok(parameter.description, parameter.name);
                assert.ok('example' in parameter, `${parameter.name} has no example`);
            }
        }
    });

    it('closes every reply, so that a field nobody described is noticed', () => {
        const replies = contents.filter(({ status }) => status !== 'request');
        for (const { where, content } of replies) {
            const schema = resolve(content.schema);
            if (schema.properties !== undefined) {
                assert.equal(schema.additionalProperties, false, where);
            }
        }
    });
});
