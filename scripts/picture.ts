import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { marked } from 'marked';
import { PNG } from 'pngjs';

import { run } from './process.ts';

/** Pixels of a page, as CSS counts them: about what GitHub gives a job summary. */
const WIDTH = 900;

/** Pixels of the picture for each of those. */
const SCALE = 2;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A program on the PATH that can make pictures; undefined: there is none. */
export function findBrowser(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ['--version']).status === 0);
}

/**
 * Makes a picture of Markdown in GitHub's style, in light colours.
 *
 * @param browser Chromium, or one of its kind
 * @param png where the picture goes
 * @throws Error with what the browser said, where it fails
 */
export async function picture(markdown: string, browser: string, png: string): Promise<void> {
  const temp = await mkdtemp(join(tmpdir(), 'cafs-picture-'));
  try {
    const page = join(temp, 'page.html');
    await writeFile(page, await htmlOf(markdown));
    const shoot = (height: number, ...args: readonly string[]): Promise<{ stdout: string }> => {
      const own = [
        '--headless',
        '--disable-gpu',
        '--disable-lcd-text',
        '--hide-scrollbars',
        `--user-data-dir=${temp}`,
      ];
      // Chromium's sandbox refuses to run as root.
      const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const size = [`--window-size=${WIDTH},${height}`, `--force-device-scale-factor=${SCALE}`];
      const all = [...own, ...sandbox, ...size, ...args, pathToFileURL(page).href];
      return run(browser, all, { cwd: temp });
    };
    // How high the page is shows only when it has been laid out.
    const { stdout } = await shoot(1000, '--dump-dom');
    const height = Number(/data-height="(\d+)"/.exec(stdout)?.[1]);
    if (!Number.isInteger(height)) throw new Error(`${browser} does not say how high the page is.`);
    const shot = join(temp, 'shot.png');
    await shoot(height, `--screenshot=${shot}`);
    await writeFile(png, inGreys(await readFile(shot)));
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

/** A third of the bytes: GitHub's light style has hardly a colour, and a picture is in every clone for ever. */
function inGreys(png: Buffer): Buffer {
  return PNG.sync.write(PNG.sync.read(png), {
    colorType: 0,
    inputHasAlpha: true,
    deflateLevel: 9,
    deflateStrategy: 0,
    filterType: 0,
  });
}

async function htmlOf(markdown: string): Promise<string> {
  const css = new URL(import.meta.resolve('github-markdown-css/github-markdown-light.css'));
  return `<!doctype html>
<meta charset="utf-8">
<style>${await readFile(css, 'utf8')}</style>
<style>
  body { margin: 0; background: #fff; }
  .markdown-body { padding: 20px 24px; font-family: "Liberation Sans", Arial, sans-serif; }
</style>
<article class="markdown-body">${await marked.parse(markdown, { gfm: true })}</article>
<script>
  const { height } = document.querySelector('article').getBoundingClientRect();
  document.body.dataset.height = String(Math.ceil(height));
</script>
`;
}
