package calendar

import (
	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Revision is one published version of what a layer says for a year. It is never edited.
type Revision struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	Layer    Layer  `db:"layer" json:"layer"`
	Area     string `db:"area_code" json:"area"`
	Year     int64  `db:"year" json:"year"`
	Number   int64  `db:"number" json:"number"`     // within layer, area and year, from 1
	Revision int64  `db:"revision" json:"revision"` // of the centre
	Document `json:"document"`
	// Confirmed is false for days that the product brought along and nobody has checked (未确认).
	Confirmed    bool          `db:"confirmed" json:"confirmed"`
	Effective    clock.Date    `db:"effective" json:"effective"`
	PublishedBy  string        `db:"published_by" json:"published_by"`
	PublishedAt  clock.Instant `db:"published_at" json:"published_at"`
	SupersededBy string        `db:"superseded_by" json:"superseded_by,omitempty"`
}

// Live reports whether the revision is in force.
func (r Revision) Live() bool { return r.SupersededBy == "" }

// dayRow is a row of calendar_day.
type dayRow struct {
	CentreID   string `db:"centre_id"`
	RevisionID string `db:"revision_id"`
	LayerDay
}

// bareDay is dayRow as it is read back.
type bareDay struct {
	RevisionID string `db:"revision_id"`
	LayerDay
}

// standing is the condition for the rows of a table of publications that a revision of the centre has: published by then, and
// not replaced by then. It takes the revision twice.
func standing(table string) string {
	return "r.revision <= ? AND NOT EXISTS (SELECT 1 FROM " + table + " s WHERE s.centre_id = r.centre_id AND s.id = r.superseded_by AND s.revision <= ?)"
}

// inForce is the condition for the revisions of the layers over an area that stand at a revision of the centre.
func inForce(n counter, area string) *store.Where {
	w := (&store.Where{}).And("r.centre_id = ?", n.CentreID).And(standing("calendar_revision"), n.Revision, n.Revision)
	return w.And("(r.layer = 'national' OR r.layer = 'prefecture' AND r.area_code = ? OR r.layer = 'county' AND r.area_code = ?)",
		orNone(Prefecture.AreaOf(area)), orNone(County.AreaOf(area)))
}

// orNone keeps an area that has no such layer from matching.
func orNone(area string) string {
	if area == "" {
		return "-"
	}
	return area
}

// loadSpec reads everything that the calendar of an area is built from, at the revision that the counter says.
func loadSpec(tx *store.Tx, n counter, area string) (Spec, error) {
	spec := Spec{Area: area, Revision: n.Revision}
	w := inForce(n, area)
	revisions, err := store.Select[Revision](tx, "SELECT "+store.Columns[Revision]("r.")+" FROM calendar_revision r"+w.SQL()+" ORDER BY r.layer, r.year", w.Args...)
	if err != nil {
		return spec, err
	}
	days, err := store.Select[bareDay](tx, "SELECT d.revision_id, d.day, d.kind, d.name, d.basis FROM calendar_revision r JOIN calendar_day d ON d.centre_id = r.centre_id AND d.revision_id = r.id"+
		w.SQL()+" ORDER BY d.day", w.Args...)
	if err != nil {
		return spec, err
	}
	byRevision := map[string][]LayerDay{}
	for _, d := range days {
		byRevision[d.RevisionID] = append(byRevision[d.RevisionID], d.LayerDay)
	}
	for _, r := range revisions {
		spec.Years = append(spec.Years, LayerYear{Layer: r.Layer, Area: r.Area, Year: int(r.Year), Document: r.Document, Days: byRevision[r.ID]})
	}
	spec.Hours, err = loadHours(tx, n, area)
	return spec, err
}

// loadRevisions lists a centre's revisions of a year, newest first; year 0 is every year.
func loadRevisions(tx *store.Tx, centre string, year, limit int) ([]Revision, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	if year != 0 {
		w.And("year = ?", year)
	}
	w.Args = append(w.Args, limit)
	return store.Select[Revision](tx, "SELECT "+store.Columns[Revision]("")+" FROM calendar_revision"+w.SQL()+" ORDER BY revision DESC, id DESC LIMIT $"+itoa(len(w.Args)), w.Args...)
}

// bump locks the centre's counter and moves it on; every publication goes through it, one after the other.
func bump(tx *store.Tx, centre, area string) (counter, error) {
	if err := tx.Queue("INSERT INTO calendar_counter (centre_id, area_code, revision, token, changed_at) VALUES ($1, $2, 0, '', 0) ON CONFLICT DO NOTHING", centre, area); err != nil {
		return counter{}, err
	}
	c, err := store.Get[counter](tx, "SELECT "+store.Columns[counter]("")+" FROM calendar_counter WHERE centre_id = $1"+tx.ForUpdate(), centre)
	if err != nil {
		return c, err
	}
	c.Revision, c.Token, c.ChangedAt = c.Revision+1, tx.NewID(), tx.Now()
	if c.Area == "" {
		c.Area = area
	}
	tx.SetValue(counterKey{centre}, c)
	return c, store.Update(tx, "calendar_counter", c, "centre_id")
}

// scope is what revisions of one line of descent share.
type scope struct {
	layer Layer
	area  string
	year  int
}

// saveRevision puts a new revision of its scope in force in place of the one before.
func saveRevision(tx *store.Tx, n counter, y LayerYear, confirmed bool, effective clock.Date) error {
	r := Revision{CentreID: n.CentreID, ID: tx.NewID(), Layer: y.Layer, Area: y.Area, Year: int64(y.Year), Number: 1, Revision: n.Revision, Document: y.Document,
		Confirmed: confirmed, Effective: effective, PublishedBy: publisher(tx), PublishedAt: tx.Now()}
	old, err := liveRevision(tx, n.CentreID, scope{y.Layer, y.Area, y.Year})
	if err != nil {
		return err
	}
	if old.ID != "" {
		r.Number = old.Number + 1
		if err := tx.Queue("UPDATE calendar_revision SET superseded_by = $1 WHERE centre_id = $2 AND id = $3", r.ID, n.CentreID, old.ID); err != nil {
			return err
		}
	}
	if err := store.Insert(tx, "calendar_revision", r); err != nil {
		return err
	}
	for _, d := range y.Days {
		if err := store.Insert(tx, "calendar_day", dayRow{n.CentreID, r.ID, d}); err != nil {
			return err
		}
	}
	return nil
}

// liveRevision gives the revision in force for a scope, an empty one where there is none.
func liveRevision(tx *store.Tx, centre string, s scope) (Revision, error) {
	list, err := store.Select[Revision](tx, "SELECT "+store.Columns[Revision]("")+` FROM calendar_revision
		WHERE centre_id = $1 AND layer = $2 AND area_code = $3 AND year = $4 AND superseded_by = ''`, centre, s.layer, s.area, s.year)
	if err != nil || len(list) == 0 {
		return Revision{}, err
	}
	return list[0], nil
}

// revisionDays lists the days of a revision.
func revisionDays(tx *store.Tx, centre, id string) ([]LayerDay, error) {
	return store.Select[LayerDay](tx, "SELECT day, kind, name, basis FROM calendar_day WHERE centre_id = $1 AND revision_id = $2 ORDER BY day", centre, id)
}

// publisher is the name kept with a publication: the account, or the program.
func publisher(tx *store.Tx) string {
	a := actor.From(tx.Context())
	if a.Kind == actor.System || a.Name == "" {
		return "系统"
	}
	return a.Name
}
