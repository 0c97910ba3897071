package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/aweris/cafs"
)

// Each pushes to tags of its own, from machines of its own.
var scenarios = []func(*world) error{
	everything,
	nothing,
	garbage,
	pushedAgain,
	severalTags,
	versions,
	reopened,
	pulledFirst,
	emptyLast,
	notUTF8,
}

var day = time.Date(2025, 12, 1, 0, 32, 34, 123456789, time.FixedZone("", 3600))

// everything: all kinds of keys, contents and metadata, in several layers, by one push.
func everything(w *world) error {
	store, err := w.open("everything", "everything")
	if err != nil {
		return err
	}
	long := strings.Repeat("k", 1024)
	err = put(store,
		"empty", "",
		"empty-too", "",
		"copy/1", "the same\n",
		"copy/2", "the same\n",
		"r\u00e9sum\u00e9.txt", "one code point each",
		"re\u0301sume\u0301.txt", "and two",
		"\u65e5\u672c\u8a9e/\u30d5\u30a1\u30a4\u30eb.txt", "beyond Latin",
		"\U0001f600/\U0001f4a9", "beyond the BMP",
		"\ue000", "sorts before U+1F600 by its bytes, and behind it by UTF-16",
		"\ufffd", "a real replacement character",
		"<&>\"\\' \u2028", "what encoding/json escapes",
		"line\nbreak", "x",
		"/absolute", "y",
		"double//slash", "z",
		"./dot", "d",
		"%41", "no escape",
		"C:\\windows", "w",
		long, "the longest key",
	)
	if err != nil {
		return err
	}
	for i := range 100 {
		if err := put(store, fmt.Sprintf("many/%d/%03d", i%7, i), fmt.Sprintf("content %d", i)); err != nil {
			return err
		}
	}
	binary := make([]byte, 1024)
	for i := range binary {
		binary[i] = byte(i)
	}
	if err := store.Put("binary", binary); err != nil {
		return err
	}
	// A layer is closed before it would have 10 MiB.
	for i := range 4 {
		large := bytes.Repeat([]byte(fmt.Sprintf("line %d of a large file\n", i)), 280_000)
		if err := store.Put(fmt.Sprintf("large/%d", i), large[:6<<20]); err != nil {
			return err
		}
	}
	if err := putMetadata(store); err != nil {
		return err
	}
	return w.push(store, "everything")
}

func putMetadata(store cafs.Store) error {
	metas := map[string]any{
		"file/plain":      cafs.FileMeta{Mode: 0o644, ModTime: day},
		"file/executable": cafs.FileMeta{Mode: 0o755, ModTime: day.UTC()},
		"file/setuid":     cafs.FileMeta{Mode: 0o755 | fs.ModeSetuid, ModTime: day},
		"file/no-time":    cafs.FileMeta{Mode: 0o600},
		"file/no-mode":    cafs.FileMeta{ModTime: day},
		"file/old":        cafs.FileMeta{Mode: 0o644, ModTime: time.Date(1912, 6, 23, 1, 2, 3, 4005, time.UTC)},
		"file/link":       cafs.FileMeta{Mode: 0o777 | fs.ModeSymlink, ModTime: day},
		"meta/object":     map[string]any{"labels": []string{"a", "b"}, "ratio": 1.5, "none": nil},
		"meta/pointer":    &cafs.FileMeta{Mode: 0o640, ModTime: day},
		"meta/text":       "text <&> \u2028",
		"meta/number":     42,
		"meta/false":      false,
		"meta/list":       []int{1, 2, 3},
	}
	for key, meta := range metas {
		if err := store.Put(key, []byte(key), cafs.WithMeta(meta)); err != nil {
			return err
		}
	}
	folder := cafs.WithMeta(cafs.FileMeta{Mode: 0o750 | fs.ModeDir, ModTime: day})
	return store.Put("file/folder", nil, folder)
}

// nothing: a store without entries.
func nothing(w *world) error {
	store, err := w.open("nothing", "nothing")
	if err != nil {
		return err
	}
	return w.push(store, "nothing")
}

// garbage: contents that no key has any more are pushed all the same.
func garbage(w *world) error {
	store, err := w.open("garbage", "garbage")
	if err != nil {
		return err
	}
	if err := put(store, "kept", "1", "changed", "2", "changed", "3", "deleted", "4"); err != nil {
		return err
	}
	store.Delete("deleted")
	return w.push(store, "garbage")
}

// pushedAgain: three pushes to one tag by one process. Each manifest lists only what is new.
func pushedAgain(w *world) error {
	store, err := w.open("again", "again")
	if err != nil {
		return err
	}
	if err := put(store, "a", "a1", "b", "b1", "dir/c", "c1", "empty", ""); err != nil {
		return err
	}
	if err := w.push(store, "again"); err != nil {
		return err
	}
	if err := put(store, "a", "a2", "d", "d2"); err != nil {
		return err
	}
	if err := w.push(store, "again"); err != nil {
		return err
	}
	return w.push(store, "again")
}

// severalTags: one call that names two tags. The second one gets the index and nothing else.
func severalTags(w *world) error {
	store, err := w.open("tags", "first")
	if err != nil {
		return err
	}
	if err := put(store, "one", "1", "two", "2"); err != nil {
		return err
	}
	return w.push(store, "first", "second")
}

// versions: each version has a tag of its own, and only what is new in it.
func versions(w *world) error {
	store, err := w.open("versions", "v1")
	if err != nil {
		return err
	}
	if err := put(store, "app", "app 1", "lib", "lib 1"); err != nil {
		return err
	}
	if err := w.push(store, "v1"); err != nil {
		return err
	}
	if err := put(store, "app", "app 2"); err != nil {
		return err
	}
	return w.push(store, "v2")
}

// reopened: what was put before the process began is not pushed.
func reopened(w *world) error {
	store, err := w.open("reopened", "reopened")
	if err != nil {
		return err
	}
	if err := put(store, "old", "from the first process"); err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	if store, err = w.open("reopened", "reopened"); err != nil {
		return err
	}
	if err := put(store, "new", "from the second process"); err != nil {
		return err
	}
	return w.push(store, "reopened")
}

// pulledFirst: a job pulls what another has pushed, adds to it, and pushes.
func pulledFirst(w *world) error {
	first, err := w.open("job-1", "pulled")
	if err != nil {
		return err
	}
	if err := put(first, "from-job-1", "1"); err != nil {
		return err
	}
	if err := w.push(first, "pulled"); err != nil {
		return err
	}
	second, err := w.open("job-2", "pulled")
	if err != nil {
		return err
	}
	if err := second.Pull(context.Background()); err != nil {
		return err
	}
	if err := put(second, "from-job-2", "2"); err != nil {
		return err
	}
	return w.push(second, "pulled")
}

// emptyLast: where an empty content is the last of a layer, the Go package cannot pull it.
func emptyLast(w *world) error {
	store, err := w.open("empty-last", "empty-last")
	if err != nil {
		return err
	}
	if err := put(store, "empty", "", "full", "x"); err != nil {
		return err
	}
	return w.push(store, "empty-last")
}

// notUTF8: JSON has no bytes that are not UTF-8. These two keys become one.
func notUTF8(w *world) error {
	store, err := w.open("not-utf8", "not-utf8")
	if err != nil {
		return err
	}
	if err := put(store, "caf\xe8", "1", "caf\xe9", "2"); err != nil {
		return err
	}
	return w.push(store, "not-utf8")
}
