export const id = 273;
export const ids = [273];
export const modules = {

/***/ 1106:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ inspect),
/* harmony export */   p: () => (/* binding */ list)
/* harmony export */ });
/* harmony import */ var _store_entry_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8768);
/* harmony import */ var _sync_snapshot_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4063);
/* harmony import */ var _remote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5513);



/** `cafs ls REMOTE:TAG [PREFIX]`: digest, size and key of each entry, separated by tabs. */
async function list(name, prefix) {
    const named = (0,_remote_js__WEBPACK_IMPORTED_MODULE_2__/* .openNamed */ .S3)(name);
    try {
        const index = new _store_entry_index_js__WEBPACK_IMPORTED_MODULE_0__/* .Index */ .j(await (0,_sync_snapshot_js__WEBPACK_IMPORTED_MODULE_1__/* .readIndex */ .vY)(named.remote, await (0,_remote_js__WEBPACK_IMPORTED_MODULE_2__/* .readNamed */ .Mk)(named)));
        for (const [key, { digest, size }] of index.range(prefix)) {
            process.stdout.write(`${digest}\t${String(size)}\t${key}\n`);
        }
    }
    finally {
        await named.remote.close();
    }
}
/** `cafs inspect REMOTE:TAG` */
async function inspect(name) {
    const named = (0,_remote_js__WEBPACK_IMPORTED_MODULE_2__/* .openNamed */ .S3)(name);
    try {
        const { descriptor, manifest, config } = await (0,_remote_js__WEBPACK_IMPORTED_MODULE_2__/* .readNamed */ .Mk)(named);
        process.stdout.write(`${JSON.stringify({ descriptor, manifest, config }, null, 2)}\n`);
    }
    finally {
        await named.remote.close();
    }
}


/***/ }),

/***/ 1273:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var commander__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7375);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _inspect_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1106);
/* harmony import */ var _pull_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6688);
/* harmony import */ var _push_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4923);





const program = new commander__WEBPACK_IMPORTED_MODULE_0__/* .Command */ .uB('cafs')
    .description('Keeps folders, content-addressed, in an OCI registry or an image layout.')
    .showHelpAfterError()
    .addHelpText('after', `
A snapshot is REMOTE:TAG, where REMOTE is host/name (ghcr.io/owner/name, localhost:5000/name) or
oci:DIR, an OCI image layout in a folder. Credentials for the registry, where it wants some:
CAFS_USERNAME and CAFS_PASSWORD.

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
    .action(_push_js__WEBPACK_IMPORTED_MODULE_4__/* .push */ .V);
program
    .command('pull')
    .description('write what a snapshot holds into a folder; only what differs is written')
    .argument('<snapshot>')
    .argument('<folder>')
    .option('--delete', 'remove files that the snapshot does not hold')
    .action(_pull_js__WEBPACK_IMPORTED_MODULE_3__/* .pull */ .a);
program
    .command('ls')
    .description('list the entries of a snapshot')
    .argument('<snapshot>')
    .argument('[prefix]', 'only what lies below it', '')
    .action(_inspect_js__WEBPACK_IMPORTED_MODULE_2__/* .list */ .p);
program
    .command('inspect')
    .description('show what a snapshot says of itself, as JSON')
    .argument('<snapshot>')
    .action(_inspect_js__WEBPACK_IMPORTED_MODULE_2__/* .inspect */ .N);
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
    process.exitCode = 1;
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 9095:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ terminalObserver)
/* harmony export */ });
/* harmony import */ var _format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2016);

/** Shows notices, and on a terminal how far a long piece of work is. */
function terminalObserver() {
    let last = performance.now();
    return (event) => {
        if ('message' in event) {
            process.stderr.write(`${event.kind}: ${event.message}\n`);
        }
        else if (process.stderr.isTTY && performance.now() - last > 1000) {
            last = performance.now();
            process.stderr.write(`${event.kind}: ${event.done.toLocaleString('en')}, ${(0,_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatBytes */ .z3)(event.bytes)}\n`);
        }
    };
}


/***/ }),

/***/ 6688:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  a: () => (/* binding */ pull)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/tree/area.js
var tree_area = __webpack_require__(8723);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/file-access.js
var file_access = __webpack_require__(4148);
// EXTERNAL MODULE: ./lib/tree/ancestors.js
var ancestors = __webpack_require__(7146);
;// CONCATENATED MODULE: ./lib/tree/attributes.js

/** Sets a file's modification time through its descriptor; the access time becomes now. */
function setOpenFileTime(descriptor, mtimeMs) {
    (0,external_node_fs_.futimesSync)(descriptor, Date.now() / 1000, toSeconds(mtimeMs));
}
/** Sets a modification time, of a symlink itself too; the access time becomes now. */
function setTime(file, mtimeMs) {
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

// EXTERNAL MODULE: ./lib/tree/meta.js
var tree_meta = __webpack_require__(2271);
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
    #absolute;
    #mayOpen;
    #modes = new Map();
    /**
     * @param absolute the absolute path of a folder
     * @param mayOpen whether this folder's mode may be touched
     */
    constructor(absolute, mayOpen) {
        this.#absolute = absolute;
        this.#mayOpen = mayOpen;
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
        if (folder === '' || !this.#mayOpen(folder))
            return false;
        const path = this.#absolute(folder);
        const stats = (0,external_node_fs_.lstatSync)(path);
        const mode = stats.mode & 0o777;
        if (!stats.isDirectory() || (mode & OWNER_WRITE_AND_ENTER) === OWNER_WRITE_AND_ENTER) {
            return false;
        }
        (0,external_node_fs_.chmodSync)(path, mode | 0o700);
        this.#modes.set(folder, mode);
        return true;
    }
}

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
    /**
     * @param base an existing folder; symlinks in its own path are followed, once, here
     * @throws CafsError `INVALID_INPUT` when it does not exist
     */
    constructor(base, { mayOpen = () => false, platform } = {}) {
        const real = realBase(base);
        this.#start = real.endsWith('/') ? real : `${real}/`;
        this.#platform = platform ?? process.platform;
        this.locks = new FolderLocks((folder) => this.absolute(folder), mayOpen);
    }
    /** The absolute path of something below the base. Checks nothing. */
    absolute(path) {
        return this.#start + path;
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
        const absolute = this.absolute(folder);
        this.locks.attempt((0,ancestors/* parentOf */.gN)(folder), () => {
            try {
                (0,external_node_fs_.mkdirSync)(absolute);
            }
            catch (error) {
                if ((0,errors/* systemCode */.xU)(error) === 'EEXIST')
                    return;
                throw error;
            }
            // Whatever the umask: a folder without an entry of its own had this mode.
            (0,external_node_fs_.chmodSync)(absolute, tree_meta/* USUAL_FOLDER_MODE */._E);
        });
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
            const stats = this.locks.attempt((0,ancestors/* parentOf */.gN)(folder), () => (0,external_node_fs_.lstatSync)(this.absolute(folder)));
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
        throw new errors/* CafsError */.u('INVALID_INPUT', `The folder ${JSON.stringify(base)} cannot be opened.`, {
            hint: 'Create it first.',
            cause: error,
        });
    }
}
function blocked(path, { folder, by }) {
    return new errors/* CafsError */.u('CONTAINMENT', `${JSON.stringify(path)} is not written: ${JSON.stringify(folder)} on the way to it is ${by}.`, { hint: 'Remove it, or name it among what is restored.' });
}

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
 * @throws CafsError `CONTAINMENT` for a path that leaves the base
 */
function* differences(base, wanted) {
    const guard = new ParentGuard(base);
    for (const [path, info] of wanted) {
        yield [path, differenceAt(guard, path, info)];
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
function differenceAt(guard, path, info) {
    try {
        // A symlink above it means: not there. What lies behind the link is not looked at.
        const { state } = guard.examine(path);
        if (state === 'missing')
            return 'missing';
        return state === 'real' ? compare(guard.absolute(path), info) : 'content';
    }
    catch (error) {
        if (isUnreadable(error))
            return 'content';
        throw error;
    }
}
function compare(file, info) {
    const { meta } = info;
    const stats = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
    if (stats === undefined)
        return 'missing';
    if ((0,tree_meta/* kindOf */.I)(stats) !== (meta.kind ?? 'file'))
        return 'content';
    if (!hasContent(file, stats, info))
        return 'content';
    const found = (0,tree_meta/* fileMetaFrom */.ge)(stats);
    const isSame = isSameTime(found.mtimeMs, meta.mtimeMs) &&
        (meta.kind === 'symlink' || isSameMode(found.mode, meta.mode));
    return isSame ? 'same' : 'attributes';
}
function hasContent(file, stats, info) {
    if (info.meta.kind === 'folder')
        return true;
    if (info.meta.kind === 'symlink')
        return (0,lib_digest/* digestOf */.ol)((0,read/* readTarget */._)(file)) === info.digest;
    if (stats.size !== info.size)
        return false;
    const digester = new lib_digest/* Digester */.Y8();
    for (const chunk of (0,read/* readFileChunks */.N)(file))
        digester.update(chunk);
    return digester.digest() === info.digest;
}
/** Whether looking at a file failed because of the file: forbidden, gone, or just being written. */
function isUnreadable(error) {
    // INVALID_INPUT is what reading makes of a lack of permission.
    const isExplained = (0,errors/* hasCode */.up)(error, 'CHANGED') || (0,errors/* hasCode */.up)(error, 'INVALID_INPUT');
    return isExplained || (0,file_access/* isMissing */.b2)(error) || (0,file_access/* isRefused */.H0)(error);
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
        (0,atomic_file/* writeFully */.K)(descriptor, bytes);
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
    #digester = new lib_digest/* Digester */.Y8();
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
        (0,atomic_file/* writeFully */.K)(this.#descriptor, chunk);
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
        return new errors/* CafsError */.u('INTEGRITY', `The content that arrived for ${JSON.stringify(this.#path)} has ${found}; ` +
            `${this.#info.digest} of ${String(this.#info.size)} bytes was expected.`);
    }
}
/** A name that no other writer uses. A file left over by a killed process is a stale one. */
function temporaryName() {
    return `.cafs-${(0,external_node_crypto_.randomBytes)(8).toString('hex')}.tmp`;
}

;// CONCATENATED MODULE: ./lib/tree/aside.js



/**
 * Moves a file or a symlink to another name in its folder, so that it can come back.
 *
 * @returns undefined where nothing, or a folder, is there
 */
function moveAside(path, guard) {
    if (!guard.check(path))
        return undefined;
    const file = guard.absolute(path);
    const stats = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory())
        return undefined;
    const folder = (0,ancestors/* parentOf */.gN)(path);
    const temp = guard.absolute((0,ancestors/* childOf */.GG)(folder, temporaryName()));
    const move = (from, to) => {
        guard.locks.attempt(folder, () => {
            (0,external_node_fs_.renameSync)(from, to);
        });
    };
    move(file, temp);
    return {
        putBack: () => {
            move(temp, file);
        },
        drop: () => {
            guard.locks.attempt(folder, () => {
                (0,external_node_fs_.rmSync)(temp, { force: true });
            });
        },
    };
}

;// CONCATENATED MODULE: ./lib/tree/clear-folder.js



/**
 * Removes a folder that stands where a file must be, with everything in it, if all of it may be
 * removed. Otherwise nothing is.
 *
 * @param folder verified to be a real folder
 * @throws CafsError `CONTAINMENT` that names what may not be removed
 */
function clearFolder(folder, guard, allowed) {
    const items = listBelow(folder, guard);
    const kept = items.find((item) => !allowed(item.path));
    if (kept !== undefined) {
        throw new errors/* CafsError */.u('CONTAINMENT', `${JSON.stringify(folder)} is not written: a folder stands there, and holds ` +
            `${JSON.stringify(kept.path)}, which lies outside the named outputs.`, { hint: 'Remove that folder.' });
    }
    for (const { path, isFolder } of [...items.reverse(), { path: folder, isFolder: true }]) {
        const absolute = guard.absolute(path);
        guard.locks.attempt((0,ancestors/* parentOf */.gN)(path), () => {
            if (isFolder)
                (0,external_node_fs_.rmdirSync)(absolute);
            else
                (0,external_node_fs_.unlinkSync)(absolute);
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
        const children = guard.locks.attempt(parent, () => (0,external_node_fs_.readdirSync)(guard.absolute(parent), { withFileTypes: true }));
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
                (0,external_node_fs_.rmdirSync)(this.#guard.absolute(folder));
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
        const path = this.#guard.absolute(folder);
        if ((0,external_node_fs_.lstatSync)(path, { throwIfNoEntry: false })?.isDirectory() !== true)
            return;
        (0,external_node_fs_.chmodSync)(path, mode & 0o777);
        if (meta !== undefined)
            setTime(path, meta.mtimeMs);
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
    const one = (0,external_node_fs_.lstatSync)(a, { throwIfNoEntry: false });
    const other = (0,external_node_fs_.lstatSync)(b, { throwIfNoEntry: false });
    return one !== undefined && other?.ino === one.ino && other.dev === one.dev;
}
function swapCase(name) {
    return name.replace(/[a-z]/gi, (letter) => letter < 'a' ? letter.toLowerCase() : letter.toUpperCase());
}
function collision(path, before, now) {
    return new errors/* CafsError */.u('CONTAINMENT', `${JSON.stringify(path)} is not written: this disk takes ${JSON.stringify(now)} and ` +
        `${JSON.stringify(before)} for the same name.`, { hint: 'Rename one of them, or restore to a disk that tells them apart.' });
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
        const guard = new ParentGuard(base, { mayOpen: allowed, platform });
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
        const temp = this.#guard.absolute((0,ancestors/* childOf */.GG)(folder, temporaryName()));
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
            throw new errors/* CafsError */.u('MALFORMED', `The symlink ${JSON.stringify(path)} has a target that is empty or holds a NUL.`);
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
        const stats = (0,external_node_fs_.lstatSync)(this.#guard.absolute(path));
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
        const file = this.#guard.absolute(path);
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
            throw new errors/* CafsError */.u('CHANGED', `${JSON.stringify(path)} was changed while it was restored.`, {
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
        const stats = (0,external_node_fs_.lstatSync)(this.#guard.absolute(path), { throwIfNoEntry: false });
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
     * Moves a file or a symlink out of the way of what will be written there, so that it can come
     * back.
     *
     * @returns undefined where nothing, or a folder, is there
     */
    setAside(path) {
        this.#admit(path);
        return moveAside(path, this.#guard);
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
            throw new errors/* CafsError */.u('INTEGRITY', `${JSON.stringify(path)} must have ${String(info.size)} bytes; ${String(bytes.byteLength)} arrived.`);
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
        throw new errors/* CafsError */.u('CONTAINMENT', `${JSON.stringify(path)} is not written: it lies outside the named outputs.`);
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
        const file = this.#guard.absolute(path);
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
        const stats = (0,external_node_fs_.lstatSync)(this.#guard.absolute(path), { throwIfNoEntry: false });
        if (stats === undefined)
            return;
        if (!stats.isDirectory()) {
            this.#unlink(path);
            return;
        }
        if (this.#folders.isWanted(path)) {
            throw new errors/* CafsError */.u('MALFORMED', `${JSON.stringify(path)} is a file and a folder at the same time in what is restored.`);
        }
        clearFolder(path, this.#guard, this.#options.allowed);
    }
    #unlink(path) {
        this.#guard.locks.attempt((0,ancestors/* parentOf */.gN)(path), () => {
            try {
                (0,external_node_fs_.unlinkSync)(this.#guard.absolute(path));
            }
            catch (error) {
                if (!(0,file_access/* isMissing */.b2)(error))
                    throw error;
            }
        });
    }
    /** Gives a file that has other links an inode of its own: those may lie outside the outputs. */
    #detach(path) {
        const file = this.#guard.absolute(path);
        const temp = this.#guard.absolute((0,ancestors/* childOf */.GG)((0,ancestors/* parentOf */.gN)(path), temporaryName()));
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

// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
// EXTERNAL MODULE: ./lib/pack/frame.js
var pack_frame = __webpack_require__(9704);
;// CONCATENATED MODULE: ./lib/pack/plan.js
const DEFAULTS = { gap: 512 * 1024, wholeShare: 0.5, maxLength: 64 * 1024 * 1024 };
/** The requests that get these frames, each frame once, in the order of packs and offsets. */
function planFetches(frames, options = {}) {
    const limits = { ...DEFAULTS, ...options };
    return byPack(frames).flatMap((wanted) => planPack(wanted, limits));
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
function planPack(frames, limits) {
    const pack = frames[0]?.pack;
    if (pack === undefined)
        return [];
    const wanted = frames.reduce((sum, frame) => sum + frame.storedSize, 0);
    if (wanted > pack.size * limits.wholeShare && pack.size <= limits.maxLength) {
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





/** Downloads the contents of entries, each content once, whatever number of entries share it. */
async function downloadContents(remote, entries, receiver, options = {}) {
    const { small, large } = sortOut(entries, receiver);
    const concurrency = options.concurrency ?? 4;
    const progress = countProgress(options.observer);
    const frames = [...small.values()].map(({ frame }) => frame);
    await (0,p_map/* default */.Ay)(planFetches(frames), async (fetch) => {
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
            receiver.failed(entry.digest, new errors/* CafsError */.u('NOT_FOUND', `No remote is known to hold ${entry.digest}.`));
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
        receiver.failed(digest, new errors/* CafsError */.u('INTEGRITY', message));
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

;// CONCATENATED MODULE: ./lib/sync/restore-areas.js





/**
 * Makes areas hold exactly what their entries say, and writes only what differs on disk.
 *
 * All entries of an area are checked before anything of it is touched. An area that cannot be
 * restored does not hold up the others, and is not left half restored.
 *
 * @returns what became of each request, in their order
 * @throws the signal's reason, when it is aborted: no area is left half restored then either
 */
async function restoreAreas(remote, requests, options = {}) {
    const jobs = requests.map((request) => new Job(request));
    const wanted = new Targets();
    for (const job of jobs) {
        job.attempt(() => {
            for (const [path, info] of job.prepare())
                wanted.add(job, path, info);
        });
    }
    try {
        await downloadContents(remote, wanted.entries(), wanted, options);
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
    #written = [];
    /** Files that were replaced, by path. */
    #aside = new Map();
    /** Paths at which something else stands. */
    #occupied = new Set();
    #entries = new Map();
    #writer;
    #bytes = 0;
    #error;
    constructor(request) {
        this.#request = request;
    }
    /** Does something; an error ends this job, not the others. */
    attempt(work) {
        if (this.#error !== undefined)
            return;
        try {
            work();
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
        const entries = checkEntries(this.#request);
        this.#entries = entries;
        const writer = new TreeWriter(area.base, {
            allowed: (path) => area.select(path, 'file') || area.select(path, 'folder'),
            wanted: (path) => entries.get(path)?.meta,
        });
        this.#writer = writer;
        const compared = [...differences(area.base, entries)];
        for (const { path } of staleFiles(area.base, area, entries)) {
            if (this.#request.removes(path))
                this.#stale.push(path);
        }
        // What stands where a folder must be goes first; the rest when the new content is there.
        const folders = foldersOf(entries.keys());
        for (const path of this.#stale)
            if (folders.has(path))
                writer.remove(path);
        return compared.flatMap(([path, difference]) => this.#plan(path, difference));
    }
    write(path, info, bytes) {
        this.attempt(() => {
            this.#makeRoom(path);
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
            for await (const piece of pieces)
                staged.write(piece);
            // After an abort, what is written here would not be removed again.
            if (this.hasFailed()) {
                staged.discard();
                return;
            }
            this.#makeRoom(path);
            staged.commit();
        }
        catch (error) {
            staged.discard();
            throw error;
        }
        this.#count(path, info);
    }
    /** Removes what is stale, or, after an error, what was written. */
    finish() {
        const writer = this.#writer;
        this.attempt(() => {
            for (const path of this.#stale)
                writer?.remove(path);
            for (const aside of this.#aside.values())
                aside.drop();
            writer?.finish();
        });
        if (this.#error === undefined) {
            const files = [...this.#entries.values()].filter(({ meta }) => meta.kind !== 'folder').length;
            const [written, removed] = [this.#written.length, this.#stale.length];
            return { files, written, bytes: this.#bytes, removed };
        }
        this.#undo();
        return { files: 0, written: 0, bytes: 0, removed: 0, error: this.#error.cause };
    }
    /**
     * Half of a build's outputs would make the next build believe that it is done; and what was there
     * before may be all that there is.
     */
    #undo() {
        try {
            for (const path of this.#written)
                if (!this.#aside.has(path))
                    this.#writer?.remove(path);
            for (const aside of this.#aside.values())
                aside.putBack();
            this.#writer?.finish();
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
            this.#writer?.setAttributes(path, info.meta);
            return [];
        }
        if (difference === 'content')
            this.#occupied.add(path);
        if (info.meta.kind !== 'folder')
            return [[path, info]];
        this.#makeRoom(path);
        this.#writer?.makeFolder(path, info.meta);
        this.#count(path, info);
        return [];
    }
    #makeRoom(path) {
        const aside = this.#occupied.has(path) ? this.#writer?.setAside(path) : undefined;
        if (aside !== undefined)
            this.#aside.set(path, aside);
    }
    #count(path, info) {
        this.#written.push(path);
        this.#bytes += info.size;
    }
}
/** Every entry lies in the area, or the whole request is refused. */
function checkEntries({ area, entries }) {
    const checked = new Map();
    for (const [key, entry] of entries) {
        const place = (0,tree_area/* placeOf */.$t)(key, entry);
        if (!(0,tree_area/* isIn */.S1)(area, place)) {
            throw new errors/* CafsError */.u('CONTAINMENT', `The entry ${JSON.stringify(key)} lies outside the named outputs.`);
        }
        checked.set(place.path, { ...entry, meta: place.meta });
    }
    for (const folder of foldersOf(checked.keys())) {
        const kind = checked.get(folder)?.meta.kind ?? 'file';
        if (checked.has(folder) && kind !== 'folder') {
            throw new errors/* CafsError */.u('MALFORMED', `The entry ${JSON.stringify(folder)} is a ${kind}, and other entries lie in it.`);
        }
    }
    return checked;
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

// EXTERNAL MODULE: ./lib/sync/snapshot.js
var sync_snapshot = __webpack_require__(4063);
// EXTERNAL MODULE: ./lib/cli/progress.js
var progress = __webpack_require__(9095);
// EXTERNAL MODULE: ./lib/cli/remote.js + 31 modules
var cli_remote = __webpack_require__(5513);
// EXTERNAL MODULE: ./lib/cli/whole-folder.js
var whole_folder = __webpack_require__(8182);
;// CONCATENATED MODULE: ./lib/cli/pull.js







/** `cafs pull REMOTE:TAG FOLDER` */
async function pull(name, folder, options) {
    const named = (0,cli_remote/* openNamed */.S3)(name);
    const { remote } = named;
    try {
        const snapshot = await (0,cli_remote/* readNamed */.Mk)(named);
        const entries = (await (0,sync_snapshot/* readIndex */.vY)(remote, snapshot)).filter(([key]) => key.startsWith('ws/'));
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true });
        const request = { area: (0,whole_folder/* wholeFolder */.s)(folder), entries, removes: () => options.delete === true };
        const [restored] = await restoreAreas(remote, [request], { observer: (0,progress/* terminalObserver */.L)() });
        if (restored === undefined || restored.error !== undefined)
            throw restored?.error;
        const { files, written, bytes, removed } = restored;
        process.stdout.write(`${(0,format/* formatCount */.B4)(files, 'entry', 'entries')} in ${folder}: ${String(written)} written (${(0,format/* formatBytes */.z3)(bytes)}), ` +
            `${String(removed)} removed; ${(0,format/* formatBytes */.z3)(remote.stats.downloadedBytes)} downloaded\n`);
    }
    finally {
        await remote.close();
    }
}


/***/ }),

/***/ 4923:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ push)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/format.js
var format = __webpack_require__(2016);
// EXTERNAL MODULE: ./lib/store/blobs.js + 1 modules
var blobs = __webpack_require__(9706);
// EXTERNAL MODULE: ./lib/store/entry-index.js
var entry_index = __webpack_require__(8768);
// EXTERNAL MODULE: ./lib/digest.js
var digest = __webpack_require__(8463);
// EXTERNAL MODULE: ./lib/oci/manifest.js
var oci_manifest = __webpack_require__(4360);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/order.js
var order = __webpack_require__(1167);
// EXTERNAL MODULE: ./lib/store/segment.js
var segment = __webpack_require__(2704);
// EXTERNAL MODULE: ./lib/sync/config.js
var sync_config = __webpack_require__(1437);
// EXTERNAL MODULE: ./lib/sync/media-types.js
var media_types = __webpack_require__(2051);
;// CONCATENATED MODULE: ./lib/sync/publish.js









/**
 * Writes a snapshot and points tags at it. Blobs go first and tags last, so that a tag is whole
 * or untouched whenever this is interrupted.
 *
 * Registries know no compare-and-swap: a writer that moves the tag between our last look and our
 * write is overwritten.
 *
 * Nothing is uploaded where the expected tag points at this very snapshot already.
 *
 * @returns undefined where the expected tag has moved: merge with what is there, and try again
 * @throws CafsError `NOT_FOUND` where an entry's content lies in no pack
 */
async function publish(remote, draft, { tags, expect }, options = {}) {
    const { config, segment, packs } = encodeSnapshot(draft);
    const layers = [
        describe(media_types/* MEDIA_TYPE_SEGMENT */.aX, segment),
        ...packs.map((pack) => ({ mediaType: media_types/* MEDIA_TYPE_PACK */.AJ, digest: pack.digest, size: pack.size })),
    ];
    const configDescriptor = describe(media_types/* MEDIA_TYPE_CONFIG */.zC, config);
    const manifest = (0,oci_manifest/* encodeManifest */.Gb)({
        schemaVersion: 2,
        mediaType: types/* MEDIA_TYPE_MANIFEST */.S,
        artifactType: media_types/* ARTIFACT_TYPE */.gn,
        config: configDescriptor,
        layers,
        annotations: draft.annotations,
    });
    const descriptor = describe(types/* MEDIA_TYPE_MANIFEST */.S, manifest);
    if (expect?.digest === descriptor.digest && tags.every((tag) => tag === expect.tag))
        return descriptor;
    await Promise.all([
        remote.putBlob(configDescriptor.digest, config, options),
        remote.putBlob((0,digest/* digestOf */.ol)(segment), segment, options),
    ]);
    if (expect !== undefined) {
        const now = await remote.resolve(expect.tag, options);
        if (now?.digest !== expect.digest)
            return undefined;
    }
    return remote.putManifest(manifest, types/* MEDIA_TYPE_MANIFEST */.S, tags, options);
}
function encodeSnapshot(draft) {
    const index = new entry_index/* Index */.j(draft.entries);
    const packs = new Map();
    let bytes = 0;
    for (const [key, { size, location }] of index.range('')) {
        if (location === undefined) {
            throw new errors/* CafsError */.u('NOT_FOUND', `The content of ${JSON.stringify(key)} is not in the remote.`);
        }
        for (const { pack } of location.frames)
            packs.set(pack.digest, pack);
        bytes += size;
    }
    const prefixes = [...new Set(draft.prefixes)].sort(order/* compareBytes */.X);
    const config = (0,sync_config/* encodeConfig */.dI)({
        format: sync_config/* SNAPSHOT_FORMAT */.Td,
        root: index.hash(''),
        entries: index.size,
        bytes,
        prefixes: Object.fromEntries(prefixes.map((prefix) => [prefix, index.hash(prefix)])),
        subtrees: [...draft.subtrees].sort((a, b) => (0,order/* compareBytes */.X)(a.name, b.name)),
    });
    return { config, segment: (0,segment/* encodeSegment */.u)(index.range('')), packs: [...packs.values()] };
}
function describe(mediaType, bytes) {
    return { mediaType, digest: (0,digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
}

// EXTERNAL MODULE: ./lib/tree/read.js
var tree_read = __webpack_require__(3878);
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
    throw new errors/* CafsError */.u('CHANGED', `${JSON.stringify(file)} changed after it had been hashed.`, {
        hint: 'Make sure that nothing writes to it at the same time.',
    });
}
function chunksOf(file, info) {
    if (info.meta.kind === undefined)
        return (0,tree_read/* readFileChunks */.N)(file);
    return info.meta.kind === 'symlink' ? [(0,tree_read/* readTarget */._)(file)] : [];
}

// EXTERNAL MODULE: ./lib/tree/meta.js
var tree_meta = __webpack_require__(2271);
;// CONCATENATED MODULE: ./lib/tree/describe.js




/**
 * Digest, size and metadata of something that a walk found, in bounded memory.
 *
 * A file that changes while it is read is read once more.
 *
 * @param base what the walk started from
 * @param read what reads a file's bytes
 * @throws CafsError `CHANGED` when it changed again, or is gone
 */
function describeFile(base, found, read = tree_read/* readFileChunks */.N) {
    const file = `${base}/${found.path}`;
    switch (found.kind) {
        case 'folder':
            return { digest: digest/* EMPTY_DIGEST */.Vx, size: 0, meta: (0,tree_meta/* fileMetaFrom */.ge)(found.stats) };
        case 'symlink': {
            const target = (0,tree_read/* readTarget */._)(file);
            return { digest: (0,digest/* digestOf */.ol)(target), size: target.byteLength, meta: (0,tree_meta/* fileMetaFrom */.ge)(found.stats) };
        }
        case 'file':
            try {
                return describeContent(read(file));
            }
            catch (error) {
                if (!(0,errors/* hasCode */.up)(error, 'CHANGED'))
                    throw error;
                return describeContent(read(file));
            }
    }
}
function describeContent(chunks) {
    const digester = new digest/* Digester */.Y8();
    let next = chunks.next();
    for (; !next.done; next = chunks.next())
        digester.update(next.value);
    return { digest: digester.digest(), size: digester.size, meta: (0,tree_meta/* fileMetaFrom */.ge)(next.value) };
}

// EXTERNAL MODULE: ./lib/tree/paths.js
var paths = __webpack_require__(2940);
// EXTERNAL MODULE: ./lib/tree/walk.js
var walk = __webpack_require__(207);
// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
// EXTERNAL MODULE: ./lib/pack/frame.js
var pack_frame = __webpack_require__(9704);
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
        open.add(content);
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
    add(content) {
        const offset = this.#length;
        const end = offset + content.size;
        for (const chunk of content.read()) {
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
function* cutLarge(content, frameSize) {
    let left = content.size;
    let buffer = Buffer.allocUnsafe(Math.min(frameSize, left));
    let filled = 0;
    for (const chunk of content.read()) {
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
        await remote.putBlob(pack.ref.digest, pack.bytes, { signal: options.signal });
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
    const saved = areas.map(() => []);
    const uploaded = await uploadContents(remote, newContents(areas, known, saved, options), options);
    const entries = saved.map((area) => area.map(([key, entry]) => {
        const location = entry.location ?? uploaded.get(entry.digest);
        return [key, location === undefined ? entry : { ...entry, location }];
    }));
    return { entries, uploaded };
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
        try {
            yield* contentsOf(area, saved[number] ?? [], run);
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
    for (const found of (0,walk/* walk */.G)(area.base, withSkips(area, options))) {
        options.signal?.throwIfAborted();
        const { key, path } = (0,paths/* keyOf */.TN)(area.root, found.path);
        if (claimed.has(key))
            continue;
        claimed.add(key);
        const entry = locate(save_areas_describe(area, found, path), key, run.known);
        saved.push([key, entry]);
        run.done += 1;
        run.bytes += entry.size;
        options.observer?.({ kind: 'hash', done: run.done, bytes: run.bytes });
        if (entry.location !== undefined || queued.has(entry.digest))
            continue;
        queued.add(entry.digest);
        const file = `${area.base}/${found.path}`;
        yield { digest: entry.digest, size: entry.size, read: () => readContent(file, entry) };
    }
}
function withSkips(area, { onSkip }) {
    return {
        enter: (path) => area.enter(path),
        select: (path, kind) => area.select(path, kind),
        ...(onSkip === undefined ? {} : { onSkip }),
    };
}
function save_areas_describe(area, found, path) {
    const info = describeFile(area.base, found);
    return path === undefined ? info : { ...info, meta: { ...info.meta, path } };
}
function locate(info, key, known) {
    const before = known.entry(key);
    if (before?.location !== undefined && before.digest === info.digest) {
        const meta = (0,tree_meta/* parseFileMeta */.f)(before.meta);
        if (meta.mode === info.meta.mode && meta.kind === info.meta.kind)
            return { ...before, meta };
    }
    const location = info.size === 0 ? NOWHERE : known.location(info.digest);
    return location === undefined ? info : { ...info, location };
}

// EXTERNAL MODULE: ./lib/sync/snapshot.js
var sync_snapshot = __webpack_require__(4063);
// EXTERNAL MODULE: ./lib/cli/progress.js
var progress = __webpack_require__(9095);
// EXTERNAL MODULE: ./lib/cli/remote.js + 31 modules
var cli_remote = __webpack_require__(5513);
// EXTERNAL MODULE: ./lib/cli/whole-folder.js
var whole_folder = __webpack_require__(8182);
;// CONCATENATED MODULE: ./lib/cli/push.js











/** `cafs push FOLDER REMOTE:TAG` */
async function push(folder, name, options) {
    const level = Number(options.level);
    if (!Number.isInteger(level) || level < 1 || level > 19) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `The level is ${JSON.stringify(options.level)}; it must be 1 to 19.`);
    }
    if ((0,external_node_fs_.statSync)(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw new errors/* CafsError */.u('INVALID_INPUT', `${JSON.stringify(folder)} is no folder.`);
    }
    const { remote, tag } = (0,cli_remote/* openNamed */.S3)(name);
    try {
        const before = await (0,sync_snapshot/* readSnapshot */.RA)(remote, tag, { blobs: blobs/* Blobs */.B.open((0,cli_remote/* cacheDir */.e8)()) });
        const known = await readKnown(remote, before);
        const observer = (0,progress/* terminalObserver */.L)();
        const { entries } = await saveAreas(remote, [(0,whole_folder/* wholeFolder */.s)(folder)], known, { level, observer });
        const [own = []] = entries;
        const subtree = {
            name: '.',
            root: 'ws',
            folder: '',
            outputs: ['**'],
            fingerprint: null,
            digest: new entry_index/* Index */.j(own).hash(''),
        };
        const draft = { entries: own, subtrees: [subtree], prefixes: ['ws/'], annotations: {} };
        const expect = { tag, digest: before?.descriptor.digest };
        const done = await publish(remote, draft, { tags: [tag], expect });
        if (done === undefined) {
            throw new errors/* CafsError */.u('CHANGED', `Somebody else moved ${remote.name}:${tag} meanwhile.`, {
                hint: 'Push again.',
            });
        }
        const { uploadedBytes, requests } = remote.stats;
        process.stdout.write(`${(0,format/* formatCount */.B4)(own.length, 'entry', 'entries')} in ${remote.name}:${tag} (${done.digest}); ` +
            `${(0,format/* formatBytes */.z3)(uploadedBytes)} uploaded, ${(0,format/* formatCount */.B4)(requests, 'request')}\n`);
    }
    finally {
        await remote.close();
    }
}
/** Contents that the tag's snapshot has are not uploaded again. */
async function readKnown(remote, snapshot) {
    const entries = new Map(snapshot === undefined ? [] : await (0,sync_snapshot/* readIndex */.vY)(remote, snapshot));
    const locations = new Map([...entries.values()].map(({ digest, location }) => [digest, location]));
    return { entry: (key) => entries.get(key), location: (digest) => locations.get(digest) };
}


/***/ }),

/***/ 5513:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e8: () => (/* binding */ cacheDir),
  S3: () => (/* binding */ openNamed),
  Mk: () => (/* binding */ readNamed)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/digest.js
var lib_digest = __webpack_require__(8463);
;// CONCATENATED MODULE: ./lib/oci/http.js
/** All values of a header; none where it is absent. */
function headerValues(response, name) {
    const value = response.headers[name];
    if (value === undefined)
        return [];
    return typeof value === 'string' ? [value] : value;
}
/** The first value of a header. */
function headerValue(response, name) {
    return headerValues(response, name)[0];
}

;// CONCATENATED MODULE: ./lib/oci/body.js



/**
 * Reads a body that must have a certain size, into one buffer of that size. Whatever a server
 * sends, no more than that is kept.
 *
 * @throws CafsError `INTEGRITY` where it is shorter, longer, or has another digest
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
/** Reads and checks a whole body, and keeps a part of it. */
async function readSlice(response, expected, slice) {
    await refuseLength(response, expected);
    const buffer = Buffer.allocUnsafe(slice.length);
    let position = 0;
    await consume(response, expected, (chunk) => {
        const from = Math.max(slice.offset - position, 0);
        const to = Math.min(slice.offset + slice.length - position, chunk.byteLength);
        if (from < to)
            buffer.set(chunk.subarray(from, to), position + from - slice.offset);
        position += chunk.byteLength;
    });
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
            throw new errors/* CafsError */.u('MALFORMED', `The ${what} has more than ${String(limit)} bytes.`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
}
/** The size that a response announces, where it does. */
function announcedSize(response) {
    const text = headerValue(response, 'content-length');
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
/** Spares a download that is bound to be refused, and memory that a lie would cost. */
async function refuseLength(response, expected) {
    const announced = announcedSize(response);
    if (announced === undefined || announced === expected.size)
        return;
    await response.body.discard();
    throw wrongSize(expected, `announces ${String(announced)}`);
}
async function consume(response, { what, size, digest }, keep) {
    const digester = digest === undefined ? undefined : new lib_digest/* Digester */.Y8();
    let seen = 0;
    for await (const chunk of response.body) {
        if (seen + chunk.byteLength > size)
            throw wrongSize({ what, size }, 'sends more');
        digester?.update(chunk);
        keep(chunk);
        seen += chunk.byteLength;
    }
    if (seen < size)
        throw wrongSize({ what, size }, `sends ${String(seen)}`);
    const found = digester?.digest();
    if (found !== digest) {
        throw new errors/* CafsError */.u('INTEGRITY', `The ${what} came with other bytes: ${String(found)}.`);
    }
}
function wrongSize({ what, size }, instead) {
    return new errors/* CafsError */.u('INTEGRITY', `The ${what} should have ${String(size)} bytes, but the registry ${instead}.`);
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/oci/origin.js

/** Whether a host is this very machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
function isLoopback(url) {
    const host = bareHost(url);
    return host === 'localhost' || isListed(host, [['127.0.0.0', 8]], [['::1', 128]]);
}
/**
 * Whether a host is a literal address that only means something near this machine: loopback,
 * private or link-local. Names are not looked up.
 */
function isNearby(url) {
    return isLoopback(url) || isListed(bareHost(url), NEARBY_V4, NEARBY_V6);
}
/** Whether bytes may be sent there at all: over TLS, or in the clear to this machine. */
function isSafe(url) {
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}
/** An address as errors show it: a query may be signed, and user information is a secret. */
function shownUrl(url) {
    return `${url.origin}${url.pathname}${url.search === '' ? '' : '?...'}`;
}
const NEARBY_V4 = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
];
const NEARBY_V6 = [
    ['::', 128],
    ['fc00::', 7],
    ['fe80::', 10],
];
function bareHost(url) {
    return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
function isListed(host, v4, v6) {
    const version = (0,external_node_net_.isIP)(host);
    if (version === 0)
        return false;
    const list = new external_node_net_.BlockList();
    for (const [address, bits] of v4)
        list.addSubnet(address, bits, 'ipv4');
    for (const [address, bits] of v6)
        list.addSubnet(address, bits, 'ipv6');
    // An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) matches the IPv4 ranges as well.
    return list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

;// CONCATENATED MODULE: ./lib/oci/reference.js

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
/** Characters of host and name together, which is what many clients take. */
const MAX_LENGTH = 255;
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
        hint: 'A tag has at most 128 characters: letters, digits, "_", "." and "-", and neither "." nor "-" first. An example: "branch-main".',
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
    const { repository, tag } = parseTaggedReference(text);
    if (tag === undefined)
        return repository;
    throw invalid(text, `it has a tag ("${tag}") where only a repository is meant`, {
        instead: text.slice(0, -tag.length - 1),
    });
}
/**
 * Reads a repository with or without a tag behind it: `host/name:tag`, `oci:DIR:tag`.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
function parseTaggedReference(text) {
    if (text === '')
        throw invalid(text, 'it is empty');
    if (/[\s\p{C}]/u.test(text) && !text.startsWith('oci:'))
        throw invalid(text, 'it holds a blank');
    const scheme = /^https?:\/\//i.exec(text)?.[0];
    if (scheme !== undefined) {
        throw invalid(text, 'it is no web address', { instead: text.slice(scheme.length) });
    }
    if (text.startsWith('oci:'))
        return parseLayout(text);
    if (text.includes('@'))
        throw invalid(text, 'a digest has no place here');
    return parseRegistry(text);
}
/** A repository as people write it. */
function formatRepository(repository) {
    return repository.kind === 'layout'
        ? `oci:${repository.folder}`
        : `${repository.host}/${repository.name}`;
}
function parseLayout(text) {
    const rest = text.slice('oci:'.length);
    if (rest.includes('\0'))
        throw invalid(text, 'a folder holds no NUL');
    const colon = rest.lastIndexOf(':');
    const inLastPart = colon > Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'));
    // `C:cache` is a drive, not a folder "C" with a tag.
    const isDrive = colon === 1 && /^[A-Za-z]:/.test(rest);
    const tagged = colon !== -1 && inLastPart && !isDrive;
    const folder = tagged ? rest.slice(0, colon) : rest;
    const tag = tagged ? rest.slice(colon + 1) : undefined;
    if (folder === '')
        throw invalid(text, 'it names no folder');
    if (tag !== undefined && !isTag(tag))
        throw invalid(text, `${shown(tag)} is no valid tag`);
    return { repository: { kind: 'layout', folder }, tag };
}
function parseRegistry(text) {
    const slash = text.indexOf('/');
    const first = slash === -1 ? '' : text.slice(0, slash);
    const hasHost = /[.:]/.test(first) || first.toLowerCase() === 'localhost';
    const host = hasHost ? checkedHost(first, text) : 'docker.io';
    const path = hasHost ? text.slice(slash + 1) : text;
    const colon = path.lastIndexOf(':');
    const tag = colon === -1 ? undefined : path.slice(colon + 1);
    const given = colon === -1 ? path : path.slice(0, colon);
    if (tag !== undefined && !isTag(tag))
        throw invalid(text, `${shown(tag)} is no valid tag`);
    checkName(given, text);
    const name = host === 'docker.io' && !given.includes('/') ? `library/${given}` : given;
    if (host.length + 1 + name.length > MAX_LENGTH) {
        throw invalid(text, `host and name have more than ${String(MAX_LENGTH)} characters`);
    }
    return { repository: { kind: 'registry', host, name }, tag };
}
function checkedHost(host, text) {
    const port = /:(\d+)$/.exec(host)?.[1];
    if (!HOST.test(host) || URL.parse(`https://${host}`) === null) {
        throw invalid(text, `${shown(host)} is no host`);
    }
    if (port !== undefined && Number(port) === 0)
        throw invalid(text, 'there is no port 0');
    const lower = host.toLowerCase();
    return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? 'docker.io' : lower;
}
function checkName(name, text) {
    if (name === '')
        throw invalid(text, 'it names a host but no repository');
    if (/[A-Z]/.test(name)) {
        throw invalid(text, 'the name of a repository has no upper-case letters', {
            instead: text.replace(name, name.toLowerCase()),
        });
    }
    for (const part of name.split('/')) {
        if (part === '')
            throw invalid(text, 'its name has an empty part');
        if (!PART.test(part)) {
            throw invalid(text, `the part ${shown(part)} is not made of a-z and 0-9 with single ".", "_", "__" or "-" between them`);
        }
    }
}
function invalid(text, rule, more = {}) {
    const hint = more.instead === undefined
        ? 'Write it like "ghcr.io/owner/repository/cafs", or "oci:DIR" for a folder.'
        : `Write ${shown(more.instead)}.`;
    return new errors/* CafsError */.u('INVALID_REFERENCE', `${shown(text)} is no valid reference: ${rule}.`, {
        hint,
    });
}
function shown(text) {
    // Somebody may have put a password into an address.
    const safe = text.replace(/\/\/[^/@\s]*@/g, '//***@');
    return JSON.stringify(safe.length > 120 ? `${safe.slice(0, 120)}...` : safe);
}

;// CONCATENATED MODULE: ./lib/oci/endpoint.js




/** Where a repository's API is: over TLS, or in the clear where the registry is this machine. */
function baseUrl({ host, name }) {
    const apiHost = host === 'docker.io' ? 'registry-1.docker.io' : host;
    const secure = new URL(`https://${apiHost}/v2/${name}/`);
    return isLoopback(secure) ? new URL(`http://${apiHost}/v2/${name}/`) : secure;
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
    if (isTag(reference) || (0,lib_digest/* isDigest */.Bc)(reference))
        return reference;
    throw new errors/* CafsError */.u('INVALID_REFERENCE', `${JSON.stringify(reference.slice(0, 200))} is neither a tag nor a digest.`);
}

;// CONCATENATED MODULE: ./lib/oci/connection-error.js

/** No answer, or not the whole of one. */
class ConnectionError extends errors/* CafsError */.u {
    /** Whether trying again may help: not where a name does not exist or a certificate is wrong. */
    transient;
    constructor(code, message, details) {
        super(code, message, details);
        this.transient = details.transient;
    }
}
/** Makes an error of ours of whatever a connection to a host ended with. */
function connectionError(cause, url) {
    const code = codeOf(cause);
    const { host } = url;
    if (TIMEOUTS.has(code)) {
        return new ConnectionError('TIMEOUT', `${host} went silent (${code}).`, {
            cause,
            transient: true,
            hint: `Check the connection to ${host}, or try later.`,
        });
    }
    // Where several addresses were tried in vain, the error has a code but no message.
    const why = (0,errors/* describeError */.Uc)(cause) || code;
    return new ConnectionError('UNREACHABLE', `The connection to ${host} failed: ${why}.`, {
        cause,
        transient: !FINAL.has(code) && !CERTIFICATE.test(code),
        hint: hintFor(code, host),
    });
}
const TIMEOUTS = new Set([
    'ETIMEDOUT',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
]);
/** Waiting changes none of these within the patience of a job. */
const FINAL = new Set([
    'ENOTFOUND',
    'ECONNREFUSED',
    'EPROTO',
    'UND_ERR_INVALID_ARG',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
]);
const CERTIFICATE = /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;
function hintFor(code, host) {
    if (code === 'ENOTFOUND')
        return `Check the spelling of the host ${host}.`;
    if (code === 'ECONNREFUSED')
        return `Nothing listens at ${host}: check that it runs.`;
    if (CERTIFICATE.test(code)) {
        return `Name the certificate authority of ${host} in NODE_EXTRA_CA_CERTS.`;
    }
    if (code === 'EPROTO')
        return `${host} does not speak TLS; plain http is for localhost only.`;
    return `Check that ${host} can be reached from here, and HTTPS_PROXY and NO_PROXY if there is a proxy.`;
}
/** By shape, not by class: errors of Node itself may come from another realm. */
function codeOf(error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
    return typeof code === 'string' && code !== '' ? code : 'no code';
}

;// CONCATENATED MODULE: ./lib/oci/problem.js
const MAX_PROBLEMS = 5;
const MAX_MESSAGE = 300;
/**
 * Reads what a registry says about an error: the spec's JSON, a token server's `{details}` or
 * `{error, error_description}`, or whatever a proxy in between made of it.
 */
function parseProblems(text) {
    if (text.trim() === '')
        return [];
    let body;
    try {
        body = JSON.parse(text);
    }
    catch {
        return [{ code: '', message: plain(text.replaceAll(/<[^>]*>/g, ' ')) }];
    }
    const fields = asRecord(body);
    if (Array.isArray(fields['errors'])) {
        return fields['errors'].slice(0, MAX_PROBLEMS).map((item) => {
            const { code, message, detail } = asRecord(item);
            const told = typeof message === 'string' && message !== '' ? message : detail;
            return { code: asCode(code), message: typeof told === 'string' ? plain(told) : '' };
        });
    }
    const message = fields['error_description'] ?? fields['details'] ?? fields['message'] ?? fields['error'];
    return [{ code: '', message: plain(typeof message === 'string' ? message : text) }];
}
function asRecord(value) {
    return typeof value === 'object' && value !== null ? value : {};
}
function asCode(value) {
    return typeof value === 'string' ? plain(value).toUpperCase().slice(0, 40) : '';
}
/** One line of visible text: it ends in logs, where a line can be a command. */
function plain(text) {
    const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
    return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}...` : line;
}

;// CONCATENATED MODULE: ./lib/oci/retry-after.js
/** How long a server asks to wait, in milliseconds, from its `Retry-After` header. */
function parseRetryAfter(value, now) {
    if (value === undefined)
        return undefined;
    if (/^\s*\d{1,9}\s*$/.test(value))
        return Number(value) * 1000;
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
const UNITS = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    μs: 1e-3,
    ms: 1,
    s: 1000,
    m: 60_000,
};
/**
 * The same out of an error's text. GHCR writes Go durations there and sets no header:
 * `retry-after: 182.345µs, allowed: 2000/minute`.
 */
function retryAfterInText(text) {
    const match = /retry-after:?\s*(\d{1,9}(?:\.\d{1,9})?)(ns|us|µs|μs|ms|s|m)\b/i.exec(text);
    const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
    return match === null || unit === undefined ? undefined : Math.ceil(Number(match[1]) * unit);
}

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
    /** Codes out of the body, such as `MANIFEST_BLOB_UNKNOWN`. */
    problems;
    /** How long the server asks to wait before trying again, in milliseconds. */
    retryAfterMs;
    constructor(code, message, details) {
        super(code, message, details);
        this.status = details.status;
        this.problems = details.problems;
        this.retryAfterMs = details.retryAfterMs;
    }
    /** Whether the registry gave one of these codes. */
    names(...codes) {
        return this.problems.some(({ code }) => codes.includes(code));
    }
}
/** Whether a status, whatever the body says, may well be another one later. */
function isTransientStatus(status) {
    return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}
/** Makes an error of an answer, and gives up what is left of its body. */
async function responseError(request, response) {
    const text = request.method === 'HEAD' ? '' : await readSome(response);
    await response.body.discard();
    const problems = parseProblems(text);
    const { status } = response;
    const told = problems
        .map(({ code, message }) => [code, message].filter((part) => part !== '').join(': '))
        .join('; ');
    const hint = errors_hintFor(status, response.url.host, problems);
    const elsewhere = response.url.origin === request.url.origin ? '' : ` by way of ${response.url.host}`;
    return new ResponseError(errors_codeOf(status, problems), `${request.method} ${shownUrl(request.url)} answered ${String(status)}${elsewhere}${told === '' ? '' : ` (${told})`}.`, {
        status,
        problems,
        retryAfterMs: parseRetryAfter(headerValue(response, 'retry-after'), Date.now()) ?? retryAfterInText(text),
        ...(hint === undefined ? {} : { hint }),
    });
}
/** Whether the same request may well go through later. */
function isTransient(error) {
    if (error instanceof ResponseError) {
        const { status, problems } = error;
        return isTransientStatus(status) || (status === 403 && isRateLimit(problems));
    }
    return error instanceof ConnectionError && error.transient;
}
function errors_codeOf(status, problems) {
    if (problems.some(({ code }) => code === 'DIGEST_INVALID'))
        return 'INTEGRITY';
    // Registries answer 400 as well as 404 to a manifest whose blobs are not there.
    if (problems.some(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN'))
        return 'NOT_FOUND';
    if (status === 401)
        return 'UNAUTHORIZED';
    if (status === 403)
        return isRateLimit(problems) ? 'REMOTE' : 'DENIED';
    if (status === 404)
        return 'NOT_FOUND';
    return status === 408 ? 'TIMEOUT' : 'REMOTE';
}
/** GitHub answers 403, not 429, to bursts. */
function isRateLimit(problems) {
    return problems.some(({ code, message }) => code === 'TOOMANYREQUESTS' || /secondary rate limit|rate limit exceeded/i.test(message));
}
/** What a user can do about an error that a host answered. */
function errors_hintFor(status, host, problems) {
    if (status === 401) {
        return `${host} wants credentials, or refuses those that it was given. The action takes them from its inputs username and password, the command line from CAFS_USERNAME and CAFS_PASSWORD; both are needed.`;
    }
    if (status === 403 && !isRateLimit(problems)) {
        return host === 'ghcr.io'
            ? 'In a workflow, the job needs "permissions: packages: write", and the package must give this repository write access (Package settings, Manage Actions access).'
            : `The credentials for ${host} do not allow this; ask for the right to pull from and push to this repository.`;
    }
    if (status === 413)
        return 'The registry, or a proxy before it, limits the size of uploads.';
    if (status === 429 || status === 403)
        return `${host} limits how often it may be asked; try later.`;
    if (status >= 500)
        return `The fault lies with ${host}, or with a proxy before it; try later.`;
    return undefined;
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

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/oci/retry.js


const SYSTEM_CLOCK = {
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: async (ms, signal) => {
        try {
            await (0,promises_.setTimeout)(ms, undefined, signal === undefined ? {} : { signal });
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
    clock: SYSTEM_CLOCK,
};
/**
 * Does work again while it fails in a way that may pass, with growing waits of a random length,
 * or as long as the server asks.
 *
 * @param options.windowMs no try starts later than this after the first
 * @param options.passes which failures may pass; by default {@link isTransient} ones
 */
async function retrying(policy, signal, work, options = {}) {
    const { clock } = policy;
    const { windowMs = Number.POSITIVE_INFINITY, passes = isTransient } = options;
    const start = clock.now();
    for (let attempt = 1;; attempt += 1) {
        try {
            return await work();
        }
        catch (error) {
            signal?.throwIfAborted();
            if (!passes(error) || attempt >= policy.attempts)
                throw error;
            const wait = waitAfter(error, attempt, policy);
            if (wait === undefined || clock.now() + wait - start > windowMs)
                throw error;
            await clock.sleep(wait, signal);
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
            if (response.status !== 403 && !isTransientStatus(response.status))
                return response;
            throw await responseError(request, response);
        };
        return request.replay === false ? send() : retrying(policy, request.signal, send);
    };
}
function waitAfter(error, attempt, policy) {
    const asked = error instanceof ResponseError ? error.retryAfterMs : undefined;
    if (asked !== undefined && asked > policy.maxRetryAfterMs)
        return undefined;
    const grown = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.maxMs);
    // From half to the whole of it: clients that failed together do not come back together.
    const jittered = grown * (0.5 + policy.clock.random() / 2);
    return Math.max(jittered, asked ?? 0);
}

;// CONCATENATED MODULE: ./lib/oci/download.js






/** The most that a blob may have to be read into memory as a whole, in bytes. */
const MAX_BUFFERED = 2 ** 30;
/** Reads a whole blob and checks it. */
async function downloadBlob(endpoint, blob, signal) {
    assertBufferable(blob.size, blob);
    const request = blobRequest(endpoint, blob, {}, signal);
    return retrying(endpoint.policy, signal, async () => {
        const response = await endpoint.transport(request);
        if (response.status !== 200)
            throw await responseError(request, response);
        return readExactly(response, { what: `blob ${blob.digest}`, ...blob });
    });
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
    const last = range.offset + range.length - 1;
    const bytes = `${String(range.offset)}-${String(last)}`;
    const request = blobRequest(endpoint, blob, { range: `bytes=${bytes}` }, signal);
    return retrying(endpoint.policy, signal, async () => {
        const response = await endpoint.transport(request);
        const what = `blob ${blob.digest}`;
        if (response.status === 200)
            return readSlice(response, { what, ...blob }, range);
        if (response.status === 416)
            throw await unsatisfied(response, blob);
        if (response.status !== 206)
            throw await responseError(request, response);
        await assertContentRange(response, bytes, blob);
        return readExactly(response, { what: `range ${bytes} of ${what}`, size: range.length });
    });
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
function blobRequest(endpoint, blob, headers, signal) {
    // Tried again here and not below, since a body may break off after the transport is done.
    return { method: 'GET', url: blobUrl(endpoint, blob.digest), headers, signal, replay: false };
}
async function assertContentRange(response, bytes, { digest, size }) {
    const found = headerValue(response, 'content-range') ?? '';
    const [, unit, run, total] = /^(\w+)\s+([\d-]+)\/(\d+|\*)$/.exec(found.trim()) ?? [];
    if (unit?.toLowerCase() === 'bytes' &&
        run === bytes &&
        (total === '*' || total === String(size))) {
        return;
    }
    await response.body.discard();
    throw new errors/* CafsError */.u('INTEGRITY', `The registry was asked for bytes ${bytes}/${String(size)} of blob ${digest} and gave ${JSON.stringify(found.slice(0, 100))}.`);
}
async function unsatisfied(response, blob) {
    await response.body.discard();
    return new errors/* CafsError */.u('INTEGRITY', `The blob ${blob.digest} should have ${String(blob.size)} bytes, but the registry has fewer.`);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./lib/oci/durable-file.js





/** A temporary file this old was left by a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;
/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for every
 * other process: bytes go to a file of another name, to the disk, and only then in place.
 *
 * @param tempDir a folder on the same file system; it exists
 * @param mayPlace asked last of all; where it gives `false`, nothing changes
 * @returns whether the file is in place
 */
async function writeDurably(path, tempDir, bytes, mayPlace = () => Promise.resolve(true)) {
    const temp = (0,external_node_path_.join)(tempDir, `tmp-${(0,external_node_crypto_.randomUUID)()}`);
    try {
        const file = await (0,external_node_fs_promises_.open)(temp, 'wx', 0o644);
        try {
            await file.writeFile(bytes);
            await file.sync();
        }
        finally {
            await file.close();
        }
        if (!(await mayPlace()))
            return false;
        await replace(temp, path);
        return true;
    }
    finally {
        await (0,external_node_fs_promises_.rm)(temp, { force: true });
    }
}
/** Removes what killed processes have left in a folder of temporary files. */
async function sweepAbandoned(tempDir, now) {
    for (const name of await (0,external_node_fs_promises_.readdir)(tempDir)) {
        if (!name.startsWith('tmp-'))
            continue;
        const path = (0,external_node_path_.join)(tempDir, name);
        const stats = await (0,external_node_fs_promises_.stat)(path).catch(() => undefined);
        if (stats !== undefined && now - stats.mtimeMs > ABANDONED_MS)
            await (0,external_node_fs_promises_.rm)(path, { force: true });
    }
}
/** Makes a folder; where it is there already, that is fine. */
async function ensureFolder(path) {
    await (0,external_node_fs_promises_.mkdir)(path, { recursive: true });
}
/** On Windows, a file that another process is just reading cannot be replaced: it soon can. */
async function replace(temp, path) {
    for (let attempt = 1;; attempt += 1) {
        try {
            await (0,external_node_fs_promises_.rename)(temp, path);
            return;
        }
        catch (error) {
            const busy = ['EPERM', 'EACCES', 'EBUSY'].includes((0,errors/* systemCode */.xU)(error) ?? '');
            if (!busy || attempt === 10)
                throw error;
            await (0,promises_.setTimeout)(attempt * 10);
        }
    }
}

;// CONCATENATED MODULE: ./lib/oci/layout-blobs.js



/** The size of a blob's file in bytes, or undefined where there is none. */
async function findBlob(path) {
    try {
        return (await (0,external_node_fs_promises_.stat)(path)).size;
    }
    catch (error) {
        if (isAbsent(error))
            return undefined;
        throw error;
    }
}
/**
 * Reads and checks a whole blob.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`
 */
async function readBlobFile(path, blob) {
    const bytes = await readBlobRange(path, blob, { offset: 0, length: blob.size });
    const found = (0,lib_digest/* digestOf */.ol)(bytes);
    if (found === blob.digest)
        return bytes;
    throw new errors/* CafsError */.u('INTEGRITY', `The blob ${blob.digest} is damaged on disk: its bytes have the digest ${found}.`, { hint: `Remove the file ${path}, and save again.` });
}
/**
 * Reads a run of a blob's bytes, unchecked but for the blob's size.
 *
 * @throws CafsError `NOT_FOUND`, `INTEGRITY`
 */
async function readBlobRange(path, blob, range) {
    const file = await openBlob(path, blob);
    try {
        const { size } = await file.stat();
        if (size !== blob.size)
            throw layout_blobs_wrongSize(blob, size);
        const buffer = Buffer.allocUnsafe(range.length);
        let filled = 0;
        while (filled < range.length) {
            const { bytesRead } = await file.read(buffer, filled, range.length - filled, range.offset + filled);
            if (bytesRead === 0)
                throw layout_blobs_wrongSize(blob, range.offset + filled);
            filled += bytesRead;
        }
        return buffer;
    }
    finally {
        await file.close();
    }
}
async function openBlob(path, { digest }) {
    try {
        return await (0,external_node_fs_promises_.open)(path, 'r');
    }
    catch (cause) {
        if (!isAbsent(cause))
            throw cause;
        throw new errors/* CafsError */.u('NOT_FOUND', `There is no blob ${digest} at ${path}.`, { cause });
    }
}
function isAbsent(error) {
    return (0,errors/* systemCode */.xU)(error) === 'ENOENT' || (0,errors/* systemCode */.xU)(error) === 'ENOTDIR';
}
function layout_blobs_wrongSize({ digest, size }, found) {
    return new errors/* CafsError */.u('INTEGRITY', `The blob ${digest} should have ${String(size)} bytes; its file has ${String(found)}.`);
}

;// CONCATENATED MODULE: ./lib/oci/layout-folder.js





const VERSION = '1.0.0';
const MARKER = 'oci-layout';
const PRIVATE = '.cafs';
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
        return (0,external_node_path_.join)(this.path, 'index.json');
    }
    /** Where files are written before they are moved in place, and where the lock is. */
    get tempDir() {
        return (0,external_node_path_.join)(this.path, PRIVATE);
    }
    get lock() {
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
    /** Makes a layout where there is none, so that blobs and tags can be written. */
    async prepare() {
        this.#prepared ??= this.#create().catch((error) => {
            this.#prepared = undefined;
            throw error;
        });
        await this.#prepared;
    }
    async #create() {
        const exists = await this.exists();
        await ensureFolder(this.tempDir);
        await sweepAbandoned(this.tempDir, Date.now());
        if (!exists) {
            const marker = JSON.stringify({ imageLayoutVersion: VERSION });
            await writeDurably((0,external_node_path_.join)(this.path, MARKER), this.tempDir, Buffer.from(marker));
        }
        await ensureFolder((0,external_node_path_.join)(this.path, 'blobs', 'sha256'));
        this.#isLayout = true;
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
        throw new errors/* CafsError */.u('INVALID_REFERENCE', `The folder ${this.path} exists, is not empty, and is no OCI image layout: it has no file "${MARKER}".`, { hint: 'Name another folder; one that does not exist yet is made.' });
    }
    async #hasMarker() {
        const path = (0,external_node_path_.join)(this.path, MARKER);
        let text;
        try {
            text = await (0,external_node_fs_promises_.readFile)(path, 'utf8');
        }
        catch (error) {
            if ((0,errors/* systemCode */.xU)(error) === 'ENOENT')
                return false;
            if ((0,errors/* systemCode */.xU)(error) === 'ENOTDIR')
                throw notAFolder(this.path, error);
            throw error;
        }
        const found = versionIn(text, path);
        if (found === VERSION)
            return true;
        throw new errors/* CafsError */.u('UNSUPPORTED_VERSION', `The image layout ${this.path} has version ${JSON.stringify(found)}; this software knows ${VERSION}.`);
    }
    async #list() {
        try {
            return await (0,external_node_fs_promises_.readdir)(this.path);
        }
        catch (error) {
            if ((0,errors/* systemCode */.xU)(error) === 'ENOENT')
                return [];
            if ((0,errors/* systemCode */.xU)(error) === 'ENOTDIR')
                throw notAFolder(this.path, error);
            throw error;
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
    throw new errors/* CafsError */.u('MALFORMED', `The file ${path} is not what an image layout has there.`);
}
function notAFolder(path, cause) {
    return new errors/* CafsError */.u('INVALID_REFERENCE', `${path} is a file, not a folder.`, { cause });
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
;// CONCATENATED MODULE: ./lib/oci/folder-lock.js





/*
 * A lock between processes, with nothing but a file.
 *
 * - To take it is to create the file, which only one can (O_EXCL). The file holds a token that no
 *   other holder ever has.
 * - It is held for milliseconds. Whoever sees the same token for STALE_MS, by its own clock, takes
 *   the holder for dead. Process ids are no help: containers that share a folder do not share them.
 * - To break it, create `<lock>.<token>` (O_EXCL again): of all who see the dead holder, one may
 *   remove its file, and nobody can remove the file of the one who comes next.
 * - A holder that only slept notices: before it changes what the lock guards, it asks `isHeld`,
 *   and starts over where it is not. What remains is a process that is stopped for five seconds
 *   between that question and the rename that follows it.
 */
const STALE_MS = 5000;
const GIVE_UP_MS = 60_000;
/**
 * Does work while holding a lock.
 *
 * @param path the lock's file, in a folder that exists
 * @throws CafsError `TIMEOUT` where others hold it for a minute
 */
async function withLock(path, work, options = {}) {
    const token = (0,external_node_crypto_.randomUUID)();
    await take(path, token, options);
    const isHeld = async () => tokenOf(await read(path)) === token;
    try {
        return await work({ isHeld });
    }
    finally {
        if (await isHeld())
            await (0,external_node_fs_promises_.rm)(path, { force: true });
    }
}
async function take(path, token, options) {
    const { signal, staleMs = STALE_MS, giveUpMs = GIVE_UP_MS } = options;
    const start = performance.now();
    let seen;
    let seenSince = start;
    while (!(await create(path, `${token} ${String(process.pid)} ${(0,external_node_os_.hostname)()}\n`))) {
        const now = performance.now();
        const content = await read(path);
        if (content !== seen) {
            seen = content;
            seenSince = now;
        }
        else if (content !== undefined && now - seenSince > staleMs) {
            await breakLock(path, content);
            seen = undefined;
        }
        if (now - start > giveUpMs)
            throw held(path, content);
        await SYSTEM_CLOCK.sleep(5 + Math.random() * 20, signal);
    }
}
async function breakLock(path, content) {
    // A holder that was killed between creating and writing left a file without a token.
    const claim = `${path}.${tokenOf(content) ?? 'empty'}`;
    if (!(await create(claim, '')))
        return;
    if ((await read(path)) === content)
        await (0,external_node_fs_promises_.rm)(path, { force: true });
    await (0,external_node_fs_promises_.rm)(claim, { force: true });
}
async function create(path, content) {
    try {
        await (0,external_node_fs_promises_.writeFile)(path, content, { flag: 'wx' });
        return true;
    }
    catch (error) {
        // Windows says EPERM of a file that is just being removed.
        if ((0,errors/* systemCode */.xU)(error) === 'EEXIST' || (0,errors/* systemCode */.xU)(error) === 'EPERM')
            return false;
        throw error;
    }
}
async function read(path) {
    try {
        return await (0,external_node_fs_promises_.readFile)(path, 'utf8');
    }
    catch (error) {
        if ((0,errors/* systemCode */.xU)(error) === 'ENOENT' || (0,errors/* systemCode */.xU)(error) === 'EPERM')
            return undefined;
        throw error;
    }
}
function tokenOf(content) {
    return /^[0-9a-f-]{36}/.exec(content ?? '')?.[0];
}
function held(path, content) {
    const [, pid = '?', host = '?'] = content?.trim().split(' ') ?? [];
    return new errors/* CafsError */.u('TIMEOUT', `The lock ${path} is held by others all the time, now by process ${pid} on ${host}.`, { hint: 'If no process writes to this folder, remove the file.' });
}

// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
;// CONCATENATED MODULE: ./lib/oci/layout-index.js







/** Where a descriptor says which tag it is. */
const REF_NAME = 'org.opencontainers.image.ref.name';
/** How often a writer starts over that was asleep for so long that others took its lock. */
const MAX_ATTEMPTS = 5;
const DESCRIPTOR = dist/* looseObject */._H3({
    mediaType: dist/* string */.YjP(),
    digest: dist/* custom */.IeY(lib_digest/* isDigest */.Bc, 'no digest'),
    size: dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(0)),
    annotations: dist/* exactOptional */.yqP(dist/* record */.g1P(dist/* string */.YjP(), dist/* string */.YjP())),
});
/** Loose: what other tools have written stays as it is. */
const INDEX = dist/* looseObject */._H3({ schemaVersion: dist/* literal */.euz(2), manifests: dist/* array */.YOg(DESCRIPTOR) });
/** The tags and manifests of an image layout: its `index.json`. */
class TagTable {
    #index;
    constructor(index) {
        this.#index = index;
    }
    /**
     * Reads a layout's table; an empty one where no manifest was ever stored.
     *
     * @throws CafsError `MALFORMED`
     */
    static async read(folder) {
        const text = await readIfExists(folder.index);
        if (text === undefined) {
            return new TagTable({ schemaVersion: 2, mediaType: types/* MEDIA_TYPE_INDEX */.D, manifests: [] });
        }
        const parsed = dist/* safeParse */.xLC(INDEX, parseJson(text));
        if (parsed.success)
            return new TagTable(parsed.output);
        throw new errors/* CafsError */.u('MALFORMED', `${folder.index} is no image index.`);
    }
    get tags() {
        return this.#index.manifests.flatMap(({ annotations }) => annotations?.[REF_NAME] ?? []);
    }
    find(tag) {
        // Where a tool has left two, the later one is the newer one.
        return this.#index.manifests.findLast(({ annotations }) => annotations?.[REF_NAME] === tag);
    }
    /** The same with tags pointing at a manifest; without tags, it is listed by itself. */
    with(descriptor, tags) {
        const { mediaType, digest, size } = descriptor;
        const plain = { mediaType, digest, size };
        const kept = this.#index.manifests.filter(({ annotations }) => {
            const tag = annotations?.[REF_NAME];
            return tag === undefined || !tags.includes(tag);
        });
        const listed = tags.length > 0 || kept.some((other) => other.digest === digest);
        const added = listed
            ? tags.map((tag) => ({ ...plain, annotations: { [REF_NAME]: tag } }))
            : [plain];
        return new TagTable({ ...this.#index, manifests: [...kept, ...added] });
    }
    encode() {
        return Buffer.from(JSON.stringify(this.#index));
    }
}
/**
 * Points tags at a manifest. Processes that do so at the same time go one after another.
 *
 * @param folder prepared for writing
 */
async function pointTags(folder, descriptor, tags, signal) {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const done = await withLock(folder.lock, async (lock) => {
            const table = (await TagTable.read(folder)).with(descriptor, tags);
            return writeDurably(folder.index, folder.tempDir, table.encode(), () => lock.isHeld());
        }, { signal });
        if (done)
            return;
    }
    throw new errors/* CafsError */.u('TIMEOUT', `The lock of ${folder.path} was lost again and again.`, {
        hint: 'The disk may be too slow for several writers; let one write after another.',
    });
}
async function readIfExists(path) {
    try {
        return await (0,external_node_fs_promises_.readFile)(path, 'utf8');
    }
    catch (error) {
        if ((0,errors/* systemCode */.xU)(error) === 'ENOENT')
            return undefined;
        throw error;
    }
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/oci/manifest.js
var manifest = __webpack_require__(4360);
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
        meter.uploadedBytes += request.body?.byteLength ?? 0;
        const response = await next(request);
        return { ...response, body: meteredBody(response, meter) };
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
 * An OCI image layout in a folder: a remote without a server. Made by the first write; several
 * processes may use it at the same time.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
class LayoutRemote {
    name;
    #folder;
    #meter = new Meter();
    #signal;
    /**
     * @param path absolute
     * @param options.name what a person would write: `oci:DIR`
     */
    constructor(path, options = {}) {
        this.name = options.name ?? `oci:${path}`;
        this.#folder = new LayoutFolder(path);
        this.#signal = options.signal;
    }
    get stats() {
        return this.#meter;
    }
    async resolve(reference, options = {}) {
        if ((0,lib_digest/* isDigest */.Bc)(reference))
            return (await this.getManifest(reference, options))?.descriptor;
        checkedReference(reference);
        if (!(await this.#begin(options)))
            return undefined;
        const found = (await TagTable.read(this.#folder)).find(reference);
        if (found === undefined)
            return undefined;
        const { mediaType, digest, size } = found;
        return { mediaType, digest, size };
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
        return { descriptor, bytes: await this.#read(descriptor) };
    }
    async putManifest(bytes, mediaType, tags, options = {}) {
        tags.forEach(parseTag);
        if (bytes.byteLength > manifest/* MAX_MANIFEST_WRITTEN */.Zj)
            throw (0,manifest/* tooLarge */.g$)(bytes.byteLength);
        await this.#begin(options);
        if (mediaType === types/* MEDIA_TYPE_MANIFEST */.S)
            await this.#assertComplete(bytes);
        const descriptor = { mediaType, digest: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
        await this.#write(descriptor.digest, bytes);
        this.#meter.requests += 1;
        await pointTags(this.#folder, descriptor, tags, this.#signalFor(options));
        return descriptor;
    }
    async hasBlob(digest, options = {}) {
        const path = this.#folder.blob((0,lib_digest/* parseDigest */.m)(digest));
        return (await this.#begin(options)) && (await findBlob(path)) !== undefined;
    }
    async getBlob(blob, options = {}) {
        (0,lib_digest/* parseDigest */.m)(blob.digest);
        assertBufferable(blob.size, blob);
        await this.#begin(options);
        return this.#read(blob);
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
    async putBlob(digest, bytes, options = {}) {
        const found = (0,lib_digest/* digestOf */.ol)(bytes);
        if (found !== digest) {
            throw new errors/* CafsError */.u('INTEGRITY', `The bytes to store as ${digest} are ${found}.`);
        }
        await this.#begin(options);
        await this.#write(digest, bytes);
    }
    async listTags(options = {}) {
        if (!(await this.#begin(options)))
            return [];
        // Other tools put whole image names there, which are tags to nobody.
        return [...new Set((await TagTable.read(this.#folder)).tags)].filter(isTag);
    }
    close() {
        return Promise.resolve();
    }
    /** Counts a call, and tells whether there is a layout to read from. */
    async #begin(options) {
        this.#signalFor(options)?.throwIfAborted();
        this.#meter.requests += 1;
        return this.#folder.exists();
    }
    async #read(blob) {
        const bytes = await readBlobFile(this.#folder.blob(blob.digest), blob);
        this.#meter.downloadedBytes += bytes.byteLength;
        return bytes;
    }
    async #write(digest, bytes) {
        await this.#folder.prepare();
        const path = this.#folder.blob(digest);
        if (await isStored(path, digest, bytes))
            return;
        await writeDurably(path, this.#folder.tempDir, bytes);
        this.#meter.uploadedBytes += bytes.byteLength;
    }
    async #manifestByDigest(digest, options) {
        if (!(await this.#begin(options)))
            return undefined;
        const size = await findBlob(this.#folder.blob(digest));
        if (size === undefined || size > manifest/* MAX_MANIFEST_READ */.kv)
            return undefined;
        const bytes = await this.#read({ digest, size });
        const mediaType = manifestTypeOf(bytes);
        if (mediaType === undefined)
            return undefined;
        return { descriptor: { mediaType, digest, size }, bytes };
    }
    async #assertComplete(bytes) {
        const { config, layers } = (0,manifest/* parseManifest */.Ng)(bytes);
        for (const { digest, size } of [config, ...layers]) {
            if ((await findBlob(this.#folder.blob(digest))) === size)
                continue;
            throw new errors/* CafsError */.u('NOT_FOUND', `The manifest names the blob ${digest} of ${String(size)} bytes, which is not in ${this.name}.`);
        }
    }
    #signalFor({ signal }) {
        if (signal === undefined || this.#signal === undefined)
            return signal ?? this.#signal;
        return AbortSignal.any([signal, this.#signal]);
    }
}
/** Whether a blob is there and undamaged: one that is not is written anew, which heals it. */
async function isStored(path, digest, bytes) {
    const size = await findBlob(path);
    if (size !== bytes.byteLength)
        return false;
    return readBlobFile(path, { digest, size }).then(() => true, () => false);
}
/** A manifest's own word for what it is; undefined where the bytes are no manifest. */
function manifestTypeOf(bytes) {
    let body;
    try {
        body = JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch {
        return undefined;
    }
    if (typeof body !== 'object' || body === null || !('schemaVersion' in body))
        return undefined;
    if ('mediaType' in body && typeof body.mediaType === 'string')
        return body.mediaType;
    if ('layers' in body)
        return types/* MEDIA_TYPE_MANIFEST */.S;
    return 'manifests' in body ? types/* MEDIA_TYPE_INDEX */.D : undefined;
}

;// CONCATENATED MODULE: ./lib/oci/credentials.js
/** The value of an `Authorization` header. */
function basicAuthorization({ username, password }) {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

;// CONCATENATED MODULE: ./lib/oci/token.js






const MAX_ANSWER_BYTES = 128 * 1024;
/** The least that a token holds, and what holds where the server does not say. */
const MIN_LIFETIME_S = 60;
const ANSWER = dist/* object */.Ikc({
    token: dist/* optional */.lqM(dist/* string */.YjP()),
    access_token: dist/* optional */.lqM(dist/* string */.YjP()),
    expires_in: dist/* optional */.lqM(dist/* pipe */.FsL(dist/* number */.aig(), dist/* finite */.E2x())),
});
/**
 * Asks a token server for a token, with credentials or anonymously.
 *
 * @param realm checked by {@link checkedRealm}
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @throws CafsError `UNAUTHORIZED`, `DENIED`, `MALFORMED`
 */
async function requestToken(transport, realm, query, credentials, signal) {
    const url = new URL(realm);
    if (query.service !== undefined)
        url.searchParams.set('service', query.service);
    url.searchParams.append('scope', query.scope);
    const headers = { accept: 'application/json' };
    if (credentials !== undefined)
        headers['authorization'] = basicAuthorization(credentials);
    const request = { method: 'GET', url, headers, signal };
    const response = await transport(request);
    if (response.status !== 200)
        throw await responseError(request, response);
    return parseAnswer(await readLimited(response, `token from ${shownUrl(url)}`, MAX_ANSWER_BYTES));
}
/**
 * The address of the token server that a challenge names.
 *
 * Credentials go there, so it must be one that only the registry's owner can mean: over TLS, or
 * both it and the registry on this machine; and a literal address near this machine only where the
 * registry has the same one.
 *
 * @throws CafsError `MALFORMED`
 */
function checkedRealm(challenge, registry) {
    const text = challenge.params.get('realm') ?? '';
    const realm = URL.parse(text);
    const refuse = (why) => {
        const shown = realm === null ? JSON.stringify(text.slice(0, 200)) : shownUrl(realm);
        throw new errors/* CafsError */.u('MALFORMED', `${registry.host} asks for a token from ${shown}, which ${why}; nothing was sent there.`, { hint: `Check the configuration of ${registry.host}.` });
    };
    if (realm === null)
        return refuse('is no address');
    if (realm.username !== '' || realm.password !== '')
        return refuse('holds user information');
    const local = isLoopback(registry) && registry.protocol === 'http:' && isLoopback(realm);
    if (realm.protocol === 'http:' ? !local : realm.protocol !== 'https:') {
        return refuse('is not over TLS');
    }
    if (isNearby(realm) && !local && realm.hostname !== registry.hostname) {
        return refuse('is an address inside this network');
    }
    return realm;
}
function parseAnswer(bytes) {
    const answer = dist/* safeParse */.xLC(ANSWER, token_parseJson(bytes));
    const value = answer.success ? (answer.output.token ?? answer.output.access_token ?? '') : '';
    // It becomes a header: visible ASCII, nothing else.
    if (!answer.success || !/^[\x21-\x7e]+$/.test(value)) {
        throw new errors/* CafsError */.u('MALFORMED', 'The token server answered without a usable token.');
    }
    const seconds = Math.max(answer.output.expires_in ?? 0, MIN_LIFETIME_S);
    return { value, lifetimeMs: seconds * 1000 };
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
/** Bearer tokens for one repository, kept while they hold. */
class BearerTokens {
    #next;
    #options;
    #held = new Map();
    #pending = new Map();
    #challenge;
    #pullOnly = false;
    constructor(next, options) {
        this.#next = next;
        this.#options = options;
    }
    /** Notes where tokens come from. */
    accept(challenge) {
        this.#challenge = challenge;
    }
    /** A header with a token that holds, fetching one where there is none. */
    async authorization(request) {
        const access = accessOf(request);
        const held = this.#find(access, request.body === undefined ? EARLY_MS : UPLOAD_MS);
        return headerOf(held ?? (await this.#fetch(access, request.signal)));
    }
    /** A header with another token than the one that a registry has rejected. */
    async renewed(request, rejected) {
        for (const [access, token] of this.#held) {
            if (headerOf(token) === rejected)
                this.#held.delete(access);
        }
        return this.authorization(request);
    }
    #find(access, leftMs) {
        const now = this.#options.clock.now();
        const candidates = [
            this.#held.get('push'),
            access === 'pull' ? this.#held.get('pull') : undefined,
        ];
        return candidates.find(
        // Half of the life must do: some servers give tokens of one minute.
        (token) => token !== undefined && token.expiresAt - now > Math.min(leftMs, token.lifetimeMs / 2));
    }
    /** Requests that need a token at the same time share one; each can still be aborted alone. */
    #fetch(access, signal) {
        let pending = this.#pending.get(access);
        if (pending === undefined) {
            pending = this.#request(access).finally(() => this.#pending.delete(access));
            this.#pending.set(access, pending);
        }
        return abortable(pending, signal);
    }
    async #request(access) {
        const { registry, host, credentials, clock, signal } = this.#options;
        const challenge = this.#challenge ?? { scheme: 'bearer', params: new Map() };
        const realm = checkedRealm(challenge, registry);
        const found = await credentials?.(host);
        const ask = async (granted) => {
            const now = clock.now();
            const query = { service: challenge.params.get('service'), scope: this.#scope(granted) };
            const token = await requestToken(this.#next, realm, query, found, signal);
            const held = { ...token, expiresAt: now + token.lifetimeMs };
            this.#held.set(granted, held);
            return held;
        };
        try {
            // Who has credentials will push sooner or later: one token does for both.
            const wide = access === 'push' || (found !== undefined && !this.#pullOnly);
            if (!wide)
                return await ask('pull');
            try {
                return await ask('push');
            }
            catch (error) {
                if (access === 'push' || !isRefusal(error))
                    throw error;
                const token = await ask('pull');
                this.#pullOnly = true;
                return token;
            }
        }
        catch (error) {
            throw forRegistry(error, host);
        }
    }
    /**
     * The scope to ask for. The repository's name is the one in the challenge where it has one: a
     * registry behind a path prefix knows the repository by another name than we do.
     */
    #scope(access) {
        const offered = /^repository:([^\s:]+):/.exec(this.#challenge?.params.get('scope') ?? '')?.[1];
        const actions = access === 'push' ? 'pull,push' : 'pull';
        return `repository:${offered ?? this.#options.repository}:${actions}`;
    }
}
function accessOf({ method }) {
    return method === 'GET' || method === 'HEAD' ? 'pull' : 'push';
}
function headerOf(token) {
    return `Bearer ${token.value}`;
}
function isRefusal(error) {
    return error instanceof ResponseError && (error.status === 401 || error.status === 403);
}
/** An error of a token server is shown as one of the registry, which is what the user knows. */
function forRegistry(error, host) {
    if (!(error instanceof ResponseError))
        return error;
    const { status, problems, retryAfterMs } = error;
    const hint = errors_hintFor(status, host, problems);
    return new ResponseError(error.code, `${host} gave no token: ${error.message}`, {
        status,
        problems,
        retryAfterMs,
        cause: error,
        ...(hint === undefined ? {} : { hint }),
    });
}
async function abortable(promise, signal) {
    if (signal === undefined)
        return promise;
    const { promise: aborted, reject } = Promise.withResolvers();
    const onAbort = () => {
        reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted)
        onAbort();
    try {
        return await Promise.race([promise, aborted]);
    }
    finally {
        signal.removeEventListener('abort', onAbort);
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
        const name = scanner.take(TOKEN)?.toLowerCase();
        if (name === undefined)
            return challenges;
        if (params !== undefined && scanner.take(/\s*=\s*/y) !== undefined) {
            const value = readValue(scanner);
            if (value === undefined)
                return challenges;
            if (!params.has(name))
                params.set(name, value);
        }
        else {
            params = new Map();
            challenges.push({ scheme: name, params });
            // Credentials-like text, as in `Negotiate YII=`, is none of our schemes.
            scanner.skip(/\s+[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y);
        }
    }
}
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** A quoted string without its escapes, or bare text, more of which is tolerated than is legal. */
function readValue(scanner) {
    const quoted = scanner.take(/"(?:[^"\\]|\\.)*"/sy);
    if (quoted !== undefined)
        return quoted.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
    return scanner.take(/[^\s,"]+/y);
}
/** Reads text from left to right with sticky patterns. */
class Scanner {
    #text;
    #position = 0;
    constructor(text) {
        this.#text = text;
    }
    take(pattern) {
        pattern.lastIndex = this.#position;
        const found = pattern.exec(this.#text)?.[0];
        if (found !== undefined)
            this.#position += found.length;
        return found;
    }
    skip(pattern) {
        this.take(pattern);
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
        const known = await session.authorization(request);
        const response = await next(authorized(request, known));
        if (response.status !== 401 || response.url.origin !== options.registry.origin)
            return response;
        const answer = await session.answer(request, response, known);
        if (answer === undefined || answer === known)
            return response;
        await response.body.discard();
        return next(authorized(request, answer));
    };
}
/** What has been found out about a registry's wishes. */
class Session {
    #options;
    #tokens;
    #scheme;
    #basic;
    constructor(next, options) {
        this.#options = options;
        this.#tokens = new BearerTokens(next, options);
    }
    /** The `Authorization` that a request needs as far as is known. */
    async authorization(request) {
        if (this.#scheme === 'basic')
            return this.#basic;
        if (this.#scheme === 'bearer')
            return this.#tokens.authorization(request);
        return undefined;
    }
    /** The `Authorization` that a 401 asks for; undefined where there is none to give. */
    async answer(request, response, rejected) {
        const challenges = parseChallenges(headerValues(response, 'www-authenticate'));
        const find = (scheme) => challenges.find((challenge) => challenge.scheme === scheme);
        const bearer = find('bearer');
        if (bearer !== undefined) {
            this.#tokens.accept(bearer);
            this.#scheme = 'bearer';
            return this.#tokens.renewed(request, rejected);
        }
        if (find('basic') === undefined)
            return undefined;
        const { credentials, host } = this.#options;
        const found = await credentials?.(host);
        if (found === undefined)
            return undefined;
        this.#basic = basicAuthorization(found);
        this.#scheme = 'basic';
        return this.#basic;
    }
}
function authorized(request, authorization) {
    if (authorization === undefined)
        return request;
    return { ...request, headers: { ...request.headers, authorization } };
}

;// CONCATENATED MODULE: ./lib/oci/manifests.js









/**
 * Always all of them: distribution 2.8.2 answers 404 for a manifest whose type is not named here.
 */
const ACCEPT = [
    types/* MEDIA_TYPE_MANIFEST */.S,
    types/* MEDIA_TYPE_INDEX */.D,
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');
/**
 * No try to move a tag starts later than this after the first. Whoever has read the tag before
 * relies on that: a push that others overtook must not come through a minute later.
 */
const PUT_WINDOW_MS = 5000;
/** What a tag points to, by HEAD; by GET where the registry does not say enough without a body. */
async function resolveManifest(endpoint, reference, signal) {
    const request = manifestRequest(endpoint, 'HEAD', reference, signal);
    const response = await endpoint.transport(request);
    if (response.status !== 200 && response.status !== 404 && response.status !== 405) {
        throw await responseError(request, response);
    }
    await response.body.discard();
    if (response.status === 404)
        return undefined;
    const descriptor = response.status === 200 ? announced(response) : undefined;
    if (descriptor === undefined) {
        return (await fetchManifest(endpoint, reference, signal))?.descriptor;
    }
    if ((0,lib_digest/* isDigest */.Bc)(reference) && descriptor.digest !== reference) {
        throw otherDigest(endpoint, reference, descriptor.digest);
    }
    return descriptor;
}
/** A manifest's bytes, whose digest is computed here and not believed. */
async function fetchManifest(endpoint, reference, signal) {
    const request = { ...manifestRequest(endpoint, 'GET', reference, signal), replay: false };
    return retrying(endpoint.policy, signal, async () => {
        const response = await endpoint.transport(request);
        if (response.status === 404) {
            await response.body.discard();
            return undefined;
        }
        if (response.status !== 200)
            throw await responseError(request, response);
        const mediaType = await manifestType(endpoint, reference, response);
        const what = `manifest ${endpoint.name}:${reference}`;
        const bytes = await readLimited(response, what, manifest/* MAX_MANIFEST_READ */.kv);
        const digest = (0,lib_digest/* digestOf */.ol)(bytes);
        const told = headerValue(response, 'docker-content-digest');
        const expected = (0,lib_digest/* isDigest */.Bc)(reference) ? reference : told;
        if ((0,lib_digest/* isDigest */.Bc)(expected) && expected !== digest)
            throw otherDigest(endpoint, reference, digest);
        return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes };
    });
}
/** Stores a manifest under a tag or its digest. */
async function storeManifest(endpoint, reference, bytes, descriptor, signal) {
    if (bytes.byteLength > manifest/* MAX_MANIFEST_WRITTEN */.Zj)
        throw (0,manifest/* tooLarge */.g$)(bytes.byteLength);
    const request = {
        method: 'PUT',
        url: manifestUrl(endpoint, reference),
        headers: { 'content-type': descriptor.mediaType },
        body: bytes,
        signal,
        replay: false,
    };
    const put = async () => {
        try {
            const response = await endpoint.transport(request);
            if (response.status < 200 || response.status > 299) {
                throw await responseError(request, response);
            }
            await response.body.discard();
            const told = headerValue(response, 'docker-content-digest');
            if ((0,lib_digest/* isDigest */.Bc)(told) && told !== descriptor.digest) {
                throw otherDigest(endpoint, reference, told);
            }
        }
        catch (error) {
            if (!isTransient(error) || !(await pointsTo(endpoint, reference, descriptor, signal))) {
                throw error;
            }
        }
    };
    await retrying(endpoint.policy, signal, put, { windowMs: PUT_WINDOW_MS });
}
/** Whether a PUT went through whose answer was lost. */
async function pointsTo(endpoint, reference, { digest }, signal) {
    try {
        const request = manifestRequest(endpoint, 'HEAD', reference, signal);
        const response = await endpoint.transport({ ...request, replay: false });
        await response.body.discard();
        return response.status === 200 && announced(response)?.digest === digest;
    }
    catch {
        return false;
    }
}
function manifestRequest(endpoint, method, reference, signal) {
    return { method, url: manifestUrl(endpoint, reference), headers: { accept: ACCEPT }, signal };
}
function announced(response) {
    const digest = headerValue(response, 'docker-content-digest');
    const size = announcedSize(response);
    const mediaType = contentType(response);
    if (!(0,lib_digest/* isDigest */.Bc)(digest) || size === undefined || mediaType === undefined)
        return undefined;
    return { mediaType, digest, size };
}
/** Only JSON can be a manifest: some servers, and many proxies, answer 200 with a page. */
function contentType(response) {
    const [type = ''] = (headerValue(response, 'content-type') ?? '').split(';');
    const mediaType = type.trim().toLowerCase();
    return /^application\/(?:[\w.+-]+\+)?(?:json|prettyjws)$/.test(mediaType) ? mediaType : undefined;
}
async function manifestType({ name, base }, reference, response) {
    const mediaType = contentType(response);
    if (mediaType !== undefined)
        return mediaType;
    await response.body.discard();
    throw new errors/* CafsError */.u('REMOTE', `The registry answered with something else than a manifest for ${name}:${reference} (Content-Type: ${JSON.stringify(headerValue(response, 'content-type') ?? '')}).`, {
        hint: `Check that ${base.host} is a registry, and that no proxy or login page is before it.`,
    });
}
function otherDigest({ name }, reference, found) {
    return new errors/* CafsError */.u('INTEGRITY', `The manifest ${name}:${reference} does not have the digest that it should have: the registry gave ${found}.`);
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
            const location = headerValue(response, 'location');
            if (!isRedirect(response.status) || location === undefined)
                return response;
            await response.body.discard();
            if (count === MAX_REDIRECTS) {
                throw refused(request, `more than ${String(MAX_REDIRECTS)} redirects`);
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
        throw refused(request, `a redirect with status ${String(response.status)}, which loses the body`);
    }
    const target = resolveTarget(location, response.url);
    if (target === undefined)
        throw refused(request, 'a redirect to no valid address');
    if (!isSafe(target) || (request.url.protocol === 'https:' && target.protocol === 'http:')) {
        throw refused(request, `a redirect to ${shownUrl(target)}, where bytes would go in the clear`);
    }
    const headers = target.origin === request.url.origin ? request.headers : harmless(request.headers ?? {});
    return { ...request, url: target, ...(headers === undefined ? {} : { headers }) };
}
/** An address relative to another, without user information, which nobody has asked for. */
function resolveTarget(location, base) {
    const target = URL.parse(location, base.href);
    if (target === null)
        return undefined;
    target.username = '';
    target.password = '';
    return target;
}
function harmless(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name)));
}
function refused(request, what) {
    return new errors/* CafsError */.u('REMOTE', `${request.method} ${shownUrl(request.url)} led to ${what}; it is not followed.`, { hint: `Check the address and the configuration of ${request.url.host}.` });
}

;// CONCATENATED MODULE: ./lib/oci/link.js
/**
 * The address of the next page out of `Link` headers; undefined on the last one, or where it lies
 * at another origin, which no registry has reason to name.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 * @example
 * parseNextLink(['</v2/a/tags/list?last=x>; rel="next"'], new URL('https://ghcr.io/v2/a/tags/list'))
 */
function parseNextLink(headers, base) {
    for (const header of headers) {
        for (const [, target = '', params = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
            if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)(?=\s*[;,]|\s*$)/i.test(params)) {
                continue;
            }
            const url = URL.parse(target, base.href);
            if (url?.origin === base.origin)
                return url;
        }
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/oci/tags.js








/** Tags asked for at once: more is an error at ECR. GHCR gives 100 whatever is asked. */
const PAGE = 1000;
const MAX_PAGES = 1000;
const MAX_TAGS = 200_000;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
/** Distribution says `null` where there are none. */
const tags_ANSWER = dist/* object */.Ikc({ tags: dist/* nullish */.cl6(dist/* array */.YOg(dist/* pipe */.FsL(dist/* string */.YjP(), dist/* check */.z6Y(isTag))), []) });
/**
 * All tags of a repository, page by page; none where the repository does not exist.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
async function fetchTags(endpoint, signal) {
    const tags = new Set();
    let url = new URL(`tags/list?n=${String(PAGE)}`, endpoint.base);
    for (let count = 0; url !== undefined; count += 1) {
        if (count === MAX_PAGES || tags.size > MAX_TAGS) {
            throw new errors/* CafsError */.u('REMOTE', `The list of tags of ${endpoint.name} does not end.`, {
                hint: 'Delete tags that are no longer needed.',
            });
        }
        const page = await fetchPage(endpoint, url, signal);
        for (const tag of page.tags)
            tags.add(tag);
        url = page.next;
    }
    return [...tags];
}
async function fetchPage(endpoint, url, signal) {
    const request = {
        method: 'GET',
        url,
        headers: { accept: 'application/json' },
        signal,
        replay: false,
    };
    return retrying(endpoint.policy, signal, async () => {
        const response = await endpoint.transport(request);
        if (response.status === 404) {
            await response.body.discard();
            return { tags: [], next: undefined };
        }
        if (response.status !== 200)
            throw await responseError(request, response);
        const what = `list of tags of ${endpoint.name}`;
        const tags = parseTags(await readLimited(response, what, MAX_PAGE_BYTES), what);
        return { tags, next: parseNextLink(headerValues(response, 'link'), response.url) };
    });
}
function parseTags(bytes, what) {
    let body;
    try {
        body = JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch (cause) {
        throw new errors/* CafsError */.u('MALFORMED', `The ${what} is no JSON.`, { cause });
    }
    const answer = dist/* safeParse */.xLC(tags_ANSWER, body);
    if (answer.success)
        return answer.output.tags;
    throw new errors/* CafsError */.u('MALFORMED', `The ${what} is not what the specification says.`);
}

// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
;// CONCATENATED MODULE: ./lib/oci/undici-transport.js



const DEFAULT_TIMEOUTS = { connect: 10_000, headers: 30_000, body: 30_000 };
/** A line slower than this is taken for dead: 64 KiB/s, in bytes per millisecond. */
const SLOWEST_UPLOAD = 64;
/** A body that is given up is read on for a moment, which keeps the connection for the next call. */
const DISCARD_BYTES = 64 * 1024;
const DISCARD_MS = 1000;
/**
 * HTTP by undici, one exchange per call. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured
 * by undici itself, except for this machine, which no proxy can reach.
 */
function openConnections(timeouts = DEFAULT_TIMEOUTS) {
    const options = {
        // Packs are large: connections side by side carry more than streams that share one window.
        allowH2: false,
        connect: { timeout: timeouts.connect },
        bodyTimeout: timeouts.body,
    };
    const direct = new undici/* Agent */.g6(options);
    const proxied = new undici/* EnvHttpProxyAgent */.J2(options);
    const destroy = async () => {
        await Promise.all([direct.destroy(), proxied.destroy()]);
    };
    return {
        transport: (request) => exchange(isLoopback(request.url) ? direct : proxied, request, timeouts.headers),
        close: destroy,
    };
}
async function exchange(dispatcher, request, headersTimeout) {
    const { method, url, headers, body, signal } = request;
    signal?.throwIfAborted();
    try {
        const response = await dispatcher.request({
            origin: url.origin,
            path: `${url.pathname}${url.search}`,
            method,
            headers: { 'user-agent': 'cafs-action', 'accept-encoding': 'identity', ...headers },
            body: body ?? null,
            headersTimeout: headersTimeout + Math.ceil((body?.byteLength ?? 0) / SLOWEST_UPLOAD),
            ...(signal === undefined ? {} : { signal }),
        });
        return {
            status: response.statusCode,
            headers: response.headers,
            url,
            body: new UndiciBody(response.body, request),
        };
    }
    catch (error) {
        signal?.throwIfAborted();
        throw connectionError(error, url);
    }
}
class UndiciBody {
    #body;
    #request;
    constructor(body, request) {
        this.#body = body;
        this.#request = request;
        // Nobody may be reading at the moment when a connection breaks.
        body.on('error', () => undefined);
    }
    async *[Symbol.asyncIterator]() {
        try {
            for await (const chunk of this.#body)
                yield chunk;
        }
        catch (error) {
            this.#request.signal?.throwIfAborted();
            throw connectionError(error, this.#request.url);
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

;// CONCATENATED MODULE: ./lib/oci/upload.js







/** Whether a registry has a blob, by HEAD. */
async function blobExists(endpoint, digest, options = {}) {
    const request = { method: 'HEAD', url: blobUrl(endpoint, digest), ...options };
    const response = await endpoint.transport(request);
    if (response.status !== 200 && response.status !== 404) {
        throw await responseError(request, response);
    }
    await response.body.discard();
    return response.status === 200;
}
/**
 * Uploads a blob: POST, then one PUT with all of it. Pieces (PATCH) are what registries agree on
 * least. After a failure the blob starts over with a new session, unless it turns out to be there:
 * a PUT that was done but whose answer was lost must not be sent again.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 */
async function uploadBlob(endpoint, digest, bytes, signal) {
    const upload = async () => {
        const url = await startUpload(endpoint, digest, signal);
        try {
            await finishUpload(endpoint, url, digest, bytes, signal);
        }
        catch (error) {
            if (!isUnsure(error) || !(await turnsOutToExist(endpoint, digest, signal)))
                throw error;
        }
    };
    await retrying(endpoint.policy, signal, upload, { passes: isUnsure });
}
/** Whether the blob may be there all the same, or the session is gone: a new one may do better. */
function isUnsure(error) {
    return (isTransient(error) || (error instanceof ResponseError && error.names('BLOB_UPLOAD_UNKNOWN')));
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
async function startUpload({ base, transport }, digest, signal) {
    const request = {
        method: 'POST',
        url: new URL('blobs/uploads/', base),
        signal,
        replay: false,
    };
    const response = await transport(request);
    if (response.status !== 202)
        throw await responseError(request, response);
    await response.body.discard();
    return uploadUrl(response, digest);
}
/**
 * The address that a session gave, with the digest behind its query. Nothing else of it changes:
 * it may be signed.
 */
function uploadUrl(response, digest) {
    const location = headerValue(response, 'location');
    const url = location === undefined ? null : URL.parse(location, response.url.href);
    if (url === null) {
        throw new errors/* CafsError */.u('MALFORMED', `${response.url.host} started an upload but did not say where it goes on.`);
    }
    if (!isSafe(url) || (response.url.protocol === 'https:' && url.protocol !== 'https:')) {
        throw new errors/* CafsError */.u('REMOTE', `${response.url.host} wants an upload to go to ${shownUrl(url)}, in the clear.`, { hint: 'A proxy before the registry should set X-Forwarded-Proto: https.' });
    }
    url.hash = '';
    const separator = url.search === '' ? '?' : '&';
    const bare = url.href.replace(/\?$/, '');
    return new URL(`${bare}${separator}digest=${encodeURIComponent(digest)}`);
}
async function finishUpload({ transport }, url, digest, bytes, signal) {
    const request = {
        method: 'PUT',
        url,
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
        signal,
        replay: false,
    };
    const response = await transport(request);
    if (response.status !== 201 && response.status !== 204) {
        throw await responseError(request, response);
    }
    await response.body.discard();
    const told = headerValue(response, 'docker-content-digest');
    if ((0,lib_digest/* isDigest */.Bc)(told) && told !== digest) {
        throw new errors/* CafsError */.u('INTEGRITY', `The blob ${digest} arrived with another digest: ${told}.`);
    }
}

;// CONCATENATED MODULE: ./lib/oci/registry.js












/**
 * A repository in a registry, by the OCI distribution protocol.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
class RegistryRemote {
    name;
    #meter = new Meter();
    #connections;
    #endpoint;
    #signal;
    constructor(repository, options = {}) {
        const { credentials, signal, retry: policy = DEFAULT_POLICY } = options;
        this.name = formatRepository(repository);
        this.#signal = signal;
        this.#connections = openConnections(options.timeouts ?? DEFAULT_TIMEOUTS);
        const base = baseUrl(repository);
        const counted = metered(this.#connections.transport, this.#meter);
        const transport = withAuth(withRetries(followingRedirects(counted), policy), {
            registry: base,
            host: repository.host,
            repository: repository.name,
            credentials,
            clock: policy.clock,
            signal,
        });
        this.#endpoint = { name: this.name, base, transport, policy };
    }
    get stats() {
        return this.#meter;
    }
    async resolve(reference, options = {}) {
        return resolveManifest(this.#endpoint, reference, this.#signalFor(options));
    }
    async getManifest(reference, options = {}) {
        return fetchManifest(this.#endpoint, reference, this.#signalFor(options));
    }
    async putManifest(bytes, mediaType, tags, options = {}) {
        const descriptor = { mediaType, digest: (0,lib_digest/* digestOf */.ol)(bytes), size: bytes.byteLength };
        const references = tags.length === 0 ? [descriptor.digest] : tags.map(parseTag);
        const signal = this.#signalFor(options);
        for (const reference of references) {
            await storeManifest(this.#endpoint, reference, bytes, descriptor, signal);
        }
        return descriptor;
    }
    async hasBlob(digest, options = {}) {
        const signal = this.#signalFor(options);
        return blobExists(this.#endpoint, (0,lib_digest/* parseDigest */.m)(digest), { signal });
    }
    async getBlob(blob, options = {}) {
        return downloadBlob(this.#endpoint, checked(blob), this.#signalFor(options));
    }
    async getBlobRange(blob, range, options = {}) {
        return downloadRange(this.#endpoint, checked(blob), range, this.#signalFor(options));
    }
    async putBlob(digest, bytes, options = {}) {
        await uploadBlob(this.#endpoint, (0,lib_digest/* parseDigest */.m)(digest), bytes, this.#signalFor(options));
    }
    async listTags(options = {}) {
        return fetchTags(this.#endpoint, this.#signalFor(options));
    }
    async close() {
        await this.#connections.close();
    }
    #signalFor({ signal }) {
        if (signal === undefined || this.#signal === undefined)
            return signal ?? this.#signal;
        return AbortSignal.any([signal, this.#signal]);
    }
}
/** A digest becomes part of an address, and a descriptor has more fields than are wanted. */
function checked({ digest, size }) {
    return { digest: (0,lib_digest/* parseDigest */.m)(digest), size };
}

;// CONCATENATED MODULE: ./lib/oci/open.js




/**
 * Opens a remote: a repository in a registry, or an image layout in a folder. Nothing is sent or
 * written before the first call needs it.
 *
 * @example
 * const remote = openRemote('ghcr.io/owner/repo/cafs', { cwd, credentials });
 * const layout = openRemote('oci:./cache', { cwd });
 * @throws CafsError `INVALID_REFERENCE`
 */
function openRemote(text, options) {
    const repository = parseRepository(text);
    if (repository.kind === 'registry')
        return new RegistryRemote(repository, options);
    return new LayoutRemote((0,external_node_path_.resolve)(options.cwd, repository.folder), {
        name: text,
        signal: options.signal,
    });
}

// EXTERNAL MODULE: ./lib/store/blobs.js + 1 modules
var blobs = __webpack_require__(9706);
// EXTERNAL MODULE: ./lib/sync/snapshot.js
var sync_snapshot = __webpack_require__(4063);
;// CONCATENATED MODULE: ./lib/cli/remote.js







/** Opens the remote of `REMOTE:TAG`; the tag is `latest` where none is given. */
function openNamed(text) {
    const { repository, tag = 'latest' } = parseTaggedReference(text);
    const { CAFS_USERNAME: username, CAFS_PASSWORD: password } = process.env;
    const credentials = username !== undefined && password !== undefined ? () => ({ username, password }) : undefined;
    return {
        remote: openRemote(formatRepository(repository), { cwd: process.cwd(), credentials }),
        tag,
    };
}
/** The folder for blobs and indexes. */
function cacheDir() {
    const { CAFS_CACHE_DIR, XDG_DATA_HOME } = process.env;
    return CAFS_CACHE_DIR ?? (0,external_node_path_.join)(XDG_DATA_HOME ?? (0,external_node_path_.join)((0,external_node_os_.homedir)(), '.local', 'share'), 'cafs');
}
/** Reads the snapshot that a command names. */
async function readNamed({ remote, tag }) {
    const snapshot = await (0,sync_snapshot/* readSnapshot */.RA)(remote, tag, { blobs: blobs/* Blobs */.B.open(cacheDir()) });
    if (snapshot !== undefined)
        return snapshot;
    throw new errors/* CafsError */.u('NOT_FOUND', `There is no tag ${tag} in ${remote.name}.`, {
        hint: 'Push one first.',
    });
}


/***/ }),

/***/ 8182:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ wholeFolder)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _tree_area_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8723);


/** All of a folder. Its files' keys begin with `ws/`, as those of a workspace do. */
function wholeFolder(folder) {
    const isMeant = (path) => !(0,_tree_area_js__WEBPACK_IMPORTED_MODULE_1__/* .isNobodys */ .d7)(path);
    return { root: 'ws', base: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.resolve)(folder), enter: isMeant, select: isMeant };
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

/***/ 452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Uc: () => (/* binding */ describeError),
/* harmony export */   u: () => (/* binding */ CafsError),
/* harmony export */   up: () => (/* binding */ hasCode),
/* harmony export */   xU: () => (/* binding */ systemCode)
/* harmony export */ });
/**
 * The one error class of this library.
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
/** Whether `error` is one of ours with this code. */
function hasCode(error, code) {
    return systemCode(error) === code;
}
/** The code of an error (`ENOENT` of a failed system call, or one of ours), or undefined. */
function systemCode(error) {
    return stringField(error, 'code');
}
/** An error's message with its hint behind it, for the edges that show it to a person. */
function describeError(error) {
    const message = stringField(error, 'message') ?? String(error);
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
/* harmony export */   b2: () => (/* binding */ isMissing),
/* harmony export */   x5: () => (/* binding */ explainUnreadable)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);

/** Turns a refusal by the file system into an error that says what to do; others stay as they are. */
function explainUnreadable(error, path) {
    if (!isRefused(error))
        return error;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_INPUT', `No permission to read ${JSON.stringify(path)}.`, {
        hint: 'Make it readable for this user, or exclude it.',
        cause: error,
    });
}
/** Whether a system call failed for lack of permission. */
function isRefused(error) {
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .systemCode */ .xU)(error);
    return code === 'EACCES' || code === 'EPERM';
}
/** Whether a system call failed because its file or one of the folders above it is not there. */
function isMissing(error) {
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .systemCode */ .xU)(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
}


/***/ }),

/***/ 2016:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B4: () => (/* binding */ formatCount),
/* harmony export */   z3: () => (/* binding */ formatBytes)
/* harmony export */ });
/* unused harmony export formatSeconds */
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

/***/ 4360:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gb: () => (/* binding */ encodeManifest),
/* harmony export */   Ng: () => (/* binding */ parseManifest),
/* harmony export */   Zj: () => (/* binding */ MAX_MANIFEST_WRITTEN),
/* harmony export */   g$: () => (/* binding */ tooLarge),
/* harmony export */   kv: () => (/* binding */ MAX_MANIFEST_READ)
/* harmony export */ });
/* unused harmony export MAX_LAYERS */
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7934);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5208);




/** The most that is read of a manifest, in bytes. */
const MAX_MANIFEST_READ = 8 * 1024 * 1024;
/** The most that is written: what the spec demands that registries take, in bytes. */
const MAX_MANIFEST_WRITTEN = 4 * 1024 * 1024;
/** Far more than any registry takes. */
const MAX_LAYERS = 20_000;
const DESCRIPTOR = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    mediaType: valibot__WEBPACK_IMPORTED_MODULE_2__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .regex */ .yGV(/^[\w.+-]+\/[\w.+-]+$/, 'no media type')),
    digest: valibot__WEBPACK_IMPORTED_MODULE_2__/* .custom */ .IeY(_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc, 'no digest'),
    size: valibot__WEBPACK_IMPORTED_MODULE_2__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeInteger */ .Y2b('no size'), valibot__WEBPACK_IMPORTED_MODULE_2__/* .minValue */ .Wwf(0, 'no size')),
    annotations: valibot__WEBPACK_IMPORTED_MODULE_2__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP())),
});
const MANIFEST = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    schemaVersion: valibot__WEBPACK_IMPORTED_MODULE_2__/* .literal */ .euz(2),
    // The spec lets it be absent.
    mediaType: valibot__WEBPACK_IMPORTED_MODULE_2__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_2__/* .literal */ .euz(_types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_MANIFEST */ .S), _types_js__WEBPACK_IMPORTED_MODULE_3__/* .MEDIA_TYPE_MANIFEST */ .S),
    artifactType: valibot__WEBPACK_IMPORTED_MODULE_2__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP()),
    config: DESCRIPTOR,
    layers: valibot__WEBPACK_IMPORTED_MODULE_2__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_2__/* .array */ .YOg(DESCRIPTOR), valibot__WEBPACK_IMPORTED_MODULE_2__/* .maxLength */ .Ru6(MAX_LAYERS, 'too many layers')),
    annotations: valibot__WEBPACK_IMPORTED_MODULE_2__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP())),
});
/**
 * Reads an image manifest that came from outside. What this software does not know is left out.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * @throws CafsError `MALFORMED`, also for an image index or a manifest of Docker's own type
 */
function parseManifest(bytes) {
    if (bytes.byteLength > MAX_MANIFEST_READ) {
        throw malformed(`it has ${String(bytes.byteLength)} bytes`);
    }
    let body;
    try {
        body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    }
    catch (cause) {
        throw malformed('it is no JSON', cause);
    }
    const result = valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeParse */ .xLC(MANIFEST, body, { abortEarly: true });
    if (result.success)
        return result.output;
    const [issue] = result.issues;
    throw malformed(`${valibot__WEBPACK_IMPORTED_MODULE_2__/* .getDotPath */ .BuJ(issue) ?? 'it'}: ${issue.message.slice(0, 200)}`);
}
/**
 * A manifest's bytes: JSON without blanks, keys sorted as RFC 8785 does, so that equal content is an
 * equal manifest with an equal digest.
 *
 * @throws CafsError `INVALID_INPUT` where it is larger than registries take
 */
function encodeManifest(manifest) {
    const bytes = Buffer.from(canonical(manifest));
    if (bytes.byteLength > MAX_MANIFEST_WRITTEN)
        throw tooLarge(bytes.byteLength);
    return bytes;
}
/** The error for a manifest that no registry needs to take. */
function tooLarge(size) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INVALID_INPUT', `The manifest has ${String(size)} bytes; registries take ${String(MAX_MANIFEST_WRITTEN)}.`, { hint: 'Fewer and larger layers make it smaller.' });
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
function malformed(why, cause) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The manifest is malformed: ${why}.`, { cause });
}


/***/ }),

/***/ 5208:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ MEDIA_TYPE_INDEX),
/* harmony export */   S: () => (/* binding */ MEDIA_TYPE_MANIFEST)
/* harmony export */ });
const MEDIA_TYPE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MEDIA_TYPE_INDEX = 'application/vnd.oci.image.index.v1+json';


/***/ }),

/***/ 1167:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ compareBytes)
/* harmony export */ });
/**
 * Orders strings by their UTF-8 bytes, as Go does.
 *
 * JavaScript's own order goes by UTF-16 units, which puts characters beyond the BMP (surrogate
 * pairs, from 0xD800) before U+E000 to U+FFFF.
 */
function compareBytes(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i += 1) {
        const x = a.charCodeAt(i);
        const y = b.charCodeAt(i);
        if (x !== y)
            return rank(x) - rank(y);
    }
    return a.length - b.length;
}
/** Moves surrogates behind all other units; the order among themselves is right already. */
function rank(unit) {
    return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
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
    const fail = (why, cause) => new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CafsError */ .u('INTEGRITY', `The frame at byte ${String(frame.offset)} of the pack ${frame.pack.digest} is damaged: ${why}.`, { cause });
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

/***/ 3171:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ writeFully),
/* harmony export */   Z: () => (/* binding */ writeFileAtomic)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(452);




/**
 * Writes a file so that it is whole or absent whenever this process is killed, and whole for
 * every other process: bytes go to a file of another name, to the disk, and only then in place.
 *
 * @param tempDir a folder on the same file system
 */
function writeFileAtomic(path, tempDir, chunks) {
    const temp = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(tempDir, `${String(process.pid)}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}`);
    const fd = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(temp, 'wx', 0o644);
    try {
        try {
            for (const chunk of chunks)
                writeFully(fd, chunk);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fsyncSync)(fd);
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(fd);
        }
        moveInPlace(temp, path);
    }
    catch (error) {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(temp, { force: true });
        throw error;
    }
}
/** `writeSync` may write less than it was given. */
function writeFully(fd, chunk) {
    let done = 0;
    while (done < chunk.byteLength)
        done += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(fd, chunk, done);
}
function moveInPlace(temp, path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temp, path);
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .systemCode */ .xU)(error) !== 'ENOENT')
            throw error;
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), { recursive: true });
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temp, path);
    }
}


/***/ }),

/***/ 9706:
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
// EXTERNAL MODULE: ./lib/store/atomic-file.js
var atomic_file = __webpack_require__(3171);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/store/layout.js





const FORMAT = '1';
/**
 * Opens a cache folder, making it where it does not exist.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` where a newer version wrote it
 */
function openLayout(cacheDir) {
    const tempDir = (0,external_node_path_.join)(cacheDir, 'tmp');
    (0,external_node_fs_.mkdirSync)(tempDir, { recursive: true });
    checkFormat(cacheDir, tempDir);
    return {
        tempDir,
        blob: (digest) => (0,external_node_path_.join)(cacheDir, 'blobs', 'sha256', (0,lib_digest/* hexOf */.ZD)(digest).slice(0, 2), (0,lib_digest/* hexOf */.ZD)(digest)),
        damaged: (digest) => (0,external_node_path_.join)(tempDir, `damaged-${(0,lib_digest/* hexOf */.ZD)(digest)}`),
        // The `~` keeps the folders of names apart from the files of tags: neither may hold one.
        index: ({ name, tag }) => (0,external_node_path_.join)(cacheDir, 'index', ...name.split('/').map((part) => `${part}~`), `${tag}.segment`),
    };
}
function checkFormat(cacheDir, tempDir) {
    const path = (0,external_node_path_.join)(cacheDir, 'format');
    let found;
    try {
        found = (0,external_node_fs_.readFileSync)(path, 'utf8').trim();
    }
    catch (error) {
        if ((0,errors/* systemCode */.xU)(error) !== 'ENOENT')
            throw error;
        (0,atomic_file/* writeFileAtomic */.Z)(path, tempDir, [Buffer.from(`${FORMAT}\n`)]);
        return;
    }
    if (found !== FORMAT) {
        throw new errors/* CafsError */.u('UNSUPPORTED_VERSION', `The cache folder ${cacheDir} has format ${JSON.stringify(found.slice(0, 20))}; this version reads format ${FORMAT}.`, { hint: 'Use the version that wrote it, or name another cache folder.' });
    }
}

;// CONCATENATED MODULE: ./lib/store/blobs.js





/** Blobs on disk, by digest. Shared by all namespaces of a cache folder, and by processes. */
class Blobs {
    #layout;
    constructor(layout) {
        this.#layout = layout;
    }
    /** The blobs of a cache folder. */
    static open(cacheDir) {
        return new Blobs(openLayout(cacheDir));
    }
    has(digest) {
        return (0,external_node_fs_.existsSync)(this.#layout.blob(digest));
    }
    /** Keeps bytes; gives their digest. */
    put(bytes) {
        const digest = (0,lib_digest/* digestOf */.ol)(bytes);
        if (!this.has(digest))
            this.#write(digest, [bytes]);
        return digest;
    }
    /** Keeps content whose digest the caller has computed while reading it. */
    putChunks(digest, chunks) {
        if (!this.has(digest))
            this.#write(digest, chunks);
    }
    /**
     * A blob's bytes, or undefined where there is none. A damaged blob is set aside, so that the
     * next `put` of the same content heals it.
     *
     * @throws CafsError `INTEGRITY` where the bytes on disk do not have this digest
     */
    get(digest) {
        let bytes;
        try {
            bytes = (0,external_node_fs_.readFileSync)(this.#layout.blob(digest));
        }
        catch (error) {
            if ((0,errors/* systemCode */.xU)(error) === 'ENOENT')
                return undefined;
            throw error;
        }
        const found = (0,lib_digest/* digestOf */.ol)(bytes);
        if (found === digest)
            return bytes;
        (0,external_node_fs_.renameSync)(this.#layout.blob(digest), this.#layout.damaged(digest));
        throw new errors/* CafsError */.u('INTEGRITY', `The blob ${digest} is damaged on disk: its bytes have the digest ${found}.`, {
            hint: 'It was set aside; put the content again, or fetch it from the remote.',
        });
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
    #write(digest, chunks) {
        (0,atomic_file/* writeFileAtomic */.Z)(this.#layout.blob(digest), this.#layout.tempDir, chunks);
    }
}


/***/ }),

/***/ 8768:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ Index)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _order_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1167);
/* harmony import */ var _keys_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4945);



/**
 * All entries of a store, in memory.
 *
 * Keys are sorted when an order is asked for, so that a prefix is one contiguous range and
 * hashing many folders is not quadratic.
 */
class Index {
    #entries;
    #sorted;
    constructor(entries = []) {
        this.#entries = new Map(entries);
    }
    get size() {
        return this.#entries.size;
    }
    get(key) {
        return this.#entries.get(key);
    }
    has(key) {
        return this.#entries.has(key);
    }
    set(key, entry) {
        if (!this.#entries.has(key))
            this.#sorted = undefined;
        this.#entries.set(key, entry);
    }
    delete(key) {
        const existed = this.#entries.delete(key);
        if (existed)
            this.#sorted = undefined;
        return existed;
    }
    clear() {
        this.#entries.clear();
        this.#sorted = undefined;
    }
    /** Keys and entries below a prefix, sorted by the bytes of the keys. */
    *range(prefix) {
        const start = (0,_keys_js__WEBPACK_IMPORTED_MODULE_1__/* .normalisePrefix */ .Pv)(prefix);
        const keys = this.#keys();
        for (let at = lowerBound(keys, start); at < keys.length; at += 1) {
            const key = keys[at];
            if (!key?.startsWith(start))
                return;
            const entry = this.#entries.get(key);
            if (entry !== undefined)
                yield [key, entry];
        }
    }
    /**
     * The digest of a prefix: SHA-256 over a line per key below it (`rel NUL digest NUL size`),
     * sorted by bytes and joined by line feeds; `''` where there is no key.
     */
    hash(prefix) {
        const start = (0,_keys_js__WEBPACK_IMPORTED_MODULE_1__/* .normalisePrefix */ .Pv)(prefix);
        const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
        let separator = '';
        // Lines sort as their keys do: a key is followed by NUL, which no key holds and which sorts
        // before every other byte.
        for (const [key, { digest, size }] of this.range(start)) {
            hash.update(`${separator}${key.slice(start.length)}\0${digest}\0${String(size)}`);
            separator = '\n';
        }
        return separator === '' ? '' : `sha256:${hash.digest('hex')}`;
    }
    #keys() {
        this.#sorted ??= [...this.#entries.keys()].sort(_order_js__WEBPACK_IMPORTED_MODULE_2__/* .compareBytes */ .X);
        return this.#sorted;
    }
}
/** The first position whose key is not before `key`. */
function lowerBound(keys, key) {
    let low = 0;
    let high = keys.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if ((0,_order_js__WEBPACK_IMPORTED_MODULE_2__/* .compareBytes */ .X)(keys[middle] ?? '', key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
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
    // A UTF-16 unit takes at least one byte and at most three.
    if (key.length > MAX_KEY_BYTES ||
        (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES)) {
        return `a key has at most ${String(MAX_KEY_BYTES)} bytes`;
    }
    if (!key.isWellFormed())
        return 'a key is valid Unicode';
    return undefined;
}
/**
 * Checks a key: not empty, at most 1,024 bytes in UTF-8, no `_` at the start, no `..`, no NUL.
 *
 * @throws CafsError `RESERVED_KEY` for a leading `_`, `INVALID_KEY` for any other rule
 */
function assertKey(key) {
    const shown = JSON.stringify(key.length > 120 ? `${key.slice(0, 120)}...` : key);
    if (key.startsWith('_')) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('RESERVED_KEY', `The key ${shown} is reserved: it starts with "_".`);
    }
    const rule = brokenRule(key);
    if (rule !== undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('INVALID_KEY', `${shown} is no valid key: ${rule}.`);
}
/** A prefix as the store compares it: empty, or ending in `/`. */
function normalisePrefix(prefix) {
    return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}


/***/ }),

/***/ 2704:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ decodeSegment),
/* harmony export */   u: () => (/* binding */ encodeSegment)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8522);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(452);
/* harmony import */ var _location_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8052);
/* harmony import */ var _keys_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4945);





/*
 * A segment holds entries, sorted, with where their content lies. It is one zstd frame of lines
 * of JSON, so that any language reads it with what it has:
 *
 *   {"format":1,"packs":P,"frames":F,"entries":E}
 *   P lines  [digest, size]
 *   F lines  [pack, offset, storedSize, rawSize, digest, codec]
 *   E lines  [key, digest, size, meta, firstFrame, frameCount, offset]
 *
 * Digests are bare hexadecimal. An entry whose content no remote is known to hold has frameCount
 * -1; one whose content is empty needs no frame and has frameCount 0.
 */
/** The version that this code writes, and the only one that it reads. */
const SEGMENT_FORMAT = 1;
/** Bytes of a segment once decompressed; more is refused before anything is allocated. */
const MAX_SEGMENT_BYTES = 512 * 1024 * 1024;
const CODECS = ['zstd', 'raw'];
/** Encodes entries, which the caller gives sorted by the bytes of their keys. */
function encodeSegment(entries) {
    const packs = new Numbering((pack) => pack.digest);
    const frames = new Numbering((frame) => `${frame.pack.digest}:${String(frame.offset)}`);
    const lines = [];
    for (const [key, { digest, size, meta, location }] of entries) {
        // Numbers of an entry's frames follow one another only where it is the first to use them;
        // frames of large files are never shared but between equal contents, which use them all.
        const numbers = location?.frames.map((frame) => frames.of(frame)) ?? [];
        const count = location === undefined ? -1 : numbers.length;
        lines.push(JSON.stringify([
            key,
            (0,_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .hexOf */ .ZD)(digest),
            size,
            meta ?? null,
            numbers[0] ?? 0,
            count,
            location?.offset ?? 0,
        ]));
    }
    const frameLines = frames.items.map((frame) => JSON.stringify([
        packs.of(frame.pack),
        frame.offset,
        frame.storedSize,
        frame.rawSize,
        (0,_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .hexOf */ .ZD)(frame.digest),
        CODECS.indexOf(frame.codec),
    ]));
    const packLines = packs.items.map((pack) => JSON.stringify([(0,_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .hexOf */ .ZD)(pack.digest), pack.size]));
    const header = JSON.stringify({
        format: SEGMENT_FORMAT,
        packs: packLines.length,
        frames: frameLines.length,
        entries: lines.length,
    });
    const text = [header, ...packLines, ...frameLines, ...lines, ''].join('\n');
    return (0,node_zlib__WEBPACK_IMPORTED_MODULE_0__.zstdCompressSync)(text, { params: { [node_zlib__WEBPACK_IMPORTED_MODULE_0__.constants.ZSTD_c_compressionLevel]: 3 } });
}
/**
 * Decodes a segment; every field is checked.
 *
 * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
 */
function decodeSegment(bytes) {
    const lines = new Lines(decompress(bytes));
    const { packs, frames, entries } = parseHeader(lines.next());
    const packTable = [];
    for (let i = 0; i < packs; i += 1)
        packTable.push(parsePack(lines.next()));
    const frameTable = [];
    for (let i = 0; i < frames; i += 1)
        frameTable.push(parseFrame(lines.next(), packTable));
    const found = [];
    const seen = new Set();
    for (let i = 0; i < entries; i += 1) {
        const entry = parseEntry(lines.next(), frameTable);
        if (seen.has(entry[0]))
            throw malformed(`the key ${JSON.stringify(entry[0])} stands twice`);
        seen.add(entry[0]);
        found.push(entry);
    }
    if (!lines.done)
        throw malformed('it has more lines than its header says');
    return found;
}
/** Gives things numbers in the order in which they are first seen. */
class Numbering {
    items = [];
    #numbers = new Map();
    #keyOf;
    constructor(keyOf) {
        this.#keyOf = keyOf;
    }
    of(item) {
        const key = this.#keyOf(item);
        const known = this.#numbers.get(key);
        if (known !== undefined)
            return known;
        const number = this.items.push(item) - 1;
        this.#numbers.set(key, number);
        return number;
    }
}
class Lines {
    #text;
    #at = 0;
    constructor(text) {
        this.#text = text;
    }
    get done() {
        return this.#at === this.#text.length;
    }
    next() {
        const end = this.#text.indexOf('\n', this.#at);
        if (end === -1)
            throw malformed('it ends too early');
        const line = this.#text.slice(this.#at, end);
        this.#at = end + 1;
        try {
            return JSON.parse(line);
        }
        catch (cause) {
            throw malformed('a line is not JSON', cause);
        }
    }
}
function decompress(bytes) {
    try {
        return (0,node_zlib__WEBPACK_IMPORTED_MODULE_0__.zstdDecompressSync)(bytes, { maxOutputLength: MAX_SEGMENT_BYTES }).toString('utf8');
    }
    catch (cause) {
        throw malformed('it cannot be decompressed', cause);
    }
}
function parseHeader(line) {
    if (typeof line !== 'object' || line === null)
        throw malformed('its header is no object');
    const { format, packs, frames, entries } = line;
    if (format !== SEGMENT_FORMAT) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CafsError */ .u('UNSUPPORTED_VERSION', `An index segment has format ${JSON.stringify(format)}; this version reads format ${String(SEGMENT_FORMAT)}.`, { hint: 'Use a newer version of cafs.' });
    }
    return { packs: toSize(packs), frames: toSize(frames), entries: toSize(entries) };
}
function parsePack(line) {
    const [digest, size] = toArray(line, 2);
    return { digest: toDigest(digest), size: toSize(size) };
}
function parseFrame(line, packs) {
    const [packNumber, offset, storedSize, rawSize, digest, codecNumber] = toArray(line, 6);
    const pack = packs[toSize(packNumber)];
    const codec = CODECS[toSize(codecNumber)];
    if (pack === undefined)
        throw malformed('a frame names a pack that is not there');
    if (codec === undefined)
        throw malformed('a frame has an unknown codec');
    const frame = {
        pack,
        offset: toSize(offset),
        storedSize: toSize(storedSize),
        rawSize: toSize(rawSize),
        digest: toDigest(digest),
        codec,
    };
    if (frame.storedSize === 0 || frame.offset + frame.storedSize > pack.size) {
        throw malformed('a frame does not lie inside its pack');
    }
    if (frame.storedSize > _location_js__WEBPACK_IMPORTED_MODULE_4__/* .MAX_FRAME_BYTES */ .d || frame.rawSize > _location_js__WEBPACK_IMPORTED_MODULE_4__/* .MAX_FRAME_BYTES */ .d) {
        throw malformed(`a frame claims more than ${String(_location_js__WEBPACK_IMPORTED_MODULE_4__/* .MAX_FRAME_BYTES */ .d)} bytes`);
    }
    return frame;
}
function parseEntry(line, frames) {
    const [key, digest, size, meta, first, count, offset] = toArray(line, 7);
    if (typeof key !== 'string')
        throw malformed('a key is no string');
    (0,_keys_js__WEBPACK_IMPORTED_MODULE_3__/* .assertKey */ .sM)(key);
    const info = {
        digest: toDigest(digest),
        size: toSize(size),
        ...(meta === null ? {} : { meta: meta }),
    };
    if (count === -1)
        return [key, info];
    const start = toSize(first);
    const location = { frames: frames.slice(start, start + toSize(count)), offset: toSize(offset) };
    if (location.frames.length !== count)
        throw malformed(`the entry ${JSON.stringify(key)} names a frame that is not there`);
    assertFits(key, info.size, location);
    return [key, { ...info, location }];
}
function assertFits(key, size, { frames, offset }) {
    const raw = frames.reduce((sum, frame) => sum + frame.rawSize, 0);
    const fits = frames.length > 1 ? offset === 0 && raw === size : offset + size <= raw;
    if (!fits)
        throw malformed(`the entry ${JSON.stringify(key)} does not fit its frames`);
}
function toArray(value, length) {
    if (Array.isArray(value) && value.length === length)
        return value;
    throw malformed(`a line is no array of ${String(length)}`);
}
function toSize(value) {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
        return value;
    throw malformed(`${JSON.stringify(value)} is no size`);
}
function toDigest(value) {
    const digest = `sha256:${String(value)}`;
    if ((0,_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .isDigest */ .Bc)(digest))
        return digest;
    throw malformed(`${JSON.stringify(value)} is no digest`);
}
function malformed(why, cause) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CafsError */ .u('MALFORMED', `An index segment is malformed: ${why}.`, { cause });
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
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7934);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);



/** The version that this code writes, and the only one that it reads. */
const SNAPSHOT_FORMAT = 1;
/** Bytes of a config: more is neither read nor written. */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;
const digest = valibot__WEBPACK_IMPORTED_MODULE_2__/* .custom */ .IeY(_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc, 'no digest');
const size = valibot__WEBPACK_IMPORTED_MODULE_2__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeInteger */ .Y2b(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .minValue */ .Wwf(0));
const Subtree = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    /** What a workflow calls it. */
    name: valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
    /** The first part of its keys: what its folder is relative to. */
    root: valibot__WEBPACK_IMPORTED_MODULE_2__/* .picklist */ .KIO(['ws', 'home', 'root']),
    /** A POSIX path; empty: the root itself. */
    folder: valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
    /** Globs relative to the folder; its entries are those that they match. */
    outputs: valibot__WEBPACK_IMPORTED_MODULE_2__/* .array */ .YOg(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP()),
    /** Digest of its inputs; null for one that has none (a path). */
    fingerprint: valibot__WEBPACK_IMPORTED_MODULE_2__/* .nullable */ .mee(digest),
    /** Digest of its entries, as the store's root digest is made; empty for no entries. */
    digest: valibot__WEBPACK_IMPORTED_MODULE_2__/* .union */ .KCZ([digest, valibot__WEBPACK_IMPORTED_MODULE_2__/* .literal */ .euz('')]),
});
const Config = valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    format: valibot__WEBPACK_IMPORTED_MODULE_2__/* .literal */ .euz(SNAPSHOT_FORMAT),
    /** The digest of the whole index, as `store.root()` gives it; empty for no entries. */
    root: valibot__WEBPACK_IMPORTED_MODULE_2__/* .union */ .KCZ([digest, valibot__WEBPACK_IMPORTED_MODULE_2__/* .literal */ .euz('')]),
    entries: size,
    /** Bytes of all contents, each entry counted. */
    bytes: size,
    /** Digests of prefixes that a reader may want to compare before it fetches the index. */
    prefixes: valibot__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(valibot__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_2__/* .union */ .KCZ([digest, valibot__WEBPACK_IMPORTED_MODULE_2__/* .literal */ .euz('')])),
    subtrees: valibot__WEBPACK_IMPORTED_MODULE_2__/* .array */ .YOg(Subtree),
});
/**
 * Equal configs have equal bytes: fields come in the order of the schema, names and prefixes are
 * sorted by the caller.
 */
function encodeConfig(config) {
    const encoded = Buffer.from(JSON.stringify(valibot__WEBPACK_IMPORTED_MODULE_2__/* .parse */ .qgA(Config, config)));
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
    const header = valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeParse */ .xLC(valibot__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ format: valibot__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig() }), json);
    if (header.success && header.output.format > SNAPSHOT_FORMAT) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('UNSUPPORTED_VERSION', `A snapshot has format ${String(header.output.format)}; this version reads format ${String(SNAPSHOT_FORMAT)}.`, { hint: 'Use a newer version of cafs.' });
    }
    const parsed = valibot__WEBPACK_IMPORTED_MODULE_2__/* .safeParse */ .xLC(Config, json);
    if (parsed.success)
        return parsed.output;
    const [issue] = parsed.issues;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `A snapshot's config is malformed: ${valibot__WEBPACK_IMPORTED_MODULE_2__/* .getDotPath */ .BuJ(issue) ?? 'it'}: ${issue.message}.`);
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

/***/ 4063:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RA: () => (/* binding */ readSnapshot),
/* harmony export */   vY: () => (/* binding */ readIndex)
/* harmony export */ });
/* unused harmony exports fetchSegment, checkIndex */
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _oci_manifest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4360);
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5208);
/* harmony import */ var _store_segment_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2704);
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1437);
/* harmony import */ var _media_types_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2051);







/** Bytes of a segment as it is stored: more is not fetched. */
const MAX_SEGMENT_BYTES = 256 * 1024 * 1024;
/**
 * Reads what a tag, or a manifest's digest, points to. Something that is on this disk already is
 * not asked for again; a tag always is.
 *
 * @returns undefined where there is nothing
 * @throws CafsError `NOT_A_SNAPSHOT` for something else, `UNSUPPORTED_VERSION` for a snapshot of a
 * newer version, `MALFORMED` for a damaged one, and the remote's own errors
 */
async function readSnapshot(remote, reference, { blobs, ...options }) {
    const fetched = kept(blobs, reference) ?? (await remote.getManifest(reference, options));
    if (fetched === undefined)
        return undefined;
    const manifest = parseSnapshotManifest(fetched, `${remote.name} ${reference}`);
    if (manifest.config.size > _config_js__WEBPACK_IMPORTED_MODULE_4__/* .MAX_CONFIG_BYTES */ .GW) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The snapshot's config claims ${String(manifest.config.size)} bytes.`);
    }
    const { digest } = manifest.config;
    const bytes = blobs.find(digest) ?? (await remote.getBlob(manifest.config, options));
    const config = (0,_config_js__WEBPACK_IMPORTED_MODULE_4__/* .decodeConfig */ .Fu)(bytes);
    blobs.put(fetched.bytes);
    blobs.put(bytes);
    return { descriptor: fetched.descriptor, bytes: fetched.bytes, manifest, config };
}
function kept(blobs, reference) {
    if (!(0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigest */ .Bc)(reference))
        return undefined;
    const bytes = blobs.find(reference);
    if (bytes === undefined)
        return undefined;
    const descriptor = { mediaType: _oci_types_js__WEBPACK_IMPORTED_MODULE_5__/* .MEDIA_TYPE_MANIFEST */ .S, digest: reference, size: bytes.byteLength };
    return { descriptor, bytes };
}
/**
 * Reads a snapshot's index: every entry, with where its content lies.
 *
 * @throws CafsError `MALFORMED` where it is no index, or not the one that the manifest and the config
 * describe
 */
async function readIndex(remote, snapshot, options = {}) {
    const entries = (0,_store_segment_js__WEBPACK_IMPORTED_MODULE_3__/* .decodeSegment */ .U)(await fetchSegment(remote, snapshot, options));
    checkIndex(snapshot, entries);
    return entries;
}
/**
 * Fetches a snapshot's index as it is stored: a segment.
 *
 * @throws CafsError `MALFORMED` where the snapshot has none, or one that is too large
 */
async function fetchSegment(remote, { manifest }, options = {}) {
    const segments = manifest.layers.filter((layer) => layer.mediaType === _media_types_js__WEBPACK_IMPORTED_MODULE_6__/* .MEDIA_TYPE_SEGMENT */ .aX);
    const [segment] = segments;
    if (segment === undefined || segments.length > 1) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `A snapshot has one index segment; this one has ${String(segments.length)}.`);
    }
    if (segment.size > MAX_SEGMENT_BYTES) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The snapshot's index claims ${String(segment.size)} bytes.`);
    }
    return remote.getBlob(segment, options);
}
/**
 * Checks that entries are those of a snapshot: as many, and all of them in its packs.
 *
 * @throws CafsError `MALFORMED`
 */
function checkIndex({ manifest, config }, entries) {
    const packs = new Map(manifest.layers.map((layer) => [layer.digest, layer.size]));
    let count = 0;
    for (const [key, { location }] of entries) {
        count += 1;
        const isThere = location?.frames.every(({ pack }) => packs.get(pack.digest) === pack.size);
        if (isThere !== true) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The entry ${JSON.stringify(key)} lies in a pack that the snapshot does not have.`);
        }
    }
    if (count !== config.entries) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', 'The snapshot has another number of entries than its config says.');
    }
}
function parseSnapshotManifest(fetched, name) {
    // The remote has checked the bytes already; a snapshot's identity is worth a second look.
    if ((0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)(fetched.bytes) !== fetched.descriptor.digest) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('INTEGRITY', `The manifest of ${name} does not have the digest ${fetched.descriptor.digest}.`);
    }
    const manifest = (0,_oci_manifest_js__WEBPACK_IMPORTED_MODULE_2__/* .parseManifest */ .Ng)(fetched.bytes);
    if (manifest.artifactType !== _media_types_js__WEBPACK_IMPORTED_MODULE_6__/* .ARTIFACT_TYPE */ .gn) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('NOT_A_SNAPSHOT', `${name} is no snapshot: its artifact type is ${JSON.stringify(manifest.artifactType ?? null)}, not ${_media_types_js__WEBPACK_IMPORTED_MODULE_6__/* .ARTIFACT_TYPE */ .gn}.`, { hint: 'Give the cache a repository of its own.' });
    }
    return manifest;
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
/* harmony export */   S1: () => (/* binding */ isIn),
/* harmony export */   d7: () => (/* binding */ isNobodys)
/* harmony export */ });
/* unused harmony export holdsEntry */
/* harmony import */ var _meta_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2271);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2940);


/**
 * Reads an entry's key and metadata, which come from outside.
 *
 * @throws CafsError `MALFORMED`, or `CONTAINMENT` for a path that would leave its root
 */
function placeOf(key, { meta }) {
    const parsed = (0,_meta_js__WEBPACK_IMPORTED_MODULE_0__/* .parseFileMeta */ .f)(meta);
    return { ...(0,_paths_js__WEBPACK_IMPORTED_MODULE_1__/* .pathOf */ .XM)(key, parsed), meta: parsed };
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
 * Whether a path is nobody's to save or restore: `.git`, which holds credentials (in any case, as a
 * disk may ignore it), and what a restore left behind that was killed.
 */
function isNobodys(path) {
    return /(?:^|\/)(?:\.git(?:\/|$)|\.cafs-[0-9a-f]{16}\.tmp$)/i.test(path);
}


/***/ }),

/***/ 6984:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ requireContained)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);

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
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CafsError */ .u('CONTAINMENT', `The path ${JSON.stringify(path)} is refused: ${reason}.`);
}
function reasonAgainst(path, platform) {
    if (path === '')
        return 'it is empty';
    if (path.startsWith('/'))
        return 'it is absolute';
    if (path.includes('\0'))
        return 'it holds a NUL';
    if (!path.isWellFormed())
        return 'it is not valid Unicode';
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

/***/ 2271:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ kindOf),
/* harmony export */   _E: () => (/* binding */ USUAL_FOLDER_MODE),
/* harmony export */   f: () => (/* binding */ parseFileMeta),
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
    const mtimeMs = toMicroseconds(stats.mtimeMs) / 1000;
    if (kind === 'symlink')
        return { kind, mode: 0o777, mtimeMs };
    const mode = platform === 'win32' ? windowsMode(stats, kind) : stats.mode & 0o777;
    return kind === 'file' ? { mode, mtimeMs } : { kind, mode, mtimeMs };
}
/** Whole microseconds. The fraction is rounded alone: the product of all of it is not exact. */
function toMicroseconds(milliseconds) {
    const whole = Math.floor(milliseconds);
    return whole * 1000 + Math.round((milliseconds - whole) * 1000);
}
function windowsMode(stats, kind) {
    if (kind === 'folder')
        return USUAL_FOLDER_MODE;
    return (stats.mode & 0o200) === 0 ? 0o444 : 0o644;
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
function malformed(rule, value) {
    const shown = (0,node_util__WEBPACK_IMPORTED_MODULE_0__.inspect)(value).slice(0, 100);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `Metadata of a file is malformed: ${rule}, not ${shown}.`);
}


/***/ }),

/***/ 2940:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TN: () => (/* binding */ keyOf),
/* harmony export */   XM: () => (/* binding */ pathOf)
/* harmony export */ });
/* unused harmony export keyPrefixOf */
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8463);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _store_keys_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4945);
/* harmony import */ var _contain_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6984);




/** `%~` and 64 hexadecimal digits. */
const HASH_BYTES = 66;
const HASHED = /(?:^|\/)%~[0-9a-f]{64}$/;
/**
 * The key of a path. Two paths never share a key, and {@link pathOf} gives the path back.
 *
 * A key is the root's name, `/` and the path, with `%` written as `%25` and runs of two or more
 * dots as `%2E%2E...`, as keys may not hold `..`. A path that is too long gets as many of its
 * leading folders as there is room for, `%~`, and the SHA-256 of the whole path.
 *
 * @throws CafsError `CONTAINMENT` for a path that is not relative, or not normal
 *
 * @example
 * keyOf('ws', 'app/[...slug].tsx') // { key: 'ws/app/[%2E%2E%2Eslug].tsx' }
 */
function keyOf(root, path) {
    (0,_contain_js__WEBPACK_IMPORTED_MODULE_3__/* .requireContained */ .t)(path, 'linux');
    const key = `${root}/${escape(path)}`;
    return Buffer.byteLength(key) <= _store_keys_js__WEBPACK_IMPORTED_MODULE_2__/* .MAX_KEY_BYTES */ .Xd ? { key } : { key: hashedKey(root, path), path };
}
/**
 * The place that a key stands for. Keys come from outside: only what {@link keyOf} makes is taken.
 *
 * @throws CafsError `MALFORMED` for a key, or a path in the metadata, that {@link keyOf} would
 *   not make; `CONTAINMENT` for a path that would leave its root
 */
function pathOf(key, meta = {}) {
    const slash = key.indexOf('/');
    const root = key.slice(0, Math.max(slash, 0));
    if (!isRootName(root))
        throw malformed(key, 'it does not begin with "ws/", "home/" or "root/"');
    const rest = key.slice(slash + 1);
    const path = HASHED.test(rest) ? meta.path : unescape(rest);
    if (path === undefined)
        throw malformed(key, 'its metadata holds no path');
    const made = keyOf(root, path);
    if (made.key !== key)
        throw malformed(key, `it is not the key of ${JSON.stringify(path)}`);
    if (made.path !== meta.path)
        throw malformed(key, 'its metadata holds a path, and must not');
    return { root, path };
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
    if (Buffer.byteLength(prefix) + HASH_BYTES <= MAX_KEY_BYTES)
        return prefix;
    throw new CafsError('INVALID_INPUT', `The path of the folder ${JSON.stringify(folder)} is too long.`, {
        hint: 'Name one of its parents instead.',
    });
}
function hashedKey(root, path) {
    let prefix = `${root}/`;
    for (const folder of path.split('/').slice(0, -1)) {
        const longer = `${prefix}${escape(folder)}/`;
        if (Buffer.byteLength(longer) + HASH_BYTES > _store_keys_js__WEBPACK_IMPORTED_MODULE_2__/* .MAX_KEY_BYTES */ .Xd)
            break;
        prefix = longer;
    }
    return `${prefix}%~${(0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .hexOf */ .ZD)((0,_digest_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)(path))}`;
}
function escape(path) {
    return path.replaceAll('%', '%25').replace(/\.{2,}/g, (dots) => '%2E'.repeat(dots.length));
}
/** Leaves wrong escapes as they are: escaping again does not give the same key then. */
function unescape(text) {
    return text.replaceAll('%2E', '.').replaceAll('%25', '%');
}
function isRootName(name) {
    return name === 'ws' || name === 'home' || name === 'root';
}
function malformed(key, reason) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('MALFORMED', `The key ${JSON.stringify(key)} is malformed: ${reason}.`);
}


/***/ }),

/***/ 3878:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ readFileChunks),
/* harmony export */   _: () => (/* binding */ readTarget)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4148);



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
        const before = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(descriptor);
        if (!before.isFile())
            throw changed(file, 'it is no regular file any more');
        let position = 0;
        while (position < before.size) {
            const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, before.size - position));
            const length = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readSync)(descriptor, chunk);
            if (length === 0)
                break;
            position += length;
            yield chunk.subarray(0, length);
        }
        const after = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(descriptor);
        if (after.size !== position || after.mtimeMs !== before.mtimeMs) {
            throw changed(file, 'it was written to');
        }
        return after;
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(descriptor);
    }
}
/**
 * A symlink's target, byte for byte.
 *
 * @throws CafsError `CHANGED` when there is no symlink there any more
 */
function readTarget(file) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)(file, { encoding: 'buffer' });
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
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(file, READ);
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .isMissing */ .b2)(error))
            throw changed(file, 'it was removed', error);
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .systemCode */ .xU)(error) === 'ELOOP')
            throw changed(file, 'it became a symlink', error);
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_2__/* .explainUnreadable */ .x5)(error, file);
    }
}
function changed(file, what, cause) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CafsError */ .u('CHANGED', `${JSON.stringify(file)} changed while it was read: ${what}.`, {
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
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4573);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(452);
/* harmony import */ var _file_access_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4148);
/* harmony import */ var _ancestors_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7146);
/* harmony import */ var _meta_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2271);
/* harmony import */ var _order_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1167);







/**
 * Everything selected below a folder, ordered by the bytes of its path. Symlinks are not followed.
 *
 * A selected folder is yielded only when its files alone would not bring it back: when it is
 * empty (sockets and the like do not count), or when its mode is not 0o755.
 *
 * What vanishes during the walk, or a base that does not exist, is no error.
 *
 * @param base a path with the platform's separators
 * @throws CafsError `INVALID_INPUT` for what may not be read, and for a selected name that is not
 *   valid UTF-8: no key could name it
 */
function* walk(base, options) {
    const pending = [{ order: '/', kind: 'folder', folder: { path: '' } }];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
        const { order, kind, folder } = step;
        if (folder !== undefined && order.endsWith('/')) {
            folder.children ??= readFolder(base, folder.path, options);
            const steps = stepsInto(folder.path, folder.children, options);
            steps.sort((a, b) => (0,_order_js__WEBPACK_IMPORTED_MODULE_5__/* .compareBytes */ .X)(b.order, a.order));
            for (const next of steps)
                pending.push(next);
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
            folder.children ??= readFolder(base, folder.path, options);
            if (folder.children.some((child) => (0,_meta_js__WEBPACK_IMPORTED_MODULE_4__/* .kindOf */ .I)(child) !== undefined))
                continue;
        }
        yield { path: order, kind: actual, stats };
    }
}
function stepsInto(parent, children, options) {
    const steps = [];
    for (const child of children) {
        const path = (0,_ancestors_js__WEBPACK_IMPORTED_MODULE_6__/* .childOf */ .GG)(parent, child.name);
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
function readFolder(base, path, selection) {
    const folder = path === '' ? base : `${base}/${path}`;
    try {
        const children = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(folder, { withFileTypes: true });
        if (children.some((child) => child.name.includes('\uFFFD'))) {
            refuseOtherEncodings(folder, path, selection);
        }
        return children;
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_3__/* .isMissing */ .b2)(error))
            return [];
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_3__/* .explainUnreadable */ .x5)(error, folder);
    }
}
/** U+FFFD is what Node shows for bytes that are not UTF-8, but a name may really hold it. */
function refuseOtherEncodings(folder, parent, selection) {
    for (const child of (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(folder, { withFileTypes: true, encoding: 'buffer' })) {
        if ((0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(child.name))
            continue;
        const path = (0,_ancestors_js__WEBPACK_IMPORTED_MODULE_6__/* .childOf */ .GG)(parent, child.name.toString());
        const isFolder = child.isDirectory();
        const kind = isFolder ? 'folder' : child.isSymbolicLink() ? 'symlink' : 'file';
        if (!selection.select(path, kind) && !(isFolder && selection.enter(path)))
            continue;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CafsError */ .u('INVALID_INPUT', `The name of ${JSON.stringify(path)} is not valid UTF-8 (in hexadecimal: ${child.name.toString('hex')}).`, { hint: 'Rename it, or exclude it.' });
    }
}
function lstat(base, path) {
    const file = `${base}/${path}`;
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(file, { throwIfNoEntry: false });
    }
    catch (error) {
        if ((0,_file_access_js__WEBPACK_IMPORTED_MODULE_3__/* .isMissing */ .b2)(error))
            return undefined;
        throw (0,_file_access_js__WEBPACK_IMPORTED_MODULE_3__/* .explainUnreadable */ .x5)(error, file);
    }
}
function describeSpecial(child) {
    if (child.isSocket())
        return 'socket';
    return child.isFIFO() ? 'named pipe' : 'device';
}


/***/ })

};
