package itemhttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"政务服务事项"}}
}

// RegisterAPI adds the part of the API: everything that the pages do.
func RegisterAPI(k *rest.Kit, d Deps) {
	registerItems(k, d)
	registerVersions(k, d.Item)
	registerSamples(k, d)
	registerAlterations(k, d)
	registerImports(k, d)
	registerAuthorizations(k, d.Item)
	registerPublicAPI(k, d)
}

func registerItems(k *rest.Kit, d Deps) {
	rest.Register(k, op(http.MethodGet, "/items", "事项目录"), item.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		Unit  string     `query:"unit" maxLength:"40" doc:"单位编号"`
		State item.State `query:"state" maxLength:"20" doc:"最新版本的状态"`
		Code  string     `query:"code" maxLength:"64" doc:"实施编码"`
	}) (*rest.Body[rest.Page[item.Row]], error) {
		list, next, err := d.Item.Items(ctx, item.Filter{UnitID: in.Unit, State: in.State, Code: in.Code, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	lines := op(http.MethodGet, "/items-export", "按 GB/T 39046 的字段名导出事项：每行一个 JSON 对象，可以再导入")
	lines.Responses = rest.FileResponse("每行一个对象")
	rest.Register(k, lines, item.PermRead, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		return rest.File(k, func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
			return item.WriteLines(w, func(add func([]string) error) error { return d.Item.Export(ctx, add) })
		}), nil
	})
	create := op(http.MethodPost, "/items", "编制事项或一件事：生成第一版草稿")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, item.PermWrite, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body item.NewItem
	}) (*rest.Created[made], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		it, v, err := d.Item.Create(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(made{it, v}, "/items/"+it.ID, v.Revision), nil
	})
	rest.Register(k, op(http.MethodGet, "/items/{id}", "一个事项：各版、经过和一版的全文"), item.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Version string `query:"version" maxLength:"64" doc:"版本编号；不传是最新版"`
	}) (*rest.Versioned[item.Sheet], error) {
		s, err := d.Item.Sheet(ctx, in.ID.ID, in.Version)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version.Revision), nil
	})
	rest.Register(k, op(http.MethodGet, "/items/{id}/differences", "与上一版比较：不同之处和减少的材料、环节、时限"), item.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Version string `query:"version" maxLength:"64" doc:"版本编号；不传是最新版"`
	}) (*rest.Body[item.Comparison], error) {
		v, err := d.Item.Differences(ctx, in.ID.ID, in.Version)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	file := op(http.MethodGet, "/items.xlsx", "导出事项目录，字段用国家标准的名称")
	file.Responses = rest.FileResponse("事项目录")
	rest.Register(k, file, item.PermRead, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		return rest.Download(k, "事项目录.xlsx", xlsx.ContentType, func(w io.Writer) error {
			return writeList(w, func(add func([]string) error) error { return d.Item.Export(ctx, add) })
		}), nil
	})
}

// made is a new item with its first version.
type made struct {
	Item    item.Item    `json:"item"`
	Version item.Version `json:"version"`
}

func registerVersions(k *rest.Kit, m *item.Module) {
	revise := op(http.MethodPost, "/items/{id}/versions", "变更：从最新版生成新版草稿")
	revise.DefaultStatus = http.StatusCreated
	rest.Register(k, revise, item.PermWrite, func(ctx context.Context, in *struct {
		rest.ID
		rest.IdempotencyKey
		Body struct {
			Reason string `json:"reason" maxLength:"500" doc:"变更的原因"`
		}
	}) (*rest.Created[item.Version], error) {
		v, err := m.Revise(ctx, in.ID.ID, in.Body.Reason, in.IdempotencyKey.IdempotencyKey)
		if err != nil {
			return nil, err
		}
		return rest.Made(v, "/items/"+v.ItemID+"?version="+v.ID, v.Revision), nil
	})
	rest.Register(k, op(http.MethodPut, "/item-versions/{id}", "修改草稿"), item.PermWrite, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body item.Content
	}) (*rest.Versioned[item.Version], error) {
		revision, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := m.Save(ctx, in.ID.ID, revision, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Revision), nil
	})
	rest.Register(k, op(http.MethodPost, "/item-versions/{id}/steps/{action}", "办理一版：送审、通过、退回、发布、废弃"), item.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Action item.Action `path:"action" enum:"submit,pass,return,publish,discard" doc:"步骤"`
		Body   struct {
			Day    *clock.Date `json:"day,omitempty" doc:"生效日期；不传是今天"`
			Reason string      `json:"reason,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[item.Version], error) {
		revision, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := m.Move(ctx, in.ID.ID, revision, in.Action, item.Change{Day: dayOf(in.Body.Day), Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Revision), nil
	})
}

// errFile is an upload without a list.
var errFile = errs.New(errs.Invalid, "itemhttp.file", "没有收到名单。请把各行作为 rows 传来。")

// listBody is a list of items as programs send it: heads and rows of cells.
type listBody struct {
	File  string     `json:"file" maxLength:"200" doc:"来源的名称"`
	Heads []string   `json:"heads" minItems:"3" maxItems:"100" doc:"列名：国家标准的字段名，或常用清单的列名"`
	Rows  [][]string `json:"rows" minItems:"1" maxItems:"20000"`
}

func registerImports(k *rest.Kit, d Deps) {
	received := op(http.MethodPost, "/item-imports", "收下一份事项名单，还不导入")
	received.DefaultStatus, received.MaxBodyBytes = http.StatusCreated, upload
	rest.Register(k, received, item.PermImport, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body listBody
	}) (*rest.Created[item.Import], error) {
		if len(in.Body.Rows) == 0 {
			return nil, errFile
		}
		list, err := item.NewList(in.Body.File, in.Body.Heads, in.Body.Rows)
		if err != nil {
			return nil, err
		}
		i, err := d.Item.Receive(ctx, list, in.IdempotencyKey.IdempotencyKey)
		if err != nil {
			return nil, err
		}
		return rest.Made(i, "/item-imports/"+i.ID, 1), nil
	})
	rest.Register(k, op(http.MethodGet, "/item-imports/{id}", "预览：导入会新增、变更、拒绝哪些行"), item.PermImport, func(ctx context.Context, in *struct {
		rest.ID
		Units bool `query:"units" doc:"没有的单位一并新建"`
	}) (*rest.Body[item.ImportPlan], error) {
		p, err := d.Item.Preview(ctx, in.ID.ID, in.Units)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	rest.Register(k, op(http.MethodPost, "/item-imports/{id}/apply", "导入：全部，或一行也不导入"), item.PermImport, func(ctx context.Context, in *struct {
		rest.ID
		Units bool `query:"units" doc:"没有的单位一并新建"`
	}) (*rest.Body[item.ImportPlan], error) {
		p, err := d.Item.Apply(ctx, in.ID.ID, in.Units)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
}

func registerAuthorizations(k *rest.Kit, m *item.Module) {
	rest.Register(k, op(http.MethodGet, "/authorizations", "授权书和委托受理协议"), item.PermAuthRead, func(ctx context.Context, in *struct {
		rest.Paging
		Unit  string                  `query:"unit" maxLength:"40" doc:"部门编号"`
		State item.AuthorizationState `query:"state" maxLength:"20" doc:"状态"`
	}) (*rest.Body[rest.Page[item.AuthorizationRow]], error) {
		list, next, err := m.Authorizations(ctx, item.AuthorizationFilter{UnitID: in.Unit, State: in.State, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/authorizations/expiring", "即将到期的授权"), item.PermAuthRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[item.AuthorizationRow]], error) {
		list, err := m.Expiring(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/authorizations/grantees", "部门可以授权的人"), item.PermAuthDraft, func(ctx context.Context, in *struct {
		Unit string `query:"unit" maxLength:"40" doc:"部门编号"`
	}) (*rest.Body[rest.Page[item.Grantee]], error) {
		list, err := m.Grantees(ctx, in.Unit)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	create := op(http.MethodPost, "/authorizations", "草拟授权书或委托受理协议")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, item.PermAuthDraft, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body item.AuthorizationInput
	}) (*rest.Created[item.Authorization], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		a, err := m.DraftAuthorization(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(a, "/authorizations/"+a.ID, a.Version), nil
	})
	rest.Register(k, op(http.MethodGet, "/authorizations/{id}", "一份授权：事项、经过和提醒"), item.PermAuthRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[item.AuthorizationSheet], error) {
		s, err := m.AuthorizationSheet(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Authorization.Version), nil
	})
	rest.Register(k, op(http.MethodPut, "/authorizations/{id}", "改正草拟的或被退回的授权"), item.PermAuthDraft, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body item.AuthorizationInput
	}) (*rest.Versioned[item.Authorization], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		a, err := m.CorrectAuthorization(ctx, in.ID.ID, version, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(a, a.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/authorizations/{id}/steps/{action}", "办理一份授权：签发、备案、公示、退回、撤销、作废"), item.PermAuthRead, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Action item.AuthorizationAction `path:"action" enum:"issue,file,publish,return,revoke,withdraw" doc:"步骤"`
		Body   struct {
			Reason string `json:"reason,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[item.Authorization], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		a, err := m.MoveAuthorization(ctx, in.ID.ID, version, in.Action, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(a, a.Version), nil
	})
}

// OfCentre names the centre whose public guides are asked for.
type OfCentre struct {
	Centre string `query:"centre" required:"true" maxLength:"40" doc:"中心代码"`
}

// visitor lets a public operation work in the centre that was named.
func (d Deps) visitor(ctx context.Context, o OfCentre) (context.Context, string, error) {
	c, err := d.Org.CentreByCode(ctx, o.Centre)
	a := actor.From(ctx)
	return actor.With(ctx, item.CitizenActor(c.ID, a.IP, a.RequestID)), c.Name, err
}

func registerPublicAPI(k *rest.Kit, d Deps) {
	rest.Public(k, op(http.MethodGet, "/public/guides", "查办事指南"), func(ctx context.Context, in *struct {
		OfCentre
		rest.Paging
		Query string `query:"q" maxLength:"100" doc:"词"`
		Theme string `query:"theme" maxLength:"20" doc:"主题"`
		Unit  string `query:"unit" maxLength:"40" doc:"单位编号"`
	}) (*rest.Body[rest.Page[item.GuideRow]], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		list, next, err := d.Item.Guides(ctx, item.GuideFilter{Query: in.Query, Theme: in.Theme, Unit: in.Unit, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/guides/{id}", "一份办事指南"), func(ctx context.Context, in *struct {
		OfCentre
		rest.ID
	}) (*rest.Body[item.Guide], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		g, err := d.Item.Guide(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(g), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/places", "大厅以外的办事地点"), func(ctx context.Context, in *struct{ OfCentre }) (*rest.Body[rest.Page[item.Place]], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		list, err := d.Item.Places(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/places/{id}", "一个办事地点和在那里办的事项（下放事项清单）"), func(ctx context.Context, in *struct {
		OfCentre
		rest.ID
	}) (*rest.Body[item.Place], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		x, err := d.Item.Place(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(x), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/guide-reduction", "承诺时限合计和法定时限合计"), func(ctx context.Context, in *struct{ OfCentre }) (*rest.Body[item.Reduction], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		r, err := d.Item.Reduction(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	registerPublicFiles(k, d)
}

func registerPublicFiles(k *rest.Kit, d Deps) {
	file := op(http.MethodGet, "/public/guides/{id}/file", "办事指南的 PDF 或 Word 文件")
	file.Responses = rest.FileResponse("办事指南")
	rest.Public(k, file, func(ctx context.Context, in *struct {
		OfCentre
		rest.ID
		Format string `query:"format" enum:"pdf,docx" default:"pdf"`
	}) (*huma.StreamResponse, error) {
		ctx, name, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		g, err := d.Item.Guide(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		v := guideView{Guide: g, materials: g.Content.Materials}
		v.Centre.Name = name
		doc := guidePaper(v)
		if in.Format == "docx" {
			return rest.Download(k, v.fileName("docx"), docxType, func(w io.Writer) error { return docx.Write(w, doc) }), nil
		}
		return rest.Download(k, v.fileName("pdf"), "application/pdf", func(w io.Writer) error { return d.Print.Write(w, doc) }), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/authorizations", "公示的授权书和委托受理协议"), func(ctx context.Context, in *struct {
		OfCentre
		rest.Paging
	}) (*rest.Body[rest.Page[item.AuthorizationRow]], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		list, next, err := d.Item.PublishedAuthorizations(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
}
