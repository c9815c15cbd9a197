import { addBackgroundRates } from '../src/diffraction/background.ts';
import { type Scene, sceneRates } from '../src/diffraction/scene.ts';
import type { RandomSource } from '../src/ports/runtime.ts';
import { driftDeg, fluxFactor, isSteady } from './beam-drift.ts';
import { DRAWN_GRAIN_SIGMA, standingStill } from './grain-statistics.ts';
import type { Mounted, SampleHolder } from './sample-holder.ts';
import type { SamplePhysics } from './sample-physics.ts';
import type { TakenAtS } from './virtual-detector.ts';

export interface MountedSetup {
  readonly right: Scene;
  /** Another sample of the same space, or null where there is none; asked for once. */
  readonly other: () => Scene | null;
  /** Counts per second in the strongest line of either. */
  readonly peakCps: number;
  readonly physics: SamplePhysics;
  readonly random: RandomSource;
}

/** The holder with what lies in it, in the light of a tube that ages on an instrument that warms up. */
export class MountedSample implements SampleHolder {
  /** Grows with every change. */
  version = 0;
  private readonly setup: MountedSetup;
  private readonly made = new Map<string, Scene | null>();
  private mounted: Mounted = 'right';
  private spins: boolean;
  private brightness = 1;

  constructor(setup: MountedSetup) {
    this.setup = setup;
    this.spins = setup.physics.isSpinning;
  }

  mount(what: Mounted): boolean {
    if (what === 'wrong' && this.spun('wrong') === null) return false;
    this.mounted = what;
    this.version++;
    return true;
  }

  spin(on: boolean): void {
    this.spins = on;
    this.version++;
  }

  brighten(factor: number): void {
    this.brightness = factor;
    this.version++;
  }

  isSpinning(): boolean {
    return this.spins;
  }

  /** True rates in counts per second that the counter is offered at these angles and times. */
  rateCps(twoThetaDeg: Float64Array, takenAtS: TakenAtS): Float64Array {
    const { drift } = this.setup.physics;
    if (isSteady(drift) && this.brightness === 1) return this.steadyCps(twoThetaDeg);
    const trueDeg = twoThetaDeg.map((deg, i) => deg - driftDeg(drift, takenAtS(i)));
    return this.steadyCps(trueDeg).map((cps, i) => cps * this.brightness * fluxFactor(drift, takenAtS(i)));
  }

  private steadyCps(twoThetaDeg: Float64Array): Float64Array {
    const { right, peakCps } = this.setup;
    if (this.mounted === 'nothing') {
      // Air and the holder go on scattering.
      const rates = new Float64Array(twoThetaDeg.length);
      addBackgroundRates(rates, twoThetaDeg, right.background);
      return scaled(rates, right, peakCps);
    }
    return scaled(sceneRates(this.scene(this.mounted), twoThetaDeg), this.spun(this.mounted)!, peakCps);
  }

  private scene(which: 'right' | 'wrong'): Scene {
    const spun = this.spun(which)!;
    if (this.spins) return spun;
    const { physics, random } = this.setup;
    return this.once(`${which} still`, () => standingStill(spun, physics.grainSigma ?? DRAWN_GRAIN_SIGMA, random.fork(`still/${which}`)))!;
  }

  private spun(which: 'right' | 'wrong'): Scene | null {
    return which === 'right' ? this.setup.right : this.once('wrong', () => this.setup.other());
  }

  private once(name: string, make: () => Scene | null): Scene | null {
    if (!this.made.has(name)) this.made.set(name, make());
    return this.made.get(name)!;
  }
}

function scaled(rates: Float64Array, scene: Scene, peakCps: number): Float64Array {
  const factor = peakCps / Math.max(...scene.phases.map((phase) => phase.state.scale));
  return rates.map((cps) => cps * factor);
}
