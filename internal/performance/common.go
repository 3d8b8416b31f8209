package performance

import (
	"context"
	_ "embed" // the list
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// commonText is the program's list of common indicators: level 1, 2, 3, operator, usual target, unit, usual evidence, and
// the fact that it can be bound to.
//
//go:embed common.csv
var commonText string

// Common (共性指标) is an indicator that many programmes have, with its unit, direction and usual evidence.
type Common struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id,omitempty"` // "" for one of the program's own
	Level1   string        `db:"level1" json:"level1"`
	Level2   string        `db:"level2" json:"level2"`
	Name     string        `db:"name" json:"name"`
	Op       score.Op      `db:"op" json:"op"`
	Target   string        `db:"target" json:"target"`
	Unit     string        `db:"unit" json:"unit,omitempty"`
	Evidence string        `db:"evidence" json:"evidence"`
	Source   string        `db:"source" json:"source,omitempty"`
	Fact     string        `db:"fact" json:"fact,omitempty"`
	At       clock.Instant `db:"at" json:"at,omitzero"`
	By       string        `db:"by_user" json:"by,omitempty"`
}

// ErrCommonTaken is a common indicator that is there already.
var ErrCommonTaken = errs.New(errs.Conflict, "performance.common_taken", "指标库里已有同名的指标，没有保存。")

// builtInCommons reads the program's list.
func builtInCommons() ([]Common, error) {
	rows, err := csv.NewReader(strings.NewReader(commonText)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Common
	for _, r := range rows[1:] {
		out = append(out, Common{Level1: r[0], Level2: r[1], Name: r[2], Op: score.Op(r[3]), Target: r[4], Unit: r[5], Evidence: r[6], Source: r[7], Fact: r[8]})
	}
	return out, nil
}

// Commons lists the common indicators (指标库): the program's, then the centre's own.
func (m *Module) Commons(ctx context.Context) ([]Common, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	out, err := builtInCommons()
	if err != nil {
		return nil, err
	}
	var own []Common
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		own, err = store.Select[Common](tx, "SELECT "+store.Columns[Common]("")+" FROM performance_common WHERE centre_id = $1 ORDER BY level1, level2, name LIMIT 1000", a.CentreID)
		return err
	})
	return append(out, own...), err
}

// AddCommon adds an indicator to the centre's part of the list.
func (m *Module) AddCommon(ctx context.Context, c Common) (Common, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTarget); err != nil {
		return c, err
	}
	trim(&c.Evidence)
	x := Indicator{Level1: c.Level1, Level2: c.Level2, Name: c.Name, Op: c.Op, Target: c.Target, Unit: c.Unit, Weight: score.Number(1), Source: c.Source, Fact: c.Fact}
	_, _, known := m.fact(c.Source, c.Fact)
	if err := x.check(known); err != nil {
		return c, err
	}
	if utf8.RuneCountInString(c.Evidence) > 100 {
		return c, ErrInput.Field("evidence", "100 个字以内。")
	}
	built, err := builtInCommons()
	if err != nil {
		return c, err
	}
	c.Level1, c.Level2, c.Name, c.Target, c.Unit = x.Level1, x.Level2, x.Name, x.Target, x.Unit
	if slices.ContainsFunc(built, func(b Common) bool { return b.Level1 == c.Level1 && b.Level2 == c.Level2 && b.Name == c.Name }) {
		return c, ErrCommonTaken
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		c.CentreID, c.ID, c.At, c.By = a.CentreID, tx.NewID(), tx.Now(), a.UserID
		if err := store.Insert(tx, "performance_common", c); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "performance.common_add", Permission: PermTarget, Kind: "common", Object: c.ID, Detail: map[string]any{"op": c.Op}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrCommonTaken
	}
	return c, err
}
