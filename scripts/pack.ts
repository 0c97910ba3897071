// Builds lib/ for the package: npm runs it before `npm pack` and `npm publish`.
import { compile } from './bundles.ts';

await compile();
