package org

import (
	"strconv"
	"strings"

	"yichuang/internal/errs"
	"yichuang/internal/store"
)

const (
	defaultPage = 50
	maxPage     = 500
)

// pageSize applies the bounds of a list's length.
func pageSize(n int) int {
	if n <= 0 {
		return defaultPage
	}
	return min(n, maxPage)
}

// selectPage reads at most n rows of a table in an order, leaving w as it was.
func selectPage[T any](tx *store.Tx, table string, w *store.Where, order string, n int) ([]T, error) {
	args := append(append([]any(nil), w.Args...), int64(n))
	sql := "SELECT " + store.Columns[T]("") + " FROM " + table + w.SQL() + " ORDER BY " + order + " LIMIT $" + strconv.Itoa(len(args))
	return store.Select[T](tx, sql, args...)
}

// containing is a LIKE pattern for text within a lower-cased column, with ! as escape character.
func containing(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(strings.TrimSpace(text))) + "%"
}

// afterSort continues a list ordered by (sort, id) behind a cursor of sortCursor.
func afterSort(w *store.Where, cursor string) error {
	if cursor == "" {
		return nil
	}
	number, id, ok := strings.Cut(cursor, ".")
	sort, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return ErrCursor
	}
	w.And("(sort, id) > (?, ?)", sort, id)
	return nil
}

// ErrCursor refuses a page position that was not given by this program.
var ErrCursor = errs.New(errs.Invalid, "org.cursor", "翻页位置无效。请从第一页重新打开列表。")

// sortCursor is the position behind a row of a list ordered by (sort, id).
func sortCursor(sort int64, id string) string { return strconv.FormatInt(sort, 10) + "." + id }
