import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../config/load.ts';
import { drivers } from '../../../drivers/registry.ts';
import { policies } from '../../../policies/registry.ts';

const load = (goal: string, policy: string) =>
  loadConfig(`instrument: { driver: mqtt }\nsimulator: {}\ngoal: ${goal}\npolicy:\n  ${policy}\n`, 'lab.yaml', { drivers, policies });
const PUBLISHED = 'options: { stop: published }';

describe('the question and the stop of a config', () => {
  test.each(['{ kind: confirm, phaseId: ZnO_186 }', '{ kind: quantify }'])(
    'the published stop is refused for %s, with the line',
    (goal) => {
      expect(() => load(goal, `id: cam-disagreement\n  ${PUBLISHED}`)).toThrow(
        expect.objectContaining({
          code: 'badInput',
          message: expect.stringMatching(/lab\.yaml:6: policy\.options\.stop: 'published' answers the question 'identify' only/),
        }),
      );
    },
  );

  test('and taken for the question that it knows', () => {
    expect(load('{ kind: identify }', `id: cam-disagreement\n  ${PUBLISHED}`).policy.options).toEqual({ stop: 'published' });
    expect(load('{ kind: quantify }', 'id: cam-disagreement').goal.kind).toBe('quantify');
    expect(load('{ kind: quantify }', 'id: uniform').policy.id).toBe('uniform');
  });

  test('options that are none of the policy are refused once', () => {
    expect(() => load('{ kind: quantify }', 'id: cam-disagreement\n  options: { stop: never }')).toThrow(
      /^[^\n]*policy\.options\.stop[^\n]*$/,
    );
  });
});
