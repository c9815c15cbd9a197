"""Clients that share no line with Ewald speak to its simulated instruments, by the public descriptions of the wires alone.

    python test/independent/check_wires.py [WIRE ...]

Each makes the same scan of the same sample (42 to 43 degrees, 51 points of 1 s): wires with a free raster must give the same counts. Plain
Python is enough; with pyserial the serial line and with paho-mqtt the broker are spoken to by those as well.
Prints one line for each wire; exit code 1 where something is not as described.
"""

import json
import os
import pathlib
import select
import socket
import sys
import tempfile
import termios
import tty
import xml.etree.ElementTree as ElementTree

from huber_client import with_huber
from simulator import Simulator, until

POINTS = 51


class PlainTerminal:
    """The serial line through the system's own calls."""

    name = "termios"

    def __init__(self, path):
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.file)
        settings = termios.tcgetattr(self.file)
        settings[4] = settings[5] = termios.B19200
        termios.tcsetattr(self.file, termios.TCSANOW, settings)

    def write(self, data):
        os.write(self.file, data)

    def read(self):
        return os.read(self.file, 4096) if select.select([self.file], [], [], 5)[0] else b""


class SerialTerminal:
    def __init__(self, path):
        import serial

        self.name = f"pyserial {serial.__version__}"
        self.port = serial.Serial(path, 19200, timeout=5, xonxoff=True)

    def write(self, data):
        self.port.write(data)

    def read(self):
        return self.port.read(max(1, self.port.in_waiting))


def with_daco(terminal):
    with Simulator("daco-mp") as address:
        line = terminal(address["path"])

        def ask(word):
            line.write(b"\x01" + word.encode() + b"\r")
            reply = b""
            while not reply.endswith(b"\r"):
                piece = line.read()
                assert piece, f"no answer to {word}"
                reply += piece
            assert reply.startswith(b"\x01"), reply
            assert reply[1:2] != b"?", f"{word} was refused: {reply!r}"
            return reply[1:-1].decode()

        for word in ("RC1", "GO42.000,1", "GO21.000,2", "TW1"):
            assert ask(word) == "", word
        until("both axes at rest", lambda: ask("ST").startswith("ST42.000,21.000"))
        assert ask(f"SC{POINTS - 1},1.0,0.02,10,0") == ""
        until("all points", lambda: float(ask("ST").split(",")[24]) == POINTS)
        counts = [int(float(value)) for value in ask(f"MV{POINTS}")[2:].split(",") if value]
        assert ask("TW0") == ""
        return line.name, counts


def with_aeris():
    with tempfile.TemporaryDirectory() as folder:
        programs = pathlib.Path(folder, "programs.yaml")
        programs.write_text("- {name: p, fromDeg: 42, toDeg: 43, stepDeg: 0.02, dwellS: 1}\n")
        with Simulator("aeris", "--folder", folder, "--programs", str(programs)) as address:

            def ask(message):
                with socket.create_connection((address["host"], address["port"]), 5) as wire:
                    wire.settimeout(20)
                    wire.sendall(message.encode())
                    reply = b""
                    while piece := wire.recv(4096):
                        reply += piece
                assert b"fatal" not in reply, reply
                return reply.decode()

            assert "SYSTEM=remote" in ask("@STATUS_REQUEST@SYSTEM@END")
            ask("@SAMPLE@ADD@SAMPLE_ID=s1@APPLICATION=p@AT=0,2@MEASURE=yes@END")
            result = pathlib.Path(folder, "s1.xrdml")
            until("the result", result.exists)
            tree = ElementTree.parse(result)
            until("READY", lambda: "READY=yes" in ask("@STATUS_REQUEST@UNIT=xrd@END"))
            ask("@SAMPLE@REMOVE@SAMPLE_ID=s1@END")
        elements = [one for one in tree.iter() if one.tag.split("}")[-1] in ("counts", "intensities")]
        return "socket, ElementTree", [int(float(value)) for value in elements[0].text.split()]


def with_lablims():
    with tempfile.TemporaryDirectory() as name, Simulator("bruker-lablims", "--folder", name):
        folder = pathlib.Path(name)
        folder.joinpath("ScanParams.txt").write_text("start_angle;end_angle;step_size;time_per_step;\n42.0;43.0;0.02;1.0;\n")
        fields = {"SamplePosition": "1A01", "Priority": "50", "Permanent": "false", "ExperimentFileOrID": "e.bsml", "ScriptFile": "s.cs"}
        job = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
        folder.joinpath("Job.new").write_text(f"<MeasurementJob>{job}</MeasurementJob>")
        folder.joinpath("Job.new").rename(folder / "Job.xml")
        result = folder / "Results" / "XRD.ascii"
        until("the result", result.exists)
        rows = result.read_text().splitlines()[3:]
        return "files", [int(float(row.split(";")[-1])) for row in rows if row]


def with_mqtt():
    from paho.mqtt import __version__, client as paho

    with Simulator("mqtt") as address:
        root, heard = address["root"], {}
        host, port = address["url"].removeprefix("mqtt://").split(":")
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, "independent", protocol=paho.MQTTv311)
        client.on_message = lambda _client, _data, message: heard.setdefault(message.topic, []).append(json.loads(message.payload))
        client.connect(host, int(port))
        client.loop_start()
        client.subscribe(f"{root}/#", 1)
        birth = until("the birth", lambda: heard.get(f"{root}/birth"))[-1]
        lease = None

        def ask(verb, body):
            number = f"i-{verb}"
            command = {"schema": "ewald.command/1", "id": number, "clientId": "independent", "replyTo": f"{root}/rsp/independent"}
            command |= {"bootId": birth["bootId"], "leaseId": lease, "issuedAtS": 0, "expiresAtS": 1e9, "body": body}
            client.publish(f"{root}/cmd/{verb}", json.dumps(command), 1)
            replies = lambda: [one for one in heard.get(f"{root}/rsp/independent", []) if one["id"] == number]
            reply = until(f"the reply to {verb}", replies)[-1]
            assert reply["refusal"] is None, reply
            return reply["body"]

        lease = ask("claim", {"ttlMs": 15000})["leaseId"]
        plan = {"requestId": "i1", "attempt": 1, "sampleId": birth["sampleId"], "mode": birth["capabilities"]["modes"][0]}
        ask("scan", plan | {"fromUdeg": 42000000, "stepUdeg": 20000, "pointCount": POINTS, "dwellNs": 1000000000})
        until("the end", lambda: heard.get(f"{root}/scan/i1/1/end"))
        chunks = {one["sequence"]: one for one in heard[f"{root}/scan/i1/1/chunk"]}
        ask("release", {})
        client.loop_stop()
        counts = [count for number in sorted(chunks) for count in chunks[number]["counts"]]
        return f"paho-mqtt {__version__}", counts


CHECKS = {
    "aeris": [with_aeris],
    "bruker-lablims": [with_lablims],
    "daco-mp": [lambda: with_daco(PlainTerminal), lambda: with_daco(SerialTerminal)],
    "huber-mythen": [with_huber],
    "mqtt": [with_mqtt],
}


def main():
    first, failures = None, 0
    for wire in sys.argv[1:] or CHECKS:
        for check in CHECKS[wire]:
            try:
                client, counts = check()
            except ModuleNotFoundError as missing:
                print(f"{wire:15} {missing.name} is not installed: not tried")
                continue
            except (AssertionError, OSError) as problem:
                failures += 1
                print(f"{wire:15} FAILED: {problem}")
                continue
            same = ""
            if counts is not None:
                first = first or (wire, counts)
                failures += counts != first[1]
                same = f"; {len(counts)} points, {sum(counts)} counts, " + ("equal" if counts == first[1] else f"NOT those of {first[0]}")
            print(f"{wire:15} {client}: as described{same}")
    sys.exit(1 if failures else 0)


main()
