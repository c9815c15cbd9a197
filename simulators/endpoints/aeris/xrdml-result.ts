import type { Radiation } from '../../../src/domain/radiation.ts';
import { xrdmlWriter } from '../../../src/formats/write-xrdml.ts';
import type { CountedScan } from '../counted-scan.ts';

export interface XrdmlFacts {
  readonly sampleId: string;
  readonly radiation: Radiation;
  readonly apertureDeg: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly whole: boolean;
}

/** What was counted as the text of an XRDML file. */
export async function xrdmlResult(scan: Pick<CountedScan, 'twoThetaDeg' | 'counts' | 'liveS'>, facts: XrdmlFacts): Promise<string> {
  const { sampleId, radiation, apertureDeg, startedMs, endedMs, whole } = facts;
  const liveS = Float64Array.from(scan.liveS);
  const stepTimeS = Math.max(...liveS);
  const { bytes } = await xrdmlWriter.write(
    [
      {
        unit: 'counts',
        twoThetaDeg: Float64Array.from(scan.twoThetaDeg),
        counts: Float64Array.from(scan.counts),
        liveS: liveS.every((live) => live === stepTimeS) ? null : liveS,
        stepTimeS,
        radiation,
        sampleName: sampleId,
        startedAt: new Date(startedMs).toISOString(),
        endedAt: new Date(endedMs).toISOString(),
        status: whole ? 'Completed' : 'Aborted',
        attenuationApplied: false,
        apertureDeg,
        radiusMm: null,
        scanAxis: 'Gonio',
      },
    ],
    `${sampleId}.xrdml`,
  );
  return withOmega(new TextDecoder().decode(bytes));
}

/** The instrument writes the angle of the specimen beside 2theta, and clients count on there being two lists of positions. */
function withOmega(text: string): string {
  const [twoTheta] = /<positions axis="2Theta"[\s\S]*?<\/positions>/.exec(text) ?? [];
  if (twoTheta === undefined) return text;
  const halved = twoTheta.replace(/>([\d. -]+)</g, (_, angles: string) => `>${angles.trim().split(/\s+/).map(half).join(' ')}<`);
  return text.replace(twoTheta, `${twoTheta}${halved.replace('2Theta', 'Omega')}`);
}

function half(deg: string): string {
  return String(Number((Number(deg) / 2).toFixed(6)));
}
