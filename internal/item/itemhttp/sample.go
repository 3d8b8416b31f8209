package itemhttp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// putSample takes the sample of what the applicant gets (结果样本) into a draft; without a file it takes the one away.
func (h handlers) putSample(c *web.Ctx) error {
	f := c.Form()
	v, err := h.sampleOfForm(c, f)
	if err == nil && f.OK() {
		c.Flash(web.Success, "已保存结果样本。")
		return c.Redirect("/items/" + v.ItemID + "?version=" + url.QueryEscape(v.ID))
	}
	if err != nil && !f.Take(err) {
		return err
	}
	return h.showSheet(c, f)
}

func (h handlers) sampleOfForm(c *web.Ctx, f *web.Form) (v item.Version, err error) {
	if f.Bool("remove") {
		return h.Item.RemoveSample(c.Context(), f.Text("version_id"), f.Version())
	}
	files := f.Files("sample")
	if len(files) != 1 {
		f.Fail("sample", "请选择一个文件。")
		return v, nil
	}
	if err := item.CheckSample(files[0].Size, ""); err != nil {
		return v, err
	}
	r, err := files[0].Open()
	if err != nil {
		return v, err
	}
	defer r.Close()
	up, err := h.Blobs.Save(c.Actor().CentreID, r, files[0].Name)
	if err != nil {
		return v, sampleError(err)
	}
	return h.Item.PutSample(c.Context(), f.Text("version_id"), f.Version(), up)
}

// sampleError tells at the field what the attachment store refuses.
func sampleError(err error) error {
	if e := errs.As(err); e.Kind == errs.Invalid {
		return item.ErrInput.Field("sample", "%s", e.Public)
	}
	return err
}

func (h handlers) sampleFile(c *web.Ctx) error {
	b, err := h.Item.SampleFile(c.Context(), c.Param("version"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}

func (s public) sample(c *web.Ctx, _ place) error {
	b, err := s.Item.GuideSample(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.Blobs.Serve(c.Writer, c.Request, b)
}

// sampleLink leads to a sample, with how large it is.
func sampleLink(s item.Sample, href string) templ.Component {
	return templ.Join(web.CellLink(href, s.Name), web.CellText(fmt.Sprintf("（%d KB）", (s.Size+1023)>>10)))
}

// sampleForm is the request of the API with a sample.
type sampleForm struct {
	File huma.FormFile `form:"file" required:"true" doc:"PDF、JPG 或 PNG，不超过 5 MB；类型按内容判断"`
}

type sampleInput struct {
	rest.ID
	rest.IfMatch
	RawBody huma.MultipartFormFiles[sampleForm]
}

func registerSamples(k *rest.Kit, d Deps) {
	put := op(http.MethodPost, "/item-versions/{id}/sample", "给草稿附上或更换结果样本")
	put.MaxBodyBytes, put.BodyReadTimeout = upload, 5*time.Minute
	rest.Upload(k, put, item.PermWrite, func(ctx context.Context, in *sampleInput) (*rest.Versioned[item.Version], error) {
		revision, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		f := in.RawBody.Data().File
		defer f.Close()
		if err := item.CheckSample(f.Size, ""); err != nil {
			return nil, err
		}
		up, err := d.Blobs.Save(actor.From(ctx).CentreID, f, f.Filename)
		if err != nil {
			return nil, sampleError(err)
		}
		v, err := d.Item.PutSample(ctx, in.ID.ID, revision, up)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Revision), nil
	})
	rest.Register(k, op(http.MethodDelete, "/item-versions/{id}/sample", "去掉草稿的结果样本"), item.PermWrite, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
	}) (*rest.Versioned[item.Version], error) {
		revision, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := d.Item.RemoveSample(ctx, in.ID.ID, revision)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Revision), nil
	})
	get := op(http.MethodGet, "/item-versions/{id}/sample", "一版的结果样本")
	get.Responses = rest.FileResponse("结果样本")
	rest.Register(k, get, item.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*huma.StreamResponse, error) {
		b, err := d.Item.SampleFile(ctx, in.ID.ID)
		return d.served(k, b), err
	})
	shown := op(http.MethodGet, "/public/guides/{id}/sample", "办事指南的结果样本")
	shown.Responses = rest.FileResponse("结果样本")
	rest.Public(k, shown, func(ctx context.Context, in *struct {
		OfCentre
		rest.ID
	}) (*huma.StreamResponse, error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		b, err := d.Item.GuideSample(ctx, in.ID.ID)
		return d.served(k, b), err
	})
}

func (d Deps) served(k *rest.Kit, b blob.Blob) *huma.StreamResponse {
	return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return d.Blobs.Serve(w, r, b) })
}
