import { restore } from '../action/index.js';
await restore();
