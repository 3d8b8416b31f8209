package exchangehttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/exchange"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"数据共享"}}
}

func created(path, summary string) huma.Operation {
	o := op(http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// answer turns what a use case gives into an answer.
func answer[T any](v T, err error) (*rest.Body[T], error) {
	if err != nil {
		return nil, err
	}
	return rest.OK(v), nil
}

func page[T any](list []T, next string, err error) (*rest.Body[rest.Page[T]], error) {
	if err != nil {
		return nil, err
	}
	return rest.List(list, next), nil
}

// RegisterAPI adds the API of data sharing: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Exchange
	registerEntryAPI(k, m)
	registerEntrySteps(k, m)
	registerRequestAPI(k, m)
	registerPaperAPI(k, d)
	registerUseAPI(k, m)
	registerFixAPI(k, m)
	registerBackflowAPI(k, m)
	registerChainAPI(k, m)
	registerPublicAPI(k, m)
}

func registerEntryAPI(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodGet, "/exchange/entries", "数据目录"), exchange.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		Open  bool   `query:"open" doc:"编制和审查中的，不传是已发布的"`
		Class string `query:"class" maxLength:"20" doc:"共享属性：unconditional、conditional、not_shared"`
		Unit  string `query:"unit" maxLength:"40" doc:"提供单位"`
		Query string `query:"q" maxLength:"100" doc:"数据名称"`
	}) (*rest.Body[rest.Page[exchange.EntryRow]], error) {
		return page(m.Entries(ctx, exchange.EntryFilter{Open: in.Open, Class: exchange.Class(in.Class), UnitID: in.Unit, Query: in.Query, After: in.After, Limit: in.Limit}))
	})
	rest.Register(k, created("/exchange/entries", "编制数据目录：生成第一版草稿"), exchange.PermPropose, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body exchange.NewEntry
	}) (*rest.Created[exchange.Entry], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		e, err := m.DraftEntry(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(e, "/exchange/entries/"+e.ID, 1), nil
	})
	rest.Register(k, op(http.MethodGet, "/exchange/entries/{id}", "一个数据目录：内容、各版和可以进行的操作"), exchange.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[exchange.EntrySheet], error) {
		s, err := m.Entry(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Current.Revision), nil
	})
	file := op(http.MethodGet, "/exchange/entries.xlsx", "导出已发布的数据目录")
	file.Responses = rest.FileResponse("数据目录")
	rest.Register(k, file, exchange.PermRead, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		return rest.Download(k, "数据目录.xlsx", xlsx.ContentType, func(w io.Writer) error {
			return writeEntries(w, func(add func([]string) error) error { return m.ExportEntries(ctx, exchange.EntryFilter{}, add) })
		}), nil
	})
}

func registerEntrySteps(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodPost, "/exchange/entries/{id}/versions", "新编一版：从发布的一版生成草稿"), exchange.PermPropose, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[exchange.EntryVersion], error) {
		return answer(m.ReviseEntry(ctx, in.ID.ID))
	})
	rest.Register(k, op(http.MethodPut, "/exchange/entries/{id}", "修改草稿"), exchange.PermPropose, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body exchange.EntryContent
	}) (*rest.Versioned[exchange.EntryVersion], error) {
		revision, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := m.EditEntry(ctx, in.ID.ID, revision, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Revision), nil
	})
	rest.Register(k, op(http.MethodPost, "/exchange/entries/{id}/steps/{action}", "办理一版：提交审查、退回、发布、停用"), exchange.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Action exchange.EntryAction `path:"action" enum:"submit,return,publish,withdraw" doc:"步骤"`
		Body   struct {
			Reason string `json:"reason,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[exchange.EntryVersion], error) {
		revision, err := in.Version()
		if err != nil {
			return nil, err
		}
		v, err := m.MoveEntry(ctx, in.ID.ID, revision, in.Action, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Revision), nil
	})
	rest.Register(k, op(http.MethodPost, "/exchange/entries/publish-waiting", "发布全部待审查的目录，本股室的除外"), exchange.PermReview, func(ctx context.Context, _ *struct{}) (*rest.Body[struct {
		Published int `json:"published"`
	}], error) {
		n, err := m.PublishWaiting(ctx)
		return answer(struct {
			Published int `json:"published"`
		}{n}, err)
	})
	rest.Register(k, op(http.MethodPost, "/exchange/entries/import", "导入数据目录：新增和变更，直接送审"), exchange.PermSubmit, func(ctx context.Context, in *struct {
		Body struct {
			Trial bool                    `json:"trial" doc:"只预览，不导入"`
			Rows  []exchange.ImportRecord `json:"rows" maxItems:"2000"`
		}
	}) (*rest.Body[rest.Page[exchange.ImportRow]], error) {
		rows, err := m.ImportEntries(ctx, exchange.RowsOf(in.Body.Rows), in.Body.Trial)
		return page(rows, "", err)
	})
}

// change addresses a request for one step.
type change[T any] struct {
	rest.ID
	rest.IfMatch
	rest.IdempotencyKey
	Body T
}

// terms is the body of a step of a request.
type terms struct {
	Reason string      `json:"reason,omitempty" maxLength:"1000" doc:"理由或依据"`
	Fields []string    `json:"fields,omitempty" doc:"同意的数据项；不传是申请的全部"`
	To     *clock.Date `json:"to,omitempty" doc:"同意的截止日期；不传是申请的"`
	Rate   int64       `json:"rate,omitempty" doc:"每天最多查询次数；不传是申请的"`
}

func (t terms) terms() exchange.Terms {
	out := exchange.Terms{Reason: t.Reason, Fields: t.Fields, To: clock.NoDate, Rate: t.Rate}
	if t.To != nil {
		out.To = *t.To
	}
	return out
}

// cursor is a number as the place of the next page.
func cursor(next int64) string {
	if next == 0 {
		return ""
	}
	return strconv.FormatInt(next, 10)
}

func registerRequestAPI(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodGet, "/exchange/requests", "共享申请"), exchange.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		Side  string `query:"side" enum:"out,in" doc:"out 本单位申请，in 向本单位申请；中心人员不传"`
		State string `query:"state" maxLength:"20" doc:"状态"`
	}) (*rest.Body[rest.Page[exchange.RequestRow]], error) {
		return page(m.Requests(ctx, exchange.RequestFilter{Side: in.Side, State: exchange.State(in.State), After: in.After, Limit: in.Limit}))
	})
	rest.Register(k, created("/exchange/requests", "草拟共享申请"), exchange.PermPropose, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body exchange.RequestInput
	}) (*rest.Created[exchange.Request], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		r, err := m.Ask(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(r, "/exchange/requests/"+r.ID, r.Version), nil
	})
	rest.Register(k, op(http.MethodGet, "/exchange/requests/{id}", "一件共享申请：期限、预警、经过、授权和可以进行的操作"), exchange.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[exchange.RequestSheet], error) {
		s, err := m.FindRequest(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	rest.Register(k, op(http.MethodPut, "/exchange/requests/{id}", "修改申请的草稿"), exchange.PermPropose, func(ctx context.Context, in *change[exchange.RequestInput]) (*rest.Versioned[exchange.Request], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		r, err := m.Edit(ctx, exchange.Command{ID: in.ID.ID, Version: version, Key: in.IdempotencyKey.IdempotencyKey}, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(r, r.Version), nil
	})
	for _, act := range exchange.Actions() {
		if act != exchange.ActEdit {
			registerAction(k, m, act)
		}
	}
	rest.Register(k, op(http.MethodGet, "/exchange/grants", "共享授权"), exchange.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		Side  string `query:"side" enum:"out,in" doc:"out 本单位使用，in 本单位提供；中心人员不传"`
		Ended bool   `query:"ended" doc:"已终止的"`
	}) (*rest.Body[rest.Page[exchange.GrantRow]], error) {
		return page(m.GrantList(ctx, exchange.GrantFilter{Side: in.Side, Ended: in.Ended, After: in.After, Limit: in.Limit}))
	})
}

func registerAction(k *rest.Kit, m *exchange.Module, act exchange.Action) {
	rest.Register(k, op(http.MethodPost, "/exchange/requests/{id}/"+string(act), act.Label()), exchange.PermissionOf(act), func(ctx context.Context, in *change[terms]) (*rest.Versioned[exchange.Request], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		r, err := m.Act(ctx, exchange.Command{ID: in.ID.ID, Version: version, Key: in.IdempotencyKey.IdempotencyKey}, act, in.Body.terms())
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(r, r.Version), nil
	})
}

func registerUseAPI(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodGet, "/exchange/permitted", "一个办件可以查询的共享数据"), exchange.PermUse, func(ctx context.Context, in *struct {
		Case string `query:"case" required:"true" maxLength:"40" doc:"办件编号"`
	}) (*rest.Body[rest.Page[exchange.PermittedData]], error) {
		list, err := m.Permitted(ctx, in.Case)
		return page(list, "", err)
	})
	rest.Register(k, created("/exchange/usages", "凭办件和授权查询：准许或拒绝都留记录"), exchange.PermUse, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body struct {
			EntryID string   `json:"entry_id" maxLength:"40" doc:"数据目录"`
			Case    string   `json:"case" maxLength:"40" doc:"办件编号"`
			Fields  []string `json:"fields" doc:"数据项代码"`
			Subject string   `json:"subject,omitempty" maxLength:"20" doc:"applicant 申请人，agent 代办人，other 其他当事人；不传是申请人"`
			IDNo    string   `json:"id_no,omitempty" maxLength:"40" doc:"其他当事人的证件号码"`
		}
	}) (*rest.Created[exchange.Usage], error) {
		b := in.Body
		u, err := m.Use(ctx, exchange.UseInput{EntryID: b.EntryID, Case: b.Case, Fields: b.Fields, Subject: b.Subject, IDNo: b.IDNo, Key: in.IdempotencyKey.IdempotencyKey})
		if err != nil {
			return nil, err
		}
		return rest.Made(u, "/exchange/usages/"+u.ID, u.Seq), nil
	})
	usageList(k, m, "/exchange/usages", "使用记录", exchange.PermUsageRead)
	usageList(k, m, "/exchange/usage-outline", "使用记录的概要：没有经办人、办件和数据主体", exchange.PermUsageMeta)
	rest.Register(k, op(http.MethodGet, "/exchange/usages/{seq}", "一条使用记录"), exchange.PermUsageRead, func(ctx context.Context, in *struct {
		Seq int64 `path:"seq" doc:"记录编号"`
	}) (*rest.Body[exchange.UsageRow], error) {
		return answer(m.FindUsage(ctx, in.Seq))
	})
}

func usageList(k *rest.Kit, m *exchange.Module, path, summary string, perm actor.Permission) {
	rest.Register(k, op(http.MethodGet, path, summary), perm, func(ctx context.Context, in *struct {
		Limit   int    `query:"limit" minimum:"1" maximum:"50" default:"50" doc:"每页条数"`
		After   int64  `query:"after" doc:"上一页最后一条的编号"`
		Case    string `query:"case" maxLength:"40" doc:"办件的编号（id）"`
		Grant   string `query:"grant" maxLength:"40" doc:"授权的编号（id）"`
		Refused bool   `query:"refused" doc:"只要拒绝的"`
	}) (*rest.Body[rest.Page[exchange.UsageRow]], error) {
		list, next, err := m.Usages(ctx, exchange.UsageFilter{CaseID: in.Case, GrantID: in.Grant, Refused: in.Refused, After: in.After, Limit: in.Limit})
		return page(list, cursor(next), err)
	})
}

func registerFixAPI(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodGet, "/exchange/fixes", "数据校核"), exchange.PermUse, func(ctx context.Context, in *struct {
		rest.Paging
		Side string `query:"side" enum:"out,in" doc:"out 本单位提出，in 向本单位提出"`
	}) (*rest.Body[rest.Page[exchange.FixRow]], error) {
		return page(m.Fixes(ctx, exchange.FixFilter{Side: in.Side, After: in.After}))
	})
	rest.Register(k, created("/exchange/fixes", "请提供单位校核更正"), exchange.PermUse, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body exchange.FixInput
	}) (*rest.Created[exchange.DataFix], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		f, err := m.AskFix(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(f, "/exchange/fixes/"+f.ID, f.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/exchange/fixes/{id}/answer", "答复数据校核"), exchange.PermAnswer, func(ctx context.Context, in *change[struct {
		Corrected bool   `json:"corrected" doc:"true 已更正，false 核对无误"`
		Text      string `json:"text" maxLength:"500" doc:"校核情况"`
	}]) (*rest.Versioned[exchange.DataFix], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		f, err := m.AnswerFix(ctx, in.ID.ID, version, in.Body.Corrected, in.Body.Text)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(f, f.Version), nil
	})
}

func registerBackflowAPI(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodGet, "/exchange/backflows", "数据回流台账"), exchange.PermRead, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[exchange.BackflowRow]], error) {
		return page(m.Backflows(ctx, in.After))
	})
	rest.Register(k, created("/exchange/backflows", "登记数据回流"), exchange.PermReview, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body exchange.BackflowInput
	}) (*rest.Created[exchange.Backflow], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		b, err := m.RecordBackflow(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(b, "/exchange/backflows/"+b.ID, b.Version), nil
	})
	rest.Register(k, op(http.MethodGet, "/exchange/backflows/{id}", "一条回流记录"), exchange.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[exchange.BackflowRow], error) {
		b, err := m.Backflow(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(b, b.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/exchange/backflows/{id}/strike", "作废一条回流记录"), exchange.PermReview, func(ctx context.Context, in *change[struct {
		Reason string `json:"reason" maxLength:"500" doc:"理由"`
	}]) (*rest.Versioned[exchange.Backflow], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		b, err := m.StrikeBackflow(ctx, in.ID.ID, version, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(b, b.Version), nil
	})
	file := op(http.MethodGet, "/exchange/backflows.xlsx", "导出数据回流台账")
	file.Responses = rest.FileResponse("数据回流台账")
	rest.Register(k, file, exchange.PermRead, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		return rest.Download(k, "数据回流台账.xlsx", xlsx.ContentType, func(w io.Writer) error {
			return writeRows(w, "数据回流台账", exchange.BackflowColumns(), func(add func([]string) error) error { return m.ExportBackflows(ctx, add) })
		}), nil
	})
}

func registerChainAPI(k *rest.Kit, m *exchange.Module) {
	rest.Register(k, op(http.MethodPost, "/exchange/chain/verify", "核验使用记录的链条"), exchange.PermChain, func(ctx context.Context, _ *struct{}) (*rest.Body[exchange.Chain], error) {
		return answer(m.Verify(ctx))
	})
	rest.Register(k, op(http.MethodGet, "/exchange/chain/seals", "链头单"), exchange.PermChain, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[exchange.Seal]], error) {
		list, err := m.Seals(ctx)
		return page(list, "", err)
	})
	rest.Register(k, op(http.MethodGet, "/exchange/chain/seals/{id}", "一张链头单"), exchange.PermChain, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[exchange.Seal], error) {
		return answer(m.FindSeal(ctx, in.ID.ID))
	})
	rest.Register(k, op(http.MethodPost, "/exchange/chain/seals", "现在出链头单；没有新记录的，给出上一张"), exchange.PermChain, func(ctx context.Context, _ *struct{}) (*rest.Body[exchange.Seal], error) {
		return answer(m.MakeSeal(ctx))
	})
	rest.Register(k, op(http.MethodPost, "/exchange/chain/seals/{id}/file", "链头单已打印备案"), exchange.PermChain, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[exchange.Seal], error) {
		return answer(m.FileSeal(ctx, in.ID.ID))
	})
}

// registerPaperAPI offers the papers of a request.
func registerPaperAPI(k *rest.Kit, d Deps) {
	file := op(http.MethodGet, "/exchange/requests/{id}/papers/{kind}", "申请单或答复单（PDF）")
	file.Responses = rest.FileResponse("单据")
	rest.Register(k, file, exchange.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Kind string `path:"kind" enum:"request,answer" doc:"request 申请单，answer 答复单"`
	}) (*huma.StreamResponse, error) {
		made, err := d.Exchange.Print(ctx, in.ID.ID, exchange.PaperKind(in.Kind))
		if err != nil {
			return nil, err
		}
		p, err := d.paper(ctx, made)
		if err != nil {
			return nil, err
		}
		doc := p.Document()
		return rest.Download(k, p.Title+p.No+".pdf", "application/pdf", func(w io.Writer) error { return d.Print.Write(w, doc) }), nil
	})
}

func registerPublicAPI(k *rest.Kit, m *exchange.Module) {
	rest.Public(k, op(http.MethodGet, "/public/data-catalogue", "政务数据目录（公开）"), func(ctx context.Context, in *struct {
		rest.Paging
		Class string `query:"class" maxLength:"20" doc:"共享属性"`
		Query string `query:"q" maxLength:"100" doc:"数据名称"`
	}) (*rest.Body[rest.Page[exchange.PublicEntry]], error) {
		return page(m.Catalogue(asApplicant(ctx), exchange.EntryFilter{Class: exchange.Class(in.Class), Query: in.Query, After: in.After, Limit: in.Limit}))
	})
	rest.Public(k, op(http.MethodPost, "/public/data-uses", "谁用过我的数据"), func(ctx context.Context, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"20" doc:"查询码"`
			Tail string `json:"phone_tail" maxLength:"4" doc:"手机号后四位"`
			IDNo string `json:"id_no,omitempty" maxLength:"40" doc:"证件号码；传了看本中心全部的"`
		}
	}) (*rest.Body[rest.Page[exchange.Seen]], error) {
		list, err := m.OwnUses(asApplicant(ctx), in.Body.Code, in.Body.Tail, in.Body.IDNo)
		if errors.Is(err, casework.ErrQuery) {
			err = exchange.ErrSubject
		}
		return page(list, "", err)
	}, web.Limit(publicRate))
}

// asApplicant lets whoever asks be somebody without an account, in the centre that is asked.
func asApplicant(ctx context.Context) context.Context {
	return actor.With(ctx, casework.ApplicantActor(actor.From(ctx).CentreID, web.ClientIP(ctx), web.RequestID(ctx)))
}
