/**
 * One's data: take it along, or have it erased.
 */
import { client } from './client.js';
import { el } from './dom.js';
import { t } from './i18n.js';
import { button, plate } from './profile_parts.js';
import { dialog, field, toast } from './ui.js';

const RELEASE_MS = 60000;

async function download() {
    const all = await client.fetch('/v1/me/export');
    const blob = new Blob([JSON.stringify(all, null, 4)], { type: 'application/json' });
    const href = URL.createObjectURL(blob);
    el('a', { href, download: `domofon-${all.account.id}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(href), RELEASE_MS);
}

/* Typed out, for there is no way back. */
async function erase() {
    const word = t('profile.erase.word');
    const typed = field({ label: 'profile.erase.label', name: 'confirm', autocomplete: 'off',
        autocapitalize: 'none', spellcheck: 'false' });
    const chosen = await dialog({
        title: t('profile.erase.title'),
        body: [el('p', { t: 'profile.erase.body' }), typed.root],
        actions: [{ label: t('ui.cancel'), value: null },
            { label: t('profile.erase.button'), value: 'erase', kind: 'danger' }],
        check: (value) => {
            if (value === null || typed.input.value.trim().toLowerCase() === word) {
                return true;
            }
            typed.fail(t('profile.erase.differs', { word }));
            typed.input.focus();
            return false;
        },
    });
    if (chosen === 'erase') {
        await client.fetch('/v1/me', { method: 'DELETE' });
        // The session went with the account; this forgets it here.
        await client.signOut();
        toast(t('profile.erase.done'));
    }
}

/** The plate of the data. */
export const dataPlate = () => plate('profile.data',
    el('p', { class: 'soft', t: 'profile.data.lead' }),
    el('div', { class: 'row' }, button('profile.export', download),
        button('profile.erase', erase, 'danger')));
