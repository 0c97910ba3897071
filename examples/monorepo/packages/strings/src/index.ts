export { parseTemplate, type Part } from './template.js';
export { wordsOf } from './words.js';
