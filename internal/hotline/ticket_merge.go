package hotline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// ErrMerge refuses to merge two tickets (并单) or to take them apart again.
var ErrMerge = errs.New(errs.Conflict, "hotline.merge", "这两张工单不能并单。")

// merging is what un-merging a ticket restores (拆单): everything that merging changed.
type merging struct {
	State   State         `json:"state"`
	QueueAt clock.Instant `json:"queue_at"`
	Legs    []mergedLeg   `json:"legs,omitempty"`
}

type mergedLeg struct {
	ID      LegID    `json:"id"`
	State   LegState `json:"state"`
	Outcome string   `json:"outcome"`
}

// Merge merges a ticket into another one about the same matter (并单), named by id or number: its own handling ends, its
// caller stays subscribed, is called back with the other ticket's, and reads its replies. Both keep the history and may
// be taken apart again. Refusals: hotline.merge, hotline.conflict_of_interest, hotline.ask_pending.
func (m *Module) Merge(ctx context.Context, cmd Command, into, why string) (Ticket, error) {
	why, err := Reason("reason", "并单理由", why)
	if err != nil {
		return Ticket{}, err
	}
	if err := actor.From(ctx).Require(PermMerge); err != nil {
		return Ticket{}, err
	}
	return m.pair(ctx, cmd, func(tx *store.Tx) (TicketID, error) {
		t, err := visibleTicket(tx, actor.From(ctx), into)
		return t.ID, err
	}, ActMerge, into+why, func(tx *store.Tx, o, target *order) (note, error) {
		if err := m.mergeable(tx, o, target); err != nil {
			return note{}, err
		}
		was := merging{State: o.State, QueueAt: o.QueueAt}
		for _, l := range o.legs {
			was.Legs = append(was.Legs, mergedLeg{l.ID, l.State, l.Outcome})
		}
		restore, err := json.Marshal(was)
		if err != nil {
			return note{}, fmt.Errorf("merge: %w", err)
		}
		link := Link{CentreID: o.CentreID, TicketID: o.ID, ID: tx.NewID(), OtherID: target.ID, Kind: LinkMerged, At: tx.Now(), By: actorID(tx), Reason: why, Before: string(restore)}
		if err := store.Insert(tx, "hotline_link", link); err != nil {
			return note{}, err
		}
		o.cancelLegs()
		o.close(tx.Now(), "")
		o.MergedInto = target.ID
		target.MergedCount++
		n := note{text: why, data: map[string]any{"into": target.No, "from": o.No}}
		return n, m.finish(tx, target, ActMerge, PermMerge, n)
	})
}

// mergeable refuses two tickets that do not belong together. A ticket that others were merged into is not merged itself:
// so there are no chains, and taking apart restores one ticket exactly.
func (m *Module) mergeable(tx *store.Tx, o, target *order) error {
	switch {
	case o.ID == target.ID:
		return ErrMerge.Say("不能把工单并入它自己。请核对目标工单号。")
	case !target.State.Open():
		return ErrMerge.Say("目标工单已经结束（%s），不能并入。请选择正在办理的工单。", target.State.Label())
	case o.MergedCount > 0:
		return ErrMerge.Say("已有 %d 张工单并入这张工单，请反过来把另一张并入它，或先拆单。", o.MergedCount)
	case o.Confidential != target.Confidential:
		return ErrMerge.Say("两张工单的保密要求不同，不能并单，以免泄露来电人信息。")
	}
	for i := range o.legs {
		if o.legs[i].Asks > 0 {
			return ErrAskPending
		}
	}
	if err := m.checkNotAccused(tx, target, o.AccusedUnit); err != nil {
		return ErrConflictOfInterest.Say("这张工单反映的单位正在承办目标工单，不能并单。")
	}
	return nil
}

// Unmerge takes a merged ticket out again (拆单): it stands where it stood, with the deadlines that it had. What was done
// about its caller meanwhile stays in the other ticket's record.
func (m *Module) Unmerge(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "拆单理由", why)
	if err != nil {
		return Ticket{}, err
	}
	if err := actor.From(ctx).Require(PermMerge); err != nil {
		return Ticket{}, err
	}
	return m.pair(ctx, cmd, func(tx *store.Tx) (TicketID, error) {
		t, err := visibleTicket(tx, actor.From(ctx), string(cmd.TicketID))
		return t.MergedInto, err
	}, ActUnmerge, why, func(tx *store.Tx, o, target *order) (note, error) {
		if target.State == Archived {
			return note{}, ErrMerge.Say("目标工单已经归档，不能拆单；需要继续办理的，请登记新工单并关联。")
		}
		link, was, err := mergeOf(tx, o)
		if err != nil {
			return note{}, err
		}
		link.EndedAt, link.EndedBy = tx.Now(), actorID(tx)
		if err := store.Update(tx, "hotline_link", link, "centre_id", "ticket_id", "id"); err != nil {
			return note{}, err
		}
		if err := m.restore(tx, o, was); err != nil {
			return note{}, err
		}
		target.MergedCount--
		n := note{text: why, data: map[string]any{"into": target.No, "from": o.No}}
		return n, m.finish(tx, target, ActUnmerge, PermMerge, n)
	})
}

// mergeOf reads how a ticket was merged.
func mergeOf(tx *store.Tx, o *order) (Link, merging, error) {
	link, err := store.Get[Link](tx, "SELECT "+linkColumns+" FROM hotline_link WHERE centre_id = $1 AND ticket_id = $2 AND kind = 'merged' AND ended_at = 0", o.CentreID, o.ID)
	if err != nil {
		return link, merging{}, err
	}
	var was merging
	err = json.Unmarshal([]byte(link.Before), &was)
	return link, was, err
}

// restore puts a ticket and its legs where they stood before merging, with their counts, and watches the legs again.
func (m *Module) restore(tx *store.Tx, o *order, was merging) error {
	o.unclose()
	o.State, o.QueueAt, o.MergedInto = was.State, was.QueueAt, ""
	for _, w := range was.Legs {
		l := o.leg(w.ID)
		if l == nil || l.ID != w.ID {
			return fmt.Errorf("unmerge: leg %s of ticket %s is gone", w.ID, o.ID)
		}
		if l.State == w.State && l.Outcome == w.Outcome {
			continue
		}
		if l.State == Accepted {
			o.counts.add(CountOutcome, l.AcceptedAt.Date(), l.UnitID+"/"+l.Outcome, -1)
			o.counts.add(CountOutcome, l.AcceptedAt.Date(), l.UnitID+"/"+w.Outcome, 1)
		}
		l.State, l.Outcome = w.State, w.Outcome
		o.change(l)
		if l.State.Running() {
			if err := m.watchNow(tx, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// pair runs an action on a ticket together with another one, whose chains are taken in the order that keeps two such
// transactions from waiting for each other.
func (m *Module) pair(ctx context.Context, cmd Command, other func(*store.Tx) (TicketID, error), action Action, digest string, do func(*store.Tx, *order, *order) (note, error)) (Ticket, error) {
	var t Ticket
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		centre := actor.From(ctx).CentreID
		second, err := other(tx)
		if err != nil {
			return err
		}
		both := []string{string(cmd.TicketID)}
		if second != "" {
			both = append(both, string(second))
		}
		audit.LockOrder(both)
		for _, object := range both {
			if err := audit.Lock(tx, centre, object); err != nil {
				return err
			}
		}
		o, err := m.act(tx, cmd, action, digest, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
			if second == o.ID {
				return note{}, ErrMerge.Say("不能把工单并入它自己。请核对目标工单号。")
			}
			target, err := loadOrder(tx, centre, second)
			if err != nil {
				return note{}, err
			}
			return do(tx, o, target)
		})
		if err == nil {
			t = o.Ticket
		}
		return err
	})
	return t, err
}

// MergedTicket is a ticket that was merged into another, with what became of the call to its caller.
type MergedTicket struct {
	ID          TicketID      `json:"id"`
	No          string        `json:"no"`
	Title       string        `json:"title"`
	Channel     string        `json:"channel"`
	CreatedAt   clock.Instant `json:"created_at"`
	ReplyWanted bool          `json:"reply_wanted"`
	CallerName  string        `json:"caller_name,omitempty"` // masked; for the hotline office
	CallerPhone string        `json:"caller_phone,omitempty"`
	Called      bool          `json:"called"` // reached in this round, or given up after the tries that the rules ask for
}

// wants reports whether the ticket's caller is to be called back.
func (t *Ticket) wants() bool { return t.ReplyWanted && t.CallerID != "" }

// mergedInto lists the tickets that were merged into one.
func mergedInto(tx *store.Tx, t *Ticket) ([]Ticket, error) {
	if t.MergedCount == 0 {
		return nil, nil
	}
	return store.Select[Ticket](tx, "SELECT "+store.Columns[Ticket]("t.")+` FROM hotline_link l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id
		WHERE l.centre_id = $1 AND l.other_id = $2 AND l.kind = 'merged' AND l.ended_at = 0 ORDER BY l.id`, t.CentreID, t.ID)
}

// callersOf lists about whom a ticket's call-backs are: "" for its own caller, and the tickets that were merged into it.
func callersOf(tx *store.Tx, t *Ticket) ([]TicketID, error) {
	var out []TicketID
	if t.wants() {
		out = append(out, "")
	}
	list, err := mergedInto(tx, t)
	for i := range list {
		if list[i].wants() {
			out = append(out, list[i].ID)
		}
	}
	return out, err
}

// closeKind says how a round may be closed after its call-backs: every caller must have been reached, or tried often
// enough, and none may be left unsatisfied without a finding.
func (m *Module) closeKind(tx *store.Tx, o *order, calls []CallbackResult, finding string) (string, error) {
	if o.Supervised > 0 {
		return "", ErrSupervised
	}
	callers, err := callersOf(tx, &o.Ticket)
	if err != nil {
		return "", err
	}
	if len(callers) == 0 {
		return CloseNoCallback, nil
	}
	rank := []string{CloseUnreachable, CloseSatisfied, CloseAdjudicated}
	kind := CloseUnreachable
	for _, who := range callers {
		own := slices.DeleteFunc(slices.Clone(calls), func(c CallbackResult) bool { return c.About != who })
		k, err := closeKindOf(own, finding, func() (Limits, error) { return m.LimitsTx(tx, o.CentreID) })
		if err != nil {
			if who != "" && errors.Is(err, ErrCloseEarly) {
				return "", ErrCloseEarly.Say("还不能办结：并入的工单的来电人也要回访到。").With("about", who)
			}
			return "", err
		}
		if slices.Index(rank, k) > slices.Index(rank, kind) {
			kind = k
		}
	}
	return kind, nil
}
