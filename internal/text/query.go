package text

import (
	"slices"
	"strings"
	"unicode"
)

const (
	maxQueryRunes   = 200
	maxQueryPhrases = 16
)

// phrase is a row of tokens that must stand in this order without a gap.
type phrase struct {
	tokens  string // joined by spaces
	prefix  bool   // the last token is one Chinese character: any token that begins with it will do
	field   int    // of Index.Fields, from 1; 0 for anywhere
	exclude bool   // the document must not have it
}

// parse reads what was typed into a search box. Words apart by spaces must all occur, each as it stands; quotes hold a
// phrase with spaces together; a minus in front of a word excludes it. There is no wrong input: what has no letter,
// digit or Chinese character is passed over. A word that begins with one of the fields' labels and a colon is sought in
// that field.
func parse(query string, fields []string) []phrase {
	if rs := []rune(query); len(rs) > maxQueryRunes {
		query = string(rs[:maxQueryRunes])
	}
	var out []phrase
	for _, w := range words(query, fields) {
		if p := w.phrase(); p.tokens != "" && len(out) < maxQueryPhrases {
			out = append(out, p)
		}
	}
	return out
}

// word is a part of a query between spaces, or between quotes.
type word struct {
	text    string
	exclude bool
	field   int // from 1; 0 for anywhere
}

// words cuts a query. A minus counts only at the beginning of a word and before something; a quote that is never closed
// reaches to the end. A label and its colon stand before a word or its quote.
func words(query string, fields []string) (out []word) {
	var b strings.Builder
	var w word
	quoted := false
	end := func() {
		if w.text = b.String(); w.text != "" {
			out = append(out, w)
		}
		b.Reset()
		w = word{}
	}
	label := func() bool {
		at := slices.Index(fields, b.String())
		if at < 0 || w.field > 0 {
			return false
		}
		w.field = at + 1
		b.Reset()
		return true
	}
	for _, r := range query {
		switch {
		case isQuote(r):
			if quoted || b.Len() > 0 {
				end()
			}
			quoted = !quoted
		case quoted:
			b.WriteRune(r)
		case (r == ':' || r == '：') && label():
		case unicode.IsSpace(r):
			end()
		case (r == '-' || r == '－') && b.Len() == 0:
			w.exclude = true
		default:
			b.WriteRune(r)
		}
	}
	end()
	return out
}

func isQuote(r rune) bool { return strings.ContainsRune(`"＂“”「」『』`, r) }

// phrase gives the tokens that stand in every document which contains the word: as in a document, but a last run of
// Chinese characters may go on there, so its last character is not a token of its own.
func (w word) phrase() phrase {
	var all [][]char
	runs(fold(w.text), func(run []char) bool {
		all = append(all, run)
		return true
	})
	p := phrase{exclude: w.exclude, field: w.field}
	var b strings.Builder
	for i, run := range all {
		last := i == len(all)-1
		tokens(run, !last, func(token []char) { writeToken(&b, w.field, token) })
		p.prefix = last && run[0].class == han && len(run) == 1
	}
	p.tokens = b.String()
	return p
}

// in reports whether a document's tokens, with a space at both ends, contain the phrase.
func (p phrase) in(padded string) bool {
	if p.prefix {
		return strings.Contains(padded, " "+p.tokens)
	}
	return strings.Contains(padded, " "+p.tokens+" ")
}

// rare reports whether few documents are likely to match: those with a phrase of three characters or more.
func rare(phrases []phrase) bool {
	return slices.ContainsFunc(phrases, func(p phrase) bool { return !p.exclude && strings.Contains(p.tokens, " ") })
}

// matches evaluates a search on one document as the engines do.
func matches(padded string, filters []string, phrases []phrase) bool {
	found := false
	for _, f := range filters {
		found = found || strings.Contains(padded, " "+f+" ")
	}
	for _, p := range phrases {
		found = found && p.in(padded) != p.exclude
	}
	return found
}

// fts5 writes a search in the language of SQLite FTS5. Tokens hold only letters, digits and Chinese characters.
func fts5(filters []string, phrases []phrase) string {
	b := strings.Builder{}
	b.WriteString(`("` + strings.Join(filters, `" OR "`) + `")`)
	for _, p := range phrases {
		if !p.exclude {
			b.WriteString(" AND " + p.fts5())
		}
	}
	expr := b.String()
	for _, p := range phrases {
		if p.exclude {
			expr = "(" + expr + ") NOT " + p.fts5()
		}
	}
	return expr
}

func (p phrase) fts5() string {
	if p.prefix {
		return `"` + p.tokens + `" *`
	}
	return `"` + p.tokens + `"`
}

// tsquery writes a search in the language of PostgreSQL.
func tsquery(filters []string, phrases []phrase) string {
	var b strings.Builder
	b.WriteString("('" + strings.Join(filters, "' | '") + "')")
	for _, p := range phrases {
		b.WriteString(" & ")
		if p.exclude {
			b.WriteByte('!')
		}
		b.WriteString("('" + strings.ReplaceAll(p.tokens, " ", "' <-> '") + "'")
		if p.prefix {
			b.WriteString(":*")
		}
		b.WriteByte(')')
	}
	return b.String()
}
