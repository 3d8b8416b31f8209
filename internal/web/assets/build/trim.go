package main

import (
	"bytes"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// vocabulary holds every word that occurs in our templates, programs and scripts: a class that is not among them is on
// no page. Classes of the library must therefore be written out, never put together from parts.
type vocabulary map[string]bool

var wordPattern = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_-]*`)

// usedWords reads the templates and Go files of the module and the scripts under web/src.
func usedWords(root string) (vocabulary, error) {
	v := vocabulary{}
	for _, dir := range []string{"internal", "web/src/js"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() || !readsClasses(path) {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if filepath.Ext(path) == ".go" {
				text = literals(text)
			}
			v.add(string(text))
			return nil
		})
		if err != nil {
			return v, err
		}
	}
	return v, nil
}

// readsClasses reports whether a file may name a class: generated and test files only repeat what others say.
func readsClasses(path string) bool {
	switch filepath.Ext(path) {
	case ".templ", ".js":
		return true
	case ".go":
		return !strings.HasSuffix(path, "_templ.go") && !strings.HasSuffix(path, "_test.go")
	}
	return false
}

// literals gives the string literals of a Go file, one a line: a class is named nowhere else.
func literals(source []byte) []byte {
	var s scanner.Scanner
	var out bytes.Buffer
	s.Init(token.NewFileSet().AddFile("", -1, len(source)), source, nil, 0)
	for {
		_, kind, text := s.Scan()
		if kind == token.EOF {
			return out.Bytes()
		}
		if kind == token.STRING {
			out.WriteString(text + "\n")
		}
	}
}

func (v vocabulary) add(text string) {
	for _, w := range wordPattern.FindAllString(text, -1) {
		v[w] = true
	}
}

// trimStyles leaves out the rules of a style sheet whose every selector names a class that no page has. It reads just
// enough of CSS for that: blocks, strings, comments and commas.
func trimStyles(sheet string, v vocabulary) string {
	var out strings.Builder
	for len(sheet) > 0 {
		head, body, rest := nextRule(sheet)
		sheet = rest
		switch name := atRule(head); {
		case body == "" && strings.TrimSpace(head) == "":
		case body == "": // @charset, @import
			out.WriteString(head)
		case name == "@media" || name == "@supports" || name == "@layer" || name == "@container":
			if inner := trimStyles(body[1:len(body)-1], v); inner != "" {
				out.WriteString(head + "{" + inner + "}")
			}
		case name != "": // @font-face, @keyframes, @property
			out.WriteString(head + body)
		default:
			if kept := keptSelectors(head, v); kept != "" {
				out.WriteString(kept + body)
			}
		}
	}
	return out.String()
}

func atRule(head string) string {
	head = strings.TrimSpace(head)
	if !strings.HasPrefix(head, "@") {
		return ""
	}
	if i := strings.IndexAny(head, " (\t\n"); i > 0 {
		return head[:i]
	}
	return head
}

// nextRule cuts the first rule: what stands before its block, the block with its braces ("" for a statement), the rest.
func nextRule(s string) (head, body, rest string) {
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"', '\'':
			i = stringEnd(s, i)
		case '/':
			if strings.HasPrefix(s[i:], "/*") {
				end := strings.Index(s[i+2:], "*/")
				if end < 0 {
					return "", "", ""
				}
				if depth == 0 && strings.TrimSpace(s[:i]) == "" {
					return "", "", s[i+end+4:]
				}
				i += end + 3
			}
		case ';':
			if depth == 0 {
				return s[:i+1], "", s[i+1:]
			}
		case '{':
			if depth == 0 {
				start = i
			}
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:start], s[start : i+1], s[i+1:]
			}
		}
	}
	return "", "", ""
}

func stringEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case s[i]:
			return j
		}
	}
	return len(s)
}

var classPattern = regexp.MustCompile(`\.((?:[A-Za-z0-9_-]|\\.)+)`)

// keptSelectors gives those selectors of a list whose every class some page has. What stands in :not() does not count.
func keptSelectors(list string, v vocabulary) string {
	var kept []string
	for _, sel := range splitSelectors(list) {
		if selectorUsed(notPattern.ReplaceAllString(sel, ""), v) {
			kept = append(kept, sel)
		}
	}
	return strings.Join(kept, ",")
}

var notPattern = regexp.MustCompile(`:not\([^)]*\)`)

func selectorUsed(sel string, v vocabulary) bool {
	for _, m := range classPattern.FindAllStringSubmatch(sel, -1) {
		if !v[strings.ReplaceAll(m[1], `\`, "")] {
			return false
		}
	}
	return true
}

// splitSelectors cuts a list at its outer commas.
func splitSelectors(list string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '\\':
			i++
		case '"', '\'':
			i = stringEnd(list, i)
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, list[start:i])
				start = i + 1
			}
		}
	}
	return append(out, list[start:])
}
