// A thread starts without the loader of its parent: strip the types here too.
import { register } from 'tsx/esm/api';

register();
await import('./identifier-worker.ts');
