package honour

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// CriterionKind is where the points of a criterion come from.
type CriterionKind string

// The kinds of criterion.
const (
	Scored     CriterionKind = "score"  // 评分：政务监察股按考核结果打分
	StaffVote  CriterionKind = "staff"  // 职工投票
	PublicVote CriterionKind = "public" // 群众投票
)

// Label is the kind in Chinese.
func (k CriterionKind) Label() string {
	return map[CriterionKind]string{Scored: "评分", StaffVote: "职工投票", PublicVote: "群众投票"}[k]
}

// Criterion (评选项目) is one part of the total, worth Weight of 100.
type Criterion struct {
	Code   string        `json:"code" maxLength:"20" doc:"小写字母"`
	Name   string        `json:"name" maxLength:"30"`
	Kind   CriterionKind `json:"kind" enum:"score,staff,public" doc:"评分、职工投票或群众投票"`
	Weight int64         `json:"weight" minimum:"1" maximum:"100" doc:"权重，各项合计 100"`
}

// Disqualifier (否决项) is what bars a person from being a star.
type Disqualifier struct {
	Code string `json:"code" maxLength:"20" doc:"小写字母"`
	Name string `json:"name" maxLength:"60"`
}

// Rules (评选办法) are one version of how stars are chosen. A round keeps a copy of the version that it is held by.
type Rules struct {
	Revision      int64          `json:"revision"`
	Name          string         `json:"name" maxLength:"60"`
	Basis         string         `json:"basis" maxLength:"200" doc:"依据文件，没有正式文件的写明来源"`
	Criteria      []Criterion    `json:"criteria" maxItems:"12"`
	Disqualifiers []Disqualifier `json:"disqualifiers" maxItems:"20"`
	PublicityDays int            `json:"publicity_days" minimum:"1" maximum:"30" doc:"公示几个工作日"`
	At            clock.Instant  `json:"at,omitzero" readOnly:"true"`
}

// The codes of disqualifiers that other modules' records prove. A centre may take them out of its rules and add its own.
const (
	BarComplaint   = "complaint"
	BarRating      = "rating"
	BarSupervision = "supervision"
	BarAbsence     = "absence"
	BarMedia       = "media"
)

// DefaultRules are the rules of a centre that has not made its own: weights after the selection of 红旗窗口 in 阳东, what
// bars after rules of other halls (hall reference §1.4, R7 and R8).
func DefaultRules() Rules {
	return Rules{Name: "政务之星评选办法（内置）", Basis: "参照外地政务大厅评选办法的内置版本，请按本中心的正式办法修改", PublicityDays: 5,
		Criteria: []Criterion{{"window", "窗口考核", Scored, 30}, {"person", "人员考核", Scored, 30}, {"staff", "职工投票", StaffVote, 20}, {"public", "服务对象投票", PublicVote, 20}},
		Disqualifiers: []Disqualifier{{BarComplaint, "有属实的投诉"}, {BarRating, "有核实的差评"}, {BarSupervision, "受到监察红牌或通报"}, {BarAbsence, "有旷工"},
			{"quarrel", "与服务对象争吵"}, {BarMedia, "被媒体批评曝光"}, {"discipline", "受到纪律处分"}}}
}

// Criterion finds a criterion by its code.
func (r *Rules) Criterion(code string) (Criterion, bool) {
	i := slices.IndexFunc(r.Criteria, func(c Criterion) bool { return c.Code == code })
	if i < 0 {
		return Criterion{}, false
	}
	return r.Criteria[i], true
}

// Disqualifier finds what bars by its code.
func (r *Rules) Disqualifier(code string) (Disqualifier, bool) {
	i := slices.IndexFunc(r.Disqualifiers, func(d Disqualifier) bool { return d.Code == code })
	if i < 0 {
		return Disqualifier{}, false
	}
	return r.Disqualifiers[i], true
}

// has reports whether the rules ask for a kind of criterion.
func (r *Rules) has(k CriterionKind) bool {
	return slices.ContainsFunc(r.Criteria, func(c Criterion) bool { return c.Kind == k })
}

func word(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

func sized(s string, most int) bool { return s != "" && utf8.RuneCountInString(s) <= most }

// Validate says what is wrong with rules: weights that do not make 100, codes that occur twice.
func (r *Rules) Validate() error {
	e := ErrInput
	r.Name, r.Basis = strings.TrimSpace(r.Name), strings.TrimSpace(r.Basis)
	if !sized(r.Name, 60) {
		e = e.Field("name", "请填写办法名称，60 个字以内。")
	}
	if !sized(r.Basis, 200) {
		e = e.Field("basis", "请写明依据，200 个字以内。")
	}
	if r.PublicityDays < 1 || r.PublicityDays > 30 {
		e = e.Field("publicity_days", "公示期应为 1 到 30 个工作日。")
	}
	sum, seen := int64(0), map[string]bool{}
	for _, c := range r.Criteria {
		if !word(c.Code) || !sized(c.Name, 30) || c.Kind.Label() == "" || c.Weight < 1 || seen[c.Code] {
			e = e.Field("criteria", "评选项目“%s”有误：代码用小写字母且不重复，名称、来源、权重都要填。", c.Name)
		}
		seen[c.Code], sum = true, sum+c.Weight
	}
	if sum != 100 {
		e = e.Field("criteria", "各项权重合计应为 100，现在是 %d。", sum)
	}
	clear(seen)
	for _, d := range r.Disqualifiers {
		if !word(d.Code) || !sized(d.Name, 60) || seen[d.Code] {
			e = e.Field("disqualifiers", "否决项“%s”有误：代码用小写字母且不重复，名称要填。", d.Name)
		}
		seen[d.Code] = true
	}
	return e.OrNil()
}

type rulesRow struct {
	CentreID string        `db:"centre_id"`
	Revision int64         `db:"revision"`
	Body     string        `db:"body"`
	At       clock.Instant `db:"at"`
	ByUser   string        `db:"by_user"`
}

func (r rulesRow) rules() (out Rules, err error) {
	err = json.Unmarshal([]byte(r.Body), &out)
	out.Revision, out.At = r.Revision, r.At
	return out, err
}

// currentRules gives the newest rules of a centre, the built-in ones (revision 0) where it has none.
func currentRules(tx *store.Tx, centre string) (Rules, error) {
	r, err := store.Get[rulesRow](tx, "SELECT "+store.Columns[rulesRow]("")+" FROM honour_rules WHERE centre_id = $1 ORDER BY revision DESC LIMIT 1", centre)
	if errors.Is(err, store.ErrNotFound) {
		return DefaultRules(), nil
	}
	if err != nil {
		return Rules{}, err
	}
	return r.rules()
}

// Rules lists the versions of the rules, the one in force first; the built-in one is the last.
func (m *Module) Rules(ctx context.Context) ([]Rules, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Rules
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := store.Select[rulesRow](tx, "SELECT "+store.Columns[rulesRow]("")+" FROM honour_rules WHERE centre_id = $1 ORDER BY revision DESC", a.CentreID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			one, err := r.rules()
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return append(out, DefaultRules()), err
}

// SaveRules makes the next version of the rules; rounds that are under way keep theirs.
func (m *Module) SaveRules(ctx context.Context, r Rules) (Rules, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return Rules{}, err
	}
	if err := r.Validate(); err != nil {
		return Rules{}, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		now, err := currentRules(tx, a.CentreID)
		if err != nil {
			return err
		}
		r.Revision, r.At = now.Revision+1, tx.Now()
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := store.Insert(tx, "honour_rules", rulesRow{a.CentreID, r.Revision, string(body), r.At, a.UserID}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "honour.rules_save", Permission: PermManage, Kind: "honour_rules", Object: "rules", Detail: map[string]any{"revision": r.Revision}})
	})
	return r, err
}
