package bench

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// check opens the database as the next start would and compares it with the ledger.
func (r *crashRun) check(ctx context.Context) error {
	at := clock.NewManual(r.clock.Now())
	r.result.VirtualHours = round(at.Now().Sub(r.clock.From).Hours())
	cfg := config.Config{Database: config.Secret(r.url), KeyFile: keyFile(r.dir)}
	cfg.Fill()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), at)
	if err != nil {
		return err
	}
	defer a.Close()
	if ctx, err = a.SystemContext(ctx, ""); err != nil {
		return err
	}
	if err := r.checkJobs(ctx, a, at); err != nil {
		return err
	}
	for _, check := range []func(context.Context, *app.App) error{r.checkPromises, r.checkChains, r.checkModule, r.checkNotices} {
		if err := check(ctx, a); err != nil {
			return err
		}
	}
	res := &r.result
	res.Acknowledged, res.Retried, res.Replayed, res.InternalAnswers = r.ledger.size(), r.ledger.retried.Load(), r.ledger.replayed.Load(), r.ledger.internal.Load()
	res.OK = res.Missing == 0 && res.Doubled == 0 && res.ChainOK && res.CountsOK && res.JobsLost == 0 && res.JobsRunning == 0 && res.JobsDead == 0 &&
		res.NoticesMissing == 0 && res.NoticesDoubled == 0 && len(res.Faults) == 0
	return nil
}

// checkJobs counts what was left running or dead, and then lets everything run that is due.
func (r *crashRun) checkJobs(ctx context.Context, a *app.App, at *clock.Manual) error {
	census := func() (jobs.Census, error) {
		var c jobs.Census
		err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
			c, err = jobs.Count(tx, tx.Now())
			return err
		})
		return c, err
	}
	if r.Engine == store.Postgres {
		at.Advance(2 * time.Minute) // a job that lost its connection waits for the end of its lease
	}
	if err := a.Jobs.RunAll(ctx); err != nil {
		return err
	}
	c, err := census()
	r.result.JobsRunning, r.result.JobsDead = c.Running, c.Dead
	if c.Late > 0 {
		r.fault("有 %d 个到期的任务没有执行", c.Late)
	}
	return err
}

// happened is what the database has of one ticket.
type happened struct {
	title   string
	version int64
	events  map[string]int // action, and comment with its text
}

// promised names the event of a promise as happened counts it.
func promised(action, text string) string {
	if action == "comment" {
		return action + " " + text
	}
	return action
}

func (r *crashRun) checkPromises(ctx context.Context, a *app.App) error {
	found, err := r.found(ctx, a)
	if err != nil {
		return err
	}
	r.result.Tickets = len(found)
	titles := map[string]int{}
	for id, h := range found {
		titles[h.title]++
		for name, n := range h.events {
			if n > 1 && name != "resume" {
				r.result.Doubled += n - 1
				r.fault("工单 %s 的“%s”发生了 %d 次", id, name, n)
			}
		}
	}
	registered := 0
	for _, p := range r.ledger.promises {
		h := found[p.ticket]
		switch {
		case h == nil || h.events[promised(p.action, p.text)] == 0 || h.version < p.version:
			r.result.Missing++
			r.fault("已确认的操作不见了：%+v", p)
		case p.action == "register":
			registered++
			if titles[p.text] != 1 || h.title != p.text {
				r.result.Doubled += max(1, titles[p.text]-1)
				r.fault("登记“%s”有 %d 张工单", p.text, titles[p.text])
			}
		}
	}
	if extra := len(found) - registered; extra > 0 {
		r.result.Doubled += extra
		r.fault("多出 %d 张没有确认过的工单", extra)
	}
	return nil
}

func (r *crashRun) found(ctx context.Context, a *app.App) (map[string]*happened, error) {
	type ticketRow struct {
		ID      string `db:"id"`
		Title   string `db:"title"`
		Version int64  `db:"version"`
	}
	type eventRow struct {
		Ticket string `db:"ticket_id"`
		Action string `db:"action"`
		Text   string `db:"text"`
	}
	out := map[string]*happened{}
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		centre := actor.From(ctx).CentreID
		err := store.Each(tx, func(t *ticketRow) error {
			out[t.ID] = &happened{title: t.Title, version: t.Version, events: map[string]int{}}
			return nil
		}, "SELECT id, title, version FROM hotline_ticket WHERE centre_id = $1", centre)
		if err != nil {
			return err
		}
		return store.Each(tx, func(e *eventRow) error {
			if h := out[e.Ticket]; h != nil {
				h.events[promised(e.Action, e.Text)]++
			}
			return nil
		}, "SELECT ticket_id, action, text FROM hotline_event WHERE centre_id = $1", centre)
	})
	return out, err
}

func (r *crashRun) checkChains(ctx context.Context, a *app.App) error {
	r.result.ChainOK = true
	centres, err := audit.Centres(ctx, a.DB)
	if err != nil {
		return err
	}
	for _, c := range centres {
		report, err := audit.Verify(ctx, a.DB, c, nil)
		if err != nil {
			return err
		}
		r.result.AuditLines += report.Lines
		for _, f := range report.Faults {
			r.result.ChainOK = false
			r.fault("审计链 %d 第 %d 条：%s", f.Stream, f.Seq, f.Public)
		}
	}
	return nil
}

func (r *crashRun) checkModule(ctx context.Context, a *app.App) error {
	report, err := a.Hotline.Check(ctx)
	if err != nil {
		return err
	}
	res := &r.result
	res.ChainOK = res.ChainOK && report.Of(hotline.FaultChain) == 0 && report.Of(hotline.FaultAudit) == 0
	res.CountsOK = report.Of(hotline.FaultCount) == 0
	res.JobsLost, res.NoticesMissing, res.Notices = report.Of(hotline.FaultJob), report.Of(hotline.FaultNotice), report.Notices
	for _, line := range strings.Split(strings.TrimSpace(report.String()), "\n") {
		if line != "" {
			r.fault("%s", line)
		}
	}
	return nil
}

// checkNotices counts legs that were told twice that they were signed late: in this run that end never moves.
func (r *crashRun) checkNotices(ctx context.Context, a *app.App) error {
	return a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		r.result.NoticesDoubled, err = store.Get[int64](tx, `SELECT COUNT(*) FROM (SELECT leg_id FROM hotline_notice WHERE centre_id = $1 AND kind = $2
			GROUP BY leg_id HAVING COUNT(*) > 1) twice`, actor.From(ctx).CentreID, hotline.NoticeSignLate)
		return err
	})
}
