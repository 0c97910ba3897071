import type { Capabilities } from '../../contracts/capabilities.ts';
import type { TokenAuth } from '../token-server.ts';

/** A command line. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** What a registry is to be like. */
export interface Settings {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** A folder of its own, for its configuration and its content. */
  readonly folder: string;
  /** Names and bcrypt hashes as `htpasswd -B` writes them: it asks for Basic authentication. */
  readonly htpasswd?: string | undefined;
  /** It asks for tokens of this server. */
  readonly token?: TokenAuth | undefined;
}

/** How garbage is collected. */
export interface CollectOptions {
  /** Also manifests that no tag points to. Default `false`. */
  readonly deleteUntagged?: boolean;
}

/** A registry that can be run here. */
export interface RegistryProgram {
  /** For people: what it is and where it was found. */
  readonly name: string;
  /** Where it differs from others. */
  readonly lacks: Partial<Capabilities>;
  /** Writes its configuration, and says how to run it in the foreground. */
  configure(settings: Settings): Promise<Command>;
  /** How to collect garbage while it does not run; absent: it has no command for that. */
  readonly collect?: ((settings: Settings, options: CollectOptions) => Command) | undefined;
}
