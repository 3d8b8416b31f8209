package performance

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// ProgrammeView is a programme with everything that its page shows beside the evaluation.
type ProgrammeView struct {
	Programme  Programme         `json:"programme"`
	Indicators []Indicator       `json:"indicators"`
	Texts      map[string]string `json:"texts,omitempty"`
	Steps      []Step            `json:"steps"`
	Policy     string            `json:"policy"` // of the year
	PolicyName string            `json:"policy_name"`
	// Bands are the qualitative bands of the policy.
	Bands []string `json:"bands"`
	// Faults say what is wrong with the weights while targets are drafted.
	Faults []string `json:"faults,omitempty"`
}

// Programme gives a programme with its indicators and its course.
func (m *Module) Programme(ctx context.Context, id string) (ProgrammeView, error) {
	a := actor.From(ctx)
	var v ProgrammeView
	if err := a.Require(PermRead); err != nil {
		return v, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		v = ProgrammeView{}
		if v.Programme, err = programmeTx(tx, a.CentreID, id, false); err != nil {
			return err
		}
		p := &v.Programme
		if v.Indicators, err = indicatorsTx(tx, p); err != nil {
			return err
		}
		if v.Texts, err = textsTx(tx, p); err != nil {
			return err
		}
		if v.Steps, err = store.Select[Step](tx, "SELECT "+store.Columns[Step]("")+" FROM performance_step WHERE centre_id = $1 AND programme_id = $2 ORDER BY id DESC LIMIT 200", p.CentreID, p.ID); err != nil {
			return err
		}
		policy, err := m.policyTx(tx, p.CentreID, p.Year)
		if err != nil {
			return err
		}
		v.Policy, v.PolicyName = policy.ID, policy.Title()
		for _, b := range policy.Bands {
			v.Bands = append(v.Bands, b.Name)
		}
		if p.State == Drafting {
			v.Faults = weightFaults(p, v.Indicators, policy)
		}
		return nil
	})
	return v, err
}

// Drag (失分点) is a row that keeps a score down.
type Drag struct {
	Name string `json:"name"`
	Lost string `json:"lost"` // points
	Why  string `json:"why"`
}

// drags are the rows that lose most, the worst first.
func (e *Evaluation) drags(most int) []Drag {
	rows := e.Result.Rows
	if x, ok := e.Result.Execution(); ok {
		x.Name = "预算执行率"
		rows = append([]score.Row{x}, rows...)
	}
	var out []Drag
	for _, i := range byLoss(rows) {
		r := rows[i]
		lost := hundredthsOf(r.Weight) - hundredthsOf(r.Score)
		if lost <= 0 || len(out) == most {
			break
		}
		why := r.Reason
		if why == "" {
			why = r.Rule
		}
		out = append(out, Drag{Name: r.Name, Lost: hundredths(lost), Why: why})
	}
	return out
}

// Line is one programme on the leader's page: money and outcome, this year and last.
type Line struct {
	Programme Programme     `json:"programme"`
	Initial   int64         `json:"initial"` // 分
	Full      int64         `json:"full"`
	Spent     int64         `json:"spent"`
	Last      *Programme    `json:"last,omitempty"`
	LastFull  int64         `json:"last_full"`
	LastSpent int64         `json:"last_spent"`
	Light     score.Warning `json:"light,omitempty"`
	WatchedOn clock.Date    `json:"watched_on,omitzero"`
	Drags     []Drag        `json:"drags,omitempty"`
}

// Change is the difference of the score against last year, with its sign; — where one of the two has none.
func (l *Line) Change() string {
	if l.Last == nil || !l.Last.Scored || !l.Programme.Scored {
		return "—"
	}
	d := l.Programme.Score - l.Last.Score
	if d > 0 {
		return "+" + hundredths(d)
	}
	return hundredths(d)
}

// Projects lists the projects of the accounts of a year, for the choice of what is evaluated; none where there are no books.
func (m *Module) Projects(ctx context.Context, year int) ([]finance.ProjectFunds, error) {
	if err := actor.From(ctx).Require(PermRead); err != nil {
		return nil, err
	}
	x, err := m.finance.Execution(asSystem(ctx), year)
	if errors.Is(err, finance.ErrYear) {
		return nil, nil
	}
	return x.ByProject, err
}
