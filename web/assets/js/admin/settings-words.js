/*
 * What settings.def says of the settings that may change while the server runs, in Russian. The
 * server gives its English words with every setting; one that is missing here is told in those.
 */
import { define } from '../i18n.js';

define({
    en: {},
    ru: {
        'admin.setting.log.level': 'Что писать в журнал сервера: от этого уровня и важнее.',
        'admin.setting.locale.default': 'Язык сообщений и ошибок, если клиент не назвал свой.',
        'admin.setting.code.length': 'Сколько цифр в коде.',
        'admin.setting.code.ttl_s': 'Сколько живёт код.',
        'admin.setting.code.attempts': 'Попыток на один код; 0 — три для кода из четырёх-пяти '
            + 'цифр и пять для более длинного.',
        'admin.setting.guess.per_phone_hour': 'Неверных кодов для одного номера за час, по '
            + 'всем его кодам.',
        'admin.setting.guess.per_phone_day': 'Неверных кодов для одного номера за сутки, по '
            + 'всем его кодам.',
        'admin.setting.guess.per_address_10min': 'Неверных кодов с одного адреса за десять '
            + 'минут.',
        'admin.setting.send.countries': 'Страны, в которые отправляются коды (ISO 3166-1, '
            + 'через запятую), или all — все.',
        'admin.setting.send.cooldown_s': 'Сколько ждать между двумя сообщениями на один '
            + 'номер; с каждым повтором вдвое дольше.',
        'admin.setting.send.resends': 'Сколько раз можно повторить тот же код.',
        'admin.setting.send.per_phone_10min': 'Сообщений на один номер за десять минут.',
        'admin.setting.send.per_phone_hour': 'Сообщений на один номер за час.',
        'admin.setting.send.per_phone_day': 'Сообщений на один номер за сутки.',
        'admin.setting.send.per_address_hour': 'Сообщений за час по просьбе одного адреса '
            + 'IPv4 или сети IPv6 /64, пока код не введён.',
        'admin.setting.deliver.simulated_delay_ms': 'Через сколько сообщение приходит на '
            + 'телефон на экране. Ответы прежних API ждут его, но не дольше половины '
            + 'http.request_s.',
        'admin.setting.deliver.keep_days': 'Сколько дней видно в управлении, что стало с '
            + 'сообщением.',
        'admin.setting.message.brand': 'Название, с которого начинается сообщение.',
        'admin.setting.invite.per_address_10min': 'Сколько кодов приглашений можно проверить '
            + 'с одного адреса за десять минут.',
        'admin.setting.invite.cycles': 'Можно ли приглашениям замыкаться в кольцо: например, '
            + 'двоим ввести коды друг друга.',
        'admin.setting.invite.phones': 'Как показывать номера приглашённых: целиком (full) '
            + 'или со скрытыми цифрами (masked).',
        'admin.setting.token.access_s': 'Сколько действует токен доступа.',
        'admin.setting.token.refresh_s': 'Сколько живёт сеанс, которым не пользуются.',
        'admin.setting.token.grace_s': 'Сколько времени уже использованный токен обновления '
            + 'ещё даёт того же преемника.',
        'admin.setting.hosted.per_address_10min': 'Сколько раз за десять минут с одного адреса '
            + 'можно войти на другие сайты через эту страницу входа.',
        'admin.setting.session.max_per_account': 'Сеансов у одного человека; следующий '
            + 'завершает самый старый.',

        'admin.unit.digits': 'цифр',
        'admin.unit.seconds': 'секунд',
        'admin.unit.attempts': 'попыток',
        'admin.unit.guesses': 'попыток',
        'admin.unit.messages': 'сообщений',
        'admin.unit.milliseconds': 'миллисекунд',
        'admin.unit.look-ups': 'проверок',
        'admin.unit.grants': 'входов',
        'admin.unit.sessions': 'сеансов',
        'admin.unit.days': 'дней',
    },
});
