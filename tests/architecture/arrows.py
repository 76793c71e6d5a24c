# SPDX-License-Identifier: MIT
"""Reads every #include of app/ and ui/ against the table of rooms: what is not listed is forbidden.

usage: arrows.py <source folder> [--self-test]
"""
import pathlib
import re
import sys

ROOMS = {
    "contract": set(),
    "completion": {"contract"},
    "clock": {"contract"},
    "http": {"contract", "completion", "clock"},
    "store": {"contract"},
    "secrets": {"contract", "completion"},
    "account": {"contract", "completion", "clock", "http", "secrets"},
    "history": {"contract", "completion", "clock", "store", "account"},
    "sandbox": {"contract", "completion", "clock", "http", "store", "secrets"},
    "receiver": {"contract", "completion", "clock", "http", "store", "secrets"},
    "insight": {"contract"},
    "catchup": {"contract", "completion", "clock", "account", "sandbox"},
}
UI_FOLDERS = {"window", "places", "dialogs", "models", "widgets", "theme", "words"}
UI_MAY_USE = {"contract", "completion", "clock", "account", "history", "insight", "catchup"} | UI_FOLDERS
# The public headers of the rooms that run on this computer, and the enumeration of where secrets are kept.
UI_HEADERS = {"receiver/receiver.h", "sandbox/bringing.h", "sandbox/sandboxcontrols.h",
              "sandbox/timemachine.h", "secrets/secretplace.h", "http/httpmessage.h"}
FORBIDDEN_IN_APP = re.compile(r"^(QWidget|QtWidgets|QtGui|QGuiApplication|QApplication|QIcon|QPixmap|QColor)\b")
FORBIDDEN_IN_UI = re.compile(r"^(QSql|QNetwork|QTcp|QSsl|openssl/|boost/)")
BEAST_READERS = {"app/http/requestreader.cpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)


def violations(files):
    """files: (path relative to the source folder, text) pairs."""
    for path, text in files:
        parts = path.split("/")
        for own, system in INCLUDE.findall(text):
            if parts[0] == "app":
                room = parts[1]
                if own:
                    target = own.split("/")[0]
                    if target != room and target not in ROOMS[room]:
                        yield f"{path}: {room}/ must not include {own}"
                elif FORBIDDEN_IN_APP.match(system):
                    yield f"{path}: app/ knows no widget, but includes <{system}>"
                elif system.startswith("boost/") and path not in BEAST_READERS:
                    yield f"{path}: only the parser of requests includes Boost"
                elif room in ("contract", "insight") and system in ("QObject", "QThread", "QFile", "QTimer"):
                    yield f"{path}: {room}/ is pure, but includes <{system}>"
            elif len(parts) > 2:  # ui/<folder>/…; the composition root, ui/*.cpp, sees everything
                if own:
                    target = own.split("/")[0]
                    if target not in UI_MAY_USE and own not in UI_HEADERS:
                        yield f"{path}: ui/ must not include {own}"
                elif FORBIDDEN_IN_UI.match(system):
                    yield f"{path}: ui/ holds no SQL and no HTTP, but includes <{system}>"


def self_test():
    planted = [
        ("app/contract/a.h", '#include "http/transport.h"\n'),
        ("app/account/a.cpp", '#include "sandbox/sandbox.h"\n'),
        ("app/clock/a.cpp", "#include <QWidget>\n"),
        ("app/store/a.cpp", "#include <boost/beast.hpp>\n"),
        ("app/insight/a.h", "#include <QObject>\n"),
        ("ui/places/a.cpp", '#include "store/database.h"\n'),
        ("ui/words/a.cpp", "#include <QSqlQuery>\n"),
    ]
    missed = [path for path, text in planted if not list(violations([(path, text)]))]
    if missed:
        sys.exit(f"planted violations were not seen: {missed}")


def main():
    root = pathlib.Path(sys.argv[1])
    self_test()
    files = [(str(p.relative_to(root)), p.read_text(encoding="utf-8"))
             for folder in ("app", "ui") for p in sorted((root / folder).rglob("*")) if p.suffix in (".h", ".cpp")]
    if not files:
        sys.exit("no source was found")
    found = list(violations(files))
    print("\n".join(found) or f"{len(files)} files keep the arrows")
    sys.exit(1 if found else 0)


main()
