import { diffractometerContract } from '../../../contract/diffractometer.ts';
import { labLimsRig } from '../../../support/lablims-rig.ts';
import { scanCommand } from '../../../support/scan-command.ts';

diffractometerContract('the LabLims driver with a peer made from the public description', async () => {
  const { far, make, close } = await labLimsRig();
  return {
    instrument: make(),
    again: make,
    command: (requestId) => scanCommand({ requestId, expectedS: 0.3, notAfterS: 1e12 }),
    // Jobs bear no names: there is one request in each test.
    executions: () => far.jobs.length,
    close,
  };
});
