import { afterEach, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { patientClock } from '../support/patient-clock.ts';
import { ask, frame, goTo, hex, number, startedHuberPairs, sum, words } from '../support/wires/huber-pair.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

const clock = patientClock();
const pairs = startedHuberPairs();
const folders = temporaryFolders('ewald-huber-');

afterEach(async () => {
  await pairs.close();
  folders.clear();
});

describe('the detector, byte by byte', () => {
  test.each([
    ['-get version', '4d342e312e3000'],
    ['-get status', '00000100'],
    ['-get time', '8096980000000000'],
    ['-get nmodules', '01000000'],
    ['-get modchannels', '00050000'],
    ['-get nbits', '18000000'],
    ['-get frames', '01000000'],
    ['-get ratecorrection', '00000000'],
    ['-get flatfieldcorrection', '01000000'],
    ['-get tau', '00000040'],
    ['-get kthresh', 'cdcccc40'],
    ['-get energy', 'cdcc0041'],
    ['-get hv', '78000000'],
    ['-nbits 16', '00000000'],
    ['-nbits 12', 'feffffff'],
    ['-time 0', 'feffffff'],
    ['-time', 'feffffff'],
    ['-frames 2 3', 'feffffff'],
    ['-settings Cu', '00000000'],
    ['-settings Co', 'fdffffff'],
    ['-get nothing', 'feffffff'],
    ['-get constructor', 'feffffff'],
    ['-nonsense', 'ffffffff'],
    ['-stop', '00000000'],
    ['-reset', '00000000'],
    ['-get time\r\n', '8096980000000000'],
  ])('to %j it answers %s and no more', async (command, reply) => {
    const { dcs } = await pairs.start();
    dcs.send(command);
    expect(hex(await dcs.take(reply.length / 2))).toBe(reply);
    await clock.sleep(10);
    expect(dcs.heard).toHaveLength(0);
  });

  test('a test pattern has every channel in its place, little end first', async () => {
    const { dcs } = await pairs.start({ modules: 2 });
    dcs.send('-testpattern');
    const bytes = await dcs.take(4 * 2560);
    expect(hex(bytes.subarray(0, 12))).toBe('000000000100000002000000');
    expect(hex(bytes.subarray(-4))).toBe('ff090000');
  });

  test('bad channels and the flat field are lists of a number for each channel', async () => {
    const { dcs } = await pairs.start();
    const bad = await words(dcs, '-get badchannels');
    expect(sum(bad)).toBe(3);
    const flat = await words(dcs, '-get flatfield');
    expect(sum(flat) / 1280 / 10_000).toBeCloseTo(0.99, 1);
  });

  test('two commands in one piece are one that nobody knows', async () => {
    const { dcs } = await pairs.start();
    expect(await number(dcs, '-stop-get status')).toBe(-1);
  });

  test('while it counts it takes no settings and no other start, and a readout waits for its frame', async () => {
    const { dcs } = await pairs.start({ speed: 10 });
    await number(dcs, '-time 20000000');
    expect(await number(dcs, '-start')).toBe(0);
    expect(await number(dcs, '-get status')).toBe(0x10001);
    expect(await number(dcs, '-start')).toBe(-7);
    expect(await number(dcs, '-nbits 24')).toBe(-7);
    dcs.send('-readout');
    expect(await dcs.take(5120)).toHaveLength(5120);
    expect(await number(dcs, '-get status')).toBe(0x10000);
  });

  test('frames are kept in their order until they are read, and where none is left -1 stands for each', async () => {
    const { dcs, notes } = await pairs.start();
    await number(dcs, '-time 10000');
    await number(dcs, '-frames 3');
    await number(dcs, '-start');
    dcs.send('-readout 3');
    await dcs.take(3 * 5120);
    expect(notes.filter(({ kind }) => kind === 'frame').map(({ fields }) => fields['frame'])).toEqual([1, 2, 3]);
    expect(new Set(await words(dcs, '-readout'))).toEqual(new Set([-1]));
  });

  test('a client that hangs up while it waits for a frame leaves it to the next', async () => {
    const { dcs, simulator } = await pairs.start({ speed: 20 });
    await number(dcs, '-time 20000000');
    await number(dcs, '-start');
    dcs.send('-readout');
    await clock.sleep(10);
    dcs.close();
    const next = await pairs.connect(simulator.address()['detectorPort']);
    await clock.sleep(10);
    expect(Math.max(...(await words(next, '-readout')))).toBeGreaterThan(0);
  });

  test('noise on either port harms nobody', async () => {
    const { smc, dcs } = await pairs.start();
    const noise = seededRandom(7);
    for (let i = 0; i < 40; i++) {
      const text = String.fromCharCode(...Array.from({ length: 1 + noise.integer(400) }, () => noise.integer(256)));
      smc.send(`${text}\r\n`);
      dcs.send(text);
    }
    await clock.sleep(50);
    smc.heard = Buffer.alloc(0);
    dcs.heard = Buffer.alloc(0);
    expect(await ask(smc, '?v')).toBe('smc 1.2.1093\r\n');
    expect(await number(dcs, '-get nmodules')).toBe(1);
  });

  test('the reset takes 2 s and half a second for each module', async () => {
    const { dcs, simulator } = await pairs.start({ modules: 2 });
    const beforeS = simulator.device.clock.nowS();
    await number(dcs, '-reset');
    expect(simulator.device.clock.nowS() - beforeS).toBeGreaterThan(3);
    expect(simulator.device.clock.nowS() - beforeS).toBeLessThan(4);
  });
});

describe('a frame', () => {
  test('shows the line where the strips look at it, bad channels as -2, and the sum that the journal has', async () => {
    const instrument = await pairs.start();
    const counts = await frame(instrument);
    const strongest = counts.indexOf(Math.max(...counts));
    const atDeg = 43 + (Math.atan(((strongest + 0.5) * 0.05 - 32) / 240) * 180) / Math.PI;
    expect(atDeg).toBeGreaterThan(42.75);
    expect(atDeg).toBeLessThan(43.1);
    const bad = await words(instrument.dcs, '-get badchannels');
    expect(counts.map((count) => (count === -2 ? 1 : 0))).toEqual(bad);
    const noted = instrument.notes.find(({ kind }) => kind === 'frame')!.fields;
    expect(noted).toMatchObject({ frame: 1, fromDeg: 43, toDeg: 43, rolledOver: 0, kept: true });
    expect(noted['countsSum']).toBe(sum(counts.filter((count) => count >= 0)));
  });

  test('is the same for the same seed, and another at the second visit', async () => {
    const [first, again] = [await pairs.start(), await pairs.start()];
    const counts = await frame(first);
    expect(await frame(again)).toEqual(counts);
    expect(await frame(first)).not.toEqual(counts);
  });

  test('moves with the arm', async () => {
    const instrument = await pairs.start();
    const counts = await frame(instrument);
    const at = counts.indexOf(Math.max(...counts));
    await goTo(instrument.smc, 44);
    await number(instrument.dcs, '-start');
    const moved = await words(instrument.dcs, '-readout');
    expect((at - moved.indexOf(Math.max(...moved))) * 0.01194).toBeCloseTo(1, 0);
  });

  test('a recording cannot be handed out by strips', async () => {
    const replay = folders.write('scan.xy', Array.from({ length: 50 }, (_, i) => `${(20 + i * 0.02).toFixed(2)} ${10 + i}`).join('\n'));
    await expect(pairs.start({ phases: null, replay, radiation: 'CuKa12' })).rejects.toThrow(/at the angles of the strips/);
  });
});
