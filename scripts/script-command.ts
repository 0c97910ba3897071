import { Command, InvalidArgumentError } from 'commander';

/**
 * The command line of a script. What is wrong with one is said with the usage behind it, and ends the
 * process with 2; 1 is for what the script has found.
 *
 * @param name as it is run: `npm run NAME --`
 */
export function scriptCommand(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

/** For an option: a whole number from 1 on. */
export function toCount(text: string): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}
