package hotline

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Category (事项分类) is one class of requests; codes grow by level, so that a parent's code is a prefix of its children's.
type Category struct {
	CentreID string `db:"centre_id" json:"-"`
	Code     string `db:"code" json:"code"`
	Name     string `db:"name" json:"name"`
	Parent   string `db:"parent" json:"parent,omitempty"`
	Active   bool   `db:"active" json:"active"`
	// Since is the version of the taxonomy that brought the code, RetiredIn the one that put it out of use, 0 while it is in.
	Since     int64 `db:"since" json:"since"`
	RetiredIn int64 `db:"retired_in" json:"retired_in,omitempty"`
}

// Categories lists a centre's categories by code.
func (m *Module) Categories(ctx context.Context) ([]Category, error) {
	var out []Category
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = CategoriesTx(tx, actor.From(ctx).CentreID)
		return err
	})
	return out, err
}

// PutCategoriesTx adds or renames categories, for seeding and import.
func PutCategoriesTx(tx *store.Tx, centre string, list []Category) error {
	for _, c := range list {
		if err := tx.Queue(`INSERT INTO hotline_category (centre_id, code, name, parent, active) VALUES ($1, $2, $3, $4, TRUE)
			ON CONFLICT (centre_id, code) DO UPDATE SET name = excluded.name, parent = excluded.parent, active = TRUE`, centre, c.Code, c.Name, c.Parent); err != nil {
			return err
		}
	}
	return nil
}

// Rule is one line of the dispatch catalogue (派单目录): requests of a category in an area go to a unit. An empty area
// means everywhere; a category stands for everything below it.
type Rule struct {
	CentreID string     `db:"centre_id" json:"-"`
	ID       string     `db:"id" json:"id"`
	Category string     `db:"category" json:"category"`
	Area     string     `db:"area" json:"area,omitempty"`
	UnitID   string     `db:"unit_id" json:"unit_id"`
	Helpers  UnitIDs    `db:"helpers" json:"helper_ids,omitempty"` // 协办单位
	From     clock.Date `db:"valid_from" json:"valid_from"`
	To       clock.Date `db:"valid_to" json:"valid_to,omitzero"` // inclusive; NoDate is open
	Basis    string     `db:"basis" json:"basis,omitempty"`
	// Automatic lines send a ticket when it is accepted (自动派单), where the model is sure of its category by LeastPercent.
	Automatic    bool  `db:"automatic" json:"automatic"`
	LeastPercent int64 `db:"least_percent" json:"least_percent,omitempty"` // 0 asks no model
	Version      int64 `db:"version" json:"version"`
	// Key is the idempotency key (幂等键) of a request that adds the line; "" for none.
	Key string `db:"-" json:"-"`
}

// Covers reports whether the rule holds on a day.
func (r *Rule) Covers(d clock.Date) bool { return r.From <= d && (r.To.IsZero() || d <= r.To) }

// Rules lists the catalogue.
func (m *Module) Rules(ctx context.Context) ([]Rule, error) {
	if err := actor.From(ctx).Require(PermRead); err != nil {
		return nil, err
	}
	var out []Rule
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 ORDER BY category, area, valid_from", actor.From(ctx).CentreID)
		return err
	})
	return out, err
}

// SaveRule adds a line to the catalogue, or changes the validity and basis of one (r.ID, r.Version). A repeated key gives
// the line of the first time.
func (m *Module) SaveRule(ctx context.Context, r Rule) (Rule, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRule); err != nil {
		return r, err
	}
	e := ErrInput
	r.Category, r.Area, r.Basis = strings.TrimSpace(r.Category), strings.TrimSpace(r.Area), strings.TrimSpace(r.Basis)
	if r.Category == "" {
		e = e.Field("category", "请选择事项分类。")
	}
	if r.From.IsZero() {
		e = e.Field("valid_from", "请填写生效日期。")
	}
	if !r.To.IsZero() && r.To < r.From {
		e = e.Field("valid_to", "失效日期不能早于生效日期。")
	}
	if r.LeastPercent < 0 || r.LeastPercent > 100 {
		e = e.Field("least_percent", "把握应为 0 至 100，0 为不看建议模型。")
	}
	if err := e.OrNil(); err != nil {
		return r, err
	}
	saved := r
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		saved = r // the closure may run again
		if _, err := m.org.UnitTx(tx, a.CentreID, r.UnitID); err != nil {
			if errs.KindOf(err) == errs.NotFound {
				return ErrInput.Field("unit_id", "没有这个承办单位。")
			}
			return err
		}
		if err := m.checkHelpers(tx, a.CentreID, &r); err != nil {
			return err
		}
		prior, repeated, err := once.ClaimContent(tx, r.Key, "hotline.rule_add", r, "")
		if err != nil {
			return err
		}
		if repeated {
			saved, err = store.Get[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
			return err
		}
		if err := m.putRule(tx, a.CentreID, &saved); err != nil {
			return err
		}
		return once.Name(tx, r.Key, saved.ID)
	})
	if err != nil {
		return r, err
	}
	return saved, nil
}

// staleRule refuses a change of a line that others have changed meanwhile, with the fields that differ.
func staleRule(tx *store.Tx, sent *Rule) error {
	e := ErrVersion.Say("这条目录刚被别人改过，您的修改没有保存。请核对后再保存。")
	now, err := store.Get[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 AND id = $2", sent.CentreID, sent.ID)
	if errors.Is(err, store.ErrNotFound) {
		return e
	}
	if err != nil {
		return err
	}
	e = e.With("version", now.Version)
	mine := *sent
	mine.Version = now.Version
	return e.With("differs", errs.Differs(now, mine))
}

func (m *Module) putRule(tx *store.Tx, centre string, r *Rule) error {
	r.CentreID = centre
	if r.ID == "" {
		r.ID, r.Version = tx.NewID(), 1
		if err := store.Insert(tx, "hotline_rule", *r); err != nil {
			return err
		}
	} else {
		err := store.Check(tx.Exec(`UPDATE hotline_rule SET category = $1, area = $2, unit_id = $3, valid_from = $4, valid_to = $5, basis = $6, helpers = $10, automatic = $11, least_percent = $12, version = version + 1
			WHERE centre_id = $7 AND id = $8 AND version = $9`, r.Category, r.Area, r.UnitID, r.From, r.To, r.Basis, centre, r.ID, r.Version, r.Helpers, r.Automatic, r.LeastPercent))
		if errors.Is(err, store.ErrStale) {
			return staleRule(tx, r)
		}
		if err != nil {
			return err
		}
		r.Version++
	}
	if err := catalogueChanged(tx, centre); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActRuleChange), Permission: PermRule, Kind: "rule", Object: r.ID,
		Detail: map[string]any{"category": r.Category, "area": r.Area, "unit": r.UnitID, "helpers": r.Helpers, "from": r.From, "to": r.To, "automatic": r.Automatic, "least_percent": r.LeastPercent}})
}

// Suggestion (建议承办单位) is a unit that the catalogue or history names for a ticket, with the reason.
type Suggestion struct {
	UnitID  string      `json:"unit_id"`
	Unit    string      `json:"unit"`
	Helpers []NamedUnit `json:"helpers,omitempty"` // 协办单位 that the catalogue names
	Why     string      `json:"why"`
	Count   int         `json:"count,omitempty"`
}

// Suggest names up to three units for a ticket of a category and area: first what the catalogue says today, then where
// the newest tickets of the category went.
func (m *Module) Suggest(ctx context.Context, category, area string) ([]Suggestion, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDispatch); err != nil {
		return nil, err
	}
	var out []Suggestion
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		rules, err := store.Select[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 ORDER BY id", a.CentreID)
		if err != nil {
			return err
		}
		moves, err := CategoryMovesTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		if r := BestRule(rules, moves.Now(category), area, tx.Now().Date()); r != nil {
			out = append(out, Suggestion{UnitID: r.UnitID, Helpers: r.helpers(), Why: strings.TrimSpace("派单目录：" + r.Category + " " + r.Area)})
		}
		past, err := pastUnits(tx, a.CentreID, category)
		if err != nil {
			return err
		}
		for _, p := range past {
			if len(out) < 3 && (len(out) == 0 || out[0].UnitID != p.UnitID) {
				out = append(out, p)
			}
		}
		return m.nameSuggestions(tx, a.CentreID, out)
	})
	return out, err
}

// bestRule picks the rule in force with the longest category, then the longest area.
func BestRule(rules []Rule, category, area string, on clock.Date) *Rule {
	var best *Rule
	for i := range rules {
		r := &rules[i]
		if category == "" || !strings.HasPrefix(category, r.Category) || !strings.HasPrefix(area, r.Area) || !r.Covers(on) {
			continue
		}
		if best == nil || len(r.Category) > len(best.Category) || len(r.Category) == len(best.Category) && len(r.Area) > len(best.Area) {
			best = r
		}
	}
	return best
}

// historyScan is how many of the newest dispatched tickets are looked at for where a category went.
const historyScan = 2000

func pastUnits(tx *store.Tx, centre, category string) ([]Suggestion, error) {
	if category == "" {
		return nil, nil
	}
	type past struct {
		Unit string `db:"unit_id"`
		N    int    `db:"n"`
	}
	list, err := store.Select[past](tx, `SELECT unit_id, COUNT(*) AS n FROM
		(SELECT unit_id, category FROM hotline_ticket WHERE centre_id = $1 AND unit_id <> '' ORDER BY id DESC LIMIT $2) newest
		WHERE category = $3 GROUP BY unit_id ORDER BY n DESC, unit_id LIMIT 3`, centre, historyScan, category)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, p := range list {
		out = append(out, Suggestion{UnitID: p.Unit, Why: "近期同类工单的承办单位", Count: p.N})
	}
	return out, nil
}

func (m *Module) nameSuggestions(tx *store.Tx, centre string, list []Suggestion) error {
	for i := range list {
		u, err := m.org.UnitTx(tx, centre, list[i].UnitID)
		if err != nil {
			return err
		}
		list[i].Unit = u.Name
		for k := range list[i].Helpers {
			h := &list[i].Helpers[k]
			if u, err = m.org.UnitTx(tx, centre, h.UnitID); err != nil {
				return err
			}
			h.Unit = u.Name
		}
	}
	return nil
}
