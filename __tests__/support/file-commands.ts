/**
 * Reads what a step wrote into one of the runner's command files: `NAME=VALUE` lines, and values of
 * any number of lines between `NAME<<DELIMITER` and `DELIMITER`.
 *
 * @throws Error for what the runner would refuse
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
export function parseFileCommands(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = content.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const { name, mark, rest } = splitLine(line);
    if (mark === '=') {
      values[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, at + 1);
    if (end === -1) throw new Error(`The value of ${name} has no end: no line says ${rest}.`);
    values[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return values;
}

function splitLine(line: string): { name: string; mark: string; rest: string } {
  const { name, mark, rest } = /^(?<name>.+?)(?<mark>=|<<)(?<rest>.*)$/.exec(line)?.groups ?? {};
  if (name === undefined || mark === undefined || rest === undefined) {
    throw new Error(`Not a line of a command file: ${line}`);
  }
  return { name, mark, rest };
}
