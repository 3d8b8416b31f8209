package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Fault (核验发现) is what a check found wrong about a case: the number of the first event that does not hold, or what else.
type Fault struct {
	CaseID CaseID `json:"case_id"`
	No     string `json:"no"`
	Seq    int64  `json:"seq,omitempty"`
	Text   string `json:"text"`
}

// CheckReport is what a check looked at, and what did not hold.
type CheckReport struct {
	Cases  int     `json:"cases"`
	Events int     `json:"events"`
	Clocks int     `json:"clocks"`
	Faults []Fault `json:"faults"`
}

// checkChunk is how many cases are read at a time.
const checkChunk = 200

// Check proves every case of the actor's centre from what is stored: the chain of its events (invariant I8), that they follow one
// another by the table of transitions with an actor and never back in time (I1, I2), that the version of its item is the one that
// was received and unchanged, and the calendar the one of its events (I3), and that its clocks add up and end where its row says
// (I4). Only the program itself runs it.
func (m *Module) Check(ctx context.Context) (CheckReport, error) {
	a := actor.From(ctx)
	r := CheckReport{Faults: []Fault{}}
	if a.Kind != actor.System {
		return r, actor.ErrForbidden
	}
	after := CaseID("")
	for {
		n := 0
		err := m.db.Read(ctx, func(tx *store.Tx) error {
			list, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id > $2 ORDER BY id LIMIT "+itoa(checkChunk), a.CentreID, after)
			for i := range list {
				if err := m.checkCase(tx, &list[i], &r); err != nil {
					return err
				}
				after = list[i].ID
			}
			n = len(list)
			return err
		})
		r.Cases += n
		if err != nil || n < checkChunk {
			return r, err
		}
	}
}

func (m *Module) checkCase(tx *store.Tx, c *Case, r *CheckReport) error {
	events, err := loadEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return err
	}
	r.Events += len(events)
	say := func(seq int64, format string, args ...any) {
		r.Faults = append(r.Faults, Fault{c.ID, c.No, seq, fmt.Sprintf(format, args...)})
	}
	if seq := chain.Broken(events, c.EventSeq, c.EventHash); seq != 0 {
		say(seq, "办理记录的链条断开")
		return nil // nothing that follows can be trusted
	}
	replay(c, events, say)
	if err := checkFollows(tx, c, events, say); err != nil {
		return err
	}
	if err := checkLicence(tx, c, say); err != nil {
		return err
	}
	d, err := m.complete(tx, *c)
	if err != nil {
		return err
	}
	if v, err := m.item.VersionTx(tx, c.CentreID, c.VersionID); err != nil || v.ItemID != c.ItemID || !v.Intact() {
		say(0, "事项版本与接件时不一致")
	}
	r.Clocks += len(d.clocks)
	d.checkClocks(tx.Now().Date(), say)
	return nil
}

// replay follows the events by the table of transitions and compares the end with the case's row.
func replay(c *Case, events []Event, say func(seq int64, format string, args ...any)) {
	state, last := State(""), clock.Instant(0)
	for i := range events {
		e := &events[i]
		switch {
		case e.At < last:
			say(e.Seq, "办理记录的时间倒退")
		case e.ActorKind == "" || e.ActorKind == string(actor.User) && e.ActorID == "":
			say(e.Seq, "办理记录没有办理人")
		case i == 0 && !(e.Action == ActReceive && e.State == Received || e.Action == ActApply && e.State == Applied):
			say(e.Seq, "办件不是从接件或网上申请开始的")
		case i > 0 && e.Was != state:
			say(e.Seq, "办理记录的前一状态与上一条不一致")
		case i > 0 && !follows(e):
			say(e.Seq, "“%s”时不能“%s”到“%s”", e.Was.Label(), e.Action.Label(), e.State.Label())
		}
		state, last = e.State, e.At
	}
	if state != c.State {
		say(0, "状态与最后一条办理记录不一致")
	}
	checkVersion(c, events, say)
}

// follows reports whether the table has the transition of an event.
func follows(e *Event) bool {
	switch e.Action {
	case ActAttempt, ActReproject, ActDestroy:
		return e.State == e.Was
	}
	t, ok := transitions[e.Action]
	if !ok || !slices.Contains(t.From, e.Was) {
		return false
	}
	switch {
	case e.State == t.To:
		return true
	case t.To == "": // keeps the state, but for a first notice of corrections
		return e.State == e.Was || e.Action == ActNotify && e.State == Correcting
	}
	return (e.Action == ActGrant || e.Action == ActDeemRenew) && e.State == Deliver // nothing is to be made
}

// checkVersion compares the item's version and the calendar with what the events of receipt and acceptance wrote down.
func checkVersion(c *Case, events []Event, say func(seq int64, format string, args ...any)) {
	for i := range events {
		e := &events[i]
		if e.Data == "" || e.Action != ActReceive && e.Action != ActApply && e.Action != ActAccept && e.Action != ActDeem {
			continue
		}
		var data struct {
			Version  string `json:"version"`
			Revision int64  `json:"calendar_revision"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			say(e.Seq, "办理记录的内容读不出来")
			continue
		}
		if data.Version != "" && data.Version != c.VersionID {
			say(e.Seq, "事项版本与接件记录不一致")
		}
		if data.Revision <= 0 {
			say(e.Seq, "没有记下时限所用的日历版本")
		}
	}
}

// checkClocks proves the clocks: consumed and left are the budget, a running clock belongs to an open case, and the row's ends are
// the clocks'.
func (d *dossier) checkClocks(today clock.Date, say func(seq int64, format string, args ...any)) {
	for _, k := range d.clocks {
		day := today
		if !k.Running {
			day = k.StoppedAt.Date()
		}
		if u := k.Consumed(d.cal, day); u.Used+u.Left != u.Budget || u.Used < 0 || u.Left < 0 || u.Removed < 0 {
			say(0, "%s：已用 %d 与剩余 %d 之和不是预算 %d", k.Kind.Label(), u.Used, u.Left, u.Budget)
		}
		if k.Running && !d.State.Open() && !(k.Kind == ClockPledge && d.PledgePending()) {
			say(0, "%s在办件结束后仍在走", k.Kind.Label())
		}
		if k.Revision <= 0 {
			say(0, "%s没有记下所用的日历版本", k.Kind.Label())
		}
	}
	if d.State != Suspended && d.nextEnd(today) != d.NextDue {
		say(0, "最近期限与时钟不一致")
	}
	if d.Open != d.State.Open() {
		say(0, "在办标记与状态不一致")
	}
}
