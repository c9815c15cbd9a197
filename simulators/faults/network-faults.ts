import { z } from 'zod';
import { afterWallS, type Fault } from './fault.ts';

const optionsSchema = z.strictObject({ forWallS: z.number().positive().default(2) });
type Options = z.infer<typeof optionsSchema>;

/** The broker disappears for everybody and comes back with what it had retained. */
export const brokerDrop: Fault<Options> = {
  id: 'broker-drop',
  title: 'the broker stops and comes back',
  optionsSchema,
  needs: 'network',
  apply(reach, { forWallS }, _atS, took) {
    const { network } = reach;
    if (!network) return;
    void network.dropBroker();
    took(`the broker was gone for ${forWallS} s`);
    afterWallS(reach, forWallS, () => void network.restoreBroker());
  },
};

/** Only the instrument loses its link; the broker then publishes its last will. */
export const linkCut: Fault<Options> = {
  id: 'link-cut',
  title: 'the instrument loses its link to the broker',
  optionsSchema,
  needs: 'network',
  apply(reach, { forWallS }, _atS, took) {
    const { network } = reach;
    if (!network) return;
    network.cutLink();
    took(`the instrument's link was cut for ${forWallS} s`);
    afterWallS(reach, forWallS, () => network.mendLink());
  },
};
