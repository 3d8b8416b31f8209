package rating

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Appeal (申诉) is the word of whoever was rated that a rating is a mistake or malicious: 政务监察股 looks into it and gives an
// opinion, the leader decides. There is one for a task.
type Appeal struct {
	CentreID  string        `db:"centre_id" json:"-"`
	TaskID    string        `db:"task_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	Ground    Ground        `db:"ground" json:"ground"`
	Text      string        `db:"text" json:"text"`
	Back      State         `db:"back" json:"-"` // where the task goes on if the appeal is not upheld
	MadeBy    string        `db:"made_by" json:"made_by"`
	MadeAt    clock.Instant `db:"made_at" json:"made_at"`
	Advice    string        `db:"advice" json:"advice,omitempty"` // uphold or reject
	Opinion   string        `db:"opinion" json:"opinion,omitempty"`
	OpinedBy  string        `db:"opined_by" json:"opined_by,omitempty"`
	OpinedAt  clock.Instant `db:"opined_at" json:"opined_at,omitzero"`
	State     string        `db:"state" json:"state"`
	Decision  string        `db:"decision" json:"decision,omitempty"`
	DecidedBy string        `db:"decided_by" json:"decided_by,omitempty"`
	DecidedAt clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
}

// States of an appeal, which are also what 政务监察股 may advise.
const (
	AppealOpen     = "open"     // 待裁定
	AppealUpheld   = "upheld"   // 成立
	AppealRejected = "rejected" // 不成立
)

// AppealLabel is the Chinese name of an appeal's state.
func AppealLabel(state string) string {
	return map[string]string{AppealOpen: "待裁定", AppealUpheld: "成立", AppealRejected: "不成立"}[state]
}

func loadAppeal(tx *store.Tx, t *Task) (Appeal, error) {
	return store.Get[Appeal](tx, "SELECT "+store.Columns[Appeal]("")+" FROM rating_appeal WHERE centre_id = $1 AND task_id = $2", t.CentreID, t.ID)
}

// Appeal brings an appeal of whoever was rated, or of the chief representative of the unit.
func (m *Module) Appeal(ctx context.Context, cmd Command, g Ground, why string) (Task, error) {
	return m.run(ctx, cmd, ActAppeal, []any{g, why}, func(tx *store.Tx, t *Task) (note, error) {
		why, err := said("text", "申诉的事实和理由", why)
		if err != nil {
			return note{}, err
		}
		if g.Label() == "" || g == Duplicate {
			return note{}, ErrInput.Field("ground", "请选择申诉理由。")
		}
		if _, err := loadAppeal(tx, t); !errors.Is(err, store.ErrNotFound) {
			return note{}, errors.Join(err, ErrAppealed)
		}
		names, err := m.knownNames(tx, t)
		if err != nil {
			return note{}, err
		}
		p := Appeal{CentreID: t.CentreID, TaskID: t.ID, ID: tx.NewID(), Ground: g, Text: Scrub(why, names...), Back: t.State, MadeBy: actor.From(ctx).UserID, MadeAt: tx.Now(), State: AppealOpen}
		return note{text: why, data: map[string]any{"ground": g}}, store.Insert(tx, "rating_appeal", p)
	})
}

// Opine writes the opinion of 政务监察股 about an appeal (复核申诉) with its advice: AppealUpheld or AppealRejected.
func (m *Module) Opine(ctx context.Context, cmd Command, advice, opinion string) (Task, error) {
	return m.run(ctx, cmd, ActOpine, []any{advice, opinion}, func(tx *store.Tx, t *Task) (note, error) {
		opinion, err := said("text", "复核意见", opinion)
		if err != nil {
			return note{}, err
		}
		if advice != AppealUpheld && advice != AppealRejected {
			return note{}, ErrInput.Field("advice", "请选择建议成立或不成立。")
		}
		return note{text: opinion, data: map[string]any{"advice": advice}}, m.changeAppeal(tx, t, func(p *Appeal, who string) error {
			if p.MadeBy == who {
				return ErrSamePerson
			}
			p.Advice, p.Opinion, p.OpinedBy, p.OpinedAt = advice, opinion, who, tx.Now()
			return nil
		})
	})
}

// Uphold decides that an appeal is right (申诉成立): the rating is excluded from every figure, and stays visible and listed
// with the reason. The leader decides, after the opinion of 政务监察股.
func (m *Module) Uphold(ctx context.Context, cmd Command, why string) (Task, error) {
	return m.run(ctx, cmd, ActUphold, why, func(tx *store.Tx, t *Task) (note, error) {
		why, err := said("text", "裁定的理由", why)
		if err != nil {
			return note{}, err
		}
		ground := Ground("")
		err = m.changeAppeal(tx, t, func(p *Appeal, who string) error {
			ground = p.Ground
			return p.decide(AppealUpheld, why, who, tx.Now())
		})
		if err != nil {
			return note{}, err
		}
		return note{text: why, data: map[string]any{"ground": ground}}, m.exclude(tx, t, ground, why)
	})
}

// Reject decides that an appeal is not right (申诉不成立): the task goes on where it stood, under the same limits.
func (m *Module) Reject(ctx context.Context, cmd Command, why string) (Task, error) {
	return m.run(ctx, cmd, ActReject, why, func(tx *store.Tx, t *Task) (note, error) {
		why, err := said("text", "裁定的理由", why)
		if err != nil {
			return note{}, err
		}
		return note{text: why}, m.changeAppeal(tx, t, func(p *Appeal, who string) error {
			t.State = p.Back
			return p.decide(AppealRejected, why, who, tx.Now())
		})
	})
}

// decide refuses a decision before the opinion, and one by somebody who had a part in it.
func (p *Appeal) decide(state, why, who string, now clock.Instant) error {
	switch {
	case p.OpinedAt == 0:
		return ErrOpinion
	case who == p.MadeBy || who == p.OpinedBy:
		return ErrSamePerson
	}
	p.State, p.Decision, p.DecidedBy, p.DecidedAt = state, why, who, now
	return nil
}

// changeAppeal changes the appeal of a task; what was written is scrubbed, for whoever was rated reads it.
func (m *Module) changeAppeal(tx *store.Tx, t *Task, rule func(p *Appeal, who string) error) error {
	p, err := loadAppeal(tx, t)
	if err != nil {
		return hidden(err, ErrState)
	}
	if err := rule(&p, actor.From(tx.Context()).UserID); err != nil {
		return err
	}
	names, err := m.knownNames(tx, t)
	if err != nil {
		return err
	}
	p.Opinion, p.Decision = Scrub(p.Opinion, names...), Scrub(p.Decision, names...)
	return store.Update(tx, "rating_appeal", p, "centre_id", "task_id", "id")
}

// contact opens the name and phone of a person.
func (m *Module) contact(tx *store.Tx, centre, person string) (party.Contact, error) {
	p, err := party.Load(tx, centre, person)
	if err != nil {
		return party.Contact{}, err
	}
	return m.party.Open(p)
}
