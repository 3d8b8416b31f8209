package performance

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// byLoss orders rows by how many points they lost, the worst first.
func byLoss(rows []score.Row) []int {
	out := make([]int, len(rows))
	for i := range rows {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int {
		lost := func(i int) int64 { return hundredthsOf(rows[i].Weight) - hundredthsOf(rows[i].Score) }
		return cmp.Compare(lost(b), lost(a))
	})
	return out
}

// Overview gives money and outcome of every programme of a year beside the year before, with what drags each score (一页看全年).
// Scores are those that were submitted or locked; the lights are of the finished form, or of the newest watch.
func (m *Module) Overview(ctx context.Context, year int) ([]Line, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Line
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		list, err := programmesTx(tx, a.CentreID, year)
		if err != nil {
			return err
		}
		last, err := programmesTx(tx, a.CentreID, year-1)
		if err != nil {
			return err
		}
		for _, p := range list {
			l := Line{Programme: p, WatchedOn: clock.NoDate}
			if i := slices.IndexFunc(last, func(x Programme) bool { return x.Kind == p.Kind && x.Project == p.Project }); i >= 0 {
				l.Last = &last[i]
			}
			if err := l.judge(tx); err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, m.money(ctx, year, out)
}

// judge reads light and drags of a line.
func (l *Line) judge(tx *store.Tx) error {
	p := &l.Programme
	if p.Scored {
		e, err := lockedTx(tx, p, p.Round)
		if err != nil {
			return err
		}
		l.Light, l.Drags = e.Result.Warning, e.drags(3)
		return nil
	}
	w, err := store.Select[Watch](tx, "SELECT "+store.Columns[Watch]("")+" FROM performance_watch WHERE centre_id = $1 AND programme_id = $2 ORDER BY id DESC LIMIT 1", p.CentreID, p.ID)
	if len(w) > 0 {
		l.Light, l.WatchedOn = w[0].Light, w[0].Day
	}
	return err
}

// money adds what the accounts of both years say; a year without books has none.
func (m *Module) money(ctx context.Context, year int, lines []Line) error {
	for _, y := range []int{year, year - 1} {
		x, err := m.finance.Execution(asSystem(ctx), y)
		if errors.Is(err, finance.ErrYear) || err != nil && errs.As(err).Kind == errs.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		for i := range lines {
			f := x.Total
			if lines[i].Programme.Kind == score.Project {
				p, _ := x.Project(lines[i].Programme.Project)
				f = p.Total
			}
			if y == year {
				lines[i].Initial, lines[i].Full, lines[i].Spent = int64(f.Initial), int64(f.Full), int64(f.Spent)
			} else {
				lines[i].LastFull, lines[i].LastSpent = int64(f.Full), int64(f.Spent)
			}
		}
	}
	return nil
}
