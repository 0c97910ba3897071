import { restoreOnly } from '../action/index.js';
await restoreOnly();
