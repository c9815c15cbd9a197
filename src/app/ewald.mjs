#!/usr/bin/env node
// The house is TypeScript and runs as it is written: tsx strips the types while loading.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
