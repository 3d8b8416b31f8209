package figure

import (
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// scanName names a set of rows that a period selects by one moment of theirs.
type scanName string

// The scans.
const (
	scanReceived scanName = "received" // tickets by registration
	scanAccepted scanName = "accepted" // tickets by acceptance
	scanClosed   scanName = "closed"   // tickets by closing
	scanDue      scanName = "due"      // legs whose final due has passed, by it
	scanSign     scanName = "sign"     // legs whose limit of signing has passed, by it
	scanSent     scanName = "sent"     // legs by dispatch
	scanOpen     scanName = "open"     // legs that are open now
	scanLate     scanName = "late"     // of those, past their due
	scanAgain    scanName = "again"    // lead legs of a second or later round, by dispatch
	scanCall     scanName = "call"     // call-backs by their moment
	scanReturn   scanName = "return"   // asks to return a leg, by their moment
)

// The arms of the scans of legs: which part of the table, and so which index.
const (
	armAll       = "all"
	armSettled   = "settled"   // the outcome is frozen, or the leg no longer counts
	armSubmitted = "submitted" // the reply waits for review
	armOpen      = "open"      // the unit owes a reply
	armSigned    = "signed"
	armVoid      = "void" // no longer counts
)

// arm is one part of a scan that one index answers; the arms of a scan never overlap, and each holds every column that
// is counted, so that a figure reads no table.
type arm struct {
	name string
	cond string
	args []any
}

// scanBase is the table that a scan's rows come from.
type scanBase struct {
	from, alias string
	key         string // the moment that the period selects, "" where it is the id
	unit        string // the unit that a row is attributed to
	columns     string // of CohortRow beside those of the ticket
	newest      bool   // its list starts at the end
}

const legColumns = "l.unit_id AS row_unit, l.round AS row_round, l.state AS row_state, l.due, l.submitted_at, l.outcome, '' AS result, l.role AS row_role"

var scanBases = map[scanName]scanBase{
	scanReceived: ticketBase("created_at"),
	scanAccepted: ticketBase("accepted_at"),
	scanClosed:   ticketBase("closed_at"),
	scanDue:      legBase("due"),
	scanSign:     legBase("sign_due"),
	scanSent:     legBase("dispatched_at"),
	scanOpen:     legBase("due"),
	scanLate:     legBase("due"),
	scanAgain:    againBase(),
	scanCall: {from: "hotline_callback c", alias: "c", key: "c.at", unit: "c.unit_id", newest: true,
		columns: "c.unit_id AS row_unit, c.round AS row_round, '' AS row_state, 0 AS due, c.at AS submitted_at, c.adjudication AS outcome, c.result, '' AS row_role"},
	scanReturn: {from: "hotline_ask k", alias: "k", key: "k.asked_at", unit: "k.unit_id", newest: true,
		columns: "k.unit_id AS row_unit, 0 AS row_round, '' AS row_state, 0 AS due, k.decided_at AS submitted_at, k.state AS outcome, k.ground AS result, '' AS row_role"},
}

func ticketBase(key string) scanBase {
	b := scanBase{from: "hotline_ticket t", alias: "t", key: "t." + key, unit: "t.unit_id", newest: true,
		columns: "t.unit_id AS row_unit, t.round AS row_round, t.state AS row_state, t.due, t.closed_at AS submitted_at, t.close_kind AS outcome, '' AS result, '' AS row_role"}
	if key == "created_at" {
		b.key = "" // ids grow with the time of registration
	}
	return b
}

func legBase(key string) scanBase {
	return scanBase{from: "hotline_leg l", alias: "l", key: "l." + key, unit: "l.unit_id", columns: legColumns}
}

// againBase attributes a rework to the unit whose answer did not do: the lead of the round before.
func againBase() scanBase {
	b := legBase("dispatched_at")
	b.unit = `COALESCE((SELECT MAX(p.unit_id) FROM hotline_leg p WHERE p.centre_id = l.centre_id AND p.ticket_id = l.ticket_id AND p.round = l.round - 1 AND p.role = 'lead' AND p.state <> 'RETURNED'), l.unit_id)`
	return b
}

// arms gives where the rows of a scan are in a period, as things stand at now. What falls due after now is not judged.
func (n scanName) arms(p metric.Period, now clock.Instant) []arm {
	from, to := p.Start(), p.End()
	passed := min(to, now)
	during := func(key string, end clock.Instant) (string, []any) {
		return " AND " + key + " >= ? AND " + key + " < ?", []any{from, end}
	}
	one := func(cond, key string) []arm {
		between, args := during(key, to)
		return []arm{{armAll, cond + between, args}}
	}
	switch n {
	case scanReceived:
		return []arm{{armAll, "t.id >= ? AND t.id < ?", []any{id.Format(id.At(from)), id.Format(id.At(to))}}}
	case scanAccepted:
		return one("t.accepted_at <> 0", "t.accepted_at")
	case scanClosed:
		return one("t.close_kind <> ''", "t.closed_at")
	case scanDue:
		due, args := during("l.due", passed)
		return []arm{{armSettled, "l.outcome <> ''" + due, args}, {armSubmitted, "l.state = 'SUBMITTED'" + due, args}, {armOpen, "l.open" + due, args}}
	case scanSign:
		due, args := during("l.sign_due", passed)
		return []arm{{armSigned, "l.signed_at <> 0 AND l.outcome <> 'na'" + due, args}, {armVoid, "l.outcome = 'na'" + due, args}, {armOpen, "l.open AND l.due > 0 AND l.signed_at = 0" + due, args}}
	case scanSent:
		return one("1 = 1", "l.dispatched_at")
	case scanOpen:
		// The due, which every leg has, leads SQLite to the index of open legs.
		return []arm{{armOpen, "l.open AND l.due > 0", nil}}
	case scanLate:
		return []arm{{armOpen, "l.open AND l.due < ?", []any{now}}}
	case scanAgain:
		// A ticket counts once in a period, however many rounds began in it.
		between, args := during("l.dispatched_at", to)
		return []arm{{armAll, "l.round > 1 AND l.role = 'lead'" + between + ` AND NOT EXISTS (SELECT 1 FROM hotline_leg e
			WHERE e.centre_id = l.centre_id AND e.ticket_id = l.ticket_id AND e.round > 1 AND e.role = 'lead' AND e.id < l.id AND e.dispatched_at >= ?)`, append(args, from)}}
	case scanCall:
		return one("1 = 1", "c.at")
	case scanReturn:
		return one("k.kind = 'return'", "k.asked_at")
	}
	return nil
}

// reader says whose figures are asked for: the centre, the units that the actor may see, and the one unit among them.
type reader struct {
	centre string
	units  []string // nil for all
	unit   string
}

func readerOf(a *actor.Actor, unit string) reader {
	units, all := reportUnits(a)
	r := reader{centre: a.CentreID, units: units, unit: unit}
	if all {
		r.units = nil
	} else if r.units == nil {
		r.units = []string{}
	}
	return r
}

// where joins an arm with the centre and the units of the reader.
func (b scanBase) where(r reader, at arm) *store.Where {
	w := (&store.Where{}).And(b.alias+".centre_id = ?", r.centre).And(at.cond, at.args...)
	if r.units != nil {
		b.inUnits(w, r.units)
	}
	if r.unit != "" {
		b.inUnits(w, []string{r.unit})
	}
	return w
}

func (b scanBase) inUnits(w *store.Where, units []string) {
	if len(units) == 0 {
		w.And("1 = 0")
		return
	}
	args := make([]any, len(units))
	for i, u := range units {
		args[i] = u
	}
	w.And(b.unit+" IN (?"+strings.Repeat(", ?", len(units)-1)+")", args...)
}

// reportUnits gives the units whose figures an actor may see, or that he may see the whole centre's.
func reportUnits(a *actor.Actor) (units []string, all bool) {
	if a.Scope(hotline.PermReport) >= actor.Centre {
		return nil, true
	}
	units = append(units, a.UnitIDs...)
	if len(units) == 0 && a.UnitID != "" {
		units = []string{a.UnitID}
	}
	return units, false
}
