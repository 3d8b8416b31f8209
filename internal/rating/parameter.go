package rating

import (
	"context"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Parameters (评价参数) are the numbers of a centre's rules on ratings. None of them is law in a county: they are 未确认 until
// the centre confirms them with a document.
type Parameters struct {
	WindowDays    int64 // days after the end of a service in which it can be rated
	ChangeMinutes int64 // minutes in which a rater may change the rating
	ContactDays   int64 // working days to contact whoever rated badly under the own name
	FixDays       int64 // working days to correct
	Calls         int64 // attempts of a follow-up call before it counts as not reached
	Invite        int64 // 1 where who agreed to short messages is invited to rate by one
}

// ParameterInfo describes one parameter and between which values a centre may choose.
type ParameterInfo struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Unit  string `json:"unit"`
	Hint  string `json:"hint"`
	Min   int64  `json:"min"`
	Max   int64  `json:"max"`
	start int64
	field func(*Parameters) *int64
}

// ParameterInfos lists the parameters in the order of the page.
func ParameterInfos() []ParameterInfo {
	return []ParameterInfo{
		{"window_days", "评价期限", "天", "服务结束后几天内可以评价，最后一天 24:00 止", 1, 90, 15, func(p *Parameters) *int64 { return &p.WindowDays }},
		{"change_minutes", "更正评价", "分钟", "评价后几分钟内，评价人凭回执码可以更正；0 为不能更正。改前的评价留存", 0, 60, 10, func(p *Parameters) *int64 { return &p.ChangeMinutes }},
		{"contact_days", "联系核实", "个工作日", "实名差评几个工作日内联系评价人", 1, 5, 1, func(p *Parameters) *int64 { return &p.ContactDays }},
		{"fix_days", "整改期限", "个工作日", "差评几个工作日内整改完毕，从评价之日起算", 1, 30, 15, func(p *Parameters) *int64 { return &p.FixDays }},
		{"calls", "回访次数", "次", "联系不上时，试过几次才可以按无法回访办结", 1, 10, 3, func(p *Parameters) *int64 { return &p.Calls }},
		{"invite", "短信邀请评价", "（1 发，0 不发）", "办件答复后，给同意接收短信的人发一条带评价链接的短信，每件一条；要先接好短信网关、设置对外网址", 0, 1, 1, func(p *Parameters) *int64 { return &p.Invite }},
	}
}

// Parameter is a centre's value of one parameter. Rows are superseded, never edited.
type Parameter struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id,omitempty"`
	Name      string        `db:"name" json:"name"`
	Value     int64         `db:"value" json:"value"`
	Basis     string        `db:"basis" json:"basis,omitempty"` // document and article
	Confirmed bool          `db:"confirmed" json:"confirmed"`
	Current   bool          `db:"current" json:"-"`
	At        clock.Instant `db:"at" json:"at,omitzero"`
	By        string        `db:"by_user" json:"by,omitempty"`
}

// ParameterRow is a parameter as the page shows it.
type ParameterRow struct {
	ParameterInfo
	Set Parameter `json:"set"`
}

func storedParameters(tx *store.Tx, centre string) ([]Parameter, error) {
	return store.Select[Parameter](tx, "SELECT "+store.Columns[Parameter]("")+" FROM rating_parameter WHERE centre_id = $1 AND current", centre)
}

// loadParameters gives the numbers in force of a centre.
func loadParameters(tx *store.Tx, centre string) (Parameters, error) {
	var p Parameters
	stored, err := storedParameters(tx, centre)
	for _, info := range ParameterInfos() {
		*info.field(&p) = info.start
		for _, s := range stored {
			if s.Name == info.Name {
				*info.field(&p) = s.Value
			}
		}
	}
	return p, err
}

// ParameterTable gives the centre's parameters in force, in the order of the page.
func (m *Module) ParameterTable(ctx context.Context) ([]ParameterRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermParameter); err != nil {
		return nil, err
	}
	var out []ParameterRow
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		stored, err := storedParameters(tx, a.CentreID)
		for _, info := range ParameterInfos() {
			row := ParameterRow{info, Parameter{Name: info.Name, Value: info.start}}
			for _, s := range stored {
				if s.Name == info.Name {
					row.Set = s
				}
			}
			out = append(out, row)
		}
		return err
	})
	return out, err
}

// ChangeParameter supersedes a parameter of the actor's centre. What was offered and opened before keeps its numbers.
func (m *Module) ChangeParameter(ctx context.Context, p Parameter) error {
	a := actor.From(ctx)
	if err := a.Require(PermParameter); err != nil {
		return err
	}
	p.Basis = strings.TrimSpace(p.Basis)
	known := false
	for _, info := range ParameterInfos() {
		if info.Name != p.Name {
			continue
		}
		known = true
		if p.Value < info.Min || p.Value > info.Max {
			return ErrParameter.Field("value", "%s应为 %d 至 %d %s。", info.Label, info.Min, info.Max, info.Unit)
		}
	}
	switch {
	case !known:
		return ErrName
	case p.Confirmed && p.Basis == "":
		return ErrParameter.Field("basis", "确认参数须填写依据文件和条款。")
	case utf8.RuneCountInString(p.Basis) > 200:
		return ErrParameter.Field("basis", "依据最多 200 个字。")
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE rating_parameter SET current = $3 WHERE centre_id = $1 AND name = $2 AND current", a.CentreID, p.Name, false); err != nil {
			return err
		}
		p.CentreID, p.ID, p.Current, p.At, p.By = a.CentreID, tx.NewID(), true, tx.Now(), a.UserID
		if err := store.Insert(tx, "rating_parameter", p); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "rating.parameter", Permission: PermParameter, Kind: "rating_parameter", Object: p.ID, Detail: map[string]any{"name": p.Name, "value": p.Value, "confirmed": p.Confirmed}})
	})
}
