package assess

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// SchemeState is how far a revision of a scheme is.
type SchemeState string

// The states of a revision.
const (
	SchemeDraft   SchemeState = "draft"      // 草稿: may be edited
	SchemeInForce SchemeState = "in_force"   // 生效: may be applied, never edited
	SchemePast    SchemeState = "superseded" // 已被取代
)

// Label is the state's Chinese name.
func (s SchemeState) Label() string {
	return map[SchemeState]string{SchemeDraft: "草稿", SchemeInForce: "生效", SchemePast: "已被取代"}[s]
}

// Scheme (考核方案) is one revision of a way to assess units. One that no document is named for is marked 未确认.
type Scheme struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	Code      string        `db:"code" json:"code"`
	Revision  int64         `db:"revision" json:"revision"`
	Name      string        `db:"name" json:"name"`
	Text      string        `db:"definition" json:"-"`
	Hash      string        `db:"hash" json:"hash"`
	Basis     string        `db:"basis" json:"basis"`
	Confirmed bool          `db:"confirmed" json:"confirmed"`
	State     SchemeState   `db:"state" json:"state"`
	From      clock.Date    `db:"valid_from" json:"valid_from"`
	To        clock.Date    `db:"valid_to" json:"valid_to"` // first day on which it no longer holds
	At        clock.Instant `db:"at" json:"at"`
	By        string        `db:"by_user" json:"by,omitempty"`
	Version   int64         `db:"version" json:"version"`
	Def       Definition    `db:"-" json:"definition"`
}

// Refusals about schemes.
var (
	ErrSchemeMissing = errs.New(errs.NotFound, "assess.scheme_missing", "没有这个考核方案，或您无权查看。")
	ErrSchemeFixed   = errs.New(errs.Conflict, "assess.scheme_fixed", "这一版方案已经生效，不能修改。请另起一版草稿。")
	ErrNoScheme      = errs.New(errs.Conflict, "assess.no_scheme", "这个月没有生效的考核方案。请先让方案生效。")
)

var schemeColumns = store.Columns[Scheme]("")

const maxText = 200

// Seed gives a new centre the two schemes that are ready to use, unconfirmed.
func (m *Module) Seed(tx *store.Tx, centre string) error {
	n, err := store.Select[string](tx, "SELECT id FROM assess_scheme WHERE centre_id = $1 LIMIT 1", centre)
	if err != nil || len(n) > 0 {
		return err
	}
	for _, s := range ReadySchemes() {
		s.CentreID, s.ID, s.Revision, s.State, s.From, s.To, s.At, s.Version = centre, tx.NewID(), 1, SchemeInForce, clock.Day(2020, 1, 1), clock.NoDate, tx.Now(), 1
		if s.Text, err = s.Def.Text(); err != nil {
			return err
		}
		s.Hash = definitionHash(s.Text)
		if err := store.Insert(tx, "assess_scheme", s); err != nil {
			return err
		}
	}
	return audit.RecordIn(tx, centre, audit.Entry{Action: "assess.seed", Permission: PermSchemeChange, Kind: "scheme", Object: centre, Detail: map[string]any{"schemes": len(ReadySchemes())}})
}

// Schemes lists every revision of the centre's schemes, newest first within each code.
func (m *Module) Schemes(ctx context.Context) ([]Scheme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSchemeRead); err != nil {
		return nil, err
	}
	var out []Scheme
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Scheme](tx, "SELECT "+schemeColumns+" FROM assess_scheme WHERE centre_id = $1 ORDER BY code, revision DESC", a.CentreID)
		return err
	})
	for i := range out {
		if err == nil {
			out[i].Def, err = parseDefinition(out[i].Text)
		}
	}
	return out, err
}

// Scheme gives one revision.
func (m *Module) Scheme(ctx context.Context, id string) (Scheme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSchemeRead); err != nil {
		return Scheme{}, err
	}
	var s Scheme
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		s, err = schemeTx(tx, a.CentreID, id)
		return err
	})
	return s, err
}

func schemeTx(tx *store.Tx, centre, id string) (Scheme, error) {
	s, err := store.Get[Scheme](tx, "SELECT "+schemeColumns+" FROM assess_scheme WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return s, ErrSchemeMissing
	}
	if err == nil {
		s.Def, err = parseDefinition(s.Text)
	}
	return s, err
}

// SchemeInput is what a person says about a scheme.
type SchemeInput struct {
	Key     string     `json:"-"`            // Idempotency-Key of a new revision
	ID      string     `json:"id,omitempty"` // the draft that is changed; "" starts a new revision of Code
	Version int64      `json:"version,omitempty"`
	Code    string     `json:"code"`
	Name    string     `json:"name"`
	Basis   string     `json:"basis,omitempty"`
	Def     Definition `json:"definition"`
}

func (in *SchemeInput) check() error {
	e := ErrScheme
	in.Code, in.Name, in.Basis = strings.TrimSpace(in.Code), strings.TrimSpace(in.Name), strings.TrimSpace(in.Basis)
	if in.Code == "" || len(in.Code) > 40 || strings.Trim(in.Code, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		e = e.Field("code", "方案代码用小写字母、数字和短横，40 个以内。")
	}
	if in.Name == "" || utf8.RuneCountInString(in.Name) > maxText {
		e = e.Field("name", "请填写方案名称，%d 个字以内。", maxText)
	}
	if utf8.RuneCountInString(in.Basis) > maxText {
		e = e.Field("basis", "依据最多 %d 个字。", maxText)
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return in.Def.Check()
}

// SaveScheme keeps a draft: a new revision, or a change of one that is not in force yet.
func (m *Module) SaveScheme(ctx context.Context, in SchemeInput) (Scheme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSchemeChange); err != nil {
		return Scheme{}, err
	}
	if err := in.check(); err != nil {
		return Scheme{}, err
	}
	text, err := in.Def.Text()
	if err != nil {
		return Scheme{}, err
	}
	var s Scheme
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "assess.scheme_save", in, id)
		if err != nil || repeated {
			if repeated {
				s, err = schemeTx(tx, a.CentreID, prior)
			}
			return err
		}
		if s, err = draftTx(tx, a.CentreID, id, &in); err != nil {
			return err
		}
		fresh := s.Version == 0
		s.Name, s.Basis, s.Text, s.Hash, s.Def, s.At, s.By, s.Version = in.Name, in.Basis, text, definitionHash(text), in.Def, tx.Now(), a.UserID, s.Version+1
		if fresh {
			err = store.Insert(tx, "assess_scheme", s)
		} else {
			err = store.Update(tx, "assess_scheme", s, "centre_id", "id")
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "assess.scheme_save", Permission: PermSchemeChange, Kind: "scheme", Object: s.ID, Detail: map[string]any{"code": s.Code, "revision": s.Revision, "hash": s.Hash}})
	})
	return s, err
}

// draftTx loads the draft that is to be changed, or begins the next revision of a code.
func draftTx(tx *store.Tx, centre, id string, in *SchemeInput) (Scheme, error) {
	if in.ID == "" {
		last, err := store.Get[int64](tx, "SELECT COALESCE(MAX(revision), 0) FROM assess_scheme WHERE centre_id = $1 AND code = $2", centre, in.Code)
		return Scheme{CentreID: centre, ID: id, Code: in.Code, Revision: last + 1, State: SchemeDraft, From: clock.NoDate, To: clock.NoDate}, err
	}
	s, err := schemeTx(tx, centre, in.ID)
	switch {
	case err != nil:
		return s, err
	case s.State != SchemeDraft:
		return s, ErrSchemeFixed
	case in.Version != s.Version:
		return s, store.ErrStale.With("version", s.Version)
	}
	return s, nil
}

// ActivateScheme takes a draft into force from the first day of a month (生效); the revision before ends there.
func (m *Module) ActivateScheme(ctx context.Context, id string, version int64, from clock.Date) (Scheme, error) {
	return m.changeScheme(ctx, id, version, "activate", func(tx *store.Tx, s *Scheme) error {
		if s.State != SchemeDraft {
			return ErrSchemeFixed
		}
		if from.IsZero() || from.DayOfMonth() != 1 {
			return ErrScheme.Field("valid_from", "请选择生效的月份，从某月 1 日起生效。")
		}
		s.State, s.From, s.To = SchemeInForce, from, clock.NoDate
		_, err := tx.Exec(`UPDATE assess_scheme SET state = CASE WHEN valid_from >= $4 THEN 'superseded' ELSE state END, valid_to = $4, version = version + 1
			WHERE centre_id = $1 AND code = $2 AND id <> $3 AND state = 'in_force' AND (valid_to = '' OR valid_to > $4)`, s.CentreID, s.Code, s.ID, from)
		return err
	})
}

// ConfirmScheme ties a scheme to the document that it rests on, so that it is no longer marked 未确认.
func (m *Module) ConfirmScheme(ctx context.Context, id string, version int64, document string) (Scheme, error) {
	document = strings.TrimSpace(document)
	if document == "" || utf8.RuneCountInString(document) > maxText {
		return Scheme{}, ErrScheme.Field("basis", "请写明依据文件的文号和条款，%d 个字以内。", maxText)
	}
	return m.changeScheme(ctx, id, version, "confirm", func(_ *store.Tx, s *Scheme) error {
		s.Confirmed, s.Basis = true, document
		return nil
	})
}

func (m *Module) changeScheme(ctx context.Context, id string, version int64, action string, rule func(*store.Tx, *Scheme) error) (Scheme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSchemeChange); err != nil {
		return Scheme{}, err
	}
	var s Scheme
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if s, err = schemeTx(tx, a.CentreID, id); err != nil {
			return err
		}
		if version != s.Version {
			return store.ErrStale.With("version", s.Version)
		}
		if err := rule(tx, &s); err != nil {
			return err
		}
		s.Version, s.At, s.By = s.Version+1, tx.Now(), a.UserID
		if err := store.Update(tx, "assess_scheme", s, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "assess.scheme_" + action, Permission: PermSchemeChange, Kind: "scheme", Object: s.ID,
			Detail: map[string]any{"code": s.Code, "revision": s.Revision, "from": s.From, "basis": s.Basis}})
	})
	return s, err
}

// inForce finds the revision of a code that holds on the first day of a period.
func inForce(tx *store.Tx, centre, code string, p metric.Period) (Scheme, error) {
	s, err := store.Get[Scheme](tx, "SELECT "+schemeColumns+` FROM assess_scheme WHERE centre_id = $1 AND code = $2 AND state = 'in_force' AND valid_from <= $3 AND (valid_to = '' OR valid_to > $3)
		ORDER BY revision DESC LIMIT 1`, centre, code, p.From)
	if errors.Is(err, store.ErrNotFound) {
		return s, ErrNoScheme
	}
	if err == nil {
		s.Def, err = parseDefinition(s.Text)
	}
	return s, err
}

// Codes of the schemes that are ready to use.
const (
	CodeDefault  = "default"
	CodeByCounts = "by-counts"
)

// ReadySchemes are the two that a new centre has: one in the manner of the published schemes of several counties, and
// one with the coefficients of a formula that is in use elsewhere, computed without its truncation.
func ReadySchemes() []Scheme {
	item := func(code, name string, m figure.Measure, points, floor, full int64) Item {
		return Item{Code: code, Name: name, Metric: m, Weight: points * weightUnit, Shape: Linear, Floor: floor, Full: full, MinSample: 10, Small: GroupMedian}
	}
	each := func(code, name string, m figure.Measure, side Side, rate int64) Item {
		return Item{Code: code, Name: name, Metric: m, Shape: Each, Side: side, Rate: rate, Small: AsIs}
	}
	share := func(code, name string, m figure.Measure, weight int64) Item {
		return Item{Code: code, Name: name, Metric: m, Weight: weight, Shape: Linear, Floor: 0, Full: 10000, Small: AsIs}
	}
	return []Scheme{
		{Code: CodeDefault, Name: "热线办理月度考核（通用）", Basis: "参照多地公布的办法拟定的缺省方案", Def: Definition{
			Groups: []org.UnitGroup{org.GroupCounty, org.GroupTownship, org.GroupUtility, org.GroupVertical},
			Items: []Item{item("sign", "签收及时", figure.MeasureSigned, 10, 6000, 10000), item("ontime", "按时办结（到期）", figure.MeasureOnTime, 30, 6000, 10000),
				item("solved", "解决", figure.MeasureSolved, 20, 5000, 9500), item("satisfied", "满意", figure.MeasureSatisfied, 20, 6000, 9800),
				item("rework", "重办", figure.MeasureReworked, 5, 2000, 200), item("return", "不当退单", figure.MeasureUnfounded, 5, 5000, 0),
				item("knowledge", "知识库更新", figure.MeasureKnowledge, 10, 6000, 10000)},
			Bands: []Band{{"优秀", 9000}, {"良好", 8000}, {"合格", 6000}, {"不合格", 0}}, Cap: 10000, BonusCap: 500, DeductCap: 1000}},
		{Code: CodeByCounts, Name: "热线办理月度考核（按件计分）", Basis: "公开的一种县乡考核公式的系数，修正了其整数除法截断", Def: Definition{
			Groups: []org.UnitGroup{org.GroupCounty, org.GroupTownship},
			Items: []Item{each("done_ontime", "按时办结", figure.MeasureDone, SideNum, 25), each("done_late", "超时办结", figure.MeasureDone, SideRest, 15),
				each("both", "双满意", figure.MeasureBoth, SideNum, 250), each("either", "单满意", figure.MeasureEither, SideNum, 125),
				each("overdue", "超时未办结", figure.MeasureOverdue, SideNum, -500), each("unhappy", "不满意", figure.MeasureSatisfied, SideRest, -125),
				share("both_rate", "双满意率", figure.MeasureBoth, 175*weightUnit), share("either_rate", "单满意率", figure.MeasureEither, 125*weightUnit),
				share("ontime_rate", "按时办结率", figure.MeasureDone, 25*weightUnit/10), share("finished_rate", "办结率", figure.MeasureFinished, weightUnit)}}},
	}
}
