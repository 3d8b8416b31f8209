package complaint

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/store"
)

// Wrong (核验发现) is what a check found wrong about a matter: the number of the first event that does not hold, or what else.
type Wrong struct {
	ID   MatterID `json:"id"`
	No   string   `json:"no"`
	Seq  int64    `json:"seq,omitempty"`
	Text string   `json:"text"`
}

// Check proves every matter of the actor's centre from what is stored: the chain of its events, that its state is the one of its last
// event, and that the ends in its row are those of its clocks. Only the program itself runs it.
func (m *Module) Check(ctx context.Context) ([]Wrong, error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return nil, actor.ErrForbidden
	}
	var out []Wrong
	after := MatterID("")
	for {
		n := 0
		err := m.db.Read(ctx, func(tx *store.Tx) error {
			list, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND id > $2 ORDER BY id LIMIT 200", a.CentreID, after)
			for i := range list {
				wrong, err := m.checkMatter(tx, list[i])
				if err != nil {
					return err
				}
				out, after = append(out, wrong...), list[i].ID
			}
			n = len(list)
			return err
		})
		if err != nil || n < 200 {
			return out, err
		}
	}
}

func (m *Module) checkMatter(tx *store.Tx, c Matter) ([]Wrong, error) {
	events, err := loadEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	var out []Wrong
	if seq := chain.Broken(events, c.EventSeq, c.EventHash); seq != 0 {
		out = append(out, Wrong{c.ID, c.No, seq, "办理记录的链条断开"})
	} else if events[len(events)-1].State != c.State {
		out = append(out, Wrong{c.ID, c.No, 0, "状态与最后一条办理记录不一致"})
	}
	f, err := m.complete(tx, c)
	if err != nil {
		return out, err
	}
	next := c.NextDue
	for _, k := range f.clocks {
		if k.Running && !c.Open {
			out = append(out, Wrong{c.ID, c.No, 0, k.Kind.Label() + "在结束后仍在走"})
		}
		if k.Running && k.Due < next {
			out = append(out, Wrong{c.ID, c.No, 0, "最近期限与时钟不一致"})
		}
	}
	return out, nil
}
