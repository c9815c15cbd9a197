import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../simulators/command-line.ts';

const read = (line: string, environment: Record<string, string> = {}) => parseCommandLine(line === '' ? [] : line.split(' '), environment);

describe('the command line', () => {
  test('has a default for everything', () => {
    expect(read('')).toMatchObject({
      seed: 1,
      speed: 1,
      broker: 'embedded',
      host: '127.0.0.1',
      port: 0,
      as: 'mqtt',
      detector: null,
      phases: null,
      replay: null,
    });
  });

  test('understands every kind of option', () => {
    const line =
      '--seed 7 --speed max --broker mqtt://lab:1883 --root a/b --phases ZrO2_14:1,CaO_225:0.3,MgO_225 --strain-max 0.01 --username me';
    expect(read(line, { EWALD_MQTT_PASSWORD: 'secret' })).toMatchObject({
      seed: 7,
      speed: 'max',
      broker: 'mqtt://lab:1883',
      root: 'a/b',
      phases: [
        { phaseId: 'ZrO2_14', height: 1 },
        { phaseId: 'CaO_225', height: 0.3 },
        { phaseId: 'MgO_225', height: 1 },
      ],
      strainMax: 0.01,
      username: 'me',
      password: 'secret',
    });
    expect(read('--replay a.xrdml --replay-slow b.xrdml --thin 0.03')).toMatchObject({
      replay: 'a.xrdml',
      replaySlow: 'b.xrdml',
      thin: 0.03,
    });
  });

  test('a sample is a file where there is one, and phases otherwise', () => {
    expect(read('--sample package.json')).toMatchObject({ replay: 'package.json', phases: null });
    expect(read('--sample MgO_225:0.5')).toMatchObject({ replay: null, phases: [{ phaseId: 'MgO_225', height: 0.5 }] });
  });

  test('a port is a number or the path of a serial port', () => {
    expect(read('--port 702').port).toBe(702);
    expect(read('--port /dev/ttyS0').port).toBe('/dev/ttyS0');
    expect(() => read('--port somewhere')).toThrow(/neither a number nor the path/);
  });

  test.each([
    ['--seed x', /--seed 'x' is not a number/],
    ['--seed 1.5', /seed/],
    ['--speed 0', /speed/],
    ['--speed fast', /--speed 'fast' is not a number/],
    ['--port 70000', /port/],
    ['--broker http://a', /broker/],
    ['--broker mqtt://me:pw@host', /broker/],
    ['--root a/#', /\broot\b/],
    ['--detector eye', /detector/],
    ['--phases ZrO2_14:0', /no phase with a height/],
    ['--phases :1', /no phase with a height/],
    ['--thin 0.5', /need replay/],
    ['--replay a --phases MgO_225', /exclude each other/],
    ['--tls-cert a', /go together/],
    ['--bogus', /bogus/],
    ['stray', /stray|positional/i],
  ])('refuses %s', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });
});
