/**
 * The one client of this page's domofon; it speaks the page's language.
 */
import { Domofon } from './domofon.js';
import { language } from './i18n.js';

export const client = new Domofon({ locale: language });
document.addEventListener('language', () => { client.locale = language; });
