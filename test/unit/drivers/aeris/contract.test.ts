import { diffractometerContract } from '../../../contract/diffractometer.ts';
import { aerisRig, programCommand } from '../../../support/aeris-rig.ts';

diffractometerContract('the Aeris driver with a peer made from the public description', async () => {
  const { far, make, close } = await aerisRig();
  return {
    instrument: make(),
    again: make,
    command: (requestId) => programCommand(requestId),
    executions: (requestId, attempt) => far.measured.filter((id) => id.startsWith(`${requestId}-${attempt}-`)).length,
    close,
  };
});
