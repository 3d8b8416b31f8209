package xlsx

import (
	"fmt"
	"reflect"

	"yichuang/internal/clock"
	"yichuang/internal/money"
)

// ContentType is the media type of a workbook.
const ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Kind is what the cells of a column are, and how they are shown.
type Kind uint8

// The kinds. Every cell may also be nil, for an empty one, or a string, which is written as it is (such as "—").
const (
	Any    Kind = iota // a string, a number or a bool, as the spreadsheet shows it by itself
	Text               // a string that stays text when it is edited, such as a long number
	Int                // an integer
	Yuan               // money.Fen or an int64 in 分, shown in 元 with two decimals
	Rate               // a float64, 0.9553 shown as 95.53%
	Day                // a clock.Date
	Moment             // a clock.Instant, shown in Shanghai time to the minute
)

// format is the number format of a kind.
func (k Kind) format() string {
	return [...]string{"", "@", "0", "#,##0.00", "0.00%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"}[k]
}

const epoch1970 = 25569 // 1 January 1970 as a spreadsheet counts days

// value turns a cell into what the spreadsheet stores.
func (k Kind) value(v any) (any, error) {
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.String { // also types that are strings
		if rv.Len() == 0 {
			return nil, nil
		}
		return rv.String(), nil
	}
	if v == nil || k == Any {
		return v, nil
	}
	switch k {
	case Int:
		if n, ok := integer(v); ok {
			return n, nil
		}
	case Yuan:
		if n, ok := integer(v); ok {
			return float64(n) / 100, nil
		}
	case Rate:
		if r, ok := v.(float64); ok {
			return r, nil
		}
	case Day:
		if d, ok := v.(clock.Date); ok {
			if d.IsZero() {
				return nil, nil
			}
			return int64(d) + epoch1970, nil
		}
	case Moment:
		if i, ok := v.(clock.Instant); ok {
			return serial(i), nil
		}
	}
	return nil, fmt.Errorf("xlsx: a %T in a column of kind %d", v, k)
}

func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case money.Fen:
		return int64(n), true
	}
	return 0, false
}

// serial is a moment as days with a fraction, cut to the second, because spreadsheets round the rest at random.
func serial(i clock.Instant) any {
	if i.IsZero() {
		return nil
	}
	t := i.Time()
	_, offset := t.Zone()
	return epoch1970 + float64(t.Unix()+int64(offset))/86400
}
