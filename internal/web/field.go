package web

import (
	"strings"

	"github.com/a-h/templ"
)

// Field is one input of a form, with its label, its hint and, where the form was refused, what is wrong and what was
// typed.
type Field struct {
	Form  *Form
	Name  string
	Label string
	Hint  string
	// Value is shown on the form's first opening; Values are the chosen ones of a group of checkboxes.
	Value  string
	Values []string
	// Options are the choices of selects, radios and groups of checkboxes.
	Options []Option
	// Optional fields say so; the others are required by the browser too.
	Optional bool
	// Max is the greatest number of characters, 0 for none.
	Max int
	// Rows is the height of a text area.
	Rows int
	// Unit stands behind the input, such as 元.
	Unit string
	// Type is the kind of a text input: "text" by default, "tel", "email", "search", "number", "password", "url".
	Type string
	// Autocomplete is the browser's word for what belongs here: "off", "name", "tel", "username", "current-password".
	Autocomplete string
	Placeholder  string
	Autofocus    bool
	ReadOnly     bool
	Multiple     bool   // several files
	Accept       string // file types
	// Short narrows the input to numbers, dates and codes.
	Short bool
	// Attrs are further attributes of the input, such as those that load suggestions (hx-get, hx-trigger, hx-target).
	Attrs templ.Attributes
}

// Option is one choice.
type Option struct {
	Value, Label string
	Hint         string
	Group        string // heading in a select; options of one group stand together
	Disabled     bool
}

func (f Field) id() string      { return "f-" + f.Name }
func (f Field) problem() string { return f.Form.ErrorOf(f.Name) }
func (f Field) value() string   { return f.Form.Kept(f.Name, f.Value) }

func (f Field) chosen(value string) bool {
	if len(f.Values) > 0 {
		return f.Form.Chosen(f.Name, value, f.Values...)
	}
	return f.Form.Chosen(f.Name, value, f.Value)
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) inputMode() string {
	if f.Type == "number" {
		return "numeric"
	}
	return ""
}

// typed is the value shown in the input; passwords are never sent back.
func (f Field) typed() string {
	if f.Type == "password" {
		return ""
	}
	return f.value()
}

func (f Field) rows() int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 4
}

// describedBy names the hint and the error for a screen reader.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-hint")
	}
	if f.problem() != "" {
		ids = append(ids, f.id()+"-error")
	}
	return strings.Join(ids, " ")
}

// attrs are those that every input of the field carries.
func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{"id": f.id(), "name": f.Name}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.problem() != "" {
		a["aria-invalid"] = "true"
	}
	if !f.Optional {
		a["required"] = true
	}
	if f.Autofocus {
		a["autofocus"] = true
	}
	if f.ReadOnly {
		a["readonly"] = true
	}
	for name, value := range f.Attrs {
		a[name] = value
	}
	return a
}

func (f Field) groups() []string {
	var out []string
	seen := map[string]bool{}
	for _, o := range f.Options {
		if !seen[o.Group] {
			seen[o.Group] = true
			out = append(out, o.Group)
		}
	}
	return out
}

// FormBox is a form: where it goes, what its button says, and the draft under which the browser keeps what is typed.
type FormBox struct {
	Form   *Form
	ID     string
	Action string
	// Get makes it a search form, whose fields become the address.
	Get    bool
	Upload bool // has files
	Submit string
	Danger bool // the button is red: what it does is hard to undo
	Cancel string
	// Draft is the key of the draft in the browser, "" for none. Include the record in it: "order-reply-" + id.
	Draft string
	// Version is the record's version, sent along so that a stale form is refused.
	Version int64
	// Stored are the fields as they are stored now; with them a form tells what others have changed since it was opened.
	Stored []Stored
	// Hidden are further hidden fields.
	Hidden map[string]string
	// Sticky keeps the button in view at the foot of the window on long forms.
	Sticky bool
}

func (b FormBox) method() string {
	if b.Get {
		return "get"
	}
	return "post"
}

func (b FormBox) encoding() string {
	if b.Upload {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}

func (b FormBox) submit() string {
	if b.Submit == "" {
		return "提交"
	}
	return b.Submit
}
