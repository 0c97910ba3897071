import type { Random } from './random.ts';

/** Half of all files are smaller, in bytes; what build folders and `node_modules` are like. */
const MEDIAN = 1500;

/** How far sizes are spread: the standard deviation of their logarithm. */
const SPREAD = 1.6;

const LARGEST = 4 * 1024 * 1024;

/** Of files: how many are compressed already (images, archives). */
const COMPRESSED = 0.1;

/** The size of a file among many, in bytes. */
export function sizeOfFile(random: Random): number {
  // Box and Muller: two even numbers make a normal one.
  const normal =
    Math.sqrt(-2 * Math.log(1 - random.share())) * Math.cos(2 * Math.PI * random.share());
  return Math.min(Math.round(MEDIAN * Math.exp(SPREAD * normal)), LARGEST);
}

/** A file's content: mostly text of words, which compresses, and some noise, which does not. */
export function contentOf(random: Random, size: number): Buffer {
  return random.chance(COMPRESSED) ? random.noise(size) : text(random, size);
}

const SYLLABLES =
  'con st ret urn im port fun ion let for of if the in ex de re ob ject ar ray'.split(' ');

/** About a third of it stays when it is compressed. */
function text(random: Random, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size;) {
    const bits = random.next();
    // Numbers and names of its own, as in real text: not all of it was seen before.
    const word =
      (bits & 7) === 0
        ? (bits >>> 3).toString(36)
        : `${SYLLABLES[(bits >>> 3) % SYLLABLES.length] ?? ''}${SYLLABLES[(bits >>> 12) % SYLLABLES.length] ?? ''}`;
    at += bytes.write(word, at, 'latin1');
    if (at < size) bytes[at++] = (bits & 0x3000_0000) === 0 ? 10 : 32;
  }
  return bytes;
}
