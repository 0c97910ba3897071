import { formatBytes } from '../format.ts';
import { showText } from '../names.ts';
import type { Observer } from '../observe.ts';

/** Where progress is shown. */
interface Screen {
  readonly isTTY?: boolean;
  /** Shows text. */
  write(text: string): unknown;
}

/** How often progress is shown, in milliseconds. */
const EVERY_MS = 1000;

/**
 * Shows notices and waits before another try; on a terminal also how far a long piece of work is. All of it
 * in lines of their own, without control characters: nothing that is shown is written over.
 */
export function terminalObserver(screen: Screen = process.stderr): Observer {
  let last = performance.now();
  return (event) => {
    if ('message' in event) {
      screen.write(`cafs: ${event.kind}: ${showText(event.message)}\n`);
    } else if (screen.isTTY && performance.now() - last > EVERY_MS) {
      last = performance.now();
      screen.write(
        `cafs: ${event.kind}: ${event.done.toLocaleString('en')}, ${formatBytes(event.bytes)}\n`,
      );
    }
  };
}
