import { aerisDriver } from './aeris/plug-in.ts';
import { labLimsDriver } from './bruker-lablims/plug-in.ts';
import { dacoDriver } from './daco-mp/plug-in.ts';
import type { DriverPlugIn } from './driver-plug-in.ts';
import { huberMythenDriver } from './huber-mythen/plug-in.ts';
import { mqttDriver } from './mqtt/plug-in.ts';

/** Every driver that can be named in a config, one line each. */
export const drivers: readonly DriverPlugIn[] = [mqttDriver, aerisDriver, labLimsDriver, dacoDriver, huberMythenDriver];
