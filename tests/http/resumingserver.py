# SPDX-License-Identifier: MIT
"""An HTTPS server that says of every connection whether its TLS session was resumed.

resumingserver.py <certificate> <key> <1.2|1.3>: prints its port, then for each request "TLSv1.3 resumed" or
"TLSv1.3 full". Closes after each answer.
"""
import socket
import ssl
import sys

certificate, key, version = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.minimum_version = context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]

with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        plain, _ = listener.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as secure:
                received = b""
                while not received.endswith(b"\r\n\r\n{}"):
                    more = secure.recv(65536)
                    if not more:
                        break
                    received += more
                print(secure.version(), "resumed" if secure.session_reused else "full", flush=True)
                secure.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        except OSError as error:
            print(error, flush=True)
