import { save } from '../action/index.js';
await save();
