"""A client of the goniometer and the detector that shares no line with Ewald."""

import socket
import struct

from simulator import Simulator, until


def with_goniometer(address):
    with socket.create_connection((address["host"], address["port"]), 5) as wire:
        lines = wire.makefile("r", newline="\r\n")
        assert lines.readline().startswith("smc "), "no greeting"

        def ask(query):
            wire.sendall(query.encode() + b"\r\n")
            return lines.readline().strip()

        wire.sendall(b"goto1:42.5\r\n")
        until("the arm", lambda: ask("?p1") == "1:42.5;" and int(ask("?s1")[2:-1]) & 1)
        assert ask("?err1").startswith("1:0"), "an error waits"


def with_detector(address):
    with socket.create_connection((address["host"], address["detectorPort"]), 5) as wire:
        wire.settimeout(20)

        def ask(command, size):
            wire.sendall(command.encode())
            reply = b""
            while len(reply) < size:
                piece = wire.recv(size - len(reply))
                assert piece, "the detector hung up"
                reply += piece
            return reply

        def obey(command):
            (code,) = struct.unpack("<i", ask(command, 4))
            assert code == 0, f"{command}: {code}"

        assert ask("-get version", 7).startswith(b"M4")
        (modules,) = struct.unpack("<i", ask("-get nmodules", 4))
        strips = 1280 * modules
        for command in ("-flatfieldcorrection 0", "-frames 1", "-time 10000000", "-start"):
            obey(command)
        counts = struct.unpack(f"<{strips}i", ask("-readout", 4 * strips))
        (status,) = struct.unpack("<i", ask("-get status", 4))
        assert status & 1 == 0, status
        return list(counts)


def with_huber():
    with Simulator("huber-mythen") as address:
        with_goniometer(address)
        counts = with_detector(address)
    bad = [strip for strip, count in enumerate(counts) if count < 0]
    assert len(bad) <= 3 and all(counts[strip] == -2 for strip in bad), f"strips {bad} have no counts"
    assert max(counts) > 100, f"no line of the sample was seen, at most {max(counts)} counts"
    strongest = max(range(len(counts)), key=counts.__getitem__)
    assert 42 < 42.5 + (strongest - 639.5) * 0.01194 < 43.5, f"the strongest line stands at strip {strongest}"
    return "socket, struct", None
