package performancehttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/performance"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/score"
	"yichuang/internal/rest"
)

type permission = actor.Permission

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"预算绩效"}}
}

// OfYear addresses the programmes of a year.
type OfYear struct {
	Year int `path:"year" minimum:"2015" maximum:"2099" doc:"年度"`
}

// RegisterAPI adds the part of the API: what the pages do, with the same permissions.
func RegisterAPI(k *rest.Kit, d Deps) {
	h := handlers{d}
	m := d.Performance
	readOf(k, "", "评价对象：目标、指标和经过", m.Programme)
	readOf(k, "/evaluation", "评价：提交后是封存的，填报时按现在的数据计算", m.Evaluation)
	readOf(k, "/results", "各轮的评价结果", listOf(m.Results))
	readOf(k, "/watches", "监控记录", listOf(m.Watches))
	readOf(k, "/trials", "按每个评分办法试算", func(ctx context.Context, id string) (rest.Page[TrialBody], error) { return trialsOf(ctx, m, id) })
	readYear(k, "", "一年的评价对象：资金、得分、上年和失分", m.Overview)
	readYear(k, "/programmes", "一年的评价对象", m.Programmes)
	readYear(k, "/projects", "可以评价的项目和资金", m.Projects)
	readYear(k, "/draws", "抽评", m.Draws)
	registerPolicy(k, m)
	registerTargets(k, m)
	registerFilling(k, h)
	registerSteps(k, m)
	registerDraws(k, m)
	registerFiles(k, h)
}

// listOf makes the answer of a list.
func listOf[T any](read func(ctx context.Context, id string) ([]T, error)) func(ctx context.Context, id string) (rest.Page[T], error) {
	return func(ctx context.Context, id string) (rest.Page[T], error) {
		v, err := read(ctx, id)
		return rest.List(v, "").Body, err
	}
}

func readOf[T any](k *rest.Kit, path, summary string, read func(ctx context.Context, id string) (T, error)) {
	rest.Register(k, op(http.MethodGet, "/performance/programmes/{id}"+path, summary), performance.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[T], error) {
		v, err := read(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
}

func readYear[T any](k *rest.Kit, path, summary string, read func(ctx context.Context, year int) ([]T, error)) {
	rest.Register(k, op(http.MethodGet, "/performance/years/{year}"+path, summary), performance.PermRead, func(ctx context.Context, in *struct{ OfYear }) (*rest.Body[rest.Page[T]], error) {
		v, err := read(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
}

// TrialBody is what one policy gives a form.
type TrialBody struct {
	Policy string       `json:"policy" doc:"评分办法"`
	Name   string       `json:"name" doc:"名称"`
	Scaled bool         `json:"scaled" doc:"指标分值按比例折算过"`
	Result score.Result `json:"result"`
}

func trialsOf(ctx context.Context, m *performance.Module, id string) (rest.Page[TrialBody], error) {
	_, list, err := m.Trials(ctx, id)
	var out []TrialBody
	for _, t := range list {
		out = append(out, TrialBody{t.Policy.ID, t.Policy.Name, t.Scaled, *t.Result})
	}
	return rest.List(out, "").Body, err
}

func registerPolicy(k *rest.Kit, m *performance.Module) {
	rest.Register(k, op(http.MethodGet, "/performance/years/{year}/policy", "一年的评分办法"), performance.PermRead, func(ctx context.Context, in *struct{ OfYear }) (*rest.Versioned[performance.Choice], error) {
		c, _, err := m.PolicyOf(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(c, c.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/performance/years/{year}/policy", "选定评分办法；已有提交的自评时拒绝"), performance.PermPolicy, func(ctx context.Context, in *struct {
		OfYear
		rest.IfMatch
		Body struct {
			Policy string `json:"policy" maxLength:"60" doc:"评分办法的编号"`
			Reason string `json:"reason" maxLength:"200" doc:"依据"`
		}
	}) (*rest.Versioned[performance.Choice], error) {
		version, err := in.Version() // the first choice is based on none
		if err != nil {
			return nil, err
		}
		c, err := m.ChoosePolicy(ctx, in.Year, version, in.Body.Policy, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(c, c.Version), nil
	})
	rest.Register(k, op(http.MethodGet, "/performance/library", "共性指标库"), performance.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[performance.Common]], error) {
		v, err := m.Commons(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
	rest.Register(k, op(http.MethodPost, "/performance/library", "加入本中心的共性指标"), performance.PermTarget, func(ctx context.Context, in *struct {
		Body struct {
			performance.IndicatorInput
			Evidence string `json:"evidence,omitempty" maxLength:"100" doc:"常用佐证材料"`
		}
	}) (*rest.Body[performance.Common], error) {
		b := in.Body
		c, err := m.AddCommon(ctx, performance.Common{Level1: b.Level1, Level2: b.Level2, Name: b.Name, Op: b.Op, Target: b.Target, Unit: b.Unit, Evidence: b.Evidence, Source: b.Source, Fact: b.Fact})
		if err != nil {
			return nil, err
		}
		return rest.OK(c), nil
	})
	rest.Register(k, op(http.MethodGet, "/performance/sources", "可以绑定的数据来源"), performance.PermRead, func(context.Context, *struct{}) (*rest.Body[rest.Page[SourceBody]], error) {
		var out []SourceBody
		for _, s := range m.Sources() {
			out = append(out, SourceBody{s.Code, s.Label, s.Facts})
		}
		return rest.List(out, ""), nil
	})
}

// SourceBody is a source with what it measures.
type SourceBody struct {
	Code  string             `json:"code"`
	Label string             `json:"label"`
	Facts []performance.Fact `json:"facts"`
}

// ProgrammeBody is a programme as programs send it.
type ProgrammeBody struct {
	Kind        score.Kind `json:"kind" enum:"whole,project" doc:"部门整体支出或项目支出"`
	Project     string     `json:"project,omitempty" maxLength:"30" doc:"账套里的项目代码"`
	Name        string     `json:"name" maxLength:"100"`
	Supervisor  string     `json:"supervisor,omitempty" maxLength:"100" doc:"主管部门"`
	Implementer string     `json:"implementer,omitempty" maxLength:"100" doc:"实施单位"`
	Goal        string     `json:"goal,omitempty" maxLength:"2000" doc:"年度总体目标"`
	Profile     string     `json:"profile,omitempty" maxLength:"100" doc:"各月累计支出百分比，12 个数"`
}

func (b ProgrammeBody) input(year int) performance.ProgrammeInput {
	return performance.ProgrammeInput{Year: year, Kind: b.Kind, Project: b.Project, Name: b.Name, Supervisor: b.Supervisor, Implementer: b.Implementer, Goal: b.Goal, Profile: b.Profile}
}

// versioned is the change of a programme: its address, the version that was seen, and what is sent.
type versioned[T any] struct {
	rest.ID
	rest.IfMatch
	Body T
}

// changed registers a change of a programme, which answers with it.
func changed[T any](k *rest.Kit, path, summary string, p permission, act func(ctx context.Context, id string, version int64, body T) (performance.Programme, error)) {
	rest.Register(k, op(http.MethodPost, "/performance/programmes/{id}"+path, summary), p, func(ctx context.Context, in *versioned[T]) (*rest.Versioned[performance.Programme], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := act(ctx, in.ID.ID, version, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Version), nil
	})
}

// IndicatorRef names an indicator in the body of a change.
type IndicatorRef struct {
	Indicator string `json:"indicator" maxLength:"40" doc:"指标"`
}

func registerTargets(k *rest.Kit, m *performance.Module) {
	rest.Register(k, op(http.MethodPost, "/performance/years/{year}/programmes", "新建评价对象"), performance.PermTarget, func(ctx context.Context, in *struct {
		OfYear
		Body ProgrammeBody
	}) (*rest.Versioned[performance.Programme], error) {
		p, err := m.CreateProgramme(ctx, in.Body.input(in.Year))
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(p, p.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/performance/years/{year}/copy", "沿用上一年的目标和指标"), performance.PermTarget, func(ctx context.Context, in *struct{ OfYear }) (*rest.Body[CopyBody], error) {
		made, left, err := m.CopyYear(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.OK(CopyBody{made, left}), nil
	})
	importing := func(path, summary string, act func(ctx context.Context, year int, forms []*score.Form) (*performance.Plan, error)) {
		rest.Register(k, op(http.MethodPost, "/performance/years/{year}/"+path, summary), performance.PermTarget, func(ctx context.Context, in *struct {
			OfYear
			Body struct {
				Forms []*score.Form `json:"forms" minItems:"1" maxItems:"500" doc:"自评表，与导出的 JSON 相同"`
			}
		}) (*rest.Body[performance.Plan], error) {
			p, err := act(ctx, in.Year, in.Body.Forms)
			if err != nil {
				return nil, err
			}
			return rest.OK(*p), nil
		})
	}
	importing("import/preview", "导入预览，不保存", m.PreviewImport)
	importing("import", "导入目标和指标，全部或一张不导入", m.Import)
	changed(k, "/goal", "修改目标", performance.PermTarget, func(ctx context.Context, id string, v int64, b ProgrammeBody) (performance.Programme, error) {
		return m.EditProgramme(ctx, id, v, b.input(0))
	})
	changed(k, "/indicators", "添加指标，或修改 indicator 指明的指标", performance.PermTarget, func(ctx context.Context, id string, v int64, b struct {
		performance.IndicatorInput
		Indicator string `json:"indicator,omitempty" maxLength:"40" doc:"要修改的指标；不写就添加"`
	}) (performance.Programme, error) {
		return m.SaveIndicator(ctx, id, v, b.Indicator, b.IndicatorInput)
	})
	changed(k, "/indicators/remove", "去掉指标", performance.PermTarget, func(ctx context.Context, id string, v int64, b IndicatorRef) (performance.Programme, error) {
		return m.RemoveIndicator(ctx, id, v, b.Indicator)
	})
	changed(k, "/indicators/move", "上移或下移指标", performance.PermTarget, func(ctx context.Context, id string, v int64, b struct {
		IndicatorRef
		Up bool `json:"up,omitempty" doc:"上移；否则下移"`
	}) (performance.Programme, error) {
		return m.MoveIndicator(ctx, id, v, b.Indicator, b.Up)
	})
}

// CopyBody says what copying a year made.
type CopyBody struct {
	Made int      `json:"made" doc:"沿用了几个"`
	Left []string `json:"left,omitempty" doc:"今年账套里没有的项目"`
}

func registerSteps(k *rest.Kit, m *performance.Module) {
	type remark struct {
		Remark string `json:"remark,omitempty" maxLength:"1000" doc:"意见或原因"`
	}
	type none struct{}
	step := func(path, summary string, p permission, act func(ctx context.Context, id string, version int64, remark string) (performance.Programme, error)) {
		changed(k, path, summary, p, func(ctx context.Context, id string, v int64, b remark) (performance.Programme, error) {
			return act(ctx, id, v, b.Remark)
		})
	}
	changed(k, "/confirm", "确定目标", performance.PermTarget, func(ctx context.Context, id string, v int64, _ none) (performance.Programme, error) {
		return m.ConfirmTargets(ctx, id, v)
	})
	changed(k, "/submit", "提交自评，数据封存", performance.PermFill, func(ctx context.Context, id string, v int64, _ none) (performance.Programme, error) {
		return m.Submit(ctx, id, v)
	})
	step("/revise", "调整目标，要写原因", performance.PermTarget, m.ReviseTargets)
	step("/section", "股室审核通过", performance.PermSection, m.PassSection)
	step("/finance", "财务审核通过", performance.PermFinance, m.PassFinance)
	step("/lock", "审定锁定", performance.PermLead, m.Lock)
	step("/return", "退回修改，要写原因", performance.PermRead, m.Return)
	step("/reopen", "重开评价，要写原因", performance.PermLead, m.Reopen)
	changed(k, "/override", "在档内调整定性指标得分", performance.PermRead, func(ctx context.Context, id string, v int64, b struct {
		IndicatorRef
		Share  score.Decimal `json:"share" doc:"给分比例，如 0.95"`
		Reason string        `json:"reason" maxLength:"300" doc:"理由"`
	}) (performance.Programme, error) {
		return m.Override(ctx, id, v, b.Indicator, b.Share, b.Reason)
	})
}

func registerFilling(k *rest.Kit, h handlers) {
	m := h.Performance
	changed(k, "/fill", "填报自评", performance.PermFill, m.Fill)
	rest.Register(k, op(http.MethodGet, "/performance/programmes/{id}/standing", "一天的进度和预警"), performance.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Day clock.Date `query:"day" required:"true" doc:"截至日期"`
	}) (*rest.Body[performance.Standing], error) {
		s, err := m.Standing(ctx, in.ID.ID, in.Day)
		if err != nil {
			return nil, err
		}
		return rest.OK(*s), nil
	})
	rest.Register(k, op(http.MethodPost, "/performance/programmes/{id}/watches", "保存监控记录"), performance.PermWatch, func(ctx context.Context, in *versioned[struct {
		Day    clock.Date `json:"day" doc:"截至日期"`
		Reason string     `json:"reason,omitempty" maxLength:"1000" doc:"原因和措施，有预警时必填"`
	}]) (*rest.Body[performance.Watch], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		w, err := m.KeepWatch(ctx, in.ID.ID, version, in.Body.Day, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.OK(w), nil
	})
	h.registerEvidence(k)
}

func registerDraws(k *rest.Kit, m *performance.Module) {
	rest.Register(k, op(http.MethodPost, "/performance/years/{year}/draws", "抽取抽评对象，记录种子"), performance.PermDraw, func(ctx context.Context, in *struct {
		OfYear
		Body struct {
			Size int   `json:"size" minimum:"1" maximum:"1000" doc:"份数"`
			Seed int64 `json:"seed,omitempty" minimum:"0" doc:"种子；不写由系统取"`
		}
	}) (*rest.Body[performance.Draw], error) {
		d, err := m.DrawSample(ctx, in.Year, in.Body.Size, in.Body.Seed)
		if err != nil {
			return nil, err
		}
		return rest.OK(d), nil
	})
	type ofDraw struct {
		rest.ID
		Draw string `path:"draw" maxLength:"40" doc:"哪一次抽取"`
	}
	rest.Register(k, op(http.MethodGet, "/performance/draws/{draw}/{id}", "一份抽评"), performance.PermRead, func(ctx context.Context, in *ofDraw) (*rest.Body[performance.Recheck], error) {
		r, _, err := m.Recheck(ctx, in.Draw, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodPost, "/performance/draws/{draw}/{id}", "完成抽评"), performance.PermDraw, func(ctx context.Context, in *struct {
		ofDraw
		Body struct {
			Remark string                     `json:"remark" maxLength:"1000" doc:"结论和依据"`
			Found  []performance.RecheckInput `json:"found,omitempty" maxItems:"100" doc:"核定的值"`
		}
	}) (*rest.Body[performance.Recheck], error) {
		r, err := m.FinishRecheck(ctx, in.Draw, in.ID.ID, in.Body.Remark, in.Body.Found)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
}

func registerFiles(k *rest.Kit, h handlers) {
	get := op(http.MethodGet, "/performance/programmes/{id}/files/{format}", "自评表的文件")
	get.Responses = rest.FileResponse("文件的内容")
	rest.Register(k, get, performance.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Format string `path:"format" maxLength:"10" doc:"格式：pdf、docx、html、json、table.xlsx、table.json"`
		Round  int64  `query:"round" minimum:"0" doc:"第几轮；0 或不写为现在的"`
	}) (*huma.StreamResponse, error) {
		f, ok := formatOf(in.Format)
		if !ok {
			return nil, performance.ErrNoResult
		}
		s, err := h.Performance.Sheet(ctx, in.ID.ID, in.Round, f.ext)
		if err != nil {
			return nil, err
		}
		return rest.Download(k, fileName(s, f), f.contentType, func(w io.Writer) error { return h.writeSheet(w, s, f) }), nil
	})
	kept := op(http.MethodGet, "/performance/programmes/{id}/watches/{watch}/files/{format}", "监控记录的文件（绩效目标执行监控表）")
	kept.Responses = rest.FileResponse("文件的内容")
	rest.Register(k, kept, performance.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Watch  string `path:"watch" maxLength:"40" doc:"监控记录的编号"`
		Format string `path:"format" enum:"pdf,docx,xlsx,json" doc:"格式"`
	}) (*huma.StreamResponse, error) {
		f := annex.Format(in.Format)
		m, err := h.Performance.MonitorForm(ctx, in.ID.ID, in.Watch, f)
		if err != nil {
			return nil, err
		}
		return rest.Download(k, m.Name(f), f.ContentType(), func(w io.Writer) error { return m.Write(w, f, h.Print) }), nil
	})
	all := op(http.MethodGet, "/performance/years/{year}/files/{format}", "一年锁定的评价的报告和表（附件1至附件4）")
	all.Responses = rest.FileResponse("文件的内容")
	rest.Register(k, all, performance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		Format string `path:"format" enum:"pdf,docx,xlsx,html,json" doc:"格式"`
	}) (*huma.StreamResponse, error) {
		f := annex.Format(in.Format)
		d, err := h.Performance.YearDocument(ctx, in.Year, f)
		if err != nil {
			return nil, err
		}
		return rest.Download(k, d.Name(f), f.ContentType(), func(w io.Writer) error { return d.Write(w, f, h.Print) }), nil
	})
}
