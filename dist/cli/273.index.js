export const id = 273;
export const ids = [273];
export const modules = {

/***/ 5304:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ withAdvice),
/* harmony export */   v: () => (/* binding */ withRemedy)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _oci_connection_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7593);
/* harmony import */ var _oci_hints_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7115);
/* harmony import */ var _sync_unusable_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1776);
/* harmony import */ var _sync_upstream_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4970);
/* harmony import */ var _hub_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4673);
/* harmony import */ var _remedy_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8056);







/**
 * Does what a command does with a snapshot, and says with an error what somebody at a command line can do
 * about it: where credentials come from here, and that a snapshot without a host is at Docker Hub.
 */
async function withAdvice(snapshot, work) {
    try {
        await work;
    }
    catch (error) {
        if (!(0,_sync_upstream_js__WEBPACK_IMPORTED_MODULE_4__/* .isOfRemote */ .h)(error))
            throw error;
        const own = hintForCommandLine(error);
        const hub = (0,_hub_js__WEBPACK_IMPORTED_MODULE_5__/* .hubHint */ .he)(snapshot);
        if (own === error.hint && hub === undefined)
            throw error;
        throw advised(error, [own, hub].filter((part) => part !== undefined).join(' '));
    }
}
/**
 * Reads a snapshot, or contents of one. Where a part of it is lost or damaged in the remote, the error
 * says of which snapshot, and how to bring it back.
 *
 * @param name `REMOTE:TAG`
 * @param kind what is read: what is wrong with contents may be this machine's own, and is then not
 *   taken for a damage there
 */
async function withRemedy(name, kind, work) {
    try {
        return await work();
    }
    catch (error) {
        const isItsOwn = kind === 'snapshot' ? (0,_sync_unusable_js__WEBPACK_IMPORTED_MODULE_3__/* .isDamaged */ .sR)(error) : (0,_sync_unusable_js__WEBPACK_IMPORTED_MODULE_3__/* .isLost */ .JD)(error);
        if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u) || !isItsOwn)
            throw error;
        if ((0,_sync_unusable_js__WEBPACK_IMPORTED_MODULE_3__/* .isNoRegistry */ .Zi)(error))
            throw error;
        const hint = (0,_remedy_js__WEBPACK_IMPORTED_MODULE_6__/* .remedyFor */ .w)(name, {
            kind: error.code === 'INTEGRITY' ? 'damaged' : 'lost',
            part: kind === 'snapshot' ? 'description' : 'contents',
        });
        throw advised(error, hint, `${name} is not whole: ${error.message}`);
    }
}
function advised(error, hint, message = error.message) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u(error.code, message, { hint, cause: error });
}
/** The hint of an error, with no more than the command line's own ways to give credentials. */
function hintForCommandLine({ code, hint }) {
    if (code === 'TIMEOUT')
        return hint?.replace(` ${_oci_connection_error_js__WEBPACK_IMPORTED_MODULE_1__/* .WAITS_HINT */ .jM}`, '');
    if (hint === undefined || (code !== 'UNAUTHORIZED' && code !== 'DENIED'))
        return hint;
    const isGiven = (process.env['CAFS_USERNAME'] ?? '') !== '';
    const theirs = 'They are those of CAFS_USERNAME and CAFS_PASSWORD';
    const [before, behind] = (0,_oci_hints_js__WEBPACK_IMPORTED_MODULE_2__/* .whereCredentialsGo */ .Mn)('\0').split('\0', 2);
    if (before === undefined || behind === undefined)
        return hint;
    const [start, end] = [hint.indexOf(before), hint.lastIndexOf(behind)];
    if (start === -1 || end === -1) {
        // What was not sent is nobody's.
        return code === 'DENIED' && isGiven && !hint.startsWith('No credentials')
            ? `${hint} ${theirs}.`
            : hint;
    }
    const host = hint.slice(start + before.length, end);
    const own = isGiven
        ? `${theirs}: set both right, or unset both to use what "docker login ${host}" or "podman login ${host}" has left.`
        : `Run "docker login ${host}" or "podman login ${host}", or set CAFS_USERNAME and CAFS_PASSWORD.`;
    return hint.slice(0, start) + own + hint.slice(end + behind.length);
}


/***/ }),

/***/ 4199:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   De: () => (/* binding */ assertApart),
/* harmony export */   Ip: () => (/* binding */ assertFolderPossible),
/* harmony export */   lQ: () => (/* binding */ isFolder)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2767);




/** Whether there is a folder, behind a symlink or not. */
function isFolder(path) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isDirectory();
    }
    catch {
        return false;
    }
}
/**
 * Checks that a folder is there or can be made.
 *
 * @throws CafsError `INVALID_INPUT` where it, or what it is to lie in, is something else
 */
function assertFolderPossible(folder) {
    const found = nearest((0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(folder));
    if (isFolder(found))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CafsError */ .u('INVALID_INPUT', `${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .T)(found)} is no folder, but a file or the like.`, {
        hint: 'A snapshot is written into a folder, which is made where there is none: name one, or move what is there away.',
    });
}
/**
 * Checks that an image layout and a folder have nothing in common: what is written into the one would
 * be taken for a part of the other, or removed from it.
 *
 * @throws CafsError `INVALID_INPUT`
 */
function assertApart(repository, folder) {
    if (repository.kind !== 'layout')
        return;
    const [layout, other] = [realPath(repository.folder), realPath(folder)];
    if (!holds(layout, other) && !holds(other, layout))
        return;
    const how = layout === other ? 'is' : holds(layout, other) ? 'lies in' : 'holds';
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CafsError */ .u('INVALID_INPUT', `The folder ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .T)(folder)} ${how} the image layout oci:${repository.folder} itself.`, { hint: 'Name a folder that has nothing to do with the layout: neither may lie in the other.' });
}
function holds(outer, inner) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(outer, inner);
    return way === '' || (way !== '..' && !way.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}`) && (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(way) !== way);
}
/** A path without symlinks, as far as there is something. */
function realPath(path) {
    const whole = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(path);
    try {
        return node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync.native(whole);
    }
    catch {
        const parent = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(whole);
        return parent === whole ? whole : (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(realPath(parent), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(whole));
    }
}
/** A path, or else the nearest above it where there is something. */
function nearest(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(path);
        return path;
    }
    catch {
        const parent = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path);
        return parent === path ? path : nearest(parent);
    }
}


/***/ }),

/***/ 4673:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   he: () => (/* binding */ hubHint),
/* harmony export */   mg: () => (/* binding */ refuseLibrary),
/* harmony export */   pS: () => (/* binding */ namesRemote)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _oci_implied_hub_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5027);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3326);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2767);
/* harmony import */ var _folders_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4199);





/** Whether text says itself that it means a remote: with a host, or with `oci:`. */
function namesRemote(text) {
    try {
        (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .parseTaggedReference */ .$R)(text);
        return (0,_oci_implied_hub_js__WEBPACK_IMPORTED_MODULE_1__/* .repositoryAtHub */ .vG)(text) === undefined;
    }
    catch {
        return false;
    }
}
/** What is to be said of a snapshot that is at Docker Hub only because it was not said where. */
function hubHint(text) {
    const general = (0,_oci_implied_hub_js__WEBPACK_IMPORTED_MODULE_1__/* .hubHint */ .he)(text);
    const [name = ''] = text.split(':');
    if (general === undefined || !(0,_folders_js__WEBPACK_IMPORTED_MODULE_3__/* .isFolder */ .lQ)(name))
        return general;
    return `${(0,_oci_implied_hub_js__WEBPACK_IMPORTED_MODULE_1__/* .hubMeaning */ .NN)(text)} The folder ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_4__/* .quoted */ .T)(name)} here is meant by oci:${text} where it is an image layout; to save it, write: cafs push ${name} HOST/NAME:TAG`;
}
/**
 * Refuses a snapshot without a host that is one of Docker's own images: nobody else can push there, and
 * what is meant is another registry, or a folder.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function refuseLibrary(text) {
    const repository = (0,_oci_implied_hub_js__WEBPACK_IMPORTED_MODULE_1__/* .repositoryAtHub */ .vG)(text);
    const hint = hubHint(text);
    if (repository?.startsWith('docker.io/library/') !== true || hint === undefined)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_REFERENCE', `${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_4__/* .quoted */ .T)(text)} is ${repository}, one of Docker's own images.`, { hint });
}


/***/ }),

/***/ 3158:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  t: () => (/* binding */ addImportGo)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
// EXTERNAL MODULE: ./lib/store/blobs.js + 2 modules
var store_blobs = __webpack_require__(6037);
// EXTERNAL MODULE: ./lib/store/store.js + 13 modules
var store_store = __webpack_require__(7574);
// EXTERNAL MODULE: ./lib/disk-error.js
var disk_error = __webpack_require__(4297);
// EXTERNAL MODULE: ./lib/names.js
var names = __webpack_require__(3879);
// EXTERNAL MODULE: ./lib/store/lost-content.js
var lost_content = __webpack_require__(2383);
// EXTERNAL MODULE: ./lib/tree/area.js
var tree_area = __webpack_require__(8723);
// EXTERNAL MODULE: ./lib/tree/meta.js
var tree_meta = __webpack_require__(2271);
// EXTERNAL MODULE: ./lib/tree/paths.js
var paths = __webpack_require__(2940);
// EXTERNAL MODULE: ./node_modules/tinypool/dist/index.js + 1 modules
var dist = __webpack_require__(7747);
;// CONCATENATED MODULE: ./lib/worker/pool.js


/** Beside this file, in TypeScript or compiled as this one is. */
const ENTRY = (0,external_node_path_.join)(import.meta.dirname, `entry${(0,external_node_path_.extname)(import.meta.filename)}`);
/** Threads that do tasks: synchronous file calls in threads are several times as fast as asynchronous ones. */
class WorkerPool {
    threads;
    #cacheDir;
    #pool;
    /** Starts the threads. */
    constructor(cacheDir, threads) {
        this.threads = threads;
        this.#cacheDir = cacheDir;
        this.#pool = new dist/* Tinypool */.nL({
            filename: ENTRY,
            name: 'run',
            minThreads: threads,
            maxThreads: threads,
        });
    }
    /** Hashes files and keeps their contents: `storeFiles`, in a thread. */
    storeFiles(files) {
        return this.#run({ kind: 'store', cacheDir: this.#cacheDir, files });
    }
    /** Reads blobs: `readBlobs`, in a thread. */
    readBlobs(digests) {
        return this.#run({ kind: 'read', cacheDir: this.#cacheDir, digests });
    }
    async #run(task) {
        return (await this.#pool.run(task));
    }
    /** Ends the threads. Nothing may be under way. */
    async [Symbol.asyncDispose]() {
        await this.#pool.destroy();
    }
}

;// CONCATENATED MODULE: ./lib/sync/content-reader.js

/** Starting threads takes as long as reading about this many contents. */
const WORTH_THREADS = 512;
/** Delivers a store's contents; many of them are read and verified in threads while others are written. */
class ContentReader {
    #cacheDir;
    #threads;
    #pool;
    /** @param threads 1: the caller's alone */
    constructor(cacheDir, threads) {
        this.#cacheDir = cacheDir;
        this.#threads = threads;
    }
    async deliver(store, entries, receiver, options = {}) {
        const all = [...entries];
        if (this.#threads < 2 || all.length < WORTH_THREADS) {
            await store.deliver(all, receiver, options);
            return;
        }
        const pool = (this.#pool ??= new WorkerPool(this.#cacheDir, this.#threads));
        const readElsewhere = (digests) => pool.readBlobs(digests);
        await store.deliver(all, receiver, { ...options, readElsewhere });
    }
    async [Symbol.asyncDispose]() {
        await this.#pool?.[Symbol.asyncDispose]();
    }
}

// EXTERNAL MODULE: ./lib/sync/restore-areas.js + 9 modules
var restore_areas = __webpack_require__(1088);
// EXTERNAL MODULE: ./node_modules/minimatch/dist/esm/index.js + 7 modules
var esm = __webpack_require__(3581);
;// CONCATENATED MODULE: ./lib/subtree/glob.js

/** Minimatch takes 64 KiB; nobody writes that by hand. */
const MAX_LENGTH = 4096;
/**
 * Takes a relative pattern apart. `./a`, `a//b`, `a/` and `a/**` are `a`, `a/b`, `a` and `a`.
 *
 * @throws CafsError `INVALID_INPUT` for a pattern that is empty, absolute, holds `..`, or is
 *   negated twice
 *
 * @example
 * parseGlob('!dist/**') // { text: '!dist/**', excludes: true, segments: ['dist'] }
 */
function parseGlob(text) {
    const excludes = text.startsWith('!');
    const pattern = excludes ? text.slice(1) : text;
    const reason = reasonAgainst(pattern);
    if (reason !== undefined) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `The pattern ${JSON.stringify(text.slice(0, 200))} is refused: ${reason}.`, { hint: 'Write it relative to its folder, with "/" between names: "src/**".' });
    }
    const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
    while (segments.at(-1) === '**')
        segments.pop();
    return { text, excludes, segments };
}
function reasonAgainst(pattern) {
    if (pattern.trim() === '')
        return 'it is empty';
    if (pattern.length > MAX_LENGTH)
        return `it has more than ${String(MAX_LENGTH)} characters`;
    if (pattern.includes('\0'))
        return 'it holds a NUL';
    if (pattern.startsWith('!'))
        return 'it is negated twice; a name that begins with "!" is written "\\!"';
    if (pattern.startsWith('/') || /^[a-z]:[/\\]/i.test(pattern))
        return 'it is absolute';
    if (/^~(?:\/|$)/.test(pattern))
        return 'it begins with "~"; a folder of that name is "[~]"';
    const names = pattern.split('/').map((segment) => segment.replaceAll('\\', ''));
    return names.includes('..') ? 'it holds ".."' : undefined;
}

;// CONCATENATED MODULE: ./lib/subtree/globs.js



/**
 * As in `@actions/glob`: `*`, `**`, `?` and `[...]`, names that begin with a dot included, no
 * braces. `platform` keeps `\` an escape and patterns case-sensitive on every system, as
 * fingerprints must not differ between them.
 */
const MINIMATCH_OPTIONS = {
    dot: true,
    nobrace: true,
    noext: true,
    nocomment: true,
    nonegate: true,
    nocase: false,
    platform: 'linux',
};
/**
 * Compiles a list of relative patterns, read as `@actions/glob` and `.gitignore` read theirs:
 *
 * - In order, the last pattern that matches decides; `!` before a pattern takes away.
 * - What matches is selected with everything in it: `dist`, `dist/` and `dist/**` are the same,
 *   and `src/*` reaches all of `src`.
 * - An empty list selects nothing. A list of nothing but `!` patterns is refused, since whoever
 *   wrote it did not mean "nothing".
 * - Names are compared byte by byte: case counts, and so does the form of Unicode.
 *
 * @throws CafsError `INVALID_INPUT` that names the pattern
 *
 * @example
 * const matcher = compileGlobs(['src/**', '!src/**\/*.test.ts']);
 * matcher.matches('src/a.ts') // true
 * matcher.mayContain('docs') // false
 */
function compileGlobs(patterns) {
    const globs = patterns.map(parseGlob);
    const [first] = globs;
    if (first !== undefined && globs.every((glob) => glob.excludes)) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `The pattern ${JSON.stringify(first.text)} has nothing to exclude from: no pattern selects anything.`, { hint: 'Put "**" before it to select everything else.' });
    }
    const rules = globs.map((glob) => ({ excludes: glob.excludes, area: new Area(glob) }));
    return {
        matches: (path) => {
            const last = rules.findLast(({ area }) => area.covers(path));
            return last !== undefined && !last.excludes;
        },
        mayContain: (folder) => {
            let may = false;
            for (const { excludes, area } of rules) {
                if (!excludes)
                    may ||= area.touches(folder);
                else if (may && area.covers(folder))
                    may = false;
            }
            return may;
        },
    };
}
/** What one pattern matches, and all below that. */
class Area {
    #self;
    #below;
    constructor({ segments }) {
        if (segments.length === 0)
            return;
        const pattern = segments.join('/');
        this.#self = new esm/* Minimatch */.VR(pattern, MINIMATCH_OPTIONS);
        this.#below = new esm/* Minimatch */.VR(`${pattern}/**`, MINIMATCH_OPTIONS);
    }
    covers(path) {
        if (this.#self === undefined || this.#below === undefined)
            return true;
        return path !== '' && (this.#self.match(path) || this.#below.match(path));
    }
    /** Whether it covers anything at or below a folder. */
    touches(folder) {
        return this.#below === undefined || folder === '' || this.#below.match(folder, true);
    }
}

// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/store/atomic-file.js
var atomic_file = __webpack_require__(3171);
// EXTERNAL MODULE: ./lib/store/file-clock.js
var file_clock = __webpack_require__(2204);
// EXTERNAL MODULE: ./lib/store/layout.js
var store_layout = __webpack_require__(9651);
// EXTERNAL MODULE: ./lib/tree/hash-file.js
var hash_file = __webpack_require__(8861);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/tree/stat-table.js


/*
 * A file of stats is one zstd frame, with its checksum, of columns:
 *
 *   8 bytes       MAGIC, which holds the version
 *   4 bytes       N, how many records there are
 *   N x 68 bytes  size, mtime, ctime, inode (8 bytes each), mode (4), SHA-256 (32)
 *   N x 4 bytes   where the path of each record ends in the last column
 *   the rest      paths, sorted by their bytes
 *
 * Numbers are little-endian; times are nanoseconds since 1970.
 */
const MAGIC = Buffer.from('CAFS-ST1');
const HEADER_BYTES = MAGIC.length + 4;
const STATS_BYTES = 36;
const RECORD_BYTES = STATS_BYTES + 32;
const END_BYTES = 4;
/** Bytes of all columns: about seven million files. What does not fit is not kept. */
const MAX_BYTES = 1024 * 1024 * 1024;
/**
 * Stats and digests of files by path, in columns: a million files take about 150 MB, and reading
 * them makes no objects.
 */
class StatTable {
    #count = 0;
    #records;
    #ends;
    #paths;
    /** What was found last: most who ask ask in order. */
    #cursor = -1;
    constructor(count, records, ends, paths) {
        this.#count = count;
        this.#records = records;
        this.#ends = ends;
        this.#paths = paths;
    }
    static empty() {
        return new StatTable(0, Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0));
    }
    /** Reads a file of stats; undefined where it is damaged, or of another version. */
    static decode(file) {
        let bytes;
        try {
            bytes = (0,external_node_zlib_.zstdDecompressSync)(file, { maxOutputLength: MAX_BYTES });
        }
        catch {
            return undefined;
        }
        if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
            return undefined;
        }
        const count = bytes.readUInt32LE(MAGIC.length);
        const endsAt = HEADER_BYTES + count * RECORD_BYTES;
        const pathsAt = endsAt + count * END_BYTES;
        if (pathsAt > bytes.length)
            return undefined;
        const ends = bytes.subarray(endsAt, pathsAt);
        const paths = bytes.subarray(pathsAt);
        if (!areEnds(ends, paths.length))
            return undefined;
        return new StatTable(count, bytes.subarray(HEADER_BYTES, endsAt), ends, paths);
    }
    /** Its records, sorted by path, as a file; of several for one path, the last that was appended. */
    encode() {
        const order = this.#sorted();
        const pathBytes = order.reduce((sum, index) => sum + this.path(index).length, 0);
        const endsAt = HEADER_BYTES + order.length * RECORD_BYTES;
        const pathsAt = endsAt + order.length * END_BYTES;
        const bytes = Buffer.allocUnsafe(pathsAt + pathBytes);
        MAGIC.copy(bytes);
        bytes.writeUInt32LE(order.length, MAGIC.length);
        let end = 0;
        for (const [i, index] of order.entries()) {
            bytes.set(this.#record(index), HEADER_BYTES + i * RECORD_BYTES);
            bytes.set(this.path(index), pathsAt + end);
            end += this.path(index).length;
            bytes.writeUInt32LE(end, endsAt + i * END_BYTES);
        }
        const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel } = external_node_zlib_.constants;
        return (0,external_node_zlib_.zstdCompressSync)(bytes, {
            params: { [ZSTD_c_compressionLevel]: 1, [ZSTD_c_checksumFlag]: 1 },
        });
    }
    get count() {
        return this.#count;
    }
    /** The bytes of a record's path: a view, not a copy. */
    path(index) {
        return this.#paths.subarray(this.#endOf(index - 1), this.#endOf(index));
    }
    digest(index) {
        const at = index * RECORD_BYTES + STATS_BYTES;
        return `sha256:${this.#records.toString('hex', at, at + 32)}`;
    }
    /** When a record's file was last written to, or given another name, mode or time. */
    ctimeNs(index) {
        return this.#records.readBigInt64LE(index * RECORD_BYTES + 16);
    }
    /** Whether a record was made of the very same stats. */
    hasStats(index, stats) {
        return encodeStats(stats).equals(this.#record(index).subarray(0, STATS_BYTES));
    }
    /** The record of a path, or -1. Only for what was decoded: its paths are in order. */
    find(path) {
        if (this.#cursor + 1 < this.#count && this.path(this.#cursor + 1).equals(path)) {
            this.#cursor += 1;
            return this.#cursor;
        }
        let low = 0;
        let high = this.#count - 1;
        while (low <= high) {
            const middle = (low + high) >>> 1;
            const order = this.path(middle).compare(path);
            if (order === 0) {
                this.#cursor = middle;
                return middle;
            }
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }
    append(path, stats, digest) {
        this.#push(path, encodeStats(stats), Buffer.from((0,lib_digest/* hexOf */.ZD)(digest), 'hex'));
    }
    /** Appends a record of another table. */
    appendFrom(other, index) {
        this.#push(other.path(index), other.#record(index));
    }
    #record(index) {
        const at = index * RECORD_BYTES;
        return this.#records.subarray(at, at + RECORD_BYTES);
    }
    #sorted() {
        const order = Array.from({ length: this.#count }, (_, index) => index);
        // A stable sort: of equal paths, the later record comes later.
        order.sort((a, b) => this.path(a).compare(this.path(b)));
        return order.filter((index, i) => {
            const next = order[i + 1];
            return next === undefined || !this.path(index).equals(this.path(next));
        });
    }
    #push(path, ...columns) {
        const start = this.#endOf(this.#count - 1);
        const end = start + path.length;
        const next = this.#count + 1;
        if (HEADER_BYTES + next * (RECORD_BYTES + END_BYTES) + end > MAX_BYTES)
            return;
        this.#records = grown(this.#records, next * RECORD_BYTES);
        this.#ends = grown(this.#ends, next * END_BYTES);
        this.#paths = grown(this.#paths, end);
        let at = this.#count * RECORD_BYTES;
        for (const column of columns) {
            this.#records.set(column, at);
            at += column.length;
        }
        this.#ends.writeUInt32LE(end, this.#count * END_BYTES);
        this.#paths.set(path, start);
        this.#count = next;
    }
    #endOf(index) {
        return index < 0 ? 0 : this.#ends.readUInt32LE(index * END_BYTES);
    }
}
function encodeStats({ size, mtimeNs, ctimeNs, ino, mode }) {
    const bytes = Buffer.allocUnsafe(STATS_BYTES);
    bytes.writeBigInt64LE(BigInt.asIntN(64, size), 0);
    bytes.writeBigInt64LE(BigInt.asIntN(64, mtimeNs), 8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, ctimeNs), 16);
    bytes.writeBigInt64LE(BigInt.asIntN(64, ino), 24);
    bytes.writeUInt32LE(Number(BigInt.asUintN(32, mode)), 32);
    return bytes;
}
/** Whether a column of ends grows up to the length of what it divides. */
function areEnds(ends, length) {
    let before = 0;
    for (let at = 0; at < ends.length; at += END_BYTES) {
        const end = ends.readUInt32LE(at);
        if (end < before)
            return false;
        before = end;
    }
    return before === length;
}
function grown(buffer, length) {
    if (length <= buffer.length)
        return buffer;
    const larger = Buffer.allocUnsafe(Math.max(length, buffer.length * 2, 64 * 1024));
    buffer.copy(larger);
    return larger;
}

;// CONCATENATED MODULE: ./lib/tree/stat-cache.js








const SECOND = 1000000000n;
const TICK = BigInt(file_clock/* CLOCK_TICK_MS */.c) * 1000000n;
/** FAT keeps even seconds, and some others whole ones. */
const COARSE_TICK = 2n * SECOND;
/** What a cache knew of a path when it was opened, and whether that is still so. */
const UNSEEN = 0;
const VALID = 1;
const SUPERSEDED = 2;
/**
 * The digests of files below one folder, by what `lstat` says of them: a file with the size, the
 * times (`ctime`, too, which nobody can set), the inode and the mode that it had when it was read
 * has the content that it had.
 *
 * That holds only if whatever is written to the file from then on changes one of these. A clock
 * that stamps files moves in ticks, and a write in the tick of the last one leaves no trace: so a
 * file is remembered only if its stamps were older than a tick when it began to be read. A file
 * whose time lies in the future is not, either.
 *
 * A cache that is lost, damaged or of another version costs time, and nothing else. What no such
 * cache can see: a program that writes to a file through memory that it mapped before, and a
 * network share whose clock is behind this machine's.
 */
class StatCache {
    #base;
    #file;
    #tempDir;
    #clock;
    #known;
    /** What has become of each record of `known`. */
    #states;
    #fresh = StatTable.empty();
    /** Written by this process, perhaps within this very tick. */
    #written = StatTable.empty();
    constructor(base, cacheDir, clock) {
        const layout = (0,store_layout/* openLayout */.B)(cacheDir);
        this.#base = (0,external_node_fs_.realpathSync)(base);
        this.#file = layout.statCache((0,lib_digest/* digestOf */.ol)((0,names/* bytesOf */.$$)(this.#base)));
        this.#tempDir = layout.tempDir;
        this.#clock = clock;
        this.#known = read(this.#file);
        this.#states = new Uint8Array(this.#known.count);
    }
    /**
     * Opens the cache of a folder.
     *
     * @param base an existing folder; by whatever path it is named, its cache is the same
     */
    static open(base, cacheDir, clock = timeOfDay) {
        return new StatCache(base, cacheDir, clock);
    }
    /**
     * The digest of a file.
     *
     * @param path relative to the base
     * @param stats what `lstat` says of it now
     * @returns undefined where it has to be read
     */
    find(path, stats) {
        const index = this.#known.find((0,names/* bytesOf */.$$)(path));
        if (index < 0)
            return undefined;
        if (this.#states[index] !== SUPERSEDED && this.#known.hasStats(index, stats)) {
            this.#states[index] = VALID;
            return this.#known.digest(index);
        }
        this.#states[index] = SUPERSEDED;
        return undefined;
    }
    /** The moment for {@link StatCache.remember}: ask for it before a file is read. */
    now() {
        return this.#clock();
    }
    /**
     * Remembers a file, if it can be told from then on whether it was written to.
     *
     * @param stats what `stat` said after the last byte was read
     * @param since a moment from which on the file had this content
     */
    remember(path, stats, digest, since) {
        const name = this.#supersede(path);
        if (!isSettled(stats.mtimeNs, since) || !isSettled(stats.ctimeNs, since))
            return;
        this.#fresh.append(name, stats, digest);
    }
    /**
     * Remembers a file that this process has just written, and given a time that lies in the past: what
     * anybody else writes to it gives it another.
     *
     * @param stats what `lstat` says of it now
     */
    rememberWritten(path, stats, digest) {
        const name = this.#supersede(path);
        if (isSettled(stats.mtimeNs, this.now()))
            this.#written.append(name, stats, digest);
    }
    /** Hashes a file, or spares that: for `describeFile` and `differences`. */
    hash = (file, path, stats) => {
        const known = this.find(path, stats);
        if (known !== undefined)
            return { digest: known, size: Number(stats.size), stats };
        const since = this.now();
        const hashed = (0,hash_file/* hashFile */.D)(file);
        this.remember(path, hashed.stats, hashed.digest, since);
        return hashed;
    };
    /**
     * Writes what has been remembered, if anything has. Files that are gone are dropped. The last thing
     * to do with a cache.
     *
     * @throws CafsError `NO_SPACE`, `UNWRITABLE`
     */
    save() {
        const now = this.now();
        for (let index = 0; index < this.#written.count; index += 1) {
            if (isSettled(this.#written.ctimeNs(index), now))
                this.#fresh.appendFrom(this.#written, index);
        }
        if (this.#fresh.count === 0)
            return;
        for (let index = 0; index < this.#known.count; index += 1) {
            if (this.#isKept(index))
                this.#fresh.appendFrom(this.#known, index);
        }
        (0,atomic_file/* writeFileAtomic */.Zf)(this.#file, this.#tempDir, [this.#fresh.encode()]);
    }
    #supersede(path) {
        const name = (0,names/* bytesOf */.$$)(path);
        const before = this.#known.find(name);
        if (before >= 0)
            this.#states[before] = SUPERSEDED;
        return name;
    }
    /** Nobody asked for an unseen file: it may lie outside what was looked at, or be gone. */
    #isKept(index) {
        if (this.#states[index] !== UNSEEN)
            return this.#states[index] === VALID;
        const file = (0,names/* encodePath */.O0)(`${this.#base}/${(0,names/* decodeName */.e4)(this.#known.path(index))}`);
        try {
            return (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false })?.isFile() === true;
        }
        catch {
            return false;
        }
    }
}
/** Whether a clock that stamped a file at this time has moved on since. */
function isSettled(stamp, since) {
    return stamp + (stamp % SECOND === 0n ? COARSE_TICK : TICK) < since;
}
function timeOfDay() {
    return BigInt(Date.now()) * 1000000n;
}
function read(file) {
    let bytes;
    try {
        bytes = (0,external_node_fs_.readFileSync)(file);
    }
    catch {
        return StatTable.empty();
    }
    return StatTable.decode(bytes) ?? StatTable.empty();
}

;// CONCATENATED MODULE: ./lib/sync/tree-options.js








const MAX_THREADS = 8;
/**
 * How many threads are wanted.
 *
 * @throws CafsError `INVALID_INPUT`
 */
function threadsFor({ threads }) {
    if (threads === undefined)
        return Math.min((0,external_node_os_.availableParallelism)(), MAX_THREADS);
    if (Number.isInteger(threads) && threads >= 1 && threads <= 64)
        return threads;
    throw new errors/* CafsError */.u('INVALID_INPUT', `"threads" is ${String(threads)}; it must be 1 to 64.`);
}
/**
 * The real path of a folder that is to be a tree.
 *
 * @throws CafsError `INVALID_INPUT` where it is no folder, or lies in the cache folder
 */
function realFolder(dir, store) {
    let base;
    let isFolder;
    try {
        base = (0,external_node_fs_.realpathSync)(dir);
        isFolder = (0,external_node_fs_.statSync)(base).isDirectory();
    }
    catch (error) {
        throw noFolder(dir, error);
    }
    if (!isFolder)
        throw noFolder(dir);
    const own = below((0,external_node_fs_.realpathSync)(store.cacheDir), base);
    if (own === undefined)
        return base;
    throw new errors/* CafsError */.u('INVALID_INPUT', `The folder ${(0,names/* showPath */.P8)(dir)} lies in the cache folder.`, {
        hint: 'Take another folder, or open the store with another cache folder.',
    });
}
/**
 * Which part of a folder is meant. The cache folder, where it lies in there, is not: a store must
 * not take itself for a file, nor remove itself.
 */
function selectionOf(base, store, options) {
    const { patterns, git = false } = options;
    const matcher = patterns === undefined ? undefined : compileGlobs(patterns);
    const own = below(base, (0,external_node_fs_.realpathSync)(store.cacheDir));
    const isOut = (path) => (0,tree_area/* isLeftover */.ij)(path) ||
        (!git && (0,tree_area/* isGits */.KU)(path)) ||
        (own !== undefined && (path === own || path.startsWith(`${own}/`)));
    return {
        enter: (path) => !isOut(path) && matcher?.mayContain(path) !== false,
        select: (path) => !isOut(path) && matcher?.matches(path) !== false,
    };
}
/** Opens the cache of a folder's digests, where one is wanted. */
function openStatCache(base, store, { statCache = true }) {
    return statCache ? StatCache.open(base, store.cacheDir) : undefined;
}
/** Keeps a cache of digests. Where that fails, nothing is lost but time. */
function saveStatCache(cache, { observer }) {
    try {
        cache?.save();
    }
    catch (error) {
        const message = `Digests of files are not remembered: ${(0,errors/* describeError */.Uc)(error)}`;
        observer?.({ kind: 'notice', message });
    }
}
/** A path relative to a folder, with `/`; empty for the folder itself, undefined outside of it. */
function below(folder, path) {
    const way = (0,external_node_path_.relative)(folder, path).replaceAll(external_node_path_.sep, '/');
    return way === '..' || way.startsWith('../') || /^[A-Za-z]:/.test(way) ? undefined : way;
}
function noFolder(dir, cause) {
    return new errors/* CafsError */.u('INVALID_INPUT', `${(0,names/* showPath */.P8)(dir)} is no folder.`, { cause });
}

;// CONCATENATED MODULE: ./lib/sync/export-tree.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});













/**
 * Makes a folder hold what lies under a prefix of a store: regular files, symlinks and empty folders,
 * with modes and modification times. Only what differs is written; content that this disk does not
 * have comes from the store's remote. All bytes are verified.
 *
 * Entries that were put by hand, without a file's metadata, become regular files with mode 0644;
 * their time is not compared, and is that of writing for what is written.
 *
 * Nothing outside of the folder is written, whatever the store holds: a symlink in it is replaced,
 * not followed. After an error the folder is as it was.
 *
 * @param prefix `''` for the whole store
 * @param dir a folder, made where it does not exist; a symlink to one is followed
 * @throws NotFoundError where nothing lies under the prefix, before the folder is made
 * @throws CafsError `CONTENT_LOST` where a content is neither on this disk nor in the remote; `MALFORMED` for entries that cannot be a tree: keys that are no paths, metadata that
 *   is malformed, files with other files in them; `CONTAINMENT` for paths that lead out of the folder
 *   or into `.git`; `INVALID_INPUT` for a folder, a prefix or patterns that cannot be used;
 *   `INTEGRITY`; `UNWRITABLE` and `NO_SPACE` where the folder cannot be written to; the remote's own
 *   errors; the signal's reason
 *
 * @example
 * const { written, removed } = await exportTree(store, 'build/dist', 'dist', { removeStale: true });
 */
async function exportTree(store, prefix, dir, options = {}) {
    const entries = readEntries(store, (0,paths/* treePrefix */.$X)(prefix), options);
    if (entries.size === 0)
        throw nothingUnder(store, prefix);
    const unmake = makeTarget(dir);
    try {
        const base = realFolder(dir, store);
        const selection = selectionOf(base, store, options);
        const restored = await restore({ store, prefix }, base, selection, entries, options);
        if (restored.error !== undefined)
            throw restored.error;
        const { files, written, bytes, removed } = restored;
        return { files, written, bytes, removed };
    }
    catch (error) {
        unmake();
        throw explainTarget(error, dir);
    }
}
/** A prefix that is mistyped must not look like an empty folder that was exported. */
function nothingUnder(store, prefix) {
    const shown = JSON.stringify(prefix);
    const key = prefix.replace(/\/$/, '');
    if (key !== '' && store.exists(key)) {
        return new errors/* NotFoundError */.m_(`${(0,quoted/* quoted */.T)(key)} is an entry, not a prefix.`, {
            hint: 'Use get to read it, or name the prefix that it lies under.',
        });
    }
    return new errors/* NotFoundError */.m_(`There is nothing under ${shown} to export.`, {
        hint: 'Check the prefix, or pull first. To empty a folder, remove it.',
    });
}
async function restore({ store, prefix }, base, selection, entries, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { concurrency, observer, signal, removeStale = false } = options;
        const cache = openStatCache(base, store, options);
        const wanted = new Map([...entries].filter(([path, { meta }]) => selection.select(path, meta.kind ?? 'file')));
        let done = 0;
        let bytes = 0;
        const request = {
            area: { base, ...selection },
            wanted: () => wanted,
            removes: () => removeStale,
            hash: cache?.hash,
            wrote: (path, { digest, size, meta }) => {
                done += 1;
                bytes += size;
                observer?.({ kind: 'restore', done, bytes });
                if (cache === undefined || meta.kind !== undefined || meta.mtimeMs === undefined)
                    return;
                const stats = (0,external_node_fs_.lstatSync)((0,names/* encodePath */.O0)(`${base}/${path}`), {
                    bigint: true,
                    throwIfNoEntry: false,
                });
                if (stats !== undefined)
                    cache.rememberWritten(path, stats, digest);
            },
        };
        const contents = __addDisposableResource(env_1, new ContentReader(store.cacheDir, threadsFor(options)), true);
        const [restored] = await (0,restore_areas/* restoreAreas */.D)((wantedEntries, receiver, how) => {
            const explaining = {
                whole: (digest, content) => {
                    receiver.whole(digest, content);
                },
                pieces: (digest, pieces) => receiver.pieces(digest, pieces),
                failed: (digest, error) => {
                    receiver.failed(digest, (0,lost_content/* explainLost */.M)(error, keyOf(store, prefix, digest)));
                },
            };
            return contents.deliver(store, wantedEntries, explaining, how);
        }, [request], { observer, signal, ...(concurrency === undefined ? {} : { concurrency }) });
        if (restored?.error === undefined)
            saveStatCache(cache, options);
        return restored ?? { files: 0, written: 0, bytes: 0, removed: 0, milliseconds: 0 };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/** The key of the first entry under a prefix that has a content. */
function keyOf(store, prefix, content) {
    const below = (0,paths/* treePrefix */.$X)(prefix);
    for (const [name, { digest }] of store.list(below))
        if (digest === content)
            return below + name;
    return content;
}
/** Everything under a prefix by path, before anything is touched. */
function readEntries(store, prefix, { git = false }) {
    const entries = new Map();
    for (const [name, entry] of store.list(prefix)) {
        const key = prefix + name;
        const meta = explained(key, () => (0,tree_meta/* readWantedMeta */.LU)(entry.meta));
        const path = explained(key, () => (0,paths/* pathBelow */.Br)(prefix, key, meta));
        if ((0,tree_area/* isLeftover */.ij)(path) || (!git && (0,tree_area/* isGits */.KU)(path))) {
            const hint = (0,tree_area/* isGits */.KU)(path) ? { hint: 'Set "git" if it is to be written.' } : {};
            throw new errors/* CafsError */.u('CONTAINMENT', `The entry ${(0,quoted/* quoted */.T)(key)} is not exported: its name is not for files of users.`, hint);
        }
        entries.set(path, { ...entry, meta });
    }
    return entries;
}
/** What an entry can have wrong beside its form. */
const CODES = ['CONTAINMENT', 'INVALID_INPUT', 'INVALID_KEY', 'RESERVED_KEY'];
/** Says which entry it is that has an error. */
function explained(key, read) {
    try {
        return read();
    }
    catch (cause) {
        const code = CODES.find((one) => (0,errors/* hasCode */.up)(cause, one)) ?? 'MALFORMED';
        const message = `The entry ${(0,quoted/* quoted */.T)(key)} cannot be exported: ${(0,errors/* describeError */.Uc)(cause)}`;
        throw new errors/* CafsError */.u(code, message, { cause });
    }
}
const TARGET = 'folder that is exported to';
/**
 * Errors of writing files say what to do. An error without a path is one of writing to an open file;
 * those of the cache folder have been explained where they came from, or have its path.
 */
function explainTarget(error, dir) {
    if (typeof error !== 'object' || error === null || !('syscall' in error))
        return error;
    const path = 'path' in error ? error.path : undefined;
    if (path === undefined)
        return (0,disk_error/* explainDisk */.Pp)(error, dir, TARGET);
    if (typeof path !== 'string')
        return error;
    const below = [(0,external_node_path_.resolve)(dir), realpathOf(dir)];
    const isIn = below.some((base) => path === base || path.startsWith(base + external_node_path_.sep));
    return isIn ? (0,disk_error/* explainDisk */.Pp)(error, path, TARGET) : error;
}
function realpathOf(dir) {
    try {
        return (0,external_node_fs_.realpathSync)(dir);
    }
    catch {
        return (0,external_node_path_.resolve)(dir);
    }
}
/**
 * Makes a folder and those above it.
 *
 * @returns what removes them again, as far as nothing has come to lie in them
 */
function makeTarget(dir) {
    const top = (0,disk_error/* makeOurFolder */.rm)((0,external_node_path_.resolve)(dir), TARGET);
    if (top === undefined)
        return () => undefined;
    return () => {
        try {
            for (let folder = (0,external_node_path_.resolve)(dir);; folder = (0,external_node_path_.dirname)(folder)) {
                (0,external_node_fs_.rmdirSync)(folder);
                if (folder === top)
                    return;
            }
        }
        catch {
            // Somebody else has put something there.
        }
    };
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var valibot_dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./lib/options.js
var lib_options = __webpack_require__(1097);
// EXTERNAL MODULE: ./lib/store/write-guard.js
var write_guard = __webpack_require__(662);
;// CONCATENATED MODULE: ./lib/sync/go-package/contents.js


/** Contents up to this size, in bytes, are held in memory. */
const SMALL_BYTES = 1024 * 1024;
/** Brings wanted contents to this disk, out of layers and from wherever else they can be had. */
class Contents {
    #blobs;
    /** The sizes that the index gives, in bytes. */
    #wanted;
    #signal;
    #here = new Set();
    #damaged = new Map();
    constructor(blobs, wanted, signal) {
        this.#blobs = blobs;
        this.#wanted = wanted;
        this.#signal = signal;
    }
    /** Whether a content is on this disk, whole and verified. */
    has(digest) {
        return this.#here.has(digest);
    }
    /** What is wrong with a content that a layer has; undefined for one that no layer has. */
    whyDamaged(digest) {
        return this.#damaged.get(digest);
    }
    /**
     * Keeps a content of a layer, if it is wanted and what it is called. One that is not need be no
     * attack: the Go package pushes what its files hold by then, unread.
     */
    async take(record) {
        const { digest, size } = record;
        const wanted = this.#wanted.get(digest);
        if (wanted === undefined || this.#here.has(digest))
            return;
        const damage = wanted === size ? await this.#keep(record) : sizes(size, wanted);
        if (damage === undefined)
            this.#here.add(digest);
        else
            this.#damaged.set(digest, damage);
    }
    /** Looks for what no layer has: the content without bytes, and what is on this disk already. */
    async lookElsewhere() {
        if (this.#wanted.get(lib_digest/* EMPTY_DIGEST */.Vx) === 0)
            this.#here.add(this.#blobs.put(new Uint8Array()));
        for (const [digest, size] of this.#wanted) {
            this.#signal?.throwIfAborted();
            if (!this.#here.has(digest) && (await this.#isOnDisk(digest, size)))
                this.#here.add(digest);
        }
    }
    /** Gives what is wrong with it. */
    async #keep({ digest, size, ...record }) {
        let found;
        if (size <= SMALL_BYTES) {
            const bytes = await record.whole();
            found = (0,lib_digest/* digestOf */.ol)(bytes);
            if (found === digest)
                this.#blobs.put(bytes);
        }
        else {
            found = (await this.#blobs.putStream(record.pieces(), { signal: this.#signal })).digest;
        }
        return found === digest ? undefined : `its bytes have the digest ${found}`;
    }
    async #isOnDisk(digest, size) {
        if (this.#blobs.sizeOf(digest) !== size)
            return false;
        try {
            let read = 0;
            for await (const piece of this.#blobs.stream(digest) ?? [])
                read += piece.byteLength;
            return read === size;
        }
        catch (error) {
            if ((0,errors/* hasCode */.up)(error, 'INTEGRITY') || (0,errors/* hasCode */.up)(error, 'NOT_FOUND'))
                return false;
            throw error;
        }
    }
}
function sizes(found, wanted) {
    return `it has ${String(found)} bytes there, and ${String(wanted)} in the index`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/order.js
var order = __webpack_require__(1167);
// EXTERNAL MODULE: ./lib/store/json.js
var store_json = __webpack_require__(7251);
// EXTERNAL MODULE: ./lib/store/keys.js
var keys = __webpack_require__(4945);
;// CONCATENATED MODULE: ./lib/sync/go-package/file-meta.js
/** Go's `os.ModeDir`. */
const MODE_DIR = 2 ** 31;
const MAX_MODE = 2 ** 32 - 1;
const PERMISSIONS = 0o777;
/** What Go makes of a `time.Time` that was not set. */
const NO_TIME = '0001-01-01T00:00:00Z';
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
/**
 * The metadata of an entry as it is here. Go's `FileMeta`, which is known by its form, becomes
 * {@link FileMeta}; anything else stays as it is.
 *
 * Only permissions travel here. Where Go's mode says more, the member `goMode` keeps it; a folder
 * that has no content becomes one, a symlink does not: its content may be the target's.
 *
 * @param size of the content, in bytes
 * @returns undefined where there is none, or Go's says nothing
 * @see https://pkg.go.dev/io/fs#FileMode
 */
function readGoMeta(meta, size) {
    if (meta === undefined || meta === null)
        return undefined;
    const file = asFileMeta(meta);
    if (file === undefined)
        return meta;
    const { mode, mtimeMs } = file;
    const isFolder = mode !== undefined && mode >= MODE_DIR && size === 0;
    const read = {
        ...(isFolder ? { kind: 'folder' } : {}),
        // Without setuid and the like. JavaScript's `&` makes a signed number of both sides.
        ...(mode === undefined ? {} : { mode: mode & PERMISSIONS }),
        ...(mtimeMs === undefined ? {} : { mtimeMs }),
        ...(mode === undefined || mode <= PERMISSIONS ? {} : { goMode: mode }),
    };
    return Object.keys(read).length === 0 ? undefined : read;
}
/** Go leaves out a mode of 0, which no file is likely to have, and writes a time that was not set. */
function asFileMeta(meta) {
    if (meta === null || typeof meta !== 'object' || Array.isArray(meta))
        return undefined;
    const { mode, mtime, ...others } = meta;
    if (Object.keys(others).length > 0 || typeof mtime !== 'string')
        return undefined;
    if (mode !== undefined && !isMode(mode))
        return undefined;
    if (mtime === NO_TIME)
        return { mode, mtimeMs: undefined };
    const mtimeMs = readTime(mtime);
    return mtimeMs === undefined ? undefined : { mode, mtimeMs };
}
function isMode(value) {
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_MODE;
}
/** Milliseconds since 1970 to the nearest microsecond, as `fileMetaFrom` has them. */
function readTime(text) {
    const [, seconds, fraction = '', zone] = TIME.exec(text) ?? [];
    if (seconds === undefined || zone === undefined)
        return undefined;
    const ms = Date.parse(seconds + zone);
    const microseconds = Math.round(Number(fraction.padEnd(9, '0')) / 1000);
    return Number.isNaN(ms) ? undefined : (ms * 1000 + microseconds) / 1000;
}

// EXTERNAL MODULE: ./lib/sync/go-package/malformed.js
var malformed = __webpack_require__(9962);
;// CONCATENATED MODULE: ./lib/sync/go-package/go-index.js









/** What the Go package keeps of its own among the entries of its users. */
const OWN = '_prefix/';
/**
 * Reads the index of the Go package: a JSON object of its entries by their keys, each with its digest
 * `d`, its size `s` where it is not 0, and its metadata `m` where it has some.
 *
 * Of a key that is there twice, the last counts, as in Go: keys that are not UTF-8 become equal when
 * they are written as JSON.
 *
 * @throws CafsError `MALFORMED`
 */
function readGoIndex(bytes) {
    const text = bytes.toString('utf8');
    if ((0,store_json/* isTooDeep */.f_)(text))
        throw (0,malformed/* malformed */.Q)('its index has too many objects one in another');
    let json;
    try {
        json = JSON.parse(text);
    }
    catch (cause) {
        throw (0,malformed/* malformed */.Q)('its index is not JSON', cause);
    }
    if (!isObject(json))
        throw (0,malformed/* malformed */.Q)('its index is no JSON object');
    const sizes = new Map();
    const entries = [];
    for (const key of Object.keys(json)) {
        if (key.startsWith(OWN))
            continue;
        const entry = readEntry(key, json[key]);
        if ((sizes.get(entry.digest) ?? entry.size) !== entry.size) {
            throw (0,malformed/* malformed */.Q)(`its index has two sizes for ${entry.digest}`);
        }
        sizes.set(entry.digest, entry.size);
        entries.push(entry);
    }
    return entries;
}
/** What Go's `Root()` gives for these entries; empty for none. */
function goRoot(entries) {
    if (entries.length === 0)
        return '';
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const sorted = [...entries].sort((a, b) => (0,order/* compareBytes */.X)(a.key, b.key));
    for (const [at, { key, digest, size }] of sorted.entries()) {
        hash.update(`${at === 0 ? '' : '\n'}${key}\0${digest}\0${String(size)}`);
    }
    return `sha256:${hash.digest('hex')}`;
}
function readEntry(key, value) {
    const fail = (why) => (0,malformed/* malformed */.Q)(`the entry ${(0,quoted/* quoted */.T)(key.slice(0, 100))} ${why}`);
    if ((0,lib_digest/* isDigest */.Bc)(value)) {
        throw fail('is written as versions before 30 November 2025 did, without a size');
    }
    if (!isObject(value))
        throw fail('is no object');
    const { d: digest, s: size = 0, m } = value;
    if (!(0,lib_digest/* isDigest */.Bc)(digest))
        throw fail('has no digest');
    if (!isSize(size))
        throw fail('has no size');
    const meta = readGoMeta(m, size);
    const info = { key, digest, size, ...(meta === undefined ? {} : { meta }) };
    const refused = whyNot('invalid-key', () => {
        (0,keys/* assertKey */.sM)(key);
    }) ?? whyNot('invalid-meta', () => meta === undefined || (0,store_json/* toMetaText */.gG)(meta));
    return refused === undefined ? info : { ...info, refused };
}
function whyNot(reason, check) {
    try {
        check();
        return undefined;
    }
    catch (error) {
        return { reason, message: (0,errors/* describeError */.Uc)(error) };
    }
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isSize(value) {
    return Number.isSafeInteger(value) && value >= 0;
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
;// CONCATENATED MODULE: ./lib/sync/go-package/limits.js
/** Layers of one manifest: the Go package groups contents by the first two digits of their digests. */
const MAX_LAYERS = 256;
/**
 * Bytes of all layers of one manifest, once they are decompressed; also as they are stored. The Go
 * package holds all that it pushes in memory, several times over.
 */
const MAX_RAW_BYTES = 64 * 1024 ** 3;
/** Bytes of an index, which is one JSON object: about 800,000 entries. */
const MAX_INDEX_BYTES = 128 * 1024 * 1024;

;// CONCATENATED MODULE: ./lib/sync/go-package/prefix-hashes.js


/**
 * What `dev.cafs.prefixes` says of a layer: for the contents whose digests begin with the same two
 * digits, the SHA-256 of their digests, in order, each followed by its size as 64 bits.
 *
 * The Go package makes it of what it packs, so it is right for every layer that the manifest lists.
 */
class PrefixHashes {
    #digesters = new Map();
    /** Takes the contents of one layer, in their order. */
    add({ digest, size }) {
        const prefix = digest.slice('sha256:'.length, 'sha256:'.length + 2);
        const digester = this.#digesters.get(prefix) ?? new lib_digest/* Digester */.Y8();
        this.#digesters.set(prefix, digester);
        const length = Buffer.alloc(8);
        length.writeBigUInt64BE(BigInt(size));
        digester.update(Buffer.from(digest)).update(length);
    }
    /** @throws IntegrityError where the layer holds something else than the label says */
    verify({ digest, prefixes }) {
        const found = new Map([...this.#digesters].map(([prefix, digester]) => [prefix, digester.digest()]));
        for (const prefix of new Set([...found.keys(), ...prefixes.keys()])) {
            if (found.get(prefix) === prefixes.get(prefix))
                continue;
            throw new errors/* IntegrityError */.cs(`The layer ${digest} holds other contents under ${prefix} than dev.cafs.prefixes says.`);
        }
    }
}

;// CONCATENATED MODULE: ./lib/sync/go-package/byte-reader.js

/** Reads a stream of bytes in pieces of the sizes that its reader wants. */
class ByteReader {
    #chunks;
    #held = new Uint8Array();
    #position = 0;
    constructor(chunks) {
        this.#chunks = chunks[Symbol.asyncIterator]();
    }
    /** Bytes that have been read. */
    get position() {
        return this.#position;
    }
    /** Whether there are no bytes left. */
    async isAtEnd() {
        while (this.#held.byteLength === 0) {
            const next = await this.#chunks.next();
            if (next.done === true)
                return true;
            this.#held = next.value;
        }
        return false;
    }
    /**
     * A number of bytes, which the caller has bounded, in memory.
     *
     * @throws CafsError `MALFORMED` where there are fewer
     */
    async read(length) {
        return Buffer.concat(await Array.fromAsync(this.take(length)), length);
    }
    /**
     * A number of bytes, piece by piece.
     *
     * @throws CafsError `MALFORMED` where there are fewer
     */
    async *take(length) {
        const end = this.#position + length;
        while (this.#position < end) {
            if (await this.isAtEnd())
                throw (0,malformed/* malformed */.Q)('a layer ends in the middle of a content');
            const piece = this.#held.subarray(0, end - this.#position);
            this.#held = this.#held.subarray(piece.byteLength);
            this.#position += piece.byteLength;
            yield piece;
        }
    }
    /** Passes over bytes. */
    async skip(length) {
        const pieces = this.take(length);
        let next = await pieces.next();
        while (next.done !== true)
            next = await pieces.next();
    }
    /** Gives up the stream. */
    async close() {
        await this.#chunks.return?.();
    }
}

;// CONCATENATED MODULE: ./lib/sync/go-package/records.js




const DIGEST_BYTES = 'sha256:'.length + 64;
const records_HEADER_BYTES = DIGEST_BYTES + 8;
/**
 * The contents of a decompressed layer: for each its digest as text, its size as 64 bits, the most
 * significant byte first, and its bytes. They are sorted by their digests, and each is there once.
 *
 * A record can be read once, and until the next one is asked for; what is not read is passed over.
 *
 * @throws CafsError `MALFORMED`
 */
async function* recordsOf(layer) {
    const reader = new ByteReader(layer);
    let before = '';
    try {
        while (!(await reader.isAtEnd())) {
            const { digest, size } = readHeader(await reader.read(records_HEADER_BYTES));
            if (digest <= before)
                throw (0,malformed/* malformed */.Q)('the contents of a layer are not sorted');
            before = digest;
            const end = reader.position + size;
            yield { digest, size, whole: () => reader.read(size), pieces: () => reader.take(size) };
            await reader.skip(end - reader.position);
        }
    }
    finally {
        await reader.close();
    }
}
function readHeader(header) {
    const digest = header.toString('latin1', 0, DIGEST_BYTES);
    if (!(0,lib_digest/* isDigest */.Bc)(digest)) {
        throw (0,malformed/* malformed */.Q)(`a layer has ${JSON.stringify(digest)} where a digest is due`);
    }
    const size = header.readBigUInt64BE(DIGEST_BYTES);
    if (size > BigInt(MAX_RAW_BYTES))
        throw (0,malformed/* malformed */.Q)(`a content claims ${String(size)} bytes`);
    return { digest, size: Number(size) };
}

;// CONCATENATED MODULE: ./lib/sync/go-package/layers.js








/** The layers of snapshots that the Go package has pushed. */
class Layers {
    #context;
    #fetched = new Set();
    /** Bytes fetched. */
    #stored = 0;
    /** Bytes decompressed. */
    #raw = 0;
    constructor(context) {
        this.#context = context;
    }
    /**
     * The contents of a layer. Whoever has read all of them knows that they are what the config and the
     * label `dev.cafs.prefixes` say; each content's own digest is for the caller to check.
     *
     * @throws CafsError `MALFORMED`, `INTEGRITY`, `NOT_FOUND`, `NO_SPACE`, `UNWRITABLE`; the remote's own
     *   errors
     */
    async *records(layer) {
        await this.#fetch(layer);
        const hashes = new PrefixHashes();
        for await (const record of recordsOf(this.#open(layer))) {
            hashes.add(record);
            yield record;
        }
        hashes.verify(layer);
    }
    async #fetch({ digest, size }) {
        const { remote, blobs, signal, observer } = this.#context;
        if (this.#fetched.has(digest))
            return;
        if (blobs.sizeOf(digest) !== size || !blobs.touch(digest)) {
            const stored = remote.getBlobStream({ digest, size }, { signal });
            await blobs.putStream(stored, { expected: digest, signal });
            this.#stored += size;
        }
        this.#fetched.add(digest);
        observer?.({ kind: 'download', done: this.#fetched.size, bytes: this.#stored });
    }
    async *#open({ digest, diffId }) {
        const { blobs, signal, maxRawBytes = MAX_RAW_BYTES } = this.#context;
        const stored = blobs.stream(digest);
        if (stored === undefined)
            throw new errors/* NotFoundError */.m_(`The layer ${digest} is gone from this disk.`);
        const digester = new lib_digest/* Digester */.Y8();
        for await (const chunk of decompress(stored)) {
            signal?.throwIfAborted();
            this.#raw += chunk.byteLength;
            if (this.#raw > maxRawBytes) {
                throw (0,malformed/* malformed */.Q)(`its layers decompress to more than ${String(maxRawBytes)} bytes`);
            }
            digester.update(chunk);
            yield chunk;
        }
        const found = digester.digest();
        if (found === diffId)
            return;
        throw new errors/* IntegrityError */.cs(`The layer ${digest} decompresses to ${found}, not to ${diffId}.`);
    }
}
/** Some chunks at a time: memory does not grow with what a layer decompresses to. */
async function* decompress(stored) {
    const decoder = (0,external_node_zlib_.createZstdDecompress)();
    // Whoever reads the decoder gets the error.
    (0,external_node_stream_.pipeline)(stored, decoder, () => undefined);
    try {
        for await (const chunk of decoder)
            yield chunk;
    }
    catch (cause) {
        if (cause instanceof errors/* CafsError */.u)
            throw cause;
        throw (0,malformed/* malformed */.Q)('a layer cannot be decompressed', cause);
    }
}

// EXTERNAL MODULE: ./lib/oci/manifest.js
var oci_manifest = __webpack_require__(4360);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/sync/snapshot-manifest.js
var snapshot_manifest = __webpack_require__(9773);
// EXTERNAL MODULE: ./lib/sync/go-package/config.js
var config = __webpack_require__(5925);
;// CONCATENATED MODULE: ./lib/sync/go-package/snapshot.js








/**
 * Reads what the Go package has pushed to a tag.
 *
 * @throws NotFoundError where there is nothing; CafsError `NOT_A_SNAPSHOT` for what somebody else has
 *   pushed, `MALFORMED` for what is not as the Go package writes it; the remote's own errors
 */
async function readGoSnapshot(remote, reference, options) {
    const name = `${remote.name} ${reference}`;
    const fetched = await remote.getManifest(reference, options);
    if (fetched === undefined) {
        throw new errors/* NotFoundError */.m_(`There is nothing at ${name}.`, { hint: 'Check the tag.' });
    }
    const { digest } = fetched.descriptor;
    const manifest = parseFetched(fetched, name);
    const labels = await (0,config/* fetchLabels */.w)(remote, manifest, options);
    if (labels === undefined)
        throw notGos(name);
    const { root, prefixes, diffIds } = labels;
    if (manifest.layers.length > MAX_LAYERS) {
        throw (0,malformed/* malformed */.Q)(`it has ${String(manifest.layers.length)} layers`);
    }
    if (manifest.layers.length !== diffIds.length) {
        const found = `${String(manifest.layers.length)} layers and ${String(diffIds.length)} diff_ids`;
        throw (0,malformed/* malformed */.Q)(`it has ${found}`);
    }
    const size = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
    if (size > MAX_RAW_BYTES)
        throw (0,malformed/* malformed */.Q)(`its layers claim ${String(size)} bytes`);
    const layers = manifest.layers.map((layer, at) => layerOf(layer, diffIds[at], prefixes));
    return { digest, index: root, layers };
}
function parseFetched({ descriptor, bytes }, name) {
    // The remote has checked the bytes already; what everything else hangs on is worth a second look.
    if ((0,lib_digest/* digestOf */.ol)(bytes) !== descriptor.digest) {
        throw new errors/* IntegrityError */.cs(`The manifest of ${name} does not have its digest.`);
    }
    if ([types/* MEDIA_TYPE_INDEX */.D4, types/* MEDIA_TYPE_DOCKER_INDEX */.eL].includes(descriptor.mediaType)) {
        throw notGos(name);
    }
    const manifest = (0,oci_manifest/* parseManifest */.Ng)(bytes);
    if ((0,snapshot_manifest/* dialectOf */.E3)(manifest) === undefined)
        return manifest;
    throw new errors/* CafsError */.u('NOT_A_SNAPSHOT', `The Go package has not pushed ${name}: cafs-action has.`, {
        hint: 'There is nothing to import: pull it.',
    });
}
function layerOf({ digest, size }, diffId, prefixes) {
    if (diffId === undefined)
        throw (0,malformed/* malformed */.Q)('a layer has no diff_id');
    const here = [...prefixes].filter(([, { layer }]) => layer === digest);
    const hashes = new Map(here.map(([prefix, { hash }]) => [prefix, hash]));
    return { digest, size, diffId, prefixes: hashes };
}
function notGos(name) {
    return new errors/* CafsError */.u('NOT_A_SNAPSHOT', `The Go package has not pushed ${name}.`, {
        hint: 'Name a tag that github.com/aweris/cafs has pushed: its config has the label dev.cafs.root.',
    });
}

;// CONCATENATED MODULE: ./lib/sync/go-package/import.js













/**
 * Brings what the Go package `github.com/aweris/cafs` has pushed to a tag into a store: all keys with
 * their contents and metadata, in the place of entries with the same keys. Its `FileMeta` becomes
 * {@link FileMeta}; other metadata stays as it is.
 *
 * Every byte is verified, and nothing in the store changes before all of it has been. Layers and
 * contents are kept in the cache folder, so that to import again fetches nothing again; `gc` removes
 * what no entry needs.
 *
 * The manifest of a tag that was pushed to more than once does not list all layers: see `lost`.
 *
 * @throws NotFoundError where there is nothing; CafsError `NOT_A_SNAPSHOT` for what somebody else has
 *   pushed, `MALFORMED` and `INTEGRITY` for what is not as the Go package writes it; `NO_SPACE`,
 *   `UNWRITABLE`; the remote's own errors; the signal's reason
 * @example
 * const remote = openRemote('ghcr.io/me/cache', { cwd: process.cwd() });
 * await using store = await open('cache:main', { remote: 'ghcr.io/me/cache-ts' });
 * const { lost } = await importGoSnapshot(remote, 'main', store);
 * for (const { key, message } of lost) console.warn(key, message);
 * await store.push();
 */
async function importGoSnapshot(remote, tag, store, options = {}) {
    (0,lib_options/* checkOptions */.Jr)(options, OPTIONS);
    const { also = [], signal, observer } = options;
    signal?.throwIfAborted();
    const snapshot = await readGoSnapshot(remote, tag, { signal });
    const layers = new Map(snapshot.layers.map((layer) => [layer.digest, layer]));
    for (const reference of also) {
        const other = await readGoSnapshot(remote, reference, { signal });
        for (const layer of other.layers) {
            if (!layers.has(layer.digest))
                layers.set(layer.digest, layer);
        }
    }
    const work = async () => {
        const blobs = store_blobs/* Blobs */.B.open(store.cacheDir);
        const reader = new Layers({ remote, blobs, signal, observer });
        const entries = readGoIndex(await readIndex(reader, snapshot, [...layers.values()]));
        const contents = new Contents(blobs, sizesOf(entries), signal);
        for (const layer of layers.values()) {
            for await (const record of reader.records(layer))
                await contents.take(record);
        }
        await contents.lookElsewhere();
        const lost = entries.flatMap((entry) => whyLost(entry, contents) ?? []);
        const kept = entries.filter((entry) => entry.refused === undefined && contents.has(entry.digest));
        for (const { key, ...info } of kept)
            await adopt(store, key, info, signal);
        const { digest } = snapshot;
        return { snapshot: digest, root: goRoot(entries), imported: kept.length, lost };
    };
    return (0,write_guard/* keepingEverything */.f)((0,store_layout/* openLayout */.B)(store.cacheDir), work, signal);
}
const OPTIONS = {
    name: 'importGoSnapshot',
    entries: {
        also: valibot_dist/* optional */.lqM(valibot_dist/* array */.YOg(valibot_dist/* string */.YjP())),
        signal: lib_options/* SIGNAL */.bh,
        observer: valibot_dist/* optional */.lqM(valibot_dist/* function */.fHH()),
    },
};
/** The index is a content as any other; the layer that holds it is likely to be the one of its prefix. */
async function readIndex(reader, { digest, index }, layers) {
    const prefix = index.slice('sha256:'.length, 'sha256:'.length + 2);
    const likely = (layer) => (layer.prefixes.has(prefix) ? 0 : 1);
    for (const layer of [...layers].sort((a, b) => likely(a) - likely(b))) {
        for await (const record of reader.records(layer)) {
            if (record.digest !== index)
                continue;
            if (record.size > MAX_INDEX_BYTES) {
                throw (0,malformed/* malformed */.Q)(`its index claims ${String(record.size)} bytes`);
            }
            const bytes = await record.whole();
            const found = (0,lib_digest/* digestOf */.ol)(bytes);
            if (found === index)
                return bytes;
            throw new errors/* IntegrityError */.cs(`The Go package's index ${index} has the digest ${found}.`);
        }
    }
    throw new errors/* NotFoundError */.m_(`No layer of ${digest} holds its index ${index}.`, {
        hint: 'Name other tags that were pushed about the same time ("also").',
    });
}
function sizesOf(entries) {
    const kept = entries.filter(({ refused }) => refused === undefined);
    return new Map(kept.map(({ digest, size }) => [digest, size]));
}
function whyLost({ refused, ...entry }, contents) {
    if (refused !== undefined)
        return { ...entry, ...refused };
    if (contents.has(entry.digest))
        return undefined;
    const damage = contents.whyDamaged(entry.digest);
    if (damage !== undefined) {
        return { ...entry, reason: 'damaged', message: `Its content was pushed damaged: ${damage}.` };
    }
    const message = 'Its content is in no layer that the manifest lists.';
    return { ...entry, reason: 'absent', message };
}
async function adopt(store, key, info, signal) {
    if (await store.adopt(key, info, { signal }))
        return;
    throw new errors/* NotFoundError */.m_(`The content ${info.digest} is gone from ${store.cacheDir} again.`, {
        hint: 'Did somebody else remove files there? Import again.',
    });
}

// EXTERNAL MODULE: ./lib/sync/upstream.js + 6 modules
var sync_upstream = __webpack_require__(4970);
// EXTERNAL MODULE: ./lib/cli/advice.js
var advice = __webpack_require__(5304);
// EXTERNAL MODULE: ./lib/cli/folders.js
var folders = __webpack_require__(4199);
// EXTERNAL MODULE: ./lib/cli/hub.js
var hub = __webpack_require__(4673);
// EXTERNAL MODULE: ./lib/cli/interrupt.js
var interrupt = __webpack_require__(9085);
// EXTERNAL MODULE: ./lib/cli/progress.js
var progress = __webpack_require__(9095);
// EXTERNAL MODULE: ./lib/cli/remote.js
var remote = __webpack_require__(3862);
;// CONCATENATED MODULE: ./lib/cli/import-go.js
var import_go_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var import_go_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});

















/** Adds `cafs import-go SOURCE [FOLDER] [--to TARGET]`. */
function addImportGo(program) {
    program
        .command('import-go')
        .description('bring over what the Go package cafs has pushed; into nothing: say what would be lost')
        .argument('<source>', 'a tag that the Go package has pushed, as HOST/NAME:TAG')
        .argument('[folder]', 'write the contents as files, with their keys as paths')
        .option('--to <snapshot>', 'push the entries, with the same keys, as a snapshot')
        .option('--also <tag>', 'look for contents that the tag has lost in this one, or in a manifest (sha256:...); may be given again', (tag, before) => [...(before ?? []), tag])
        .option('--skip-lost', 'go on without entries whose contents are lost')
        .action(async (source, folder, _, command) => {
        await (0,interrupt/* stoppable */.p)('Nothing is half imported.', ({ signal }) => (0,advice/* withAdvice */.b)(source, importGo(source, folder, command.optsWithGlobals(), signal)));
    });
}
async function importGo(source, folder, options, signal) {
    const from = (0,remote/* openNamed */.S3)(source, options, signal);
    const to = options.to === undefined ? undefined : (0,remote/* openNamed */.S3)(options.to, options, signal);
    // Nothing of it is needed afterwards; and the usual cache folder may be the Go package's own.
    const cacheDir = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'cafs-import-'));
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            if (folder !== undefined)
                checkFolder(from, to, folder, source);
            if (to !== undefined)
                checkTarget(from, to);
            const observer = (0,progress/* terminalObserver */.L)();
            const upstream = to && new sync_upstream/* TagUpstream */.A(to.remote, to.tag, { blobs: store_blobs/* Blobs */.B.open(cacheDir), observer });
            const store = import_go_addDisposableResource(env_1, store_store/* Store */.i.open('imported', { cacheDir, upstream, signal }), true);
            const { also = [], skipLost = false } = options;
            const done = await importGoSnapshot(from.remote, from.tag, store, { also, observer });
            report(from, done);
            if (done.lost.length > 0 && !skipLost && (folder !== undefined || to !== undefined)) {
                throw incomplete(done);
            }
            if (folder !== undefined) {
                const { files, bytes } = await exportTree(store, '', folder, { statCache: false, observer });
                say(`${(0,format/* formatCount */.B4)(files, 'file')} in ${folder} (${(0,format/* formatBytes */.z3)(bytes)} written)`);
            }
            if (to !== undefined) {
                await store.push();
                say(`${(0,format/* formatCount */.B4)(store.len, 'entry', 'entries')} in ${to.remote.name}:${to.tag}`);
            }
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            const result_1 = import_go_disposeResources(env_1);
            if (result_1)
                await result_1;
        }
    }
    finally {
        await Promise.all([from.remote.close(), to?.remote.close()]);
        (0,external_node_fs_.rmSync)(cacheDir, { recursive: true, force: true });
    }
}
function checkFolder(from, to, folder, source) {
    // A folder may well look like a host and a name, but hardly with a tag.
    if (!(0,folders/* isFolder */.lQ)(folder) && folder.includes(':') && (0,hub/* namesRemote */.pS)(folder)) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `${(0,quoted/* quoted */.T)(folder)} names a snapshot, not a folder.`, {
            hint: `Write: cafs import-go ${source} --to ${folder}`,
        });
    }
    (0,folders/* assertFolderPossible */.Ip)(folder);
    for (const named of [from, to])
        if (named !== undefined)
            (0,folders/* assertApart */.De)(named.repository, folder);
}
function checkTarget(from, to) {
    if (from.remote.name !== to.remote.name || from.tag !== to.tag)
        return;
    throw new errors/* CafsError */.u('INVALID_INPUT', 'A snapshot cannot take the place of what it is made from.', {
        hint: 'Name another tag behind --to.',
    });
}
/** What is lost is said entry by entry: there is no other way to learn it. */
function report({ remote, tag }, { snapshot, imported, lost, root }) {
    for (const { key, message } of lost)
        process.stderr.write(`cafs: lost: ${(0,quoted/* quoted */.T)(key)}: ${message}\n`);
    const all = (0,format/* formatCount */.B4)(imported + lost.length, 'entry', 'entries');
    say(`${String(imported)} of ${all} of ${remote.name}:${tag} (${snapshot}) can be had; ` +
        `Go's root is ${root === '' ? 'empty' : root}; ${(0,format/* formatBytes */.z3)(remote.stats.downloadedBytes)} downloaded`);
}
function incomplete({ lost }) {
    const count = (0,format/* formatCount */.B4)(lost.length, 'entry', 'entries');
    return new errors/* NotFoundError */.m_(`${count} cannot be imported, so nothing was written.`, {
        hint: 'Name tags that may still have them with --also, or go on without them with --skip-lost.',
    });
}
function say(line) {
    process.stdout.write(`${line}\n`);
}


/***/ }),

/***/ 1106:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ inspect),
/* harmony export */   p: () => (/* binding */ list)
/* harmony export */ });
/* harmony import */ var _keys_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8772);
/* harmony import */ var _remote_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3862);


/**
 * `cafs ls REMOTE:TAG [PREFIX]`: digest, size and key of each entry, separated by tabs.
 *
 * @throws CafsError `NOT_FOUND` where there is nothing at the prefix
 */
async function list(name, prefix, options) {
    const named = (0,_remote_js__WEBPACK_IMPORTED_MODULE_1__/* .openNamed */ .S3)(name, options);
    try {
        const { entries } = await (0,_remote_js__WEBPACK_IMPORTED_MODULE_1__/* .readNamedIndex */ .aL)(named);
        for (const [key, { digest, size }] of (0,_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .entriesAt */ .w)(entries, prefix, named.name)) {
            process.stdout.write(`${digest}\t${String(size)}\t${key}\n`);
        }
    }
    finally {
        await named.remote.close();
    }
}
/** `cafs inspect REMOTE:TAG` */
async function inspect(name, options) {
    const named = (0,_remote_js__WEBPACK_IMPORTED_MODULE_1__/* .openNamed */ .S3)(name, options);
    try {
        const { descriptor, manifest, config } = await (0,_remote_js__WEBPACK_IMPORTED_MODULE_1__/* .readNamed */ .Mk)(named);
        process.stdout.write(`${JSON.stringify({ descriptor, manifest, config }, null, 2)}\n`);
    }
    finally {
        await named.remote.close();
    }
}


/***/ }),

/***/ 9085:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ Interrupted),
/* harmony export */   p: () => (/* binding */ stoppable)
/* harmony export */ });
/** How a command was stopped from outside, with the exit code that shells give it then. */
class Interrupted extends Error {
    name = 'Interrupted';
    exitCode;
    constructor(message, exitCode) {
        super(message);
        this.exitCode = exitCode;
    }
}
/** Signals that stop a command, and their numbers. */
const SIGNALS = [
    ['SIGINT', 2],
    ['SIGTERM', 15],
];
/**
 * Does work that ends in order when Ctrl-C is pressed. A second one ends the process at once.
 *
 * @param message says what is the case then
 * @throws Interrupted where the work ended for that
 */
async function stoppable(message, work) {
    const controller = new AbortController();
    const listeners = SIGNALS.map(([name, number]) => {
        const listener = () => {
            if (controller.signal.aborted)
                process.exit(128 + number);
            controller.abort(new Interrupted(`Interrupted. ${message}`, 128 + number));
        };
        return [name, listener];
    });
    const listen = (how) => {
        for (const [name, listener] of listeners)
            process[how](name, listener);
    };
    const during = (task) => {
        listen('off');
        try {
            return task();
        }
        finally {
            listen('on');
        }
    };
    listen('on');
    try {
        await work({ signal: controller.signal, during });
    }
    catch (error) {
        throw controller.signal.aborted ? controller.signal.reason : error;
    }
    finally {
        listen('off');
    }
}


/***/ }),

/***/ 8772:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ assertNothingElse),
/* harmony export */   w: () => (/* binding */ entriesAt)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2767);


/** What keys begin with is shown for no more than these. */
const MAX_SHOWN = 5;
/**
 * What a snapshot has at a key or below it: everything, where that is empty.
 *
 * @param snapshot for errors
 * @throws CafsError `NOT_FOUND` where there is nothing
 */
function entriesAt(keys, prefix, snapshot) {
    const entry = prefix === '' ? undefined : keys.get(prefix);
    if (entry !== undefined)
        return [[prefix, entry]];
    if (prefix === '' || has(keys, prefix))
        return keys.range(prefix);
    const inFolder = `ws/${prefix.replace(/^(?:\.?\/)+/, '')}`;
    const isInFolder = keys.get(inFolder) !== undefined || has(keys, inFolder);
    const hint = isInFolder
        ? `The keys of what was in a pushed folder begin with ws/: write ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(inFolder)}.`
        : nearby(keys, prefix, inFolder);
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .NotFoundError */ .m_(`In ${snapshot} there is nothing at ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(prefix)}, nor below it.`, {
        hint,
    });
}
/**
 * Checks that a snapshot in which nothing belongs into a folder is empty.
 *
 * @throws CafsError `NOT_FOUND`
 */
function assertNothingElse(keys, snapshot) {
    if (!has(keys, ''))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .NotFoundError */ .m_(`${snapshot} holds nothing that belongs into a folder (ws/).`, {
        hint: beginnings(keys),
    });
}
function has(keys, prefix) {
    for (const _ of keys.range(prefix))
        return true;
    return false;
}
/** What there is where something was looked for: in the nearest folder above it. */
function nearby(keys, ...looked) {
    for (const prefix of looked) {
        for (let end = prefix.lastIndexOf('/'); end > 0; end = prefix.lastIndexOf('/', end - 1)) {
            const folder = prefix.slice(0, end + 1);
            if (has(keys, folder))
                return `Below ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(folder)} there is ${childrenOf(keys, folder)}.`;
        }
    }
    return beginnings(keys);
}
function beginnings(keys) {
    const children = childrenOf(keys, '');
    return children === '' ? 'It holds no entries at all.' : `Its keys begin with ${children}.`;
}
/** What lies in a folder, the first of it, in quotes. */
function childrenOf(keys, folder) {
    const found = new Set();
    for (const [key] of keys.range(folder)) {
        found.add(/^[^/]*\/?/.exec(key.slice(folder.length))?.[0] ?? '');
        if (found.size > MAX_SHOWN)
            break;
    }
    const shown = [...found].slice(0, MAX_SHOWN).map(_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T).join(', ');
    return `${shown}${found.size > MAX_SHOWN ? ' and more' : ''}`;
}


/***/ }),

/***/ 1273:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var commander__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7375);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _advice_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5304);
/* harmony import */ var _import_go_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3158);
/* harmony import */ var _inspect_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1106);
/* harmony import */ var _interrupt_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9085);
/* harmony import */ var _order_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4874);
/* harmony import */ var _pull_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8231);
/* harmony import */ var _push_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(1397);
/* harmony import */ var _verify_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3802);
/* harmony import */ var _version_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(6802);











const program = new commander__WEBPACK_IMPORTED_MODULE_0__/* .Command */ .uB('cafs')
    .description('Keeps folders, content-addressed, in an OCI registry or an image layout.')
    .version((0,_version_js__WEBPACK_IMPORTED_MODULE_10__/* .packageVersion */ .T)(), '-V, --version', 'show the version of this program')
    .option('--plain-http', 'talk to the registry without TLS, though it is not this machine')
    .configureHelp({ showGlobalOptions: true })
    // As those do that are ours.
    .configureOutput({
    outputError: (text, write) => {
        write(text.replace(/^error: /, 'cafs: '));
    },
})
    .addHelpText('after', `
A snapshot is REMOTE:TAG, where REMOTE is host/name (ghcr.io/owner/name, localhost:5000/name) or
oci:DIR, an OCI image layout in a folder. Without :TAG, the tag is latest. Credentials for the
registry, where it wants some: CAFS_USERNAME and CAFS_PASSWORD, else what "docker login" or "podman
login" has left.

Keys of entries begin with where they belong: ws/ is the folder that was pushed, or a workflow's
workspace. Workflows also save home/ (below the home folder) and root/ (other absolute paths).
"pull" writes what is below ws/.

Exit codes: 0, done; 1, an error, which is on standard error: also where there is no such snapshot,
"ls" finds nothing at its prefix, or the command line is wrong; 130, Ctrl-C.

Examples:
  cafs push dist localhost:5000/demo:main
  cafs pull localhost:5000/demo:main dist
  cafs ls oci:./cache:main ws/assets/`);
program
    .command('push')
    .description('save a folder as a snapshot; what its tag holds already is not uploaded again')
    .argument('<folder>')
    .argument('<snapshot>')
    .option('-l, --level <1-19>', 'zstd level', '3')
    .option('--repair', 'look for what the remote has lost, and replace a snapshot that cannot be read')
    .option('--from <tag>', 'upload nothing that this tag of the same repository holds; may be given again', (tag, before) => [...(before ?? []), tag])
    .addHelpText('after', `
The folder takes the place of what the tag held: nothing is merged. Modes, symlinks, empty folders and
times are saved with it. Left out, and named at the end, are .git in any folder (it often holds
credentials), named pipes, sockets and devices.

What the remote has lost of a tag's contents is uploaded again by a push that changes something, and
with --repair by any.

The first push to a new tag uploads everything, but for what the tags hold that --from names:
  cafs push dist ghcr.io/owner/name:feature --from main

Ctrl-C leaves the tag as it was, but for the last moment of a push, in which it is moved. The next push
goes on from what was uploaded.`)
    .action(async (folder, snapshot, _, command) => {
    (0,_order_js__WEBPACK_IMPORTED_MODULE_6__/* .assertOrder */ .t)(snapshot, folder, `cafs push ${snapshot} ${folder}`);
    const message = 'Push again: what was uploaded by now is used then.';
    const options = command.optsWithGlobals();
    await (0,_interrupt_js__WEBPACK_IMPORTED_MODULE_5__/* .stoppable */ .p)(message, (stop) => (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .withAdvice */ .b)(snapshot, (0,_push_js__WEBPACK_IMPORTED_MODULE_8__/* .push */ .V)(folder, snapshot, options, stop)));
});
program
    .command('pull')
    .description('write what a snapshot holds into a folder; only what differs is written')
    .argument('<snapshot>')
    .argument('<folder>')
    .option('--delete', 'remove files that the snapshot does not hold')
    .addHelpText('after', `
Files in the folder that differ from the snapshot are overwritten, without a question. Others stay, but
for --delete, which removes all that the snapshot does not hold. .git is never touched.

Where a pull fails, and after Ctrl-C, the folder is as it was before.`)
    .action(async (snapshot, folder, _, command) => {
    (0,_order_js__WEBPACK_IMPORTED_MODULE_6__/* .assertOrder */ .t)(snapshot, folder, `cafs pull ${folder} ${snapshot}`);
    await (0,_interrupt_js__WEBPACK_IMPORTED_MODULE_5__/* .stoppable */ .p)('The folder is as it was before.', ({ signal }) => (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .withAdvice */ .b)(snapshot, (0,_pull_js__WEBPACK_IMPORTED_MODULE_7__/* .pull */ .a)(snapshot, folder, command.optsWithGlobals(), signal)));
});
program
    .command('ls')
    .description('list the entries of a snapshot: digest, size and key of each, between tabs')
    .argument('<snapshot>')
    .argument('[prefix]', 'a key, or what lies below one: ws/assets', '')
    .action(async (snapshot, prefix, _, command) => {
    await (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .withAdvice */ .b)(snapshot, (0,_inspect_js__WEBPACK_IMPORTED_MODULE_4__/* .list */ .p)(snapshot, prefix, command.optsWithGlobals()));
});
program
    .command('inspect')
    .description('show what a snapshot says of itself, as JSON')
    .argument('<snapshot>')
    .action(async (snapshot, _, command) => {
    await (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .withAdvice */ .b)(snapshot, (0,_inspect_js__WEBPACK_IMPORTED_MODULE_4__/* .inspect */ .N)(snapshot, command.optsWithGlobals()));
});
program
    .command('verify')
    .description('look whether the remote still has all of a snapshot; say what is missing or damaged')
    .argument('<snapshot>')
    .option('--contents', 'download and hash all contents, too')
    .addHelpText('after', `
Every blob is asked for, and the index is read; nothing is taken from this machine's own disk. The exit
code is 1 where something is missing or damaged, and the error says what brings it back.`)
    .action(async (snapshot, _, command) => {
    await (0,_interrupt_js__WEBPACK_IMPORTED_MODULE_5__/* .stoppable */ .p)('Nothing was changed.', ({ signal }) => (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .withAdvice */ .b)(snapshot, (0,_verify_js__WEBPACK_IMPORTED_MODULE_9__/* .verify */ .M)(snapshot, command.optsWithGlobals(), signal)));
});
(0,_import_go_js__WEBPACK_IMPORTED_MODULE_3__/* .addImportGo */ .t)(program);
program.showHelpAfterError('See: cafs --help');
for (const command of program.commands) {
    command.showHelpAfterError(`See: cafs ${command.name()} --help`);
}
// `cafs ls ... | head` is no error.
process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE')
        throw error;
    process.exit();
});
try {
    await program.parseAsync();
}
catch (error) {
    process.stderr.write(`cafs: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .describeError */ .Uc)(error)}\n`);
    process.exitCode = error instanceof _interrupt_js__WEBPACK_IMPORTED_MODULE_5__/* .Interrupted */ .j ? error.exitCode : 1;
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 4874:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ assertOrder)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2767);
/* harmony import */ var _folders_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4199);
/* harmony import */ var _hub_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4673);




/**
 * Refuses arguments in the wrong order: a folder in the place of the snapshot, and a snapshot in that of
 * the folder.
 *
 * @param right the command as it was probably meant
 * @throws CafsError `INVALID_INPUT`
 */
function assertOrder(snapshot, folder, right) {
    if (!(0,_folders_js__WEBPACK_IMPORTED_MODULE_1__/* .isFolder */ .lQ)(snapshot) || (0,_folders_js__WEBPACK_IMPORTED_MODULE_1__/* .isFolder */ .lQ)(folder) || !(0,_hub_js__WEBPACK_IMPORTED_MODULE_2__/* .namesRemote */ .pS)(folder))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .T)(snapshot)} is a folder, and ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .T)(folder)} names a snapshot: they are in the wrong order.`, { hint: `Write: ${right}` });
}


/***/ }),

/***/ 9095:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ terminalObserver)
/* harmony export */ });
/* harmony import */ var _format_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2016);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3879);


/** How often progress is shown, in milliseconds. */
const EVERY_MS = 1000;
/**
 * Shows notices and waits before another try; on a terminal also how far a long piece of work is. All of it
 * in lines of their own, without control characters: nothing that is shown is written over.
 */
function terminalObserver(screen = process.stderr) {
    let last = performance.now();
    return (event) => {
        if ('message' in event) {
            screen.write(`cafs: ${event.kind}: ${(0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .showText */ .h$)(event.message)}\n`);
        }
        else if (screen.isTTY && performance.now() - last > EVERY_MS) {
            last = performance.now();
            screen.write(`cafs: ${event.kind}: ${event.done.toLocaleString('en')}, ${(0,_format_js__WEBPACK_IMPORTED_MODULE_1__/* .formatBytes */ .z3)(event.bytes)}\n`);
        }
    };
}


/***/ }),

/***/ 8231:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ pull)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _format_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(2016);
/* harmony import */ var _make_folder_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8142);
/* harmony import */ var _sync_download_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5244);
/* harmony import */ var _sync_restore_areas_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1088);
/* harmony import */ var _tree_area_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8723);
/* harmony import */ var _tree_parent_guard_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3469);
/* harmony import */ var _advice_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5304);
/* harmony import */ var _folders_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4199);
/* harmony import */ var _keys_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(8772);
/* harmony import */ var _progress_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(9095);
/* harmony import */ var _remote_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(3862);
/* harmony import */ var _whole_folder_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(8182);













/** `cafs pull REMOTE:TAG FOLDER` */
async function pull(text, folder, options, signal) {
    (0,_folders_js__WEBPACK_IMPORTED_MODULE_7__/* .assertFolderPossible */ .Ip)(folder);
    const named = (0,_remote_js__WEBPACK_IMPORTED_MODULE_10__/* .openNamed */ .S3)(text, options, signal);
    const { remote, repository, name } = named;
    try {
        (0,_folders_js__WEBPACK_IMPORTED_MODULE_7__/* .assertApart */ .De)(repository, folder);
        const index = await (0,_remote_js__WEBPACK_IMPORTED_MODULE_10__/* .readNamedIndex */ .aL)(named);
        const entries = [...index.entries.range('ws/')];
        if (entries.length === 0)
            (0,_keys_js__WEBPACK_IMPORTED_MODULE_8__/* .assertNothingElse */ .b)(index.entries, name);
        (0,_make_folder_js__WEBPACK_IMPORTED_MODULE_1__/* .makeFolder */ .f)(folder);
        const { written, bytes, removed } = await (0,_advice_js__WEBPACK_IMPORTED_MODULE_6__/* .withRemedy */ .v)(name, 'contents', () => restore(named, entries, folder, options, signal));
        process.stdout.write(`${(0,_format_js__WEBPACK_IMPORTED_MODULE_12__/* .formatCount */ .B4)(entries.length, 'entry', 'entries')} in ${folder}: ${String(written)} written (${(0,_format_js__WEBPACK_IMPORTED_MODULE_12__/* .formatBytes */ .z3)(bytes)}), ` +
            `${String(removed)} removed; ${(0,_format_js__WEBPACK_IMPORTED_MODULE_12__/* .formatBytes */ .z3)(remote.stats.downloadedBytes)} downloaded\n`);
    }
    finally {
        await remote.close();
    }
}
async function restore({ remote }, entries, folder, options, signal) {
    const area = (0,_whole_folder_js__WEBPACK_IMPORTED_MODULE_11__/* .wholeFolder */ .s)(folder);
    const request = {
        area,
        wanted: () => (0,_tree_area_js__WEBPACK_IMPORTED_MODULE_4__/* .entriesByPath */ .x0)(area, entries),
        removes: () => options.delete === true,
    };
    const observer = (0,_progress_js__WEBPACK_IMPORTED_MODULE_9__/* .terminalObserver */ .L)();
    const [restored] = await (0,_sync_restore_areas_js__WEBPACK_IMPORTED_MODULE_3__/* .restoreAreas */ .D)((0,_sync_download_js__WEBPACK_IMPORTED_MODULE_2__/* .downloadsFrom */ .E)(remote), [request], { observer, signal });
    if (restored === undefined || restored.error !== undefined) {
        throw inOurWords(restored?.error, options);
    }
    return restored;
}
/** What stands in the way of an entry is here removed by an option: nobody names what is restored. */
function inOurWords(error, options) {
    if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u) || error.hint !== _tree_parent_guard_js__WEBPACK_IMPORTED_MODULE_5__/* .BLOCKED_HINT */ .D)
        return error;
    const hint = options.delete === true
        ? 'Remove it.'
        : 'Remove it, or pull with --delete, which removes all that the snapshot does not hold.';
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u(error.code, error.message, { hint, cause: error });
}


/***/ }),

/***/ 1397:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ push)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/oci/reference.js + 1 modules
var reference = __webpack_require__(3326);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
// EXTERNAL MODULE: ./lib/store/blobs.js + 2 modules
var store_blobs = __webpack_require__(6037);
// EXTERNAL MODULE: ./lib/store/entry-index.js + 47 modules
var entry_index = __webpack_require__(1912);
// EXTERNAL MODULE: ./lib/sync/move-tag.js + 3 modules
var move_tag = __webpack_require__(6679);
// EXTERNAL MODULE: ./lib/sync/open.js
var sync_open = __webpack_require__(5051);
// EXTERNAL MODULE: ./lib/sync/place-contents.js + 3 modules
var place_contents = __webpack_require__(5530);
// EXTERNAL MODULE: ./lib/digest.js
var digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/names.js
var names = __webpack_require__(3879);
// EXTERNAL MODULE: ./lib/tree/read.js
var read = __webpack_require__(3878);
;// CONCATENATED MODULE: ./lib/tree/content.js




/**
 * The content of something described earlier, in chunks of at most 1 MiB.
 *
 * @param file absolute path
 * @param info what `describeFile` gave
 * @throws CafsError `CHANGED` after the last chunk, when the content is not what was described
 */
function* readContent(file, info) {
    const digester = new digest/* Digester */.Y8();
    for (const chunk of chunksOf(file, info)) {
        digester.update(chunk);
        yield chunk;
    }
    const found = digester.digest();
    if (found === info.digest)
        return;
    throw new errors/* CafsError */.u('CHANGED', `${(0,names/* showPath */.P8)(file)} changed after it had been hashed.`, {
        hint: 'Make sure that nothing writes to it at the same time.',
    });
}
function chunksOf(file, info) {
    if (info.meta.kind === undefined)
        return (0,read/* readFileChunks */.Ng)(file);
    return info.meta.kind === 'symlink' ? [(0,read/* readTarget */._E)(file)] : [];
}

// EXTERNAL MODULE: ./lib/tree/hash-file.js
var hash_file = __webpack_require__(8861);
// EXTERNAL MODULE: ./lib/tree/meta.js
var tree_meta = __webpack_require__(2271);
;// CONCATENATED MODULE: ./lib/tree/describe.js





/**
 * Digest, size and metadata of something that a walk found, in bounded memory.
 *
 * @param base what the walk started from
 * @param hash hashes files; default: by reading them
 * @throws CafsError `CHANGED` when a file changes while it is read, twice, or is gone
 */
function describeFile(base, { path, kind, stats }, hash = (file) => (0,hash_file/* hashFile */.D)(file)) {
    const file = (0,names/* encodePath */.O0)(`${base}/${path}`);
    switch (kind) {
        case 'folder':
            return { digest: digest/* EMPTY_DIGEST */.Vx, size: 0, meta: (0,tree_meta/* fileMetaFrom */.ge)(stats) };
        case 'symlink': {
            const target = (0,read/* readTarget */._E)(file);
            return { digest: (0,digest/* digestOf */.ol)(target), size: target.byteLength, meta: (0,tree_meta/* fileMetaFrom */.ge)(stats) };
        }
        case 'file': {
            const hashed = hash(file, path, stats);
            return { digest: hashed.digest, size: hashed.size, meta: (0,tree_meta/* fileMetaFrom */.ge)(hashed.stats) };
        }
    }
}

// EXTERNAL MODULE: ./lib/tree/paths.js
var paths = __webpack_require__(2940);
// EXTERNAL MODULE: ./lib/tree/walk.js
var walk = __webpack_require__(207);
// EXTERNAL MODULE: ./lib/sync/upload.js + 2 modules
var upload = __webpack_require__(8875);
;// CONCATENATED MODULE: ./lib/sync/save-areas.js






/** Content of no bytes lies nowhere. */
const NOWHERE = { frames: [], offset: 0 };
/**
 * Hashes what lies in areas and uploads the contents that the remote does not have.
 *
 * A path in several areas belongs to the first. A file whose content, mode and kind are as in its
 * known entry keeps that entry, old modification time included: a rebuild that wrote the same
 * bytes is no change.
 *
 * @throws CafsError `CHANGED` where a file is being written to at the same time
 */
async function saveAreas(remote, areas, known, options = {}) {
    const saved = areas.map(() => ({ entries: [], milliseconds: 0 }));
    const uploaded = await uploadContents(remote, newContents(areas, known, saved, options), options);
    const entries = saved.map((area) => area.entries.map(([key, entry]) => {
        const location = entry.location ?? uploaded.get(entry.digest);
        return [key, location === undefined ? entry : { ...entry, location }];
    }));
    return { entries, milliseconds: saved.map(({ milliseconds }) => milliseconds), uploaded };
}
/** Hashes what lies in areas and uploads nothing: entries whose contents the remote lacks have no location. */
function hashAreas(areas, known, options = {}) {
    const saved = areas.map(() => ({ entries: [], milliseconds: 0 }));
    const contents = newContents(areas, known, saved, options);
    // The entries are filled in on the way.
    while (contents.next().done !== true)
        ;
    return saved.map(({ entries }) => entries);
}
/** Gives each content that has to be uploaded once; fills in the entries on the way. */
function* newContents(areas, known, saved, options) {
    const run = {
        known,
        options,
        claimed: new Set(),
        queued: new Set(),
        done: 0,
        bytes: 0,
    };
    yield* options.also ?? [];
    for (const [number, area] of areas.entries()) {
        const own = saved[number];
        if (own === undefined)
            continue;
        try {
            yield* timed(contentsOf(area, own, run), own);
        }
        catch (error) {
            options.signal?.throwIfAborted();
            if (options.onFailure === undefined)
                throw error;
            options.onFailure(area, error);
        }
    }
}
function* contentsOf(area, saved, run) {
    const { options, claimed, queued } = run;
    const hash = options.hashIn?.(area.base);
    for (const found of (0,walk/* walk */.G)(area.base, withSkips(area, options))) {
        options.signal?.throwIfAborted();
        const { key, path } = (0,paths/* keyOf */.TN)(area.root, found.path);
        if (claimed.has(key))
            continue;
        claimed.add(key);
        const entry = locate(describe(area, found, { path, hash }), key, run.known);
        saved.entries.push([key, entry]);
        run.done += 1;
        run.bytes += entry.size;
        options.observer?.({ kind: 'hash', done: run.done, bytes: run.bytes });
        if (entry.location !== undefined || queued.has(entry.digest))
            continue;
        queued.add(entry.digest);
        const file = `${area.base}/${found.path}`;
        yield {
            digest: entry.digest,
            size: entry.size,
            read: () => timed(readContent(file, entry), saved),
        };
    }
}
/** The same items; the time that each takes to come counts for an area. */
function* timed(items, area) {
    const next = () => {
        const started = performance.now();
        try {
            return items.next();
        }
        finally {
            area.milliseconds += performance.now() - started;
        }
    };
    try {
        for (let step = next(); step.done !== true; step = next())
            yield step.value;
    }
    finally {
        // Whoever stops early has files closed.
        items.return();
    }
}
function withSkips(area, { onSkip }) {
    return {
        ...(area.within === undefined ? {} : { within: area.within }),
        enter: (path) => area.enter(path),
        select: (path, kind) => area.select(path, kind),
        ...(onSkip === undefined ? {} : { onSkip }),
    };
}
function describe(area, found, { path, hash }) {
    const info = describeFile(area.base, found, hash);
    return path === undefined ? info : { ...info, meta: { ...info.meta, path } };
}
function locate(info, key, known) {
    const before = known.entry(key);
    if (before?.location !== undefined && before.digest === info.digest) {
        const meta = (0,tree_meta/* parseFileMeta */.f)(before.meta);
        if ((0,tree_meta/* hasSameAttributes */.g9)(meta, info.meta))
            return { ...before, meta };
    }
    const location = info.size === 0 ? NOWHERE : known.location(info.digest);
    return location === undefined ? info : { ...info, location };
}

// EXTERNAL MODULE: ./lib/sync/snapshot.js + 1 modules
var snapshot = __webpack_require__(6809);
// EXTERNAL MODULE: ./lib/sync/unusable.js
var unusable = __webpack_require__(1776);
// EXTERNAL MODULE: ./lib/sync/lost-blobs.js
var lost_blobs = __webpack_require__(8800);
// EXTERNAL MODULE: ./lib/sync/look.js
var look = __webpack_require__(5132);
// EXTERNAL MODULE: ./lib/sync/verify-snapshot.js
var verify_snapshot = __webpack_require__(3055);
// EXTERNAL MODULE: ./lib/cli/remedy.js
var remedy = __webpack_require__(8056);
;// CONCATENATED MODULE: ./lib/cli/before.js







/**
 * Looks what a tag points to.
 *
 * @param others further tags of the repository; the first that are missing or damaged are told of
 * @param warn hears of those that cannot be used: that costs an upload, and nothing else
 */
async function before_look(target, others, warn) {
    const own = await lookAtOwn(target);
    const found = [];
    for (const tag of others) {
        if (tag === target.tag)
            continue;
        const carrier = await lookAtOther(target, tag, warn);
        if (carrier !== undefined)
            found.push(carrier);
    }
    return { ...own, others: found };
}
async function lookAtOwn({ remote, tag, blobs, repairs, }) {
    try {
        // What this disk has of it tells nothing of what the remote has.
        const damaged = repairs ? await damagedAt(remote, tag) : undefined;
        if (damaged !== undefined)
            return { at: damaged, held: undefined };
        // A remote may have lost the manifest as well, which this disk may still have.
        return await (0,look/* twice */.P4)(() => readTag(remote, tag, { blobs, asks: repairs }), unusable/* isDamaged */.sR);
    }
    catch (error) {
        if (!(0,unusable/* isDamaged */.sR)(error) || (0,unusable/* isNoRegistry */.Zi)(error))
            throw error;
        if (repairs)
            return { at: (await remote.resolve(tag))?.digest, held: undefined };
        const name = `${remote.name}:${tag}`;
        const isKept = (0,errors/* hasCode */.up)(error, 'INTEGRITY') && !name.startsWith('oci:');
        const hint = isKept
            ? (0,remedy/* remedyFor */.w)(name, { kind: 'damaged', part: 'description' })
            : 'With --repair the folder takes its place.';
        throw (0,unusable/* unreadable */.O$)(name, error, hint);
    }
}
/** The snapshot at a tag if its config or its index has other bytes than it must have, twice in a row. */
async function damagedAt(remote, tag) {
    const look = async () => {
        const verified = await (0,verify_snapshot/* verifySnapshot */.M)(remote, tag).catch((error) => {
            if (!(0,unusable/* isDamaged */.sR)(error))
                throw error;
            return undefined;
        });
        const isBad = verified?.faults.some(({ kind, part }) => kind === 'damaged' && part !== 'pack');
        return isBad === true ? verified?.digest : undefined;
    };
    const first = await look();
    return first !== undefined && first === (await look()) ? first : undefined;
}
async function lookAtOther({ remote, blobs }, tag, warn) {
    const name = `${remote.name}:${tag}`;
    try {
        const { held } = await readTag(remote, tag, { blobs });
        if (held === undefined)
            warn(`There is no ${name} to take contents from.`);
        return held;
    }
    catch (error) {
        if (!(0,unusable/* isUnusable */.Im)(error))
            throw error;
        warn(`Nothing is taken from ${name}: ${(0,errors/* describeError */.Uc)(error)}`);
        return undefined;
    }
}
async function readTag(remote, tag, options) {
    const { at, seen } = await (0,look/* lookAtTag */.P$)(remote, tag, options);
    if (seen === undefined)
        return { at, held: undefined };
    return { at, held: { snapshot: seen, index: await (0,snapshot/* readIndex */.vY)(remote, seen, options) } };
}
/** All that was held; what goes on from the first that has a key changes least. */
function carriersOf({ held, others }) {
    return held === undefined ? others : [held, ...others];
}
/** What the remote has lost of what it held. */
function findLost(remote, before) {
    const manifests = carriersOf(before).map(({ snapshot: { manifest } }) => manifest);
    return (0,lost_blobs/* findLostBlobs */.i)(remote, manifests);
}
/**
 * What need not be uploaded again, nor be described anew.
 *
 * @param lost blobs that the remote does not have any more
 */
function knownFrom(before, lost) {
    const indexes = carriersOf(before).map(({ index }) => withoutLost(index.entries, lost));
    const locations = new Map();
    for (const index of indexes) {
        for (const [, { digest, location }] of index.range('')) {
            if (location !== undefined && !locations.has(digest))
                locations.set(digest, location);
        }
    }
    return {
        entry: (key) => {
            for (const index of indexes) {
                const entry = index.get(key);
                if (entry !== undefined)
                    return entry;
            }
            return undefined;
        },
        location: (digest) => locations.get(digest),
    };
}
function withoutLost(index, lost) {
    return lost.size === 0 ? index : index.withoutLocations(({ digest }) => lost.has(digest));
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./lib/tree/area.js
var tree_area = __webpack_require__(8723);
;// CONCATENATED MODULE: ./lib/cli/folder-source.js




/** The contents of a folder's files, for entries that were made from it. */
class FolderSource {
    #area;
    /** By digest: one of the entries with this content. */
    #entries = new Map();
    /** @param entries what lies in the area */
    constructor(area, entries) {
        this.#area = area;
        for (const own of entries)
            this.#entries.set(own[1].digest, own);
    }
    has({ digest }) {
        return this.#entries.has(digest);
    }
    /** There is nothing to bring: all of it is here. */
    fetch() {
        return Promise.resolve();
    }
    /** @throws CafsError `CHANGED` where the file is not what it was when it was hashed */
    read({ digest }) {
        const own = this.#entries.get(digest);
        if (own === undefined)
            throw new errors/* NotFoundError */.m_(`${digest} is the content of no file here.`);
        const [key, entry] = own;
        const { path, meta } = (0,tree_area/* placeOf */.$t)(key, entry);
        return external_node_stream_.Readable.from(readContent(`${this.#area.base}/${path}`, { ...entry, meta }));
    }
}

// EXTERNAL MODULE: ./lib/cli/folders.js
var folders = __webpack_require__(4199);
// EXTERNAL MODULE: ./lib/cli/progress.js
var progress = __webpack_require__(9095);
// EXTERNAL MODULE: ./lib/cli/remote.js
var cli_remote = __webpack_require__(3862);
;// CONCATENATED MODULE: ./lib/cli/skipped.js

/** Paths that are named. */
const MAX_SHOWN = 5;
/** What a push leaves out: counted, and the first few by their names. */
class Skipped {
    #count = 0;
    #shown = [];
    add = (path, why) => {
        this.#count += 1;
        if (this.#shown.length < MAX_SHOWN)
            this.#shown.push(`${(0,names/* showPath */.P8)(path)} (${why})`);
    };
    /** A line about it; undefined: there is nothing. */
    describe() {
        if (this.#count === 0)
            return undefined;
        const more = this.#count - this.#shown.length;
        const rest = more === 0 ? '' : ` and ${more.toLocaleString('en')} more`;
        return `Left out, ${this.#count.toLocaleString('en')} in all: ${this.#shown.join(', ')}${rest}`;
    }
}

// EXTERNAL MODULE: ./lib/cli/verify.js
var verify = __webpack_require__(3802);
// EXTERNAL MODULE: ./lib/cli/whole-folder.js
var whole_folder = __webpack_require__(8182);
;// CONCATENATED MODULE: ./lib/cli/push.js




















const NOTHING = new Set();
/** `cafs push FOLDER REMOTE:TAG` */
async function push(folder, text, options, stop) {
    const level = Number(options.level);
    if (!Number.isInteger(level) || level < 1 || level > 19) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `The level is ${JSON.stringify(options.level)}; it must be 1 to 19.`);
    }
    if (!(0,folders/* isFolder */.lQ)(folder)) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `${(0,quoted/* quoted */.T)(folder)} is no folder.`, {
            hint: 'The folder comes first, the snapshot behind it: cafs push FOLDER REMOTE:TAG',
        });
    }
    const others = (options.from ?? []).map(reference/* parseTag */.ED);
    const named = (0,cli_remote/* openNamed */.S3)(text, options, stop?.signal);
    const { remote, repository, tag, name } = named;
    try {
        (0,folders/* assertApart */.De)(repository, folder);
        const blobs = store_blobs/* Blobs */.B.open((0,sync_open/* defaultCacheDir */.$g)());
        const target = { remote, tag, blobs, level, repairs: options.repair === true };
        const observer = (0,progress/* terminalObserver */.L)();
        const before = await before_look(target, others, (message) => {
            observer({ kind: 'warning', message });
        });
        const lost = target.repairs ? await findLost(remote, before) : NOTHING;
        const done = await replace(target, folder, before, { lost, stop }).catch(async (error) => {
            const found = (0,errors/* hasCode */.up)(error, 'NOT_FOUND') ? await findLost(remote, before) : NOTHING;
            if (found.size === 0)
                throw error;
            return replace(target, folder, before, { lost: found, stop });
        });
        if (before.at !== undefined && before.held === undefined) {
            await (0,verify/* assertMended */.i)(named, stop?.signal);
        }
        const { uploadedBytes, requests } = remote.stats;
        process.stdout.write(`${(0,format/* formatCount */.B4)(done.entries, 'entry', 'entries')} in ${name} (${done.snapshot ?? ''}); ` +
            `${(0,format/* formatBytes */.z3)(uploadedBytes)} uploaded, ${(0,format/* formatCount */.B4)(requests, 'request')}\n`);
        const skipped = done.skipped.describe();
        if (skipped !== undefined)
            process.stdout.write(`${skipped}\n`);
    }
    finally {
        await remote.close();
    }
}
/**
 * Puts a folder in the place of what the tag holds.
 *
 * @param how.lost blobs that the remote had, and does not have any more
 */
async function replace({ remote, tag, blobs, level, repairs }, folder, before, { lost, stop }) {
    const { at: expected, held } = before;
    const skipped = new Skipped();
    const area = (0,whole_folder/* wholeFolder */.s)(folder, skipped.add);
    const observer = (0,progress/* terminalObserver */.L)();
    const signal = stop?.signal;
    const known = knownFrom(before, lost);
    const hash = () => hashAreas([area], known, { observer, onSkip: skipped.add });
    const [own = []] = stop === undefined ? hash() : stop.during(hash);
    const entries = new entry_index/* Index */.j(own);
    let placed;
    const propose = async (_, at) => {
        if (at !== expected)
            throw movedMeanwhile(remote, tag);
        if (lost.size === 0 && held?.index.entries.hasSameEntries(entries) === true)
            return;
        placed ??= await (0,place_contents/* placeContents */.a)(remote, entries, new FolderSource(area, own), {
            compacts: true,
            level,
            observer,
            signal,
        });
        return draftOf((0,place_contents/* relocate */.s)(entries, placed), before, lost.size === 0);
    };
    // The tag is to hold this folder and nothing else: there is nothing to merge.
    const { snapshot } = await (0,move_tag/* moveTag */.m)(remote, tag, propose, {
        blobs,
        soleWriter: true,
        first: { at: expected, seen: held?.snapshot },
        signal,
        ...(repairs ? { replaces: unusable/* isDamaged */.sR } : {}),
    });
    return { entries: own.length, snapshot, skipped };
}
/** The folder as a snapshot. */
function draftOf(entries, before, carries) {
    const subtree = {
        name: '.',
        root: 'ws',
        folder: '',
        outputs: ['**'],
        fingerprint: null,
        digest: entries.hash(''),
    };
    const descent = before.held === undefined ? {} : (0,snapshot/* goingOnFrom */.WK)(before.held.snapshot);
    const provenance = { prefixes: ['ws/'], annotations: {} };
    return {
        entries,
        subtrees: [subtree],
        ...provenance,
        carrier: carries ? carriersOf(before)[0] : undefined,
        ...descent,
    };
}
function movedMeanwhile(remote, tag) {
    return new errors/* CafsError */.u('CHANGED', `Somebody else moved ${remote.name}:${tag} meanwhile.`, {
        hint: 'Push again.',
    });
}


/***/ }),

/***/ 8056:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ remedyFor)
/* harmony export */ });
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);

/**
 * What brings a snapshot back, with the command that does it at the end.
 *
 * - What is lost is uploaded again by a repair. A layout writes a damaged blob anew as well, where a repair
 *   reads it: that is so for what describes the contents, and not for these.
 * - A registry keeps the bytes that it has for a digest, whatever is uploaded, until nothing names them.
 *
 * @param name `REMOTE:TAG`
 */
function remedyFor(name, { kind, part, packs = [] }) {
    const repair = `push the folder again from where it is, with --repair: cafs push --repair FOLDER ${name}`;
    if (kind === 'lost')
        return `Something of it is lost there: ${repair}`;
    if (!name.startsWith('oci:')) {
        return ('It may have been damaged on the way: try again. Where it is damaged there, no push mends it, since a registry ' +
            'keeps the bytes that it has for a digest: delete the tags that name it there, let the registry collect its ' +
            `garbage, and push the folder again from where it is: cafs push FOLDER ${name}`);
    }
    if (part === 'description')
        return `It is damaged there: ${repair}`;
    const files = packs.map((digest) => `blobs/sha256/${(0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .hexOf */ .ZD)(digest)}`).join(', ');
    const which = files === ''
        ? `the pack's file in the layout's folder blobs/sha256 (cafs verify --contents ${name} says which)`
        : `${files} in the layout`;
    return `It is damaged there: delete ${which}, and ${repair}`;
}


/***/ }),

/***/ 3862:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mk: () => (/* binding */ readNamed),
/* harmony export */   P2: () => (/* binding */ noSuchTag),
/* harmony export */   S3: () => (/* binding */ openNamed),
/* harmony export */   aL: () => (/* binding */ readNamedIndex)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _oci_open_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8888);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3326);
/* harmony import */ var _store_blobs_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6037);
/* harmony import */ var _sync_open_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5051);
/* harmony import */ var _sync_snapshot_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6809);
/* harmony import */ var _advice_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5304);
/* harmony import */ var _hub_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4673);
/* harmony import */ var _progress_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(9095);









/**
 * Opens the remote of `REMOTE:TAG`; the tag is `latest` where none is given. Credentials are those of
 * `CAFS_USERNAME` and `CAFS_PASSWORD`, else Docker's.
 *
 * @param signal stops all that the remote does
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where there is only one of these variables
 */
function openNamed(text, { plainHttp }, signal) {
    const { repository, tag = 'latest' } = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .parseTaggedReference */ .$R)(text);
    (0,_hub_js__WEBPACK_IMPORTED_MODULE_7__/* .refuseLibrary */ .mg)(text);
    const given = repository.kind === 'registry' ? credentialsIn(process.env) : undefined;
    const remote = (0,_oci_open_js__WEBPACK_IMPORTED_MODULE_1__/* .openRemote */ .d)((0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .formatRepository */ .Sh)(repository), {
        cwd: process.cwd(),
        credentials: given && (() => given),
        plainHttp,
        observer: (0,_progress_js__WEBPACK_IMPORTED_MODULE_8__/* .terminalObserver */ .L)(),
        signal,
    });
    return { remote, repository, tag, name: `${remote.name}:${tag}` };
}
function credentialsIn(env) {
    const { CAFS_USERNAME: username = '', CAFS_PASSWORD: password = '' } = env;
    if (username === '' && password === '')
        return undefined;
    if (username !== '' && password !== '')
        return { username, password };
    const [has, lacks] = password === '' ? ['CAFS_USERNAME', 'CAFS_PASSWORD'] : ['CAFS_PASSWORD', 'CAFS_USERNAME'];
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${has} is set, but ${lacks} is not, or is empty.`, {
        hint: `Set ${lacks} as well, or unset ${has} to use what "docker login" or "podman login" has left.`,
    });
}
/** Reads the snapshot that a command names. */
async function readNamed({ remote, tag, name }) {
    const blobs = _store_blobs_js__WEBPACK_IMPORTED_MODULE_3__/* .Blobs */ .B.open((0,_sync_open_js__WEBPACK_IMPORTED_MODULE_4__/* .defaultCacheDir */ .$g)());
    const snapshot = await (0,_advice_js__WEBPACK_IMPORTED_MODULE_6__/* .withRemedy */ .v)(name, 'snapshot', () => (0,_sync_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .readSnapshot */ .RA)(remote, tag, { blobs }));
    if (snapshot !== undefined)
        return snapshot;
    throw noSuchTag(remote, tag);
}
/** The error for a tag that does not exist. */
function noSuchTag(remote, tag) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .NotFoundError */ .m_(`There is no tag ${tag} in ${remote.name}.`, {
        hint: 'Push one first.',
    });
}
/** Reads the snapshot that a command names, and its index. */
async function readNamedIndex(named) {
    const snapshot = await readNamed(named);
    const blobs = _store_blobs_js__WEBPACK_IMPORTED_MODULE_3__/* .Blobs */ .B.open((0,_sync_open_js__WEBPACK_IMPORTED_MODULE_4__/* .defaultCacheDir */ .$g)());
    const { name, remote } = named;
    return (0,_advice_js__WEBPACK_IMPORTED_MODULE_6__/* .withRemedy */ .v)(name, 'snapshot', () => (0,_sync_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .readIndex */ .vY)(remote, snapshot, { blobs }));
}


/***/ }),

/***/ 3802:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ verify),
/* harmony export */   i: () => (/* binding */ assertMended)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _format_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2016);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2767);
/* harmony import */ var _sync_verify_snapshot_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3055);
/* harmony import */ var _advice_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5304);
/* harmony import */ var _progress_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9095);
/* harmony import */ var _remedy_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8056);
/* harmony import */ var _remote_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3862);








/** Keys that are named with what is wrong. */
const MAX_SHOWN = 3;
/**
 * `cafs verify REMOTE:TAG`: what is missing or damaged, a line for each.
 *
 * @throws CafsError `INTEGRITY` where something is; `NOT_FOUND` where there is no such tag
 */
async function verify(text, { contents = false, ...options }, signal) {
    const named = (0,_remote_js__WEBPACK_IMPORTED_MODULE_5__/* .openNamed */ .S3)(text, options, signal);
    try {
        const verified = await read(named, contents, signal);
        for (const fault of verified.faults)
            process.stdout.write(`${lineOf(fault)}\n`);
        if (verified.faults.length > 0)
            throw notWhole(named.name, verified.faults);
        process.stdout.write(`${praise(named.name, verified, contents)}\n`);
    }
    finally {
        await named.remote.close();
    }
}
async function read({ remote, tag, name }, contents, signal) {
    const observer = (0,_progress_js__WEBPACK_IMPORTED_MODULE_3__/* .terminalObserver */ .L)();
    const verified = await (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .withRemedy */ .v)(name, 'snapshot', () => (0,_sync_verify_snapshot_js__WEBPACK_IMPORTED_MODULE_1__/* .verifySnapshot */ .M)(remote, tag, { contents, observer, signal }));
    if (verified === undefined)
        throw (0,_remote_js__WEBPACK_IMPORTED_MODULE_5__/* .noSuchTag */ .P2)(remote, tag);
    return verified;
}
/**
 * Looks whether what was pushed can be read, where something damaged was there before: a registry may have
 * kept it.
 *
 * @throws CafsError `INTEGRITY`
 */
async function assertMended({ name, remote, tag }, signal) {
    const verified = await (0,_sync_verify_snapshot_js__WEBPACK_IMPORTED_MODULE_1__/* .verifySnapshot */ .M)(remote, tag, { signal });
    if (verified === undefined)
        throw (0,_remote_js__WEBPACK_IMPORTED_MODULE_5__/* .noSuchTag */ .P2)(remote, tag);
    if (verified.faults.length > 0)
        throw notWhole(name, verified.faults);
}
function lineOf({ kind, part, blobs, message, keys }) {
    const shown = keys.slice(0, MAX_SHOWN).map(_quoted_js__WEBPACK_IMPORTED_MODULE_6__/* .quoted */ .T).join(', ');
    const more = keys.length > MAX_SHOWN ? ', ...' : '';
    const hit = keys.length === 0
        ? ''
        : ` ${(0,_format_js__WEBPACK_IMPORTED_MODULE_7__/* .formatCount */ .B4)(keys.length, 'entry', 'entries')} cannot be had: ${shown}${more}`;
    const unnamed = blobs.filter((digest) => !message.includes(digest)).map((digest) => ` ${digest}`);
    return `${kind}: ${part}${unnamed.join(',')}: ${message}${hit}`;
}
function praise(name, { blobs, bytes, entries = 0, digest }, contents) {
    const size = `${(0,_format_js__WEBPACK_IMPORTED_MODULE_7__/* .formatCount */ .B4)(entries, 'entry', 'entries')} in ${(0,_format_js__WEBPACK_IMPORTED_MODULE_7__/* .formatCount */ .B4)(blobs, 'blob')} (${(0,_format_js__WEBPACK_IMPORTED_MODULE_7__/* .formatBytes */ .z3)(bytes)})`;
    const how = contents
        ? 'all contents were read, and are right'
        : 'all blobs are there, and the index is right; contents were not read (--contents)';
    return `${name} (${digest}) is whole: ${size}; ${how}.`;
}
function notWhole(name, faults) {
    const [what = ''] = faults.map(({ kind, part, blobs }) => `${part} ${blobs.join(', ')} is ${kind}`);
    const others = faults.length - 1;
    const more = others === 0 ? '' : `, and ${(0,_format_js__WEBPACK_IMPORTED_MODULE_7__/* .formatCount */ .B4)(others, 'other part')} of it`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .IntegrityError */ .cs(`${name} is not whole: ${what}${more}.`, {
        hint: (0,_remedy_js__WEBPACK_IMPORTED_MODULE_4__/* .remedyFor */ .w)(name, damageOf(faults)),
    });
}
/** What takes most to mend. */
function damageOf(faults) {
    const damaged = faults.filter(({ kind }) => kind === 'damaged');
    const packs = new Set();
    for (const { part, blobs } of damaged)
        if (part === 'pack')
            blobs.forEach((one) => packs.add(one));
    const part = packs.size > 0 ? 'contents' : 'description';
    return { kind: damaged.length > 0 ? 'damaged' : 'lost', part, packs: [...packs] };
}


/***/ }),

/***/ 6802:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ packageVersion)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7934);



const PACKAGE = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ version: valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP() });
/** The version of the package that this program is a part of, be it a bundle (`dist/cli`) or not. */
function packageVersion() {
    const file = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(import.meta.dirname, '../../package.json');
    return valibot__WEBPACK_IMPORTED_MODULE_2__/* .parse */ .qgA(PACKAGE, JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8'))).version;
}


/***/ }),

/***/ 8182:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ wholeFolder)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _tree_area_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8723);


/**
 * All of a folder. Its files' keys begin with `ws/`, as those of a workspace do.
 *
 * @param onSkip hears of what is no part of it, with what that is
 */
function wholeFolder(folder, onSkip) {
    const enter = (path) => !(0,_tree_area_js__WEBPACK_IMPORTED_MODULE_1__/* .isNobodys */ .d7)(path);
    const select = (path) => {
        if (enter(path))
            return true;
        onSkip?.(path, (0,_tree_area_js__WEBPACK_IMPORTED_MODULE_1__/* .isGits */ .KU)(path) ? "git's own" : 'left by a pull that was killed');
        return false;
    };
    return { root: 'ws', base: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.resolve)(folder), enter, select };
}


/***/ }),

/***/ 8463:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bc: () => (/* binding */ isDigest),
/* harmony export */   Vx: () => (/* binding */ EMPTY_DIGEST),
/* harmony export */   Y8: () => (/* binding */ Digester),
/* harmony export */   ZD: () => (/* binding */ hexOf),
/* harmony export */   m: () => (/* binding */ parseDigest),
/* harmony export */   ol: () => (/* binding */ digestOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);


const PATTERN = /^sha256:[0-9a-f]{64}$/;
/** The digest of no bytes at all. */
const EMPTY_DIGEST = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** Whether a value is a well-formed digest. */
function isDigest(value) {
    return typeof value === 'string' && PATTERN.test(value);
}
/**
 * Checks text that came from outside.
 *
 * @throws CafsError `INVALID_DIGEST`
 */
function parseDigest(text) {
    if (isDigest(text))
        return text;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INVALID_DIGEST', `${JSON.stringify(text.slice(0, 100))} is not a digest: expected "sha256:" and 64 lower-case hexadecimal digits.`);
}
/** The digest of some bytes, or of a string's UTF-8 bytes. */
function digestOf(data) {
    return `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(data).digest('hex')}`;
}
/** The 64 hexadecimal digits of a digest: safe in file names and tags. */
function hexOf(digest) {
    return digest.slice('sha256:'.length);
}
/** Computes a digest piece by piece. */
class Digester {
    #hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    #size = 0;
    /** Bytes so far. */
    get size() {
        return this.#size;
    }
    update(chunk) {
        this.#hash.update(chunk);
        this.#size += chunk.byteLength;
        return this;
    }
    /** The digest of all that was given. Ends this digester. */
    digest() {
        return `sha256:${this.#hash.digest('hex')}`;
    }
}


/***/ }),

/***/ 4297:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Pp: () => (/* binding */ explainDisk),
/* harmony export */   gC: () => (/* binding */ writingTo),
/* harmony export */   rm: () => (/* binding */ makeOurFolder)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _make_folder_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8142);


/**
 * Does work that writes to our folder; its errors say what to do: {@link explainDisk}.
 *
 * @param path what is to be written
 */
function writingTo(path, work) {
    try {
        return work();
    }
    catch (error) {
        throw explainDisk(error, path);
    }
}
/**
 * Makes a folder and those above it, as {@link makeFolder} does; its errors say what to do.
 *
 * @throws CafsError `NO_SPACE`, `UNWRITABLE`
 */
function makeOurFolder(dir, folder) {
    try {
        return (0,_make_folder_js__WEBPACK_IMPORTED_MODULE_1__/* .makeFolder */ .f)(dir);
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .systemCode */ .xU)(error) !== 'ENOENT')
            throw explainDisk(error, dir, folder);
        // Those above it were made or are there, and yet there is no place for it: `/proc` is like that.
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('UNWRITABLE', `No folder can be made at ${JSON.stringify(dir)} (ENOENT).`, {
            hint: hintFor('ENOENT', folder),
            cause: error,
        });
    }
}
/**
 * Turns the refusal of a disk to take what belongs in our folder into an error that says what to do;
 * others stay as they are. Whatever was being written is absent, and what was there before is whole.
 *
 * @param path what was to be written
 * @param folder what the folder is that it lies in. Default: the cache folder
 */
function explainDisk(error, path, folder) {
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .systemCode */ .xU)(error) ?? '';
    const at = JSON.stringify(path);
    const explained = (kind, message) => new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u(kind, message, { hint: hintFor(code, folder), cause: error });
    switch (code) {
        case 'ENOSPC':
        case 'EDQUOT':
            return explained('NO_SPACE', `No space is left on the disk to write ${at} (${code}).`);
        case 'EROFS':
            return explained('UNWRITABLE', `${at} cannot be written: its disk is read-only.`);
        case 'EACCES':
        case 'EPERM':
            return explained('UNWRITABLE', `No permission to write ${at} (${code}).`);
        case 'ENOTDIR':
        case 'EEXIST':
        case 'ELOOP':
            return explained('UNWRITABLE', `${at} cannot be written: a file is in its way.`);
        case 'EISDIR':
            return explained('UNWRITABLE', `${at} cannot be written: a folder is in its way.`);
        default:
            return error;
    }
}
function hintFor(code, folder = 'cache folder') {
    switch (code) {
        case 'ENOSPC':
        case 'EDQUOT': {
            const remove = folder === 'cache folder' ? ' remove what it no longer needs (gc),' : '';
            return `Free some space on the disk of the ${folder},${remove} or name another one on another disk.`;
        }
        case 'EROFS':
        case 'ENOENT':
            return `The ${folder} must be on a disk that can be written to: name another one.`;
        case 'EACCES':
        case 'EPERM':
            return `Make the ${folder} writable for this user, or name another one.`;
        default:
            return `Move away what lies in the way of the ${folder}, or name another one.`;
    }
}


/***/ }),

/***/ 3554:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ environment)
/* harmony export */ });
/** The environment variables of this process: the one place where the library looks at them. */
function environment() {
    return process.env;
}


/***/ }),

/***/ 452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ov: () => (/* binding */ ReservedKeyError),
/* harmony export */   Uc: () => (/* binding */ describeError),
/* harmony export */   Uw: () => (/* binding */ NoRemoteError),
/* harmony export */   bD: () => (/* binding */ messageOf),
/* harmony export */   cs: () => (/* binding */ IntegrityError),
/* harmony export */   jo: () => (/* binding */ InvalidKeyError),
/* harmony export */   m_: () => (/* binding */ NotFoundError),
/* harmony export */   u: () => (/* binding */ CafsError),
/* harmony export */   up: () => (/* binding */ hasCode),
/* harmony export */   xU: () => (/* binding */ systemCode)
/* harmony export */ });
/**
 * What this library throws. Errors that callers branch on have classes of their own. Two things are no
 * errors of ours, and come out as they are: the reason of a signal that ended a call, and what a
 * function of the caller's throws.
 *
 * Match on {@link CafsError.code}: `instanceof` fails across realms and worker threads.
 *
 * @example
 * try { await store.get('a') } catch (error) {
 *   if (hasCode(error, 'NOT_FOUND')) return undefined;
 *   throw error;
 * }
 */
class CafsError extends Error {
    name = 'CafsError';
    code;
    hint;
    constructor(code, message, details = {}) {
        super(message, details.cause === undefined ? {} : { cause: details.cause });
        this.code = code;
        this.hint = details.hint;
    }
}
/** There is no such entry, content by digest, or tag. The lost content of an entry that is there is `CONTENT_LOST`. */
class NotFoundError extends CafsError {
    name = 'NotFoundError';
    constructor(message, details) {
        super('NOT_FOUND', message, details);
    }
}
/** The store was opened without a remote. */
class NoRemoteError extends CafsError {
    name = 'NoRemoteError';
    constructor(message, details) {
        super('NO_REMOTE', message, details);
    }
}
/** The key begins with `_`, which is kept for the store itself. */
class ReservedKeyError extends CafsError {
    name = 'ReservedKeyError';
    constructor(message, details) {
        super('RESERVED_KEY', message, details);
    }
}
/** The key breaks a rule; the message says which. */
class InvalidKeyError extends CafsError {
    name = 'InvalidKeyError';
    constructor(message, details) {
        super('INVALID_KEY', message, details);
    }
}
/** Bytes do not have the digest or size that they must have. */
class IntegrityError extends CafsError {
    name = 'IntegrityError';
    constructor(message, details) {
        super('INTEGRITY', message, details);
    }
}
/** Whether `error` is one of ours with this code. */
function hasCode(error, code) {
    return systemCode(error) === code;
}
/** The code of an error (`ENOENT` of a failed system call, or one of ours), or undefined. */
function systemCode(error) {
    return stringField(error, 'code');
}
/** What an error says, without a hint: anything may be thrown. */
function messageOf(error) {
    return stringField(error, 'message') ?? String(error);
}
/** An error's message with its hint behind it, for the edges that show it to a person. */
function describeError(error) {
    const message = messageOf(error);
    const hint = stringField(error, 'hint');
    return hint === undefined ? message : `${message} ${hint}`;
}
function stringField(value, name) {
    if (typeof value !== 'object' || value === null)
        return undefined;
    const field = value[name];
    return typeof field === 'string' ? field : undefined;
}


/***/ }),

/***/ 4148:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H0: () => (/* binding */ isRefused),
/* harmony export */   Rb: () => (/* binding */ requireNameable),
/* harmony export */   b2: () => (/* binding */ isMissing),
/* harmony export */   bt: () => (/* binding */ listFolder),
/* harmony export */   j1: () => (/* binding */ readFolder),
/* harmony export */   x5: () => (/* binding */ explainUnreadable)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3879);



/**
 * What lies in a folder, in no particular order.
 *
 * @throws the system's own errors
 */
function listFolder(folder) {
    const path = (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .encodePath */ .O0)(folder);
    // Names as text are several times faster than as bytes. With a path of bytes, Node could not ask
    // for the kind of what it lists where a disk does not tell it along with the name.
    if (typeof path === 'string') {
        const children = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(path, { withFileTypes: true });
        if (!children.some(({ name }) => name.includes('\uFFFD')))
            return children;
    }
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(path, { withFileTypes: true, encoding: 'buffer' }).map((child) => Object.assign(child, { name: (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .decodeName */ .e4)(child.name) }));
}
/**
 * What lies in a folder, in no particular order. A folder that is gone is empty.
 *
 * @throws CafsError `INVALID_INPUT` for a folder that may not be read
 */
function readFolder(folder) {
    try {
        return listFolder(folder);
    }
    catch (error) {
        if (isMissing(error))
            return [];
        throw explainUnreadable(error, folder);
    }
}
/**
 * Checks that this system could give something its name back.
 *
 * @throws CafsError `INVALID_INPUT` for a name on Windows or macOS that is no valid Unicode
 */
function requireNameable(path, platform = process.platform) {
    if ((0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .takesAnyBytes */ .cI)(platform) || path.isWellFormed())
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INVALID_INPUT', `The name of ${(0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .showPath */ .P8)(path)} is not valid Unicode.`, {
        hint: 'Rename it, or exclude it.',
    });
}
/** Turns a refusal by the file system into an error that says what to do; others stay as they are. */
function explainUnreadable(error, path) {
    if (!isRefused(error))
        return error;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INVALID_INPUT', `No permission to read ${(0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .showPath */ .P8)(path)}.`, {
        hint: 'Make it readable for this user, or exclude it.',
        cause: error,
    });
}
/** Whether a system call failed for lack of permission. */
function isRefused(error) {
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error);
    return code === 'EACCES' || code === 'EPERM';
}
/** Whether a system call failed because its file or one of the folders above it is not there. */
function isMissing(error) {
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
}


/***/ }),

/***/ 2016:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B4: () => (/* binding */ formatCount),
/* harmony export */   Xo: () => (/* binding */ formatSeconds),
/* harmony export */   z3: () => (/* binding */ formatBytes)
/* harmony export */ });
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
/** Bytes for people, in steps of 1,000: `0 B`, `12.3 KB`. */
function formatBytes(bytes) {
    let value = bytes;
    let unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
        value /= 1000;
        unit += 1;
    }
    const digits = unit === 0 || value >= 99.95 ? 0 : 1;
    return `${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`;
}
/** A span for people: `0.12 s`, `3.4 s`, `2 min 5 s`. */
function formatSeconds(milliseconds) {
    const seconds = milliseconds / 1000;
    if (seconds < 60)
        return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
    return `${String(Math.floor(seconds / 60))} min ${String(Math.floor(seconds % 60))} s`;
}
/** A number with its noun: `1 file`, `2 files`. */
function formatCount(count, noun, plural = `${noun}s`) {
    return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}


/***/ }),

/***/ 8052:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ MAX_FRAME_BYTES)
/* harmony export */ });
/** No frame has more bytes, stored or decoded, whatever a segment says. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;


/***/ }),

/***/ 3964:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ux: () => (/* binding */ withFileLock),
/* harmony export */   jo: () => (/* binding */ tryFileLock),
/* harmony export */   zZ: () => (/* binding */ holdFileLock)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8500);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(452);
/* harmony import */ var _make_folder_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8142);






/*
 * Locks between processes that the kernel gives back when their holder dies, however it dies.
 *
 * Node has no call for the file locks of its systems, but it brings SQLite, which does: an exclusive
 * transaction on an empty database is an exclusive lock on the file (`fcntl` on POSIX, `LockFileEx` on
 * Windows), also between threads and between two holders in one process. Nothing is ever written.
 *
 * Never open or read a lock file in any other way: on POSIX, closing any descriptor of a file gives
 * back all locks that the process holds on it.
 */
const GIVE_UP_MS = 60_000;
/** SQLite's result codes. @see https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CANTOPEN = 14;
const SQLITE_PROTOCOL = 15;
const SQLITE_NOTADB = 26;
const REASONS = [
    [['EROFS'], 'its disk is read-only'],
    [['EACCES', 'EPERM', SQLITE_READONLY], 'no permission'],
    [['ENOTDIR', 'EEXIST'], 'a file is where its folder must be'],
    [[SQLITE_CANTOPEN], 'it is no file, or its path has more than about 500 bytes'],
    [[SQLITE_IOERR, SQLITE_PROTOCOL], 'its file system has no locks, or failed'],
    [[SQLITE_NOTADB], 'it is not empty, as a lock is; remove it'],
];
// A journal on disk would be a file that a killed process leaves behind.
const TAKE = 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE';
/**
 * Does work while nobody else, in this process or another, holds the lock of a file.
 *
 * @param path a file of its own, empty, made where it does not exist, on a disk of this machine
 * @throws CafsError `TIMEOUT` where others hold it all the time; `UNWRITABLE`, `NO_SPACE` where the file
 *   cannot be made or locked; the signal's reason; what the work throws
 */
async function withFileLock(path, work, options = {}) {
    const lock = await holdFileLock(path, options);
    try {
        return await work();
    }
    finally {
        lock.release();
    }
}
/**
 * Waits for the lock of a file, and holds it. The event loop goes on meanwhile.
 *
 * @throws as {@link withFileLock}
 */
async function holdFileLock(path, { signal, timeoutMs = GIVE_UP_MS } = {}) {
    const deadline = performance.now() + timeoutMs;
    for (let pause = 1;; pause = Math.min(pause * 2, 32)) {
        signal?.throwIfAborted();
        const lock = tryFileLock(path);
        if (lock !== undefined)
            return lock;
        if (performance.now() > deadline)
            throw held(path, timeoutMs);
        // At random, so that those who wait do not keep step with each other.
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_3__.setTimeout)(pause * (0.5 + Math.random()), undefined, { signal }).catch((error) => {
            signal?.throwIfAborted();
            throw error;
        });
    }
}
/**
 * Takes the lock of a file, unless somebody holds it. Who only wants to know gives it back at once.
 *
 * @returns undefined where somebody holds it
 * @throws CafsError `UNWRITABLE`, `NO_SPACE`
 */
function tryFileLock(path) {
    const file = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(path);
    const database = open(file);
    try {
        // SQLite opens what it may not write as read-only, and would share the lock.
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(file, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK);
        database.exec(TAKE);
        return new DatabaseLock(database);
    }
    catch (error) {
        database.close();
        if (resultOf(error) === SQLITE_BUSY)
            return undefined;
        // Whoever held it may have removed the file since it was opened.
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .systemCode */ .xU)(error) === 'ENOENT')
            return undefined;
        throw explainLock(error, file);
    }
}
class DatabaseLock {
    #database;
    constructor(database) {
        this.#database = database;
    }
    release() {
        this.#database?.close();
        this.#database = undefined;
    }
    [Symbol.dispose]() {
        this.release();
    }
}
function open(file) {
    const { DatabaseSync } = loadSqlite();
    const make = () => new DatabaseSync(file, { timeout: 0 });
    try {
        return make();
    }
    catch (first) {
        try {
            // SQLite does not say what is wrong; these two do, where it is what they find.
            (0,_make_folder_js__WEBPACK_IMPORTED_MODULE_5__/* .makeFolder */ .f)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(file));
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(file), node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK);
            return make();
        }
        catch (error) {
            requireDescriptor(file);
            throw explainLock(resultOf(error) === undefined ? error : first, file);
        }
    }
}
/** SQLite cannot say that this process, or the system, has too many open files: another file can. */
function requireDescriptor(file) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(node_os__WEBPACK_IMPORTED_MODULE_1__.devNull, 'r'));
    }
    catch (error) {
        const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .systemCode */ .xU)(error);
        if (code !== 'EMFILE' && code !== 'ENFILE')
            return;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CafsError */ .u('UNWRITABLE', `The file ${file} cannot be locked: too many files are open (${code}).`, {
            hint: 'Raise the limit of open files (ulimit -n), or do less at the same time.',
            cause: error,
        });
    }
}
/** Not imported at the top: to load it takes a millisecond that most commands need not spend. */
function loadSqlite() {
    // Before 24.15, Node warned that this module is experimental: nothing that a user can act on.
    const emitWarning = Reflect.get(process, 'emitWarning');
    Reflect.set(process, 'emitWarning', () => undefined);
    try {
        return process.getBuiltinModule('node:sqlite');
    }
    finally {
        Reflect.set(process, 'emitWarning', emitWarning);
    }
}
/** SQLite's result code without its details, if it is an error of SQLite's. */
function resultOf(error) {
    if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .systemCode */ .xU)(error) !== 'ERR_SQLITE_ERROR')
        return undefined;
    const { errcode } = error;
    return typeof errcode === 'number' ? errcode & 0xff : undefined;
}
function held(path, timeoutMs) {
    const seconds = String(Math.round(timeoutMs / 1000));
    return new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CafsError */ .u('TIMEOUT', `Others held the lock ${path} for ${seconds} seconds.`, {
        hint: 'Wait for the process that works in this folder, or end it: its lock ends with it.',
    });
}
function explainLock(error, file) {
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .systemCode */ .xU)(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CafsError */ .u('NO_SPACE', `No space is left on the disk for the lock ${file}.`, {
            hint: 'Free some space, or name a folder on another disk.',
            cause: error,
        });
    }
    const why = reasonOf(error);
    if (why === undefined)
        return error;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CafsError */ .u('UNWRITABLE', `The file ${file} cannot be locked: ${why}.`, {
        hint: 'Use a folder on a disk of this machine that this user may write to.',
        cause: error,
    });
}
function reasonOf(error) {
    const reason = REASONS.find(([codes]) => codes.includes(resultOf(error) ?? (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .systemCode */ .xU)(error)));
    return reason?.[1];
}


/***/ }),

/***/ 8142:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ makeFolder)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(452);



/**
 * Makes a folder and those above it, where they do not exist.
 *
 * Node's own `recursive` says `ENOENT` on a read-only disk, where this says what the system said
 * (`EROFS`), and never returns where a folder can hold none, as in `/proc`.
 *
 * @returns the topmost folder that was made; undefined where there was nothing to make
 */
function makeFolder(dir) {
    try {
        return makeOne(dir) ? dir : undefined;
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .systemCode */ .xU)(error) !== 'ENOENT' || (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(dir) === dir)
            throw error;
        const top = makeFolder((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(dir));
        return makeOne(dir) ? (top ?? dir) : top;
    }
}
function makeOne(dir) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.mkdirSync)(dir);
        return true;
    }
    catch (error) {
        // Some systems refuse to make what is there (`EROFS`, `EPERM`) before they see that it is.
        if (!isFolder(dir))
            throw error;
        return false;
    }
}
function isFolder(path) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isDirectory();
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 3879:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $$: () => (/* binding */ bytesOf),
/* harmony export */   JK: () => (/* binding */ hexOfByte),
/* harmony export */   KI: () => (/* binding */ replaceEscaped),
/* harmony export */   O0: () => (/* binding */ encodePath),
/* harmony export */   P8: () => (/* binding */ showPath),
/* harmony export */   Uj: () => (/* binding */ escapeByte),
/* harmony export */   ZY: () => (/* binding */ isCanonical),
/* harmony export */   cI: () => (/* binding */ takesAnyBytes),
/* harmony export */   e4: () => (/* binding */ decodeName),
/* harmony export */   h$: () => (/* binding */ showText)
/* harmony export */ });
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4573);

/** The `u` flag leaves surrogates alone that are half of a pair. */
const ESCAPED = /[\uDC80-\uDCFF]/gu;
const RUN_OF_ESCAPED = /([\uDC80-\uDCFF]+)/u;
/**
 * The text of a name or a path that the system, or git, gave as bytes.
 *
 * @example
 * decodeName(Buffer.from([0x61, 0xff])) // 'a\uDCFF'
 */
function decodeName(bytes) {
    const text = bytes.toString('utf8');
    // U+FFFD is what Node shows for bytes that are not UTF-8, but a name may really hold it.
    if (!text.includes('\uFFFD') || (0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(bytes))
        return text;
    let decoded = '';
    for (let at = 0; at < bytes.byteLength;) {
        const first = bytes.readUInt8(at);
        const character = bytes.subarray(at, at + characterLength(first));
        const isValid = (0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(character);
        decoded += isValid ? character.toString('utf8') : escapeByte(first);
        at += isValid ? character.byteLength : 1;
    }
    return decoded;
}
/** A path for a system call: as it is, or its bytes where it holds escaped ones. */
function encodePath(path) {
    return typeof path !== 'string' || path.isWellFormed() ? path : bytesOf(path);
}
/** The bytes of a path, as they are on disk. */
function bytesOf(path) {
    if (path.isWellFormed())
        return Buffer.from(path);
    // Every second part is escaped bytes; `latin1` writes the low byte of each unit.
    const parts = path.split(RUN_OF_ESCAPED);
    return Buffer.concat(parts.map((part, i) => Buffer.from(part, i % 2 === 0 ? 'utf8' : 'latin1')));
}
/**
 * Whether {@link decodeName} may have given this text. Other lone surrogates, and escaped bytes
 * that are valid UTF-8 together, would be a second text for some path.
 */
function isCanonical(path) {
    return path.isWellFormed() || decodeName(bytesOf(path)) === path;
}
/** The text that stands for a byte, 0x80 to 0xFF, that is no part of valid UTF-8. */
function escapeByte(byte) {
    return String.fromCharCode(0xdc00 + byte);
}
/** Gives every escaped byte another text. */
function replaceEscaped(text, replace) {
    if (text.isWellFormed())
        return text;
    return text.replace(ESCAPED, (escaped) => replace(escaped.charCodeAt(0) - 0xdc00));
}
/** Whether any bytes may be a name. Windows has UTF-16, and macOS takes nothing but UTF-8. */
function takesAnyBytes(platform) {
    return platform !== 'win32' && platform !== 'darwin';
}
/** Text for people, with escaped bytes as `\xFF`. */
function showText(text) {
    return replaceEscaped(text, (byte) => `\\x${hexOfByte(byte)}`);
}
/**
 * A path in quotes for messages: a JSON string, but for escaped bytes, which are `\xFF`.
 *
 * @example
 * showPath('caf\uDCE9 "x"') // '"caf\\xE9 \\"x\\""'
 */
function showPath(path) {
    const quoted = JSON.stringify(typeof path === 'string' ? path : decodeName(path));
    // JSON has these surrogates as `\udce9`. Escapes are taken in pairs, for a name may hold `\`.
    return quoted.replace(/\\(?:udc([89a-f][0-9a-f])|.)/g, (escape, hex) => hex === undefined ? escape : `\\x${hex.toUpperCase()}`);
}
/** Two upper-case digits. */
function hexOfByte(byte) {
    return byte.toString(16).toUpperCase().padStart(2, '0');
}
/** Bytes of the character that begins with this byte, if it is valid. */
function characterLength(first) {
    if (first < 0xc0)
        return 1;
    if (first < 0xe0)
        return 2;
    return first < 0xf0 ? 3 : 4;
}


/***/ }),

/***/ 8457:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D7: () => (/* binding */ assertIdentity),
/* harmony export */   DF: () => (/* binding */ TruncatedError),
/* harmony export */   Lk: () => (/* binding */ isIdentity),
/* harmony export */   Lo: () => (/* binding */ readExactly),
/* harmony export */   Vw: () => (/* binding */ readSlice),
/* harmony export */   hD: () => (/* binding */ wrongSize),
/* harmony export */   lf: () => (/* binding */ announcedSize),
/* harmony export */   ps: () => (/* binding */ truncated),
/* harmony export */   tk: () => (/* binding */ readLimited)
/* harmony export */ });
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5301);
/* harmony import */ var _shown_header_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6384);




/**
 * Reads a body that must have a certain size, into one buffer of that size. Whatever a server
 * sends, no more than that is kept. The caller checks the bytes.
 *
 * @throws CafsError `INTEGRITY` where it is shorter or longer
 */
async function readExactly(response, expected) {
    await refuseLength(response, expected);
    const buffer = Buffer.allocUnsafe(expected.size);
    let filled = 0;
    await consume(response, expected, (chunk) => {
        buffer.set(chunk, filled);
        filled += chunk.byteLength;
    });
    return buffer;
}
/**
 * Reads and checks a whole body, and keeps a part of it.
 *
 * @throws CafsError `INTEGRITY` where it is shorter, longer, or has another digest
 */
async function readSlice(response, expected, slice) {
    await refuseLength(response, expected);
    const buffer = Buffer.allocUnsafe(slice.length);
    const digester = new _digest_js__WEBPACK_IMPORTED_MODULE_0__/* .Digester */ .Y8();
    await consume(response, expected, (chunk) => {
        const position = digester.size;
        const from = Math.max(slice.offset - position, 0);
        const to = Math.min(slice.offset + slice.length - position, chunk.byteLength);
        if (from < to)
            buffer.set(chunk.subarray(from, to), position + from - slice.offset);
        digester.update(chunk);
    });
    const found = digester.digest();
    if (found !== expected.digest) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`The ${expected.what} came with other bytes: ${found}.`);
    }
    return buffer;
}
/**
 * Reads a body of unknown size.
 *
 * @param limit bytes
 * @throws CafsError `MALFORMED` where it has more
 */
async function readLimited(response, what, limit) {
    const chunks = [];
    let size = 0;
    for await (const chunk of response.body) {
        size += chunk.byteLength;
        if (size > limit) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The ${what} has more than ${String(limit)} bytes.`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
}
/** The size that a response announces, where it does. */
function announcedSize(response) {
    const text = (0,_http_js__WEBPACK_IMPORTED_MODULE_3__/* .headerValue */ .Z)(response, 'content-length');
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
/** Whether a body comes as it is, byte by byte, and its announced size is its own. */
function isIdentity(response) {
    return ['', 'identity'].includes(encodingOf(response));
}
/**
 * Refuses a body that is not what was asked for, byte by byte: some proxies compress whatever passes.
 *
 * @throws CafsError `INTEGRITY`
 */
async function assertIdentity(response, what) {
    if (isIdentity(response))
        return;
    await response.body.discard();
    const encoding = (0,_shown_header_js__WEBPACK_IMPORTED_MODULE_2__/* .shownHeader */ .Z)(response, 'content-encoding');
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`The ${what} came compressed (${encoding}).`, {
        hint: `A proxy before ${response.url.host} must leave the bytes of a registry as they are.`,
    });
}
function encodingOf(response) {
    return (0,_http_js__WEBPACK_IMPORTED_MODULE_3__/* .headerValue */ .Z)(response, 'content-encoding')?.trim().toLowerCase() ?? '';
}
/** Spares a download that is bound to be refused, and memory that a lie would cost. */
async function refuseLength(response, expected) {
    const announced = announcedSize(response);
    if (announced === undefined || announced === expected.size)
        return;
    await response.body.discard();
    throw wrongSize(expected, `announces ${String(announced)}`);
}
async function consume(response, expected, keep) {
    let seen = 0;
    for await (const chunk of response.body) {
        if (seen + chunk.byteLength > expected.size)
            throw wrongSize(expected, 'sends more');
        keep(chunk);
        seen += chunk.byteLength;
    }
    if (seen < expected.size)
        throw truncated(expected, seen);
}
/** A body without a size of its own that ended early: where it was cut off, the rest may still come. */
class TruncatedError extends _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs {
}
/** The error for a body that ended early, as far as it itself can say. */
function truncated(expected, seen) {
    return new TruncatedError(shownSizes(expected, `sends ${String(seen)}`));
}
/**
 * The error for a body of another size.
 *
 * @param instead what the registry does: `has fewer`
 */
function wrongSize(expected, instead) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(shownSizes(expected, instead));
}
function shownSizes({ what, size }, instead) {
    return `The ${what} should have ${String(size)} bytes, but the registry ${instead}.`;
}


/***/ }),

/***/ 9147:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ BrokenLayoutError),
/* harmony export */   P: () => (/* binding */ MARKER_TEXT)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);

/**
 * One of the two files that make a folder an image layout, `oci-layout` and `index.json`, holds something
 * else. It is the layout that is damaged, not what a tag points to: nothing that is pushed there mends it.
 */
class BrokenLayoutError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u {
    constructor(message, details) {
        super('MALFORMED', message, details);
    }
}
/** What the file that marks an image layout holds. */
const MARKER_TEXT = JSON.stringify({ imageLayoutVersion: '1.0.0' });


/***/ }),

/***/ 7593:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Rc: () => (/* binding */ ConnectionError),
  jM: () => (/* binding */ WAITS_HINT),
  C: () => (/* binding */ WHERE_PROXIES_ARE_NAMED),
  $t: () => (/* binding */ connectionError),
  ao: () => (/* binding */ silence)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/oci/plain-text.js
var plain_text = __webpack_require__(5885);
;// CONCATENATED MODULE: ./lib/oci/certificate-names.js
/** Names of a certificate that are shown. */
const MAX_NAMES = 5;
/** Characters of a certificate's names that are looked at: it may be anybody's. */
const MAX_READ = 4096;
/**
 * The hosts that a certificate is for, as Node gives it with an error: `registry.example`,
 * `*.example`, `192.0.2.1`. Where there are no alternative names, its common name.
 *
 * @param certificate of any form: what is not there, or is of another kind, is passed over
 * @see https://nodejs.org/api/tls.html#certificate-object
 */
function certificateNames(certificate) {
    const { subjectaltname, subject } = asRecord(certificate);
    const alternative = typeof subjectaltname === 'string' ? subjectaltname.slice(0, MAX_READ) : '';
    const names = alternative
        .split(', ')
        .map((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1])
        .filter((name) => name !== undefined);
    if (names.length > MAX_NAMES) {
        const more = names.length - MAX_NAMES;
        return [...names.slice(0, MAX_NAMES), `and ${String(more)} more`];
    }
    const { CN: common } = asRecord(subject);
    return names.length === 0 && typeof common === 'string' ? [common.slice(0, MAX_READ)] : names;
}
function asRecord(value) {
    return typeof value === 'object' && value !== null ? value : {};
}

;// CONCATENATED MODULE: ./lib/oci/connection-error.js
var _a;




/** No answer, or not the whole of one. */
class ConnectionError extends errors/* CafsError */.u {
    /** Whether trying again may help: not where a name does not exist or a certificate is wrong. */
    transient;
    constructor(code, message, details) {
        super(code, message, details);
        this.transient = details.transient;
    }
    /** The same where all tries have been used up: who tried again would multiply them. */
    exhausted() {
        return this.#again(this.message, false);
    }
    /** The same with how often, and for how many milliseconds, it was tried. */
    after(tries, ms) {
        const message = `${this.message} Tried ${String(tries)} times in ${(0,format/* formatSeconds */.Xo)(ms)}.`;
        return this.#again(message, this.transient);
    }
    #again(message, transient) {
        const details = { cause: this, transient };
        const { code, hint } = this;
        return new _a(code, message, hint === undefined ? details : { ...details, hint });
    }
}
_a = ConnectionError;
/**
 * Makes an error of ours of whatever a connection to a host ended with.
 *
 * @param way.proxy on the way to it: either of them may be what is wrong
 * @param way.limits how long was waited for what, in milliseconds
 */
function connectionError(cause, url, { proxy, limits = {} } = {}) {
    const code = codeOf(cause);
    const { host } = url;
    const missed = MISSED.get(code);
    if (missed !== undefined)
        return silence(url, missed(limits), { cause, proxy });
    // Where several addresses were tried in vain, the error has a code but no message.
    const reason = otherNames(cause, code) ?? opensslReason(cause, code) ?? (0,errors/* describeError */.Uc)(cause);
    const why = (0,plain_text/* plainText */.w)(reason) || code;
    return new ConnectionError('UNREACHABLE', `The connection to ${host}${by(proxy)} failed: ${why}.`, {
        cause,
        transient: !FINAL.has(code) && !TLS.test(code),
        hint: proxy === undefined || isAboutTls(code) ? hintFor(code, host) : proxyHint(proxy, host),
    });
}
/** For whoever can set how long is waited. */
const WAITS_HINT = 'How long is waited, and how often it is tried, is set by timeouts and retry, options of openRemote (library).';
/**
 * The error for a host that does nothing any more.
 *
 * @param what it did, or did not, behind its name
 */
function silence({ host }, what, { cause, proxy } = {}) {
    return new ConnectionError('TIMEOUT', `${host}${by(proxy)} ${what}.`, {
        cause,
        transient: true,
        hint: proxy === undefined
            ? `Check that ${host} is a registry, that it runs, and the connection to it, or try later. ${WAITS_HINT}`
            : proxyHint(proxy, host),
    });
}
/** For all that goes wrong with a proxy. */
const WHERE_PROXIES_ARE_NAMED = 'HTTPS_PROXY or HTTP_PROXY names it; NO_PROXY names what is asked without it.';
function by(proxy) {
    return proxy === undefined ? '' : ` by way of the proxy ${proxy.host}`;
}
function proxyHint(proxy, host) {
    return `Check that the proxy ${proxy.host} runs, and leads to ${host}. ${WHERE_PROXIES_ARE_NAMED}`;
}
/** What was waited for in vain, by the code of the error that says so. */
const MISSED = new Map([
    ['ETIMEDOUT', () => 'did not answer in time'],
    ['UND_ERR_CONNECT_TIMEOUT', ({ connect }) => `took no connection${within(connect)}`],
    ['UND_ERR_HEADERS_TIMEOUT', ({ headers }) => `did not begin to answer${within(headers)}`],
    [
        'UND_ERR_BODY_TIMEOUT',
        ({ body }) => `began to answer, and did not go on${within(body)}`,
    ],
]);
function within(ms) {
    return ms === undefined ? ' in time' : ` within ${(0,format/* formatSeconds */.Xo)(ms)}`;
}
/** Waiting changes none of these within the patience of a job. */
const FINAL = new Set([
    'ENOTFOUND',
    'ECONNREFUSED',
    'EPROTO',
    'UND_ERR_INVALID_ARG',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
]);
const TLS = /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;
/** What OpenSSL finds where a server answers a handshake with plain http. */
const NO_TLS = /^EPROTO$|^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST)$/;
const OTHER_NAMES = 'ERR_TLS_CERT_ALTNAME_INVALID';
const OUT_OF_TIME = /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/;
function isAboutTls(code) {
    return TLS.test(code) || NO_TLS.test(code);
}
function hintFor(code, host) {
    if (code === 'ENOTFOUND')
        return `Check the spelling of the host ${host}.`;
    if (code === 'ECONNREFUSED')
        return `Nothing listens at ${host}: check that it runs.`;
    if (NO_TLS.test(code)) {
        return `${host} does not speak TLS. It is asked without only where that is wanted: plainHttp (library), --plain-http (command line).`;
    }
    if (code === OTHER_NAMES) {
        return `Use a name that the certificate has, or give ${host} one for its own name. If these are the names of somebody else, the host resolves to the wrong address, or a proxy is in between.`;
    }
    if (OUT_OF_TIME.test(code)) {
        return `Check the clock of this machine; if it is right, the certificate of ${host} must be renewed.`;
    }
    if (TLS.test(code)) {
        return `Name the certificate authority of ${host} in NODE_EXTRA_CA_CERTS.`;
    }
    return `Check that ${host} can be reached from here, and HTTPS_PROXY and NO_PROXY if there is a proxy.`;
}
/** Node says it in more words, and all the names, however many. */
function otherNames(error, code) {
    if (code !== OTHER_NAMES || typeof error !== 'object' || error === null)
        return undefined;
    const asked = 'host' in error && typeof error.host === 'string' ? ` ${error.host}` : ' this host';
    const names = 'cert' in error ? certificateNames(error.cert) : [];
    const own = names.length === 0 ? 'it has no name' : `it is for ${names.join(', ')}`;
    return `its certificate is not for${asked}; ${own}`;
}
/** What OpenSSL says in words; its message is full of addresses and lines of its source. */
function opensslReason(error, code) {
    if (!code.startsWith('ERR_SSL_') || typeof error !== 'object' || error === null)
        return undefined;
    return 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
}
/** By shape, not by class: errors of Node itself may come from another realm. */
function codeOf(error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
    return typeof code === 'string' && code !== '' ? code : 'no code';
}


/***/ }),

/***/ 7771:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aR: () => (/* binding */ basicAuthorization),
/* harmony export */   tG: () => (/* binding */ CREDENTIALS),
/* harmony export */   v9: () => (/* binding */ checkedAuthenticator)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7934);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2767);



/** What an option must be that is an {@link Authenticator}. */
const CREDENTIALS = valibot__WEBPACK_IMPORTED_MODULE_1__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_1__/* ["function"] */ .fHH('it must be a function: (host) => ({ username, password })'));
/**
 * An authenticator whose answers are whole. With a half of them, a registry would be asked anonymously
 * or refuse them later, in words that say nothing of it.
 *
 * @throws CafsError `INVALID_INPUT`, by what it returns, that says what is missing
 */
function checkedAuthenticator(authenticator) {
    return async (host, request) => {
        const found = await authenticator(host, request);
        return found === undefined ? undefined : checkedCredentials(found, host);
    };
}
/** Names only, never a value: any of them may be a secret, in the wrong place, too. */
function checkedCredentials(found, host) {
    const fields = new Map(typeof found === 'object' && found !== null ? Object.entries(found) : []);
    const text = (name) => {
        const value = fields.get(name);
        return typeof value === 'string' ? value : '';
    };
    const [registryToken, identityToken] = [text('registryToken'), text('identityToken')];
    if (registryToken !== '')
        return { registryToken };
    if (identityToken !== '')
        return { identityToken };
    const [username, password] = [text('username'), text('password')];
    // Where a password is a token, some registries want no name with it.
    if (password !== '' && typeof fields.get('username') === 'string')
        return { username, password };
    const wanted = ['registryToken', 'identityToken'].find((name) => fields.has(name)) ??
        (password === '' ? 'password' : 'username');
    const given = [...fields.keys()].filter((name) => name !== wanted).map(_quoted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .T);
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `The credentials for ${host} have no ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .T)(wanted)}${given.length === 0 ? '' : `, only ${given.join(', ')}`}.`, {
        hint: 'They are { username, password }, { identityToken }, { registryToken }, or undefined to go there without any.',
    });
}
/** The value of an `Authorization` header. */
function basicAuthorization({ username, password }) {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}


/***/ }),

/***/ 282:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BC: () => (/* binding */ ANNOTATIONS),
/* harmony export */   LA: () => (/* binding */ isMediaType),
/* harmony export */   ay: () => (/* binding */ DESCRIPTOR)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7934);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);


const NAME = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}';
const MEDIA_TYPE = new RegExp(`^${NAME}/${NAME}$`);
/**
 * Whether text is a media type without parameters.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 */
function isMediaType(text) {
    return MEDIA_TYPE.test(text);
}
/**
 * Every name is taken: valibot's own records leave out `constructor` and the like, and take arrays.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
const ANNOTATIONS = valibot__WEBPACK_IMPORTED_MODULE_1__/* .custom */ .IeY((value) => typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string'), 'no annotations');
const PLATFORM = valibot__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    architecture: valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    os: valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    'os.version': valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
    'os.features': valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP())),
    variant: valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
});
/** A descriptor that came from outside. Fields that the specification does not have are left out. */
const DESCRIPTOR = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    mediaType: valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y(isMediaType, 'no media type')),
    digest: valibot__WEBPACK_IMPORTED_MODULE_1__/* .custom */ .IeY(_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc, 'no digest'),
    size: valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .safeInteger */ .Y2b('no size'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .minValue */ .Wwf(0, 'no size')),
    urls: valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y((text) => URL.canParse(text), 'no address')))),
    annotations: valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(ANNOTATIONS),
    data: valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
    artifactType: valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
    platform: valibot__WEBPACK_IMPORTED_MODULE_1__/* .exactOptional */ .yqP(PLATFORM),
}), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y((descriptor) => isWhatItHolds(descriptor), 'its data is not its content'));
function isWhatItHolds({ data, digest, size }) {
    if (data === undefined)
        return true;
    const bytes = Buffer.from(data, 'base64');
    return (bytes.byteLength === size && bytes.toString('base64') === data && (0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)(bytes) === digest);
}


/***/ }),

/***/ 8398:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ ENTITY),
/* harmony export */   P: () => (/* binding */ entityText)
/* harmony export */ });
/** Every character of ASCII that is no letter or digit and has a name, and the blank that does not break. */
const NAMES = {
    tab: '\t',
    newline: '\n',
    nbsp: ' ',
    excl: '!',
    quot: '"',
    num: '#',
    dollar: '$',
    percnt: '%',
    amp: '&',
    apos: "'",
    lpar: '(',
    rpar: ')',
    ast: '*',
    midast: '*',
    plus: '+',
    comma: ',',
    period: '.',
    sol: '/',
    colon: ':',
    semi: ';',
    lt: '<',
    equals: '=',
    gt: '>',
    quest: '?',
    commat: '@',
    lsqb: '[',
    lbrack: '[',
    bsol: '\\',
    rsqb: ']',
    rbrack: ']',
    hat: '^',
    lowbar: '_',
    underbar: '_',
    grave: '`',
    diacriticalgrave: '`',
    lcub: '{',
    lbrace: '{',
    verbar: '|',
    vert: '|',
    verticalline: '|',
    rcub: '}',
    rbrace: '}',
};
/** How HTML writes a character: by its number, whose `;` some leave out, or by its name. */
const ENTITY = /&(?:#x0*[\da-f]{1,6};?|#0*\d{1,7};?|[a-z]{2,16};)/gi;
/**
 * The character that an {@link ENTITY} means. One without a meaning, or with a name that is not known here,
 * stays as it is.
 *
 * @see https://html.spec.whatwg.org/multipage/named-characters.html
 */
function entityText(entity) {
    const name = entity.slice(1).replace(/;$/, '').toLowerCase();
    if (!name.startsWith('#'))
        return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? entity) : entity;
    const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= MAX_CODE_POINT ? String.fromCodePoint(code) : entity;
}
const MAX_CODE_POINT = 0x10_ff_ff;


/***/ }),

/***/ 1378:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  o3: () => (/* binding */ ResponseError),
  av: () => (/* binding */ assertAbsent),
  dg: () => (/* binding */ isTransient),
  Dm: () => (/* binding */ isTransientStatus),
  U3: () => (/* binding */ responseError)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/oci/body.js
var body = __webpack_require__(8457);
// EXTERNAL MODULE: ./lib/oci/connection-error.js + 1 modules
var connection_error = __webpack_require__(7593);
// EXTERNAL MODULE: ./lib/oci/http.js
var http = __webpack_require__(5301);
// EXTERNAL MODULE: ./lib/oci/hints.js
var hints = __webpack_require__(7115);
;// CONCATENATED MODULE: ./lib/oci/http-date.js
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `Sun, 06 Nov 1994 08:49:37 GMT`, and two forms that servers have ceased to send long ago. */
const FORMS = [
    /^[a-z]{3}, (?<day>\d\d) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/i,
    /^[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/i,
    /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/i,
];
/**
 * Reads a date in any of HTTP's three forms, all of which are in UTC. `Date.parse` would take the
 * third for local time, and a number for a year.
 *
 * @param now which century a year of two digits is in, in milliseconds since 1970
 * @returns milliseconds since 1970; undefined where it is no such date
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
function parseHttpDate(text, now) {
    const trimmed = text.trim();
    for (const form of FORMS) {
        const fields = form.exec(trimmed)?.groups;
        if (fields !== undefined)
            return dateOf(fields, now);
    }
    return undefined;
}
function dateOf(fields, now) {
    const { day = '', month = '', year = '', time = '' } = fields;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    const monthIndex = MONTHS.indexOf(month.toLowerCase());
    const date = new Date(0);
    date.setUTCFullYear(fullYear(year, now), monthIndex, Number(day));
    const isDay = date.getUTCMonth() === monthIndex && date.getUTCDate() === Number(day);
    // 60: a leap second.
    if (!isDay || hours > 23 || minutes > 59 || seconds > 60)
        return undefined;
    return date.setUTCHours(hours, minutes, seconds);
}
/** A year of two digits is never more than 50 years ahead. */
function fullYear(year, now) {
    if (year.length > 2)
        return Number(year);
    const thisYear = new Date(now).getUTCFullYear();
    const inThisCentury = thisYear - (thisYear % 100) + Number(year);
    return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury;
}

// EXTERNAL MODULE: ./lib/oci/origin.js
var origin = __webpack_require__(9355);
// EXTERNAL MODULE: ./lib/oci/entities.js
var entities = __webpack_require__(8398);
;// CONCATENATED MODULE: ./lib/oci/html-text.js

/** Characters of a page that are looked at. */
const MAX_READ = 64 * 1024;
/**
 * What a page of HTML or XML says, without its tags, scripts and styles. One pass from left to right:
 * what is no tag stays, and nothing here can be made to look for an end again and again.
 */
function htmlText(page) {
    let hidden = '';
    let text = '';
    for (const [piece] of page.slice(0, MAX_READ).matchAll(/<[^<>]*>|[^<]+|</g)) {
        const tag = /^<(\/?)([a-z][a-z0-9]*)/i.exec(piece);
        const name = tag?.[2]?.toLowerCase() ?? '';
        if (hidden !== '') {
            if (tag?.[1] === '/' && name === hidden)
                hidden = '';
        }
        else if (piece.endsWith('>') && piece.startsWith('<')) {
            text += ' ';
            if (tag?.[1] === '' && (name === 'script' || name === 'style'))
                hidden = name;
        }
        else {
            text += piece;
        }
    }
    return text.replaceAll(entities/* ENTITY */.C, entities/* entityText */.P);
}

// EXTERNAL MODULE: ./lib/oci/plain-text.js
var plain_text = __webpack_require__(5885);
// EXTERNAL MODULE: ./lib/oci/secrets.js + 1 modules
var secrets = __webpack_require__(213);
;// CONCATENATED MODULE: ./lib/oci/problem.js



const MAX_PROBLEMS = 5;
/**
 * Reads what a registry says about an error: the specification's JSON, a token server's `{details}`
 * or `{error, error_description}`, the XML of where its blobs lie, or whatever a proxy in between made
 * of it.
 *
 * @param mask takes out what must not be shown: it sees all words before they are cut
 */
function parseProblems(text, mask = secrets/* hideAuthorizations */.d) {
    if (text.trim() === '')
        return [];
    let body;
    try {
        body = JSON.parse(text);
    }
    catch {
        return [{ code: '', message: (0,plain_text/* plainText */.w)(pageText(text, mask)) }];
    }
    const fields = asRecord(body);
    if (Array.isArray(fields['errors'])) {
        return fields['errors'].slice(0, MAX_PROBLEMS).map((item) => problemOf(item, mask));
    }
    const message = fields['error_description'] ?? fields['details'] ?? fields['message'] ?? fields['error'];
    return [{ code: '', message: (0,plain_text/* plainText */.w)(mask(typeof message === 'string' ? message : text)) }];
}
/** Masked as it was written, of which a tag may be a part of a secret, and as it is read. */
function pageText(page, mask) {
    const masked = mask(page);
    return mask(storageError(masked) ?? htmlText(masked));
}
function problemOf(item, mask) {
    const { code, message, detail } = asRecord(item);
    // What went wrong, or which blob it is about, stands in the detail where the message only says the code
    // in other words.
    const { message: inner, digest } = asRecord(detail);
    const told = [message, typeof detail === 'string' ? detail : (inner ?? digest)]
        .filter((part) => typeof part === 'string' && part !== '')
        .join(': ');
    return {
        code: typeof code === 'string' ? (0,plain_text/* plainText */.w)(mask(code)).toUpperCase().slice(0, 40) : '',
        message: (0,plain_text/* plainText */.w)(mask(told)),
    };
}
/** An error of S3, Google's or Azure's storage. All that it says besides repeats a signed request. */
function storageError(text) {
    const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
    if (code === undefined)
        return undefined;
    return `${code}: ${/<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? ''}`;
}
function asRecord(value) {
    return typeof value === 'object' && value !== null ? value : {};
}

;// CONCATENATED MODULE: ./lib/oci/retry-after.js

/** Says how long, in milliseconds; the number stays whole however much a server asks for. */
function bounded(ms) {
    return Math.min(Math.max(Math.ceil(ms), 0), Number.MAX_SAFE_INTEGER);
}
/**
 * How long a server asks to wait, in milliseconds, from its `Retry-After` header: seconds or a date.
 * Undefined where it says neither. Nobody has to heed it: it may be years.
 *
 * @param now what the server takes for now, by its `Date` header, or else what we do
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 * @example
 * parseRetryAfter('120', Date.now()); // 120000
 */
function parseRetryAfter(value, now) {
    if (value === undefined)
        return undefined;
    // The specification has whole seconds only; a fraction can mean nothing else.
    if (/^\s*\d+(?:\.\d+)?\s*$/.test(value))
        return bounded(Number(value) * 1000);
    const date = parseHttpDate(value, now);
    return date === undefined ? undefined : bounded(date - now);
}
const UNITS = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    μs: 1e-3,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
};
/**
 * The same out of an error's text. GHCR writes Go durations there and sets no header:
 * `retry-after: 182.345µs, allowed: 2000/minute`.
 *
 * @see https://pkg.go.dev/time#Duration.String
 */
function retryAfterInText(text) {
    const duration = /retry-after:?\s*((?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|μs|ms|s|m|h)){1,3})(?!\w)/i;
    const parts = duration
        .exec(text)?.[1]
        ?.toLowerCase()
        .matchAll(/([\d.]+)(\D+)/g);
    if (parts === undefined)
        return undefined;
    let ms = 0;
    for (const [, count, unit = ''] of parts)
        ms += Number(count) * (UNITS[unit] ?? 0);
    return bounded(ms);
}

// EXTERNAL MODULE: ./lib/oci/shown-header.js
var shown_header = __webpack_require__(6384);
;// CONCATENATED MODULE: ./lib/oci/errors.js











/** Bytes of an error's body that are looked at. */
const MAX_ERROR_BYTES = 64 * 1024;
/**
 * How long an error's body is waited for. Distribution 2.8.2 announces a blob's whole length with
 * a 416 and sends 33 bytes: whoever waits for the rest waits for ever.
 */
const ERROR_BODY_MS = 2000;
/** An answer that is an error. */
class ResponseError extends errors/* CafsError */.u {
    /** The HTTP status. */
    status;
    /**
     * What the body says, in order: of each error its code, such as `MANIFEST_BLOB_UNKNOWN`, and its words.
     * The code is empty where the body has none, as with a proxy's page; the list is, where there was no
     * body to read, as with HEAD. At most five.
     */
    problems;
    /** How long the server asks to wait before trying again, in milliseconds. */
    retryAfterMs;
    /** All tries have been used up: who tried again would multiply them. */
    exhausted;
    /** Nothing in a 404 is a registry's: not even the repository was looked for. */
    isForeign;
    constructor(code, message, details) {
        super(code, message, details);
        this.status = details.status;
        this.problems = details.problems;
        this.retryAfterMs = details.retryAfterMs;
        this.exhausted = details.exhausted ?? false;
        this.isForeign = details.isForeign ?? false;
    }
    /** Whether the registry gave one of these codes. */
    names(...codes) {
        return this.problems.some(({ code }) => codes.includes(code));
    }
}
/** Not implemented, no such version of HTTP, and no room left. */
const FINAL = new Set([501, 505, 507]);
/** Whether a status, whatever the body says, may well be another one later. */
function isTransientStatus(status) {
    return status === 408 || status === 429 || (status >= 500 && !FINAL.has(status));
}
/**
 * Makes an error of an answer, and gives up what is left of its body. What was sent with the request
 * to say who asks is not in it, though the server may repeat it.
 */
async function responseError(request, response) {
    // What a proxy has compressed is no text.
    const isText = request.method !== 'HEAD' && (0,body/* isIdentity */.Lk)(response);
    const text = isText ? await readSome(response) : '';
    await response.body.discard();
    const mask = (0,secrets/* maskOf */._)(request, response);
    const problems = parseProblems(text, mask);
    const { status } = response;
    const retryAfterMs = waitAsked(response, problems);
    const told = problems
        .map(({ code, message }) => [code, message].filter((part) => part !== '').join(': '))
        .filter((part) => part !== '')
        .join('; ');
    const host = mask(response.url.host);
    const elsewhere = response.url.origin !== request.url.origin;
    const isForeign = !elsewhere && isForeignAnswer(request, response, problems);
    const hint = (0,hints/* hintFor */.JR)({
        status,
        host,
        sentBy: elsewhere ? mask(request.url.host) : undefined,
        method: request.method,
        problems,
        credentials: response.credentials ?? (elsewhere ? undefined : request.credentials),
        foreignType: isForeign ? shownType(response) : undefined,
        isManifestDigest: MANIFEST_DIGEST.test(request.url.pathname),
        proxy: problems.some(({ code }) => code !== '') ? undefined : response.proxy,
    });
    const by = response.proxy === undefined ? '' : ` by way of the proxy ${response.proxy}`;
    return new ResponseError(codeOf(status, problems, retryAfterMs), `${request.method} ${mask((0,origin/* shownUrl */.zA)(request.url))} answered ${String(status)}${elsewhere ? ` by way of ${host}` : ''}${by}${told === '' ? '' : ` (${told})`}.`, { status, problems, retryAfterMs, isForeign, ...(hint === undefined ? {} : { hint }) });
}
/**
 * Reads a 404 that is to mean that something is not there. Any web server answers so, to whatever it is
 * asked; a registry says it by a code.
 *
 * @throws CafsError `NOT_FOUND` where the answer is not a registry's
 */
async function assertAbsent(request, response) {
    const error = await responseError(request, response);
    if (error.isForeign)
        throw error;
}
function shownType(response) {
    const isNamed = (0,http/* headerValue */.Z)(response, 'content-type') !== undefined;
    return isNamed ? (0,shown_header/* shownHeader */.Z)(response, 'content-type') : 'no media type';
}
const MANIFEST_DIGEST = /\/manifests\/sha256:[0-9a-f]{64}$/;
/** Whether a 404 of a registry's API has words, but no code of an error: a page, `{}`, plain text. */
function isForeignAnswer({ method, url }, response, problems) {
    if (response.status !== 404 || !url.pathname.startsWith('/v2/'))
        return false;
    if (method === 'HEAD')
        return (0,http/* isPage */.yp)(response);
    return problems.length > 0 && problems.every(({ code }) => code === '');
}
/** Whether the same request may well go through later. */
function isTransient(error) {
    if (error instanceof ResponseError) {
        const { status, problems, retryAfterMs, exhausted } = error;
        if (exhausted)
            return false;
        return isTransientStatus(status) || isBurstRefusal(status, problems, retryAfterMs);
    }
    return error instanceof connection_error/* ConnectionError */.Rc && error.transient;
}
/** By the server's own clock where it shows one: it need not be ours. */
function waitAsked(response, problems) {
    const ours = Date.now();
    const theirs = parseHttpDate((0,http/* headerValue */.Z)(response, 'date') ?? '', ours);
    const asked = parseRetryAfter((0,http/* headerValue */.Z)(response, 'retry-after'), theirs ?? ours);
    return asked ?? retryAfterInText(problems.map(({ message }) => message).join(' '));
}
/** A 403 that does not stay one: GitHub's for bursts, which names the wait where it has no body. */
function isBurstRefusal(status, problems, retryAfterMs) {
    return status === 403 && (retryAfterMs !== undefined || (0,hints/* isRateLimit */.a5)(status, problems));
}
function codeOf(status, problems, retryAfterMs) {
    if (status === 401)
        return 'UNAUTHORIZED';
    if (status >= 500 || status === 429)
        return 'REMOTE';
    const has = (...codes) => problems.some(({ code }) => codes.includes(code));
    if ((0,hints/* isImmutable */.t3)(status, problems))
        return 'DENIED';
    if (has('DIGEST_INVALID', 'SIZE_INVALID'))
        return 'INTEGRITY';
    // Registries answer 400 as well as 404 to a manifest whose blobs are not there.
    if (has('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'))
        return 'NOT_FOUND';
    // What is missing is the registry's own: nothing that anybody has asked for.
    if (has('BLOB_UPLOAD_UNKNOWN'))
        return 'REMOTE';
    if ((0,hints/* isRefusedKind */.fP)(status, problems))
        return 'UNSUPPORTED';
    if (status === 403)
        return isBurstRefusal(status, problems, retryAfterMs) ? 'REMOTE' : 'DENIED';
    if (status === 404)
        return 'NOT_FOUND';
    return status === 408 ? 'TIMEOUT' : 'REMOTE';
}
async function readSome(response) {
    const chunks = [];
    const read = async () => {
        let size = 0;
        for await (const chunk of response.body) {
            chunks.push(chunk.subarray(0, MAX_ERROR_BYTES - size));
            size += chunk.byteLength;
            if (size >= MAX_ERROR_BYTES)
                return;
        }
    };
    const { promise: late, resolve } = Promise.withResolvers();
    const timer = setTimeout(() => {
        resolve(undefined);
    }, ERROR_BODY_MS);
    try {
        // A body that breaks off still tells something: what is there is what is used.
        await Promise.race([read().catch(() => undefined), late]);
    }
    finally {
        clearTimeout(timer);
    }
    return Buffer.concat(chunks).toString('utf8');
}


/***/ }),

/***/ 7115:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JR: () => (/* binding */ hintFor),
/* harmony export */   Mn: () => (/* binding */ whereCredentialsGo),
/* harmony export */   a5: () => (/* binding */ isRateLimit),
/* harmony export */   fP: () => (/* binding */ isRefusedKind),
/* harmony export */   t3: () => (/* binding */ isImmutable)
/* harmony export */ });
/* harmony import */ var _connection_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7593);

/** What a user can do about an error that a host answered. */
function hintFor(refusal) {
    const { status, host, sentBy, problems, foreignType, proxy } = refusal;
    if (proxy !== undefined && status !== 401) {
        return `The proxy ${proxy} may have answered, and not ${host}. ${_connection_error_js__WEBPACK_IMPORTED_MODULE_0__/* .WHERE_PROXIES_ARE_NAMED */ .C}`;
    }
    if (foreignType !== undefined) {
        return `${host} does not look like a registry (404 with ${foreignType}, without a registry's code): check the reference.`;
    }
    if (isRateLimit(status, problems))
        return `${host} limits how often it may be asked; try later.`;
    if (isOutOfSpace(status, problems)) {
        return `The storage that ${host} grants is used up: delete what is no longer needed there, or ask for more.`;
    }
    if (isImmutable(status, problems)) {
        return `${host} does not let this tag be moved: take the rule about immutable tags off this repository, or use another one.`;
    }
    if ((status === 401 || status === 403) && sentBy !== undefined) {
        return `${sentBy} keeps this at ${host}, which does not give it: the address may have run out, or a proxy may be in between; try later.`;
    }
    if (status === 401)
        return `${host} ${wish(refusal)} ${whereCredentialsGo(host)}`;
    if (status === 403)
        return refusalHint(refusal);
    if (isRefusedKind(status, problems))
        return kindHint(refusal);
    if (problems.some(({ code }) => code === 'NAME_UNKNOWN'))
        return repositoryHint(host);
    if (isPartRefusal(refusal)) {
        return `${host} does not find what the manifest names: store that first, in this repository; if it has just been stored, try again.`;
    }
    if (status === 413)
        return 'The registry, or a proxy before it, limits the size of uploads.';
    if (status >= 500)
        return faultHint(refusal);
    return undefined;
}
/** All the ways to give credentials. */
function whereCredentialsGo(host) {
    return `Run "docker login ${host}", or give them by hand. Action: the inputs username and password. Command line: CAFS_USERNAME and CAFS_PASSWORD. Library: () => ({ username, password }), as auth of open or credentials of openRemote.`;
}
/** Whether a registry wants to be asked less often. GitHub answers 403, not 429, to bursts. */
function isRateLimit(status, problems) {
    if (status === 429)
        return true;
    if (status !== 403)
        return false;
    return problems.some(({ code, message }) => code === 'TOOMANYREQUESTS' || /secondary rate limit|rate limit exceeded/i.test(message));
}
/** Whether a rule forbids to move a tag: Harbor says so with 412, others with 400. */
function isImmutable(status, problems) {
    if (status === 412)
        return true;
    return isClientError(status) && problems.some(({ message }) => /\bimmutab/i.test(message));
}
/** Whether a registry does not take something of this kind; Quay and GitLab call that invalid. */
function isRefusedKind(status, problems) {
    if (status === 405 || status === 415)
        return true;
    return (isClientError(status) &&
        problems.some(({ code }) => code === 'MANIFEST_INVALID' || code === 'UNSUPPORTED'));
}
function isPartRefusal({ method, problems }) {
    const codes = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'];
    return method === 'PUT' && problems.some(({ code }) => codes.includes(code));
}
function isClientError(status) {
    return status >= 400 && status < 500;
}
function isOutOfSpace(status, problems) {
    if (status === 507)
        return true;
    return (isClientError(status) &&
        problems.some(({ message }) => /\bquota\b|storage limit|exceed the configured upper limit/i.test(message)));
}
function faultHint({ status, host, isManifestDigest }) {
    const fault = `he fault lies with ${host}, or with a proxy before it; try later.`;
    return status === 500 && isManifestDigest === true
        ? `Check that the digest is a manifest's: where it is a blob's, distribution 2 answers 500 each time, and getBlob gets it. Else t${fault}`
        : `T${fault}`;
}
function refusalHint({ host, credentials }) {
    if (credentials === 'none') {
        return `No credentials for ${host} were given, nor found where "docker login", "podman login" and credential helpers leave them. ${whereCredentialsGo(host)}`;
    }
    if (credentials === 'unasked') {
        return `No credentials were sent: ${host} did not ask for any, as a registry does that wants some (401), but refused at once. Check the name of the repository, and whether ${host} lets this machine in.`;
    }
    return permissionHint(host);
}
function permissionHint(host) {
    if (host === 'ghcr.io') {
        return 'In a workflow, the job needs "permissions: packages: write", and the package must give this repository write access (Package settings, Manage Actions access).';
    }
    if (isEcr(host)) {
        return `The IAM identity needs ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability to read; to write, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage as well.`;
    }
    return `The credentials for ${host} do not allow this; ask for the right to pull from and push to this repository.`;
}
function repositoryHint(host) {
    return isEcr(host)
        ? 'At ECR the repository must exist before anything is pushed to it: run "aws ecr create-repository --repository-name NAME".'
        : `Check the name. Some registries do not make a repository, or the project that it is in, on the first push: create it at ${host}.`;
}
function kindHint({ host, method }) {
    if (method !== 'DELETE') {
        return `${host} does not take this kind of manifest; allow its media types there, or use another registry.`;
    }
    return host === 'ghcr.io'
        ? 'GHCR deletes by its own API only: use the page of the package, or "gh api --method DELETE".'
        : `Deletion is not switched on at ${host}; distribution has REGISTRY_STORAGE_DELETE_ENABLED=true for it.`;
}
function isEcr(host) {
    return /\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/.test(host);
}
function wish({ credentials }) {
    if (credentials === undefined) {
        return 'wants credentials, or refuses those that it was given.';
    }
    return credentials === 'given'
        ? 'refuses the credentials that it was given.'
        : 'wants credentials, and was given none.';
}


/***/ }),

/***/ 5301:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   UE: () => (/* binding */ headerValues),
/* harmony export */   Z: () => (/* binding */ headerValue),
/* harmony export */   yp: () => (/* binding */ isPage)
/* harmony export */ });
/** All values of a header; none where it is absent. */
function headerValues(response, name) {
    const value = response.headers[name];
    if (value === undefined)
        return [];
    return typeof value === 'string' ? [value] : value;
}
/**
 * Whether an answer is a page for people: a login, or the words of a proxy. Where its status says that
 * all is well, it says so of something else.
 */
function isPage(response) {
    return /^\s*text\/html\b/i.test(headerValue(response, 'content-type') ?? '');
}
/** The first value of a header. */
function headerValue(response, name) {
    return headerValues(response, name)[0];
}


/***/ }),

/***/ 5027:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NN: () => (/* binding */ hubMeaning),
/* harmony export */   he: () => (/* binding */ hubHint),
/* harmony export */   vG: () => (/* binding */ repositoryAtHub)
/* harmony export */ });
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2767);
/* harmony import */ var _reference_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3326);


/** The repository of a reference that is at Docker Hub only because no host is named. */
function repositoryAtHub(text) {
    try {
        const { repository } = (0,_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .parseTaggedReference */ .$R)(text);
        if (repository.kind !== 'registry' || repository.host !== 'docker.io')
            return undefined;
        if (/^(?:index\.|registry-1\.)?docker\.io\//i.test(text))
            return undefined;
        return (0,_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .formatRepository */ .Sh)(repository);
    }
    catch {
        return undefined;
    }
}
/** What such a reference means. */
function hubMeaning(text) {
    return `${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(text)} has no host, and so means one at Docker Hub.`;
}
/** What is to be said of an error where a reference is at Docker Hub only because no host is named. */
function hubHint(text) {
    if (repositoryAtHub(text) === undefined)
        return undefined;
    return `${hubMeaning(text)} Write HOST/${text} for another registry, or oci:${text} for an image layout in a folder.`;
}


/***/ }),

/***/ 9213:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hj: () => (/* binding */ manifestTypeOf),
/* harmony export */   V8: () => (/* binding */ contradictionIn),
/* harmony export */   lj: () => (/* binding */ parseObject),
/* harmony export */   s$: () => (/* binding */ assertUnambiguous),
/* harmony export */   si: () => (/* binding */ shownType)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(282);
/* harmony import */ var _plain_text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5885);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5208);




/**
 * What a manifest says that it is; undefined where the bytes are none, or could be two things. The
 * type may be left out: then its fields tell an index from an image manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md#image-manifest-property-descriptions
 */
function manifestTypeOf(bytes) {
    const body = parseObject(bytes);
    if (body === undefined || !('schemaVersion' in body))
        return undefined;
    const mediaType = 'mediaType' in body ? body.mediaType : typeByFields(body);
    if (typeof mediaType !== 'string' || !(0,_descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__/* .isMediaType */ .LA)(mediaType))
        return undefined;
    return contradictionIn(body, mediaType) === undefined ? mediaType : undefined;
}
function typeByFields(body) {
    if ('layers' in body)
        return _types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_MANIFEST */ .SE;
    return 'manifests' in body ? _types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_INDEX */ .D4 : undefined;
}
/** The JSON object that bytes are; undefined where they are none. */
function parseObject(bytes) {
    try {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        const body = JSON.parse(decoder.decode(bytes));
        return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
    }
    catch {
        return undefined;
    }
}
/** Types of which it is known which fields they have. */
const IMAGES = new Set([_types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_MANIFEST */ .SE, _types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_DOCKER_MANIFEST */ .P]);
const INDEXES = new Set([_types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_INDEX */ .D4, _types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_DOCKER_INDEX */ .eL]);
/**
 * Why a document is not to be taken for what it is given as: others may take it for something else, and
 * read what we do not.
 *
 * @param mediaType undefined: nobody has said it
 * @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 * @see https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
 */
function contradictionIn(body, mediaType) {
    const [isIndex, isImage] = [hasIndexFields(body), hasImageFields(body)];
    if (isIndex && isImage)
        return 'it could be an index as well as an image manifest';
    if (mediaType === undefined)
        return undefined;
    if ('mediaType' in body && !isSameType(body.mediaType, mediaType)) {
        return `it is given as ${mediaType} and says that it is ${shownType(body.mediaType)}`;
    }
    if (isIndex && IMAGES.has(mediaType))
        return `it is given as ${mediaType} and is an index`;
    if (isImage && INDEXES.has(mediaType))
        return `it is given as ${mediaType} and is an image's`;
    return undefined;
}
/** Upper and lower case are the same: https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
function isSameType(found, mediaType) {
    return typeof found === 'string' && found.toLowerCase() === mediaType.toLowerCase();
}
function hasIndexFields(body) {
    return 'manifests' in body;
}
function hasImageFields(body) {
    return 'layers' in body || 'config' in body || 'fsLayers' in body;
}
/** Says of a document that it is JSON, and not which. */
const ANY_JSON = 'application/json';
/**
 * Checks a manifest that came from outside as {@link contradictionIn} does. What is no JSON object is left
 * to those who read more of it.
 *
 * @param mediaType by a header, or in the index of a layout
 * @param what for the error
 * @throws CafsError `MALFORMED`
 */
function assertUnambiguous(bytes, mediaType, what) {
    const body = parseObject(bytes);
    const why = body && contradictionIn(body, mediaType === ANY_JSON ? undefined : mediaType);
    if (why === undefined)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('MALFORMED', `The ${what} is not taken: ${why}.`, {
        hint: 'Two clients could read two things in it: whoever made it must say clearly which it is.',
    });
}
/** A media type out of a document, as errors show it. */
function shownType(value) {
    return typeof value === 'string' ? JSON.stringify((0,_plain_text_js__WEBPACK_IMPORTED_MODULE_2__/* .plainText */ .w)(value)) : `a ${typeof value}`;
}


/***/ }),

/***/ 4360:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gb: () => (/* binding */ encodeManifest),
/* harmony export */   Ng: () => (/* binding */ parseManifest),
/* harmony export */   T: () => (/* binding */ namedBy),
/* harmony export */   Zj: () => (/* binding */ MAX_MANIFEST_WRITTEN),
/* harmony export */   g$: () => (/* binding */ tooLarge),
/* harmony export */   kv: () => (/* binding */ MAX_MANIFEST_READ)
/* harmony export */ });
/* unused harmony exports MAX_LAYERS, parseIndex */
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7934);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(282);
/* harmony import */ var _manifest_type_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9213);
/* harmony import */ var _plain_text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5885);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5208);






/** The most that is read of a manifest, in bytes. */
const MAX_MANIFEST_READ = 8 * 1024 * 1024;
/** The most that is written: what the spec demands that registries take, in bytes. */
const MAX_MANIFEST_WRITTEN = 4 * 1024 * 1024;
/** Far more than any registry takes. */
const MAX_LAYERS = 20_000;
const DESCRIPTORS = valibot__WEBPACK_IMPORTED_MODULE_4__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_4__/* .array */ .YOg(_descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__/* .DESCRIPTOR */ .ay), valibot__WEBPACK_IMPORTED_MODULE_4__/* .maxLength */ .Ru6(MAX_LAYERS, 'too many'));
const SHARED = {
    schemaVersion: valibot__WEBPACK_IMPORTED_MODULE_4__/* .literal */ .euz(2),
    artifactType: valibot__WEBPACK_IMPORTED_MODULE_4__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP()),
    subject: valibot__WEBPACK_IMPORTED_MODULE_4__/* .exactOptional */ .yqP(_descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__/* .DESCRIPTOR */ .ay),
    annotations: valibot__WEBPACK_IMPORTED_MODULE_4__/* .exactOptional */ .yqP(_descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__/* .ANNOTATIONS */ .BC),
};
// The specification lets `mediaType` be absent.
const MANIFEST = valibot__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    ...SHARED,
    mediaType: valibot__WEBPACK_IMPORTED_MODULE_4__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_4__/* .picklist */ .KIO([_types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_MANIFEST */ .SE, _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_DOCKER_MANIFEST */ .P]), _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_MANIFEST */ .SE),
    config: _descriptor_schema_js__WEBPACK_IMPORTED_MODULE_1__/* .DESCRIPTOR */ .ay,
    layers: DESCRIPTORS,
});
const INDEX = valibot__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    ...SHARED,
    mediaType: valibot__WEBPACK_IMPORTED_MODULE_4__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_4__/* .picklist */ .KIO([_types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_INDEX */ .D4, _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_DOCKER_INDEX */ .eL]), _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_INDEX */ .D4),
    manifests: DESCRIPTORS,
});
/**
 * Reads an image manifest that came from outside, OCI's or Docker's. What this software does not know
 * is left out.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * @throws CafsError `MALFORMED`, also for an index
 */
function parseManifest(bytes) {
    return parse(MANIFEST, bytes, 'manifest');
}
/**
 * Reads an image index that came from outside, or a manifest list of Docker's.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * @throws CafsError `MALFORMED`, also for an image manifest
 */
function parseIndex(bytes) {
    return parse(INDEX, bytes, 'index');
}
/**
 * What must be there before a manifest or an index is stored: config and layers, or manifests. Of other
 * types it is not known what they name.
 *
 * @throws CafsError `MALFORMED`
 */
function namedBy(bytes, mediaType) {
    switch (mediaType) {
        case _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_MANIFEST */ .SE:
        case _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_DOCKER_MANIFEST */ .P: {
            const { config, layers } = parseManifest(bytes);
            return [config, ...layers];
        }
        case _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_INDEX */ .D4:
        case _types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_DOCKER_INDEX */ .eL:
            return parseIndex(bytes).manifests;
        default:
            return [];
    }
}
/**
 * A manifest's bytes: JSON without blanks, keys sorted as RFC 8785 does, so that equal content is an
 * equal manifest with an equal digest.
 *
 * @throws CafsError `INVALID_INPUT` where it is larger than registries take, or names more than is read
 */
function encodeManifest(manifest) {
    const named = 'layers' in manifest ? manifest.layers : manifest.manifests;
    if (named.length > MAX_LAYERS) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `The manifest names ${String(named.length)} blobs; at most ${String(MAX_LAYERS)} are read.`, { hint: FEWER });
    }
    const bytes = Buffer.from(canonical(manifest));
    if (bytes.byteLength > MAX_MANIFEST_WRITTEN)
        throw tooLarge(bytes.byteLength);
    return bytes;
}
const FEWER = 'Fewer and larger layers make it smaller.';
/** The error for a manifest that no registry needs to take. */
function tooLarge(size) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `The manifest has ${String(size)} bytes; registries take ${String(MAX_MANIFEST_WRITTEN)}.`, { hint: FEWER });
}
function parse(schema, bytes, what) {
    const malformed = (why, cause) => new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('MALFORMED', `The ${what} is malformed: ${why}.`, { cause });
    if (bytes.byteLength > MAX_MANIFEST_READ) {
        throw malformed(`it has ${String(bytes.byteLength)} bytes`);
    }
    let body;
    try {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        body = JSON.parse(decoder.decode(bytes));
    }
    catch (cause) {
        throw malformed('it is no JSON', cause);
    }
    if (typeof body === 'object' && body !== null) {
        const contradiction = (0,_manifest_type_js__WEBPACK_IMPORTED_MODULE_2__/* .contradictionIn */ .V8)(body, undefined);
        if (contradiction !== undefined)
            throw malformed(contradiction);
    }
    const result = valibot__WEBPACK_IMPORTED_MODULE_4__/* .safeParse */ .xLC(schema, body, { abortEarly: true });
    if (result.success)
        return result.output;
    const [issue] = result.issues;
    throw malformed((0,_plain_text_js__WEBPACK_IMPORTED_MODULE_3__/* .plainText */ .w)(`${valibot__WEBPACK_IMPORTED_MODULE_4__/* .getDotPath */ .BuJ(issue) ?? 'it'}: ${issue.message}`));
}
function canonical(value) {
    if (Array.isArray(value))
        return `[${value.map(canonical).join(',')}]`;
    if (typeof value !== 'object' || value === null)
        return JSON.stringify(value);
    const fields = Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
    return `{${fields.join(',')}}`;
}


/***/ }),

/***/ 8888:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  d: () => (/* binding */ openRemote)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./lib/options.js
var lib_options = __webpack_require__(1097);
// EXTERNAL MODULE: external "node:util/types"
var types_ = __webpack_require__(3429);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
;// CONCATENATED MODULE: ./lib/oci/checked-remote.js





/**
 * Checks what code without types may give to a remote, before anything is done with it: `undefined`
 * would be asked for as the tag `undefined`. What a text or a number says is left to those who know.
 *
 * @throws CafsError `INVALID_INPUT`, by any call, that names the argument
 */
class CheckedRemote {
    #remote;
    constructor(remote) {
        this.#remote = remote;
    }
    get name() {
        return this.#remote.name;
    }
    get stats() {
        return this.#remote.stats;
    }
    get traits() {
        return this.#remote.traits;
    }
    async resolve(reference, options = {}) {
        check('resolve', { reference: REFERENCE, options: CALL }, { reference, options });
        return this.#remote.resolve(reference, options);
    }
    async getManifest(reference, options = {}) {
        check('getManifest', { reference: REFERENCE, options: CALL }, { reference, options });
        return this.#remote.getManifest(reference, options);
    }
    async putManifest(bytes, mediaType, tags, options = {}) {
        const wanted = { bytes: BYTES, mediaType: MEDIA_TYPE, tags: TAGS, options: PUT_MANIFEST };
        check('putManifest', wanted, { bytes, mediaType, tags, options });
        return this.#remote.putManifest(bytes, mediaType, tags, options);
    }
    async hasBlob(digest, options = {}) {
        check('hasBlob', { digest: DIGEST, options: HAS_BLOB }, { digest, options });
        return this.#remote.hasBlob(digest, options);
    }
    async getBlob(blob, options = {}) {
        check('getBlob', { blob: BLOB, options: CALL }, { blob, options });
        return this.#remote.getBlob(blob, options);
    }
    getBlobStream(blob, options = {}) {
        const remote = this.#remote;
        return {
            // What is wrong is thrown where the stream is read, like all else.
            [Symbol.asyncIterator]: () => {
                check('getBlobStream', { blob: BLOB, options: CALL }, { blob, options });
                return remote.getBlobStream(blob, options)[Symbol.asyncIterator]();
            },
        };
    }
    async getBlobRange(blob, range, options = {}) {
        check('getBlobRange', { blob: BLOB, range: RANGE, options: CALL }, { blob, range, options });
        return this.#remote.getBlobRange(blob, range, options);
    }
    async putBlob(digest, content, options = {}) {
        check('putBlob', { digest: DIGEST, options: PUT_BLOB }, { digest, options });
        await this.#remote.putBlob(digest, content, options);
    }
    async delete(reference, options = {}) {
        check('delete', { reference: REFERENCE, options: CALL }, { reference, options });
        return this.#remote.delete(reference, options);
    }
    async listTags(options = {}) {
        check('listTags', { options: CALL }, { options });
        return this.#remote.listTags(options);
    }
    close() {
        return this.#remote.close();
    }
}
const REFERENCE = dist/* string */.YjP('it must be a tag or a digest');
const DIGEST = dist/* string */.YjP('it must be a digest');
const MEDIA_TYPE = dist/* string */.YjP('it must be a media type');
const TAGS = dist/* array */.YOg(dist/* string */.YjP('it must be a tag'), 'it must be a list of tags');
const BYTES = dist/* custom */.IeY(types_.isUint8Array, 'it must be a Uint8Array');
const SIZE = dist/* number */.aig('it must be a number of bytes');
const BLOB = dist/* object */.Ikc({ digest: DIGEST, size: SIZE }, 'it must be { digest, size }');
const RANGE = dist/* object */.Ikc({ offset: SIZE, length: SIZE }, 'it must be { offset, length }');
/** Later than any `performance.now()` in our days, and earlier than any `Date.now()`: 1 January 2000. */
const NO_LONGER_MONOTONIC = Date.UTC(2000);
const NO_OPTIONS = 'it must be an object';
const CALL = dist/* object */.Ikc({ signal: lib_options/* SIGNAL */.bh }, NO_OPTIONS);
const HAS_BLOB = dist/* object */.Ikc({ signal: lib_options/* SIGNAL */.bh, size: dist/* optional */.lqM(SIZE) }, NO_OPTIONS);
const PUT_BLOB = dist/* object */.Ikc({
    signal: lib_options/* SIGNAL */.bh,
    mayExist: dist/* optional */.lqM(dist/* boolean */.zMY('it must be true or false')),
    mountFrom: dist/* optional */.lqM(dist/* string */.YjP('it must be the name of a repository')),
}, NO_OPTIONS);
const PUT_MANIFEST = dist/* object */.Ikc({
    signal: lib_options/* SIGNAL */.bh,
    notAfter: dist/* optional */.lqM(dist/* pipe */.FsL(dist/* number */.aig('it must be milliseconds of performance.now()'), dist/* check */.z6Y((ms) => ms < NO_LONGER_MONOTONIC || ms === Number.POSITIVE_INFINITY, 'it must be milliseconds of performance.now(), not of Date.now()'))),
    expected: dist/* nullish */.cl6(dist/* string */.YjP('it must be a digest, or null')),
}, NO_OPTIONS);
function check(call, wanted, given) {
    const [issue] = dist/* safeParse */.xLC(dist/* object */.Ikc(wanted), given, { abortEarly: true }).issues ?? [];
    if (issue === undefined)
        return;
    const what = (0,quoted/* quoted */.T)(dist/* getDotPath */.BuJ(issue) ?? '');
    throw new errors/* CafsError */.u('INVALID_INPUT', `The argument ${what} of ${call}: ${issue.message}.`, {
        hint: `Its arguments are ${Object.keys(wanted).join(', ')}.`,
    });
}

// EXTERNAL MODULE: ./lib/oci/credentials.js
var oci_credentials = __webpack_require__(7771);
// EXTERNAL MODULE: ./lib/environment.js
var environment = __webpack_require__(3554);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./lib/oci/docker-config.js



const MAX_BYTES = 1024 * 1024;
/** Valibot takes an array for an object. */
const NO_ARRAY = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* check */.z6Y((value) => !Array.isArray(value)));
const CONFIG = dist/* pipe */.FsL(NO_ARRAY, dist/* object */.Ikc({
    auths: dist/* nullish */.cl6(dist/* pipe */.FsL(NO_ARRAY, dist/* record */.g1P(dist/* string */.YjP(), dist/* unknown */.L5J()))),
    credHelpers: dist/* nullish */.cl6(dist/* pipe */.FsL(NO_ARRAY, dist/* record */.g1P(dist/* string */.YjP(), dist/* nullish */.cl6(dist/* string */.YjP(), '')))),
    credsStore: dist/* nullish */.cl6(dist/* string */.YjP()),
}));
/**
 * Reads a file of credentials; undefined where there is none, or an empty one.
 *
 * @throws CafsError `MALFORMED`; `UNAUTHORIZED` where the file cannot be read
 */
async function readDockerConfig(file) {
    const chunks = [];
    let size = 0;
    try {
        for await (const chunk of (0,external_node_fs_.createReadStream)(file)) {
            size += chunk.byteLength;
            if (size > MAX_BYTES)
                throw malformed(file, `has more than ${String(MAX_BYTES)} bytes`);
            chunks.push(chunk);
        }
    }
    catch (error) {
        const code = (0,errors/* systemCode */.xU)(error);
        if (code === 'ENOENT' || code === 'ENOTDIR')
            return undefined;
        if (error instanceof errors/* CafsError */.u)
            throw error;
        throw new errors/* CafsError */.u('UNAUTHORIZED', `The credentials in ${file} cannot be read (${code ?? 'for no known reason'}).`, { hint: `Make ${file} a file that this user may read, or remove it.`, cause: error });
    }
    return parseDockerConfig(Buffer.concat(chunks, size).toString('utf8'), file);
}
/**
 * Reads the text of such a file.
 *
 * @param file for errors, which never show what is in it
 * @throws CafsError `MALFORMED`
 */
function parseDockerConfig(text, file) {
    // Windows PowerShell writes a byte order mark.
    const bare = text.replace(/^\uFEFF/, '').trim();
    if (bare === '')
        return undefined;
    const config = dist/* safeParse */.xLC(CONFIG, parseJson(bare, file));
    if (!config.success) {
        const path = dist/* getDotPath */.BuJ(config.issues[0])?.split('.')[0];
        throw malformed(file, path === undefined ? 'holds no object' : `has a wrong "${path}"`);
    }
    const { auths, credHelpers, credsStore } = config.output;
    return {
        file,
        auths: auths ?? {},
        credHelpers: credHelpers ?? {},
        credsStore: credsStore ?? undefined,
    };
}
/** The error about what a file holds, without anything of it: it may be a secret. */
function malformed(file, what) {
    return new errors/* CafsError */.u('MALFORMED', `The file of credentials ${file} ${what}.`, {
        hint: 'Correct it, or remove it and log in again.',
    });
}
function parseJson(text, file) {
    try {
        return JSON.parse(text);
    }
    catch {
        // No cause: the message of a SyntaxError quotes the text.
        throw malformed(file, 'is no JSON');
    }
}

;// CONCATENATED MODULE: ./lib/oci/docker-entry.js


const TEXT = dist/* nullish */.cl6(dist/* string */.YjP(), '');
const ENTRY = dist/* object */.Ikc({
    auth: TEXT,
    username: TEXT,
    password: TEXT,
    identitytoken: TEXT,
    registrytoken: TEXT,
});
/** Standard base64, as Go writes it. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/**
 * Reads one of a file's `auths`. A helper's entry is empty: undefined.
 *
 * @param file for errors
 * @param host for errors
 * @throws CafsError `MALFORMED`
 */
function entryCredentials(entry, file, host) {
    const parsed = dist/* safeParse */.xLC(ENTRY, entry ?? {});
    if (!parsed.success)
        throw malformed(file, `has a wrong entry for ${host}`);
    const { auth, username, password, identitytoken, registrytoken } = parsed.output;
    if (registrytoken !== '')
        return { registryToken: registrytoken };
    // Docker keeps a name beside it, which means nothing.
    if (identitytoken !== '')
        return { identityToken: identitytoken };
    if (auth !== '')
        return decodeAuth(auth, file, host);
    return password === '' ? undefined : { username, password };
}
/** `user:password`; only a password may hold a colon. */
function decodeAuth(auth, file, host) {
    const text = BASE64.test(auth) ? Buffer.from(auth, 'base64').toString('utf8') : '';
    const colon = text.indexOf(':');
    if (colon === -1) {
        throw malformed(file, `has an "auth" for ${host} that is not the base64 of "user:password"`);
    }
    return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./lib/oci/docker-files.js


/**
 * The files that may hold credentials, in the order in which they are looked at: those that a
 * variable names, then Docker's, then podman's. As with either program, a variable stands in place of
 * the usual file, and does not add to it.
 *
 * @see https://docs.docker.com/reference/cli/docker/#environment-variables
 * @see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
function credentialFiles(env) {
    const given = (name) => (env[name] === '' ? undefined : env[name]);
    const home = given(process.platform === 'win32' ? 'USERPROFILE' : 'HOME') ?? systemHome();
    const dockerFolder = given('DOCKER_CONFIG');
    const podmanFile = given('REGISTRY_AUTH_FILE');
    const files = [];
    if (dockerFolder !== undefined)
        files.push((0,external_node_path_.join)(dockerFolder, 'config.json'));
    if (podmanFile !== undefined)
        files.push(podmanFile);
    if (dockerFolder === undefined)
        files.push(inFolder(home, '.docker', 'config.json'));
    if (podmanFile === undefined) {
        const config = given('XDG_CONFIG_HOME') ?? inFolder(home, '.config');
        files.push(inFolder(given('XDG_RUNTIME_DIR'), 'containers', 'auth.json') ?? systemFile(), inFolder(config, 'containers', 'auth.json'));
    }
    return files.filter((file) => file !== undefined);
}
function inFolder(folder, ...parts) {
    return folder === undefined ? undefined : (0,external_node_path_.join)(folder, ...parts);
}
/** A user that no database knows, as in some containers, has no home. */
function systemHome() {
    try {
        return (0,external_node_os_.homedir)();
    }
    catch {
        return undefined;
    }
}
/** What podman takes where `XDG_RUNTIME_DIR` is not set, in containers say. */
function systemFile() {
    const user = process.platform === 'linux' ? process.getuid?.() : undefined;
    return user === undefined ? undefined : `/run/containers/${String(user)}/auth.json`;
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
;// CONCATENATED MODULE: ./lib/oci/docker-helper.js




/** Characters of what a helper writes: the most that is read, and that an error shows. */
const MAX_STDOUT = 128 * 1024;
const MAX_STDERR = 4096;
const ANSWER = dist/* object */.Ikc({ Username: dist/* nullish */.cl6(dist/* string */.YjP(), ''), Secret: dist/* nullish */.cl6(dist/* string */.YjP(), '') });
/** What helpers say where they have nothing, on stdout and with exit code 1. */
const NOT_FOUND = /credentials not found in native keychain/i;
/**
 * Asks one of Docker's credential helpers: runs `docker-credential-NAME get`, without a shell.
 *
 * @param name the last part of the program's name
 * @param server what Docker calls the registry
 * @see https://github.com/docker/docker-credential-helpers#development
 * @throws CafsError `UNAUTHORIZED` where it gives no answer, `MALFORMED` where its name or its answer
 *   is none
 */
async function askHelper(name, server, options) {
    const { file, signal } = options;
    if (!/^[A-Za-z0-9._-]+$/.test(name)) {
        throw new errors/* CafsError */.u('MALFORMED', `The file of credentials ${file} names a helper ${JSON.stringify(name.slice(0, 100))}, which is no name of one.`, { hint: 'It is the last part of a program\'s name: "pass" means docker-credential-pass.' });
    }
    signal?.throwIfAborted();
    const program = `docker-credential-${name}`;
    const failed = (what, cause) => new errors/* CafsError */.u('UNAUTHORIZED', `${program}, which ${file} names for ${server}, ${what}.`, {
        hint: `Run "echo ${server} | ${program} get" to see why, or take the helper out of ${file}.`,
        cause,
    });
    const { code, stdout, stderr } = await run(program, server, options, failed);
    if (code === 0)
        return parseAnswer(stdout, () => failed('gave an answer that is none'));
    if (NOT_FOUND.test(stdout) || NOT_FOUND.test(stderr))
        return undefined;
    // What it wrote is not shown: a script that traces itself writes the secret as well.
    throw failed(`ended with ${String(code ?? 'a signal')}`);
}
function parseAnswer(stdout, failed) {
    let answer;
    try {
        answer = JSON.parse(stdout);
    }
    catch {
        throw failed();
    }
    const parsed = dist/* safeParse */.xLC(ANSWER, answer);
    if (!parsed.success)
        throw failed();
    const { Username: username, Secret: secret } = parsed.output;
    if (secret === '')
        return undefined;
    return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}
/** Runs a program with text as its input, and waits for no longer than it may take. */
function run(program, input, { file, env, timeoutMs, signal }, failed) {
    // Windows looks for programs in the working folder first, which may be anyone's.
    const cwd = (0,external_node_path_.dirname)(file);
    const child = (0,external_node_child_process_.spawn)(program, ['get'], { cwd, env, stdio: 'pipe', windowsHide: true });
    const { promise, resolve, reject } = Promise.withResolvers();
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
        stdout += text;
        if (stdout.length > MAX_STDOUT)
            reject(failed('does not stop writing'));
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
        stderr = (stderr + text).slice(0, MAX_STDERR);
    });
    child.once('error', (error) => {
        const isMissing = (0,errors/* systemCode */.xU)(error) === 'ENOENT';
        reject(failed(isMissing ? 'was not found' : 'cannot be run', error));
    });
    child.once('close', (code) => {
        resolve({ code, stdout, stderr });
    });
    // It may end without having read anything.
    child.stdin.on('error', () => undefined).end(input);
    const timer = setTimeout(() => {
        reject(failed(`gave no answer in ${String(timeoutMs)} ms`));
    }, timeoutMs);
    const onAbort = () => {
        reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    return promise.finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        child.kill('SIGKILL');
        // What it has started may hold them open.
        child.stdout.destroy();
        child.stderr.destroy();
    });
}

;// CONCATENATED MODULE: ./lib/oci/docker-key.js
/** What Docker calls its own registry, in its files and to its helpers. */
const HUB_KEY = 'https://index.docker.io/v1/';
const HUB_HOSTS = new Set(['index.docker.io', 'registry-1.docker.io']);
/** What Docker calls a registry, in its files and to its helpers. */
function dockerKey(host) {
    return host === 'docker.io' ? HUB_KEY : host;
}
/**
 * The values whose keys mean a repository, the most specific one first. A key is a host, with the
 * scheme and the `/v1/` that Docker has written behind some, or a host and the first parts of a path,
 * as podman has it. Hosts and parts are compared whole: `ghcr.io/own` does not mean `ghcr.io/owner`.
 *
 * @example
 * valuesFor({ 'ghcr.io': 1, 'ghcr.io/me': 2 }, { host: 'ghcr.io', repository: 'me/cache' }) // [2, 1]
 */
function valuesFor(table, wanted) {
    const usual = dockerKey(wanted.host);
    return Object.entries(table)
        .map(([key, value]) => ({ value, isUsual: key === usual, parts: partsInCommon(key, wanted) }))
        .filter(({ parts }) => parts !== -1)
        .sort((a, b) => b.parts - a.parts || Number(b.isUsual) - Number(a.isUsual))
        .map(({ value }) => value);
}
/** How many parts of the repository's path a key names; -1: it means something else. */
function partsInCommon(key, { host, repository }) {
    const [keyHost = '', ...parts] = key.replace(/^https?:\/\//i, '').split('/');
    while (parts.at(-1) === '')
        parts.pop();
    if (parts.length === 1 && (parts[0] === 'v1' || parts[0] === 'v2'))
        parts.pop();
    const lower = keyHost.toLowerCase();
    if ((HUB_HOSTS.has(lower) ? 'docker.io' : lower) !== host)
        return -1;
    const wanted = repository.split('/');
    return parts.every((part, i) => part === wanted[i]) ? parts.length : -1;
}

;// CONCATENATED MODULE: ./lib/oci/docker-credentials.js








const HELPER_TIMEOUT_MS = 30_000;
const OPTIONS = {
    name: 'dockerCredentials',
    entries: {
        env: dist/* optional */.lqM(dist/* looseObject */._H3({})),
        helperTimeoutMs: dist/* optional */.lqM(dist/* pipe */.FsL(dist/* number */.aig(), dist/* minValue */.Wwf(1))),
    },
};
/**
 * Credentials as `docker login` and `podman login` leave them. The first file that has some for the
 * registry counts; in a file, a helper for the registry (`credHelpers`) goes before the helper for all
 * (`credsStore`), and that before what stands in the file itself (`auths`).
 *
 * Files: `$DOCKER_CONFIG/config.json` and `$REGISTRY_AUTH_FILE` where these variables are set; then
 * `~/.docker/config.json` in place of the former, and podman's `containers/auth.json` in
 * `$XDG_RUNTIME_DIR` and in `$XDG_CONFIG_HOME` or `~/.config` in place of the latter.
 *
 * Each file is read when a registry asks for the first time, and once. Helpers run every time: what
 * they give does not hold for ever.
 *
 * @example
 * const remote = openRemote('ghcr.io/me/cache', { cwd, credentials: dockerCredentials() });
 * @throws CafsError `INVALID_INPUT` for an option
 */
function dockerCredentials(options = {}) {
    (0,lib_options/* checkOptions */.Jr)(options, OPTIONS);
    const { env = (0,environment/* environment */.c)(), helperTimeoutMs = HELPER_TIMEOUT_MS } = options;
    const files = credentialFiles(env).map((file) => once(() => readDockerConfig(file)));
    return async (host, { repository, signal }) => {
        for (const read of files) {
            const config = await read();
            if (config === undefined)
                continue;
            const helper = { file: config.file, env, timeoutMs: helperTimeoutMs, signal };
            const found = await findCredentials(config, { host, repository }, helper);
            if (found !== undefined)
                return found;
        }
        return undefined;
    };
}
async function findCredentials({ file, auths, credHelpers, credsStore }, wanted, options) {
    // An empty name takes a registry out of what `credsStore` is for.
    const helper = valuesFor(credHelpers, { ...wanted, repository: '' })[0] ?? credsStore ?? '';
    if (helper !== '') {
        const found = await askHelper(helper, dockerKey(wanted.host), options);
        if (found !== undefined)
            return found;
    }
    for (const entry of valuesFor(auths, wanted)) {
        const found = entryCredentials(entry, file, wanted.host);
        if (found !== undefined)
            return found;
    }
    return undefined;
}
function once(work) {
    let started;
    return () => (started ??= work());
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/oci/origin.js
var origin = __webpack_require__(9355);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/until-aborted.js
var until_aborted = __webpack_require__(5453);
;// CONCATENATED MODULE: ./lib/oci/request-body.js




/** Bytes that a body has. */
function bodySize(body) {
    if (body === undefined)
        return 0;
    return body instanceof Uint8Array ? body.byteLength : body.size;
}
/** No piece is larger: whether the other side still takes some shows between them. In bytes. */
const SLICE_BYTES = 256 * 1024;
/**
 * A body's pieces, in order, none of them empty or large.
 *
 * @throws CafsError `INTEGRITY` where a source has more or fewer bytes than it says
 */
async function* bodyPieces(body) {
    if (body instanceof Uint8Array) {
        yield* slices(body);
        return;
    }
    let given = 0;
    for await (const piece of body.open()) {
        given += piece.byteLength;
        if (given > body.size)
            break;
        yield* slices(piece);
    }
    if (given !== body.size) {
        const found = given > body.size ? 'more' : String(given);
        throw new errors/* IntegrityError */.cs(`A source said that it has ${String(body.size)} bytes; it has ${found}.`);
    }
}
function* slices(bytes) {
    for (let at = 0; at < bytes.byteLength; at += SLICE_BYTES) {
        yield bytes.subarray(at, at + SLICE_BYTES);
    }
}
/**
 * Pieces that tell what they could not be read for, and not what their reader gave them up for: a file
 * that cannot be read is no broken connection.
 */
async function* reporting(pieces, report) {
    let isReading = true;
    try {
        for await (const piece of pieces) {
            isReading = false;
            yield piece;
            isReading = true;
        }
    }
    catch (error) {
        if (isReading)
            report(error);
        throw error;
    }
}
const SOURCE_MS = 60_000;
/**
 * A source that gives its last piece only when all of it had the digest: what is wrong is never sent to
 * its end, and so never stored.
 *
 * @param patience after how long without a piece a source is given up with `TIMEOUT`
 */
function verified(content, digest, patience = {}) {
    const patient = content instanceof Uint8Array ? content : unstalled(content, digest, patience);
    return { size: bodySize(content), open: () => verifiedPieces(patient, digest) };
}
/** The same source, given up where it gives nothing for so long: nobody else would notice. */
function unstalled(source, digest, { sourceMs = SOURCE_MS, signal }) {
    return {
        size: source.size,
        async *open() {
            const stalled = new AbortController();
            const ends = AbortSignal.any([stalled.signal, ...(signal === undefined ? [] : [signal])]);
            const wait = () => setTimeout(() => {
                stalled.abort(sourceStalled(digest, sourceMs));
            }, sourceMs);
            let timer = wait();
            try {
                for await (const piece of (0,until_aborted/* untilAborted */.E)(source.open(), ends)) {
                    if (piece.byteLength === 0)
                        continue;
                    clearTimeout(timer);
                    yield piece;
                    timer = wait();
                }
            }
            finally {
                clearTimeout(timer);
            }
        },
    };
}
function sourceStalled(digest, sourceMs) {
    return new errors/* CafsError */.u('TIMEOUT', `The source of the blob ${digest} gave nothing for ${(0,format/* formatSeconds */.Xo)(sourceMs)}; it is not stored.`, { hint: 'What it reads from (a disk, a pipe, another process) may hang.' });
}
async function* verifiedPieces(content, digest) {
    const digester = new lib_digest/* Digester */.Y8();
    let last;
    for await (const piece of bodyPieces(content)) {
        digester.update(piece);
        if (last !== undefined)
            yield last;
        last = piece;
    }
    assertDigest(digester.digest(), digest);
    if (last !== undefined)
        yield last;
}
/** @throws CafsError `INTEGRITY` where no bytes at all do not have this digest */
function assertEmpty(digest) {
    assertDigest((0,lib_digest/* digestOf */.ol)(new Uint8Array()), digest);
}
function assertDigest(found, digest) {
    if (found === digest)
        return;
    throw new errors/* IntegrityError */.cs(`The bytes to store as ${digest} have another digest: ${found}.`, {
        hint: 'They may have changed while they were read; try again.',
    });
}

;// CONCATENATED MODULE: ./lib/oci/deadline.js



/** How long a tag may be moved after that was asked for, where nothing else is said, in milliseconds. */
const MOVE_WINDOW_MS = 5000;
/**
 * Refuses what is to be sent later than it may be. Whoever has read a tag before relies on that: a push
 * that others overtook must not come through a minute later.
 *
 * Stands behind all that takes time before a request is really sent: tokens, redirects, further tries.
 * The first piece of a body is asked for when there is a connection, and goes out with the head: it is
 * refused as well, which leaves nothing sent.
 *
 * @throws CafsError `TIMEOUT`, which is final
 */
function withDeadlines(next, clock) {
    return async (request) => {
        const { notAfter, body } = request;
        if (notAfter === undefined)
            return next(request);
        const check = () => {
            assertInTime(notAfter, clock.monotonic(), shownRequest(request));
        };
        check();
        return next(body === undefined ? request : { ...request, body: checkedFirst(body, check) });
    };
}
/**
 * @param now in milliseconds of `performance.now()`, as the moment is
 * @param what would move a tag, for the error
 * @throws CafsError `TIMEOUT`
 */
function assertInTime(notAfter, now, what) {
    if (now <= notAfter)
        return;
    throw new errors/* CafsError */.u('TIMEOUT', `It is too late for ${what}: others may have moved the tag since it was read, and it was left as it is.`, { hint: 'Try again. Where this comes again, the registry or its token server is slow.' });
}
function checkedFirst(body, check) {
    return {
        size: bodySize(body),
        async *open() {
            check();
            yield* bodyPieces(body);
        },
    };
}
function shownRequest({ method, url }) {
    return `${method} ${(0,origin/* shownUrl */.zA)(url)}`;
}

;// CONCATENATED MODULE: ./lib/oci/blob-content.js


/**
 * Checks what is to be stored as a blob. Code without types gives a stream or a text, of which the one
 * cannot be read again for a second try, and the other has no bytes yet.
 *
 * @throws CafsError `INVALID_INPUT`, here or where the source is read
 */
function checkedContent(content) {
    if ((0,types_.isUint8Array)(content)) {
        // One of another realm is none to `instanceof`.
        const { buffer, byteOffset, byteLength } = content;
        return content instanceof Uint8Array ? content : Buffer.from(buffer, byteOffset, byteLength);
    }
    if (!isSource(content))
        throw refused(`The content of a blob is ${kindOf(content)}`);
    const { size } = content;
    if (!Number.isSafeInteger(size) || size < 0) {
        throw refused(`The size of a source is ${typeof size === 'number' ? String(size) : kindOf(size)}`);
    }
    return { size, open: () => bytesOf(content) };
}
async function* bytesOf(source) {
    const pieces = source.open();
    if (!isIterable(pieces))
        throw refused(`open() of a source gave ${kindOf(pieces)}`);
    for await (const piece of pieces) {
        if (!(0,types_.isUint8Array)(piece))
            throw refused(`A source gave ${kindOf(piece)} among its bytes`);
        yield piece;
    }
}
function isSource(value) {
    return (typeof value === 'object' &&
        value !== null &&
        'size' in value &&
        'open' in value &&
        typeof value.open === 'function');
}
function isIterable(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    return Symbol.asyncIterator in value || Symbol.iterator in value;
}
function kindOf(value) {
    if (value === null || value === undefined)
        return String(value);
    if (typeof value === 'string')
        return 'a text';
    if (value instanceof Promise)
        return 'a promise';
    if (isIterable(value))
        return 'a stream, or another thing that can be read once';
    return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
function refused(what) {
    return new errors/* CafsError */.u('INVALID_INPUT', `${what}.`, {
        hint: 'Give a Uint8Array (of a text: Buffer.from(text)), or a source that can be read again: { size, open() }, such as { size: statSync(file).size, open: () => createReadStream(file) }.',
    });
}

// EXTERNAL MODULE: ./lib/oci/body.js
var body = __webpack_require__(8457);
;// CONCATENATED MODULE: ./lib/oci/content-range.js
/** Anchored at both ends and with a bound on every number: linear, whatever it is held against. */
const content_range_RANGE = /^\s*bytes\s+(\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)\s*$/i;
/**
 * Reads the `Content-Range` of a 206. Undefined where it is none that can be relied on: another
 * unit, an end before the start or beyond the whole, numbers that a double does not hold, and the
 * form of a 416, which tells the size of the whole and holds no bytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4
 * @example
 * parseContentRange('bytes 0-9/100'); // { start: 0, end: 9, size: 100 }
 */
function parseContentRange(text) {
    const [, first, last, whole] = content_range_RANGE.exec(text) ?? [];
    if (first === undefined)
        return undefined;
    const start = Number(first);
    const end = Number(last);
    const size = whole === '*' ? undefined : Number(whole);
    if (![start, end, size ?? 0].every(Number.isSafeInteger))
        return undefined;
    if (start > end || (size !== undefined && end >= size))
        return undefined;
    return { start, end, size };
}

// EXTERNAL MODULE: ./lib/oci/reference.js + 1 modules
var oci_reference = __webpack_require__(3326);
;// CONCATENATED MODULE: ./lib/oci/endpoint.js




/**
 * Where a repository's API is: over TLS, or in the clear where the registry is this machine.
 *
 * @param plainHttp in the clear wherever it is
 */
function baseUrl({ host, name }, plainHttp = false) {
    const apiHost = host === 'docker.io' ? 'registry-1.docker.io' : host;
    const secure = new URL(`https://${apiHost}/v2/${name}/`);
    return plainHttp || (0,origin/* isLoopback */.U9)(secure) ? new URL(`http://${apiHost}/v2/${name}/`) : secure;
}
/**
 * The address of a manifest.
 *
 * @throws CafsError `INVALID_REFERENCE` for what is neither a tag nor a digest
 */
function manifestUrl({ base }, reference) {
    return new URL(`manifests/${checkedReference(reference)}`, base);
}
/** The address of a blob. */
function blobUrl({ base }, digest) {
    return new URL(`blobs/${digest}`, base);
}
/**
 * Checks what is to become a part of an address or of a path.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function checkedReference(reference) {
    if ((0,oci_reference/* isTag */.dz)(reference) || (0,lib_digest/* isDigest */.Bc)(reference))
        return reference;
    throw new errors/* CafsError */.u('INVALID_REFERENCE', `${JSON.stringify(reference.slice(0, 200))} is neither a tag nor a digest.`);
}

// EXTERNAL MODULE: ./lib/oci/errors.js + 4 modules
var oci_errors = __webpack_require__(1378);
// EXTERNAL MODULE: ./lib/oci/http.js
var http = __webpack_require__(5301);
// EXTERNAL MODULE: ./lib/oci/shown-header.js
var shown_header = __webpack_require__(6384);
;// CONCATENATED MODULE: ./lib/oci/blob-request.js







/** What errors call a blob. */
function blobName({ digest }) {
    return `blob ${digest}`;
}
/**
 * Asks for a blob, or for a run of it. Tries once; who reads the body decides about more, since it may
 * break off.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 * @returns 206 with exactly that run, or 200 with the whole blob: some proxies know no ranges
 * @throws CafsError `NOT_FOUND`; `INTEGRITY` where the registry says that it has another blob or gives
 *   another run
 */
async function requestBlob(endpoint, blob, run, signal) {
    const headers = run && { range: `bytes=${String(run.start)}-${String(run.end)}` };
    const request = {
        method: 'GET',
        url: blobUrl(endpoint, blob.digest),
        ...(headers === undefined ? {} : { headers }),
        signal,
        replay: false,
    };
    const response = await endpoint.transport(request);
    if (response.status === 416) {
        await response.body.discard();
        throw (0,body/* wrongSize */.hD)({ what: blobName(blob), size: blob.size }, 'has fewer');
    }
    if (response.status !== 200 && (response.status !== 206 || run === undefined)) {
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    }
    // Not before: of an error, a proxy may compress the words.
    await (0,body/* assertIdentity */.D7)(response, blobName(blob));
    if (response.status === 206 && run !== undefined)
        await assertRun(response, blob, run);
    return response;
}
/** Whether the bytes that have not come may come at another try: also those of a body cut short. */
function mayStillCome(error) {
    return (0,oci_errors/* isTransient */.dg)(error) || error instanceof body/* TruncatedError */.DF;
}
/** Checks that a 206 brings the run that was asked for. */
async function assertRun(response, { digest, size }, run) {
    const found = parseContentRange((0,http/* headerValue */.Z)(response, 'content-range') ?? '');
    if (found?.start === run.start &&
        found.end === run.end &&
        (found.size === undefined || found.size === size)) {
        return;
    }
    await response.body.discard();
    const asked = `${String(run.start)}-${String(run.end)}/${String(size)}`;
    throw new errors/* IntegrityError */.cs(`The registry was asked for bytes ${asked} of blob ${digest} and gave ${(0,shown_header/* shownHeader */.Z)(response, 'content-range')}.`);
}

// EXTERNAL MODULE: ./lib/oci/retry.js
var oci_retry = __webpack_require__(4335);
;// CONCATENATED MODULE: ./lib/oci/blob-stream.js





/** As much as this must have come for a broken connection to count as the first one again, in bytes. */
const PROGRESS = 1024 * 1024;
/**
 * A whole blob, piece by piece. A connection that breaks or falls silent, or an answer that ends early,
 * is replaced by another one that goes on where it stopped. The last piece comes when all of it has been
 * checked.
 *
 * @throws CafsError `INTEGRITY` where it is shorter, longer, or has another digest
 */
async function* streamBlob(endpoint, blob, signal) {
    const digester = new lib_digest/* Digester */.Y8();
    const patience = new oci_retry/* Patience */.i3(endpoint.policy, signal, { passes: mayStillCome });
    let last;
    let renewedAt = 0;
    for (;;) {
        try {
            for await (const piece of piecesFrom(endpoint, blob, digester.size, signal)) {
                digester.update(piece);
                if (last !== undefined)
                    yield last;
                last = piece;
            }
            break;
        }
        catch (error) {
            if (digester.size - renewedAt >= PROGRESS) {
                renewedAt = digester.size;
                patience.renew();
            }
            await patience.after(error);
        }
    }
    const found = digester.digest();
    if (found !== blob.digest) {
        throw new errors/* IntegrityError */.cs(`The blob ${blob.digest} came with other bytes: ${found}.`);
    }
    if (last !== undefined)
        yield last;
}
/** What one answer brings of a blob, from an offset to its end. */
async function* piecesFrom(endpoint, blob, offset, signal) {
    // The last try may have broken off behind the last byte.
    if (offset === blob.size && offset > 0)
        return;
    const rest = offset === 0 ? undefined : { start: offset, end: blob.size - 1 };
    const response = await requestBlob(endpoint, blob, rest, signal);
    const whole = { what: blobName(blob), size: blob.size };
    const start = response.status === 200 ? 0 : offset;
    const announced = (0,body/* announcedSize */.lf)(response);
    if (announced !== undefined && announced !== blob.size - start) {
        await response.body.discard();
        const due = String(blob.size - start);
        throw (0,body/* wrongSize */.hD)(whole, `announces ${String(announced)} where ${due} are to come`);
    }
    let position = start;
    for await (const chunk of response.body) {
        // A proxy may answer with the whole blob: what has come before is passed over.
        const piece = chunk.subarray(Math.max(0, Math.min(offset - position, chunk.byteLength)));
        position += chunk.byteLength;
        if (position > blob.size)
            throw (0,body/* wrongSize */.hD)(whole, 'sends more');
        if (piece.byteLength > 0)
            yield piece;
    }
    if (position < blob.size)
        throw (0,body/* truncated */.ps)(whole, position);
}

;// CONCATENATED MODULE: ./lib/oci/download.js





/** The most that a blob may have to be read into memory as a whole, in bytes. */
const MAX_BUFFERED = 2 ** 30;
/** Reads a whole blob and checks it. */
async function downloadBlob(endpoint, blob, signal) {
    assertBufferable(blob.size, blob);
    let buffer;
    let filled = 0;
    for await (const piece of streamBlob(endpoint, blob, signal)) {
        // Not before there is an answer that may be right.
        buffer ??= Buffer.allocUnsafe(blob.size);
        buffer.set(piece, filled);
        filled += piece.byteLength;
    }
    return buffer ?? Buffer.alloc(0);
}
/**
 * Reads a run of a blob's bytes by a Range request.
 *
 * A proxy may answer with the whole blob: then it is read and checked as a whole, and cut.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
async function downloadRange(endpoint, blob, range, signal) {
    assertInside(range, blob);
    assertBufferable(range.length, blob);
    const run = { start: range.offset, end: range.offset + range.length - 1 };
    const what = blobName(blob);
    const part = `range ${String(run.start)}-${String(run.end)} of ${what}`;
    const read = async () => {
        const response = await requestBlob(endpoint, blob, run, signal);
        return response.status === 200
            ? (0,body/* readSlice */.Vw)(response, { what, ...blob }, range)
            : (0,body/* readExactly */.Lo)(response, { what: part, size: range.length });
    };
    return (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, read, { passes: mayStillCome });
}
/** @throws CafsError `INVALID_INPUT` where a range is empty or not inside its blob */
function assertInside({ offset, length }, { digest, size }) {
    const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
    if (valid && offset >= 0 && length >= 1 && offset + length <= size)
        return;
    throw new errors/* CafsError */.u('INVALID_INPUT', `There are no ${String(length)} bytes at ${String(offset)} in blob ${digest} of ${String(size)} bytes.`);
}
/** @throws CafsError `INVALID_INPUT` where so much is not to be held in memory */
function assertBufferable(size, { digest }) {
    if (Number.isSafeInteger(size) && size >= 0 && size <= MAX_BUFFERED)
        return;
    throw new errors/* CafsError */.u('INVALID_INPUT', `${String(size)} bytes of blob ${digest} are more than are read into memory at once (${String(MAX_BUFFERED)}).`);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/oci/durable-file.js





/** A temporary file this old was left by a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;
/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for every
 * other process: bytes go to a file of another name, to the disk, and only then in place. When this
 * returns, its name is on the disk, too, as far as the system can tell: a power cut does not take it.
 *
 * @param tempDir a folder on the same file system; it exists
 * @param content all bytes, or pieces, of which one is held at a time; where they end with an error,
 *   nothing changes
 */
async function writeDurably(path, tempDir, content) {
    const temp = (0,external_node_path_.join)(tempDir, `tmp-${(0,external_node_crypto_.randomUUID)()}`);
    try {
        const file = await (0,promises_.open)(temp, 'wx', 0o644);
        try {
            await file.writeFile(content);
            await file.sync();
        }
        finally {
            await file.close();
        }
        await replace(temp, path);
        await syncFolder((0,external_node_path_.dirname)(path));
    }
    finally {
        await (0,promises_.rm)(temp, { force: true });
    }
}
/** What systems answer that cannot sync a folder: Windows cannot open one, some disks know no such thing. */
const NO_SYNC = new Set([
    'EISDIR',
    'EPERM',
    'EACCES',
    'EINVAL',
    'ENOTSUP',
]);
async function syncFolder(path) {
    try {
        const folder = await (0,promises_.open)(path, 'r');
        try {
            await folder.sync();
        }
        finally {
            await folder.close();
        }
    }
    catch (error) {
        if (!NO_SYNC.has((0,errors/* systemCode */.xU)(error)))
            throw error;
    }
}
/** Removes what killed processes have left in a folder of temporary files. */
async function sweepAbandoned(tempDir, now) {
    for (const name of await (0,promises_.readdir)(tempDir)) {
        if (!name.startsWith('tmp-'))
            continue;
        const path = (0,external_node_path_.join)(tempDir, name);
        const stats = await (0,promises_.lstat)(path).catch(() => undefined);
        if (stats?.isFile() !== true || now - stats.mtimeMs <= ABANDONED_MS)
            continue;
        await (0,promises_.rm)(path, { force: true });
    }
}
/** On Windows, a file that another process is just reading cannot be replaced: it soon can. */
async function replace(temp, path) {
    for (let attempt = 1;; attempt += 1) {
        try {
            await (0,promises_.rename)(temp, path);
            return;
        }
        catch (error) {
            const busy = ['EPERM', 'EACCES', 'EBUSY'].includes((0,errors/* systemCode */.xU)(error) ?? '');
            if (!busy || attempt === 10)
                throw error;
            await (0,external_node_timers_promises_.setTimeout)(attempt * 10);
        }
    }
}

// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/oci/broken-layout.js
var broken_layout = __webpack_require__(9147);
;// CONCATENATED MODULE: ./lib/oci/regular-file.js




// Windows has neither of the two, and gets 0. A pipe in a file's place must not keep us waiting.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = promises_.constants;
const READ_FLAGS = (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK;
/**
 * Opens a file of an image layout, which may come from anywhere: what is a symlink, a pipe or a folder
 * is neither followed nor waited for.
 *
 * @param noFile the error to throw where something else than a file lies there
 * @returns undefined where nothing lies there
 * @throws CafsError `DENIED` where this user may not read it; what `noFile` gives
 */
async function openRegularFile(path, noFile) {
    let handle;
    try {
        handle = await (0,promises_.open)(path, READ_FLAGS);
    }
    catch (error) {
        if ((0,errors/* systemCode */.xU)(error) === 'ENOENT')
            return undefined;
        const found = await (0,promises_.lstat)(path).catch(() => undefined);
        throw found === undefined || found.isFile() ? explainRead(error, path) : noFile();
    }
    try {
        const stats = await handle.stat();
        if (stats.isFile())
            return { handle, size: stats.size };
        throw noFile();
    }
    catch (error) {
        await handle.close();
        throw error;
    }
}
/**
 * Reads a small file that makes a folder an image layout, as text. Not more than the limit is ever held in
 * memory.
 *
 * @param limit bytes
 * @param hint what is to be done about a file that is none of these
 * @returns undefined where nothing lies there
 * @throws CafsError `MALFORMED` where it is larger, or no file; `DENIED`
 */
async function readSmallFile(path, limit, hint) {
    const file = await openRegularFile(path, () => new broken_layout/* BrokenLayoutError */.A(`What lies at ${path} is no file.`, { hint }));
    if (file === undefined)
        return undefined;
    try {
        if (file.size > limit)
            throw tooLarge(path, file.size, limit, hint);
        // It may have grown since, which one byte more tells.
        const buffer = Buffer.allocUnsafe(file.size + 1);
        const filled = await fill(file.handle, buffer, 0);
        if (filled > limit)
            throw tooLarge(path, filled, limit, hint);
        return buffer.toString('utf8', 0, filled);
    }
    finally {
        await file.handle.close();
    }
}
/**
 * Reads a run of bytes into a buffer.
 *
 * @param position where the run begins in the file
 * @returns how many bytes there were: fewer than the buffer takes where the file ends before
 */
async function fill(handle, buffer, position) {
    let filled = 0;
    while (filled < buffer.byteLength) {
        const rest = buffer.byteLength - filled;
        const { bytesRead } = await handle.read(buffer, filled, rest, position + filled);
        if (bytesRead === 0)
            break;
        filled += bytesRead;
    }
    return filled;
}
/** Turns a refusal to read an image layout into an error that says what to do; others stay as they are. */
function explainRead(error, path) {
    if (!(0,file_access/* isRefused */.H0)(error))
        return error;
    return new errors/* CafsError */.u('DENIED', `No permission to read ${path}.`, {
        hint: 'Make the image layout readable for this user, or name another one.',
        cause: error,
    });
}
function tooLarge(path, size, limit, hint) {
    return new broken_layout/* BrokenLayoutError */.A(`The file ${path} has ${String(size)} bytes; not more than ${String(limit)} are read.`, { hint });
}

;// CONCATENATED MODULE: ./lib/oci/layout-blobs.js





/** How much of a blob is in memory at once while it is read as a stream, in bytes: two of these. */
const PIECE_BYTES = 256 * 1024;
/** The size of a blob's file in bytes; undefined where there is none, or something else than a file. */
async function findBlob(path) {
    try {
        const stats = await (0,promises_.lstat)(path);
        return stats.isFile() ? stats.size : undefined;
    }
    catch (error) {
        if ((0,file_access/* isMissing */.b2)(error))
            return undefined;
        throw explainRead(error, path);
    }
}
/**
 * Reads and checks a whole blob.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`, `DENIED`
 */
async function readBlobFile(path, blob) {
    const bytes = await readBlobRange(path, blob, { offset: 0, length: blob.size });
    layout_blobs_assertDigest(path, blob, (0,lib_digest/* digestOf */.ol)(bytes));
    return bytes;
}
/**
 * Reads a run of a blob's bytes, unchecked but for the blob's size.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`, `DENIED`
 */
async function readBlobRange(path, blob, range) {
    const { handle } = await openBlob(path, blob);
    try {
        const buffer = Buffer.allocUnsafe(range.length);
        const filled = await fill(handle, buffer, range.offset);
        if (filled < range.length)
            throw wrongSize(blob, range.offset + filled);
        return buffer;
    }
    finally {
        await handle.close();
    }
}
/**
 * Reads a blob of any size, piece by piece. The last piece comes when all of it has been checked.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`, `DENIED`; the signal's reason
 */
async function* streamBlobFile(path, blob, signal) {
    const { handle } = await openBlob(path, blob);
    try {
        const digester = new lib_digest/* Digester */.Y8();
        let last;
        while (digester.size < blob.size) {
            signal?.throwIfAborted();
            // A new one each time: whoever reads may keep what was given.
            const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, blob.size - digester.size));
            const filled = await fill(handle, piece, digester.size);
            if (filled < piece.byteLength)
                throw wrongSize(blob, digester.size + filled);
            digester.update(piece);
            if (last !== undefined)
                yield last;
            last = piece;
        }
        signal?.throwIfAborted();
        layout_blobs_assertDigest(path, blob, digester.digest());
        if (last !== undefined)
            yield last;
    }
    finally {
        await handle.close();
    }
}
/** Whether a blob is there and undamaged: one that is not is written anew, which heals it. */
async function isIntact(path, blob, signal) {
    if ((await findBlob(path)) !== blob.size)
        return false;
    try {
        const pieces = streamBlobFile(path, blob, signal);
        while ((await pieces.next()).done !== true)
            ;
        return true;
    }
    catch {
        signal?.throwIfAborted();
        return false;
    }
}
/** Opens a blob's file, which has the size that it must have. */
async function openBlob(path, blob) {
    const noFile = () => new errors/* IntegrityError */.cs(`What lies at ${path} is no file, and so not the blob ${blob.digest}.`, {
        hint: 'Remove it, and save again.',
    });
    const file = await openRegularFile(path, noFile).catch((error) => {
        if ((0,file_access/* isMissing */.b2)(error))
            return undefined;
        throw error;
    });
    if (file === undefined)
        throw new errors/* NotFoundError */.m_(`There is no blob ${blob.digest} at ${path}.`);
    if (file.size === blob.size)
        return file;
    await file.handle.close();
    throw wrongSize(blob, file.size);
}
function layout_blobs_assertDigest(path, { digest }, found) {
    if (found === digest)
        return;
    throw new errors/* IntegrityError */.cs(`The blob ${digest} is damaged on disk: its bytes have the digest ${found}.`, { hint: `Remove the file ${path}, and save again, or push with \`repair\` (library).` });
}
function wrongSize({ digest, size }, found) {
    return new errors/* IntegrityError */.cs(`The blob ${digest} should have ${String(size)} bytes; its file has ${String(found)}.`);
}

// EXTERNAL MODULE: ./lib/disk-error.js
var disk_error = __webpack_require__(4297);
// EXTERNAL MODULE: ./lib/lock.js
var lock = __webpack_require__(3964);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
;// CONCATENATED MODULE: ./lib/oci/layout-folder.js










const VERSION = '1.0.0';
const MARKER = 'oci-layout';
const INDEX = 'index.json';
const PRIVATE = '.cafs';
/** Nothing else is in it, and nothing is lost with it. */
const MARKER_HINT = `The file ${MARKER} is to hold ${broken_layout/* MARKER_TEXT */.P}, and nothing else.`;
const EMPTY_INDEX = JSON.stringify({
    schemaVersion: 2,
    mediaType: types/* MEDIA_TYPE_INDEX */.D4,
    manifests: [],
});
/** A marker has some 30 bytes, and is read before anything says that the folder is ours. */
const MAX_MARKER_BYTES = 4096;
/**
 * The one place that knows where things lie in an image layout.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
class LayoutFolder {
    path;
    #isLayout = false;
    #prepared;
    /** @param path absolute */
    constructor(path) {
        this.path = path;
    }
    get index() {
        return (0,external_node_path_.join)(this.path, INDEX);
    }
    /** Where files are written before they are moved in place, and where the lock of the index is. */
    get tempDir() {
        return (0,external_node_path_.join)(this.path, PRIVATE);
    }
    get #lock() {
        return (0,external_node_path_.join)(this.tempDir, 'index.lock');
    }
    blob(digest) {
        return (0,external_node_path_.join)(this.path, 'blobs', 'sha256', (0,lib_digest/* hexOf */.ZD)(digest));
    }
    /**
     * Whether there is a layout; `false` where there is nothing yet.
     *
     * @throws CafsError `INVALID_REFERENCE` where the folder holds something else,
     *   `UNSUPPORTED_VERSION`, `MALFORMED`
     */
    async exists() {
        this.#isLayout ||= await this.#inspect();
        return this.#isLayout;
    }
    /**
     * Makes a layout where there is none, so that blobs and tags can be written.
     *
     * @throws CafsError as {@link LayoutFolder.exists} does; `NO_SPACE`, `UNWRITABLE`
     */
    async prepare() {
        this.#prepared ??= this.#create().catch((error) => {
            this.#prepared = undefined;
            throw error;
        });
        await this.#prepared;
    }
    async #create() {
        const exists = await this.exists();
        await this.writing(() => this.#make(exists));
        this.#isLayout = true;
    }
    /**
     * Does work that writes to the layout.
     *
     * @param path what it writes, for errors. Default: the layout
     * @throws CafsError `NO_SPACE`, `UNWRITABLE`; the work's own errors
     */
    async writing(work, path = this.path) {
        try {
            return await work();
        }
        catch (error) {
            throw (0,disk_error/* explainDisk */.Pp)(error, path, 'image layout');
        }
    }
    /**
     * Does work on the index while nobody else does, in this process or in another one.
     *
     * @throws CafsError `TIMEOUT` where others do all the time; `NO_SPACE`, `UNWRITABLE`; the signal's
     *   reason; the work's own errors
     */
    async alone(work, signal) {
        await this.prepare();
        return this.writing(() => (0,lock/* withFileLock */.Ux)(this.#lock, work, { signal }));
    }
    async #make(exists) {
        (0,disk_error/* makeOurFolder */.rm)(this.tempDir, 'image layout');
        await this.#assertOurs();
        await sweepAbandoned(this.tempDir, Date.now());
        if (!exists) {
            await writeDurably((0,external_node_path_.join)(this.path, MARKER), this.tempDir, Buffer.from(broken_layout/* MARKER_TEXT */.P));
        }
        (0,disk_error/* makeOurFolder */.rm)((0,external_node_path_.join)(this.path, 'blobs', 'sha256'), 'image layout');
        // Without one it is no layout for others, though only blobs were stored yet.
        if (!exists)
            await (0,lock/* withFileLock */.Ux)(this.#lock, () => this.#addIndex());
    }
    async #addIndex() {
        if ((await (0,promises_.lstat)(this.index).catch(() => undefined)) !== undefined)
            return;
        await writeDurably(this.index, this.tempDir, Buffer.from(EMPTY_INDEX));
    }
    /** A layout may come from anywhere: what is removed and locked here must not lie elsewhere. */
    async #assertOurs() {
        if (!(await (0,promises_.lstat)(this.tempDir)).isDirectory())
            throw inTheWay(this.tempDir);
        const lock = await (0,promises_.lstat)(this.#lock).catch(() => undefined);
        if (lock?.isFile() === false)
            throw inTheWay(this.#lock);
    }
    async #inspect() {
        if (await this.#hasMarker())
            return true;
        const names = await this.#list();
        if (names.every((name) => name === PRIVATE))
            return false;
        // Another process may have made it between the two looks.
        if (names.includes(MARKER) && (await this.#hasMarker()))
            return true;
        throw new errors/* CafsError */.u('INVALID_REFERENCE', `The folder ${this.path} exists, is not empty, and is no OCI image layout: it has no file "${MARKER}".`, {
            hint: names.includes(INDEX)
                ? `Where it was one: ${MARKER_HINT}`
                : 'Name another folder; one that does not exist yet is made.',
        });
    }
    async #hasMarker() {
        const path = (0,external_node_path_.join)(this.path, MARKER);
        const text = await readSmallFile(path, MAX_MARKER_BYTES, MARKER_HINT).catch((error) => {
            throw (0,errors/* systemCode */.xU)(error) === 'ENOTDIR' ? notAFolder(this.path, error) : error;
        });
        if (text === undefined)
            return false;
        const found = versionIn(text, path);
        if (found === VERSION)
            return true;
        throw new errors/* CafsError */.u('UNSUPPORTED_VERSION', `The image layout ${this.path} has version ${JSON.stringify(found).slice(0, 40)}; this software knows ${VERSION}.`);
    }
    async #list() {
        try {
            return await (0,promises_.readdir)(this.path);
        }
        catch (error) {
            if ((0,errors/* systemCode */.xU)(error) === 'ENOENT')
                return [];
            if ((0,errors/* systemCode */.xU)(error) === 'ENOTDIR')
                throw notAFolder(this.path, error);
            throw explainRead(error, this.path);
        }
    }
}
function versionIn(text, path) {
    try {
        const body = JSON.parse(text);
        if (typeof body === 'object' && body !== null && 'imageLayoutVersion' in body) {
            return body.imageLayoutVersion;
        }
    }
    catch {
        // Said below.
    }
    throw new broken_layout/* BrokenLayoutError */.A(`The file ${path} is not what an image layout has there.`, {
        hint: MARKER_HINT,
    });
}
function notAFolder(path, cause) {
    return new errors/* CafsError */.u('INVALID_REFERENCE', `${path} is a file, not a folder.`, { cause });
}
function inTheWay(path) {
    return new errors/* CafsError */.u('UNWRITABLE', `${path} is a link, or something else that is not ours.`, {
        hint: 'Remove it, or name another folder for the image layout.',
    });
}

;// CONCATENATED MODULE: ./lib/oci/layout-index.js









/** Where a descriptor says which tag it is. */
const REF_NAME = 'org.opencontainers.image.ref.name';
/** The most that an `index.json` may have, in bytes: some 25,000 tags. */
const MAX_INDEX_BYTES = 8 * 1024 * 1024;
/**
 * The digest of any algorithm: that somebody has another one concerns only who asks for that manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
 */
const ANY_DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;
const DESCRIPTOR = dist/* looseObject */._H3({
    mediaType: dist/* string */.YjP(),
    digest: dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(ANY_DIGEST)),
    size: dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(0)),
    annotations: dist/* nullish */.cl6(dist/* record */.g1P(dist/* string */.YjP(), dist/* string */.YjP())),
});
/** Loose: what other tools have written stays as it is. Go writes `null` for what is empty. */
const layout_index_INDEX = dist/* looseObject */._H3({
    schemaVersion: dist/* literal */.euz(2),
    manifests: dist/* nullable */.mee(dist/* array */.YOg(DESCRIPTOR), []),
});
/** The tags and manifests of an image layout: its `index.json`. */
class TagTable {
    #index;
    constructor(index) {
        this.#index = index;
    }
    /**
     * Reads a layout's table; an empty one where no manifest was ever stored.
     *
     * @throws CafsError `MALFORMED`, `DENIED`
     */
    static async read(folder) {
        const json = await readWhole(folder);
        if (json === undefined) {
            return new TagTable({ schemaVersion: 2, mediaType: types/* MEDIA_TYPE_INDEX */.D4, manifests: [] });
        }
        // Not a list of all that is wrong: there may be millions of it.
        const parsed = dist/* safeParse */.xLC(layout_index_INDEX, json, { abortEarly: true });
        if (parsed.success)
            return new TagTable(parsed.output);
        throw layout_index_malformed(folder);
    }
    get tags() {
        return this.#index.manifests.flatMap((entry) => tagOf(entry) ?? []);
    }
    /**
     * What a tag points to.
     *
     * @throws CafsError `UNSUPPORTED` where its digest is not of SHA-256
     */
    find(tag) {
        // Where a tool has left two, the later one is the newer one.
        const found = this.#index.manifests.findLast((entry) => tagOf(entry) === tag);
        if (found === undefined)
            return undefined;
        const { mediaType, digest, size } = found;
        if ((0,lib_digest/* isDigest */.Bc)(digest))
            return { mediaType, digest, size };
        throw new errors/* CafsError */.u('UNSUPPORTED', `The tag ${tag} points to ${(0,quoted/* quoted */.T)(digest)}: only whole digests of SHA-256 are read.`, { hint: 'Use another tag, or delete this one.' });
    }
    /** Whether a tag, or a manifest by its digest, is listed. */
    has(reference) {
        return this.#index.manifests.some((entry) => isMeant(entry, reference));
    }
    /** The same with tags pointing at a manifest; without tags, it is listed by itself. */
    with(descriptor, tags) {
        const { mediaType, digest, size } = descriptor;
        const plain = { mediaType, digest, size };
        const moved = new Set(tags);
        const kept = this.#index.manifests.filter((entry) => !moved.has(tagOf(entry)));
        const listed = moved.size > 0 || kept.some((other) => other.digest === digest);
        const added = listed
            ? [...new Set(tags)].map((tag) => ({ ...plain, annotations: { [REF_NAME]: tag } }))
            : [plain];
        return new TagTable({ ...this.#index, manifests: [...kept, ...added] });
    }
    /** The same without a tag, or without a manifest and all tags that point to it. */
    without(reference) {
        const kept = this.#index.manifests.filter((entry) => !isMeant(entry, reference));
        return new TagTable({ ...this.#index, manifests: kept });
    }
    /**
     * Writes the table in place of the one that is there, which nobody else may be doing.
     *
     * @throws CafsError `INVALID_INPUT` where it is larger than what is read
     */
    async write(folder) {
        const bytes = encode(this.#index, folder);
        if (bytes.byteLength > MAX_INDEX_BYTES) {
            throw new errors/* CafsError */.u('INVALID_INPUT', `${folder.index} would have ${String(bytes.byteLength)} bytes; not more than ${String(MAX_INDEX_BYTES)} are read.`, { hint: 'Delete tags that nobody needs any more, or name another folder.' });
        }
        await writeDurably(folder.index, folder.tempDir, bytes);
    }
}
function tagOf({ annotations }) {
    return annotations?.[REF_NAME];
}
function isMeant(entry, reference) {
    return (0,lib_digest/* isDigest */.Bc)(reference) ? entry.digest === reference : tagOf(entry) === reference;
}
function encode(index, folder) {
    try {
        return Buffer.from(JSON.stringify(index));
    }
    catch (cause) {
        // What can be read may yet be nested too deeply to be written.
        throw layout_index_malformed(folder, cause);
    }
}
function layout_index_malformed(folder, cause) {
    return new broken_layout/* BrokenLayoutError */.A(`${folder.index} is no image index.`, { hint: HINT, cause });
}
const HINT = 'Another tool, or a broken disk, has left it so: mend it, or remove it and push again. All tags go with it; blobs that are there are used again.';
/** How often, and how far apart in milliseconds, a table is read that is no JSON. */
const READS = 10;
const READ_PAUSE_MS = 20;
/** Other tools (skopeo) write the table in its place: who reads it meanwhile sees a part of it. */
async function readWhole(folder) {
    for (let read = 1;; read += 1) {
        const text = await readSmallFile(folder.index, MAX_INDEX_BYTES, HINT);
        if (text === undefined)
            return undefined;
        try {
            return JSON.parse(text);
        }
        catch {
            // No cause: what a parser says of a file in pieces helps nobody.
            if (read === READS)
                throw layout_index_malformed(folder);
            await (0,external_node_timers_promises_.setTimeout)(READ_PAUSE_MS);
        }
    }
}

// EXTERNAL MODULE: ./lib/oci/manifest.js
var manifest = __webpack_require__(4360);
;// CONCATENATED MODULE: ./lib/oci/layout-manifests.js



/**
 * Checks that all that a manifest or an index names is in a layout, with the sizes that it says. Of
 * manifests of other types it is not known what they name.
 *
 * @throws CafsError `NOT_FOUND`, `MALFORMED`
 */
async function assertComplete(folder, bytes, mediaType) {
    for (const { digest, size } of (0,manifest/* namedBy */.T)(bytes, mediaType)) {
        if ((await findBlob(folder.blob(digest))) === size)
            continue;
        throw new errors/* NotFoundError */.m_(`The manifest names the blob ${digest} of ${String(size)} bytes, which is not in ${folder.path}.`);
    }
}

;// CONCATENATED MODULE: ./lib/oci/lifetime.js

/** From when a remote is opened until it is closed: what ends its calls. */
class Lifetime {
    #closing = new AbortController();
    /** Ends everything that the remote does. */
    signal;
    /** @param outer of who opened the remote */
    constructor(outer) {
        const { signal } = this.#closing;
        this.signal = outer === undefined ? signal : AbortSignal.any([signal, outer]);
    }
    /**
     * What ends a call that begins.
     *
     * @throws CafsError `CLOSED` where the remote has been closed; the reason of a signal that is aborted
     */
    begin({ signal }) {
        const ends = signal === undefined ? this.signal : AbortSignal.any([this.signal, signal]);
        ends.throwIfAborted();
        return ends;
    }
    /** Ends the calls under way, and all later ones, with `CLOSED`. */
    end(remote) {
        this.#closing.abort(new errors/* CafsError */.u('CLOSED', `The remote ${remote} has been closed.`, {
            hint: 'Open it again with openRemote.',
        }));
    }
}

// EXTERNAL MODULE: ./lib/oci/manifest-type.js
var manifest_type = __webpack_require__(9213);
// EXTERNAL MODULE: ./lib/oci/descriptor-schema.js
var descriptor_schema = __webpack_require__(282);
;// CONCATENATED MODULE: ./lib/oci/manifest-input.js




/**
 * Checks what is to be stored as a manifest, as far as that holds for all of them: a registry, or a tool
 * that reads a layout, may go by the type that it was given or by the one that is inside.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 * @throws CafsError `INVALID_INPUT` where it is too large or no JSON object, and where it could be taken
 *   for something else
 */
function assertManifest(bytes, mediaType) {
    if (bytes.byteLength > manifest/* MAX_MANIFEST_WRITTEN */.Zj)
        throw (0,manifest/* tooLarge */.g$)(bytes.byteLength);
    if (!(0,descriptor_schema/* isMediaType */.LA)(mediaType))
        throw invalid(`its type ${(0,manifest_type/* shownType */.si)(mediaType)} is no media type`);
    const body = (0,manifest_type/* parseObject */.lj)(bytes);
    if (body === undefined)
        throw invalid('it is no JSON object');
    const contradiction = (0,manifest_type/* contradictionIn */.V8)(body, mediaType);
    if (contradiction !== undefined)
        throw invalid(contradiction);
}
function invalid(why) {
    return new errors/* CafsError */.u('INVALID_INPUT', `The manifest cannot be stored: ${why}.`);
}

;// CONCATENATED MODULE: ./lib/oci/meter.js

/** Counts work. Callers read it as {@link RemoteStats} while it goes on. */
class Meter {
    requests = 0;
    downloadedBytes = 0;
    uploadedBytes = 0;
}
/** Counts every request that really goes out, and the bytes of bodies both ways. */
function metered(next, meter) {
    return async (request) => {
        meter.requests += 1;
        const { body } = request;
        const sent = body === undefined ? {} : { body: meteredContent(body, meter) };
        const response = await next({ ...request, ...sent });
        return { ...response, body: meteredBody(response, meter) };
    };
}
function meteredContent(body, meter) {
    return {
        size: bodySize(body),
        async *open() {
            for await (const piece of bodyPieces(body)) {
                meter.uploadedBytes += piece.byteLength;
                yield piece;
            }
        },
    };
}
function meteredBody({ body }, meter) {
    return {
        async *[Symbol.asyncIterator]() {
            for await (const chunk of body) {
                meter.downloadedBytes += chunk.byteLength;
                yield chunk;
            }
        },
        discard: () => body.discard(),
    };
}

;// CONCATENATED MODULE: ./lib/oci/layout.js




















/**
 * An OCI image layout in a folder: a remote without a server. Made by the first write.
 *
 * Several processes of this software may use it at the same time: those that change `index.json` go one
 * after another, by a lock of the kernel's that ends with its holder. The folder belongs on a disk of
 * the machine; on a network disk all depends on that disk's locks. Other tools (skopeo, oras) know
 * nothing of the lock: what one of them writes to `index.json` while this software does, or the other
 * way round, may be lost. To read at the same time is no problem: a table that is there in part is
 * read again.
 *
 * What lies in the place of a file and is none (a symlink, a pipe, a folder) is never followed.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
class LayoutRemote {
    name;
    traits = { swapsTags: true };
    #folder;
    #meter = new Meter();
    #lifetime;
    #sourceMs;
    /**
     * @param path absolute
     */
    constructor(path, options = {}) {
        this.name = options.name ?? `oci:${path}`;
        this.#folder = new LayoutFolder(path);
        this.#lifetime = new Lifetime(options.signal);
        this.#sourceMs = options.sourceMs;
    }
    get stats() {
        return this.#meter;
    }
    async resolve(reference, options = {}) {
        if ((0,lib_digest/* isDigest */.Bc)(reference))
            return (await this.#manifestByDigest(reference, options))?.descriptor;
        checkedReference(reference);
        if (!(await this.#begin(options)))
            return undefined;
        return (await TagTable.read(this.#folder)).find(reference);
    }
    async getManifest(reference, options = {}) {
        if ((0,lib_digest/* isDigest */.Bc)(reference))
            return this.#manifestByDigest(reference, options);
        const descriptor = await this.resolve(reference, options);
        if (descriptor === undefined)
            return undefined;
        if (descriptor.size > manifest/* MAX_MANIFEST_READ */.kv) {
            throw new errors/* CafsError */.u('MALFORMED', `The manifest ${this.name}:${reference} is too large.`);
        }
        try {
            const bytes = await this.#read(descriptor);
            (0,manifest_type/* assertUnambiguous */.s$)(bytes, descriptor.mediaType, `manifest ${this.name}:${reference}`);
            return { descriptor, bytes };
        }
        catch (error) {
            // It may have been deleted since its tag was read.
            if (!(0,errors/* hasCode */.up)(error, 'NOT_FOUND'))
                throw error;
            const now = await this.resolve(reference, options);
            if (now?.digest === descriptor.digest)
                throw error;
            return this.getManifest(reference, options);
        }
    }
    async putManifest(bytes, mediaType, tags, options = {}) {
        const { notAfter = performance.now() + MOVE_WINDOW_MS, expected } = options;
        tags.forEach(oci_reference/* parseTag */.ED);
        assertManifest(bytes, mediaType);
        await this.#begin(options);
        await assertComplete(this.#folder, bytes, mediaType);
        const descriptor = { mediaType, digest: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
        this.#meter.requests += 1;
        await this.#folder.alone(async () => {
            // Here, since another process may just be deleting it.
            await this.#write(descriptor.digest, bytes, { mayExist: true });
            const table = await TagTable.read(this.#folder);
            assertInTime(notAfter, performance.now(), `${this.name}:${tags.join(', ')}`);
            if (expected !== undefined)
                assertUnmoved(table, tags, expected);
            await table.with(descriptor, tags).write(this.#folder);
        }, this.#lifetime.begin(options));
        return descriptor;
    }
    async hasBlob(digest, { size, ...options } = {}) {
        const path = this.#folder.blob((0,lib_digest/* parseDigest */.m)(digest));
        const found = (await this.#begin(options)) ? await findBlob(path) : undefined;
        return found !== undefined && (size === undefined || found === size);
    }
    async getBlob(blob, options = {}) {
        (0,lib_digest/* parseDigest */.m)(blob.digest);
        assertBufferable(blob.size, blob);
        await this.#begin(options);
        return this.#read(blob);
    }
    async *getBlobStream(blob, options = {}) {
        const path = this.#folder.blob((0,lib_digest/* parseDigest */.m)(blob.digest));
        await this.#begin(options);
        for await (const piece of streamBlobFile(path, blob, this.#lifetime.begin(options))) {
            this.#meter.downloadedBytes += piece.byteLength;
            yield piece;
        }
    }
    async getBlobRange(blob, range, options = {}) {
        const path = this.#folder.blob((0,lib_digest/* parseDigest */.m)(blob.digest));
        assertInside(range, blob);
        assertBufferable(range.length, blob);
        await this.#begin(options);
        const bytes = await readBlobRange(path, blob, range);
        this.#meter.downloadedBytes += bytes.byteLength;
        return bytes;
    }
    async putBlob(digest, given, options = {}) {
        (0,lib_digest/* parseDigest */.m)(digest);
        const content = checkedContent(given);
        await this.#begin(options);
        await this.#folder.prepare();
        if (content instanceof Uint8Array) {
            const found = (0,lib_digest/* digestOf */.ol)(content);
            if (found !== digest) {
                throw new errors/* IntegrityError */.cs(`The bytes to store as ${digest} are ${found}.`);
            }
            // To read what is there costs less than to write it again and wait for the disk.
            await this.#write(digest, content, { ...options, mayExist: true });
        }
        else {
            const patience = { sourceMs: this.#sourceMs, signal: this.#lifetime.begin(options) };
            await this.#write(digest, verified(content, digest, patience), options);
        }
    }
    /**
     * Deletes a tag, or a manifest with all its tags. A manifest's own bytes go, as they do in a registry;
     * the blobs that it names stay, and nothing here collects them.
     */
    async delete(reference, options = {}) {
        checkedReference(reference);
        if (!(await this.#begin(options)))
            return false;
        return this.#folder.alone(async () => {
            const table = await TagTable.read(this.#folder);
            const isListed = table.has(reference);
            if (isListed)
                await table.without(reference).write(this.#folder);
            if (!(0,lib_digest/* isDigest */.Bc)(reference))
                return isListed;
            // What is not listed may be any blob.
            if (!isListed && (await this.#manifestByDigest(reference, options)) === undefined)
                return false;
            await (0,promises_.rm)(this.#folder.blob(reference), { force: true });
            return true;
        }, this.#lifetime.begin(options));
    }
    async listTags(options = {}) {
        if (!(await this.#begin(options)))
            return [];
        // Other tools put whole image names there, which are tags to nobody.
        return [...new Set((await TagTable.read(this.#folder)).tags)].filter(oci_reference/* isTag */.dz);
    }
    close() {
        this.#lifetime.end(this.name);
        return Promise.resolve();
    }
    /** Counts a call, and tells whether there is a layout to read from. */
    async #begin(options) {
        this.#lifetime.begin(options);
        this.#meter.requests += 1;
        return this.#folder.exists();
    }
    async #read(blob) {
        const bytes = await readBlobFile(this.#folder.blob(blob.digest), blob);
        this.#meter.downloadedBytes += bytes.byteLength;
        return bytes;
    }
    /** @param content bytes or a source that have the digest, or end with an error */
    async #write(digest, content, options) {
        const path = this.#folder.blob(digest);
        const signal = this.#lifetime.begin(options);
        const size = bodySize(content);
        if (options.mayExist === true && (await isIntact(path, { digest, size }, signal)))
            return;
        const pieces = this.#counted((0,until_aborted/* untilAborted */.E)(bodyPieces(content), signal));
        await this.#folder.writing(() => writeDurably(path, this.#folder.tempDir, pieces), path);
    }
    async *#counted(pieces) {
        for await (const piece of pieces) {
            this.#meter.uploadedBytes += piece.byteLength;
            yield piece;
        }
    }
    async #manifestByDigest(digest, options) {
        if (!(await this.#begin(options)))
            return undefined;
        const size = await findBlob(this.#folder.blob(digest));
        if (size === undefined || size > manifest/* MAX_MANIFEST_READ */.kv)
            return undefined;
        const bytes = await this.#read({ digest, size });
        const mediaType = (0,manifest_type/* manifestTypeOf */.Hj)(bytes);
        if (mediaType === undefined)
            return undefined;
        return { descriptor: { mediaType, digest, size }, bytes };
    }
}
function assertUnmoved(table, tags, expected) {
    for (const tag of tags) {
        const found = table.find(tag)?.digest ?? null;
        if (found === expected)
            continue;
        throw new errors/* CafsError */.u('CHANGED', `The tag ${tag} points to ${found ?? 'nothing'}, not to ${expected ?? 'nothing'}.`, { hint: 'Another process moved it: read it again.' });
    }
}

// EXTERNAL MODULE: ./lib/oci/connection-error.js + 1 modules
var connection_error = __webpack_require__(7593);
// EXTERNAL MODULE: ./lib/oci/hints.js
var hints = __webpack_require__(7115);
// EXTERNAL MODULE: ./lib/oci/plain-text.js
var plain_text = __webpack_require__(5885);
// EXTERNAL MODULE: ./lib/oci/secrets.js + 1 modules
var secrets = __webpack_require__(213);
;// CONCATENATED MODULE: ./lib/oci/realm.js




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
function checkedRealm(challenge, registry, mask = secrets/* hideAuthorizations */.d) {
    const text = challenge.params.get('realm') ?? '';
    const realm = URL.parse(text);
    const refuse = (why) => {
        const shown = realm === null ? JSON.stringify((0,plain_text/* plainText */.w)(mask(text))) : mask((0,origin/* shownUrl */.zA)(realm));
        throw new errors/* CafsError */.u('MALFORMED', `${registry.host} asks for a token from ${shown}, which ${why}; nothing was sent there.`, { hint: `Check the configuration of ${registry.host}.` });
    };
    if (realm === null)
        return refuse('is no address');
    if (realm.username !== '' || realm.password !== '')
        return refuse('holds user information');
    if (registry.protocol === 'http:' && !(0,origin/* isLoopback */.U9)(registry)) {
        return realm.origin === registry.origin ? realm : refuse('is not the registry itself');
    }
    const local = registry.protocol === 'http:' && (0,origin/* isLoopback */.U9)(realm);
    if (realm.protocol === 'http:' ? !local : realm.protocol !== 'https:') {
        return refuse('is not over TLS');
    }
    if ((0,origin/* isNearby */.k_)(realm) && !local && realm.hostname !== registry.hostname) {
        return refuse('is an address inside this network');
    }
    return realm;
}

;// CONCATENATED MODULE: ./lib/oci/scopes.js
/** As the reference implementation of registries asks for them. */
const ACTIONS = {
    pull: 'pull',
    push: 'pull,push',
    delete: 'delete',
};
/** A challenge that offers more than this is not followed so far. */
const MAX_SCOPES = 8;
/** What a request needs. */
function wantOf({ method, alsoPullFrom }) {
    if (method === 'GET' || method === 'HEAD')
        return { access: 'pull' };
    if (method === 'DELETE')
        return { access: 'delete' };
    return alsoPullFrom === undefined ? { access: 'push' } : { access: 'push', from: alsoPullFrom };
}
/** What tells a want from another. */
function wantKey({ access, from = '' }) {
    return `${access} ${from}`;
}
/**
 * The scopes that tokens for a repository are asked for.
 *
 * @see https://distribution.github.io/distribution/spec/auth/scope/
 */
class Scopes {
    #repository;
    #changed = new Map();
    #name;
    constructor(repository) {
        this.#repository = repository;
    }
    /**
     * Notes what a registry calls the repository: one that is behind a path prefix has another name for
     * it than we do.
     */
    learn(challenge, { from }) {
        const name = /^repository:([^\s:]+):/.exec(challenge.params.get('scope') ?? '')?.[1];
        if (name !== undefined && name !== from)
            this.#name ??= name;
    }
    /** The scopes to ask for. Where another repository takes part, it goes first. */
    of(want) {
        const changed = this.#changed.get(wantKey(want));
        if (changed !== undefined)
            return changed;
        const own = `repository:${this.#name ?? this.#repository}:${ACTIONS[want.access]}`;
        return want.from === undefined ? [own] : [`repository:${this.#nameThere(want.from)}:pull`, own];
    }
    /**
     * Notes that a token for these scopes was not enough. What the registry misses goes first from now
     * on: some token servers look at the first scope only, others at the last.
     *
     * @see https://github.com/google/go-containerregistry/blob/main/pkg/v1/remote/transport/bearer.go
     * @returns whether other scopes are asked for from now on
     */
    refused(want, challenge) {
        const before = this.of(want);
        const missing = (challenge.params.get('scope') ?? '').split(' ').filter(isScope);
        // A registry that does not say what it misses has been given the last scope, or the first.
        let scopes = missing.length === 0 ? before.toReversed() : before;
        for (const scope of missing.slice(0, MAX_SCOPES).reverse()) {
            const known = scopes.find((asked) => covers(asked, scope));
            const others = scopes.filter((asked) => asked !== known);
            scopes = [known ?? scope, ...others].slice(0, MAX_SCOPES);
        }
        this.#changed.set(wantKey(want), scopes);
        return scopes.join(' ') !== before.join(' ');
    }
    /** What the registry calls another repository, if it leaves the same prefix out. */
    #nameThere(other) {
        const ours = this.#repository;
        if (this.#name === undefined || !ours.endsWith(`/${this.#name}`))
            return other;
        const prefix = ours.slice(0, -this.#name.length);
        return other.startsWith(prefix) ? other.slice(prefix.length) : other;
    }
}
function isScope(text) {
    return text.length <= 512 && /^[\x21-\x7e]+$/.test(text);
}
/** Whether one scope allows all that another does. */
function covers(scope, other) {
    const [resource, actions] = splitScope(scope);
    const [wanted, needed] = splitScope(other);
    return resource === wanted && needed.every((action) => actions.includes(action));
}
function splitScope(scope) {
    const colon = scope.lastIndexOf(':');
    return [scope.slice(0, Math.max(colon, 0)), scope.slice(colon + 1).split(',')];
}

;// CONCATENATED MODULE: ./lib/oci/token.js






const MAX_ANSWER_BYTES = 128 * 1024;
/** The least that a token holds, and what holds where the server does not say. */
const MIN_LIFETIME_S = 60;
/** What servers answer that do not exchange identity tokens by POST. */
const NO_EXCHANGE = new Set([400, 401, 404, 405]);
/** `issued_at` is not looked at: the server's clock may be another one than ours. Go writes `null` for what is absent. */
const token_ANSWER = dist/* object */.Ikc({
    token: dist/* nullish */.cl6(dist/* string */.YjP(), ''),
    access_token: dist/* nullish */.cl6(dist/* string */.YjP(), ''),
    expires_in: dist/* nullish */.cl6(dist/* pipe */.FsL(dist/* number */.aig(), dist/* finite */.E2x()), 0),
});
const NOTHING = { token: '', access_token: '', expires_in: 0 };
/**
 * Asks a token server for a token, with credentials or anonymously. An identity token is exchanged
 * by POST; where the server knows no such thing, it goes in place of a password.
 *
 * Tries once; the caller decides about more.
 *
 * @param realm checked by `checkedRealm`
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 * @throws CafsError `UNAUTHORIZED`, `DENIED`, `MALFORMED`
 */
async function requestToken(transport, realm, query, credentials, signal) {
    if (credentials === undefined || 'password' in credentials) {
        return tokenIn(await send(transport, getRequest(realm, query, credentials, signal)));
    }
    const { identityToken } = credentials;
    const exchange = exchangeRequest(realm, query, identityToken, signal);
    const sent = await send(transport, exchange);
    if (!NO_EXCHANGE.has(sent.response.status))
        return tokenIn(sent);
    await sent.response.body.discard();
    const instead = { username: '', password: identityToken };
    return tokenIn(await send(transport, getRequest(realm, query, instead, signal)));
}
function getRequest(realm, { service, scopes }, credentials, signal) {
    const url = new URL(realm);
    if (service !== undefined)
        url.searchParams.set('service', service);
    for (const scope of scopes)
        url.searchParams.append('scope', scope);
    const authorization = credentials === undefined ? {} : { authorization: (0,oci_credentials/* basicAuthorization */.aR)(credentials) };
    return {
        method: 'GET',
        url,
        headers: { accept: 'application/json', ...authorization },
        signal,
        replay: false,
    };
}
function exchangeRequest(url, { service, scopes }, identityToken, signal) {
    const form = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'cafs',
        ...(service === undefined ? {} : { service }),
        scope: scopes.join(' '),
        refresh_token: identityToken,
    });
    return {
        method: 'POST',
        url,
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(form.toString()),
        confidential: true,
        signal,
        replay: false,
    };
}
async function send(transport, request) {
    return { request, response: await transport(request) };
}
async function tokenIn({ request, response }) {
    if (response.status !== 200)
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    const what = `token from ${(0,origin/* shownUrl */.zA)(request.url)}`;
    return token_parseAnswer(await (0,body/* readLimited */.tk)(response, what, MAX_ANSWER_BYTES));
}
function token_parseAnswer(bytes) {
    const answer = dist/* safeParse */.xLC(token_ANSWER, token_parseJson(bytes));
    const { token, access_token: other, expires_in: told } = answer.success ? answer.output : NOTHING;
    const value = token === '' ? other : token;
    if (!isTokenText(value)) {
        throw new errors/* CafsError */.u('MALFORMED', 'The token server answered without a usable token.');
    }
    const seconds = Math.max(told, MIN_LIFETIME_S);
    return { value, lifetimeMs: seconds * 1000 };
}
/** Whether text can become a header: visible ASCII, nothing else. */
function isTokenText(text) {
    return /^[\x21-\x7e]+$/.test(text);
}
function token_parseJson(bytes) {
    try {
        return JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/oci/bearer.js










/** A token is not used in its last moments: the request takes time, and clocks differ. */
const EARLY_MS = 5000;
/** An upload takes long: it starts with a token that holds this much longer. */
const UPLOAD_MS = 120_000;
/** How long credentials that are a token are used before they are asked for again. */
const GIVEN_TOKEN_MS = 60_000;
const PUSH = { access: 'push' };
const PULL = { access: 'pull' };
/** Bearer tokens for one repository, kept while they hold. */
class BearerTokens {
    #next;
    #options;
    #scopes;
    #held = new Map();
    #pending = new Map();
    #challenge = { scheme: 'bearer', params: new Map() };
    #rejected;
    #pullOnly = false;
    constructor(next, options) {
        this.#next = next;
        this.#options = options;
        this.#scopes = new Scopes(options.repository);
    }
    /** A header with a token that holds, fetching one where there is none. */
    async authorization(request) {
        const want = this.#wantOf(request);
        const held = this.#find(want, request.body === undefined ? EARLY_MS : UPLOAD_MS);
        return headerOf(held ?? (await this.#fetch(want, request.signal)));
    }
    /**
     * Takes note of a challenge: where tokens come from, and that one of them, if any, will not do.
     *
     * @returns whether the next token is for other scopes
     */
    accept(request, challenge, rejected) {
        this.#challenge = challenge;
        this.#rejected = rejected;
        this.#scopes.learn(challenge, this.#wantOf(request));
        let changed = false;
        for (const [key, token] of this.#held) {
            if (headerOf(token) !== rejected)
                continue;
            this.#held.delete(key);
            changed = this.#scopes.refused(token.want, challenge) || changed;
        }
        return changed;
    }
    #wantOf(request) {
        const want = wantOf(request);
        return want.from === this.#options.repository ? { access: want.access } : want;
    }
    #find(want, leftMs) {
        const now = this.#options.policy.clock.now();
        const candidates = want.access === 'pull' ? [PUSH, PULL] : [want];
        return candidates
            .map((candidate) => this.#held.get(wantKey(candidate)))
            .find(
        // Half of the life must do: some servers give tokens of one minute.
        (token) => token !== undefined && token.expiresAt - now > Math.min(leftMs, token.lifetimeMs / 2));
    }
    /** Requests that need a token at the same time share one; each can still be aborted alone. */
    #fetch(want, signal) {
        const key = wantKey(want);
        let pending = this.#pending.get(key);
        if (pending === undefined) {
            pending = this.#request(want).finally(() => this.#pending.delete(key));
            this.#pending.set(key, pending);
        }
        return (0,until_aborted/* orAborted */.H)(pending, signal);
    }
    async #request(want) {
        const { host, repository, credentials, signal } = this.#options;
        const found = await credentials?.(host, { repository, signal });
        const [first = want, ...narrower] = this.#attempts(want, found !== undefined);
        try {
            return await this.#ask(first, found).catch(async (error) => {
                const [fallback] = narrower;
                if (fallback === undefined || !isRefusal(error))
                    throw error;
                const token = await this.#ask(fallback, found);
                if (fallback.access === 'pull')
                    this.#pullOnly = true;
                return token;
            });
        }
        catch (error) {
            throw forRegistry(error, host, found === undefined ? 'none' : 'given');
        }
    }
    /** What to ask for, and what to be content with where the server refuses that. */
    #attempts(want, hasCredentials) {
        // Without its source, a mount becomes an upload.
        if (want.from !== undefined)
            return [want, PUSH];
        // Who has credentials will push sooner or later: one token does for both.
        if (want.access === 'pull' && hasCredentials && !this.#pullOnly)
            return [PUSH, PULL];
        return [want];
    }
    async #ask(want, credentials) {
        // From before it was asked for: then it does not matter how long the answer took, nor what the
        // server's clock says.
        const now = this.#options.policy.clock.now();
        const token = await this.#token(want, credentials);
        const held = { ...token, want, expiresAt: now + token.lifetimeMs };
        this.#held.set(wantKey(want), held);
        return held;
    }
    async #token(want, credentials) {
        const { registry, host, policy, signal } = this.#options;
        if (credentials !== undefined && 'registryToken' in credentials) {
            const { registryToken: value } = credentials;
            if (isTokenText(value))
                return { value, lifetimeMs: GIVEN_TOKEN_MS };
            throw new errors/* CafsError */.u('UNAUTHORIZED', `The token for ${host} holds what no token can.`);
        }
        const mask = (0,secrets/* maskOf */._)({}, { authorization: this.#rejected });
        const realm = checkedRealm(this.#challenge, registry, mask);
        const query = {
            service: this.#challenge.params.get('service'),
            scopes: this.#scopes.of(want),
        };
        // Tried again here and not below, since an answer may break off after the transport is done.
        return (0,oci_retry/* retrying */.R$)(policy, signal, () => requestToken(this.#next, realm, query, credentials, signal));
    }
}
function headerOf(token) {
    return `Bearer ${token.value}`;
}
function isRefusal(error) {
    return error instanceof oci_errors/* ResponseError */.o3 && (error.status === 401 || error.status === 403);
}
/**
 * An error of a token server is shown as one of the registry, which is what the user knows. It has been
 * tried as often as is allowed.
 */
function forRegistry(error, host, credentials) {
    if (error instanceof connection_error/* ConnectionError */.Rc)
        return error.exhausted();
    if (!(error instanceof oci_errors/* ResponseError */.o3))
        return error;
    const { status, problems, retryAfterMs } = error;
    const hint = (0,hints/* hintFor */.JR)({ status, host, problems, credentials });
    return new oci_errors/* ResponseError */.o3(error.code, `${host} gave no token: ${error.message}`, {
        status,
        problems,
        retryAfterMs,
        exhausted: true,
        cause: error,
        ...(hint === undefined ? {} : { hint }),
    });
}

;// CONCATENATED MODULE: ./lib/oci/scanner.js
/** Characters that are looked at: four times what all headers of a response may have. */
const MAX_READ = 64 * 1024;
/**
 * Reads a header from left to right with sticky patterns (`/.../y`). Nothing is read twice, so that
 * the time it takes grows with the text alone, as long as every pattern's own does.
 */
class Scanner {
    #text;
    #position = 0;
    constructor(text) {
        this.#text = text.slice(0, MAX_READ);
    }
    /** The text that a pattern matches here, which is then behind us; undefined where it does not. */
    take(pattern) {
        pattern.lastIndex = this.#position;
        const found = pattern.exec(this.#text)?.[0];
        if (found !== undefined)
            this.#position += found.length;
        return found;
    }
    /** Goes past what a pattern matches here, if it does. */
    skip(pattern) {
        this.take(pattern);
    }
    /**
     * The name of something.
     *
     * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
     */
    takeToken() {
        return this.take(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y);
    }
    /**
     * A quoted text, without its quotes and escapes.
     *
     * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4
     */
    takeQuoted() {
        const quoted = this.take(/"[^"\\]*(?:\\.[^"\\]*)*"/sy);
        return quoted?.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
    }
}

;// CONCATENATED MODULE: ./lib/oci/challenge.js

/**
 * Reads all `WWW-Authenticate` headers of a response, each of which may hold several challenges.
 * What is malformed ends its header; the challenges before it count.
 *
 * @example
 * parseChallenges(['Bearer realm="https://ghcr.io/token",service="ghcr.io"'])
 */
function parseChallenges(headers) {
    return headers.flatMap((header) => parseHeader(new Scanner(header)));
}
function parseHeader(scanner) {
    const challenges = [];
    let params;
    for (;;) {
        scanner.skip(/[\s,]*/y);
        const name = scanner.takeToken()?.toLowerCase();
        if (name === undefined)
            return challenges;
        if (params !== undefined && scanner.take(/\s*=\s*/y) !== undefined) {
            // Bare text may hold more than is legal: some servers do not quote addresses.
            const value = scanner.takeQuoted() ?? scanner.take(/[^\s,"]+/y);
            if (value === undefined)
                return challenges;
            if (!params.has(name))
                params.set(name, value);
        }
        else {
            params = new Map();
            challenges.push({ scheme: name, params });
            // What stands alone behind the scheme, as in `Negotiate YII=`, is for none of our schemes.
            scanner.skip(/\s+[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y);
        }
    }
}

;// CONCATENATED MODULE: ./lib/oci/auth.js







/**
 * Answers a registry's challenges: with a bearer token (anonymous or for credentials), or with
 * Basic. What was once found out is sent along from then on.
 *
 * A 401 that cannot be answered comes out as it is.
 */
function withAuth(next, options) {
    const session = new Session(next, options);
    return async (request) => {
        if (request.url.origin !== options.registry.origin)
            return next(request);
        let sent = await session.authorization(request);
        let response = await next(session.authorized(request, sent));
        for (let answers = 0; answers < MAX_ANSWERS && session.asks(response); answers += 1) {
            const answer = await session.answer(request, response, sent, answers > 0);
            if (answer === undefined || answer === sent)
                break;
            await response.body.discard();
            sent = answer;
            response = await next(session.authorized(request, sent));
        }
        return session.marked(response, sent);
    };
}
/** One for who must say who they are, one for what the token must be for. */
const MAX_ANSWERS = 2;
/** What has been found out about a registry's wishes. */
class Session {
    #options;
    #tokens;
    #scheme;
    #basic;
    #asking;
    #use = 'unasked';
    constructor(next, options) {
        const credentials = async (host, asked) => {
            const found = await options.credentials?.(host, asked);
            this.#use = found === undefined ? 'none' : 'given';
            return found;
        };
        this.#options = { ...options, credentials };
        this.#tokens = new BearerTokens(next, this.#options);
    }
    /** The request as it is sent. Who is below, and makes an error of a 403, is told of credentials. */
    authorized(request, authorization) {
        const credentials = this.#use;
        if (authorization === undefined)
            return { ...request, credentials };
        return { ...request, credentials, headers: { ...request.headers, authorization } };
    }
    /** Says what was sent, and with a 401 that stays one, what became of credentials. */
    marked(response, authorization) {
        const marked = { ...response, authorization };
        return this.asks(response) ? { ...marked, credentials: this.#use } : marked;
    }
    /** Whether the registry itself, not someone that it redirects to, wants to know who asks. */
    asks(response) {
        return response.status === 401 && response.url.origin === this.#options.registry.origin;
    }
    /** The `Authorization` that a request needs as far as is known. */
    async authorization(request) {
        if (this.#scheme === 'basic')
            return this.#basic;
        if (this.#scheme === 'bearer')
            return this.#tokens.authorization(request);
        return undefined;
    }
    /**
     * The `Authorization` that a 401 asks for; undefined where there is none to give.
     *
     * @param again the request has been answered for before: the same kind of answer will not do
     */
    async answer(request, response, rejected, again) {
        const challenges = parseChallenges((0,http/* headerValues */.UE)(response, 'www-authenticate'));
        const find = (scheme) => challenges.find((challenge) => challenge.scheme === scheme);
        const bearer = find('bearer');
        if (bearer !== undefined) {
            this.#scheme = 'bearer';
            const changed = this.#tokens.accept(request, bearer, rejected);
            return again && !changed ? undefined : this.#tokens.authorization(request);
        }
        if (again || find('basic') === undefined)
            return undefined;
        // Others may have found it out since this request was sent.
        if (this.#basic !== undefined && this.#basic !== rejected)
            return this.#basic;
        this.#asking ??= this.#askBasic().finally(() => {
            this.#asking = undefined;
        });
        return (0,until_aborted/* orAborted */.H)(this.#asking, request.signal);
    }
    /** Requests that need credentials at the same time share one question: it may start a program. */
    async #askBasic() {
        const { credentials, host, repository, signal } = this.#options;
        const found = await credentials?.(host, { repository, signal });
        if (found === undefined)
            return undefined;
        if (!('password' in found)) {
            throw new errors/* CafsError */.u('UNAUTHORIZED', `${host} takes a user name and a password only, and what there is for it is a token.`, { hint: (0,hints/* whereCredentialsGo */.Mn)(host) });
        }
        this.#basic = (0,oci_credentials/* basicAuthorization */.aR)(found);
        this.#scheme = 'basic';
        return this.#basic;
    }
}

;// CONCATENATED MODULE: ./lib/oci/blob-exists.js




/** Whether a registry has a blob, by HEAD. */
async function blobExists(endpoint, digest, { size, ...options } = {}) {
    const request = { method: 'HEAD', url: blobUrl(endpoint, digest), ...options };
    const response = await endpoint.transport(request);
    const found = response.status === 200 && !(0,http/* isPage */.yp)(response);
    if (!found && response.status !== 404)
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    await response.body.discard();
    const announced = (0,body/* isIdentity */.Lk)(response) ? (0,body/* announcedSize */.lf)(response) : undefined;
    return found && (size === undefined || (announced ?? size) === size);
}

;// CONCATENATED MODULE: ./lib/oci/manifests.js











/**
 * Always all of them: distribution 2.8.2 answers 404 for a manifest whose type is not named here.
 */
const ACCEPT = [
    types/* MEDIA_TYPE_MANIFEST */.SE,
    types/* MEDIA_TYPE_INDEX */.D4,
    types/* MEDIA_TYPE_DOCKER_MANIFEST */.P,
    types/* MEDIA_TYPE_DOCKER_INDEX */.eL,
].join(', ');
/** What a tag points to, by HEAD; by GET where the registry does not say enough without a body. */
async function resolveManifest(endpoint, reference, signal, tries = {}) {
    const request = { ...manifestRequest(endpoint, 'HEAD', reference, signal), ...tries };
    const response = await endpoint.transport(request);
    if (response.status !== 200 && response.status !== 404 && response.status !== 405) {
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    }
    await response.body.discard();
    if (response.status === 404 && !isWorded(response))
        return undefined;
    const descriptor = response.status === 200 ? announced(response) : undefined;
    if (descriptor === undefined) {
        return (await fetchManifest(endpoint, reference, signal, tries))?.descriptor;
    }
    if ((0,lib_digest/* isDigest */.Bc)(reference) && descriptor.digest !== reference) {
        throw otherDigest(endpoint, reference, descriptor.digest);
    }
    return descriptor;
}
/** A manifest's bytes, whose digest is computed here and not believed. */
async function fetchManifest(endpoint, reference, signal, { replay = true } = {}) {
    const request = { ...manifestRequest(endpoint, 'GET', reference, signal), replay: false };
    const fetch = async () => {
        const response = await endpoint.transport(request);
        if (response.status === 404) {
            await (0,oci_errors/* assertAbsent */.av)(request, response);
            return undefined;
        }
        if (response.status !== 200)
            throw await (0,oci_errors/* responseError */.U3)(request, response);
        const mediaType = await manifestType(endpoint, reference, response);
        const what = `manifest ${endpoint.name}:${reference}`;
        await (0,body/* assertIdentity */.D7)(response, what);
        const bytes = await (0,body/* readLimited */.tk)(response, what, manifest/* MAX_MANIFEST_READ */.kv);
        const digest = (0,lib_digest/* digestOf */.ol)(bytes);
        const told = (0,http/* headerValue */.Z)(response, 'docker-content-digest');
        const expected = (0,lib_digest/* isDigest */.Bc)(reference) ? reference : told;
        if ((0,lib_digest/* isDigest */.Bc)(expected) && expected !== digest)
            throw otherDigest(endpoint, reference, digest);
        (0,manifest_type/* assertUnambiguous */.s$)(bytes, mediaType, what);
        return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes };
    };
    return replay ? (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, fetch) : fetch();
}
function manifestRequest(endpoint, method, reference, signal) {
    return { method, url: manifestUrl(endpoint, reference), headers: { accept: ACCEPT }, signal };
}
function announced(response) {
    const digest = (0,http/* headerValue */.Z)(response, 'docker-content-digest');
    const size = (0,body/* announcedSize */.lf)(response);
    const mediaType = contentType(response);
    // The size of what a proxy has compressed is none.
    if (!(0,body/* isIdentity */.Lk)(response))
        return undefined;
    if (!(0,lib_digest/* isDigest */.Bc)(digest) || size === undefined || mediaType === undefined)
        return undefined;
    return { mediaType, digest, size };
}
/** Whether there is a text behind the headers of a HEAD, of which GET may tell that it is no registry's. */
function isWorded(response) {
    return (0,http/* headerValue */.Z)(response, 'content-type') !== undefined && contentType(response) === undefined;
}
/** Only JSON can be a manifest: some servers, and many proxies, answer 200 with a page. */
function contentType(response) {
    const [type = ''] = ((0,http/* headerValue */.Z)(response, 'content-type') ?? '').split(';');
    const mediaType = type.trim().toLowerCase();
    return /^application\/(?:[\w.+-]+\+)?(?:json|prettyjws)$/.test(mediaType) ? mediaType : undefined;
}
async function manifestType({ name, base }, reference, response) {
    const mediaType = contentType(response);
    if (mediaType !== undefined)
        return mediaType;
    await response.body.discard();
    throw new errors/* CafsError */.u('REMOTE', `The registry answered with something else than a manifest for ${name}:${reference} (Content-Type: ${(0,shown_header/* shownHeader */.Z)(response, 'content-type')}).`, {
        hint: `Check that ${base.host} is a registry, and that no proxy or login page is before it.`,
    });
}
/** The error where a manifest is another one than asked for, or than was sent. */
function otherDigest({ name }, reference, found) {
    return new errors/* IntegrityError */.cs(`The manifest ${name}:${reference} does not have the digest that it should have: the registry gave ${found}.`);
}

;// CONCATENATED MODULE: ./lib/oci/delete-manifest.js







/** 202 is what the specification says. */
const DELETED = new Set([200, 202, 204]);
/**
 * Deletes a tag or a manifest.
 *
 * A tag alone, or nothing: where a registry deletes by digest only, as distribution 2 does, that would
 * take all the other tags of the manifest with it, which nobody has asked for. Nor a blob that is no
 * manifest: distribution 2 takes any digest, and the blob is lost to the manifests that need it.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#content-management
 * @returns whether it was there
 * @throws CafsError `UNSUPPORTED`
 */
async function deleteManifest(endpoint, reference, signal) {
    const request = {
        method: 'DELETE',
        url: manifestUrl(endpoint, reference),
        signal,
        replay: false,
    };
    // Asked once: distribution 2 answers 500 where a digest is that of a blob, each time.
    const isManifest = async () => (await resolveManifest(endpoint, reference, signal, { replay: false })) !== undefined;
    if ((0,lib_digest/* isDigest */.Bc)(reference) && !(await isManifest()))
        return false;
    let isUnsure = false;
    return (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, async () => {
        try {
            const response = await endpoint.transport(request);
            if (response.status === 404) {
                await response.body.discard();
                // It may be gone because a try before has been heard, whose answer was lost.
                return isUnsure;
            }
            if (response.status === 400) {
                const refusal = await (0,oci_errors/* responseError */.U3)(request, response);
                // A rule forbids it; the registry could.
                if (refusal.code === 'DENIED')
                    throw refusal;
                if (await isAbsentTag(endpoint, reference, signal))
                    return isUnsure;
                throw unsupported(endpoint, reference, refusal);
            }
            if (!DELETED.has(response.status) || (0,http/* isPage */.yp)(response)) {
                throw await (0,oci_errors/* responseError */.U3)(request, response);
            }
            await response.body.discard();
            return true;
        }
        catch (error) {
            isUnsure ||= (0,oci_errors/* isTransient */.dg)(error);
            throw error;
        }
    });
}
/** Registries that do not delete tags say so of tags that are not there as well. */
async function isAbsentTag(endpoint, reference, signal) {
    if ((0,lib_digest/* isDigest */.Bc)(reference))
        return false;
    // Tried again by who deletes.
    return (await resolveManifest(endpoint, reference, signal, { replay: false })) === undefined;
}
/** Distribution 2 finds that a tag is an invalid digest: what it means is that it wants a digest. */
function unsupported(endpoint, reference, cause) {
    const { host } = endpoint.base;
    if ((0,lib_digest/* isDigest */.Bc)(reference)) {
        return new errors/* CafsError */.u('UNSUPPORTED', `${host} does not delete a manifest: ${cause.message}`, {
            cause,
            ...(cause.hint === undefined ? {} : { hint: cause.hint }),
        });
    }
    return new errors/* CafsError */.u('UNSUPPORTED', `${host} does not delete a tag: ${cause.message}`, {
        cause,
        hint: 'Delete the manifest by its digest, if all the tags that point to it may go.',
    });
}

;// CONCATENATED MODULE: ./lib/oci/address.js
/**
 * Reads a `Location`.
 *
 * `URL` changes addresses that are right as they are: it writes `'` as `%27`, and takes `..` away. That
 * does for where they lead to, and not for what is asked for there. What is no address as RFC 3986 has it
 * (with blanks, `<` or other alphabets) is asked for as `URL` writes it. User information is left out:
 * nobody has asked for it.
 *
 * @param base what it is relative to
 * @returns undefined for what is no address
 */
function parseAddress(text, base) {
    const url = URL.parse(text, base.href);
    if (url === null)
        return undefined;
    url.username = '';
    url.password = '';
    url.hash = '';
    return { url, target: writtenTarget(text) ?? `${url.pathname}${url.search}` };
}
const SCHEME_AND_HOST = /^https?:\/\/[\w\-.~%!$&'()*+,;=:@[\]]+(?=\/)/i;
const PATH_AND_QUERY = /^\/[\w\-.~%!$&'()*+,;=:@[\]/?]*/;
/** Path and query of an address that stands there as a whole, or has all but its host. */
function writtenTarget(text) {
    const host = SCHEME_AND_HOST.exec(text)?.[0];
    // Two slashes begin a host.
    if (host === undefined && text.startsWith('//'))
        return undefined;
    const rest = text.slice(host?.length ?? 0);
    const found = PATH_AND_QUERY.exec(rest)?.[0];
    const end = rest[found?.length ?? 0];
    return end === undefined || end === '#' ? found : undefined;
}

;// CONCATENATED MODULE: ./lib/oci/redirect.js





const MAX_REDIRECTS = 10;
/** All that another origin may learn: no credential, and nothing that a registry alone knows. */
const HARMLESS_HEADERS = new Set(['accept', 'content-type', 'range']);
/**
 * Follows redirects: blobs often lie at another host, behind a signed address.
 *
 * Only to TLS or to this machine, never from TLS to plain http, with no `Authorization` off the
 * origin, and no more than 10. A request with a body is sent again only where the status says that
 * method and body stay what they are (307, 308).
 *
 * @throws CafsError `REMOTE`
 */
function followingRedirects(next) {
    return async (request) => {
        let current = request;
        for (let count = 0;; count += 1) {
            const response = await next(current);
            const location = (0,http/* headerValue */.Z)(response, 'location');
            if (!isRedirect(response.status) || location === undefined)
                return response;
            await response.body.discard();
            if (count === MAX_REDIRECTS) {
                throw redirect_refused(request, `more than ${String(MAX_REDIRECTS)} redirects`);
            }
            current = redirected(current, response, location);
        }
    };
}
function isRedirect(status) {
    return [301, 302, 303, 307, 308].includes(status);
}
function redirected(request, response, location) {
    const keepsMethod = response.status === 307 || response.status === 308;
    if (!keepsMethod && request.method !== 'GET' && request.method !== 'HEAD') {
        throw redirect_refused(request, `a redirect with status ${String(response.status)}, which loses the body`);
    }
    const found = parseAddress(location, response.url);
    if (found === undefined)
        throw redirect_refused(request, 'a redirect to no valid address');
    const { url, target } = found;
    if (!(0,origin/* mayGoOn */.tg)(request.url, url)) {
        throw redirect_refused(request, `a redirect to ${(0,origin/* shownUrl */.zA)(url)}, where bytes would go in the clear`);
    }
    if (request.confidential === true && url.origin !== request.url.origin) {
        throw redirect_refused(request, `a redirect to ${(0,origin/* shownUrl */.zA)(url)}, which must not get what was sent`);
    }
    const headers = url.origin === request.url.origin ? request.headers : harmless(request.headers ?? {});
    return { ...request, url, target, ...(headers === undefined ? {} : { headers }) };
}
function harmless(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name)));
}
function redirect_refused(request, what) {
    return new errors/* CafsError */.u('REMOTE', `${request.method} ${(0,origin/* shownUrl */.zA)(request.url)} led to ${(0,secrets/* maskOf */._)(request)(what)}; it is not followed.`, { hint: `Check the address and the configuration of ${request.url.host}.` });
}

// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
;// CONCATENATED MODULE: ./lib/oci/manifest-parts.js







/** Requests at the same time. */
const CONCURRENCY = 8;
const SHOWN = 3;
/**
 * Whether a registry refuses a manifest for what it names: that is not there, or, as distribution 2 says it
 * while another writer stores the same blob, has no digest.
 */
function isPartUnknown(error) {
    return (error instanceof oci_errors/* ResponseError */.o3 &&
        error.names('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_UNKNOWN', 'DIGEST_INVALID'));
}
/**
 * Looks what is missing of what a manifest or an index names, after a registry said that something is. GHCR
 * says so now and then of blobs that it has just taken: the manifest will do a moment later.
 *
 * @throws NotFoundError where something is missing indeed; the cause, where it is not known what the
 *   manifest names
 */
async function manifest_parts_assertComplete(endpoint, sent, cause, signal) {
    const digests = digestsIn(sent);
    if (digests.length === 0)
        throw cause;
    const isIndex = INDEXES.has(sent.mediaType);
    const missing = [];
    await (0,p_map/* default */.Ay)(digests, async (digest) => {
        if (await isMissing(endpoint, digest, isIndex, signal))
            missing.push(digest);
    }, { concurrency: CONCURRENCY });
    if (missing.length === 0)
        return;
    const more = missing.length > SHOWN ? ` and ${String(missing.length - SHOWN)} more` : '';
    const [what, call] = isIndex ? ['index', 'putManifest'] : ['manifest', 'putBlob'];
    throw new errors/* NotFoundError */.m_(`The registry does not have what the ${what} names: ${missing.slice(0, SHOWN).join(', ')}${more}.`, { cause, hint: `Store that first (${call}), in this repository, and then the ${what}.` });
}
const INDEXES = new Set([types/* MEDIA_TYPE_INDEX */.D4, types/* MEDIA_TYPE_DOCKER_INDEX */.eL]);
/** Whether something is surely not there: where the registry does not say, the manifest is tried again. */
async function isMissing(endpoint, digest, isManifest, signal) {
    try {
        return isManifest
            ? (await resolveManifest(endpoint, digest, signal, { replay: false })) === undefined
            : !(await blobExists(endpoint, digest, { signal, replay: false }));
    }
    catch {
        signal?.throwIfAborted();
        return false;
    }
}
function digestsIn({ bytes, mediaType }) {
    let named = [];
    try {
        named = (0,manifest/* namedBy */.T)(bytes, mediaType);
    }
    catch {
        // The registry has told what is wrong with it.
    }
    return [...new Set(named.map(({ digest }) => digest))];
}

;// CONCATENATED MODULE: ./lib/oci/store-manifest.js








/**
 * Stores a manifest under a tag or its digest.
 *
 * @param bytes checked by `assertManifest`
 * @param options.notAfter see {@link PutManifestOptions}
 */
async function storeManifest(endpoint, reference, bytes, descriptor, { signal, notAfter: given } = {}) {
    const notAfter = given ?? endpoint.policy.clock.monotonic() + MOVE_WINDOW_MS;
    const request = {
        method: 'PUT',
        url: manifestUrl(endpoint, reference),
        headers: { 'content-type': descriptor.mediaType },
        body: bytes,
        signal,
        replay: false,
        notAfter,
    };
    const sent = { bytes, mediaType: descriptor.mediaType };
    let isUnsure = false;
    const put = async () => {
        try {
            const response = await endpoint.transport(request);
            if (response.status < 200 || response.status > 299 || (0,http/* isPage */.yp)(response)) {
                throw await (0,oci_errors/* responseError */.U3)(request, response);
            }
            await response.body.discard();
            const told = (0,http/* headerValue */.Z)(response, 'docker-content-digest');
            if ((0,lib_digest/* isDigest */.Bc)(told) && told !== descriptor.digest) {
                throw otherDigest(endpoint, reference, told);
            }
        }
        catch (error) {
            if (isPartUnknown(error))
                await manifest_parts_assertComplete(endpoint, sent, error, signal);
            isUnsure ||= (0,oci_errors/* isTransient */.dg)(error);
            if (!isUnsure || !(await pointsTo(endpoint, reference, descriptor, signal))) {
                throw error;
            }
        }
    };
    await (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, put, {
        notAfter,
        passes: (error) => (0,oci_errors/* isTransient */.dg)(error) || isPartUnknown(error),
    });
}
/** Whether a PUT went through whose answer was lost. */
async function pointsTo(endpoint, reference, { digest }, signal) {
    try {
        const found = await resolveManifest(endpoint, reference, signal, { replay: false });
        return found?.digest === digest;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./lib/oci/link.js

/**
 * Reads all `Link` headers of a response, each of which may hold several links. What is malformed
 * ends its header; the links before it count.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#appendix-B.2
 * @example
 * parseLinks(['</v2/a/tags/list?last=x>; rel="next"'])
 */
function parseLinks(headers) {
    return headers.flatMap((header) => link_parseHeader(new Scanner(header)));
}
/**
 * The address of the next page; undefined on the last one. Only path and query are taken from the
 * link: a registry behind a proxy may not know its own host or that it is reached over TLS, and
 * nothing that it says makes a page, and the credentials for it, go anywhere else.
 *
 * @param base where the response came from
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
function parseNextLink(headers, base) {
    for (const { target, params } of parseLinks(headers)) {
        const relations = params.get('rel')?.toLowerCase().split(/\s+/) ?? [];
        // With an anchor, it is a link of something else than this page.
        if (!relations.includes('next') || params.has('anchor'))
            continue;
        const url = URL.parse(target, base.href);
        if (url === null || !/^https?:$/.test(url.protocol))
            continue;
        const next = new URL(base.href);
        // Set one by one: as the text of an address, a path that begins with `//` would be a host.
        next.pathname = url.pathname;
        next.search = url.search;
        next.hash = '';
        return next;
    }
    return undefined;
}
function link_parseHeader(scanner) {
    const links = [];
    for (;;) {
        scanner.skip(/[\s,]*/y);
        const target = scanner.take(/<[^>]*>/y);
        if (target === undefined)
            return links;
        const params = parseParams(scanner);
        links.push({ target: target.slice(1, -1).trim(), params });
        if (scanner.take(/\s*,/y) === undefined)
            return links;
    }
}
function parseParams(scanner) {
    const params = new Map();
    while (scanner.take(/\s*;\s*/y) !== undefined) {
        const name = scanner.takeToken()?.toLowerCase();
        // `<...>;; rel=next`
        if (name === undefined)
            continue;
        let value = '';
        if (scanner.take(/\s*=\s*/y) !== undefined) {
            value = scanner.takeQuoted() ?? scanner.take(/[^\s;,"]+/y) ?? '';
        }
        if (!params.has(name))
            params.set(name, value);
    }
    return params;
}

;// CONCATENATED MODULE: ./lib/oci/tags.js








/** Tags asked for at once: more is an error at ECR. GHCR gives 100 whatever is asked. */
const PAGE = 1000;
const MAX_PAGES = 1000;
const MAX_TAGS = 200_000;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
/** Distribution says `null` where there are none. */
const tags_ANSWER = dist/* object */.Ikc({ tags: dist/* nullish */.cl6(dist/* array */.YOg(dist/* pipe */.FsL(dist/* string */.YjP(), dist/* check */.z6Y(oci_reference/* isTag */.dz))), []) });
/**
 * All tags of a repository, page by page; none where the repository does not exist. A list that is cut
 * short is an error, and not taken for the whole.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
async function fetchTags(endpoint, signal) {
    const tags = new Set();
    const pages = new Set();
    let given = 0;
    let url = new URL(`tags/list?n=${String(PAGE)}`, endpoint.base);
    while (url !== undefined) {
        if (pages.size === MAX_PAGES || given > MAX_TAGS || pages.has(url.href)) {
            throw new errors/* CafsError */.u('REMOTE', `The list of tags of ${endpoint.name} does not end.`, {
                hint: 'Delete tags that are no longer needed.',
            });
        }
        const page = await fetchPage(endpoint, url, pages.size === 0, signal);
        pages.add(url.href);
        given += page.tags.length;
        for (const tag of page.tags)
            tags.add(tag);
        url = page.next;
    }
    return [...tags];
}
async function fetchPage(endpoint, url, isFirst, signal) {
    const request = {
        method: 'GET',
        url,
        headers: { accept: 'application/json' },
        signal,
        replay: false,
    };
    return (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, async () => {
        const response = await endpoint.transport(request);
        if (response.status === 404 && isFirst) {
            await (0,oci_errors/* assertAbsent */.av)(request, response);
            return { tags: [], next: undefined };
        }
        if (response.status !== 200)
            throw await (0,oci_errors/* responseError */.U3)(request, response);
        const what = `list of tags of ${endpoint.name}`;
        const tags = parseTags(await (0,body/* readLimited */.tk)(response, what, MAX_PAGE_BYTES), what);
        return { tags, next: parseNextLink((0,http/* headerValues */.UE)(response, 'link'), response.url) };
    });
}
function parseTags(bytes, what) {
    let body;
    try {
        body = JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch {
        // No cause: the message of a SyntaxError quotes the text.
        throw new errors/* CafsError */.u('MALFORMED', `The ${what} is no JSON.`);
    }
    const answer = dist/* safeParse */.xLC(tags_ANSWER, body);
    if (answer.success)
        return answer.output.tags;
    throw new errors/* CafsError */.u('MALFORMED', `The ${what} is not what the specification says.`);
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
;// CONCATENATED MODULE: ./lib/oci/proxied.js



/**
 * The way by proxies. What goes wrong with a proxy is said of the proxy: the registry behind it may be
 * well.
 *
 * @param connectMs how long a proxy may take to make a connection, in milliseconds
 */
function openProxied(proxies, options, connectMs) {
    return new undici/* EnvHttpProxyAgent */.J2({
        ...options,
        ...proxies,
        // What goes by no proxy does not come here.
        noProxy: '',
        connectTimeout: connectMs,
        // For TLS: a tunnel. It is a part of the connection, and bears no longer silence.
        clientFactory: (proxy, pool) => saying(new undici/* Pool */.bC(proxy, { ...pool, headersTimeout: connectMs }), proxy),
        // In the clear: the proxy is asked instead of the registry.
        factory: (origin, pool) => origin === proxies.httpProxy ? forwarding(origin, pool) : new undici/* Pool */.bC(origin, pool),
    });
}
/** What a proxy that forwards requests in the clear refused, if it was that. */
function refusedForward(error, { host }, proxy) {
    const isRefusal = error instanceof Error && error.message.includes(UNAUTHENTICATED);
    return isRefusal ? proxied_refused(proxy, host, 407, error) : undefined;
}
/** All that undici says of a 407 that does not end a tunnel. */
const UNAUTHENTICATED = 'Proxy Authentication Required (407)';
/** The same connections to a proxy, whose tunnels fail with errors about it. */
function saying(pool, proxy) {
    const connect = pool.connect.bind(pool);
    return Object.assign(pool, {
        connect: async (options) => {
            const tunnel = await connect(options).catch((error) => {
                throw unusable(proxy, options.path, error);
            });
            if (tunnel.statusCode === 200)
                return tunnel;
            tunnel.socket.on('error', () => undefined).destroy();
            throw proxied_refused(proxy, options.path, tunnel.statusCode);
        },
    });
}
/** Connections to a proxy that forwards requests. */
function forwarding(origin, options) {
    const { connect } = options;
    if (typeof connect !== 'function')
        return new undici/* Pool */.bC(origin, options);
    const proxy = new URL(origin);
    return new undici/* Pool */.bC(origin, {
        ...options,
        connect: (target, done) => {
            connect(target, (...[error, socket]) => {
                if (error === null)
                    done(null, socket);
                else
                    done(unusable(proxy, 'a registry', error), null);
            });
        },
    });
}
function unusable(proxy, target, cause) {
    const { code, message, hint, transient } = (0,connection_error/* connectionError */.$t)(cause, proxy);
    return new connection_error/* ConnectionError */.Rc(code, `The proxy ${proxy.host} does not lead to ${target}: ${message}`, {
        cause,
        transient,
        hint: `${hint ?? ''} ${connection_error/* WHERE_PROXIES_ARE_NAMED */.C}`.trim(),
    });
}
function proxied_refused(proxy, target, status, cause) {
    const message = `The proxy ${proxy.host} does not lead to ${target}: it answered ${String(status)}.`;
    const wish = `It wants to know who asks: write http://USER:PASSWORD@${proxy.host}, with what it takes.`;
    return new connection_error/* ConnectionError */.Rc('UNREACHABLE', message, {
        cause,
        transient: (0,oci_errors/* isTransientStatus */.Dm)(status),
        hint: status === 407 ? `${wish} ${connection_error/* WHERE_PROXIES_ARE_NAMED */.C}` : connection_error/* WHERE_PROXIES_ARE_NAMED */.C,
    });
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/oci/no-proxy.js


/**
 * Whether a list as in `NO_PROXY` names where an address leads. What stands there, between commas or blanks,
 * is a host (`example.com` or `.example.com`, with all that is below it; `*.example.com`, only what is below
 * it), an IP address, a network (`10.0.0.0/8`), or `*` for all; behind any but a network a port may stand.
 *
 * @see https://about.gitlab.com/blog/2021/01/27/we-need-to-talk-no-proxy/
 */
function isExempt(url, noProxy) {
    const host = (0,origin/* bareHost */.n0)(url);
    const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? '') : url.port;
    return noProxy
        .toLowerCase()
        .split(/[,\s]+/)
        .some((entry) => no_proxy_covers(entry, host, port));
}
const DEFAULT_PORTS = { 'http:': '80', 'https:': '443' };
function no_proxy_covers(entry, host, port) {
    const [, network, bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
    if (network !== undefined)
        return isWithin(host, network, Number(bits));
    // More than one colon, without brackets, is an IPv6 address.
    const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry);
    const [, address, name = entry, wantedPort = port] = parts ?? [];
    if (wantedPort !== port)
        return false;
    if (name === '*')
        return true;
    if ((0,external_node_net_.isIP)(host) !== 0) {
        const given = address ?? name;
        return isWithin(host, given, (0,external_node_net_.isIP)(given) === 6 ? 128 : 32);
    }
    const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
    if (domain === '')
        return false;
    return host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('*'));
}
function isWithin(host, network, bits) {
    const version = (0,external_node_net_.isIP)(network);
    if (version === 0 || bits > (version === 6 ? 128 : 32))
        return false;
    const range = [network, bits];
    return version === 6 ? (0,origin/* isListed */.yy)(host, [], [range]) : (0,origin/* isListed */.yy)(host, [range], []);
}

;// CONCATENATED MODULE: ./lib/oci/proxies.js




const SCHEMES = new Set(['http:', 'https:', 'socks:', 'socks5:']);
/**
 * What `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` hold, in lower case or else in upper case. As for
 * curl, `proxy.example:3128` is `http://proxy.example:3128`.
 *
 * @see https://everything.curl.dev/usingcurl/proxies/env.html
 * @throws CafsError `INVALID_INPUT` where one is no address of a proxy
 */
function proxiesOf(env = (0,environment/* environment */.c)()) {
    return {
        httpProxy: proxyOf('HTTP_PROXY', env),
        httpsProxy: proxyOf('HTTPS_PROXY', env),
        noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    };
}
/** The proxy by which an address is asked; undefined: by none, as this machine, which no proxy can reach. */
function proxyFor(url, { httpProxy, httpsProxy, noProxy }) {
    const proxy = url.protocol === 'https:' && httpsProxy !== '' ? httpsProxy : httpProxy;
    if (proxy === '' || (0,origin/* isLoopback */.U9)(url) || isExempt(url, noProxy))
        return undefined;
    return new URL(proxy);
}
function proxyOf(name, env) {
    const text = (env[name.toLowerCase()] ?? env[name] ?? '').trim();
    if (text === '')
        return '';
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url !== null && SCHEMES.has(url.protocol) && isDecodable(url))
        return url.href;
    // It may hold a password, and is not shown.
    throw new errors/* CafsError */.u('INVALID_INPUT', `The variable ${name} holds no address of a proxy.`, {
        hint: 'Write it like "http://proxy.example:3128"; in a password, a "%" is "%25" and an "@" is "%40".',
    });
}
function isDecodable({ username, password }) {
    try {
        decodeURIComponent(username + password);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./lib/oci/watchdog.js

/** What may lie in buffers on its way when the last piece has been handed over, in bytes. */
const BUFFERED = 4 * 1024 * 1024;
/** A line slower than this is taken for dead: 64 KiB/s, in bytes per millisecond. */
const SLOWEST_LINE = 64;
/** A registry that hashes and stores what it has got slower than 10 MB/s, too. */
const SLOWEST_SERVER = 10_000;
/** Ends a request whose body is not taken, or not answered. */
class Watchdog {
    #patience;
    #controller = new AbortController();
    #reason;
    #timer;
    #isOver = false;
    /** @param reason what the request then ends with */
    constructor(patience, reason) {
        this.#patience = patience;
        this.#reason = reason;
    }
    /** Ends the request. */
    get signal() {
        return this.#controller.signal;
    }
    /** The pieces of a body, watched from the first one to the answer. */
    async *watch(body) {
        for await (const piece of bodyPieces(body)) {
            // Whoever sends asks for the next piece when there is room for it.
            this.#expect(this.#patience.piece);
            yield piece;
            this.#rest();
        }
        const size = bodySize(body);
        const onItsWay = Math.min(size, BUFFERED) / SLOWEST_LINE;
        this.#expect(this.#patience.answer + onItsWay + size / SLOWEST_SERVER);
    }
    #expect(ms) {
        this.#rest();
        // An answer may come before all has been sent.
        if (this.#isOver)
            return;
        this.#timer = setTimeout(() => {
            this.#controller.abort(this.#reason());
        }, ms);
    }
    #rest() {
        clearTimeout(this.#timer);
    }
    /** The answer has come, or nobody waits for it any more. */
    [Symbol.dispose]() {
        this.#isOver = true;
        this.#rest();
    }
}
/**
 * The chunks of a body that comes, unless it comes more slowly than one that goes may be taken: for each
 * 256 KiB of it, and for what is left at its end, is waited as long as that. The time that whoever reads
 * takes is not counted. For a chunk that never comes somebody else must look.
 *
 * @param reason what a slower one ends with
 */
async function* notTooSlowly(chunks, ms, reason) {
    let waited = 0;
    let got = 0;
    let since = performance.now();
    for await (const chunk of chunks) {
        waited += performance.now() - since;
        got += chunk.byteLength;
        if (got >= SLICE_BYTES) {
            got = 0;
            waited = 0;
        }
        else if (waited > ms)
            throw reason();
        yield chunk;
        since = performance.now();
    }
}

;// CONCATENATED MODULE: ./lib/oci/undici-transport.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});







const DEFAULT_TIMEOUTS = { connect: 10_000, headers: 30_000, body: 30_000 };
/** A body that is given up is read on for a moment, which keeps the connection for the next call. */
const DISCARD_BYTES = 64 * 1024;
const DISCARD_MS = 1000;
/** undici looks for silence once in such a while: what comes slowly has no less time than what stops. */
const TICK_MS = 1000;
/** Answers before the answer (`103 Early Hints`). undici waits anew after each of them. */
const MAX_INTERIM = 20;
/**
 * HTTP by undici, one exchange per call. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured,
 * except for this machine, which no proxy can reach.
 *
 * @throws CafsError `INVALID_INPUT` where such a variable holds no address of a proxy
 */
function openConnections(timeouts = DEFAULT_TIMEOUTS) {
    const options = {
        // Packs are large: connections side by side carry more than streams that share one window.
        allowH2: false,
        connect: { timeout: timeouts.connect },
    };
    const direct = new undici/* Agent */.g6(options);
    const proxies = proxiesOf();
    const proxied = openProxied(proxies, options, timeouts.connect);
    const destroy = async () => {
        await Promise.all([direct.destroy(), proxied.destroy()]);
    };
    return {
        transport: (request) => {
            const proxy = proxyFor(request.url, proxies);
            const dispatcher = proxy === undefined ? direct : proxied;
            return exchange({ dispatcher, proxy }, request, timeouts);
        },
        close: destroy,
    };
}
async function exchange({ dispatcher, proxy }, request, timeouts) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { method, url, target, headers, body, signal } = request;
        signal?.throwIfAborted();
        const size = bodySize(body);
        const watchdog = __addDisposableResource(env_1, new Watchdog({ piece: timeouts.body, answer: timeouts.headers }, () => (0,connection_error/* silence */.ao)(url, 'went silent in the middle of an upload', { proxy })), false);
        const sends = body !== undefined && size > 0;
        let unreadable;
        const pieces = (content) => reporting(watchdog.watch(content), (error) => {
            unreadable = { error };
        });
        const endless = new AbortController();
        let interim = 0;
        const stops = [...(signal ? [signal] : []), ...(sends ? [watchdog.signal] : []), endless.signal];
        try {
            const response = await dispatcher.request({
                origin: url.origin,
                path: target ?? `${url.pathname}${url.search}`,
                method,
                headers: {
                    'user-agent': 'cafs-action',
                    'accept-encoding': 'identity',
                    ...(sends ? { 'content-length': String(size) } : {}),
                    ...headers,
                },
                body: sends ? streamOf(pieces(body)) : null,
                // The watchdog knows when the body has been sent: the wait for an answer starts then.
                headersTimeout: sends ? 0 : timeouts.headers,
                bodyTimeout: timeouts.body,
                onInfo: () => {
                    interim += 1;
                    if (interim <= MAX_INTERIM)
                        return;
                    endless.abort((0,connection_error/* silence */.ao)(url, 'only says that it will answer', { proxy }));
                },
                signal: AbortSignal.any(stops),
            });
            return {
                status: response.statusCode,
                headers: response.headers,
                url,
                body: new UndiciBody(response.body, { request, proxy }, timeouts.body),
                proxy: isForwarded(url, proxy) ? proxy.host : undefined,
            };
        }
        catch (error) {
            signal?.throwIfAborted();
            watchdog.signal.throwIfAborted();
            endless.signal.throwIfAborted();
            if (unreadable !== undefined)
                throw unreadable.error;
            if (error instanceof connection_error/* ConnectionError */.Rc)
                throw error;
            throw ((proxy && refusedForward(error, url, proxy)) ??
                (0,connection_error/* connectionError */.$t)(error, url, { proxy, limits: timeouts }));
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/** Whether a proxy reads what passes: neither in a tunnel to TLS, nor as SOCKS. */
function isForwarded(url, proxy) {
    return url.protocol === 'http:' && proxy?.protocol.startsWith('http') === true;
}
/** Small buffers: what has been handed over is to be nearly what has been sent. */
function streamOf(pieces) {
    return external_node_stream_.Readable.from(pieces, { objectMode: false, highWaterMark: 64 * 1024 });
}
class UndiciBody {
    #body;
    #request;
    #proxy;
    #patienceMs;
    /** @param patienceMs how slowly it may come, see {@link notTooSlowly} */
    constructor(body, { request, proxy }, patienceMs) {
        this.#body = body;
        this.#request = request;
        this.#proxy = proxy;
        this.#patienceMs = patienceMs;
        // Nobody may be reading at the moment when a connection breaks.
        body.on('error', () => undefined);
    }
    async *[Symbol.asyncIterator]() {
        const { url, signal } = this.#request;
        const proxy = this.#proxy;
        try {
            yield* notTooSlowly(this.#body, this.#patienceMs + TICK_MS, () => (0,connection_error/* silence */.ao)(url, 'sends its answer too slowly', { proxy }));
        }
        catch (error) {
            signal?.throwIfAborted();
            if (error instanceof connection_error/* ConnectionError */.Rc)
                throw error;
            throw (0,connection_error/* connectionError */.$t)(error, url, { proxy, limits: { body: this.#patienceMs } });
        }
    }
    async discard() {
        if (this.#body.readableDidRead) {
            this.#body.destroy();
            return;
        }
        const signal = AbortSignal.timeout(DISCARD_MS);
        await this.#body.dump({ limit: DISCARD_BYTES, signal }).catch(() => undefined);
    }
}

;// CONCATENATED MODULE: ./lib/oci/upload-session.js







/**
 * Starts an upload.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 * @returns where the blob is to be sent
 */
async function startUpload(endpoint, digest, signal) {
    const request = { ...postTo(endpoint), signal };
    const response = await endpoint.transport(request);
    if (response.status !== 202)
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    await response.body.discard();
    return uploadAt(response, digest);
}
/**
 * Asks a registry to take a blob from another of its repositories, or else to start an upload.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository
 * @param from the other repository's name
 * @returns undefined where the blob is there now; else where it is to be sent
 */
async function mountOrStart(endpoint, digest, from, signal) {
    const request = { ...postTo(endpoint), signal, alsoPullFrom: from };
    request.url.searchParams.set('mount', digest);
    request.url.searchParams.set('from', from);
    const response = await endpoint.transport(request);
    if (response.status === 201) {
        await assertStored(request, response, digest);
        return undefined;
    }
    if (response.status !== 202)
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    await response.body.discard();
    return uploadAt(response, digest);
}
/**
 * Reads an answer that says that a blob is stored.
 *
 * @throws CafsError `REMOTE` where it is a page, which a login or a proxy has written; `INTEGRITY` where it is
 *   about another blob
 */
async function assertStored(request, response, digest) {
    if ((0,http/* isPage */.yp)(response))
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    await response.body.discard();
    const told = (0,http/* headerValue */.Z)(response, 'docker-content-digest');
    if ((0,lib_digest/* isDigest */.Bc)(told) && told !== digest) {
        throw new errors/* IntegrityError */.cs(`The blob ${digest} arrived with another digest: ${told}.`);
    }
}
/** Never sent again by itself: each one starts another upload. */
function postTo({ base }) {
    return { method: 'POST', url: new URL('blobs/uploads/', base), replay: false };
}
/** The address that a registry gave, with the digest behind its query. Nothing else of it changes. */
function uploadAt(response, digest) {
    const location = (0,http/* headerValue */.Z)(response, 'location');
    const found = location === undefined ? undefined : parseAddress(location, response.url);
    if (found === undefined) {
        throw new errors/* CafsError */.u('MALFORMED', `${response.url.host} started an upload but did not say where it goes on.`);
    }
    if (!(0,origin/* mayGoOn */.tg)(response.url, found.url)) {
        throw new errors/* CafsError */.u('REMOTE', `${response.url.host} wants an upload to go to ${(0,secrets/* maskOf */._)({}, response)((0,origin/* shownUrl */.zA)(found.url))}, in the clear.`, { hint: 'A proxy before the registry should set X-Forwarded-Proto: https.' });
    }
    const target = found.target.replace(/\?$/, '');
    const separator = target.includes('?') ? '&' : '?';
    return { ...found, target: `${target}${separator}digest=${encodeURIComponent(digest)}` };
}

;// CONCATENATED MODULE: ./lib/oci/upload.js





/**
 * Uploads a blob: POST, then one PUT with all of it. Pieces (PATCH) are what registries agree on
 * least. After a failure the blob starts over with a new session, unless it turns out to be there:
 * a PUT that was done but whose answer was lost must not be sent again.
 *
 * The bytes are hashed on their way: others than those of the digest are not sent to their end, whether
 * or not the registry would notice.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 */
async function uploadBlob(endpoint, digest, content, { signal, mayExist = false, mountFrom } = {}) {
    if (bodySize(content) === 0)
        assertEmpty(digest);
    if (mayExist && (await isThere(endpoint, digest, signal)))
        return;
    const body = verified(content, digest, { sourceMs: endpoint.sourceMs, signal });
    let from = mountFrom;
    const upload = async () => {
        const mounted = from;
        // What could not be mounted once will not be at the next try.
        from = undefined;
        const place = await begin(endpoint, digest, mounted, signal);
        if (place === undefined)
            return;
        try {
            await finishUpload(endpoint, place, digest, body, signal);
        }
        catch (error) {
            if (!isUnsure(error) || !(await turnsOutToExist(endpoint, digest, signal)))
                throw error;
        }
    };
    await (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, upload, { passes: isUnsure });
}
/** Whether the blob is there, as far as the registry can tell. */
async function isThere(endpoint, digest, signal) {
    try {
        return await blobExists(endpoint, digest, { signal });
    }
    catch (error) {
        // To look only saves time. A registry that cannot say it may still take the blob.
        if (error instanceof oci_errors/* ResponseError */.o3 && !(0,oci_errors/* isTransient */.dg)(error))
            return false;
        throw error;
    }
}
/** Starts an upload; undefined where none is needed, since another repository had the blob. */
async function begin(endpoint, digest, from, signal) {
    if (from === undefined)
        return startUpload(endpoint, digest, signal);
    try {
        const mount = () => mountOrStart(endpoint, digest, from, signal);
        return await (0,oci_retry/* retrying */.R$)(endpoint.policy, signal, mount, { passes: asksToWait });
    }
    catch {
        signal?.throwIfAborted();
        // To mount only saves time. Where it fails, for whatever reason, the bytes are sent.
        return startUpload(endpoint, digest, signal);
    }
}
/** Whether a registry wants to be asked later: by an upload at once it would be asked still more. */
function asksToWait(error) {
    if (!(error instanceof oci_errors/* ResponseError */.o3) || !(0,oci_errors/* isTransient */.dg)(error))
        return false;
    return error.status === 429 || error.status === 503 || error.retryAfterMs !== undefined;
}
/** Whether the blob may be there all the same, or the session is gone: a new one may do better. */
function isUnsure(error) {
    return ((0,oci_errors/* isTransient */.dg)(error) || (error instanceof oci_errors/* ResponseError */.o3 && error.names('BLOB_UPLOAD_UNKNOWN')));
}
async function turnsOutToExist(endpoint, digest, signal) {
    try {
        return await blobExists(endpoint, digest, { signal, replay: false });
    }
    catch {
        // What counts is why the upload failed.
        return false;
    }
}
async function finishUpload({ transport }, place, digest, body, signal) {
    const headers = { 'content-type': 'application/octet-stream' };
    const request = { method: 'PUT', ...place, headers, body, signal, replay: false };
    const response = await transport(request);
    if (response.status !== 201 && response.status !== 204) {
        throw await (0,oci_errors/* responseError */.U3)(request, response);
    }
    await assertStored(request, response, digest);
}

;// CONCATENATED MODULE: ./lib/oci/registry.js























/**
 * A repository in a registry, by the OCI distribution protocol.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
class RegistryRemote {
    name;
    traits = {};
    #repository;
    #meter = new Meter();
    #connections;
    #endpoint;
    #lifetime;
    constructor(repository, options = {}) {
        const { credentials, retry = {}, timeouts = {}, observer } = options;
        const policy = { ...(0,lib_options/* withDefaults */.rO)(retry, oci_retry/* DEFAULT_POLICY */.zj), observer };
        this.#lifetime = new Lifetime(options.signal);
        this.name = (0,oci_reference/* formatRepository */.Sh)(repository);
        this.#repository = repository;
        this.#connections = openConnections((0,lib_options/* withDefaults */.rO)(timeouts, DEFAULT_TIMEOUTS));
        const base = baseUrl(repository, options.plainHttp);
        const counted = metered(this.#connections.transport, this.#meter);
        const inTime = withDeadlines(counted, policy.clock);
        const transport = withAuth((0,oci_retry/* withRetries */.LH)(followingRedirects(inTime), policy), {
            registry: base,
            host: repository.host,
            repository: repository.name,
            credentials,
            policy,
            signal: this.#lifetime.signal,
        });
        this.#endpoint = { name: this.name, base, transport, policy, sourceMs: timeouts.source };
    }
    get stats() {
        return this.#meter;
    }
    async resolve(reference, options = {}) {
        return resolveManifest(this.#endpoint, reference, this.#lifetime.begin(options));
    }
    async getManifest(reference, options = {}) {
        return fetchManifest(this.#endpoint, reference, this.#lifetime.begin(options));
    }
    async putManifest(bytes, mediaType, tags, { signal: given, notAfter, expected } = {}) {
        if (expected !== undefined) {
            throw new errors/* CafsError */.u('UNSUPPORTED', 'A registry cannot compare a tag and move it in one step.');
        }
        assertManifest(bytes, mediaType);
        const descriptor = { mediaType, digest: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
        const references = tags.length === 0 ? [descriptor.digest] : tags.map(oci_reference/* parseTag */.ED);
        const options = {
            signal: this.#lifetime.begin({ signal: given }),
            // By its digest alone it overwrites nothing.
            notAfter: tags.length === 0 ? Number.POSITIVE_INFINITY : notAfter,
        };
        for (const reference of references) {
            await storeManifest(this.#endpoint, reference, bytes, descriptor, options);
        }
        return descriptor;
    }
    async hasBlob(digest, options = {}) {
        const { size } = options;
        const signal = this.#lifetime.begin(options);
        return blobExists(this.#endpoint, (0,lib_digest/* parseDigest */.m)(digest), { signal, size });
    }
    async getBlob(blob, options = {}) {
        return downloadBlob(this.#endpoint, checked(blob), this.#lifetime.begin(options));
    }
    getBlobStream(blob, options = {}) {
        const { endpoint, lifetime } = { endpoint: this.#endpoint, lifetime: this.#lifetime };
        // What is wrong with the arguments is thrown where the stream is read, like all else.
        return (async function* () {
            yield* streamBlob(endpoint, checked(blob), lifetime.begin(options));
        })();
    }
    async getBlobRange(blob, range, options = {}) {
        return downloadRange(this.#endpoint, checked(blob), range, this.#lifetime.begin(options));
    }
    async putBlob(digest, content, options = {}) {
        const { mayExist, mountFrom } = options;
        await uploadBlob(this.#endpoint, (0,lib_digest/* parseDigest */.m)(digest), checkedContent(content), {
            mayExist,
            mountFrom: mountFrom === undefined ? undefined : siblingOf(this.#repository, mountFrom),
            signal: this.#lifetime.begin(options),
        });
    }
    async delete(reference, options = {}) {
        return deleteManifest(this.#endpoint, reference, this.#lifetime.begin(options));
    }
    async listTags(options = {}) {
        return fetchTags(this.#endpoint, this.#lifetime.begin(options));
    }
    async close() {
        // What waits to try again has no connection that could end it.
        this.#lifetime.end(this.name);
        await this.#connections.close();
    }
}
/**
 * The name of another repository in the same registry: it becomes part of an address and of a scope. A
 * first part with a dot may be a host or a part of the name, as where a registry keeps copies of others:
 * `docker.io/library/alpine`.
 *
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where a host stands before it
 */
function siblingOf({ host }, name) {
    const [first = '', ...rest] = name.split('/');
    const isHost = first.includes(':') || (0,oci_reference/* isLocalhost */.M8)(first) || (0,oci_reference/* canonicalHost */.rQ)(first) === host;
    if (isHost && rest.length > 0) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `mountFrom names a host: ${(0,quoted/* quoted */.T)(name)}.`, {
            hint: `A registry takes blobs from its own repositories only. Give the path of one at ${host}, without a host: "owner/other".`,
        });
    }
    const sibling = (0,oci_reference/* parseRepository */.SU)(`${host}/${name}`);
    return sibling.kind === 'registry' ? sibling.name : name;
}
/**
 * A digest becomes part of an address, and a descriptor has more fields than are wanted.
 *
 * @throws CafsError `INVALID_DIGEST`; `INVALID_INPUT` where the size is none
 */
function checked({ digest, size }) {
    const parsed = (0,lib_digest/* parseDigest */.m)(digest);
    if (Number.isSafeInteger(size) && size >= 0)
        return { digest: parsed, size };
    throw new errors/* CafsError */.u('INVALID_INPUT', `${String(size)} is no size of a blob (${parsed}).`);
}

;// CONCATENATED MODULE: ./lib/oci/open.js









/**
 * Opens a remote: a repository in a registry, or an image layout in a folder. Nothing is sent or
 * written before the first call needs it.
 *
 * @example
 * const remote = openRemote('ghcr.io/owner/repo/cafs', { credentials });
 * const layout = openRemote('oci:./cache');
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` for an option, and where a variable holds no
 *   address of a proxy
 */
function openRemote(text, options = {}) {
    (0,lib_options/* checkOptions */.Jr)(options, open_OPTIONS);
    return new CheckedRemote(openUnchecked(text, options));
}
function openUnchecked(text, options) {
    const repository = (0,oci_reference/* parseRepository */.SU)(text);
    if (repository.kind === 'registry') {
        const { credentials: given } = options;
        const credentials = given === undefined ? dockerCredentials() : (0,oci_credentials/* checkedAuthenticator */.v9)(given);
        return new RegistryRemote(repository, { ...options, credentials });
    }
    return new LayoutRemote((0,external_node_path_.resolve)(options.cwd ?? '.', repository.folder), {
        name: text,
        signal: options.signal,
        sourceMs: options.timeouts?.source,
    });
}
/** Far longer than anybody waits, and such that timers can count it: Node's go up to 24 days. */
const DAY_MS = 24 * 60 * 60 * 1000;
const A_TIMEOUT = `it must be milliseconds, from 1 to ${String(DAY_MS)}, which is a day`;
const timeout = dist/* optional */.lqM(dist/* pipe */.FsL(dist/* number */.aig(A_TIMEOUT), dist/* minValue */.Wwf(1, A_TIMEOUT), dist/* maxValue */.cGV(DAY_MS, A_TIMEOUT)));
const A_WAIT = 'it must be milliseconds, 0 or more';
const wait = dist/* optional */.lqM(dist/* pipe */.FsL(dist/* number */.aig(A_WAIT), dist/* minValue */.Wwf(0, A_WAIT)));
const SOME_TRIES = 'it must be a whole number, 1 or more';
const open_OPTIONS = {
    name: 'openRemote',
    entries: {
        cwd: dist/* optional */.lqM(dist/* pipe */.FsL(dist/* string */.YjP('it must be a folder'), dist/* nonEmpty */.hq('it must not be empty'))),
        credentials: oci_credentials/* CREDENTIALS */.tG,
        plainHttp: dist/* optional */.lqM(dist/* boolean */.zMY()),
        signal: lib_options/* SIGNAL */.bh,
        observer: dist/* optional */.lqM(dist/* function */.fHH()),
        retry: dist/* optional */.lqM(dist/* strictObject */.rej({
            attempts: dist/* optional */.lqM(dist/* pipe */.FsL(dist/* number */.aig(SOME_TRIES), dist/* integer */.ndf(SOME_TRIES), dist/* minValue */.Wwf(1, SOME_TRIES))),
            baseMs: wait,
            maxMs: wait,
            maxRetryAfterMs: wait,
            maxTotalWaitMs: wait,
            clock: dist/* optional */.lqM(dist/* object */.Ikc({
                now: dist/* function */.fHH(),
                monotonic: dist/* function */.fHH(),
                random: dist/* function */.fHH(),
                sleep: dist/* function */.fHH(),
            })),
        })),
        timeouts: dist/* optional */.lqM(dist/* strictObject */.rej({ connect: timeout, headers: timeout, body: timeout, source: timeout })),
    },
    otherNames: {
        auth: 'credentials',
        username: 'credentials',
        password: 'credentials',
        token: 'credentials',
        insecure: 'plainHttp',
    },
};


/***/ }),

/***/ 9355:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   k_: () => (/* binding */ isNearby),
/* harmony export */   n0: () => (/* binding */ bareHost),
/* harmony export */   tg: () => (/* binding */ mayGoOn),
/* harmony export */   yy: () => (/* binding */ isListed),
/* harmony export */   zA: () => (/* binding */ shownUrl)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);

/** Whether a host is this very machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
function isLoopback(url) {
    const host = bareHost(url);
    return host === 'localhost' || isListed(host, [LOOPBACK_V4], [['::1', 128]]);
}
/**
 * Whether a host only means something near this machine: a literal address that is loopback, private or
 * link-local, also inside of one that leads there (NAT64, 6to4), or a name below `localhost`. Other names
 * are not looked up.
 */
function isNearby(url) {
    const host = bareHost(url);
    // A resolver need not lead such a name to this machine: it is not taken for it.
    if (isLoopback(url) || host.endsWith('.localhost'))
        return true;
    return isListed(host, NEARBY_V4, NEARBY_V6);
}
/**
 * Whether what is meant for one address may go on to another: over TLS; in the clear only where it
 * goes in the clear already, and stays at the same origin, or on this machine.
 */
function mayGoOn(from, to) {
    if (to.protocol === 'https:')
        return true;
    if (to.protocol !== 'http:' || from.protocol !== 'http:')
        return false;
    return to.origin === from.origin || (isLoopback(from) && isLoopback(to));
}
/** An address as errors show it: a query may be signed, and user information is a secret. */
function shownUrl(url) {
    return `${url.origin}${url.pathname}${url.search === '' ? '' : '?...'}`;
}
const LOOPBACK_V4 = ['127.0.0.0', 8];
const NEARBY_V4 = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    // Shared by the customers of a carrier or a cloud, whose own services may be there.
    ['100.64.0.0', 10],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
];
const NEARBY_V6 = [
    ['::', 128],
    ['fc00::', 7],
    ['fe80::', 10],
    // What "private" was called before `fc00::/7`.
    ['fec0::', 10],
    // NAT64 of who runs the network, see RFC 8215.
    ['64:ff9b:1::', 48],
    ...[...NEARBY_V4, LOOPBACK_V4].flatMap(hiding),
];
/** Where an IPv6 address has an IPv4 one in it: `::10.0.0.1`, NAT64 (RFC 6052), 6to4 (RFC 3056). */
function hiding([address, bits]) {
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
    return [
        [`::${address}`, 96 + bits],
        [`64:ff9b::${address}`, 96 + bits],
        [`2002:${groups.join(':')}::`, 16 + bits],
    ];
}
/** The host of an address, without brackets, or the dot behind a whole name. */
function bareHost(url) {
    return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
/** Whether a host is an IP address in one of some networks. */
function isListed(host, v4, v6) {
    const version = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(host);
    if (version === 0)
        return false;
    const list = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
    for (const [address, bits] of v4)
        list.addSubnet(address, bits, 'ipv4');
    for (const [address, bits] of v6)
        list.addSubnet(address, bits, 'ipv6');
    // An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) matches the IPv4 ranges as well.
    return list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}


/***/ }),

/***/ 5885:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ plainText)
/* harmony export */ });
/** Characters of a server's text that are shown. */
const MAX_LENGTH = 300;
/** Characters that are looked at: before blanks are taken together, there may be many more. */
const MAX_READ = 16 * MAX_LENGTH;
/**
 * A server's text as one line that can go into an error, and so into a log, where a line can be a
 * command and a control character can hide the lines before it: visible characters only, with
 * nothing that GitHub or Azure Pipelines take for a command, without what stands behind the `?` of
 * an address, which may be a signature, and cut where it is long.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
function plainText(text) {
    const line = text
        .slice(0, MAX_READ)
        .replaceAll(/[\p{C}\s]+/gu, ' ')
        .trim();
    const cut = line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH).toWellFormed()}...` : line;
    return (cut
        .replaceAll(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gi, '$1?...')
        // `::name` counts at the start of a line, `##[name]` anywhere.
        .replaceAll(/:(?=:[a-z])/gi, ': ')
        .replaceAll(/#(?=#\w*\[)/g, '# '));
}


/***/ }),

/***/ 3326:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rQ: () => (/* binding */ canonicalHost),
  Sh: () => (/* binding */ formatRepository),
  M8: () => (/* binding */ isLocalhost),
  dz: () => (/* binding */ isTag),
  SU: () => (/* binding */ parseRepository),
  ED: () => (/* binding */ parseTag),
  $R: () => (/* binding */ parseTaggedReference)
});

// UNUSED EXPORTS: formatReference, parseReference

// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
;// CONCATENATED MODULE: ./lib/oci/reference-error.js


/** How a reference is written. */
const FORM_HINT = 'Write it like "ghcr.io/owner/repository/cafs", or "oci:DIR" for a folder.';
const CREDENTIALS_HINT = 'They come from "docker login", or are given by the inputs username and password (action), CAFS_USERNAME and CAFS_PASSWORD (command line), or the options auth of open and credentials of openRemote (library).';
/** What a tag is. */
const TAG_HINT = 'A tag has at most 128 characters: letters, digits, "_", "." and "-", and neither "." nor "-" first. An example: "branch-main".';
/** Why what follows an `@` is not taken. */
const NO_DIGEST = 'its "@" is not followed by "sha256:" and 64 digits of 0-9 and a-f';
/** A digest behind a reference. */
const DIGEST = /@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/i;
/** Characters of a reference that are shown. */
const MAX_SHOWN = 120;
/**
 * The error for a reference that breaks a rule.
 *
 * @param more.instead what was probably meant
 */
function invalidReference(text, rule, more = {}) {
    const { instead, hint = instead === undefined ? FORM_HINT : `Write ${shown(instead)}.` } = more;
    return new errors/* CafsError */.u('INVALID_REFERENCE', `${shown(text)} is no valid reference: ${rule}.`, {
        hint,
    });
}
/**
 * The error for a tag that is none, with one that is much like it.
 *
 * @param bare the reference without its tag and the colon
 */
function invalidTag(text, bare, tag) {
    const much = tag.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '');
    const like = much.slice(0, 128).replace(/-+$/, '') || 'TAG';
    return invalidReference(text, `${shown(tag)} is no valid tag`, {
        hint: `Write ${shown(`${bare}:${like}`)}. ${TAG_HINT}`,
    });
}
/**
 * Refuses what begins with a scheme, as web addresses do, and as Helm writes a registry (`oci://`).
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function refuseScheme(text) {
    const scheme = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(text)?.[0].toLowerCase();
    if (scheme === undefined)
        return;
    const rest = text.slice(scheme.length, scheme.length + MAX_SHOWN + 1);
    const [host = ''] = rest.split('/');
    const isHost = /[.:]/.test(host) || host.toLowerCase() === 'localhost';
    if (scheme === 'file://' || (scheme === 'oci://' && !isHost)) {
        throw invalidReference(text, 'a folder is written without "//"', { instead: `oci:${rest}` });
    }
    const instead = withLowerCaseName(rest.replace(/\/$/, ''));
    const more = scheme === 'http://'
        ? ' A registry elsewhere is talked to without TLS where that is asked for: --plain-http (command line), plainHttp (library).'
        : '';
    throw invalidReference(text, `it begins with ${(0,quoted/* quoted */.T)(scheme)}, which references do not`, {
        hint: `Write ${shown(instead)}.${more}`,
    });
}
/** A host and a name, with the name as repositories have it. */
function withLowerCaseName(text) {
    if (!text.includes('/'))
        return `${text}/owner/repository`;
    return text.replace(/(?<=\/)[^:@]+/, (name) => name.toLowerCase());
}
/** Refuses `~`, which shells expand at the start of a word, and nobody else does. */
function refuseTilde(text, folder) {
    if (!/^~(?:[/\\]|$)/.test(folder))
        return;
    const rest = folder.slice(1);
    throw invalidReference(text, '"~" is not taken for the home folder here', {
        hint: `Write the whole path, in a shell ${shown(`oci:$HOME${rest}`)}; or ${shown(`oci:./~${rest}`)} for a folder of that name.`,
    });
}
/** @throws CafsError `INVALID_REFERENCE` where a reference holds what may be a password */
function refuseCredentials(text) {
    if (withoutCredentials(text) === text)
        return;
    if (isMeantAsDigest(text))
        throw invalidReference(text, NO_DIGEST);
    throw invalidReference(text, 'credentials have no place in a reference', {
        hint: CREDENTIALS_HINT,
    });
}
/** Whether what follows the only `@` is a digest, whole or not, or one of another algorithm. */
function isMeantAsDigest(text) {
    return /^[^@]*@(?:sha\d+|md5|blake3):[^@/]*$/i.test(text);
}
/** What is before an `@`, and has a colon at most before a port or a tag: not `user:password`. */
const NAME = /^(?:[^:/@]*|[^:/@]+(?::\d{1,5})?\/[^:@]*(?::[\w.-]*)?)@/;
/** A reference, or a part of one, as errors show it. */
function shown(text) {
    const safe = withoutCredentials(text);
    const cut = safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}...` : safe;
    return (0,quoted/* quoted */.T)(cut);
}
/**
 * Text with `***` for what may be a name and a password: all that is before the last `@` which is not
 * a digest's. A password may hold any character, an `@` or a slash, too. The folder of an image
 * layout may have an `@` in its name; only an address in it is looked for.
 */
function withoutCredentials(text) {
    if (text.startsWith('oci:'))
        return text.replace(/\/\/[^/@\s]*@/g, '//***@');
    if (isMeantAsDigest(text) && NAME.test(text))
        return text;
    const digest = DIGEST.exec(text)?.[0] ?? '';
    const rest = text.slice(0, text.length - digest.length);
    // Of others, nobody knows that they are one.
    const scheme = /^(?:https?|docker|oci):\/\//i.exec(rest)?.[0] ?? '';
    const at = rest.lastIndexOf('@');
    return at === -1 ? text : `${scheme}***${rest.slice(at)}${digest}`;
}

;// CONCATENATED MODULE: ./lib/oci/reference.js



const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
/** What is meant as a host and its port, and reads as a name at Docker Hub and its tag. */
const HOST_AND_PORT = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|\[[0-9a-f:.]+\]):\d{1,5}$/i;
/** The same without a port, and with a tag or not. */
const HOST_ALONE = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::(?!\d+$)[\w.-]*)?$/i;
/** What begins like the path of a folder, here or on Windows. */
const FOLDER = /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[a-z]:[/\\])/i;
/** Characters of host and name together, which is what many clients take. */
const MAX_NAME = 255;
/** More than host, name, tag and digest can have: not looked at any closer. */
const MAX_LENGTH = 1024;
/**
 * Whether text can be a tag.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
function isTag(text) {
    return TAG.test(text);
}
/**
 * Checks text that must be a tag.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function parseTag(text) {
    if (isTag(text))
        return text;
    throw new errors/* CafsError */.u('INVALID_REFERENCE', `${shown(text)} is no valid tag.`, {
        hint: TAG_HINT,
    });
}
/**
 * Reads a reference as other clients write it: a repository, and behind it a tag, a digest, or both.
 * Without a host it is at Docker Hub, and there, without an owner, one of `library/`. The host is the
 * first part, if it has a `.` or a `:` or is `localhost`.
 *
 * @see https://github.com/distribution/reference/blob/main/reference.go
 * @example
 * parseReference('alpine:3'); // { repository: { host: 'docker.io', name: 'library/alpine' }, tag: '3' }
 * parseReference('ghcr.io/owner/repo@sha256:...');
 * parseReference('oci:./cache:main');
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where it is no text
 */
function parseReference(text) {
    assertText(text);
    if (text === '')
        throw invalidReference(text, 'it is empty');
    const isLayout = text.startsWith('oci:');
    if (!isLayout)
        checkText(text);
    const at = text.lastIndexOf('@');
    const suffix = at === -1 ? '' : text.slice(at + 1);
    const digest = (0,lib_digest/* isDigest */.Bc)(suffix) ? suffix : undefined;
    if (isLayout)
        return { ...parseLayout(digest === undefined ? text : text.slice(0, at)), digest };
    if (at !== -1 && digest === undefined)
        throw invalidReference(text, NO_DIGEST);
    return { ...parseRegistry(digest === undefined ? text : text.slice(0, at), text), digest };
}
/**
 * Reads a repository with or without a tag behind it: `host/name:tag`, `oci:DIR:tag`.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function parseTaggedReference(text) {
    const { repository, tag, digest } = parseReference(text);
    if (digest !== undefined) {
        const bare = text.slice(0, -digest.length - 1);
        throw noDigestHere(text, tag === undefined ? `${bare}:TAG` : bare);
    }
    if (HOST_AND_PORT.test(text) || HOST_ALONE.test(text))
        throw noRepository(text);
    if (repository.kind === 'layout')
        refuseMistaken(text, repository.folder, tag);
    return { repository, tag };
}
/** What is a folder's name to the letter, and was hardly meant as one: a tag with a `/`, half a digest. */
function refuseMistaken(text, folder, tag) {
    if (/@sha(?:256|512)$/.test(folder))
        throw invalidReference(text, NO_DIGEST);
    const [, before = '', after = ''] = /^([A-Za-z]:[^:]*|[^:]*):(.*)$/s.exec(folder) ?? [];
    if (tag !== undefined || !after.includes('/') || /^[A-Za-z]$/.test(before))
        return;
    throw invalidReference(text, 'a tag has no "/"; for a folder of this name, write a tag behind it', {
        instead: `oci:${before}:${after.replaceAll('/', '-')}`,
    });
}
/**
 * Reads a repository: `host/name`, `name` at Docker Hub, or `oci:DIR`.
 *
 * @example
 * parseRepository('ghcr.io/owner/repo/cafs'); // { kind: 'registry', host: 'ghcr.io', name: ... }
 * parseRepository('oci:./cache'); // { kind: 'layout', folder: './cache' }
 * @throws CafsError `INVALID_REFERENCE`
 */
function parseRepository(text) {
    const { repository, tag, digest } = parseReference(text);
    const tagged = digest === undefined ? text : text.slice(0, -digest.length - 1);
    const bare = tag === undefined ? tagged : tagged.slice(0, -tag.length - 1);
    if (digest !== undefined)
        throw noDigestHere(text, bare);
    if (HOST_ALONE.test(text))
        throw noRepository(text);
    if (tag === undefined)
        return repository;
    if (HOST_AND_PORT.test(text))
        throw noRepository(text);
    throw invalidReference(text, `it has a tag ("${tag}") where only a repository is meant`, {
        instead: bare,
    });
}
/** A repository as people write it. */
function formatRepository(repository) {
    return repository.kind === 'layout'
        ? `oci:${repository.folder}`
        : `${repository.host}/${repository.name}`;
}
/** A reference as people write it: {@link parseReference} reads it as the same one. */
function formatReference({ repository, tag, digest }) {
    const tagged = tag === undefined ? '' : `:${tag}`;
    return `${formatRepository(repository)}${tagged}${digest === undefined ? '' : `@${digest}`}`;
}
/** Whether the first part of a reference is a host though it has neither a dot nor a port. */
function isLocalhost(part) {
    return part.toLowerCase() === 'localhost';
}
/** A host in the one way that it is written here: in lower case, and Docker Hub by one of its names. */
function canonicalHost(host) {
    const lower = host.toLowerCase();
    return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? 'docker.io' : lower;
}
/** Code without types gives what a variable holds that is not set. */
function assertText(value) {
    if (typeof value === 'string')
        return;
    const found = value === null ? 'null' : typeof value;
    throw new errors/* CafsError */.u('INVALID_INPUT', `A reference is a text, not ${found}.`, {
        hint: FORM_HINT,
    });
}
function noDigestHere(text, instead) {
    return invalidReference(text, 'a digest has no place here', { instead });
}
function checkText(text) {
    refuseCredentials(text);
    if (/[\s\p{C}]/u.test(text))
        throw invalidReference(text, 'it holds a blank');
    refuseTilde(text, text);
    if (FOLDER.test(text)) {
        throw invalidReference(text, 'it is the path of a folder', { instead: `oci:${text}` });
    }
    if (text.length > MAX_LENGTH)
        throw invalidReference(text, 'it is far too long');
    if (/^[0-9a-f]{64}$/.test(text))
        throw invalidReference(text, 'it is the digits of a digest, not a name');
    refuseScheme(text);
}
function parseLayout(text) {
    const rest = text.slice('oci:'.length);
    if (rest.includes('\0'))
        throw invalidReference(text, 'a folder holds no NUL');
    refuseScheme(text);
    const colon = rest.lastIndexOf(':');
    const inLastPart = colon > Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'));
    // `C:cache` is a drive, not a folder "C" with a tag.
    const isDrive = colon === 1 && /^[A-Za-z]:/.test(rest);
    const tagged = colon !== -1 && inLastPart && !isDrive;
    const folder = tagged ? rest.slice(0, colon) : rest;
    const tag = tagged ? rest.slice(colon + 1) : undefined;
    if (folder === '')
        throw invalidReference(text, 'it names no folder');
    refuseTilde(text, folder);
    if (tag !== undefined && !isTag(tag))
        throw invalidTag(text, `oci:${folder}`, tag);
    return { repository: { kind: 'layout', folder }, tag };
}
/**
 * @param bare without a digest
 * @param text for errors
 */
function parseRegistry(bare, text) {
    const slash = bare.indexOf('/');
    const first = slash === -1 ? '' : bare.slice(0, slash);
    const hasHost = /[.:]/.test(first) || isLocalhost(first);
    const host = hasHost ? checkedHost(first, text) : 'docker.io';
    const path = hasHost ? bare.slice(slash + 1) : bare;
    const colon = path.lastIndexOf(':');
    const tag = colon === -1 ? undefined : path.slice(colon + 1);
    const given = colon === -1 ? path : path.slice(0, colon);
    const start = hasHost ? slash + 1 : 0;
    const nameEnd = start + given.length;
    checkName(given, text, start);
    if (tag !== undefined && !isTag(tag))
        throw invalidTag(text, bare.slice(0, nameEnd), tag);
    const name = host === 'docker.io' && !given.includes('/') ? `library/${given}` : given;
    if (host.length + 1 + name.length > MAX_NAME) {
        throw invalidReference(text, `host and name have more than ${String(MAX_NAME)} characters`);
    }
    return { repository: { kind: 'registry', host, name }, tag };
}
function checkedHost(host, text) {
    const port = /:(\d+)$/.exec(host)?.[1];
    const url = URL.parse(`https://${host}`);
    if (!HOST.test(host) || url === null)
        throw invalidReference(text, `${shown(host)} is no host`);
    if (port !== undefined && Number(port) === 0)
        throw invalidReference(text, 'there is no port 0');
    const lower = host.toLowerCase();
    // `127.1` and `0x7f.0.0.1` are addresses, but not to everybody the same ones.
    if (!lower.startsWith('[') && url.hostname !== lower.replace(/:\d+$/, '')) {
        throw invalidReference(text, `${shown(host)} is another way to write ${url.hostname}`, {
            instead: text.replace(host, () => url.host),
        });
    }
    return canonicalHost(host);
}
function noRepository(text) {
    const [, host = text, tag = ''] = /^(.*?)\/?(:(?!\d+$)[\w.-]*)?$/s.exec(text) ?? [];
    const folder = HOST_ALONE.test(text) ? `, or ${shown(`oci:${text}`)} for a folder` : '';
    return invalidReference(text, 'it names a host but no repository', {
        hint: `Write ${shown(`${host}/owner/repository${tag}`)}${folder}.`,
    });
}
/** @param start where the name begins in the text */
function checkName(name, text, start) {
    if (name === '' || name.startsWith('['))
        throw noRepository(text);
    if (/[A-Z]/.test(name)) {
        throw invalidReference(text, 'the name of a repository has no upper-case letters', {
            instead: `${text.slice(0, start)}${name.toLowerCase()}${text.slice(start + name.length)}`,
        });
    }
    for (const part of name.split('/')) {
        if (part === '')
            throw invalidReference(text, 'its name has an empty part');
        if (!PART.test(part)) {
            throw invalidReference(text, `the part ${shown(part)} is not made of a-z and 0-9 with single ".", "_", "__" or "-" between them`);
        }
    }
}


/***/ }),

/***/ 4335:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LH: () => (/* binding */ withRetries),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   Vc: () => (/* binding */ SYSTEM_CLOCK),
/* harmony export */   i3: () => (/* binding */ Patience),
/* harmony export */   zj: () => (/* binding */ DEFAULT_POLICY)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _format_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2016);
/* harmony import */ var _connection_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7593);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1378);





/** Timers that are set for longer go off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const SYSTEM_CLOCK = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    sleep: async (ms, signal) => {
        try {
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(Math.min(ms, MAX_TIMER_MS), undefined, signal === undefined ? {} : { signal });
        }
        catch (error) {
            signal?.throwIfAborted();
            throw error;
        }
    },
};
const DEFAULT_POLICY = {
    attempts: 5,
    baseMs: 500,
    maxMs: 15_000,
    maxRetryAfterMs: 90_000,
    maxTotalWaitMs: 180_000,
    clock: SYSTEM_CLOCK,
};
/** Waits after failures, as often and as long as a policy allows. */
class Patience {
    #policy;
    #signal;
    #notAfter;
    #passes;
    #failures = 0;
    #since;
    #waitedMs = 0;
    constructor(policy, signal, { notAfter = Number.POSITIVE_INFINITY, passes = _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .isTransient */ .dg } = {}) {
        this.#policy = policy;
        this.#signal = signal;
        this.#notAfter = notAfter;
        this.#passes = passes;
        this.#since = policy.clock.monotonic();
    }
    /** Forgets the failures so far: something has been achieved since. */
    renew() {
        this.#failures = 0;
        this.#waitedMs = 0;
        this.#since = this.#policy.clock.monotonic();
    }
    /**
     * Waits before the next try, with growing waits of a random length, or as long as the server asks.
     *
     * @throws the error, where another try is of no use; the signal's reason
     */
    async after(error) {
        this.#signal?.throwIfAborted();
        this.#failures += 1;
        const { attempts, clock, maxTotalWaitMs } = this.#policy;
        if (!this.#passes(error))
            throw error;
        if (this.#failures >= attempts)
            throw this.#counted(error);
        const wait = waitAfter(error, this.#failures, this.#policy);
        if (wait === undefined || clock.monotonic() + wait > this.#notAfter)
            throw error;
        this.#waitedMs += wait;
        if (this.#waitedMs > maxTotalWaitMs)
            throw this.#counted(error);
        this.#report(error, wait);
        await clock.sleep(wait, this.#signal);
    }
    /** An error of a connection says how often it was tried. */
    #counted(error) {
        if (!(error instanceof _connection_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ConnectionError */ .Rc) || this.#failures === 1)
            return error;
        return error.after(this.#failures, this.#policy.clock.monotonic() - this.#since);
    }
    #report(error, waitMs) {
        const { attempts, observer } = this.#policy;
        const attempt = this.#failures + 1;
        const why = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error);
        const message = `${why} Trying again in ${(0,_format_js__WEBPACK_IMPORTED_MODULE_4__/* .formatSeconds */ .Xo)(waitMs)} (${String(attempt)} of ${String(attempts)}).`;
        observer?.({ kind: 'retry', message, attempt, attempts, waitMs });
    }
}
/** Does work again while it fails in a way that may pass. */
async function retrying(policy, signal, work, options = {}) {
    const patience = new Patience(policy, signal, options);
    for (;;) {
        try {
            return await work();
        }
        catch (error) {
            await patience.after(error);
        }
    }
}
/**
 * Sends requests again after broken connections and the statuses that may pass (408, 429, 5xx),
 * which become errors here: what comes out is an answer to the question.
 */
function withRetries(next, policy) {
    return async (request) => {
        const send = async () => {
            const response = await next(request);
            // What a 403 means stands in its body, which can be read only once.
            if (response.status !== 403 && !(0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .isTransientStatus */ .Dm)(response.status))
                return response;
            throw await (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .responseError */ .U3)(request, response);
        };
        return request.replay === false ? send() : retrying(policy, request.signal, send);
    };
}
function waitAfter(error, attempt, policy) {
    const asked = error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ResponseError */ .o3 ? error.retryAfterMs : undefined;
    if (asked !== undefined && asked > policy.maxRetryAfterMs)
        return undefined;
    const grown = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.maxMs);
    // Clients that failed together, or were told the same, do not come back together: they wait for
    // half to the whole of it, or a little longer than the server asks.
    const chance = policy.clock.random();
    return Math.max(grown * (0.5 + chance / 2), asked === undefined ? 0 : asked + chance * policy.baseMs);
}


/***/ }),

/***/ 213:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  d: () => (/* binding */ hideAuthorizations),
  _: () => (/* binding */ maskOf)
});

// EXTERNAL MODULE: ./lib/oci/entities.js
var entities = __webpack_require__(8398);
;// CONCATENATED MODULE: ./lib/oci/spellings.js

/** How often what was decoded is decoded again: JSON in JSON in an address in a page. */
const MAX_NESTING = 4;
/** A shorter word is looked for as a whole word only: "pass" is in every other text. */
const SHORT = 8;
/**
 * Where words stand in a text, however they are spelled there: the text is read as it is, and then with its
 * escapes decoded, up to four times over, and each time looked through. Escapes are those of addresses
 * (`%2F`), of JSON (`\u002f`, `\/`), and of HTML (`&sol;`, `&#47;`, `&#x2F;`), mixed as they may be.
 *
 * Upper and lower case are the same. Of a word of eight characters or more, blanks, line breaks and what
 * cannot be seen do not count, nor do `+`, `-` and `=`, and `_` is `/`: base64 is broken into lines, written
 * without its end, and has other characters in addresses, where a blank may be a `+`.
 */
function findSpellings(text, words) {
    const wanted = words.flatMap((word) => [word, textOf(readings(word).at(-1) ?? [])]);
    const long = wanted.map(folded).filter((word) => word.length >= SHORT);
    const short = wanted
        .filter((word) => word !== '' && folded(word).length < SHORT)
        .flatMap((word) => [word, word.replaceAll(' ', '+')]);
    return readings(text).flatMap((reading) => [
        ...findLong(reading, new Set(long)),
        ...findShort(reading, new Set(short)),
    ]);
}
/** A text as it is, and with its escapes decoded once, twice, and so on. */
function readings(text) {
    let last = Array.from({ length: text.length }, (_, at) => ({
        char: text.charAt(at),
        start: at,
        end: at + 1,
    }));
    const all = [last];
    while (all.length <= MAX_NESTING) {
        const next = decoded(last);
        if (next === undefined)
            break;
        all.push(next);
        last = next;
    }
    return all;
}
/** One character in an address (up to four bytes of UTF-8), in JSON, or in HTML. */
const ESCAPE = new RegExp([
    '%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]',
    '%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}',
    String.raw `\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[^]`,
    entities/* ENTITY */.C.source,
].join('|'), 'gi');
/** A text with its escapes decoded once; undefined where it has none. */
function decoded(reading) {
    const runs = [];
    let position = 0;
    for (const { 0: escape, index } of textOf(reading).matchAll(ESCAPE)) {
        const written = reading.slice(index, index + escape.length);
        const char = characterOf(escape);
        const span = { start: written[0]?.start ?? 0, end: written.at(-1)?.end ?? 0 };
        const units = Array.from({ length: char.length }, (_, at) => ({
            char: char.charAt(at),
            ...span,
        }));
        runs.push(reading.slice(position, index), units);
        position = index + escape.length;
    }
    return position === 0 ? undefined : [...runs.flat(), ...reading.slice(position)];
}
/** What JSON writes as a letter behind a backslash, all of it blank. */
const BLANKS = 'bfnrt';
function characterOf(escape) {
    if (escape.startsWith('&'))
        return (0,entities/* entityText */.P)(escape);
    if (escape.startsWith('%')) {
        try {
            return decodeURIComponent(escape);
        }
        catch {
            return escape;
        }
    }
    if (escape.length > 2)
        return String.fromCharCode(parseInt(escape.slice(2), 16));
    const char = escape.charAt(1);
    return BLANKS.includes(char) ? ' ' : char;
}
function textOf(reading) {
    return reading.map(({ char }) => char).join('');
}
function findLong(reading, words) {
    if (words.size === 0)
        return [];
    const counted = [];
    for (const unit of reading) {
        const char = fold(unit.char);
        const last = counted.at(-1);
        if (char !== '')
            counted.push({ ...unit, char });
        // The end of base64 goes with what is before it.
        else if (unit.char === '=' && last)
            counted[counted.length - 1] = { ...last, end: unit.end };
    }
    const text = textOf(counted);
    return [...words].flatMap((word) => placesOf(text, word).map((index) => spanOf(counted, index, word.length)));
}
function findShort(reading, words) {
    const text = lower(textOf(reading));
    const isPart = (at) => /^[a-z0-9]$/.test(text.charAt(at));
    return [...words].flatMap((word) => placesOf(text, lower(word), (at) => !isPart(at - 1) && !isPart(at + word.length)).map((index) => spanOf(reading, index, word.length)));
}
/** Where a word is in a text. Without a pattern: none may be as long as a secret. */
function placesOf(text, word, counts = () => true) {
    const places = [];
    for (let at = text.indexOf(word); at !== -1;) {
        const isOne = counts(at);
        if (isOne)
            places.push(at);
        at = text.indexOf(word, at + (isOne ? word.length : 1));
    }
    return places;
}
function spanOf(units, index, length) {
    return { start: units[index]?.start ?? 0, end: units[index + length - 1]?.end ?? 0 };
}
/** In lower case, unit by unit: as long as it was. */
function lower(text) {
    return Array.from({ length: text.length }, (_, at) => text.charAt(at).toLowerCase().charAt(0)).join('');
}
function folded(word) {
    return Array.from({ length: word.length }, (_, at) => fold(word.charAt(at))).join('');
}
const NOT_COUNTED = /[\s\p{Cc}\p{Cf}+=-]/u;
/** A unit as words are compared; empty where it does not count. */
function fold(char) {
    if (NOT_COUNTED.test(char))
        return '';
    // Some letters become two.
    return char === '_' ? '/' : char.toLowerCase().charAt(0);
}

;// CONCATENATED MODULE: ./lib/oci/secrets.js

/** What a secret is shown as. */
const HIDDEN = '***';
/**
 * Hides what was sent with a request. Some servers, and proxies that are to be debugged, repeat the
 * headers that they got, in a page, an error or an address; what they write ends in a log.
 *
 * Hidden are the token or the base64 in `Authorization`, the password in that, and an identity token that
 * was to be exchanged, each in any of the spellings that {@link findSpellings} knows.
 *
 * @param response where it knows more than the request, which is authorized further below
 */
function maskOf(request, response) {
    const secrets = [request.headers?.['authorization'], response?.authorization]
        .flatMap((authorization) => (authorization === undefined ? [] : secretsIn(authorization)))
        .concat(exchangedToken(request));
    return (text) => hideAuthorizations(hide(text, secrets));
}
function hide(text, secrets) {
    if (secrets.length === 0)
        return text;
    const spans = findSpellings(text, secrets).toSorted((a, b) => a.start - b.start);
    let shown = '';
    let position = 0;
    for (const { start, end } of spans) {
        if (start >= position)
            shown += text.slice(position, start) + HIDDEN;
        position = Math.max(position, end);
    }
    return shown + text.slice(position);
}
/** Whatever stands behind the name of a scheme, whosever it is. */
const AUTHORIZATION = /\b(Basic|Bearer)((?:\s|%20|\+)+)(?!(?:realm=|(?:auth|authentication|authorization|challenges?|credentials?|schemes?|tokens?|is|was)(?:$|[\s,;:!?)"']|\.(?:\s|$))))[^\s"'<>]+/gi;
/** Hides the credentials of any `Authorization` that a text quotes: `Basic ***`, `Bearer ***`. */
function hideAuthorizations(text) {
    return text.replaceAll(AUTHORIZATION, `$1$2${HIDDEN}`);
}
function secretsIn(authorization) {
    const [scheme = '', value = ''] = authorization.split(/\s+(.*)/s);
    if (scheme.toLowerCase() !== 'basic')
        return [value];
    const decoded = Buffer.from(value, 'base64').toString('utf8');
    return [value, decoded.slice(decoded.indexOf(':') + 1)];
}
/** The identity token in the body of an exchange. */
function exchangedToken({ body, confidential }) {
    if (confidential !== true || !(body instanceof Uint8Array))
        return [];
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
    return form.getAll('refresh_token');
}


/***/ }),

/***/ 6384:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ shownHeader)
/* harmony export */ });
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5301);
/* harmony import */ var _plain_text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5885);
/* harmony import */ var _secrets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(213);



/** A header as an error quotes it: one line in quotes, without what was sent to say who asks. */
function shownHeader(response, name) {
    return JSON.stringify((0,_plain_text_js__WEBPACK_IMPORTED_MODULE_0__/* .plainText */ .w)((0,_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .maskOf */ ._)({}, response)((0,_http_js__WEBPACK_IMPORTED_MODULE_2__/* .headerValue */ .Z)(response, name) ?? '')));
}


/***/ }),

/***/ 5208:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D4: () => (/* binding */ MEDIA_TYPE_INDEX),
/* harmony export */   P: () => (/* binding */ MEDIA_TYPE_DOCKER_MANIFEST),
/* harmony export */   SE: () => (/* binding */ MEDIA_TYPE_MANIFEST),
/* harmony export */   eL: () => (/* binding */ MEDIA_TYPE_DOCKER_INDEX)
/* harmony export */ });
const MEDIA_TYPE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MEDIA_TYPE_INDEX = 'application/vnd.oci.image.index.v1+json';
const MEDIA_TYPE_DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const MEDIA_TYPE_DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';


/***/ }),

/***/ 1097:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jr: () => (/* binding */ checkOptions),
/* harmony export */   bh: () => (/* binding */ SIGNAL),
/* harmony export */   rO: () => (/* binding */ withDefaults)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7934);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2767);



/**
 * Checks what code without types may get wrong: an option that does not exist would be passed over in
 * silence, and with it a password, or that nothing is to be pulled.
 *
 * @throws CafsError `INVALID_INPUT` that names the option, and for one that does not exist, the nearest
 */
function checkOptions(options, { name, entries, otherNames }) {
    const known = Object.keys(entries);
    const all = `The options of ${name} are ${known.join(', ')}.`;
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `The options of ${name} are not an object.`, {
            hint: all,
        });
    }
    for (const key of Object.keys(options)) {
        if (Object.hasOwn(entries, key))
            continue;
        const near = Object.hasOwn(otherNames ?? {}, key) ? otherNames?.[key] : nearest(key, known);
        const hint = near === undefined ? all : `Did you mean ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(near)}? ${all}`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${name} has no option ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(key)}.`, { hint });
    }
    const [issue] = valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeParse */ .xLC(valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc(entries), options, { abortEarly: true }).issues ?? [];
    if (issue === undefined)
        return;
    const path = valibot__WEBPACK_IMPORTED_MODULE_2__/* .getDotPath */ .BuJ(issue) ?? '';
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `The option ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(path)} of ${name}: ${issue.message}.`, {
        hint: all,
    });
}
/** Options that are given, and defaults for the others. */
function withDefaults(given, defaults) {
    const found = Object.entries(given).filter(([, value]) => value !== undefined);
    return { ...defaults, ...Object.fromEntries(found) };
}
/** The name that was probably meant: it differs in at most a third of its letters. */
function nearest(key, names) {
    const [best] = names
        .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
        .filter(({ name, distance: far }) => far <= Math.ceil(name.length / 3))
        .sort((a, b) => a.distance - b.distance);
    return best?.name;
}
/** How many letters must be added, taken away or changed to make one word of another. */
function distance(from, to) {
    // Nobody means a name by a text that is far longer.
    if (from.length > 2 * to.length)
        return from.length;
    let row = Array.from({ length: to.length + 1 }, (_, index) => index);
    for (let index = 0; index < from.length; index += 1) {
        const next = [index + 1];
        for (let at = 0; at < to.length; at += 1) {
            const [left = 0, above = 0, diagonal = 0] = [next[at], row[at + 1], row[at]];
            const changed = from[index] === to[at] ? 0 : 1;
            next.push(Math.min(left + 1, above + 1, diagonal + changed));
        }
        row = next;
    }
    return row[to.length] ?? from.length;
}
/** What an `AbortSignal` must be. Not by its class: another realm has another. */
const SIGNAL = valibot__WEBPACK_IMPORTED_MODULE_2__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_2__/* .custom */ .IeY((value) => typeof value === 'object' && value !== null && 'throwIfAborted' in value, 'it must be an AbortSignal'));


/***/ }),

/***/ 1167:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ compareBytes)
/* harmony export */ });
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3879);

/**
 * Orders strings by their UTF-8 bytes, as Go does; and paths by their bytes, which need not be UTF-8
 * (see `names.ts`).
 *
 * JavaScript's own order goes by UTF-16 units, which puts characters beyond the BMP (surrogate
 * pairs, from 0xD800) before U+E000 to U+FFFF.
 */
function compareBytes(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i += 1) {
        const x = a.charCodeAt(i);
        const y = b.charCodeAt(i);
        if (x === y)
            continue;
        if (!isSurrogate(x) && !isSurrogate(y))
            return x - y;
        if (!a.isWellFormed() || !b.isWellFormed())
            return (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .bytesOf */ .$$)(a).compare((0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .bytesOf */ .$$)(b));
        return rank(x) - rank(y);
    }
    return a.length - b.length;
}
/** Moves surrogates behind all other units; the order among themselves is right already. */
function rank(unit) {
    return isSurrogate(unit) ? unit + 0x10000 : unit;
}
function isSurrogate(unit) {
    return unit >= 0xd800 && unit <= 0xdfff;
}


/***/ }),

/***/ 9704:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ decodeFrame),
/* harmony export */   Y: () => (/* binding */ encodeFrame)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8522);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(452);
/* harmony import */ var _location_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8052);





// zlib's asynchronous calls run on libuv's threads: several frames are compressed at once.
const compress = (0,node_util__WEBPACK_IMPORTED_MODULE_0__.promisify)(node_zlib__WEBPACK_IMPORTED_MODULE_1__.zstdCompress);
const decompress = (0,node_util__WEBPACK_IMPORTED_MODULE_0__.promisify)(node_zlib__WEBPACK_IMPORTED_MODULE_1__.zstdDecompress);
/** Compressing is worth it where it saves at least this share. */
const WORTHWHILE = 0.97;
/** Compresses a frame, or keeps it raw where that saves nothing. */
async function encodeFrame(raw, level) {
    const packed = await compress(raw, { params: { [node_zlib__WEBPACK_IMPORTED_MODULE_1__.constants.ZSTD_c_compressionLevel]: level } });
    const codec = packed.byteLength < raw.byteLength * WORTHWHILE ? 'zstd' : 'raw';
    const bytes = codec === 'zstd' ? packed : raw;
    return { bytes, rawSize: raw.byteLength, digest: (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .digestOf */ .ol)(bytes), codec };
}
/**
 * Checks a frame's stored bytes against its digest and decodes them.
 *
 * @throws CafsError `INTEGRITY`
 */
async function decodeFrame(frame, stored) {
    const fail = (why, cause) => new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .IntegrityError */ .cs(`The frame at byte ${String(frame.offset)} of the pack ${frame.pack.digest} is damaged: ${why}.`, { cause });
    if (frame.rawSize > _location_js__WEBPACK_IMPORTED_MODULE_4__/* .MAX_FRAME_BYTES */ .d)
        throw fail(`it claims ${String(frame.rawSize)} bytes`);
    const found = (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .digestOf */ .ol)(stored);
    if (found !== frame.digest)
        throw fail(`expected ${frame.digest}, found ${found}`);
    if (frame.codec === 'raw') {
        if (stored.byteLength !== frame.rawSize)
            throw fail('it is stored raw and has another size');
        return stored;
    }
    let raw;
    try {
        // Node decodes the first of several joined frames and says nothing of the rest, so the length
        // that comes out is checked; the limit stops a decompression bomb.
        raw = await decompress(stored, { maxOutputLength: Math.max(frame.rawSize, 1) });
    }
    catch (cause) {
        throw fail('it cannot be decompressed', cause);
    }
    if (raw.byteLength !== frame.rawSize)
        throw fail(`it decodes to ${String(raw.byteLength)} bytes`);
    return raw;
}


/***/ }),

/***/ 2767:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ quoted)
/* harmony export */ });
/**
 * Text as an error quotes it: one line, on which everything can be seen. JSON alone leaves control
 * characters from U+007F on as they are, some of which terminals obey, and what turns the direction of
 * writing around.
 *
 * @example
 * quoted('a\n\u202Eb') // '"a\\n\\u{202e}b"'
 */
function quoted(text) {
    return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}
function escaped(char) {
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}


/***/ }),

/***/ 3171:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EZ: () => (/* binding */ tempPath),
/* harmony export */   KM: () => (/* binding */ writeFully),
/* harmony export */   TE: () => (/* binding */ TEMP_NAME),
/* harmony export */   UG: () => (/* binding */ writeTemp),
/* harmony export */   XS: () => (/* binding */ openTemp),
/* harmony export */   Zf: () => (/* binding */ writeFileAtomic),
/* harmony export */   cQ: () => (/* binding */ dropFile),
/* harmony export */   y9: () => (/* binding */ moveInPlace)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(452);
/* harmony import */ var _make_folder_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8142);
/* harmony import */ var _disk_error_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4297);






/** Names of temporary files: the process that writes, and what no other name has. */
const TEMP_NAME = /^\d+-[0-9a-f]{16}$/;
/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for
 * every other process: bytes go to a file of another name, to the disk, and only then in place.
 *
 * @param tempDir a folder on the same file system; made where it does not exist
 * @throws CafsError `NO_SPACE`, `UNWRITABLE`: what was there before is still there
 */
function writeFileAtomic(path, tempDir, chunks) {
    try {
        const temp = writeTemp(tempDir, chunks, node_fs__WEBPACK_IMPORTED_MODULE_1__.fsyncSync);
        try {
            moveInPlace(temp, path);
        }
        catch (error) {
            dropFile(temp);
            throw error;
        }
    }
    catch (error) {
        throw (0,_disk_error_js__WEBPACK_IMPORTED_MODULE_5__/* .explainDisk */ .Pp)(error, path);
    }
}
/**
 * Writes a file that has yet to be moved in place; where that fails, it is gone.
 *
 * @param finish what to do with the descriptor before it is closed
 */
function writeTemp(tempDir, chunks, finish) {
    const { path, fd } = openTemp(tempDir);
    try {
        try {
            for (const chunk of chunks)
                writeFully(fd, chunk);
            finish?.(fd);
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(fd);
        }
    }
    catch (error) {
        dropFile(path);
        throw error;
    }
    return path;
}
/** A name for a temporary file that nobody else has. */
function tempPath(tempDir) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(tempDir, `${String(process.pid)}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}`);
}
/** Makes an empty file under a name that nobody else has. */
function openTemp(tempDir) {
    const path = tempPath(tempDir);
    const fd = makingFolder(tempDir, () => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, 'wx', 0o644));
    return { path, fd };
}
/** `writeSync` may write less than it was given. */
function writeFully(fd, chunk) {
    let done = 0;
    while (done < chunk.byteLength)
        done += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(fd, chunk, done);
}
/** Gives a file its name, in place of one that has it, and makes the folder where need be. */
function moveInPlace(temp, path) {
    makingFolder((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), () => {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temp, path);
    });
}
/** Removes a file while another error is on its way: a failure here would hide it. */
function dropFile(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, { force: true });
    }
    catch {
        // Garbage collection removes what stays.
    }
}
/** Folders are there nearly always: to look before each file would cost more than to try again. */
function makingFolder(dir, work) {
    try {
        return work();
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .systemCode */ .xU)(error) !== 'ENOENT')
            throw error;
        (0,_make_folder_js__WEBPACK_IMPORTED_MODULE_4__/* .makeFolder */ .f)(dir);
        return work();
    }
}


/***/ }),

/***/ 3621:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fi: () => (/* binding */ setAside),
/* harmony export */   GZ: () => (/* binding */ isUnreadable),
/* harmony export */   Ki: () => (/* binding */ BlobFile),
/* harmony export */   Ze: () => (/* binding */ statsAt),
/* harmony export */   ek: () => (/* binding */ placesOf),
/* harmony export */   jv: () => (/* binding */ hasFile),
/* harmony export */   pK: () => (/* binding */ putBack)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4148);
/* harmony import */ var _atomic_file_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3171);
/* harmony import */ var _pieces_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2846);





// Windows has neither of the two, and gets 0. A pipe in a blob's place must not keep us waiting.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants;
const READ_FLAGS = (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK;
/** A blob's file that is open for reading. What it holds is not verified yet. */
class BlobFile {
    fd;
    size;
    #layout;
    #digest;
    #path;
    #stats;
    constructor(layout, digest, path, fd) {
        this.#layout = layout;
        this.#digest = digest;
        this.#path = path;
        this.fd = fd;
        this.#stats = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(fd, { bigint: true });
        this.size = Number(this.#stats.size);
    }
    /**
     * Opens a blob's file, wherever garbage collection has it at the moment.
     *
     * @throws IntegrityError where something lies there that is no file: it was set aside; where this
     *   user may not read it: {@link isUnreadable}
     */
    static open(layout, digest) {
        for (const path of placesOf(layout, digest)) {
            const fd = openIfThere(layout, digest, path);
            if (fd === undefined)
                continue;
            const file = new BlobFile(layout, digest, path, fd);
            if (file.#stats.isFile())
                return file;
            file[Symbol.dispose]();
            throw noFile(layout, digest, path);
        }
        return undefined;
    }
    /**
     * Sets the file aside, so that the next `put` of the content heals it, and gives the error to
     * throw. The file must still be open: no other can have its identity then.
     *
     * @param found the digest of what the file holds
     */
    damaged(found) {
        const isAside = setAside(this.#layout, this.#digest, this.#path, this.#stats);
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`The blob ${this.#digest} is damaged on disk: its bytes have the digest ${found}.`, { hint: hintOf(isAside) });
    }
    /**
     * All bytes, not verified.
     *
     * @throws IntegrityError where the disk fails to give them: {@link isUnreadable}. The file was set
     *   aside then.
     */
    whole() {
        try {
            return (0,_pieces_js__WEBPACK_IMPORTED_MODULE_4__/* .readWhole */ .oD)(this.fd, this.size);
        }
        catch (error) {
            throw this.#explain(error);
        }
    }
    /**
     * All bytes, piece by piece, not verified.
     *
     * @throws as {@link BlobFile.whole}; the signal's reason
     */
    async *pieces(signal) {
        try {
            yield* (0,_pieces_js__WEBPACK_IMPORTED_MODULE_4__/* .readPieces */ .ut)(this.fd, signal);
        }
        catch (error) {
            throw this.#explain(error);
        }
    }
    /** Whether the file holds these bytes from a position on. What cannot be read does not. */
    holds(bytes, position = 0) {
        try {
            return (0,_pieces_js__WEBPACK_IMPORTED_MODULE_4__/* .holdsAt */ .wD)(this.fd, bytes, position);
        }
        catch (error) {
            if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) === 'EIO')
                return false;
            throw error;
        }
    }
    #explain(error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) !== 'EIO')
            return error;
        const isAside = setAside(this.#layout, this.#digest, this.#path, this.#stats);
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`The blob ${this.#digest} cannot be read: the disk failed at ${this.#path} (EIO).`, { hint: hintOf(isAside), cause: error });
    }
    [Symbol.dispose]() {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(this.fd);
    }
}
/**
 * Where a blob may lie. Garbage collection moves it away, and back where it turns out to be needed:
 * who misses it in both places looks at the first once more.
 */
function placesOf(layout, digest) {
    const path = layout.blob(digest);
    return [path, layout.trash(digest), path];
}
/**
 * Moves what lies in a blob's place out of the way. Gives false where the disk refuses.
 *
 * @param seen what was found to be wrong; another process may have put the right content there since
 */
function setAside(layout, digest, path, seen) {
    const aside = layout.damaged(digest);
    try {
        try {
            (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_3__/* .moveInPlace */ .y9)(path, aside);
        }
        catch (error) {
            if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
                return true;
            // A file does not take the place of a folder, nor a folder that of a file.
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(aside, { recursive: true, force: true });
            (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_3__/* .moveInPlace */ .y9)(path, aside);
        }
        const moved = statsAt(aside);
        if (moved !== undefined && seen !== undefined && !isSame(moved, seen))
            putBack(aside, path);
        return true;
    }
    catch {
        return false;
    }
}
/**
 * Gives a file its place again, unless another one has it by now; either way it is gone from where
 * it was. Gives false where there was no such file.
 */
function putBack(from, to) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.linkSync)(from, to);
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
            return false;
        // Some file systems have no hard links.
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) !== 'EEXIST' && !hasFile(to))
            return tryRename(from, to);
    }
    (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(from, { force: true });
    return true;
}
/** Whether an error of reading a blob says that the disk, or its permissions, do not give the bytes. */
function isUnreadable(error) {
    if (!(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .hasCode */ .up)(error, 'INTEGRITY') || !(error instanceof Error))
        return false;
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error.cause) === 'EIO' || (0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isRefused */ .H0)(error.cause);
}
/** Whether a file lies at a path, rather than a folder, a symlink or nothing. */
function hasFile(path) {
    return statsAt(path)?.isFile() === true;
}
/** What lies at a path, symlinks as themselves; undefined: nothing. */
function statsAt(path) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(path, { bigint: true, throwIfNoEntry: false });
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
            return undefined;
        throw error;
    }
}
function tryRename(from, to) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.renameSync)(from, to);
        return true;
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
            return false;
        throw error;
    }
}
function openIfThere(layout, digest, path) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(path, READ_FLAGS);
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
            return undefined;
        const stats = statsAt(path);
        if (stats !== undefined && !stats.isFile())
            throw noFile(layout, digest, path);
        if (!(0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isRefused */ .H0)(error) && (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) !== 'EIO')
            throw error;
        throw unreadable(digest, path, error);
    }
}
function unreadable(digest, path, cause) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`The blob ${digest} cannot be read: ${path} (${String((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(cause))}).`, {
        hint: 'Make it readable for this user; or put the content again, or fetch it from the remote.',
        cause,
    });
}
function noFile(layout, digest, path) {
    const isAside = setAside(layout, digest, path, statsAt(path));
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`What lies at ${path} is no file, and so not the blob ${digest}.`, {
        hint: hintOf(isAside),
    });
}
function hintOf(isAside) {
    return isAside
        ? 'It was set aside; put the content again, or fetch it from the remote.'
        : 'It could not be set aside: remove it, then put the content again or fetch it from the remote.';
}
function isSame(a, b) {
    return a.dev === b.dev && a.ino === b.ino;
}


/***/ }),

/***/ 6037:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  B: () => (/* binding */ Blobs)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/until-aborted.js
var until_aborted = __webpack_require__(5453);
// EXTERNAL MODULE: ./lib/store/atomic-file.js
var atomic_file = __webpack_require__(3171);
// EXTERNAL MODULE: ./lib/store/blob-file.js
var blob_file = __webpack_require__(3621);
// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/disk-error.js
var disk_error = __webpack_require__(4297);
// EXTERNAL MODULE: ./lib/store/file-clock.js
var file_clock = __webpack_require__(2204);
;// CONCATENATED MODULE: ./lib/store/blob-toucher.js






/** Tells garbage collection that blobs are needed: one that looks just written stays. */
class BlobToucher {
    #layout;
    #clock;
    constructor(layout) {
        this.#layout = layout;
        this.#clock = new file_clock/* FileClock */.V(layout.tempDir);
    }
    /**
     * Makes a blob as young as one that is put now.
     *
     * @param size what the blob must have; one of another size is as good as none
     * @returns whether there is such a blob
     * @throws CafsError `UNWRITABLE`, `NO_SPACE`
     */
    touch(digest, size) {
        const path = this.#layout.blob(digest);
        // Garbage collection may take the file away at any moment, and gives it back where it was
        // touched before: only a file that is still there afterwards is certain to have been.
        for (let attempt = 0; attempt < 3; attempt += 1) {
            if (!(0,blob_file/* hasFile */.jv)(path) && !this.takeBack(digest))
                return false;
            (0,disk_error/* writingTo */.gC)(path, () => {
                this.#renew(path);
            });
            const stats = (0,blob_file/* statsAt */.Ze)(path);
            if (stats?.isFile() === true)
                return size === undefined || Number(stats.size) === size;
        }
        return false;
    }
    /** Puts back what garbage collection is about to remove. Gives whether the blob is in its place. */
    takeBack(digest) {
        const path = this.#layout.blob(digest);
        return (0,disk_error/* writingTo */.gC)(path, () => (0,blob_file/* putBack */.pK)(this.#layout.trash(digest), path)) || (0,blob_file/* hasFile */.jv)(path);
    }
    #renew(path) {
        const now = this.#clock.now() / 1000;
        try {
            (0,external_node_fs_.lutimesSync)(path, now, now);
        }
        catch (error) {
            if ((0,file_access/* isMissing */.b2)(error))
                return;
            if (!(0,file_access/* isRefused */.H0)(error))
                throw error;
            this.#replace(path, now);
        }
    }
    /** Times are the owner's to set; whoever may write to the folder can put a copy in place. */
    #replace(path, time) {
        const temp = (0,atomic_file/* writeTemp */.UG)(this.#layout.tempDir, []);
        try {
            (0,external_node_fs_.copyFileSync)(path, temp);
            (0,external_node_fs_.lutimesSync)(temp, time, time);
            (0,atomic_file/* moveInPlace */.y9)(temp, path);
        }
        catch (error) {
            (0,atomic_file/* dropFile */.cQ)(temp);
            if (!(0,file_access/* isMissing */.b2)(error))
                throw error;
        }
    }
}

// EXTERNAL MODULE: ./lib/store/layout.js
var layout = __webpack_require__(9651);
// EXTERNAL MODULE: ./lib/store/pieces.js
var pieces = __webpack_require__(2846);
;// CONCATENATED MODULE: ./lib/store/source-file.js




// Windows has no such flag. A pipe must not keep us waiting for somebody who writes to it.
const { O_RDONLY, O_NONBLOCK = 0 } = external_node_fs_.constants;
/** A user's file whose content is to be kept: as it was at one moment, or not at all. */
class SourceFile {
    size;
    #path;
    #fd;
    #before;
    /** @throws CafsError `INVALID_INPUT` where there is no such file, or something else, or no permission */
    constructor(path) {
        this.#path = path;
        this.#fd = source_file_open(path);
        try {
            this.#before = (0,external_node_fs_.fstatSync)(this.#fd, { bigint: true });
            if (!this.#before.isFile())
                throw notAFile(path);
        }
        catch (error) {
            (0,external_node_fs_.closeSync)(this.#fd);
            throw error;
        }
        this.size = Number(this.#before.size);
    }
    /** @throws CafsError `CHANGED` where the file was written to in the meantime */
    whole() {
        const bytes = (0,pieces/* readWhole */.oD)(this.#fd, this.size + 1);
        this.#assertUnchanged(bytes.length);
        return bytes;
    }
    /** @throws CafsError `CHANGED` where the file was written to in the meantime: at the end */
    async *pieces(signal) {
        let size = 0;
        for await (const piece of (0,pieces/* readPieces */.ut)(this.#fd, signal)) {
            size += piece.length;
            yield piece;
        }
        this.#assertUnchanged(size);
    }
    [Symbol.dispose]() {
        (0,external_node_fs_.closeSync)(this.#fd);
    }
    #assertUnchanged(size) {
        const after = (0,external_node_fs_.fstatSync)(this.#fd, { bigint: true });
        const { mtimeNs } = this.#before;
        if (size === this.size && Number(after.size) === size && after.mtimeNs === mtimeNs)
            return;
        throw new errors/* CafsError */.u('CHANGED', `The file ${this.#path} changed while it was being read.`, {
            hint: 'Put it again once nothing writes to it.',
        });
    }
}
function source_file_open(path) {
    try {
        return (0,external_node_fs_.openSync)(path, (O_RDONLY ?? 0) | O_NONBLOCK);
    }
    catch (error) {
        if (!(0,file_access/* isMissing */.b2)(error))
            throw (0,file_access/* explainUnreadable */.x5)(error, path);
        throw new errors/* CafsError */.u('INVALID_INPUT', `There is no file ${JSON.stringify(path)}.`, {
            cause: error,
        });
    }
}
function notAFile(path) {
    return new errors/* CafsError */.u('INVALID_INPUT', `${JSON.stringify(path)} is no regular file.`, {
        hint: 'Give the path of a file; of folders, the files in them.',
    });
}

;// CONCATENATED MODULE: ./lib/store/blobs.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});












/** Files up to this size, in bytes, are read at once: that takes about a millisecond. */
const SMALL_FILE_BYTES = 4 * 1024 * 1024;
/** Content up to this size, in bytes, is verified before any of it is streamed. */
const VERIFIED_FIRST_BYTES = 8 * 1024 * 1024;
/** What one read, and one call of a hash function, can take, in bytes. */
const MAX_WHOLE_BYTES = 2 ** 31 - 1;
/**
 * Blobs on disk, by digest. Shared by all namespaces of a cache folder, and by processes.
 *
 * A blob is whole or absent whenever the process is killed. It is not forced to the disk (`fsync`)
 * when it is written: every read is verified, so that what a crash of the whole machine leaves
 * behind is found to be damaged, and put or fetched again. Putting a content heals its blob, since it
 * is compared with what is there; touching one does not read it, and what nobody reads
 * or puts is found by {@link verifyBlobs}. (On Windows, a blob that another process is reading at that
 * moment stays as it is.)
 *
 * What is put here is safe from the garbage collection of other processes as long as the caller
 * holds a {@link WriterSession}, and then as long as an index names it.
 */
class Blobs {
    #layout;
    #toucher;
    constructor(layout) {
        this.#layout = layout;
        this.#toucher = new BlobToucher(layout);
    }
    /** The blobs of a cache folder. */
    static open(cacheDir) {
        return new Blobs((0,layout/* openLayout */.B)(cacheDir));
    }
    has(digest) {
        return (0,blob_file/* placesOf */.ek)(this.#layout, digest).some(blob_file/* hasFile */.jv);
    }
    /** Whether there is a blob that this user may read. Its bytes are not verified. */
    canRead(digest) {
        try {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const file = __addDisposableResource(env_1, blob_file/* BlobFile */.Ki.open(this.#layout, digest), false);
                return file !== undefined;
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                __disposeResources(env_1);
            }
        }
        catch (error) {
            if ((0,errors/* hasCode */.up)(error, 'INTEGRITY'))
                return false;
            throw error;
        }
    }
    /** Bytes of a blob, as its file says; undefined where there is none. */
    sizeOf(digest) {
        for (const path of (0,blob_file/* placesOf */.ek)(this.#layout, digest)) {
            const stats = (0,blob_file/* statsAt */.Ze)(path);
            if (stats?.isFile() === true)
                return Number(stats.size);
        }
        return undefined;
    }
    /** The file that holds a blob; undefined where there is none. Its bytes are not verified. */
    path(digest) {
        const path = this.#layout.blob(digest);
        return (0,blob_file/* hasFile */.jv)(path) || this.#toucher.takeBack(digest) ? path : undefined;
    }
    /**
     * Tells garbage collection, of whatever process, that a blob is needed as long as this process
     * holds a {@link WriterSession}.
     *
     * @returns whether there is such a blob
     * @throws CafsError `UNWRITABLE` where it cannot be told
     */
    touch(digest) {
        return this.#toucher.touch(digest);
    }
    /**
     * Keeps bytes; gives their digest. The blob holds just these bytes then: what was there is compared.
     *
     * @throws CafsError `NO_SPACE`, `UNWRITABLE`: nothing has changed then
     */
    put(bytes) {
        const digest = (0,lib_digest/* digestOf */.ol)(bytes);
        if (this.#toucher.touch(digest, bytes.byteLength) && this.#holds(digest, bytes))
            return digest;
        (0,disk_error/* writingTo */.gC)(this.#layout.blob(digest), () => {
            this.#place((0,atomic_file/* writeTemp */.UG)(this.#layout.tempDir, [bytes]), { digest, size: bytes.byteLength });
        });
        return digest;
    }
    /**
     * Keeps a stream of bytes, piece by piece: memory does not grow with it. The blob holds just these
     * bytes then: what was there is compared.
     *
     * @param expected the digest that the content must have
     * @throws IntegrityError where it has another one; CafsError `NO_SPACE`, `UNWRITABLE`; the errors of
     *   the source and the signal's reason. Nothing has changed then.
     */
    async putStream(chunks, { expected, signal } = {}) {
        signal?.throwIfAborted();
        const temp = (0,disk_error/* writingTo */.gC)(this.#layout.tempDir, () => (0,atomic_file/* openTemp */.XS)(this.#layout.tempDir));
        try {
            const kept = await this.#fill(temp.fd, (0,until_aborted/* untilAborted */.E)(chunks, signal));
            if (expected !== undefined && kept.digest !== expected)
                throw isOther(expected, kept);
            if (this.#toucher.touch(kept.digest, kept.size) && (await this.#holdsFile(kept, temp.path)))
                (0,atomic_file/* dropFile */.cQ)(temp.path);
            else
                (0,disk_error/* writingTo */.gC)(this.#layout.blob(kept.digest), () => {
                    this.#place(temp.path, kept);
                });
            return kept;
        }
        catch (error) {
            (0,atomic_file/* dropFile */.cQ)(temp.path);
            throw error;
        }
    }
    /**
     * Keeps the content of a regular file, as it was at one moment.
     *
     * @throws CafsError `INVALID_INPUT` where it is missing, unreadable or no regular file; `CHANGED` where
     *   it was written to meanwhile; `NO_SPACE`, `UNWRITABLE`. Nothing has changed then.
     */
    async putFile(file, { signal } = {}) {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            signal?.throwIfAborted();
            const source = __addDisposableResource(env_2, new SourceFile(file), false);
            if (source.size > SMALL_FILE_BYTES)
                return await this.putStream(source.pieces(signal), { signal });
            const bytes = source.whole();
            return { digest: this.put(bytes), size: bytes.byteLength };
        }
        catch (e_2) {
            env_2.error = e_2;
            env_2.hasError = true;
        }
        finally {
            __disposeResources(env_2);
        }
    }
    /**
     * A blob's bytes, verified, or undefined where there is none. A damaged blob is set aside, so that
     * the next `put` of the same content heals it.
     *
     * @throws IntegrityError where the bytes on disk do not have this digest, or cannot be read
     * @throws CafsError `INVALID_INPUT` where they are too many for one buffer
     */
    get(digest) {
        const env_3 = { stack: [], error: void 0, hasError: false };
        try {
            const file = __addDisposableResource(env_3, blob_file/* BlobFile */.Ki.open(this.#layout, digest), false);
            if (file === undefined)
                return undefined;
            if (file.size > MAX_WHOLE_BYTES)
                throw tooLarge(digest, file.size);
            return wholeOf(file, digest);
        }
        catch (e_3) {
            env_3.error = e_3;
            env_3.hasError = true;
        }
        finally {
            __disposeResources(env_3);
        }
    }
    /** A blob's bytes, verified; undefined where they cannot be had. Nothing is set aside. */
    peek(digest) {
        const env_4 = { stack: [], error: void 0, hasError: false };
        try {
            const file = __addDisposableResource(env_4, blob_file/* BlobFile */.Ki.open(this.#layout, digest), false);
            if (file === undefined || file.size > MAX_WHOLE_BYTES)
                return undefined;
            const bytes = file.whole();
            return (0,lib_digest/* digestOf */.ol)(bytes) === digest ? bytes : undefined;
        }
        catch (e_4) {
            env_4.error = e_4;
            env_4.hasError = true;
        }
        finally {
            __disposeResources(env_4);
        }
    }
    /** A blob's bytes; a damaged one is as good as none, for who can get the bytes elsewhere. */
    find(digest) {
        try {
            return this.get(digest);
        }
        catch (error) {
            if ((0,errors/* hasCode */.up)(error, 'INTEGRITY'))
                return undefined;
            throw error;
        }
    }
    /**
     * A blob's bytes, piece by piece, or undefined where there is none. It fails rather than ends where
     * they are not right: up to 8 MiB before the first piece, beyond that before the last.
     *
     * @throws IntegrityError, NotFoundError: while it is read
     */
    stream(digest) {
        return this.has(digest) ? this.#stream(digest) : undefined;
    }
    async *#stream(digest) {
        const env_5 = { stack: [], error: void 0, hasError: false };
        try {
            const file = __addDisposableResource(env_5, blob_file/* BlobFile */.Ki.open(this.#layout, digest), false);
            if (file === undefined)
                throw new errors/* NotFoundError */.m_(`The blob ${digest} is gone from this disk.`);
            if (file.size <= VERIFIED_FIRST_BYTES) {
                yield wholeOf(file, digest);
                return;
            }
            const digester = new lib_digest/* Digester */.Y8();
            let held;
            for await (const piece of file.pieces()) {
                if (held !== undefined)
                    yield held;
                digester.update(piece);
                held = piece;
            }
            const found = digester.digest();
            if (found !== digest)
                throw file.damaged(found);
            if (held !== undefined)
                yield held;
        }
        catch (e_5) {
            env_5.error = e_5;
            env_5.hasError = true;
        }
        finally {
            __disposeResources(env_5);
        }
    }
    async #fill(fd, chunks) {
        const digester = new lib_digest/* Digester */.Y8();
        try {
            for await (const chunk of chunks) {
                for (const piece of (0,pieces/* cut */.Jj)(chunk)) {
                    digester.update(piece);
                    await (0,pieces/* writePiece */.Wx)(fd, piece).catch((error) => {
                        throw (0,disk_error/* explainDisk */.Pp)(error, this.#layout.tempDir);
                    });
                }
            }
        }
        finally {
            (0,external_node_fs_.closeSync)(fd);
        }
        const { size } = digester;
        return { digest: digester.digest(), size };
    }
    #holds(digest, bytes) {
        try {
            const env_6 = { stack: [], error: void 0, hasError: false };
            try {
                const file = __addDisposableResource(env_6, blob_file/* BlobFile */.Ki.open(this.#layout, digest), false);
                return file?.size === bytes.byteLength && file.holds(bytes);
            }
            catch (e_6) {
                env_6.error = e_6;
                env_6.hasError = true;
            }
            finally {
                __disposeResources(env_6);
            }
        }
        catch (error) {
            if ((0,errors/* hasCode */.up)(error, 'INTEGRITY'))
                return false;
            throw error;
        }
    }
    async #holdsFile({ digest, size }, path) {
        const fd = (0,external_node_fs_.openSync)(path, 'r');
        try {
            const env_7 = { stack: [], error: void 0, hasError: false };
            try {
                const file = __addDisposableResource(env_7, blob_file/* BlobFile */.Ki.open(this.#layout, digest), false);
                if (file?.size !== size)
                    return false;
                let at = 0;
                for await (const piece of (0,pieces/* readPieces */.ut)(fd)) {
                    if (!file.holds(piece, at))
                        return false;
                    at += piece.length;
                }
                return at === size;
            }
            catch (e_7) {
                env_7.error = e_7;
                env_7.hasError = true;
            }
            finally {
                __disposeResources(env_7);
            }
        }
        catch (error) {
            if ((0,errors/* hasCode */.up)(error, 'INTEGRITY'))
                return false;
            throw error;
        }
        finally {
            (0,external_node_fs_.closeSync)(fd);
        }
    }
    /** Gives a file that holds a content its place. */
    #place(temp, { digest, size }) {
        const path = this.#layout.blob(digest);
        try {
            (0,atomic_file/* moveInPlace */.y9)(temp, path);
        }
        catch (error) {
            if (!this.#makeWay(path, digest, size)) {
                (0,atomic_file/* dropFile */.cQ)(temp);
                throw error;
            }
            if ((0,blob_file/* hasFile */.jv)(path))
                (0,atomic_file/* dropFile */.cQ)(temp);
            else
                (0,atomic_file/* moveInPlace */.y9)(temp, path);
        }
    }
    /** What may have kept a file from its place: something that is no file, or the same content. */
    #makeWay(path, digest, size) {
        const stats = (0,blob_file/* statsAt */.Ze)(path);
        if (stats === undefined)
            return false;
        // Windows does not replace a file that another process is reading.
        if (stats.isFile())
            return this.#toucher.touch(digest, size);
        return (0,blob_file/* setAside */.Fi)(this.#layout, digest, path, stats);
    }
}
function wholeOf(file, digest) {
    const bytes = file.whole();
    const found = (0,lib_digest/* digestOf */.ol)(bytes);
    if (found !== digest)
        throw file.damaged(found);
    return bytes;
}
function isOther(expected, { digest, size }) {
    return new errors/* IntegrityError */.cs(`Content of ${(0,format/* formatBytes */.z3)(size)} has the digest ${digest}, not ${expected}.`, { hint: 'It was not kept. Get it again from where it came.' });
}
function tooLarge(digest, size) {
    return new errors/* CafsError */.u('INVALID_INPUT', `The content ${digest} has ${(0,format/* formatBytes */.z3)(size)}: too much for one buffer.`, { hint: 'Read it piece by piece, with getStream.' });
}


/***/ }),

/***/ 1912:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  j: () => (/* binding */ Index)
});

// EXTERNAL MODULE: ./lib/order.js
var order = __webpack_require__(1167);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/store/index/limits.js
var limits = __webpack_require__(1508);
;// CONCATENATED MODULE: ./lib/store/index/digest-column.js


const ALGORITHM = 'sha256:';
/** Digests one after another, 32 bytes each. */
function readDigest(column, number) {
    const start = number * limits/* DIGEST_BYTES */.x4;
    return `${ALGORITHM}${column.toString('hex', start, start + limits/* DIGEST_BYTES */.x4)}`;
}
/** Whether two digests, in one column or in two, are the same. */
function hasSameDigest(a, one, b, two) {
    const start = one * limits/* DIGEST_BYTES */.x4;
    const other = two * limits/* DIGEST_BYTES */.x4;
    for (let i = 0; i < limits/* DIGEST_BYTES */.x4; i += 1)
        if (a[start + i] !== b[other + i])
            return false;
    return true;
}
/** @throws CafsError `INVALID_DIGEST` */
function writeDigest(column, number, digest) {
    const hex = digest.slice(ALGORITHM.length);
    const written = column.write(hex, number * limits/* DIGEST_BYTES */.x4, 'hex');
    if (written !== limits/* DIGEST_BYTES */.x4 || hex.length !== 2 * limits/* DIGEST_BYTES */.x4) {
        throw new errors/* CafsError */.u('INVALID_DIGEST', `${JSON.stringify(digest.slice(0, 100))} is no digest.`);
    }
}

;// CONCATENATED MODULE: ./lib/store/index/frame-table.js

/** The codecs, by the number that stands for them. */
const CODECS = ['zstd', 'raw'];
/** Packs and frames by number. Each becomes an object when it is first asked for, and stays it. */
class FrameTable {
    static EMPTY = new FrameTable({ digests: Buffer.alloc(0), sizes: new Float64Array() }, {
        packs: new Uint32Array(),
        offsets: new Float64Array(),
        storedSizes: new Uint32Array(),
        rawSizes: new Uint32Array(),
        codecs: new Uint8Array(),
        digests: Buffer.alloc(0),
    });
    packs;
    frames;
    #packRefs = new Map();
    #frameRefs = new Map();
    /** Entries that share a long run often come one after another. */
    #lastRun;
    constructor(packs, frames) {
        this.packs = packs;
        this.frames = frames;
    }
    /** How many frames there are. */
    get size() {
        return this.frames.packs.length;
    }
    frame(number) {
        const known = this.#frameRefs.get(number);
        if (known !== undefined)
            return known;
        const { packs, offsets, storedSizes, rawSizes, codecs, digests } = this.frames;
        // Whoever gets an entry gets these very objects.
        const frame = Object.freeze({
            pack: this.pack(packs[number] ?? 0),
            offset: offsets[number] ?? 0,
            storedSize: storedSizes[number] ?? 0,
            rawSize: rawSizes[number] ?? 0,
            digest: readDigest(digests, number),
            codec: CODECS[codecs[number] ?? 0] ?? 'raw',
        });
        this.#frameRefs.set(number, frame);
        return frame;
    }
    /** Frames that follow one another. */
    run(first, count) {
        if (count === 1)
            return [this.frame(first)];
        const last = this.#lastRun;
        if (last?.first === first && last.frames.length === count)
            return last.frames;
        const frames = Object.freeze(Array.from({ length: count }, (_, i) => this.frame(first + i)));
        this.#lastRun = { first, frames };
        return frames;
    }
    pack(number) {
        const known = this.#packRefs.get(number);
        if (known !== undefined)
            return known;
        const { digests, sizes } = this.packs;
        const pack = Object.freeze({
            digest: readDigest(digests, number),
            size: sizes[number] ?? 0,
        });
        this.#packRefs.set(number, pack);
        return pack;
    }
}

;// CONCATENATED MODULE: ./lib/store/index/keys.js
/** No keys at all. */
const NO_KEYS = { keys: Buffer.alloc(0), keyEnds: new Uint32Array() };
/** Where a key starts in `keys`; of the one behind the last: where they end. */
function keyStart({ keyEnds }, number) {
    return number === 0 ? 0 : (keyEnds[number - 1] ?? 0);
}
/** The bytes of a key, as they lie in memory. */
function keyAt(all, number) {
    return all.keys.subarray(keyStart(all, number), all.keyEnds[number]);
}
/** Whether a key has this number. */
function isKeyAt(all, number, key) {
    const { keys, keyEnds } = all;
    if (number >= keyEnds.length)
        return false;
    return keys.compare(key, 0, key.length, keyStart(all, number), keyEnds[number]) === 0;
}
/**
 * The first key, from one number to before another, that is not before this one. Quick where it is
 * not far behind `from`.
 */
function lowerBound(all, key, from, to) {
    const { keys, keyEnds } = all;
    let low = from;
    let high = to;
    // Bytes that the key shares with those on both sides, and so with all between them.
    let lowShared = 0;
    let highShared = 0;
    // Steps that double find the end of the search, where it does not begin at the start.
    let step = from === 0 ? 0 : 1;
    while (low < high) {
        const number = step > 0 ? Math.min(low + step - 1, high - 1) : (low + high) >>> 1;
        const start = keyStart(all, number);
        const most = Math.min((keyEnds[number] ?? 0) - start, key.length);
        let shared = Math.min(lowShared, highShared);
        while (shared < most && keys[start + shared] === key[shared])
            shared += 1;
        const isBefore = shared < most ? (keys[start + shared] ?? 0) < (key[shared] ?? 0) : most < key.length;
        if (isBefore) {
            low = number + 1;
            lowShared = shared;
            step *= 2;
        }
        else {
            high = number;
            highShared = shared;
            step = 0;
        }
    }
    return low;
}
/** Which of two keys comes first: below 0 the one in `a`, above 0 the one in `b`; 0: they are equal. */
function compareKeys(a, i, b, j) {
    const start = keyStart(a, i);
    const other = keyStart(b, j);
    const longer = (a.keyEnds[i] ?? 0) - start - ((b.keyEnds[j] ?? 0) - other);
    const most = Math.min((a.keyEnds[i] ?? 0) - start, (b.keyEnds[j] ?? 0) - other);
    // For as few bytes as keys have, a call of `Buffer.compare` takes longer.
    for (let at = 0; at < most; at += 1) {
        const difference = (a.keys[start + at] ?? 0) - (b.keys[other + at] ?? 0);
        if (difference !== 0)
            return difference;
    }
    return longer;
}
/** Some of the keys, in their order. */
function selectKeys(source, numbers) {
    let end = 0;
    const keyEnds = Uint32Array.from(numbers, (number) => {
        end += (source.keyEnds[number] ?? 0) - keyStart(source, number);
        return end;
    });
    const selected = { keys: Buffer.allocUnsafe(end), keyEnds };
    for (const [i, number] of numbers.entries()) {
        selected.keys.set(keyAt(source, number), keyStart(selected, i));
    }
    return selected;
}

;// CONCATENATED MODULE: ./lib/store/index/meta-table.js
/** Leaves room for the difference of two in a double, whatever their order. Ends in 2112. */
const MAX_THOUSANDTHS = 2 ** 52;
const TIME = /"mtimeMs":(\d+(?:\.\d{1,3})?)(?=[,}])/;
/** Takes a file's time out of the text of its metadata; a text without one is all head. */
function takeApart(text) {
    const digits = TIME.exec(text);
    const number = digits?.[1];
    if (digits === null || number === undefined)
        return { head: text, tail: undefined, thousandths: 0 };
    const thousandths = Math.round(Number(number) * 1000);
    // What cannot be put together again to the very same text stays as it is.
    if (thousandths >= MAX_THOUSANDTHS || String(thousandths / 1000) !== number) {
        return { head: text, tail: undefined, thousandths: 0 };
    }
    const start = digits.index + digits[0].length - number.length;
    return { head: text.slice(0, start), tail: text.slice(start + number.length), thousandths };
}
/** The text of a template with a number in its gap. */
function putTogether({ head, tail }, thousandths) {
    return tail === undefined ? head : `${head}${String(thousandths / 1000)}${tail}`;
}
/** Templates by number, as UTF-8. */
class MetaTable {
    static EMPTY = new MetaTable(new Uint8Array(), new Uint32Array(), new Uint8Array());
    text;
    /** Where head and tail of each template end in the text, in turns. */
    ends;
    /** 1 for each template with a gap. */
    gaps;
    /** Templates that were used, ready to be filled: as many as most tables have. */
    #fills = new Map();
    constructor(text, ends, gaps) {
        this.text = text;
        this.ends = ends;
        this.gaps = gaps;
    }
    get size() {
        return this.gaps.length;
    }
    template(number) {
        const text = Buffer.from(this.text.buffer, this.text.byteOffset, this.text.byteLength);
        const [start, middle, end] = this.bounds(number);
        const head = text.toString('utf8', start, middle);
        if (this.gaps[number] !== 1)
            return { head, tail: undefined };
        return { head, tail: text.toString('utf8', middle, end) };
    }
    /** Where in the text the head of a template starts, where its tail does, and where that ends. */
    bounds(number) {
        const start = number === 0 ? 0 : (this.ends[2 * number - 1] ?? 0);
        return [start, this.ends[2 * number] ?? 0, this.ends[2 * number + 1] ?? 0];
    }
    /** How long the text of a template is, without what fills it. */
    bytesOf(number) {
        const [start, , end] = this.bounds(number);
        return end - start;
    }
    meta(number, thousandths) {
        const known = this.#fills.get(number);
        if (known !== undefined)
            return known(thousandths);
        const fill = makeFill(this.template(number));
        if (this.#fills.size < MAX_FILLS)
            this.#fills.set(number, fill);
        return fill(thousandths);
    }
}
const MAX_FILLS = 1024;
/** Of a template that is an object of plain values, a copy with another number is all that it takes. */
function makeFill(template) {
    const parse = (thousandths) => JSON.parse(putTogether(template, thousandths));
    const sample = parse(0);
    if (template.tail === undefined || !isFlat(sample))
        return parse;
    // A member that is each of these numbers in turn is the gap: there is no other that could change.
    const [one, two] = [parse(1000), parse(2000)];
    const names = Object.keys(sample);
    const gap = names.find((name) => sample[name] === 0 && one[name] === 1 && two[name] === 2);
    if (gap === undefined)
        return parse;
    return (thousandths) => ({ ...sample, [gap]: thousandths / 1000 });
}
function isFlat(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        return false;
    return Object.values(value).every((member) => typeof member !== 'object' || member === null);
}

;// CONCATENATED MODULE: ./lib/store/index/columns.js




/** What stands in `frameCounts` of an entry whose content no remote is known to hold. */
const NO_LOCATION = -1;
/**
 * Entries that never change, in columns: some 130 bytes for an entry with a key of 60, where an
 * object with its strings takes 500. A row becomes an object when it is asked for.
 */
class Columns {
    static EMPTY = new Columns({
        ...NO_KEYS,
        digests: Buffer.alloc(0),
        sizes: new Float64Array(),
        metas: new Uint32Array(),
        thousandths: new Float64Array(),
        firstFrames: new Uint32Array(),
        frameCounts: new Int32Array(),
        offsets: new Uint32Array(),
        metaTable: MetaTable.EMPTY,
        frameTable: FrameTable.EMPTY,
    });
    data;
    /** The digest of all of it, once somebody has computed it; empty for no entry. */
    root;
    constructor(data) {
        this.data = data;
    }
    get size() {
        return this.data.keyEnds.length;
    }
    /** Where the key of a row starts in `keys`; of the row behind the last one: where they end. */
    keyStart(row) {
        return keyStart(this.data, row);
    }
    key(row) {
        return this.data.keys.toString('utf8', this.keyStart(row), this.data.keyEnds[row]);
    }
    entry(row) {
        const { digests, sizes, metas, thousandths, metaTable } = this.data;
        const digest = readDigest(digests, row);
        const size = sizes[row] ?? 0;
        const template = metas[row] ?? 0;
        const meta = template === 0 ? undefined : metaTable.meta(template - 1, thousandths[row] ?? 0);
        const location = this.#location(row);
        if (meta !== undefined && location !== undefined)
            return { digest, size, meta, location };
        if (meta !== undefined)
            return { digest, size, meta };
        return location === undefined ? { digest, size } : { digest, size, location };
    }
    /** Keys and entries of some rows. */
    *entries(rows) {
        for (const row of rows)
            yield [this.key(row), this.entry(row)];
    }
    /** The row of a key, or -1. */
    find(key) {
        // What is no Unicode would be looked for as something else.
        if (!key.isWellFormed())
            return -1;
        const bytes = Buffer.from(key);
        const row = this.lowerBound(bytes);
        return this.hasKey(row, bytes) ? row : -1;
    }
    /** Whether this is the key of a row. */
    hasKey(row, key) {
        return isKeyAt(this.data, row, key);
    }
    /** The rows below a prefix, which is empty or ends in `/`: from the first to before the last. */
    below(prefix) {
        if (prefix === '')
            return [0, this.size];
        if (!prefix.isWellFormed())
            return [0, 0];
        const bytes = Buffer.from(prefix);
        const from = this.lowerBound(bytes);
        bytes[bytes.length - 1] = '/'.charCodeAt(0) + 1;
        return [from, this.lowerBound(bytes, from)];
    }
    /** As {@link lowerBound}, of the rows. */
    lowerBound(key, from = 0, to = this.size) {
        return lowerBound(this.data, key, from, to);
    }
    #location(row) {
        const { firstFrames, frameCounts, offsets, frameTable } = this.data;
        const count = frameCounts[row] ?? NO_LOCATION;
        if (count === NO_LOCATION)
            return undefined;
        return { frames: frameTable.run(firstFrames[row] ?? 0, count), offset: offsets[row] ?? 0 };
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/store/index/first-equal.js


/** Digests, as they stand one after another. */
function digestWords(column) {
    const words = new Uint32Array(column.length / 4);
    new Uint8Array(words.buffer).set(column);
    return { words, width: limits/* DIGEST_BYTES */.x4 / 4 };
}
/** Whole numbers. */
function numberWords(column) {
    if (column instanceof Uint32Array)
        return { words: column, width: 1 };
    if (column instanceof Uint8Array)
        return { words: Uint32Array.from(column), width: 1 };
    return { words: new Uint32Array(column.slice().buffer), width: 2 };
}
/**
 * For each number of things the first number whose thing is the same in all fields. No object is made of
 * any of them: a table that somebody else has written may hold millions.
 *
 * @param count how many there are
 */
function firstEqual(count, fields) {
    const firsts = new Uint32Array(count);
    const bits = Math.max(Math.ceil(Math.log2(count + 1)) + 1, 4);
    // One more than the number of a thing; 0: free.
    const slots = new Uint32Array(2 ** bits);
    const hashOf = hasher(fields);
    for (let number = 0; number < count; number += 1) {
        let slot = hashOf(number) >>> (32 - bits);
        let held = slots[slot] ?? 0;
        while (held > 0 && !isSame(fields, number, held - 1)) {
            slot = (slot + 1) % slots.length;
            held = slots[slot] ?? 0;
        }
        if (held === 0)
            slots[slot] = number + 1;
        firsts[number] = held === 0 ? number : held - 1;
    }
    return firsts;
}
/** Hashes with factors that nobody knows before: whoever wrote the table cannot make it slow. */
function hasher(fields) {
    const width = fields.reduce((sum, field) => sum + field.width, 0);
    const factors = Uint32Array.from({ length: width + 1 }, () => 2 * (0,external_node_crypto_.randomInt)(2 ** 31) + 1);
    return (number) => {
        let hash = 0;
        let at = 0;
        for (const { words, width: count } of fields) {
            for (let i = number * count; i < (number + 1) * count; i += 1) {
                hash = Math.imul(hash ^ (words[i] ?? 0), factors[at++] ?? 1);
                hash ^= hash >>> 16;
            }
        }
        return Math.imul(hash, factors[width] ?? 1);
    };
}
function isSame(fields, one, two) {
    for (const { words, width } of fields) {
        for (let i = 0; i < width; i += 1) {
            if (words[one * width + i] !== words[two * width + i])
                return false;
        }
    }
    return true;
}

;// CONCATENATED MODULE: ./lib/store/index/equal-frames.js

/** For each pack of a table the first one that is the same. */
function firstPacks({ packs }) {
    return firstEqual(packs.sizes.length, [digestWords(packs.digests), numberWords(packs.sizes)]);
}
/**
 * For each frame of a table the first one that is the same bytes of a pack, and the same in other fields.
 *
 * @param packNumbers as {@link firstPacks} gives them
 */
function firstFrames({ frames }, packNumbers, others = []) {
    return firstEqual(frames.packs.length, [
        numberWords(frames.packs.map((pack) => packNumbers[pack] ?? 0)),
        numberWords(frames.offsets),
        numberWords(frames.storedSizes),
        ...others,
    ]);
}

;// CONCATENATED MODULE: ./lib/store/index/location-comparison.js




/** Compares locations of two indexes, whatever numbers their frames have in each. */
class LocationComparison {
    #a;
    #b;
    /** For each frame of `a` one of `b` that is the same, as far as they were compared. */
    #same;
    /** For each frame of `b` the first one that is the same; undefined: nothing hung on it yet. */
    #firsts;
    constructor(a, b) {
        this.#a = a;
        this.#b = b;
        this.#same = new Int32Array(a.frameTable.size).fill(-1);
    }
    /** Whether the content of a row of `a` lies where that of a row of `b` does. */
    isSame(row, other) {
        const [a, b] = [this.#a, this.#b];
        const count = a.frameCounts[row] ?? NO_LOCATION;
        if (count !== b.frameCounts[other] || a.offsets[row] !== b.offsets[other])
            return false;
        const first = a.firstFrames[row] ?? 0;
        const otherFirst = b.firstFrames[other] ?? 0;
        if (a.frameTable === b.frameTable && first === otherFirst)
            return true;
        for (let i = 0; i < count; i += 1) {
            if (!this.#isSameFrame(first + i, otherFirst + i))
                return false;
        }
        return true;
    }
    #isSameFrame(one, two) {
        const known = this.#same[one];
        if (known === two)
            return true;
        if (known !== -1) {
            this.#firsts ??= firstFramesOf(this.#b.frameTable);
            return this.#firsts[known ?? 0] === this.#firsts[two];
        }
        if (!isSameFrame(this.#a.frameTable, one, this.#b.frameTable, two))
            return false;
        this.#same[one] = two;
        return true;
    }
}
function firstFramesOf(table) {
    const { rawSizes, codecs, digests } = table.frames;
    const others = [numberWords(rawSizes), numberWords(codecs), digestWords(digests)];
    return firstFrames(table, firstPacks(table), others);
}
function isSameFrame(a, one, b, two) {
    const [x, y] = [a.frames, b.frames];
    const pack = x.packs[one] ?? 0;
    const otherPack = y.packs[two] ?? 0;
    return (x.offsets[one] === y.offsets[two] &&
        x.storedSizes[one] === y.storedSizes[two] &&
        x.rawSizes[one] === y.rawSizes[two] &&
        x.codecs[one] === y.codecs[two] &&
        a.packs.sizes[pack] === b.packs.sizes[otherPack] &&
        hasSameDigest(x.digests, one, y.digests, two) &&
        hasSameDigest(a.packs.digests, pack, b.packs.digests, otherPack));
}

;// CONCATENATED MODULE: ./lib/store/index/meta-comparison.js

/** Compares metadata of two indexes by its text, without making it of templates where that can be. */
class MetaComparison {
    #a;
    #b;
    /** For each template of `a` one of `b` that is the same, as far as they were compared. */
    #same;
    constructor(a, b) {
        this.#a = a;
        this.#b = b;
        this.#same = new Int32Array(a.metaTable.size).fill(-1);
    }
    /** Whether a row of `a` has the metadata that a row of `b` has. */
    isSame(row, other) {
        const [a, b] = [this.#a, this.#b];
        const one = a.metas[row] ?? 0;
        const two = b.metas[other] ?? 0;
        if (one === 0 || two === 0)
            return one === two;
        const number = a.thousandths[row] ?? 0;
        const otherNumber = b.thousandths[other] ?? 0;
        if (this.#isSameTemplate(one - 1, two - 1))
            return number === otherNumber;
        // One text can be taken apart at different places.
        return textOf(a.metaTable, one - 1, number) === textOf(b.metaTable, two - 1, otherNumber);
    }
    #isSameTemplate(one, two) {
        const [a, b] = [this.#a.metaTable, this.#b.metaTable];
        if (a === b)
            return one === two;
        if (this.#same[one] === two)
            return true;
        if (!hasSameBytes(a, one, b, two))
            return false;
        this.#same[one] = two;
        return true;
    }
}
function textOf(table, template, thousandths) {
    return putTogether(table.template(template), thousandths);
}
function hasSameBytes(a, one, b, two) {
    if (a.gaps[one] !== b.gaps[two])
        return false;
    const [start, middle, end] = a.bounds(one);
    const [otherStart, otherMiddle, otherEnd] = b.bounds(two);
    if (middle - start !== otherMiddle - otherStart || end - start !== otherEnd - otherStart) {
        return false;
    }
    for (let at = 0; at < end - start; at += 1) {
        if (a.text[start + at] !== b.text[otherStart + at])
            return false;
    }
    return true;
}

;// CONCATENATED MODULE: ./lib/store/index/row-comparison.js



/** Compares what rows of two indexes hold, keys aside, without making entries of them. */
class RowComparison {
    #a;
    #b;
    #metas;
    /** undefined: locations make no difference. */
    #locations;
    constructor(a, b, ignoreLocations) {
        this.#a = a;
        this.#b = b;
        this.#metas = new MetaComparison(a.data, b.data);
        this.#locations = ignoreLocations ? undefined : new LocationComparison(a.data, b.data);
    }
    /** Whether a row of `a` holds what a row of `b` does. */
    isSame(row, other) {
        const [a, b] = [this.#a.data, this.#b.data];
        return (a.sizes[row] === b.sizes[other] &&
            hasSameDigest(a.digests, row, b.digests, other) &&
            this.#metas.isSame(row, other) &&
            this.#locations?.isSame(row, other) !== false);
    }
}

;// CONCATENATED MODULE: ./lib/store/index/row-differences.js


/** Stands for the row of a key that is not there. */
const NO_ROW = -1;
/**
 * The rows in which two indexes are different, in the order of their keys: of each such key the row
 * in `from` and the row in `to`, or {@link NO_ROW}.
 */
function* rowDifferences(from, to, ignoreLocations) {
    if (from === to)
        return;
    const comparison = new RowComparison(from, to, ignoreLocations);
    let row = 0;
    let other = 0;
    while (row < from.size && other < to.size) {
        const order = compareKeys(from.data, row, to.data, other);
        if (order < 0)
            yield [row++, NO_ROW];
        else if (order > 0)
            yield [NO_ROW, other++];
        else {
            if (!comparison.isSame(row, other))
                yield [row, other];
            row += 1;
            other += 1;
        }
    }
    for (; row < from.size; row += 1)
        yield [row, NO_ROW];
    for (; other < to.size; other += 1)
        yield [NO_ROW, other];
}

;// CONCATENATED MODULE: ./lib/store/index/entry-differences.js

/** What leads from one state to another, in the order of the keys. */
function* entryDifferences(from, to, { ignoreLocations = false }) {
    for (const [row, other] of rowDifferences(from, to, ignoreLocations)) {
        const key = row === NO_ROW ? to.key(other) : from.key(row);
        const before = row === NO_ROW ? undefined : from.entry(row);
        yield [key, before, other === NO_ROW ? undefined : to.entry(other)];
    }
}

;// CONCATENATED MODULE: ./lib/store/index/byte-writer.js


/** Bytes that grow at the end. */
class ByteWriter {
    #bytes;
    #length = 0;
    constructor(expected = 256) {
        this.#bytes = Buffer.allocUnsafe(expected);
    }
    get length() {
        return this.#length;
    }
    byte(value) {
        this.#reserve(1);
        this.#bytes[this.#length++] = value;
    }
    bytes(data) {
        this.#reserve(data.length);
        this.#bytes.set(data, this.#length);
        this.#length += data.length;
    }
    /** Text as UTF-8; gives its number of bytes. */
    text(text) {
        this.#reserve(text.length * 3);
        const written = this.#bytes.write(text, this.#length);
        this.#length += written;
        return written;
    }
    /** A whole number from 0 to 2^53 - 1 as LEB128: seven bits a byte, the lowest first. */
    varint(value) {
        this.#reserve(8);
        let rest = value;
        while (rest >= 0x80) {
            this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
            rest = Math.floor(rest / 0x80);
        }
        this.#bytes[this.#length++] = rest;
    }
    /** A whole number of either sign, below 2^52: 0, -1, 1, -2 become 0, 1, 2, 3. */
    signed(value) {
        this.varint(value < 0 ? -2 * value - 1 : 2 * value);
    }
    /** What was written; the memory is this writer's own, so write no more. */
    finish() {
        return this.#bytes.subarray(0, this.#length);
    }
    #reserve(count) {
        const needed = this.#length + count;
        if (needed <= this.#bytes.length)
            return;
        if (this.#length > limits/* MAX_SEGMENT_BYTES */.lN)
            throw tooLarge();
        const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
        this.#bytes.copy(grown, 0, 0, this.#length);
        this.#bytes = grown;
    }
}
/** The error for an index that names more frames than a segment may. */
function tooManyFrames() {
    return new errors/* CafsError */.u('INVALID_INPUT', `The entries name more than ${String(limits/* MAX_FRAME_USES */.CG)} frames; those of a segment name no more.`, { hint: HINT });
}
const HINT = 'Delete entries, or put them again with less metadata; then try again. Spread what is left over several namespaces.';
/** The error for an index that no segment can hold. */
function tooLarge() {
    return new errors/* CafsError */.u('INVALID_INPUT', `The index takes more than ${String(limits/* MAX_SEGMENT_BYTES */.lN)} bytes; a segment holds no more.`, { hint: HINT });
}

;// CONCATENATED MODULE: ./lib/store/index/frame-table-builder.js





/** No segment has room for more frames: runs that overlap in ever new ways would make them grow. */
const MAX_TABLE = Math.ceil(limits/* MAX_SEGMENT_BYTES */.lN / limits/* DIGEST_BYTES */.x4);
/** Numbers frames, and their packs, in the order in which they are first seen. */
class FrameTableBuilder {
    #packs = new Numbering(({ digest, size }) => `${digest} ${String(size)}`);
    #frames = new Numbering((frame) => [
        this.#packs.of(frame.pack),
        frame.offset,
        frame.storedSize,
        frame.rawSize,
        frame.codec,
        frame.digest,
    ].join(' '));
    /** Where runs of several frames start. */
    #runs = new Map();
    /** The number of the first of some frames; the others follow it in the table. */
    add(frames) {
        const [first] = frames;
        if (first === undefined)
            return 0;
        if (frames.length === 1)
            return this.#frames.of(first);
        const known = this.#findRun(frames);
        if (known !== undefined)
            return known;
        // Some of them may stand elsewhere already, in another order: the table holds those twice.
        const added = this.#frames.items.length;
        for (const frame of frames)
            this.#frames.append(frame);
        this.#runs.set(this.#idOfRun(frames), added);
        return added;
    }
    /** Gives the number here for a run of frames in another table. */
    importer(table) {
        const numbers = new Int32Array(table.size).fill(-1);
        /** By first frame and count, for more than one frame. */
        const runs = new Map();
        return (first, count) => {
            const run = first * MAX_TABLE + count;
            const known = count === 1 ? numbers[first] : runs.get(run);
            if (known !== undefined && known >= 0)
                return known;
            const added = this.add(table.run(first, count));
            if (count === 1)
                numbers[first] = added;
            else
                runs.set(run, added);
            return added;
        };
    }
    build() {
        // Numbers the packs: those of frames that stand twice are numbered already.
        const columns = this.#frameColumns();
        return new FrameTable(this.#packColumns(), columns);
    }
    #findRun(frames) {
        return frames.every((frame) => this.#frames.find(frame) !== undefined)
            ? this.#runs.get(this.#idOfRun(frames))
            : undefined;
    }
    /** The same for the same frames: each has a number already. */
    #idOfRun(frames) {
        const numbers = Uint32Array.from(frames, (frame) => this.#frames.of(frame));
        return (0,external_node_crypto_.hash)('sha256', new Uint8Array(numbers.buffer), 'base64');
    }
    #packColumns() {
        const packs = this.#packs.items;
        const digests = Buffer.alloc(packs.length * limits/* DIGEST_BYTES */.x4);
        for (const [number, { digest }] of packs.entries())
            writeDigest(digests, number, digest);
        return { digests, sizes: Float64Array.from(packs, ({ size }) => size) };
    }
    #frameColumns() {
        const frames = this.#frames.items;
        const digests = Buffer.alloc(frames.length * limits/* DIGEST_BYTES */.x4);
        for (const [number, { digest }] of frames.entries())
            writeDigest(digests, number, digest);
        return {
            packs: Uint32Array.from(frames, ({ pack }) => this.#packs.of(pack)),
            offsets: Float64Array.from(frames, ({ offset }) => offset),
            storedSizes: Uint32Array.from(frames, ({ storedSize }) => storedSize),
            rawSizes: Uint32Array.from(frames, ({ rawSize }) => rawSize),
            codecs: Uint8Array.from(frames, ({ codec }) => CODECS.indexOf(codec)),
            digests,
        };
    }
}
/** Gives things numbers in the order in which they are first seen. */
class Numbering {
    items = [];
    /** Spares naming what is the very same object as before. */
    #known = new Map();
    #numbers = new Map();
    #idOf;
    constructor(idOf) {
        this.#idOf = idOf;
    }
    find(item) {
        const known = this.#known.get(item);
        if (known !== undefined)
            return known;
        const number = this.#numbers.get(this.#idOf(item));
        if (number !== undefined)
            this.#known.set(item, number);
        return number;
    }
    /** The number of a thing, a new one where it has none. */
    of(item) {
        return this.find(item) ?? this.append(item);
    }
    /** Gives a thing a further number; asked for it, the first one counts. */
    append(item) {
        if (this.items.length >= MAX_TABLE)
            throw tooLarge();
        const number = this.items.push(item) - 1;
        if (this.#known.has(item))
            return number;
        const id = this.#idOf(item);
        if (this.#numbers.has(id))
            return number;
        this.#numbers.set(id, number);
        this.#known.set(item, number);
        return number;
    }
}

;// CONCATENATED MODULE: ./lib/store/index/meta-table-builder.js


/**
 * So many templates are told apart; later ones stand in the table once for each entry. Bounds the
 * memory for metadata that is different everywhere.
 */
const MAX_SHARED = 65_536;
/** Numbers templates in the order in which they are first seen: equal input gives an equal table. */
class MetaTableBuilder {
    #shared = new Map();
    #text = new ByteWriter();
    #ends = [];
    #gaps = [];
    /** The number of a template, a new one where it is not there yet. */
    add({ head, tail }) {
        // No JSON text holds a NUL.
        const id = tail === undefined ? head : `${head}\0${tail}`;
        const known = this.#shared.get(id);
        if (known !== undefined)
            return known;
        const number = this.#gaps.push(tail === undefined ? 0 : 1) - 1;
        this.#text.text(head);
        this.#ends.push(this.#text.length);
        if (tail !== undefined)
            this.#text.text(tail);
        this.#ends.push(this.#text.length);
        if (this.#shared.size < MAX_SHARED)
            this.#shared.set(id, number);
        return number;
    }
    /** Gives the number here for the number of a template in another table. */
    importer(table) {
        const numbers = new Int32Array(table.size).fill(-1);
        return (number) => {
            const known = numbers[number] ?? -1;
            if (known >= 0)
                return known;
            const isFull = this.#shared.size >= MAX_SHARED;
            const before = this.#gaps.length;
            const added = this.add(table.template(number));
            // Where the table is full, what is new to it stands there again for each entry.
            if (!isFull || added < before)
                numbers[number] = added;
            return added;
        };
    }
    build() {
        const text = Uint8Array.prototype.slice.call(this.#text.finish());
        return new MetaTable(text, Uint32Array.from(this.#ends), Uint8Array.from(this.#gaps));
    }
}

;// CONCATENATED MODULE: ./lib/store/index/columns-builder.js







/**
 * Builds columns out of rows that come in the order of their keys. Equal rows give equal columns,
 * whatever columns they were copied from.
 */
class ColumnsBuilder {
    #data;
    #metas = new MetaTableBuilder();
    #frames = new FrameTableBuilder();
    #size = 0;
    #keyBytes = 0;
    /**
     * @param size rows that will come
     * @param keyBytes at least the bytes of their keys
     */
    constructor(size, keyBytes) {
        this.#data = {
            keys: Buffer.alloc(keyBytes),
            keyEnds: new Uint32Array(size),
            digests: Buffer.alloc(size * limits/* DIGEST_BYTES */.x4),
            sizes: new Float64Array(size),
            metas: new Uint32Array(size),
            thousandths: new Float64Array(size),
            firstFrames: new Uint32Array(size),
            frameCounts: new Int32Array(size).fill(NO_LOCATION),
            offsets: new Uint32Array(size),
        };
    }
    add(key, { digest, size, meta, location }) {
        const row = this.#size++;
        const columns = this.#data;
        columns.keys.set(key, this.#keyBytes);
        this.#keyBytes += key.length;
        columns.keyEnds[row] = this.#keyBytes;
        writeDigest(columns.digests, row, digest);
        columns.sizes[row] = size;
        if (meta !== undefined) {
            const filled = takeApart(meta);
            columns.metas[row] = this.#metas.add(filled) + 1;
            columns.thousandths[row] = filled.thousandths;
        }
        if (location !== undefined) {
            columns.firstFrames[row] = this.#frames.add(location.frames);
            columns.frameCounts[row] = location.frames.length;
            columns.offsets[row] = location.offset;
        }
    }
    /** Gives a function that adds rows of other columns, from one to before another. */
    importer(source) {
        const importMeta = this.#metas.importer(source.data.metaTable);
        const importFrames = this.#frames.importer(source.data.frameTable);
        return (from, to) => {
            const start = this.#size;
            this.#copyPlain(source, from, to);
            const { metas, firstFrames, frameCounts } = this.#data;
            for (let row = start; row < this.#size; row += 1) {
                const meta = metas[row] ?? 0;
                if (meta > 0)
                    metas[row] = importMeta(meta - 1) + 1;
                const count = frameCounts[row] ?? 0;
                if (count > 0)
                    firstFrames[row] = importFrames(firstFrames[row] ?? 0, count);
            }
        };
    }
    /** @throws CafsError `INVALID_INPUT` for more than an index can hold */
    build() {
        if (this.#keyBytes > limits/* MAX_SEGMENT_BYTES */.lN)
            throw tooLarge();
        const keys = this.#data.keys;
        // Room that was kept for keys which did not come is worth a copy only where it is large.
        const isLoose = this.#keyBytes < keys.length * 0.75;
        return new Columns({
            ...this.#data,
            keys: isLoose
                ? Buffer.copyBytesFrom(keys, 0, this.#keyBytes)
                : keys.subarray(0, this.#keyBytes),
            metaTable: this.#metas.build(),
            frameTable: this.#frames.build(),
        });
    }
    #copyPlain(source, from, to) {
        const target = this.#data;
        const { data } = source;
        const row = this.#size;
        const keyStart = source.keyStart(from);
        target.keys.set(data.keys.subarray(keyStart, source.keyStart(to)), this.#keyBytes);
        const shift = this.#keyBytes - keyStart;
        for (let i = from; i < to; i += 1) {
            target.keyEnds[row + i - from] = (data.keyEnds[i] ?? 0) + shift;
        }
        this.#keyBytes += source.keyStart(to) - keyStart;
        target.digests.set(data.digests.subarray(from * limits/* DIGEST_BYTES */.x4, to * limits/* DIGEST_BYTES */.x4), row * limits/* DIGEST_BYTES */.x4);
        target.sizes.set(data.sizes.subarray(from, to), row);
        target.metas.set(data.metas.subarray(from, to), row);
        target.thousandths.set(data.thousandths.subarray(from, to), row);
        target.firstFrames.set(data.firstFrames.subarray(from, to), row);
        target.frameCounts.set(data.frameCounts.subarray(from, to), row);
        target.offsets.set(data.offsets.subarray(from, to), row);
        this.#size += to - from;
    }
}

// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/store/json.js
var json = __webpack_require__(7251);
// EXTERNAL MODULE: ./lib/location.js
var lib_location = __webpack_require__(8052);
;// CONCATENATED MODULE: ./lib/store/index/check-location.js



/** Why content of a size cannot lie there, as decoding a segment has it; undefined: it can. */
function whyNoLocation({ frames, offset }, size) {
    if (!Array.isArray(frames) || !frames.every(isFrameLike))
        return 'its frames are no list of frames';
    let rawSize = 0;
    for (const frame of frames) {
        const why = whyNoFrame(frame);
        if (why !== undefined)
            return why;
        rawSize += frame.rawSize;
    }
    if (!isCount(offset))
        return `${String(offset)} is no offset in a frame`;
    if (frames.length === 1)
        return offset + size > rawSize ? 'it does not fit its frame' : undefined;
    return offset !== 0 || size !== rawSize ? 'it does not fit its frames' : undefined;
}
function whyNoFrame({ pack, offset, storedSize, rawSize, digest, codec, }) {
    if (!(0,lib_digest/* isDigest */.Bc)(digest))
        return 'a frame has no digest';
    if (!(0,lib_digest/* isDigest */.Bc)(pack.digest))
        return 'a pack has no digest';
    if (!isFrameSize(storedSize) || !isFrameSize(rawSize))
        return 'a frame has no valid size';
    if (!isCount(pack.size))
        return 'a pack has no valid size';
    if (!isCount(offset) || offset + storedSize > pack.size)
        return 'a frame does not lie inside its pack';
    return CODECS.includes(codec) ? undefined : 'a frame has an unknown codec';
}
function isFrameLike(value) {
    return isObject(value) && 'pack' in value && isObject(value.pack);
}
function isObject(value) {
    return typeof value === 'object' && value !== null;
}
function isFrameSize(size) {
    return isCount(size) && size > 0 && size <= lib_location/* MAX_FRAME_BYTES */.d;
}
function isCount(value) {
    return Number.isSafeInteger(value) && value >= 0;
}

;// CONCATENATED MODULE: ./lib/store/index/kept-entry.js




/**
 * Checks an entry. What passes can be part of a segment.
 *
 * @throws CafsError `INVALID_INPUT`, naming the key
 */
function keepEntry(key, { digest, size, meta, location }) {
    if (!(0,lib_digest/* isDigest */.Bc)(digest))
        throw invalid(key, `${shown(digest)} is no digest`);
    if (!Number.isSafeInteger(size) || size < 0)
        throw invalid(key, `${shown(size)} is no size`);
    const text = meta === undefined ? undefined : (0,json/* toMetaText */.gG)(meta, key);
    if (location === undefined)
        return { digest, size, meta: text };
    return { digest, size, meta: text, location: keepLocation(key, size, location) };
}
/**
 * Checks where the content of an entry lies, and freezes it.
 *
 * @throws CafsError `INVALID_INPUT`, naming the key
 */
function keepLocation(key, size, location) {
    const why = whyNoLocation(location, size);
    if (why !== undefined)
        throw invalid(key, `${why}, so that it does not say where content lies`);
    return freeze(location);
}
/** The entry, as it would be read from a segment. */
function toEntry({ digest, size, meta: text, location }) {
    const meta = text === undefined ? undefined : JSON.parse(text);
    if (meta !== undefined && location !== undefined)
        return { digest, size, meta, location };
    if (meta !== undefined)
        return { digest, size, meta };
    return location === undefined ? { digest, size } : { digest, size, location };
}
/**
 * Checks and freezes locations as {@link keepLocation} does, and each frame only once, however many
 * locations are in it.
 */
function locationKeeper() {
    const sound = new Set();
    return (nameOf, size, location) => {
        const [frame] = location.frames;
        // What was checked is frozen, so that it still is what it was.
        const isKnown = frame !== undefined && location.frames.length === 1 && sound.has(frame);
        const { offset } = location;
        if (isKnown && Number.isSafeInteger(offset) && offset >= 0 && offset + size <= frame.rawSize) {
            return location;
        }
        const kept = keepLocation(nameOf(), size, location);
        for (const one of kept.frames)
            sound.add(one);
        return kept;
    };
}
/** Many entries name the same frames: a copy for each would cost more than all else. */
function freeze(location) {
    for (const frame of location.frames) {
        if (Object.isFrozen(frame))
            continue;
        Object.freeze(frame.pack);
        Object.freeze(frame);
    }
    Object.freeze(location.frames);
    return Object.freeze(location);
}
function invalid(key, why) {
    return new errors/* CafsError */.u('INVALID_INPUT', `The entry ${JSON.stringify(key)} is not valid: ${why}.`);
}
/** Types promise better than this, but what comes from JavaScript may be anything. */
function shown(value) {
    return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
}

;// CONCATENATED MODULE: ./lib/store/index/view.js

/**
 * Columns with changes on top, both limited to a prefix, at one moment: neither of them changes
 * any more, so that an index may be changed while somebody walks through a view of it.
 */
class View {
    columns;
    #rows;
    #changes;
    constructor(columns, prefix, changes) {
        this.columns = columns;
        this.#rows = columns.below(prefix);
        this.#changes = changes;
    }
    /** Everything in the order of the keys' bytes, deletions included. */
    *steps() {
        const [start, end] = this.#rows;
        let from = start;
        for (const change of this.#changes) {
            const key = Buffer.from(change[0]);
            const to = this.columns.lowerBound(key, from, end);
            if (to > from)
                yield { rows: [from, to] };
            yield { change, key };
            from = this.columns.hasKey(to, key) ? to + 1 : to;
        }
        if (end > from)
            yield { rows: [from, end] };
    }
    /** Keys and entries, sorted by the bytes of the keys. */
    *entries() {
        for (const step of this.steps()) {
            if (step.change === undefined) {
                const [from, to] = step.rows;
                for (let row = from; row < to; row += 1) {
                    yield [this.columns.key(row), this.columns.entry(row)];
                }
            }
            else {
                const [key, entry] = step.change;
                if (entry !== undefined)
                    yield [key, toEntry(entry)];
            }
        }
    }
}

;// CONCATENATED MODULE: ./lib/store/index/fold.js


/**
 * Columns with all changes in them.
 *
 * @param size how many rows come out
 * @param unsaved is told where the changes went
 * @throws CafsError `INVALID_INPUT` for more than an index can hold: nothing has changed then
 */
function fold(columns, overlay, size, unsaved) {
    const changes = overlay.below('');
    const builder = new ColumnsBuilder(size, columns.keyStart(columns.size) + keyBytes(changes));
    const copy = builder.importer(columns);
    const follower = unsaved.follow(size);
    for (const step of new View(columns, '', changes).steps()) {
        if (step.change === undefined) {
            copy(...step.rows);
            follower.keep(...step.rows);
        }
        else {
            const [, entry] = step.change;
            if (entry !== undefined)
                builder.add(step.key, entry);
            follower.change(entry !== undefined);
        }
    }
    const folded = builder.build();
    follower.end(changes);
    return folded;
}
function keyBytes(changes) {
    let bytes = 0;
    for (const [key, entry] of changes)
        if (entry !== undefined)
            bytes += Buffer.byteLength(key);
    return bytes;
}

;// CONCATENATED MODULE: ./lib/store/index/named-frames.js
/**
 * The frames that rows name, each once, in the order in which they first do. What is named again costs
 * nothing, however long the runs are that rows share.
 */
function namedFrames({ firstFrames, frameCounts, frameTable }) {
    const named = new Uint32Array(frameTable.size);
    let size = 0;
    // For each frame one that is not behind the next one from there on that was not named yet.
    const next = new Uint32Array(frameTable.size + 1);
    for (let frame = 0; frame < next.length; frame += 1)
        next[frame] = frame;
    const unnamedFrom = (start) => {
        let frame = start;
        for (let to = next[frame] ?? frame; to !== frame; to = next[frame] ?? frame) {
            // Each look makes the way shorter for the next one.
            next[frame] = next[to] ?? to;
            frame = to;
        }
        return frame;
    };
    for (let row = 0; row < frameCounts.length; row += 1) {
        const count = frameCounts[row] ?? 0;
        if (count < 1)
            continue;
        const first = firstFrames[row] ?? 0;
        for (let frame = unnamedFrom(first); frame < first + count; frame = unnamedFrom(frame)) {
            named[size++] = frame;
            next[frame] = frame + 1;
        }
    }
    return named.subarray(0, size);
}
/** 1 for each frame that is one of several that hold a content. */
function wholeFrames({ firstFrames, frameCounts, frameTable }) {
    // How many more runs there are from each frame on than up to it.
    const steps = new Int32Array(frameTable.size + 1);
    for (let row = 0; row < frameCounts.length; row += 1) {
        const count = frameCounts[row] ?? 0;
        if (count < 2)
            continue;
        const first = firstFrames[row] ?? 0;
        steps[first] = (steps[first] ?? 0) + 1;
        steps[first + count] = (steps[first + count] ?? 0) - 1;
    }
    let open = 0;
    return new Uint8Array(frameTable.size).map((_, frame) => {
        open += steps[frame] ?? 0;
        return open > 0 ? 1 : 0;
    });
}

;// CONCATENATED MODULE: ./lib/store/index/frames-apart.js


/** Whether the frames that rows name share no bytes, unless they are the very same ones. */
function areFramesApart({ data }) {
    const { frameTable } = data;
    const { packs, offsets, storedSizes } = frameTable.frames;
    const packNumbers = firstPacks(frameTable);
    const sameAs = firstFrames(frameTable, packNumbers);
    const isNamed = new Uint8Array(sameAs.length);
    for (const frame of namedFrames(data))
        isNamed[sameAs[frame] ?? 0] = 1;
    const perPack = new Map();
    for (let frame = 0; frame < isNamed.length; frame += 1) {
        if (isNamed[frame] !== 1)
            continue;
        const pack = packNumbers[packs[frame] ?? 0] ?? 0;
        const others = perPack.get(pack);
        if (others === undefined)
            perPack.set(pack, [frame]);
        else
            others.push(frame);
    }
    for (const frames of perPack.values()) {
        const starts = Float64Array.from(frames, (frame) => offsets[frame] ?? 0).sort();
        const ends = Float64Array.from(frames, (frame) => (offsets[frame] ?? 0) + (storedSizes[frame] ?? 0)).sort();
        // Of stretches that lie apart the nth end belongs to the nth start. Where two overlap, there is a
        // start before which fewer of them end than start.
        if (starts.some((start, i) => i > 0 && start < (ends[i - 1] ?? 0)))
            return false;
    }
    return true;
}

;// CONCATENATED MODULE: ./lib/store/index/picked-rows.js




/** Columns out of rows of other columns, picked in the order of their keys. */
class PickedRows {
    #sources;
    /** Source, first row, and the row behind the last one of each run, in turns. */
    #runs = [];
    #size = 0;
    #keyBytes = 0;
    constructor(...sources) {
        this.#sources = sources;
    }
    /** How many rows were picked. */
    get size() {
        return this.#size;
    }
    /** Picks a row, or all from one to before another. */
    pick(source, from, to = from + 1) {
        if (from === to)
            return;
        const columns = this.#sources[source] ?? Columns.EMPTY;
        this.#size += to - from;
        this.#keyBytes += columns.keyStart(to) - columns.keyStart(from);
        const runs = this.#runs;
        if (runs.at(-3) === source && runs.at(-1) === from)
            runs[runs.length - 1] = to;
        else
            runs.push(source, from, to);
    }
    /** What was picked, in order. */
    *runs() {
        const runs = this.#runs;
        for (let i = 0; i < runs.length; i += 3) {
            yield { source: runs[i] ?? 0, from: runs[i + 1] ?? 0, to: runs[i + 2] ?? 0 };
        }
    }
    /**
     * The columns; those of a source themselves where that is all of it.
     *
     * @throws CafsError `INVALID_INPUT` for more than an index can hold
     */
    build() {
        if (this.#size === 0)
            return Columns.EMPTY;
        if (this.#keyBytes > limits/* MAX_SEGMENT_BYTES */.lN)
            throw tooLarge();
        const [whole = 0] = this.#runs;
        const only = this.#sources[whole];
        if (this.#runs.length === 3 && only?.size === this.#size)
            return only;
        const builder = new ColumnsBuilder(this.#size, this.#keyBytes);
        const importers = this.#sources.map((columns) => builder.importer(columns));
        for (const { source, from, to } of this.runs())
            importers[source]?.(from, to);
        return builder.build();
    }
}

;// CONCATENATED MODULE: ./lib/store/index/merge-rows.js




const THEIRS = 0;
const MINE = 1;
/**
 * Brings two descendants of a base together, key by key: mine where it is not as in the base, else
 * theirs; and theirs where both are the same. Locations make no difference.
 *
 * @param settled asked for where both have changed a key, once: what others have made of it. Where mine is
 *   as in there, it was not made here, and theirs is taken
 * @throws CafsError `INVALID_INPUT` for more than an index can hold
 */
function mergeRows(base, theirs, mine, settled) {
    if (mine === base || mine === theirs)
        return theirs;
    const picked = new PickedRows(theirs, mine);
    const both = new RowComparison(mine, theirs, true);
    const mineInBase = lookup(mine, base);
    const theirsInBase = lookup(theirs, base);
    let known;
    let hasAsked = false;
    const settledFor = (side) => {
        if (!hasAsked)
            known = settled?.();
        hasAsked = true;
        return known === undefined ? NOWHERE : lookup(side, known);
    };
    const mineInSettled = lazy(() => settledFor(mine));
    const theirsInSettled = lazy(() => settledFor(theirs));
    let my = 0;
    let their = 0;
    while (my < mine.size || their < theirs.size) {
        const order = compareNext(mine, my, theirs, their);
        if (order === 0) {
            const isTheirs = both.isSame(my, their) ||
                mineInBase(my) === 'same' ||
                (theirsInBase(their) !== 'same' && mineInSettled(my) === 'same');
            if (isTheirs)
                picked.pick(THEIRS, their);
            else
                picked.pick(MINE, my);
        }
        else if (order < 0) {
            const before = mineInBase(my);
            const isGone = before === 'same' || (before === 'other' && mineInSettled(my) === 'same');
            if (!isGone)
                picked.pick(MINE, my);
        }
        else {
            const before = theirsInBase(their);
            const isNew = before === 'absent' || (before === 'other' && theirsInSettled(their) === 'absent');
            if (isNew)
                picked.pick(THEIRS, their);
        }
        if (order <= 0)
            my += 1;
        if (order >= 0)
            their += 1;
    }
    return picked.build();
}
const NOWHERE = () => undefined;
function lookup(of, columns) {
    const find = finder(columns);
    const comparison = new RowComparison(of, columns, true);
    return (row) => {
        const found = find(of.data, row);
        if (found === NO_ROW)
            return 'absent';
        return comparison.isSame(row, found) ? 'same' : 'other';
    };
}
/** Most merges need none. */
function lazy(make) {
    let made;
    return (row) => (made ??= make())(row);
}
/** Of the next key of each, the one that comes first; what is at its end comes last. */
function compareNext(a, row, b, other) {
    if (row === a.size)
        return 1;
    return other === b.size ? -1 : compareKeys(a.data, row, b.data, other);
}
/** Looks for keys that are asked for in their order. */
function finder(columns) {
    let at = 0;
    return (keys, number) => {
        const key = keyAt(keys, number);
        at = columns.lowerBound(key, at);
        return columns.hasKey(at, key) ? at : NO_ROW;
    };
}

;// CONCATENATED MODULE: ./lib/store/index/overlay.js

const SURROGATE_OR_BEYOND = /[\ud800-\uffff]/;
/** Changes on top of columns: few enough to be sorted when an order is asked for. */
class Overlay {
    #changes = new Map();
    /** All of them, in order; undefined: something changed since. */
    #sorted;
    /** Whether a part was asked for since the last change. */
    #wasRead = false;
    get size() {
        return this.#changes.size;
    }
    has(key) {
        return this.#changes.has(key);
    }
    get(key) {
        return this.#changes.get(key);
    }
    set(key, entry) {
        this.#changes.set(key, entry);
        this.#touch();
    }
    /** The keys that were set or deleted, in no order. */
    keys() {
        return this.#changes.keys();
    }
    clear() {
        this.#changes.clear();
        this.#touch();
    }
    /** The changes below a prefix, sorted by the bytes of their keys. Later changes leave it alone. */
    below(prefix) {
        // One look after each change, at a small part, must not cost sorting all of them.
        if (this.#sorted === undefined && prefix !== '' && !this.#wasRead) {
            this.#wasRead = true;
            return sort([...this.#changes].filter(([key]) => key.startsWith(prefix)));
        }
        this.#sorted ??= sort([...this.#changes]);
        if (prefix === '')
            return this.#sorted;
        const from = overlay_lowerBound(this.#sorted, prefix);
        let to = from;
        while (this.#sorted[to]?.[0].startsWith(prefix) === true)
            to += 1;
        return this.#sorted.slice(from, to);
    }
    #touch() {
        this.#sorted = undefined;
        this.#wasRead = false;
    }
}
function sort(changes) {
    // Without these units the order of UTF-16, which is built in, is that of the bytes.
    const isPlain = changes.every(([key]) => !SURROGATE_OR_BEYOND.test(key));
    return changes.sort(isPlain ? compareUnits : (a, b) => (0,order/* compareBytes */.X)(a[0], b[0]));
}
function compareUnits(a, b) {
    if (a[0] === b[0])
        return 0;
    return a[0] < b[0] ? -1 : 1;
}
/** The first position whose key is not before `key`. */
function overlay_lowerBound(changes, key) {
    let low = 0;
    let high = changes.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if ((0,order/* compareBytes */.X)(changes[middle]?.[0] ?? '', key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

;// CONCATENATED MODULE: ./lib/store/index/outside.js



/**
 * The first row whose content does not lie in packs of some kind, all of it; undefined: there is none.
 *
 * @param isIn asked once for each pack that rows name, until one is not
 */
function firstOutside({ data }, isIn) {
    const { firstFrames, frameCounts } = data;
    const nowhere = frameCounts.indexOf(NO_LOCATION);
    const stray = strayFrame(data, isIn);
    const elsewhere = stray === undefined
        ? -1
        : firstFrames.findIndex((first, row) => {
            return first <= stray && stray < first + (frameCounts[row] ?? 0);
        });
    const found = [nowhere, elsewhere].filter((row) => row !== -1);
    return found.length === 0 ? undefined : Math.min(...found);
}
/** The first frame that rows name, in their order, that lies in another pack. */
function strayFrame(data, isIn) {
    const { frameTable } = data;
    const packNumbers = firstPacks(frameTable);
    const known = new Set();
    return namedFrames(data).find((frame) => {
        const pack = packNumbers[frameTable.frames.packs[frame] ?? 0] ?? 0;
        if (known.has(pack))
            return false;
        known.add(pack);
        return !isIn(frameTable.pack(pack));
    });
}

;// CONCATENATED MODULE: ./lib/store/index/frame-use.js

/** More than a content within one frame has bytes, and than its offset is. */
const SPAN = 2 ** 27;
/**
 * Each frame that a row names, in the order in which they first do. What several rows need counts
 * once.
 *
 * @param sameAs for each frame the number that it counts under
 */
function* frameUses(data, sameAs) {
    const { rawSizes } = data.frameTable.frames;
    const named = new Set(namedFrames(data).map((frame) => sameAs[frame] ?? 0));
    const isWhole = new Uint8Array(sameAs.length);
    for (const [frame, whole] of wholeFrames(data).entries()) {
        if (whole === 1)
            isWhole[sameAs[frame] ?? 0] = 1;
    }
    const partsOf = partsByFrame(data, sameAs);
    for (const frame of named) {
        const isAll = isWhole[frame] === 1;
        yield { frame, rawBytes: isAll ? (rawSizes[frame] ?? 0) : covered(partsOf(frame)) };
    }
}
/** The contents of each frame that holds such: offset and size of each as one number. */
function partsByFrame(data, sameAs) {
    const { sizes, firstFrames, frameCounts, offsets } = data;
    const frameOf = (row) => sameAs[firstFrames[row] ?? 0] ?? 0;
    const starts = new Uint32Array(sameAs.length + 1);
    for (let row = 0; row < frameCounts.length; row += 1) {
        if (frameCounts[row] !== 1)
            continue;
        const next = frameOf(row) + 1;
        starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let i = 1; i < starts.length; i += 1)
        starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const parts = new Float64Array(starts.at(-1) ?? 0);
    const ends = starts.slice();
    for (let row = 0; row < frameCounts.length; row += 1) {
        if (frameCounts[row] !== 1)
            continue;
        const frame = frameOf(row);
        const at = ends[frame] ?? 0;
        parts[at] = (offsets[row] ?? 0) * SPAN + (sizes[row] ?? 0);
        ends[frame] = at + 1;
    }
    return (frame) => parts.subarray(starts[frame], starts[frame + 1]);
}
/** How many bytes lie in one part or more. */
function covered(parts) {
    let bytes = 0;
    let end = 0;
    // Contents mostly follow one another in a frame as their keys do.
    for (const part of isSorted(parts) ? parts : parts.sort()) {
        const from = Math.floor(part / SPAN);
        const to = from + (part % SPAN);
        bytes += Math.max(to - Math.max(from, end), 0);
        end = Math.max(end, to);
    }
    return bytes;
}
function isSorted(numbers) {
    for (let i = 1; i < numbers.length; i += 1) {
        if ((numbers[i] ?? 0) < (numbers[i - 1] ?? 0))
            return false;
    }
    return true;
}

;// CONCATENATED MODULE: ./lib/store/index/pack-use.js




/** Each pack that a row names, in the order in which they first do. */
function namedPacks({ data }) {
    const { frameTable } = data;
    const packNumbers = firstPacks(frameTable);
    const { packs } = frameTable.frames;
    const named = new Set();
    for (const frame of namedFrames(data))
        named.add(packNumbers[packs[frame] ?? 0] ?? 0);
    return Array.from(named, (number) => frameTable.pack(number));
}
/** The same, each with how much of it they need. */
function packUses({ data }) {
    const { frameTable } = data;
    const { packs, frames } = frameTable;
    // Nothing keeps a table from holding the same pack or frame twice.
    const packNumbers = firstPacks(frameTable);
    const sameFrames = firstFrames(frameTable, packNumbers, [numberWords(frames.rawSizes)]);
    const packOf = (frame) => packNumbers[frames.packs[frame] ?? 0] ?? 0;
    const live = new Map();
    for (const { frame, rawBytes } of frameUses(data, sameFrames)) {
        const pack = packOf(frame);
        const bytes = ((frames.storedSizes[frame] ?? 0) * rawBytes) / (frames.rawSizes[frame] ?? 1);
        live.set(pack, (live.get(pack) ?? 0) + bytes);
    }
    return Array.from(live, ([pack, bytes]) => ({
        pack: frameTable.pack(pack),
        live: Math.min(Math.round(bytes), packs.sizes[pack] ?? 0),
    }));
}

// EXTERNAL MODULE: ./lib/store/keys.js
var keys = __webpack_require__(4945);
;// CONCATENATED MODULE: ./lib/store/index/line.js


/** NUL, a digest, NUL, a size of at most 16 digits. */
const MAX_REST_BYTES = 1 + 'sha256:'.length + 2 * limits/* DIGEST_BYTES */.x4 + 1 + 16;
/** The longest line. */
const MAX_LINE_BYTES = keys/* MAX_KEY_BYTES */.Xd + MAX_REST_BYTES;
const line_ALGORITHM = Buffer.from('sha256:');
const HEX_DIGITS = Buffer.from('0123456789abcdef');
const ZERO = '0'.charCodeAt(0);
/**
 * A line of what a prefix's digest is computed over: key, NUL, digest, NUL, size. Of a prefix's own
 * line the prefix is missing in front, so a line without its first bytes serves for all of them.
 */
class Line {
    keyLength = 0;
    /** 0: nothing was written yet. */
    length = 0;
    /** What the line stands at the start of. */
    #bytes;
    constructor(bytes) {
        this.#bytes = bytes;
    }
    /** Goes on in a copy of its bytes. */
    moveTo(bytes) {
        this.#bytes = bytes;
    }
    /** How many bytes, up to a limit, the key in this line shares with another. */
    sharedWith(keys, start, end, limit) {
        const most = Math.min(this.keyLength, end - start, limit);
        let shared = 0;
        while (shared < most && this.#bytes[shared] === keys[start + shared])
            shared += 1;
        return shared;
    }
    writeRow({ data }, row, start) {
        this.#writeKey(data.keys, start, data.keyEnds[row] ?? 0);
        const bytes = this.#bytes;
        let at = this.#writeAlgorithm();
        const digest = row * limits/* DIGEST_BYTES */.x4;
        for (let i = digest; i < digest + limits/* DIGEST_BYTES */.x4; i += 1) {
            const byte = data.digests[i] ?? 0;
            bytes[at++] = HEX_DIGITS[byte >> 4] ?? 0;
            bytes[at++] = HEX_DIGITS[byte & 15] ?? 0;
        }
        this.#writeSize(at, data.sizes[row] ?? 0);
    }
    writeEntry(key, { digest, size }) {
        this.#writeKey(key, 0, key.length);
        const at = this.#writeAlgorithm();
        this.#bytes.write(digest.slice(line_ALGORITHM.length), at, 'latin1');
        this.#writeSize(at + 2 * limits/* DIGEST_BYTES */.x4, size);
    }
    #writeKey(keys, start, end) {
        const bytes = this.#bytes;
        let at = 0;
        for (let i = start; i < end; i += 1)
            bytes[at++] = keys[i] ?? 0;
        this.keyLength = at;
    }
    #writeAlgorithm() {
        let at = this.keyLength;
        this.#bytes[at++] = 0;
        this.#bytes.set(line_ALGORITHM, at);
        return at + line_ALGORITHM.length;
    }
    #writeSize(start, size) {
        const bytes = this.#bytes;
        bytes[start] = 0;
        let end = start + 2;
        for (let rest = size; rest >= 10; rest = Math.floor(rest / 10))
            end += 1;
        this.length = end;
        let rest = size;
        do {
            bytes[--end] = ZERO + (rest % 10);
            rest = Math.floor(rest / 10);
        } while (rest > 0);
    }
}

;// CONCATENATED MODULE: ./lib/store/index/prefix-hashes.js


/** Bytes of lines that a prefix gathers before they are hashed: few calls, and still in a cache. */
const GATHER_BYTES = 16 * 1024;
const SLASH = '/'.charCodeAt(0);
const LINE_FEED = '\n'.charCodeAt(0);
/**
 * The digests of prefixes in one pass over sorted keys. A prefix is one range of them, so all that
 * are open at one moment are the folders of one key; each takes a fixed amount of memory.
 */
class PrefixHashes {
    /** The line at hand, then what each level has gathered: a copy within one buffer is the quickest. */
    #arena = Buffer.allocUnsafe(MAX_LINE_BYTES + 8 * GATHER_BYTES);
    #line = new Line(this.#arena);
    #levels = [];
    /** How many of the levels are open. */
    #depth = 0;
    #withFolders;
    /** @param withFolders whether each folder below the prefix has a digest, or the prefix alone */
    constructor(withFolders) {
        this.#withFolders = withFolders;
    }
    /** Each prefix behind all that lie below it; nothing where the view has no entry. */
    *digests(view, prefix) {
        const { columns } = view;
        const { keys } = columns.data;
        this.#open(Buffer.byteLength(prefix));
        for (const step of view.steps()) {
            if (step.change === undefined) {
                const [from, to] = step.rows;
                for (let row = from; row < to; row += 1) {
                    const start = columns.keyStart(row);
                    const depth = this.#depthOf(keys, start, columns.keyStart(row + 1));
                    if (depth < this.#depth)
                        yield* this.#closeTo(depth);
                    this.#line.writeRow(columns, row, start);
                    this.#gather();
                }
            }
            else if (step.change[1] !== undefined) {
                const depth = this.#depthOf(step.key, 0, step.key.length);
                if (depth < this.#depth)
                    yield* this.#closeTo(depth);
                this.#line.writeEntry(step.key, step.change[1]);
                this.#gather();
            }
        }
        if (this.#line.length > 0)
            yield* this.#closeTo(0);
    }
    /**
     * Those of some prefixes, in one pass over the rows below them: nothing for one without a row.
     *
     * @param prefixes each empty or with a `/` at its end, sorted by their bytes, each once
     */
    *digestsOf(columns, prefixes) {
        const ends = [];
        let row = 0;
        for (const prefix of prefixes) {
            const [from, to] = columns.below(prefix);
            if (from === to)
                continue;
            row = yield* this.#walk(columns, ends, row, from);
            this.#open(Buffer.byteLength(prefix));
            ends.push(to);
        }
        yield* this.#walk(columns, ends, row, columns.size);
    }
    /** Goes on to a row, and ends levels on the way where their rows end. Gives the row. */
    *#walk(columns, ends, start, to) {
        let row = start;
        for (let end = ends.at(-1); end !== undefined; end = ends.at(-1)) {
            for (const last = Math.min(end, to); row < last; row += 1) {
                this.#line.writeRow(columns, row, columns.keyStart(row));
                this.#gather();
            }
            if (end > to)
                break;
            ends.pop();
            yield* this.#closeTo(ends.length);
        }
        return to;
    }
    /** How many of the open levels a key lies below. */
    #depthOf(keys, start, end) {
        let depth = this.#depth;
        // The first key: only the prefix is open, and every key lies below it.
        if (this.#line.length === 0)
            return depth;
        const top = this.#levels[depth - 1]?.prefixLength ?? 0;
        const shared = this.#line.sharedWith(keys, start, end, top);
        while (depth > 1 && (this.#levels[depth - 1]?.prefixLength ?? 0) > shared)
            depth -= 1;
        return depth;
    }
    #open(prefixLength) {
        const at = MAX_LINE_BYTES + this.#depth * GATHER_BYTES;
        if (at + GATHER_BYTES > this.#arena.length)
            this.#grow();
        this.#levels[this.#depth++] = { prefixLength, start: at, end: at, hash: undefined };
    }
    #grow() {
        const grown = Buffer.allocUnsafe(this.#arena.length * 2);
        this.#arena.copy(grown);
        this.#arena = grown;
        this.#line.moveTo(grown);
    }
    /** Adds the line at hand to all prefixes that its key lies below. */
    #gather() {
        const line = this.#line;
        if (this.#withFolders) {
            const top = this.#levels[this.#depth - 1]?.prefixLength ?? 0;
            for (let i = top; i < line.keyLength; i += 1) {
                if (this.#arena[i] === SLASH)
                    this.#open(i + 1);
            }
        }
        for (let i = 0; i < this.#depth; i += 1) {
            const level = this.#levels[i];
            if (level === undefined)
                continue;
            if (level.end - level.start + 1 + MAX_LINE_BYTES > GATHER_BYTES)
                this.#flush(level);
            if (level.hash !== undefined || level.end > level.start)
                this.#arena[level.end++] = LINE_FEED;
            this.#arena.copyWithin(level.end, level.prefixLength, line.length);
            level.end += line.length - level.prefixLength;
        }
    }
    #flush(level) {
        level.hash ??= (0,external_node_crypto_.createHash)('sha256');
        level.hash.update(this.#arena.subarray(level.start, level.end));
        level.end = level.start;
    }
    /** Ends the innermost levels. */
    *#closeTo(depth) {
        while (this.#depth > depth) {
            this.#depth -= 1;
            const level = this.#levels[this.#depth];
            if (level === undefined)
                return;
            const { prefixLength, start, end } = level;
            const rest = this.#arena.subarray(start, end);
            const hex = level.hash?.update(rest).digest('hex') ?? (0,external_node_crypto_.hash)('sha256', rest, 'hex');
            yield [this.#arena.toString('utf8', 0, prefixLength), `sha256:${hex}`];
        }
    }
}

;// CONCATENATED MODULE: ./lib/store/index/relocate.js






/** Content of no bytes lies nowhere. */
const relocate_NOWHERE = Object.freeze({ frames: Object.freeze([]), offset: 0 });
/** The same rows; those that have no location are asked for it. */
function locateRows(columns, locate) {
    return locateEach(columns, (row) => locate(columns.key(row), columns.entry(row)));
}
/** The same rows; those that have no location get that of their content, if it has one. */
function placeRows(columns, places) {
    if (places.size === 0 && !columns.data.sizes.includes(0))
        return columns;
    return locateEach(columns, (row) => places.get(readDigest(columns.data.digests, row)));
}
function locateEach(columns, locate) {
    const { sizes, frameCounts } = columns.data;
    if (!frameCounts.includes(NO_LOCATION))
        return columns;
    const keep = locationKeeper();
    let found = 0;
    const located = relocate(columns, (row) => {
        if (frameCounts[row] !== NO_LOCATION)
            return 'kept';
        const size = sizes[row] ?? 0;
        const location = size === 0 ? relocate_NOWHERE : locate(row);
        if (location === undefined)
            return undefined;
        found += 1;
        return location === relocate_NOWHERE ? location : keep(() => columns.key(row), size, location);
    });
    return found === 0 ? columns : located;
}
/** The same rows; those that lie in a lost pack, wholly or in part, have no location. */
function unlocateRows(columns, isLost) {
    const { data } = columns;
    const { firstFrames, frameCounts, frameTable } = data;
    const packNumbers = firstPacks(frameTable);
    const packs = new Map();
    const isLostPack = (number) => {
        const known = packs.get(number);
        if (known !== undefined)
            return known;
        const found = isLost(frameTable.pack(number));
        packs.set(number, found);
        return found;
    };
    // How many frames are lost up to each, so that a run costs the same whatever its length.
    const lost = new Uint32Array(frameTable.size + 1);
    for (const frame of namedFrames(data)) {
        const pack = packNumbers[frameTable.frames.packs[frame] ?? 0] ?? 0;
        lost[frame + 1] = isLostPack(pack) ? 1 : 0;
    }
    for (const [at, count] of lost.entries())
        lost[at] = count + (lost[at - 1] ?? 0);
    const hasLost = (row) => {
        const first = firstFrames[row] ?? 0;
        const end = first + Math.max(frameCounts[row] ?? 0, 0);
        return lost[first] !== lost[end];
    };
    if (lost.at(-1) === 0)
        return columns;
    return relocate(columns, (row) => (hasLost(row) ? undefined : 'kept'));
}
/** The same rows with other locations: only the columns of these are new. */
function relocate({ data, root }, choose) {
    const size = data.keyEnds.length;
    const frames = new FrameTableBuilder();
    const importFrames = frames.importer(data.frameTable);
    const firstFrames = new Uint32Array(size);
    const frameCounts = new Int32Array(size).fill(NO_LOCATION);
    const offsets = new Uint32Array(size);
    for (let row = 0; row < size; row += 1) {
        const location = choose(row);
        if (location === 'kept') {
            const count = data.frameCounts[row] ?? NO_LOCATION;
            if (count > 0)
                firstFrames[row] = importFrames(data.firstFrames[row] ?? 0, count);
            frameCounts[row] = count;
            offsets[row] = data.offsets[row] ?? 0;
        }
        else if (location !== undefined) {
            firstFrames[row] = frames.add(location.frames);
            frameCounts[row] = location.frames.length;
            offsets[row] = location.offset;
        }
    }
    const frameTable = frames.build();
    const columns = new Columns({ ...data, firstFrames, frameCounts, offsets, frameTable });
    // No digest depends on where contents lie.
    columns.root = root;
    return columns;
}

;// CONCATENATED MODULE: ./lib/store/index/rows-of.js



/** The rows that have no location, in order. */
function* unlocatedRows({ data }) {
    const { frameCounts } = data;
    let row = frameCounts.indexOf(NO_LOCATION);
    for (; row !== -1; row = frameCounts.indexOf(NO_LOCATION, row + 1))
        yield row;
}
/** The rows whose contents have one of these digests, in order. */
function* rowsOfContents({ data, size }, digests) {
    if (digests.size === 0)
        return;
    const starts = startsOf(digests);
    for (let row = 0; row < size; row += 1) {
        // Few others start like one of these, so that few are written out.
        const isLike = starts.has(data.digests.readUInt32LE(row * limits/* DIGEST_BYTES */.x4));
        if (isLike && digests.has(readDigest(data.digests, row)))
            yield row;
    }
}
function startsOf(digests) {
    const starts = new Set();
    const bytes = Buffer.alloc(limits/* DIGEST_BYTES */.x4);
    for (const digest of digests) {
        writeDigest(bytes, 0, digest);
        starts.add(bytes.readUInt32LE(0));
    }
    return starts;
}

;// CONCATENATED MODULE: ./lib/store/index/same-rows.js

/** Whether two indexes have the same keys with the same entries: the quickest answers come first. */
function haveSameRows(a, b, ignoreLocations) {
    if (a === b)
        return true;
    if (a.size !== b.size || !a.data.keys.equals(b.data.keys))
        return false;
    if (!a.data.digests.equals(b.data.digests))
        return false;
    if (a.data.keyEnds.some((end, row) => end !== b.data.keyEnds[row]))
        return false;
    const comparison = new RowComparison(a, b, ignoreLocations);
    for (let row = 0; row < a.size; row += 1)
        if (!comparison.isSame(row, row))
            return false;
    return true;
}

;// CONCATENATED MODULE: ./lib/store/index/spans.js


/** The contents that lie in several packs, each once, in the order of the keys. */
function spansOf({ data }) {
    const { firstFrames, frameCounts, frameTable, digests } = data;
    const partsOf = partsReader(frameTable);
    const seen = new Set();
    const spans = [];
    for (const [row, count] of frameCounts.entries()) {
        if (count < 2)
            continue;
        const parts = partsOf(firstFrames[row] ?? 0, count);
        if (parts.size < 2)
            continue;
        const digest = readDigest(digests, row);
        if (seen.has(digest))
            continue;
        seen.add(digest);
        spans.push(Array.from(parts, ([pack, bytes]) => ({ pack: frameTable.pack(pack).digest, bytes })));
    }
    return spans;
}
/** Stored bytes of a run of frames in each of its packs, in the time that it takes to go from pack to pack. */
function partsReader(table) {
    const { packs, storedSizes } = table.frames;
    const packNumbers = firstPacks(table);
    const packOf = (frame) => packNumbers[packs[frame] ?? 0] ?? 0;
    const sums = new Float64Array(table.size + 1);
    for (const [frame, size] of storedSizes.entries())
        sums[frame + 1] = (sums[frame] ?? 0) + size;
    // Behind the last of the frames from each on that lie in the same pack.
    const ends = new Uint32Array(table.size);
    for (let frame = table.size - 1; frame >= 0; frame -= 1) {
        const isLast = frame + 1 === table.size || packOf(frame) !== packOf(frame + 1);
        ends[frame] = isLast ? frame + 1 : (ends[frame + 1] ?? 0);
    }
    return (first, count) => {
        const parts = new Map();
        for (let frame = first; frame < first + count; frame = ends[frame] ?? Infinity) {
            const end = Math.min(ends[frame] ?? 0, first + count);
            const bytes = (sums[end] ?? 0) - (sums[frame] ?? 0);
            parts.set(packOf(frame), (parts.get(packOf(frame)) ?? 0) + bytes);
        }
        return parts;
    };
}

;// CONCATENATED MODULE: ./lib/store/index/top-folders.js
const top_folders_SLASH = '/'.charCodeAt(0);
/** The first part of each key that has several, with the `/` behind it, each once, in order. */
function* topFolders(columns) {
    const { keys, keyEnds } = columns.data;
    let slash = -1;
    let row = 0;
    while (row < columns.size) {
        const start = columns.keyStart(row);
        if (slash < start)
            slash = keys.indexOf(top_folders_SLASH, start);
        if (slash === -1)
            return;
        if (slash < (keyEnds[row] ?? 0)) {
            yield keys.toString('utf8', start, slash + 1);
            const behind = Buffer.copyBytesFrom(keys, start, slash + 1 - start);
            behind[behind.length - 1] = top_folders_SLASH + 1;
            row = columns.lowerBound(behind, row);
        }
        else
            row += 1;
    }
}

;// CONCATENATED MODULE: ./lib/store/index/totals.js

function totalsOf({ data: { sizes, frameCounts } }) {
    let bytes = 0;
    let unlocatedBytes = 0;
    for (const [row, size] of sizes.entries()) {
        bytes += size;
        if (frameCounts[row] === NO_LOCATION)
            unlocatedBytes += size;
    }
    return { bytes, unlocatedBytes };
}

;// CONCATENATED MODULE: ./lib/store/index/unsaved.js


/**
 * What of an index is not saved, beside what its overlay holds: remembers which of the changes
 * that went from the overlay into the columns are not.
 */
class Unsaved {
    /** 1 for each row of the columns that was set. Never changed once it is here; undefined: none. */
    #rows;
    #deleted = new Set();
    /** All keys of these were deleted at once: they say it themselves, for less than a set would take. */
    #cleared;
    get isEmpty() {
        return this.#cleared === undefined && this.#rows === undefined && this.#deleted.size === 0;
    }
    /** Everything was removed: the rows of these columns, and what was changed on top of them. */
    clear(columns, changed) {
        this.#rows = undefined;
        for (const key of changed)
            this.#deleted.add(key);
        if (columns.size === 0)
            return;
        if (this.#cleared === undefined) {
            this.#cleared = columns;
            return;
        }
        for (let row = 0; row < columns.size; row += 1) {
            const key = columns.key(row);
            if (this.#cleared.find(key) === -1)
                this.#deleted.add(key);
        }
    }
    /** Everything was saved. */
    reset() {
        this.#rows = undefined;
        this.#deleted.clear();
        this.#cleared = undefined;
    }
    /** Follows the steps of a view while they become the rows of new columns, `size` in number. */
    follow(size) {
        const before = this.#rows;
        const rows = new Uint8Array(size);
        let at = 0;
        let any = false;
        return {
            keep: (from, to) => {
                const kept = before?.subarray(from, to);
                if (kept !== undefined)
                    rows.set(kept, at);
                any ||= kept?.includes(1) === true;
                at += to - from;
            },
            change: (isSet) => {
                if (!isSet)
                    return;
                rows[at++] = 1;
                any = true;
            },
            skip: (count) => {
                at += count;
            },
            end: (changes) => {
                this.#rows = any ? rows : undefined;
                for (const [key, entry] of changes) {
                    if (entry === undefined)
                        this.#deleted.add(key);
                    else
                        this.#deleted.delete(key);
                }
            },
        };
    }
    /** Forgets of keys that they were deleted: they are here again, or their deletion was saved. */
    forgetDeleted(isForgotten) {
        const cleared = this.#cleared;
        for (let row = 0; row < (cleared?.size ?? 0); row += 1) {
            const key = cleared?.key(row);
            if (key !== undefined)
                this.#deleted.add(key);
        }
        this.#cleared = undefined;
        for (const key of this.#deleted)
            if (isForgotten(key))
                this.#deleted.delete(key);
    }
    /**
     * Every key that is not as it was saved.
     *
     * @param columns those that there are now
     * @param changes all that is on top of them
     * @param isChanged whether a key is among the changes
     */
    changes(columns, changes, isChanged) {
        const cleared = this.#cleared;
        const deleted = [...this.#deleted].filter((key) => !isChanged(key) && (cleared === undefined || cleared.find(key) === -1));
        return listChanges({ columns, changes, deleted, cleared, rows: this.#rows });
    }
}
function* listChanges({ columns, changes, deleted, cleared, rows, }) {
    for (const key of deleted)
        yield [key, undefined];
    if (cleared !== undefined)
        yield* clearedRows(new View(cleared, '', changes), columns);
    for (const step of new View(columns, '', changes).steps()) {
        if (step.change !== undefined) {
            const [key, entry] = step.change;
            yield [key, entry && toEntry(entry)];
        }
        else if (rows !== undefined) {
            yield* changedRows(columns, rows, step.rows);
        }
    }
}
/** The keys of cleared columns that are neither changed since nor among the columns of now. */
function* clearedRows(view, now) {
    const { keys } = view.columns.data;
    let at = 0;
    for (const step of view.steps()) {
        if (step.change !== undefined)
            continue;
        const [from, to] = step.rows;
        for (let row = from; row < to; row += 1) {
            const key = keys.subarray(view.columns.keyStart(row), view.columns.keyStart(row + 1));
            at = now.lowerBound(key, at);
            if (!now.hasKey(at, key))
                yield [view.columns.key(row), undefined];
        }
    }
}
function* changedRows(columns, unsaved, [from, to]) {
    const part = unsaved.subarray(from, to);
    for (let i = part.indexOf(1); i !== -1; i = part.indexOf(1, i + 1)) {
        yield [columns.key(from + i), columns.entry(from + i)];
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/store/segment/format.js



/*
 * A segment, as docs/format.md describes it: one zstd frame with a checksum, in it the columns of an
 * index one after another. Here is what its writer and its reader share.
 */
/** What a segment begins with, decompressed; a byte with the format follows. */
const MAGIC = Buffer.from('CAFSSEG');
/** The format that this code writes, and the only one that it reads. */
const SEGMENT_FORMAT = 1;
const LEVEL = 3;
/** The most and the fewest bytes that are decompressed at a time. */
const MAX_CHUNK_BYTES = 1024 * 1024;
const MIN_CHUNK_BYTES = 4096;
function compress(bytes) {
    const { byteLength } = bytes;
    return (0,external_node_zlib_.zstdCompressSync)(bytes, {
        // More than zstd ever makes of it: where a chunk of output is exactly full, Node asks for more,
        // and zstd answers with a second, empty frame.
        chunkSize: byteLength + (byteLength >>> 8) + MIN_CHUNK_BYTES,
        params: {
            [external_node_zlib_.constants.ZSTD_c_compressionLevel]: LEVEL,
            [external_node_zlib_.constants.ZSTD_c_checksumFlag]: 1,
        },
    });
}
/** @throws CafsError `MALFORMED` */
function decompress(bytes) {
    const { buffer, engine } = inflate(bytes);
    // Node reads the first of several frames, and says nothing of what follows it.
    if (engine.bytesWritten !== bytes.byteLength)
        throw malformed('something follows its frame');
    return buffer;
}
function inflate(bytes) {
    const chunkSize = Math.min(Math.max(bytes.byteLength * 4, MIN_CHUNK_BYTES), MAX_CHUNK_BYTES);
    const options = { info: true, maxOutputLength: limits/* MAX_SEGMENT_BYTES */.lN, chunkSize };
    try {
        // The types do not know of `info`.
        return (0,external_node_zlib_.zstdDecompressSync)(bytes, options);
    }
    catch (cause) {
        throw malformed('it cannot be decompressed', cause);
    }
}
function malformed(why, cause) {
    return new errors/* CafsError */.u('MALFORMED', `An index segment is malformed: ${why}.`, { cause });
}

;// CONCATENATED MODULE: ./lib/store/segment/apply-changes.js




const BEFORE = 0;
const SET = 1;
/**
 * Columns with the changes of a segment in them.
 *
 * @param unsaved is told what is saved by that
 * @throws CafsError `MALFORMED` for more than an index can hold: nothing has changed then
 */
function applyChanges(before, changes, unsaved) {
    const { columns, tombstones } = changes;
    const rows = new PickedRows(before, columns);
    let from = 0;
    let row = 0;
    let tombstone = 0;
    const goTo = (key) => {
        const to = before.lowerBound(key, from);
        rows.pick(BEFORE, from, to);
        from = before.hasKey(to, key) ? to + 1 : to;
    };
    while (row < columns.size || tombstone < tombstones.keyEnds.length) {
        if (comesFirst(columns.data, row, tombstones, tombstone)) {
            goTo(keyAt(columns.data, row));
            rows.pick(SET, row++);
        }
        else {
            goTo(keyAt(tombstones, tombstone++));
        }
    }
    rows.pick(BEFORE, from, before.size);
    const after = build(rows);
    if (!unsaved.isEmpty)
        markSaved(unsaved, rows, after, tombstones);
    return after;
}
/** Whether the next key of `a` comes before that of `b`; what is at its end comes last. */
function comesFirst(a, i, b, j) {
    if (i === a.keyEnds.length)
        return false;
    return j === b.keyEnds.length || compareKeys(a, i, b, j) < 0;
}
function build(rows) {
    if (rows.size > limits/* MAX_ENTRIES */.Sd) {
        throw malformed('with those before it, it makes more entries than an index can have');
    }
    let after;
    try {
        after = rows.build();
    }
    catch (cause) {
        throw malformed('with those before it, it makes more than an index can hold', cause);
    }
    let uses = 0;
    for (const count of after.data.frameCounts)
        uses += Math.max(count, 0);
    if (uses > limits/* MAX_FRAME_USES */.CG) {
        throw malformed('with those before it, its entries name too many frames');
    }
    return after;
}
function markSaved(unsaved, rows, after, tombstones) {
    const follower = unsaved.follow(rows.size);
    for (const { source, from, to } of rows.runs()) {
        if (source === BEFORE)
            follower.keep(from, to);
        else
            follower.skip(to - from);
    }
    follower.end([]);
    unsaved.forgetDeleted((key) => after.find(key) !== -1 || hasKey(tombstones, key));
}
function hasKey(all, key) {
    const bytes = Buffer.from(key);
    return isKeyAt(all, lowerBound(all, bytes, 0, all.keyEnds.length), bytes);
}

;// CONCATENATED MODULE: ./lib/store/segment/byte-reader.js

/** Reads bytes from the start to the end; what is not there or not well-formed throws. */
class ByteReader {
    #bytes;
    #at = 0;
    constructor(bytes) {
        this.#bytes = bytes;
    }
    /** Bytes that are still to be read. */
    get remaining() {
        return this.#bytes.length - this.#at;
    }
    byte() {
        const byte = this.#bytes[this.#at];
        if (byte === undefined)
            throw malformed('it ends too early');
        this.#at += 1;
        return byte;
    }
    /** The next bytes, as they lie in memory: copy what is to stay. */
    take(count) {
        if (count > this.remaining)
            throw malformed('it ends too early');
        const start = this.#at;
        this.#at += count;
        return this.#bytes.subarray(start, this.#at);
    }
    /** A whole number from 0 to 2^53 - 1, in as few bytes as it takes. */
    varint() {
        let byte = this.byte();
        if (byte < 0x80)
            return byte;
        let value = byte & 0x7f;
        let factor = 0x80;
        do {
            byte = this.byte();
            value += (byte & 0x7f) * factor;
            factor *= 0x80;
            if (value > Number.MAX_SAFE_INTEGER || factor > 2 ** 56)
                throw malformed('a number is too large');
        } while (byte >= 0x80);
        if (byte === 0)
            throw malformed('a number takes more bytes than it needs');
        return value;
    }
    /** A whole number of either sign: 0, 1, 2, 3 are 0, -1, 1, -2. */
    signed() {
        const value = this.varint();
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    /** A number of things that take at least `each` of the bytes that remain. */
    count(each) {
        const count = this.varint();
        if (count * each > this.remaining)
            throw malformed('it ends too early');
        return count;
    }
}

;// CONCATENATED MODULE: ./lib/store/segment/decode-frames.js




function readFrameTable(reader, packCount, frameCount) {
    const packs = {
        digests: Buffer.from(reader.take(packCount * limits/* DIGEST_BYTES */.x4)),
        sizes: new Float64Array(packCount),
    };
    for (let i = 0; i < packCount; i += 1)
        packs.sizes[i] = reader.varint();
    const frames = {
        digests: Buffer.from(reader.take(frameCount * limits/* DIGEST_BYTES */.x4)),
        packs: new Uint32Array(frameCount),
        offsets: new Float64Array(frameCount),
        storedSizes: new Uint32Array(frameCount),
        rawSizes: new Uint32Array(frameCount),
        codecs: new Uint8Array(frameCount),
    };
    for (let i = 0; i < frameCount; i += 1) {
        const pack = reader.varint();
        if (pack >= packCount)
            throw malformed('a frame names a pack that is not there');
        frames.packs[i] = pack;
    }
    for (let i = 0; i < frameCount; i += 1)
        frames.offsets[i] = reader.varint();
    readSizes(reader, frames.storedSizes);
    readSizes(reader, frames.rawSizes);
    readCodecs(reader, frames.codecs);
    assertInsidePacks(packs, frames);
    return new FrameTable(packs, frames);
}
function readSizes(reader, sizes) {
    for (let i = 0; i < sizes.length; i += 1) {
        const size = reader.varint();
        if (size === 0)
            throw malformed('a frame is empty');
        if (size > lib_location/* MAX_FRAME_BYTES */.d) {
            throw malformed(`a frame claims more than ${String(lib_location/* MAX_FRAME_BYTES */.d)} bytes`);
        }
        sizes[i] = size;
    }
}
function readCodecs(reader, codecs) {
    codecs.set(reader.take(codecs.length));
    if (codecs.some((codec) => codec >= CODECS.length))
        throw malformed('a frame has an unknown codec');
}
function assertInsidePacks(packs, frames) {
    for (const [i, pack] of frames.packs.entries()) {
        const end = (frames.offsets[i] ?? 0) + (frames.storedSizes[i] ?? 0);
        // An end beyond 2^53 may be rounded, but not to a size that a pack can have.
        if (end > (packs.sizes[pack] ?? 0))
            throw malformed('a frame does not lie inside its pack');
    }
}

// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __webpack_require__(4573);
;// CONCATENATED MODULE: ./lib/store/segment/decode-keys.js






const DOT = '.'.charCodeAt(0);
const UNDERSCORE = '_'.charCodeAt(0);
/**
 * The keys, sorted by their bytes, each as `assertKey` wants it.
 *
 * @param most bytes that they may have together
 */
function readKeys(reader, size, most) {
    const shared = readLengths(reader, size);
    const rests = readLengths(reader, size);
    const { keyEnds, restBytes } = measure(shared, rests, most);
    const rest = reader.take(restBytes);
    const keys = Buffer.allocUnsafe(keyEnds.at(-1) ?? 0);
    let at = 0;
    for (let row = 0, start = 0, before = 0; row < size; row += 1) {
        const length = shared[row] ?? 0;
        const from = at;
        at += rests[row] ?? 0;
        assertSorted(keys, before, start, length, rest[from]);
        keys.copyWithin(start, before, before + length);
        rest.copy(keys, start + length, from, at);
        const end = keyEnds[row] ?? 0;
        // What is shared with the key before was checked there, but for its last byte with the next one.
        assertAllowed(keys, start, Math.max(length - 1, 0), end);
        before = start;
        start = end;
    }
    // Every key starts with the first byte of a character, so none of these goes over its end.
    if (!(0,external_node_buffer_.isUtf8)(keys))
        throw malformed('a key is no valid UTF-8');
    return { keys, keyEnds };
}
/** That no key is set and deleted at once. */
function assertApart(columns, tombstones) {
    let row = 0;
    for (let i = 0; i < tombstones.keyEnds.length; i += 1) {
        const key = keyAt(tombstones, i);
        row = columns.lowerBound(key, row);
        if (columns.hasKey(row, key))
            throw malformed('it sets and deletes the same key');
    }
}
function readLengths(reader, size) {
    const lengths = new Uint16Array(size);
    for (let row = 0; row < size; row += 1) {
        const length = reader.varint();
        if (length > keys/* MAX_KEY_BYTES */.Xd)
            throw malformed(`a key has at most ${String(keys/* MAX_KEY_BYTES */.Xd)} bytes`);
        lengths[row] = length;
    }
    return lengths;
}
/** Where keys end, before anything is allocated for them. */
function measure(shared, rests, most) {
    const keyEnds = new Uint32Array(shared.length);
    let restBytes = 0;
    let end = 0;
    let before = 0;
    for (const [row, length] of shared.entries()) {
        const rest = rests[row] ?? 0;
        if (length > before)
            throw malformed('a key shares more than the key before it has');
        before = length + rest;
        if (before > keys/* MAX_KEY_BYTES */.Xd)
            throw malformed(`a key has at most ${String(keys/* MAX_KEY_BYTES */.Xd)} bytes`);
        if (before === 0)
            throw malformed('a key is not empty');
        if (rest === 0)
            throw malformed('a key stands twice, or before a shorter one');
        restBytes += rest;
        end += before;
        if (end > most)
            throw malformed(`its keys have more than ${String(limits/* MAX_SEGMENT_BYTES */.lN)} bytes`);
        keyEnds[row] = end;
    }
    return { keyEnds, restBytes };
}
/** Of two keys the first byte that they do not share decides, and no more than that is shared. */
function assertSorted(keys, before, start, shared, next) {
    if (before + shared === start)
        return;
    const other = keys[before + shared] ?? 0;
    if (next === other)
        throw malformed('a key shares more with the key before it than it says');
    if ((next ?? 0) < other)
        throw malformed('its keys are not sorted');
}
function assertAllowed(keys, start, from, end) {
    const first = keys[start] ?? 0;
    let isAllowed = first !== UNDERSCORE && (first & 0xc0) !== 0x80;
    let before = 0;
    for (let i = start + from; i < end; i += 1) {
        const byte = keys[i] ?? 0;
        if (byte === 0 || (byte === DOT && before === DOT))
            isAllowed = false;
        before = byte;
    }
    if (!isAllowed)
        throw forbidden(keys.toString('utf8', start, end));
}
function forbidden(key) {
    try {
        (0,keys/* assertKey */.sM)(key);
    }
    catch (error) {
        return malformed((0,errors/* messageOf */.bD)(error), error);
    }
    return malformed('a key is no valid UTF-8');
}

// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
;// CONCATENATED MODULE: ./lib/store/segment/decode-locations.js




/** For each entry the frames that hold its content, all of it. */
function readLocations(reader, entries, table) {
    const frameCounts = readCounts(reader, entries, table.size);
    const firstFrames = readFirstFrames(reader, entries, frameCounts, table.size);
    const offsets = readOffsets(reader, entries, { frameCounts, firstFrames }, table);
    assertWhole(entries, { frameCounts, firstFrames }, table);
    return { firstFrames, frameCounts, offsets };
}
function readCounts(reader, { sizes, nameOf }, frames) {
    const counts = new Int32Array(sizes.length);
    let uses = 0;
    for (let row = 0; row < counts.length; row += 1) {
        const count = reader.varint() - 1;
        if (count > frames)
            throw missing(nameOf(row));
        uses += Math.max(count, 0);
        if (uses > limits/* MAX_FRAME_USES */.CG)
            throw malformed('its entries name too many frames');
        counts[row] = count;
    }
    return counts;
}
function readFirstFrames(reader, { nameOf }, counts, frames) {
    const firsts = new Uint32Array(counts.length);
    let first = 0;
    for (let row = 0; row < counts.length; row += 1) {
        const count = counts[row] ?? NO_LOCATION;
        if (count < 1)
            continue;
        first += reader.signed();
        if (first < 0 || first + count > frames)
            throw missing(nameOf(row));
        firsts[row] = first;
    }
    return firsts;
}
/** Contents within one frame: each starts where the one before it in that frame ends, give or take. */
function readOffsets(reader, { sizes, nameOf }, { frameCounts, firstFrames }, { frames, size }) {
    const offsets = new Uint32Array(sizes.length);
    const ends = new Uint32Array(size);
    for (let row = 0; row < offsets.length; row += 1) {
        if (frameCounts[row] !== 1)
            continue;
        const frame = firstFrames[row] ?? 0;
        const offset = (ends[frame] ?? 0) + reader.signed();
        const end = offset + (sizes[row] ?? 0);
        if (offset < 0 || end > (frames.rawSizes[frame] ?? 0))
            throw misfit(nameOf(row));
        offsets[row] = offset;
        ends[frame] = end;
    }
    return offsets;
}
/** A content that is not within one frame is all of several, or has no bytes. */
function assertWhole({ sizes, nameOf }, { frameCounts, firstFrames }, { frames, size }) {
    // Sums up to each frame, so that a run costs the same whatever its length.
    const sums = new Float64Array(size + 1);
    for (let i = 0; i < size; i += 1)
        sums[i + 1] = (sums[i] ?? 0) + (frames.rawSizes[i] ?? 0);
    for (let row = 0; row < sizes.length; row += 1) {
        const count = frameCounts[row] ?? NO_LOCATION;
        if (count === NO_LOCATION || count === 1)
            continue;
        const first = firstFrames[row] ?? 0;
        const raw = (sums[first + count] ?? 0) - (sums[first] ?? 0);
        if (raw !== sizes[row])
            throw misfit(nameOf(row));
    }
}
function missing(key) {
    return malformed(`the entry ${(0,quoted/* quoted */.T)(key)} names a frame that is not there`);
}
function misfit(key) {
    return malformed(`the entry ${(0,quoted/* quoted */.T)(key)} does not fit its frames`);
}

;// CONCATENATED MODULE: ./lib/store/segment/decode-metas.js





/** Numbers that make JSON of a template where, and only where, every number does. */
const PROBES = [0, 1500];
function readMetaTable(reader, count) {
    const ends = new Uint32Array(2 * count);
    const gaps = new Uint8Array(count);
    const heads = new Uint32Array(count);
    for (let i = 0; i < count; i += 1)
        heads[i] = assertLength(reader.varint());
    let end = 0;
    for (let i = 0; i < count; i += 1) {
        const head = heads[i] ?? 0;
        const tail = reader.varint();
        gaps[i] = tail === 0 ? 0 : 1;
        ends[2 * i] = end + head;
        end += assertLength(head + Math.max(tail - 1, 0));
        if (end > reader.remaining)
            throw malformed('it ends too early');
        ends[2 * i + 1] = end;
    }
    const table = new MetaTable(Buffer.copyBytesFrom(reader.take(end)), ends, gaps);
    for (let i = 0; i < count; i += 1)
        assertJson(table, i);
    return table;
}
/** For each entry its template, and what stands in the gap. */
function readMetas(reader, size, table) {
    const metas = new Uint32Array(size);
    let bytes = 0;
    for (let row = 0; row < size; row += 1) {
        const meta = reader.varint();
        if (meta > table.size)
            throw malformed('an entry names metadata that is not there');
        metas[row] = meta;
        if (meta > 0)
            bytes += table.bytesOf(meta - 1);
    }
    if (bytes > limits/* MAX_META_TOTAL */.I6)
        throw malformed('it has too much metadata');
    const thousandths = new Float64Array(size);
    let value = 0;
    for (let row = 0; row < size; row += 1) {
        const meta = metas[row] ?? 0;
        if (meta === 0 || table.gaps[meta - 1] === 0)
            continue;
        value += reader.signed();
        if (value < 0 || value >= MAX_THOUSANDTHS)
            throw malformed('a time is out of range');
        thousandths[row] = value;
    }
    return { metas, thousandths };
}
function assertLength(length) {
    if (length <= limits/* MAX_META_BYTES */.Pu)
        return length;
    throw malformed(`metadata has at most ${String(limits/* MAX_META_BYTES */.Pu)} bytes`);
}
function assertJson(table, number) {
    const start = number === 0 ? 0 : (table.ends[2 * number - 1] ?? 0);
    const middle = table.ends[2 * number] ?? 0;
    const end = table.ends[2 * number + 1] ?? 0;
    const isText = (0,external_node_buffer_.isUtf8)(table.text.subarray(start, middle)) && (0,external_node_buffer_.isUtf8)(table.text.subarray(middle, end));
    if (!isText)
        throw malformed('metadata is no valid UTF-8');
    const template = table.template(number);
    const texts = (template.tail === undefined ? [0] : PROBES).map((probe) => putTogether(template, probe));
    try {
        for (const text of texts)
            JSON.parse(text);
    }
    catch (cause) {
        throw malformed('metadata is no JSON', cause);
    }
    // A number in the gap of what is JSON with every number opens and closes nothing.
    if (texts[0] !== undefined && (0,json/* isTooDeep */.f_)(texts[0])) {
        throw malformed(`metadata has more than ${String(limits/* MAX_META_DEPTH */.F4)} lists and objects one in another`);
    }
}

;// CONCATENATED MODULE: ./lib/store/segment/decode.js










/** The fewest bytes that each thing takes: what a header claims cannot be more. */
const LEAST = {
    pack: limits/* DIGEST_BYTES */.x4 + 1,
    frame: limits/* DIGEST_BYTES */.x4 + 5,
    meta: 2,
    entry: limits/* DIGEST_BYTES */.x4 + 5,
    tombstone: 3,
};
/**
 * The columns of a segment that is an index by itself.
 *
 * @throws as {@link decodeChanges}, and CafsError `MALFORMED` for one that deletes something
 */
function decodeBase(segment) {
    const { columns, tombstones } = decodeChanges(segment);
    if (tombstones.keyEnds.length > 0)
        throw malformed('it deletes keys, and there is nothing before');
    return columns;
}
/**
 * What a segment holds; every field is checked, so that nothing that is read from it later can be
 * wrong.
 *
 * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
 */
function decodeChanges(segment) {
    const reader = new ByteReader(decompress(segment));
    readHeader(reader);
    const packCount = reader.count(LEAST.pack);
    const frameCount = reader.count(LEAST.frame);
    const metaCount = reader.count(LEAST.meta);
    const size = reader.count(LEAST.entry);
    const tombstoneCount = reader.count(LEAST.tombstone);
    if (tombstoneCount > limits/* MAX_ENTRIES */.Sd)
        throw malformed('it deletes more keys than an index has');
    const frameTable = readFrameTable(reader, packCount, frameCount);
    const metaTable = readMetaTable(reader, metaCount);
    const keys = readKeys(reader, size, limits/* MAX_SEGMENT_BYTES */.lN);
    const digests = Buffer.from(reader.take(size * limits/* DIGEST_BYTES */.x4));
    const sizes = new Float64Array(size);
    for (let row = 0; row < size; row += 1)
        sizes[row] = reader.varint();
    const metas = readMetas(reader, size, metaTable);
    const nameOf = (row) => keys.keys.toString('utf8', row === 0 ? 0 : keys.keyEnds[row - 1], keys.keyEnds[row]);
    const locations = readLocations(reader, { sizes, nameOf }, frameTable);
    const tombstones = tombstoneCount === 0
        ? NO_KEYS
        : readKeys(reader, tombstoneCount, limits/* MAX_SEGMENT_BYTES */.lN - keys.keys.length);
    if (reader.remaining > 0)
        throw malformed('something follows its last column');
    const data = { ...keys, digests, sizes, ...metas, ...locations, metaTable, frameTable };
    const columns = new Columns(data);
    assertApart(columns, tombstones);
    return { columns, tombstones };
}
function readHeader(reader) {
    if (!reader.take(MAGIC.length).equals(MAGIC))
        throw malformed('it does not begin as one');
    const format = reader.byte();
    if (format === 0)
        throw malformed('its format is 0');
    if (format !== SEGMENT_FORMAT) {
        throw new errors/* CafsError */.u('UNSUPPORTED_VERSION', `An index segment has format ${String(format)}; this version reads format ${String(SEGMENT_FORMAT)}.`, { hint: 'Use a newer version of cafs.' });
    }
}

;// CONCATENATED MODULE: ./lib/store/segment/encode.js




/**
 * Columns as a segment.
 *
 * @param tombstones keys that the segment deletes from those before it: none of the columns' own
 * @throws CafsError `INVALID_INPUT` where they take more than a segment may hold
 */
function encodeColumns(columns, tombstones = NO_KEYS) {
    const { data } = columns;
    if (tombstones.keyEnds.length > limits/* MAX_ENTRIES */.Sd)
        throw tooLarge();
    if (data.keys.length + tombstones.keys.length > limits/* MAX_SEGMENT_BYTES */.lN)
        throw tooLarge();
    const writer = new ByteWriter(1024 + columns.size * 80 + tombstones.keyEnds.length * 20);
    writer.bytes(MAGIC);
    writer.byte(SEGMENT_FORMAT);
    writer.varint(data.frameTable.packs.sizes.length);
    writer.varint(data.frameTable.size);
    writer.varint(data.metaTable.size);
    writer.varint(columns.size);
    writer.varint(tombstones.keyEnds.length);
    writeFrames(writer, data.frameTable);
    writeMetaTable(writer, data.metaTable);
    writeKeys(writer, data);
    writer.bytes(data.digests);
    for (const size of data.sizes)
        writer.varint(size);
    writeMetas(writer, data);
    writeLocations(writer, data);
    writeKeys(writer, tombstones);
    if (writer.length > limits/* MAX_SEGMENT_BYTES */.lN)
        throw tooLarge();
    return compress(writer.finish());
}
function writeFrames(writer, { packs, frames }) {
    writer.bytes(packs.digests);
    for (const size of packs.sizes)
        writer.varint(size);
    writer.bytes(frames.digests);
    for (const pack of frames.packs)
        writer.varint(pack);
    for (const offset of frames.offsets)
        writer.varint(offset);
    for (const size of frames.storedSizes)
        writer.varint(size);
    for (const size of frames.rawSizes)
        writer.varint(size);
    writer.bytes(frames.codecs);
}
function writeMetaTable(writer, { text, ends, gaps }) {
    const lengths = ends.map((end, i) => end - (ends[i - 1] ?? 0));
    for (const i of gaps.keys())
        writer.varint(lengths[2 * i] ?? 0);
    for (const [i, gap] of gaps.entries()) {
        writer.varint(gap === 0 ? 0 : (lengths[2 * i + 1] ?? 0) + 1);
    }
    writer.bytes(text);
}
/** How many bytes each key shares with the one before it, how many follow, and those. */
function writeKeys(writer, { keys, keyEnds }) {
    const shared = new Uint16Array(keyEnds.length);
    let before = 0;
    let start = keyEnds[0] ?? 0;
    for (let row = 1; row < keyEnds.length; row += 1) {
        const most = start - before;
        let length = 0;
        while (length < most && keys[before + length] === keys[start + length])
            length += 1;
        shared[row] = length;
        before = start;
        start = keyEnds[row] ?? 0;
    }
    for (const length of shared)
        writer.varint(length);
    start = 0;
    for (const [row, end] of keyEnds.entries()) {
        writer.varint(end - start - (shared[row] ?? 0));
        start = end;
    }
    start = 0;
    for (const [row, end] of keyEnds.entries()) {
        writer.bytes(keys.subarray(start + (shared[row] ?? 0), end));
        start = end;
    }
}
function writeMetas(writer, { metas, thousandths, metaTable }) {
    let bytes = 0;
    for (const meta of metas) {
        writer.varint(meta);
        if (meta > 0)
            bytes += metaTable.bytesOf(meta - 1);
    }
    if (bytes > limits/* MAX_META_TOTAL */.I6)
        throw tooLarge();
    let before = 0;
    for (const [row, meta] of metas.entries()) {
        if (meta === 0 || metaTable.gaps[meta - 1] === 0)
            continue;
        const value = thousandths[row] ?? 0;
        writer.signed(value - before);
        before = value;
    }
}
function writeLocations(writer, data) {
    const { sizes, firstFrames, frameCounts, offsets, frameTable } = data;
    let uses = 0;
    for (const count of frameCounts) {
        uses += Math.max(count, 0);
        writer.varint(count + 1);
    }
    if (uses > limits/* MAX_FRAME_USES */.CG)
        throw tooManyFrames();
    let before = 0;
    for (const [row, count] of frameCounts.entries()) {
        if (count < 1)
            continue;
        const first = firstFrames[row] ?? 0;
        writer.signed(first - before);
        before = first;
    }
    // Contents mostly follow one another in a frame as their keys do.
    const ends = new Uint32Array(frameTable.size);
    for (const [row, count] of frameCounts.entries()) {
        if (count !== 1)
            continue;
        const frame = firstFrames[row] ?? 0;
        const offset = offsets[row] ?? 0;
        writer.signed(offset - (ends[frame] ?? 0));
        ends[frame] = offset + (sizes[row] ?? 0);
    }
}

;// CONCATENATED MODULE: ./lib/store/segment/encode-changes.js




/**
 * What leads from one state to another, as a segment.
 *
 * @throws CafsError `INVALID_INPUT` where that takes more than a segment may hold
 */
function encodeChanges(from, to) {
    const changed = new PickedRows(to);
    const deleted = [];
    for (const [before, after] of rowDifferences(from, to, false)) {
        if (after === NO_ROW)
            deleted.push(before);
        else
            changed.pick(0, after);
    }
    return encodeColumns(changed.build(), selectKeys(from.data, deleted));
}

;// CONCATENATED MODULE: ./lib/store/entry-index.js

























/** Changes that are kept on top of the columns whatever their size, before they become part of them. */
const MIN_FOLD = 16_384;
/** Of the columns' rows: more changes than this share become part of them. */
const FOLD_SHARE = 1 / 4;
/**
 * All entries of a store, in memory: columns that never change, with the changes since on top.
 *
 * Entries become objects when they are asked for. What `range`, `hashes` and `changes` give is the
 * state at the moment of the call: the index may be changed while one walks through it.
 */
class Index {
    #columns = Columns.EMPTY;
    #overlay = new Overlay();
    #unsaved = new Unsaved();
    #size = 0;
    /** How many changes were there when they could not become part of the columns. */
    #unfoldable = 0;
    /**
     * @param entries in any order; the last one counts where a key comes twice. All of them are
     * unsaved.
     * @throws as {@link Index.set}
     */
    constructor(entries = []) {
        for (const [key, entry] of entries)
            this.set(key, entry);
    }
    /**
     * Reads a segment; every field is checked. All of its entries are saved.
     *
     * @throws CafsError `MALFORMED`, also for a segment of changes that deletes something;
     *   `UNSUPPORTED_VERSION` for a newer format
     */
    static decode(segment) {
        return Index.#of(decodeBase(segment));
    }
    /**
     * Reads a base and the changes that were made to it, one after another. All entries are saved.
     *
     * @throws as {@link Index.decode} and {@link Index.applySegment}; CafsError `MALFORMED` for no segment
     */
    static decodeAll(segments) {
        const [base, ...changes] = segments;
        if (base === undefined)
            throw malformed('there is none');
        const index = Index.decode(base);
        for (const segment of changes)
            index.applySegment(segment);
        return index;
    }
    /**
     * Brings what was changed here since a base together with what others made of it meanwhile: what
     * was set and deleted here counts, all else is as it is there. All entries are saved.
     *
     * A location is no change. An entry that is the same on both sides has the location that it has
     * there; one that was changed here has its own, or none.
     *
     * @param base what both sides had in common
     * @param theirs what others made of it
     * @param mine what was made of it here
     * @param settled gives what others had made of it, as it was brought here last: where both sides have
     *   changed a key and mine is as in there, that was no change of this side, and theirs counts
     * @throws CafsError `INVALID_INPUT` where one of them, or all together, is more than a segment can hold
     */
    static merge(base, theirs, mine, settled) {
        for (const index of [base, theirs, mine])
            index.#fold();
        return Index.#of(mergeRows(base.#columns, theirs.#columns, mine.#columns, () => {
            const index = settled?.();
            if (index === undefined)
                return undefined;
            index.#fold();
            return index.#columns;
        }));
    }
    /**
     * The index as a segment. Equal entries give equal bytes, however they came to be here.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold: nothing has changed then,
     *   and after some entries were deleted it may be tried again
     */
    encode() {
        this.#fold();
        return encodeColumns(this.#columns);
    }
    /**
     * What has changed since another state, as a segment: what leads from there to here, locations
     * included. Equal states give equal bytes.
     *
     * @throws CafsError `INVALID_INPUT` where either of them, or what has changed, is more than a
     *   segment can hold
     */
    encodeChanges(since) {
        since.#fold();
        this.#fold();
        return encodeChanges(since.#columns, this.#columns);
    }
    /**
     * Makes the changes of a segment here, as {@link Index.encodeChanges} gives it. What it sets and
     * deletes counts as saved; what else is unsaved stays so. A deleted key need not be there.
     *
     * @throws as {@link Index.decode}; CafsError `MALFORMED` where the index becomes larger than one can
     *   be, `INVALID_INPUT` where it is that before. Nothing has changed then.
     */
    applySegment(segment) {
        const changes = decodeChanges(segment);
        this.#fold();
        this.#columns = applyChanges(this.#columns, changes, this.#unsaved);
        this.#size = this.#columns.size;
    }
    /**
     * The same entries, as they are now: later changes of either index do not reach the other one. All
     * of them are saved. The two share memory.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    copy() {
        this.#fold();
        return Index.#of(this.#columns);
    }
    /**
     * What leads from here to another state, sorted by the bytes of the keys. Later changes of either
     * index do not reach it.
     *
     * @returns key, entry before, entry after; undefined: there is none
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    differences(to, options = {}) {
        this.#fold();
        to.#fold();
        return entryDifferences(this.#columns, to.#columns, options);
    }
    /**
     * The same entries with locations. All of them are saved.
     *
     * @param locate asked once for each entry that has content and no location; undefined: it stays so.
     *   Content of no bytes is in no frame: such an entry gets that as its location unasked.
     * @throws CafsError `INVALID_INPUT` for a location that cannot be the entry's, or more than a segment
     *   can hold
     */
    located(locate) {
        this.#fold();
        return Index.#of(locateRows(this.#columns, locate));
    }
    /**
     * The same entries; those without a location get that of their content. All of them are saved.
     * Quicker than {@link Index.located}, which makes an object of each entry.
     *
     * @param places where contents lie; the content of no bytes lies nowhere, and need not be there
     * @throws as {@link Index.located}
     */
    placed(places) {
        this.#fold();
        return Index.#of(placeRows(this.#columns, places));
    }
    /**
     * The same entries without the locations that lie in a lost pack, wholly or in part. All of them
     * are saved.
     *
     * @param isLost asked once for each pack
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    withoutLocations(isLost) {
        this.#fold();
        return Index.#of(unlocateRows(this.#columns, isLost));
    }
    /**
     * The packs that entries lie in, in the order in which entries first name them.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    packs() {
        this.#fold();
        return packUses(this.#columns);
    }
    /**
     * The packs of {@link Index.packs} alone, without what is needed of them: that is quicker.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    packRefs() {
        this.#fold();
        return namedPacks(this.#columns);
    }
    /**
     * The contents that lie in several packs, each once, in the order of the keys.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    spans() {
        this.#fold();
        return spansOf(this.#columns);
    }
    /**
     * The first key whose content does not lie in packs of some kind, all of it; undefined: there is none.
     *
     * @param isIn asked once for each pack that entries name, until one is not
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    keyOutside(isIn) {
        this.#fold();
        const row = firstOutside(this.#columns, isIn);
        return row === undefined ? undefined : this.#columns.key(row);
    }
    /**
     * Whether the frames that entries name share no bytes, unless they are the very same ones.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    hasFramesApart() {
        this.#fold();
        return areFramesApart(this.#columns);
    }
    /**
     * Whether another index has the same keys with the same entries. Quicker than to look for a
     * difference.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    hasSameEntries(other, { ignoreLocations = false } = {}) {
        if (this.size !== other.size)
            return false;
        this.#fold();
        other.#fold();
        return haveSameRows(this.#columns, other.#columns, ignoreLocations);
    }
    /**
     * How many bytes the contents have.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    totals() {
        this.#fold();
        return totalsOf(this.#columns);
    }
    /**
     * The entries that have no location, sorted by the bytes of their keys, as they are now.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    unlocated() {
        this.#fold();
        return this.#columns.entries(unlocatedRows(this.#columns));
    }
    /**
     * The entries whose contents have one of these digests, sorted by the bytes of their keys, as they
     * are now.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    withContents(digests) {
        this.#fold();
        return this.#columns.entries(rowsOfContents(this.#columns, digests));
    }
    /** How many entries there are. */
    get size() {
        return this.#size;
    }
    get(key) {
        const kept = this.#overlay.get(key);
        if (kept !== undefined)
            return toEntry(kept);
        if (this.#overlay.has(key))
            return undefined;
        const row = this.#columns.find(key);
        return row === -1 ? undefined : this.#columns.entry(row);
    }
    has(key) {
        if (this.#overlay.has(key))
            return this.#overlay.get(key) !== undefined;
        return this.#columns.find(key) !== -1;
    }
    /**
     * Puts an entry in the place of what is there. What is kept is a copy of it, but for the location,
     * which is frozen.
     *
     * @throws CafsError `INVALID_KEY`, `RESERVED_KEY`; `INVALID_INPUT` for an entry that no segment can
     *   hold, or where all that was set before is more than one can. Nothing has changed then.
     */
    set(key, entry) {
        (0,keys/* assertKey */.sM)(key);
        const kept = keepEntry(key, entry);
        if (this.#overlay.size >= this.#foldSize)
            this.#fold();
        if (!this.has(key))
            this.#size += 1;
        this.#overlay.set(key, kept);
    }
    /** Removes an entry; gives whether there was one. */
    delete(key) {
        if (!this.has(key))
            return false;
        this.#foldForDelete();
        this.#size -= 1;
        this.#overlay.set(key, undefined);
        return true;
    }
    /** Removes everything: every key that there is now. */
    clear() {
        this.#unsaved.clear(this.#columns, this.#overlay.keys());
        this.#columns = Columns.EMPTY;
        this.#overlay.clear();
        this.#size = 0;
        this.#unfoldable = 0;
    }
    /** Keys and entries below a prefix, sorted by the bytes of the keys. */
    range(prefix) {
        return this.#view((0,keys/* normalisePrefix */.Pv)(prefix)).entries();
    }
    /**
     * The digest of a prefix: SHA-256 over a line per key below it (`rel NUL digest NUL size`),
     * sorted by bytes and joined by line feeds; `''` where there is no key.
     */
    hash(prefix) {
        const start = (0,keys/* normalisePrefix */.Pv)(prefix);
        if (start === '' && this.#overlay.size === 0)
            return this.#root();
        const [found] = new PrefixHashes(false).digests(this.#view(start), start);
        return found?.[1] ?? '';
    }
    /**
     * The digests of some prefixes and of everything, in one pass.
     *
     * @returns by prefix, with a `/` at its end, in the order of the bytes; nothing for a prefix without a
     *   key. What has the prefix `''` is everything.
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    hashesOf(prefixes) {
        this.#fold();
        const wanted = new Set(['']);
        for (const prefix of prefixes)
            wanted.add((0,keys/* normalisePrefix */.Pv)(prefix));
        const sorted = [...wanted].sort(order/* compareBytes */.X);
        const found = new Map(new PrefixHashes(false).digestsOf(this.#columns, sorted));
        this.#columns.root = found.get('') ?? '';
        return new Map(sorted.flatMap((prefix) => {
            const digest = found.get(prefix);
            return digest === undefined ? [] : [[prefix, digest]];
        }));
    }
    /**
     * The folders at the top, as prefixes: the first part of each key that has several. Sorted by
     * their bytes, as they are now.
     *
     * @throws CafsError `INVALID_INPUT` for an index that no segment can hold
     */
    topFolders() {
        this.#fold();
        return topFolders(this.#columns);
    }
    /**
     * The digests of a prefix and of all folders below it: of every beginning of a key that ends in
     * `/`. One pass, in memory that depends on the depth of the folders alone.
     *
     * @returns `[prefix, digest]`, as `hash` gives it, in order of the keys, and a folder behind all
     * that lies in it; the prefix itself is the last. Nothing where there is no key.
     * @example
     * for (const [folder, digest] of index.hashes('src')) console.log(folder, digest); // src/a/, src/
     */
    hashes(prefix = '') {
        const start = (0,keys/* normalisePrefix */.Pv)(prefix);
        return new PrefixHashes(true).digests(this.#view(start), start);
    }
    /** Whether something was set or removed since the index was read or saved. */
    get hasChanges() {
        return this.#overlay.size > 0 || !this.#unsaved.isEmpty;
    }
    /**
     * Every key that was set or removed since the index was read or saved, with the entry that it has
     * now; undefined: it is removed. Each key once, in no order. What is set to the entry that it had
     * counts.
     */
    changes() {
        const changes = this.#overlay.below('');
        return this.#unsaved.changes(this.#columns, changes, (key) => this.#overlay.has(key));
    }
    /**
     * Makes the changes of another index here, as if they had been made to this one.
     *
     * @throws as {@link Index.set}
     */
    apply(changes) {
        for (const [key, entry] of changes) {
            if (entry === undefined)
                this.delete(key);
            else
                this.set(key, entry);
        }
    }
    /** Says that everything is saved, as it is now. */
    markSaved() {
        this.#fold();
        this.#unsaved.reset();
    }
    static #of(columns) {
        const index = new Index();
        index.#columns = columns;
        index.#size = columns.size;
        return index;
    }
    /** The digest of the columns, which do not change. */
    #root() {
        const columns = this.#columns;
        if (columns.root === undefined) {
            const [found] = new PrefixHashes(false).digestsOf(columns, ['']);
            columns.root = found?.[1] ?? '';
        }
        return columns.root;
    }
    #view(prefix) {
        return new View(this.#columns, prefix, this.#overlay.below(prefix));
    }
    /** With so many changes on top, they become part of the columns before there are more. */
    get #foldSize() {
        return Math.max(MIN_FOLD, this.#columns.size * FOLD_SHARE);
    }
    /** Deleting is the way out of an index that is too large: that it is must not keep from it. */
    #foldForDelete() {
        // What has failed is not worth trying again for each key.
        if (this.#overlay.size < Math.max(this.#foldSize, 2 * this.#unfoldable))
            return;
        try {
            this.#fold();
        }
        catch {
            this.#unfoldable = this.#overlay.size;
        }
    }
    #fold() {
        if (this.#overlay.size === 0)
            return;
        this.#columns = fold(this.#columns, this.#overlay, this.#size, this.#unsaved);
        this.#overlay.clear();
        this.#unfoldable = 0;
    }
}


/***/ }),

/***/ 2204:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ FileClock),
/* harmony export */   c: () => (/* binding */ CLOCK_TICK_MS)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _atomic_file_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3171);


/** For how long, in milliseconds, the distance between two clocks is taken to stay the same. */
const TRUSTED_MS = 10_000;
/**
 * File systems take their time from a clock that ticks every few milliseconds (10 on Linux, 15.6 on
 * Windows): what they stamp may be older than it is by this much, in milliseconds.
 */
const CLOCK_TICK_MS = 20;
/**
 * The clock by which a file system stamps files. It need not be this process's: the files may lie
 * on a server, or on the host of a virtual machine.
 */
class FileClock {
    #tempDir;
    #offset = 0;
    #measured = -Infinity;
    /** @param tempDir a folder on the file system, for a file that lives for a moment */
    constructor(tempDir) {
        this.#tempDir = tempDir;
    }
    /** What a file that is written at this moment gets as its time, in nanoseconds since 1970. */
    stamp() {
        const { path, fd } = (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_1__/* .openTemp */ .XS)(this.#tempDir);
        try {
            return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(fd, { bigint: true }).mtimeNs;
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(fd);
            (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_1__/* .dropFile */ .cQ)(path);
        }
    }
    /**
     * A time, in milliseconds since 1970, that is no less than that of any file written before, found
     * without writing one each time.
     */
    now() {
        const here = Date.now();
        if (here < this.#measured || here - this.#measured > TRUSTED_MS) {
            this.#offset = Number(this.stamp()) / 1e6 - here;
            this.#measured = here;
        }
        return here + this.#offset + CLOCK_TICK_MS;
    }
}


/***/ }),

/***/ 222:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Z: () => (/* binding */ IndexFile),
  V: () => (/* binding */ digestsIn)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/lock.js
var lock = __webpack_require__(3964);
// EXTERNAL MODULE: ./lib/store/atomic-file.js
var atomic_file = __webpack_require__(3171);
// EXTERNAL MODULE: ./lib/store/entry-index.js + 47 modules
var entry_index = __webpack_require__(1912);
// EXTERNAL MODULE: ./lib/make-folder.js
var make_folder = __webpack_require__(8142);
;// CONCATENATED MODULE: ./lib/store/index-bytes.js



/** Reads a file of an index; undefined: there is none. */
function readIfExists(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path);
    }
    catch (error) {
        if ((0,file_access/* isMissing */.b2)(error))
            return undefined;
        throw explainIndexFile(error, path);
    }
}
/** Says of an error what is wrong with the file, as far as that is known. */
function explainIndexFile(error, path) {
    if ((0,errors/* systemCode */.xU)(error) !== 'EISDIR')
        return (0,file_access/* explainUnreadable */.x5)(error, path);
    return new errors/* CafsError */.u('MALFORMED', `A folder is where the index file ${path} must be.`, {
        hint: 'Move it away.',
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/store/held-bases.js






/**
 * Base files that stay readable until they are released, whatever other processes forget meanwhile: each has
 * a second name, among temporary files, which are removed where the process is killed.
 */
class HeldBases {
    /** By digest: the path of a second name, or of the first where the disk has no such thing. */
    #paths = new Map();
    #links = [];
    /** @param bases digests and paths. Lock the index that names them */
    constructor(bases, tempDir) {
        (0,make_folder/* makeFolder */.f)(tempDir);
        for (const [digest, path] of bases) {
            if (this.#paths.has(digest))
                continue;
            this.#paths.set(digest, this.#hold(path, tempDir));
        }
    }
    #hold(path, tempDir) {
        const link = (0,atomic_file/* tempPath */.EZ)(tempDir);
        try {
            (0,external_node_fs_.linkSync)(path, link);
        }
        catch {
            // It is gone already, or the disk knows no links: then it is there as long as it is there.
            return path;
        }
        this.#links.push(link);
        try {
            // Old temporary files are garbage.
            const now = Date.now() / 1000;
            (0,external_node_fs_.utimesSync)(link, now, now);
        }
        catch {
            // Somebody else's file: it is as old as it is.
        }
        return link;
    }
    /** @returns undefined where it is gone or damaged: nothing is known of what has changed since then */
    load(base) {
        const path = this.#paths.get(base);
        return path === undefined ? undefined : readBase(path, base);
    }
    release() {
        for (const link of this.#links)
            (0,atomic_file/* dropFile */.cQ)(link);
    }
}
/** Reads a base file; see {@link HeldBases.load}. */
function readBase(path, base) {
    const segment = readIfExists(path);
    return segment === undefined || (0,lib_digest/* digestOf */.ol)(segment) !== base ? undefined : entry_index/* Index */.j.decode(segment);
}

// EXTERNAL MODULE: ./lib/store/layout.js
var layout = __webpack_require__(9651);
// EXTERNAL MODULE: ./lib/store/lineage.js
var store_lineage = __webpack_require__(7456);
// EXTERNAL MODULE: ./lib/store/namespace.js
var store_namespace = __webpack_require__(1946);
;// CONCATENATED MODULE: ./lib/store/index-file.js














/** What an index file begins with. */
const MAGIC = Buffer.from('CAFS-IX1');
/** Bytes, made anew for every write, by which one version of the file is told from another. */
const STAMP_BYTES = 16;
/** What stands in front of all else: the magic, the stamp, and how long the lineage is. */
const HEADER_BYTES = MAGIC.length + STAMP_BYTES + 4;
/** What stands between the header and the segment. */
const RecordSchema = dist/* object */.Ikc({
    ...store_lineage/* LineageSchema */.lq.entries,
    /** See {@link IndexFile.version}. */
    version: dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(0)),
});
/**
 * The index of a namespace on disk: a segment, and its lineage, behind a stamp that no two versions
 * share. Times and inode numbers are no help there: two processes write within one tick of the clock.
 *
 * What the index held when it was in step with a snapshot is in base files beside it, which never
 * change. They are written before an index that names them and removed after one that does not.
 */
class IndexFile {
    path;
    #layout;
    #namespace;
    #lockFile;
    /** Of the version that was read or written last; empty: there was no file. */
    #stamp = '';
    #lineage = store_lineage/* NO_LINEAGE */.ET;
    #version = 0;
    constructor(layout, namespace) {
        this.#layout = layout;
        this.#namespace = namespace;
        this.path = layout.index(namespace);
        this.#lockFile = layout.indexLock(namespace);
    }
    /** The index of a namespace of a cache folder; nothing is read yet. */
    static of(namespace, cacheDir) {
        return new IndexFile((0,layout/* openLayout */.B)(cacheDir), (0,store_namespace/* parseNamespace */.L)(namespace));
    }
    /**
     * Whether the namespace has an index on disk.
     *
     * @throws CafsError `INVALID_INPUT` where this user may not know
     */
    exists() {
        try {
            return (0,external_node_fs_.statSync)(this.path, { throwIfNoEntry: false }) !== undefined;
        }
        catch (error) {
            throw explainIndexFile(error, this.path);
        }
    }
    /**
     * Reads the index; a file that does not exist holds no entries.
     *
     * @throws CafsError `MALFORMED` for a damaged one, and for what is no file; `UNSUPPORTED_VERSION` for
     *   one of a newer version; `INVALID_INPUT` for one that this user may not read
     */
    load() {
        const bytes = readIfExists(this.path);
        if (bytes === undefined) {
            this.#stamp = '';
            this.#lineage = store_lineage/* NO_LINEAGE */.ET;
            this.#version = 0;
            return new entry_index/* Index */.j();
        }
        const { index, lineage, version } = decode(bytes, this.path);
        this.#stamp = stampOf(bytes);
        this.#lineage = lineage;
        this.#version = version;
        return index;
    }
    /** That of the version that was read or written last. */
    get lineage() {
        return this.#lineage;
    }
    /** How often the index was written: tells which of two states of it is the newer one. */
    get version() {
        return this.#version;
    }
    /** Whether another process wrote the file since this one read or wrote it. */
    isStale() {
        return readStamp(this.path) !== this.#stamp;
    }
    /** Writes the index, whole or not at all. Others may write at the same time: lock it before. */
    save(index, lineage = this.#lineage) {
        const isOther = lineage !== this.#lineage;
        this.#write(index.encode(), lineage, this.#version + 1);
        if (isOther)
            this.#removeBases();
    }
    /** Writes a segment as it came; reading it shows whether it is one. */
    write(segment) {
        this.#write(segment, store_lineage/* NO_LINEAGE */.ET, this.#version + 1);
    }
    #write(segment, lineage, version) {
        const stamp = (0,external_node_crypto_.randomBytes)(STAMP_BYTES);
        const text = Buffer.from(JSON.stringify({ ...lineage, version }));
        const length = Buffer.alloc(4);
        length.writeUInt32LE(text.byteLength);
        (0,atomic_file/* writeFileAtomic */.Zf)(this.path, this.#layout.tempDir, [MAGIC, stamp, length, text, segment]);
        this.#stamp = stamp.toString('hex');
        this.#lineage = lineage;
        this.#version = version;
    }
    /**
     * Writes a new lineage in front of what is there; it is still the same version of the index. Lock the index before, and see that it is not stale.
     */
    saveLineage(lineage) {
        const bytes = readIfExists(this.path);
        if (bytes === undefined)
            this.save(new entry_index/* Index */.j(), lineage);
        else
            this.#write(segmentIn(bytes), lineage, this.#version);
        this.#removeBases();
    }
    /** Writes a base file; gives the digest that a lineage names it by. Lock the index before. */
    saveBase(index) {
        const segment = index.encode();
        const digest = (0,lib_digest/* digestOf */.ol)(segment);
        const path = this.#layout.base(this.#namespace, digest);
        // One that is damaged would be of no use.
        if (readIfExists(path)?.equals(segment) !== true) {
            (0,atomic_file/* writeFileAtomic */.Zf)(path, this.#layout.tempDir, [segment]);
        }
        return digest;
    }
    /**
     * Reads a base file.
     *
     * @returns undefined where it is gone or damaged: nothing is known of what has changed since then
     */
    loadBase(base) {
        return readBase(this.#layout.base(this.#namespace, base), base);
    }
    /** Keeps the base files that the lineage names until they are released. Lock the index before. */
    holdBases() {
        const bases = this.#lineage.known.map(({ base }) => [base, this.#layout.base(this.#namespace, base)]);
        return new HeldBases(bases, this.#layout.tempDir);
    }
    /** Removes the index; what is left of it are files that nothing names. */
    remove() {
        (0,external_node_fs_.rmSync)(this.path, { force: true });
        this.#stamp = '';
        this.#lineage = store_lineage/* NO_LINEAGE */.ET;
        this.#version = 0;
    }
    #removeBases() {
        const named = new Set(this.#lineage.known.map(({ base }) => base));
        for (const [digest, path] of this.#layout.bases(this.#namespace)) {
            if (!named.has(digest))
                (0,external_node_fs_.rmSync)(path, { force: true });
        }
    }
    /** Does work while no other store, here or in another process, writes this file. */
    locked(work, signal) {
        return (0,lock/* withFileLock */.Ux)(this.#lockFile, async () => work(), { signal });
    }
}
/**
 * The digests that an index file names.
 *
 * @throws as {@link IndexFile.load}
 */
function* digestsIn(path) {
    const bytes = readIfExists(path);
    if (bytes === undefined)
        return;
    for (const [, { digest }] of decode(bytes, path).index.range(''))
        yield digest;
}
function segmentIn(bytes) {
    return bytes.subarray(HEADER_BYTES + bytes.readUInt32LE(HEADER_BYTES - 4));
}
function decode(bytes, path) {
    try {
        if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
            throw new errors/* CafsError */.u('MALFORMED', 'it does not begin as an index file does');
        }
        const start = HEADER_BYTES + bytes.readUInt32LE(HEADER_BYTES - 4);
        const { version, ...lineage } = decodeRecord(bytes.subarray(HEADER_BYTES, start));
        return { index: entry_index/* Index */.j.decode(bytes.subarray(start)), lineage, version };
    }
    catch (error) {
        if (!(0,errors/* hasCode */.up)(error, 'MALFORMED'))
            throw error;
        throw new errors/* CafsError */.u('MALFORMED', `The index file ${path} is damaged: ${(0,errors/* messageOf */.bD)(error)}`, {
            hint: 'Move it away to begin anew, or pull from a remote that has the entries. Blobs are not affected.',
            cause: error,
        });
    }
}
function decodeRecord(bytes) {
    try {
        return dist/* parse */.qgA(RecordSchema, JSON.parse(bytes.toString()));
    }
    catch (cause) {
        throw new errors/* CafsError */.u('MALFORMED', 'what it says of snapshots cannot be read', { cause });
    }
}
function stampOf(bytes) {
    return bytes.subarray(MAGIC.length, MAGIC.length + STAMP_BYTES).toString('hex');
}
function readStamp(path) {
    let fd;
    try {
        fd = (0,external_node_fs_.openSync)(path, 'r');
        const header = Buffer.alloc(HEADER_BYTES);
        (0,external_node_fs_.readSync)(fd, header, 0, HEADER_BYTES, 0);
        return stampOf(header);
    }
    catch (error) {
        if ((0,file_access/* isMissing */.b2)(error))
            return '';
        throw explainIndexFile(error, path);
    }
    finally {
        if (fd !== undefined)
            (0,external_node_fs_.closeSync)(fd);
    }
}


/***/ }),

/***/ 1508:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CG: () => (/* binding */ MAX_FRAME_USES),
/* harmony export */   F4: () => (/* binding */ MAX_META_DEPTH),
/* harmony export */   I6: () => (/* binding */ MAX_META_TOTAL),
/* harmony export */   Pu: () => (/* binding */ MAX_META_BYTES),
/* harmony export */   Sd: () => (/* binding */ MAX_ENTRIES),
/* harmony export */   lN: () => (/* binding */ MAX_SEGMENT_BYTES),
/* harmony export */   x4: () => (/* binding */ DIGEST_BYTES)
/* harmony export */ });
/** Bytes of a segment once decompressed, and of all keys of an index together. */
const MAX_SEGMENT_BYTES = 512 * 1024 * 1024;
/** Bytes of an entry's metadata as JSON. */
const MAX_META_BYTES = 1024 * 1024;
/**
 * Bytes of the metadata of all entries together, each of them counted: entries may share theirs, so that
 * without a limit a small segment would make for endless work.
 */
const MAX_META_TOTAL = 1024 * 1024 * 1024;
/** Lists and objects of metadata one in another: what walks through it never runs out of stack. */
const MAX_META_DEPTH = 64;
/**
 * Frames that all entries name together; at 512 KiB a frame that is 32 TiB of content. Entries may
 * share a long run of frames, so that without a limit a small segment would make for endless work.
 */
const MAX_FRAME_USES = 2 ** 26;
/**
 * Entries of an index, and keys that one segment deletes. No segment holds more, since each entry has a
 * digest in there; several together could, and would cost far more to read than to write.
 */
const MAX_ENTRIES = 2 ** 24;
/** Bytes of a SHA-256 digest. */
const DIGEST_BYTES = 32;


/***/ }),

/***/ 7251:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aR: () => (/* binding */ copyJson),
/* harmony export */   f_: () => (/* binding */ isTooDeep),
/* harmony export */   gG: () => (/* binding */ toMetaText)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _index_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1508);


/**
 * A copy of a value, as JSON brings it back: later changes of the original do not reach it.
 *
 * @throws as {@link toMetaText}
 */
function copyJson(value) {
    return JSON.parse(toMetaText(value));
}
/**
 * Metadata as JSON text that a segment can hold.
 *
 * @param key whose metadata it is, for the message of an error
 * @throws CafsError `INVALID_INPUT` for what JSON cannot hold, for more than 1 MiB of it, and for
 *   more than 64 lists and objects one in another
 */
function toMetaText(value, key) {
    const text = toText(value, key);
    // A UTF-16 unit takes at most three bytes.
    if (text.length * 3 > _index_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .MAX_META_BYTES */ .Pu && Buffer.byteLength(text) > _index_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .MAX_META_BYTES */ .Pu) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${named(key)} takes more than ${String(_index_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .MAX_META_BYTES */ .Pu)} bytes as JSON.`, { hint: 'Keep it as the content of an entry.' });
    }
    if (isTooDeep(text))
        throw tooDeep(key);
    return text;
}
/** Whether JSON text has more lists and objects one in another than metadata may have. */
function isTooDeep(text) {
    let depth = 0;
    let inString = false;
    for (let i = 0; i < text.length; i += 1) {
        const unit = text.charCodeAt(i);
        if (inString) {
            if (unit === BACKSLASH)
                i += 1;
            else if (unit === QUOTE)
                inString = false;
        }
        else if (unit === QUOTE) {
            inString = true;
        }
        else if (unit === OPEN_LIST || unit === OPEN_OBJECT) {
            depth += 1;
            if (depth > _index_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .MAX_META_DEPTH */ .F4)
                return true;
        }
        else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) {
            depth -= 1;
        }
    }
    return false;
}
const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const OPEN_LIST = '['.charCodeAt(0);
const CLOSE_LIST = ']'.charCodeAt(0);
const OPEN_OBJECT = '{'.charCodeAt(0);
const CLOSE_OBJECT = '}'.charCodeAt(0);
function toText(value, key) {
    let text;
    try {
        text = JSON.stringify(value);
    }
    catch (cause) {
        // What is nested so deeply that it takes all of the stack.
        if (cause instanceof RangeError)
            throw tooDeep(key);
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${named(key)} must be JSON: this value is not.`, {
            cause,
        });
    }
    if (typeof text === 'string')
        return text;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${named(key)} must be JSON: a ${typeof value} is not.`);
}
function tooDeep(key) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `${named(key)} has more than ${String(_index_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .MAX_META_DEPTH */ .F4)} lists and objects one in another.`, { hint: 'Keep it as the content of an entry.' });
}
function named(key) {
    return key === undefined ? 'Metadata' : `The metadata of ${JSON.stringify(key)}`;
}


/***/ }),

/***/ 4945:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Pv: () => (/* binding */ normalisePrefix),
/* harmony export */   Xd: () => (/* binding */ MAX_KEY_BYTES),
/* harmony export */   sM: () => (/* binding */ assertKey)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2767);


/** The longest key, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
/** Why a string cannot be a key: the rule that it breaks, or undefined where it can. */
function brokenRule(key) {
    if (key === '')
        return 'a key is not empty';
    if (key.includes('\0'))
        return 'a key holds no NUL';
    if (key.includes('..'))
        return 'a key does not contain ".."';
    if (isTooLong(key))
        return `a key has at most ${String(MAX_KEY_BYTES)} bytes`;
    if (!key.isWellFormed())
        return 'a key is valid Unicode';
    return undefined;
}
function isTooLong(key) {
    // A UTF-16 unit takes at least one byte and at most three.
    if (key.length > MAX_KEY_BYTES)
        return true;
    return key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES;
}
/**
 * Checks a key: not empty, at most 1,024 bytes in UTF-8, no `_` at the start, no `..`, no NUL.
 *
 * @throws CafsError `RESERVED_KEY` for a leading `_`, `INVALID_KEY` for any other rule
 */
function assertKey(key) {
    if (typeof key !== 'string') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InvalidKeyError */ .jo(`A key is text, not ${typeof key}.`);
    }
    // Of a key that breaks both rules, the Go package names the length.
    if (key.startsWith('_') && !isTooLong(key)) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ReservedKeyError */ .Ov(`The key ${shown(key)} is reserved: it starts with "_".`);
    }
    const rule = brokenRule(key);
    if (rule !== undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InvalidKeyError */ .jo(`${shown(key)} is no valid key: ${rule}.`);
}
function shown(key) {
    return (0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(key.length > 120 ? `${key.slice(0, 120)}...` : key);
}
/** A prefix as the store compares it: empty, or ending in `/`. */
function normalisePrefix(prefix) {
    if (typeof prefix !== 'string') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `A prefix is text, not ${typeof prefix}.`);
    }
    return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}


/***/ }),

/***/ 9651:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ openLayout)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(452);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4148);
/* harmony import */ var _atomic_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3171);
/* harmony import */ var _disk_error_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4297);







const FORMAT = '1';
const INDEX_SUFFIX = '.segment';
const BASE_SUFFIX = '.base';
/** What a cache folder may hold before its `format` is written; a disk of its own has `lost+found`. */
const MAY_BE_THERE = /^(?:tmp|format|lost\+found|\..*)$/;
/**
 * Opens a cache folder, making it where it does not exist. One that exists is not written to: it
 * can be on a read-only disk.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` where a newer version wrote it; `UNWRITABLE`, `NO_SPACE`
 *   where it does not exist and cannot be made
 */
function openLayout(cacheDir) {
    const root = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(cacheDir);
    const tempDir = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'tmp');
    const blobsDir = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'blobs', 'sha256');
    const damagedDir = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'damaged');
    const trashDir = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'trash');
    const indexDir = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'index');
    const locksDir = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'locks');
    // The `~` keeps the folders of names apart from the files of tags: neither may hold one.
    const indexFolder = (name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(indexDir, ...name.split('/').map((part) => `${part}~`));
    checkFormat(root, tempDir);
    return {
        cacheDir: root,
        tempDir,
        blobsDir,
        damagedDir,
        trashDir,
        writersDir: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'writers'),
        gcLock: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(locksDir, 'gc'),
        blob: (digest) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(blobsDir, (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)(digest).slice(0, 2), (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)(digest)),
        damaged: (digest) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(damagedDir, (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)(digest)),
        trash: (digest) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(trashDir, (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)(digest)),
        index: ({ name, tag }) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(indexFolder(name), `${tag}${INDEX_SUFFIX}`),
        base: ({ name, tag }, digest) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(indexFolder(name), `${tag}.${(0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)(digest)}${BASE_SUFFIX}`),
        bases: ({ name, tag }) => basesIn(indexFolder(name), tag),
        // SQLite takes paths of at most 512 bytes, which a namespace alone may have.
        indexLock: ({ name, tag }) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(locksDir, `index-${(0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)((0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .digestOf */ .ol)(`${name}:${tag}`)).slice(0, 32)}`),
        statCache: (folder) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'stat', (0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOf */ .ZD)(folder)),
        indexFiles: () => indexFilesIn(indexDir),
    };
}
function checkFormat(cacheDir, tempDir) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(cacheDir, 'format');
    let found;
    try {
        found = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, 'utf8').trim();
    }
    catch (error) {
        if (!(0,_file_access_js__WEBPACK_IMPORTED_MODULE_4__/* .isMissing */ .b2)(error))
            throw (0,_disk_error_js__WEBPACK_IMPORTED_MODULE_6__/* .explainDisk */ .Pp)(error, path);
        (0,_disk_error_js__WEBPACK_IMPORTED_MODULE_6__/* .makeOurFolder */ .rm)(cacheDir);
        requireOurs(cacheDir, tempDir);
        (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_5__/* .writeFileAtomic */ .Zf)(path, tempDir, [Buffer.from(`${FORMAT}\n`)]);
        return;
    }
    if (found !== FORMAT) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CafsError */ .u('UNSUPPORTED_VERSION', `The cache folder ${cacheDir} has format ${JSON.stringify(found.slice(0, 20))}; this version reads format ${FORMAT}.`, { hint: 'Use the version that wrote it, or name another cache folder.' });
    }
}
/**
 * Refuses a folder that is somebody else's: garbage collection removes what it takes for ours. One
 * that another process is just making holds its temporary files, and nothing else.
 */
function requireOurs(cacheDir, tempDir) {
    const strangers = namesIn(cacheDir).filter((name) => !MAY_BE_THERE.test(name));
    if (strangers.length === 0 && namesIn(tempDir).every((name) => _atomic_file_js__WEBPACK_IMPORTED_MODULE_5__/* .TEMP_NAME */ .TE.test(name)))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CafsError */ .u('INVALID_INPUT', `The folder ${JSON.stringify(cacheDir)} is not empty, and is no cache folder.`, { hint: 'Name another one; one that does not exist yet is made.' });
}
/**
 * Follows symlinks: an index that a user has moved to another disk still names what it needs.
 */
function* indexFilesIn(dir) {
    for (const name of namesIn(dir)) {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(dir, name);
        const isIndex = name.endsWith(INDEX_SUFFIX);
        if (!isIndex && !name.endsWith('~'))
            continue;
        const stats = statsOf(path);
        if (isIndex && stats !== undefined)
            yield path;
        else if (stats?.isDirectory() === true)
            yield* indexFilesIn(path);
    }
}
function* basesIn(dir, tag) {
    for (const name of namesIn(dir)) {
        if (!name.startsWith(`${tag}.`) || !name.endsWith(BASE_SUFFIX))
            continue;
        const digest = `sha256:${name.slice(tag.length + 1, -BASE_SUFFIX.length)}`;
        // A longer tag may begin like this one.
        if ((0,_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .isDigest */ .Bc)(digest))
            yield [digest, (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(dir, name)];
    }
}
/** What a path leads to; undefined: it is gone by now. */
function statsOf(path) {
    try {
        const stats = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path, { throwIfNoEntry: false });
        if (stats !== undefined || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(path, { throwIfNoEntry: false }) === undefined)
            return stats;
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .systemCode */ .xU)(error) !== 'ELOOP')
            throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_4__/* .explainUnreadable */ .x5)(error, path);
    }
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CafsError */ .u('MALFORMED', `The symlink ${path} leads to no index.`, {
        hint: 'Remove it if nothing of its namespaces is needed, or mount the disk that it leads to.',
    });
}
function namesIn(dir) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(dir);
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_4__/* .isMissing */ .b2)(error))
            return [];
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_4__/* .explainUnreadable */ .x5)(error, dir);
    }
}


/***/ }),

/***/ 7456:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ET: () => (/* binding */ NO_LINEAGE),
/* harmony export */   Oi: () => (/* binding */ lastInStep),
/* harmony export */   T1: () => (/* binding */ ancestors),
/* harmony export */   Tu: () => (/* binding */ pulledSince),
/* harmony export */   eo: () => (/* binding */ discarded),
/* harmony export */   g1: () => (/* binding */ lastOf),
/* harmony export */   lq: () => (/* binding */ LineageSchema),
/* harmony export */   np: () => (/* binding */ advance),
/* harmony export */   qF: () => (/* binding */ confirmed),
/* harmony export */   ue: () => (/* binding */ MAX_ANCESTORS)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7934);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);


/** States of an index, each a base file, that it was in when it was in step with snapshots. */
const MAX_BASES = 8;
/** Snapshots that an index remembers with such a state; one push to many tags makes many with the same. */
const MAX_KNOWN = 64;
/** Snapshots that a lineage names: more than that many writers do not move a tag at the same time. */
const MAX_ANCESTORS = 128;
const digest = valibot__WEBPACK_IMPORTED_MODULE_1__/* .custom */ .IeY(_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc, 'no digest');
const KnownSchema = valibot__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    /** Of a snapshot's manifest. */
    snapshot: digest,
    /** Of the index as it was then: the digest of a base file's bytes. */
    base: digest,
    /** Which version of the index was brought there, or came of what was pulled. */
    version: valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .safeInteger */ .Y2b(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .minValue */ .Wwf(0)),
    /** Repository and tag, of the last one that was met there. */
    ref: valibot__WEBPACK_IMPORTED_MODULE_1__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
    /** The snapshot with which its tag began. */
    first: valibot__WEBPACK_IMPORTED_MODULE_1__/* .optional */ .lqM(digest),
    /** It was pulled: what the index held as in its base, others have made. */
    pulled: valibot__WEBPACK_IMPORTED_MODULE_1__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz(true)),
    /** The tag was to be pointed at it: whether that came to be is not known. */
    pending: valibot__WEBPACK_IMPORTED_MODULE_1__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz(true)),
});
/** What {@link Lineage} is in the header of an index file. */
const LineageSchema = valibot__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    known: valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(KnownSchema), valibot__WEBPACK_IMPORTED_MODULE_1__/* .maxLength */ .Ru6(MAX_KNOWN)),
    seen: valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(digest), valibot__WEBPACK_IMPORTED_MODULE_1__/* .maxLength */ .Ru6(MAX_ANCESTORS)),
    discards: valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .safeInteger */ .Y2b(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .minValue */ .Wwf(0)),
});
/** That of an index that never was in step with a snapshot. */
const NO_LINEAGE = { known: [], seen: [], discards: 0 };
/** Gives up what is known of snapshots. */
function discarded({ discards }) {
    return { ...NO_LINEAGE, discards: discards + 1 };
}
/**
 * The lineage after an index came into step with snapshots.
 *
 * @param steps the newest first
 */
function advance(lineage, { base, version }, steps) {
    const added = steps.map(({ snapshot, ref, first, isPulled, isPending }) => ({
        ...{ snapshot, base, version, ref },
        ...(first === undefined ? {} : { first }),
        // What it was pulled as, it stays, though a push has found it to be right.
        ...(isPulled || wasPulled(lineage, snapshot, base) ? { pulled: true } : {}),
        ...(isPending ? { pending: true } : {}),
    }));
    const reached = new Set(steps.map(({ snapshot }) => snapshot));
    const refs = new Set(steps.map(({ ref }) => ref));
    const older = withoutRef(lineage.known.filter(({ snapshot, ref }) => !reached.has(snapshot) || (ref !== undefined && !refs.has(ref))), 
    // Until it is known to be there, the one before may still be the last of its tag.
    ({ ref, pending }) => steps.some((step) => step.ref === ref && (!step.isPending || pending === true)));
    const whole = steps.filter(({ isWhole }) => isWhole);
    return {
        known: remembered(inserted(older, added, steps)),
        seen: ancestors(whole, lineage.seen),
        discards: lineage.discards,
    };
}
/**
 * Behind those with a newer version of the index: another push may have begun later, and met its snapshot before. But in front of
 * all that the snapshots go on from.
 */
function inserted(known, added, steps) {
    const version = Math.max(...added.map((one) => one.version));
    const merged = new Set(steps.flatMap((step) => step.merged));
    const at = known.findIndex((one) => one.version <= version || merged.has(one.snapshot));
    const place = at === -1 ? known.length : at;
    return [...known.slice(0, place), ...added, ...known.slice(place)];
}
function wasPulled({ known }, snapshot, base) {
    return known.some((one) => one.pulled === true && one.snapshot === snapshot && one.base === base);
}
/** The lineage once tags point to snapshots that were {@link InStep.isPending}. */
function confirmed(lineage, steps) {
    const isConfirmed = ({ snapshot, ref, pending }) => pending === true && steps.some((step) => step.snapshot === snapshot && step.ref === ref);
    if (!lineage.known.some(isConfirmed))
        return lineage;
    const known = lineage.known.map((one) => {
        const { pending, ...rest } = one;
        return pending === undefined || !isConfirmed(one) ? one : rest;
    });
    const newest = new Set(steps.map(({ snapshot }) => snapshot));
    const isBefore = ({ snapshot, ref }) => !newest.has(snapshot) && steps.some((step) => step.ref === ref);
    return { ...lineage, known: withoutRef(known, isBefore) };
}
function withoutRef(known, isWithout) {
    return known.map((one) => (isWithout(one) ? { ...one, ref: undefined } : one));
}
/**
 * As many as there is room for: first the last one that was pulled and the last one of each tag, since
 * nothing stands in for these, and then others; the newest go before.
 */
function remembered(known) {
    const pulled = known.find((one) => one.pulled === true);
    const isLast = (one) => one === pulled || one.ref !== undefined;
    const bases = new Set();
    const kept = new Set();
    for (const one of [...known.filter(isLast), ...known.filter((other) => !isLast(other))]) {
        if (kept.size === MAX_KNOWN)
            break;
        if (!bases.has(one.base) && bases.size === MAX_BASES)
            continue;
        bases.add(one.base);
        kept.add(one);
    }
    return known.filter((one) => kept.has(one));
}
/**
 * The first of the known snapshots that another one goes on from.
 *
 * A snapshot names no more than {@link MAX_ANCESTORS}: one that names so many, and none that the index
 * knows, goes on from what the index last knew of its tag, if the tag has not begun anew since.
 *
 * @returns undefined: nothing is known of what they have in common
 */
function lastInStep({ known }, descent) {
    const { snapshot, merged, ref } = descent;
    const named = new Set([snapshot, ...merged]);
    const common = known.find((one) => named.has(one.snapshot));
    if (common !== undefined || merged.length < MAX_ANCESTORS)
        return common;
    const last = lastOf({ known }, ref);
    return last !== undefined && firstOf(last) === firstOf(descent) ? last : undefined;
}
/** The snapshot with which the tag of one began. */
function firstOf({ snapshot, first }) {
    return first ?? snapshot;
}
/** The last snapshot of a tag with which an index was in step. */
function lastOf({ known }, ref) {
    return known.find((one) => one.ref === ref && one.pending !== true);
}
/** The state that was pulled last, later than another one: what an index holds as in there, others have made. */
function pulledSince({ known }, since) {
    return known.slice(0, known.indexOf(since)).find(({ pulled }) => pulled === true);
}
/**
 * What snapshots go on from, with these themselves; the newest first.
 *
 * @param older what is named as far as there is room: it is older than all of that
 */
function ancestors(snapshots, older = []) {
    const all = new Set(snapshots.map(({ snapshot }) => snapshot));
    const longest = Math.max(0, ...snapshots.map(({ merged }) => merged.length));
    for (let age = 0; age < longest; age += 1) {
        for (const { merged } of snapshots) {
            const one = merged[age];
            if (one !== undefined)
                all.add(one);
        }
    }
    return [...all, ...older.filter((one) => !all.has(one))].slice(0, MAX_ANCESTORS);
}


/***/ }),

/***/ 2383:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ explainLost)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2767);


/**
 * Tells an entry whose content is nowhere from an entry that does not exist: what went wrong with the
 * content of a key, as the caller of a store is told it.
 *
 * @returns `CONTENT_LOST` in the place of `NOT_FOUND`; other errors as they are
 */
function explainLost(error, key) {
    if (!(0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .hasCode */ .up)(error, 'NOT_FOUND'))
        return error;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('CONTENT_LOST', `The entry ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .T)(key)} is there, but its content cannot be had: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .describeError */ .Uc)(error)}`, {
        hint: 'Where it is lost in the remote, a push with `repair` from a store that has it brings it back. Else put it again, or delete the entry.',
        cause: error,
    });
}


/***/ }),

/***/ 1946:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ parseNamespace)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);

const PART = /^[A-Za-z0-9_.:@+-]+$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/**
 * Reads `"name"` or `"name:tag"`; the tag is `latest` where none is given.
 *
 * @throws CafsError `INVALID_NAMESPACE`
 */
function parseNamespace(text) {
    if (typeof text !== 'string') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_NAMESPACE', `A namespace is text, not ${typeof text}.`);
    }
    const colon = text.lastIndexOf(':');
    const hasTag = colon > text.lastIndexOf('/');
    const name = hasTag ? text.slice(0, colon) : text;
    const tag = hasTag ? text.slice(colon + 1) : 'latest';
    const refuse = (rule) => {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_NAMESPACE', `${JSON.stringify(text)} is no valid namespace: ${rule}.`, {
            hint: 'Write "name" or "name:tag", such as "myproject:main" or "myproject:feature-x".',
        });
    };
    if (name === '')
        refuse('its name is empty');
    if (name.startsWith('/'))
        refuse('its name is an absolute path');
    if (name.length > 512)
        refuse('its name has more than 512 characters');
    for (const [number, part] of name.split('/').entries()) {
        // A host may have a port; in any other place, somebody meant a tag.
        if (part.includes(':') && !(number === 0 && /^[^:]+:\d+$/.test(part)))
            refuse('a tag has neither "/" nor ":"');
        if (part === '')
            refuse('its name has an empty part');
        if (/^\.+$/.test(part) || part.includes('..'))
            refuse('its name holds ".." or a part of dots');
        if (!PART.test(part))
            refuse(`the part ${JSON.stringify(part)} has a character other than A-Z a-z 0-9 _ . : @ + -`);
    }
    if (!TAG.test(tag))
        refuse('its tag is not of the form [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}');
    return { name, tag };
}


/***/ }),

/***/ 2846:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jj: () => (/* binding */ cut),
/* harmony export */   Wx: () => (/* binding */ writePiece),
/* harmony export */   oD: () => (/* binding */ readWhole),
/* harmony export */   ut: () => (/* binding */ readPieces),
/* harmony export */   wD: () => (/* binding */ holdsAt)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7975);


/** Bytes that are read or written at once: large enough to be fast, small enough to be many. */
const PIECE_BYTES = 1024 * 1024;
const readAsync = (0,node_util__WEBPACK_IMPORTED_MODULE_1__.promisify)(node_fs__WEBPACK_IMPORTED_MODULE_0__.read);
const writeAsync = (0,node_util__WEBPACK_IMPORTED_MODULE_1__.promisify)(node_fs__WEBPACK_IMPORTED_MODULE_0__.write);
/** Reads a file from its start to its end, or to `limit` bytes. */
function readWhole(fd, limit) {
    const bytes = Buffer.allocUnsafe(limit);
    let done = 0;
    while (done < limit) {
        const count = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readSync)(fd, bytes, done, limit - done, done);
        if (count === 0)
            break;
        done += count;
    }
    return bytes.subarray(0, done);
}
/** Whether a file holds these bytes from a position on. */
function holdsAt(fd, bytes, position) {
    const buffer = Buffer.allocUnsafe(Math.min(bytes.byteLength, PIECE_BYTES));
    for (let at = 0; at < bytes.byteLength;) {
        const count = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readSync)(fd, buffer, 0, Math.min(buffer.length, bytes.byteLength - at), position + at);
        if (count === 0 || buffer.compare(bytes, at, at + count, 0, count) !== 0)
            return false;
        at += count;
    }
    return true;
}
/** Reads a file from its start to its end, piece by piece; each piece is the caller's to keep. */
async function* readPieces(fd, signal) {
    for (let at = 0;;) {
        signal?.throwIfAborted();
        const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
        const { bytesRead } = await readAsync(fd, piece, 0, piece.length, at);
        if (bytesRead === 0)
            return;
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
    }
}
/** Writes all of some bytes at the position where the file is. */
async function writePiece(fd, piece) {
    let done = 0;
    while (done < piece.byteLength) {
        const { bytesWritten } = await writeAsync(fd, piece, done, piece.byteLength - done, null);
        done += bytesWritten;
    }
}
/** Cuts bytes into pieces of a mebibyte, without copying them. */
function* cut(bytes) {
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
        yield bytes.subarray(at, at + PIECE_BYTES);
    }
}


/***/ }),

/***/ 7574:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  i: () => (/* binding */ Store)
});

// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/until-aborted.js
var until_aborted = __webpack_require__(5453);
// EXTERNAL MODULE: ./lib/store/blobs.js + 2 modules
var blobs = __webpack_require__(6037);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/batches.js
/** Limits of a batch: enough that a message is worth its cost, not so much that memory or turns suffer. */
const MAX_ITEMS = 128;
const MAX_BYTES = 4 * 1024 * 1024;
/**
 * Collects items into batches and works on a few batches at the same time; whoever adds waits while
 * there are enough of them.
 */
class Batches {
    #work;
    #limit;
    #running = new Set();
    #open = [];
    #bytes = 0;
    #failure;
    /** @param limit batches at the same time */
    constructor(limit, work) {
        this.#limit = limit;
        this.#work = work;
    }
    /** @throws what the work on a batch before threw */
    async add(item) {
        this.#open.push(item);
        this.#bytes += item.size;
        if (this.#open.length < MAX_ITEMS && this.#bytes < MAX_BYTES)
            return;
        this.#start();
        while (this.#running.size >= this.#limit)
            await Promise.race(this.#running);
        this.#throwFailure();
    }
    /**
     * Works on what is left, and waits for all of it.
     *
     * @throws what the work on a batch threw
     */
    async end() {
        if (this.#open.length > 0)
            this.#start();
        await this.settled();
        this.#throwFailure();
    }
    /** Waits until nothing is under way any more; never throws. */
    async settled() {
        await Promise.all(this.#running);
    }
    #start() {
        const batch = this.#open;
        this.#open = [];
        this.#bytes = 0;
        const running = this.#work(batch)
            .catch((error) => {
            this.#failure ??= { error };
        })
            .finally(() => this.#running.delete(running));
        this.#running.add(running);
    }
    #throwFailure() {
        if (this.#failure !== undefined)
            throw this.#failure.error;
    }
}

// EXTERNAL MODULE: ./lib/store/lost-content.js
var lost_content = __webpack_require__(2383);
;// CONCATENATED MODULE: ./lib/store/contents.js






/** Content up to this size, in bytes, is read and verified as a whole before any of it is given. */
const WHOLE_BYTES = 8 * 1024 * 1024;
/** Contents that are delivered from disk before others get their turn. */
const TURN = 64;
/** Contents up to this size, in bytes, may be read elsewhere, so many batches of them at the same time. */
const AHEAD_BYTES = 1024 * 1024;
const AHEAD_BATCHES = 4;
/** The contents of entries: on this disk, else from a remote, and then on this disk too. */
class Contents {
    #blobs;
    #remote;
    /** @param remote delivers what is not on this disk; undefined: nothing does */
    constructor(blobs, remote) {
        this.#blobs = blobs;
        this.#remote = remote;
    }
    /**
     * A content, whole and verified.
     *
     * @throws CafsError `NOT_FOUND` where neither this disk nor the remote has it; `INTEGRITY` where it
     *   is damaged here and the remote does not have it
     */
    async get(entry, signal) {
        const local = this.#local(entry);
        if (local !== undefined)
            return local;
        const { bytes, parts } = await this.#fetch(entry, signal);
        if (bytes !== undefined)
            return bytes;
        const kept = this.#blobs.find(entry.digest);
        if (kept !== undefined)
            return kept;
        if (parts === undefined)
            throw absent(entry.digest);
        return Buffer.concat(await Array.fromAsync(parts()));
    }
    /**
     * A content as a stream that ends in an error rather than complete on wrong bytes.
     *
     * @throws as {@link Contents.get}; damage of a large content shows at its end
     */
    async stream(entry, signal) {
        const options = { objectMode: false, ...(signal === undefined ? {} : { signal }) };
        if (entry.size <= WHOLE_BYTES) {
            return external_node_stream_.Readable.from([await this.get(entry, signal)], options);
        }
        if (this.#isHere(entry))
            return external_node_stream_.Readable.from(this.#stream(entry.digest), options);
        const { bytes, parts } = await this.#fetch(entry, signal);
        return external_node_stream_.Readable.from(bytes === undefined ? this.#pieces(entry, parts) : [bytes], options);
    }
    /**
     * Brings contents to this disk that are not there.
     *
     * @throws the first error, when all others have arrived; `CONTENT_LOST` where it says that there is none
     */
    async fetchAll(entries, signal) {
        const keys = new Map();
        const absentHere = [];
        for (const [key, entry] of entries) {
            if (keys.has(entry.digest) || this.#blobs.has(entry.digest))
                continue;
            keys.set(entry.digest, key);
            absentHere.push(entry);
        }
        const failures = [];
        const failed = (digest, error) => {
            failures.push((0,lost_content/* explainLost */.M)(error, keys.get(digest) ?? digest));
        };
        await this.deliver(absentHere, { ...IGNORED, failed }, { signal });
        if (failures.length > 0)
            throw failures[0];
    }
    /** What a push reads from. */
    source(signal) {
        return {
            has: ({ digest }) => this.#blobs.has(digest),
            fetch: (entries) => this.deliver(entries, IGNORED, { signal }),
            read: (entry) => this.read(entry, signal),
        };
    }
    /** A content, piece by piece, verified by the time it ends. */
    async *read(entry, signal) {
        if (entry.size <= WHOLE_BYTES)
            yield await this.get(entry, signal);
        else
            yield* await this.stream(entry, signal);
    }
    /** Gives many contents at once: {@link Deliver}. */
    async deliver(entries, receiver, options = {}) {
        const absentHere = await this.#deliverLocal(entries, receiver, options);
        if (absentHere.length === 0)
            return;
        if (this.#remote === undefined) {
            for (const { digest } of absentHere)
                receiver.failed(digest, absent(digest));
        }
        else {
            await this.#remote(absentHere, new Keeper(this.#blobs, receiver), options);
        }
    }
    /** Gives what this disk has; returns what the remote may have instead. */
    async #deliverLocal(entries, receiver, { readElsewhere, signal }) {
        const rest = [];
        const give = async (entry) => {
            if (!(await this.#give(entry, receiver)))
                rest.push(entry);
        };
        const ahead = readElsewhere && giveFrom(readElsewhere, receiver, give);
        const seen = new Set();
        try {
            for (const entry of entries) {
                if (seen.has(entry.digest))
                    continue;
                seen.add(entry.digest);
                if (seen.size % TURN === 0)
                    await (0,promises_.setImmediate)();
                signal?.throwIfAborted();
                if (ahead !== undefined && entry.size <= AHEAD_BYTES)
                    await ahead.add(entry);
                else
                    await give(entry);
            }
            await ahead?.end();
        }
        finally {
            await ahead?.settled();
        }
        return rest;
    }
    /** Gives a content from this disk; false where the remote may have it instead. */
    async #give(entry, receiver) {
        const { digest, size } = entry;
        try {
            if (size <= WHOLE_BYTES) {
                const bytes = this.#local(entry);
                if (bytes === undefined)
                    return false;
                receiver.whole(digest, bytes);
            }
            else {
                if (!this.#blobs.has(digest))
                    return false;
                await receiver.pieces(digest, () => this.#stream(digest));
            }
        }
        catch (error) {
            if (this.#canFetch(entry) && isLost(error))
                return false;
            receiver.failed(digest, error);
        }
        return true;
    }
    /** What this disk has; damage is an error only where nobody else has the content. */
    #local(entry) {
        return this.#canFetch(entry) ? this.#blobs.find(entry.digest) : this.#blobs.get(entry.digest);
    }
    /** Whether the content is to be read from this disk; who cannot have it elsewhere is told why not. */
    #isHere(entry) {
        const { digest } = entry;
        return this.#canFetch(entry) ? this.#blobs.canRead(digest) : this.#blobs.has(digest);
    }
    #pieces({ digest }, pieces) {
        return pieces === undefined ? this.#stream(digest) : pieces();
    }
    #canFetch(entry) {
        return this.#remote !== undefined && entry.location !== undefined;
    }
    #stream(digest) {
        const stream = this.#blobs.stream(digest);
        if (stream === undefined)
            throw absent(digest);
        return stream;
    }
    /** Brings a content to this disk, if that takes it; gives its bytes, or its pieces. */
    async #fetch(entry, signal) {
        if (this.#remote === undefined)
            throw absent(entry.digest);
        const got = new Collector();
        await this.#remote([entry], new Keeper(this.#blobs, got), { signal });
        if (got.error !== undefined)
            throw got.error.cause;
        return got;
    }
}
/** Takes what arrives and is kept anyway. What cannot be had is missed by whoever reads it. */
const IGNORED = {
    whole: () => undefined,
    pieces: () => Promise.resolve(),
    failed: () => undefined,
};
/** Gives what is read elsewhere; what cannot be had like that is given by `give`. */
function giveFrom(read, receiver, give) {
    return new Batches(AHEAD_BATCHES, async (batch) => {
        const all = await read(batch.map(({ digest }) => digest));
        for (const [number, entry] of batch.entries()) {
            const bytes = all[number];
            if (bytes?.byteLength === entry.size)
                receive(receiver, entry.digest, bytes);
            else
                await give(entry);
        }
    });
}
function receive(receiver, digest, bytes) {
    try {
        receiver.whole(digest, bytes);
    }
    catch (error) {
        receiver.failed(digest, error);
    }
}
/** Remembers the one content that was asked for. */
class Collector {
    bytes;
    /** Verified by the time they end. */
    parts;
    error;
    whole(_, bytes) {
        this.bytes = Buffer.from(bytes);
    }
    pieces(_, pieces) {
        this.parts = pieces;
        return Promise.resolve();
    }
    failed(_, cause) {
        this.error = { cause };
    }
}
/** Keeps on this disk what comes from a remote, and passes it on. */
class Keeper {
    #blobs;
    #next;
    constructor(blobs, next) {
        this.#blobs = blobs;
        this.#next = next;
    }
    whole(digest, bytes) {
        try {
            this.#blobs.put(bytes);
        }
        catch (error) {
            if (!isNotTaken(error))
                throw error;
        }
        this.#next.whole(digest, bytes);
    }
    async pieces(digest, pieces) {
        try {
            await this.#blobs.putStream(pieces(), { expected: digest });
        }
        catch (error) {
            if (!isNotTaken(error))
                throw error;
            await this.#next.pieces(digest, () => verified(digest, pieces()));
            return;
        }
        await this.#next.pieces(digest, () => {
            const stream = this.#blobs.stream(digest);
            if (stream === undefined)
                throw absent(digest);
            return stream;
        });
    }
    failed(digest, error) {
        this.#next.failed(digest, error);
    }
}
/** A disk that is full or read-only is no reason to withhold what arrives. */
function isNotTaken(error) {
    return (0,errors/* hasCode */.up)(error, 'NO_SPACE') || (0,errors/* hasCode */.up)(error, 'UNWRITABLE');
}
/** Pieces that fail rather than end where their bytes are not right. */
async function* verified(digest, pieces) {
    const digester = new lib_digest/* Digester */.Y8();
    let held;
    for await (const piece of pieces) {
        if (held !== undefined)
            yield held;
        digester.update(piece);
        held = piece;
    }
    const found = digester.digest();
    if (found !== digest) {
        throw new errors/* IntegrityError */.cs(`The bytes for ${digest} from the remote have the digest ${found}.`);
    }
    if (held !== undefined)
        yield held;
}
/** Whether a content is as good as not on this disk. */
function isLost(error) {
    return (0,errors/* hasCode */.up)(error, 'INTEGRITY') || (0,errors/* hasCode */.up)(error, 'NOT_FOUND');
}
function absent(digest) {
    return new errors/* NotFoundError */.m_(`The content ${digest} is not on this disk, and no remote has it.`, {
        hint: 'Put it again, or open the store with the remote that holds it.',
    });
}

;// CONCATENATED MODULE: ./lib/store/data.js

/**
 * Tells kinds of data apart; what comes from untyped code is checked.
 *
 * @throws CafsError `INVALID_INPUT` for something that is no data
 */
function readData(data) {
    if (typeof data === 'string')
        return { bytes: Buffer.from(data) };
    if (data instanceof Uint8Array)
        return { bytes: data };
    if (typeof data !== 'object' || data === null)
        throw notData(data);
    if (Symbol.asyncIterator in data)
        return { chunks: toBytes(data) };
    if (typeof data.file === 'string' && data.file !== '')
        return { file: data.file };
    throw notData(data);
}
async function* toBytes(chunks) {
    for await (const chunk of chunks) {
        if (typeof chunk === 'string')
            yield Buffer.from(chunk);
        else if (chunk instanceof Uint8Array)
            yield chunk;
        else
            throw notData(chunk);
    }
}
function notData(value) {
    return new errors/* CafsError */.u('INVALID_INPUT', `A store cannot keep a value of type ${typeOf(value)}.`, {
        hint: 'Give it bytes, text, { file: path }, or a stream of bytes.',
    });
}
function typeOf(value) {
    if (typeof value !== 'object' || value === null)
        return value === null ? 'null' : typeof value;
    const { constructor } = value;
    return typeof constructor?.name === 'string' ? constructor.name : 'object';
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/lock.js
var lock = __webpack_require__(3964);
// EXTERNAL MODULE: ./lib/store/atomic-file.js
var atomic_file = __webpack_require__(3171);
// EXTERNAL MODULE: ./lib/store/blob-file.js
var blob_file = __webpack_require__(3621);
;// CONCATENATED MODULE: ./lib/store/blob-list.js




/** Lists all blobs, a part at a time: their number is not bounded. */
function* listBlobs(layout) {
    for (const child of childrenOf(layout.blobsDir)) {
        const path = (0,external_node_path_.join)(layout.blobsDir, child.name);
        if (!/^[0-9a-f]{2}$/.test(child.name))
            yield { blobs: [], strangers: [path] };
        else
            yield shardAt(layout, path);
    }
}
function shardAt(layout, dir) {
    const shard = {
        blobs: [],
        strangers: [],
    };
    for (const child of childrenOf(dir)) {
        const path = (0,external_node_path_.join)(dir, child.name);
        const digest = `sha256:${child.name}`;
        if (child.isFile() && (0,lib_digest/* isDigest */.Bc)(digest) && layout.blob(digest) === path) {
            shard.blobs.push({ digest, path });
        }
        else {
            shard.strangers.push(path);
        }
    }
    return shard;
}
/** What lies in a folder; nothing lies in one that is not there, or that is none. */
function childrenOf(dir) {
    try {
        return (0,external_node_fs_.readdirSync)(dir, { withFileTypes: true });
    }
    catch (error) {
        if ((0,file_access/* isMissing */.b2)(error))
            return [];
        throw error;
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/store/digest-set.js


const BYTES = 32;
/**
 * Digests without an order, in at most 66 to 132 bytes each; a `Set` of strings takes twice as much,
 * and a garbage collection may have millions to remember.
 *
 * An index names what digests it likes, so that their bytes are not random. Places are drawn from a
 * random table by each byte (tabulation hashing), with which linear probing takes constant time on
 * average, whatever the digests: https://doi.org/10.1145/1993636.1993638.
 */
class DigestSet {
    #table = (0,external_node_crypto_.randomFillSync)(new Uint32Array(BYTES * 256));
    #capacity = 1024;
    #slots = Buffer.alloc(this.#capacity * BYTES);
    #used = new Uint8Array(this.#capacity);
    #size = 0;
    get size() {
        return this.#size;
    }
    add(digest) {
        const bytes = Buffer.from((0,lib_digest/* hexOf */.ZD)(digest), 'hex');
        if (!this.#insert(bytes))
            return;
        if (this.#size * 2 > this.#capacity)
            this.#grow();
    }
    has(digest) {
        return this.#used[this.#find(Buffer.from((0,lib_digest/* hexOf */.ZD)(digest), 'hex'))] === 1;
    }
    #insert(bytes) {
        const slot = this.#find(bytes);
        if (this.#used[slot] === 1)
            return false;
        this.#used[slot] = 1;
        bytes.copy(this.#slots, slot * BYTES);
        this.#size += 1;
        return true;
    }
    /** The slot that holds the bytes, or the one that is free for them. */
    #find(bytes) {
        const mask = this.#capacity - 1;
        let slot = this.#place(bytes) & mask;
        while (this.#used[slot] === 1) {
            const at = slot * BYTES;
            if (bytes.compare(this.#slots, at, at + BYTES) === 0)
                return slot;
            slot = (slot + 1) & mask;
        }
        return slot;
    }
    #place(bytes) {
        const table = this.#table;
        let place = 0;
        for (let at = 0; at < BYTES; at += 1)
            place ^= table[(at << 8) | (bytes[at] ?? 0)] ?? 0;
        return place;
    }
    #grow() {
        const slots = this.#slots;
        const used = this.#used;
        this.#capacity *= 2;
        this.#slots = Buffer.alloc(this.#capacity * BYTES);
        this.#used = new Uint8Array(this.#capacity);
        this.#size = 0;
        for (const [slot, isUsed] of used.entries()) {
            if (isUsed === 1)
                this.#insert(slots.subarray(slot * BYTES, (slot + 1) * BYTES));
        }
    }
}

// EXTERNAL MODULE: ./lib/disk-error.js
var disk_error = __webpack_require__(4297);
// EXTERNAL MODULE: ./lib/store/file-clock.js
var file_clock = __webpack_require__(2204);
// EXTERNAL MODULE: ./lib/store/writer-session.js
var writer_session = __webpack_require__(2203);
;// CONCATENATED MODULE: ./lib/store/gc.js














/** For how long, in nanoseconds, a file may be written that no session tells of: an index, say. */
const TEMP_GRACE_NS = 3600000000000n;
/** Names of blobs that were set aside, or that are about to be removed. */
const BLOB_NAME = /^[0-9a-f]{64}$/;
/** Digests that are read before others get their turn. */
const gc_TURN = 4096;
/**
 * Removes the blobs of a cache folder that nobody needs: no index on disk names them, and no writer
 * at work has put or touched them. Removes nothing while a session keeps everything. What crashed
 * processes left behind goes, too.
 *
 * docs/adr/0012-locks-and-garbage-collection.md says why this is right whatever other processes do.
 *
 * @throws CafsError `MALFORMED`, `UNSUPPORTED_VERSION` where an index cannot be read: nothing has been
 *   removed then; `UNWRITABLE`, `TIMEOUT`; the signal's reason
 */
function collectGarbage(layout, options) {
    const work = () => new Collection(layout, options).run();
    return (0,lock/* withFileLock */.Ux)(layout.gcLock, work, { signal: options.signal });
}
class Collection {
    #layout;
    #options;
    #needed = new DigestSet();
    #cutoff = 0n;
    #removed = 0;
    #bytes = 0;
    constructor(layout, options) {
        this.#layout = layout;
        this.#options = options;
    }
    async run() {
        // The order matters. A writer that is not among the sessions yet began after `start`: what it puts
        // and touches is younger. One that is not among them any more has written its index before.
        const start = await this.#start();
        this.#cutoff = this.#cutoffOf(start);
        await this.#readNeeded();
        if (await this.#removeBlobs())
            this.#removeLeftovers(start);
        return { removed: this.#removed, bytes: this.#bytes };
    }
    /** A time after everything that was put before this call, and before everything put from now on. */
    async #start() {
        const clock = new file_clock/* FileClock */.V(this.#layout.tempDir);
        const stamp = () => (0,disk_error/* writingTo */.gC)(this.#layout.tempDir, () => clock.stamp());
        const called = stamp();
        const past = called + BigInt(2 * file_clock/* CLOCK_TICK_MS */.c * 1e6);
        let now = called;
        // Bounded, since a clock may be set back.
        for (let turn = 0; turn < 10 && now <= past; turn += 1) {
            await (0,promises_.setTimeout)(file_clock/* CLOCK_TICK_MS */.c);
            this.#options.signal?.throwIfAborted();
            now = stamp();
        }
        return now;
    }
    /** Blobs with this time or a later one may be a writer's. */
    #cutoffOf(start) {
        return (0,writer_session/* liveSessions */.k)(this.#layout).reduce((least, session) => (session.start < least ? session.start : least), start);
    }
    async #readNeeded() {
        await this.#need(this.#options.needed);
        for (const file of this.#layout.indexFiles()) {
            try {
                await this.#need(this.#options.readIndex(file));
            }
            catch (error) {
                throw explainIndex(error, file);
            }
        }
    }
    async #need(digests) {
        let count = 0;
        for (const digest of digests) {
            this.#needed.add(digest);
            count += 1;
            if (count % gc_TURN === 0)
                await this.#pause();
        }
        await this.#pause();
    }
    /** Gives false where it ended early. */
    async #removeBlobs() {
        if ((0,writer_session/* isEverythingKept */.kP)(this.#layout))
            return false;
        this.#emptyTrash();
        for (const { blobs } of listBlobs(this.#layout)) {
            await this.#pause();
            // A session that keeps everything waits for this collection to end.
            if ((0,writer_session/* isEverythingKept */.kP)(this.#layout))
                return false;
            for (const { digest, path } of blobs) {
                if (!this.#needed.has(digest) && this.#isOld(path, this.#cutoff))
                    this.#remove(digest);
            }
        }
        return true;
    }
    /** What a collection that was killed left there. */
    #emptyTrash() {
        for (const { name } of childrenOf(this.#layout.trashDir)) {
            const digest = `sha256:${name}`;
            if ((0,lib_digest/* isDigest */.Bc)(digest))
                this.#judge(digest);
        }
    }
    #remove(digest) {
        const path = this.#layout.blob(digest);
        (0,disk_error/* writingTo */.gC)(path, () => {
            try {
                (0,atomic_file/* moveInPlace */.y9)(path, this.#layout.trash(digest));
            }
            catch (error) {
                if (!(0,file_access/* isMissing */.b2)(error))
                    throw error;
            }
        });
        this.#judge(digest);
    }
    /**
     * Decides about a blob in the trash. A writer that touched it while it was in its place has done so
     * by now; one that wants to touch it from now on misses it there, and takes it back or writes it anew.
     */
    #judge(digest) {
        const trash = this.#layout.trash(digest);
        const stats = (0,blob_file/* statsAt */.Ze)(trash);
        if (stats === undefined)
            return;
        (0,disk_error/* writingTo */.gC)(trash, () => {
            if (this.#needed.has(digest) || stats.mtimeNs >= this.#cutoff) {
                (0,blob_file/* putBack */.pK)(trash, this.#layout.blob(digest));
                return;
            }
            (0,external_node_fs_.rmSync)(trash, { recursive: true, force: true });
            this.#removed += 1;
            this.#bytes += Number(stats.size);
        });
    }
    #removeLeftovers(start) {
        const grace = start - TEMP_GRACE_NS;
        this.#removeOld(this.#layout.tempDir, atomic_file/* TEMP_NAME */.TE, grace < this.#cutoff ? grace : this.#cutoff);
        this.#removeOld(this.#layout.damagedDir, BLOB_NAME, this.#cutoff);
        this.#removeOld(this.#layout.trashDir, BLOB_NAME, this.#cutoff);
    }
    /** Removes what is ours, by its name, and old. */
    #removeOld(dir, ours, cutoff) {
        for (const { name } of childrenOf(dir)) {
            const path = (0,external_node_path_.join)(dir, name);
            if (!ours.test(name) || !this.#isOld(path, cutoff))
                continue;
            (0,disk_error/* writingTo */.gC)(path, () => {
                (0,external_node_fs_.rmSync)(path, { recursive: true, force: true });
            });
        }
    }
    #isOld(path, cutoff) {
        const stats = (0,blob_file/* statsAt */.Ze)(path);
        return stats !== undefined && stats.mtimeNs < cutoff;
    }
    async #pause() {
        await (0,promises_.setImmediate)();
        this.#options.signal?.throwIfAborted();
    }
}
function explainIndex(error, file) {
    for (const code of ['MALFORMED', 'UNSUPPORTED_VERSION']) {
        if (!(0,errors/* hasCode */.up)(error, code))
            continue;
        return new errors/* CafsError */.u(code, `Nothing was removed, since the index ${file} may need it: ${(0,errors/* describeError */.Uc)(error)}`, { hint: 'Remove that index file if nothing of its namespace is needed.', cause: error });
    }
    return (0,file_access/* explainUnreadable */.x5)(error, file);
}

// EXTERNAL MODULE: ./lib/store/index-file.js + 2 modules
var index_file = __webpack_require__(222);
// EXTERNAL MODULE: ./lib/store/json.js
var json = __webpack_require__(7251);
// EXTERNAL MODULE: ./lib/store/keys.js
var keys = __webpack_require__(4945);
// EXTERNAL MODULE: ./lib/store/layout.js
var layout = __webpack_require__(9651);
;// CONCATENATED MODULE: ./lib/store/in-step.js
/**
 * What an index is to be compared with to tell what was changed in it since it was in step with a snapshot.
 * That is what it brought there, but for what came from others meanwhile: it was not made here, and what was
 * made of it here since then is a change.
 */
function stateInStep({ brought, there, now, meanwhile }) {
    const isUntouched = now.hasSameEntries(brought, { ignoreLocations: true });
    if (isUntouched && meanwhile === undefined)
        return brought;
    const state = brought.copy();
    for (const [key, , theirs] of brought.differences(there, { ignoreLocations: true })) {
        const mine = now.get(key);
        const entry = meanwhile === undefined ? mine : meanwhile.get(key);
        if (meanwhile === undefined && !isSame(mine, theirs))
            continue;
        if (entry === undefined)
            state.delete(key);
        else
            state.set(key, entry);
    }
    return state;
}
/** Whether two entries say the same, wherever their content lies. */
function isSame(a, b) {
    if (a === undefined || b === undefined)
        return a === b;
    return a.digest === b.digest && JSON.stringify(a.meta) === JSON.stringify(b.meta);
}

// EXTERNAL MODULE: ./lib/store/namespace.js
var store_namespace = __webpack_require__(1946);
// EXTERNAL MODULE: ./lib/store/entry-index.js + 47 modules
var entry_index = __webpack_require__(1912);
// EXTERNAL MODULE: ./lib/store/lineage.js
var store_lineage = __webpack_require__(7456);
;// CONCATENATED MODULE: ./lib/store/push-turn.js



/** One push of a store: what is pushed, and what the store remembers of it. */
class PushTurn {
    /** What is pushed. */
    entries;
    /** Where that stood to snapshots when the push began. */
    lineage;
    #index;
    /** Which version of the index that is. */
    #version;
    #bases;
    /** Snapshots that were known when it began. */
    #known;
    /** The lineage as it was when it began, or was remembered last. */
    #before;
    /** What was remembered last, if that was the index as it was pushed. */
    #last;
    /** Whether one of the snapshots so far names none before it. */
    #hasBegunAnew = false;
    /** Snapshots that tags point to by now. */
    #written = [];
    constructor(index, entries) {
        this.#index = index;
        this.entries = entries;
        this.lineage = index.lineage;
        this.#version = index.file.version;
        this.#bases = index.file.holdBases();
        this.#known = new Set(this.lineage.known.map(({ snapshot }) => snapshot));
        this.#before = this.lineage;
    }
    /** Takes the index as it is. What it is compared with stays until {@link PushTurn.end}. */
    static begin(index, signal) {
        return index.look((entries) => new PushTurn(index, entries.copy()), signal);
    }
    /** The index as it was when it was in step with a snapshot; undefined: that is not known any more. */
    base({ base }) {
        return this.#bases.load(base);
    }
    /** Notes that a tag points to what was remembered. */
    written(where) {
        this.#written.push(where);
    }
    /** Remembers, on the disk, what was written, and lets go of what was needed for that. */
    async end() {
        this.#bases.release();
        if (this.#written.length === 0)
            return;
        try {
            await this.#confirm();
        }
        catch {
            // The push has come to its end, and what it brought is known: this is for stores that stay away for
            // long, and the next push makes good for it.
        }
    }
    async #confirm() {
        const { file } = this.#index;
        const isDone = await file.locked(() => {
            if (file.isStale())
                return false;
            const lineage = (0,store_lineage/* confirmed */.qF)(file.lineage, this.#written);
            if (lineage !== file.lineage)
                file.saveLineage(lineage);
            return true;
        });
        if (isDone)
            return;
        await this.#index.save((index) => index, undefined, () => (0,store_lineage/* confirmed */.qF)(file.lineage, this.#written));
    }
    /** Remembers what is about to be written, on the disk. */
    async remember(reached) {
        if (!(await this.#rememberAgain(reached)))
            await this.#remember(reached);
    }
    async #remember(reached) {
        const { located, step, entries: there } = reached;
        const { file } = this.#index;
        let now = this.#index.entries;
        let base;
        await this.#index.save((index) => {
            now = index;
            // What has changed meanwhile is not pushed.
            return entry_index/* Index */.j.merge(this.entries, located, index);
        }, undefined, () => {
            const { lineage } = file;
            // What a pull gave up meanwhile is not here, and yet was not deleted.
            if (lineage.discards !== this.#before.discards)
                return lineage;
            const meanwhile = this.#meanwhile(lineage, step);
            const state = stateInStep({ brought: located, there, now, meanwhile });
            const saved = file.saveBase(state);
            if (state === located)
                base = saved;
            this.#before = this.#advance(lineage, saved, reached);
            return this.#before;
        });
        this.#last = base === undefined ? undefined : { located, base, index: this.#index.entries };
    }
    /** The index as it was when it was in step with what a snapshot goes on from, if that came to be during the push. */
    #meanwhile({ known }, { merged }) {
        const met = known.find(({ snapshot, version }) => version >= this.#version && !this.#known.has(snapshot) && merged.includes(snapshot));
        return met && this.#index.file.loadBase(met.base);
    }
    /**
     * The lineage after a step. Where one of them begins anew, it is not said any more what later snapshots go on
     * from, and what was left out was never here: others must not take what is missing for deleted.
     */
    #advance(lineage, base, { step, beginsAnew, leftOut }) {
        const state = { base, version: this.#version };
        if (!beginsAnew && !this.#hasBegunAnew)
            return (0,store_lineage/* advance */.np)(lineage, state, [step]);
        this.#hasBegunAnew = true;
        const known = leftOut.length === 0 ? lineage.known : this.#without(leftOut, lineage.known);
        return (0,store_lineage/* advance */.np)({ ...lineage, known, seen: [] }, state, [{ ...step, merged: [] }]);
    }
    /** The same states, but for entries that were left out. */
    #without(leftOut, known) {
        const { file } = this.#index;
        const bases = new Map();
        for (const { base } of known) {
            if (bases.has(base))
                continue;
            const state = file.loadBase(base);
            const lost = leftOut.filter(([key, digest]) => state?.get(key)?.digest === digest);
            for (const [key] of lost)
                state?.delete(key);
            bases.set(base, state === undefined || lost.length === 0 ? base : file.saveBase(state));
        }
        return known.map((one) => ({ ...one, base: bases.get(one.base) ?? one.base }));
    }
    /**
     * The same for a further tag that is to hold the same, where nothing has happened here meanwhile: a small
     * part of the work.
     *
     * @returns whether that is so
     */
    #rememberAgain(reached) {
        const { file } = this.#index;
        return file.locked(() => {
            const { entries, lineage, isDirty } = this.#index;
            const last = this.#last;
            if (last?.located !== reached.located || last.index !== entries || isDirty)
                return false;
            if (reached.beginsAnew || lineage !== this.#before || file.isStale())
                return false;
            this.#before = this.#advance(lineage, last.base, reached);
            file.saveLineage(this.#before);
            return true;
        });
    }
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./lib/options.js
var lib_options = __webpack_require__(1097);
;// CONCATENATED MODULE: ./lib/store/store-options.js



const FLAG = dist/* optional */.lqM(dist/* boolean */.zMY('it must be true or false'));
/** @throws CafsError `INVALID_INPUT` for an option that does not exist, or has a wrong value */
function checkPullOptions(options) {
    (0,lib_options/* checkOptions */.Jr)(options, {
        name: 'pull',
        entries: { ifExists: FLAG, discard: FLAG, contents: FLAG, signal: lib_options/* SIGNAL */.bh },
    });
}
/**
 * Takes the arguments of a push apart.
 *
 * @throws CafsError `INVALID_INPUT` for what is neither a tag nor options, and for wrong options
 */
function readPushArgs(args) {
    const last = args.at(-1);
    const options = typeof last === 'object' ? last : {};
    (0,lib_options/* checkOptions */.Jr)(options, {
        name: 'push',
        entries: { soleWriter: FLAG, repair: FLAG, skipLost: FLAG, signal: lib_options/* SIGNAL */.bh },
    });
    const tags = typeof last === 'object' ? args.slice(0, -1) : args;
    return { tags: tags.map(tagOf), options };
}
function tagOf(arg) {
    if (typeof arg === 'string')
        return arg;
    throw new errors/* CafsError */.u('INVALID_INPUT', `push was given ${aKindOf(arg)} for a tag.`, {
        hint: "Tags are text, and options come last: push('main', 'v1', { signal }).",
    });
}
function aKindOf(value) {
    if (value === undefined)
        return 'undefined';
    return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

;// CONCATENATED MODULE: ./lib/store/take-pulled.js


/**
 * Brings what a tag points to into an index: changes that were made here stay on top of it, unless they are
 * given up.
 *
 * @returns false where the index came into step with something else meanwhile, which may go on from what was
 *   pulled: nothing has changed then, and the remote is to be asked again
 */
async function takePulled(index, pulled, { asked, discard, signal }) {
    const known = new Set(asked.known.map(({ snapshot }) => snapshot));
    let isLate = false;
    // Meanwhile another process may have pulled what is newer than this answer.
    const isKnown = () => !discard && tellingNothing(index.lineage).includes(pulled.snapshot);
    const lineageAfter = () => {
        const { lineage, file } = index;
        if (isLate || isKnown())
            return lineage;
        // What was given up may come from snapshots that this store has everything of no more.
        const before = discard ? (0,store_lineage/* discarded */.eo)(lineage) : lineage;
        const state = { base: file.saveBase(pulled.entries), version: file.version + 1 };
        return (0,store_lineage/* advance */.np)(before, state, [pulled]);
    };
    await index.save((entries) => {
        isLate = index.lineage.known.some(({ snapshot }) => !known.has(snapshot) && snapshot !== pulled.snapshot);
        if (isLate)
            return entries;
        if (discard)
            return pulled.entries;
        return isKnown() ? entries : joined(index, pulled, entries);
    }, signal, lineageAfter);
    return !isLate;
}
/**
 * Snapshots that tell nothing new: the index has had everything of them, and knows how it was then. One that is known
 * only by what goes on from it is still to be met: from then on, what is as in there was not changed here.
 */
function tellingNothing({ known, seen }) {
    const met = new Set(known.map(({ snapshot }) => snapshot));
    return seen.filter((snapshot) => met.has(snapshot));
}
/** What was changed here, on top of what was pulled. */
function joined({ lineage, file }, pulled, entries) {
    // All that it holds was here once: what is not here now was deleted.
    if (lineage.seen.includes(pulled.snapshot))
        return entries;
    const common = (0,store_lineage/* lastInStep */.Oi)(lineage, pulled);
    const load = (one) => one && file.loadBase(one.base);
    const base = load(common);
    if (common === undefined || base === undefined) {
        // What was not changed here since, its tag's word counts for, though it was begun anew.
        return entry_index/* Index */.j.merge(new entry_index/* Index */.j(), pulled.entries, entries, () => load((0,store_lineage/* lastOf */.g1)(lineage, pulled.ref)));
    }
    return entry_index/* Index */.j.merge(base, pulled.entries, entries, () => load((0,store_lineage/* pulledSince */.Tu)(lineage, common)));
}

;// CONCATENATED MODULE: ./lib/store/verify.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});





/** Blobs up to this size, in bytes, are read at once: that takes less than a millisecond. */
const SMALL_BYTES = 512 * 1024;
/** For how long, in milliseconds, nobody else has to get a turn. */
const TURN_MS = 10;
/**
 * Reads all blobs of a cache folder, and sets aside those that are damaged: the next `put` of the same
 * content heals them. What cannot be read (no permission, a failing disk) counts as damaged. What
 * others write or remove meanwhile does not matter.
 *
 * @throws the signal's reason
 */
async function verifyBlobs(layout, { observer, signal } = {}) {
    const damaged = [];
    const strangers = [];
    let checked = 0;
    let bytes = 0;
    let turn = performance.now();
    for (const shard of listBlobs(layout)) {
        for (const path of shard.strangers)
            strangers.push(path);
        for (const { digest } of shard.blobs) {
            if (performance.now() - turn > TURN_MS) {
                await (0,promises_.setImmediate)();
                turn = performance.now();
            }
            signal?.throwIfAborted();
            const read = await readBlob(layout, digest, signal);
            if (read === undefined)
                continue;
            if (read.damage !== undefined)
                damaged.push({ digest, ...read.damage });
            checked += 1;
            bytes += read.size;
            observer?.({ kind: 'hash', done: checked, bytes });
        }
    }
    return { checked, bytes, damaged, strangers };
}
/** What is wrong with a blob; undefined where it is gone by now. */
async function readBlob(layout, digest, signal) {
    const path = layout.blob(digest);
    const seen = (0,blob_file/* statsAt */.Ze)(path);
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const file = __addDisposableResource(env_1, blob_file/* BlobFile */.Ki.open(layout, digest), false);
            if (file === undefined)
                return undefined;
            const { found, size } = file.size > SMALL_BYTES ? await hashPieces(file, signal) : hashWhole(file);
            if (found === digest)
                return { size };
            return { size, damage: { found, reason: file.damaged(found).message } };
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    }
    catch (error) {
        if ((0,blob_file/* isUnreadable */.GZ)(error)) {
            if (seen !== undefined)
                (0,blob_file/* setAside */.Fi)(layout, digest, path, seen);
            return { size: 0, damage: { reason: (0,errors/* messageOf */.bD)(error) } };
        }
        // It was a file when it was listed.
        if ((0,errors/* hasCode */.up)(error, 'INTEGRITY'))
            return undefined;
        throw error;
    }
}
function hashWhole(file) {
    const bytes = file.whole();
    return { found: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.length };
}
async function hashPieces(file, signal) {
    const digester = new lib_digest/* Digester */.Y8();
    for await (const piece of file.pieces(signal))
        digester.update(piece);
    const { size } = digester;
    return { found: digester.digest(), size };
}

;// CONCATENATED MODULE: ./lib/store/verify-store.js

/**
 * Verifies all blobs of a cache folder, and looks for those that an index lacks.
 *
 * @throws as {@link verifyBlobs}
 */
async function verifyStore(layout, blobs, index, options) {
    const verified = await verifyBlobs(layout, options);
    const damaged = new Map(verified.damaged.map((blob) => [blob.digest, withKeys(blob)]));
    const missing = new Map();
    const here = new Map();
    for (const [key, { digest, location }] of index().range('')) {
        const hit = damaged.get(digest) ?? missing.get(digest);
        if (hit !== undefined) {
            hit.keys.push(key);
            continue;
        }
        const isHere = here.get(digest) ?? blobs.has(digest);
        here.set(digest, isHere);
        if (!isHere && location === undefined)
            missing.set(digest, { digest, keys: [key] });
    }
    return { ...verified, damaged: [...damaged.values()], missing: [...missing.values()] };
}
function withKeys(blob) {
    return { ...blob, keys: [] };
}

// EXTERNAL MODULE: ./lib/store/under-way.js
var under_way = __webpack_require__(1661);
;// CONCATENATED MODULE: ./lib/store/working-index.js
/**
 * The index of a namespace as one store works with it: in memory, with changes that are not on disk yet,
 * and on the disk, where other processes write to it too.
 */
class WorkingIndex {
    /** Its place on the disk. */
    file;
    #onSaved;
    #entries;
    /**
     * Reads the index.
     *
     * @param onSaved called whenever the disk has everything that is in memory
     * @throws as {@link IndexFile.load}
     */
    constructor(file, onSaved) {
        this.file = file;
        this.#onSaved = onSaved;
        this.#entries = file.load();
    }
    /** As it is in memory. It is replaced by another one where changes come together. */
    get entries() {
        return this.#entries;
    }
    /** Where it stands to snapshots, as the disk said last. */
    get lineage() {
        return this.file.lineage;
    }
    /** Whether it has changes that are not on disk yet. */
    get isDirty() {
        return this.#entries.hasChanges;
    }
    /** Writes what has changed, and takes what other processes have changed. */
    async sync(signal) {
        await this.flush(signal);
        if (!this.isDirty && this.file.isStale())
            this.#entries = this.file.load();
    }
    /** Writes what has changed. */
    async flush(signal) {
        if (this.isDirty)
            await this.save((index) => index, signal);
        else
            await this.#onSaved();
    }
    /**
     * Writes the index after a change, with what others wrote to it meanwhile.
     *
     * @param lineage where the changed index stands; asked for after the change was made
     */
    async save(change, signal, lineage = () => this.lineage) {
        await this.file.locked(() => {
            this.#takeTheirs();
            const next = change(this.#entries);
            this.file.save(next, lineage());
            next.markSaved();
            this.#entries = next;
        }, signal);
        if (!this.isDirty)
            await this.#onSaved();
    }
    /**
     * Does something with the index as it is, what others wrote included, once it is on disk; nobody writes it
     * meanwhile.
     */
    look(work, signal) {
        return this.file.locked(() => {
            this.#takeTheirs();
            if (this.isDirty) {
                this.file.save(this.#entries);
                this.#entries.markSaved();
            }
            return work(this.#entries);
        }, signal);
    }
    /** Takes what other processes wrote to the index meanwhile. Lock it before. */
    #takeTheirs() {
        if (!this.file.isStale())
            return;
        const theirs = this.file.load();
        theirs.apply(this.#entries.changes());
        this.#entries = theirs;
    }
}

// EXTERNAL MODULE: ./lib/store/write-guard.js
var write_guard = __webpack_require__(662);
;// CONCATENATED MODULE: ./lib/store/store.js





















/**
 * A content-addressed store: blobs by digest on this disk, and a flat index of keys. {@link open}
 * opens one.
 *
 * A key is text such as `src/main.ts`: not empty, at most 1,024 bytes in UTF-8, without `_` at its
 * start, `..` or NUL. A prefix stops at a `/`: `src` and `src/` mean the same subtree.
 *
 * Content is on disk when `put` returns. The index is in memory until {@link Store.sync} or
 * {@link Store.close}: what these reported as written survives the death of the process. Several
 * processes may use one cache folder, and one namespace: `sync` brings their changes together, key
 * by key, and the later change of a key wins.
 *
 * @example
 * await using store = await open('myproject:main');
 * await store.put('src/main.ts', 'export {};');
 * store.hash('src'); // changes when, and only when, something below src/ does
 */
class Store {
    /** The namespace with its tag: `name:tag`. */
    namespace;
    /** The folder for blobs and indexes: an absolute path. */
    cacheDir;
    #layout;
    #index;
    #blobs;
    #contents;
    #guard;
    #upstream;
    #signal;
    /** Pushes and pulls. */
    #travelling = new under_way/* UnderWay */.o();
    /** The pushes that were asked for. */
    #pushing = Promise.resolve();
    #state = 'open';
    constructor(namespace, { cacheDir, ...options }) {
        const parsed = (0,store_namespace/* parseNamespace */.L)(namespace);
        this.namespace = `${parsed.name}:${parsed.tag}`;
        this.#layout = (0,layout/* openLayout */.B)(cacheDir);
        this.cacheDir = this.#layout.cacheDir;
        this.#blobs = new blobs/* Blobs */.B(this.#layout);
        this.#guard = new write_guard/* WriteGuard */.j(this.#layout);
        this.#index = new WorkingIndex(new index_file/* IndexFile */.Z(this.#layout, parsed), () => this.#guard.end());
        const { upstream, deliver = upstream && bind(upstream) } = options;
        this.#upstream = upstream;
        this.#contents = new Contents(this.#blobs, deliver);
        this.#signal = options.signal;
    }
    /**
     * Opens a namespace of a cache folder; one that does not exist yet is empty. {@link open} is what
     * most callers want: it knows remotes and the usual cache folder.
     *
     * @throws CafsError `INVALID_NAMESPACE`, `UNSUPPORTED_VERSION`, or `MALFORMED` for a damaged index
     */
    static open(namespace, options) {
        return new Store(namespace, options);
    }
    /** How many entries there are. */
    get len() {
        return this.#index.entries.size;
    }
    /** Whether the index has changes that are not on disk yet: {@link Store.sync} writes them. */
    get dirty() {
        return this.#index.isDirty;
    }
    /** The remote's repository and tag, as a person would write them; empty without a remote. */
    get ref() {
        return this.#upstream?.ref ?? '';
    }
    /**
     * Keeps content under a key, in place of what was there.
     *
     * The key has its new entry when the promise is fulfilled; of several puts to one key at the same
     * time, the one that ends last wins.
     *
     * @example
     * await store.put('a.txt', 'text', { meta: { mode: 0o644 } });
     * await store.put('big.iso', { file: '/data/big.iso' });
     * await store.put('log', process.stdin);
     * @throws CafsError `INVALID_KEY`, `RESERVED_KEY`; `INVALID_INPUT` for data or metadata of the wrong
     *   kind, and for a file that cannot be read; `CHANGED` where a file was written to meanwhile;
     *   `NO_SPACE`, `UNWRITABLE`
     */
    async put(key, data, { meta, signal } = {}) {
        this.#begin(signal);
        (0,keys/* assertKey */.sM)(key);
        const known = readData(data);
        const kept = meta === undefined ? {} : { meta: (0,json/* copyJson */.aR)(meta) };
        return this.#guard.during(async () => {
            const info = { ...(await this.#keep(known, signal)), ...kept };
            this.#index.entries.set(key, this.#located(key, info));
            return info;
        });
    }
    /**
     * Makes an entry for content that is on this disk already, under whatever key.
     *
     * @returns false where the content is not there: nothing has changed then
     * @throws as {@link Store.put}
     */
    async adopt(key, { digest, size, meta }, { signal } = {}) {
        this.#begin(signal);
        (0,keys/* assertKey */.sM)(key);
        const kept = meta === undefined ? {} : { meta: (0,json/* copyJson */.aR)(meta) };
        return this.#guard.during(() => {
            if (!this.#blobs.touch(digest) || this.#blobs.sizeOf(digest) !== size)
                return false;
            this.#index.entries.set(key, this.#located(key, { digest, size, ...kept }));
            return true;
        });
    }
    /**
     * The content of a key, verified against its digest. Content that this disk does not have, or has
     * damaged, is fetched from the remote where there is one, and kept.
     *
     * @throws NotFoundError where there is no such entry; CafsError `CONTENT_LOST` where there is one, and
     *   nobody has its content
     * @throws IntegrityError where the content is damaged and cannot be fetched: it was set aside
     */
    async get(key, { signal } = {}) {
        const entry = this.#require(key);
        return explained(key, this.#contents.get(entry, this.#begin(signal)));
    }
    /**
     * The content of a key as a stream of bytes, for content that is too large for memory.
     *
     * The stream fails rather than ends where the bytes turn out to be damaged: use nothing of it
     * before it has ended.
     *
     * @example
     * await pipeline(await store.getStream('big.iso'), createWriteStream('big.iso'));
     * @throws as {@link Store.get}
     */
    async getStream(key, { signal } = {}) {
        const entry = this.#require(key);
        return explained(key, this.#contents.stream(entry, this.#begin(signal)));
    }
    /**
     * Gives the contents of many entries to a receiver, each content once: from this disk, else from
     * the remote, few requests at a time.
     */
    deliver(entries, receiver, { signal, ...options } = {}) {
        const signals = { signal: this.#begin(signal) };
        return this.#contents.deliver(entries, receiver, { ...options, ...signals });
    }
    /** What is known about a key, or undefined. */
    stat(key) {
        return this.#index.entries.get(key);
    }
    /** Whether there is an entry. */
    exists(key) {
        return this.#index.entries.has(key);
    }
    /** Removes an entry; its content stays until {@link Store.gc}. Gives whether it was there. */
    delete(key) {
        this.#assertOpen();
        return this.#index.entries.delete(key);
    }
    /** Removes all entries. */
    clear() {
        this.#assertOpen();
        this.#index.entries.clear();
    }
    /**
     * Entries below a prefix as `[key relative to it, entry]`, sorted by the bytes of the keys. What
     * changes during the iteration does not show in it.
     *
     * @example
     * for (const [name, { size }] of store.list('src')) console.log(name, size);
     */
    *list(prefix = '') {
        const skip = prefix === '' || prefix.endsWith('/') ? prefix.length : prefix.length + 1;
        for (const [key, entry] of this.#index.entries.range(prefix))
            yield [key.slice(skip), entry];
    }
    /**
     * The digest of all that lies below a prefix: keys, contents and sizes, not metadata. `''` where
     * nothing does. Byte for byte what the Go package `cafs` computes for the prefix with its `/`.
     */
    hash(prefix) {
        return this.#index.entries.hash(prefix);
    }
    /**
     * The digests of a prefix and of all folders below it, in one pass: the way to compare two large
     * trees. Each is what {@link Store.hash} gives; a folder comes after what lies in it.
     *
     * @example
     * const before = new Map(store.hashes());
     * // ... changes ...
     * const changed = [...store.hashes()].filter(([folder, digest]) => before.get(folder) !== digest);
     */
    hashes(prefix = '') {
        return this.#index.entries.hashes(prefix);
    }
    /** The digest of the whole store: `hash('')`. */
    root() {
        return this.#index.entries.hash('');
    }
    /** Counts the entries and what of their contents is on this disk. */
    stats() {
        const sizes = new Map();
        for (const [, { digest }] of this.#index.entries.range('')) {
            if (!sizes.has(digest))
                sizes.set(digest, this.#blobs.sizeOf(digest) ?? -1);
        }
        const here = [...sizes.values()].filter((size) => size >= 0);
        const totalSize = here.reduce((sum, size) => sum + size, 0);
        return { entries: this.#index.entries.size, blobs: here.length, totalSize };
    }
    /**
     * The file that holds a content, for tools that want a path. Only read it: it is shared by all
     * that has this content. The bytes are not verified.
     *
     * @throws NotFoundError where it is not on this disk; CafsError `INVALID_DIGEST`
     */
    path(digest) {
        const path = this.#blobs.path((0,lib_digest/* parseDigest */.m)(digest));
        if (path !== undefined)
            return path;
        throw new errors/* NotFoundError */.m_(`There is no content ${digest} on this disk.`, {
            hint: 'Get it once: what comes from a remote is kept.',
        });
    }
    /**
     * Brings the index to the disk, and what other processes wrote to this namespace meanwhile into
     * this store.
     *
     * @throws CafsError `NO_SPACE`, `UNWRITABLE`: the changes stay in memory, and what is on disk stays
     *   as it was; `MALFORMED` where the index on disk was damaged meanwhile
     */
    async sync({ signal } = {}) {
        await this.#index.sync(this.#begin(signal));
    }
    /**
     * Brings what was changed here to the remote's tags: entries that were put and entries that were
     * deleted since this store was in step with what a tag points to, by a push or a pull; everything,
     * where it never was. What others have pushed there meanwhile stays; where both changed a key, this
     * store's entry counts. Syncs first. The entries of this store stay as they are.
     *
     * A tag that does not exist, or that points to what this store has gone on from, holds exactly the
     * entries of this store afterwards. Where nothing has changed, nothing is sent.
     *
     * Registries cannot be told to move a tag only if nobody else has: unless `soleWriter` is set, a push
     * that has moved a tag looks at it again 1.5 seconds later, or more where the registry is slow, and
     * goes on where it was overwritten.
     *
     * @param args tags, and options; no tag: the tag of {@link Store.ref}
     * @example
     * await store.push();
     * await store.push('main', 'v1', { signal });
     * @throws NoRemoteError without a remote; NotFoundError where the content of an entry can be had
     *   nowhere (but see `skipLost`); CafsError `INVALID_REFERENCE` for what can be no tag;
     *   `INVALID_INPUT` for options; `REMOTE` where other writers are always faster; the remote's own errors. Where that was one of several tags, the others may have
     *   been moved.
     */
    async push(...args) {
        const upstream = this.#requireUpstream('push');
        const { tags, options } = readPushArgs(args);
        const signal = this.#begin(options.signal);
        // One after another: what one has written is known to the next.
        const before = this.#pushing;
        const turn = this.#travelling.during(async () => {
            await (0,until_aborted/* orAborted */.H)(before, signal);
            await this.#push(upstream, tags, { ...options, signal });
        });
        this.#pushing = Promise.allSettled([before, turn]);
        await turn;
    }
    async #push(upstream, tags, options) {
        const { signal } = options;
        await this.#index.sync(signal);
        const turn = await PushTurn.begin(this.#index, signal);
        const push = () => upstream.push({
            entries: turn.entries,
            lineage: turn.lineage,
            base: (known) => turn.base(known),
            source: this.#contents.source(signal),
            tags,
            options,
            remember: (reached) => turn.remember(reached),
            written: (where) => {
                turn.written(where);
            },
        });
        try {
            await (0,write_guard/* keepingEverything */.f)(this.#layout, push, signal);
        }
        finally {
            await turn.end();
        }
    }
    /**
     * Brings what the remote's tag points to into this store: what was put and what was deleted there.
     * What was put or deleted here since the last push or pull, and not pushed, stays as it is; `discard`
     * gives it up. Of a tag that was begun anew nothing is known: what was deleted here comes back from
     * there. Contents come when they are asked for; with `contents`, all at once.
     *
     * @example
     * await store.pull(); // store.get, store.list, ... see what was pushed
     * @returns whether there is such a tag: nothing has changed otherwise
     * @throws NoRemoteError without a remote; NotFoundError where there is no such tag; CafsError
     *   `CONTENT_LOST` where a content that is to be fetched is gone: the others are here then;
     *   `INVALID_INPUT` for options; the remote's own errors
     */
    async pull(given = {}) {
        checkPullOptions(given);
        const upstream = this.#requireUpstream('pull');
        const signal = this.#begin(given.signal);
        return this.#travelling.during(async () => {
            if (!(await this.#pull(upstream, { ...given, signal })))
                return false;
            if (given.contents === true) {
                await this.#contents.fetchAll([...this.#index.entries.range('')], signal);
            }
            return true;
        });
    }
    async #pull(upstream, { ifExists, discard, signal }) {
        for (;;) {
            const { lineage: asked } = this.#index;
            const known = discard === true ? [] : tellingNothing(asked);
            const pulled = await upstream.pull(known, signal);
            if (pulled === 'seen')
                return true;
            if (pulled === 'absent') {
                if (ifExists === true)
                    return false;
                throw new errors/* NotFoundError */.m_(`There is nothing at ${upstream.ref}.`, { hint: 'Push it first.' });
            }
            const options = { asked, discard: discard === true, signal };
            // Each time round, a push or a pull of somebody else here has come to its end.
            if (await takePulled(this.#index, pulled, options))
                return true;
        }
    }
    /**
     * Removes contents that no index of this cache folder names any more, neither this store's nor
     * one of another namespace or tag. Syncs first. What is being written stays, here and in other
     * processes: garbage that is younger than the oldest unfinished work is left for the next time.
     *
     * @example
     * const { removed, bytes } = await store.gc();
     * @throws CafsError `MALFORMED`, `UNSUPPORTED_VERSION` where an index cannot be read: nothing has
     *   been removed then
     */
    async gc({ signal } = {}) {
        await this.sync({ signal });
        return collectGarbage(this.#layout, {
            needed: this.#digests(),
            readIndex: index_file/* digestsIn */.V,
            signal: this.#signalOf(signal),
        });
    }
    /**
     * Reads all contents on this disk, and sets damaged ones aside: the next `get` fetches them from
     * the remote, the next `put` of the same content writes them anew.
     *
     * @example
     * for (const { digest, keys } of (await store.verify()).damaged) console.error(digest, keys);
     */
    verify({ signal, observer } = {}) {
        const options = { signal: this.#begin(signal), observer };
        return verifyStore(this.#layout, this.#blobs, () => this.#index.entries, options);
    }
    /**
     * Waits for puts, pushes and pulls that are under way, writes the index, and gives back everything.
     * Further calls do nothing. What is in memory can still be looked at: `stat`, `list`, `hash`.
     *
     * @throws as {@link Store.sync}: the store is still open then, and it can be tried again
     */
    async close() {
        if (this.#state === 'closed')
            return;
        this.#state = 'closing';
        try {
            await this.#travelling.settled();
            await this.#guard.settled();
            await this.#index.flush(undefined);
        }
        catch (error) {
            this.#state = 'open';
            throw error;
        }
        await this.#release();
    }
    /** Closes the store; what cannot be written is reported, and given up. */
    async [Symbol.asyncDispose]() {
        try {
            await this.close();
        }
        catch (error) {
            await this.#release();
            throw error;
        }
    }
    async #release() {
        this.#state = 'closed';
        await this.#guard.end();
        await this.#upstream?.close();
    }
    async #keep(data, signal) {
        const options = { signal: this.#signalOf(signal) };
        if ('file' in data)
            return this.#blobs.putFile(data.file, options);
        if ('chunks' in data)
            return this.#blobs.putStream(data.chunks, options);
        return { digest: this.#blobs.put(data.bytes), size: data.bytes.byteLength };
    }
    /** An entry that stays the same is still the one that the remote holds. */
    #located(key, info) {
        const before = this.#index.entries.get(key);
        const stays = before?.location !== undefined && isSame(before, info);
        return stays ? { ...info, location: before.location } : info;
    }
    *#digests() {
        for (const [, { digest }] of this.#index.entries.range(''))
            yield digest;
    }
    #signalOf(signal) {
        if (signal === undefined || this.#signal === undefined)
            return signal ?? this.#signal;
        return AbortSignal.any([signal, this.#signal]);
    }
    #require(key) {
        this.#assertOpen();
        const entry = this.#index.entries.get(key);
        if (entry !== undefined)
            return entry;
        throw new errors/* NotFoundError */.m_(`There is no entry ${JSON.stringify(key)} in ${this.namespace}.`);
    }
    #requireUpstream(what) {
        this.#assertOpen();
        if (this.#upstream !== undefined)
            return this.#upstream;
        throw new errors/* NoRemoteError */.Uw(`The store ${this.namespace} has no remote to ${what}.`, {
            hint: 'Open it with the option "remote", such as "ghcr.io/owner/repository/cache".',
        });
    }
    /** What every call does first; gives what stops it. */
    #begin(signal) {
        this.#assertOpen();
        const stops = this.#signalOf(signal);
        stops?.throwIfAborted();
        return stops;
    }
    #assertOpen() {
        if (this.#state === 'open')
            return;
        throw new errors/* CafsError */.u('CLOSED', `The store ${this.namespace} is closed.`, {
            hint: 'Open it again.',
        });
    }
}
/** Says of what could not be had that its entry is there. */
async function explained(key, content) {
    try {
        return await content;
    }
    catch (error) {
        throw (0,lost_content/* explainLost */.M)(error, key);
    }
}
function bind(upstream) {
    return (entries, receiver, options) => upstream.deliver(entries, receiver, options);
}


/***/ }),

/***/ 1661:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ UnderWay)
/* harmony export */ });
/** Work that is under way, for whoever has to wait until there is none. */
class UnderWay {
    #all = new Set();
    get size() {
        return this.#all.size;
    }
    /** Does work, which counts as under way until it ends. */
    async during(work) {
        const running = work();
        this.#all.add(running);
        try {
            return await running;
        }
        finally {
            this.#all.delete(running);
        }
    }
    /** Waits until nothing is under way, however it ends. */
    async settled() {
        while (this.#all.size > 0)
            await Promise.allSettled(this.#all);
    }
}


/***/ }),

/***/ 662:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ keepingEverything),
/* harmony export */   j: () => (/* binding */ WriteGuard)
/* harmony export */ });
/* harmony import */ var _under_way_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1661);
/* harmony import */ var _writer_session_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2203);


/** Keeps garbage collection from blobs that a store has written and that no index on disk names yet. */
class WriteGuard {
    #layout;
    #session;
    #running = new _under_way_js__WEBPACK_IMPORTED_MODULE_1__/* .UnderWay */ .o();
    constructor(layout) {
        this.#layout = layout;
    }
    /** Does work that writes blobs. What it has written is safe until {@link WriteGuard.end}. */
    during(work) {
        return this.#running.during(async () => {
            await this.#begin();
            return await work();
        });
    }
    /** Waits for the work that is under way, however it ends. */
    settled() {
        return this.#running.settled();
    }
    /**
     * Says that the index on disk names everything that finished work has written. While other work
     * is under way, it all stays safe.
     */
    async end() {
        if (this.#running.size > 0)
            return;
        const session = this.#session;
        this.#session = undefined;
        await (await session)?.close();
    }
    async #begin() {
        const opening = (this.#session ??= _writer_session_js__WEBPACK_IMPORTED_MODULE_0__/* .WriterSession */ .aN.open(this.#layout, { keeps: 'new' }));
        try {
            await opening;
        }
        catch (error) {
            // The next one tries again.
            if (this.#session === opening)
                this.#session = undefined;
            throw error;
        }
    }
}
/** Does work that needs blobs which the index may stop naming meanwhile. */
async function keepingEverything(layout, work, signal) {
    const session = await _writer_session_js__WEBPACK_IMPORTED_MODULE_0__/* .WriterSession */ .aN.open(layout, { keeps: 'everything', signal });
    try {
        return await work();
    }
    finally {
        await session.close();
    }
}


/***/ }),

/***/ 2203:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aN: () => (/* binding */ WriterSession),
/* harmony export */   k: () => (/* binding */ liveSessions),
/* harmony export */   kP: () => (/* binding */ isEverythingKept)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(452);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4148);
/* harmony import */ var _lock_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3964);
/* harmony import */ var _atomic_file_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3171);
/* harmony import */ var _blob_file_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3621);








const NAME = /^[0-9a-f]{16}\.(new|everything)$/;
/**
 * Tells the garbage collection of all processes that a writer is at work, whose blobs no index on
 * disk names yet. Open it before the first `put` or `touch`, and close it once the index is
 * written. It ends with the process, however that ends.
 *
 * A session is an empty file, which is locked as long as the session lives, and whose time is the
 * session's start.
 *
 * @example
 * await using session = await WriterSession.open(layout, { keeps: 'new' });
 */
class WriterSession {
    /** Tells sessions apart. */
    name;
    #path;
    #lock;
    constructor(path, lock) {
        this.name = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path);
        this.#path = path;
        this.#lock = lock;
    }
    /**
     * Begins a session. One that keeps everything waits for a garbage collection that is at work, which
     * ends early for it.
     *
     * @throws CafsError `UNWRITABLE`, `TIMEOUT`; the signal's reason
     */
    static async open(layout, { keeps, signal }) {
        const session = await WriterSession.#register(layout.writersDir, keeps, signal);
        if (keeps === 'new')
            return session;
        try {
            await (0,_lock_js__WEBPACK_IMPORTED_MODULE_5__/* .withFileLock */ .Ux)(layout.gcLock, () => Promise.resolve(), { signal });
        }
        catch (error) {
            await session.close();
            throw error;
        }
        return session;
    }
    static async #register(dir, keeps, signal) {
        for (;;) {
            const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(dir, `${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}.${keeps}`);
            const lock = await (0,_lock_js__WEBPACK_IMPORTED_MODULE_5__/* .holdFileLock */ .zZ)(path, { signal });
            // Garbage collection that saw the file before it was locked has taken it for a dead one's.
            if ((0,_blob_file_js__WEBPACK_IMPORTED_MODULE_7__/* .hasFile */ .jv)(path))
                return new WriterSession(path, lock);
            lock.release();
        }
    }
    /** Ends the session; a second call does nothing. */
    close() {
        this.#lock.release();
        (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_6__/* .dropFile */ .cQ)(this.#path);
        return Promise.resolve();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
}
/** The sessions that live. The files of those that died are removed. */
function liveSessions(layout) {
    return namesIn(layout.writersDir).flatMap((name) => {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(layout.writersDir, name);
        if (!isAlive(path))
            return [];
        const stats = (0,_blob_file_js__WEBPACK_IMPORTED_MODULE_7__/* .statsAt */ .Ze)(path);
        // It has ended since it was listed.
        if (stats === undefined)
            return [];
        return { name, keeps: keepsOf(name), start: stats.mtimeNs };
    });
}
/** Whether there is a session, of those alive, that keeps everything. */
function isEverythingKept(layout) {
    return namesIn(layout.writersDir).some((name) => keepsOf(name) === 'everything' && isAlive((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(layout.writersDir, name)));
}
function keepsOf(name) {
    return name.endsWith('.everything') ? 'everything' : 'new';
}
function namesIn(dir) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(dir).filter((name) => NAME.test(name));
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_4__/* .isMissing */ .b2)(error))
            return [];
        throw error;
    }
}
function isAlive(path) {
    const lock = (0,_lock_js__WEBPACK_IMPORTED_MODULE_5__/* .tryFileLock */ .jo)(path);
    if (lock === undefined)
        return true;
    try {
        // While it is locked here: a session that is about to lock it sees that it is gone.
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, { force: true });
    }
    catch (error) {
        // Windows does not remove what is open, here or in a session that is about to lock it.
        if (!(0,_file_access_js__WEBPACK_IMPORTED_MODULE_4__/* .isRefused */ .H0)(error) && (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .systemCode */ .xU)(error) !== 'EBUSY')
            throw error;
        lock.release();
        (0,_atomic_file_js__WEBPACK_IMPORTED_MODULE_6__/* .dropFile */ .cQ)(path);
    }
    finally {
        lock.release();
    }
    return false;
}


/***/ }),

/***/ 1437:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fu: () => (/* binding */ decodeConfig),
/* harmony export */   GW: () => (/* binding */ MAX_CONFIG_BYTES),
/* harmony export */   Td: () => (/* binding */ SNAPSHOT_FORMAT),
/* harmony export */   dI: () => (/* binding */ encodeConfig)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7934);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _oci_plain_text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5885);
/* harmony import */ var _store_lineage_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7456);





/** The version that this code writes, and the only one that it reads. */
const SNAPSHOT_FORMAT = 1;
/** Bytes of a config: more is neither read nor written. */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;
const digest = valibot__WEBPACK_IMPORTED_MODULE_4__/* .custom */ .IeY(_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc, 'no digest');
const size = valibot__WEBPACK_IMPORTED_MODULE_4__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_4__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_4__/* .safeInteger */ .Y2b(), valibot__WEBPACK_IMPORTED_MODULE_4__/* .minValue */ .Wwf(0));
const Subtree = valibot__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    /** What a workflow calls it. */
    name: valibot__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(),
    /** The first part of its keys: what its folder is relative to. */
    root: valibot__WEBPACK_IMPORTED_MODULE_4__/* .picklist */ .KIO(['ws', 'home', 'root']),
    /** A POSIX path; empty: the root itself. */
    folder: valibot__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(),
    /** Globs relative to the folder; its entries are those that they match. */
    outputs: valibot__WEBPACK_IMPORTED_MODULE_4__/* .array */ .YOg(valibot__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP()),
    /** Digest of its inputs; null for one that has none (a path). */
    fingerprint: valibot__WEBPACK_IMPORTED_MODULE_4__/* .nullable */ .mee(digest),
    /** Digest of its entries, as the store's root digest is made; empty for no entries. */
    digest: valibot__WEBPACK_IMPORTED_MODULE_4__/* .union */ .KCZ([digest, valibot__WEBPACK_IMPORTED_MODULE_4__/* .literal */ .euz('')]),
});
const Config = valibot__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    format: valibot__WEBPACK_IMPORTED_MODULE_4__/* .literal */ .euz(SNAPSHOT_FORMAT),
    /** The digest of the whole index, as `store.root()` gives it; empty for no entries. */
    root: valibot__WEBPACK_IMPORTED_MODULE_4__/* .union */ .KCZ([digest, valibot__WEBPACK_IMPORTED_MODULE_4__/* .literal */ .euz('')]),
    entries: size,
    /** Bytes of all contents, each entry counted. */
    bytes: size,
    /** Digests of prefixes that a reader may want to compare before it fetches the index. */
    prefixes: valibot__WEBPACK_IMPORTED_MODULE_4__/* .record */ .g1P(valibot__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_4__/* .union */ .KCZ([digest, valibot__WEBPACK_IMPORTED_MODULE_4__/* .literal */ .euz('')])),
    subtrees: valibot__WEBPACK_IMPORTED_MODULE_4__/* .array */ .YOg(Subtree),
    /**
     * Digests of the manifests of snapshots that this one goes on from, the newest first: what they held,
     * it holds, unless somebody has changed it since.
     */
    merged: valibot__WEBPACK_IMPORTED_MODULE_4__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_4__/* .array */ .YOg(digest), valibot__WEBPACK_IMPORTED_MODULE_4__/* .maxLength */ .Ru6(_store_lineage_js__WEBPACK_IMPORTED_MODULE_3__/* .MAX_ANCESTORS */ .ue)),
    /**
     * Digest of the manifest with which its tag began: from there on, each snapshot at that tag went on from the one
     * before. Absent: it is this one.
     */
    first: valibot__WEBPACK_IMPORTED_MODULE_4__/* .optional */ .lqM(digest),
});
/**
 * Equal configs have equal bytes: fields come in the order of the schema, names and prefixes are
 * sorted by the caller.
 *
 * @param extra fields for others, which readers of ours pass over
 */
function encodeConfig(config, extra = {}) {
    const encoded = Buffer.from(JSON.stringify({ ...extra, ...valibot__WEBPACK_IMPORTED_MODULE_4__/* .parse */ .qgA(Config, config) }));
    if (encoded.byteLength > MAX_CONFIG_BYTES) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INVALID_INPUT', `A snapshot's config would have ${String(encoded.byteLength)} bytes; the limit is ${String(MAX_CONFIG_BYTES)}.`);
    }
    return encoded;
}
/**
 * Reads a config that came from a remote.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` for a newer format, else `MALFORMED`
 */
function decodeConfig(bytes) {
    let json;
    try {
        json = JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch (cause) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', "A snapshot's config is not JSON.", { cause });
    }
    const header = valibot__WEBPACK_IMPORTED_MODULE_4__/* .safeParse */ .xLC(valibot__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ format: valibot__WEBPACK_IMPORTED_MODULE_4__/* .number */ .aig() }), json);
    if (header.success && header.output.format > SNAPSHOT_FORMAT) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('UNSUPPORTED_VERSION', `A snapshot has format ${String(header.output.format)}; this version reads format ${String(SNAPSHOT_FORMAT)}.`, { hint: 'Use a newer version of cafs.' });
    }
    // Not a list of all that is wrong: there may be millions of it.
    const parsed = valibot__WEBPACK_IMPORTED_MODULE_4__/* .safeParse */ .xLC(Config, json, { abortEarly: true });
    if (parsed.success)
        return parsed.output;
    const [issue] = parsed.issues;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `A snapshot's config is malformed: ${(0,_oci_plain_text_js__WEBPACK_IMPORTED_MODULE_2__/* .plainText */ .w)(`${valibot__WEBPACK_IMPORTED_MODULE_4__/* .getDotPath */ .BuJ(issue) ?? 'it'}: ${issue.message}`)}.`);
}


/***/ }),

/***/ 5244:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  $: () => (/* binding */ downloadContents),
  E: () => (/* binding */ downloadsFrom)
});

// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/pack/frame.js
var pack_frame = __webpack_require__(9704);
;// CONCATENATED MODULE: ./lib/pack/plan.js
const DEFAULTS = { gap: 512 * 1024, wholeShare: 0.5, maxLength: 64 * 1024 * 1024 };
/** The requests that get these frames, each frame once, in the order of packs and offsets. */
function planFetches(frames, options = {}) {
    const { elsewhere = [], ...given } = options;
    const limits = { ...DEFAULTS, ...given };
    const others = new Map(byPack(elsewhere).map((those) => [those[0]?.pack.digest, sizeOf(those)]));
    return byPack(frames).flatMap((wanted) => planPack(wanted, others.get(wanted[0]?.pack.digest) ?? 0, limits));
}
/** The frames of each pack, sorted by offset, each once. */
function byPack(frames) {
    const packs = new Map();
    for (const frame of frames) {
        const known = packs.get(frame.pack.digest) ?? new Map();
        packs.set(frame.pack.digest, known.set(frame.offset, frame));
    }
    return [...packs.values()].map((known) => [...known.values()].sort((a, b) => a.offset - b.offset));
}
function sizeOf(frames) {
    return frames.reduce((sum, { storedSize }) => sum + storedSize, 0);
}
/** @param elsewhere bytes of the pack that other requests get */
function planPack(frames, elsewhere, limits) {
    const pack = frames[0]?.pack;
    if (pack === undefined)
        return [];
    const isMostOfIt = sizeOf(frames) > pack.size * limits.wholeShare && elsewhere <= limits.gap;
    if (isMostOfIt && pack.size <= limits.maxLength) {
        return [{ pack, offset: 0, length: pack.size, frames }];
    }
    const runs = [];
    for (const frame of frames) {
        const run = runs.at(-1);
        if (run?.takes(frame, limits) === true)
            run.add(frame);
        else
            runs.push(new Run(frame));
    }
    return runs.map((run) => ({
        pack,
        offset: run.start,
        length: run.end - run.start,
        frames: run.frames,
    }));
}
/** Frames that one request gets. */
class Run {
    frames;
    start;
    end;
    constructor(frame) {
        this.frames = [frame];
        this.start = frame.offset;
        this.end = frame.offset + frame.storedSize;
    }
    takes(frame, limits) {
        const end = frame.offset + frame.storedSize;
        return frame.offset - this.end <= limits.gap && end - this.start <= limits.maxLength;
    }
    add(frame) {
        this.frames.push(frame);
        this.end = Math.max(this.end, frame.offset + frame.storedSize);
    }
}

;// CONCATENATED MODULE: ./lib/sync/download.js





/** What delivers the contents that a remote holds. */
function downloadsFrom(remote) {
    return (entries, receiver, options) => downloadContents(remote, entries, receiver, options);
}
/** Downloads the contents of entries, each content once, whatever number of entries share it. */
async function downloadContents(remote, entries, receiver, options = {}) {
    const { small, large } = sortOut(entries, receiver);
    const concurrency = options.concurrency ?? 4;
    const progress = countProgress(options.observer);
    const frames = [...small.values()].map(({ frame }) => frame);
    const elsewhere = [...large.values()].flatMap(({ location }) => location?.frames ?? []);
    await (0,p_map/* default */.Ay)(planFetches(frames, { elsewhere }), async (fetch) => {
        await fetchSmall(remote, fetch, small, receiver, options.signal);
        progress(fetch.length);
    }, { concurrency });
    await (0,p_map/* default */.Ay)(large, async ([digest, entry]) => {
        try {
            await receiver.pieces(digest, () => piecesOf(remote, entry, progress, options.signal));
        }
        catch (error) {
            options.signal?.throwIfAborted();
            receiver.failed(digest, error);
        }
    }, { concurrency });
}
function frameId(frame) {
    return `${frame.pack.digest}:${String(frame.offset)}`;
}
function sortOut(entries, receiver) {
    const small = new Map();
    const large = new Map();
    const seen = new Set();
    for (const entry of entries) {
        if (seen.has(entry.digest))
            continue;
        seen.add(entry.digest);
        const frames = entry.location?.frames ?? [];
        const [frame] = frames;
        if (entry.size === 0) {
            deliver(receiver, entry.digest, new Uint8Array());
        }
        else if (entry.location === undefined || frame === undefined) {
            receiver.failed(entry.digest, new errors/* NotFoundError */.m_(`No remote is known to hold ${entry.digest}.`));
        }
        else if (frames.length > 1) {
            large.set(entry.digest, entry);
        }
        else {
            const wanted = small.get(frameId(frame)) ?? { frame, parts: new Map() };
            wanted.parts.set(entry.digest, { offset: entry.location.offset, size: entry.size });
            small.set(frameId(frame), wanted);
        }
    }
    return { small, large };
}
async function fetchSmall(remote, fetch, small, receiver, signal) {
    const lose = (frame, error) => {
        signal?.throwIfAborted();
        for (const digest of small.get(frameId(frame))?.parts.keys() ?? [])
            receiver.failed(digest, error);
    };
    let bytes;
    try {
        bytes = await fetchBytes(remote, fetch, signal);
    }
    catch (error) {
        for (const frame of fetch.frames)
            lose(frame, error);
        return;
    }
    for (const frame of fetch.frames) {
        try {
            const raw = await decodeFrom(bytes, remote, fetch, frame, signal);
            for (const [digest, { offset, size }] of small.get(frameId(frame))?.parts ?? []) {
                deliver(receiver, digest, raw.subarray(offset, offset + size));
            }
        }
        catch (error) {
            lose(frame, error);
        }
    }
}
/** The last check: whatever frames and offsets say, a content has its digest or is not given. */
function deliver(receiver, digest, bytes) {
    const found = (0,lib_digest/* digestOf */.ol)(bytes);
    if (found === digest)
        receiver.whole(digest, bytes);
    else {
        const message = `The remote's index names bytes for ${digest} that have the digest ${found}.`;
        receiver.failed(digest, new errors/* IntegrityError */.cs(message));
    }
}
/** The frames of a large content, a few at a time, in order. */
async function* piecesOf(remote, entry, progress, signal) {
    const limits = { gap: 0, wholeShare: 1, maxLength: 8 * 1024 * 1024 };
    const frames = entry.location?.frames ?? [];
    // Runs of frames that follow one another in one pack are one request; order is kept, since a
    // writer puts the frames of a content one after another, and the receiver checks the digest.
    for (const fetch of inOrder(frames).flatMap((run) => planFetches(run, limits))) {
        const bytes = await fetchBytes(remote, fetch, signal);
        progress(fetch.length);
        for (const frame of fetch.frames) {
            yield await decodeFrom(bytes, remote, fetch, frame, signal);
        }
    }
}
/** Splits where the pack changes, or where an offset does not grow. */
function inOrder(frames) {
    const runs = [];
    for (const frame of frames) {
        const run = runs.at(-1);
        const before = run?.at(-1);
        if (run !== undefined &&
            before?.pack.digest === frame.pack.digest &&
            before.offset < frame.offset)
            run.push(frame);
        else
            runs.push([frame]);
    }
    return runs;
}
/**
 * The bytes of a request; undefined where they are damaged: one bad byte makes a whole pack wrong,
 * but only one of its frames.
 */
async function fetchBytes(remote, { pack, offset, length }, signal) {
    if (offset !== 0 || length !== pack.size)
        return remote.getBlobRange(pack, { offset, length }, { signal });
    try {
        return await remote.getBlob(pack, { signal });
    }
    catch (error) {
        if ((0,errors/* hasCode */.up)(error, 'INTEGRITY'))
            return undefined;
        throw error;
    }
}
/** A frame out of the bytes of a request. What arrived damaged is fetched once more, by itself. */
async function decodeFrom(bytes, remote, fetch, frame, signal) {
    if (bytes !== undefined) {
        const start = frame.offset - fetch.offset;
        try {
            return await (0,pack_frame/* decodeFrame */.O)(frame, bytes.subarray(start, start + frame.storedSize));
        }
        catch (error) {
            if (!(0,errors/* hasCode */.up)(error, 'INTEGRITY'))
                throw error;
        }
    }
    const range = { offset: frame.offset, length: frame.storedSize };
    return (0,pack_frame/* decodeFrame */.O)(frame, await remote.getBlobRange(frame.pack, range, { signal }));
}
function countProgress(observer) {
    let done = 0;
    let bytes = 0;
    return (more) => {
        done += 1;
        bytes += more;
        observer?.({ kind: 'download', done, bytes });
    };
}


/***/ }),

/***/ 5925:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ fetchLabels)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7934);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _malformed_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9962);



/** Bytes of an image config: the label of 256 prefixes has some 50,000. */
const MAX_CONFIG_BYTES = 1024 * 1024;
/** What the Go package writes is the first; a registry or a tool that converts images makes the second. */
const IMAGE_CONFIGS = [
    'application/vnd.docker.container.image.v1+json',
    'application/vnd.oci.image.config.v1+json',
];
const LABEL_ROOT = 'dev.cafs.root';
const LABEL_PREFIXES = 'dev.cafs.prefixes';
const digest = valibot__WEBPACK_IMPORTED_MODULE_2__/* .custom */ .IeY(_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc, 'no digest');
const HasLabel = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ config: valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ Labels: valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ [LABEL_ROOT]: valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP() }) }) });
const Config = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    config: valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ Labels: valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ [LABEL_ROOT]: digest, [LABEL_PREFIXES]: valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP() }) }),
    rootfs: valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ diff_ids: valibot__WEBPACK_IMPORTED_MODULE_2__/* .array */ .YOg(digest) }),
});
const Prefixes = valibot__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(valibot__WEBPACK_IMPORTED_MODULE_2__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .regex */ .yGV(/^[0-9a-f]{2}$/, 'no prefix')), valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ hash: digest, layer: digest }));
/**
 * The labels of an image that the Go package has pushed.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 * @returns undefined for an image that somebody else has pushed
 * @throws CafsError `MALFORMED`; the remote's own errors
 */
async function fetchLabels(remote, { config }, options) {
    if (!IMAGE_CONFIGS.includes(config.mediaType) || config.size > MAX_CONFIG_BYTES)
        return undefined;
    const json = parse(await remote.getBlob(config, options), 'the image config');
    if (!valibot__WEBPACK_IMPORTED_MODULE_2__.is(HasLabel, json))
        return undefined;
    const { config: container, rootfs } = check(Config, json, 'the image config');
    const text = container.Labels[LABEL_PREFIXES];
    const prefixes = check(Prefixes, parse(Buffer.from(text), LABEL_PREFIXES), LABEL_PREFIXES);
    return {
        root: container.Labels[LABEL_ROOT],
        prefixes: new Map(Object.entries(prefixes)),
        diffIds: rootfs.diff_ids,
    };
}
function parse(bytes, what) {
    try {
        return JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch (cause) {
        throw (0,_malformed_js__WEBPACK_IMPORTED_MODULE_1__/* .malformed */ .Q)(`${what} is not JSON`, cause);
    }
}
function check(schema, json, what) {
    const result = valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeParse */ .xLC(schema, json, { abortEarly: true });
    if (result.success)
        return result.output;
    const [issue] = result.issues;
    throw (0,_malformed_js__WEBPACK_IMPORTED_MODULE_1__/* .malformed */ .Q)(`${what}: ${valibot__WEBPACK_IMPORTED_MODULE_2__/* .getDotPath */ .BuJ(issue) ?? 'it'}: ${issue.message}`);
}


/***/ }),

/***/ 9962:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ malformed)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _oci_plain_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5885);


/** The error for what says of itself that the Go package wrote it, and is not as it writes it. */
function malformed(why, cause) {
    const message = `The Go package's snapshot is malformed: ${(0,_oci_plain_text_js__WEBPACK_IMPORTED_MODULE_1__/* .plainText */ .w)(why)}.`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('MALFORMED', message, { cause });
}


/***/ }),

/***/ 5132:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G_: () => (/* binding */ lookForRepair),
/* harmony export */   P$: () => (/* binding */ lookAtTag),
/* harmony export */   P4: () => (/* binding */ twice)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6809);


/**
 * Looks where a tag points, and reads what is there. That a tag points to what is not there is believed
 * when it is so twice: the tag may have moved in between, and nobody replaces a snapshot for one answer.
 *
 * @throws NotFoundError where the remote has lost what the tag points to; the errors of `readSnapshot`
 */
async function lookAtTag(remote, tag, { asks = false, stays = () => false, ...options }) {
    for (let turn = 1;; turn += 1) {
        const at = (await remote.resolve(tag, { signal: options.signal }))?.digest;
        if (at === undefined || stays(at))
            return { at, seen: undefined };
        const seen = await (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_1__/* .readSnapshot */ .RA)(remote, tag, { ...options, ...(asks ? {} : { at }) });
        if (seen !== undefined)
            return { at: seen.descriptor.digest, seen };
        if (turn === 2)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .NotFoundError */ .m_(`${remote.name} has lost the manifest ${at} of ${tag}.`);
    }
}
/** How often it is looked anew because the tag moves while what it points to cannot be read. */
const MAX_MOVES = 10;
/**
 * Looks where a tag points, for somebody who replaces what cannot be read: that is so where reading fails twice, and
 * the tag did not move meanwhile. Somebody else may just have mended it.
 *
 * @param replaces whether an error says that what is there is to be replaced
 */
async function lookForRepair(remote, tag, options, replaces) {
    const resolve = async () => (await remote.resolve(tag, { signal: options.signal }))?.digest;
    const look = async () => {
        try {
            return await lookAtTag(remote, tag, options);
        }
        catch (damage) {
            if (!replaces(damage))
                throw damage;
            return { at: undefined, seen: undefined, damage };
        }
    };
    let looked = await look();
    for (let turn = 1; looked.damage !== undefined && turn <= MAX_MOVES; turn += 1) {
        const at = await resolve();
        looked = await look();
        if (looked.damage !== undefined && (await resolve()) === at)
            return { ...looked, at };
    }
    if (looked.damage !== undefined)
        throw looked.damage;
    return looked;
}
/**
 * Reads what others have written, once more where that fails: what is damaged stays so, and what broke on
 * the way does not.
 *
 * @param isFinal whether an error says something of what was read
 */
async function twice(read, isFinal) {
    try {
        return await read();
    }
    catch (error) {
        if (!isFinal(error))
            throw error;
        return read();
    }
}


/***/ }),

/***/ 8800:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ findLostBlobs)
/* harmony export */ });
/* harmony import */ var p_map__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(606);

/** Requests at the same time that ask whether a blob is there. */
const LOOKS = 8;
/** The blobs of snapshots that a remote does not have, or has with another size. */
async function findLostBlobs(remote, manifests, options = {}) {
    const named = new Map();
    for (const { config, layers } of manifests) {
        for (const { digest, size } of [config, ...layers])
            named.set(digest, size);
    }
    const lost = new Set();
    await (0,p_map__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .Ay)(named, async ([digest, size]) => {
        if (!(await remote.hasBlob(digest, { ...options, size })))
            lost.add(digest);
    }, { concurrency: LOOKS });
    return lost;
}


/***/ }),

/***/ 2051:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AJ: () => (/* binding */ MEDIA_TYPE_PACK),
/* harmony export */   aX: () => (/* binding */ MEDIA_TYPE_SEGMENT),
/* harmony export */   gn: () => (/* binding */ ARTIFACT_TYPE),
/* harmony export */   zC: () => (/* binding */ MEDIA_TYPE_CONFIG)
/* harmony export */ });
/** What a snapshot's manifest says of itself. */
const ARTIFACT_TYPE = 'application/vnd.cafs.snapshot.v1';
const MEDIA_TYPE_CONFIG = 'application/vnd.cafs.snapshot.config.v1+json';
const MEDIA_TYPE_SEGMENT = 'application/vnd.cafs.snapshot.segment.v1+zstd';
const MEDIA_TYPE_PACK = 'application/vnd.cafs.snapshot.pack.v1';


/***/ }),

/***/ 6679:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  m: () => (/* binding */ moveTag)
});

// UNUSED EXPORTS: TAG_WINDOW_MS

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/oci/retry.js
var retry = __webpack_require__(4335);
// EXTERNAL MODULE: ./lib/sync/look.js
var look = __webpack_require__(5132);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/oci/manifest.js
var oci_manifest = __webpack_require__(4360);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/order.js
var order = __webpack_require__(1167);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
// EXTERNAL MODULE: ./lib/sync/config.js
var sync_config = __webpack_require__(1437);
// EXTERNAL MODULE: ./lib/sync/media-types.js
var media_types = __webpack_require__(2051);
// EXTERNAL MODULE: ./lib/store/keys.js
var keys = __webpack_require__(4945);
;// CONCATENATED MODULE: ./lib/sync/prefixes.js


/** More prefixes have no digest in a config: they are a service for readers, who can do without. */
const MAX_PREFIXES = 1000;
/** Nor has one of more parts: each entry is hashed once for every prefix that it lies below. */
const MAX_PARTS = 8;
/**
 * The digests of the whole of an index, of prefixes that somebody wishes for, and of the folders at the
 * top: at most {@link MAX_PREFIXES}, first those that are wished for, and of each kind the first in the
 * order of their bytes.
 */
function digestPrefixes(entries, wished) {
    const { '': root = '', ...prefixes } = Object.fromEntries(entries.hashesOf(choose(entries, wished)));
    return { root, prefixes };
}
function choose(entries, wished) {
    const all = new Set(Array.from(wished, keys/* normalisePrefix */.Pv).filter(isShort));
    const chosen = new Set([...all].sort(order/* compareBytes */.X).slice(0, MAX_PREFIXES));
    for (const folder of entries.topFolders()) {
        if (chosen.size >= MAX_PREFIXES)
            break;
        chosen.add(folder);
    }
    return chosen;
}
/** Whether it is a prefix of few parts; the empty one is the root. */
function isShort(prefix) {
    return prefix !== '' && prefix.split('/', MAX_PARTS + 2).length <= MAX_PARTS + 1;
}

// EXTERNAL MODULE: ./lib/sync/snapshot.js + 1 modules
var sync_snapshot = __webpack_require__(6809);
;// CONCATENATED MODULE: ./lib/sync/segments.js



/** Segments of a snapshot: reading more of them takes more requests. */
const MAX_SEGMENTS = 8;
/** Changes of more than this share of the base's bytes, or deletions of its entries, make for a new base. */
const MAX_CHANGES = 1 / 4;
/**
 * Writes an index as what has changed since the snapshot that carries it, as long as that pays.
 *
 * @param entries all of them with locations
 */
function planSegments(entries, carrier) {
    if (carrier === undefined)
        return withBase(entries);
    const [base, ...changes] = (0,sync_snapshot/* segmentsOf */.OD)(carrier.snapshot);
    const { index } = carrier;
    if (index.entries.hasSameEntries(entries)) {
        return { layers: [base, ...changes].map(describe), added: undefined };
    }
    // A base that tells mostly of what is gone.
    if (entries.size < index.base.size * (1 - MAX_CHANGES))
        return withBase(entries);
    const joins = changes.length + 2 > MAX_SEGMENTS;
    const kept = joins ? [base] : [base, ...changes];
    const added = entries.encodeChanges(joins ? index.base.read() : index.entries);
    const bytes = kept.slice(1).reduce((sum, { size }) => sum + size, added.byteLength);
    if (bytes > base.size * MAX_CHANGES)
        return withBase(entries);
    return { layers: [...kept.map(describe), segment(added)], added };
}
function withBase(entries) {
    const added = entries.encode();
    return { layers: [segment(added)], added };
}
function segment(bytes) {
    return { mediaType: media_types/* MEDIA_TYPE_SEGMENT */.aX, digest: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
}
/** As we write it, whatever form the carrier's manifest has. */
function describe({ digest, size }) {
    return { mediaType: media_types/* MEDIA_TYPE_SEGMENT */.aX, digest, size };
}

// EXTERNAL MODULE: ./lib/sync/snapshot-manifest.js
var snapshot_manifest = __webpack_require__(9773);
;// CONCATENATED MODULE: ./lib/sync/publish.js











/**
 * Brings a snapshot's config and index to a remote.
 *
 * @throws CafsError `NOT_FOUND` where an entry's content lies in no pack
 */
async function prepare(remote, draft, { blobs, sent = new Map(), ...options } = {}) {
    const parts = encodeSnapshot(draft);
    const dialect = remote.traits.takesOnlyImages === true ? 'image' : 'artifact';
    const { manifest, config, descriptor } = publish_describe(parts, dialect);
    const fresh = parts.added === undefined ? [config] : [parts.added, config];
    await Promise.all(fresh.map((bytes) => sendOnce(remote, bytes, sent, options)));
    for (const bytes of [...fresh, manifest])
        blobs?.put(bytes);
    const tag = async (tags, more = {}) => {
        const put = async (bytes) => ({
            descriptor: await remote.putManifest(bytes, types/* MEDIA_TYPE_MANIFEST */.SE, tags, {
                ...options,
                ...more,
            }),
        });
        try {
            return await put(manifest);
        }
        catch (error) {
            if (!(0,errors/* hasCode */.up)(error, 'UNSUPPORTED') || dialect === 'image')
                throw error;
            const image = await bringImage(remote, parts, error, { ...options, sent });
            if (more.notAfter !== undefined)
                throw onlyImages(remote, error);
            return await put(image);
        }
    };
    return { descriptor, config: parts.config, tag };
}
/**
 * A registry that refuses media types which it does not know gets the snapshot in the form of an image, now
 * and from now on. No tag points to it yet.
 *
 * @throws the refusal, where an image is refused as well: then it is not for its media types
 */
async function bringImage(remote, parts, refusal, { sent = new Map(), ...options }) {
    const { manifest, config } = publish_describe(parts, 'image');
    await sendOnce(remote, config, sent, options);
    try {
        await remote.putManifest(manifest, types/* MEDIA_TYPE_MANIFEST */.SE, [], options);
    }
    catch (error) {
        throw (0,errors/* hasCode */.up)(error, 'UNSUPPORTED') ? refusal : error;
    }
    remote.traits.takesOnlyImages = true;
    return manifest;
}
/** Finding that out took requests: what the caller has seen at its tag is older than it may be by now. */
function onlyImages(remote, cause) {
    return new errors/* CafsError */.u('CHANGED', `${remote.name} takes images only, as it turned out.`, {
        hint: 'Prepare the snapshot anew: it will be one.',
        cause,
    });
}
/** Uploads a blob, unless that was done before. */
async function sendOnce(remote, bytes, sent, options) {
    const digest = (0,lib_digest/* digestOf */.ol)(bytes);
    const sending = sent.get(digest) ?? remote.putBlob(digest, bytes, options);
    sent.set(digest, sending);
    try {
        await sending;
    }
    catch (error) {
        sent.delete(digest);
        throw error;
    }
}
/** Makes config and manifest. */
function publish_describe({ config, layers, annotations }, dialect) {
    const extra = dialect === 'image' ? (0,snapshot_manifest/* imageConfigFields */.$1)(layers) : {};
    const bytes = (0,sync_config/* encodeConfig */.dI)(config, extra);
    const blob = { digest: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
    const manifest = (0,oci_manifest/* encodeManifest */.Gb)((0,snapshot_manifest/* snapshotManifest */._y)({ config: blob, layers, annotations }, dialect));
    const digest = (0,lib_digest/* digestOf */.ol)(manifest);
    return {
        manifest,
        config: bytes,
        descriptor: { mediaType: types/* MEDIA_TYPE_MANIFEST */.SE, digest, size: manifest.byteLength },
    };
}
function encodeSnapshot({ entries, carrier, merged = [], first, ...draft }) {
    const nowhere = entries.keyOutside(() => true);
    if (nowhere !== undefined) {
        throw new errors/* NotFoundError */.m_(`The content of ${(0,quoted/* quoted */.T)(nowhere)} is not in the remote.`);
    }
    const { layers, added } = planSegments(entries, carrier);
    const { root, prefixes } = digestPrefixes(entries, draft.prefixes);
    return {
        config: {
            format: sync_config/* SNAPSHOT_FORMAT */.Td,
            root,
            entries: entries.size,
            bytes: entries.totals().bytes,
            prefixes,
            subtrees: [...draft.subtrees].sort((a, b) => (0,order/* compareBytes */.X)(a.name, b.name)),
            merged: [...merged],
            ...(first === undefined ? {} : { first }),
        },
        added,
        layers: [
            ...layers,
            ...entries.packRefs().map(({ digest, size }) => ({
                mediaType: media_types/* MEDIA_TYPE_PACK */.AJ,
                digest,
                size,
            })),
        ],
        annotations: draft.annotations,
    };
}

;// CONCATENATED MODULE: ./lib/sync/move-tag.js





/**
 * No request that moves a tag is sent later than this after its writer has looked where the tag points.
 * Part of the format: all writers of a tag keep to it.
 */
const TAG_WINDOW_MS = 1000;
/** How often a writer merges anew because others moved the tag between its look and its write. */
const MAX_LOOKS = 100;
/** How often a writer merges anew because others overwrote what it wrote. */
const MAX_WRITES = 16;
/**
 * Points a tag at a snapshot that goes on from what the tag points to, though others do the same at
 * the same time: in the end it points to a snapshot that goes on from all of them.
 *
 * Registries know no compare-and-swap. A writer looks where the tag points, writes at most
 * {@link TAG_WINDOW_MS} later, and looks again when whoever had looked before that write must have
 * written: a snapshot that does not go on from its own has overwritten it, and it merges anew.
 * docs/adr/0016-tags-that-many-write.md has the reasons and what remains.
 *
 * @param propose called again for each try
 * @throws CafsError `REMOTE` where other writers are always faster; the errors of reading a snapshot
 */
async function moveTag(remote, tag, propose, options) {
    const { first, sent, soleWriter = false, onWritten, signal } = options;
    const unanswered = new Map();
    let last;
    let writes = 0;
    for (let look = 1; look <= MAX_LOOKS && writes < MAX_WRITES; look += 1) {
        const given = look === 1 ? first : undefined;
        const { at, seen } = given ?? (await lookAt(remote, tag, options));
        const late = at && unanswered.get(at);
        // Unless something was written since then, it is the newest.
        let written = late?.after === last ? late?.written : undefined;
        if (written === undefined) {
            // A write that came late has taken away what was written after it: the tag is to go on from that.
            const newest = late && last && (await readWritten(remote, last, options));
            const draft = await propose(newest ?? seen, at);
            if (draft === undefined && newest === undefined)
                return unmoved(seen);
            const prepared = draft === undefined
                ? last?.prepared
                : await prepare(remote, draft, { blobs: options.blobs, sent, signal });
            if (prepared === undefined)
                return unmoved(seen);
            const outcome = await write(remote, tag, { at, prepared }, options);
            if (!('digest' in outcome)) {
                const { mayCome } = outcome;
                if (mayCome !== undefined)
                    unanswered.set(mayCome.digest, { written: mayCome, after: last });
                await pause(look, 50, signal);
                continue;
            }
            written = outcome;
        }
        writes += 1;
        last = written;
        const { digest, prepared, waitMs } = written;
        const isSure = soleWriter || waitMs === 0;
        const telling = Promise.allSettled([onWritten?.(prepared)]);
        if (!isSure)
            await retry/* SYSTEM_CLOCK */.Vc.sleep(waitMs, signal);
        const isDone = isSure || (await stands(remote, tag, digest, options));
        const [told] = await telling;
        if (isDone && told.status === 'rejected')
            throw told.reason;
        if (isDone)
            return { snapshot: digest, config: prepared.config, isNew: true };
        await pause(writes, 1000, signal);
    }
    throw new errors/* CafsError */.u('REMOTE', `Other writers keep moving ${remote.name}:${tag}.`, {
        hint: 'What was uploaded is there: push again when they are done.',
    });
}
async function lookAt(remote, tag, { blobs, replaces, signal }) {
    if (replaces === undefined)
        return (0,look/* lookAtTag */.P$)(remote, tag, { blobs, signal });
    return (0,look/* lookForRepair */.G_)(remote, tag, { blobs, signal }, replaces);
}
/** This disk has what it has written: the remote need not have it under a tag any more. */
function readWritten(remote, { digest }, { blobs, signal }) {
    return (0,sync_snapshot/* readSnapshot */.RA)(remote, digest, { blobs, signal });
}
function unmoved(seen) {
    return {
        snapshot: seen?.descriptor.digest,
        config: seen?.config,
        isNew: false,
    };
}
/** Moves the tag, if it still points where it was seen to. */
async function write(remote, tag, { at, prepared }, { windowMs = TAG_WINDOW_MS, onWriting, signal }) {
    await onWriting?.(prepared);
    const looked = performance.now();
    const now = await remote.resolve(tag, { signal });
    if (now?.digest !== at)
        return {};
    const notAfter = looked + windowMs;
    const begun = performance.now();
    // A write of theirs takes about as long to arrive as ours did.
    const waitMs = () => windowMs + Math.max(windowMs / 2, 3 * (performance.now() - begun));
    try {
        if (remote.traits.swapsTags === true) {
            const { descriptor } = await prepared.tag([tag], {
                expected: at ?? null,
                notAfter: Number.POSITIVE_INFINITY,
            });
            return { digest: descriptor.digest, prepared, waitMs: 0 };
        }
        const { descriptor } = await prepared.tag([tag], { notAfter });
        return { digest: descriptor.digest, prepared, waitMs: waitMs() };
    }
    catch (error) {
        if ((0,errors/* hasCode */.up)(error, 'CHANGED'))
            return {};
        // Too late to write: look again.
        if ((0,errors/* hasCode */.up)(error, 'TIMEOUT') && performance.now() >= notAfter) {
            return { mayCome: { digest: prepared.descriptor.digest, prepared, waitMs: waitMs() } };
        }
        throw error;
    }
}
/** Whether what the tag points to is, or goes on from, a snapshot. */
async function stands(remote, tag, digest, { blobs, signal }) {
    const now = await remote.resolve(tag, { signal });
    // Whoever deleted the tag wanted it gone.
    if (now === undefined || now.digest === digest)
        return true;
    const snapshot = await (0,sync_snapshot/* readSnapshot */.RA)(remote, tag, { at: now.digest, blobs, signal });
    if (snapshot === undefined || snapshot.descriptor.digest === digest)
        return true;
    return snapshot.config.merged.includes(digest);
}
/** Waits for a random while, longer each time, so that writers do not meet again. */
function pause(turn, unitMs, signal) {
    return retry/* SYSTEM_CLOCK */.Vc.sleep(Math.random() * unitMs * Math.min(2 ** turn, 16), signal);
}


/***/ }),

/***/ 5051:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $g: () => (/* binding */ defaultCacheDir)
/* harmony export */ });
/* unused harmony exports AutoPull, open */
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(7934);
/* harmony import */ var _environment_js__WEBPACK_IMPORTED_MODULE_14__ = __webpack_require__(3554);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(452);
/* harmony import */ var _oci_credentials_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7771);
/* harmony import */ var _oci_implied_hub_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5027);
/* harmony import */ var _oci_open_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8888);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3326);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1097);
/* harmony import */ var _store_blobs_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6037);
/* harmony import */ var _store_index_file_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(222);
/* harmony import */ var _store_namespace_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(1946);
/* harmony import */ var _store_store_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(7574);
/* harmony import */ var _upstream_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(4970);















/** When opening a store pulls from its remote. */
const AutoPull = {
    /** Not at all. */
    Never: 'never',
    /** Every time. */
    Always: 'always',
    /** Only where this disk has no index for the namespace yet. */
    Missing: 'missing',
};
/**
 * Opens a store.
 *
 * @param namespace `"name"` or `"name:tag"`; the tag is `latest` where none is given. A name may hold
 *   `/`, but neither `..` nor an empty part; a tag holds no `/`.
 * @example
 * await using store = await open('myproject:main', {
 *   remote: 'ghcr.io/myorg/cache',
 *   autoPull: AutoPull.Missing,
 * });
 * @throws CafsError `INVALID_NAMESPACE`, `INVALID_REFERENCE`; `INVALID_INPUT` for an option, and for a
 *   folder that is not empty and no cache folder; `UNWRITABLE` where the
 *   cache folder cannot be made; `UNSUPPORTED_VERSION` and `MALFORMED` for what is in it; the
 *   remote's own errors where it is pulled from
 */
async function open(namespace, options = {}) {
    checkOptions(options, OPTIONS);
    checkAutoPull(options);
    options.signal?.throwIfAborted();
    const { tag } = parseNamespace(namespace);
    const cacheDir = options.cacheDir ?? defaultCacheDir();
    const { signal } = options;
    const upstream = openUpstream(tag, cacheDir, options);
    try {
        const isNew = !IndexFile.of(namespace, cacheDir).exists();
        const store = Store.open(namespace, { cacheDir, upstream, signal });
        if (upstream !== undefined && mustPull(options.autoPull, isNew))
            await store.pull({ ifExists: true });
        return store;
    }
    catch (error) {
        await upstream?.close();
        throw error;
    }
}
const text = valibot__WEBPACK_IMPORTED_MODULE_13__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_13__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_13__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_13__/* .nonEmpty */ .hq('it must not be empty')));
const OPTIONS = {
    name: 'open',
    entries: {
        cacheDir: text,
        remote: text,
        auth: _oci_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .CREDENTIALS */ .tG,
        plainHttp: valibot__WEBPACK_IMPORTED_MODULE_13__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_13__/* .boolean */ .zMY()),
        autoPull: valibot__WEBPACK_IMPORTED_MODULE_13__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_13__/* .picklist */ .KIO(Object.values(AutoPull))),
        concurrency: valibot__WEBPACK_IMPORTED_MODULE_13__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_13__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_13__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_13__/* .integer */ .ndf(), valibot__WEBPACK_IMPORTED_MODULE_13__/* .minValue */ .Wwf(1), valibot__WEBPACK_IMPORTED_MODULE_13__/* .maxValue */ .cGV(256))),
        signal: _options_js__WEBPACK_IMPORTED_MODULE_7__/* .SIGNAL */ .bh,
        observer: valibot__WEBPACK_IMPORTED_MODULE_13__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_13__/* ["function"] */ .fHH()),
    },
    otherNames: { credentials: 'auth', username: 'auth', password: 'auth', token: 'auth' },
};
function checkAutoPull({ remote, autoPull = AutoPull.Never }) {
    if (remote !== undefined || autoPull === AutoPull.Never)
        return;
    throw new CafsError('INVALID_INPUT', 'The option "autoPull" needs a "remote" to pull from.');
}
/** The cache folder of who names none. */
function defaultCacheDir(env = (0,_environment_js__WEBPACK_IMPORTED_MODULE_14__/* .environment */ .c)()) {
    const { CAFS_CACHE_DIR, XDG_DATA_HOME } = env;
    if (CAFS_CACHE_DIR !== undefined && CAFS_CACHE_DIR !== '')
        return CAFS_CACHE_DIR;
    const data = XDG_DATA_HOME === undefined || XDG_DATA_HOME === '' ? undefined : XDG_DATA_HOME;
    return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(data ?? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_0__.homedir)(), '.local', 'share'), 'cafs');
}
function openUpstream(namespaceTag, cacheDir, { remote: name, auth, plainHttp, concurrency, signal, observer }) {
    if (name === undefined)
        return undefined;
    const { repository, tag = namespaceTag } = parseTaggedReference(name);
    const remote = openRemote(formatRepository(repository), {
        cwd: '.',
        plainHttp,
        observer,
        ...(auth === undefined ? {} : { credentials: auth }),
        ...(signal === undefined ? {} : { signal }),
    });
    const blobs = Blobs.open(cacheDir);
    return new TagUpstream(remote, tag, { blobs, concurrency, observer, hint: hubHint(name) });
}
function mustPull(autoPull = AutoPull.Never, isNew) {
    return autoPull === AutoPull.Always || (autoPull === AutoPull.Missing && isNew);
}


/***/ }),

/***/ 5530:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  a: () => (/* binding */ placeContents),
  s: () => (/* binding */ relocate)
});

;// CONCATENATED MODULE: ./lib/sync/pack-ledger.js
/**
 * The packs of a snapshot while it is decided which of them are rewritten. To rewrite a pack is to move
 * all contents that lie in it, wholly or in part, to new packs.
 *
 * Numbers that cannot be are taken for the nearest that can: they come from elsewhere.
 */
class pack_ledger_PackLedger {
    /** By digest, so that what comes out does not depend on the order of what goes in. */
    rows;
    #incoming;
    #count;
    #size = 0;
    #live = 0;
    #moved = 0;
    /**
     * @param incoming bytes of new packs that come in any case, all of them live
     * @param spans contents that lie in several of the packs
     */
    constructor(packs, incoming = 0, spans = []) {
        const rows = new Map();
        for (const { pack, live } of packs) {
            const known = rows.get(pack.digest);
            const size = Math.max(toBytes(pack.size), known?.size ?? 0);
            const most = Math.max(toBytes(live), known?.live ?? 0);
            rows.set(pack.digest, new OwnRow(pack.digest, size, Math.min(most, size)));
        }
        const sorted = [...rows.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
        for (const { size, live } of sorted) {
            this.#size += size;
            this.#live += live;
        }
        this.rows = sorted;
        this.#count = sorted.length;
        this.#incoming = toBytes(incoming);
        for (const span of spans)
            addContent(span, rows);
    }
    /** Bytes of contents that move to new packs. */
    get moved() {
        return this.#moved;
    }
    /** Bytes of the new packs. */
    get added() {
        return this.#incoming + this.#moved;
    }
    /** How many packs stay. */
    get count() {
        return this.#count;
    }
    /** Bytes that nothing needs, of those of all packs. */
    get deadShare() {
        const size = this.#size + this.added;
        return size === 0 ? 0 : (this.#size - this.#live) / size;
    }
    /** @param row of this ledger */
    rewrite(row) {
        if (!(row instanceof OwnRow) || row.isGone)
            return;
        this.#moved += row.live;
        this.#drop(row);
        for (const { content } of row.parts) {
            if (content.isMoved)
                continue;
            content.isMoved = true;
            for (const part of content.parts)
                this.#take(part);
        }
    }
    /** Moves a part of a content out of a pack that stays. */
    #take({ row, bytes }) {
        if (row.isGone)
            return;
        const taken = Math.min(bytes, row.live);
        row.live -= taken;
        this.#live -= taken;
        this.#moved += taken;
        if (row.live === 0)
            this.#drop(row);
    }
    #drop(row) {
        row.isGone = true;
        this.#count -= 1;
        this.#size -= row.size;
        this.#live -= row.live;
    }
}
class OwnRow {
    digest;
    size;
    live;
    isGone = false;
    /** What contents that lie in other packs as well have here. */
    parts = [];
    constructor(digest, size, live) {
        this.digest = digest;
        this.size = size;
        this.live = live;
    }
    get cost() {
        let cost = this.live;
        for (const { content, bytes } of this.parts) {
            if (!content.isMoved)
                cost += content.bytes - bytes;
        }
        return cost;
    }
    get gain() {
        let gain = this.size - this.live;
        for (const { content, waste } of this.parts) {
            if (!content.isMoved)
                gain -= content.waste - waste;
        }
        return gain;
    }
}
function addContent(span, rows) {
    const content = { parts: [], bytes: 0, waste: 0, isMoved: false };
    for (const { pack, bytes: claimed } of span) {
        const row = rows.get(pack);
        if (row === undefined)
            continue;
        const bytes = Math.min(toBytes(claimed), row.live);
        // A pack that has nothing else goes with its dead bytes.
        const waste = bytes === row.live ? bytes - row.size : bytes;
        const part = { content, row, bytes, waste };
        content.parts.push(part);
        content.bytes += bytes;
        content.waste += waste;
        row.parts.push(part);
    }
}
function toBytes(claimed) {
    return claimed > 0 ? Math.min(claimed, Number.MAX_SAFE_INTEGER) : 0;
}

;// CONCATENATED MODULE: ./lib/sync/compaction.js

const KIB = 1024;
const MIB = 1024 * KIB;
const DEFAULTS = {
    targetSize: 32 * MIB,
    maxDead: 0.2,
    aimedDead: 0.18,
    budget: 32 * MIB,
    budgetShare: 0.1,
    // With up to 8 segments, 500 and 4,000 layers are not reached.
    wantedPacks: 490,
    maxPacks: 3_990,
};
/**
 * The size classes of small packs, by their ends as shares of the target (128 KiB, 1 MiB and 8 MiB), and
 * how many packs of a class are joined.
 */
const CLASSES = [
    { end: 1 / 256, joined: 4 },
    { end: 1 / 32, joined: 8 },
    { end: 1 / 4, joined: 8 },
];
/** Of the target's size: a pack with more is not joined for there being many. */
const WORTH_JOINING = 1 / 2;
/**
 * Chooses the packs that a push rewrites: what is live of them goes into new packs, together with what
 * is uploaded anyway.
 *
 * - Of all bytes, at most 20% are dead after any push. Whatever that takes is moved, budget or not:
 *   since the packs with the most dead bytes go first, that is 0.7 of what is live at worst (and where a
 *   content lies in several packs, the rest of it). So that it is spread over pushes, they begin at 18%, within
 *   the budget: the larger of 32 MiB and 10% of what is live. Nothing is rewritten before, however little
 *   is live of a pack: who waits moves less.
 * - Small packs are joined as in a log-structured merge tree: 8 of 1 to 8 MiB, 8 of 128 KiB to 1 MiB, 4 of
 *   less. So there are few, and a byte is moved a few times on its way to a full pack, not with each push.
 *   With many packs, more are joined: `wantedPacks`, `maxPacks`.
 * - A content that lies in several packs is moved as a whole: that is part of the price of each of them.
 *
 * A push that changes less than 18% of a fresh snapshot thus rewrites nothing. In simulations
 * (`__tests__/sync/compaction-years.test.ts`) of 365 pushes that change 2% of 5,000 files each, any files,
 * pushes upload 4.3 times the bytes that have changed of a tree of 1 MiB, 4.2 times of 30 MiB, 2.6 times of
 * 1 GiB, and 2.0 times of 10 GiB. It takes up to 9, 15, 54 and 406 packs, where a fresh snapshot has 1, 1, 33
 * and 320. Where files are only added, they upload up to 5 times these. None of these
 * pushes goes beyond its budget. One does where else more than 20% were dead, since much changed at once, or where
 * there were more than `maxPacks`.
 *
 * @param packs those that entries of the snapshot need
 * @param options.incoming where it is only estimated, too little is better than too much
 * @returns which of them, sorted: the same in whatever order everything comes
 * @example
 * planCompaction(entries.packs(), { incoming, spans: spansOf(entries) });
 */
function planCompaction(packs, { incoming = 0, spans = [], ...given } = {}) {
    const limits = { ...DEFAULTS, ...given };
    const ledger = new pack_ledger_PackLedger(packs, incoming, spans);
    const live = ledger.rows.reduce((sum, row) => sum + row.live, 0);
    const budget = Math.max(limits.budget, limits.budgetShare * live);
    clean(ledger, limits.aimedDead, budget);
    joinClasses(ledger, limits, budget);
    joinSmallest(ledger, limits.wantedPacks, limits, budget);
    joinSmallest(ledger, limits.maxPacks, limits, Infinity);
    // Last: to move a part of what lies in several packs makes dead bytes in the others.
    clean(ledger, limits.maxDead, Infinity);
    return new Set(ledger.rows.filter(({ isGone }) => isGone).map(({ digest }) => digest));
}
/** The share of the packs' bytes that no entry needs: 0 to 1, and 0 where there is no pack. */
function deadShare(packs) {
    return new PackLedger(packs).deadShare;
}
/** Rewrites packs, those first that have the most dead bytes for each byte that is moved. */
function clean(ledger, limit, budget) {
    if (ledger.deadShare <= limit)
        return;
    const gainful = ledger.rows.filter((row) => !row.isGone && row.gain > 0);
    for (const row of sortedBy(gainful, (one) => one.cost / one.gain)) {
        if (ledger.deadShare <= limit)
            return;
        if (row.isGone)
            continue;
        if (ledger.moved + row.cost > budget)
            return;
        ledger.rewrite(row);
    }
    if (budget < Infinity)
        return;
    // Where contents lie in several packs, each pack alone can be a loss, and all together a gain.
    for (const row of sortedBy(ledger.rows, ({ live, size }) => live / Math.max(size, 1))) {
        if (ledger.deadShare <= limit)
            return;
        ledger.rewrite(row);
    }
}
/** Joins the small packs of a size class where there are many, as log-structured merge trees do. */
function joinClasses(ledger, { targetSize }, budget) {
    let begin = 0;
    for (const { end, joined } of CLASSES) {
        const isIn = (bytes) => bytes >= begin * targetSize && bytes < end * targetSize;
        const staying = ledger.rows.filter((row) => !row.isGone && isIn(row.cost));
        // The last of the new packs is one of them, and costs nothing.
        const last = ledger.added % targetSize;
        const free = last > 0 && isIn(last) ? 1 : 0;
        begin = end;
        if (staying.length + free < joined)
            continue;
        for (const row of withoutLargest(sortedBy(staying, (one) => one.cost))) {
            if (ledger.moved + row.cost > budget)
                return;
            ledger.rewrite(row);
        }
    }
}
/**
 * Leaves out the largest pack, as long as one is larger than twice all others together: it, and all that
 * an index says of it, would be written anew for the sake of little.
 */
function withoutLargest(rows) {
    const kept = [...rows];
    let others = kept.reduce((sum, { live }) => sum + live, 0);
    for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
        others -= last.live;
        if (last.live <= 2 * others)
            break;
        kept.pop();
    }
    return kept;
}
/** Joins the smallest packs where there are more than `limit`, as many of them as it takes. */
function joinSmallest(ledger, limit, { targetSize }, budget) {
    const newPacks = (bytes) => Math.ceil(bytes / targetSize);
    if (ledger.count + newPacks(ledger.added) <= limit)
        return;
    const small = ledger.rows.filter((row) => !row.isGone && row.cost <= targetSize * WORTH_JOINING);
    for (const row of sortedBy(small, (one) => one.cost)) {
        if (ledger.count + newPacks(ledger.added) <= limit)
            return;
        if (ledger.moved + row.cost > budget)
            return;
        ledger.rewrite(row);
    }
}
/** Sorted by a number that each has at the beginning, the lowest first; equal ones as they were. */
function sortedBy(rows, numberOf) {
    return rows
        .map((row) => ({ row, number: numberOf(row) }))
        .sort((a, b) => a.number - b.number)
        .map(({ row }) => row);
}

;// CONCATENATED MODULE: ./lib/sync/spans.js
/** The contents that lie in several packs, each once, in the order of the keys. */
function spansOf(entries) {
    return entries.spans();
}

// EXTERNAL MODULE: ./lib/sync/upload.js + 2 modules
var upload = __webpack_require__(8875);
;// CONCATENATED MODULE: ./lib/sync/place-contents.js



const NONE = new Set();
/** Uploads the contents of entries that have no location. Nothing names the new packs yet. */
async function placeContents(remote, entries, source, { compacts, ...options }) {
    const replaced = compacts ? await chooseReplaced(entries, source) : NONE;
    const isMoving = (entry) => liesIn(entry, replaced) && source.has(entry);
    // Where nothing moves, most entries need no look.
    const candidates = replaced.size === 0 ? entries.unlocated() : entries.range('');
    const contents = contentsOf(candidates, source, isMoving);
    const places = await (0,upload/* uploadContents */.a)(remote, contents, options);
    return { places, replaced };
}
/** The entries, with those of placed contents where they lie now. */
function relocate(entries, { places, replaced }) {
    if (places.size === 0)
        return entries;
    return entries
        .withoutLocations(({ digest }) => replaced.has(digest))
        .located((key, { digest }) => places.get(digest) ?? entries.get(key)?.location);
}
/** Chooses packs, and brings what entries need of them to this disk. */
async function chooseReplaced(entries, source) {
    const packs = entries.packs();
    const incoming = storedBytes(entries, packs);
    const replaced = planCompaction(packs, { incoming, spans: spansOf(entries) });
    if (replaced.size === 0)
        return replaced;
    const absent = [];
    for (const [, entry] of entries.range('')) {
        if (liesIn(entry, replaced) && !source.has(entry))
            absent.push(entry);
    }
    if (absent.length > 0)
        await source.fetch(absent);
    return replaced;
}
/** What the contents that lie nowhere will take, if they are compressed as much as the others are. */
function storedBytes(entries, packs) {
    const { bytes, unlocatedBytes } = entries.totals();
    const there = bytes - unlocatedBytes;
    const stored = packs.reduce((sum, { live }) => sum + live, 0);
    return there === 0 ? unlocatedBytes : unlocatedBytes * Math.min(1, stored / there);
}
function liesIn({ location }, packs) {
    return packs.size > 0 && location?.frames.some(({ pack }) => packs.has(pack.digest)) === true;
}
/** Each content that is to be uploaded, once, in the order of the keys. */
function* contentsOf(entries, source, isMoving) {
    const queued = new Set();
    for (const [, entry] of entries) {
        const { digest, size } = entry;
        if (queued.has(digest) || (entry.location !== undefined && !isMoving(entry)))
            continue;
        queued.add(digest);
        yield { digest, size, read: () => source.read(entry) };
    }
}


/***/ }),

/***/ 1088:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  D: () => (/* binding */ restoreAreas)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/names.js
var names = __webpack_require__(3879);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/digest.js
var digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/tree/ancestors.js
var ancestors = __webpack_require__(7146);
;// CONCATENATED MODULE: ./lib/tree/attributes.js

/** Sets a file's modification time, if one is given, through its descriptor; the access time becomes now. */
function setOpenFileTime(descriptor, mtimeMs) {
    if (mtimeMs === undefined)
        return;
    (0,external_node_fs_.futimesSync)(descriptor, Date.now() / 1000, toSeconds(mtimeMs));
}
/** Sets a modification time, if one is given, of a symlink itself too; the access time becomes now. */
function setTime(file, mtimeMs) {
    if (mtimeMs === undefined)
        return;
    (0,external_node_fs_.lutimesSync)(file, Date.now() / 1000, toSeconds(mtimeMs));
}
/** Whether two modes are the same as far as this platform knows modes. */
function isSameMode(a, b, platform = process.platform) {
    return platform === 'win32' ? ((a ^ b) & 0o200) === 0 : a === b;
}
/** Whether two modification times, in milliseconds, are the same to a microsecond. */
function isSameTime(a, b) {
    return Math.abs(Math.round(a * 1000) - Math.round(b * 1000)) <= 1;
}
/**
 * Seconds as Node takes them.
 *
 * Until 2038, time in seconds has steps of 0.24 microseconds as a double. A quarter of a microsecond
 * more makes sure that what reaches the disk rounds down, too, to the microsecond that was meant.
 * Node takes a negative number for "now", but not negative text.
 */
function toSeconds(mtimeMs) {
    const microseconds = Math.round(mtimeMs * 1000);
    const seconds = microseconds / 1e6;
    const isBiased = !Number.isInteger(seconds) && Math.abs(seconds) < 2 ** 31;
    const exact = isBiased ? (microseconds + 0.25) / 1e6 : seconds;
    return exact < 0 ? String(exact) : exact;
}

// EXTERNAL MODULE: ./lib/tree/hash-file.js
var hash_file = __webpack_require__(8861);
// EXTERNAL MODULE: ./lib/tree/meta.js
var tree_meta = __webpack_require__(2271);
// EXTERNAL MODULE: ./lib/tree/parent-guard.js + 1 modules
var parent_guard = __webpack_require__(3469);
// EXTERNAL MODULE: ./lib/tree/read.js
var read = __webpack_require__(3878);
// EXTERNAL MODULE: ./lib/tree/walk.js
var walk = __webpack_require__(207);
;// CONCATENATED MODULE: ./lib/tree/difference.js











/**
 * Compares wanted entries with what is on disk, in the order of the map. Files of the right size
 * are read and hashed. What cannot be read differs in content: it is to be replaced.
 *
 * @param base an existing folder
 * @param wanted by POSIX path relative to the base
 * @param hash hashes files; default: by reading them
 * @throws CafsError `CONTAINMENT` for a path that leaves the base
 */
function* differences(base, wanted, hash = (file) => (0,hash_file/* hashFile */.D)(file)) {
    const guard = new parent_guard/* ParentGuard */.U(base);
    for (const [path, info] of wanted) {
        yield [path, differenceAt(guard, path, info, hash)];
    }
}
/**
 * What is on disk, is selected, and is not wanted: to be removed before anything is written.
 *
 * @throws CafsError as {@link walk} does
 */
function* staleFiles(base, selection, wanted) {
    const folders = new Set();
    for (const path of wanted.keys())
        (0,ancestors/* addWithParents */.tc)(folders, (0,ancestors/* parentOf */.gN)(path));
    for (const found of (0,walk/* walk */.G)(base, selection)) {
        if (wanted.has(found.path))
            continue;
        // A folder on the way to something wanted stays; it was found because of its mode.
        if (found.kind === 'folder' && folders.has(found.path))
            continue;
        yield found;
    }
}
function differenceAt(guard, path, info, hash) {
    try {
        // A symlink above it means: not there. What lies behind the link is not looked at.
        const { state } = guard.examine(path);
        if (state === 'missing')
            return 'missing';
        return state === 'real' ? compare(guard.fileAt(path), path, info, hash) : 'content';
    }
    catch (error) {
        if (isUnreadable(error))
            return 'content';
        throw error;
    }
}
function compare(file, path, info, hash) {
    const { meta } = info;
    const stats = (0,external_node_fs_.lstatSync)(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined)
        return 'missing';
    if ((0,tree_meta/* kindOf */.I)(stats) !== (meta.kind ?? 'file'))
        return 'content';
    const hasContent = () => {
        if (meta.kind === 'folder')
            return true;
        if (meta.kind === 'symlink')
            return (0,digest/* digestOf */.ol)((0,read/* readTarget */._E)(file)) === info.digest;
        return Number(stats.size) === info.size && hash(file, path, stats).digest === info.digest;
    };
    if (!hasContent())
        return 'content';
    const found = (0,tree_meta/* fileMetaFrom */.ge)(stats);
    const isSame = (meta.mtimeMs === undefined || isSameTime(found.mtimeMs, meta.mtimeMs)) &&
        (meta.kind === 'symlink' || isSameMode(found.mode, meta.mode));
    return isSame ? 'same' : 'attributes';
}
/** Whether looking at a file failed because of the file: forbidden, gone, or just being written. */
function isUnreadable(error) {
    // INVALID_INPUT is what reading makes of a lack of permission.
    const isExplained = (0,errors/* hasCode */.up)(error, 'CHANGED') || (0,errors/* hasCode */.up)(error, 'INVALID_INPUT');
    return isExplained || (0,file_access/* isMissing */.b2)(error) || (0,file_access/* isRefused */.H0)(error);
}

;// CONCATENATED MODULE: ./lib/tree/clear-folder.js





/**
 * Checks that a folder that stands where a file must be may be removed, with everything in it.
 *
 * @param folder verified to be a real folder
 * @throws CafsError `CONTAINMENT` that names what may not be removed
 */
function requireRemovable(folder, guard, removable) {
    const kept = listBelow(folder, guard).find((item) => !removable(item.path));
    if (kept !== undefined) {
        throw new errors/* CafsError */.u('CONTAINMENT', `${(0,names/* showPath */.P8)(folder)} is not written: a folder stands there, and holds ` +
            `${(0,names/* showPath */.P8)(kept.path)}, which is not to be removed.`, { hint: 'Remove that folder.' });
    }
}
/**
 * Removes a folder with everything in it.
 *
 * @param folder verified to be a real folder
 */
function removeFolder(folder, guard) {
    const items = listBelow(folder, guard);
    for (const { path, isFolder } of [...items.reverse(), { path: folder, isFolder: true }]) {
        const file = guard.fileAt(path);
        guard.locks.attempt((0,ancestors/* parentOf */.gN)(path), () => {
            if (isFolder)
                (0,external_node_fs_.rmdirSync)(file);
            else
                (0,external_node_fs_.unlinkSync)(file);
        });
    }
    guard.forget(folder);
}
/** Everything below a folder, each folder before what it holds. */
function listBelow(folder, guard) {
    const items = [];
    const pending = [folder];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const parent = next;
        const children = guard.locks.attempt(parent, () => (0,file_access/* listFolder */.bt)(guard.fileAt(parent)));
        for (const child of children) {
            const path = `${parent}/${child.name}`;
            const isFolder = child.isDirectory();
            items.push({ path, isFolder });
            if (isFolder)
                pending.push(path);
        }
    }
    return items;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/store/atomic-file.js
var atomic_file = __webpack_require__(3171);
;// CONCATENATED MODULE: ./lib/tree/create.js



/** Opens a file that must not exist: never through a symlink, and never one with other links. */
const CREATE = external_node_fs_.constants.O_CREAT | external_node_fs_.constants.O_EXCL | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_WRONLY;
/** Makes a file where nothing stands, with its content, mode and time; or leaves nothing there. */
function createFile(file, bytes, meta) {
    const mode = meta.mode & 0o777;
    const descriptor = (0,external_node_fs_.openSync)(file, CREATE, mode);
    try {
        (0,atomic_file/* writeFully */.KM)(descriptor, bytes);
        // What open was given passed through the umask.
        (0,external_node_fs_.fchmodSync)(descriptor, mode);
        setOpenFileTime(descriptor, meta.mtimeMs);
    }
    catch (error) {
        (0,external_node_fs_.unlinkSync)(file);
        throw error;
    }
    finally {
        (0,external_node_fs_.closeSync)(descriptor);
    }
}

;// CONCATENATED MODULE: ./lib/tree/staged-file.js








/**
 * A file that arrives piece by piece: it lies beside its place under another name until its digest
 * has been verified. End it with {@link StagedFile.commit} or {@link StagedFile.discard}.
 */
class StagedFile {
    #path;
    #temp;
    #info;
    #place;
    #digester = new digest/* Digester */.Y8();
    #descriptor;
    #open = true;
    /**
     * @param path for messages
     * @param temp absolute path that nothing stands at, in the folder of the file's place
     * @param place moves the verified file from `temp` to its place
     */
    constructor(path, temp, info, place) {
        this.#path = path;
        this.#temp = temp;
        this.#info = info;
        this.#place = place;
        this.#descriptor = (0,external_node_fs_.openSync)(temp, CREATE, 0o600);
    }
    /**
     * Adds a piece.
     *
     * @throws CafsError `INTEGRITY` when the pieces are more than the file's size
     */
    write(chunk) {
        if (this.#digester.size + chunk.byteLength > this.#info.size) {
            throw this.#mismatch(`more than ${String(this.#info.size)} bytes`);
        }
        this.#digester.update(chunk);
        (0,atomic_file/* writeFully */.KM)(this.#descriptor, chunk);
    }
    /**
     * Verifies the file, gives it its mode and time, and puts it in its place.
     *
     * @throws CafsError `INTEGRITY` when size or digest are wrong: nothing stays on disk
     */
    commit() {
        try {
            const digest = this.#digester.digest();
            if (digest !== this.#info.digest)
                throw this.#mismatch(`the digest ${digest}`);
            (0,external_node_fs_.fchmodSync)(this.#descriptor, this.#info.meta.mode & 0o777);
            setOpenFileTime(this.#descriptor, this.#info.meta.mtimeMs);
            this.#close();
            this.#place(this.#temp);
        }
        catch (error) {
            this.discard();
            throw error;
        }
    }
    /** Gives the file up. After {@link StagedFile.commit} it does nothing. */
    discard() {
        this.#close();
        (0,external_node_fs_.rmSync)(this.#temp, { force: true });
    }
    #close() {
        if (this.#open)
            (0,external_node_fs_.closeSync)(this.#descriptor);
        this.#open = false;
    }
    #mismatch(found) {
        return new errors/* IntegrityError */.cs(`The content that arrived for ${(0,names/* showPath */.P8)(this.#path)} has ${found}; ` +
            `${this.#info.digest} of ${String(this.#info.size)} bytes was expected.`);
    }
}
/** A name that no other writer uses. A file left over by a killed process is a stale one. */
function temporaryName() {
    return `.cafs-${(0,external_node_crypto_.randomBytes)(8).toString('hex')}.tmp`;
}

;// CONCATENATED MODULE: ./lib/tree/aside.js




/**
 * Moves something to another name in its folder, so that it can come back.
 *
 * @param removable whether what lies in a folder may go with it
 * @returns undefined where nothing is there
 * @throws CafsError `CONTAINMENT` that names what lies in the folder and may not be removed
 */
function moveAside(path, guard, removable) {
    if (guard.examine(path).state !== 'real')
        return undefined;
    const file = guard.fileAt(path);
    const stats = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
    if (stats === undefined)
        return undefined;
    const isFolder = stats.isDirectory();
    if (isFolder)
        requireRemovable(path, guard, removable);
    const folder = (0,ancestors/* parentOf */.gN)(path);
    const aside = (0,ancestors/* childOf */.GG)(folder, temporaryName());
    const move = (from, to) => {
        guard.locks.attempt(folder, () => {
            (0,external_node_fs_.renameSync)(from, to);
        });
    };
    move(file, guard.fileAt(aside));
    if (isFolder) {
        guard.forget(path);
        guard.locks.own(aside);
    }
    return {
        putBack: () => {
            move(guard.fileAt(aside), file);
        },
        drop: () => {
            if (isFolder)
                removeFolder(aside, guard);
            else {
                guard.locks.attempt(folder, () => {
                    (0,external_node_fs_.rmSync)(guard.fileAt(aside), { force: true });
                });
            }
        },
    };
}

// EXTERNAL MODULE: ./lib/tree/contain.js
var contain = __webpack_require__(6984);
;// CONCATENATED MODULE: ./lib/tree/folder-book.js





/** Keeps account of the folders that a writer touched, and settles them when all is written. */
class FolderBook {
    #guard;
    #rules;
    #wanted = new Map();
    /** Folders that hold something that was written, directly or further down. */
    #filled = new Set();
    /** Folders in which something was removed, and those above them. */
    #touched = new Set();
    #maybeEmpty = new Set();
    constructor(guard, rules) {
        this.#guard = guard;
        this.#rules = rules;
    }
    /** This folder is an entry with these attributes. */
    want(folder, meta) {
        this.#wanted.set(folder, meta);
    }
    /** Something was written directly in this folder. */
    wroteTo(folder) {
        (0,ancestors/* addWithParents */.tc)(this.#filled, folder);
    }
    /** Something directly in this folder was removed. */
    removedFrom(folder) {
        (0,ancestors/* addWithParents */.tc)(this.#touched, folder);
        this.mayGo(folder);
    }
    /** This folder is to be removed if it is empty in the end. */
    mayGo(folder) {
        if (folder !== '')
            this.#maybeEmpty.add(folder);
    }
    /** Whether this folder, or something in it, was written. */
    isWanted(folder) {
        return this.#filled.has(folder) || this.#metaOf(folder) !== undefined;
    }
    /** Removes empty folders, then sets modes and times. */
    settle() {
        this.#removeEmpty();
        const folders = new Set([
            ...this.#filled,
            ...this.#touched,
            ...this.#wanted.keys(),
            ...this.#guard.locks.opened(),
        ]);
        for (const folder of deepestFirst(folders))
            this.#settleFolder(folder);
    }
    /** Removes the folders that were made, where nothing else has come to lie in them. */
    removeMade() {
        for (const folder of deepestFirst(this.#guard.made))
            this.#removeIfEmpty(folder);
    }
    /** Gives opened folders their modes back. */
    close() {
        for (const folder of deepestFirst(this.#guard.locks.opened())) {
            const mode = this.#guard.locks.openedMode(folder);
            if (mode !== undefined && this.#guard.examine(folder).state === 'real') {
                (0,external_node_fs_.chmodSync)(this.#guard.fileAt(folder), mode);
            }
            this.#guard.locks.forget(folder);
        }
    }
    #removeEmpty() {
        for (const folder of deepestFirst(this.#maybeEmpty)) {
            for (let next = folder; next !== ''; next = (0,ancestors/* parentOf */.gN)(next)) {
                if (this.isWanted(next) || !this.#rules.allowed(next) || !this.#removeIfEmpty(next))
                    break;
            }
        }
        this.#maybeEmpty.clear();
    }
    #removeIfEmpty(folder) {
        // Gone together with a folder above it, whose place something else may have taken.
        if (this.#guard.examine(folder).state !== 'real')
            return true;
        try {
            this.#guard.locks.attempt((0,ancestors/* parentOf */.gN)(folder), () => {
                (0,external_node_fs_.rmdirSync)(this.#guard.fileAt(folder));
            });
        }
        catch (error) {
            if ((0,file_access/* isMissing */.b2)(error))
                return true;
            if ((0,errors/* systemCode */.xU)(error) === 'ENOTEMPTY' || (0,errors/* systemCode */.xU)(error) === 'EEXIST')
                return false;
            throw error;
        }
        this.#guard.forget(folder);
        (0,ancestors/* addWithParents */.tc)(this.#touched, (0,ancestors/* parentOf */.gN)(folder));
        return true;
    }
    #settleFolder(folder) {
        const meta = this.#rules.allowed(folder) ? this.#metaOf(folder) : undefined;
        const mode = meta?.mode ?? this.#guard.locks.openedMode(folder);
        if (mode === undefined || this.#guard.examine(folder).state !== 'real')
            return;
        const file = this.#guard.fileAt(folder);
        if ((0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false })?.isDirectory() !== true)
            return;
        (0,external_node_fs_.chmodSync)(file, mode & 0o777);
        if (meta !== undefined)
            setTime(file, meta.mtimeMs);
        this.#guard.locks.forget(folder);
    }
    #metaOf(folder) {
        const made = this.#wanted.get(folder);
        if (made !== undefined)
            return made;
        const meta = this.#rules.wanted?.(folder);
        return meta?.kind === 'folder' ? meta : undefined;
    }
}
/** A folder sorts before what is below it, in any order of text. */
function deepestFirst(folders) {
    return [...folders].sort().reverse();
}

;// CONCATENATED MODULE: ./lib/tree/spelling.js



/**
 * Refuses two entries that would be one file, on a disk that ignores case or Unicode forms.
 *
 * Two spellings that may be one name are compared on the disk itself. Once a file that was written
 * shows that the disk tells cases apart, nothing is recorded any more; but on macOS, where such
 * disks, too, take NFC and NFD for the same name.
 */
class Spelling {
    #sameFile;
    #normalises;
    #seen = new Map();
    #tellsCasesApart;
    constructor(sameFile, platform) {
        this.#sameFile = sameFile;
        this.#normalises = platform === 'darwin';
    }
    /**
     * Takes note of a path that is to be written, and of the folders above it.
     *
     * @throws CafsError `CONTAINMENT` when it was written before in another spelling
     */
    claim(path) {
        if (this.#tellsCasesApart === true && !this.#normalises)
            return;
        for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
            const part = path.slice(0, end);
            const folded = part.normalize('NFC').toLowerCase();
            const before = this.#seen.get(folded);
            if (before === part)
                return;
            if (before === undefined)
                this.#seen.set(folded, part);
            else if (this.#sameFile(before, part))
                throw collision(path, before, part);
        }
    }
    /** A file was written: looks, where its name has letters, whether the disk knows their case. */
    learn(path) {
        if (this.#tellsCasesApart !== undefined)
            return;
        const name = path.slice(path.lastIndexOf('/') + 1);
        const swapped = swapCase(name);
        if (swapped === name)
            return;
        this.#tellsCasesApart = !this.#sameFile(path, path.slice(0, -name.length) + swapped);
        if (this.#tellsCasesApart && !this.#normalises)
            this.#seen.clear();
    }
}
/** Compares what is on disk, without following symlinks. */
function isSameFile(a, b) {
    const one = (0,external_node_fs_.lstatSync)((0,names/* encodePath */.O0)(a), { throwIfNoEntry: false });
    const other = (0,external_node_fs_.lstatSync)((0,names/* encodePath */.O0)(b), { throwIfNoEntry: false });
    return one !== undefined && other?.ino === one.ino && other.dev === one.dev;
}
function swapCase(name) {
    return name.replace(/[a-z]/gi, (letter) => letter < 'a' ? letter.toLowerCase() : letter.toUpperCase());
}
function collision(path, before, now) {
    return new errors/* CafsError */.u('CONTAINMENT', `${(0,names/* showPath */.P8)(path)} is not written: this disk takes ${(0,names/* showPath */.P8)(now)} and ` +
        `${(0,names/* showPath */.P8)(before)} for the same name.`, { hint: 'Rename one of them, or restore to a disk that tells them apart.' });
}

;// CONCATENATED MODULE: ./lib/tree/writer.js














/** System codes that mean: something stands where the new thing is to be. */
const OCCUPIED = new Set(['EEXIST', 'EISDIR', 'ENOTEMPTY', 'EPERM']);
/**
 * Writes entries below one base folder, and nothing outside what is allowed.
 *
 * Entries come from outside. Each path is checked, the folders above it are verified to be real
 * folders, and what stands in its place is taken away rather than written through: not through a
 * symlink, nor into a file that has other links. Remove stale files before writing, so that a file
 * or symlink where a folder must be is gone by then.
 *
 * Call {@link TreeWriter.finish} at the end, after a failure too: folders get their modes then.
 */
class TreeWriter {
    #options;
    #guard;
    #spelling;
    #folders;
    /**
     * @param base an existing folder
     * @throws CafsError `INVALID_INPUT` when it does not exist
     */
    constructor(base, options) {
        const { allowed, platform = process.platform, sameFile = isSameFile } = options;
        this.#options = options;
        const guard = new parent_guard/* ParentGuard */.U(base, { mayOpen: allowed, platform });
        this.#guard = guard;
        this.#spelling = new Spelling((a, b) => sameFile(guard.absolute(a), guard.absolute(b)), platform);
        this.#folders = new FolderBook(guard, options);
    }
    /**
     * Writes a regular file in place of whatever stands there.
     *
     * Bytes that come whole are written as they are: the caller has verified them. Bytes that come in
     * chunks are verified here before they take their place.
     *
     * @throws CafsError `CONTAINMENT` for a path that may not be written, `INTEGRITY` for bytes that
     *   are not what `info` says
     */
    writeFile(path, content, info) {
        if (content instanceof Uint8Array) {
            this.#writeWhole(path, content, info);
            return;
        }
        const staged = this.stageFile(path, info);
        try {
            for (const chunk of content)
                staged.write(chunk);
        }
        catch (error) {
            staged.discard();
            throw error;
        }
        staged.commit();
    }
    /** Begins a file whose bytes arrive over time; see {@link TreeWriter.writeFile}. */
    stageFile(path, info) {
        this.#prepare(path);
        const folder = (0,ancestors/* parentOf */.gN)(path);
        const temp = this.#guard.fileAt((0,ancestors/* childOf */.GG)(folder, temporaryName()));
        return this.#guard.locks.attempt(folder, () => new StagedFile(path, temp, info, (from) => {
            this.#place(path, (file) => {
                (0,external_node_fs_.renameSync)(from, file);
            });
        }));
    }
    /**
     * Makes a symlink in place of whatever stands there.
     *
     * @param target byte for byte what the link holds; it may point anywhere
     */
    writeSymlink(path, target, meta) {
        if (target.byteLength === 0 || target.includes(0)) {
            throw new errors/* CafsError */.u('MALFORMED', `The symlink ${(0,names/* showPath */.P8)(path)} has a target that is empty or holds a NUL.`);
        }
        this.#prepare(path);
        this.#place(path, (file) => {
            (0,external_node_fs_.symlinkSync)(Buffer.from(target), file);
            setTime(file, meta.mtimeMs);
        });
    }
    /** Makes a folder, or keeps the one that is there. Mode and time are set at the end. */
    makeFolder(path, meta) {
        this.#prepare(path);
        this.#folders.want(path, meta);
        this.#guard.makeFolder(path);
        const stats = (0,external_node_fs_.lstatSync)(this.#guard.fileAt(path));
        if (stats.isDirectory())
            return;
        this.#unlink(path);
        this.#guard.makeFolder(path);
    }
    /**
     * Gives mode and time to something that has the right content already.
     *
     * @throws CafsError `CHANGED` when it is not there any more
     */
    setAttributes(path, meta) {
        this.#admit(path);
        const file = this.#guard.fileAt(path);
        const stats = this.#guard.check(path) ? (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false }) : undefined;
        if (stats?.isDirectory() === true && meta.kind === 'folder') {
            this.#folders.want(path, meta);
        }
        else if (stats?.isSymbolicLink() === true && meta.kind === 'symlink') {
            setTime(file, meta.mtimeMs);
        }
        else if (stats?.isFile() === true && meta.kind === undefined) {
            if (stats.nlink > 1)
                this.#detach(path);
            (0,external_node_fs_.chmodSync)(file, meta.mode & 0o777);
            setTime(file, meta.mtimeMs);
        }
        else {
            throw new errors/* CafsError */.u('CHANGED', `${(0,names/* showPath */.P8)(path)} was changed while it was restored.`, {
                hint: 'Make sure that nothing writes to it at the same time.',
            });
        }
    }
    /**
     * Removes a file or a symlink. A folder goes at the end, when nothing is left in it by then.
     *
     * What is not there is no error. Nothing is there behind a symlink: its target is another place,
     * and the folder that was listed is gone.
     */
    remove(path) {
        this.#admit(path);
        if (this.#guard.examine(path).state !== 'real')
            return;
        const stats = (0,external_node_fs_.lstatSync)(this.#guard.fileAt(path), { throwIfNoEntry: false });
        if (stats === undefined)
            return;
        if (stats.isDirectory()) {
            this.#folders.mayGo(path);
        }
        else {
            this.#unlink(path);
            this.#folders.removedFrom((0,ancestors/* parentOf */.gN)(path));
        }
    }
    /**
     * Moves something out of the way of what will be written, so that it can come back: see
     * {@link TreeWriter.undo}. A folder that is empty once it has been dropped goes in the end.
     *
     * @returns undefined where nothing is there
     * @throws CafsError `CONTAINMENT` for a folder that holds what may not be removed
     */
    setAside(path) {
        this.#admit(path);
        const aside = moveAside(path, this.#guard, this.#removable());
        if (aside === undefined)
            return undefined;
        return {
            putBack: () => {
                aside.putBack();
            },
            drop: () => {
                aside.drop();
                this.#folders.removedFrom((0,ancestors/* parentOf */.gN)(path));
            },
        };
    }
    /**
     * Makes all as it was, in place of {@link TreeWriter.finish}: removes what was written and the
     * folders that were made for it, and puts back what was set aside.
     */
    undo(written, asides) {
        for (const path of written) {
            if (this.#guard.examine(path).state !== 'real')
                continue;
            const stats = (0,external_node_fs_.lstatSync)(this.#guard.fileAt(path), { throwIfNoEntry: false });
            if (stats !== undefined && !stats.isDirectory())
                this.#unlink(path);
        }
        this.#folders.removeMade();
        for (const aside of asides)
            aside.putBack();
        this.#folders.close();
    }
    /**
     * Removes the allowed folders that removals left empty, and gives all folders their modes and
     * times, the deepest first.
     */
    finish() {
        this.#folders.settle();
    }
    #writeWhole(path, bytes, info) {
        if (bytes.byteLength !== info.size) {
            throw new errors/* IntegrityError */.cs(`${(0,names/* showPath */.P8)(path)} must have ${String(info.size)} bytes; ${String(bytes.byteLength)} arrived.`);
        }
        this.#prepare(path);
        this.#place(path, (file) => {
            createFile(file, bytes, info.meta);
        });
    }
    /** Checks that a path may be touched at all. */
    #admit(path) {
        (0,contain/* requireContained */.t)(path, this.#options.platform);
        if (this.#options.allowed(path))
            return;
        throw new errors/* CafsError */.u('CONTAINMENT', `${(0,names/* showPath */.P8)(path)} is not written: it lies outside the named outputs.`);
    }
    /** Checks a path that something new is to be written to, and makes its folders. */
    #prepare(path) {
        this.#admit(path);
        this.#spelling.claim(path);
        this.#guard.ensure(path);
        this.#folders.wroteTo((0,ancestors/* parentOf */.gN)(path));
    }
    /** Makes something at a path; takes away what stands there. */
    #place(path, make) {
        const file = this.#guard.fileAt(path);
        this.#guard.locks.attempt((0,ancestors/* parentOf */.gN)(path), () => {
            try {
                make(file);
            }
            catch (error) {
                if (!OCCUPIED.has((0,errors/* systemCode */.xU)(error) ?? ''))
                    throw error;
                this.#clear(path);
                make(file);
            }
        });
        this.#spelling.learn(path);
    }
    #clear(path) {
        const stats = (0,external_node_fs_.lstatSync)(this.#guard.fileAt(path), { throwIfNoEntry: false });
        if (stats === undefined)
            return;
        if (!stats.isDirectory()) {
            this.#unlink(path);
            return;
        }
        if (this.#folders.isWanted(path)) {
            throw new errors/* CafsError */.u('MALFORMED', `${(0,names/* showPath */.P8)(path)} is a file and a folder at the same time in what is restored.`);
        }
        requireRemovable(path, this.#guard, this.#removable());
        removeFolder(path, this.#guard);
    }
    #removable() {
        return this.#options.removable ?? this.#options.allowed;
    }
    #unlink(path) {
        this.#guard.locks.attempt((0,ancestors/* parentOf */.gN)(path), () => {
            try {
                (0,external_node_fs_.unlinkSync)(this.#guard.fileAt(path));
            }
            catch (error) {
                if (!(0,file_access/* isMissing */.b2)(error))
                    throw error;
            }
        });
    }
    /** Gives a file that has other links an inode of its own: those may lie outside the outputs. */
    #detach(path) {
        const file = this.#guard.fileAt(path);
        const temp = this.#guard.fileAt((0,ancestors/* childOf */.GG)((0,ancestors/* parentOf */.gN)(path), temporaryName()));
        this.#guard.locks.attempt((0,ancestors/* parentOf */.gN)(path), () => {
            try {
                (0,external_node_fs_.copyFileSync)(file, temp, external_node_fs_.constants.COPYFILE_EXCL);
                (0,external_node_fs_.renameSync)(temp, file);
            }
            catch (error) {
                (0,external_node_fs_.rmSync)(temp, { force: true });
                throw error;
            }
        });
        this.#folders.wroteTo((0,ancestors/* parentOf */.gN)(path));
    }
}

;// CONCATENATED MODULE: ./lib/sync/restore-areas.js




/**
 * Makes areas hold exactly what their entries say, and writes only what differs on disk.
 *
 * All entries of an area are checked before anything of it is touched. An area that cannot be
 * restored does not hold up the others, and is not left half restored.
 *
 * @param deliver gets the contents: from a remote, or from a store
 * @returns what became of each request, in their order
 * @throws the signal's reason, when it is aborted: no area is left half restored then either
 */
async function restoreAreas(deliver, requests, options = {}) {
    const jobs = requests.map((request) => new Job(request));
    const wanted = new Targets();
    for (const job of jobs) {
        job.attempt(() => {
            for (const [path, info] of job.prepare())
                wanted.add(job, path, info);
        });
    }
    try {
        await deliver(wanted.entries(), wanted, options);
        options.signal?.throwIfAborted();
    }
    catch (error) {
        for (const job of jobs) {
            job.fail(error);
            job.finish();
        }
        throw error;
    }
    return jobs.map((job) => job.finish());
}
/** One area while it is being restored. */
class Job {
    #request;
    #stale = [];
    /** Files, symlinks and folders that were written, or nearly. */
    #written = [];
    /** What has only another mode or time. */
    #attributes = [];
    /** What was replaced, or is stale: it comes back after an error. */
    #aside = new Map();
    /** Paths at which something else stands. */
    #occupied = new Set();
    #entries = new Map();
    #writer;
    #bytes = 0;
    #milliseconds = 0;
    #error;
    constructor(request) {
        this.#request = request;
    }
    /** Does something; an error ends this job, not the others. */
    attempt(work) {
        if (this.#error !== undefined)
            return;
        try {
            this.#timed(work);
        }
        catch (cause) {
            this.#error = { cause };
        }
    }
    hasFailed() {
        return this.#error !== undefined;
    }
    fail(cause) {
        this.#error ??= { cause };
    }
    /** Checks everything, clears the way, and gives what has to be written. */
    prepare() {
        const { area } = this.#request;
        const entries = this.#request.wanted();
        checkEntries(area, entries);
        this.#entries = entries;
        const writer = new TreeWriter(area.base, {
            allowed: (path) => area.select(path, 'file') || area.select(path, 'folder'),
            removable: (path) => this.#mayRemove(path),
            wanted: (path) => entries.get(path)?.meta,
        });
        this.#writer = writer;
        const compared = [...differences(area.base, entries, this.#request.hash)];
        for (const found of staleFiles(area.base, area, entries)) {
            if (this.#request.removes(found.path))
                this.#stale.push(found);
        }
        // What stands where a folder must be goes first; the rest when the new content is there.
        const folders = foldersOf(entries.keys());
        for (const { path } of this.#stale)
            if (folders.has(path))
                this.#setAside(path);
        return compared.flatMap(([path, difference]) => this.#plan(path, difference));
    }
    write(path, info, bytes) {
        this.attempt(() => {
            this.#begin(path);
            if (info.meta.kind === 'symlink')
                this.#writer?.writeSymlink(path, bytes, info.meta);
            else
                this.#writer?.writeFile(path, bytes, info);
            this.#count(path, info);
        });
    }
    async writePieces(path, info, pieces) {
        if (this.#writer === undefined || this.hasFailed())
            return;
        const staged = this.#writer.stageFile(path, info);
        try {
            for await (const piece of pieces) {
                this.#timed(() => {
                    staged.write(piece);
                });
            }
            // After an abort, what is written here would not be removed again.
            if (this.hasFailed()) {
                staged.discard();
                return;
            }
            this.#timed(() => {
                this.#begin(path);
                staged.commit();
            });
        }
        catch (error) {
            staged.discard();
            throw error;
        }
        this.#count(path, info);
    }
    /** Removes what is stale, or, after an error, what was written. */
    finish() {
        this.attempt(() => {
            this.#complete();
        });
        if (this.#error !== undefined) {
            this.#undo();
        }
        else {
            // From here on there is no way back.
            this.attempt(() => {
                for (const aside of this.#aside.values())
                    aside.drop();
                this.#writer?.finish();
            });
        }
        if (this.#error !== undefined) {
            const nothing = { files: 0, written: 0, bytes: 0, removed: 0 };
            return { ...nothing, milliseconds: this.#milliseconds, error: this.#error.cause };
        }
        const files = [...this.#entries.values()].filter(({ meta }) => meta.kind !== 'folder').length;
        const [written, removed] = [this.#written.length, this.#stale.length];
        return { files, written, bytes: this.#bytes, removed, milliseconds: this.#milliseconds };
    }
    #timed(work) {
        const started = performance.now();
        try {
            work();
        }
        finally {
            this.#milliseconds += performance.now() - started;
        }
    }
    /** What is left to do when all content is there. */
    #complete() {
        for (const { path, kind } of this.#stale) {
            if (kind === 'folder')
                this.#writer?.remove(path);
            else
                this.#setAside(path);
        }
        for (const [path, info] of this.#attributes) {
            this.#writer?.setAttributes(path, info.meta);
            this.#request.wrote?.(path, info);
        }
    }
    /**
     * Half of a build's outputs would make the next build believe that it is done; and what was there
     * before may be all that there is.
     */
    #undo() {
        try {
            this.#writer?.undo(this.#written, this.#aside.values());
        }
        catch (undoError) {
            const cause = this.#error?.cause;
            const message = `Restoring failed, and what had been restored could not be removed again.`;
            this.#error = { cause: new AggregateError([cause, undoError], message) };
        }
    }
    #plan(path, difference) {
        const info = this.#entries.get(path);
        if (info === undefined || difference === 'same')
            return [];
        if (difference === 'attributes') {
            this.#attributes.push([path, info]);
            return [];
        }
        if (difference === 'content')
            this.#occupied.add(path);
        if (info.meta.kind !== 'folder')
            return [[path, info]];
        this.#begin(path);
        this.#writer?.makeFolder(path, info.meta);
        this.#count(path, info);
        return [];
    }
    /** Makes room for something that is written next. */
    #begin(path) {
        if (this.#occupied.has(path))
            this.#setAside(path);
        this.#written.push(path);
    }
    #count(path, info) {
        this.#bytes += info.size;
        this.#request.wrote?.(path, info);
    }
    #setAside(path) {
        if (this.#aside.has(path))
            return;
        const aside = this.#writer?.setAside(path);
        if (aside !== undefined)
            this.#aside.set(path, aside);
    }
    #mayRemove(path) {
        const { area } = this.#request;
        const isIn = area.select(path, 'file') || area.select(path, 'folder');
        return isIn && this.#request.removes(path);
    }
}
/** Every entry lies in the area and none in a file, or the whole request is refused. */
function checkEntries(area, entries) {
    for (const [path, { meta }] of entries) {
        if (area.select(path, meta.kind ?? 'file'))
            continue;
        throw new errors/* CafsError */.u('CONTAINMENT', `The entry ${(0,names/* showPath */.P8)(path)} lies outside the named outputs.`);
    }
    for (const folder of foldersOf(entries.keys())) {
        const entry = entries.get(folder);
        const kind = entry?.meta.kind ?? 'file';
        if (entry !== undefined && kind !== 'folder') {
            throw new errors/* CafsError */.u('MALFORMED', `The entry ${(0,names/* showPath */.P8)(folder)} is a ${kind}, and other entries lie in it.`);
        }
    }
}
function foldersOf(paths) {
    const folders = new Set();
    for (const path of paths) {
        for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            const folder = path.slice(0, end);
            if (folders.has(folder))
                break;
            folders.add(folder);
        }
    }
    return folders;
}
/** Brings each content to all the places that want it. */
class Targets {
    #targets = new Map();
    add(job, path, info) {
        const known = this.#targets.get(info.digest);
        if (known === undefined)
            this.#targets.set(info.digest, [{ job, path, info }]);
        else
            known.push({ job, path, info });
    }
    *entries() {
        for (const targets of this.#targets.values()) {
            const wanted = targets.find(({ job }) => !job.hasFailed());
            if (wanted !== undefined)
                yield wanted.info;
        }
    }
    whole(digest, bytes) {
        for (const { job, path, info } of this.#of(digest))
            job.write(path, info, bytes);
    }
    async pieces(digest, pieces) {
        // Equal large files are rare: each place downloads its own, so that none is held in memory.
        for (const { job, path, info } of this.#of(digest)) {
            try {
                await job.writePieces(path, info, pieces());
            }
            catch (error) {
                job.fail(error);
            }
        }
    }
    failed(digest, error) {
        for (const { job } of this.#of(digest))
            job.fail(error);
    }
    #of(digest) {
        return this.#targets.get(digest) ?? [];
    }
}


/***/ }),

/***/ 9773:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $1: () => (/* binding */ imageConfigFields),
/* harmony export */   E3: () => (/* binding */ dialectOf),
/* harmony export */   ON: () => (/* binding */ layerType),
/* harmony export */   _y: () => (/* binding */ snapshotManifest)
/* harmony export */ });
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5208);
/* harmony import */ var _media_types_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2051);


/** Says in an image what the artifact type is in an artifact. */
const ANNOTATION_ARTIFACT_TYPE = 'dev.cafs.artifact-type';
/** Says what a layer of an image is. */
const ANNOTATION_MEDIA_TYPE = 'dev.cafs.media-type';
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
/** The type that every registry takes. None looks into a layer when it is pushed. */
const IMAGE_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
/** Writes a snapshot's manifest. */
function snapshotManifest({ config, layers, annotations }, dialect) {
    const { digest, size } = config;
    if (dialect === 'artifact') {
        return {
            schemaVersion: 2,
            mediaType: _oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .MEDIA_TYPE_MANIFEST */ .SE,
            artifactType: _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .ARTIFACT_TYPE */ .gn,
            config: { mediaType: _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .MEDIA_TYPE_CONFIG */ .zC, digest, size },
            layers,
            annotations,
        };
    }
    return {
        schemaVersion: 2,
        mediaType: _oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .MEDIA_TYPE_MANIFEST */ .SE,
        config: { mediaType: IMAGE_CONFIG, digest, size },
        layers: layers.map(({ mediaType, ...layer }) => ({
            ...layer,
            mediaType: IMAGE_LAYER,
            annotations: { ...layer.annotations, [ANNOTATION_MEDIA_TYPE]: mediaType },
        })),
        annotations: { ...annotations, [ANNOTATION_ARTIFACT_TYPE]: _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .ARTIFACT_TYPE */ .gn },
    };
}
/**
 * What the config of an image must have beside what a snapshot's has, for those who look.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 */
function imageConfigFields(layers) {
    return {
        architecture: 'unknown',
        os: 'unknown',
        rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    };
}
/** Which way a manifest was written; undefined where it is no snapshot. */
function dialectOf({ artifactType, config, annotations }) {
    if (artifactType === _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .ARTIFACT_TYPE */ .gn)
        return 'artifact';
    const isImage = artifactType === undefined && config.mediaType === IMAGE_CONFIG;
    return isImage && annotations?.[ANNOTATION_ARTIFACT_TYPE] === _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .ARTIFACT_TYPE */ .gn ? 'image' : undefined;
}
/** What a layer of a snapshot is: its media type, or what stands for it. */
function layerType({ mediaType, annotations }) {
    return mediaType === IMAGE_LAYER
        ? (annotations?.[ANNOTATION_MEDIA_TYPE] ?? mediaType)
        : mediaType;
}


/***/ }),

/***/ 6809:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Gw: () => (/* binding */ ancestorsOf),
  JM: () => (/* binding */ checkIndex),
  SC: () => (/* binding */ firstOfTag),
  WK: () => (/* binding */ goingOnFrom),
  vY: () => (/* binding */ readIndex),
  WI: () => (/* binding */ readManifest),
  RA: () => (/* binding */ readSnapshot),
  OD: () => (/* binding */ segmentsOf)
});

// EXTERNAL MODULE: ./lib/digest.js
var digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/oci/manifest.js
var oci_manifest = __webpack_require__(4360);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
// EXTERNAL MODULE: ./lib/store/entry-index.js + 47 modules
var entry_index = __webpack_require__(1912);
// EXTERNAL MODULE: ./lib/store/lineage.js
var lineage = __webpack_require__(7456);
// EXTERNAL MODULE: ./lib/sync/config.js
var sync_config = __webpack_require__(1437);
// EXTERNAL MODULE: ./lib/sync/go-package/config.js
var config = __webpack_require__(5925);
;// CONCATENATED MODULE: ./lib/sync/go-package/recognise.js

/**
 * What to do with what a tag points to that is no snapshot of ours, where the Go package has pushed it.
 * For the hint of an error: what cannot be read is nobody's.
 */
async function goPackageHint(remote, manifest, options = {}) {
    try {
        const labels = await (0,config/* fetchLabels */.w)(remote, manifest, options);
        if (labels === undefined)
            return undefined;
    }
    catch {
        options.signal?.throwIfAborted();
        return undefined;
    }
    return 'The Go package cafs has pushed it: import it with "cafs import-go", or importGoSnapshot().';
}

// EXTERNAL MODULE: ./lib/sync/media-types.js
var media_types = __webpack_require__(2051);
// EXTERNAL MODULE: ./lib/sync/snapshot-manifest.js
var snapshot_manifest = __webpack_require__(9773);
;// CONCATENATED MODULE: ./lib/sync/snapshot.js











/** Bytes of all segments as they are stored: more is not fetched. */
const MAX_SEGMENT_BYTES = 256 * 1024 * 1024;
/** Twice what is written: each may be as large as an index once it is decompressed. */
const MAX_SEGMENTS_READ = 16;
/**
 * Reads what a tag, or a manifest's digest, points to. Something that is on this disk already is
 * not asked for again; a tag always is.
 *
 * @returns undefined where there is nothing
 * @throws CafsError `NOT_A_SNAPSHOT` for something else, `UNSUPPORTED_VERSION` for a snapshot of a
 * newer version, `MALFORMED` for a damaged one, and the remote's own errors
 */
async function readSnapshot(remote, reference, { blobs, at, ...options }) {
    // By the tag and not by its digest: zot drops a manifest when its last tag moves on.
    const fetched = kept(blobs, at ?? reference) ?? (await remote.getManifest(reference, options));
    if (fetched === undefined)
        return undefined;
    const manifest = await readManifest(remote, fetched, reference, options);
    // Somebody had to write it like that: whoever writes next need not find out anew.
    if ((0,snapshot_manifest/* dialectOf */.E3)(manifest) === 'image')
        remote.traits.takesOnlyImages = true;
    if (manifest.config.size > sync_config/* MAX_CONFIG_BYTES */.GW) {
        throw new errors/* CafsError */.u('MALFORMED', `The snapshot's config claims ${String(manifest.config.size)} bytes.`);
    }
    const { digest } = manifest.config;
    const bytes = blobs.find(digest) ?? (await remote.getBlob(manifest.config, options));
    const config = (0,sync_config/* decodeConfig */.Fu)(bytes);
    blobs.put(fetched.bytes);
    blobs.put(bytes);
    return { descriptor: fetched.descriptor, bytes: fetched.bytes, manifest, config };
}
function kept(blobs, reference) {
    if (!(0,digest/* isDigest */.Bc)(reference))
        return undefined;
    const bytes = blobs.find(reference);
    if (bytes === undefined)
        return undefined;
    const descriptor = { mediaType: types/* MEDIA_TYPE_MANIFEST */.SE, digest: reference, size: bytes.byteLength };
    return { descriptor, bytes };
}
/**
 * What a snapshot goes on from that is made from others, as its config names it.
 *
 * @param older what is named as far as there is room
 */
function ancestorsOf(snapshots, older = []) {
    const all = snapshots.map(({ descriptor, config }) => ({
        snapshot: descriptor.digest,
        merged: config.merged,
    }));
    return (0,lineage/* ancestors */.T1)(all, older);
}
/** What the next snapshot at a tag goes on from. */
function goingOnFrom(snapshot) {
    return { merged: ancestorsOf([snapshot]), first: firstOfTag(snapshot) };
}
/** The snapshot with which the tag of one began. */
function firstOfTag({ descriptor, config }) {
    return config.first ?? descriptor.digest;
}
/**
 * Reads a snapshot's index. Segments that are on this disk are not asked for again.
 *
 * @throws CafsError `MALFORMED` where it is no index, or not the one that the manifest and the config
 * describe
 */
async function readIndex(remote, snapshot, { blobs, ...options }) {
    const [first, ...changes] = segmentsOf(snapshot);
    const fetch = async (segment) => {
        const kept = blobs.find(segment.digest);
        if (kept !== undefined)
            return kept;
        const bytes = await remote.getBlob(segment, options);
        blobs.put(bytes);
        return bytes;
    };
    const bytes = await fetch(first);
    const entries = entry_index/* Index */.j.decode(bytes);
    const { size } = entries;
    for (const segment of changes)
        entries.applySegment(await fetch(segment));
    checkIndex(snapshot, entries);
    return { entries, base: { size, read: () => entry_index/* Index */.j.decode(bytes) } };
}
/**
 * The segments of a snapshot: a base, then changes on top of it.
 *
 * @throws CafsError `MALFORMED` where there are none, too many, or too large ones
 */
function segmentsOf({ manifest, }) {
    const all = manifest.layers.filter((layer) => (0,snapshot_manifest/* layerType */.ON)(layer) === media_types/* MEDIA_TYPE_SEGMENT */.aX);
    const [base, ...changes] = all;
    if (base === undefined || all.length > MAX_SEGMENTS_READ) {
        throw new errors/* CafsError */.u('MALFORMED', `A snapshot has 1 to ${String(MAX_SEGMENTS_READ)} index segments; this one has ${String(all.length)}.`);
    }
    const bytes = all.reduce((sum, { size }) => sum + size, 0);
    if (bytes > MAX_SEGMENT_BYTES) {
        throw new errors/* CafsError */.u('MALFORMED', `The snapshot's index claims ${String(bytes)} bytes.`);
    }
    return [base, ...changes];
}
/**
 * Checks that an index is that of a snapshot: the same entries, and all of them in its packs.
 *
 * @throws CafsError `MALFORMED`
 */
function checkIndex({ manifest, config }, index) {
    const packs = new Map(manifest.layers
        .filter((layer) => (0,snapshot_manifest/* layerType */.ON)(layer) === media_types/* MEDIA_TYPE_PACK */.AJ)
        .map(({ digest, size }) => [digest, size]));
    const outside = index.keyOutside(({ digest, size }) => packs.get(digest) === size);
    if (outside !== undefined) {
        throw new errors/* CafsError */.u('MALFORMED', `The entry ${(0,quoted/* quoted */.T)(outside)} lies in a pack that the snapshot does not have.`);
    }
    if (!index.hasFramesApart()) {
        throw new errors/* CafsError */.u('MALFORMED', 'The snapshot names frames that overlap.');
    }
    if (index.size !== config.entries || index.hash('') !== config.root) {
        throw new errors/* CafsError */.u('MALFORMED', 'The snapshot has other entries than its config says.');
    }
}
/**
 * Reads a manifest that must be a snapshot's.
 *
 * @throws CafsError `NOT_A_SNAPSHOT`, `MALFORMED`, `INTEGRITY`
 */
async function readManifest(remote, fetched, reference, options) {
    const name = `${remote.name} ${reference}`;
    // The remote has checked the bytes already; a snapshot's identity is worth a second look.
    if ((0,digest/* digestOf */.ol)(fetched.bytes) !== fetched.descriptor.digest) {
        throw new errors/* IntegrityError */.cs(`The manifest of ${name} does not have the digest ${fetched.descriptor.digest}.`);
    }
    const manifest = (0,oci_manifest/* parseManifest */.Ng)(fetched.bytes);
    if ((0,snapshot_manifest/* dialectOf */.E3)(manifest) === undefined) {
        const hint = await goPackageHint(remote, manifest, options);
        throw new errors/* CafsError */.u('NOT_A_SNAPSHOT', `${name} is no snapshot: its artifact type is ${(0,quoted/* quoted */.T)(manifest.artifactType ?? '')}, not ${media_types/* ARTIFACT_TYPE */.gn}.`, { hint: hint ?? 'Give the cache a repository of its own.' });
    }
    return manifest;
}


/***/ }),

/***/ 1776:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Im: () => (/* binding */ isUnusable),
/* harmony export */   JD: () => (/* binding */ isLost),
/* harmony export */   O$: () => (/* binding */ unreadable),
/* harmony export */   Zi: () => (/* binding */ isNoRegistry),
/* harmony export */   sR: () => (/* binding */ isDamaged)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _oci_broken_layout_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9147);
/* harmony import */ var _oci_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1378);



/** Codes that say something of what was read, not of the way to it. */
const UNUSABLE = [
    'MALFORMED',
    'NOT_A_SNAPSHOT',
    'UNSUPPORTED_VERSION',
    'INTEGRITY',
    'NOT_FOUND',
    'CONTENT_LOST',
    'CONTAINMENT',
    'INVALID_INPUT',
    'INVALID_KEY',
    'RESERVED_KEY',
];
/** Whether reading a snapshot failed because of what was read: it counts as not there. */
function isUnusable(error) {
    return UNUSABLE.some((code) => (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .hasCode */ .up)(error, code));
}
/** Whether a snapshot was read that is lost in part, or damaged: it is nobody else's either. */
function isDamaged(error) {
    return isUnusable(error) && !isForeign(error) && !(error instanceof _oci_broken_layout_js__WEBPACK_IMPORTED_MODULE_1__/* .BrokenLayoutError */ .A);
}
/** Whether it was no registry that answered: nothing there is lost, nor can anything be pushed there. */
function isNoRegistry(error) {
    return error instanceof _oci_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ResponseError */ .o3 && error.isForeign;
}
/** Whether something was read that is somebody else's: it must not be replaced. */
function isForeign(error) {
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .hasCode */ .up)(error, 'UNSUPPORTED_VERSION') || (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .hasCode */ .up)(error, 'NOT_A_SNAPSHOT');
}
/** Whether content that a snapshot names is not in the remote, or is damaged. */
function isLost(error) {
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .hasCode */ .up)(error, 'INTEGRITY') || (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .hasCode */ .up)(error, 'NOT_FOUND');
}
/**
 * The error for a tag whose snapshot is lost in part, or damaged.
 *
 * @param hint how it is replaced
 */
function unreadable(name, cause, hint) {
    const code = cause instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u ? cause.code : 'MALFORMED';
    const message = `What ${name} points to cannot be read: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .bD)(cause)}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u(code, message, { hint, cause });
}


/***/ }),

/***/ 8875:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  a: () => (/* binding */ uploadContents)
});

// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
// EXTERNAL MODULE: ./lib/digest.js
var digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/pack/frame.js
var pack_frame = __webpack_require__(9704);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
;// CONCATENATED MODULE: ./lib/pack/framer.js

/**
 * Cuts contents into frames: small ones are joined until a frame is full, one that fills a frame
 * by itself has frames of its own.
 *
 * @param frameSize raw bytes that a frame should have
 */
async function* cutFrames(contents, frameSize) {
    let open = new OpenFrame(frameSize);
    for await (const content of contents) {
        if (content.size >= frameSize) {
            yield* cutLarge(content, frameSize);
            continue;
        }
        if (!open.fits(content.size)) {
            yield open.close();
            open = new OpenFrame(frameSize);
        }
        await open.add(content);
    }
    if (!open.empty)
        yield open.close();
}
class OpenFrame {
    #buffer;
    #parts = [];
    #length = 0;
    constructor(capacity) {
        this.#buffer = Buffer.allocUnsafe(capacity);
    }
    get empty() {
        return this.#parts.length === 0;
    }
    fits(size) {
        return this.#length + size <= this.#buffer.length;
    }
    async add(content) {
        const offset = this.#length;
        const end = offset + content.size;
        for await (const chunk of content.read()) {
            if (this.#length + chunk.byteLength > end)
                throw grew(content);
            this.#buffer.set(chunk, this.#length);
            this.#length += chunk.byteLength;
        }
        if (this.#length !== end)
            throw grew(content);
        this.#parts.push({ digest: content.digest, offset, last: true });
    }
    close() {
        return { bytes: this.#buffer.subarray(0, this.#length), parts: this.#parts };
    }
}
async function* cutLarge(content, frameSize) {
    let left = content.size;
    let buffer = Buffer.allocUnsafe(Math.min(frameSize, left));
    let filled = 0;
    for await (const chunk of content.read()) {
        let at = 0;
        while (at < chunk.byteLength) {
            if (left === 0)
                throw grew(content);
            const take = Math.min(chunk.byteLength - at, buffer.length - filled);
            buffer.set(chunk.subarray(at, at + take), filled);
            filled += take;
            at += take;
            if (filled < buffer.length)
                continue;
            left -= filled;
            yield { bytes: buffer, parts: [{ digest: content.digest, offset: 0, last: left === 0 }] };
            buffer = Buffer.allocUnsafe(Math.min(frameSize, left));
            filled = 0;
        }
    }
    if (left !== 0)
        throw grew(content);
}
function grew(content) {
    return new errors/* CafsError */.u('CHANGED', `The content ${content.digest} has another size than ${String(content.size)} bytes.`);
}

;// CONCATENATED MODULE: ./lib/pack/packer.js



const DEFAULTS = { level: 3, frameSize: 512 * 1024, packSize: 32 * 1024 * 1024 };
/** Frames that are being compressed at the same time. */
const WINDOW = 4;
/**
 * Packs contents, in their order, a pack at a time. What it holds in memory does not grow with
 * the number or the size of the contents.
 */
async function* packContents(contents, options = {}) {
    const level = options.level ?? DEFAULTS.level;
    const packSize = options.packSize ?? DEFAULTS.packSize;
    const pending = new Map();
    let open = new OpenPack(pending);
    for await (const [frame, parts] of encoded(cutFrames(contents, options.frameSize ?? DEFAULTS.frameSize), level)) {
        options.signal?.throwIfAborted();
        open.add(frame, parts);
        if (open.size >= packSize) {
            yield open.close();
            open = new OpenPack(pending);
        }
    }
    if (open.size > 0)
        yield open.close();
}
/** Compresses a few frames ahead, and gives them in order. */
async function* encoded(frames, level) {
    const queue = [];
    for await (const { bytes, parts } of frames) {
        const frame = (0,pack_frame/* encodeFrame */.Y)(bytes, level);
        // It is awaited below, but maybe only after another one has failed.
        frame.catch(() => undefined);
        queue.push({ frame, parts });
        const first = queue.length >= WINDOW ? queue.shift() : undefined;
        if (first !== undefined)
            yield [await first.frame, first.parts];
    }
    for (const { frame, parts } of queue)
        yield [await frame, parts];
}
const NO_PACK = { digest: digest/* EMPTY_DIGEST */.Vx, size: 0 };
class OpenPack {
    size = 0;
    #chunks = [];
    #frames = [];
    #ended = [];
    /** Frames of the large content that is being cut: they may lie in several packs. */
    #pending;
    constructor(pending) {
        this.#pending = pending;
    }
    add({ bytes, rawSize, digest, codec }, parts) {
        const storedSize = bytes.byteLength;
        const frame = { pack: NO_PACK, offset: this.size, storedSize, rawSize, digest, codec };
        this.#chunks.push(bytes);
        this.#frames.push(frame);
        this.size += storedSize;
        for (const part of parts) {
            const frames = this.#pending.get(part.digest) ?? [];
            frames.push(frame);
            if (part.last) {
                this.#pending.delete(part.digest);
                this.#ended.push([part.digest, { frames, offset: part.offset }]);
            }
            else {
                this.#pending.set(part.digest, frames);
            }
        }
    }
    close() {
        const bytes = Buffer.concat(this.#chunks, this.size);
        const ref = { digest: (0,digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
        for (const frame of this.#frames)
            frame.pack = ref;
        return { ref, bytes, contents: this.#ended };
    }
}

;// CONCATENATED MODULE: ./lib/sync/upload.js


/**
 * Packs contents and uploads the packs while more is being packed.
 *
 * @returns where each content lies. Nothing names the packs yet: a registry forgets them unless a
 * manifest does soon.
 */
async function uploadContents(remote, contents, options = {}) {
    const locations = new Map();
    let done = 0;
    let bytes = 0;
    await (0,p_map/* default */.Ay)(packContents(contents, options), async (pack) => {
        // A push that was killed may have brought it there: equal contents make equal packs.
        const how = { mayExist: true, signal: options.signal };
        await remote.putBlob(pack.ref.digest, pack.bytes, how);
        for (const [digest, location] of pack.contents)
            locations.set(digest, location);
        done += 1;
        bytes += pack.ref.size;
        options.observer?.({ kind: 'upload', done, bytes });
    }, {
        concurrency: options.concurrency ?? 3,
        ...(options.signal ? { signal: options.signal } : {}),
    });
    return locations;
}


/***/ }),

/***/ 4970:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  A: () => (/* binding */ TagUpstream),
  h: () => (/* binding */ isOfRemote)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/oci/reference.js + 1 modules
var reference = __webpack_require__(3326);
;// CONCATENATED MODULE: ./lib/sync/deliver-anew.js

/**
 * Delivers contents, and those whose packs are gone once more from where they lie by now: a writer may
 * have put them into other packs, and the registry may have collected the old ones.
 *
 * @param readIndex what the tag points to now; undefined: nothing
 */
async function deliverAnew(deliver, entries, receiver, { readIndex, ...options }) {
    const gone = new Map();
    const first = {
        whole: (digest, bytes) => {
            receiver.whole(digest, bytes);
        },
        pieces: (digest, pieces) => receiver.pieces(digest, pieces),
        failed: (digest, error) => {
            if ((0,errors/* hasCode */.up)(error, 'NOT_FOUND'))
                gone.set(digest, error);
            else
                receiver.failed(digest, error);
        },
    };
    await deliver(entries, first, options);
    if (gone.size === 0)
        return;
    const moved = await locate(gone, readIndex);
    for (const [digest, error] of gone)
        if (!moved.has(digest))
            receiver.failed(digest, error);
    await deliver(moved.values(), receiver, options);
}
/** Entries of these contents, as an index has them now. */
async function locate(contents, readIndex) {
    const found = new Map();
    const index = await readIndex().catch(() => undefined);
    if (index === undefined)
        return found;
    for (const [, entry] of index.range('')) {
        if (contents.has(entry.digest))
            found.set(entry.digest, entry);
    }
    return found;
}

// EXTERNAL MODULE: ./lib/sync/download.js + 1 modules
var sync_download = __webpack_require__(5244);
// EXTERNAL MODULE: ./lib/store/lineage.js
var store_lineage = __webpack_require__(7456);
// EXTERNAL MODULE: ./lib/store/entry-index.js + 47 modules
var entry_index = __webpack_require__(1912);
;// CONCATENATED MODULE: ./lib/sync/local-changes.js


/** What was changed in a store since it was in step with snapshots. */
class LocalChanges {
    #request;
    /** By their digests; undefined: not known any more. */
    #bases = new Map();
    /** By the base: whether nothing has changed since. */
    #unchanged = new Map();
    /** The last result of {@link LocalChanges.onto}: it is asked for again, and is large. */
    #last;
    constructor(request) {
        this.#request = request;
    }
    /** Everything that the store holds. */
    get whole() {
        return { entries: this.#request.entries, isWhole: true };
    }
    /** Whether nothing has changed since the store was in step with a snapshot. */
    areNoneSince(snapshot) {
        const { entries, lineage } = this.#request;
        const known = lineage.known.find((one) => one.snapshot === snapshot);
        if (known === undefined)
            return false;
        const isUnchanged = this.#unchanged.get(known.base) ?? isEqual(this.#base(known), entries);
        this.#unchanged.set(known.base, isUnchanged);
        return isUnchanged;
    }
    /**
     * What a tag is to hold next that holds a snapshot.
     *
     * @param ref of the tag
     */
    onto({ snapshot, index }, ref) {
        const { entries, lineage } = this.#request;
        const { digest } = snapshot.descriptor;
        const { merged, first } = snapshot.config;
        // All that it holds was here once: what is not here now was deleted.
        const isPast = lineage.seen.includes(digest);
        const known = isPast
            ? undefined
            : (0,store_lineage/* lastInStep */.Oi)(lineage, { snapshot: digest, merged, first, ref });
        const name = `${digest} ${known?.base ?? ''}`;
        if (this.#last?.name === name)
            return this.#last.wanted;
        const base = isPast ? index.entries : known && this.#base(known);
        // A tag that this store was never in step with gets all that it holds; one that was begun anew since then,
        // all that it lacks, and what was changed here.
        const result = base === undefined
            ? entry_index/* Index */.j.merge(new entry_index/* Index */.j(), index.entries, entries, () => this.#load((0,store_lineage/* lastOf */.g1)(lineage, ref)))
            : entry_index/* Index */.j.merge(base, index.entries, entries, () => this.#load(known && (0,store_lineage/* pulledSince */.Tu)(lineage, known)));
        const wanted = { entries: result, isWhole: isEqual(result, entries) };
        this.#last = { name, wanted };
        return wanted;
    }
    /** Whether an entry is as it was when the store was in step with a snapshot. */
    isUnchanged(key, { digest }) {
        return this.#request.lineage.known.some((known) => this.#base(known)?.get(key)?.digest === digest);
    }
    #load(known) {
        return known && this.#base(known);
    }
    #base(known) {
        if (!this.#bases.has(known.base))
            this.#bases.set(known.base, this.#request.base(known));
        return this.#bases.get(known.base);
    }
}
/** Whether they say the same, wherever the contents lie. */
function isEqual(a, b) {
    return a?.hasSameEntries(b, { ignoreLocations: true }) === true;
}

// EXTERNAL MODULE: ./lib/sync/look.js
var sync_look = __webpack_require__(5132);
// EXTERNAL MODULE: ./lib/sync/move-tag.js + 3 modules
var move_tag = __webpack_require__(6679);
// EXTERNAL MODULE: ./lib/sync/snapshot.js + 1 modules
var sync_snapshot = __webpack_require__(6809);
// EXTERNAL MODULE: ./lib/sync/unusable.js
var unusable = __webpack_require__(1776);
;// CONCATENATED MODULE: ./lib/sync/opened-snapshots.js


/** Snapshots of a remote, each with its index, which is read once. */
class OpenedSnapshots {
    #remote;
    #options;
    #all = new Map();
    constructor(remote, options) {
        this.#remote = remote;
        this.#options = options;
    }
    /** In the order in which they were opened. */
    get all() {
        return [...this.#all.values()];
    }
    /** @throws as `readIndex` */
    async open(snapshot) {
        const { digest } = snapshot.descriptor;
        const known = this.#all.get(digest);
        if (known !== undefined)
            return known;
        const carrier = await this.#read(snapshot);
        this.#all.set(digest, carrier);
        return carrier;
    }
    /** Opens what a tag points to if that can be used: it would spare work, and is not needed. */
    async tryTag(tag) {
        await unlessUnusable(async () => {
            const snapshot = await (0,sync_snapshot/* readSnapshot */.RA)(this.#remote, tag, this.#options);
            return snapshot && (await this.open(snapshot));
        });
    }
    /**
     * Reads a snapshot that need not be there any more, nor at any tag, if its index can be built on. It
     * is none of {@link OpenedSnapshots.all}: its packs may be gone.
     */
    async tryCarrier(reference) {
        return unlessUnusable(async () => {
            const snapshot = await (0,sync_snapshot/* readSnapshot */.RA)(this.#remote, reference, this.#options);
            return snapshot && (await this.hasIndex(snapshot)) ? this.#read(snapshot) : undefined;
        });
    }
    /** Whether the remote has what tells of a snapshot's entries, and not this disk alone. */
    async hasIndex({ manifest }) {
        const { signal } = this.#options;
        const blobs = [manifest.config, ...(0,sync_snapshot/* segmentsOf */.OD)({ manifest })];
        const found = await Promise.all(blobs.map(({ digest, size }) => this.#remote.hasBlob(digest, { size, signal })));
        return !found.includes(false);
    }
    async #read(snapshot) {
        return { snapshot, index: await (0,sync_snapshot/* readIndex */.vY)(this.#remote, snapshot, this.#options) };
    }
}
async function unlessUnusable(work) {
    try {
        return await work();
    }
    catch (error) {
        if ((0,unusable/* isUnusable */.Im)(error))
            return undefined;
        throw error;
    }
}

// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/quoted.js
var quoted = __webpack_require__(2767);
// EXTERNAL MODULE: ./lib/sync/place-contents.js + 3 modules
var place_contents = __webpack_require__(5530);
;// CONCATENATED MODULE: ./lib/sync/placement.js





/** Requests at the same time that ask whether a pack is there. */
const LOOKS = 8;
/** Where the contents of a push lie in a remote: each is uploaded once, whichever tags need it. */
class Placement {
    #context;
    /** Where contents lie that were uploaded, or found in a snapshot. */
    #places = new Map();
    /** Packs that the remote has: a tag of it names them, or it was asked. */
    #there = new Set();
    #lost = new Set();
    /** Packs whose contents were put into new ones. */
    #replaced = new Set();
    #hasCompacted = false;
    #trusted = new Set();
    constructor(context) {
        this.#context = context;
    }
    /**
     * Sees to it that the remote has all contents.
     *
     * @param held what the tag holds now
     * @throws NotFoundError where the content of an entry of this store can be had nowhere
     */
    async place(entries, held) {
        await this.#lookForPacks(entries);
        const kept = this.#placed(entries.withoutLocations(({ digest }) => this.#lost.has(digest)));
        await this.#find(kept);
        const placed = this.#leaveOut(this.#placed(kept), held);
        if (held?.index.entries.hasSameEntries(placed.entries) === true)
            return placed;
        await this.#upload(placed.entries);
        const where = { places: this.#places, replaced: this.#replaced };
        return { ...placed, entries: (0,place_contents/* relocate */.s)(placed.entries, where) };
    }
    /**
     * Entries with where their contents lie by now.
     *
     * @param results where they were placed already
     */
    located(entries, results) {
        const isOld = ({ digest }) => this.#lost.has(digest) || this.#replaced.has(digest);
        return entries.withoutLocations(isOld).located((key, { digest }) => {
            const place = this.#places.get(digest);
            if (place !== undefined)
                return place;
            const same = results.map((result) => result.get(key)).find((one) => one?.digest === digest);
            return same?.location;
        });
    }
    /** Entries that lie nowhere, with their places. */
    #placed(entries) {
        return entries.placed(this.#places);
    }
    /** Learns which packs the remote has. */
    async #lookForPacks(entries) {
        const { remote, signal } = this.#context;
        this.#trustOpened();
        const unknown = entries
            .packRefs()
            .filter(({ digest }) => !this.#there.has(digest) && !this.#lost.has(digest));
        await (0,p_map/* default */.Ay)(unknown, async ({ digest, size }) => {
            const isThere = await remote.hasBlob(digest, { size, signal });
            (isThere ? this.#there : this.#lost).add(digest);
        }, { concurrency: LOOKS });
    }
    /** What the manifests of tags name is there, unless the remote has shown that it loses things. */
    #trustOpened() {
        const { asks, opened } = this.#context;
        if (asks)
            return;
        for (const carrier of opened.all) {
            if (this.#trusted.has(carrier))
                continue;
            this.#trusted.add(carrier);
            for (const { digest } of carrier.snapshot.manifest.layers)
                this.#there.add(digest);
        }
    }
    /** Looks for contents in the snapshots that were read, or else in the one at the own tag. */
    async #find(entries) {
        const { opened, ownTag, asks } = this.#context;
        const wanted = new Set();
        for (const [, { digest }] of entries.unlocated())
            wanted.add(digest);
        if (wanted.size === 0)
            return;
        if (opened.all.length === 0 && !asks)
            await opened.tryTag(ownTag);
        this.#trustOpened();
        for (const { index } of opened.all) {
            for (const [, { digest, location }] of index.entries.withContents(wanted)) {
                if (location === undefined || !wanted.has(digest))
                    continue;
                if (!location.frames.every(({ pack }) => this.#there.has(pack.digest)))
                    continue;
                this.#places.set(digest, location);
                wanted.delete(digest);
            }
        }
    }
    /**
     * Takes what the tag holds in the place of what others had made before, and nobody has any more; leaves
     * out what there is nothing for.
     */
    #leaveOut(entries, held) {
        const { remote, source, isOthers, skipsLost, observer } = this.#context;
        const lost = [];
        const newer = [];
        for (const [key, entry] of entries.unlocated()) {
            if (source.has(entry))
                continue;
            const there = held?.index.entries.get(key);
            const isThere = there?.digest === entry.digest;
            if (!isThere && !isOthers(key, entry)) {
                throw new errors/* NotFoundError */.m_(`The content of ${(0,quoted/* quoted */.T)(key)} (${entry.digest}) can be had neither from this disk nor from ${remote.name}.`, { hint: 'Put it again, or delete the entry.' });
            }
            if (there !== undefined && !isThere && this.#has(there))
                newer.push([key, there]);
            else
                lost.push([key, entry.digest]);
        }
        if (lost.length === 0 && newer.length === 0)
            return { entries, leftOut: lost, isSame: true };
        if (lost.length > 0 && !skipsLost)
            throw lostByRemote(remote, keysOf(lost));
        const rest = entries.copy();
        for (const [key, entry] of newer)
            rest.set(key, entry);
        for (const [key] of lost)
            rest.delete(key);
        if (lost.length > 0) {
            observer?.({
                kind: 'warning',
                message: `${lossOf(remote, keysOf(lost))} They are left out.`,
            });
        }
        return { entries: rest, leftOut: lost, isSame: false };
    }
    /** Whether the remote has an entry's content, as far as is known. */
    #has({ location }) {
        return location?.frames.every(({ pack }) => this.#there.has(pack.digest)) === true;
    }
    /** Uploads what lies nowhere; once in a push, packs are chosen that are written anew along with it. */
    async #upload(entries) {
        const { remote, concurrency, observer, source, signal } = this.#context;
        const compacts = !this.#hasCompacted;
        this.#hasCompacted = true;
        const { places, replaced } = await (0,place_contents/* placeContents */.a)(remote, entries, source, {
            ...(concurrency === undefined ? {} : { concurrency }),
            compacts,
            observer,
            signal,
        });
        if (compacts)
            this.#replaced = replaced;
        for (const [digest, location] of places) {
            this.#places.set(digest, location);
            for (const { pack } of location.frames)
                this.#there.add(pack.digest);
        }
    }
}
function lossOf(remote, lost) {
    const count = (0,format/* formatCount */.B4)(lost.length, 'entry', 'entries');
    return `${remote.name} has lost the contents of ${count} that are not on this disk, ${(0,quoted/* quoted */.T)(lost[0] ?? '')} among them.`;
}
function lostByRemote(remote, lost) {
    return new errors/* NotFoundError */.m_(lossOf(remote, lost), {
        hint: 'A push with `repair` from a machine that has them brings them back. Without them: put or delete ' +
            'these entries, or push with `skipLost`, as machines do of which each has what the others have lost.',
    });
}
function keysOf(lost) {
    return lost.map(([key]) => key);
}

;// CONCATENATED MODULE: ./lib/sync/push-attempt.js









/** One attempt to bring a store's changes to tags of a remote. */
class PushAttempt {
    #context;
    #request;
    #opened;
    #changes;
    #placement;
    /** What tags held that are to hold exactly the entries of this store. */
    #common = new Set();
    /** With which the tags began that are not right as they are; undefined: a tag that is new. */
    #firsts = [];
    /** What all of those are to hold. */
    #whole;
    /** By tag: the last one. */
    #results = new Map();
    /** Proposals are made one after another, so that nothing is uploaded twice. */
    #turn = Promise.resolve();
    /** No tag's word is taken for what the remote has. */
    #asks;
    /** Tags whose snapshot could not be read, and is replaced. */
    #damaged = new Set();
    /** The store's entries with where their contents lie, as these results say. */
    #located;
    /** By tag: what was written there, or may have been, each with what it was built on. */
    #written = new Map();
    /** By tag: the snapshot that the store was told of last. */
    #remembered = new Map();
    /** What went wrong while a snapshot was made. */
    #ourErrors = new Set();
    constructor(context, request, { asks }) {
        const { remote, blobs, ownTag, concurrency, observer } = context;
        const { source, options } = request;
        this.#context = context;
        this.#request = request;
        this.#asks = asks;
        this.#opened = new OpenedSnapshots(remote, { blobs, signal: options.signal });
        this.#changes = new LocalChanges(request);
        this.#placement = new Placement({
            remote,
            concurrency,
            observer,
            source,
            opened: this.#opened,
            ownTag,
            asks,
            isOthers: (key, entry) => this.#changes.isUnchanged(key, entry),
            skipsLost: options.skipLost === true,
            signal: options.signal,
        });
    }
    /**
     * Moves the tags.
     *
     * @returns what went wrong with one of them
     */
    async to(tags) {
        const sent = new Map();
        let looks;
        try {
            looks = await Promise.all(tags.map((tag) => this.#look(tag)));
            const moving = looks.filter(({ stays }) => !stays);
            this.#firsts = moving.map(({ seen }) => seen && (0,sync_snapshot/* firstOfTag */.SC)(seen));
            for (const { tag, seen } of looks)
                if (seen !== undefined)
                    await this.#addCommon(tag, seen);
        }
        catch (error) {
            return { error, isOurs: true };
        }
        const ends = await Promise.allSettled(looks.map((look) => this.#move(look, sent)));
        const failed = ends.find((end) => end.status === 'rejected');
        const error = failed?.reason;
        return failed && { error, isOurs: this.#ourErrors.has(error) };
    }
    /** Where a tag points; what it points to is read only where that is not what this store holds. */
    async #look(tag) {
        const { remote, blobs } = this.#context;
        const { signal } = this.#request.options;
        const asks = this.#asks;
        const stays = (at) => !asks && this.#changes.areNoneSince(at);
        const options = { blobs, signal, asks, stays };
        const { repair = false } = this.#request.options;
        const { at, seen, damage } = repair
            ? await (0,sync_look/* lookForRepair */.G_)(remote, tag, options, unusable/* isDamaged */.sR)
            : await this.#lookUnlessDamaged(tag, options);
        if (damage !== undefined)
            this.#replace(tag, damage);
        const isRight = at !== undefined && seen === undefined && damage === undefined;
        return { tag, at, seen, stays: isRight };
    }
    async #lookUnlessDamaged(tag, options) {
        const { remote } = this.#context;
        const look = await this.#readable(tag, () => (0,sync_look/* lookAtTag */.P$)(remote, tag, options));
        return look ?? { at: undefined, seen: undefined };
    }
    /** A repair replaces what cannot be read, twice in a row; else the error says that there is one. */
    async #readable(tag, read) {
        try {
            return await (0,sync_look/* twice */.P4)(read, unusable/* isDamaged */.sR);
        }
        catch (error) {
            if (!(0,unusable/* isDamaged */.sR)(error))
                throw error;
            const { options } = this.#request;
            if (options.repair !== true) {
                if ((0,unusable/* isNoRegistry */.Zi)(error))
                    throw error;
                const hint = 'A push with `repair` replaces it by what this store holds.';
                throw (0,unusable/* unreadable */.O$)(this.#refOf(tag), error, hint);
            }
            this.#replace(tag, error);
            return undefined;
        }
    }
    #replace(tag, damage) {
        this.#damaged.add(tag);
        const { observer } = this.#context;
        const message = `What ${this.#refOf(tag)} points to cannot be read, and is replaced: ${(0,errors/* messageOf */.bD)(damage)}`;
        observer?.({ kind: 'warning', message });
    }
    async #move(first, sent) {
        const { tag } = first;
        if (first.stays)
            return;
        const { remote, blobs, windowMs } = this.#context;
        const { soleWriter, repair, signal } = this.#request.options;
        const propose = (seen) => this.#inTurn(() => this.#propose(tag, seen));
        const moved = await (0,move_tag/* moveTag */.m)(remote, tag, propose, {
            blobs,
            first,
            sent,
            soleWriter,
            windowMs,
            signal,
            onWriting: ({ descriptor, config }) => this.#inTurn(() => this.#remember(tag, { snapshot: descriptor.digest, config }, true)),
            ...(repair === true ? { replaces: unusable/* isDamaged */.sR } : {}),
        });
        const { snapshot, config } = moved;
        // It was right as it was, or the registry wanted it in another form.
        if (snapshot === undefined || config === undefined)
            return;
        if (this.#remembered.get(tag) !== snapshot) {
            await this.#inTurn(() => this.#remember(tag, { snapshot, config }, false));
        }
        else {
            this.#request.written({ snapshot, ref: this.#refOf(tag) });
        }
    }
    /** Has the store remember what a tag is about to point to, or points to. */
    async #remember(tag, { snapshot, config: { merged, first } }, isPending) {
        const result = this.#results.get(tag);
        if (result === undefined)
            return;
        this.#remembered.set(tag, snapshot);
        this.#written.set(tag, [{ snapshot, on: merged[0] }, ...(this.#written.get(tag) ?? [])]);
        const { entries, isWhole } = result;
        const { remember, entries: own } = this.#request;
        const results = new Set([...this.#results.values()].map((one) => one.entries));
        // Tags that are to hold the same have it from the same: it is large.
        if (this.#located === undefined || !isSubset(results, this.#located.results)) {
            const located = this.#placement.located(own, [...results]);
            const leftOut = [...this.#results.values()].flatMap((one) => one.leftOut);
            for (const [key, digest] of leftOut) {
                if (located.get(key)?.digest === digest)
                    located.delete(key);
            }
            this.#located = { located, leftOut, results };
        }
        const { located, leftOut } = this.#located;
        // What another tag has lost is given up here, and yet was not deleted.
        const hasAll = isWhole && located.size === own.size;
        const how = { isWhole: hasAll, isPulled: false, isPending };
        await remember({
            located,
            step: { snapshot, merged, first, ref: this.#refOf(tag), ...how },
            entries,
            beginsAnew: this.#beginsAnew(tag, result),
            leftOut,
        });
    }
    async #inTurn(work) {
        const mine = this.#turn.then(work);
        this.#turn = mine.catch((error) => this.#ourErrors.add(error));
        return mine;
    }
    /**
     * Tags that are to hold the same go on from all that any of them holds, so that they get the very same
     * snapshot: whoever pulls one of them knows the others.
     */
    async #addCommon(tag, seen) {
        const held = await this.#readable(tag, () => this.#opened.open(seen));
        if (held !== undefined && this.#changes.onto(held, this.#refOf(tag)).isWhole) {
            this.#common.add(held);
        }
    }
    /** What a tag is to point to next; undefined: what it points to is right. */
    async #propose(tag, seen) {
        const held = seen && (await this.#readable(tag, () => this.#opened.open(seen)));
        const wanted = held ? this.#changes.onto(held, this.#refOf(tag)) : this.#changes.whole;
        const result = await this.#place(wanted, held);
        this.#results.set(tag, result);
        if (held !== undefined && (await this.#isUpToDate(held, result)))
            return undefined;
        return this.#draft(tag, result, held);
    }
    /**
     * Tags that are to hold exactly this store's entries name the same packs, though what they held until
     * now may have named others: only then is it the same snapshot.
     */
    async #place(wanted, held) {
        if (wanted.isWhole && this.#whole !== undefined)
            return this.#whole;
        const { entries, leftOut, isSame } = await this.#placement.place(wanted.entries, held);
        const result = { entries, isWhole: wanted.isWhole && isSame, leftOut };
        if (result.isWhole)
            this.#whole = result;
        return result;
    }
    /** Whether a tag may stay at what it points to. */
    async #isUpToDate({ snapshot, index }, { entries }) {
        if (!this.#asks)
            return index.entries.hasSameEntries(entries, { ignoreLocations: true });
        return index.entries.hasSameEntries(entries) && (await this.#opened.hasIndex(snapshot));
    }
    async #draft(tag, result, held) {
        const { entries, isWhole } = result;
        if (isWhole && held !== undefined)
            this.#common.add(held);
        const before = isWhole ? [...this.#common] : held === undefined ? [] : [held];
        const snapshots = before.map(({ snapshot }) => snapshot);
        const subtrees = snapshots.flatMap(({ config }) => config.subtrees);
        return {
            entries,
            // They say what digest their entries had: where those have changed, readers do without them.
            subtrees: [...new Map(subtrees.toReversed().map((one) => [one.name, one])).values()],
            prefixes: [],
            annotations: {},
            carrier: this.#asks ? undefined : (before[0] ?? (await this.#anyCarrier())),
            ...(this.#beginsAnew(tag, result)
                ? {}
                : {
                    merged: this.#withOwn(tag, (0,sync_snapshot/* ancestorsOf */.Gw)(snapshots, this.#request.lineage.seen)),
                    first: this.#firstOf(held, result),
                }),
        };
    }
    /**
     * With which a tag began. Where several get the very same snapshot, and have not begun with the same, or one of
     * them is new, they begin with this one.
     */
    #firstOf(held, { isWhole }) {
        const first = held && (0,sync_snapshot/* firstOfTag */.SC)(held.snapshot);
        return isWhole && this.#firsts.some((other) => other !== first) ? undefined : first;
    }
    /**
     * What a snapshot goes on from, with what this push has written to the tag before: others have overwritten it, and
     * somebody may have pulled it in between. All of it is in what is built on the same and on theirs.
     */
    #withOwn(tag, merged) {
        const named = new Set(merged);
        const own = (this.#written.get(tag) ?? [])
            .filter(({ on }) => on === undefined || named.has(on))
            .map(({ snapshot }) => snapshot);
        const [held, rest] = [merged.slice(0, 1), merged.slice(1)];
        return [...new Set([...held, ...own, ...rest])].slice(0, store_lineage/* MAX_ANCESTORS */.ue);
    }
    /** Who still has what was left out, or what could not be read, is not to take that for a deletion. */
    #beginsAnew(tag, { leftOut }) {
        return leftOut.length > 0 || this.#damaged.has(tag);
    }
    /** A snapshot that has much in common with a new one: what another tag has, or what was pushed last. */
    async #anyCarrier() {
        const [known] = this.#request.lineage.known;
        return this.#opened.all.at(-1) ?? (known && (await this.#opened.tryCarrier(known.snapshot)));
    }
    #refOf(tag) {
        return `${this.#context.remote.name}:${tag}`;
    }
}
function isSubset(some, all) {
    return [...some].every((one) => all.has(one));
}

;// CONCATENATED MODULE: ./lib/sync/push.js


/**
 * Brings a store's changes to tags of a remote.
 *
 * Where the remote refuses a snapshot since it has lost something that its own tags name, it is asked
 * for everything that the snapshot needs, and what is on this disk is uploaded again.
 *
 * @throws what went wrong with one of the tags; others may have been moved
 */
async function push(context, request, tags) {
    const asks = request.options.repair === true;
    const failure = await new PushAttempt(context, request, { asks }).to(tags);
    if (failure === undefined)
        return;
    if (failure.isOurs || !(0,errors/* hasCode */.up)(failure.error, 'NOT_FOUND'))
        throw failure.error;
    const again = await new PushAttempt(context, request, { asks: true }).to(tags);
    if (again !== undefined)
        throw again.error;
}

;// CONCATENATED MODULE: ./lib/sync/upstream.js






/** Codes of errors that a remote may be the wrong one for. */
const OF_REMOTES = [
    'UNREACHABLE',
    'UNAUTHORIZED',
    'DENIED',
    'NOT_FOUND',
    'NOT_A_SNAPSHOT',
    'REMOTE',
    'TIMEOUT',
];
/** Whether an error may come from a remote that is not the one that was meant. */
function isOfRemote(error) {
    return error instanceof errors/* CafsError */.u && OF_REMOTES.includes(error.code);
}
/** One tag of a remote, as a store pushes to it and pulls from it. */
class TagUpstream {
    #remote;
    #tag;
    #options;
    constructor(remote, tag, options) {
        this.#remote = remote;
        this.#tag = tag;
        this.#options = options;
    }
    get ref() {
        return `${this.#remote.name}:${this.#tag}`;
    }
    deliver(entries, receiver, options = {}) {
        const { concurrency, observer } = this.#options;
        const defaults = {
            ...(concurrency === undefined ? {} : { concurrency }),
            ...(observer === undefined ? {} : { observer }),
        };
        const readIndex = () => this.#readIndex(options.signal);
        const download = (0,sync_download/* downloadsFrom */.E)(this.#remote);
        return deliverAnew(download, entries, receiver, { ...defaults, ...options, readIndex });
    }
    async push(request) {
        const { tags } = request;
        const targets = tags.length === 0 ? [this.#tag] : [...new Set(tags.map(reference/* parseTag */.ED))];
        const context = { ...this.#options, remote: this.#remote, ownTag: this.#tag };
        await this.#hinting(() => push(context, request, targets));
    }
    pull(seen, signal) {
        return this.#hinting(() => this.#pull(seen, signal));
    }
    async #pull(seen, signal) {
        const { blobs } = this.#options;
        const at = await this.#remote.resolve(this.#tag, { signal });
        if (at === undefined)
            return 'absent';
        if (seen.includes(at.digest))
            return 'seen';
        const options = { blobs, signal };
        const snapshot = await (0,sync_snapshot/* readSnapshot */.RA)(this.#remote, this.#tag, { at: at.digest, ...options });
        if (snapshot === undefined)
            return 'absent';
        const { entries } = await (0,sync_snapshot/* readIndex */.vY)(this.#remote, snapshot, options);
        const { merged, first } = snapshot.config;
        const { digest } = snapshot.descriptor;
        const how = { isWhole: true, isPulled: true, isPending: false };
        return { snapshot: digest, merged, first, ref: this.ref, ...how, entries };
    }
    async #hinting(work) {
        try {
            return await work();
        }
        catch (error) {
            const { hint } = this.#options;
            if (hint === undefined || !isOfRemote(error))
                throw error;
            const both = error.hint === undefined ? hint : `${error.hint} ${hint}`;
            const options = { hint: both, cause: error };
            if (error instanceof errors/* NotFoundError */.m_)
                throw new errors/* NotFoundError */.m_(error.message, options);
            throw new errors/* CafsError */.u(error.code, error.message, options);
        }
    }
    async #readIndex(signal) {
        const options = { blobs: this.#options.blobs, signal };
        const snapshot = await (0,sync_snapshot/* readSnapshot */.RA)(this.#remote, this.#tag, options);
        return snapshot && (await (0,sync_snapshot/* readIndex */.vY)(this.#remote, snapshot, options)).entries;
    }
    close() {
        return this.#remote.close();
    }
}


/***/ }),

/***/ 3055:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ verifySnapshot)
/* harmony export */ });
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _store_entry_index_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1912);
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1437);
/* harmony import */ var _download_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5244);
/* harmony import */ var _lost_blobs_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8800);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6809);
/* harmony import */ var _unusable_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1776);








/**
 * Looks whether a remote has all of a snapshot: every blob with its size, and a config and an index that are
 * what the manifest says; with `contents`, that each entry's content comes with its digest. Nothing of this
 * machine's disk is used in its place.
 *
 * @returns undefined where there is no such tag
 * @throws NotFoundError where the tag's manifest is gone; CafsError `NOT_A_SNAPSHOT`, `UNSUPPORTED_VERSION`,
 *   `MALFORMED` and `INTEGRITY` for the manifest; the remote's own errors
 */
async function verifySnapshot(remote, tag, options = {}) {
    const { contents = false, signal } = options;
    const fetched = await remote.getManifest(tag, { signal });
    if (fetched === undefined) {
        const at = await remote.resolve(tag, { signal });
        if (at === undefined)
            return undefined;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .NotFoundError */ .m_(`${remote.name} has lost the manifest ${at.digest} of ${tag}.`);
    }
    const manifest = await (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .readManifest */ .WI)(remote, fetched, tag, { signal });
    const blobs = new Map([manifest.config, ...manifest.layers].map((blob) => [blob.digest, blob]));
    const lost = await (0,_lost_blobs_js__WEBPACK_IMPORTED_MODULE_7__/* .findLostBlobs */ .i)(remote, [manifest], { signal });
    const { index, faults } = await readDescription(remote, manifest, lost, { signal });
    const hit = keysByPack(index, lost);
    for (const digest of lost) {
        if (partOf(manifest, digest) !== 'pack')
            continue;
        const message = `There is no blob ${digest} of ${String(blobs.get(digest)?.size)} bytes.`;
        faults.push({
            kind: 'missing',
            part: 'pack',
            blobs: [digest],
            message,
            keys: hit.get(digest) ?? [],
        });
    }
    if (contents && index !== undefined) {
        faults.push(...(await readContents(remote, index, lost, options)));
    }
    return {
        digest: fetched.descriptor.digest,
        blobs: blobs.size,
        bytes: [...blobs.values()].reduce((sum, { size }) => sum + size, 0),
        entries: index?.size,
        faults,
    };
}
/** What a blob of a snapshot is. */
function partOf(manifest, digest) {
    if (manifest.config.digest === digest)
        return 'config';
    return (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .segmentsOf */ .OD)({ manifest }).some((segment) => segment.digest === digest) ? 'index' : 'pack';
}
/** Reads the config and the index, which are small. */
async function readDescription(remote, manifest, lost, options) {
    const faults = [];
    const attempt = async (part, { digest }, work) => {
        try {
            return await work();
        }
        catch (error) {
            if (!(0,_unusable_js__WEBPACK_IMPORTED_MODULE_6__/* .isDamaged */ .sR)(error))
                throw error;
            const kind = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .hasCode */ .up)(error, 'NOT_FOUND') ? 'missing' : 'damaged';
            faults.push({ kind, part, blobs: [digest], message: (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error), keys: [] });
            return undefined;
        }
    };
    const fetch = (blob) => {
        if (!lost.has(blob.digest))
            return remote.getBlob(blob, options);
        const size = String(blob.size);
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .NotFoundError */ .m_(`There is no blob ${blob.digest} of ${size} bytes.`);
    };
    const config = await attempt('config', manifest.config, async () => (0,_config_js__WEBPACK_IMPORTED_MODULE_3__/* .decodeConfig */ .Fu)(await fetch(manifest.config)));
    const [base, ...changes] = (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .segmentsOf */ .OD)({ manifest });
    let index = await attempt('index', base, async () => _store_entry_index_js__WEBPACK_IMPORTED_MODULE_2__/* .Index */ .j.decode(await fetch(base)));
    for (const segment of changes) {
        const applied = await attempt('index', segment, async () => {
            const bytes = await fetch(segment);
            index?.applySegment(bytes);
            return true;
        });
        if (applied === undefined)
            index = undefined;
    }
    if (config !== undefined && index !== undefined) {
        const whole = index;
        const isRight = await attempt('index', base, () => {
            (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .checkIndex */ .JM)({ manifest, config }, whole);
            return true;
        });
        if (isRight === undefined)
            index = undefined;
    }
    return { index, faults };
}
function packsOf({ location }) {
    return [...new Set(location?.frames.map(({ pack }) => pack.digest))];
}
/** The keys of entries that lie in these packs. */
function keysByPack(index, packs) {
    const keys = new Map();
    if (index === undefined || packs.size === 0)
        return keys;
    for (const [key, entry] of index.range('')) {
        for (const pack of packsOf(entry)) {
            if (!packs.has(pack))
                continue;
            const known = keys.get(pack);
            if (known === undefined)
                keys.set(pack, [key]);
            else
                known.push(key);
        }
    }
    return keys;
}
/** Reads all contents whose packs are there, and hashes them. */
async function readContents(remote, index, lost, { observer, signal }) {
    const failures = new Map();
    const receiver = {
        // It has been hashed already.
        whole: () => undefined,
        pieces: (digest, pieces) => assertDigest(digest, pieces()),
        failed: (digest, error) => void failures.set(digest, error),
    };
    const entries = [...index.range('')].filter(([, entry]) => !packsOf(entry).some((pack) => lost.has(pack)));
    const how = { signal, ...(observer === undefined ? {} : { observer }) };
    await (0,_download_js__WEBPACK_IMPORTED_MODULE_4__/* .downloadContents */ .$)(remote, entries.map(([, entry]) => entry), receiver, how);
    const faults = new Map();
    for (const [key, entry] of entries) {
        const error = failures.get(entry.digest);
        if (error === undefined)
            continue;
        if (!(0,_unusable_js__WEBPACK_IMPORTED_MODULE_6__/* .isLost */ .JD)(error))
            throw error;
        const blobs = packsOf(entry);
        const kind = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .hasCode */ .up)(error, 'NOT_FOUND') ? 'missing' : 'damaged';
        const fault = faults.get(`${kind} ${blobs.join()}`) ?? {
            kind,
            part: 'pack',
            blobs,
            message: (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error),
            keys: [],
        };
        fault.keys.push(key);
        faults.set(`${kind} ${blobs.join()}`, fault);
    }
    return [...faults.values()];
}
async function assertDigest(digest, pieces) {
    const digester = new _digest_js__WEBPACK_IMPORTED_MODULE_0__/* .Digester */ .Y8();
    for await (const piece of pieces)
        digester.update(piece);
    const found = digester.digest();
    if (found !== digest)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .IntegrityError */ .cs(`The bytes for ${digest} have the digest ${found}.`);
}


/***/ }),

/***/ 7146:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GG: () => (/* binding */ childOf),
/* harmony export */   gN: () => (/* binding */ parentOf),
/* harmony export */   tc: () => (/* binding */ addWithParents)
/* harmony export */ });
/** The folder that a path lies in; empty for the base itself. */
function parentOf(path) {
    return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
/** The path of a name in a folder, or in the base itself when that is empty. */
function childOf(folder, name) {
    return folder === '' ? name : `${folder}/${name}`;
}
/**
 * Adds a folder and all above it but for the base itself.
 *
 * @param folders what this function made: a folder in it has those above it there, too
 */
function addWithParents(folders, folder) {
    for (let next = folder; next !== '' && !folders.has(next); next = parentOf(next)) {
        folders.add(next);
    }
}


/***/ }),

/***/ 8723:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ placeOf),
/* harmony export */   KU: () => (/* binding */ isGits),
/* harmony export */   d7: () => (/* binding */ isNobodys),
/* harmony export */   ij: () => (/* binding */ isLeftover),
/* harmony export */   x0: () => (/* binding */ entriesByPath)
/* harmony export */ });
/* unused harmony exports isIn, holdsEntry */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _meta_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2271);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2940);



/**
 * Reads an entry's key and metadata, which come from outside.
 *
 * @throws CafsError `MALFORMED`, or `CONTAINMENT` for a path that would leave its root
 */
function placeOf(key, { meta }) {
    const parsed = (0,_meta_js__WEBPACK_IMPORTED_MODULE_1__/* .parseFileMeta */ .f)(meta);
    return { ...(0,_paths_js__WEBPACK_IMPORTED_MODULE_2__/* .pathOf */ .XM)(key, parsed), meta: parsed };
}
/** Whether something lies in an area. */
function isIn(area, { root, path, meta }) {
    const kind = meta.kind ?? 'file';
    return root === area.root && area.select(path, kind);
}
/** Whether an entry lies in an area. */
function holdsEntry(area, [key, entry]) {
    return isIn(area, placeOf(key, entry));
}
/**
 * Entries below the root of an area, by path.
 *
 * @throws CafsError `CONTAINMENT` for one that lies elsewhere, or as {@link placeOf}
 */
function entriesByPath(area, entries) {
    const byPath = new Map();
    for (const [key, entry] of entries) {
        const { root, path, meta } = placeOf(key, entry);
        if (root !== area.root) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('CONTAINMENT', `The entry ${JSON.stringify(key)} lies outside the named outputs.`);
        }
        byPath.set(path, { ...entry, meta });
    }
    return byPath;
}
/** Whether a path is nobody's to save or restore: {@link isGits}, {@link isLeftover}. */
function isNobodys(path) {
    return isGits(path) || isLeftover(path);
}
/** Whether a path is git's own, `.git`, which holds credentials; in any case, as a disk may ignore it. */
function isGits(path) {
    return /(?:^|\/)\.git(?:\/|$)/i.test(path);
}
/** Whether a path is what a restore left behind that was killed. */
function isLeftover(path) {
    return /(?:^|\/)\.cafs-[0-9a-f]{16}\.tmp(?:\/|$)/i.test(path);
}


/***/ }),

/***/ 6984:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ requireContained)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3879);


/** Names that Windows takes for devices, in any folder and with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\.|$)/i;
/** Separators, streams and drives (`:`), wildcards and quotes: no name may hold them there. */
const WINDOWS_FORBIDDEN = '\\:*?"<>|';
/**
 * Checks a path from outside, before any file system call: it must be a normal POSIX path that
 * stays below the folder it is relative to. Symlinks are another matter: see `ParentGuard`.
 *
 * @param platform whose file names count
 * @throws CafsError `CONTAINMENT`, with the path and the rule that it breaks
 */
function requireContained(path, platform = process.platform) {
    const reason = reasonAgainst(path, platform);
    if (reason === undefined)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('CONTAINMENT', `The path ${(0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .showPath */ .P8)(path)} is refused: ${reason}.`);
}
function reasonAgainst(path, platform) {
    if (path === '')
        return 'it is empty';
    if (path.startsWith('/'))
        return 'it is absolute';
    if (path.includes('\0'))
        return 'it holds a NUL';
    if (!path.isWellFormed()) {
        if (!(0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .isCanonical */ .ZY)(path))
            return 'it is not valid Unicode';
        if (!(0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .takesAnyBytes */ .cI)(platform))
            return 'it is not valid Unicode, and this system has no other names';
    }
    for (const component of path.split('/')) {
        if (component === '')
            return 'it holds an empty component';
        if (component === '.' || component === '..')
            return `it holds the component "${component}"`;
        const reason = platform === 'win32' ? windowsReasonAgainst(component) : undefined;
        if (reason !== undefined)
            return reason;
    }
    return undefined;
}
function windowsReasonAgainst(component) {
    const forbidden = Array.from(component).find((c) => c < ' ' || WINDOWS_FORBIDDEN.includes(c));
    if (forbidden !== undefined)
        return `Windows allows no ${JSON.stringify(forbidden)} in a name`;
    if (WINDOWS_DEVICE.test(component))
        return `${JSON.stringify(component)} is a device on Windows`;
    return /[. ]$/.test(component) ? 'Windows drops dots and spaces at the end of a name' : undefined;
}


/***/ }),

/***/ 8861:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ hashFile)
/* harmony export */ });
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _read_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3878);



/**
 * Hashes a file in bounded memory. One that changes while it is read is read once more.
 *
 * @param read what reads a file's bytes
 * @throws CafsError `CHANGED` when it changed again, or is gone; `INVALID_INPUT` when it may not be
 *   read
 */
function hashFile(file, read = _read_js__WEBPACK_IMPORTED_MODULE_2__/* .readFileChunks */ .Ng) {
    return retryChanged(() => {
        const digester = new _digest_js__WEBPACK_IMPORTED_MODULE_0__/* .Digester */ .Y8();
        const chunks = read(file);
        let next = chunks.next();
        for (; !next.done; next = chunks.next())
            digester.update(next.value);
        return { digest: digester.digest(), size: digester.size, stats: next.value };
    });
}
/** Reads once more what changed while it was read. */
function retryChanged(read) {
    try {
        return read();
    }
    catch (error) {
        if (!(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .hasCode */ .up)(error, 'CHANGED'))
            throw error;
        return read();
    }
}


/***/ }),

/***/ 2271:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ kindOf),
/* harmony export */   LU: () => (/* binding */ readWantedMeta),
/* harmony export */   _E: () => (/* binding */ USUAL_FOLDER_MODE),
/* harmony export */   f: () => (/* binding */ parseFileMeta),
/* harmony export */   g9: () => (/* binding */ hasSameAttributes),
/* harmony export */   ge: () => (/* binding */ fileMetaFrom)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);


/** The mode of a folder that needs no entry of its own, as long as something lies in it. */
const USUAL_FOLDER_MODE = 0o755;
/** The furthest from 1970 that a `Date` reaches, in milliseconds. */
const MAX_TIME_MS = 8.64e15;
/** What a file system object is, or undefined for sockets, pipes and devices. */
function kindOf(stats) {
    if (stats.isFile())
        return 'file';
    if (stats.isSymbolicLink())
        return 'symlink';
    return stats.isDirectory() ? 'folder' : undefined;
}
/**
 * Metadata from what `lstat` gave.
 *
 * Modes are made equal where they mean nothing, so that the same tree gives the same metadata
 * everywhere: a symlink's is 0o777, and Windows knows no more than read-only files.
 *
 * @example
 * await store.put(key, { file }, { meta: fileMetaFrom(lstatSync(file)) });
 */
function fileMetaFrom(stats, platform = process.platform) {
    const kind = kindOf(stats) ?? 'file';
    const mtimeMs = microsecondsOf(stats) / 1000;
    if (kind === 'symlink')
        return { kind, mode: 0o777, mtimeMs };
    const mode = platform === 'win32' ? windowsMode(stats, kind) : Number(stats.mode) & 0o777;
    return kind === 'file' ? { mode, mtimeMs } : { kind, mode, mtimeMs };
}
/** Whether an entry's metadata has this kind and mode: all but the time, which no content depends on. */
function hasSameAttributes(meta, { kind, mode }) {
    if (typeof meta !== 'object' || meta === null)
        return false;
    const other = meta;
    return other['kind'] === kind && other['mode'] === mode;
}
/** The modification time in whole microseconds since 1970. */
function microsecondsOf(stats) {
    if ('mtimeNs' in stats) {
        const nanoseconds = stats.mtimeNs + 500n;
        const microseconds = Number(nanoseconds / 1000n);
        // Division of a time before 1970 rounds up.
        return nanoseconds % 1000n < 0n ? microseconds - 1 : microseconds;
    }
    // The fraction is rounded alone: the product of all of it is not exact.
    const whole = Math.floor(stats.mtimeMs);
    return whole * 1000 + Math.round((stats.mtimeMs - whole) * 1000);
}
function windowsMode(stats, kind) {
    if (kind === 'folder')
        return USUAL_FOLDER_MODE;
    return (Number(stats.mode) & 0o200) === 0 ? 0o444 : 0o644;
}
/**
 * Checks metadata that came from outside. Members that are not known here are left out.
 *
 * @throws CafsError `MALFORMED`
 */
function parseFileMeta(value) {
    if (typeof value !== 'object' || value === null)
        throw malformed('it is no object', value);
    const { kind, mode, mtimeMs, path } = value;
    if (kind !== undefined && kind !== 'symlink' && kind !== 'folder') {
        throw malformed('"kind" must be "symlink", "folder" or absent', kind);
    }
    if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > 0o777) {
        throw malformed('"mode" must be a whole number from 0 to 511', mode);
    }
    if (typeof mtimeMs !== 'number' || !(Math.abs(mtimeMs) <= MAX_TIME_MS)) {
        throw malformed('"mtimeMs" must be milliseconds since 1970', mtimeMs);
    }
    if (path !== undefined && typeof path !== 'string') {
        throw malformed('"path" must be text or absent', path);
    }
    // In the order of `fileMetaFrom`: equal metadata must be equal JSON, wherever it came from.
    return {
        ...(kind === undefined ? {} : { kind }),
        mode,
        mtimeMs,
        ...(path === undefined ? {} : { path }),
    };
}
/** The mode of an entry that says nothing of one. */
const PLAIN_MODE = 0o644;
/**
 * What an entry is to be on disk that may have been put by hand: a regular file with mode 0644 and
 * the time of writing, where its metadata says nothing else. Metadata of another kind is let be.
 *
 * @throws CafsError `MALFORMED` for a mode, or a time, that is none
 */
function readWantedMeta(value) {
    const given = typeof value === 'object' && value !== null ? value : {};
    const hasTime = 'mtimeMs' in given;
    if (!hasTime && !('mode' in given))
        return { mode: PLAIN_MODE };
    const { mtimeMs, ...meta } = parseFileMeta({ mode: PLAIN_MODE, mtimeMs: 0, ...given });
    return hasTime ? { ...meta, mtimeMs } : meta;
}
function malformed(rule, value) {
    const shown = (0,node_util__WEBPACK_IMPORTED_MODULE_0__.inspect)(value).slice(0, 100);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `Metadata of a file is malformed: ${rule}, not ${shown}.`);
}


/***/ }),

/***/ 3469:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  D: () => (/* binding */ BLOCKED_HINT),
  U: () => (/* binding */ ParentGuard)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/names.js
var names = __webpack_require__(3879);
// EXTERNAL MODULE: ./lib/tree/ancestors.js
var ancestors = __webpack_require__(7146);
// EXTERNAL MODULE: ./lib/tree/contain.js
var contain = __webpack_require__(6984);
;// CONCATENATED MODULE: ./lib/tree/folder-locks.js


const OWNER_WRITE_AND_ENTER = 0o300;
/**
 * Opens folders that are read-only, for as long as something below them is being written.
 *
 * Remembers the modes, so that they can be put back: see {@link FolderLocks.openedMode}.
 */
class FolderLocks {
    #fileAt;
    #mayOpen;
    #modes = new Map();
    #own = new Set();
    /**
     * @param fileAt the absolute path of a folder
     * @param mayOpen whether this folder's mode may be touched
     */
    constructor(fileAt, mayOpen) {
        this.#fileAt = fileAt;
        this.#mayOpen = mayOpen;
    }
    /** A folder is ours to remove: it and what is below it may be opened. */
    own(folder) {
        this.#own.add(folder);
    }
    /** Does something in a folder; when the folder forbids it, opens the folder and tries again. */
    attempt(folder, operation) {
        try {
            return operation();
        }
        catch (error) {
            if ((0,errors/* systemCode */.xU)(error) !== 'EACCES' || !this.#open(folder))
                throw error;
            return operation();
        }
    }
    /** The folders that were opened. */
    opened() {
        return this.#modes.keys();
    }
    /** The mode that a folder had before it was opened. */
    openedMode(folder) {
        return this.#modes.get(folder);
    }
    /** The folder is gone, or has its mode back. */
    forget(folder) {
        this.#modes.delete(folder);
    }
    #open(folder) {
        if (folder === '' || !(this.#mayOpen(folder) || this.#isOwn(folder)))
            return false;
        const file = this.#fileAt(folder);
        const stats = (0,external_node_fs_.lstatSync)(file);
        const mode = stats.mode & 0o777;
        if (!stats.isDirectory() || (mode & OWNER_WRITE_AND_ENTER) === OWNER_WRITE_AND_ENTER) {
            return false;
        }
        (0,external_node_fs_.chmodSync)(file, mode | 0o700);
        this.#modes.set(folder, mode);
        return true;
    }
    #isOwn(folder) {
        return [...this.#own].some((own) => folder === own || folder.startsWith(`${own}/`));
    }
}

// EXTERNAL MODULE: ./lib/tree/meta.js
var meta = __webpack_require__(2271);
;// CONCATENATED MODULE: ./lib/tree/parent-guard.js








/**
 * Makes sure that a path below a base folder leads through real folders only, never through a
 * symlink: what comes from a snapshot must not choose where it is written.
 *
 * What was verified is not looked at again until it is forgotten. This guards against hostile
 * snapshots and against what lies on disk, not against another process of the same user that swaps
 * folders while this one writes: that process could write there itself.
 */
class ParentGuard {
    /** Opens read-only folders on the way. */
    locks;
    #start;
    #platform;
    #verified = new Set();
    #made = new Set();
    /**
     * @param base an existing folder; symlinks in its own path are followed, once, here
     * @throws CafsError `INVALID_INPUT` when it does not exist
     */
    constructor(base, { mayOpen = () => false, platform } = {}) {
        const real = realBase(base);
        this.#start = real.endsWith('/') ? real : `${real}/`;
        this.#platform = platform ?? process.platform;
        this.locks = new FolderLocks((folder) => this.fileAt(folder), mayOpen);
    }
    /** The absolute path of something below the base. Checks nothing. */
    absolute(path) {
        return this.#start + path;
    }
    /** The same for system calls. */
    fileAt(path) {
        return (0,names/* encodePath */.O0)(this.absolute(path));
    }
    /**
     * Looks at the folders above a path, and creates nothing.
     *
     * @throws CafsError `CONTAINMENT` for a path that {@link requireContained} refuses
     */
    examine(path) {
        (0,contain/* requireContained */.t)(path, this.#platform);
        if (this.#verified.has((0,ancestors/* parentOf */.gN)(path)))
            return { state: 'real' };
        for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
            const folder = path.slice(0, end);
            if (this.#verified.has(folder))
                continue;
            const found = this.#look(folder);
            if (found.state !== 'real')
                return found;
            this.#verified.add(folder);
        }
        return { state: 'real' };
    }
    /**
     * Whether the folders above a path are there.
     *
     * @throws CafsError `CONTAINMENT` when something else is in a folder's place
     */
    check(path) {
        const parents = this.examine(path);
        if (parents.state === 'blocked')
            throw blocked(path, parents);
        return parents.state === 'real';
    }
    /**
     * Makes sure that the folders above a path are there, and creates those that are missing.
     *
     * @throws CafsError `CONTAINMENT` when something else is in a folder's place
     */
    ensure(path) {
        for (;;) {
            const parents = this.examine(path);
            if (parents.state === 'real')
                return;
            if (parents.state === 'blocked')
                throw blocked(path, parents);
            this.makeFolder(parents.folder);
        }
    }
    /** Makes one folder, in a parent that has been verified. One that is there already is no error. */
    makeFolder(folder) {
        const file = this.fileAt(folder);
        this.locks.attempt((0,ancestors/* parentOf */.gN)(folder), () => {
            try {
                (0,external_node_fs_.mkdirSync)(file);
            }
            catch (error) {
                if ((0,errors/* systemCode */.xU)(error) === 'EEXIST')
                    return;
                throw error;
            }
            this.#made.add(folder);
            // Whatever the umask: a folder without an entry of its own had this mode.
            (0,external_node_fs_.chmodSync)(file, meta/* USUAL_FOLDER_MODE */._E);
        });
    }
    /** The folders that were made here. */
    get made() {
        return this.#made;
    }
    /** A folder is no longer there: it and what is below it must be looked at again. */
    forget(folder) {
        const below = `${folder}/`;
        for (const verified of this.#verified) {
            if (verified === folder || verified.startsWith(below))
                this.#verified.delete(verified);
        }
        this.locks.forget(folder);
    }
    #look(folder) {
        try {
            const stats = this.locks.attempt((0,ancestors/* parentOf */.gN)(folder), () => (0,external_node_fs_.lstatSync)(this.fileAt(folder)));
            if (stats.isDirectory())
                return { state: 'real' };
            return { state: 'blocked', folder, by: stats.isSymbolicLink() ? 'a symlink' : 'no folder' };
        }
        catch (error) {
            if ((0,file_access/* isMissing */.b2)(error))
                return { state: 'missing', folder };
            throw error;
        }
    }
}
function realBase(base) {
    try {
        return (0,external_node_fs_.realpathSync)(base);
    }
    catch (error) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `The folder ${(0,names/* showPath */.P8)(base)} cannot be opened.`, {
            hint: 'Create it first.',
            cause: error,
        });
    }
}
/** For those who name what is restored. */
const BLOCKED_HINT = 'Remove it, or name it among what is restored.';
function blocked(path, { folder, by }) {
    return new errors/* CafsError */.u('CONTAINMENT', `${(0,names/* showPath */.P8)(path)} is not written: ${(0,names/* showPath */.P8)(folder)} on the way to it is ${by}.`, { hint: BLOCKED_HINT });
}


/***/ }),

/***/ 2940:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $X: () => (/* binding */ treePrefix),
/* harmony export */   Br: () => (/* binding */ pathBelow),
/* harmony export */   TN: () => (/* binding */ keyOf),
/* harmony export */   XM: () => (/* binding */ pathOf)
/* harmony export */ });
/* unused harmony exports keyBelow, keyPrefixOf, isRootName */
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3879);
/* harmony import */ var _quoted_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2767);
/* harmony import */ var _store_keys_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4945);
/* harmony import */ var _contain_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6984);






/** `%~` and 64 hexadecimal digits. */
const HASH_BYTES = 66;
const HASHED = /(?:^|\/)%~[0-9a-f]{64}$/;
/**
 * The key of a path under a prefix. Two paths never share a key, and {@link pathBelow} gives the path
 * back.
 *
 * A key is the prefix and the path, with `%` written as `%25`, runs of two or more dots as
 * `%2E%2E...`, as keys may not hold `..`, and bytes that are not UTF-8 as `%FF`. Where the prefix is
 * empty, `_` at the start is `%5F`, as keys may not begin with it. A path that is too long gets as
 * many of its leading folders as there is room for, `%~`, and the SHA-256 of the whole path's bytes.
 *
 * @param prefix empty, or as {@link treePrefix} gives it
 * @throws CafsError `CONTAINMENT` for a path that is not relative, or not normal
 *
 * @example
 * keyBelow('ws/', 'app/[...slug].tsx') // { key: 'ws/app/[%2E%2E%2Eslug].tsx' }
 * keyBelow('ws/', decodeName(Buffer.from([0xff]))) // { key: 'ws/%FF' }
 * keyBelow('', '_private') // { key: '%5Fprivate' }
 */
function keyBelow(prefix, path) {
    (0,_contain_js__WEBPACK_IMPORTED_MODULE_4__/* .requireContained */ .t)(path, 'linux');
    const escaped = escape(path);
    const key = unreserve(prefix + escaped);
    if (Buffer.byteLength(key) <= _store_keys_js__WEBPACK_IMPORTED_MODULE_3__/* .MAX_KEY_BYTES */ .Xd)
        return { key };
    return { key: unreserve(hashedKey(prefix, path)), path: escaped };
}
/**
 * The path that a key under a prefix stands for. Keys come from outside: only what {@link keyBelow}
 * makes is taken.
 *
 * @param meta the metadata of the key's entry
 * @throws CafsError `MALFORMED` for a key, or a path in the metadata, that {@link keyBelow} would
 *   not make; `CONTAINMENT` for a path that would leave what it is relative to
 */
function pathBelow(prefix, key, meta = {}) {
    if (!key.startsWith(prefix))
        throw malformed(key, `it does not begin with "${prefix}"`);
    const rest = key.slice(prefix.length);
    const escaped = HASHED.test(rest) ? meta.path : rest;
    if (escaped === undefined)
        throw malformed(key, 'its metadata holds no path');
    const path = unescape(prefix === '' ? escaped.replace(/^%5F/, '_') : escaped);
    const made = keyBelow(prefix, path);
    if (made.key !== key) {
        throw malformed(key, `the file ${(0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .showPath */ .P8)(path)} has the key ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .T)(made.key)}`);
    }
    if (made.path !== meta.path)
        throw malformed(key, 'its metadata holds a path, and must not');
    return path;
}
/**
 * The prefix of a tree in a store: empty, or ending in `/`.
 *
 * @throws InvalidKeyError, ReservedKeyError where no key may begin with it; CafsError `INVALID_INPUT`
 *   where it leaves too little room
 */
function treePrefix(prefix) {
    const normal = (0,_store_keys_js__WEBPACK_IMPORTED_MODULE_3__/* .normalisePrefix */ .Pv)(prefix);
    if (normal !== '')
        (0,_store_keys_js__WEBPACK_IMPORTED_MODULE_3__/* .assertKey */ .sM)(normal);
    if (hasRoom(normal))
        return normal;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INVALID_INPUT', `The prefix ${JSON.stringify(prefix)} is too long.`, {
        hint: `Take one of at most ${String(_store_keys_js__WEBPACK_IMPORTED_MODULE_3__/* .MAX_KEY_BYTES */ .Xd - HASH_BYTES)} bytes.`,
    });
}
/** The key of a path below one of the roots: {@link keyBelow}. */
function keyOf(root, path) {
    return keyBelow(`${root}/`, path);
}
/**
 * The place that a key below one of the roots stands for.
 *
 * @throws as {@link pathBelow}
 */
function pathOf(key, meta = {}) {
    const root = key.slice(0, Math.max(key.indexOf('/'), 0));
    if (!isRootName(root))
        throw malformed(key, 'it does not begin with "ws/", "home/" or "root/"');
    return { root, path: pathBelow(`${root}/`, key, meta) };
}
/**
 * What the keys of everything below a folder begin with, hashed keys included.
 *
 * @param folder relative to the root; empty: the root itself
 * @returns text that ends in `/`
 * @throws CafsError `INVALID_INPUT` for a folder so deep (over 957 bytes of key) that hashed keys
 *   would not lie under its prefix
 */
function keyPrefixOf(root, folder) {
    if (folder === '')
        return `${root}/`;
    requireContained(folder, 'linux');
    const prefix = `${root}/${escape(folder)}/`;
    if (hasRoom(prefix))
        return prefix;
    throw new CafsError('INVALID_INPUT', `The path of the folder ${showPath(folder)} is too long.`, {
        hint: 'Name one of its parents instead.',
    });
}
function hashedKey(prefix, path) {
    let folders = prefix;
    for (const folder of path.split('/').slice(0, -1)) {
        const longer = `${folders}${escape(folder)}/`;
        if (!hasRoom(longer))
            break;
        folders = longer;
    }
    return `${folders}%~${(0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .hexOf */ .ZD)((0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)((0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .bytesOf */ .$$)(path)))}`;
}
/** Whether a hashed key may begin with this. */
function hasRoom(prefix) {
    return Buffer.byteLength(prefix) + HASH_BYTES <= _store_keys_js__WEBPACK_IMPORTED_MODULE_3__/* .MAX_KEY_BYTES */ .Xd;
}
/** The store keeps keys that begin with `_` for itself. */
function unreserve(key) {
    return key.startsWith('_') ? `%5F${key.slice(1)}` : key;
}
function escape(path) {
    const escaped = path
        .replaceAll('%', '%25')
        .replace(/\.{2,}/g, (dots) => '%2E'.repeat(dots.length));
    return (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .replaceEscaped */ .KI)(escaped, (byte) => `%${(0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .hexOfByte */ .JK)(byte)}`);
}
/** Leaves wrong escapes as they are: escaping again does not give the same key then. */
function unescape(text) {
    return text.replace(/%(25|2E|[89A-F][0-9A-F])/g, (_, hex) => {
        const byte = Number.parseInt(hex, 16);
        return byte < 0x80 ? String.fromCharCode(byte) : (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .escapeByte */ .Uj)(byte);
    });
}
/** Whether a name is that of a root: what the keys of files begin with. */
function isRootName(name) {
    return name === 'ws' || name === 'home' || name === 'root';
}
function malformed(key, reason) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The key ${(0,_quoted_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .T)(key)} is malformed: ${reason}.`);
}


/***/ }),

/***/ 3878:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ng: () => (/* binding */ readFileChunks),
/* harmony export */   _E: () => (/* binding */ readTarget)
/* harmony export */ });
/* unused harmony exports readSameFile, changed */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4148);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3879);




const CHUNK_BYTES = 1024 * 1024;
/** Without O_NONBLOCK, a pipe put in the file's place would block for ever. */
const READ = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK;
/**
 * A regular file's bytes in chunks of at most 1 MiB, each in memory of its own.
 *
 * The generator's return value is what `fstat` gave after the last byte.
 *
 * @param file absolute path; a symlink is not followed
 * @throws CafsError `CHANGED` when the file is gone, is no regular file, or had its size or
 *   modification time changed while it was read; chunks may have been given out by then
 */
function* readFileChunks(file) {
    const descriptor = open(file);
    try {
        const before = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(descriptor, { bigint: true });
        const size = Number(before.size);
        if (!before.isFile())
            throw changed(file, 'it is no regular file any more');
        let position = 0;
        while (position < size) {
            const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position));
            const length = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readSync)(descriptor, chunk);
            if (length === 0)
                break;
            position += length;
            yield chunk.subarray(0, length);
        }
        const after = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(descriptor, { bigint: true });
        if (Number(after.size) !== position || after.mtimeNs !== before.mtimeNs) {
            throw changed(file, 'it was written to');
        }
        return after;
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(descriptor);
    }
}
/**
 * A regular file's bytes as {@link readFileChunks} gives them, if they are those of a certain file.
 *
 * @param stats what `lstat` said of it
 * @throws CafsError `CHANGED` at the end, too, when it was another file, or was written to since
 */
function* readSameFile(file, stats) {
    const after = yield* readFileChunks(file);
    const isSame = after.ino === stats.ino &&
        after.size === stats.size &&
        after.mtimeNs === stats.mtimeNs &&
        after.ctimeNs === stats.ctimeNs;
    if (!isSame)
        throw changed(file, 'it was written to');
}
/**
 * A symlink's target, byte for byte.
 *
 * @throws CafsError `CHANGED` when there is no symlink there any more
 */
function readTarget(file) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)((0,_names_js__WEBPACK_IMPORTED_MODULE_3__/* .encodePath */ .O0)(file), { encoding: 'buffer' });
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error) || (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) === 'EINVAL') {
            throw changed(file, 'it is no symlink any more', error);
        }
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .explainUnreadable */ .x5)(error, file);
    }
}
function open(file) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)((0,_names_js__WEBPACK_IMPORTED_MODULE_3__/* .encodePath */ .O0)(file), READ);
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
            throw changed(file, 'it was removed', error);
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) === 'ELOOP')
            throw changed(file, 'it became a symlink', error);
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .explainUnreadable */ .x5)(error, file);
    }
}
/** The error for a file that is not what it was. */
function changed(file, what, cause) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('CHANGED', `${(0,_names_js__WEBPACK_IMPORTED_MODULE_3__/* .showPath */ .P8)(file)} changed while it was read: ${what}.`, {
        hint: 'Make sure that nothing writes to it at the same time.',
        cause,
    });
}


/***/ }),

/***/ 207:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ walk)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4148);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3879);
/* harmony import */ var _order_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1167);
/* harmony import */ var _ancestors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7146);
/* harmony import */ var _meta_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2271);






/**
 * Everything selected below a folder, ordered by the bytes of its path. Symlinks are not followed.
 *
 * A selected folder is yielded only when its files alone would not bring it back: when it is
 * empty (sockets and the like do not count), or when its mode is not 0o755.
 *
 * What vanishes during the walk, or a base that does not exist, is no error.
 *
 * @param base a path with the platform's separators
 * @throws CafsError `INVALID_INPUT` for what may not be read, and for a selected name that
 *   {@link requireNameable} refuses
 */
function* walk(base, options) {
    const { within = '' } = options;
    if (!isReached(base, within))
        return;
    const pending = [{ order: `${within}/`, kind: 'folder', folder: { path: within } }];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
        const { order, kind, folder } = step;
        if (folder !== undefined && order.endsWith('/')) {
            const steps = stepsInto(folder.path, childrenOf(base, folder), options);
            steps.sort((a, b) => (0,_order_js__WEBPACK_IMPORTED_MODULE_3__/* .compareBytes */ .X)(b.order, a.order));
            for (const next of steps) {
                (0,_file_access_js__WEBPACK_IMPORTED_MODULE_1__/* .requireNameable */ .Rb)(next.order);
                pending.push(next);
            }
            continue;
        }
        const stats = lstat(base, order);
        const actual = stats && (0,_meta_js__WEBPACK_IMPORTED_MODULE_4__/* .kindOf */ .I)(stats);
        if (stats === undefined || actual === undefined)
            continue;
        // A file may have become a symlink since its folder was read; a folder is another matter.
        if ((actual === 'folder') !== (kind === 'folder'))
            continue;
        if (folder !== undefined && (0,_meta_js__WEBPACK_IMPORTED_MODULE_4__/* .fileMetaFrom */ .ge)(stats).mode === _meta_js__WEBPACK_IMPORTED_MODULE_4__/* .USUAL_FOLDER_MODE */ ._E) {
            if (childrenOf(base, folder).some((child) => (0,_meta_js__WEBPACK_IMPORTED_MODULE_4__/* .kindOf */ .I)(child) !== undefined))
                continue;
        }
        yield { path: order, kind: actual, stats };
    }
}
/** Whether a folder can be entered from the base without following a symlink. */
function isReached(base, folder) {
    for (let end = folder.indexOf('/'); folder !== ''; end = folder.indexOf('/', end + 1)) {
        const stats = lstat(base, end === -1 ? folder : folder.slice(0, end));
        if (stats?.isDirectory() !== true)
            return false;
        if (end === -1)
            break;
    }
    return true;
}
function childrenOf(base, folder) {
    folder.children ??= (0,_file_access_js__WEBPACK_IMPORTED_MODULE_1__/* .readFolder */ .j1)(folder.path === '' ? base : `${base}/${folder.path}`);
    return folder.children;
}
function stepsInto(parent, children, options) {
    const steps = [];
    for (const child of children) {
        const path = (0,_ancestors_js__WEBPACK_IMPORTED_MODULE_5__/* .childOf */ .GG)(parent, child.name);
        const kind = (0,_meta_js__WEBPACK_IMPORTED_MODULE_4__/* .kindOf */ .I)(child);
        if (kind === 'folder') {
            const folder = { path };
            if (options.select(path, kind))
                steps.push({ order: path, kind, folder });
            // With its `/`, for `a-b` lies between `a` and `a/b`.
            if (options.enter(path))
                steps.push({ order: `${path}/`, kind, folder });
        }
        else if (options.select(path, kind ?? 'file')) {
            if (kind === undefined)
                options.onSkip?.(path, describeSpecial(child));
            else
                steps.push({ order: path, kind });
        }
    }
    return steps;
}
function lstat(base, path) {
    const file = `${base}/${path}`;
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)((0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .encodePath */ .O0)(file), { bigint: true, throwIfNoEntry: false });
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_1__/* .isMissing */ .b2)(error))
            return undefined;
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_1__/* .explainUnreadable */ .x5)(error, file);
    }
}
function describeSpecial(child) {
    if (child.isSocket())
        return 'socket';
    return child.isFIFO() ? 'named pipe' : 'device';
}


/***/ }),

/***/ 5453:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ untilAborted),
/* harmony export */   H: () => (/* binding */ orAborted)
/* harmony export */ });
/**
 * What an iterable gives, until a signal is aborted: at once, even where the next piece never comes.
 *
 * @throws the signal's reason
 */
async function* untilAborted(pieces, signal) {
    if (signal === undefined) {
        yield* pieces;
        return;
    }
    signal.throwIfAborted();
    const iterator = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
    let isDone = false;
    try {
        for (;;) {
            signal.throwIfAborted();
            const next = await orAborted(Promise.resolve(iterator.next()), signal);
            if (next.done === true) {
                isDone = true;
                return;
            }
            yield next.value;
        }
    }
    finally {
        if (!isDone)
            await giveUp(iterator, signal);
    }
}
/**
 * A promise, or the reason of a signal, whichever is first. Not a race with one promise for all pieces:
 * that would hold on to each of them until the last.
 *
 * @throws the signal's reason
 */
function orAborted(promise, signal) {
    if (signal === undefined)
        return promise;
    const { promise: first, resolve, reject } = Promise.withResolvers();
    const onAbort = () => {
        reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted)
        onAbort();
    promise.then(resolve, reject);
    return first.finally(() => {
        signal.removeEventListener('abort', onAbort);
    });
}
/** Lets an iterable close what it has open; one that is stuck in the middle is not waited for. */
async function giveUp(iterator, signal) {
    const closing = Promise.resolve(iterator.return?.());
    if (signal.aborted)
        closing.catch(() => undefined);
    else
        await closing;
}


/***/ })

};
