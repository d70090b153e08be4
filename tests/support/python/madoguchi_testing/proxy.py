# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that breaks connections: after N octets from the server, by a reset or an end, or that
passes nothing on. It counts what it broke, so that a test can tell that its fault happened."""

import socket
import struct
import threading


class FaultProxy:
    """Listens on `port` and passes on to 127.0.0.1:`target`. `cut_after`: octets from the server that
    each new connection passes before it is broken; None: all. `by_reset`: RST in place of FIN."""

    def __init__(self, target):
        self.target = target
        self.cut_after = None
        self.by_reset = False
        self.cuts = 0
        self.connections = 0
        self.lock_ = threading.Lock()
        self.listener_ = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener_.getsockname()[1]
        threading.Thread(target=self.accept_, daemon=True).start()

    def accept_(self):
        while True:
            try:
                client, _ = self.listener_.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_, args=(client,), daemon=True).start()

    def serve_(self, client):
        with self.lock_:
            self.connections += 1
            left, by_reset = self.cut_after, self.by_reset
        try:
            server = socket.create_connection(("127.0.0.1", self.target), 10)
        except OSError:
            client.close()
            return
        threading.Thread(target=self.pump_, args=(client, server), daemon=True).start()
        cut = False
        try:
            while not cut:
                data = server.recv(65536)
                if not data:
                    break
                if left is not None:
                    cut = len(data) >= left
                    data = data[:left]
                    left -= len(data)
                client.sendall(data)
        except OSError:
            pass
        if cut:
            with self.lock_:
                self.cuts += 1
            if by_reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        close(client, abruptly=cut and by_reset)
        close(server)

    @staticmethod
    def pump_(client, server):
        try:
            while True:
                data = client.recv(65536)
                if not data:
                    break
                server.sendall(data)
        except OSError:
            pass
        close(server)

    def close(self):
        self.listener_.close()


def close(one, abruptly=False):
    try:
        if not abruptly:
            one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    one.close()
