# SPDX-License-Identifier: MIT
"""Every sentence with a number has its English plural forms.

usage: plurals.py <source folder> <lupdate>
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

source = pathlib.Path(sys.argv[1])
kept = source / "translations" / "waybill_en.ts"


def messages(path):
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name"), message.findtext("source"), message.find("translation")


with tempfile.TemporaryDirectory() as folder:
    fresh = pathlib.Path(folder) / kept.name
    shutil.copy(kept, fresh)
    subprocess.run([sys.argv[2], "-silent", "-locations", "none", "-pluralonly", "-no-obsolete", "-extensions", "cpp,h",
                    str(source / "app"), str(source / "ui"), "-ts", str(fresh)], check=True, stderr=subprocess.DEVNULL)
    wanted = list(messages(fresh))

if not wanted:
    sys.exit("lupdate found no sentence with a number")
problems = []
for context, text, translation in wanted:
    forms = [form.text or "" for form in translation.iter("numerusform")]
    if translation.get("type") == "unfinished" or len(forms) != 2 or not all(forms):
        problems.append(f"{context}: “{text}” lacks its plural forms")
    elif "(s)" in "".join(forms):
        problems.append(f"{context}: “{text}” still says (s)")
stale = {(c, t) for c, t, _ in messages(kept)} - {(c, t) for c, t, _ in wanted}
problems += [f"{context}: “{text}” is no longer in the source" for context, text in sorted(stale)]
print("\n".join(problems) or f"{len(wanted)} sentences count in English")
sys.exit(1 if problems else 0)
