package performance

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// Standing computes how a programme stands at the end of a day: money as the books say now, facts up to that day.
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
