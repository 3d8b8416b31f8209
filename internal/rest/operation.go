package rest

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/web"
)

// Register adds an operation for actors who hold perm; web.SignedIn stands for anybody with a token or a session.
// Path is relative to Prefix. It panics without a permission: what is open to all is registered with Public.
//
// Fields of I tagged path, query or header are the parameters, its field Body is the JSON body; the tags say what huma's
// say. O is a Body, Versioned, Created, Nothing or what File gives.
func Register[I, O any](k *Kit, op huma.Operation, perm actor.Permission, h func(ctx context.Context, in *I) (*O, error), opts ...web.RouteOption) {
	k.register(secured(op, perm), perm, opts, reflect.TypeFor[I](), reflect.TypeFor[O](), erased(h))
}

// Public adds an operation that anybody may call. Methods other than GET are limited per address.
func Public[I, O any](k *Kit, op huma.Operation, h func(ctx context.Context, in *I) (*O, error), opts ...web.RouteOption) {
	op.Security = []map[string][]string{}
	k.register(op, "", opts, reflect.TypeFor[I](), reflect.TypeFor[O](), erased(h))
}

// Upload is Register for an operation whose field RawBody is a form with files (huma.MultipartFormFiles).
func Upload[I, O any](k *Kit, op huma.Operation, perm actor.Permission, h func(ctx context.Context, in *I) (*O, error), opts ...web.RouteOption) {
	upload(k, secured(op, perm), perm, h, opts)
}

// PublicUpload is Upload for anybody.
func PublicUpload[I, O any](k *Kit, op huma.Operation, h func(ctx context.Context, in *I) (*O, error), opts ...web.RouteOption) {
	op.Security = []map[string][]string{}
	upload(k, op, "", h, opts)
}

func upload[I, O any](k *Kit, op huma.Operation, perm actor.Permission, h func(ctx context.Context, in *I) (*O, error), opts []web.RouteOption) {
	k.complete(&op, perm, opts)
	huma.Register(k.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, k.refuse(ctx, err)
		}
		return out, nil
	})
	// huma describes its own problem document, although no operation answers with it.
	for _, name := range []string{"ErrorModel", "ErrorDetail"} {
		delete(k.api.OpenAPI().Components.Schemas.Map(), name)
	}
}

// handler is an operation without its types: in is a pointer to the input, and so is what it gives to the output.
type handler func(ctx context.Context, in any) (any, error)

func erased[I, O any](h func(ctx context.Context, in *I) (*O, error)) handler {
	return func(ctx context.Context, in any) (any, error) { return h(ctx, in.(*I)) }
}

// secured says who may call an operation.
func secured(op huma.Operation, perm actor.Permission) huma.Operation {
	if perm == "" {
		panic("rest: " + op.Method + " " + op.Path + " has no permission; use Public for what is open to all")
	}
	if op.Security == nil {
		op.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	}
	return op
}

// maxBody is the largest JSON body where the operation does not say otherwise.
const maxBody = 1 << 20

// complete fills in what the operation leaves to the kit.
func (k *Kit) complete(op *huma.Operation, perm actor.Permission, opts []web.RouteOption) {
	if op.OperationID == "" {
		op.OperationID = operationID(op.Method, op.Path)
	}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	if op.BodyReadTimeout == 0 {
		op.BodyReadTimeout = bodyTimeout
	}
	// One byte more than is read, so that the kit is the one to say that a body is too large.
	opts = append([]web.RouteOption{web.MaxBody(op.MaxBodyBytes + 1)}, opts...)
	if op.Metadata == nil {
		op.Metadata = map[string]any{}
	}
	op.Metadata[metaPermission], op.Metadata[metaOptions] = perm, opts
	if perm != "" {
		op.Description = strings.TrimSpace(op.Description + "\n\n所需权限：`" + string(perm) + "`")
	}
	k.describeProblem(op)
}

// operationID is made of method and path: get-hotline-orders-id.
func operationID(method, path string) string {
	id := strings.NewReplacer("{", "", "}", "", "/", "-", "_", "-", ".", "-").Replace(path)
	return strings.ToLower(method) + id
}

// register describes an operation and serves it. It knows types by reflection only: with huma.Register, the compiler
// writes some 30 kB of code for each pair of them (ADR 0066).
func (k *Kit) register(op huma.Operation, perm actor.Permission, opts []web.RouteOption, in, out reflect.Type, call handler) {
	k.complete(&op, perm, opts)
	schemas := k.api.OpenAPI().Components.Schemas
	input, output := newInput(schemas, &op, in), newOutput(schemas, &op, out)
	k.api.OpenAPI().AddOperation(&op)
	k.api.Adapter().Handle(&op, func(c huma.Context) {
		value := reflect.New(in)
		if refused := input.read(k.api, c, value.Elem()); refused != nil {
			refused.write(k.api, c)
			return
		}
		answer, err := call(c.Context(), value.Interface())
		if err != nil {
			k.answer(c, k.refuse(c.Context(), err))
			return
		}
		output.write(k, c, reflect.ValueOf(answer))
	})
}

// answer sends a problem document.
func (k *Kit) answer(c huma.Context, err error) {
	p := err.(*Problem) //nolint:errcheck // refuse gives nothing else
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetStatus(p.Status)
	k.send(c, "application/json", p)
}

// send writes a body; the status is sent already, so that a failure ends the connection.
func (k *Kit) send(c huma.Context, contentType string, v any) {
	if err := k.api.Marshal(c.BodyWriter(), contentType, v); err != nil && c.Context().Err() == nil {
		panic(http.ErrAbortHandler)
	}
}
