package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/errs"
	"yichuang/internal/web"
)

// bodyTimeout is how long a caller may take to send a body.
const bodyTimeout = 30 * time.Second

// Problem is the body of every refused request (RFC 9457), of type application/problem+json.
type Problem struct {
	Type      string         `json:"type" doc:"错误类别的标识，urn:yichuang:problem: 加错误代码" example:"urn:yichuang:problem:actor.forbidden"`
	Title     string         `json:"title" doc:"状态的中文名" example:"没有权限"`
	Status    int            `json:"status" doc:"HTTP 状态码" example:"403"`
	Detail    string         `json:"detail" doc:"发生了什么、怎么办"`
	Code      string         `json:"code" doc:"稳定的错误代码，供程序判断" example:"actor.forbidden"`
	Errors    []errs.Field   `json:"errors,omitempty" doc:"逐项错误"`
	RequestID string         `json:"request_id" doc:"请求编号，报给管理员可以查到日志"`
	Context   map[string]any `json:"context,omitempty" doc:"机器可读的补充，例如记录的当前版本 version；工单版本冲突时还有 changed（自您的版本以来变了的字段）、since（别人做了什么）、differs（您要存的与现在不同的字段）"`
}

// Error makes a Problem an error that huma sends as it is.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is always that of a problem document.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func problemOf(ctx context.Context, e *errs.Error, status int) *Problem {
	return &Problem{Type: "urn:yichuang:problem:" + e.Code, Title: web.StatusTitle(status), Status: status, Detail: e.Public,
		Code: e.Code, Errors: e.Fields, RequestID: web.RequestID(ctx), Context: e.Detail}
}

// refuse turns a handler's error into its problem document, after it was logged and, if it is a refusal, reported.
func (k *Kit) refuse(ctx context.Context, err error) error {
	e := errs.As(err)
	k.web.Note(ctx, requestIn(ctx), e)
	return problemOf(ctx, e, web.Status(e.Kind))
}

// requestKey carries the request to the handler's error path.
type requestKey struct{}

func withRequest(ctx context.Context, r *http.Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func requestIn(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

// writeProblem answers for the page kit where a request under /api fails before it reaches an operation.
func writeProblem(w http.ResponseWriter, r *http.Request, e *errs.Error, status int) {
	body, err := json.Marshal(problemOf(r.Context(), e, status))
	if err != nil {
		body = []byte(`{"type":"urn:yichuang:problem:internal","title":"系统出错","status":500,"code":"internal","detail":"系统出错。"}`)
		status = http.StatusInternalServerError
	}
	h := w.Header()
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="yichuang"`)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// Codes of what huma itself refuses.
const (
	codeInvalid  = "rest.invalid"
	codeBody     = "rest.body"
	codeTooLarge = "rest.too_large"
	codeFormat   = "rest.format"
	codeTimeout  = "rest.timeout"
)

// toProblem rewrites huma's own refusals (wrong fields, unreadable bodies) as problem documents in Chinese.
func toProblem(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &Problem{Title: web.StatusTitle(m.Status), Status: m.Status, RequestID: web.RequestID(ctx.Context())}
	switch m.Status {
	case http.StatusBadRequest:
		p.Code, p.Detail = codeBody, "请求内容缺失或不是有效的 JSON，没有处理。请检查后重发。"
	case http.StatusRequestEntityTooLarge:
		p.Code, p.Detail = codeTooLarge, "请求内容太大，没有处理。请减小后重发。"
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		p.Code, p.Detail = codeFormat, "只接受和返回 JSON（application/json）。"
	case http.StatusRequestTimeout:
		p.Code, p.Detail = codeTimeout, "请求内容发送太慢，没有处理。请重发。"
	case http.StatusUnprocessableEntity:
		p.Code, p.Detail = codeInvalid, "有内容不符合要求，没有处理。请按 errors 逐项修改后重发。"
	default:
		p.Code, p.Detail = "internal", "系统出错，操作没有完成。请稍后再试；仍不行请把请求编号告诉管理员。"
	}
	p.Type = "urn:yichuang:problem:" + p.Code
	if m.Status == http.StatusUnprocessableEntity {
		for _, d := range m.Errors {
			p.Errors = append(p.Errors, errs.Field{Name: d.Location, Public: inChinese(d.Message)})
		}
	}
	ctx.SetHeader("Content-Type", "application/problem+json")
	return p, nil
}

// describeProblem documents the refusals of an operation with our problem document instead of huma's.
func (k *Kit) describeProblem(op *huma.Operation) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	schema := k.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	op.Responses["default"] = &huma.Response{Description: "请求被拒绝，见 code 与 detail",
		Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
}
