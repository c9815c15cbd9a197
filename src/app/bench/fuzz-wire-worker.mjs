// A thread loads TypeScript only where tsx is registered in it, too.
import { register } from 'tsx/esm/api';

register();
await import('./fuzz-wire-worker.ts');
