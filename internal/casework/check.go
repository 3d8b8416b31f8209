package casework

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

// Fault (核验发现) is what a check found wrong about a case: the number of the first event that does not hold, or what else.
type Fault struct {
	CaseID CaseID `json:"case_id"`
	No     string `json:"no"`
	Seq    int64  `json:"seq,omitempty"`
	Text   string `json:"text"`
}

// checkChunk is how many cases are read at a time.
const checkChunk = 200

// Check proves every case of the actor's centre from what is stored (invariants I3, I4, I8): the chain of its events, that
// its state is the one of its last event, and that the ends of its clocks are those that its row says. Only the program
// itself runs it.
func (m *Module) Check(ctx context.Context) ([]Fault, error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return nil, actor.ErrForbidden
	}
	var out []Fault
	after := CaseID("")
	for {
		n := 0
		err := m.db.Read(ctx, func(tx *store.Tx) error {
			list, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id > $2 ORDER BY id LIMIT "+itoa(checkChunk), a.CentreID, after)
			for i := range list {
				faults, err := m.checkCase(tx, &list[i])
				if err != nil {
					return err
				}
				out, after = append(out, faults...), list[i].ID
			}
			n = len(list)
			return err
		})
		if err != nil || n < checkChunk {
			return out, err
		}
	}
}

func (m *Module) checkCase(tx *store.Tx, c *Case) ([]Fault, error) {
	events, err := loadEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	var out []Fault
	say := func(seq int64, text string) { out = append(out, Fault{c.ID, c.No, seq, text}) }
	if seq := verifyEvents(c, events); seq != 0 {
		say(seq, "办理记录的链条断开")
	} else if events[len(events)-1].State != c.State {
		say(0, "状态与最后一条办理记录不一致")
	}
	d, err := m.complete(tx, *c)
	if err != nil {
		return nil, err
	}
	for _, k := range d.clocks {
		if k.Running && !c.State.Open() {
			say(0, k.Kind.Label()+"在办件结束后仍在走")
		}
	}
	if c.State != Suspended && d.nextEnd(tx.Now().Date()) != c.NextDue {
		say(0, "最近期限与时钟不一致")
	}
	return out, nil
}
