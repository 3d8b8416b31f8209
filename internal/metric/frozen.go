package metric

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Frozen (封存数值) is a figure as it was published: its integers with cohort, period, cutoff and rule version, and a hash
// over all of it. It is only ever added.
type Frozen struct {
	CentreID    string        `db:"centre_id" json:"-"`
	Owner       string        `db:"owner" json:"owner"` // what it was frozen for: a sheet, a report, a statement
	Metric      string        `db:"metric" json:"metric"`
	Subject     string        `db:"subject" json:"subject"`
	From        clock.Date    `db:"from_day" json:"from"`
	To          clock.Date    `db:"to_day" json:"to"`
	Form        Form          `db:"form" json:"form"`
	Unit        string        `db:"unit" json:"unit,omitempty"`
	Num         int64         `db:"num" json:"numerator"`
	Den         int64         `db:"den" json:"denominator"`
	Scale       int64         `db:"scale" json:"scale"`
	Excluded    int64         `db:"excluded" json:"excluded"`
	Provisional bool          `db:"provisional" json:"provisional"`
	Absent      string        `db:"absent" json:"absent,omitempty"`
	Cutoff      clock.Instant `db:"cutoff" json:"cutoff"`
	Rule        string        `db:"rule" json:"rule"` // version of the metric's definition
	Cohort      []byte        `db:"cohort" json:"cohort"`
	ComputedAt  clock.Instant `db:"computed_at" json:"computed_at"`
	Hash        []byte        `db:"hash" json:"hash"`
}

// Freeze binds a figure to the records that it counted and to the version of its rule.
func Freeze(f Figure, rule string, cohort []byte, at clock.Instant) Frozen {
	out := Frozen{Metric: f.Metric, Subject: f.Subject, From: f.Period.From, To: f.Period.To, Form: f.Form, Unit: f.Unit, Num: f.Num, Den: f.Den, Scale: max(f.Scale, 1),
		Excluded: f.Excluded, Provisional: f.Provisional, Absent: f.Absent, Cutoff: f.Cutoff, Rule: rule, Cohort: cohort, ComputedAt: at}
	out.Hash = out.sum()
	return out
}

// Figure gives the frozen figure back.
func (f *Frozen) Figure() Figure {
	return Figure{Metric: f.Metric, Subject: f.Subject, Form: f.Form, Unit: f.Unit, Ratio: Ratio{f.Num, f.Den}, Scale: f.Scale, Excluded: f.Excluded,
		Period: Period{f.From, f.To}, Cutoff: f.Cutoff, Provisional: f.Provisional, Absent: f.Absent}
}

// Intact reports whether the record is as it was frozen.
func (f *Frozen) Intact() bool { return bytes.Equal(f.Hash, f.sum()) }

// sum is SM3 over every field but the owner and the hash, each framed by its length.
func (f *Frozen) sum() []byte {
	h := sm3.New()
	frame := func(parts ...any) {
		for _, p := range parts {
			b := fmt.Append(nil, p)
			if raw, ok := p.([]byte); ok {
				b = raw
			}
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(b))))
			h.Write(b)
		}
	}
	frame(f.Metric, f.Subject, f.From, f.To, string(f.Form), f.Unit, f.Num, f.Den, f.Scale, f.Excluded, f.Provisional, f.Absent, int64(f.Cutoff), f.Rule, f.Cohort, int64(f.ComputedAt))
	return h.Sum(nil)
}

// Save adds frozen figures under an owner.
func Save(tx *store.Tx, centre, owner string, list []Frozen) error {
	for _, f := range list {
		f.CentreID, f.Owner = centre, owner
		if err := store.Insert(tx, "metric_frozen", f); err != nil {
			return err
		}
	}
	return nil
}

// Load gives the figures that were frozen under an owner, by metric and subject.
func Load(tx *store.Tx, centre, owner string) ([]Frozen, error) {
	return store.Select[Frozen](tx, "SELECT "+store.Columns[Frozen]("")+" FROM metric_frozen WHERE centre_id = $1 AND owner = $2 ORDER BY metric, subject, from_day, to_day", centre, owner)
}

// Difference is one place in which two sets of frozen figures do not agree.
type Difference struct {
	Metric  string `json:"metric"`
	Subject string `json:"subject"`
	What    string `json:"what"` // 缺失, 多出, 封存记录被改动, 数值, 记录
	Was     string `json:"was"`
	Is      string `json:"is"`
}

type place struct {
	metric, subject string
	period          Period
}

// Differ compares what was frozen with a recomputation and lists every place where they differ: a broken record, a
// value, or the same value from other records.
func Differ(was, is []Frozen) []Difference {
	var out []Difference
	now := map[place]Frozen{}
	for _, f := range is {
		now[place{f.Metric, f.Subject, Period{f.From, f.To}}] = f
	}
	for i := range was {
		w := &was[i]
		key := place{w.Metric, w.Subject, Period{w.From, w.To}}
		n, ok := now[key]
		delete(now, key)
		add := func(what, was, is string) {
			out = append(out, Difference{Metric: w.Metric, Subject: w.Subject, What: what, Was: was, Is: is})
		}
		if !w.Intact() {
			add("封存记录被改动", fmt.Sprintf("%x", w.Hash), fmt.Sprintf("%x", w.sum()))
		}
		switch {
		case !ok:
			add("缺失", sides(w), None)
		case w.Num != n.Num || w.Den != n.Den || w.Scale != n.Scale || w.Form != n.Form || w.Absent != n.Absent:
			add("数值", sides(w), sides(&n))
		case !bytes.Equal(w.Cohort, n.Cohort):
			add("记录", fmt.Sprintf("%x", w.Cohort), fmt.Sprintf("%x", n.Cohort))
		}
	}
	for i := range is {
		if n, left := now[place{is[i].Metric, is[i].Subject, Period{is[i].From, is[i].To}}]; left {
			out = append(out, Difference{Metric: n.Metric, Subject: n.Subject, What: "多出", Was: None, Is: sides(&n)})
		}
	}
	return out
}

func sides(f *Frozen) string {
	g := f.Figure()
	if f.Form == Count {
		return g.NumText()
	}
	return g.NumText() + "/" + g.DenText()
}
