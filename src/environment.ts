/** The environment variables of this process: the one place where the library looks at them. */
export function environment(): Readonly<NodeJS.ProcessEnv> {
  return process.env;
}
