package supervision

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Algorithm is how samples are drawn: every case of the population gets SM3(seed, newline, number of the case) in hexadecimal,
// and those with the smallest are the sample, in that order. Anybody who has the list, the seed and SM3 draws the same one.
const Algorithm = "sm3-order-v1"

// Draw gives the positions of the sample in a population of case numbers. It is pure: the order of the list does not matter
// but for cases of the same number, which there are none of.
func Draw(seed string, population []string, size int) []int {
	type ticket struct {
		mark string
		at   int
	}
	all := make([]ticket, len(population))
	for i, no := range population {
		all[i] = ticket{hexOf(seed + "\n" + no), i}
	}
	slices.SortFunc(all, func(a, b ticket) int { return strings.Compare(a.mark, b.mark) })
	out := make([]int, min(size, len(all)))
	for i := range out {
		out[i] = all[i].at
	}
	return out
}

// PopulationHash is the digest of a population: of its numbers in order, one a line.
func PopulationHash(population []string) string {
	list := slices.Clone(population)
	slices.Sort(list)
	return hexOf(strings.Join(list, "\n"))
}

// hexOf is plain SM3 (GB/T 32905) in hexadecimal, so that any tool computes it.
func hexOf(s string) string {
	sum := sm3.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// SampleID is the id of a sample.
type SampleID string

// Sample (抽查) is a random sample of the cases that ended in a period: which population it was drawn from, by which seed, and
// how many of it have been checked and passed. Seed and numbers let anybody draw it again.
type Sample struct {
	CentreID       string        `db:"centre_id" json:"-"`
	ID             SampleID      `db:"id" json:"id"`
	No             string        `db:"no" json:"no"`
	Title          string        `db:"title" json:"title"`
	From           clock.Date    `db:"from_day" json:"from"`
	To             clock.Date    `db:"to_day" json:"to"`       // the last day
	Units          string        `db:"units" json:"units"`     // ids, joined by commas; "" for all
	Sites          string        `db:"sites" json:"sites"`     // ids, joined by commas; "" for all
	Outside        bool          `db:"outside" json:"outside"` // only sites outside the hall
	Algorithm      string        `db:"algorithm" json:"algorithm"`
	Seed           string        `db:"seed" json:"seed"`
	Population     int64         `db:"population" json:"population"`
	PopulationHash string        `db:"population_hash" json:"population_hash"`
	Size           int64         `db:"size" json:"size"`
	Checked        int64         `db:"checked" json:"checked"`
	Passed         int64         `db:"passed" json:"passed"`
	At             clock.Instant `db:"at" json:"at"`
	By             string        `db:"by_user" json:"by"`
	ClosedAt       clock.Instant `db:"closed_at" json:"closed_at,omitzero"`
}

var sampleColumns = store.Columns[Sample]("")

// Rate is 抽查合格率 of the sample.
func (s *Sample) Rate() metric.Ratio { return metric.Ratio{Num: s.Passed, Den: s.Checked} }

// SampleRow is one case of a sample with what the auditor found: 真实, 实时, 完整, 准确. It passes when all four hold.
type SampleRow struct {
	CentreID string          `db:"centre_id" json:"-"`
	SampleID SampleID        `db:"sample_id" json:"-"`
	Pos      int64           `db:"pos" json:"pos"`
	CaseID   casework.CaseID `db:"case_id" json:"case_id"`
	CaseNo   string          `db:"case_no" json:"case_no"`
	ItemName string          `db:"item_name" json:"item_name"`
	UnitID   string          `db:"unit_id" json:"unit_id"`
	SiteID   string          `db:"site_id" json:"site_id"`
	Checked  bool            `db:"checked" json:"checked"`
	True     bool            `db:"is_true" json:"is_true"`
	Timely   bool            `db:"is_timely" json:"is_timely"`
	Whole    bool            `db:"is_whole" json:"is_whole"`
	Exact    bool            `db:"is_exact" json:"is_exact"`
	Passed   bool            `db:"passed" json:"passed"`
	Finding  string          `db:"finding" json:"finding,omitempty"`
	Auditor  string          `db:"auditor_id" json:"auditor,omitempty"`
	At       clock.Instant   `db:"at" json:"at,omitzero"`
	AlertID  AlertID         `db:"alert_id" json:"alert_id,omitempty"` // what was put to the unit because of it
}

var sampleRowColumns = store.Columns[SampleRow]("")
