package supervision

import (
	"encoding/hex"
	"encoding/json"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// GazetteID is the id of one revision of a gazette.
type GazetteID string

// Gazette (监察公报) is the results of supervision of a month or quarter as they were published: the numbers of every unit, frozen
// with the alerts that they counted. What happens to those alerts later changes nothing in it. A correction is a further
// revision that says why; every revision stays readable for everybody. It names units, never people or cases.
type Gazette struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       GazetteID     `db:"id" json:"id"`
	From     clock.Date    `db:"from_day" json:"from"`
	To       clock.Date    `db:"to_day" json:"to"` // the day after the last
	Revision int64         `db:"revision" json:"revision"`
	Rules    int64         `db:"rule_revision" json:"rule_revision"`
	Reason   string        `db:"reason" json:"reason,omitempty"` // of a correction
	Hash     string        `db:"hash" json:"hash"`               // SM3 over all its numbers and the alerts behind them
	By       string        `db:"published_by" json:"published_by,omitempty"`
	At       clock.Instant `db:"published_at" json:"published_at"`
	ByName   string        `db:"-" json:"published_by_name,omitempty"`
	Lines    []GazetteLine `db:"-" json:"units,omitempty"`
}

var gazetteColumns = store.Columns[Gazette]("")

// Period is the month or quarter that it is about.
func (g *Gazette) Period() metric.Period { return metric.Period{From: g.From, To: g.To} }

// Corrects is which correction the revision is; "首次公布" for the first.
func (g *Gazette) Corrects() string {
	if g.Revision == 1 {
		return "首次公布"
	}
	return "第 " + itoa(g.Revision-1) + " 次更正"
}

// GazetteLine (公报行) is the numbers of one unit.
type GazetteLine struct {
	CentreID   string    `db:"centre_id" json:"-"`
	GazetteID  GazetteID `db:"gazette_id" json:"-"`
	Pos        int64     `db:"pos" json:"pos"`
	UnitID     string    `db:"unit_id" json:"unit_id"`
	Unit       string    `db:"unit_name" json:"unit_name"`
	Ended      int64     `db:"ended" json:"ended"`
	Reminders  int64     `db:"reminders" json:"reminders"`
	Yellows    int64     `db:"yellows" json:"yellows"`
	Reds       int64     `db:"reds" json:"reds"`
	Lifted     int64     `db:"lifted" json:"lifted"`
	Unanswered int64     `db:"unanswered" json:"unanswered"`
	Checked    int64     `db:"checked" json:"checked"`
	Passed     int64     `db:"passed" json:"passed"`
	Grade      string    `db:"grade" json:"grade"`
}

// Cards is 红黄牌率 of the unit.
func (l *GazetteLine) Cards() metric.Ratio {
	return metric.Ratio{Num: l.Yellows + l.Reds, Den: l.Ended}
}

// Audited is 抽查合格率 of the unit.
func (l *GazetteLine) Audited() metric.Ratio { return metric.Ratio{Num: l.Passed, Den: l.Checked} }

// Total sums the lines (I6).
func (g *Gazette) Total() GazetteLine {
	t := GazetteLine{Unit: "合计", Grade: metric.None}
	for _, l := range g.Lines {
		t.Ended, t.Reminders, t.Yellows, t.Reds, t.Lifted = t.Ended+l.Ended, t.Reminders+l.Reminders, t.Yellows+l.Yellows, t.Reds+l.Reds, t.Lifted+l.Lifted
		t.Unanswered, t.Checked, t.Passed = t.Unanswered+l.Unanswered, t.Checked+l.Checked, t.Passed+l.Passed
	}
	return t
}

// GazetteAlert (公报所计预警) is an alert that a gazette counted. Counted is the column: remind, yellow, red or lifted.
type GazetteAlert struct {
	CentreID   string    `db:"centre_id" json:"-"`
	GazetteID  GazetteID `db:"gazette_id" json:"-"`
	AlertID    AlertID   `db:"alert_id" json:"alert_id"`
	UnitID     string    `db:"unit_id" json:"unit_id"`
	Counted    string    `db:"counted" json:"counted"`
	Unanswered bool      `db:"unanswered" json:"unanswered"`
}

// countedAs is the column in which an alert counts by now; "" for one whose place a higher one took.
func (l *Alert) countedAs() string {
	switch {
	case l.State == Lifted:
		return string(Lifted)
	case !l.Holds():
		return ""
	}
	return string(l.Level)
}

// seal is SM3 over what was published and the alerts behind it.
func (g *Gazette) seal(alerts []GazetteAlert) (string, error) {
	b, err := json.Marshal(struct {
		From, To        clock.Date
		Revision, Rules int64
		Reason          string
		Lines           []GazetteLine
		Alerts          []GazetteAlert
	}{g.From, g.To, g.Revision, g.Rules, g.Reason, g.Lines, alerts})
	sum := crypt.SM3(b)
	return hex.EncodeToString(sum[:]), err
}
