package honour

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// CandidateState is where a candidate stands.
type CandidateState string

// The states of a candidate.
const (
	Running CandidateState = "running" // 候选
	Vetoed  CandidateState = "vetoed"  // 否决
	Honored CandidateState = "star"    // 政务之星
	Passed  CandidateState = "passed"  // 未入选
)

// Label is the state in Chinese.
func (s CandidateState) Label() string {
	return map[CandidateState]string{Running: "候选", Vetoed: "否决", Honored: "政务之星", Passed: "未入选"}[s]
}

// Candidate (候选人) is a member of staff in a round.
type Candidate struct {
	CentreID    string           `db:"centre_id" json:"-"`
	RoundID     string           `db:"round_id" json:"round_id"`
	ID          string           `db:"id" json:"id"`
	UserID      string           `db:"user_id" json:"user_id"`
	Name        string           `db:"name" json:"name"`
	UnitID      string           `db:"unit_id" json:"unit_id"`
	UnitName    string           `db:"unit_name" json:"unit_name"`
	SiteID      string           `db:"site_id" json:"site_id,omitempty"`
	Reason      string           `db:"reason" json:"reason"` // 事迹
	NominatedAt clock.Instant    `db:"nominated_at" json:"nominated_at"`
	NominatedBy string           `db:"nominated_by" json:"nominated_by"`
	State       CandidateState   `db:"state" json:"state"`
	VetoCode    string           `db:"veto_code" json:"veto_code,omitempty"`
	VetoDay     clock.Date       `db:"veto_day" json:"veto_day,omitzero"`
	VetoReason  string           `db:"veto_reason" json:"veto_reason,omitempty"`
	VetoRecord  string           `db:"veto_record" json:"veto_record,omitempty"` // number of the record or document that proves it
	VetoBy      string           `db:"veto_by" json:"veto_by,omitempty"`         // "" where the program found it
	ScoresText  string           `db:"scores" json:"-"`
	Scores      map[string]int64 `db:"-" json:"scores"` // by criterion, hundredths of a point
	StaffVotes  int64            `db:"staff_votes" json:"staff_votes"`
	PublicVotes int64            `db:"public_votes" json:"public_votes"`
	Total       int64            `db:"total" json:"total"` // hundredths of a point
	Place       int64            `db:"place" json:"place,omitempty"`
	Proposed    bool             `db:"proposed" json:"proposed"`
	No          string           `db:"no" json:"no,omitempty"` // of the certificate
	Version     int64            `db:"version" json:"version"`
	Files       []evidence.File  `db:"-" json:"files,omitempty"` // where a round is shown to staff
}

var candidateColumns = store.Columns[Candidate]("")

func (c *Candidate) read() error {
	c.Scores = map[string]int64{}
	return json.Unmarshal([]byte(c.ScoresText), &c.Scores)
}

func saveCandidate(tx *store.Tx, c *Candidate) error {
	text, err := json.Marshal(c.Scores)
	if err != nil {
		return err
	}
	c.ScoresText, c.Version = string(text), c.Version+1
	return store.Update(tx, "honour_candidate", c, "centre_id", "round_id", "id")
}

// candidatesOf lists the candidates of a round, the best first.
func candidatesOf(tx *store.Tx, centre, round string) ([]Candidate, error) {
	list, err := store.Select[Candidate](tx, "SELECT "+candidateColumns+" FROM honour_candidate WHERE centre_id = $1 AND round_id = $2 ORDER BY CASE WHEN place = 0 THEN 1 ELSE 0 END, place, id", centre, round)
	for i := range list {
		if err == nil {
			err = list[i].read()
		}
	}
	return list, err
}

// loadCandidate loads a round in one of the phases given, locked, with one of its candidates.
func loadCandidate(tx *store.Tx, centre, round, id string, in ...State) (Round, Candidate, error) {
	r, err := loadRound(tx, centre, round, 0)
	if err == nil && !slices.Contains(in, r.State) {
		err = ErrState
	}
	if err != nil {
		return r, Candidate{}, err
	}
	c, err := store.Get[Candidate](tx, "SELECT "+candidateColumns+" FROM honour_candidate WHERE centre_id = $1 AND round_id = $2 AND id = $3"+tx.ForUpdate(), centre, round, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, c, ErrMissing.Hide()
	}
	if err == nil {
		err = c.read()
	}
	return r, c, err
}

// nominable are the roles of those who can become stars: people who serve at windows, sites and the hotline.
func nominable() []string {
	return []string{org.RoleWindow, org.RoleChiefRep, org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleCallbacker}
}

// Colleague (可提名人员) is somebody whom the actor may nominate.
type Colleague struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Unit   string `json:"unit_name"`
}

// Colleagues lists whom the actor may nominate: of his unit, of his site.
func (m *Module) Colleagues(ctx context.Context) ([]Colleague, error) {
	a := actor.From(ctx)
	if err := a.Require(PermNominate); err != nil {
		return nil, err
	}
	var out []Colleague
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		seen, units := map[string]bool{}, []string{}
		var users []org.User
		for _, role := range nominable() {
			list, err := m.org.UsersWithRoleTx(tx, a.CentreID, role, "")
			if err != nil {
				return err
			}
			for i := range list {
				if !seen[list[i].ID] && org.Sees(a, PermNominate, placeOf(&list[i])) {
					seen[list[i].ID] = true
					users, units = append(users, list[i]), append(units, list[i].UnitID)
				}
			}
		}
		names, err := m.org.UnitsTx(tx, a.CentreID, units)
		for i := range users {
			u := names[users[i].UnitID]
			out = append(out, Colleague{users[i].ID, users[i].DisplayName, u.Short()})
		}
		return err
	})
	return out, err
}

// placeOf is where somebody works, for the scope of a nomination; nobody nominates himself by owning his account.
func placeOf(u *org.User) org.Row {
	return org.Row{CentreID: u.CentreID, UnitID: u.UnitID, SiteID: u.SiteID}
}

// NominateInput is a nomination.
type NominateInput struct {
	UserID string `json:"user_id" maxLength:"40" doc:"被提名人的账号编号"`
	Reason string `json:"reason" maxLength:"1000" doc:"事迹"`
}

// Nominate enters a candidate (提名). Whoever is barred is entered too, and shown with the reason.
func (m *Module) Nominate(ctx context.Context, round string, in NominateInput) (Candidate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermNominate); err != nil {
		return Candidate{}, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); !sized(in.Reason, 1000) {
		return Candidate{}, ErrInput.Field("reason", "请写明事迹，1000 个字以内。")
	}
	facts, err := m.facts(ctx, round)
	if err != nil {
		return Candidate{}, err
	}
	var c Candidate
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, err := loadRound(tx, a.CentreID, round, 0)
		if err != nil {
			return err
		}
		if r.State != Nominating {
			return ErrState
		}
		if c, err = m.candidate(tx, a, &r, in); err != nil {
			return err
		}
		c.bar(&r, facts)
		if err := store.Insert(tx, "honour_candidate", c); err != nil {
			return err
		}
		return record(tx, "honour.nominate", PermNominate, &r, map[string]any{"candidate": c.ID, "user": c.UserID, "state": c.State, "veto": c.VetoCode})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrTwice
	}
	return c, err
}

func (m *Module) candidate(tx *store.Tx, a *actor.Actor, r *Round, in NominateInput) (Candidate, error) {
	u, err := m.org.UserTx(tx, a.CentreID, in.UserID)
	if err != nil || !u.Active || !org.Sees(a, PermNominate, placeOf(&u)) || !slices.ContainsFunc(nominable(), u.HasRole) {
		return Candidate{}, ErrInput.Field("user_id", "请从您可以提名的人员中选择。")
	}
	units, err := m.org.UnitsTx(tx, a.CentreID, []string{u.UnitID})
	unit := units[u.UnitID]
	return Candidate{CentreID: a.CentreID, RoundID: r.ID, ID: tx.NewID(), UserID: u.ID, Name: u.DisplayName, UnitID: u.UnitID, UnitName: unit.Short(), SiteID: u.SiteID,
		Reason: in.Reason, NominatedAt: tx.Now(), NominatedBy: a.UserID, State: Running, VetoDay: clock.NoDate, ScoresText: "{}", Scores: map[string]int64{}, Version: 1}, err
}

// award gives the chosen ones of the proposed their numbers, 政务之星〔2026〕001号 in the order of their places; the others
// have not been chosen.
func award(tx *store.Tx, r *Round, list []Candidate, chosen []string) error {
	if int64(len(chosen)) > r.Seats {
		return ErrAwards
	}
	year := strconv.Itoa(tx.Now().Date().Year())
	mark := "政务之星〔" + year + "〕"
	given, err := store.Get[int64](tx, "SELECT COUNT(*) FROM honour_candidate WHERE centre_id = $1 AND no LIKE $2", r.CentreID, mark+"%")
	if err != nil {
		return err
	}
	named := 0
	for i := range list {
		c := &list[i]
		if slices.Contains(chosen, c.ID) {
			if c.State != Running || !c.Proposed {
				return ErrAwards.Say("%s不在拟表彰人员中或已被否决，不能表彰。", c.Name)
			}
			named, given = named+1, given+1
			c.State, c.No = Honored, fmt.Sprintf("%s%03d号", mark, given)
		} else if c.State == Running {
			c.State = Passed
		}
		if err := saveCandidate(tx, c); err != nil {
			return err
		}
	}
	if named != len(chosen) {
		return ErrAwards
	}
	return nil
}
