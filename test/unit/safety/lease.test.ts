import { expect, test } from '@jest/globals';
import { Leases, leaseMs } from '../../../src/safety/lease.ts';

test('twice the time on the wall and a quarter of an hour, or what the driver needs', () => {
  expect(leaseMs(100, 1, {})).toBe(1_100_000);
  expect(leaseMs(100, 10, {})).toBe(920_000);
  expect(leaseMs(100, 1, { overdue: { leastMs: 3_600_000, graceMs: 0 } })).toBe(4_500_000);
  expect(leaseMs(100, 1, { overdue: { leastMs: 0, graceMs: 1_000_000 } })).toBe(1_200_000);
});

test('no driver gets an endless lease, and nonsense shortens none', () => {
  const days = { leastMs: Number.POSITIVE_INFINITY, graceMs: Number.POSITIVE_INFINITY };
  expect(leaseMs(100, 1, { overdue: days })).toBe(2 * 86_400_000);
  expect(leaseMs(100, 0, { overdue: { leastMs: Number.NaN, graceMs: -1 } })).toBe(1_100_000);
});

test('the end of a lease stands until the scan has ended', () => {
  const leases = new Leases();
  expect([leases.end('a', 0, 100), leases.end('a', 90, 100), leases.end('b', 90, 100)]).toEqual([100, 100, 190]);
  leases.forget('a');
  expect(leases.end('a', 200, 100)).toBe(300);
});
