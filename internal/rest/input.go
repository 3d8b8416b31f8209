package rest

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
)

// input is how a request becomes the input of an operation.
type input struct {
	schemas huma.Registry
	params  []param
	body    *body
}

// param is a parameter: a field tagged path, query or header.
type param struct {
	in, name string
	index    []int // of the field
	standing string
	required bool
	schema   *huma.Schema
}

// body is the JSON body: the field Body.
type body struct {
	index    []int
	schema   *huma.Schema
	required bool
	most     int64
	timeout  time.Duration
	standing []param // fields that have a value where none was sent
}

// newInput reads the tags of a type and describes what they say. A type with RawBody is for Upload.
func newInput(schemas huma.Registry, op *huma.Operation, t reflect.Type) *input {
	in := &input{schemas: schemas}
	in.addParams(op, t, nil)
	if _, ok := t.FieldByName("RawBody"); ok {
		panic("rest: " + op.Method + " " + op.Path + " takes a form; register it with Upload")
	}
	f, ok := t.FieldByName("Body")
	if !ok {
		return in
	}
	hint := op.OperationID + "Request"
	if t.Name() != "" {
		hint = t.Name() + f.Name
	}
	in.body = &body{index: f.Index, schema: huma.SchemaFromField(schemas, f, hint), most: op.MaxBodyBytes, timeout: op.BodyReadTimeout,
		required: f.Tag.Get("required") == "true" || f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Interface}
	in.body.schema.PrecomputeMessages()
	in.body.addStanding(f.Type)
	op.RequestBody = &huma.RequestBody{Required: in.body.required, Content: map[string]*huma.MediaType{"application/json": {Schema: in.body.schema}}}
	return in
}

// addParams finds the parameters among a type's fields, also those of embedded structs.
func (in *input) addParams(op *huma.Operation, t reflect.Type, path []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int{}, path...), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			in.addParams(op, f.Type, index)
			continue
		}
		for _, where := range []string{"path", "query", "header"} {
			if name := f.Tag.Get(where); name != "" {
				in.addParam(op, f, param{in: where, name: name, index: index})
			}
		}
	}
}

func (in *input) addParam(op *huma.Operation, f reflect.StructField, p param) {
	if !parses(f.Type) {
		panic("rest: " + op.Method + " " + op.Path + ": no parameter can be a " + f.Type.String())
	}
	p.standing, p.required = f.Tag.Get("default"), p.in == "path" || f.Tag.Get("required") == "true"
	p.schema = huma.SchemaFromField(in.schemas, f, "")
	p.schema.PrecomputeMessages()
	in.params = append(in.params, p)
	described := &huma.Param{Name: p.name, In: p.in, Required: p.required, Schema: p.schema, Description: p.schema.Description}
	if p.in == "query" {
		described.Explode = new(bool)
	}
	op.Parameters = append(op.Parameters, described)
}

// addStanding finds the fields of a body that have a value where none was sent.
func (b *body) addStanding(t reflect.Type) {
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		if v := t.Field(i).Tag.Get("default"); v != "" {
			b.standing = append(b.standing, param{index: []int{i}, standing: v})
		}
	}
}

// refusal is what is wrong with a request.
type refusal struct {
	status int
	errors []error
}

func (r *refusal) write(api huma.API, c huma.Context) {
	_ = huma.WriteErr(api, c, r.status, "", r.errors...) // who asked is gone
}

// read fills in the input; it gives what is wrong with the request, all of it at once.
func (in *input) read(api huma.API, c huma.Context, v reflect.Value) *refusal {
	res := &huma.ValidateResult{}
	for i := range in.params {
		in.readParam(c, &in.params[i], v.FieldByIndex(in.params[i].index), res)
	}
	status := http.StatusUnprocessableEntity
	if in.body != nil {
		refused, unreadable := in.readBody(api, c, v.FieldByIndex(in.body.index), res)
		if refused != nil {
			return refused
		}
		if unreadable != 0 {
			status = unreadable
		}
	}
	if len(res.Errors) > 0 {
		return &refusal{status: status, errors: res.Errors}
	}
	return nil
}

func (in *input) readParam(c huma.Context, p *param, field reflect.Value, res *huma.ValidateResult) {
	at := huma.NewPathBuffer([]byte{}, 0)
	at.Push(p.in)
	at.Push(p.name)
	text := p.text(c)
	if text == "" {
		if p.required {
			res.Add(at, "", "required "+p.in+" parameter is missing")
		}
		return
	}
	value, err := parse(field, text)
	if err != nil {
		res.Add(at, text, err.Error())
		return
	}
	huma.Validate(in.schemas, p.schema, at, huma.ModeWriteToServer, value, res)
}

func (p *param) text(c huma.Context) string {
	var text string
	switch p.in {
	case "path":
		text = c.Param(p.name)
	case "query":
		text = c.Query(p.name)
	case "header":
		text = c.Header(p.name)
	}
	if text == "" {
		return p.standing
	}
	return text
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// parses reports whether parse knows a type.
func parses(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return true
	case reflect.Slice:
		return parses(t.Elem())
	}
	return reflect.PointerTo(t).Implements(textUnmarshaler)
}

// parse sets a field from text, and gives the value as the schema describes it.
func parse(field reflect.Value, text string) (any, error) {
	if u, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return nil, fmt.Errorf("invalid value: %w", err)
		}
		return text, nil
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
		return text, nil
	case reflect.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return nil, errors.New("invalid boolean")
		}
		field.SetBool(v)
		return v, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v, err := strconv.ParseInt(text, 10, field.Type().Bits())
		if err != nil {
			return nil, errors.New("invalid integer")
		}
		field.SetInt(v)
		return v, nil
	case reflect.Slice:
		return parseList(field, strings.Split(text, ","))
	}
	panic("rest: parses says more than parse knows: " + field.Type().String())
}

func parseList(field reflect.Value, texts []string) (any, error) {
	list := reflect.MakeSlice(field.Type(), len(texts), len(texts))
	values := make([]any, len(texts))
	for i, text := range texts {
		v, err := parse(list.Index(i), text)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	field.Set(list)
	return values, nil
}

// readBody reads and checks the body. Where it is no JSON, the status says so; what ends the request at once is a refusal.
func (in *input) readBody(api huma.API, c huma.Context, field reflect.Value, res *huma.ValidateResult) (*refusal, int) {
	data, refused := in.body.receive(c)
	if refused != nil {
		return refused, 0
	}
	if len(data) == 0 {
		if in.body.required {
			return &refusal{status: http.StatusBadRequest}, 0
		}
		return nil, 0
	}
	contentType := c.Header("Content-Type")
	if contentType == "" {
		contentType = "application/json"
	}
	var parsed any
	if err := api.Unmarshal(contentType, data, &parsed); err != nil {
		res.Errors = append(res.Errors, &huma.ErrorDetail{Location: "body", Message: err.Error()})
		if errors.Is(err, huma.ErrUnknownContentType) {
			return nil, http.StatusUnsupportedMediaType
		}
		return nil, http.StatusBadRequest
	}
	at := huma.NewPathBuffer([]byte{}, 0)
	at.Push("body")
	before := len(res.Errors)
	huma.Validate(in.schemas, in.body.schema, at, huma.ModeWriteToServer, parsed, res)
	if err := api.Unmarshal(contentType, data, field.Addr().Interface()); err != nil && len(res.Errors) == before {
		res.Errors = append(res.Errors, &huma.ErrorDetail{Location: "body", Message: err.Error()})
	}
	for _, p := range in.body.standing {
		if f := field.FieldByIndex(p.index); f.IsZero() {
			_, _ = parse(f, p.standing) // the type's own text
		}
	}
	return nil, 0
}

// receive takes the body from the connection.
func (b *body) receive(c huma.Context) ([]byte, *refusal) {
	_ = c.SetReadDeadline(clock.System{}.Now().Add(b.timeout).Time()) // a connection without deadlines has none
	var data bytes.Buffer
	n, err := io.Copy(&data, io.LimitReader(c.BodyReader(), b.most))
	var slow net.Error
	switch {
	case n == b.most:
		return nil, &refusal{status: http.StatusRequestEntityTooLarge}
	case errors.As(err, &slow) && slow.Timeout():
		return nil, &refusal{status: http.StatusRequestTimeout}
	case err != nil:
		return nil, &refusal{status: http.StatusInternalServerError, errors: []error{err}}
	}
	return data.Bytes(), nil
}
