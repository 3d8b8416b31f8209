package hotlinehttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// received is what a citizen is told of a new request.
type received struct {
	No         string        `json:"no" doc:"工单号"`
	QueryCode  string        `json:"query_code" doc:"查询码，查询进度和评价时使用"`
	ReceivedAt clock.Instant `json:"received_at" doc:"收到的时间"`
	Promise    string        `json:"promise" doc:"一般多久办理并答复" example:"5个工作日"`
}

// requestForm is a citizen's request with files.
type requestForm struct {
	Kind         string          `form:"kind" required:"true" enum:"咨询,求助,投诉,举报,建议,表扬" doc:"诉求类型"`
	Content      string          `form:"content" required:"true" maxLength:"8000" doc:"诉求内容"`
	Address      string          `form:"address" required:"false" maxLength:"200" doc:"事发地址"`
	Area         string          `form:"area" required:"false" maxLength:"12" doc:"行政区划代码"`
	Name         string          `form:"name" required:"false" maxLength:"60" doc:"称呼"`
	Phone        string          `form:"phone" required:"false" maxLength:"40" doc:"联系电话"`
	Anonymous    bool            `form:"anonymous" required:"false" doc:"匿名"`
	Confidential string          `form:"confidential" required:"false" enum:"none,caller,all" doc:"none 不保密，caller 身份保密，all 身份和内容都保密"`
	Files        []huma.FormFile `form:"files" required:"false" doc:"附件，最多 9 个，每个不超过 20 MB，合计不超过 40 MB；类型按内容判断"`
}

// registerRequests adds what citizens send without an account: as JSON, and as a form with files.
func (a api) registerRequests(k *rest.Kit) {
	create := op(http.MethodPost, "/public/requests", "群众提交诉求（无需登录）")
	create.DefaultStatus = http.StatusCreated
	rest.Public(k, create, func(ctx context.Context, in *registerInput) (*rest.Body[received], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		return a.receive(citizen(ctx), in.Body)
	})
	form := op(http.MethodPost, "/public/requests/form", "群众提交诉求，带附件（无需登录）")
	form.DefaultStatus, form.MaxBodyBytes, form.BodyReadTimeout = http.StatusCreated, uploadBody, 5*time.Minute
	rest.PublicUpload(k, form, a.receiveForm)
}

// receive registers a citizen's request; what only the office may say is left out.
func (a api) receive(ctx context.Context, in hotline.RegisterInput) (*rest.Body[received], error) {
	in.Channel, in.Urgency, in.UpstreamRef, in.UpstreamDue, in.AccusedUnit = "网站", "", "", 0, ""
	t, err := a.m.Register(ctx, in)
	if err != nil {
		return nil, err
	}
	promise, err := a.m.PromiseFor(ctx, t.Kind)
	if err != nil {
		return nil, err
	}
	return rest.OK(received{t.No, t.QueryCode, t.CreatedAt, promise.Handle.Label()}), nil
}

func (a api) receiveForm(ctx context.Context, in *struct {
	rest.IdempotencyKey
	RawBody huma.MultipartFormFiles[requestForm]
}) (*rest.Body[received], error) {
	form := in.RawBody.Data()
	for _, f := range form.Files {
		defer f.Close()
	}
	ctx = citizen(ctx)
	r := hotline.RegisterInput{Key: in.IdempotencyKey.IdempotencyKey, Channel: "网站", Kind: form.Kind, Content: form.Content, Address: form.Address, Area: form.Area, Name: form.Name, Phone: form.Phone,
		Anonymous: form.Anonymous, Confidential: form.Confidential}
	// What is wrong with the request is said before a file is written.
	r.Normalize()
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if len(form.Files) > 0 {
		var err error
		if r.Files, err = a.saveFiles(ctx, form.Files); err != nil {
			return nil, err
		}
	}
	return a.receive(ctx, r)
}
