import type { Remote } from '../../src/oci/remote.ts';

type Method = Exclude<
  {
    [K in keyof Remote]: Remote[K] extends (...args: never[]) => unknown ? K : never;
  }[keyof Remote],
  undefined
>;

/** What happens instead of a call; the remote itself comes first. */
export type Hooks = {
  [K in Method]?: (inner: Remote, ...args: Parameters<Remote[K]>) => ReturnType<Remote[K]>;
};

/**
 * A remote of which some calls do something else.
 *
 * It cannot move a tag only if it still points where it did, as registries cannot, whatever the remote
 * behind it can do.
 */
export function hooked(inner: Remote, hooks: Hooks = {}): Remote {
  const traits: Remote['traits'] = {};
  return new Proxy(inner, {
    get: (target, name: keyof Remote): unknown => {
      if (name === 'traits') return traits;
      const hook = (hooks as Record<string, ((...args: unknown[]) => unknown) | undefined>)[name];
      if (hook !== undefined) return (...args: unknown[]) => hook(target, ...args);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
