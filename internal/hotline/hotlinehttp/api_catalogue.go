package hotlinehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// ruleFileForm is the multipart form of a list for the dispatch catalogue.
type ruleFileForm struct {
	DryRun bool          `form:"dry_run" required:"false" doc:"只看逐行结果，不导入"`
	File   huma.FormFile `form:"file" required:"true" doc:"XLSX 或 CSV，列：事项分类代码、区域、承办单位、协办单位、生效日期、失效日期、依据"`
}

// ruleLineOut is one line of a list and what it does.
type ruleLineOut struct {
	Line     int    `json:"line" doc:"文件中的行号"`
	Category string `json:"category" doc:"事项分类代码"`
	Area     string `json:"area,omitempty" doc:"区域"`
	Unit     string `json:"unit" doc:"承办单位"`
	What     string `json:"what" enum:"新增,修改,不变,拒绝" doc:"结果"`
	Reason   string `json:"reason,omitempty" doc:"拒绝的原因"`
}

// ruleImportOut says what a list does, or did.
type ruleImportOut struct {
	DryRun  bool          `json:"dry_run"`
	Added   int           `json:"added" doc:"新增"`
	Changed int           `json:"changed" doc:"修改"`
	Same    int           `json:"same" doc:"不变"`
	Refused int           `json:"refused" doc:"拒绝；其余的照常导入"`
	Rows    []ruleLineOut `json:"rows" doc:"逐行结果"`
}

// registerRuleFiles adds the rest of the dispatch catalogue: one line, its end, and lists.
func (a api) registerRuleFiles(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/dispatch-rules/{id}", "一条派单目录"), hotline.PermRuleRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[hotline.Rule], error) {
		r, err := a.m.Rule(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(r, r.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/dispatch-rules/{id}/end", "停用一条派单目录：今天起不再派单"), hotline.PermRule, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
	}) (*rest.Versioned[hotline.Rule], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		if err := a.m.EndRule(ctx, in.ID.ID, version); err != nil {
			return nil, err
		}
		r, err := a.m.Rule(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(r, r.Version), nil
	})
	load := op(http.MethodPost, "/dispatch-rules/import", "导入派单目录名单，或预览；同一条再导入不产生重复")
	load.MaxBodyBytes = 5 << 20
	rest.Upload(k, load, hotline.PermRule, a.importRules)
	rest.Register(k, op(http.MethodPost, "/dispatch-rules/trial", "试算派单目录：一段时间的工单会派往哪里；不改变任何数据"), hotline.PermRule, a.tryRules)
	rest.Register(k, op(http.MethodGet, "/taxonomy", "事项分类的各个版本和代码对照"), hotline.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[hotline.Taxonomy], error) {
		t, err := a.m.Taxonomy(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(t), nil
	})
	classes := op(http.MethodPost, "/taxonomy", "发布事项分类的新版本，或预览；同一份名单再发布不产生版本")
	classes.MaxBodyBytes = 3 << 20
	rest.Upload(k, classes, hotline.PermRule, a.publishCategories)
	rest.Register(k, op(http.MethodPost, "/time-limits/{id}/confirm", "按文件确认一条现行时限"), hotline.PermPolicy, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Document string `json:"document" minLength:"1" maxLength:"200" doc:"依据文件的文号和条款"`
		}
	}) (*rest.Body[limitList], error) {
		if err := a.m.ConfirmPolicy(ctx, in.ID.ID, in.Body.Document); err != nil {
			return nil, err
		}
		current, past, err := a.m.PolicyTable(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(limitList{current, past}), nil
	})
}

// categoryFileForm is the multipart form of a list of categories.
type categoryFileForm struct {
	DryRun bool          `form:"dry_run" required:"false" doc:"只看会怎样，不发布"`
	Retire bool          `form:"retire" required:"false" doc:"停用名单里没有的分类"`
	Title  string        `form:"title" required:"false" maxLength:"100" doc:"这一版的名称"`
	Basis  string        `form:"basis" required:"false" maxLength:"100" doc:"依据的文件"`
	File   huma.FormFile `form:"file" required:"true" doc:"XLSX 或 CSV，列：分类代码、分类名称、上级代码、状态、原代码"`
}

// categoryImportOut says what a list does, or did.
type categoryImportOut struct {
	DryRun  bool                     `json:"dry_run"`
	Version int64                    `json:"version" doc:"产生的版本；0 为没有变化"`
	Added   int                      `json:"added"`
	Renamed int                      `json:"renamed"`
	Retired int                      `json:"retired"`
	Moved   int                      `json:"moved" doc:"原代码有接替的"`
	Rules   int                      `json:"rules" doc:"随之改动的派单目录"`
	Lines   []hotline.CategoryChange `json:"lines" doc:"逐项变化"`
	Lost    []hotline.CategoryChange `json:"lost" doc:"停用而没有接替的"`
}

func (a api) publishCategories(ctx context.Context, in *struct {
	RawBody huma.MultipartFormFiles[categoryFileForm]
}) (*rest.Body[categoryImportOut], error) {
	form := in.RawBody.Data()
	defer form.File.Close()
	r, err := table.Open(form.File.Filename, form.File, form.File.Size, categoryTable)
	if err != nil {
		return nil, err
	}
	list, err := hotline.ReadCategories(r)
	if err != nil {
		return nil, err
	}
	list.Title, list.Basis, list.Retire = form.Title, form.Basis, form.Retire
	do := a.m.PublishCategories
	if form.DryRun {
		do = a.m.PreviewCategories
	}
	p, err := do(ctx, list)
	if err != nil {
		return nil, err
	}
	return rest.OK(categoryImportOut{form.DryRun, p.Version, p.Added, p.Renamed, p.Retired, p.Moved, p.Rules, append([]hotline.CategoryChange{}, p.Lines...), append([]hotline.CategoryChange{}, p.Lost...)}), nil
}

// trialBody asks for a trial of the catalogue, with some lines put into it first.
type trialBody struct {
	From  clock.Date  `json:"from" doc:"受理日期从"`
	To    clock.Date  `json:"to" doc:"到（含）；最多 92 天"`
	Lines []trialLine `json:"lines,omitempty" maxItems:"5000" doc:"先放进目录的各行；不传就按现在的目录"`
}

type trialLine struct {
	Category string `json:"category" maxLength:"200" doc:"事项分类代码"`
	Area     string `json:"area,omitempty" maxLength:"20" doc:"行政区划代码"`
	Unit     string `json:"unit" maxLength:"200" doc:"承办单位的名称"`
	Helpers  string `json:"helpers,omitempty" maxLength:"1000" doc:"协办单位的名称，用顿号隔开"`
}

func (a api) tryRules(ctx context.Context, in *struct{ Body trialBody }) (*rest.Body[hotline.RuleTrial], error) {
	var lines []hotline.RuleLine
	for i, l := range in.Body.Lines {
		lines = append(lines, hotline.RuleLine{Line: i + 1, Category: l.Category, Area: l.Area, Unit: l.Unit, Helpers: l.Helpers})
	}
	t, err := a.m.TryRules(ctx, lines, in.Body.From, in.Body.To)
	if err != nil {
		return nil, err
	}
	return rest.OK(t), nil
}

func (a api) importRules(ctx context.Context, in *struct {
	RawBody huma.MultipartFormFiles[ruleFileForm]
}) (*rest.Body[ruleImportOut], error) {
	form := in.RawBody.Data()
	defer form.File.Close()
	r, err := table.Open(form.File.Filename, form.File, form.File.Size, ruleTable)
	if err != nil {
		return nil, err
	}
	lines, err := readRuleLines(r)
	if err != nil {
		return nil, err
	}
	do := a.m.ImportRules
	if form.DryRun {
		do = a.m.PreviewRules
	}
	done, err := do(ctx, lines)
	if err != nil {
		return nil, err
	}
	out := ruleImportOut{DryRun: form.DryRun, Added: done.Added, Changed: done.Changed, Same: done.Same, Refused: done.Refused, Rows: []ruleLineOut{}}
	for _, r := range done.Rows {
		out.Rows = append(out.Rows, ruleLineOut{r.Line, r.Category, r.Area, r.Unit, r.What, r.Reason})
	}
	return rest.OK(out), nil
}
