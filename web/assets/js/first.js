/**
 * All that `/` waits for: colours and words are chosen (prefs.js), the number is grouped as one
 * types (mask.js), and one that is sent before the rest has come is kept for it. tools/web.py makes
 * one file of the three; it should fit into one packet, 1.5 kB with its head.
 */
import { group, mask } from './mask.js';
import { recall } from './prefs.js';

const [form, input, button, rest] = ['phone-form', 'phone', 'send', 'rest']
    .map((id) => document.getElementById(id));

// What is no number with a calling code stays as it is: phone.js knows what it may be.
mask(input, (text) => (/^\+[\d\s()-]*$/.test(text) ? group(text) : text));

form.onsubmit = () => {
    button.setAttribute('aria-busy', 'true');
    return false;
};

// Who is signed in, or comes from another site, is shown something else.
if (recall('domofon.session') === null && !location.search.includes('return_to=')) {
    document.documentElement.dataset.ready = '';
}

// Side by side, where one would ask for another only when it has come.
document.head.append(rest.content);
// What did not come may come with the whole page anew. (False: nothing is to be submitted.)
import('./signin.js').catch(() => {
    button.removeAttribute('aria-busy');
    form.onsubmit = () => location.reload() ?? false;
});
