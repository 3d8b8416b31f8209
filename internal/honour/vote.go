package honour

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// ballot is the row that says that somebody has voted; for whom is in no row.
type ballot struct {
	CentreID string        `db:"centre_id"`
	RoundID  string        `db:"round_id"`
	Kind     CriterionKind `db:"kind"`
	Voter    string        `db:"voter"`
	Day      clock.Date    `db:"day"`
}

const (
	ballotKind crypt.Kind = "honour-ballot" // who votes, in the list of those who have
	codeKind   crypt.Kind = "honour-code"   // the check letters of a voting code
	maxCodes              = 5000
	checkLen              = 8
)

// Vote gives the actor's one vote to a candidate (职工投票).
func (m *Module) Vote(ctx context.Context, round, candidate string) error {
	a := actor.From(ctx)
	if err := a.Require(PermVote); err != nil {
		return err
	}
	return m.vote(ctx, round, candidate, StaffVote, m.keys.BlindIndex(ballotKind, round+"|"+a.UserID))
}

// VoteByCode gives the one vote of a code that was handed out to somebody who was served (群众投票). The voter has no
// account and is not asked who he is.
func (m *Module) VoteByCode(ctx context.Context, round, candidate, code string) error {
	n := m.codeNumber(round, code)
	if n == 0 {
		return ErrCode.Field("code", "%s", ErrCode.Public)
	}
	err := m.vote(ctx, round, candidate, PublicVote, strconv.FormatInt(n, 10))
	if errors.Is(err, ErrVoted) {
		err = ErrCode.Field("code", "%s", ErrCode.Public)
	}
	return err
}

func (m *Module) vote(ctx context.Context, round, candidate string, kind CriterionKind, voter string) error {
	centre := actor.From(ctx).CentreID
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, c, err := loadCandidate(tx, centre, round, candidate, Voting)
		if err != nil {
			return err
		}
		if c.State != Running {
			return ErrVetoed
		}
		if n, err := strconv.ParseInt(voter, 10, 64); kind == PublicVote && (err != nil || n > r.Codes) {
			return ErrCode
		}
		if !r.Rules.has(kind) {
			return ErrState
		}
		if err := store.Insert(tx, "honour_ballot", ballot{centre, r.ID, kind, voter, tx.Now().Date()}); err != nil {
			return err
		}
		if err := count(tx, &c, kind); err != nil {
			return err
		}
		// The line tells who voted in which round; for whom must follow from nothing that is written.
		return record(tx, "honour.vote", PermVote, &r, map[string]any{"kind": kind})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrVoted
	}
	return err
}

// count adds one vote to a candidate and one ballot to his round, and changes nothing else: a version that moved with each
// vote would tell the running count, and make forms stale.
func count(tx *store.Tx, c *Candidate, kind CriterionKind) error {
	votes, ballots := "staff_votes", "staff_ballots"
	if kind == PublicVote {
		votes, ballots = "public_votes", "public_ballots"
	}
	if err := tx.Queue("UPDATE honour_candidate SET "+votes+" = "+votes+" + 1 WHERE centre_id = $1 AND round_id = $2 AND id = $3", c.CentreID, c.RoundID, c.ID); err != nil {
		return err
	}
	return tx.Queue("UPDATE honour_round SET "+ballots+" = "+ballots+" + 1 WHERE centre_id = $1 AND id = $2", c.CentreID, c.RoundID)
}

// code is the n-th voting code of a round: its number and letters that only this installation can compute, so that codes
// need no table. See ADR 0013.
func (m *Module) code(round string, n int64) string {
	return fmt.Sprintf("%04d-%s", n, strings.ToUpper(m.keys.BlindIndex(codeKind, round+"|"+strconv.FormatInt(n, 10))[:checkLen]))
}

// codeNumber reads a code; 0 for one that is not of the round.
func (m *Module) codeNumber(round, code string) int64 {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "—", "-", "－", "-").Replace(strings.TrimSpace(code)))
	number, _, ok := strings.Cut(code, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || n < 1 || n > maxCodes || m.code(round, n) != code {
		return 0
	}
	return n
}

// IssueCodes makes further voting codes for slips that are handed out at the windows, and gives them (发放投票码).
func (m *Module) IssueCodes(ctx context.Context, round string, count int64) ([]string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return nil, err
	}
	if count < 1 || count > 500 {
		return nil, ErrInput.Field("count", "每次发放 1 到 500 个投票码。")
	}
	var out []string
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = nil
		r, err := loadRound(tx, a.CentreID, round, 0)
		if err != nil {
			return err
		}
		if r.State != Nominating && r.State != Scoring && r.State != Voting || r.Codes+count > maxCodes {
			return ErrState.Say("评选已不在投票之前或投票阶段，或投票码已超过 %d 个，没有发放。", maxCodes)
		}
		for i := int64(1); i <= count; i++ {
			out = append(out, m.code(r.ID, r.Codes+i))
		}
		r.Codes += count
		if err := saveRound(tx, &r); err != nil {
			return err
		}
		return record(tx, "honour.codes", PermManage, &r, map[string]any{"from": r.Codes - count + 1, "to": r.Codes})
	})
	return out, err
}
