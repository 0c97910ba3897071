import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { holdFileLock } from '../../src/lock.ts';
import { type Layout, openLayout } from '../../src/store/layout.ts';
import { WriterSession, isEverythingKept, liveSessions } from '../../src/store/writer-session.ts';
import { useChildren } from '../support/child.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const startChild = useChildren();
const HOLDER = new URL('./session-holder.ts', import.meta.url);

function namesIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

describe('a writer session', () => {
  test('is seen until it is closed', async () => {
    const layout = openLayout(tempDir());
    expect(liveSessions(layout)).toEqual([]);
    const session = await WriterSession.open(layout, { keeps: 'new' });
    const { mtimeNs } = statSync(join(layout.writersDir, session.name), { bigint: true });
    expect(liveSessions(layout)).toEqual([{ name: session.name, keeps: 'new', start: mtimeNs }]);
    expect(liveSessions(layout)).toHaveLength(1);

    await session.close();
    await session.close();
    expect(liveSessions(layout)).toEqual([]);
    expect(namesIn(layout.writersDir)).toEqual([]);
  });

  test('is one of many', async () => {
    const layout = openLayout(tempDir());
    const sessions = await Promise.all(
      Array.from({ length: 10 }, () => WriterSession.open(layout, { keeps: 'new' })),
    );
    expect(new Set(liveSessions(layout).map(({ name }) => name)).size).toBe(10);
    expect(isEverythingKept(layout)).toBe(false);
    await using last = await WriterSession.open(layout, { keeps: 'everything' });
    expect(isEverythingKept(layout)).toBe(true);
    await Promise.all(sessions.map((session) => session.close()));
    expect(liveSessions(layout)).toMatchObject([{ name: last.name, keeps: 'everything' }]);
  });

  test('of another process ends when that is killed', async () => {
    const layout = openLayout(tempDir());
    const child = startChild(HOLDER, [layout.cacheDir, 'everything']);
    const name = await child.line();
    expect(liveSessions(layout)).toMatchObject([{ name, keeps: 'everything' }]);
    expect(isEverythingKept(layout)).toBe(true);

    await child.kill();
    expect(isEverythingKept(layout)).toBe(false);
    expect(liveSessions(layout)).toEqual([]);
    expect(namesIn(layout.writersDir)).toEqual([]);
  });

  // Before it is locked, and before it is found to be there still.
  test.each(['accessSync', 'lstatSync'])(
    'begins anew where its file is taken for one of a dead process, at %s',
    async (call) => {
      const layout = openLayout(tempDir());
      const child = startChild(HOLDER, [layout.cacheDir, 'new', call]);
      const name = await child.line();
      expect(namesIn(layout.writersDir)).toEqual([name]);
      expect(liveSessions(layout)).toMatchObject([{ name }]);
      await child.kill();
    },
  );

  test('that keeps everything waits for the collection that is at work', async () => {
    const layout = openLayout(tempDir());
    const collection = await holdFileLock(layout.gcLock);
    const opening = WriterSession.open(layout, { keeps: 'everything' });
    expect(await Promise.race([opening, sleep(100, 'waits')])).toBe('waits');
    expect(isEverythingKept(layout)).toBe(true);
    await (await WriterSession.open(layout, { keeps: 'new' })).close();
    collection.release();
    await (await opening).close();
  });

  test('leaves nothing where it is told not to wait', async () => {
    const layout = openLayout(tempDir());
    const collection = await holdFileLock(layout.gcLock);
    const reason = new Error('enough');
    const controller = new AbortController();
    const opening = WriterSession.open(layout, { keeps: 'everything', signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 20);
    await expect(opening).rejects.toBe(reason);
    expect(namesIn(layout.writersDir)).toEqual([]);
    collection.release();
  });
});

describe('the folder of sessions', () => {
  const dead = (layout: Layout): string => {
    const name = '0123456789abcdef.new';
    mkdirSync(layout.writersDir, { recursive: true });
    writeFileSync(join(layout.writersDir, name), '');
    return name;
  };

  test('loses the files of the dead, and of nobody else', () => {
    const layout = openLayout(tempDir());
    dead(layout);
    const stranger = join(layout.writersDir, 'README');
    writeFileSync(stranger, '');
    expect(liveSessions(layout)).toEqual([]);
    expect(namesIn(layout.writersDir)).toEqual(['README']);
  });

  test('is refused where a file in it is no session', () => {
    const layout = openLayout(tempDir());
    const name = dead(layout);
    writeFileSync(join(layout.writersDir, name), 'no session'.repeat(1000));
    expect(() => liveSessions(layout)).toThrow(
      expect.objectContaining({ code: 'UNWRITABLE', message: expect.stringContaining(name) }),
    );
  });
});
