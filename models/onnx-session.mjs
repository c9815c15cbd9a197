// Starts the inference worker: a new thread knows no TypeScript until tsx is registered in it.
import { register } from 'tsx/esm/api';

register();
await import('./onnx-session.ts');
