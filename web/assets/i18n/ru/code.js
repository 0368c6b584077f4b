/* Шаг с кодом и слова для отказов. */
export default {
    'code.page': 'Код · domofon',
    'code.title': 'Введите код',
    'code.sent': 'Отправили его на {phone}.',
    'code.back': 'Другой номер',
    'code.label': 'Код из сообщения, цифр: {length}',
    'code.enter': 'Продолжить',
    'code.life': 'Действует ещё {time}',
    'code.resend': 'Отправить ещё раз',
    'code.resend.wait': 'Ещё раз — через {time}',
    'code.resent': 'Отправили тот же код ещё раз.',
    'code.again': 'Получить новый код',
    'code.anew': 'Новый код уже в пути.',
    'code.retry': 'Попробовать ещё раз',
    'code.wait': 'Подождите {time}',
    'code.handset': 'Режим разработки: сообщение придёт на телефон на экране.',
    'code.handset.open': 'Открыть его',

    'code.refusal.unknown': 'Не получилось ({code}).',
    'code.refusal.network':
        'Нет связи, и неизвестно, получилось ли. Попробуйте ещё раз, это безопасно.',
    'code.refusal.outcome_unknown':
        'Пока неизвестно, получилось ли. Попробуйте ещё раз, это безопасно.',
    'code.refusal.deadline':
        'Ответа пришлось ждать слишком долго. Попробуйте ещё раз, это безопасно.',
    'code.refusal.overloaded': 'Сервер перегружен. Попробуйте через минуту.',
    'code.refusal.store_unavailable':
        'Сервис временно недоступен, ничего не изменилось. Попробуйте чуть позже.',
    'code.refusal.internal_error': 'Что-то сломалось у нас. Попробуйте позже.',
    'code.refusal.incomplete': {
        one: 'В коде {count} цифра.', few: 'В коде {count} цифры.', other: 'В коде {count} цифр.',
    },
    'code.refusal.code_wrong': {
        one: 'Код не подошёл. Осталась {count} попытка.',
        few: 'Код не подошёл. Осталось {count} попытки.',
        other: 'Код не подошёл. Осталось {count} попыток.',
    },
    'code.refusal.code_expired': 'Срок этого кода истёк.',
    'code.refusal.code_used': 'Этот код уже использован.',
    'code.refusal.code_superseded': 'Мы уже отправили новый код, этот больше не действует.',
    'code.refusal.too_many_attempts': 'Это была последняя попытка. Нужен новый код.',
    'code.refusal.challenge_unknown': 'Этот код слишком старый. Получите новый.',
    'code.refusal.send_cooldown': 'Код на этот номер отправлен только что.',
    'code.refusal.send_limit': 'На этот номер отправлено слишком много кодов.',
    'code.refusal.guess_limit': 'Для этого номера введено слишком много неверных кодов.',
    'code.refusal.address_limit': 'Из вашей сети пришло слишком много запросов.',
    'code.refusal.account_disabled': 'Эту учётную запись отключил администратор.',
    'code.refusal.phone_taken': 'Этот номер принадлежит другой учётной записи.',
    'code.refusal.country_not_allowed': 'На номера этой страны мы коды не отправляем.',
    'code.refusal.phone_invalid': 'Такого номера не бывает. Проверьте цифры.',
    'code.refusal.phone_invalid.too_short': 'Не хватает цифр.',
    'code.refusal.phone_invalid.too_long': 'Цифр слишком много.',
    'code.refusal.phone_invalid.not_a_number': 'Это не похоже на номер телефона.',
    'code.refusal.phone_invalid.invalid_country_code': 'Такого кода страны нет. Проверьте его.',
    'code.refusal.phone_not_mobile':
        'Коды приходят только на мобильные номера, а этот не мобильный.',
    'code.refusal.phone_not_mobile.fixed_line':
        'Это городской номер, а коды приходят только на мобильные.',
    'code.refusal.phone_not_mobile.toll_free':
        'Это бесплатный номер 8-800, а коды приходят только на мобильные.',

    'hosted.title': 'Переход на сайт',
    'hosted.banner': 'Сайт {host} хочет узнать вас по номеру телефона. Он будет видеть ваш номер '
        + 'и профиль, пока вы не завершите его сеанс в разделе «Устройства».',
    'hosted.continue': 'Продолжить как {phone}',
    'hosted.other': 'С другим номером',
    'hosted.cancel': 'Вернуться без входа',
    'hosted.going': 'Возвращаемся на {host}…',
    'hosted.lost': 'Не получилось проверить сайт',
    'hosted.offline': 'Нет связи',
    'hosted.refused': 'Этот сайт нам незнаком',
    'hosted.refused.why': 'Вас прислали сюда, чтобы войти на сайт, который у нас не '
        + 'зарегистрирован. Ваш номер мы туда не передаём, ничего не отправлено.',
};
