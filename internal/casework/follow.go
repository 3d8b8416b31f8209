package casework

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// CaseLink (前后办件) is another case that this one takes up again, or that takes this one up.
type CaseLink struct {
	ID       CaseID        `db:"id" json:"id"`
	No       string        `db:"no" json:"no"`
	ItemName string        `db:"item_name" json:"item_name"`
	State    State         `db:"state" json:"state"`
	At       clock.Instant `db:"received_at" json:"received_at"`
}

func (c *Case) link() CaseLink { return CaseLink{c.ID, c.No, c.ItemName, c.State, c.ReceivedAt} }

// takenUp gives the items of a visit with the ids of the cases that they take up again in the place of their numbers, and
// lists those ids, so that they are locked together with the new cases. A number that is nobody's stays as it is.
func takenUp(tx *store.Tx, centre string, items []IntakeItem) (out []IntakeItem, ids []string, err error) {
	out = slices.Clone(items)
	for i := range out {
		no := strings.TrimSpace(string(out[i].Follows))
		out[i].Follows = CaseID(no)
		if no == "" {
			continue
		}
		if !strings.Contains(no, "-") {
			ids = append(ids, no)
			continue
		}
		found, err := store.Select[CaseID](tx, "SELECT id FROM casework_case WHERE centre_id = $1 AND no = $2", centre, strings.ToUpper(no))
		if err != nil {
			return nil, nil, err
		}
		if len(found) > 0 {
			out[i].Follows = found[0]
			ids = append(ids, string(found[0]))
		}
	}
	return out, ids, nil
}

// follow checks the case that a new one takes up again (再次申请, hall reference §4.1: what has ended never changes; it goes on as
// a new case that is linked to it). It must have ended, be of the same item and of the same applicant; and only the last of a
// row of cases is taken up. Who it belongs to else nobody learns.
func (m *Module) follow(tx *store.Tx, d *dossier) error {
	if d.Follows == "" {
		return nil
	}
	unknown := ErrFollows.Field("follows", "没有查到申请人这个事项的原办件，请核对编号。")
	c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id = $2", d.CentreID, d.Follows)
	if errors.Is(err, store.ErrNotFound) || err == nil && c.ItemID != d.ItemID {
		return unknown
	}
	if err != nil {
		return err
	}
	same, err := m.party.SamePaper(tx, d.CentreID, d.ApplicantID)
	switch {
	case err != nil:
		return err
	case !slices.Contains(same, c.ApplicantID):
		return unknown
	case c.State.Open():
		return ErrFollows.Say("原办件 %s 还没有结束（%s），不能另立新案。请在原办件里继续办理。", c.No, c.State.Label()).Field("follows", "原办件还在办。")
	}
	later, err := followers(tx, d.CentreID, c.ID)
	if err != nil || len(later) == 0 {
		return err
	}
	return ErrFollows.Say("原办件 %s 已由 %s 接续，请填写最后一个办件的编号。", c.No, later[len(later)-1].No).Field("follows", "原办件已经接续过。")
}

// followers lists the cases that take a case up again, oldest first.
func followers(tx *store.Tx, centre string, id CaseID) ([]Case, error) {
	return store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND follows = $2 AND follows <> '' ORDER BY id", centre, id)
}

// noteFollowed writes in the audit log of the case that was taken up that it was; the case itself never changes.
func noteFollowed(tx *store.Tx, d *dossier) error {
	if d.Follows == "" {
		return nil
	}
	return audit.Record(tx, audit.Entry{Action: "casework.taken_up", Permission: PermReceive, Kind: "case", Object: string(d.Follows), Detail: map[string]any{"by": d.No}})
}

// links adds to a sheet the cases before and after it that the actor may see.
func links(tx *store.Tx, a *actor.Actor, d *dossier, s *Sheet) error {
	if d.Follows != "" {
		c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id = $2", d.CentreID, d.Follows)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil && c.visible(a, PermRead) == nil {
			s.Previous = append(s.Previous, c.link())
		}
	}
	later, err := followers(tx, d.CentreID, d.ID)
	for i := range later {
		if later[i].visible(a, PermRead) == nil {
			s.Later = append(s.Later, later[i].link())
		}
	}
	return err
}

// checkFollows proves the link of a case to the one that it takes up: of the same item, ended before, and named by the event
// of receipt.
func checkFollows(tx *store.Tx, c *Case, events []Event, say func(seq int64, format string, args ...any)) error {
	var data struct {
		Follows CaseID `json:"follows"`
	}
	if len(events) > 0 && events[0].Data != "" {
		if err := json.Unmarshal([]byte(events[0].Data), &data); err != nil {
			say(1, "办理记录的内容读不出来")
			return nil
		}
	}
	if data.Follows != c.Follows {
		say(1, "接续的原办件与接件记录不一致")
	}
	if c.Follows == "" {
		return nil
	}
	type fact struct {
		Item  string `db:"item_id"`
		State State  `db:"state"`
	}
	was, err := store.Select[fact](tx, `SELECT c.item_id, e.state FROM casework_case c JOIN casework_event e ON e.centre_id = c.centre_id AND e.case_id = c.id
		WHERE c.centre_id = $1 AND c.id = $2 AND e.at <= $3 ORDER BY e.seq DESC LIMIT 1`, c.CentreID, c.Follows, c.ReceivedAt)
	switch {
	case err != nil:
		return err
	case len(was) == 0:
		say(1, "接续的原办件不存在")
	case was[0].Item != c.ItemID:
		say(1, "接续的原办件不是同一事项")
	case was[0].State.Open():
		say(1, "接件时原办件还没有结束")
	}
	return nil
}

// receiptStep words the first step of a case for its applicant: which case of his it takes up again.
func receiptStep(tx *store.Tx, c *Case, text string) (string, error) {
	if c.Follows == "" {
		return text, nil
	}
	no, err := store.Select[string](tx, "SELECT no FROM casework_case WHERE centre_id = $1 AND id = $2", c.CentreID, c.Follows)
	if err != nil || len(no) == 0 {
		return text, err
	}
	return text + "，接续原办件 " + no[0], nil
}
