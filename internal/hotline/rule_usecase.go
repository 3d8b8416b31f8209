package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// RuleRow is a line of the dispatch catalogue as its page shows it.
type RuleRow struct {
	Rule
	Unit         string   `json:"unit_name"`
	HelperNames  []string `json:"helper_names,omitempty"`
	CategoryName string   `json:"category_name,omitempty"`
	InForce      bool     `json:"in_force"` // today
}

// RuleTable gives the whole dispatch catalogue (派单目录), by category and area.
func (m *Module) RuleTable(ctx context.Context) ([]RuleRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return nil, err
	}
	var out []RuleRow
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := RulesTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		names, err := CategoryNamesTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		var units []string
		for _, r := range list {
			units = append(append(units, r.UnitID), r.Helpers...)
		}
		places, err := m.org.UnitsTx(tx, a.CentreID, units)
		if err != nil {
			return err
		}
		out = make([]RuleRow, len(list))
		for i, r := range list {
			u := places[r.UnitID]
			out[i] = RuleRow{Rule: r, Unit: u.Name, CategoryName: names[r.Category], InForce: r.Covers(tx.Now().Date())}
			for _, h := range r.Helpers {
				out[i].HelperNames = append(out[i].HelperNames, places[h].Name)
			}
		}
		return nil
	})
	return out, err
}

func RulesTx(tx *store.Tx, centre string) ([]Rule, error) {
	return store.Select[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 ORDER BY category, area, valid_from, id", centre)
}

// ErrRuleMissing answers for a line of the catalogue that is not there.
var ErrRuleMissing = errs.New(errs.NotFound, "hotline.rule_missing", "没有这条派单目录，可能已被删除。请返回目录重新选择。")

// Rule gives one line of the catalogue.
func (m *Module) Rule(ctx context.Context, id string) (Rule, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return Rule{}, err
	}
	var found []Rule
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = store.Select[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		return err
	})
	if err == nil && len(found) == 0 {
		err = ErrRuleMissing
	}
	if err != nil {
		return Rule{}, err
	}
	return found[0], nil
}

// EndRule lets a line of the catalogue end today (停用); tickets that it sent stay where they are. A line that has not
// begun yet ends before it begins.
func (m *Module) EndRule(ctx context.Context, id string, version int64) error {
	r, err := m.Rule(ctx, id)
	if err != nil {
		return err
	}
	r.Version, r.To = version, m.clock.Now().Date()
	if r.From > r.To {
		r.From = r.To
	}
	_, err = m.SaveRule(ctx, r)
	return err
}

// RuleLine is one line of a file for the catalogue, as text.
type RuleLine struct {
	Line                                  int // in the file, the first being 1
	Category, Area, Unit, From, To, Basis string
	Helpers                               string // names, separated by 、
}

// What an imported line does to the catalogue.
const (
	RuleAdded   = "新增"
	RuleChanged = "修改"
	RuleSame    = "不变"
	RuleRefused = "拒绝"
)

// RuleImport is what a file does, or has done, to the catalogue.
type RuleImport struct {
	Rows                          []RuleImportRow
	Added, Changed, Same, Refused int
}

// RuleImportRow is one line of the file with what it does.
type RuleImportRow struct {
	RuleLine
	What   string // one of the Rule constants
	Reason string // of a refusal

	rule Rule
}

// maxRuleLines bounds a file for the catalogue.
const maxRuleLines = 5000

// PreviewRules says what a file would do to the catalogue, line by line, without doing it.
func (m *Module) PreviewRules(ctx context.Context, lines []RuleLine) (RuleImport, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRule); err != nil {
		return RuleImport{}, err
	}
	var out RuleImport
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.planRules(tx, a.CentreID, lines)
		return err
	})
	return out, err
}

// ImportRules puts a file's lines into the catalogue: lines of the same category, area, unit and first day are changed,
// others added. Lines that are refused are left out, and the answer names them.
func (m *Module) ImportRules(ctx context.Context, lines []RuleLine) (RuleImport, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRule); err != nil {
		return RuleImport{}, err
	}
	var out RuleImport
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if out, err = m.planRules(tx, a.CentreID, lines); err != nil {
			return err
		}
		for i := range out.Rows {
			r := &out.Rows[i]
			if r.What != RuleAdded && r.What != RuleChanged {
				continue
			}
			if err := m.putRule(tx, a.CentreID, &r.rule); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.rule_import", Permission: PermRule, Kind: "rule", Object: a.CentreID,
			Detail: map[string]any{"added": out.Added, "changed": out.Changed, "same": out.Same, "refused": out.Refused}})
	})
	return out, err
}

// rulePlan is what lines are checked against.
type rulePlan struct {
	units      map[string]org.Unit // by name, short name and code
	categories map[string]string
	rules      []Rule // in the catalogue, and added by earlier lines
	today      clock.Date
}

func (m *Module) planRules(tx *store.Tx, centre string, lines []RuleLine) (RuleImport, error) {
	var out RuleImport
	if len(lines) > maxRuleLines {
		return out, ErrInput.Field("file", "一次最多导入 %d 行，这个文件有 %d 行。请分几次导入。", maxRuleLines, len(lines))
	}
	p := rulePlan{units: map[string]org.Unit{}, today: tx.Now().Date()}
	var err error
	if p.categories, err = CategoryNamesTx(tx, centre); err != nil {
		return out, err
	}
	if p.rules, err = RulesTx(tx, centre); err != nil {
		return out, err
	}
	for _, l := range lines {
		r := RuleImportRow{RuleLine: l}
		for _, name := range append(splitNames(l.Helpers), l.Unit) {
			if err := m.findUnit(tx, centre, p.units, name); err != nil {
				return out, err
			}
		}
		r.What, r.Reason = p.check(&r)
		switch r.What {
		case RuleAdded:
			out.Added++
		case RuleChanged:
			out.Changed++
		case RuleSame:
			out.Same++
		default:
			out.Refused++
		}
		out.Rows = append(out.Rows, r)
	}
	return out, nil
}

// findUnit looks a unit up by name once.
func (m *Module) findUnit(tx *store.Tx, centre string, known map[string]org.Unit, name string) error {
	if _, ok := known[name]; ok || name == "" {
		return nil
	}
	u, err := m.org.UnitByNameTx(tx, centre, name)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	known[name] = u
	return nil
}

// check reads a line and finds what it does; a refused line says why.
func (p *rulePlan) check(r *RuleImportRow) (what, reason string) {
	l := r.RuleLine
	unit := p.units[l.Unit]
	n := Rule{Category: l.Category, Area: l.Area, UnitID: unit.ID, Basis: l.Basis, From: p.today, To: clock.NoDate}
	var err error
	if l.From != "" {
		if n.From, err = clock.ParseDate(l.From); err != nil {
			return RuleRefused, "生效日期“" + l.From + "”应写成 2026-05-14。"
		}
	}
	if l.To != "" {
		if n.To, err = clock.ParseDate(l.To); err != nil {
			return RuleRefused, "失效日期“" + l.To + "”应写成 2026-05-14。"
		}
	}
	switch {
	case n.Category == "":
		return RuleRefused, "没有写事项分类代码。"
	case len(p.categories) > 0 && p.categories[n.Category] == "":
		return RuleRefused, "没有事项分类“" + n.Category + "”。"
	case unit.ID == "":
		return RuleRefused, "没有叫“" + l.Unit + "”的单位。"
	case !unit.Active(p.today):
		return RuleRefused, "“" + l.Unit + "”已停用。"
	case !n.To.IsZero() && n.To < n.From:
		return RuleRefused, "失效日期早于生效日期。"
	case utf8.RuneCountInString(n.Basis) > maxShort:
		return RuleRefused, fmt.Sprintf("依据最多 %d 个字。", maxShort)
	}
	for _, name := range splitNames(l.Helpers) {
		h := p.units[name]
		switch {
		case h.ID == "" || !h.Active(p.today):
			return RuleRefused, "没有叫“" + name + "”的协办单位，或它已停用。"
		case h.ID == n.UnitID || slices.Contains(n.Helpers, h.ID):
			return RuleRefused, "协办单位“" + name + "”重复，或就是主办单位。"
		}
		n.Helpers = append(n.Helpers, h.ID)
	}
	return p.place(r, n)
}

// place finds the line of the catalogue that the new one continues, or contradicts.
func (p *rulePlan) place(r *RuleImportRow, n Rule) (what, reason string) {
	what = RuleAdded
	at := -1
	for i := range p.rules {
		old := &p.rules[i]
		if old.Category != n.Category || old.Area != n.Area {
			continue
		}
		if old.UnitID == n.UnitID && old.From == n.From {
			at = i
			continue
		}
		if overlap(old, &n) {
			return RuleRefused, fmt.Sprintf("同一分类和区域在 %s 起已有承办单位，有效期重叠。请先停用原来的一条。", old.From)
		}
	}
	if at >= 0 {
		old := p.rules[at]
		n.ID, n.Version, what = old.ID, old.Version, RuleChanged
		n.Automatic, n.LeastPercent = old.Automatic, old.LeastPercent // marked on the page of the line only
		if old.To == n.To && old.Basis == n.Basis && slices.Equal(old.Helpers, n.Helpers) {
			return RuleSame, ""
		}
		p.rules[at] = n
	} else {
		p.rules = append(p.rules, n)
	}
	r.rule = n
	return what, ""
}

func overlap(a, b *Rule) bool {
	return (a.To.IsZero() || b.From <= a.To) && (b.To.IsZero() || a.From <= b.To)
}

// Tidy trims a line's texts.
func (l *RuleLine) Tidy() {
	for _, s := range []*string{&l.Category, &l.Area, &l.Unit, &l.From, &l.To, &l.Basis, &l.Helpers} {
		*s = strings.TrimSpace(*s)
	}
}
