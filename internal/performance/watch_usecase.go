package performance

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/metric"
	"yichuang/internal/performance/annex"
	"yichuang/internal/store"
)

// Standing computes how a programme stands at the end of a day: money and facts up to that day.
func (m *Module) Standing(ctx context.Context, id string, day clock.Date) (*Standing, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	s, _, err := m.standingOf(ctx, id, day)
	return s, err
}

func (m *Module) standingOf(ctx context.Context, id string, day clock.Date) (*Standing, int64, error) {
	b, err := m.basisOf(ctx, id, day+1)
	if err != nil {
		return nil, 0, err
	}
	if day.Year() != b.programme.Year {
		return nil, 0, ErrInput.Field("day", "监控的日期应在 %d 年。", b.programme.Year)
	}
	profile, err := parseProfile(b.programme.Profile)
	if err != nil {
		return nil, 0, err
	}
	e := m.linked(ctx, &b.programme, m.evaluate(b, b.policy, b.execution.At))
	s := standing(&e.Form, e.Origins, b.policy, profile, day)
	for _, f := range b.facts {
		s.Facts = append(s.Facts, FrozenRef{f.Metric, f.Hash})
	}
	return s, b.programme.Version, nil
}

// KeepWatch keeps how a programme stands on a day (绩效监控), such as the mid-year form; where a light is on, with the reason
// and what is done about it.
func (m *Module) KeepWatch(ctx context.Context, id string, version int64, day clock.Date, reason string) (Watch, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWatch); err != nil {
		return Watch{}, err
	}
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > 1000 {
		return Watch{}, ErrInput.Field("reason", "1000 个字以内。")
	}
	s, seen, err := m.standingOf(ctx, id, day)
	if err != nil {
		return Watch{}, err
	}
	if s.NeedsReason && reason == "" {
		return Watch{}, ErrInput.Field("reason", "有预警，请写明原因和措施：%s。", strings.Join(s.Why, "；"))
	}
	content, err := json.Marshal(s)
	if err != nil {
		return Watch{}, err
	}
	sum := crypt.SM3(content)
	w := Watch{CentreID: a.CentreID, ProgrammeID: id, Day: day, Light: s.Light, Reason: reason, Content: string(content), Hash: hex.EncodeToString(sum[:]), By: a.UserID, ByName: a.Name}
	_, err = m.change(ctx, change{id: id, version: version, act: ActWatch, perm: PermWatch, remark: reason, detail: map[string]any{"day": day, "light": s.Light, "watch": w.Hash}}, func(tx *store.Tx, p *Programme) error {
		if p.Version != seen {
			return store.ErrStale.With("version", p.Version)
		}
		if day > tx.Now().Date() {
			return ErrInput.Field("day", "监控的日期不能晚于今天。")
		}
		w.ID, w.At = tx.NewID(), tx.Now()
		return store.Insert(tx, "performance_watch", w)
	})
	return w, err
}

// Watches lists what was kept about a programme, the newest first.
func (m *Module) Watches(ctx context.Context, id string) ([]Watch, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Watch
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		p, err := programmeTx(tx, a.CentreID, id, false)
		if err != nil {
			return err
		}
		out, err = store.Select[Watch](tx, "SELECT "+store.Columns[Watch]("")+" FROM performance_watch WHERE centre_id = $1 AND programme_id = $2 ORDER BY id DESC LIMIT 100", p.CentreID, p.ID)
		return err
	})
	return out, err
}

// Standing reads a kept record after checking its hash.
func (w *Watch) Standing() (*Standing, error) {
	sum := crypt.SM3([]byte(w.Content))
	if hex.EncodeToString(sum[:]) != w.Hash {
		return nil, ErrTampered
	}
	s := &Standing{}
	if err := json.Unmarshal([]byte(w.Content), s); err != nil {
		return nil, fmt.Errorf("kept watch: %w", err)
	}
	return s, nil
}

// Watch gives one record that was kept about a programme.
func (m *Module) Watch(ctx context.Context, id, watch string) (Watch, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Watch{}, err
	}
	var out Watch
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Get[Watch](tx, "SELECT "+store.Columns[Watch]("")+" FROM performance_watch WHERE centre_id = $1 AND programme_id = $2 AND id = $3", a.CentreID, id, watch)
		if errors.Is(err, store.ErrNotFound) {
			return ErrProgramme
		}
		return err
	})
	return out, err
}

// MonitorForm gives a kept record as the form that is handed in (绩效目标执行监控表); the format is for the audit line.
func (m *Module) MonitorForm(ctx context.Context, id, watch string, f annex.Format) (*annex.Monitor, error) {
	w, err := m.Watch(ctx, id, watch)
	if err != nil {
		return nil, err
	}
	s, err := w.Standing()
	if err != nil {
		return nil, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "performance.export", Permission: PermRead, Kind: "programme", Object: id, Detail: map[string]any{"watch": watch, "format": f}})
	})
	return s.monitor(&w), err
}

// monitor is a standing as the form prints it.
func (s *Standing) monitor(w *Watch) *annex.Monitor {
	out := &annex.Monitor{Form: &s.Form, Day: s.Day, Light: s.Light, Expected: metric.Hundredths(s.Expected) + "%", Why: s.Why, Reason: w.Reason, By: w.ByName, At: w.At, Hash: w.Hash}
	for _, r := range s.Rows {
		row := annex.MonitorRow{Actual: r.Actual, Share: "—", Expected: "—", Light: r.Light, Origin: r.Origin}
		if r.Known {
			row.Share, row.Expected = metric.Hundredths(r.Share)+"%", metric.Hundredths(r.Expected)+"%"
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
