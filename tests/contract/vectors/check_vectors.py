# SPDX-License-Identifier: MIT
"""Computes every signature of signatures.json with Python's hmac; --write makes the file.

The Qt test checks our own Signature against the same file, check_vectors.mjs does it with Node's crypto.
"""
import base64
import hashlib
import hmac
import json
import sys

CASES = [
    ("an event", 1791792900, "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja", b'{"id":"event_1a7b3c9d0e","type":"evaluation.created"}'),
    ("an empty body", 0, "whsec_00000000000000000000000000000000", b""),
    ("text beyond ASCII", 1791798012, "whsec_abcdefghijklmnopqrstuvwxyzABCDEF", "Schön „grau auf grau“ 👀".encode()),
    ("bytes that are no text", 1791798012, "whsec_abcdefghijklmnopqrstuvwxyzABCDEF", bytes(range(256))),
    ("line ends of another system", 1, "whsec_x", b"{\r\n}\r\n"),
    ("a long body", 4102444800, "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja", b"0123456789abcdef" * 4096),
]


def sign(timestamp, secret, body):
    return hmac.new(secret.encode(), str(timestamp).encode() + b"." + body, hashlib.sha256).hexdigest()


if sys.argv[2:] == ["--write"]:
    vectors = [{"name": name, "timestamp": t, "secret": secret, "body": base64.b64encode(body).decode(),
                "signature": sign(t, secret, body)} for name, t, secret, body in CASES]
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(vectors, file, indent=2, ensure_ascii=False)
        file.write("\n")

vectors = json.load(open(sys.argv[1], encoding="utf-8"))
wrong = [v["name"] for v in vectors if sign(v["timestamp"], v["secret"], base64.b64decode(v["body"])) != v["signature"]]
if wrong or len(vectors) != len(CASES):
    sys.exit(f"differs: {wrong}, {len(vectors)} vectors")
print(f"{len(vectors)} signatures agree")
