/* The operations of api/openapi.yaml with their examples, and how an example becomes a request. */
import { openapi, resolve } from '../../e2e/lib/contract.mjs';
import { JPEG, WEBP, png } from '../../e2e/lib/pictures.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const PICTURES = { 'image/png': png(40, 30), 'image/jpeg': JPEG, 'image/webp': WEBP };

/** Every operation: {id, method, path, operation, item}. */
export const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
        id: item[method].operationId,
        method: method.toUpperCase(),
        path,
        operation: item[method],
        parameters: [...item.parameters ?? [], ...item[method].parameters ?? []].map(resolve),
    })));

/**
 * The request examples of an operation: {name, type, value}; where there are none, one without a
 * body, and one with all that its query may have.
 */
export function requestsOf({ operation, parameters }) {
    const content = resolve(operation.requestBody)?.content ?? {};
    const requests = Object.entries(content).flatMap(([type, { examples }]) =>
        Object.entries(examples).map(([name, node]) =>
            ({ name: `${name} as ${type}`, type, value: resolve(node).value })));
    if (requests.length > 0) {
        return requests;
    }
    const hasQuery = parameters.some((parameter) => parameter.in === 'query');
    return [{ name: 'no body' }, ...hasQuery ? [{ name: 'the whole query', all: true }] : []];
}

/** Does its reply go on until the client leaves? */
export function isEndless({ operation }) {
    return 'text/event-stream' in (resolve(operation.responses[200])?.content ?? {});
}

/** The statuses that an operation describes for a request that went well. */
export function goodStatuses({ operation }) {
    return Object.keys(operation.responses).map(Number).filter((status) => status < 400);
}

/** [bytes or text, type] of a body as it travels; undefined for none. */
export async function encode(type, value) {
    if (type === undefined) {
        return [undefined, undefined];
    }
    if (type in PICTURES) {
        return [PICTURES[type], type];
    }
    if (type === 'application/x-www-form-urlencoded') {
        return [String(new URLSearchParams(value)), type];
    }
    if (type === 'multipart/form-data') {
        const form = new FormData();
        for (const [name, text] of Object.entries(value)) {
            const isFile = name === 'avatar' && text !== '';
            form.append(name, isFile ? new Blob([PICTURES['image/png']]) : text,
                ...isFile ? ['me.png'] : []);
        }
        const response = new Response(form);
        return [Buffer.from(await response.arrayBuffer()), response.headers.get('content-type')];
    }
    return [JSON.stringify(value), type];
}
