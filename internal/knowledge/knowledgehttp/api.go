package knowledgehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/rest"
)

type api struct{ Deps }

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"知识库"}}
}

// EntryIn addresses an entry by number or id.
type EntryIn struct {
	No string `path:"no" maxLength:"40" doc:"知识编号（ZS00001）或记录编号"`
}

// changeIn addresses an entry for a change on the basis of a version.
type changeIn[B any] struct {
	EntryIn
	rest.IfMatch
	Body B
}

// contentBody is the content of an entry as programs send it.
type contentBody struct {
	Title     string     `json:"title" maxLength:"100" doc:"标题"`
	Question  string     `json:"question,omitempty" maxLength:"8000" doc:"问；不传用标题"`
	Answer    string     `json:"answer" maxLength:"8000" doc:"答"`
	BasisNo   string     `json:"basis_no,omitempty" maxLength:"300" doc:"依据文号"`
	BasisLink string     `json:"basis_link,omitempty" maxLength:"300" doc:"依据链接"`
	Applies   string     `json:"applies,omitempty" maxLength:"300" doc:"适用范围"`
	UnitID    string     `json:"unit_id,omitempty" maxLength:"40" doc:"主责单位编号；不传为热线办"`
	ValidTo   clock.Date `json:"valid_to,omitempty" doc:"有效期至（含）；不传为长期"`
	Category  string     `json:"category,omitempty" maxLength:"40" doc:"事项分类代码"`
	Keywords  string     `json:"keywords,omitempty" maxLength:"300" doc:"关键词、同义词，用空格隔开"`
	Level     string     `json:"level,omitempty" enum:"public,internal,office" default:"internal" doc:"公开级别：公开、内部、仅限热线"`
	Remark    string     `json:"remark,omitempty" maxLength:"300" doc:"修改说明"`
	Source    string     `json:"source,omitempty" maxLength:"40" doc:"由哪件已办结的咨询建立：/knowledge/leads 里的编号；只用于新条目"`
}

func (b contentBody) input() knowledge.WriteInput {
	in := knowledge.WriteInput{Remark: b.Remark, Source: b.Source, Content: knowledge.Content{Title: b.Title, Question: b.Question, Answer: b.Answer, BasisNo: b.BasisNo, BasisLink: b.BasisLink, Applies: b.Applies,
		UnitID: b.UnitID, ValidTo: b.ValidTo, Category: b.Category, Keywords: b.Keywords, Level: knowledge.Level(b.Level)}}
	if in.ValidTo == 0 {
		in.ValidTo = clock.NoDate
	}
	return in
}

type textBody struct {
	Text string `json:"text,omitempty" maxLength:"2000" doc:"意见、原因或内容"`
}

type confirmBody struct {
	ValidTo clock.Date `json:"valid_to,omitempty" doc:"新的有效期至；不传为长期"`
}

// RegisterAPI adds the operations of the knowledge base: what the pages do.
func RegisterAPI(k *rest.Kit, d Deps) {
	a := api{d}
	a.reads(k)
	a.versions(k)
	a.misses(k)
	a.changes(k)
	a.corrections(k)
	a.imports(k)
	a.public(k)
}

type listIn struct {
	rest.Paging
	Live     string `query:"live" enum:"published,withdrawn" doc:"已发布或已下架"`
	Stage    string `query:"stage" enum:"draft,unit_review,office_review" doc:"采编、单位审核、热线办复核"`
	Expired  bool   `query:"expired" doc:"只要已过有效期的"`
	Uncited  bool   `query:"uncited" doc:"只要没有被引用过的"`
	Unit     string `query:"unit" maxLength:"40" doc:"主责单位编号"`
	Category string `query:"category" maxLength:"40" doc:"事项分类代码"`
	Level    string `query:"level" enum:"public,internal,office"`
}

type searchIn struct {
	rest.Paging
	Q        string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"要找的词；标题:、问:、答:、关键词: 只在该项中找"`
	Unit     string `query:"unit" maxLength:"40" doc:"主责单位编号"`
	Category string `query:"category" maxLength:"40" doc:"事项分类代码"`
	Expired  bool   `query:"expired" doc:"包括已过有效期的"`
}

func (a api) reads(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/knowledge/entries", "知识条目列表"), knowledge.PermRead, func(ctx context.Context, in *listIn) (*rest.Body[rest.Page[knowledge.EntryRow]], error) {
		rows, next, err := a.Knowledge.List(ctx, knowledge.Filter{Live: knowledge.Live(in.Live), Stage: knowledge.Stage(in.Stage), Expired: in.Expired, Uncited: in.Uncited, UnitID: in.Unit,
			Category: in.Category, Level: knowledge.Level(in.Level), After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/search", "全文检索知识"), knowledge.PermRead, func(ctx context.Context, in *searchIn) (*rest.Body[knowledge.Result], error) {
		r, err := a.Knowledge.Search(ctx, knowledge.Search{Query: in.Q, UnitID: in.Unit, Category: in.Category, Expired: in.Expired, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodPost, "/knowledge/suggestions", "按来电内容建议知识条目"), knowledge.PermRead, func(ctx context.Context, in *struct {
		Body struct {
			Text  string `json:"text" maxLength:"8000" doc:"来电人说的话"`
			Limit int    `json:"limit,omitempty" minimum:"1" maximum:"20" default:"5"`
		}
	}) (*rest.Body[rest.Page[knowledge.Suggested]], error) {
		list, err := a.Knowledge.Suggest(ctx, in.Body.Text, in.Body.Limit)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/entries/{no}", "知识条目：内容、版本、办理记录、纠错"), knowledge.PermRead, func(ctx context.Context, in *EntryIn) (*rest.Versioned[knowledge.EntryDossier], error) {
		d, err := a.Knowledge.Find(ctx, in.No)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(d, d.Entry.Version), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/health", "知识库概况"), knowledge.PermWrite, func(ctx context.Context, _ *struct{}) (*rest.Body[knowledge.Health], error) {
		h, err := a.Knowledge.Health(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(h), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/due", "到期要复核的条目"), knowledge.PermWrite, func(ctx context.Context, in *rest.Paging) (*rest.Body[rest.Page[knowledge.DueEntry]], error) {
		list, err := a.Knowledge.DueEntries(ctx, in.Limit)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

type entryOut = rest.Versioned[knowledge.Entry]

func versioned(e knowledge.Entry, err error) (*entryOut, error) {
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(e, e.Version), nil
}

// step adds POST /knowledge/entries/{no}/<verb> with a text.
func step(k *rest.Kit, verb, summary string, perm actor.Permission, do func(context.Context, string, int64, string) (knowledge.Entry, error)) {
	rest.Register(k, op(http.MethodPost, "/knowledge/entries/{no}/"+verb, summary), perm, func(ctx context.Context, in *changeIn[textBody]) (*entryOut, error) {
		v, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(do(ctx, in.No, v, in.Body.Text))
	})
}

func (a api) changes(k *rest.Kit) {
	create := op(http.MethodPost, "/knowledge/entries", "采编新条目")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, knowledge.PermWrite, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body contentBody
	}) (*rest.Created[knowledge.Entry], error) {
		input := in.Body.input()
		input.Key = in.IdempotencyKey.IdempotencyKey
		e, err := a.Knowledge.Write(ctx, input)
		if err != nil {
			return nil, err
		}
		return rest.Made(e, "/knowledge/entries/"+e.No, e.Version), nil
	})
	rest.Register(k, op(http.MethodPut, "/knowledge/entries/{no}", "修改草稿，或开始新版本"), knowledge.PermWrite, func(ctx context.Context, in *changeIn[contentBody]) (*entryOut, error) {
		v, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(a.Knowledge.Edit(ctx, in.No, v, in.Body.input()))
	})
	m := a.Knowledge
	step(k, "send", "送审", knowledge.PermWrite, m.Send)
	step(k, "pass", "单位审核通过", knowledge.PermUnitReview, m.PassUnit)
	step(k, "publish", "复核并发布", knowledge.PermPublish, m.Publish)
	step(k, "return", "退回修改", knowledge.PermRead, m.Return)
	step(k, "drop", "放弃修改", knowledge.PermWrite, m.Drop)
	step(k, "withdraw", "下架", knowledge.PermWithdraw, m.Withdraw)
	rest.Register(k, op(http.MethodPost, "/knowledge/entries/{no}/confirm", "确认仍然有效"), knowledge.PermRead, func(ctx context.Context, in *changeIn[confirmBody]) (*entryOut, error) {
		v, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(m.Confirm(ctx, in.No, v, in.Body.ValidTo, ""))
	})
}

type askBody struct {
	Text string `json:"text" maxLength:"2000" doc:"哪里不对"`
}

func (a api) corrections(k *rest.Kit) {
	create := op(http.MethodPost, "/knowledge/entries/{no}/corrections", "提出纠错：3 个工作日内答复")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, knowledge.PermAsk, func(ctx context.Context, in *struct {
		EntryIn
		rest.IdempotencyKey
		Body askBody
	}) (*rest.Body[knowledge.Asked], error) {
		c, err := a.Knowledge.Correct(ctx, in.No, in.Body.Text, in.IdempotencyKey.IdempotencyKey)
		if err != nil {
			return nil, err
		}
		return rest.OK(c), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/corrections", "待答复的纠错"), knowledge.PermAnswer, func(ctx context.Context, in *rest.Paging) (*rest.Body[rest.Page[knowledge.CorrectionRow]], error) {
		list, err := a.Knowledge.Corrections(ctx, in.Limit)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodPost, "/knowledge/corrections/{id}/answer", "答复纠错"), knowledge.PermAnswer, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Right  bool   `json:"right" doc:"采纳：条目确有错误"`
			Answer string `json:"answer" maxLength:"2000" doc:"答复"`
		}
	}) (*rest.Body[knowledge.CorrectionRequest], error) {
		c, err := a.Knowledge.AnswerCorrection(ctx, in.ID.ID, in.Body.Right, in.Body.Answer)
		if err != nil {
			return nil, err
		}
		return rest.OK(c), nil
	})
}

// importBody is a list of entries as rows of cells by column.
type importBody struct {
	Name    string              `json:"name,omitempty" maxLength:"200" doc:"名单的名称"`
	Publish bool                `json:"publish,omitempty" doc:"导入后直接发布"`
	Rows    []map[string]string `json:"rows" minItems:"1" maxItems:"5000" doc:"每行是列名到内容：标题、编号、问、答、依据文号、依据链接、适用范围、主责单位、有效期至、事项分类、关键词、公开级别"`
}

func (a api) imports(k *rest.Kit) {
	preview := op(http.MethodPost, "/knowledge/imports", "导入预览：逐行说明会怎样，不改变数据")
	rest.Register(k, preview, knowledge.PermImport, func(ctx context.Context, in *struct{ Body importBody }) (*rest.Body[knowledge.ImportPlan], error) {
		list := knowledge.List{Name: in.Body.Name}
		for i, cells := range in.Body.Rows {
			list.Rows = append(list.Rows, knowledge.ListRow{Line: i + 1, Cells: cells})
		}
		p, err := a.Knowledge.PreviewImport(ctx, list, in.Body.Publish)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/imports/{id}", "再看一次导入预览"), knowledge.PermImport, func(ctx context.Context, in *rest.ID) (*rest.Body[knowledge.ImportPlan], error) {
		p, err := a.Knowledge.ImportPreview(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	rest.Register(k, op(http.MethodPost, "/knowledge/imports/{id}/apply", "按预览导入：全部或全不"), knowledge.PermImport, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Digest string `json:"digest" maxLength:"64" doc:"预览给出的摘要"`
		}
	}) (*rest.Body[knowledge.ImportPlan], error) {
		p, err := a.Knowledge.ApplyImport(ctx, in.ID.ID, in.Body.Digest)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/export", "导出知识条目：列名和逐行内容"), knowledge.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[exportOut], error) {
		out := exportOut{Columns: knowledge.ExportColumns, Rows: [][]string{}}
		err := a.Knowledge.Export(ctx, knowledge.Filter{}, func(cells []string) error {
			out.Rows = append(out.Rows, cells)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return rest.OK(out), nil
	})
}

type exportOut struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// citizen makes the request's visitor a citizen of the centre that the visitor is in.
func citizen(ctx context.Context) context.Context {
	a := actor.From(ctx)
	return actor.With(ctx, knowledge.CitizenActor(a.CentreID, a.IP, a.RequestID))
}

// answerOut is a public entry as a program without an account gets it.
type answerOut struct {
	No        string     `json:"no"`
	Title     string     `json:"title"`
	Question  string     `json:"question"`
	Answer    string     `json:"answer"`
	BasisNo   string     `json:"basis_no,omitempty"`
	BasisLink string     `json:"basis_link,omitempty"`
	Applies   string     `json:"applies,omitempty"`
	Unit      string     `json:"unit,omitempty"`
	ValidTo   clock.Date `json:"valid_to,omitzero"`
}

// hitOut is a public entry in a list.
type hitOut struct {
	No      string `json:"no"`
	Title   string `json:"title"`
	Snippet string `json:"snippet"`
	Unit    string `json:"unit,omitempty"`
}

func (a api) public(k *rest.Kit) {
	rest.Public(k, op(http.MethodGet, "/public/knowledge", "查公开的知识（无需登录）"), func(ctx context.Context, in *struct {
		rest.Paging
		Q string `query:"q" required:"true" minLength:"1" maxLength:"100"`
	}) (*rest.Body[rest.Page[hitOut]], error) {
		r, err := a.Knowledge.Search(citizen(ctx), knowledge.Search{Query: in.Q, After: in.After, Limit: min(in.Limit, 50)})
		if err != nil {
			return nil, err
		}
		list := r.Entries
		if len(list) == 0 {
			list = r.Near
		}
		out := make([]hitOut, len(list))
		for i, f := range list {
			out[i] = hitOut{f.No, f.Title, f.Snippet, f.UnitName}
		}
		return rest.List(out, r.Next), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/knowledge/{no}", "读一条公开的知识（无需登录）"), func(ctx context.Context, in *EntryIn) (*rest.Body[answerOut], error) {
		d, err := a.Knowledge.Find(citizen(ctx), in.No)
		if err != nil {
			return nil, err
		}
		c := d.Shown
		return rest.OK(answerOut{d.No, c.Title, c.Question, c.Answer, c.BasisNo, c.BasisLink, c.Applies, d.UnitName, c.ValidTo}), nil
	})
	ask := op(http.MethodPost, "/public/knowledge/{no}/corrections", "群众提出纠错（无需登录）")
	ask.DefaultStatus = http.StatusCreated
	rest.Public(k, ask, func(ctx context.Context, in *struct {
		EntryIn
		rest.IdempotencyKey
		Body askBody
	}) (*rest.Body[askedOut], error) {
		c, err := a.Knowledge.Correct(citizen(ctx), in.No, in.Body.Text, in.IdempotencyKey.IdempotencyKey)
		if err != nil {
			return nil, err
		}
		return rest.OK(askedOut{c.Code, c.Due}), nil
	})
	rest.Public(k, op(http.MethodPost, "/public/knowledge-corrections", "凭查询码看纠错的答复"), func(ctx context.Context, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"20" doc:"查询码"`
		}
	}) (*rest.Body[repliedOut], error) {
		c, err := a.Knowledge.CorrectionByCode(citizen(ctx), in.Body.Code)
		if err != nil {
			return nil, err
		}
		return rest.OK(repliedOut{c.Text, c.AskedAt, c.Due, !c.Open, c.Right, c.Answer}), nil
	})
}

// askedOut is what a citizen keeps of a correction request.
type askedOut struct {
	Code string        `json:"code" doc:"查询码"`
	Due  clock.Instant `json:"due" doc:"答复时限"`
}

// repliedOut is what became of it.
type repliedOut struct {
	Text     string        `json:"text"`
	AskedAt  clock.Instant `json:"asked_at"`
	Due      clock.Instant `json:"due"`
	Answered bool          `json:"answered"`
	Right    bool          `json:"right"`
	Answer   string        `json:"answer,omitempty"`
}
