package main

import (
	"fmt"
	"strings"
)

func text(key, content string) entry {
	return entry{Key: key, Text: &content}
}

// named gives every key itself as content.
func named(keys ...string) []entry {
	entries := make([]entry, len(keys))
	for i, key := range keys {
		entries[i] = text(key, key)
	}
	return entries
}

func patterned(key string, seed, size int) entry {
	return entry{Key: key, Bytes: &pattern{Seed: seed, Size: size}}
}

var cases = []*hashCase{
	{
		Name: "nothing",
		more: []string{"a/", "a/b/", "/"},
	},
	{
		Name:    "one entry",
		Entries: []entry{text("a", "x")},
		more:    []string{"a/", "b/"},
	},
	{
		Name:    "one entry in a folder",
		Entries: []entry{text("a/b", "x")},
		more:    []string{"b/", "a/b/"},
	},
	{
		Name:    "one entry without content",
		Entries: []entry{text("empty", "")},
	},
	{
		Name: "nested folders",
		Entries: []entry{
			text("README.md", "# Title\n"),
			text("src/main.ts", "export {};\n"),
			text("src/a/one.ts", "1"),
			text("src/a/two.ts", "2"),
			text("src/a/b/three.ts", "3"),
			text("src/a/b/c/d/e/f/g/four.ts", "4"),
			text("src/z/one.ts", "1"),
			text("test/main.ts", "main"),
		},
		more: []string{"src/a/b/three.ts/", "src/missing/", "z/", "src/a/b/c/d/e/f/g/h/"},
	},
	{
		Name: "equal folders in different places",
		Entries: []entry{
			text("here/x/one", "1"), text("here/x/two", "2"), text("here/x/y/three", "3"),
			text("there/deep/x/one", "1"), text("there/deep/x/two", "2"), text("there/deep/x/y/three", "3"),
			text("almost/x/one", "1"), text("almost/x/two", "2"), text("almost/x/y/three", "4"),
		},
	},
	{
		Name: "neighbours of a slash",
		Entries: named(
			"a", "a/b", "a/b/c", "a-b", "a.b", "a0", "a b", "a!", "a,b", "aa", "A", "A/b", "a/", "ab/c",
			"a/-", "a/.", "a/0", "a/b-c", "a/b.c", "a/b0", "a//b", "a///b", "/", "/a", "//a", "/a/b",
		),
		more: []string{"b/", "ab/c/", "a0/", "a-b/"},
	},
	{
		Name:    "prefixes that end within a name",
		Entries: named("src", "src/x", "src/y/z", "src2/x", "src-gen/x", "srv/x", "sr"),
		plain:   []string{"src", "sr", "s", "src/y", "src/x", "src2"},
	},
	{
		Name: "beyond the BMP",
		Entries: named(
			"z", "\u007f", "\u0080", "\u00ff", "\u07ff", "\u0800", "\u2603", "\ud7ff",
			"\ue000", "\uf8ff", "\ufb00", "\ufeff", "\uff5e", "\ufffd", "\ufffe", "\uffff",
			"\U00010000", "\U00010001", "\U0001f600", "\U0001f601", "\U0001ffff", "\U0002f81d",
			"\U000e0100", "\U0010fffd", "\U0010ffff",
		),
	},
	{
		Name: "beyond the BMP, in folders",
		Entries: named(
			"\ue000/a", "\uffff/a", "\ufffd/a", "\U00010000/a", "\U0001f600/a", "\U0001f600/b/c",
			"\U0001f600\ue000/a", "\U0001f600\U00010000/a", "\U0001f600\uffff/a",
			"x\ue000", "x\U00010000", "x\uffff", "x\U0010ffff", "x",
			"\U0001f468\u200d\U0001f469\u200d\U0001f467/family", "\U0001f1e9\U0001f1ea/flag",
			"\u2764\ufe0f/heart", "\u2764/heart",
		),
		more: []string{"\U0001f601/", "\uff5e/"},
	},
	{
		Name: "composed and decomposed forms of a name",
		Entries: []entry{
			text("caf\u00e9/menu", "composed"), text("cafe\u0301/menu", "decomposed"),
			text("\u00c5", "letter"), text("A\u030a", "decomposed"), text("\u212b", "unit"),
			text("\uac00", "composed"), text("\u1100\u1161", "decomposed"),
			text("\u1e9b\u0323", "1"), text("\u017f\u0323\u0307", "2"),
		},
	},
	{
		Name:    "control characters",
		Entries: controls(),
	},
	{
		Name: "line feeds, tabs and what looks like a line of the digest",
		Entries: named(
			"a\nb", "a\tb", "a\rb", "a\r\nb", "\n", "\t", " ", "  ", "a\n", "\na", "a\n/b\n/c", "a\t/b",
			"a\nsha256:0\n1", "a\u0085b", "a\u2028b", "a\u2029b", "a\u00a0b", "a\"b", `a\b`, `a\\b`, "a'b", "a<b>&c",
		),
	},
	{
		Name: "keys of 1,024 bytes",
		Entries: named(
			strings.Repeat("k", 1024),
			strings.Repeat("k", 1023)+"j",
			strings.Repeat("\u00e9", 512),
			strings.Repeat("\u20ac", 341)+"x",
			strings.Repeat("\U0001f600", 256),
			strings.Repeat("p", 1022)+"/x",
			"short/"+strings.Repeat("s", 1018),
		),
	},
	{
		Name: "one content under many keys",
		Entries: []entry{
			text("a/1", "same"), text("a/2", "same"), text("a/3", "same"), text("b/1", "same"),
			text("b/c/1", "same"), text("same", "same"),
			text("none/1", ""), text("none/2", ""), text("none/d/1", ""),
		},
	},
	{
		Name: "sizes that sort differently as text",
		Entries: []entry{
			patterned("s/9", 1, 9), patterned("s/10", 1, 10), patterned("s/99", 2, 99),
			patterned("s/100", 2, 100), patterned("s/4095", 3, 4095), patterned("s/4096", 3, 4096),
			patterned("s/4097", 3, 4097), patterned("s/65535", 4, 65535), patterned("s/65536", 4, 65536),
			patterned("s/65537", 4, 65537), patterned("s/1048577", 5, 1<<20+1), patterned("s/0", 6, 0),
			patterned("s/1", 255, 1),
		},
	},
	{
		Name: "content that is no text",
		Entries: []entry{
			patterned("bin/all", 0, 256), patterned("bin/reverse", 17, 1000), text("bin/nul", "\x00"),
			text("bin/nuls", "a\x00b\x00"), text("bin/crlf", "a\r\nb\r\n"), text("bin/bom", "\ufefftext"),
		},
	},
	{
		Name: "metadata makes no difference",
		Entries: []entry{
			{Key: "m/a", Text: new(string), Meta: map[string]any{"mode": 420, "nested": map[string]any{"x": nil}}},
			{Key: "m/b", Bytes: &pattern{Seed: 7, Size: 33}, Meta: map[string]any{"mode": 493}},
			patterned("m/c", 7, 33),
		},
	},
	{
		Name: "replaced and deleted entries",
		Entries: []entry{
			text("a/x", "first"), text("a/y", "stays"), text("b/x", "goes"), text("a/x", "second"),
			text("c", "goes"), text("c/d", "stays"), text("a/x", "third"),
		},
		Deleted: []string{"b/x", "c", "never there"},
	},
	{
		Name: "several thousand entries",
		Rule: &rule{Folders: 40, Files: 3000},
		more: []string{"dir040/", "dir/", "file00000/"},
	},
}

func controls() []entry {
	var keys []string
	for char := 1; char < 0x20; char++ {
		keys = append(keys, fmt.Sprintf("c/%c", char), fmt.Sprintf("d/x%cy", char))
	}
	return named(append(keys, "c/\u007f", "c/\u0080", "c/\u009f", "d/x", "d/xy", "d/x y")...)
}

var keys = []keyCase{
	{Name: "empty", Key: ""},
	{Name: "reserved", Key: "_"},
	{Name: "reserved name", Key: "_x"},
	{Name: "reserved folder", Key: "_prefix/00"},
	{Name: "underscore further on", Key: "x_"},
	{Name: "underscore in a folder", Key: "a/_x"},
	{Name: "two dots", Key: ".."},
	{Name: "two dots in a name", Key: "a..b"},
	{Name: "two dots at the start", Key: "../a"},
	{Name: "two dots as a folder", Key: "a/../b"},
	{Name: "two dots at the end", Key: "a.."},
	{Name: "three dots", Key: "..."},
	{Name: "one dot", Key: "."},
	{Name: "one dot as a folder", Key: "./a"},
	{Name: "dots apart", Key: ".a."},
	{Name: "NUL", Key: "\x00"},
	{Name: "NUL in a name", Key: "a\x00b"},
	{Name: "NUL at the end", Key: "a\x00"},
	{Name: "reserved, with two dots", Key: "_.."},
	{Name: "reserved, with NUL", Key: "_\x00"},
	{Name: "1,024 bytes", Key: strings.Repeat("k", 1024)},
	{Name: "1,025 bytes", Key: strings.Repeat("k", 1025)},
	{Name: "1,024 bytes of two each", Key: strings.Repeat("\u00e9", 512)},
	{Name: "1,025 bytes, of two each but for the last", Key: strings.Repeat("\u00e9", 512) + "x"},
	{Name: "1,023 bytes of three each", Key: strings.Repeat("\u20ac", 341)},
	{Name: "1,026 bytes of three each", Key: strings.Repeat("\u20ac", 342)},
	{Name: "1,024 bytes of four each", Key: strings.Repeat("\U0001f600", 256)},
	{Name: "1,028 bytes of four each", Key: strings.Repeat("\U0001f600", 257)},
	{Name: "reserved, 1,025 bytes", Key: "_" + strings.Repeat("k", 1024)},
	{Name: "slash", Key: "/"},
	{Name: "slash at the end", Key: "a/"},
	{Name: "two slashes", Key: "a//b"},
	{Name: "absolute", Key: "/etc/passwd"},
	{Name: "backslash", Key: `a\b`},
	{Name: "space", Key: " "},
	{Name: "line feed", Key: "\n"},
	{Name: "drive", Key: "C:/a"},
	{Name: "replacement character", Key: "\ufffd"},
	{Name: "noncharacter", Key: "\uffff"},
}
