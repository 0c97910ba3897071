/** Characters of a server's text that are shown. */
const MAX_LENGTH = 300;

/** Characters that are looked at: before blanks are taken together, there may be many more. */
const MAX_READ = 16 * MAX_LENGTH;

/**
 * A server's text as one line that can go into an error, and so into a log, where a line can be a
 * command and a control character can hide the lines before it: visible characters only, with
 * nothing that GitHub or Azure Pipelines take for a command, without what stands behind the `?` of
 * an address, which may be a signature, and cut where it is long.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function plainText(text: string): string {
  const line = text
    .slice(0, MAX_READ)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  const cut = line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH).toWellFormed()}...` : line;
  return (
    cut
      .replaceAll(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gi, '$1?...')
      // `::name` counts at the start of a line, `##[name]` anywhere.
      .replaceAll(/:(?=:[a-z])/gi, ': ')
      .replaceAll(/#(?=#\w*\[)/g, '# ')
  );
}
