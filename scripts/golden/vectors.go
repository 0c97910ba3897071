package main

import (
	"fmt"

	"github.com/aweris/cafs"
)

// vectors is the whole output.
type vectors struct {
	Cases []*hashCase `json:"cases"`
	Keys  []keyCase   `json:"keys"`
}

// hashCase is a store's entries and the digests of its prefixes. Hashes holds every folder of every
// key, beside the empty prefix and what `more` names.
type hashCase struct {
	Name    string   `json:"name"`
	Entries []entry  `json:"entries,omitempty"`
	Rule    *rule    `json:"rule,omitempty"`
	Deleted []string `json:"deleted,omitempty"`

	Root   cafs.Digest            `json:"root"`
	Hashes map[string]cafs.Digest `json:"hashes"`
	// PlainHashes is for prefixes that end within a name: to Go they are text like any other, to
	// the TypeScript store they are the folder of that name.
	PlainHashes map[string]cafs.Digest `json:"plainHashes,omitempty"`

	more  []string
	plain []string
}

// entry is a key with a content: Text, or the bytes that Bytes describes.
type entry struct {
	Key   string         `json:"key"`
	Text  *string        `json:"text,omitempty"`
	Bytes *pattern       `json:"bytes,omitempty"`
	Meta  map[string]any `json:"meta,omitempty"`
}

func (e entry) content() []byte {
	if e.Bytes != nil {
		return e.Bytes.content()
	}
	return []byte(*e.Text)
}

// pattern describes bytes: the one at position i is (Seed + 31*i + i/256) mod 256.
type pattern struct {
	Seed int `json:"seed"`
	Size int `json:"size"`
}

func (p pattern) content() []byte {
	content := make([]byte, p.Size)
	for i := range content {
		content[i] = byte(p.Seed + 31*i + i/256)
	}
	return content
}

// rule describes many entries: file n lies in folder n mod Folders, and its content is its key.
type rule struct {
	Folders int `json:"folders"`
	Files   int `json:"files"`
}

func (r rule) entries() []entry {
	entries := make([]entry, r.Files)
	for n := range entries {
		key := fmt.Sprintf("dir%03d/file%05d", n%r.Folders, n)
		entries[n] = entry{Key: key, Text: &key}
	}
	return entries
}

// keyCase says whether the package takes a key: Error is empty, ErrInvalidKey or ErrReservedKey.
type keyCase struct {
	Name  string `json:"name"`
	Key   string `json:"key"`
	Error string `json:"error"`
}
