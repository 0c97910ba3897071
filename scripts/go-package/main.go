// Command gopackage pushes with the Go package cafs to a repository, and prints, as JSON, what the
// package itself says of each push, and what it gets when it pulls: see README.md.
//
//	go run . 127.0.0.1:5000/some/repository > expected.json
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: gopackage HOST/REPOSITORY")
	}
	dir, err := os.MkdirTemp("", "gopackage-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	w := &world{repository: os.Args[1], dir: dir}
	for _, s := range scenarios {
		if err := s(w); err != nil {
			return err
		}
	}
	for i := range w.Pushes {
		if err := w.pull(&w.Pushes[i]); err != nil {
			return err
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(w)
}
