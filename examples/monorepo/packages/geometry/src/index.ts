export { hull } from './algorithms/hull.js';
export { area, type Point } from './polygon.js';
