import type { CommandPlugin } from './command.ts';

/** Every command of the program. */
export const commands: readonly CommandPlugin[] = [];
