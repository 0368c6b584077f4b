/**
 * All that `/` waits for: colours and words are chosen (prefs.js), and a number sent before the
 * rest has come is kept for it. The rest is loaded from here, side by side.
 */
import { recall } from './prefs.js';

const form = document.getElementById('phone-form');
const isForm = recall('domofon.session') === null && !location.search.includes('return_to=');

// Who is signed in, or comes from another site, is shown something else.
if (isForm) {
    document.documentElement.dataset.ready = '';
}

form.addEventListener('submit', (event) => {
    event.preventDefault();
    form.dataset.asked = '';
});

const parts = ['./signin.js', './i18n.js', './phone.js', './dom.js', './refusal.js', './client.js',
    './domofon.js', './ui.js', './code.js'];
const loads = parts.map((part) => import(part));

// What did not come may come with the whole page anew.
Promise.all(loads).catch(() => form.addEventListener('submit', () => location.reload()));
