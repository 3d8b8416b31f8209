package hall

import (
	"cmp"

	"yichuang/internal/clock"
)

// Turn chooses who is called next (叫号规则, hall reference §3 and §4.2) out of the tickets that wait in the queues of a
// counter. jumps tells for each queue how many calls have gone past its ordinary tickets since the last ordinary one.
//
// Where most calls have gone past a queue, its oldest ordinary ticket is next, so that nobody waits for ever. Otherwise
// the class decides (优先, then 预约 whose slot has begun, then 普通), within a class the moment from which a ticket waits.
// A ticket that came back after it was missed lets Skip others go first. Only where nobody else waits, those who are
// behind others or before their slot are called as well: a free counter does not let people stand.
//
// It gives the index of the ticket, -1 where nobody waits.
func Turn(waiting []Ticket, jumps map[string]int64, most int64, now clock.Instant) int {
	starved, best, rest := -1, -1, -1
	for i := range waiting {
		t := &waiting[i]
		switch {
		case t.Skip > 0 || t.ReadyAt > now:
			if rest < 0 || cmp.Or(cmp.Compare(t.Skip, waiting[rest].Skip), compareTickets(t, &waiting[rest])) < 0 {
				rest = i
			}
			continue
		case t.Class == Ordinary && jumps[t.QueueID] >= most && (starved < 0 || compareTickets(t, &waiting[starved]) < 0):
			starved = i
		}
		if best < 0 || compareTickets(t, &waiting[best]) < 0 {
			best = i
		}
	}
	switch {
	case starved >= 0:
		return starved
	case best >= 0:
		return best
	}
	return rest
}

// compareTickets orders tickets by class, then by the moment from which they wait.
func compareTickets(a, b *Ticket) int {
	return cmp.Or(cmp.Compare(a.Class.rank(), b.Class.rank()), cmp.Compare(a.ReadyAt, b.ReadyAt), cmp.Compare(a.TakenAt, b.TakenAt), cmp.Compare(a.ID, b.ID))
}

// Jumped gives the count of each queue after waiting[called] was called: back to 0 for the queue of an ordinary ticket,
// one more for every queue whose ordinary tickets had to let another go first.
func Jumped(waiting []Ticket, jumps map[string]int64, called int, now clock.Instant) map[string]int64 {
	out := map[string]int64{}
	for q, n := range jumps {
		out[q] = n
	}
	t := &waiting[called]
	if t.Class == Ordinary {
		out[t.QueueID] = 0
		return out
	}
	passed := map[string]bool{}
	for i := range waiting {
		w := &waiting[i]
		if w.Class == Ordinary && w.Skip == 0 && w.ReadyAt <= now && !passed[w.QueueID] {
			passed[w.QueueID] = true
			out[w.QueueID]++
		}
	}
	return out
}
