package hotlinehttp

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// bulkMost is how many tickets one press may be about.
const bulkMost = 100

// bulkDeed is an action that a desk does to several tickets at once (批量). Each ticket is a use case of its own, with its
// own transaction, event and audit line: one that is refused does not hold up the others.
type bulkDeed struct {
	slug, label string
	perm        actor.Permission
	key         string
	do          func(ctx context.Context, m *hotline.Module, cmd hotline.Command, remark string) (hotline.Ticket, error)
}

// bulkDeeds lists what can be done to several tickets at once.
var bulkDeeds = []bulkDeed{
	{"accept", "受理", hotline.PermAccept, "a", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, _ string) (hotline.Ticket, error) {
		return m.Accept(ctx, cmd, hotline.Classify{})
	}},
	{"dispatch", "按建议派单", hotline.PermDispatch, "d", dispatchSuggested},
	{"urge", "催办", hotline.PermUrge, "u", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, remark string) (hotline.Ticket, error) {
		return m.Urge(ctx, cmd, hotline.Urging{Remark: remark})
	}},
	{"sign", "签收", hotline.PermSign, "s", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, _ string) (hotline.Ticket, error) {
		return m.Sign(ctx, cmd)
	}},
	{"submit", "签批并提交", hotline.PermSignOff, "t", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, _ string) (hotline.Ticket, error) {
		return m.Submit(ctx, cmd, hotline.Reply{}) // as it was proposed
	}},
	{"approve", "审核通过", hotline.PermReview, "p", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, remark string) (hotline.Ticket, error) {
		return m.Approve(ctx, cmd, remark)
	}},
}

// dispatchSuggested sends a ticket to the unit that the catalogue or the history names first.
func dispatchSuggested(ctx context.Context, m *hotline.Module, cmd hotline.Command, remark string) (hotline.Ticket, error) {
	d, err := m.Find(ctx, string(cmd.TicketID))
	if err != nil {
		return hotline.Ticket{}, err
	}
	list, err := m.Suggest(ctx, d.Category, d.Area)
	if err != nil {
		return hotline.Ticket{}, err
	}
	if len(list) == 0 {
		return hotline.Ticket{}, errNoSuggestion
	}
	return m.Dispatch(ctx, cmd, hotline.DispatchInput{UnitID: list[0].UnitID, Remark: remark})
}

var (
	errNoSuggestion = errs.New(errs.Conflict, "hotline.no_suggestion", "派单目录里没有这个分类，近期也没有同类工单，没有建议单位。请打开工单选择承办单位。")
	errNothing      = errs.New(errs.Invalid, "hotline.bulk_nothing", "没有勾选工单。请返回列表，勾选后再操作。")
	errTooMany      = errs.New(errs.Invalid, "hotline.bulk_many", "一次最多处理 100 件。请减少勾选后再操作。")
)

// picked is one row that was picked: which ticket and leg, in the version that the list showed.
type picked struct {
	no  string
	cmd hotline.Command
}

// pickValue is what the checkbox of a row sends.
func pickValue(t *hotline.Ticket, leg hotline.LegID) string {
	return strings.Join([]string{t.No, string(t.ID), strconv.FormatInt(t.Version, 10), string(leg)}, "|")
}

func readPicked(value, key string) (picked, bool) {
	parts := strings.Split(value, "|")
	if len(parts) != 4 {
		return picked{}, false
	}
	version, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || version <= 0 || parts[1] == "" {
		return picked{}, false
	}
	return picked{parts[0], hotline.Command{TicketID: hotline.TicketID(parts[1]), LegID: hotline.LegID(parts[3]), Version: version, Key: subKey(key, parts[1]+parts[3])}}, true
}

// bulkResult is what became of one ticket.
type bulkResult struct {
	no   string
	text string
	ok   bool
}

// bulkView is the page with what became of each ticket.
type bulkView struct {
	deed    bulkDeed
	results []bulkResult
	done    int
	back    string
}

// bulk does a deed to every ticket that was picked, and says of each what became of it.
func (s desks) bulk(d bulkDeed) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		chosen := f.All(web.PickName)
		switch {
		case len(chosen) == 0:
			return errNothing
		case len(chosen) > bulkMost:
			return errTooMany
		}
		v := bulkView{deed: d, back: web.LocalPath(f.Text("back"), "/hotline")}
		for _, value := range chosen {
			p, ok := readPicked(value, f.Text("key"))
			if !ok {
				v.results = append(v.results, bulkResult{no: "—", text: "列表已经变化，这一件没有处理。请刷新列表后再试。"})
				continue
			}
			r := s.doOne(c, d, p, f.Text("remark"))
			if r.ok {
				v.done++
			}
			v.results = append(v.results, r)
		}
		return c.Render(bulkPage(v))
	}
}

func (s desks) doOne(c *web.Ctx, d bulkDeed, p picked, remark string) bulkResult {
	t, err := d.do(c.Context(), s.Hotline, p.cmd, remark)
	if err == nil {
		return bulkResult{no: t.No, ok: true, text: "现在是“" + t.State.Label() + "”"}
	}
	e := errs.As(err)
	if e.Kind == errs.Internal {
		c.Note(err)
	}
	text := e.Public
	if len(e.Fields) > 0 {
		text = e.Fields[0].Public
	}
	return bulkResult{no: p.no, text: text}
}

func (v bulkView) title() string {
	if v.done == len(v.results) {
		return fmt.Sprintf("批量%s：%d 件全部完成", v.deed.label, v.done)
	}
	return fmt.Sprintf("批量%s：完成 %d 件，%d 件没有办成", v.deed.label, v.done, len(v.results)-v.done)
}

// ordered puts what was not done first, because it needs somebody.
func (v bulkView) ordered() []bulkResult {
	var failed, done []bulkResult
	for _, r := range v.results {
		if r.ok {
			done = append(done, r)
		} else {
			failed = append(failed, r)
		}
	}
	return append(failed, done...)
}

// bulkBar offers the deeds with these slugs, of those that the reader may do; nil for none.
func bulkBar(may func(actor.Permission) bool, back, remark string, slugs ...string) *web.Bulk {
	b := &web.Bulk{ID: "bulk", Hidden: map[string]string{"key": newKey(), "back": back}, Remark: remark}
	for _, slug := range slugs {
		for _, d := range bulkDeeds {
			if d.slug == slug && may(d.perm) {
				b.Actions = append(b.Actions, web.BulkAction{Label: d.label + "（" + d.key + "）", Href: "/hotline/bulk/" + d.slug, Key: d.key, Primary: len(b.Actions) == 0})
			}
		}
	}
	if len(b.Actions) == 0 {
		return nil
	}
	return b
}
