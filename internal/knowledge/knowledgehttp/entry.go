package knowledgehttp

import (
	"context"
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// deed is one action on an entry as a form posts it.
type deed struct {
	slug   string
	action knowledge.Action
	perm   actor.Permission
	do     func(m *knowledge.Module, ctx context.Context, no string, version int64, f *web.Form) (knowledge.Entry, error)
	field  string // name of the text that comes with it
	label  string
	must   bool
	weight web.Weight
	asks   string
}

// deeds lists what can be done on the page of an entry.
var deeds = []deed{
	{slug: "send", action: knowledge.ActSend, perm: knowledge.PermWrite, field: "remark", label: "送审说明", weight: web.Primary, asks: "送审后在审核退回之前不能再修改。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			return m.Send(ctx, no, v, f.Text("remark"))
		}},
	{slug: "pass", action: knowledge.ActPassUnit, perm: knowledge.PermUnitReview, field: "remark", label: "审核意见", weight: web.Primary, asks: "单位审核通过后，由热线办复核。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			return m.PassUnit(ctx, no, v, f.Text("remark"))
		}},
	{slug: "publish", action: knowledge.ActPublish, perm: knowledge.PermPublish, field: "remark", label: "复核意见", weight: web.Primary, asks: "发布后立即可以查到和引用，原来的版本同时失效。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			return m.Publish(ctx, no, v, f.Text("remark"))
		}},
	{slug: "return", action: knowledge.ActReturn, perm: knowledge.PermRead, field: "reason", label: "退回意见", must: true, asks: "退回给采编人修改。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			return m.Return(ctx, no, v, f.Text("reason"))
		}},
	{slug: "confirm", action: knowledge.ActConfirm, perm: knowledge.PermRead, field: "valid_to", label: "有效期至", asks: "确认内容没有变化，继续有效。不填日期就是长期有效，一年后再提醒复核。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			day := f.Date("valid_to")
			if !f.OK() {
				return knowledge.Entry{}, knowledge.ErrInput
			}
			return m.Confirm(ctx, no, v, day, "")
		}},
	{slug: "drop", action: knowledge.ActDrop, perm: knowledge.PermWrite, field: "reason", label: "放弃的原因", must: true, asks: "放弃正在编写的内容，已发布的版本不变。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			return m.Drop(ctx, no, v, f.Text("reason"))
		}},
	{slug: "withdraw", action: knowledge.ActWithdraw, perm: knowledge.PermWithdraw, field: "reason", label: "下架原因", must: true, weight: web.Dangerous, asks: "下架后查不到，也不能再引用。",
		do: func(m *knowledge.Module, ctx context.Context, no string, v int64, f *web.Form) (knowledge.Entry, error) {
			return m.Withdraw(ctx, no, v, f.Text("reason"))
		}},
}

// entryView is the page of an entry.
type entryView struct {
	form    *web.Form
	d       knowledge.EntryDossier
	today   clock.Date
	now     clock.Instant
	edits   bool
	asks    bool
	key     string                // of the form for a mistake
	changes []knowledge.FieldDiff // of the version in work against the published one
}

// entry shows an entry with what can be done.
func (s desk) entry(c *web.Ctx) error {
	v, err := s.entryView(c)
	if err != nil {
		return err
	}
	return c.Render(entryPage(v))
}

func (s desk) entryView(c *web.Ctx) (entryView, error) {
	d, err := s.Knowledge.Find(c.Context(), c.Param("no"))
	v := entryView{d: d, today: c.Now().Date(), now: c.Now(), asks: c.Can(knowledge.PermAsk), key: rand.Text()}
	if err != nil {
		return v, err
	}
	for _, a := range d.Allowed {
		v.edits = v.edits || a == knowledge.ActEdit
	}
	if d.Work != nil && d.Published != nil {
		v.changes, err = s.differences(c.Context(), &d.Published.Content, &d.Work.Content)
	}
	return v, err
}

func (s desk) differences(ctx context.Context, was, is *knowledge.Content) ([]knowledge.FieldDiff, error) {
	names := map[string]string{}
	tree, err := s.Org.UnitTree(ctx)
	for _, u := range tree {
		names[u.ID] = u.Name
	}
	return knowledge.Differences(was, is, func(id string) string { return names[id] }), err
}

// perform does a deed and shows the entry again.
func (s desk) perform(d deed) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		e, err := d.do(s.Knowledge, c.Context(), c.Param("no"), f.Version(), f)
		if err == nil {
			c.Flash(web.Success, e.No+"："+d.action.Label()+"完成，现在是“"+e.Label(c.Now().Date())+"”。")
			return c.Redirect(entryPath(e.No))
		}
		if f.OK() && !f.Take(err) {
			return err
		}
		v, err := s.entryView(c)
		if err != nil {
			return err
		}
		v.form = f
		return c.Invalid(entryPage(v))
	}
}

// correct points out a mistake.
func (s desk) correct(c *web.Ctx) error {
	f := c.Form()
	made, err := s.Knowledge.Correct(c.Context(), c.Param("no"), f.Text("text"), f.Text("key"))
	if err == nil {
		c.Flash(web.Success, "纠错已提交，应在 "+web.MomentText(made.Due)+" 前答复。")
		return c.Redirect(entryPath(c.Param("no")))
	}
	if !f.Take(err) {
		return err
	}
	v, err := s.entryView(c)
	if err != nil {
		return err
	}
	v.form = f
	return c.Invalid(entryPage(v))
}

// deedsNow are the deeds that are allowed now.
func (v entryView) deedsNow() []deed {
	var out []deed
	for _, a := range v.d.Allowed {
		for _, d := range deeds {
			if d.action == a {
				out = append(out, d)
			}
		}
	}
	return out
}

// items are the particulars of a version.
func (v entryView) items(c *knowledge.Version) []web.Item {
	items := []web.Item{web.ItemText("主责单位", v.d.UnitName), web.ItemText("适用范围", c.Applies), web.ItemText("依据文号", c.BasisNo), {Label: "依据链接", Value: linkCell(c.BasisLink)},
		web.ItemText("有效期至", validText(c.ValidTo)), web.ItemText("公开级别", c.Level.Label()), web.ItemText("事项分类", c.Category), web.ItemText("关键词", c.Keywords)}
	if v.d.Live == knowledge.Published {
		items = append(items, web.ItemText("下次复核", web.DayText(v.d.ReviewDue)), web.ItemText("引用次数", strconv.FormatInt(v.d.Uses, 10)))
	}
	return items
}

// steps is the history of the entry.
func (v entryView) steps() []web.Step {
	var out []web.Step
	for _, e := range v.d.Events {
		out = append(out, web.Step{At: e.At, Who: e.ActorName, Title: e.Action.Label() + "（第 " + strconv.FormatInt(e.N, 10) + " 版）", Text: e.Text})
	}
	return out
}

// versionsView compares two versions.
type versionsView struct {
	d          knowledge.EntryDossier
	older      *knowledge.Version
	newer      *knowledge.Version
	changes    []knowledge.FieldDiff
	olderNames []web.Option
}

// versions shows every version, and what differs between two of them.
func (s desk) versions(c *web.Ctx) error {
	d, err := s.Knowledge.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	v := versionsView{d: d}
	pick := func(name string, fallback int) *knowledge.Version {
		n, _ := strconv.ParseInt(c.Query(name), 10, 64)
		if x := pickVersion(d.Versions, n, fallback); x != nil {
			return x
		}
		return pickVersion(d.Versions, 0, fallback)
	}
	v.newer, v.older = pick("to", 0), pick("from", 1)
	if v.older != nil && v.newer != nil {
		if v.changes, err = s.differences(c.Context(), &v.older.Content, &v.newer.Content); err != nil {
			return err
		}
	}
	return c.Render(versionsPage(v))
}

func (v versionsView) options() []web.Option {
	out := make([]web.Option, len(v.d.Versions))
	for i, x := range v.d.Versions {
		n := strconv.FormatInt(x.N, 10)
		out[i] = web.Option{Value: n, Label: "第 " + n + " 版（" + x.Label() + "，" + x.WrittenAt.Date().String() + "）"}
	}
	return out
}

func versionText(n int64) string { return strconv.FormatInt(n, 10) }

func versionsPath(no string, from, to int64) string {
	return entryPath(no) + "/versions?" + url.Values{"from": {versionText(from)}, "to": {versionText(to)}}.Encode()
}

// paragraphs splits a text for showing.
func paragraphs(s string) []string { return strings.Split(s, "\n") }
