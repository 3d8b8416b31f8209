package supervision

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

const (
	maxSample     = 500
	maxPopulation = 200000
)

// SampleInput is what is to be audited: cases that ended from one day to another, of some units and sites or of all, and how
// many of them. The seed is the server's, so that nobody chooses it.
type SampleInput struct {
	Key     string     `json:"-"`
	Title   string     `json:"title" maxLength:"100" doc:"抽查名称"`
	From    clock.Date `json:"from" doc:"办结日期自"`
	To      clock.Date `json:"to" doc:"办结日期至"`
	Units   []string   `json:"units,omitempty" maxItems:"200" doc:"单位；不填为全部"`
	Sites   []string   `json:"sites,omitempty" maxItems:"200" doc:"站点；不填为全部"`
	Outside bool       `json:"outside,omitempty" doc:"只抽大厅以外的分中心、乡镇和其他站点"`
	Size    int        `json:"size" minimum:"1" maximum:"500" doc:"抽取件数"`
}

func (in *SampleInput) validate() error {
	e := ErrInput
	in.Title = strings.TrimSpace(in.Title)
	if n := utf8.RuneCountInString(in.Title); n == 0 || n > 100 {
		e = e.Field("title", "请填写抽查名称，最多 100 个字。")
	}
	if in.From <= 0 || in.To <= 0 || in.To < in.From || in.To-in.From > 366 {
		e = e.Field("to", "请填写办结日期的范围，最长一年。")
	}
	if in.Size < 1 || in.Size > maxSample {
		e = e.Field("size", "抽取件数为 1 至 %d。", maxSample)
	}
	return e.OrNil()
}

// DrawSample draws a random sample of finished cases to be audited (随机抽查) and records the population and the seed.
func (m *Module) DrawSample(ctx context.Context, in SampleInput) (Sample, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSampleChange); err != nil {
		return Sample{}, err
	}
	if err := in.validate(); err != nil {
		return Sample{}, err
	}
	seed := make([]byte, 16)
	rand.Read(seed) //nolint:errcheck // never fails; ends the program where the system has no randomness
	var s Sample
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "supervision.sample", in, id)
		if err != nil {
			return err
		}
		if repeated {
			s, err = sampleTx(tx, a.CentreID, SampleID(prior))
			return err
		}
		if err := audit.Lock(tx, a.CentreID, id); err != nil {
			return err
		}
		s = Sample{CentreID: a.CentreID, ID: SampleID(id), Title: in.Title, From: in.From, To: in.To, Units: strings.Join(in.Units, ","), Sites: strings.Join(in.Sites, ","), Outside: in.Outside,
			Algorithm: Algorithm, Seed: hex.EncodeToString(seed), At: tx.Now(), By: a.UserID}
		return m.draw(tx, &s, &in)
	})
	return s, err
}

func (m *Module) draw(tx *store.Tx, s *Sample, in *SampleInput) error {
	if s.To >= tx.Now().Date() {
		return ErrInput.Field("to", "截止日期最晚为昨天：抽取的范围之后不再变化，别人才能重新抽取核对。")
	}
	cases, err := m.population(tx, s)
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return ErrNothing
	}
	numbers := make([]string, len(cases))
	for i := range cases {
		numbers[i] = cases[i].No
	}
	chosen := Draw(s.Seed, numbers, in.Size)
	s.Population, s.PopulationHash, s.Size = int64(len(cases)), PopulationHash(numbers), int64(len(chosen))
	if s.No, err = number(tx, s.CentreID, "办件抽查", tx.Now().Date()); err != nil {
		return err
	}
	if err := store.Insert(tx, "supervision_sample", *s); err != nil {
		return err
	}
	for pos, i := range chosen {
		c := &cases[i]
		r := SampleRow{CentreID: s.CentreID, SampleID: s.ID, Pos: int64(pos + 1), CaseID: c.ID, CaseNo: c.No, ItemName: c.ItemName, UnitID: c.UnitID, SiteID: c.SiteID}
		if err := store.Insert(tx, "supervision_sample_row", r); err != nil {
			return err
		}
	}
	return audit.Record(tx, audit.Entry{Action: "supervision.sample", Permission: PermSampleChange, Kind: "supervision_sample", Object: string(s.ID), Detail: map[string]any{"no": s.No, "population": s.Population, "seed": s.Seed, "size": s.Size}})
}

// population lists the finished cases that a sample may be drawn from.
func (m *Module) population(tx *store.Tx, s *Sample) ([]casework.Case, error) {
	units, sites := split(s.Units), split(s.Sites)
	hall := map[string]bool{}
	var out []casework.Case
	at, id := clock.Instant(0), casework.CaseID("")
	for {
		list, err := m.casework.EndedTx(tx, s.CentreID, s.From.Start(), s.To.End(), at, id, 2000)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			at, id = c.ClosedAt, c.ID
			if len(units) > 0 && !slices.Contains(units, c.UnitID) || len(sites) > 0 && !slices.Contains(sites, c.SiteID) {
				continue
			}
			if s.Outside {
				inside, err := m.inHall(tx, s.CentreID, c.SiteID, hall)
				if err != nil {
					return nil, err
				}
				if inside {
					continue
				}
			}
			out = append(out, c)
		}
		if len(out) > maxPopulation {
			return nil, ErrInput.Field("to", "范围内超过 %d 个办件，请缩短时间段。", maxPopulation)
		}
		if len(list) < 2000 {
			return out, nil
		}
	}
}

// inHall reports whether a site is the hall itself.
func (m *Module) inHall(tx *store.Tx, centre, site string, known map[string]bool) (bool, error) {
	if site == "" {
		return true, nil
	}
	if in, ok := known[site]; ok {
		return in, nil
	}
	x, err := m.org.SiteTx(tx, centre, site)
	known[site] = x.Kind == org.SiteHall
	return known[site], err
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func sampleTx(tx *store.Tx, centre string, id SampleID) (Sample, error) {
	s, err := store.Get[Sample](tx, "SELECT "+sampleColumns+" FROM supervision_sample WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return s, ErrSample
	}
	return s, err
}

// CheckInput is what an auditor found of one case.
type CheckInput struct {
	True    bool   `json:"is_true" doc:"真实"`
	Timely  bool   `json:"is_timely" doc:"实时"`
	Whole   bool   `json:"is_whole" doc:"完整"`
	Exact   bool   `json:"is_exact" doc:"准确"`
	Finding string `json:"finding,omitempty" maxLength:"2000" doc:"检查情况；不合格的必填"`
	Raise   bool   `json:"raise,omitempty" doc:"不合格的同时向单位发预警单"`
}

// CheckCase writes what the auditor found of a case of a sample (检查). It is written once. The auditor is not of the case's
// unit and had no hand in the case.
func (m *Module) CheckCase(ctx context.Context, sample SampleID, pos int64, in CheckInput) (SampleRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSampleChange); err != nil {
		return SampleRow{}, err
	}
	passed := in.True && in.Timely && in.Whole && in.Exact
	what := "检查情况"
	if passed {
		what = ""
	}
	finding, err := words(what, in.Finding)
	if err != nil {
		return SampleRow{}, err
	}
	var r SampleRow
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := audit.Lock(tx, a.CentreID, string(sample)); err != nil {
			return err
		}
		if r, err = m.rowToCheck(tx, a, sample, pos); err != nil {
			return err
		}
		r.Checked, r.True, r.Timely, r.Whole, r.Exact, r.Passed, r.Finding, r.Auditor, r.At = true, in.True, in.Timely, in.Whole, in.Exact, passed, finding, a.UserID, tx.Now()
		if in.Raise && !passed {
			l, err := m.raise(tx, a, AlertID(tx.NewID()), &RaiseInput{CaseNo: r.CaseNo, Level: Yellow, Type: Content, Text: "抽查不合格：" + finding})
			if err != nil {
				return err
			}
			r.AlertID = l.ID
		}
		if err := store.Update(tx, "supervision_sample_row", r, "centre_id", "sample_id", "pos"); err != nil {
			return err
		}
		won := int64(0)
		if passed {
			won = 1
		}
		if err := tx.Queue("UPDATE supervision_sample SET checked = checked + 1, passed = passed + $3 WHERE centre_id = $1 AND id = $2", a.CentreID, sample, won); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "supervision.sample_check", Permission: PermSampleChange, Kind: "supervision_sample", Object: string(sample), Detail: map[string]any{"case": r.CaseNo, "passed": passed}})
	})
	return r, err
}

// rowToCheck loads a case of a sample that is still to be checked, and makes sure that the auditor has nothing to do with it.
func (m *Module) rowToCheck(tx *store.Tx, a *actor.Actor, sample SampleID, pos int64) (SampleRow, error) {
	s, err := sampleTx(tx, a.CentreID, sample)
	if err != nil {
		return SampleRow{}, err
	}
	r, err := store.Get[SampleRow](tx, "SELECT "+sampleRowColumns+" FROM supervision_sample_row WHERE centre_id = $1 AND sample_id = $2 AND pos = $3"+tx.ForUpdate(), a.CentreID, sample, pos)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return r, ErrSample
	case err != nil:
		return r, err
	case r.Checked || s.ClosedAt != 0:
		return r, ErrChecked
	case a.Kind == actor.System:
		return r, nil
	case a.HasUnit(r.UnitID):
		return r, ErrOwnUnit
	}
	hands, err := m.casework.ActorsTx(tx, a.CentreID, r.CaseID)
	if err == nil && slices.Contains(hands, a.UserID) {
		err = ErrOwnUnit
	}
	return r, err
}

// CloseSample ends an audit in which every case has been checked (结束抽查).
func (m *Module) CloseSample(ctx context.Context, id SampleID) (Sample, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSampleChange); err != nil {
		return Sample{}, err
	}
	var s Sample
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if err := audit.Lock(tx, a.CentreID, string(id)); err != nil {
			return err
		}
		if s, err = sampleTx(tx, a.CentreID, id); err != nil {
			return err
		}
		switch {
		case s.ClosedAt != 0:
			return ErrChecked
		case s.Checked < s.Size:
			return ErrUnchecked
		}
		s.ClosedAt = tx.Now()
		if err := store.Update(tx, "supervision_sample", s, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "supervision.sample_close", Permission: PermSampleChange, Kind: "supervision_sample", Object: string(id), Detail: map[string]any{"no": s.No, "passed": s.Passed, "checked": s.Checked}})
	})
	return s, err
}

// SampleSheet (抽查表) is a sample with its cases.
type SampleSheet struct {
	Sample
	Rows []ListedRow `json:"rows"`
}

// ListedRow is a case of a sample with names.
type ListedRow struct {
	SampleRow
	Unit        string `json:"unit_name"`
	Site        string `json:"site_name,omitempty"`
	AuditorName string `json:"auditor_name,omitempty"`
}

// Samples lists the samples, newest first.
func (m *Module) Samples(ctx context.Context, after string) (list []Sample, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermSampleRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Sample](tx, "SELECT "+sampleColumns+" FROM supervision_sample"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(ListPage+1), w.Args...)
		return err
	})
	if len(list) > ListPage {
		list = list[:ListPage]
		next = string(list[ListPage-1].ID)
	}
	return list, next, err
}

// SampleOf gives a sample with its cases.
func (m *Module) SampleOf(ctx context.Context, id SampleID) (SampleSheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSampleRead); err != nil {
		return SampleSheet{}, err
	}
	var out SampleSheet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Sample, err = sampleTx(tx, a.CentreID, id); err != nil {
			return err
		}
		rows, err := rowsOf(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		out.Rows, err = m.listedRows(tx, a.CentreID, rows)
		return err
	})
	return out, err
}

func rowsOf(tx *store.Tx, centre string, id SampleID) ([]SampleRow, error) {
	return store.Select[SampleRow](tx, "SELECT "+sampleRowColumns+" FROM supervision_sample_row WHERE centre_id = $1 AND sample_id = $2 ORDER BY pos", centre, id)
}

// Redraw draws a sample again from the cases as they are stored now, and tells whether the population is as it was and the
// same cases come out in the same order (重新抽取核对).
func (m *Module) Redraw(ctx context.Context, id SampleID) (same bool, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermSampleRead); err != nil {
		return false, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		s, err := sampleTx(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		rows, err := rowsOf(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		cases, err := m.population(tx, &s)
		if err != nil {
			return err
		}
		numbers := make([]string, len(cases))
		for i := range cases {
			numbers[i] = cases[i].No
		}
		chosen := Draw(s.Seed, numbers, int(s.Size))
		same = len(chosen) == len(rows) && PopulationHash(numbers) == s.PopulationHash
		for pos, i := range chosen {
			same = same && rows[pos].CaseNo == numbers[i]
		}
		return nil
	})
	return same, err
}

func (m *Module) listedRows(tx *store.Tx, centre string, rows []SampleRow) ([]ListedRow, error) {
	alerts := make([]Alert, len(rows))
	for i, r := range rows {
		alerts[i] = Alert{UnitID: r.UnitID, SiteID: r.SiteID, StaffID: r.Auditor}
	}
	named, err := m.listed(tx, centre, alerts)
	out := make([]ListedRow, len(named))
	for i, n := range named {
		out[i] = ListedRow{rows[i], n.Unit, n.Site, n.Staff}
	}
	return out, err
}
