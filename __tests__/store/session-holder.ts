import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

import { openLayout } from '../../src/store/layout.ts';
import { type Keeps, WriterSession } from '../../src/store/writer-session.ts';

// Holds a session until it is killed: `node session-holder.ts FOLDER KEEPS [CALL]`. Before the first
// call of that function of `node:fs`, the session's file is removed, as garbage collection does.
const [folder, keeps, call] = process.argv.slice(2) as [string, Keeps, string?];
const layout = openLayout(folder);

let removed = false as boolean;
if (call === 'accessSync' || call === 'lstatSync') {
  const original = fs[call] as (path: string, ...rest: unknown[]) => unknown;
  Object.assign(fs, {
    [call]: (path: string, ...rest: unknown[]): unknown => {
      if (path.startsWith(join(layout.writersDir, '/'))) {
        Object.assign(fs, { [call]: original });
        syncBuiltinESMExports();
        fs.rmSync(path);
        removed = true;
      }
      return original(path, ...rest);
    },
  });
  syncBuiltinESMExports();
}

const session = await WriterSession.open(layout, { keeps });
if (call !== undefined && !removed) throw new Error(`${call} was not called.`);
console.log(session.name);
setInterval(() => session.name, 1000);
