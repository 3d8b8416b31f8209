package text

import "strings"

// fieldMark comes before the private characters that tokens of fields begin with; the mark of centres and scopes is
// below it, the mark of ages far above.
const fieldMark = '\ue000'

// maxFieldTokens bounds each field: titles and addresses are short, and positions are few.
const maxFieldTokens = 400

// Document cuts a document into the tokens that Put takes: the whole of body, and each of the fields, in the order of
// Index.Fields, once more under its mark. What should be found without naming its field belongs into body too.
func (x Index) Document(body string, fields ...string) string {
	var b strings.Builder
	b.Grow(len(body)*5/2 + 256)
	left := maxTokens
	for i, f := range fields[:min(len(fields), len(x.Fields))] {
		left -= cut(&b, i+1, maxFieldTokens, f)
	}
	cut(&b, 0, left, body)
	return b.String()
}

// Marking gives a query for Snippet whose hits are those that a search meant in one field, or with field "" in the
// document as a whole: words for other fields are left out, words for every field count in the whole.
func (x Index) Marking(query, field string) string {
	if rs := []rune(query); len(rs) > maxQueryRunes {
		query = string(rs[:maxQueryRunes])
	}
	var b strings.Builder
	for _, w := range words(query, x.Fields) {
		if w.exclude || field != "" && w.field > 0 && x.Fields[w.field-1] != field {
			continue
		}
		b.WriteString(`"` + w.text + `" `)
	}
	return b.String()
}

// Asks reports whether a query names a field.
func (x Index) Asks(query, field string) bool {
	for _, w := range words(query, x.Fields) {
		if w.field > 0 && x.Fields[w.field-1] == field {
			return true
		}
	}
	return false
}

// Split parts a query into the words that name a field of the index, with their labels, and all others.
func (x Index) Split(query string) (named, plain string) {
	var n, p strings.Builder
	for _, w := range words(query, x.Fields) {
		b, label := &p, ""
		if w.field > 0 {
			b, label = &n, x.Fields[w.field-1]+":"
		}
		if w.exclude {
			b.WriteByte('-')
		}
		b.WriteString(label + `"` + w.text + `" `)
	}
	return strings.TrimSpace(n.String()), strings.TrimSpace(p.String())
}

// Matches reports whether a document, as Document gave it, meets a query, as Search would find it.
func (x Index) Matches(document, query string) bool {
	phrases := parse(query, x.Fields)
	return len(phrases) > 0 && matches(" "+document+" \ue000 ", []string{"\ue000"}, phrases)
}
