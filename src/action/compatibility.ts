import type { Inputs } from './inputs.ts';

/** What became of inputs that are taken from workflows of `actions/cache`, a line for the log each. */
export function compatibilityNotes(inputs: Inputs): string[] {
  const { 'upload-chunk-size': chunkSize, 'save-always': always, save, platform } = inputs;
  const notes: string[] = [];
  if (chunkSize !== undefined) {
    notes.push('"upload-chunk-size" is not needed: packs have a size of their own.');
  }
  if (always) {
    notes.push(
      save === 'always'
        ? '"save-always" means "save: always".'
        : `"save-always" does nothing beside "save: ${save}".`,
    );
  }
  if (inputs.enableCrossOsArchive) {
    notes.push(
      platform === 'any'
        ? '"enableCrossOsArchive" means "platform: any".'
        : `"enableCrossOsArchive" does nothing beside "platform: ${platform}".`,
    );
  }
  return notes;
}
