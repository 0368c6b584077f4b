/*
 * What an entry of the audit tells besides who, whom and what, in words: `By: everyone · Role:
 * moderator`. What there are no words for is shown as it came.
 */
import { inWords } from '../i18n.js';
import { bucket } from './format.js';

/* Values that have words of their own, by the name they come under. */
const WORDS = {
    by: 'admin.detail.by', disabled: 'admin.detail.disabled', event: 'admin.event',
    fields: 'admin.field', role: 'admin.role', state: 'admin.state',
};
const MOMENTS = ['from', 'to'];

/** The `detail` of an entry as one line; what is no JSON object (a site's name) as it is. */
export function detailText(text) {
    const detail = parse(text);
    if (detail === null) {
        return text ?? '';
    }
    return Object.entries(detail)
        .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
        .map(([name, value]) => `${nameOf(name)}: ${valueOf(name, value)}`).join(' · ');
}

function parse(text) {
    try {
        const value = JSON.parse(text ?? '');
        return typeof value === 'object' ? value : null;
    } catch {
        return null;
    }
}

/* The names of fields of an account are those it has elsewhere in the panel. */
function nameOf(name) {
    return inWords(`admin.detail.${name}`, inWords(`admin.field.${name}`, name));
}

function valueOf(name, value) {
    if (Array.isArray(value)) {
        return value.map((one) => valueOf(name, one)).join(', ');
    }
    if (MOMENTS.includes(name)) {
        return bucket(value, 'hour');
    }
    return inWords(`${WORDS[name]}.${value}`,
        typeof value === 'object' ? JSON.stringify(value) : String(value));
}
