package figure

import (
	"yichuang/internal/knowledge"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// ownSources are the figures that the knowledge base counts (M17).
func ownSources() map[Measure]Source {
	return map[Measure]Source{MeasureKnowledge: knowledgeReviews, MeasureCorrection: knowledgeCorrections}
}

// fedSums collects a rate of the knowledge base for the centre and for each unit.
type fedSums map[string]*metric.Figure

func (s fedSums) add(unit string, timely, pending bool) {
	for _, subject := range []string{"", unit} {
		f := s[subject]
		if f == nil {
			f = &metric.Figure{Subject: subject, Form: metric.Rate}
			s[subject] = f
		}
		if f.Den++; timely {
			f.Num++
		}
		f.Provisional = f.Provisional || pending
		if unit == "" {
			return
		}
	}
}

func (s fedSums) list() []metric.Figure {
	var out []metric.Figure
	for _, f := range s {
		out = append(out, *f)
	}
	return out
}

// knowledgeReviews counts the reviews of entries whose day lies in the period and is over.
func knowledgeReviews(tx *store.Tx, centre string, p metric.Period) ([]metric.Figure, error) {
	sums := fedSums{}
	err := knowledge.EachReviewDue(tx, centre, p.From, p.To, func(f *knowledge.ReviewFact) error {
		if f.Timely() || f.Due.End() <= tx.Now() {
			sums.add(f.UnitID, f.Timely(), false)
		}
		return nil
	})
	return sums.list(), err
}

// knowledgeCorrections counts the requests to correct entries whose answer was due in the period and by now.
func knowledgeCorrections(tx *store.Tx, centre string, p metric.Period) ([]metric.Figure, error) {
	sums := fedSums{}
	err := knowledge.EachCorrectionDue(tx, centre, p.Start(), p.End(), func(f *knowledge.CorrectionFact) error {
		if f.Timely() || f.Due <= tx.Now() {
			sums.add(f.UnitID, f.Timely(), f.Provisional)
		}
		return nil
	})
	return sums.list(), err
}
