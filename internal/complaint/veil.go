package complaint

import (
	"slices"

	"yichuang/internal/actor"
)

// involved reports whether somebody is complained of or a colleague of him: of his unit, of the unit that is complained of, or of one
// above it.
func (m *Matter) involved(a *actor.Actor) bool {
	if m.Kind != Complaint || a.Kind == actor.System {
		return false
	}
	return a.UserID != "" && a.UserID == m.AccusedID || m.UnitID != "" && a.HasUnit(m.UnitID) || m.AccusedUnit != "" && a.HasUnit(m.AccusedUnit)
}

// personalPerm is the permission to know who reported a kind of matter.
func personalPerm(k Kind) actor.Permission {
	if k == Complaint {
		return PermComplaintPersonal
	}
	return PermStuckPersonal
}

// knows reports whether somebody may learn who reported the matter (invariant I10). Of a stuck matter the unit that handles it must
// know, because it calls the reporter the same day. Of a complaint only the supervisors know, and none of them who is involved.
func (m *Matter) knows(a *actor.Actor) bool {
	return m.visible(a, personalPerm(m.Kind)) == nil && !m.involved(a)
}

// veiled is the matter as somebody sees it who may not know the reporter: without what the reporter wrote and without what leads to
// him, such as the number of his case, its item or his call, and without who is complained of.
func (m Matter) veiled() Matter {
	if m.Kind != Complaint {
		return m
	}
	m.Title, m.Channel, m.Window = "", "", ""
	m.ItemID, m.ItemName, m.AccusedID, m.AccusedUnit = "", "", "", ""
	m.CaseNo, m.CaseID, m.TicketID, m.TicketNo, m.ReporterID, m.CreatedBy = "", "", "", "", "", ""
	return m
}

// spoken are the actions on a complaint whose words those may read who do not know the reporter: what the unit is asked and says, and
// what comes of it for the unit.
var spoken = []Action{ActAsk, ActAnswer, ActDispose, ActFile}

// veiledEvents are the events as somebody sees them who may not know the reporter: that something was done and when, without the
// words of the reporter's side.
func veiledEvents(events []Event) []Event {
	out := make([]Event, 0, len(events))
	for _, e := range events {
		if !slices.Contains(spoken, e.Action) {
			e.Text = ""
		}
		if e.Action == ActRegister || e.Action == ActAttach {
			e.ActorKind, e.ActorID, e.ActorName, e.UnitID = "", "", "", ""
		}
		e.Data, e.Hash = "", nil
		out = append(out, e)
	}
	return out
}
