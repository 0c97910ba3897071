import { formatBytes } from '../format.ts';
import { showText } from '../names.ts';
import type { Observer } from '../observe.ts';

/** Shows notices and waits before another try; on a terminal also how far a long piece of work is. */
export function terminalObserver(): Observer {
  let last = performance.now();
  return (event) => {
    if ('message' in event) {
      process.stderr.write(`${event.kind}: ${showText(event.message)}\n`);
    } else if (process.stderr.isTTY && performance.now() - last > 1000) {
      last = performance.now();
      process.stderr.write(
        `${event.kind}: ${event.done.toLocaleString('en')}, ${formatBytes(event.bytes)}\n`,
      );
    }
  };
}
