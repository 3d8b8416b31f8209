package hotline

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Parameter (办理参数) is a centre's value of one of the Limits. Rows are superseded, never edited. A row that is not
// confirmed, or the absence of a row, shows 未确认 until an administrator confirms it with a document number.
type Parameter struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id,omitempty"`
	Revision int64  `db:"revision" json:"revision"`
	Name     string `db:"name" json:"name"`
	Value    int    `db:"value" json:"value"`
	Basis    string `db:"basis" json:"basis,omitempty"` // document and article
	// Categories are the codes that a scoped parameter holds for, with blanks between them; "" for all.
	Categories string        `db:"categories" json:"categories,omitempty"`
	Confirmed  bool          `db:"confirmed" json:"confirmed"`
	Current    bool          `db:"current" json:"-"`
	At         clock.Instant `db:"at" json:"at,omitzero"`
	By         string        `db:"by_user" json:"by,omitempty"`
}

// ParameterRow is a parameter as the page of parameters shows it. One that the centre has not touched has no id.
type ParameterRow struct {
	ParameterInfo
	Set     Parameter     `json:"set"`
	Default int           `json:"default"`
	ByName  string        `json:"by_name,omitempty"`
	EndedAt clock.Instant `json:"ended_at,omitzero"` // when the next revision superseded it
}

// Measure is the unit without brackets around it, for labels that put it into brackets.
func (p ParameterRow) Measure() string {
	return strings.TrimSuffix(strings.TrimPrefix(p.Unit, "（"), "）")
}

// Text is the value with its unit.
func (p ParameterRow) Text() string { return strconv.Itoa(p.Set.Value) + " " + p.Unit }

var parameterColumns = store.Columns[Parameter]("")

func loadParameters(tx *store.Tx, centre string) ([]Parameter, error) {
	return store.Select[Parameter](tx, "SELECT "+parameterColumns+" FROM hotline_parameter WHERE centre_id = $1 AND current", centre)
}

// ParameterTable gives the centre's parameters in force, in the order of the page, and the newest of those superseded.
func (m *Module) ParameterTable(ctx context.Context) (current, past []ParameterRow, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		now, err := loadParameters(tx, a.CentreID)
		if err != nil {
			return err
		}
		old, err := store.Select[Parameter](tx, "SELECT "+parameterColumns+" FROM hotline_parameter WHERE centre_id = $1 AND NOT current ORDER BY id DESC LIMIT $2", a.CentreID, policyHistory)
		if err != nil {
			return err
		}
		var who []string
		for _, p := range append(append([]Parameter{}, now...), old...) {
			who = append(who, p.By)
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, who)
		current, past = parameterRows(now, old, names)
		return err
	})
	return current, past, err
}

// parameterRows puts the rows in force in the order of the page, with the shipped value where a centre has none, and
// finds when each superseded one ended: at the next one of its name.
func parameterRows(now, old []Parameter, names map[string]string) (current, past []ParameterRow) {
	next := map[string]clock.Instant{}
	for _, info := range parameters {
		p := Parameter{Name: info.Name, Value: info.start}
		for _, set := range now {
			if set.Name == info.Name {
				p = set
				next[p.Name] = p.At
			}
		}
		current = append(current, ParameterRow{ParameterInfo: info, Set: p, Default: info.start, ByName: names[p.By]})
	}
	for _, p := range old {
		info, ok := infoOf(p.Name)
		if !ok {
			continue
		}
		past = append(past, ParameterRow{ParameterInfo: info, Set: p, Default: info.start, ByName: names[p.By], EndedAt: next[p.Name]})
		next[p.Name] = p.At
	}
	return current, past
}

// Limits gives the limits in force of the actor's centre, for pages that tell people what is allowed.
func (m *Module) Limits(ctx context.Context) (Limits, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Limits{}, err
	}
	var l Limits
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		l, err = m.LimitsTx(tx, a.CentreID)
		return err
	})
	return l, err
}

// Refusals of a parameter.
var (
	ErrParameter     = errs.New(errs.Invalid, "hotline.parameter", "参数填写不完整。")
	ErrParameterSame = errs.New(errs.Conflict, "hotline.parameter_same", "这个参数与现行的完全一样，没有保存。要修改请改动数值、依据或确认状态。")
	ErrParameterName = errs.New(errs.NotFound, "hotline.parameter_name", "没有这个办理参数。请返回列表重新选择。")
)

// ChangeParameter supersedes a parameter of the actor's centre. It refuses with hotline.parameter a value outside the
// bounds and a confirmation without a document, with hotline.parameter_same a change that changes nothing.
func (m *Module) ChangeParameter(ctx context.Context, p Parameter) error {
	a := actor.From(ctx)
	if err := a.Require(PermPolicy); err != nil {
		return err
	}
	info, ok := infoOf(p.Name)
	if !ok {
		return ErrParameterName
	}
	p.Basis = strings.TrimSpace(p.Basis)
	if err := info.validate(p); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.tidyCategories(tx, info, &p); err != nil {
			return err
		}
		r, err := readRules(tx, a.CentreID)
		if err != nil {
			return err
		}
		*info.field(&r.limits) = p.Value
		if err := r.limits.agree(); err != nil {
			return err
		}
		return m.setParameter(tx, info, p)
	})
}

// ConfirmParameter marks the value in force as confirmed by a document.
func (m *Module) ConfirmParameter(ctx context.Context, name, document string) error {
	if err := actor.From(ctx).Require(PermPolicy); err != nil {
		return err
	}
	info, ok := infoOf(name)
	if !ok {
		return ErrParameterName
	}
	if document = strings.TrimSpace(document); document == "" {
		return ErrParameter.Field("document", "请填写依据文件的文号和条款，例如 临市政办发〔2026〕12号 第八条。")
	}
	if len([]rune(document)) > maxShort {
		return ErrParameter.Field("document", "依据最多 %d 个字。", maxShort)
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, err := readRules(tx, actor.From(ctx).CentreID)
		if err != nil {
			return err
		}
		return m.setParameter(tx, info, Parameter{Name: name, Value: *info.field(&r.limits), Categories: r.categories(name), Basis: document, Confirmed: true})
	})
}

// tidyCategories puts the categories of a scoped parameter into their order, and refuses codes that are not in use.
func (m *Module) tidyCategories(tx *store.Tx, info ParameterInfo, p *Parameter) error {
	if p.Categories = strings.TrimSpace(p.Categories); p.Categories == "" {
		return nil
	}
	if !info.Scoped {
		return ErrParameter.Field("categories", "这个参数对全部事项分类有效，不能只对某些分类设置。")
	}
	known, err := store.Select[string](tx, "SELECT code FROM hotline_category WHERE centre_id = $1 AND active", actor.From(tx.Context()).CentreID)
	if err != nil {
		return err
	}
	codes := strings.FieldsFunc(p.Categories, func(r rune) bool { return strings.ContainsRune(" 　,，、;；\n\t", r) })
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for _, c := range codes {
		if !slices.Contains(known, c) {
			return ErrParameter.Field("categories", "没有代码为“%s”的启用的事项分类，请填分类代码，例如 1501。", firstRunes(c, 20))
		}
	}
	if p.Categories = strings.Join(codes, " "); len(p.Categories) > maxContent {
		return ErrParameter.Field("categories", "事项分类太多，请改填它们的上级分类。")
	}
	return nil
}

func (i ParameterInfo) validate(p Parameter) error {
	e := ErrParameter
	if p.Value < i.Min || p.Value > i.Max {
		e = e.Field("value", "%s应为 %d 至 %d（%s）。", i.Label, i.Min, i.Max, i.Unit)
	}
	if len([]rune(p.Basis)) > maxShort {
		e = e.Field("basis", "依据最多 %d 个字。", maxShort)
	}
	if p.Confirmed && p.Basis == "" {
		e = e.Field("basis", "确认参数须填写依据文件和条款。")
	}
	return e.OrNil()
}

// agree refuses limits that contradict each other.
func (l Limits) agree() error {
	e := ErrParameter
	if l.ArchiveDays < l.ReopenDays {
		e = e.Field("value", "归档等待（%d 天）不能少于重新打开的期限（%d 天）。", l.ArchiveDays, l.ReopenDays)
	}
	if l.CallbackDays > l.CallbackTries {
		e = e.Field("value", "回访天数（%d 天）不能多于回访次数（%d 次）。", l.CallbackDays, l.CallbackTries)
	}
	if l.SuspendTotalDays < l.SuspendDays {
		e = e.Field("value", "挂账合计（%d 天）不能少于一次挂账（%d 天）。", l.SuspendTotalDays, l.SuspendDays)
	}
	return e.OrNil()
}

func (m *Module) setParameter(tx *store.Tx, info ParameterInfo, p Parameter) error {
	a := actor.From(tx.Context())
	old, err := store.Select[Parameter](tx, "SELECT "+parameterColumns+" FROM hotline_parameter WHERE centre_id = $1 AND name = $2 AND current", a.CentreID, p.Name)
	if err != nil {
		return err
	}
	before := info.start
	if len(old) > 0 {
		before = old[0].Value
		if was := old[0]; was.Value == p.Value && was.Categories == p.Categories && was.Basis == p.Basis && was.Confirmed == p.Confirmed {
			return ErrParameterSame
		}
	} else if p.Value == info.start && !p.Confirmed && p.Basis == "" {
		return ErrParameterSame
	}
	if _, err := tx.Exec("UPDATE hotline_parameter SET current = FALSE WHERE centre_id = $1 AND name = $2 AND current", a.CentreID, p.Name); err != nil {
		return err
	}
	p.Revision, err = store.Get[int64](tx, "SELECT COALESCE(MAX(revision), 0) + 1 FROM hotline_parameter WHERE centre_id = $1", a.CentreID)
	if err != nil {
		return err
	}
	p.CentreID, p.ID, p.Current, p.At, p.By = a.CentreID, tx.NewID(), true, tx.Now(), a.UserID
	if err := store.Insert(tx, "hotline_parameter", p); err != nil {
		return err
	}
	if info.Name == shareParameter && p.Value != before {
		if err := drawSample(tx, p.Value); err != nil {
			return err
		}
	}
	if err := m.ladderChanged(tx, a.CentreID, info.Name); err != nil {
		return err
	}
	if err := rulesChanged(tx, a.CentreID); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActParameterChange), Permission: PermPolicy, Kind: "parameter", Object: p.ID,
		Detail: map[string]any{"name": p.Name, "value": p.Value, "before": before, "categories": p.Categories, "basis": p.Basis, "confirmed": p.Confirmed, "revision": strconv.FormatInt(p.Revision, 10)}})
}
