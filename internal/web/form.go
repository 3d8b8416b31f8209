package web

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/money"
)

// Form holds what was typed and what is wrong with it. Getters note a value that cannot be read as a field error, so a
// handler reads all of its fields first and asks OK once. A nil *Form is an empty one: components show their defaults.
type Form struct {
	values url.Values
	files  map[string][]*multipart.FileHeader
	fields []errs.Field
	public string // sentence about the form as a whole
	sent   bool   // the values were typed, as against defaults of a first showing
	path   string // where it was sent
}

// Form gives the posted fields, or the address's query on GET (filters).
func (c *Ctx) Form() *Form {
	if c.form != nil {
		return c.form
	}
	f := &Form{sent: true, path: c.Request.URL.Path}
	if m := c.Request.Method; m == http.MethodGet || m == http.MethodHead {
		f.values = c.Request.URL.Query()
		f.sent = len(f.values) > 0
	} else {
		f.values = c.Request.PostForm
		if c.Request.MultipartForm != nil {
			f.values, f.files = c.Request.MultipartForm.Value, c.Request.MultipartForm.File
		}
	}
	c.form = f
	return f
}

// Text is the field's text: trimmed, line ends as \n, without control characters.
func (f *Form) Text(name string) string {
	if f == nil {
		return ""
	}
	s := strings.ReplaceAll(f.values.Get(name), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// Raw is the field's text as sent, for passwords.
func (f *Form) Raw(name string) string { return f.values.Get(name) }

// Required is Text that must not be empty; label names the field in the message.
func (f *Form) Required(name, label string) string {
	s := f.Text(name)
	if s == "" {
		f.Fail(name, "请填写%s。", label)
	}
	return s
}

// Int is a whole number; 0 for an empty field.
func (f *Form) Int(name string) int64 {
	s := strings.ReplaceAll(f.Text(name), ",", "")
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f.Fail(name, "“%s”不是整数。", clip(s))
	}
	return n
}

// Yuan is an amount in 元 with up to two decimals; 0 for an empty field.
func (f *Form) Yuan(name string) money.Fen {
	s := f.Text(name)
	if s == "" {
		return 0
	}
	v, err := money.ParseYuan(s)
	if err != nil {
		f.Fail(name, "“%s”不是金额，请写成 1234.56。", clip(s))
	}
	return v
}

// Bool is a checkbox.
func (f *Form) Bool(name string) bool {
	switch f.Text(name) {
	case "", "0", "false", "off":
		return false
	}
	return true
}

// Date is a day; clock.NoDate for an empty field.
func (f *Form) Date(name string) clock.Date {
	s := f.Text(name)
	if s == "" {
		return clock.NoDate
	}
	d, err := clock.ParseDate(s)
	if err != nil {
		f.Fail(name, "“%s”不是日期，请写成 2026-05-14。", clip(s))
	}
	return d
}

// Instant is a day and time in Beijing time; 0 for an empty field.
func (f *Form) Instant(name string) clock.Instant {
	s := f.Text(name)
	if s == "" {
		return 0
	}
	i, err := clock.ParseInstant(s)
	if err != nil {
		f.Fail(name, "“%s”不是时间，请写成 2026-05-14 18:00。", clip(s))
	}
	return i
}

// All gives every value of a field that may occur more than once, without empty ones.
func (f *Form) All(name string) []string {
	if f == nil {
		return nil
	}
	var out []string
	for _, v := range f.values[name] {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Choice is a value out of those allowed, or "" for an empty field.
func (f *Form) Choice(name string, allowed ...string) string {
	s := f.Text(name)
	if s != "" && !slices.Contains(allowed, s) {
		f.Fail(name, "请从列出的选项中选择。")
		return ""
	}
	return s
}

// errChoice refuses a form whose decision is missing.
var errChoice = errs.New(errs.Invalid, "web.choice", "还没有选择，没有提交。请选择后再提交。")

// Either reads a choice of two, such as a decision: whether it is yes. What is missing, or neither, is an error at the field,
// because a decision that nobody made is not a no.
func (f *Form) Either(name, yes, no string) (bool, error) {
	switch f.Text(name) {
	case yes:
		return true, nil
	case no:
		return false, nil
	}
	return false, errChoice.Field(name, "请从列出的选项中选择。")
}

// Version is the record's version that the form was opened with (hidden field "version").
func (f *Form) Version() int64 { return f.Int("version") }

// Upload is one file of a form.
type Upload struct {
	Name string // as the browser gave it, without folders
	Size int64
	file *multipart.FileHeader
}

// Open reads the file; the caller closes it.
func (u *Upload) Open() (multipart.File, error) { return u.file.Open() }

// File gives the first file of a field, nil where none was chosen.
func (f *Form) File(name string) *Upload {
	if us := f.Files(name); len(us) > 0 {
		return us[0]
	}
	return nil
}

// Files gives every file of a field.
func (f *Form) Files(name string) []*Upload {
	if f == nil {
		return nil
	}
	var out []*Upload
	for _, h := range f.files[name] {
		if h.Filename == "" && h.Size == 0 {
			continue
		}
		base := h.Filename[strings.LastIndexAny(h.Filename, `/\`)+1:]
		out = append(out, &Upload{Name: base, Size: h.Size, file: h})
	}
	return out
}

// Fail notes that a field is wrong, and what to do about it.
func (f *Form) Fail(name, format string, args ...any) {
	f.fields = append(f.fields, errs.Field{Name: name, Public: fmt.Sprintf(format, args...)})
}

// Say puts a sentence about the whole form above it.
func (f *Form) Say(format string, args ...any) { f.public = fmt.Sprintf(format, args...) }

// Put replaces what was typed into a field, such as by what somebody else has stored meanwhile.
func (f *Form) Put(name, value string) {
	if f.values == nil { // the body was no form
		f.values = url.Values{}
	}
	f.values.Set(name, value)
}

// OK reports whether nothing is wrong so far.
func (f *Form) OK() bool { return f == nil || len(f.fields) == 0 && f.public == "" }

// Take keeps an error that the form can show: wrong input, and conflicts with the record's state or version. It gives
// false for every other error, which the handler then returns:
//
//	if err := m.Register(ctx, in); err == nil { … } else if !f.Take(err) { return err }
func (f *Form) Take(err error) bool {
	e := errs.As(err)
	if err == nil || e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return false
	}
	f.fields = append(f.fields, e.Fields...)
	if len(e.Fields) == 0 || e.Kind == errs.Conflict {
		f.public = e.Public
	}
	return true
}

// At is the form where it was sent to that address, and an empty one for the other forms of the page, whose fields may have
// the same names.
func (f *Form) At(action string) *Form {
	if path, _, _ := strings.Cut(action, "?"); f == nil || f.path != path {
		return nil
	}
	return f
}

// Rename says what is wrong with fields at those of other names, given in pairs: several forms of one page call the same
// thing differently.
func (f *Form) Rename(pairs ...string) *Form {
	for i := range f.fields {
		for j := 0; j+1 < len(pairs); j += 2 {
			if f.fields[i].Name == pairs[j] {
				f.fields[i].Name = pairs[j+1]
				break
			}
		}
	}
	return f
}

// Errors lists what is wrong, field by field.
func (f *Form) Errors() []errs.Field {
	if f == nil {
		return nil
	}
	return f.fields
}

// Problem is the sentence about the form as a whole.
func (f *Form) Problem() string {
	if f == nil {
		return ""
	}
	return f.public
}

// ErrorOf is what is wrong with one field.
func (f *Form) ErrorOf(name string) string {
	if f == nil {
		return ""
	}
	for _, e := range f.fields {
		if e.Name == name {
			return e.Public
		}
	}
	return ""
}

// Kept is what was typed into a field, or fallback on the form's first showing.
func (f *Form) Kept(name, fallback string) string {
	if f == nil || !f.sent {
		return fallback
	}
	if v, ok := f.values[name]; ok && len(v) > 0 {
		return v[0]
	}
	return fallback
}

// Chosen reports whether value was picked in a field of choices, or is among the defaults on the first showing.
func (f *Form) Chosen(name, value string, defaults ...string) bool {
	if f == nil || !f.sent || f.values == nil {
		return slices.Contains(defaults, value)
	}
	return slices.Contains(f.values[name], value)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
