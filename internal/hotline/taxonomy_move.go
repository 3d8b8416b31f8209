package hotline

import (
	"slices"
	"strings"

	"yichuang/internal/store"
)

// CategoryMoves (分类对照) says for codes that are out of use which code carries on what they meant.
type CategoryMoves map[string]string

// Now is the code that stands today for one that a ticket was given: itself, while it is in use. Moves of several versions
// follow each other; a ring, which no version may make, ends where it began.
func (m CategoryMoves) Now(code string) string {
	at := code
	for range len(m) {
		next, ok := m[at]
		if !ok {
			return at
		}
		at = next
	}
	return at
}

// rings names a code from which the moves lead back to itself, "" where none does.
func (m CategoryMoves) rings() string {
	for code := range m {
		if _, still := m[m.Now(code)]; still {
			return code
		}
	}
	return ""
}

// CategoryMovesTx gives which codes of a centre carry on others.
func CategoryMovesTx(tx *store.Tx, centre string) (CategoryMoves, error) {
	type move struct {
		Old string `db:"old_code"`
		New string `db:"new_code"`
	}
	list, err := store.Select[move](tx, "SELECT old_code, new_code FROM hotline_category_move WHERE centre_id = $1", centre)
	out := make(CategoryMoves, len(list))
	for _, v := range list {
		out[v.Old] = v.New
	}
	return out, err
}

// Merge adds up counts of codes under the codes that stand for them today.
func (m CategoryMoves) Merge(n map[string]int64) map[string]int64 {
	out := make(map[string]int64, len(n))
	for code, count := range n {
		out[m.Now(code)] += count
	}
	return out
}

// readMoves reads the old codes of a list's column: 0101、0102.
func readMoves(text string) []string { return splitNames(strings.TrimSpace(text)) }

// To lists the codes that a code carries on directly, in order.
func (m CategoryMoves) To(code string) []string {
	var out []string
	for from, to := range m {
		if to == code {
			out = append(out, from)
		}
	}
	slices.Sort(out)
	return out
}
