/* The first step of `/`: as little as it can be, for it stands between a person and the page. */
export default {
    'signin.page': 'Sign in · domofon',
    'signin.title': 'Sign in',
    'signin.lead': 'Your phone number is the key. There is no password to remember.',
    'signin.phone': 'Mobile number',
    'signin.phone.hint': 'We will send you a code.',
    'signin.phone.country': '{country} · we will send you a code.',
    'signin.phone.empty': 'Enter your mobile number.',
    'signin.send': 'Get a code',
    'signin.invite': 'You come with the invite code {code}.',
    'signin.invite.drop': 'Sign in without it',
    'signin.ended': 'You are signed out.',
    'signin.lost': 'The page could not be loaded to its end. Check the connection and try again.',
};
