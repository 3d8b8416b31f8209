package hotline

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// CheckReport is what Check found: how much it looked at, and what does not hold.
type CheckReport struct {
	Tickets int64 `json:"tickets"`
	Events  int64 `json:"events"`
	Legs    int64 `json:"legs"` // open ones
	Notices int64 `json:"notices"`
	// Replayed tickets are those whose rows were compared with what their events tell; Untold ones are from before events
	// carried that.
	Replayed int64   `json:"replayed"`
	Untold   int64   `json:"untold"`
	Faults   []Fault `json:"faults"`
}

// Fault is one thing that does not hold. Kind is one of the Fault constants.
type Fault struct {
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Public string `json:"message"`
}

// Kinds of fault.
const (
	FaultChain  = "chain"  // an event was changed, removed or added
	FaultAudit  = "audit"  // an event and the audit log do not vouch for each other
	FaultCount  = "count"  // a kept count is not the number of what it counts
	FaultJob    = "job"    // nobody watches an open leg
	FaultNotice = "notice" // a notice is missing or was given twice
)

// maxFaults is how many faults a report lists; the first ones tell what is wrong.
const maxFaults = 200

func (r *CheckReport) fault(kind, object, format string, args ...any) {
	if len(r.Faults) < maxFaults {
		r.Faults = append(r.Faults, Fault{kind, object, fmt.Sprintf(format, args...)})
	}
}

// Of counts the faults of a kind.
func (r *CheckReport) Of(kind string) int {
	n := 0
	for _, f := range r.Faults {
		if f.Kind == kind {
			n++
		}
	}
	return n
}

// Check proves the hotline's data of the actor's centre on one snapshot: the chain of every ticket's events and its
// agreement with the audit log, what the events tell against the rows that figures are counted from, the kept counts against a recount, and for every open leg that its notices were given
// once and that its next one is waiting.
// Only the program's command line may.
func (m *Module) Check(ctx context.Context) (CheckReport, error) {
	var r CheckReport
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return r, actor.ErrForbidden.With("permission", string(PermReport))
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		r = CheckReport{}
		for _, check := range []func(*store.Tx, string, *CheckReport) error{m.checkEvents, m.checkLives, m.checkCounts, m.checkWatches, m.checkNotices, m.checkLegs, m.checkMerges} {
			if err := check(tx, a.CentreID, &r); err != nil {
				return err
			}
		}
		return nil
	})
	return r, err
}

// checkBatch is how many tickets are looked at together.
const checkBatch = 200

type vouched struct {
	Object string `db:"object"`
	Digest []byte `db:"digest"`
}

func (m *Module) checkEvents(tx *store.Tx, centre string, r *CheckReport) error {
	for after := TicketID(""); ; {
		tickets, err := store.Select[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND id > $2 ORDER BY id LIMIT $3", centre, after, checkBatch)
		if err != nil || len(tickets) == 0 {
			return err
		}
		after = tickets[len(tickets)-1].ID
		first := tickets[0].ID
		events, err := store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM hotline_event WHERE centre_id = $1 AND ticket_id >= $2 AND ticket_id <= $3 ORDER BY ticket_id, seq", centre, first, after)
		if err != nil {
			return err
		}
		lines, err := store.Select[vouched](tx, "SELECT object, digest FROM audit_log WHERE centre_id = $1 AND object >= $2 AND object <= $3 AND object_kind = 'ticket'", centre, first, after)
		if err != nil {
			return err
		}
		digests := map[TicketID][][]byte{}
		for _, l := range lines {
			if len(l.Digest) > 0 {
				digests[TicketID(l.Object)] = append(digests[TicketID(l.Object)], l.Digest)
			}
		}
		byTicket := map[TicketID][]Event{}
		for _, e := range events {
			byTicket[e.TicketID] = append(byTicket[e.TicketID], e)
		}
		for i := range tickets {
			r.checkTicket(&tickets[i], byTicket[tickets[i].ID], digests[tickets[i].ID])
		}
	}
}

func (r *CheckReport) checkTicket(t *Ticket, events []Event, digests [][]byte) {
	r.Tickets++
	r.Events += int64(len(events))
	if seq := chain.Broken(events, t.EventSeq, t.EventHash); seq != 0 {
		r.fault(FaultChain, t.No, "工单 %s 的办理记录从第 %d 条起与校验值不符：有记录被改动、删除或添加", t.No, seq)
	}
	for _, e := range events {
		n := 0
		for _, d := range digests {
			if bytes.Equal(d, e.Hash) {
				n++
			}
		}
		if n != 1 {
			r.fault(FaultAudit, t.No, "工单 %s 第 %d 条办理记录在审计日志中有 %d 条，应为 1 条", t.No, e.Seq, n)
		}
	}
	if len(digests) > len(events) {
		r.fault(FaultAudit, t.No, "审计日志中工单 %s 有 %d 次变更，办理记录只有 %d 条", t.No, len(digests), len(events))
	}
}

// recounts count what each kept count stands for. Times are turned into days by the program, in Shanghai's zone.
var recounts = []struct{ name, sql string }{
	{CountState, "SELECT 0 AS at, state AS dim, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 GROUP BY state"},
	{CountUnit, "SELECT 0 AS at, unit_id || '/' || state AS dim, COUNT(*) AS n FROM hotline_leg WHERE centre_id = $1 GROUP BY unit_id, state"},
	{CountReceived, "SELECT created_at AS at, channel AS dim, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 GROUP BY created_at, channel"},
	{CountAccepted, "SELECT accepted_at AS at, kind AS dim, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 AND accepted_at <> 0 GROUP BY accepted_at, kind"},
	{CountCategory, "SELECT accepted_at AS at, category AS dim, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 AND accepted_at <> 0 AND category <> '' GROUP BY accepted_at, category"},
	{CountClosed, "SELECT closed_at AS at, close_kind AS dim, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 AND closed_at <> 0 GROUP BY closed_at, close_kind"},
	{CountOutcome, "SELECT accepted_at AS at, unit_id || '/' || outcome AS dim, COUNT(*) AS n FROM hotline_leg WHERE centre_id = $1 AND accepted_at <> 0 GROUP BY accepted_at, unit_id, outcome"},
	{CountDispatched, "SELECT dispatched_at AS at, unit_id AS dim, COUNT(*) AS n FROM hotline_leg WHERE centre_id = $1 GROUP BY dispatched_at, unit_id"},
	{CountResult, "SELECT at, result AS dim, COUNT(*) AS n FROM hotline_callback WHERE centre_id = $1 AND reached GROUP BY at, result"},
}

type recounted struct {
	At  clock.Instant `db:"at"`
	Dim string        `db:"dim"`
	N   int64         `db:"n"`
}

func (m *Module) checkCounts(tx *store.Tx, centre string, r *CheckReport) error {
	for _, c := range recounts {
		is := map[countKey]int64{}
		err := store.Each(tx, func(v *recounted) error {
			day := clock.NoDate
			if v.At != 0 {
				day = v.At.Date()
			}
			is[countKey{c.name, day.String(), v.Dim}] += v.N
			return nil
		}, c.sql, centre)
		if err != nil {
			return err
		}
		kept, err := store.Select[Count](tx, "SELECT name, day, dim, CAST(SUM(n) AS BIGINT) AS n FROM hotline_count WHERE centre_id = $1 AND name = $2 GROUP BY name, day, dim", centre, c.name)
		if err != nil {
			return err
		}
		for _, k := range kept {
			key := countKey{k.Name, k.Day.String(), k.Dim}
			if is[key] != k.N {
				r.fault(FaultCount, c.name, "计数 %s %s %s 为 %d，重新计算为 %d", c.name, key.day, k.Dim, k.N, is[key])
			}
			delete(is, key)
		}
		for key, n := range is {
			if n != 0 {
				r.fault(FaultCount, c.name, "计数 %s %s %s 缺失，重新计算为 %d", c.name, key.day, key.dim, n)
			}
		}
	}
	return nil
}

type given struct {
	Kind string        `db:"kind"`
	Due  clock.Instant `db:"due"`
}

// slack is how much later than its moment a watch may look: one that failed tries again after a while.
const slack = 15 * time.Minute

func (m *Module) checkWatches(tx *store.Tx, centre string, r *CheckReport) error {
	c, err := m.clocks(tx, centre)
	if err != nil {
		return err
	}
	watches, err := jobs.Times(tx, centre, jobWatch)
	if err != nil {
		return err
	}
	legs, err := store.Select[Leg](tx, "SELECT "+store.Columns[Leg]("")+" FROM hotline_leg WHERE centre_id = $1 AND open", centre)
	if err != nil {
		return err
	}
	for i := range legs {
		l := &legs[i]
		r.Legs++
		notices, err := store.Select[given](tx, "SELECT kind, due FROM hotline_notice WHERE centre_id = $1 AND leg_id = $2", centre, l.ID)
		if err != nil {
			return err
		}
		r.checkLeg(c, l, notices, watches[string(l.ID)], tx.Now())
	}
	return nil
}

// checkLeg compares what should be told of a leg with what was told; watch is when somebody will look, 0 for never.
// Telling and going on to the next happen in one transaction, so every snapshot must add up.
func (r *CheckReport) checkLeg(c clocks, l *Leg, notices []given, watch, now clock.Instant) {
	watched := func(at clock.Instant) bool { return watch != 0 && watch <= max(at, now).Add(slack) }
	if l.State == LegSuspended && !watched(l.ReviewAt) {
		r.fault(FaultJob, string(l.ID), "挂账的承办件 %s（工单编号 %s）没有等待中的复查任务", l.ID, l.TicketID)
	}
	for _, g := range ladder(c.cal, l, c.limits) {
		n := 0
		for _, was := range notices {
			if was.Kind == g.kind && was.Due == g.due {
				n++
			}
		}
		switch {
		case n > 1 || n == 0 && g.at <= now && !watched(g.at):
			r.fault(FaultNotice, string(l.ID), "承办件 %s（工单编号 %s）的%s提醒应于 %s 发出，实有 %d 条", l.ID, l.TicketID, NoticeLabel(g.kind), g.at, n)
		case n == 0 && !watched(g.at):
			r.fault(FaultJob, string(l.ID), "承办件 %s（工单编号 %s）没有等待中的提醒任务", l.ID, l.TicketID)
		}
	}
}

// checkNotices compares the notices of the ladder with their lines in the audit log, which the same transactions wrote.
func (m *Module) checkNotices(tx *store.Tx, centre string, r *CheckReport) error {
	n, err := store.Get[int64](tx, "SELECT COUNT(*) FROM hotline_notice WHERE centre_id = $1 AND kind <> $2", centre, NoticeUrge)
	if err != nil {
		return err
	}
	r.Notices = n
	lines, err := store.Get[int64](tx, "SELECT COUNT(*) FROM audit_log WHERE centre_id = $1 AND action = $2", centre, "hotline."+string(ActNotice))
	if err == nil && lines != n {
		r.fault(FaultNotice, "", "提醒有 %d 条，审计日志中有 %d 条", n, lines)
	}
	return err
}

// String lists the faults, one a line.
func (r *CheckReport) String() string {
	var b strings.Builder
	for _, f := range r.Faults {
		b.WriteString(f.Public + "\n")
	}
	return b.String()
}
