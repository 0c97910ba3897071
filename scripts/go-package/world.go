package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/aweris/cafs"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// world is a repository and the machines that push to it: each has a cache folder of its own.
type world struct {
	repository string
	dir        string
	Pushes     []pushed `json:"pushes"`
}

// pushed is what a tag pointed to after a push.
type pushed struct {
	Tag      string `json:"tag"`
	Manifest string `json:"manifest"`
	// What the store held that was pushed, as the Go package reports it.
	Root    cafs.Digest            `json:"root"`
	Hashes  map[string]cafs.Digest `json:"hashes"`
	Entries []entry                `json:"entries"`
	// What the Go package gets from it on a machine that has nothing.
	Pull pulled `json:"pull"`
}

type entry struct {
	Key    string      `json:"key"`
	Digest cafs.Digest `json:"digest"`
	Size   int64       `json:"size"`
	Meta   any         `json:"meta,omitempty"`
}

type pulled struct {
	Error string      `json:"error,omitempty"`
	Root  cafs.Digest `json:"root,omitempty"`
	// Keys that it lists and whose content it does not have.
	Missing []string `json:"missing,omitempty"`
}

// open opens a store on one of the machines.
func (w *world) open(machine, tag string) (cafs.Store, error) {
	return cafs.Open("demo:"+tag,
		cafs.WithCacheDir(filepath.Join(w.dir, machine)),
		cafs.WithRemote(w.repository+":"+tag))
}

// push pushes to tags, in one call, and notes what they point to.
func (w *world) push(store cafs.Store, tags ...string) error {
	if err := store.Push(context.Background(), tags...); err != nil {
		return err
	}
	for _, tag := range tags {
		ref, err := name.NewTag(w.repository + ":" + tag)
		if err != nil {
			return err
		}
		head, err := remote.Head(ref)
		if err != nil {
			return err
		}
		w.Pushes = append(w.Pushes, describe(store, tag, head.Digest.String()))
	}
	return nil
}

func describe(store cafs.Store, tag, manifest string) pushed {
	p := pushed{Tag: tag, Manifest: manifest, Root: store.Root(), Hashes: map[string]cafs.Digest{}}
	for key, info := range store.List("") {
		p.Entries = append(p.Entries, entry{key, info.Digest, info.Size, info.Meta})
		for at, char := range key {
			if char == '/' {
				p.Hashes[key[:at+1]] = store.Hash(key[:at+1])
			}
		}
	}
	sort.Slice(p.Entries, func(i, j int) bool { return p.Entries[i].Key < p.Entries[j].Key })
	return p
}

// pull pulls what was pushed to a machine that has nothing. A tag that has moved on is pointed back
// for it.
func (w *world) pull(p *pushed) error {
	from, err := name.NewDigest(w.repository + "@" + p.Manifest)
	if err != nil {
		return err
	}
	image, err := remote.Get(from)
	if err != nil {
		return err
	}
	to, err := name.NewTag(w.repository + ":" + p.Tag)
	if err != nil {
		return err
	}
	if err := remote.Tag(to, image); err != nil {
		return err
	}
	machine, err := os.MkdirTemp(w.dir, "fresh-")
	if err != nil {
		return err
	}
	store, err := w.open(filepath.Base(machine), p.Tag)
	if err != nil {
		return err
	}
	if err := store.Pull(context.Background()); err != nil {
		p.Pull.Error = strings.ReplaceAll(err.Error(), w.repository, "REPOSITORY")
		return nil
	}
	p.Pull.Root = store.Root()
	for key := range store.List("") {
		if _, err := store.Get(key); err != nil {
			p.Pull.Missing = append(p.Pull.Missing, key)
		}
	}
	sort.Strings(p.Pull.Missing)
	return nil
}

// put puts an entry for each pair of key and content.
func put(store cafs.Store, keysAndContents ...string) error {
	for i := 0; i < len(keysAndContents); i += 2 {
		if err := store.Put(keysAndContents[i], []byte(keysAndContents[i+1])); err != nil {
			return fmt.Errorf("put %q: %w", keysAndContents[i], err)
		}
	}
	return nil
}
