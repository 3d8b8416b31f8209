package rest

import (
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Refusals of common parameters.
var (
	ErrVersion         = errs.New(errs.Invalid, "rest.if_match", "If-Match 应为记录的版本，如 \"3\"。")
	ErrVersionRequired = errs.New(errs.Invalid, "rest.if_match_required", "修改记录时必须用 If-Match 给出所依据的版本。")
)

// ID is the path parameter {id}. Ids are text, also where they look like numbers.
type ID struct {
	ID string `path:"id" maxLength:"64" doc:"记录的编号"`
}

// Paging are the query parameters of a list (keyset paging).
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"每页条数"`
	After string `query:"after" maxLength:"1024" doc:"上一页返回的 next，原样传回；第一页不传"`
}

// Page is one page of a list. Next is opaque: pass it back as "after"; it is absent on the last page.
type Page[T any] struct {
	Items []T    `json:"items" doc:"本页记录"`
	Next  string `json:"next,omitempty" doc:"下一页的位置；没有就是最后一页"`
}

// Body is the output of an operation that answers with one value.
type Body[T any] struct{ Body T }

// OK makes a Body.
func OK[T any](v T) *Body[T] { return &Body[T]{Body: v} }

// List makes the Body of a page; a list without entries is [], not null.
func List[T any](items []T, next string) *Body[Page[T]] {
	if items == nil {
		items = []T{}
	}
	return &Body[Page[T]]{Body: Page[T]{Items: items, Next: next}}
}

// Versioned is the output of an operation on a record that has a version, which is sent as the ETag.
type Versioned[T any] struct {
	ETag string `header:"ETag" doc:"记录的版本，修改时用 If-Match 传回"`
	Body T
}

// WithVersion makes a Versioned.
func WithVersion[T any](v T, version int64) *Versioned[T] {
	return &Versioned[T]{ETag: `"` + strconv.FormatInt(version, 10) + `"`, Body: v}
}

// Created is the output of an operation that made a record; set the operation's DefaultStatus to 201.
type Created[T any] struct {
	Location string `header:"Location" doc:"新记录的地址"`
	ETag     string `header:"ETag" doc:"记录的版本"`
	Body     T
}

// Made makes a Created; path is relative to Prefix.
func Made[T any](v T, path string, version int64) *Created[T] {
	return &Created[T]{Location: Prefix + path, ETag: `"` + strconv.FormatInt(version, 10) + `"`, Body: v}
}

// Nothing is the output of an operation without an answer; set the operation's DefaultStatus to 204.
type Nothing struct{}

// IfMatch is the header that carries the version a change was based on.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"32" doc:"所依据的版本（读取时的 ETag）"`
}

// Version reads the header; 0 where it was not sent.
func (m IfMatch) Version() (int64, error) {
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(m.IfMatch), "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, ErrVersion
	}
	return n, nil
}

// RequireVersion is Version where the header must be sent.
func (m IfMatch) RequireVersion() (int64, error) {
	n, err := m.Version()
	if err == nil && n == 0 {
		err = ErrVersionRequired
	}
	return n, err
}

// IdempotencyKey is the header that makes it safe to send a request twice: the second time the first answer is given.
type IdempotencyKey struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"128" doc:"调用方生成的唯一值；同一个值重发不会重复办理"`
}

// DateParam is a day as a query parameter; unset when it was not sent.
type DateParam struct{ clock.Date }

// UnmarshalText reads 2006-01-02.
func (p *DateParam) UnmarshalText(b []byte) error { return p.Date.UnmarshalText(b) }

// Schema describes it.
func (DateParam) Schema(huma.Registry) *huma.Schema { return day() }

// Get gives the day; clock.NoDate where the parameter was not sent.
func (p DateParam) Get() clock.Date {
	if p.Date == 0 {
		return clock.NoDate
	}
	return p.Date
}

// TimeParam is a moment as a query parameter; 0 when it was not sent.
type TimeParam struct{ clock.Instant }

// UnmarshalText reads RFC 3339, or Beijing time without a zone.
func (p *TimeParam) UnmarshalText(b []byte) error { return p.Instant.UnmarshalText(b) }

// Schema describes it.
func (TimeParam) Schema(huma.Registry) *huma.Schema { return moment() }

// instantSchema and dateSchema stand for clock.Instant and clock.Date, which know nothing of OpenAPI.
type (
	instantSchema struct{}
	dateSchema    struct{}
)

// Schema describes clock.Instant.
func (instantSchema) Schema(huma.Registry) *huma.Schema { return moment() }

// Schema describes clock.Date.
func (dateSchema) Schema(huma.Registry) *huma.Schema { return day() }

func moment() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Description: "RFC 3339 时间", Examples: []any{"2026-05-14T18:00:00+08:00"}}
}

func day() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Description: "日期", Examples: []any{"2026-05-14"}}
}
