export { contrast, luminance } from './contrast.js';
export { parseHex, type Rgb } from './hex.js';
