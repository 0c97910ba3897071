export { hull } from './hull.js';
export { area, type Point } from './polygon.js';
