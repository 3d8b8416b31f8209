package hotlinehttp

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// gaps are the pages of what the knowledge base lacks: it takes the hotline's tickets to know.
type gaps struct{ Deps }

// gapDays is how far back the page of gaps looks unless it is told otherwise.
const gapDays = 90

// gapView is the page of gaps.
type gapView struct {
	form   *web.Form
	days   int
	misses []knowledge.Miss
	gaps   []hotline.KnowledgeGap
	leads  []hotline.KnowledgeLead
	next   string
	writes bool
}

// registerKnowledge adds the pages of gaps; package knowledgehttp has their line in the navigation.
func registerKnowledge(kit *web.Kit, d Deps) {
	g := gaps{d}
	kit.Page("GET /knowledge/gaps", knowledge.PermGaps, g.show)
	kit.Page("POST /knowledge/gaps/{id}/skip", knowledge.PermWrite, g.skip)
	kit.Page("GET /knowledge/gaps/{id}/write", knowledge.PermWrite, g.write)
}

// show lists what was looked for in vain, categories without entries, and consultations of which entries could be made.
func (s gaps) show(c *web.Ctx) error {
	v := gapView{form: c.Form(), days: gapDays, writes: c.Can(knowledge.PermWrite)}
	if n := int(v.form.Int("days")); n > 0 && n <= 366 {
		v.days = n
	}
	since := c.Now().Date() - clock.Date(v.days)
	var err error
	if v.misses, err = s.Knowledge.Misses(c.Context(), since); err != nil {
		return err
	}
	if v.gaps, err = s.Hotline.KnowledgeGaps(c.Context(), since); err != nil {
		return err
	}
	if v.leads, v.next, err = s.Hotline.KnowledgeLeads(c.Context(), c.Query("after"), 20); err != nil {
		return err
	}
	return c.Render(gapsPage(v))
}

// skip says that a consultation needs no entry.
func (s gaps) skip(c *web.Ctx) error {
	if err := s.Hotline.SkipLead(c.Context(), c.Param("id")); err != nil {
		return err
	}
	c.Flash(web.Info, "已标记为不需要建条目。")
	return c.Redirect("/knowledge/gaps")
}

// write opens the form of a new entry with what the consultation said and was answered.
func (s gaps) write(c *web.Ctx) error {
	l, err := s.Hotline.KnowledgeLead(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	q := url.Values{"title": {cut(l.Title, 100)}, "question": {cut(l.Content, 500)}, "answer": {cut(l.Reply, 1500)}, "category": {l.Category}, "source": {string(l.ID)}}
	if l.UnitID != "" {
		q.Set("unit", l.UnitID)
	}
	return c.Redirect("/knowledge/new?" + q.Encode())
}

func cut(s string, n int) string {
	if rs := []rune(s); len(rs) > n {
		return string(rs[:n])
	}
	return s
}

func (v gapView) missTable() web.Table {
	t := web.Table{ID: "misses", Caption: "查无条目", Columns: []web.Column{{Label: "查的词", Grow: true}, {Label: "次数", Number: true}, {Label: "最近一次", Minor: true}}, Empty: web.Empty{Title: "没有反复查不到的词"}}
	for _, m := range v.misses {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(m.Words), web.CellNumber(m.N), web.CellDate(m.Last)}})
	}
	return t
}

func (v gapView) categoryTable() web.Table {
	t := web.Table{ID: "categories", Caption: "咨询多而条目少的分类", Columns: []web.Column{{Label: "事项分类", Grow: true}, {Label: "咨询", Number: true}, {Label: "现行条目", Number: true}, {Label: ""}}, Empty: web.Empty{Title: "期间没有集中的咨询"}}
	for _, g := range v.gaps {
		name := g.Category + " " + g.Name
		if g.Category == "" {
			name = "没有分类"
		}
		state := web.CellText("")
		if g.Entries == 0 {
			state = web.StateBadge(web.Warning, "问了 "+strconv.FormatInt(g.Asked, 10)+" 次，没有条目")
		}
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(name), web.CellNumber(g.Asked), web.CellNumber(g.Entries), state}})
	}
	return t
}

func spans() []web.Option {
	return []web.Option{{Value: "30", Label: "近 30 天"}, {Value: "90", Label: "近 90 天"}, {Value: "365", Label: "近一年"}}
}
