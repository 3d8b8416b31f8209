package workforce

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Outage (停机时段) is a time in which nobody could punch, with the scanned sheet that people signed instead (纸质签到).
// A boundary of a shift that falls into it costs nothing for whoever signed.
type Outage struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	SiteID   string        `db:"site_id" json:"site_id"`
	From     clock.Instant `db:"from_at" json:"from"`
	To       clock.Instant `db:"to_at" json:"to"`
	Reason   string        `db:"reason" json:"reason"`
	BlobID   string        `db:"blob_id" json:"-"`
	FileName string        `db:"file_name" json:"file_name"`
	ByUser   string        `db:"by_user" json:"by_user"`
	At       clock.Instant `db:"at" json:"at"`
}

// Signature is one line of a sheet: who signed, and when.
type Signature struct {
	UserID string        `json:"user_id" maxLength:"40" doc:"账号"`
	At     clock.Instant `json:"at" doc:"签到时间"`
}

// OutageInput is what the office enters of an outage.
type OutageInput struct {
	SiteID     string        `json:"site_id" maxLength:"40" doc:"站点"`
	From       clock.Instant `json:"from" doc:"开始"`
	To         clock.Instant `json:"to" doc:"结束"`
	Reason     string        `json:"reason" maxLength:"200" doc:"原因，如 停电"`
	Signatures []Signature   `json:"signatures" doc:"签到表上的签名"`
	// Sheet is the scanned sheet; the attachment store holds it already.
	Sheet blob.Upload `json:"-"`
}

// EnterOutage notes an outage with its sheet of signatures. The sheet must be there: without paper an outage excuses nobody.
func (m *Module) EnterOutage(ctx context.Context, in OutageInput) (Outage, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCorrect); err != nil {
		return Outage{}, err
	}
	e := need(ErrInput, "reason", "原因", &in.Reason, 200)
	if in.From == 0 || in.To <= in.From || in.To-in.From > 24*3600_000 {
		e = e.Field("to", "停机时段应有开始和结束，最长一天。")
	}
	if in.Sheet.SHA256 == "" {
		e = e.Field("sheet", "请上传签到表的扫描件或照片。")
	}
	if len(in.Signatures) == 0 || len(in.Signatures) > 500 {
		e = e.Field("signatures", "请录入签到表上的人员，最多 500 人。")
	}
	for _, s := range in.Signatures {
		if s.At < in.From || s.At > in.To {
			e = e.Field("signatures", "签到时间应在停机时段内。")
			break
		}
	}
	if err := e.OrNil(); err != nil {
		return Outage{}, err
	}
	var o Outage
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		o, err = m.enterOutage(tx, a, in)
		return err
	})
	return o, err
}

func (m *Module) enterOutage(tx *store.Tx, a *actor.Actor, in OutageInput) (Outage, error) {
	if in.From > tx.Now() {
		return Outage{}, ErrInput.Field("from", "停机时段还没有开始。")
	}
	site, err := m.org.SiteTx(tx, a.CentreID, in.SiteID)
	if err != nil {
		return Outage{}, ErrInput.Field("site_id", "请选择站点。")
	}
	if err := sees(a, PermCorrect, site.Row()); err != nil {
		return Outage{}, err
	}
	b, err := blob.Attach(tx, a.CentreID, in.Sheet)
	if err != nil {
		return Outage{}, err
	}
	o := Outage{CentreID: a.CentreID, ID: tx.NewID(), SiteID: in.SiteID, From: in.From, To: in.To, Reason: in.Reason, BlobID: b.ID, FileName: b.Name, ByUser: a.UserID, At: tx.Now()}
	if err := store.Insert(tx, "workforce_outage", o); err != nil {
		return o, err
	}
	for _, s := range in.Signatures {
		if _, err := m.enter(tx, a, s.UserID, s.At, ByPaper, o.ID, "纸质签到："+in.Reason); err != nil {
			return o, err
		}
	}
	return o, audit.Record(tx, audit.Entry{Action: "workforce.outage_enter", Permission: PermCorrect, Kind: "workforce_outage", Object: o.ID,
		Detail: map[string]any{"site": o.SiteID, "from": o.From.String(), "to": o.To.String(), "signatures": len(in.Signatures), "sha256": in.Sheet.SHA256}})
}

// Outages lists the newest outages that the actor may see.
func (m *Module) Outages(ctx context.Context) ([]Outage, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCorrect); err != nil {
		return nil, err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := org.Filter(a, PermCorrect, org.Columns{Centre: "centre_id", Site: "site_id"})
	w.And(cond, args...)
	var out []Outage
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Outage](tx, "SELECT "+store.Columns[Outage]("")+" FROM workforce_outage"+w.SQL()+" ORDER BY to_at DESC, id DESC LIMIT 100", w.Args...)
		return err
	})
	return out, err
}

// OpenSheet gives the scanned sheet of an outage; the opening is a line of the audit log.
func (m *Module) OpenSheet(ctx context.Context, id string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermCorrect); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		o, err := store.Get[Outage](tx, "SELECT "+store.Columns[Outage]("")+" FROM workforce_outage WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if err = missing(err); err != nil {
			return err
		}
		if err := sees(a, PermCorrect, org.Row{CentreID: o.CentreID, SiteID: o.SiteID}); err != nil {
			return err
		}
		if b, err = blob.Find(tx, a.CentreID, o.BlobID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.outage_open", Permission: PermCorrect, Kind: "workforce_outage", Object: o.ID})
	})
	return b, err
}
