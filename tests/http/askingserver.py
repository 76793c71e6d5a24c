# SPDX-License-Identifier: MIT
"""Asks for a client certificate: askingserver.py certificate key 1.2|1.3. Prints its port, then why each ended."""
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.load_verify_locations(sys.argv[1])
context.verify_mode = ssl.CERT_REQUIRED
version = ssl.TLSVersion.TLSv1_2 if sys.argv[3] == "1.2" else ssl.TLSVersion.TLSv1_3
context.minimum_version = context.maximum_version = version
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    plain, _ = listener.accept()
    try:
        with context.wrap_socket(plain, server_side=True) as secure:
            print("taken", secure.recv(65536), flush=True)
    except OSError as error:
        print(error.reason if isinstance(error, ssl.SSLError) else error, flush=True)
        plain.close()
