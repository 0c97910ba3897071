import { CafsError } from '../errors.ts';
import type { Challenge } from './challenge.ts';
import { isLoopback, isNearby, shownUrl } from './origin.ts';
import { plainText } from './plain-text.ts';
import { type Mask, hideAuthorizations } from './secrets.ts';

/**
 * The address of the token server that a challenge names.
 *
 * Credentials go there, so it must be one that only the registry's owner can mean: over TLS, or
 * both it and the registry on this machine; and a literal address near this machine only where the
 * registry has the same one. A registry elsewhere that is asked in the clear can be anybody: it may
 * name its own origin only.
 *
 * @param mask takes out of the address, for errors, what must not be shown
 * @throws CafsError `MALFORMED`
 */
export function checkedRealm(
  challenge: Challenge,
  registry: URL,
  mask: Mask = hideAuthorizations,
): URL {
  const text = challenge.params.get('realm') ?? '';
  const realm = URL.parse(text);
  const refuse = (why: string): never => {
    const shown = realm === null ? JSON.stringify(plainText(mask(text))) : mask(shownUrl(realm));
    throw new CafsError(
      'MALFORMED',
      `${registry.host} asks for a token from ${shown}, which ${why}; nothing was sent there.`,
      { hint: `Check the configuration of ${registry.host}.` },
    );
  };
  if (realm === null) return refuse('is no address');
  if (realm.username !== '' || realm.password !== '') return refuse('holds user information');
  if (registry.protocol === 'http:' && !isLoopback(registry)) {
    return realm.origin === registry.origin ? realm : refuse('is not the registry itself');
  }
  const local = registry.protocol === 'http:' && isLoopback(realm);
  if (realm.protocol === 'http:' ? !local : realm.protocol !== 'https:') {
    return refuse('is not over TLS');
  }
  if (isNearby(realm) && !local && realm.hostname !== registry.hostname) {
    return refuse('is an address inside this network');
  }
  return realm;
}
