# SPDX-License-Identifier: MIT
"""Foreign text stands isolated in our sentences: every argument of .arg() in ui/ is named here as our own, or goes
through isolated(). What cannot be told from the expression alone (a variable) is refused, unless ALLOWED gives a reason.

usage: foreigntext.py <source folder>
"""
import pathlib
import re
import sys

# Calls whose results are our own words or numbers.
OURS = re.compile(
    r"^(?:isolated|exactTime|shortTime|clockTime|isoLocalTime|relativeTime|timeToCome|roughDuration|durationText|dayOf"
    r"|momentText|attemptText|goneText|failuresText|eventTitle|whatNeedsScope|standOf|wordsFor|copyWords|extent"
    r"|answerOf|numberOf|toString|value|count|size|QLocale\(\)\.\w+|locale\.\w+|QString::number|tr|words|words\(W)\b")
NUMBERS = re.compile(r"^(?:\*?[\w.>\-]*(?:attempt|nextAttempt|responseStatus|count|minutes|size\(\)|left|step_|chosen)"
                     r"|attemptLimit|\d+|whole(?: [%/] 60)?|int\(.*\)|wait\.count\(\) [%/] 60, .*|wait\.count\(\) [%/] 60"
                     r"|minutes [%/] 60)$")
# (file, argument): why it is no foreign text, or why it is used as it is.
ALLOWED = {
    ("ui/words/accountfacts.cpp", "used"): "a number",
    ("ui/words/accountfacts.cpp", "limit"): "a number",
    ("ui/words/accountfacts.cpp", "left"): "a number",
    ("ui/words/accountfacts.cpp", "most"): "a sentence of ours with a number",
    ("ui/words/catchup.cpp", "from"): "a time",
    ("ui/words/catchup.cpp", "to"): "a time",
    ("ui/words/catchup.cpp", "late"): "a sentence of ours",
    ("ui/words/engine.cpp", "scheduled"): "a sentence of ours",
    ("ui/words/engine.cpp", "shown"): "a time",
    ("ui/words/engine.cpp", "what.text"): "isolated by wordsFor",
    ("ui/words/engine.cpp", "what.nextStep"): "a sentence of ours",
    ("ui/words/eventtypes.cpp", "name"): "a name of the catalogue",
    ("ui/words/forecast.cpp", "what"): "a sentence of ours",
    ("ui/words/reach.cpp", "rows"): "a number",
    ("ui/words/signatures.cpp", "age"): "a duration",
    ("ui/words/statuses.cpp", "status.text"): "a word of ours, or isolated where it was made",
    ("ui/words/answers.cpp", "first"): "isolated where it was made",
    ("ui/words/answers.cpp", "second"): "a sentence of ours",
    ("ui/words/receivers.cpp", "name"): "a name that stands in the same file",
    ("ui/words/testoutcome.cpp", "status"): "a word of ours, or isolated where it was made",
    ("ui/words/testoutcome.cpp", "sentence"): "isolated where it was made",
    ("ui/places/phasesbar.cpp", "duration"): "a duration",
    ("ui/places/filterbutton.cpp", "name_"): "the filter's own name",
    ("ui/widgets/errorstate.cpp", "words.text"): "isolated by wordsFor",
    ("ui/widgets/errorstate.cpp", "words.nextStep"): "a sentence of ours",
    ("ui/window/sidebar.cpp", "current_.state"): "made of isolated parts",
    ("ui/window/deliveryactions.cpp", "where"): "made of isolated hosts",
    ("ui/application.cpp", "sandbox.words"): "a word of ours",
    ("ui/application.cpp", "time"): "a time",
    ("ui/dialogs/authorityrow.cpp", "date"): "a date",
    ("ui/models/deliverytablemodel.cpp", "relative"): "a time",
    ("ui/models/endpointlistmodel.cpp", "arrived"): "a number",
    ("ui/models/endpointlistmodel.cpp", "share"): "a sentence of ours",
    ("ui/models/endpointlistmodel.cpp", "came"): "a number or a word of ours",
    ("ui/widgets/statcard.cpp", "m_name->text()"): "the card's own name",
    ("ui/widgets/statcard.cpp", "note()"): "a sentence of ours",
    ("ui/words/traces.cpp", "when"): "a time",
    ("ui/words/traces.cpp", 'rows.ids.isEmpty() ? words(W("without an id")) : names.join(u", "_s)'):
        "made of isolated ids",
    ("ui/dialogs/aboutdialog.cpp", "version"): "Waybill's own",
}
# What these say goes to a terminal, a file name or a statement, and is escaped where it is written.
NOT_SHOWN = {"ui/serve.cpp", "ui/services.cpp", "ui/commandline.cpp", "ui/tour.cpp", "ui/accountdesk.cpp", "ui/main.cpp",
             "ui/console.cpp", "ui/environment.cpp", "ui/keyfile.cpp", "ui/settingsfile.cpp"}


def arguments(text, start):
    """The arguments of the call whose parenthesis opens just before `start`."""
    depth, begun, found, in_text = 0, start, [], False
    for place in range(start, len(text)):
        character = text[place]
        if in_text:
            in_text = character != '"' or text[place - 1] == "\\"
        elif character == '"':
            in_text = True
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            if depth == 0:
                return found + [text[begun:place]]
            depth -= 1
        elif character == "," and depth == 0:
            found.append(text[begun:place])
            begun = place + 1
    return found


def unisolated(path, text):
    for call in re.finditer(r"\.arg\(", text):
        line = text.count("\n", 0, call.start()) + 1
        begins = text[:call.start()].rstrip()[-2:]
        if begins == '"_s' or re.search(r'(?:u"[^"]*"_s|QStringLiteral\("[^"]*"\))$', text[:call.start()].rstrip()):
            continue  # No sentence: a number of our own form.
        given = [" ".join(argument.split()) for argument in arguments(text, call.end())]
        for argument in given:
            is_ours = OURS.match(argument) or NUMBERS.match(argument) or (path, argument) in ALLOWED
            if not is_ours and not argument.startswith(("QStringLiteral(", "QLatin1Char(")):
                yield f"{path}:{line}: .arg({argument}) is not isolated"


def self_test():
    planted = ['x = tr("Delete “%1”?").arg(endpoint.description);', 'tr("%1 of %2").arg(1, account.name)',
               'words(W("Events from %1: %2")).arg(name,\n    standOf(problem).words)']
    fine = ['tr("Delete “%1”?").arg(isolated(endpointName(endpoint)))', 'u"history-%1.sqlite"_s.arg(accountId)',
            'tr("%1 of %2").arg(delivery.attempt).arg(attemptLimit)']
    if not all(list(unisolated("ui/a.cpp", text)) for text in planted):
        sys.exit("planted foreign text was not seen")
    if any(list(unisolated("ui/a.cpp", text)) for text in fine):
        sys.exit("what is isolated was taken for foreign")


def main():
    root = pathlib.Path(sys.argv[1])
    self_test()
    files = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted((root / "ui").rglob("*.cpp"))}
    if not files:
        sys.exit("no source was found")
    found = [fault for path, text in files.items() if path not in NOT_SHOWN for fault in unisolated(path, text)]
    used = {(path, " ".join(argument.split())) for path, text in files.items()
            for call in re.finditer(r"\.arg\(", text) for argument in arguments(text, call.end())}
    found += [f"{path}: nothing is called {name} any more, take it from the list" for path, name in ALLOWED
              if (path, name) not in used]
    print("\n".join(found) or f"{len(files)} files isolate what is foreign")
    sys.exit(1 if found else 0)


main()
