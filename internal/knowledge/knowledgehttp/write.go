package knowledgehttp

import (
	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// writeView is the form of an entry.
type writeView struct {
	form       *web.Form
	no         string // "" for a new one
	version    int64
	c          knowledge.Content
	stored     *knowledge.Content // what a change starts from; nil for a new entry
	source     string
	office     bool // may write for the hotline office itself
	units      []web.Option
	categories []web.Option
	near       []knowledge.Suggested
}

func (s desk) writeView(c *web.Ctx) (writeView, error) {
	v := writeView{c: knowledge.Content{Level: knowledge.Public, ValidTo: clock.NoDate}, office: c.Actor().Scope(knowledge.PermWrite) >= actor.Centre}
	if !v.office {
		v.c.UnitID = c.Actor().UnitID
	}
	return v, s.choices(c, &v.units, &v.categories)
}

// newEntry shows the form, filled with what a consultation said where one is named.
func (s desk) newEntry(c *web.Ctx) error {
	v, err := s.writeView(c)
	if err != nil {
		return err
	}
	v.c.Title, v.c.Question, v.c.Answer, v.c.Category, v.source = c.Query("title"), c.Query("question"), c.Query("answer"), c.Query("category"), c.Query("source")
	if unit := c.Query("unit"); unit != "" && v.office {
		v.c.UnitID = unit
	}
	if v.c.Title != "" {
		if v.near, err = s.Knowledge.Suggest(c.Context(), v.c.Title+v.c.Question, 5); err != nil {
			return err
		}
	}
	return c.Render(writePage(v))
}

func contentOf(f *web.Form) knowledge.WriteInput {
	return knowledge.WriteInput{Remark: f.Text("remark"), Source: f.Text("source"), Content: knowledge.Content{Title: f.Text("title"), Question: f.Text("question"), Answer: f.Text("answer"),
		BasisNo: f.Text("basis_no"), BasisLink: f.Text("basis_link"), Applies: f.Text("applies"), UnitID: f.Text("unit_id"), ValidTo: f.Date("valid_to"), Category: f.Text("category"),
		Keywords: f.Text("keywords"), Level: knowledge.Level(f.Text("level"))}}
}

func (s desk) createEntry(c *web.Ctx) error {
	f := c.Form()
	in := contentOf(f)
	if f.OK() {
		e, err := s.Knowledge.Write(c.Context(), in)
		if err == nil {
			c.FlashSaved("已保存为草稿 "+e.No+"，核对后请送审。", "knowledge-new")
			return c.Redirect(entryPath(e.No))
		}
		if !f.Take(err) {
			return err
		}
	}
	v, err := s.writeView(c)
	if err != nil {
		return err
	}
	v.form, v.c, v.source = f, in.Content, in.Source
	return c.Invalid(writePage(v))
}

// editEntry shows the version in work, or the one in force as the beginning of a new one.
func (s desk) editEntry(c *web.Ctx) error {
	v, err := s.editView(c)
	if err != nil {
		return err
	}
	return c.Render(writePage(v))
}

func (s desk) editView(c *web.Ctx) (writeView, error) {
	d, err := s.Knowledge.Find(c.Context(), c.Param("no"))
	if err != nil {
		return writeView{}, err
	}
	v, err := s.writeView(c)
	v.no, v.version, v.c = d.No, d.Entry.Version, d.Shown.Content
	if d.Work != nil {
		v.c = d.Work.Content
	}
	stored := v.c
	v.stored = &stored
	return v, err
}

func (s desk) changeEntry(c *web.Ctx) error {
	f := c.Form()
	in := contentOf(f)
	if f.OK() {
		e, err := s.Knowledge.Edit(c.Context(), c.Param("no"), f.Version(), in)
		if err == nil {
			c.FlashSaved("已保存，核对后请送审。已发布的版本在新版本发布前不变。", "knowledge-"+e.No)
			return c.Redirect(entryPath(e.No))
		}
		if !f.Take(err) {
			return err
		}
	}
	v, err := s.editView(c)
	if err != nil {
		return err
	}
	v.form, v.c = f, in.Content
	return c.Invalid(writePage(v))
}

// fields are those of the form as they are stored.
func (v writeView) fields() []web.Stored {
	if v.stored == nil {
		return nil
	}
	s := v.stored
	return []web.Stored{{Name: "title", Label: "标题", Value: s.Title}, {Name: "question", Label: "问", Value: s.Question}, {Name: "answer", Label: "答", Value: s.Answer},
		{Name: "basis_no", Label: "依据文号", Value: s.BasisNo}, {Name: "basis_link", Label: "依据链接", Value: s.BasisLink}, {Name: "applies", Label: "适用范围", Value: s.Applies},
		{Name: "unit_id", Label: "主责单位", Value: s.UnitID, Show: web.ShowOption(v.units)}, {Name: "valid_to", Label: "有效期至", Value: s.ValidTo.String()},
		{Name: "category", Label: "事项分类", Value: s.Category, Show: web.ShowOption(v.categories)}, {Name: "keywords", Label: "关键词和同义词", Value: s.Keywords},
		{Name: "level", Label: "公开级别", Value: string(s.Level), Show: web.ShowOption(levelOptions())}}
}

func (v writeView) title() string {
	if v.no == "" {
		return "采编知识条目"
	}
	return "修改 " + v.no
}

func (v writeView) action() string {
	if v.no == "" {
		return "/knowledge/new"
	}
	return entryPath(v.no) + "/edit"
}

func (v writeView) cancel() string {
	if v.no == "" {
		return "/knowledge"
	}
	return entryPath(v.no)
}

func (v writeView) draft() string {
	if v.no == "" {
		return "knowledge-new"
	}
	return "knowledge-" + v.no
}

func levelOptions() []web.Option {
	hints := map[knowledge.Level]string{knowledge.Public: "群众可以在网上查到", knowledge.Internal: "热线和各单位可以查到", knowledge.Office: "只有热线工作人员可以查到"}
	out := make([]web.Option, len(knowledge.Levels))
	for i, l := range knowledge.Levels {
		out[i] = web.Option{Value: string(l), Label: l.Label(), Hint: hints[l]}
	}
	return out
}
