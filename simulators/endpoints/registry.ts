import { dacoMpPlugIn } from './daco-mp/plug-in.ts';
import type { EndpointPlugIn } from './endpoint.ts';
import { mqttPlugIn } from './mqtt.ts';

/** Every wire that a simulated instrument can speak, by its id. */
export const endpoints: ReadonlyMap<string, EndpointPlugIn> = new Map([mqttPlugIn, dacoMpPlugIn].map((plugIn) => [plugIn.id, plugIn]));
