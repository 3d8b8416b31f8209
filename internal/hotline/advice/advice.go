package advice

import (
	"context"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/learn"
	"yichuang/internal/store"
)

// Advice (登记建议) is what the program suggests while a request is typed. Nothing of it happens by itself: a person
// chooses the category, and dispatches.
type Advice struct {
	CategoryModel string            `json:"category_model,omitempty"` // version that named the categories
	Categories    []CategoryAdvice  `json:"categories"`
	UnitModel     string            `json:"unit_model,omitempty"`
	Units         []UnitAdvice      `json:"units"`
	Duplicates    []Duplicate       `json:"duplicates"`
	Entries       []KnowledgeAdvice `json:"entries"`
}

// CategoryAdvice is a category that the text speaks for.
type CategoryAdvice struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Probability float64  `json:"probability"` // calibrated: of a hundred with 0.8, about eighty are right
	Because     []string `json:"because"`     // words that spoke for it
}

// UnitAdvice is a unit that the catalogue or history names.
type UnitAdvice struct {
	UnitID      string  `json:"unit_id"`
	Unit        string  `json:"unit"`
	Why         string  `json:"why"`
	Probability float64 `json:"probability,omitempty"` // of history's; the catalogue has none
}

// KnowledgeAdvice is a knowledge entry (知识条目) that may answer the request.
type KnowledgeAdvice struct {
	ID      string   `json:"id"`
	No      string   `json:"no"`
	Title   string   `json:"title"`
	Because []string `json:"because"`
}

// adviceShown is how many of each kind are suggested.
const adviceShown = 3

// leastText is how many characters say enough for a suggestion.
const leastText = 4

// Advise suggests categories, units, likely duplicates and knowledge entries for a request that is being typed.
func (m *Module) Advise(ctx context.Context, in hotline.RegisterInput) (Advice, error) {
	out := Advice{Categories: []CategoryAdvice{}, Units: []UnitAdvice{}, Duplicates: []Duplicate{}, Entries: []KnowledgeAdvice{}}
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRegister); err != nil {
		return out, err
	}
	if a.Scope(hotline.PermRead) < actor.Centre {
		return out, nil
	}
	in.Normalize()
	if len([]rune(in.Content)) < leastText {
		return out, nil
	}
	var near candidates
	g, both := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		near, err = m.candidates(both, a, in)
		return err
	})
	g.Go(func() error {
		if err := m.db.Read(both, func(tx *store.Tx) error { return m.adviseTx(tx, a, &in, &out) }); err != nil {
			return err
		}
		return m.adviseEntries(both, &in, &out)
	})
	if err := g.Wait(); err != nil {
		return out, err
	}
	if in.Category == "" && len(out.Categories) > 0 {
		in.Category = out.Categories[0].Code
	}
	found, err := m.likeliest(ctx, a, in, near)
	out.Duplicates = append(out.Duplicates, found...)
	return out, err
}

// adviseEntries asks the knowledge base; who registers need not be allowed to read it.
func (m *Module) adviseEntries(ctx context.Context, in *hotline.RegisterInput, out *Advice) error {
	if m.knowledge == nil || !actor.From(ctx).Can(knowledge.PermRead) {
		return nil
	}
	list, err := m.knowledge.Suggest(ctx, in.Title+" "+in.Content, adviceShown)
	for _, e := range list {
		out.Entries = append(out.Entries, KnowledgeAdvice{ID: e.ID, No: e.No, Title: e.Title, Because: e.Because})
	}
	return err
}

func (m *Module) adviseTx(tx *store.Tx, a *actor.Actor, in *hotline.RegisterInput, out *Advice) error {
	used, err := m.inUse(tx, a.CentreID)
	if err != nil {
		return err
	}
	names, err := hotline.CategoryNamesTx(tx, a.CentreID)
	if err != nil {
		return err
	}
	moves, err := hotline.CategoryMovesTx(tx, a.CentreID)
	if err != nil {
		return err
	}
	if s := used[ModelCategory]; s != nil {
		out.CategoryModel = s.id
		out.Categories = adviseCategories(s.model, in, names, moves)
	}
	category := in.Category
	if category == "" && len(out.Categories) > 0 {
		category = out.Categories[0].Code
	}
	return m.adviseUnits(tx, a, in, moves.Now(category), used[ModelUnit], out)
}

// adviseCategories gives the most likely categories that the centre still has.
func adviseCategories(model *learn.Model, in *hotline.RegisterInput, names map[string]string, moves hotline.CategoryMoves) []CategoryAdvice {
	out := []CategoryAdvice{}
	p := model.Predict(learn.Text{Title: typedTitle(in), Content: in.Content})
	for i, s := range p.Top {
		// The model learnt from tickets of earlier versions too.
		s.Label = moves.Now(s.Label)
		if at := slices.IndexFunc(out, func(c CategoryAdvice) bool { return c.Code == s.Label }); at >= 0 {
			out[at].Probability += s.Probability
			continue
		}
		if len(names) > 0 && names[s.Label] == "" || s.Probability < 0.01 {
			continue
		}
		c := CategoryAdvice{Code: s.Label, Name: names[s.Label], Probability: s.Probability, Because: []string{}}
		if i == 0 {
			c.Because = p.Because
		}
		out = append(out, c)
	}
	return out
}

// SureTx gives how probable the model in use holds the category of a ticket; known is false where none is in use, or where
// it does not name the category.
func (m *Module) SureTx(tx *store.Tx, t *hotline.Ticket) (probability float64, known bool, err error) {
	used, err := m.inUse(tx, t.CentreID)
	if err != nil || used[ModelCategory] == nil {
		return 0, false, err
	}
	body, err := store.Get[hotline.TicketText](tx, "SELECT "+store.Columns[hotline.TicketText]("")+" FROM hotline_ticket WHERE centre_id = $1 AND id = $2", t.CentreID, t.ID)
	if err != nil {
		return 0, false, err
	}
	names, err := hotline.CategoryNamesTx(tx, t.CentreID)
	if err != nil {
		return 0, false, err
	}
	moves, err := hotline.CategoryMovesTx(tx, t.CentreID)
	if err != nil {
		return 0, false, err
	}
	in := hotline.RegisterInput{Title: t.Title, Content: body.Content}
	likely := adviseCategories(used[ModelCategory].model, &in, names, moves)
	at := slices.IndexFunc(likely, func(a CategoryAdvice) bool { return a.Code == t.Category })
	if at < 0 {
		return 0, false, nil
	}
	return likely[at].Probability, true, nil
}

// typedTitle is the title where one was typed: the one that Normalize takes from the content says nothing more.
func typedTitle(in *hotline.RegisterInput) string {
	if strings.HasPrefix(in.Content, strings.TrimSuffix(in.Title, "…")) {
		return ""
	}
	return in.Title
}

// adviseUnits names the catalogue's unit first, then those that history makes likely.
func (m *Module) adviseUnits(tx *store.Tx, a *actor.Actor, in *hotline.RegisterInput, category string, used *shelved, out *Advice) error {
	rules, err := hotline.RulesTx(tx, a.CentreID)
	if err != nil {
		return err
	}
	if r := hotline.BestRule(rules, category, in.Area, tx.Now().Date()); r != nil {
		out.Units = append(out.Units, UnitAdvice{UnitID: r.UnitID, Why: "派单目录"})
	}
	if used != nil {
		out.UnitModel = used.id
		for _, s := range used.model.Predict(unitText(typedTitle(in), in.Content, category, in.Area, in.Kind)).Top {
			at := slices.IndexFunc(out.Units, func(u UnitAdvice) bool { return u.UnitID == s.Label })
			switch {
			case at >= 0:
				out.Units[at].Probability = s.Probability
			case len(out.Units) < adviceShown && s.Probability >= 0.05:
				out.Units = append(out.Units, UnitAdvice{UnitID: s.Label, Why: "以往同类工单", Probability: s.Probability})
			}
		}
	}
	return m.nameAdvised(tx, a.CentreID, in.AccusedUnit, out)
}

// nameAdvised fills in the names and leaves out units that are gone, and the one that the request is about.
func (m *Module) nameAdvised(tx *store.Tx, centre, accused string, out *Advice) error {
	ids := make([]string, len(out.Units))
	for i, u := range out.Units {
		ids[i] = u.UnitID
	}
	units, err := m.org.UnitsTx(tx, centre, ids)
	if err != nil {
		return err
	}
	today := tx.Now().Date()
	kept := []UnitAdvice{}
	for _, u := range out.Units {
		unit, ok := units[u.UnitID]
		if !ok || !unit.Active(today) || u.UnitID == accused {
			continue
		}
		u.Unit = unit.Name
		kept = append(kept, u)
	}
	out.Units = kept
	return nil
}

// perMille is a probability in thousandths, as rows store it.
func perMille(p float64) int { return int(math.Round(p * 1000)) }
