package honour

import (
	"context"
	"errors"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/evidence"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// ListPage is how many rows a page of a list has.
const ListPage = 50

// Sheet (评选全貌) is a round with its candidates, the best first.
type Sheet struct {
	Round
	Candidates []Candidate `json:"candidates"`
	Voted      bool        `json:"voted"` // whether the reader has voted
}

// Rounds lists the rounds of the centre, the newest first.
func (m *Module) Rounds(ctx context.Context, before string) (list []Round, nextPage string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if before != "" {
		w.And("id < ?", before)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = rounds(tx, w, ListPage+1)
		return err
	})
	if len(list) > ListPage {
		list, nextPage = list[:ListPage], list[ListPage-1].ID
	}
	for i := range list {
		list[i].hideBallots()
	}
	return list, nextPage, err
}

func rounds(tx *store.Tx, w *store.Where, limit int) ([]Round, error) {
	list, err := store.Select[Round](tx, "SELECT "+roundColumns+" FROM honour_round"+w.SQL()+" ORDER BY id DESC LIMIT "+strconv.Itoa(limit), w.Args...)
	for i := range list {
		if err == nil {
			err = list[i].read()
		}
	}
	return list, err
}

func sheet(tx *store.Tx, centre, id string) (s Sheet, err error) {
	s.Round, err = store.Get[Round](tx, "SELECT "+roundColumns+" FROM honour_round WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return s, ErrMissing.Hide()
	}
	if err == nil {
		err = s.read()
	}
	if err == nil {
		s.Candidates, err = candidatesOf(tx, centre, id)
	}
	return s, err
}

// Round gives one round.
func (m *Module) Round(ctx context.Context, id string) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if s, err = sheet(tx, a.CentreID, id); err != nil {
			return err
		}
		found, err := store.Select[string](tx, "SELECT voter FROM honour_ballot WHERE centre_id = $1 AND round_id = $2 AND kind = $3 AND voter = $4", a.CentreID, id, StaffVote, m.keys.BlindIndex(ballotKind, id+"|"+a.UserID))
		s.Voted = len(found) > 0
		s.hideBallots()
		if err != nil {
			return err
		}
		ids := make([]string, len(s.Candidates))
		for i := range s.Candidates {
			ids[i] = s.Candidates[i].ID
		}
		files, err := evidence.Of(tx, a.CentreID, evidenceKind, ids...)
		for i := range s.Candidates {
			s.Candidates[i].hideVotes(&s.Round)
			s.Candidates[i].Files = readable(a, files[ids[i]])
		}
		return err
	})
	return s, err
}

// hideBallots takes away how many have voted while people vote, for everybody: one count before and one after tell a vote.
func (r *Round) hideBallots() {
	if r.State == Voting {
		r.StaffBallots, r.PublicBallots = 0, 0
	}
}

// hideVotes takes away the running count of a candidate while people vote, so that nobody votes by it.
func (c *Candidate) hideVotes(r *Round) {
	if r.State == Voting {
		c.StaffVotes, c.PublicVotes = 0, 0
	}
}

// Star (政务之星) is somebody who was honoured.
type Star struct {
	Round string     `json:"round_id"`
	No    string     `json:"no"`
	Name  string     `json:"name"`
	Unit  string     `json:"unit_name"`
	Title string     `json:"title"`
	Deed  string     `json:"deed"`
	Day   clock.Date `json:"day"`
	// Files counts the papers of the nomination, in the personnel archive.
	Files     int `json:"files,omitempty"`
	candidate string
}

// Bulletin (评选公告) is what the public sees: rounds in which people vote or whose result is publicised, and the stars.
type Bulletin struct {
	Voting    []Sheet `json:"voting"`
	Publicity []Sheet `json:"publicity"`
	Stars     []Star  `json:"stars"`
}

// Bulletin gives what anybody may see of the selection in the centre of the context.
func (m *Module) Bulletin(ctx context.Context) (Bulletin, error) {
	a := actor.From(ctx)
	var out Bulletin
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = Bulletin{}
		for _, x := range []struct {
			state State
			into  *[]Sheet
		}{{Voting, &out.Voting}, {Publicity, &out.Publicity}} {
			list, err := rounds(tx, (&store.Where{}).And("centre_id = ?", a.CentreID).And("state = ?", x.state), ListPage)
			for i := range list {
				var s Sheet
				if err == nil {
					s, err = sheet(tx, a.CentreID, list[i].ID)
				}
				*x.into = append(*x.into, s.open())
			}
			if err != nil {
				return err
			}
		}
		var err error
		out.Stars, err = stars(tx, a.CentreID, "")
		return err
	})
	return out, err
}

// open leaves what the public may see: no accounts, no points of single criteria, no votes.
func (s Sheet) open() Sheet {
	s.ByUser, s.DecidedBy = "", ""
	for i := range s.Candidates {
		c := &s.Candidates[i]
		c.UserID, c.NominatedBy, c.VetoBy, c.VetoRecord, c.Scores = "", "", "", "", nil
		c.StaffVotes, c.PublicVotes = 0, 0
	}
	s.hideBallots()
	return s
}

// stars lists who was honoured, the newest first; user restricts them where not empty.
func stars(tx *store.Tx, centre, user string) ([]Star, error) {
	type row struct {
		Candidate
		Title     string        `db:"title"`
		DecidedAt clock.Instant `db:"decided_at"`
	}
	list, err := store.Select[row](tx, "SELECT "+store.Columns[Candidate]("c.")+", r.title AS title, r.decided_at AS decided_at FROM honour_candidate c JOIN honour_round r ON r.centre_id = c.centre_id AND r.id = c.round_id"+
		" WHERE c.centre_id = $1 AND c.no <> '' AND ($2 = '' OR c.user_id = $2) ORDER BY c.id DESC LIMIT "+strconv.Itoa(ListPage), centre, user)
	var out []Star
	for _, s := range list {
		out = append(out, Star{candidate: s.ID, Round: s.RoundID, No: s.No, Name: s.Name, Unit: s.UnitName, Title: s.Title, Deed: s.Reason, Day: s.DecidedAt.Date()})
	}
	return out, err
}

// StarsOf lists the stars of a member of staff, the newest first: the chapter 政务之星 of the personnel archive.
func (m *Module) StarsOf(ctx context.Context, user string) ([]Star, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Star
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out, err = stars(tx, a.CentreID, user); err != nil {
			return err
		}
		ids := make([]string, len(out))
		for i := range out {
			ids[i] = out[i].candidate
		}
		files, err := evidence.Of(tx, a.CentreID, evidenceKind, ids...)
		for i := range out {
			out[i].Files = len(readable(a, files[ids[i]]))
		}
		return err
	})
	return out, err
}

// Certificate (荣誉证书) is what is printed for a star.
type Certificate struct {
	Star
	Centre string `json:"centre"`
}

// Certificate gives the certificate of a star.
func (m *Module) Certificate(ctx context.Context, round, candidate string) (Certificate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Certificate{}, err
	}
	var out Certificate
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		s, err := sheet(tx, a.CentreID, round)
		if err != nil {
			return err
		}
		for _, c := range s.Candidates {
			if c.ID == candidate && c.State == Honored {
				centre, err := m.org.CentreTx(tx, a.CentreID)
				out = Certificate{Star{Round: round, No: c.No, Name: c.Name, Unit: c.UnitName, Title: s.Title, Deed: c.Reason, Day: s.DecidedAt.Date()}, centre.Name}
				return err
			}
		}
		return ErrMissing.Hide()
	})
	return out, err
}

// The codes of the figures that this package offers.
const (
	FigureRounds = "rounds" // 评选次数
	FigureStars  = "stars"  // 政务之星人数
)

// Figure counts the rounds decided in a period, or the stars honoured by them, with the records behind it.
func (m *Module) Figure(ctx context.Context, code string, p metric.Period) (metric.Figure, []metric.Record, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFigure); err != nil {
		return metric.Figure{}, nil, err
	}
	if code != FigureRounds && code != FigureStars {
		return metric.Figure{}, nil, metric.ErrUnknown
	}
	f := metric.Figure{Metric: code, Form: metric.Count, Unit: map[string]string{FigureRounds: "次", FigureStars: "人"}[code], Period: p}
	var list []metric.Record
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		f.Cutoff, list = tx.Now(), nil
		decided, err := store.Select[Round](tx, "SELECT "+roundColumns+" FROM honour_round WHERE centre_id = $1 AND state = 'closed' AND decided_at >= $2 AND decided_at < $3 ORDER BY id", a.CentreID, p.Start(), p.End())
		for _, r := range decided {
			if code == FigureRounds {
				list = append(list, metric.Record{ID: r.ID, No: r.Title, At: r.DecidedAt})
				continue
			}
			people, err := candidatesOf(tx, a.CentreID, r.ID)
			if err != nil {
				return err
			}
			for _, c := range people {
				if c.State == Honored {
					list = append(list, metric.Record{ID: c.ID, No: c.No, Title: c.Name, Subject: c.UnitID, At: r.DecidedAt})
				}
			}
		}
		return err
	})
	f.Num = int64(len(list))
	return f, list, err
}
