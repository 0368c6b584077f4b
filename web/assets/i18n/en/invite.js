export default {
    'invite.page': 'An invitation · domofon',
    'invite.looking': 'Looking at your invitation…',
    'invite.title': 'You are invited',
    'invite.lead': 'Somebody gave you their invite code. Sign in with your telephone number, '
        + 'and it counts for them: there is nothing else to fill in.',
    'invite.code': 'Invite code',
    'invite.go': 'Sign in with my number',
    'invite.kept': 'The code is remembered in this browser until you sign in.',
    'invite.qr': 'Open it on a telephone',
    'invite.qr.lead': 'Point the camera of your telephone at this picture.',
    'invite.qr.alt': 'QR code with the address of this invitation',
    'invite.qr.svg': 'Save as SVG',
    'invite.qr.png': 'Save as PNG',
    'invite.member': 'You have signed in already',
    'invite.member.lead': 'This code can still be activated, if you have not activated one '
        + 'before: that can be done once. It is done on the page of your profile.',
    'invite.member.go': 'To my profile',
    'invite.unknown': 'There is no such invite code',
    'invite.unknown.lead': 'Nobody has the code {code}. Perhaps a letter went missing on the '
        + 'way: ask whoever invited you to send the link once more.',
    'invite.unknown.go': 'Sign in without a code',
    'invite.unsure': 'We could not check this code',
    'invite.unsure.lead': 'That says nothing against it: the server could not be asked. Try '
        + 'again, or sign in at once: the code is remembered, and a code that is wrong does '
        + 'not stop you.',
    'invite.unsure.often': 'You have asked for too many codes in a short time. Come back '
        + 'later, or sign in at once: the code is remembered, and a code that is wrong does '
        + 'not stop you.',
    'invite.again': 'Try again',
};
