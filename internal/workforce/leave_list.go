package workforce

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// LeaveLine is an application with the names that a list shows.
type LeaveLine struct {
	Leave
	Name        string      `json:"name"`
	Unit        string      `json:"unit"`
	StandInName string      `json:"stand_in_name,omitempty"`
	History     []LeaveStep `json:"history,omitempty"`
	CanDecide   bool        `json:"can_decide"`   // the actor, now
	CanStandIn  bool        `json:"can_stand_in"` // the actor, now
}

// Leaves lists applications, newest first: those that wait for the actor, his own, or all that he may see.
func (m *Module) Leaves(ctx context.Context, which, after string) (list []LeaveLine, next string, err error) {
	a := actor.From(ctx)
	if !a.Can(PermApply) && !canApprove(a) {
		if err := a.Require(PermAttendance); err != nil {
			return nil, "", err
		}
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	switch which {
	case "waiting":
		waitingFor(w, a)
	case "mine":
		w.And("user_id = ? AND user_id <> ''", a.UserID)
	default:
		cond, args := org.Filter(a, PermAttendance, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id", Owner: "user_id"})
		w.And(cond, args...)
	}
	if after != "" {
		w.And("id < ?", after)
	}
	const limit = 50
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Leave](tx, "SELECT "+leaveColumns+" FROM workforce_leave"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(limit+1), w.Args...)
		if len(found) > limit {
			found, next = found[:limit], found[limit-1].ID
		}
		if err != nil {
			return err
		}
		list, err = m.nameLeaves(tx, a, found)
		return err
	})
	return list, next, err
}

// waitingFor restricts to what the actor must answer: as a stand-in, or as the approver whose turn it is.
func waitingFor(w *store.Where, a *actor.Actor) {
	cond, args := "(stand_in = ? AND stand_in <> '' AND state = 'asked')", []any{a.UserID}
	for _, step := range []string{StepChief, StepSection, StepLeader} {
		perm := stepPermission(step)
		if !a.Can(perm) {
			continue
		}
		mine, more := org.Filter(a, perm, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id"})
		cond += " OR (waiting = '" + step + "' AND user_id <> ? AND " + mine + ")"
		args = append(append(args, a.UserID), more...)
	}
	w.And("("+cond+")", args...)
}

func (m *Module) nameLeaves(tx *store.Tx, a *actor.Actor, found []Leave) ([]LeaveLine, error) {
	out := make([]LeaveLine, len(found))
	var users, units []string
	for _, l := range found {
		users, units = append(users, l.UserID, l.StandIn), append(units, l.UnitID)
	}
	if len(found) == 0 {
		return out, nil
	}
	names, err := m.org.UserNamesTx(tx, a.CentreID, users)
	if err != nil {
		return nil, err
	}
	unitNames, err := m.org.UnitsTx(tx, a.CentreID, units)
	for i, l := range found {
		u := unitNames[l.UnitID]
		out[i] = LeaveLine{Leave: l, Name: names[l.UserID], Unit: u.Short(), StandInName: names[l.StandIn]}
		out[i].CanStandIn = l.State == Asked && l.StandIn == a.UserID
		p := stepPermission(l.Waiting)
		out[i].CanDecide = l.State == Agreed && l.UserID != a.UserID && a.Can(p) && org.Sees(a, p, org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID})
	}
	return out, err
}

// LeaveOf gives one application with its history.
func (m *Module) LeaveOf(ctx context.Context, id string) (LeaveLine, error) {
	l, err := m.peekLeave(ctx, id)
	if err != nil {
		return LeaveLine{}, err
	}
	a := actor.From(ctx)
	var line LeaveLine
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := m.nameLeaves(tx, a, []Leave{l})
		if err != nil {
			return err
		}
		line = list[0]
		if line.History, err = store.Select[LeaveStep](tx, "SELECT "+store.Columns[LeaveStep]("")+" FROM workforce_leave_step WHERE centre_id = $1 AND leave_id = $2 ORDER BY id", l.CentreID, l.ID); err != nil {
			return err
		}
		users := make([]string, len(line.History))
		for i, s := range line.History {
			users[i] = s.ByUser
		}
		names, err := m.org.UserNamesTx(tx, l.CentreID, users)
		for i := range line.History {
			line.History[i].Name = names[line.History[i].ByUser]
		}
		return err
	})
	return line, err
}

// Colleagues lists those who may stand in for the actor: who is posted at the same site today.
func (m *Module) Colleagues(ctx context.Context) ([]Member, error) {
	a := actor.From(ctx)
	if err := a.Require(PermApply); err != nil {
		return nil, err
	}
	var out []Member
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		day := tx.Now().Date()
		p, err := postingOn(tx, a.CentreID, a.UserID, day)
		if err != nil {
			return err
		}
		all := &actor.Actor{Kind: actor.System, CentreID: a.CentreID}
		list, err := m.staffOf(tx, all, PermStaffRead, StaffFilter{SiteID: p.SiteID}, day, day)
		for _, x := range list {
			if x.UserID != a.UserID {
				x.Posting = Posting{UserID: x.UserID, UnitID: x.Posting.UnitID, SiteID: x.Posting.SiteID, From: clock.NoDate, To: clock.NoDate, Notice: clock.NoDate} // names only
				out = append(out, x)
			}
		}
		return err
	})
	return out, err
}
