package hotline

import (
	"context"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// TaxonomyVersion (事项分类版本) is one publication of the classification.
type TaxonomyVersion struct {
	CentreID    string        `db:"centre_id" json:"-"`
	Version     int64         `db:"version" json:"version"`
	Title       string        `db:"title" json:"title"`
	Basis       string        `db:"basis" json:"basis,omitempty"`
	Added       int64         `db:"added" json:"added"`
	Renamed     int64         `db:"renamed" json:"renamed"`
	Retired     int64         `db:"retired" json:"retired"`
	Moved       int64         `db:"moved" json:"moved"`
	PublishedAt clock.Instant `db:"published_at" json:"published_at"`
	PublishedBy string        `db:"published_by" json:"-"`
	ByName      string        `db:"-" json:"by,omitempty"`
}

// Taxonomy is the classification with its history.
type Taxonomy struct {
	Categories []Category        `json:"categories"`
	Moves      CategoryMoves     `json:"moves"`
	Versions   []TaxonomyVersion `json:"versions"` // newest first; the one that a centre starts with is not among them
}

// Taxonomy gives the centre's classification, its versions, and which codes carry on which.
func (m *Module) Taxonomy(ctx context.Context) (Taxonomy, error) {
	a := actor.From(ctx)
	var out Taxonomy
	if err := a.Require(PermRuleRead); err != nil {
		return out, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Categories, err = CategoriesTx(tx, a.CentreID); err != nil {
			return err
		}
		if out.Moves, err = CategoryMovesTx(tx, a.CentreID); err != nil {
			return err
		}
		if out.Versions, err = store.Select[TaxonomyVersion](tx, "SELECT "+store.Columns[TaxonomyVersion]("")+" FROM hotline_taxonomy WHERE centre_id = $1 ORDER BY version DESC LIMIT 100", a.CentreID); err != nil {
			return err
		}
		who := make([]string, len(out.Versions))
		for i, v := range out.Versions {
			who[i] = v.PublishedBy
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, who)
		for i := range out.Versions {
			out.Versions[i].ByName = names[out.Versions[i].PublishedBy]
		}
		return err
	})
	return out, err
}

// CategoriesTx lists a centre's taxonomy by code.
func CategoriesTx(tx *store.Tx, centre string) ([]Category, error) {
	return store.Select[Category](tx, "SELECT "+store.Columns[Category]("")+" FROM hotline_category WHERE centre_id = $1 ORDER BY code", centre)
}

// CategoryNamesTx names the codes of a centre's taxonomy.
func CategoryNamesTx(tx *store.Tx, centre string) (map[string]string, error) {
	list, err := CategoriesTx(tx, centre)
	out := make(map[string]string, len(list))
	for _, c := range list {
		out[c.Code] = c.Name
	}
	return out, err
}

// PreviewCategories says what a list would do, without doing it.
func (m *Module) PreviewCategories(ctx context.Context, l CategoryList) (CategoryImport, error) {
	a := actor.From(ctx)
	var out CategoryImport
	if err := a.Require(PermRule); err != nil {
		return out, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, _, err = planTaxonomy(tx, a.CentreID, l)
		return err
	})
	return out, err
}

// PublishCategories makes a list the next version of the classification. Tickets keep the category that they were given;
// figures, suggestions and the dispatch catalogue follow the codes that carry old ones on. A list that changes nothing
// makes no version.
func (m *Module) PublishCategories(ctx context.Context, l CategoryList) (CategoryImport, error) {
	a := actor.From(ctx)
	var out CategoryImport
	if err := a.Require(PermRule); err != nil {
		return out, err
	}
	l.Title, l.Basis = strings.TrimSpace(l.Title), strings.TrimSpace(l.Basis)
	if utf8.RuneCountInString(l.Title) > maxShort || utf8.RuneCountInString(l.Basis) > maxShort {
		return out, ErrCategories.Field("title", "版本名称和依据各最多 %d 个字。", maxShort)
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		plan, rules, err := planTaxonomy(tx, a.CentreID, l)
		if out = plan; err != nil || plan.Version == 0 {
			return err
		}
		if err := writeTaxonomy(tx, a, &plan, l); err != nil {
			return err
		}
		for _, r := range rules {
			if err := m.followMove(tx, a.CentreID, r, plan.moves[r.Category]); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.category_change", Permission: PermRule, Kind: "category", Object: a.CentreID,
			Detail: map[string]any{"version": plan.Version, "added": plan.Added, "renamed": plan.Renamed, "changed": plan.Changed, "retired": plan.Retired, "moved": plan.Moved, "rules": plan.Rules}})
	})
	return out, err
}

// planTaxonomy is planCategories on what the centre has, with the lines of the dispatch catalogue that follow.
func planTaxonomy(tx *store.Tx, centre string, l CategoryList) (CategoryImport, []Rule, error) {
	have, err := CategoriesTx(tx, centre)
	if err != nil {
		return CategoryImport{}, nil, err
	}
	moves, err := CategoryMovesTx(tx, centre)
	if err != nil {
		return CategoryImport{}, nil, err
	}
	newest, err := store.Get[int64](tx, "SELECT COALESCE(MAX(version), 1) FROM hotline_taxonomy WHERE centre_id = $1", centre)
	if err != nil {
		return CategoryImport{}, nil, err
	}
	plan, err := planCategories(have, moves, l, newest+1)
	if err != nil {
		return plan, nil, err
	}
	rules, err := RulesTx(tx, centre)
	var follow []Rule
	for _, r := range rules {
		if plan.moves[r.Category] != "" && r.Covers(tx.Now().Date()) {
			follow = append(follow, r)
		}
	}
	plan.Rules = len(follow)
	return plan, follow, err
}

func writeTaxonomy(tx *store.Tx, a *actor.Actor, plan *CategoryImport, l CategoryList) error {
	for _, c := range plan.save {
		if err := tx.Queue(`INSERT INTO hotline_category (centre_id, code, name, parent, active, since, retired_in) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (centre_id, code) DO UPDATE SET name = excluded.name, parent = excluded.parent, active = excluded.active, retired_in = excluded.retired_in`,
			a.CentreID, c.Code, c.Name, c.Parent, c.Active, c.Since, c.RetiredIn); err != nil {
			return err
		}
		if !c.Active {
			continue
		}
		// A code that is in use again stands for itself.
		if err := tx.Queue("DELETE FROM hotline_category_move WHERE centre_id = $1 AND old_code = $2", a.CentreID, c.Code); err != nil {
			return err
		}
	}
	for from, to := range plan.moves {
		if err := tx.Queue(`INSERT INTO hotline_category_move (centre_id, old_code, new_code, version) VALUES ($1, $2, $3, $4)
			ON CONFLICT (centre_id, old_code) DO UPDATE SET new_code = excluded.new_code, version = excluded.version`, a.CentreID, from, to, plan.Version); err != nil {
			return err
		}
	}
	return store.Insert(tx, "hotline_taxonomy", TaxonomyVersion{CentreID: a.CentreID, Version: plan.Version, Title: l.Title, Basis: l.Basis, Added: int64(plan.Added), Renamed: int64(plan.Renamed),
		Retired: int64(plan.Retired), Moved: int64(plan.Moved), PublishedAt: tx.Now(), PublishedBy: a.UserID})
}

// followMove lets a line of the dispatch catalogue end yesterday and go on under the code that carries its category on. A
// line that began today changes its category.
func (m *Module) followMove(tx *store.Tx, centre string, r Rule, category string) error {
	today := tx.Now().Date()
	if r.From == today {
		r.Category = category
		return m.putRule(tx, centre, &r)
	}
	next := r
	next.ID, next.Category, next.From = "", category, today
	r.To = today - 1
	if err := m.putRule(tx, centre, &r); err != nil {
		return err
	}
	return m.putRule(tx, centre, &next)
}
