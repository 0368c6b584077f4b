/** Swagger UI on /swagger/. Calls can be tried in development mode. */
import { language, t } from './i18n.js';
import { DESCRIPTION, explain, isDevelopment, start } from './reference.js';

let description;

/*
 * The description, without examples of headers: Swagger UI would send them, and an Idempotency-Key
 * that is always the same gets the answer to the first call. Without other servers, too: calls go
 * to the one that this page is of, as the policy has it.
 */
async function describe() {
    const reply = await fetch(DESCRIPTION);
    if (!reply.ok) {
        throw new Error(`${DESCRIPTION}: ${reply.status}`);
    }
    const all = await reply.json();
    Object.values(all.components.parameters)
        .filter((parameter) => parameter.in === 'header')
        .forEach((parameter) => delete parameter.example);
    delete all.servers;
    return all;
}

/* Errors come in the language of the page. */
function inOurLanguage(request) {
    request.headers['Accept-Language'] ??= language;
    return request;
}

const name = (selector, nameOf) => {
    for (const node of document.querySelectorAll(`${selector}:not([aria-label])`)) {
        node.setAttribute('aria-label', nameOf(node));
    }
};

/* What one fills in or presses has a name; what is written on a button is its name. */
function mend() {
    name('.swagger-ui select.examples-select-element', () => t('reference.examples'));
    name('.swagger-ui tr[data-param-name] select', (node) => (
        node.closest('tr').dataset.paramName));
    name('.swagger-ui textarea.body-param__text', () => t('reference.body'));
    name('.swagger-ui .close-modal', () => t('reference.close'));
    for (const node of document.querySelectorAll('.auth-container [aria-label]')) {
        node.removeAttribute('aria-label');
    }
}

start(async (host, dark) => {
    document.documentElement.classList.toggle('dark-mode', dark);
    explain();
    description ??= await describe();
    window.SwaggerUIBundle({
        spec: description,
        domNode: host,
        deepLinking: false,             /* a link inside a button confuses screen readers */
        docExpansion: 'list',
        filter: true,
        persistAuthorization: true,
        requestInterceptor: inOurLanguage,
        syntaxHighlight: { theme: 'tomorrow-night' },
        supportedSubmitMethods: isDevelopment
            ? ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
            : [],
        tryItOutEnabled: isDevelopment,
        validatorUrl: null,
    });
}, mend);
