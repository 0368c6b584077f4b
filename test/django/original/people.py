"""Who is in these services: a few people with a story each, and any number without.

The stories are what test/e2e/import.test.mjs is about; it knows them by their numbers.
"""
import dataclasses
import datetime
import string
import typing

UTC = datetime.timezone.utc


@dataclasses.dataclass
class Person:
    id: int
    phone: str
    invite_code: str
    activated: str = None  # the code, as it was typed
    inviter: int = None  # whose it was
    email: str = None
    first_name: str = ""
    last_name: str = ""
    city: str = None
    telegram_id: str = None
    joined: datetime.datetime = datetime.datetime(2024, 4, 12, 8, 5, 25, 123456, UTC)
    is_superuser: bool = False
    is_staff: bool = False
    is_active: bool = True


CAST = [
    Person(1, "+7 923 000-00-01", "AdMin1", is_superuser=True, is_staff=True),
    # Anna and Boris have activated each other's codes; Anna's number is written with an 8.
    Person(2, "89234440000", "jSaHsu", "0SOO6q", 3, "anna@example.com", "Анна", "Ильина",
           "Новосибирск", "@anna_n"),
    Person(3, "+375291234567", "0SOO6q", "jSaHsu", 2, "not an address", "Boris",
           joined=datetime.datetime(2023, 12, 31, 23, 59, 59, 0, UTC)),
    Person(4, "+7 (923) 444-00-02", "K0AttI", "jSaHsu", 2),
    # Anna once more, with a code of her own; it will bring people to the Anna above.
    Person(5, "+79234440000", "DUPDUP"),
    # Numbers that do not exist, that are no handset, and none at all.
    Person(6, "+7000123", "NoNum1", "jSaHsu", 2),
    Person(7, "+74951234567", "Fixed1"),
    Person(8, "", "NoNum2"),
    # Codes that nobody has, and one's own.
    Person(9, "+79234440009", "Unkno1", "ZZZZZZ"),
    Person(10, "+79234440010", "OwnOwn", "OwnOwn", 10),
    # A code of six characters that are not letters and digits, and one who came by it.
    Person(11, "+79234440011", "a!b?c#"),
    Person(12, "+79234440012", "Follow", "a!b?c#", 11),
    # Anna's code a second time.
    Person(13, "+79234440013", "jSaHsu"),
    Person(14, "+79234440014", "ByDupl", "DUPDUP", 5),
    Person(15, "+79234440015", "Staff1", is_staff=True),
    Person(16, "+79234440016", "Asleep", is_active=False),
    # Invited by somebody who is not brought over.
    Person(17, "+79234440017", "ByNone", "NoNum1", 6),
]

LETTERS = string.ascii_letters + string.digits
SPELLINGS = ["+79{}{}{}", "89{}{}{}", "+7 (9{}) {}-{}", "79{}{}{}"]
FIRST_NAMES = ["", "Анна", "Борис", "Вера", "Глеб", "Дина"]
CITIES = [None, "Москва", "Минск", "Алматы"]


def code_of(number):
    """Six letters or digits, another for each number under 62 ** 6."""
    left = number * 2654435761 % 62 ** 6
    code = ""
    for _ in range(6):
        left, digit = divmod(left, 62)
        code += LETTERS[digit]
    return code


def crowd(count) -> typing.Iterator[Person]:
    """People of no story: each second one was invited, each thousandth cannot be brought over."""
    first = len(CAST) + 1
    for number in range(first, first + count):
        digits = f"{number:09d}"
        spelling = SPELLINGS[number % len(SPELLINGS)]
        phone = spelling.format(10 + number % 50, digits[2:5], digits[5:])
        if number % 1000 == 0:
            phone = f"+7000{number}"
        inviter = first + number * 48271 % count if number % 2 == 0 else None
        yield Person(
            number, phone, code_of(number), inviter and code_of(inviter), inviter,
            email=f"user{number}@example.com" if number % 3 == 0 else None,
            first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
            city=CITIES[number % len(CITIES)],
            joined=datetime.datetime(2024, 1, 1, tzinfo=UTC) + datetime.timedelta(minutes=number))


def everybody(count):
    yield from CAST
    yield from crowd(count)
