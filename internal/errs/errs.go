// Package errs is the one error type that crosses layers: a kind that decides the HTTP status, a stable code that a
// program can compare, and a Chinese sentence that a civil servant can act on. Only package web and package rest map
// kinds to status codes; only they log the wrapped cause.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind classifies an error by what the caller can do about it.
type Kind uint8

// The kinds, from the caller's side of the counter.
const (
	Internal        Kind = iota // a fault of ours; the text never leaves the log
	Invalid                     // the input is wrong: see Fields (HTTP 422)
	Unauthenticated             // nobody is signed in (401)
	Forbidden                   // signed in, not allowed (403)
	NotFound                    // absent, or hidden from this actor (404)
	Conflict                    // the record's state or version does not allow it (409)
	TooLarge                    // more than the limit (413)
	TooMany                     // too often (429)
	Unavailable                 // try again later (503)
)

// String names the kind as logs and the API spell it.
func (k Kind) String() string {
	return [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "too_large", "too_many", "unavailable"}[k]
}

// Field is one wrong input: Name is the form field or JSON path, Public what to do about it, in Chinese.
type Field struct {
	Name   string `json:"name"`
	Public string `json:"message"`
}

// Error is an error with a public face. Code is "<package>.<case>", declared once in its package. Public is Chinese,
// says what happened and what to do next, and never holds personal data. Err is the cause, for the log only.
type Error struct {
	Kind   Kind
	Code   string
	Public string
	Fields []Field
	Err    error
	// Denied marks a refusal on grounds of who the actor is, also where the answer is NotFound so as not to reveal
	// that the object exists. Every denied request is written to the audit log.
	Denied bool
	// Detail carries machine-readable context for the API's problem body, such as the current version.
	Detail map[string]any
}

// New declares an error. Package-level variables made with New are templates: use With, Wrap or Fieldf, which copy.
func New(kind Kind, code, public string) *Error {
	return &Error{Kind: kind, Code: code, Public: public, Denied: kind == Forbidden}
}

// Error joins code and cause for logs; it is never shown to a user.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	b.WriteString(": ")
	b.WriteString(e.Public)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Public)
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an Error of the same code, so that errors.Is works with declared templates.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Wrap copies e with a cause for the log.
func (e *Error) Wrap(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// Say copies e with another public sentence, formatted as fmt.Sprintf does.
func (e *Error) Say(format string, args ...any) *Error {
	c := *e
	c.Public = fmt.Sprintf(format, args...)
	return &c
}

// Field copies e with one more wrong input.
func (e *Error) Field(name, format string, args ...any) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), Field{Name: name, Public: fmt.Sprintf(format, args...)})
	return &c
}

// With copies e with one more machine-readable detail.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Detail = make(map[string]any, len(e.Detail)+1)
	for k, v := range e.Detail {
		c.Detail[k] = v
	}
	c.Detail[key] = value
	return &c
}

// Hide turns a refusal into NotFound while keeping it marked as denied, for objects whose existence is not to be told.
func (e *Error) Hide() *Error {
	c := *e
	c.Kind, c.Denied = NotFound, true
	return &c
}

// OrNil gives nil where no field was refused: validators collect with Field and return OrNil.
func (e *Error) OrNil() error {
	if e == nil || len(e.Fields) == 0 {
		return nil
	}
	return e
}

// As finds the first Error in err's chain; a foreign error becomes an Internal one with the fixed public sentence.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", Public: "系统出错，操作没有完成，已录入的内容没有改变。请稍后再试；仍不行请把请求编号告诉管理员。", Err: err}
}

// KindOf gives the kind of err; a foreign error is Internal.
func KindOf(err error) Kind { return As(err).Kind }

// CodeOf gives the code of err; a foreign error is "internal".
func CodeOf(err error) string { return As(err).Code }

// Reasons gives the public sentences of a refusal, one a field where fields were refused; nil for an error that is no
// refusal.
func Reasons(err error) []string {
	var e *Error
	if !errors.As(err, &e) || e.Kind == Internal || e.Kind == Unavailable {
		return nil
	}
	if len(e.Fields) == 0 {
		return []string{e.Public}
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Public)
	}
	return out
}
