// A thread loads TypeScript only where tsx is registered in it, too.
import { register } from 'tsx/esm/api';

register();
await import('../bench-fuzz-worker.ts');
