import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { CafsError } from '../../src/errors.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { type Descriptor, MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import type { Capabilities } from './capabilities.ts';
import { type Types, manifestOf } from './samples.ts';

const UNSUPPORTED = { code: 'UNSUPPORTED' };

/** How every remote deletes tags and manifests, or says that it does not. */
export function describeDeletion(
  open: () => Promise<Remote>,
  can: Capabilities,
  types: Types,
): void {
  const put = async (
    remote: Remote,
    text: string,
    tags: readonly string[],
  ): Promise<Descriptor> => {
    const bytes = await manifestOf(remote, text, types);
    return remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, tags);
  };

  describe('deletion', () => {
    const deletesTags = can.deletes && can.deletesTags;
    test(`a tag ${deletesTags ? 'goes, and others stay' : 'stays'}`, async () => {
      const remote = await open();
      const { digest } = await put(remote, 'content', ['gone', 'kept']);
      if (!deletesTags) {
        await expect(remote.delete('gone')).rejects.toMatchObject(UNSUPPORTED);
        expect((await remote.resolve('gone'))?.digest).toBe(digest);
        return;
      }
      expect(await remote.delete('gone')).toBe(true);
      expect(await remote.resolve('gone')).toBeUndefined();
      expect(await remote.getManifest('gone')).toBeUndefined();
      expect(await remote.listTags()).toEqual(['kept']);
      expect((await remote.getManifest('kept'))?.descriptor.digest).toBe(digest);
      expect((await remote.resolve(digest))?.digest).toBe(digest);
      expect(await remote.delete('gone')).toBe(false);
    });

    test(`a manifest ${can.deletes ? 'goes with all its tags, and nothing else' : 'stays'}`, async () => {
      const remote = await open();
      const { digest } = await put(remote, 'content', ['one', 'two']);
      if (!can.deletes) {
        await expect(remote.delete(digest)).rejects.toMatchObject(UNSUPPORTED);
        expect((await remote.resolve('one'))?.digest).toBe(digest);
        return;
      }
      const other = await put(remote, 'other', ['other']);
      expect(await remote.delete(digest)).toBe(true);
      for (const reference of ['one', 'two', digest]) {
        expect(await remote.resolve(reference)).toBeUndefined();
        expect(await remote.getManifest(reference)).toBeUndefined();
      }
      expect(await remote.listTags()).toEqual(['other']);
      expect((await remote.getManifest('other'))?.descriptor.digest).toBe(other.digest);
      expect(await remote.hasBlob(digestOf('content'))).toBe(true);
      expect(await remote.delete(digest)).toBe(false);
    });

    test('what is deleted can be stored again', async () => {
      if (!can.deletes) return;
      const remote = await open();
      const { digest } = await put(remote, 'content', ['main']);
      await remote.delete(digest);
      await put(remote, 'content', ['main']);
      expect((await remote.getManifest('main'))?.descriptor.digest).toBe(digest);
    });

    test('a blob that is no manifest is not deleted', async () => {
      if (!can.deletes) return;
      const remote = await open();
      const { digest } = await put(remote, 'content', ['main']);
      const blob = digestOf('content');
      // A registry may not be able to say what it is; to delete it all the same would lose content.
      const outcome = await remote
        .delete(blob)
        .catch((error: unknown) => (error as CafsError).code);
      expect([false, 'REMOTE']).toContain(outcome);
      expect(await remote.hasBlob(blob)).toBe(true);
      expect((await remote.getBlob({ digest: blob, size: 7 })).byteLength).toBe(7);
      expect((await remote.resolve('main'))?.digest).toBe(digest);
    });

    test('what was never there is not deleted', async () => {
      if (!can.deletes) return;
      const remote = await open();
      await put(remote, 'content', ['main']);
      expect(await remote.delete(digestOf('no manifest'))).toBe(false);
      expect(await remote.delete('no-tag')).toBe(false);
      expect(await remote.listTags()).toEqual(['main']);
    });

    test('what is neither a tag nor a digest is refused', async () => {
      const remote = await open();
      for (const reference of ['', '../main', 'a b', 'sha256:abc']) {
        await expect(remote.delete(reference)).rejects.toMatchObject({ code: 'INVALID_REFERENCE' });
      }
    });

    test('an aborted call rejects with the reason and deletes nothing', async () => {
      const remote = await open();
      const { digest } = await put(remote, 'content', ['main']);
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(remote.delete(digest, { signal })).rejects.toThrow('enough');
      expect((await remote.resolve('main'))?.digest).toBe(digest);
    });
  });
}
