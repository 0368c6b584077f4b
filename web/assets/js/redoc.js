/** Redoc on /redoc/, in the colours of the page. */
import { t } from './i18n.js';
import { DESCRIPTION, explainLanguage, start } from './reference.js';

/* Redoc has its own names for texts. */
const LABELS = {
    enum: 'enum', enumSingleValue: 'value', enumArray: 'items', default: 'default',
    deprecated: 'deprecated', example: 'example', examples: 'examples', recursive: 'recursive',
    arrayOf: 'array', const: 'value', noResultsFound: 'nothing', download: 'download',
    downloadSpecification: 'downloadAll', responses: 'responses',
    requestSamples: 'requestSamples', responseSamples: 'responseSamples',
};

const color = (name) => getComputedStyle(document.documentElement)
    .getPropertyValue(`--${name}`).trim();

/* Redoc computes shades from colours, so it must be given them, not names of custom properties. */
function colors(dark) {
    return {
        primary: { main: color('accent-deep') },
        success: { main: color('good') },
        error: { main: color('bad') },
        warning: { main: dark ? '#ffbf70' : '#8d3b03' },
        gray: dark ? { 50: '#2c2925', 100: '#35312c' } : { 50: '#f3f1ed', 100: '#ebe8e2' },
        text: { primary: color('ink'), secondary: color('soft') },
        border: { dark: color('line'), light: color('line') },
        responses: {
            success: { color: color('good'), backgroundColor: color('good-ground') },
            error: { color: color('bad'), backgroundColor: color('bad-ground') },
            redirect: { color: color('ink'), backgroundColor: color('warm-ground') },
            info: { color: color('ink'), backgroundColor: color('warm-ground') },
        },
    };
}

function theme(dark) {
    const fontFamily = color('font');
    const plate = color('plate');
    return {
        colors: colors(dark),
        schema: { nestedBackground: color('well'), linesColor: color('edge') },
        sidebar: { backgroundColor: plate, textColor: color('ink') },
        rightPanel: { backgroundColor: dark ? '#1c1a17' : '#2b2722', textColor: '#f2eee8' },
        typography: {
            fontSize: '15px',
            fontFamily,
            headings: { fontFamily, fontWeight: '650' },
            links: { color: color('accent-deep') },
            code: {
                fontFamily: color('mono'),
                color: color('ink'),
                backgroundColor: dark ? '#35312c' : '#ebe8e2',
            },
        },
        fab: { backgroundColor: plate, color: color('accent') },
    };
}

/* A group is called as it is written. */
function mend() {
    for (const item of document.querySelectorAll('[data-item-id^="group/"][aria-label]')) {
        item.removeAttribute('aria-label');
    }
}

start((host, dark) => {
    explainLanguage();
    const labels = Object.fromEntries(Object.entries(LABELS).map(([name, key]) =>
        [name, t(`reference.${key}`)]));
    window.Redoc.init(DESCRIPTION, { theme: theme(dark), labels }, host);
}, mend);
