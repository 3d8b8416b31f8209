package advice

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/sync/errgroup"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// Duplicate is a ticket that may be about the same matter (疑似重复).
type Duplicate struct {
	hotline.Row
	Likeness float64 `json:"likeness"` // 0–1, shared bigrams
	Same     bool    `json:"same_caller"`
	Why      string  `json:"why"` // what speaks for it
}

// Why a ticket may be the same matter.
const (
	DuplicateCaller = "同一来电人"
	DuplicateText   = "内容几乎相同"
	DuplicatePlace  = "同一地点同类事项"
)

const (
	duplicateDays  = 30
	duplicateShown = 5
	alike          = 0.35 // likeness from which a text counts as near-identical
	alikeHere      = 0.12 // the same where both name one place
	maxPieces      = 5    // searches for one request
	pieceHits      = 20   // newest tickets looked at for each of them
)

// Duplicates finds tickets of the last 30 days that may be the same: of the same caller, with a near-identical text, or
// with a similar one about the same place.
func (m *Module) Duplicates(ctx context.Context, in hotline.RegisterInput) ([]Duplicate, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRegister); err != nil {
		return nil, err
	}
	if a.Scope(hotline.PermRead) < actor.Centre {
		return nil, nil
	}
	c, err := m.candidates(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return m.likeliest(ctx, a, in, c)
}

// candidates are tickets that may be about the same matter as a request, with what their callers said.
type candidates struct {
	history []hotline.Row // of the same caller
	found   []hotline.Row // with words in common
	bodies  map[hotline.TicketID]string
}

// candidates collects them. Somebody waits for it at every pause of typing, so what can be looked up at once is.
func (m *Module) candidates(ctx context.Context, a *actor.Actor, in hotline.RegisterInput) (candidates, error) {
	var c candidates
	var docs []int64
	g, both := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		c.history, err = m.hotline.CallerHistory(both, in.Phone)
		return err
	})
	g.Go(func() (err error) {
		docs, err = m.related(both, a.CentreID, in)
		return err
	})
	if err := g.Wait(); err != nil {
		return c, err
	}
	return c, m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if c.found, err = m.hotline.SeenTx(tx, a, docs); err != nil {
			return err
		}
		c.bodies, err = contents(tx, a.CentreID, append(slices.Clone(c.history), c.found...))
		return err
	})
}

// likeliest names those of the last 30 days that score best.
func (m *Module) likeliest(ctx context.Context, a *actor.Actor, in hotline.RegisterInput, c candidates) ([]Duplicate, error) {
	var out []Duplicate
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = likely(in, c.history, c.found, c.bodies, tx.Now().Add(-duplicateDays*24*time.Hour))
		rows := make([]hotline.Row, len(out))
		for i := range out {
			rows[i] = out[i].Row
		}
		if err := m.hotline.DecorateTx(tx, a, rows); err != nil {
			return err
		}
		for i := range out {
			out[i].Row = rows[i]
		}
		return nil
	})
	return out, err
}

// likely scores candidates and keeps the best.
func likely(in hotline.RegisterInput, history, found []hotline.Row, bodies map[hotline.TicketID]string, since clock.Instant) []Duplicate {
	places := placeWords(in.Title + " " + in.Address + " " + in.Content)
	var out []Duplicate
	for i, r := range append(slices.Clone(history), found...) {
		same := i < len(history)
		known := slices.ContainsFunc(out, func(d Duplicate) bool { return d.ID == r.ID })
		if r.CreatedAt < since || known || !same && r.Confidential == hotline.ConfidentialAll {
			continue
		}
		d := Duplicate{Row: r, Same: same, Likeness: likeness(in, r.Title, bodies[r.ID])}
		here, elsewhere := samePlace(places, r.Title+" "+bodies[r.ID])
		switch {
		case d.Likeness >= alike && !elsewhere:
			d.Why = DuplicateText
		case here && d.Likeness >= alikeHere && sameClass(in.Category, r.Category):
			d.Why = DuplicatePlace
		case same:
			d.Why = DuplicateCaller
		default:
			continue
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(x, y Duplicate) int { return cmp.Compare(y.Likeness, x.Likeness) })
	return out[:min(len(out), duplicateShown)]
}

// samePlace reports whether a text names one of the places, or only others.
func samePlace(places []string, s string) (here, elsewhere bool) {
	here = slices.ContainsFunc(places, func(p string) bool { return strings.Contains(s, p) })
	return here, !here && len(places) > 0 && len(placeWords(s)) > 0
}

// likeness compares titles, and texts as a whole: what is typed so far may be short.
func likeness(in hotline.RegisterInput, title, body string) float64 {
	whole := in.Title + "\n" + in.Content
	return max(text.Similarity(in.Title, title), text.Similarity(whole, title), text.Similarity(whole, title+"\n"+body))
}

// sameClass reports whether two categories are of one class; one that is not known yet may be any.
func sameClass(a, b string) bool {
	return len(a) < 2 || len(b) < 2 || a[:2] == b[:2]
}

// searchers is how many of a request's pieces are searched for at once.
const searchers = 2

// related gives the newest tickets that have one of the request's pieces in common with it.
func (m *Module) related(ctx context.Context, centre string, in hotline.RegisterInput) ([]int64, error) {
	list := pieces(in)
	hits := make([][]int64, len(list))
	g, all := errgroup.WithContext(ctx)
	g.SetLimit(searchers)
	for i, p := range list {
		g.Go(func() error {
			return m.db.Read(all, func(tx *store.Tx) (err error) {
				since := id.At(tx.Now().Add(-duplicateDays * 24 * time.Hour))
				hits[i], err = m.index.Search(tx, centre, p, text.Options{Limit: pieceHits, From: since})
				return err
			})
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var docs []int64
	for _, d := range slices.Concat(hits...) {
		if !slices.Contains(docs, d) {
			docs = append(docs, d)
		}
	}
	return docs, nil
}

// contents gives what callers said, by ticket.
func contents(tx *store.Tx, centre string, rows []hotline.Row) (map[hotline.TicketID]string, error) {
	out := make(map[hotline.TicketID]string, len(rows))
	if len(rows) == 0 {
		return out, nil
	}
	ids := make([]hotline.TicketID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "id", ids)
	type body struct {
		ID hotline.TicketID `db:"id"`
		hotline.TicketText
	}
	list, err := store.Select[body](tx, "SELECT id, content, address FROM hotline_ticket"+w.SQL(), w.Args...)
	for _, b := range list {
		out[b.ID] = b.Content + " " + b.Address
	}
	return out, err
}

// pieces chooses what to search for: the places that the request names, being the rarest of its words, then parts of
// four characters of its title.
func pieces(in hotline.RegisterInput) []string {
	out := placeWords(in.Title + " " + in.Address + " " + in.Content)
	out = out[:min(len(out), maxPieces-2)]
	for _, run := range hanRuns(strings.TrimSuffix(in.Title, "…")) {
		for i := 0; i < len(run); i += 3 {
			part := run[max(0, min(i, len(run)-4)):min(i+4, len(run))]
			if len(part) >= 2 && !slices.Contains(out, string(part)) && len(out) < maxPieces {
				out = append(out, string(part))
			}
		}
	}
	return out
}

// placeEndings are how names of places in a town end.
var placeEndings = []string{"小区", "家园", "花园", "社区", "公寓", "广场", "公园", "市场", "学校", "小学", "中学", "医院", "大厦", "大道", "街", "路", "巷", "村", "镇", "苑", "桥"}

const (
	noPlaceName = "我你他您这那本该某个各整们两几的在有一每全" // 我们小区, 这条路
	noPlaceNext = "灯面边民过"                 // 路灯, 街边, 村民
)

// placeWords lists the names of places in a text: two characters and the ending that follows them, each once.
func placeWords(s string) []string {
	var out []string
	for _, run := range hanRuns(s) {
		for i := 2; i < len(run); i++ {
			for _, end := range placeEndings {
				e := []rune(end)
				after := i + len(e)
				if after > len(run) || string(run[i:after]) != end {
					continue
				}
				p := string(run[i-2 : after])
				if !slices.Contains(out, p) && !strings.ContainsAny(p[:len(p)-len(end)], noPlaceName) && (after == len(run) || !strings.ContainsRune(noPlaceNext, run[after])) {
					out = append(out, p)
				}
				break
			}
		}
	}
	return out
}

// hanRuns cuts a text into its stretches of Chinese characters.
func hanRuns(s string) [][]rune {
	var out [][]rune
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		out = append(out, []rune(part))
	}
	return out
}
