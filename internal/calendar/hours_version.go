package calendar

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// HoursVersion is one published version of office hours for an area ("" is the whole centre) or a unit, in force from a
// day on. It is never edited.
type HoursVersion struct {
	CentreID     string     `db:"centre_id" json:"-"`
	ID           string     `db:"id" json:"id"`
	Area         string     `db:"area_code" json:"area"`
	Unit         string     `db:"unit_id" json:"unit,omitempty"`
	Effective    clock.Date `db:"effective" json:"effective"`
	Number       int64      `db:"number" json:"number"`
	Revision     int64      `db:"revision" json:"revision"`
	Rules        Hours      `db:"rules" json:"rules"`
	Confirmed    bool       `db:"confirmed" json:"confirmed"`
	Document     `json:"document"`
	PublishedBy  string        `db:"published_by" json:"published_by"`
	PublishedAt  clock.Instant `db:"published_at" json:"published_at"`
	SupersededBy string        `db:"superseded_by" json:"superseded_by,omitempty"`
}

// Live reports whether the version was not replaced.
func (v HoursVersion) Live() bool { return v.SupersededBy == "" }

// Value stores JSON.
func (h Hours) Value() (driver.Value, error) {
	b, err := json.Marshal(h)
	return string(b), err
}

// Scan reads JSON.
func (h *Hours) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), h)
	case []byte:
		return json.Unmarshal(v, h)
	}
	return fmt.Errorf("cannot read office hours from %T", src)
}

// loadHours reads the hours of an area: those of its county, else of its prefecture, else of the centre; and those of
// every unit.
func loadHours(tx *store.Tx, n counter, area string) ([]DatedHours, error) {
	w := (&store.Where{}).And("r.centre_id = ?", n.CentreID).And(standing("calendar_hours"), n.Revision, n.Revision).
		And("(r.unit_id <> '' OR r.area_code IN (?, ?, ''))", orNone(Prefecture.AreaOf(area)), orNone(County.AreaOf(area)))
	list, err := store.Select[HoursVersion](tx, "SELECT "+store.Columns[HoursVersion]("r.")+" FROM calendar_hours r"+w.SQL()+" ORDER BY r.effective", w.Args...)
	if err != nil {
		return nil, err
	}
	longest := 0
	for _, v := range list {
		if v.Unit == "" {
			longest = max(longest, len(v.Area))
		}
	}
	var out []DatedHours
	for _, v := range list {
		if v.Unit != "" || len(v.Area) == longest {
			out = append(out, DatedHours{Unit: v.Unit, From: v.Effective, Hours: v.Rules})
		}
	}
	return out, nil
}

// HoursInput is what a person says about office hours.
type HoursInput struct {
	Area      string     `json:"area"` // "" is the whole centre
	Unit      string     `json:"unit"`
	Effective clock.Date `json:"effective"` // NoDate: always
	Rules     Hours      `json:"rules"`
	Document  Document   `json:"document"`
	// Seen is the centre's revision that the person looked at; 0 is not checked.
	Seen int64 `json:"seen"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

func (in *HoursInput) validate() error {
	if unset(in.Effective) {
		in.Effective = clock.NoDate
	}
	if err := in.Rules.Validate(); err != nil {
		return err
	}
	e := ErrHours
	if in.Area != "" && Prefecture.AreaOf(in.Area) != in.Area && County.AreaOf(in.Area) != in.Area {
		e = e.Field("area", "行政区划代码应为 4 位（州、市）或 6 位（县、市、区），留空为全中心。")
	}
	if in.Unit != "" && in.Area != "" {
		e = e.Field("area", "单位的办公时间不分地区，请留空。")
	}
	return checkDocument(e, in.Document).OrNil()
}

// PublishHours puts office hours in force in place of those of the same area, unit and day. It needs
// calendar.hours.publish and tells the followers. A repeated key gives the publication of the first time.
func (m *Module) PublishHours(ctx context.Context, in HoursInput) (Change, error) {
	a := actor.From(ctx)
	if err := a.Require(PermHoursPublish); err != nil {
		return Change{}, err
	}
	if err := in.validate(); err != nil {
		return Change{}, err
	}
	var change Change
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		prior, repeated, err := once.ClaimContent(tx, in.Key, "calendar.hours_publish", in, "")
		if err != nil {
			return err
		}
		if repeated {
			change, err = publishedHours(tx, a.CentreID, prior)
			return err
		}
		n, err := bump(tx, a.CentreID, "")
		if err == nil {
			err = once.Name(tx, in.Key, strconv.FormatInt(n.Revision, 10))
		}
		if err != nil {
			return err
		}
		if in.Seen != 0 && in.Seen != n.Revision-1 {
			return store.ErrStale
		}
		if err := saveHours(tx, n, in, true); err != nil {
			return err
		}
		change = newChange(tx, n, in.Document)
		change.Hours = true
		if err := audit.Record(tx, audit.Entry{Action: "calendar.hours_publish", Permission: PermHoursPublish, Kind: "calendar", Object: n.Token,
			Detail: map[string]any{"area": in.Area, "unit": in.Unit, "effective": in.Effective.String(), "document": in.Document.String(), "revision": n.Revision}}); err != nil {
			return err
		}
		return m.tell(tx, change)
	})
	return change, err
}

// publishedHours is a publication of before, by the centre's revision that it made.
func publishedHours(tx *store.Tx, centre, revision string) (Change, error) {
	n, err := strconv.ParseInt(revision, 10, 64)
	if err != nil {
		return Change{}, err
	}
	v, err := store.Get[HoursVersion](tx, "SELECT "+store.Columns[HoursVersion]("")+" FROM calendar_hours WHERE centre_id = $1 AND revision = $2", centre, n)
	return Change{CentreID: centre, Revision: n, At: v.PublishedAt, Document: v.Document, Hours: true}, err
}

func saveHours(tx *store.Tx, n counter, in HoursInput, confirmed bool) error {
	v := HoursVersion{CentreID: n.CentreID, ID: tx.NewID(), Area: in.Area, Unit: in.Unit, Effective: in.Effective, Number: 1, Revision: n.Revision,
		Rules: in.Rules, Confirmed: confirmed, Document: in.Document, PublishedBy: publisher(tx), PublishedAt: tx.Now()}
	old, err := store.Select[HoursVersion](tx, "SELECT "+store.Columns[HoursVersion]("")+` FROM calendar_hours
		WHERE centre_id = $1 AND area_code = $2 AND unit_id = $3 AND effective = $4 AND superseded_by = ''`, n.CentreID, in.Area, in.Unit, in.Effective)
	if err != nil {
		return err
	}
	for _, o := range old {
		v.Number = o.Number + 1
		if err := tx.Queue("UPDATE calendar_hours SET superseded_by = $1 WHERE centre_id = $2 AND id = $3", v.ID, n.CentreID, o.ID); err != nil {
			return err
		}
	}
	return store.Insert(tx, "calendar_hours", v)
}

// HoursVersions lists the centre's office hours, newest publication first. It needs calendar.day.read.
func (m *Module) HoursVersions(ctx context.Context) ([]HoursVersion, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDayRead); err != nil {
		return nil, err
	}
	var out []HoursVersion
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[HoursVersion](tx, "SELECT "+store.Columns[HoursVersion]("")+" FROM calendar_hours WHERE centre_id = $1 ORDER BY revision DESC, id DESC LIMIT 200", a.CentreID)
		return err
	})
	return out, err
}
