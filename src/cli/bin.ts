#!/usr/bin/env node

// An older Node would fail somewhere in the libraries, with a stack trace that helps nobody.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major >= 24) {
  await import('./main.ts');
} else {
  process.stderr.write(`cafs: needs Node 24 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
}
