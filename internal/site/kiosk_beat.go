package site

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// span is a stretch of time in which a kiosk reported the same state without a gap.
type span struct {
	CentreID string        `db:"centre_id"`
	KioskID  string        `db:"kiosk_id"`
	From     clock.Instant `db:"from_at"`
	To       clock.Instant `db:"to_at"`
	State    KioskState    `db:"state"`
}

// Beat (心跳) is a kiosk's report of itself.
type Beat struct {
	State KioskState `json:"state" enum:"ok,paper,printer,reader,other" doc:"正常、缺纸、打印机故障、读卡器故障、其他故障"`
	Paper int64      `json:"paper" minimum:"0" maximum:"100" doc:"余纸，百分数"`
}

// Report takes a kiosk's heartbeat. A state that goes on makes its span longer; a fault opens a fault ticket, and the
// kiosk's own recovery closes it. A report is no change by a person, and only the tickets that it opens or closes leave a
// line in the audit log.
func (m *Module) Report(ctx context.Context, code string, b Beat) error {
	centre := actor.From(ctx).CentreID
	if b.State.Label() == "" || b.Paper < 0 || b.Paper > 100 {
		return ErrInput.Field("state", "状态应为 ok、paper、printer、reader 或 other，余纸应为 0 到 100。")
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		k, err := kioskOf(tx, centre, code)
		if err != nil {
			return err
		}
		if err := lengthen(tx, &k, b.State); err != nil {
			return err
		}
		if b.State != k.State {
			if err := turn(tx, &k, b.State); err != nil {
				return err
			}
		}
		return tx.Queue("UPDATE site_kiosk SET state = $3, paper = $4, seen_at = $5 WHERE centre_id = $1 AND id = $2", centre, k.ID, b.State, b.Paper, tx.Now())
	})
}

// lengthen carries the time since the last report to the span of the state that was reported then, and begins another where
// the state is new or the kiosk was silent for too long.
func lengthen(tx *store.Tx, k *Kiosk, state KioskState) error {
	now := tx.Now()
	last, err := store.Get[span](tx, "SELECT "+store.Columns[span]("")+" FROM site_kiosk_span WHERE centre_id = $1 AND kiosk_id = $2 ORDER BY from_at DESC LIMIT 1", k.CentreID, k.ID)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if known && now-last.To <= quiet {
		last.To = now
		if err := store.Update(tx, "site_kiosk_span", last, "centre_id", "kiosk_id", "from_at"); err != nil {
			return err
		}
		if last.State == state || last.From == now {
			return nil
		}
	}
	return store.Insert(tx, "site_kiosk_span", span{k.CentreID, k.ID, now, now, state})
}

// turn opens the ticket of a new fault and closes that of the state before.
func turn(tx *store.Tx, k *Kiosk, state KioskState) error {
	if k.State != KioskOK {
		open, err := store.Select[Fault](tx, "SELECT "+faultColumns+" FROM site_kiosk_fault WHERE centre_id = $1 AND kiosk_id = $2 AND kind = $3 AND fixed_at = 0"+tx.ForUpdate(), k.CentreID, k.ID, k.State)
		if err != nil {
			return err
		}
		for i := range open {
			if err := open[i].fix(tx, "", "终端报告恢复正常"); err != nil {
				return err
			}
		}
	}
	if state == KioskOK {
		return nil
	}
	open, err := store.Select[string](tx, "SELECT id FROM site_kiosk_fault WHERE centre_id = $1 AND kiosk_id = $2 AND kind = $3 AND fixed_at = 0", k.CentreID, k.ID, state)
	if err != nil || len(open) > 0 {
		return err
	}
	return openFault(tx, k, state, "终端报告："+state.Label(), "")
}

// Owner tells whether a paper with this number belongs to the person with this identity number.
type Owner func(tx *store.Tx, centre, no, idNo string) (bool, error)

// UseOwner hands in where papers and their owners are known; the composition root does so before the program serves.
func (m *Module) UseOwner(o Owner) { m.owner = o }

// Job (自助业务) is what somebody did at a kiosk and what ended well. A paper that is printed again at the same kiosk on the same
// day, as when an answer got lost on its way, is the same job.
type Job struct {
	CentreID string
	ID       string // of the first print
	SiteID   string
	Kiosk    string // its name
	No       string // of the paper
}

// Prompt (评价提示) is what a kiosk shows after a job, so that it can be rated.
type Prompt struct {
	Code string `json:"rating_code,omitempty" doc:"评价码；不能打印的没有"`
	Link string `json:"rating_link,omitempty" doc:"评价页的网址，印成二维码；没有设置对外网址的只有路径"`
}

// Offer makes a finished job rateable, in the transaction that ends it; the same job is offered once.
type Offer func(tx *store.Tx, j Job) (Prompt, error)

// UseOffer hands in where finished jobs can be rated; the composition root does so before the program serves.
func (m *Module) UseOffer(o Offer) { m.offer = o }

// PrintAnswer is what a kiosk is told about a paper.
type PrintAnswer struct {
	Allowed bool `json:"allowed" doc:"可以打印"`
	Prompt
}

// CheckPrint tells a kiosk whether it may print a paper for the person whose card it has read (人证核对): only what is his. The
// question and its outcome are kept, without the identity number. A paper that may be printed ends a job, which can be rated.
func (m *Module) CheckPrint(ctx context.Context, code, no, idNo string) (PrintAnswer, error) {
	centre := actor.From(ctx).CentreID
	if !within(&no, 1, 60) || !within(&idNo, 1, 30) {
		return PrintAnswer{}, ErrInput.Field("no", "请给出文书编号和读到的证件号码。")
	}
	var out PrintAnswer
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = PrintAnswer{}
		k, err := kioskOf(tx, centre, code)
		if err != nil {
			return err
		}
		if m.owner != nil {
			if out.Allowed, err = m.owner(tx, centre, no, idNo); err != nil {
				return err
			}
		}
		p := print{centre, tx.NewID(), k.ID, no, "refused", tx.Now()}
		if out.Allowed {
			p.Outcome = "printed"
		}
		if err := store.Insert(tx, "site_kiosk_print", p); err != nil {
			return err
		}
		if out.Allowed && m.offer != nil {
			if out.Prompt, err = m.prompt(tx, &k, &p); err != nil {
				return err
			}
		}
		return record(tx, "site.print_check", PermKioskRead, k.ID, map[string]any{"print": p.ID, "outcome": p.Outcome})
	})
	return out, err
}

// prompt offers the job of a print for rating: that of the day's first print of the paper at the kiosk, which is locked.
func (m *Module) prompt(tx *store.Tx, k *Kiosk, p *print) (Prompt, error) {
	first, err := store.Get[string](tx, "SELECT id FROM site_kiosk_print WHERE centre_id = $1 AND kiosk_id = $2 AND at >= $3 AND no = $4 AND outcome = 'printed' ORDER BY at, id LIMIT 1", k.CentreID, k.ID, p.At.Date().Start(), p.No)
	if err != nil {
		return Prompt{}, err
	}
	return m.offer(tx, Job{CentreID: k.CentreID, ID: first, SiteID: k.SiteID, Kiosk: k.Name, No: p.No})
}

// print is one question of a kiosk whether it may print.
type print struct {
	CentreID string        `db:"centre_id"`
	ID       string        `db:"id"`
	KioskID  string        `db:"kiosk_id"`
	No       string        `db:"no"`
	Outcome  string        `db:"outcome"`
	At       clock.Instant `db:"at"`
}
