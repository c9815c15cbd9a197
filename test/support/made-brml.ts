import { strToU8, zipSync } from 'fflate';

/** A made-up BRML archive: what the reader looks at, and nothing else of a real one. */
export interface MadeBrml {
  readonly rows: readonly (readonly number[])[];
  /** Elements RawDataView. */
  readonly views: string;
  readonly scanName?: string;
  readonly scanAxes?: string;
  readonly status?: string;
  readonly ratio?: number;
  readonly optics?: string;
  readonly tube?: boolean;
}

export const TIME_VIEW = '<RawDataView xsi:type="FixedRawDataView" Start="0" Length="1" LogicName="MeasuredTime" Unit="s" />';
export const FACTOR_VIEW = '<RawDataView xsi:type="FixedRawDataView" Start="1" Length="1" LogicName="AbsorptionFactor" Unit="" />';

export function axesView(start: number, ...axes: string[]): string {
  const fields = axes.map(
    (axis) => `<FieldDefinitions FieldName="${axis}" AxisId="${axis}"><VisibleName>${axis}</VisibleName></FieldDefinitions>`,
  );
  return `<RawDataView xsi:type="VaryingRawDataView" Start="${start}" Length="${axes.length}"><Varying>${fields.join('')}</Varying></RawDataView>`;
}

export function counterView(start: number, length = 1, unit = 'Counts'): string {
  return `<RawDataView xsi:type="RecordedRawDataView" Start="${start}" Length="${length}"><Recording VisibleName="made-up counter"
    LogicName="ScanCounter"><Unit Prefix="None" Base="${unit}" /><BlankingValue>-9999</BlankingValue></Recording></RawDataView>`;
}

/** Columns as most files have them: time, factor, 2theta, theta, counts. */
export const USUAL_VIEWS = TIME_VIEW + FACTOR_VIEW + axesView(2, 'TwoTheta', 'Theta') + counterView(4);

function rawDataXml(made: MadeBrml): string {
  const rows = made.rows.map((row) => `      <Datum>${row.join(',')}</Datum>\n`).join('');
  const tube = `<InfoData LogicName="Tubemount"><Tube LogicName="Tube">
    <WaveLengthAlpha1 Unit="A" Value="1.5406" /><WaveLengthAlpha2 Unit="A" Value="1.54439" />
    <WaveLengthRatio Unit="" Value="${made.ratio ?? 0.5}" /><TubeMaterial>Cu</TubeMaterial></Tube></InfoData>`;
  return `<?xml version="1.0"?>
<RawData xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" PlannedTimePerStep="0">
  <MeasurementStatus>${made.status ?? 'Measured'}</MeasurementStatus>
  <TimeStampStarted>2030-01-02T03:04:05+00:00</TimeStampStarted>
  <TimeStampFinished>2030-01-02T03:06:05+00:00</TimeStampFinished>
  <DataRoutes>
    <DataRoute RouteFlag="Measured" Description="">
      <ScanInformation ScanName="${made.scanName ?? 'LockedCoupled'}">
        <ScanAxes>${made.scanAxes ?? ''}</ScanAxes>
      </ScanInformation>
${rows}      <DataViews>${made.views}</DataViews>
    </DataRoute>
  </DataRoutes>
  <FixedInformation>
    <Detectors><InfoData LogicName="made up"><AngularOpening Unit="deg" Value="2.93" /></InfoData></Detectors>
    <Instrument>
      <PrimaryTracks><TrackInfoData><Radius Unit="mm" Value="280" />
        <MountedOptics>${made.tube === false ? '' : tube}${made.optics ?? ''}</MountedOptics></TrackInfoData></PrimaryTracks>
    </Instrument>
  </FixedInformation>
</RawData>`;
}

/** One raw data file per scan; `change` edits the XML of each before it is packed. */
export function brmlOf(scans: readonly MadeBrml[], change: (xml: string) => string = (xml) => xml): Uint8Array {
  const container = '<DataContainer><MeasurementInfo SampleName="made up" /></DataContainer>';
  const files = scans.map((scan, i) => [`Experiment0/RawData${i}.xml`, strToU8(change(rawDataXml(scan)))]);
  return archiveOf({ ...Object.fromEntries(files), 'Experiment0/DataContainer.xml': strToU8(container) });
}

export function archiveOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...files }, { mtime: '2030-01-02T03:04:05', level: 9 });
}
