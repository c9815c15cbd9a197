import { asEwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { type LookTiming, RepeatedLook } from '../watching/repeated-look.ts';
import type { LabLimsFolders } from './folders.ts';

/**
 * Sees that the folders can be reached. That is all this wire tells: doors, interlock, shutter and generator are taken to be watched by the
 * instrument itself, and the state runs out when the folders are gone. A look rejects with 'link' where a folder is out of reach.
 */
export class FolderWatch extends RepeatedLook {
  readonly #folders: LabLimsFolders;

  constructor(folders: LabLimsFolders, timing: LookTiming, runtime: Runtime) {
    super(timing, runtime);
    this.#folders = folders;
  }

  protected override async see() {
    await this.#folders.check().catch((error: unknown) => {
      this.alarms.raise('link', { kind: 'link', text: asEwaldError(error).message });
      throw error;
    });
    this.alarms.clear('link');
    return {};
  }

  protected override missed(): void {
    // The alarm says it already.
  }
}
