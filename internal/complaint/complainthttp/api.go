package complainthttp

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/complaint"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/evidence"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"办不成事和投诉"}}
}

// collection is where a kind of matter is in the API.
func collection(k complaint.Kind) string {
	if k == complaint.Complaint {
		return "/complaints"
	}
	return "/stuck-matters"
}

// RegisterAPI adds the API of matters: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	for _, kind := range []complaint.Kind{complaint.Stuck, complaint.Complaint} {
		registerReads(k, d.Complaint, kind)
		registerIntake(k, d.Complaint, kind)
		registerFirst(k, d.Complaint, kind)
		evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: collection(kind) + "/{id}", Name: kind.Label() + "的附件", Tag: "办不成事和投诉", Add: complaint.AttachPerm(kind), Read: readPerm(kind),
			Keep: func(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
				return d.Complaint.AddFiles(ctx, kind, complaint.MatterID(id), files)
			},
			Open: func(ctx context.Context, id, file string) (blob.Blob, error) {
				return d.Complaint.OpenFile(ctx, kind, id, file)
			}})
	}
	registerStuckSteps(k, d.Complaint)
	registerComplaintSteps(k, d.Complaint)
	registerTables(k, d.Complaint)
	registerPublicAPI(k, d.Complaint)
	registerOwnFiles(k, d)
}

// filterInput is the query of a list.
type filterInput struct {
	State   string         `query:"state" maxLength:"20" doc:"状态"`
	Done    bool           `query:"done" doc:"已结束的"`
	Unit    string         `query:"unit" maxLength:"40" doc:"涉及单位"`
	Cause   string         `query:"cause" maxLength:"20" doc:"成因的代码；传了就不分在办和已结束"`
	Item    string         `query:"item" maxLength:"40" doc:"涉及事项"`
	From    rest.DateParam `query:"from" doc:"登记日期从"`
	To      rest.DateParam `query:"to" doc:"登记日期到"`
	Counted bool           `query:"counted" doc:"只列根因分析计入的；这时涉及单位、成因、事项传 none 表示没有指明的"`
}

func (f *filterInput) filter(k complaint.Kind) complaint.Filter {
	return complaint.Filter{Kind: k, State: complaint.State(f.State), Done: f.Done, UnitID: f.Unit, Cause: f.Cause, ItemID: f.Item, From: f.From.Get(), To: f.To.Get(), Counted: f.Counted}
}

func registerReads(k *rest.Kit, m *complaint.Module, kind complaint.Kind) {
	at, name := collection(kind), kind.Label()
	rest.Register(k, op(http.MethodGet, at, name+"：在办的按最近期限，结束的按新旧"), readPerm(kind), func(ctx context.Context, in *struct {
		rest.Paging
		filterInput
	}) (*rest.Body[rest.Page[complaint.Listed]], error) {
		f := in.filter(kind)
		f.After, f.Limit = in.After, in.Limit
		list, next, err := m.List(ctx, f)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	file := op(http.MethodGet, at+"/file", name+"清单的电子表格（不含反映人，记入日志）")
	file.Responses = rest.FileResponse("XLSX 文件")
	rest.Register(k, file, readPerm(kind), func(ctx context.Context, in *filterInput) (*huma.StreamResponse, error) {
		sheet := xlsx.Sheet{Name: name, Title: name, Columns: listColumns}
		return rest.Download(k, name+".xlsx", xlsx.ContentType, func(w io.Writer) error {
			return sheet.Write(w, func(add func(...any) error) error {
				return m.Export(ctx, in.filter(kind), func(x complaint.Listed) error { return add(listCells(&x)...) })
			})
		}), nil
	})
	rest.Register(k, op(http.MethodGet, at+"/{id}", "一件"+name+"：内容、时限、记录和可以进行的操作；不得知道投诉人的，看不到投诉人和原话"), readPerm(kind), func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[complaint.Sheet], error) {
		s, err := m.Get(ctx, kind, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	personal := complaint.PermStuckPersonal
	if kind == complaint.Complaint {
		personal = complaint.PermComplaintPersonal
	}
	rest.Register(k, op(http.MethodPost, at+"/{id}/reporter", "查看反映人（记入日志）："+name), personal, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[complaint.Person], error) {
		p, err := m.Reveal(ctx, kind, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	if kind == complaint.Stuck {
		rest.Register(k, op(http.MethodPost, at+"/{id}/print", "取办不成事工单的内容打印（记入日志）"), personal, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[complaint.Paper], error) {
			p, err := m.Print(ctx, in.ID.ID)
			if err != nil {
				return nil, err
			}
			return rest.OK(p), nil
		})
	}
}

// IntakeBody is a matter as a program gives it; the kind is in the address.
type IntakeBody struct {
	Title   string `json:"title,omitempty" maxLength:"60" doc:"一句话；不填取内容开头"`
	Content string `json:"content,omitempty" maxLength:"4000" doc:"发生了什么、希望怎样解决；热线转来的不传"`
	About   string `json:"about,omitempty" maxLength:"200" doc:"投诉谁，或哪个单位、窗口"`
	UnitID  string `json:"unit_id,omitempty" maxLength:"40" doc:"涉及的单位"`
	SiteID  string `json:"site_id,omitempty" maxLength:"40" doc:"涉及的站点"`
	Window  string `json:"window,omitempty" maxLength:"20" doc:"涉及的窗口"`
	ItemID  string `json:"item_id,omitempty" maxLength:"40" doc:"涉及的事项"`
	CaseNo  string `json:"case_no,omitempty" maxLength:"30" doc:"涉及的办件编号"`
	Channel string `json:"channel,omitempty" maxLength:"10" doc:"窗口、电话或来访"`
	Name    string `json:"name,omitempty" maxLength:"50" doc:"反映人"`
	Phone   string `json:"phone,omitempty" maxLength:"20" doc:"联系电话"`
}

func (b *IntakeBody) input(k complaint.Kind, key string) complaint.IntakeInput {
	return complaint.IntakeInput{Kind: k, Title: b.Title, Content: b.Content, About: b.About, UnitID: b.UnitID, SiteID: b.SiteID, Window: b.Window, ItemID: b.ItemID, CaseNo: b.CaseNo, Channel: b.Channel, Name: b.Name, Phone: b.Phone, Key: key}
}

func registerIntake(k *rest.Kit, m *complaint.Module, kind complaint.Kind) {
	at := collection(kind)
	create := op(http.MethodPost, at, "登记"+kind.Label())
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, registerPerm(kind), func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body IntakeBody
	}) (*rest.Created[complaint.Registration], error) {
		got, err := m.Register(ctx, in.Body.input(kind, in.IdempotencyKey.IdempotencyKey))
		if err != nil {
			return nil, err
		}
		return rest.Made(got, at+"/"+string(got.ID), got.Version), nil
	})
	take := op(http.MethodPost, at+"/from-ticket", "热线工单转"+kind.Label()+"：内容和来电人仍在工单上")
	take.DefaultStatus = http.StatusCreated
	rest.Register(k, take, registerPerm(kind), func(ctx context.Context, in *struct {
		Body struct {
			IntakeBody
			TicketNo string `json:"ticket_no" maxLength:"40" doc:"热线工单号"`
		}
	}) (*rest.Created[complaint.Registration], error) {
		got, err := m.TakeOver(ctx, in.Body.TicketNo, kind, in.Body.input(kind, ""))
		if err != nil {
			return nil, err
		}
		return rest.Made(got, at+"/"+string(got.ID), got.Version), nil
	})
}

func registerTables(k *rest.Kit, m *complaint.Module) {
	rest.Register(k, op(http.MethodGet, "/complaint-roots", "根因分析：按成因、单位、事项和重复发生"), complaint.PermCauses, func(ctx context.Context, in *struct {
		From rest.DateParam `query:"from" required:"true" doc:"登记日期从"`
		To   rest.DateParam `query:"to" required:"true" doc:"登记日期到，不超过一年"`
	}) (*rest.Body[complaint.Roots], error) {
		r, err := m.Roots(ctx, in.From.Get(), in.To.Get())
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodGet, "/complaint-figures/{measure}", "办不成事解决率、投诉按期办结率背后的每一件：分母是全部，in 为真的是分子"), complaint.PermCauses, func(ctx context.Context, in *struct {
		Measure string         `path:"measure" maxLength:"40" doc:"stuck_solved 或 complaint_on_time"`
		From    rest.DateParam `query:"from" required:"true" doc:"从"`
		To      rest.DateParam `query:"to" required:"true" doc:"到"`
	}) (*rest.Body[[]complaint.Counted], error) {
		list, err := m.Cohort(ctx, complaint.Measure(in.Measure), metric.Period{From: in.From.Get(), To: in.To.Get() + 1})
		if err != nil {
			return nil, err
		}
		return rest.OK(list), nil
	})
	rest.Register(k, op(http.MethodGet, "/complaint-limits", "投诉和办不成事的时限"), complaint.PermCauses, func(ctx context.Context, _ *struct{}) (*rest.Body[[]complaint.Limit], error) {
		list, err := m.LimitList(ctx)
		return rest.OK(list), err
	})
	limit := op(http.MethodPut, "/complaint-limits/{code}", "修改时限；还没有改过的版本是 0，不传 If-Match")
	limit.DefaultStatus = http.StatusNoContent
	rest.Register(k, limit, complaint.PermTable, func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"20" doc:"时限的代码"`
		rest.IfMatch
		Body complaint.LimitInput
	}) (*rest.Nothing, error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		return &rest.Nothing{}, m.ChangeLimit(ctx, complaint.LimitCode(in.Code), version, in.Body)
	})
	rest.Register(k, op(http.MethodGet, "/complaint-causes", "成因"), complaint.PermCauses, func(ctx context.Context, _ *struct{}) (*rest.Body[[]complaint.Cause], error) {
		list, err := m.CauseList(ctx)
		return rest.OK(list), err
	})
	cause := op(http.MethodPut, "/complaint-causes/{code}", "新增或修改成因；还没有改过的版本是 0，不传 If-Match")
	cause.DefaultStatus = http.StatusNoContent
	rest.Register(k, cause, complaint.PermTable, func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"20" doc:"成因的代码"`
		rest.IfMatch
		Body complaint.CauseInput
	}) (*rest.Nothing, error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		return &rest.Nothing{}, m.SaveCause(ctx, in.Code, version, in.Body)
	})
}

func registerPublicAPI(k *rest.Kit, m *complaint.Module) {
	submit := op(http.MethodPost, "/public/matters", "反映办不成事或投诉窗口人员，不需要账号")
	submit.DefaultStatus = http.StatusCreated
	rest.Public(k, submit, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body struct {
			IntakeBody
			Kind complaint.Kind `json:"kind" enum:"stuck,complaint" doc:"stuck 办不成事，complaint 投诉"`
		}
	}) (*rest.Body[publicReceipt], error) {
		got, err := m.Submit(asReporter(ctx), in.Body.input(in.Body.Kind, in.IdempotencyKey.IdempotencyKey))
		if err != nil {
			return nil, err
		}
		return rest.OK(publicReceipt{got.No, got.QueryCode}), nil
	}, web.Limit(submitRate))
	rest.Public(k, op(http.MethodPost, "/public/matter-progress", "凭查询码查询办不成事和投诉的进度"), func(ctx context.Context, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"20" doc:"查询码"`
			Tail string `json:"phone_tail,omitempty" maxLength:"4" doc:"手机号后四位；没有留电话的不传"`
		}
	}) (*rest.Body[complaint.Progress], error) {
		p, err := m.Track(asReporter(ctx), in.Body.Code, in.Body.Tail)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	}, web.Limit(trackRate))
}

// ownFiles is the multipart form of what a reporter sends afterwards.
type ownFiles struct {
	Code  string          `form:"code" required:"true" maxLength:"20" doc:"查询码"`
	Tail  string          `form:"phone_tail" maxLength:"4" doc:"手机号后四位；没有留电话的不传"`
	Files []huma.FormFile `form:"files" required:"true" doc:"文件，一次最多 9 个，每个不超过 20 MB，合计不超过 40 MB"`
}

func registerOwnFiles(k *rest.Kit, d Deps) {
	upload := op(http.MethodPost, "/public/matter-files", "凭查询码补充照片和材料，不需要账号")
	upload.MaxBodyBytes, upload.BodyReadTimeout, upload.DefaultStatus = evidencehttp.Body, 5*time.Minute, http.StatusNoContent
	rest.PublicUpload(k, upload, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		RawBody huma.MultipartFormFiles[ownFiles]
	}) (*rest.Nothing, error) {
		form := in.RawBody.Data()
		if _, err := d.Complaint.Track(asReporter(ctx), form.Code, form.Tail); err != nil {
			return nil, err
		}
		files, err := evidencehttp.SaveForm(ctx, d.Blobs, form.Files)
		if err != nil {
			return nil, err
		}
		return &rest.Nothing{}, d.Complaint.AddOwnFiles(asReporter(ctx), form.Code, form.Tail, files, in.IdempotencyKey.IdempotencyKey)
	}, web.Limit(submitRate))
}

// publicReceipt is what somebody without an account gets for a report.
type publicReceipt struct {
	No        string `json:"no" doc:"编号"`
	QueryCode string `json:"query_code" doc:"查询码"`
}

// asReporter lets whoever asks be somebody without an account, in the centre that is asked.
func asReporter(ctx context.Context) context.Context {
	return actor.With(ctx, complaint.ReporterActor(actor.From(ctx).CentreID, web.ClientIP(ctx), web.RequestID(ctx)))
}
