package rest

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// output is how the output of an operation becomes an answer.
type output struct {
	status  int
	headers []header
	body    []int // index of the field Body; nil where there is none
	streams bool  // Body writes the answer itself
}

// header is a header of the answer: a field of text tagged header.
type header struct {
	name  string
	index int
}

// newOutput reads the tags of a type and describes what they say.
func newOutput(schemas huma.Registry, op *huma.Operation, t reflect.Type) *output {
	o := &output{}
	if op.DefaultStatus == 0 {
		op.DefaultStatus = http.StatusNoContent
		if _, ok := t.FieldByName("Body"); ok {
			op.DefaultStatus = http.StatusOK
		}
	}
	o.status = op.DefaultStatus
	described := op.Responses[strconv.Itoa(o.status)]
	if described == nil {
		described = &huma.Response{}
		op.Responses[strconv.Itoa(o.status)] = described
	}
	if described.Description == "" {
		described.Description = http.StatusText(o.status)
	}
	for i := range t.NumField() {
		o.addField(schemas, op, described, t, i)
	}
	return o
}

func (o *output) addField(schemas huma.Registry, op *huma.Operation, described *huma.Response, t reflect.Type, i int) {
	f := t.Field(i)
	hint := op.OperationID
	if t.Name() != "" {
		hint = t.Name() + f.Name
	}
	name := f.Tag.Get("header")
	switch {
	case name != "":
		o.headers = append(o.headers, header{name: name, index: i})
		if described.Headers == nil {
			described.Headers = map[string]*huma.Header{}
		}
		if t.Name() == "" {
			hint += strconv.Itoa(o.status) + name
		}
		described.Headers[name] = &huma.Header{Schema: huma.SchemaFromField(schemas, f, hint)}
	case f.Name == "Body":
		o.body, o.streams = f.Index, f.Type.Kind() == reflect.Func
		if t.Name() == "" {
			hint += "Response"
		}
		if !o.streams && len(described.Content) == 0 {
			described.Content = map[string]*huma.MediaType{"application/json": {Schema: huma.SchemaFromField(schemas, f, hint)}}
		}
	}
}

// write sends an answer; answer points to the operation's output.
func (o *output) write(k *Kit, c huma.Context, answer reflect.Value) {
	if answer.IsNil() {
		c.SetStatus(o.status)
		return
	}
	v := answer.Elem()
	for _, h := range o.headers {
		if text := v.Field(h.index).String(); text != "" {
			c.SetHeader(h.name, text)
		}
	}
	switch {
	case o.body == nil:
		c.SetStatus(o.status)
	case o.streams:
		v.FieldByIndex(o.body).Interface().(func(huma.Context))(c)
	default:
		contentType, err := k.api.Negotiate(c.Header("Accept"))
		if err != nil {
			(&refusal{status: http.StatusNotAcceptable}).write(k.api, c)
			return
		}
		c.SetHeader("Content-Type", contentType)
		c.SetStatus(o.status)
		if o.status != http.StatusNoContent {
			k.send(c, contentType, v.FieldByIndex(o.body).Interface())
		}
	}
}
