// Makes a process believe that its disk is bad, where none can be mounted that is:
//   CAFS_TEST_DISK='full 1000' node --import bad-disk.mjs ...     1,000 bytes can be written, no more
//   CAFS_TEST_DISK='read-only' node --import bad-disk.mjs ...
//   CAFS_TEST_DISK='failing NAME' node --import bad-disk.mjs ...  files with this name cannot be read
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

const [kind, space] = (process.env.CAFS_TEST_DISK ?? '').split(' ');

function failure(code, call) {
  return Object.assign(new Error(`${code}: made up for a test, ${call}`), { code, syscall: call });
}

function fillUp(left) {
  const { writeSync, write } = fs;
  let free = left;
  const take = (wanted) => {
    if (wanted > 0 && free === 0) throw failure('ENOSPC', 'write');
    const count = Math.min(wanted, free);
    free -= count;
    return count;
  };
  fs.writeSync = (fd, bytes, offset = 0, length = bytes.byteLength - offset, position = null) =>
    writeSync(fd, bytes, offset, take(length), position);
  const original = promisify(write);
  fs.write = () => {
    throw new Error('Only its promisified form is made up.');
  };
  fs.write[promisify.custom] = async (fd, bytes, offset, length, position) =>
    original(fd, bytes, offset, take(length), position);
}

function forbid() {
  for (const name of ['mkdirSync', 'renameSync', 'linkSync', 'lutimesSync', 'copyFileSync']) {
    fs[name] = () => {
      throw failure('EROFS', name);
    };
  }
  const { openSync, rmSync } = fs;
  fs.openSync = (path, flags = 'r', ...rest) => {
    const writes = typeof flags === 'string' ? flags !== 'r' : (flags & 3) !== 0;
    if (writes) throw failure('EROFS', 'open');
    return openSync(path, flags, ...rest);
  };
  fs.rmSync = (path, options) => {
    if (fs.existsSync(path)) throw failure('EROFS', 'rm');
    rmSync(path, options);
  };
}

function failReads(name) {
  const { openSync, closeSync, readSync, read } = fs;
  const failing = new Set();
  fs.openSync = (path, ...rest) => {
    const fd = openSync(path, ...rest);
    if (String(path).endsWith(name)) failing.add(fd);
    return fd;
  };
  fs.closeSync = (fd) => {
    failing.delete(fd);
    closeSync(fd);
  };
  fs.readSync = (fd, ...rest) => {
    if (failing.has(fd)) throw failure('EIO', 'read');
    return readSync(fd, ...rest);
  };
  const original = promisify(read);
  fs.read = () => {
    throw new Error('Only its promisified form is made up.');
  };
  fs.read[promisify.custom] = async (fd, ...rest) => {
    if (failing.has(fd)) throw failure('EIO', 'read');
    return original(fd, ...rest);
  };
}

if (kind === 'failing') failReads(space);
if (kind === 'full') fillUp(Number(space));
if (kind === 'read-only') forbid();
syncBuiltinESMExports();
