// Command golden prints the digests that the Go package cafs computes, as JSON: what
// __tests__/fixtures/go-hash-vectors.json holds, for the TypeScript store to be compared with.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"unicode/utf16"

	"github.com/aweris/cafs"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	cacheDir, err := os.MkdirTemp("", "golden-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cacheDir)

	output := vectors{Keys: keys}
	for i, c := range cases {
		if err := c.compute(cacheDir, "case-"+strconv.Itoa(i)); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		output.Cases = append(output.Cases, c)
	}
	for i := range output.Keys {
		if err := output.Keys[i].compute(filepath.Join(cacheDir, "keys")); err != nil {
			return err
		}
	}
	return printASCII(output)
}

// compute puts the entries of a case into a store of its own, and asks it for every digest.
func (c *hashCase) compute(cacheDir, namespace string) error {
	store, err := cafs.Open(namespace, cafs.WithCacheDir(cacheDir))
	if err != nil {
		return err
	}
	entries := c.Entries
	if c.Rule != nil {
		entries = c.Rule.entries()
	}
	prefixes := append([]string{""}, c.more...)
	for _, e := range entries {
		if err := e.putInto(store); err != nil {
			return fmt.Errorf("put %q: %w", e.Key, err)
		}
		for at, char := range e.Key {
			if char == '/' {
				prefixes = append(prefixes, e.Key[:at+1])
			}
		}
	}
	for _, key := range c.Deleted {
		store.Delete(key)
	}
	c.Hashes = map[string]cafs.Digest{}
	for _, prefix := range prefixes {
		c.Hashes[prefix] = store.Hash(prefix)
	}
	for _, prefix := range c.plain {
		if c.PlainHashes == nil {
			c.PlainHashes = map[string]cafs.Digest{}
		}
		c.PlainHashes[prefix] = store.Hash(prefix)
	}
	c.Root = store.Root()
	return store.Close()
}

func (e entry) putInto(store cafs.Store) error {
	var options []cafs.Option
	if e.Meta != nil {
		options = append(options, cafs.WithMeta(e.Meta))
	}
	return store.Put(e.Key, e.content(), options...)
}

// compute finds out whether the package takes a key.
func (k *keyCase) compute(cacheDir string) error {
	store, err := cafs.Open("keys", cafs.WithCacheDir(cacheDir))
	if err != nil {
		return err
	}
	switch err := store.Put(k.Key, nil); {
	case err == nil:
		k.Error = ""
	case errors.Is(err, cafs.ErrReservedKey):
		k.Error = "ErrReservedKey"
	case errors.Is(err, cafs.ErrInvalidKey):
		k.Error = "ErrInvalidKey"
	default:
		return fmt.Errorf("put %q: %w", k.Key, err)
	}
	return nil
}

// printASCII escapes all that is not ASCII, so that no editor or file system can normalise it.
func printASCII(value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for _, char := range text.String() {
		if char < 0x7f {
			out.WriteRune(char)
			continue
		}
		for _, unit := range utf16.Encode([]rune{char}) {
			fmt.Fprintf(out, `\u%04x`, unit)
		}
	}
	return out.Flush()
}
