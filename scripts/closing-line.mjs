/** Jest reporter: the last line of `npm test` says how many tests there were, and how they went. */
export default class ClosingLine {
  /**
   * @param {unknown} _contexts
   * @param {Record<`num${string}` | 'startTime', number>} results
   */
  onRunComplete(_contexts, results) {
    const seconds = Math.round((Date.now() - results.startTime) / 1000);
    const broken = results.numRuntimeErrorTestSuites;
    const counts = [
      `${results.numPassedTests} passed`,
      `${results.numFailedTests} failed`,
      `${results.numPendingTests + results.numTodoTests} skipped`,
      ...(broken > 0 ? [`${broken} files could not run`] : []),
    ];
    console.log(
      `\n${results.numTotalTests} tests in ${results.numTotalTestSuites} files: ` +
        `${counts.join(', ')} (${seconds} s).`,
    );
  }
}
