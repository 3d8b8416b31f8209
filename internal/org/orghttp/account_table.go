package orghttp

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// may reports whether whoever looks at a page holds p.
func may(ctx context.Context, p actor.Permission) bool { return actor.From(ctx).Can(p) }

func roleNames(codes []string) string {
	if len(codes) == 0 {
		return "还没有角色"
	}
	return org.RoleNames(codes)
}

func sessionTable(v accountView) web.Table {
	t := web.Table{ID: "sessions", Caption: "登录中的设备", Columns: []web.Column{{Label: "设备", Grow: true}, {Label: "网络地址", Minor: true}, {Label: "登录时间"}, {Label: "最近使用"}, {Label: ""}},
		Empty: web.Empty{Title: "没有登录中的设备"}}
	for _, s := range v.Sessions {
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Cells: []templ.Component{
			web.CellText(s.Device), web.CellText(s.IP), web.CellTime(s.CreatedAt), web.CellTime(s.SeenAt), endSessionButton(v, s)}})
	}
	return t
}

// options turns a list of choices into those of a field.
func options(list []org.Choice) []web.Option {
	out := make([]web.Option, len(list))
	for i, c := range list {
		out[i] = web.Option{Value: c.Value, Label: c.Label}
	}
	return out
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// siteOptions lists the open sites of the actor's centre, and the one that is chosen already.
func (h *handlers) siteOptions(ctx context.Context, chosen string) ([]web.Option, error) {
	var out []web.Option
	q := org.SiteQuery{Limit: 500}
	for {
		list, next, err := h.org.ListSites(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if s.Active || s.ID == chosen {
				out = append(out, web.Option{Value: s.ID, Label: s.Name, Group: org.LabelOf(org.SiteKinds(), string(s.Kind))})
			}
		}
		if q.After = next; next == "" {
			return out, nil
		}
	}
}

// unitOptions lists the units of the actor's centre as an indented tree; those for which leave is true are left out.
func (h *handlers) unitOptions(ctx context.Context, leave func(*org.Unit) bool) ([]web.Option, error) {
	tree, err := h.org.UnitTree(ctx)
	if err != nil {
		return nil, err
	}
	var out []web.Option
	for i := range tree {
		if u := &tree[i]; leave == nil || !leave(u) {
			out = append(out, web.Option{Value: u.ID, Label: indent(u) + u.Name})
		}
	}
	return out, nil
}

func indent(u *org.Unit) string { return strings.Repeat("　", strings.Count(u.Path, "/")-1) }
