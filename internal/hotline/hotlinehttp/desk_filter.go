package hotlinehttp

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// allStates is the value of "state" in the address of the list of everything.
const allStates = "all"

// readFilter reads a list's filters from its address; what cannot be read is noted in the form and not applied.
func readFilter(f *web.Form) hotline.Filter {
	out := hotline.Filter{UnitID: f.Text("unit"), Kind: f.Choice("kind", hotline.Kinds...), Channel: f.Choice("channel", hotline.Channels...),
		Urgency: f.Choice("urgency", hotline.Urgencies...), Category: codeOf(f.Text("category")), After: f.Text("after")}
	if s := hotline.State(f.Text("state")); isOpenState(s) {
		out.State = s
	}
	if d := f.Date("from"); !d.IsZero() {
		out.From = d.Start()
	}
	if d := f.Date("to"); !d.IsZero() {
		out.To = d.End()
	}
	return out
}

// lookups are the lists that filters and forms choose from, with the names of what is stored as a code.
type lookups struct {
	units      []org.Unit
	categories []hotline.Category
	areas      []org.Division
	today      clock.Date
}

// lookups loads the units that handle requests, the categories and the areas of the actor's centre.
func (s desks) lookups(c *web.Ctx) (lookups, error) {
	ctx := c.Context()
	l := lookups{today: c.Now().Date()}
	var err error
	if l.units, err = s.Org.UnitTree(ctx); err != nil {
		return l, err
	}
	if l.categories, err = s.Hotline.Categories(ctx); err != nil {
		return l, err
	}
	l.areas, err = s.areas(ctx, c.Actor().CentreID)
	return l, err
}

// areas lists the towns of the centre's division, and the division itself.
func (s desks) areas(ctx context.Context, centre string) ([]org.Division, error) {
	at, err := s.Org.Centre(ctx, centre)
	if err != nil {
		return nil, err
	}
	towns, err := s.Org.DivisionsUnder(ctx, at.Division)
	if err != nil || len(towns) == 0 {
		return nil, err
	}
	return append([]org.Division{{Code: at.Division, Name: "全域"}}, towns...), nil
}

// unitOptions are the units that requests can be sent to, by group.
func (l lookups) unitOptions() []web.Option {
	var out []web.Option
	for i := range l.units {
		u := &l.units[i]
		if u.Is(org.UnitHandling) && u.Active(l.today) {
			out = append(out, web.Option{Value: u.ID, Label: u.Name, Group: org.LabelOf(org.UnitGroups(), string(u.Group))})
		}
	}
	return out
}

func (l lookups) unitName(id string) string {
	if i := slices.IndexFunc(l.units, func(u org.Unit) bool { return u.ID == id }); i >= 0 {
		return l.units[i].Name
	}
	return id
}

// categoryName is the name of a category's code; what is not a code of the centre's stands for itself.
func (l lookups) categoryName(code string) string {
	if i := slices.IndexFunc(l.categories, func(c hotline.Category) bool { return c.Code == code }); i >= 0 {
		return l.categories[i].Name
	}
	return code
}

func (l lookups) areaName(code string) string {
	if i := slices.IndexFunc(l.areas, func(d org.Division) bool { return d.Code == code }); i >= 0 {
		return l.areas[i].Name
	}
	return code
}

// typeAhead are the entries of the lists that an input completes from: "0203 供水", so that both code and name find it.
func (l lookups) categoryList() []string {
	var out []string
	for _, c := range l.categories {
		if c.Active {
			out = append(out, withName(c.Code, c.Name))
		}
	}
	return out
}

func (l lookups) areaList() []string {
	var out []string
	for _, d := range l.areas {
		out = append(out, withName(d.Code, d.Name))
	}
	return out
}

// codeText shows a code as the type-ahead writes it.
func (l lookups) categoryText(code string) string { return withName(code, l.categoryName(code)) }
func (l lookups) areaText(code string) string     { return withName(code, l.areaName(code)) }

func withName(code, name string) string {
	if name == "" || name == code {
		return code
	}
	return code + " " + name
}

// codeOf takes the code out of what the type-ahead filled in.
func codeOf(typed string) string {
	code, _, _ := strings.Cut(typed, " ")
	return code
}

// readCategory reads a category that was typed: its code with or without the name, or the name alone.
func (l lookups) readCategory(f *web.Form) string {
	return pick(f, "category", "事项分类", len(l.categories), func(i int) (string, string) { return l.categories[i].Code, l.categories[i].Name })
}

// readArea reads an area as readCategory reads a category.
func (l lookups) readArea(f *web.Form) string {
	return pick(f, "area", "所属区域", len(l.areas), func(i int) (string, string) { return l.areas[i].Code, l.areas[i].Name })
}

// pick finds what was typed among n codes with names; a centre without a list takes what was typed.
func pick(f *web.Form, field, label string, n int, at func(int) (code, name string)) string {
	typed := f.Text(field)
	if typed == "" || n == 0 {
		return typed
	}
	first := codeOf(typed)
	for i := range n {
		if code, name := at(i); code == first || name == typed {
			return code
		}
	}
	f.Fail(field, "%s里没有“%s”，请从列表中选择。", label, typed)
	return ""
}

// activeFilters are the filters that are set, for the chips above the list.
func activeFilters(f hotline.Filter, l lookups) []web.ActiveFilter {
	var out []web.ActiveFilter
	add := func(label, value, name string) {
		if value != "" {
			out = append(out, web.ActiveFilter{Label: label + "：" + value, Names: []string{name}})
		}
	}
	if f.UnitID != "" {
		add("承办单位", l.unitName(f.UnitID), "unit")
	}
	add("类型", f.Kind, "kind")
	add("来源", f.Channel, "channel")
	add("紧急程度", f.Urgency, "urgency")
	if f.Category != "" {
		add("分类", l.categoryName(f.Category), "category")
	}
	if !f.From.IsZero() {
		add("登记不早于", f.From.Date().String(), "from")
	}
	if !f.To.IsZero() {
		add("登记不晚于", (f.To - 1).Date().String(), "to")
	}
	return out
}
