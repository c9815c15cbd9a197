import { aerisPlugIn } from './aeris/plug-in.ts';
import { brukerLabLimsPlugIn } from './bruker-lablims/plug-in.ts';
import { dacoMpPlugIn } from './daco-mp/plug-in.ts';
import type { EndpointPlugIn } from './endpoint.ts';
import { huberMythenPlugIn } from './huber-mythen/plug-in.ts';
import { mqttPlugIn } from './mqtt.ts';

/** Every wire that a simulated instrument can speak, by its id. */
export const endpoints: ReadonlyMap<string, EndpointPlugIn> = new Map(
  [mqttPlugIn, dacoMpPlugIn, aerisPlugIn, brukerLabLimsPlugIn, huberMythenPlugIn].map((plugIn) => [plugIn.id, plugIn]),
);
