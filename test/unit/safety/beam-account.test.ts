import { expect, test } from '@jest/globals';
import { BeamAccount } from '../../../src/safety/beam-account.ts';
import { scanCommand } from '../../support/scan-command.ts';

test('scans are charged to their sample until no more is allowed', () => {
  const account = new BeamAccount(100, []);
  expect(account.charge(scanCommand({ requestId: 'a' }), 60)).toBeNull();
  expect(account.charge(scanCommand({ requestId: 'b' }), 41)).toBe('the sample s1 would have 101 s of beam, at most 100 s are allowed');
  expect(account.charge(scanCommand({ requestId: 'c' }), 40)).toBeNull();
  expect(account.charge(scanCommand({ requestId: 'd', sample: { sampleId: 's2', slot: null } }), 60)).toBeNull();
});

test('a scan that is attached to once more is charged once, another attempt is charged again', () => {
  const account = new BeamAccount(100, []);
  expect(account.charge(scanCommand({ attempt: 1 }), 60)).toBeNull();
  expect(account.charge(scanCommand({ attempt: 1 }), 60)).toBeNull();
  expect(account.charge(scanCommand({ attempt: 2 }), 60)).toMatch(/120 s of beam/);
});

test('what was let through before a crash counts', () => {
  const account = new BeamAccount(100, [{ scanId: 'run-1.1', sampleId: 's1', beamS: 60 }]);
  expect(account.charge(scanCommand(), 60)).toBeNull();
  expect(account.charge(scanCommand({ requestId: 'run-2' }), 60)).not.toBeNull();
});

test('a time that is no number is refused', () => {
  expect(new BeamAccount(100, []).charge(scanCommand(), Number.NaN)).not.toBeNull();
});

test('what is left falls with every scan that is let through, and is never below nothing', () => {
  const account = new BeamAccount(100, [{ scanId: 'run-0.1', sampleId: 's1', beamS: 30 }]);
  expect([account.leftS('s1'), account.leftS('s2')]).toEqual([70, 100]);
  account.charge(scanCommand(), 60);
  expect(account.leftS('s1')).toBe(10);
  expect(new BeamAccount(100, [{ scanId: 'run-0.1', sampleId: 's1', beamS: 130 }]).leftS('s1')).toBe(0);
  expect(new BeamAccount(Number.POSITIVE_INFINITY, []).leftS('s1')).toBe(Number.POSITIVE_INFINITY);
});
