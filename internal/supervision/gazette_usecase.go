package supervision

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// GazetteInput is what is published: a month or quarter that is over, and for one that was published before the reason of the
// correction. Key is the idempotency key: the same call twice makes one revision.
type GazetteInput struct {
	Key    string        `json:"-"`
	Period metric.Period `json:"period"`
	Reason string        `json:"reason"`
}

// Publish freezes and publishes the results of a period (公布监察结果). One that was published before becomes a further revision.
func (m *Module) Publish(ctx context.Context, in GazetteInput) (Gazette, error) {
	a := actor.From(ctx)
	if err := a.Require(PermResultPublish); err != nil {
		return Gazette{}, err
	}
	p, reason := in.Period, strings.TrimSpace(in.Reason)
	switch {
	case p != metric.Month(p.From) && p != metric.Quarter(p.From):
		return Gazette{}, metric.ErrPeriod
	case utf8.RuneCountInString(reason) > 500:
		return Gazette{}, ErrInput.Field("reason", "更正的理由最多 500 个字。")
	}
	var g Gazette
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if tx.Now() < p.End() {
			return ErrGazetteOpen
		}
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "supervision.publish", in, id)
		if err != nil {
			return err
		}
		if repeated {
			g, err = gazetteTx(tx, a.CentreID, GazetteID(prior))
			return err
		}
		if err := audit.Lock(tx, a.CentreID, p.From.String()); err != nil {
			return err
		}
		was, err := lastGazette(tx, a.CentreID, p)
		switch {
		case err == nil && reason == "":
			return ErrGazetteAgain.Field("reason", "请写明更正的理由。")
		case err == nil && was.Revision > 0:
		case !errors.Is(err, ErrGazette):
			return err
		default:
			reason = "" // there is nothing to correct
		}
		g = Gazette{CentreID: a.CentreID, ID: GazetteID(id), From: p.From, To: p.To, Revision: was.Revision + 1, Reason: reason, By: a.UserID, At: tx.Now()}
		return m.publish(tx, a, &g)
	})
	return g, err
}

// publish counts and writes a revision.
func (m *Module) publish(tx *store.Tx, a *actor.Actor, g *Gazette) error {
	s, tallies, err := m.resultsTx(tx, a.CentreID, g.Period(), func(string) bool { return true })
	if err != nil {
		return err
	}
	g.Rules = s.Revision
	var alerts []GazetteAlert
	for i, r := range s.Units {
		g.Lines = append(g.Lines, GazetteLine{CentreID: g.CentreID, GazetteID: g.ID, Pos: int64(i + 1), UnitID: r.UnitID, Unit: r.Unit, Ended: r.Ended, Reminders: r.Reminders, Yellows: r.Yellows, Reds: r.Reds, Lifted: r.Lifted,
			Unanswered: r.Unanswered, Checked: r.Audited.Den, Passed: r.Audited.Num, Grade: r.Grade})
		for n := range tallies[r.UnitID].Alerts {
			l := &tallies[r.UnitID].Alerts[n]
			if column := l.countedAs(); column != "" {
				alerts = append(alerts, GazetteAlert{CentreID: g.CentreID, GazetteID: g.ID, AlertID: l.ID, UnitID: r.UnitID, Counted: column, Unanswered: column != string(Lifted) && l.Card() && l.Unanswered(tx.Now())})
			}
		}
	}
	slices.SortFunc(alerts, func(x, y GazetteAlert) int { return cmp.Compare(x.AlertID, y.AlertID) })
	if g.Hash, err = g.seal(alerts); err != nil {
		return err
	}
	if err := store.Insert(tx, "supervision_gazette", *g); err != nil {
		return err
	}
	for _, l := range g.Lines {
		if err := store.Insert(tx, "supervision_gazette_line", l); err != nil {
			return err
		}
	}
	for _, l := range alerts {
		if err := store.Insert(tx, "supervision_gazette_alert", l); err != nil {
			return err
		}
	}
	return audit.Record(tx, audit.Entry{Action: "supervision.publish", Permission: PermResultPublish, Kind: "supervision_gazette", Object: g.From.String(),
		Detail: map[string]any{"to": g.To.String(), "revision": g.Revision, "units": len(g.Lines), "alerts": len(alerts), "hash": g.Hash}})
}

const gazettesShown = 200

// Gazettes lists what was published, the newest period first, every revision of it.
func (m *Module) Gazettes(ctx context.Context) ([]Gazette, error) {
	a := actor.From(ctx)
	if err := a.Require(PermResultRead); err != nil {
		return nil, err
	}
	var out []Gazette
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out, err = gazettesTx(tx, a.CentreID); err != nil {
			return err
		}
		who := map[string]bool{}
		for _, g := range out {
			who[g.By] = true
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, keys(who))
		for i := range out {
			out[i].ByName = names[out[i].By]
		}
		return err
	})
	return out, err
}

func gazettesTx(tx *store.Tx, centre string) ([]Gazette, error) {
	return store.Select[Gazette](tx, "SELECT "+gazetteColumns+" FROM supervision_gazette WHERE centre_id = $1 ORDER BY from_day DESC, to_day DESC, revision DESC LIMIT $2", centre, gazettesShown)
}

// lastGazette gives the revision of a period that holds.
func lastGazette(tx *store.Tx, centre string, p metric.Period) (Gazette, error) {
	return oneGazette(store.Get[Gazette](tx, "SELECT "+gazetteColumns+" FROM supervision_gazette WHERE centre_id = $1 AND from_day = $2 AND to_day = $3 ORDER BY revision DESC LIMIT 1", centre, p.From, p.To))
}

func oneGazette(g Gazette, err error) (Gazette, error) {
	if errors.Is(err, store.ErrNotFound) {
		return g, ErrGazette
	}
	return g, err
}

// gazetteTx gives a revision with its lines.
func gazetteTx(tx *store.Tx, centre string, id GazetteID) (Gazette, error) {
	g, err := oneGazette(store.Get[Gazette](tx, "SELECT "+gazetteColumns+" FROM supervision_gazette WHERE centre_id = $1 AND id = $2", centre, id))
	if err == nil {
		g.Lines, err = store.Select[GazetteLine](tx, "SELECT "+store.Columns[GazetteLine]("")+" FROM supervision_gazette_line WHERE centre_id = $1 AND gazette_id = $2 ORDER BY pos", centre, id)
	}
	return g, err
}

// Gazette gives one revision, and whether its seal still fits its numbers and the alerts behind them.
func (m *Module) Gazette(ctx context.Context, id GazetteID) (g Gazette, intact bool, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermResultRead); err != nil {
		return Gazette{}, false, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if g, err = gazetteTx(tx, a.CentreID, id); err != nil {
			return err
		}
		alerts, err := countedTx(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		hash, err := g.seal(alerts)
		intact = hash == g.Hash
		names, err2 := m.org.UserNamesTx(tx, a.CentreID, []string{g.By})
		g.ByName = names[g.By]
		return errors.Join(err, err2)
	})
	return g, intact, err
}

func countedTx(tx *store.Tx, centre string, id GazetteID) ([]GazetteAlert, error) {
	return store.Select[GazetteAlert](tx, "SELECT "+store.Columns[GazetteAlert]("")+" FROM supervision_gazette_alert WHERE centre_id = $1 AND gazette_id = $2 ORDER BY alert_id", centre, id)
}

// GazetteAlerts lists the alerts that a number of a gazette counted: of one unit or of all, in one column or in all; "unanswered"
// is the column of those that were not answered in time. Whoever asks sees those that he may see.
func (m *Module) GazetteAlerts(ctx context.Context, id GazetteID, unit, column string) ([]ListedAlert, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertRead); err != nil {
		return nil, err
	}
	var out []ListedAlert
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := gazetteTx(tx, a.CentreID, id); err != nil {
			return err
		}
		w := (&store.Where{}).And("centre_id = ?", a.CentreID)
		reach(w, a, PermAlertRead)
		part := " AND id IN (SELECT alert_id FROM supervision_gazette_alert WHERE centre_id = $1 AND gazette_id = $" + itoa(len(w.Args)+1)
		args := append(w.Args, id)
		for _, x := range []struct{ column, value string }{{"unit_id", unit}, {"counted", column}} {
			switch {
			case x.value == "unanswered":
				part += " AND unanswered"
			case x.value != "":
				args = append(args, x.value)
				part += " AND " + x.column + " = $" + itoa(len(args))
			}
		}
		found, err := store.Select[Alert](tx, "SELECT "+alertColumns+" FROM supervision_alert"+w.SQL()+part+") ORDER BY id", args...)
		if err != nil {
			return err
		}
		out, err = m.listed(tx, a.CentreID, found)
		return err
	})
	return out, err
}

// PublicGazette (公开的监察结果) is what everybody may read of a gazette: units with their cards, rates and grades.
type PublicGazette struct {
	From      clock.Date     `json:"from"`
	Last      clock.Date     `json:"last"`
	Revision  int64          `json:"revision"`
	Reason    string         `json:"reason,omitempty"` // of the correction
	Rules     int64          `json:"rule_revision"`
	At        clock.Instant  `json:"published_at"`
	Hash      string         `json:"hash"`
	Units     []PublicResult `json:"units"`
	Total     PublicResult   `json:"total"`
	Revisions []Gazette      `json:"revisions"` // of the same period, the newest first
	Others    []Gazette      `json:"others"`    // the other periods, each as it holds
}

// PublicResult is one line of it; 抽查合格率 and 红黄牌率 are their two integers.
type PublicResult struct {
	Unit    string       `json:"unit_name"`
	Ended   int64        `json:"ended"`
	Yellows int64        `json:"yellows"`
	Reds    int64        `json:"reds"`
	Cards   metric.Ratio `json:"card_rate"`
	Audited metric.Ratio `json:"audit_rate"`
	Grade   string       `json:"grade"`
}

// Published gives the gazette of a period of the context's centre as it holds, or one of its earlier revisions; without a period
// the newest. It needs no permission: it is what was published.
func (m *Module) Published(ctx context.Context, p metric.Period, revision int64) (PublicGazette, error) {
	centre := actor.From(ctx).CentreID
	var out PublicGazette
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = PublicGazette{}
		all, err := gazettesTx(tx, centre)
		if err != nil {
			return err
		}
		if !p.Valid() && len(all) > 0 {
			p = all[0].Period()
		}
		var id GazetteID
		for _, g := range all {
			g.By = ""
			switch n := len(out.Others); {
			case g.Period() == p:
				if out.Revisions = append(out.Revisions, g); id == "" && (revision == 0 || g.Revision == revision) {
					id = g.ID
				}
			case n == 0 || out.Others[n-1].Period() != g.Period():
				out.Others = append(out.Others, g)
			}
		}
		g, err := gazetteTx(tx, centre, id)
		if err != nil {
			return err
		}
		out.From, out.Last, out.Revision, out.Reason, out.Rules, out.At, out.Hash = g.From, g.Period().Last(), g.Revision, g.Reason, g.Rules, g.At, g.Hash
		for _, l := range g.Lines {
			out.Units = append(out.Units, l.public())
		}
		t := g.Total()
		out.Total = t.public()
		return nil
	})
	return out, err
}

// Period is the month or quarter that it is about.
func (g *PublicGazette) Period() metric.Period { return metric.Period{From: g.From, To: g.Last + 1} }

func (l *GazetteLine) public() PublicResult {
	return PublicResult{Unit: l.Unit, Ended: l.Ended, Yellows: l.Yellows, Reds: l.Reds, Cards: l.Cards(), Audited: l.Audited(), Grade: l.Grade}
}
