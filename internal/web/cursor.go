package web

import (
	"encoding/base64"
	"encoding/json"

	"yichuang/internal/errs"
)

// ErrCursor refuses a cursor that was not made here.
var ErrCursor = errs.New(errs.Invalid, "web.cursor", "翻页位置无效。请从第一页重新打开列表。")

// EncodeCursor packs the sort values of the last row shown into the opaque text of a "more" link (keyset paging).
func EncodeCursor(values ...string) string {
	if len(values) == 0 {
		return ""
	}
	b, err := json.Marshal(values)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor unpacks n values; "" gives none, which is the first page.
func DecodeCursor(text string, n int) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrCursor.Wrap(err)
	}
	var values []string
	if err := json.Unmarshal(b, &values); err != nil || len(values) != n {
		return nil, ErrCursor.Wrap(err)
	}
	return values, nil
}
