"""Compares what other programs read from the files of write-samples.ts with what was written.

    npx tsx test/independent/write-samples.ts FOLDER
    python check_written.py FOLDER

Uses what is installed of: xyconv (xylib), h5py, gemmi, xrayutilities. Prints one line per file and reader; exit code 1 where a value differs.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ANGLE_TOLERANCE_DEG = 2e-9
failures = 0


def report(file, reader, problems):
    global failures
    failures += bool(problems)
    print(f"{file.name:18} {reader:22} {'; '.join(problems) or 'equal'}")


def differs(name, read, written, tolerance=0.0):
    if len(read) != len(written):
        return [f"{name}: {len(read)} values, {len(written)} were written"]
    worst = max((abs(float(a) - b) for a, b in zip(read, written)), default=0)
    return [f"{name} differs by up to {worst:.3g}"] if worst > tolerance else []


def live_times(written):
    return written["liveS"] or [written["stepTimeS"]] * len(written["counts"])


def with_xyconv(file, written):
    done = subprocess.run(["xyconv", str(file), "-"], capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"not read: {done.stderr.strip()}"]
    rows = [line.split() for line in done.stdout.splitlines() if line.strip() and not line.startswith("#")]
    # xyconv prints six decimals.
    return differs("2theta", [row[0] for row in rows], written["twoThetaDeg"], 1e-6) + differs("counts", [row[1] for row in rows], written["counts"])


def with_h5py(file, written):
    import h5py

    with h5py.File(file) as opened:
        data = opened["entry/data"]
        result = opened["entry/experiment_result"]
        beam = opened["entry/instrument/beam"]
        return (
            differs("2theta", data["two_theta"][()], written["twoThetaDeg"])
            + differs("counts", data["counts"][()], written["counts"])
            + differs("intensity", result["intensity"][()], written["counts"])
            + differs("live time", data["live_time"][()], live_times(written))
            + differs("wavelength", beam["incident_wavelength"][()], [line["wavelengthA"] for line in written["radiation"]["lines"]])
            + ([] if opened["entry/definition"][()].decode() == "NXxrd_pan" else ["no NXxrd_pan"])
            + ([] if opened["entry/sample/sample_name"][()].decode() == written["sampleName"] else ["the sample name differs"])
        )


def with_gemmi(file, written):
    from gemmi import cif

    block = cif.read(str(file)).sole_block()
    numbers = lambda tag: [cif.as_number(value) for value in block.find_values(tag)]
    times = numbers("_pd_meas_step_count_time")
    if len(times) == 1:
        times = times * len(written["counts"])
    return (
        differs("2theta", numbers("_pd_meas_2theta_scan"), written["twoThetaDeg"], ANGLE_TOLERANCE_DEG)
        + differs("counts", numbers("_pd_meas_counts_total"), written["counts"])
        + differs("live time", times, live_times(written))
        + differs("wavelength", numbers("_diffrn_radiation_wavelength"), [line["wavelengthA"] for line in written["radiation"]["lines"]])
        + ([] if cif.as_string(block.find_value("_pd_spec_description")) == written["sampleName"] else ["the sample name differs"])
    )


def with_xrayutilities(file, written):
    import xrayutilities

    if written["stepTimeS"] is None:
        raise NotImplementedError("knows no countingTimes")
    opened = xrayutilities.io.XRDMLFile(str(file))
    scan = opened.scan
    counts = scan.ddict.get("counts", scan.ddict.get("detector"))
    angles = scan.ddict["2Theta"]
    # It multiplies by the attenuation factors itself where there are some.
    nominal = written["stepTimeS"]
    factors = [nominal / live if nominal else 1 for live in live_times(written)]
    open_beam = [count * factor for count, factor in zip(written["counts"], factors)]
    rate_or_counts = [differs("counts", counts, candidate, 1e-6) for candidate in (written["counts"], open_beam)]
    return differs("2theta", angles, written["twoThetaDeg"], 1e-6) + min(rate_or_counts, key=len)


def with_elementtree(file, written):
    """Not a reader of the format, but of XML: the numbers stand where the schema has them."""
    space = {"x": "http://www.xrdml.com/XRDMeasurement/2.1"}
    points = ElementTree.parse(file).getroot().find(".//x:dataPoints", space)
    numbers = lambda tag: [float(word) for word in (points.findtext(f"x:{tag}", "", space)).split()]
    listed = [float(word) for word in points.findtext("x:positions/x:listPositions", "", space).split()]
    first, last = (float(points.findtext(f"x:positions/x:{end}Position", "nan", space)) for end in ("start", "end"))
    steps = len(written["counts"]) - 1
    angles = listed or [first + i * (last - first) / steps for i in range(steps + 1)]
    factors = numbers("beamAttenuationFactors") or [1.0] * (steps + 1)
    times = numbers("countingTimes") or numbers("commonCountingTime") * (steps + 1)
    return (
        differs("2theta", angles, written["twoThetaDeg"], ANGLE_TOLERANCE_DEG)
        + differs("counts", numbers("counts"), written["counts"])
        + differs("live time", [time / factor for time, factor in zip(times, factors)], live_times(written), 1e-12)
    )


READERS = {
    ".xy": [("xyconv", with_xyconv)],
    ".xye": [("xyconv", with_xyconv)],
    ".cif": [("xyconv", with_xyconv), ("gemmi", with_gemmi)],
    ".nxs": [("h5py", with_h5py)],
    ".xrdml": [("xrayutilities", with_xrayutilities), ("xml.etree", with_elementtree)],
}


def main(folder):
    for values in sorted(folder.glob("*.json")):
        written = json.loads(values.read_text())
        for ending, readers in READERS.items():
            file = values.with_suffix(ending)
            for name, read in readers:
                if name == "xyconv" and shutil.which("xyconv") is None:
                    print(f"{file.name:18} {name:22} not installed")
                    continue
                try:
                    report(file, name, read(file, written))
                except ImportError:
                    print(f"{file.name:18} {name:22} not installed")
                except NotImplementedError as reason:
                    print(f"{file.name:18} {name:22} {reason}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
