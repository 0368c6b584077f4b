"""What the pages of web/ may not do, and what they name that is not there; see check_source.py."""
import posixpath
import re

import web

# What would let text become markup or code; dom.js makes nodes instead.
DANGEROUS_CODE = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|srcdoc)\b|"
    r"\beval\(|new Function\(|setAttribute\(\s*['\"]style['\"]|javascript:")
# The policy refuses these (src/api/pages.c); the browser would only say so in its console.
INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\ssrc=)|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.I)
ELSEWHERE = re.compile(r"\b(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", re.I)
NAMED_BY_PAGE = re.compile(r"[\"'](/assets/@/[^\"']*)[\"']")
IMPORT = re.compile(r"(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'")
KEY = re.compile(r"^\s+'([\w.-]+)':", re.M)
LIVE = re.compile(r"^LIVE\((\w+)\)", re.M)
SETTING = re.compile(r"\bSETTING\w*\(\s*(\w+),\s*\"([\w.]+)\"")


def matches(found, path, text, pattern, message):
    for match in pattern.finditer(text):
        found.add(path, text.count("\n", 0, match.start()) + 1, f"{message}: {match[0].strip()}")


def names_of(root):
    """The files below /assets/@/, as tools/web.py takes them."""
    own = {path.relative_to(root / "web/assets").as_posix()
           for path in (root / "web/assets").rglob("*") if path.is_file()}
    client = {f"js/{path.name}" for path in (root / "clients/js").glob("*.*s")}
    return own | client | {f"vendor/{name}" for _, name, _ in web.VENDOR}


def check_page(found, path, text, names):
    matches(found, path, text, INLINE, "in a page, which the policy refuses")
    matches(found, path, text, ELSEWHERE, "a page loads nothing from elsewhere")
    for address in NAMED_BY_PAGE.findall(text):
        if address.removeprefix("/assets/@/") not in names:
            found.add(path, 0, f"{address} is not there")


def check_script(found, path, text, names):
    matches(found, path, text, DANGEROUS_CODE, "makes markup or code of text")
    folder = posixpath.dirname(path.split("/", 2)[2] if path.startswith("web/") else "js/x")
    for target in IMPORT.findall(text):
        name = posixpath.normpath(posixpath.join(folder, target))
        if name not in names:
            found.add(path, 0, f"imports {target}, which is not there")


def check_words(found, root):
    """Every text in both languages."""
    folder = root / "web/assets/i18n"
    keys = {language: {path.name: set(KEY.findall(path.read_text()))
                       for path in (folder / language).glob("*.js")} for language in ("en", "ru")}
    for language, other in (("en", "ru"), ("ru", "en")):
        for name, mine in sorted(keys[language].items()):
            missing = mine - keys[other].get(name, set())
            for key in sorted(missing):
                found.add(f"web/assets/i18n/{other}/{name}", 0, f"has no {key}")


def check_setting_words(found, root):
    """Every setting that the panel can change is told in Russian too."""
    path = root / "web/assets/js/admin/settings-words.js"
    live = root / "src/base/settings_live.def"
    if not path.is_file() or not live.is_file():
        return
    names = dict(SETTING.findall((root / "src/base/settings.def").read_text()))
    told = set(KEY.findall(path.read_text()))
    for name in LIVE.findall(live.read_text()):
        key = f"admin.setting.{names.get(name, name)}"
        if key not in told:
            found.add(str(path.relative_to(root)), 0, f"has no {key}")


def check(found, root):
    names = names_of(root)
    for path in sorted((root / "web/pages").glob("*.html")):
        check_page(found, str(path.relative_to(root)), path.read_text(), names)
    for folder in ("web/assets", "clients/js"):
        for path in sorted((root / folder).rglob("*.js")):
            check_script(found, str(path.relative_to(root)), path.read_text(), names)
    for path in sorted((root / "web/assets").rglob("*.css")):
        matches(found, str(path.relative_to(root)), path.read_text(),
                re.compile(r"@import|url\(\s*['\"]?(?!data:|['\"]?#)[^)]*"), "loads something")
    check_words(found, root)
    check_setting_words(found, root)
