package figure

import (
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// partPending marks the records that are not settled yet among those of a measure.
const partPending metric.Part = "pending"

// tally is one sum of a subject: a part of a measure.
type tally struct {
	measure Measure
	part    metric.Part
}

// tallies are the sums of each subject; the subject of a whole is "".
type tallies map[string]map[tally]int64

func (t tallies) add(subject string, key tally, n int64) {
	if t[subject] == nil {
		t[subject] = map[tally]int64{}
	}
	t[subject][key] += n
}

// grouping is what the sums are kept apart by: an expression for each scan, "" for one sum of all.
type grouping func(scanName) string

// whole keeps nothing apart.
func whole(scanName) string { return "" }

// byUnit keeps the units apart. The expression keeps SQLite from reading a whole index by unit only because it is in the
// order of the groups.
func byUnit(n scanName) string { return scanBases[n].unit + " || ''" }

// counted is one column of a query: what it is for, and its condition and value in one arm.
type counted struct {
	key         tally
	cond, value string
}

// engine computes measures as things stand in one transaction. It is the only place where a figure of the hotline is
// counted: pages, export, API, reports and assessment all ask it.
type engine struct {
	tx     *store.Tx
	who    reader
	period metric.Period
	now    clock.Instant
	rated  string // condition on c.category
}

func newEngine(tx *store.Tx, who reader, p metric.Period) (*engine, error) {
	rated, err := ratedCondition(tx, who.centre)
	return &engine{tx: tx, who: who, period: p, now: tx.Now(), rated: rated}, err
}

// armKey is one arm of one scan.
type armKey struct {
	scan scanName
	arm  string
}

// columnsOf sorts the parts of measures by the arm that they are counted in, so that each arm is read once.
func columnsOf(list []*definition, pending bool) map[armKey][]counted {
	out := map[armKey][]counted{}
	put := func(m Measure, p metric.Part, s partRows) {
		for arm, cond := range s.when {
			k := armKey{s.scan, arm}
			out[k] = append(out[k], counted{tally{m, p}, cond, s.value})
		}
	}
	for _, d := range list {
		for _, p := range []metric.Part{metric.Numerator, metric.Denominator, metric.Excluded} {
			if s, ok := d.parts[p]; ok {
				put(d.code, p, s)
			}
		}
		if pending && d.pending != nil {
			put(d.code, partPending, *d.pending)
		}
	}
	return out
}

// count sums the parts of measures, kept apart by group, with one query for each arm of each scan.
func (e *engine) count(list []*definition, group grouping) (tallies, error) {
	out := tallies{}
	columns := columnsOf(list, true)
	for _, scan := range scanOrder {
		for _, at := range scan.arms(e.period, e.now) {
			what := columns[armKey{scan, at.name}]
			if len(what) == 0 {
				continue
			}
			if err := e.countArm(out, scan, at, what, group(scan)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

type sums struct {
	Subject string `db:"subject"`
	Sums    string `db:"sums"`
}

func (e *engine) countArm(out tallies, scan scanName, at arm, what []counted, group string) error {
	base := scanBases[scan]
	w := base.where(e.who, at)
	var cells []string
	for _, c := range what {
		cells = append(cells, "CAST(COALESCE(SUM(CASE WHEN "+e.fill(w, c.cond)+" THEN "+valueOf(c)+" ELSE 0 END), 0) AS TEXT)")
	}
	sql := "SELECT '' AS subject, " + strings.Join(cells, " || ',' || ") + " AS sums FROM " + base.from + w.SQL()
	if group != "" {
		sql = "SELECT " + group + " AS subject, " + strings.Join(cells, " || ',' || ") + " AS sums FROM " + base.from + w.SQL() + " GROUP BY " + group
	}
	list, err := store.Select[sums](e.tx, sql, w.Args...)
	if err != nil {
		return err
	}
	for _, row := range list {
		for i, text := range strings.Split(row.Sums, ",") {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return fmt.Errorf("sum %q of %s: %w", text, what[i].key.measure, err)
			}
			if n != 0 {
				out.add(row.Subject, what[i].key, n)
			}
		}
	}
	return nil
}

func valueOf(c counted) string {
	if c.value == "" {
		return "1"
	}
	return c.value
}

// fill puts the cutoff and the rated categories into a condition.
func (e *engine) fill(w *store.Where, cond string) string {
	cond = strings.ReplaceAll(cond, "@rated", e.rated)
	if strings.Contains(cond, "@now") {
		w.Args = append(w.Args, e.now)
		cond = strings.ReplaceAll(cond, "@now", "$"+strconv.Itoa(len(w.Args)))
	}
	return "(" + cond + ")"
}

// figure makes the figure of a measure from a subject's sums.
func (e *engine) figure(d *definition, subject string, n map[tally]int64) metric.Figure {
	f := metric.Figure{Metric: string(d.code), Subject: subject, Form: d.form, Unit: d.unit, Scale: d.scale, Period: e.period, Cutoff: e.now, Excluded: n[tally{d.code, metric.Excluded}]}
	f.Num, f.Den = n[tally{d.code, metric.Numerator}], n[tally{d.code, metric.Denominator}]
	f.Provisional = n[tally{d.code, partPending}] > 0
	return f
}

// scanOrder is the order in which the scans are read.
var scanOrder = []scanName{scanReceived, scanAccepted, scanClosed, scanDue, scanSign, scanSent, scanOpen, scanLate, scanAgain, scanCall, scanReturn}
