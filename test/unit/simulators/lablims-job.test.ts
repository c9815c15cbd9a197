import { expect, test } from '@jest/globals';
import { readJob } from '../../../simulators/endpoints/bruker-lablims/job.ts';

test.each(['<Mea/', '<MeasurementJob/', '<MeasurementJob', '', '<MeasurementJob></MeasurementJob>'])(
  '%j is no job, and no reason to stop',
  (text) => {
    expect(readJob(text)).toBeNull();
  },
);
