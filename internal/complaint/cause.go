package complaint

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// Cause (成因) is why something could not be got done or was complained of, from a taxonomy that is data.
type Cause struct {
	CentreID string `db:"centre_id" json:"-"`
	Code     string `db:"code" json:"code"`
	Name     string `db:"name" json:"name"`
	Active   bool   `db:"active" json:"active"` // may be chosen; what was chosen earlier keeps it
	Version  int64  `db:"version" json:"version"`
}

// Causes is the taxonomy as the program has it; a centre changes and adds.
func Causes() []Cause {
	var out []Cause
	for _, c := range [][2]string{{"policy", "政策规定不明确或不一致"}, {"guide", "办事指南不准或没有公开"}, {"material", "材料要求超出清单"}, {"untold", "没有一次告知"}, {"shift", "推诿或首问不负责"},
		{"authority", "窗口授权不到位"}, {"crossed", "部门之间衔接不畅"}, {"system", "系统故障或不通"}, {"data", "数据没有共享"}, {"slow", "超过承诺时限"}, {"attitude", "服务态度"}, {"discipline", "脱岗或违反纪律"},
		{"history", "历史遗留问题"}, {"law", "法律法规不允许"}, {"reporter", "反映人材料或情况有误"}, {"other", "其他"}} {
		out = append(out, Cause{Code: c[0], Name: c[1], Active: true})
	}
	return out
}

// causes gives the taxonomy of a centre: the program's in its order, then what the centre added.
func causes(tx *store.Tx, centre string) ([]Cause, error) {
	changed, err := store.Select[Cause](tx, "SELECT "+store.Columns[Cause]("")+" FROM complaint_cause WHERE centre_id = $1 ORDER BY code", centre)
	out := Causes()
	for i := range out {
		out[i].CentreID = centre
	}
	for _, c := range changed {
		if i := slices.IndexFunc(out, func(o Cause) bool { return o.Code == c.Code }); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out, err
}

// mustCause refuses a cause that is not one, or is no longer used.
func mustCause(tx *store.Tx, centre, code string) error {
	list, err := causes(tx, centre)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(c Cause) bool { return c.Code == code && c.Active }) {
		return ErrInput.Field("cause", "请选择成因。")
	}
	return nil
}

// CauseList lists the taxonomy.
func (m *Module) CauseList(ctx context.Context) (out []Cause, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermCauses); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = causes(tx, a.CentreID)
		return err
	})
	return out, err
}

var causeCode = regexp.MustCompile(`^[a-z][a-z0-9_]{1,19}$`)

// CauseInput is a cause as it is to be.
type CauseInput struct {
	Name   string `json:"name" maxLength:"40" doc:"成因"`
	Active bool   `json:"active" doc:"可以选用"`
}

// SaveCause adds a cause, or changes one; one without a code gets one. None is deleted: what was attributed to it keeps its name.
func (m *Module) SaveCause(ctx context.Context, code string, version int64, in CauseInput) error {
	a := actor.From(ctx)
	if err := a.Require(PermTable); err != nil {
		return err
	}
	e := ErrInput
	if code == None || code != "" && !causeCode.MatchString(code) {
		e = e.Field("code", "代码用小写字母开头，2 至 20 个小写字母、数字或下划线。")
	}
	in.Name = strings.TrimSpace(in.Name)
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 40 {
		e = e.Field("name", "请填写成因的名称，最多 40 个字。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		list, err := causes(tx, a.CentreID)
		if err != nil {
			return err
		}
		if code == "" {
			code = "c" + strings.ToLower(tx.NewID())
		}
		c := Cause{CentreID: a.CentreID, Code: code}
		if i := slices.IndexFunc(list, func(o Cause) bool { return o.Code == code }); i >= 0 {
			c = list[i]
		}
		if c.Version != version {
			return ErrVersion.With("version", c.Version)
		}
		fresh := c.Version == 0
		c.Name, c.Active, c.Version = in.Name, in.Active, c.Version+1
		if fresh {
			err = store.Insert(tx, "complaint_cause", c)
		} else {
			err = store.Update(tx, "complaint_cause", c, "centre_id", "code")
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "complaint.cause", Permission: PermTable, Kind: "cause", Object: code, Detail: map[string]any{"name": c.Name, "active": c.Active}})
	})
}
