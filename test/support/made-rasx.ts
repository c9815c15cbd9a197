import { strToU8 } from 'fflate';
import { archiveOf } from './made-brml.ts';

/** A made-up RASX archive: what the reader looks at, and nothing else of a real one. */
export interface MadeRasx {
  readonly rows: readonly (readonly number[])[];
  readonly axis?: string;
  readonly unit?: string;
  readonly waveType?: string;
  readonly speed?: number;
  readonly speedUnit?: string;
  readonly categories?: string;
}

function conditionsXml(made: MadeRasx): string {
  return `\ufeff<?xml version="1.0" encoding="utf-8"?>
<MeasurementConditions>
  <GeneralInformation><SampleName>made up</SampleName></GeneralInformation>
  <HWConfigurations>
    <Categories>${made.categories ?? ''}</Categories>
    <XrayGenerator>
      <TargetName>Cu</TargetName><WaveType>${made.waveType ?? 'Ka'}</WaveType>
      <WavelengthKbeta>1.392246</WavelengthKbeta>
      <WavelengthKalpha1>1.540593</WavelengthKalpha1><WavelengthKalpha2>1.544414</WavelengthKalpha2>
    </XrayGenerator>
  </HWConfigurations>
  <ScanInformation>
    <AxisName>${made.axis ?? 'TwoThetaTheta'}</AxisName><Mode>CONTINUOUS</Mode>
    <Step>0.0100</Step><Speed>${made.speed ?? 1}</Speed><SpeedUnit>${made.speedUnit ?? 'deg/min'}</SpeedUnit>
    <PositionUnit>deg</PositionUnit><IntensityUnit>${made.unit ?? 'counts'}</IntensityUnit>
    <StartTime>2030-01-02T03:04:05Z</StartTime><EndTime>2030-01-02T03:06:05Z</EndTime>
  </ScanInformation>
</MeasurementConditions>`;
}

/** `withConditions` false leaves the XML files out; `change` edits the text of each profile. */
export function rasxOf(scans: readonly MadeRasx[], withConditions = true, change: (text: string) => string = (text) => text): Uint8Array {
  const files: Record<string, Uint8Array> = { 'root.xml': strToU8('<Root Version="1.1.0.0" />') };
  for (const [i, made] of scans.entries()) {
    const profile = made.rows.map((row) => row.join('\t')).join('\r\n');
    files[`Data${i}/Profile${i}.txt`] = strToU8(`\ufeff${change(profile)}\r\n`);
    if (withConditions) files[`Data${i}/MesurementConditions${i}.xml`] = strToU8(conditionsXml(made));
  }
  return archiveOf(files);
}
