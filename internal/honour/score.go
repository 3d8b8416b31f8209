package honour

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// full is one hundred points in hundredths.
const full = 10_000

// scored reports whether every criterion that is scored has its points.
func (c *Candidate) scored(r *Rules) bool {
	for _, k := range r.Criteria {
		if _, has := c.Scores[k.Code]; k.Kind == Scored && !has {
			return false
		}
	}
	return true
}

// Score enters the points of a candidate (评分), hundredths of up to 100 by criterion. The version is the candidate's as the
// scorer saw him, so that nobody overwrites another's points unseen; 0 takes him as he is.
func (m *Module) Score(ctx context.Context, round, candidate string, version int64, points map[string]int64) (Candidate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermScore); err != nil {
		return Candidate{}, err
	}
	var c Candidate
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, found, err := loadCandidate(tx, a.CentreID, round, candidate, Scoring)
		if err != nil {
			return err
		}
		if c = found; version != 0 && c.Version != version {
			return store.ErrStale.With("version", c.Version)
		}
		if c.State != Running {
			return ErrVetoed
		}
		e := ErrInput
		for code, n := range points {
			if k, ok := r.Rules.Criterion(code); !ok || k.Kind != Scored || n < 0 || n > full {
				e = e.Field(code, "“%s”的分数应为 0 到 100 分。", k.Name)
			}
			c.Scores[code] = n
		}
		if err := e.OrNil(); err != nil {
			return err
		}
		if err := saveCandidate(tx, &c); err != nil {
			return err
		}
		return record(tx, "honour.score", PermScore, &r, map[string]any{"candidate": c.ID, "points": points})
	})
	return c, err
}

// Rank computes the totals of the running candidates, gives them places, and proposes the first ones for the seats; equal
// totals have the same place, so that more than the seats may be proposed and the leader chooses. Votes become points in
// proportion to the most votes that a running candidate has; without votes they are worth nothing. The arithmetic is
// exact; only the total is rounded, half up, to hundredths.
func Rank(r *Rules, seats int64, list []Candidate) {
	most := map[CriterionKind]int64{}
	for i := range list {
		if list[i].State == Running {
			most[StaffVote], most[PublicVote] = max(most[StaffVote], list[i].StaffVotes), max(most[PublicVote], list[i].PublicVotes)
		}
	}
	for i := range list {
		c := &list[i]
		c.Total, c.Place, c.Proposed = 0, 0, false
		if c.State != Running {
			continue
		}
		sum := new(big.Rat)
		for _, k := range r.Criteria {
			sum.Add(sum, new(big.Rat).Mul(big.NewRat(k.Weight, 100), c.points(k, most[k.Kind])))
		}
		c.Total = metric.HalfUp(sum)
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(-cmp.Compare(b2i(a.State == Running), b2i(b.State == Running)), -cmp.Compare(a.Total, b.Total))
	})
	for i := range list {
		c := &list[i]
		if c.State != Running {
			break
		}
		c.Place = int64(i) + 1
		if i > 0 && list[i-1].Total == c.Total {
			c.Place = list[i-1].Place
		}
		c.Proposed = c.Place <= seats
	}
}

// points is what a candidate has in a criterion, in hundredths.
func (c *Candidate) points(k Criterion, most int64) *big.Rat {
	votes := map[CriterionKind]int64{StaffVote: c.StaffVotes, PublicVote: c.PublicVotes}
	switch {
	case k.Kind == Scored:
		return big.NewRat(c.Scores[k.Code], 1)
	case most == 0:
		return new(big.Rat)
	}
	return big.NewRat(votes[k.Kind]*full, most)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
