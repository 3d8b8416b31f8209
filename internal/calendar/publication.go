package calendar

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Mode says what a publication does with the days that its scope already has.
type Mode string

// The modes.
const (
	Replace Mode = "replace" // the file is the whole year
	Merge   Mode = "merge"   // the file adds to the year, or changes days of it
)

// Publication is a set of days to be put in force with the document that orders it.
type Publication struct {
	Layer     Layer
	Area      string // its division code or a longer one; "" for the nation
	Years     []FileYear
	Mode      Mode // "" is Replace
	Document  Document
	Effective clock.Date
	// Seen is the centre's revision that the preview was made on; 0 is not checked. Another revision in between is
	// store.stale.
	Seen int64
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// DayChange is a day that a publication changes.
type DayChange struct {
	Before DayInfo `json:"before"`
	After  DayInfo `json:"after"`
}

// Change is a publication as followers are told of it.
type Change struct {
	CentreID string
	Revision int64
	At       clock.Instant
	Document Document
	Layer    Layer // "" for office hours
	Area     string
	Years    []int
	Hours    bool
	Days     []DayChange // as the layer's own area sees them
}

// Touches reports whether the calendar of an area may differ after the change.
func (c Change) Touches(area string) bool {
	return c.Layer.rank() <= 0 || c.Layer.AreaOf(area) == c.Area
}

func newChange(tx *store.Tx, n counter, d Document) Change {
	return Change{CentreID: n.CentreID, Revision: n.Revision, At: tx.Now(), Document: d}
}

// Preview says what a publication would do.
type Preview struct {
	Revision int64 // to be given back as Publication.Seen
	Layer    Layer
	Area     string
	Years    []int
	Listed   int // days in the file
	Days     []DayChange
	// First lists the years that have no national notice so far: their provisional limits will be computed anew.
	First []int
}

func (p *Publication) validate() error {
	if p.Mode == "" {
		p.Mode = Replace
	}
	if unset(p.Effective) {
		p.Effective = clock.NoDate
	}
	e := ErrLayer
	if p.Mode != Replace && p.Mode != Merge {
		e = e.Field("mode", "方式只能是整年替换或补充。")
	}
	if p.Layer.rank() < 0 {
		return e.Field("layer", "请选择层级：全国、州（市）或县（市、区）。")
	}
	if area := p.Layer.AreaOf(p.Area); p.Layer != National && area == "" {
		e = e.Field("area", "行政区划代码与层级不符：州（市）至少 4 位，县（市、区）为 6 位。")
	} else {
		p.Area = area
	}
	if len(p.Years) == 0 {
		e = e.Field("file", "文件里没有任何日期。")
	}
	e = checkDocument(e, p.Document)
	return e.OrNil()
}

// checkDocument wants a title and, where there is an address, one that a page may link to.
func checkDocument(e *errs.Error, d Document) *errs.Error {
	if strings.TrimSpace(d.Title) == "" {
		e = e.Field("title", "请填写依据文件的名称。")
	}
	for _, f := range []struct{ name, text string }{{"title", d.Title}, {"number", d.Number}, {"url", d.URL}} {
		if utf8.RuneCountInString(f.text) > 300 || !utf8.ValidString(f.text) || strings.ContainsAny(f.text, "\n\r\x00") {
			e = e.Field(f.name, "内容过长，或含有换行。")
		}
	}
	if u, err := url.Parse(d.URL); d.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		e = e.Field("url", "网址应以 http:// 或 https:// 开头。")
	}
	return e
}

// layerYears gives the layer years that will be in force: the file's days, and for Merge those that were there before.
func (p Publication) layerYears(tx *store.Tx, centre string) ([]LayerYear, error) {
	var out []LayerYear
	for _, f := range p.Years {
		y := LayerYear{Layer: p.Layer, Area: p.Area, Year: f.Year, Document: p.Document, Days: append([]LayerDay(nil), f.Days...)}
		if p.Mode == Merge {
			old, err := keptDays(tx, centre, scope{p.Layer, p.Area, f.Year}, y.Days)
			if err != nil {
				return nil, err
			}
			y.Days = append(y.Days, old...)
			sortDays(y.Days)
		}
		if err := y.Validate(); err != nil {
			return nil, err
		}
		out = append(out, y)
	}
	return out, nil
}

// keptDays gives the days in force that a file does not speak of; each keeps the document that it came with.
func keptDays(tx *store.Tx, centre string, s scope, listed []LayerDay) ([]LayerDay, error) {
	live, err := liveRevision(tx, centre, s)
	if err != nil || live.ID == "" {
		return nil, err
	}
	days, err := revisionDays(tx, centre, live.ID)
	if err != nil {
		return nil, err
	}
	spoken := map[clock.Date]bool{}
	for _, d := range listed {
		spoken[d.Date] = true
	}
	var out []LayerDay
	for _, d := range days {
		if spoken[d.Date] {
			continue
		}
		if d.Basis == "" {
			d.Basis = live.Document.String()
		}
		out = append(out, d)
	}
	return out, nil
}

// difference builds the calendar after a publication and compares it, day by day, with the one before. The area is the
// layer's own, the centre's for the national layer.
func difference(tx *store.Tx, n counter, p Publication, years []LayerYear) ([]DayChange, *Calendar, error) {
	area := p.Area
	if p.Layer == National || strings.HasPrefix(n.Area, p.Area) {
		area = n.Area
	}
	spec, err := loadSpec(tx, n, area)
	if err != nil {
		return nil, nil, err
	}
	before, err := New(spec)
	if err != nil {
		return nil, nil, err
	}
	spec.Years = replaceYears(spec.Years, years)
	after, err := New(spec)
	if err != nil {
		return nil, nil, err
	}
	var out []DayChange
	for _, y := range years {
		for d := clock.Day(y.Year-1, 12, 1); d <= clock.Day(y.Year, 12, 31); d++ {
			if len(out) > 0 && d <= out[len(out)-1].After.Date {
				continue // the December between two years was compared already
			}
			a, b := before.Day(d), after.Day(d)
			if a.Working != b.Working || a.Reason != b.Reason || a.Name != b.Name || a.Source != b.Source {
				out = append(out, DayChange{a, b})
			}
		}
	}
	return out, before, nil
}

func replaceYears(old, new []LayerYear) []LayerYear {
	replaced := map[scope]bool{}
	for _, y := range new {
		replaced[scope{y.Layer, y.Area, y.Year}] = true
	}
	out := append([]LayerYear(nil), new...)
	for _, y := range old {
		if !replaced[scope{y.Layer, y.Area, y.Year}] {
			out = append(out, y)
		}
	}
	return out
}

// Preview says what a publication would change, without changing it. It needs calendar.day.publish.
func (m *Module) Preview(ctx context.Context, p Publication) (Preview, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDayPublish); err != nil {
		return Preview{}, err
	}
	if err := p.validate(); err != nil {
		return Preview{}, err
	}
	out := Preview{Layer: p.Layer, Area: p.Area}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		n, err := loadCounter(tx, a.CentreID)
		if err != nil {
			return err
		}
		years, err := p.layerYears(tx, a.CentreID)
		if err != nil {
			return err
		}
		var before *Calendar
		if out.Days, before, err = difference(tx, n, p, years); err != nil {
			return err
		}
		out.Revision = n.Revision
		for _, y := range p.Years {
			out.Years, out.Listed = append(out.Years, y.Year), out.Listed+len(y.Days)
			if _, ok := before.Published(y.Year); !ok && p.Layer == National {
				out.First = append(out.First, y.Year)
			}
		}
		return nil
	})
	return out, err
}

// Publish puts days in force, all of them or none, and tells the followers in the same transaction. It needs
// calendar.day.publish. A repeated key gives the publication of the first time, without its days.
func (m *Module) Publish(ctx context.Context, p Publication) (Change, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDayPublish); err != nil {
		return Change{}, err
	}
	if err := p.validate(); err != nil {
		return Change{}, err
	}
	var change Change
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		prior, repeated, err := once.ClaimContent(tx, p.Key, "calendar.day_publish", p, "")
		if err != nil {
			return err
		}
		if repeated {
			change, err = published(tx, a.CentreID, prior)
			return err
		}
		if change, err = m.publish(tx, a.CentreID, p); err != nil {
			return err
		}
		if err := once.Name(tx, p.Key, strconv.FormatInt(change.Revision, 10)); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "calendar.day_publish", Permission: PermDayPublish, Kind: "calendar", Object: fmt.Sprintf("%s/%s", p.Layer, p.Area),
			Detail: map[string]any{"years": change.Years, "changed": len(change.Days), "document": p.Document.String(), "revision": change.Revision, "mode": p.Mode}})
	})
	return change, err
}

// published is a publication of before, by the centre's revision that it made.
func published(tx *store.Tx, centre, revision string) (Change, error) {
	n, err := strconv.ParseInt(revision, 10, 64)
	if err != nil {
		return Change{}, err
	}
	change := Change{CentreID: centre, Revision: n}
	err = store.Each(tx, func(r *Revision) error {
		change.At, change.Document, change.Layer, change.Area = r.PublishedAt, r.Document, r.Layer, r.Area
		change.Years = append(change.Years, int(r.Year))
		return nil
	}, "SELECT "+store.Columns[Revision]("")+" FROM calendar_revision WHERE centre_id = $1 AND revision = $2 ORDER BY year", centre, n)
	return change, err
}

func (m *Module) publish(tx *store.Tx, centre string, p Publication) (Change, error) {
	n, err := bump(tx, centre, "")
	if err != nil {
		return Change{}, err
	}
	if p.Seen != 0 && p.Seen != n.Revision-1 {
		return Change{}, store.ErrStale
	}
	years, err := p.layerYears(tx, centre)
	if err != nil {
		return Change{}, err
	}
	change := newChange(tx, n, p.Document)
	change.Layer, change.Area = p.Layer, p.Area
	if change.Days, _, err = difference(tx, n, p, years); err != nil {
		return change, err
	}
	for _, y := range years {
		if err := saveRevision(tx, n, y, true, p.Effective); err != nil {
			return change, err
		}
		change.Years = append(change.Years, y.Year)
	}
	return change, m.tell(tx, change)
}

func (m *Module) tell(tx *store.Tx, c Change) error {
	for _, f := range m.followers {
		if err := f(tx, c); err != nil {
			return err
		}
	}
	return nil
}

// Revisions lists the centre's published revisions of a year (0: every year), newest first. It needs calendar.day.read.
func (m *Module) Revisions(ctx context.Context, year int) ([]Revision, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDayRead); err != nil {
		return nil, err
	}
	var out []Revision
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = loadRevisions(tx, a.CentreID, year, 200)
		return err
	})
	return out, err
}

// ErrRevision is a revision that does not exist.
var ErrRevision = errs.New(errs.NotFound, "calendar.revision", "没有这个版本的放假安排。")

// RevisionOf gives a published revision, in force or not, with its days. It needs calendar.day.read.
func (m *Module) RevisionOf(ctx context.Context, id string) (Revision, []LayerDay, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDayRead); err != nil {
		return Revision{}, nil, err
	}
	var r Revision
	var days []LayerDay
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = store.Get[Revision](tx, "SELECT "+store.Columns[Revision]("")+" FROM calendar_revision WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrRevision
		}
		if err == nil {
			days, err = revisionDays(tx, a.CentreID, id)
		}
		return err
	})
	return r, days, err
}
