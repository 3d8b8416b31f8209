package figure

import (
	"cmp"
	"slices"
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/metric"
	"yichuang/internal/telephony"
)

// Records behind the figures that the knowledge base (M17) and the telephony (M18) count. They become rows of the same
// list as the hotline's own.

// fedRecords says what the records of such a measure are.
var fedRecords = map[Measure]RecordKind{MeasureKnowledge: RecordReview, MeasureCorrection: RecordCorrection,
	MeasureAnswered: RecordPhone, MeasureWait: RecordPhone, MeasureAbandoned: RecordPhone}

// fedCohort lists the records of a measure that another module counts.
func (m *Module) fedCohort(e *engine, d *definition, q CohortQuery) (rows []CohortRow, next string, total int64, err error) {
	after, err := parseCohortCursor(q.After)
	if err != nil {
		return nil, "", 0, err
	}
	if d.code.Records(q.Part) == "" {
		return nil, "", 0, ErrMeasure
	}
	n := hotline.PageSize(q.Limit)
	if fedRecords[d.code] == RecordPhone {
		rows, total, err = m.phoneRows(e, d, q, after, n+1)
	} else {
		rows, total, err = knowledgeRows(e, d, q, after)
	}
	if len(rows) > n {
		rows = rows[:n]
		next = strconv.FormatInt(int64(rows[n-1].At), 10) + "." + rows[n-1].RowID
	}
	return rows, next, total, err
}

// knowledgeRows lists reviews or correction requests: a knowledge base has thousands, not millions.
func knowledgeRows(e *engine, d *definition, q CohortQuery, after cohortCursor) (rows []CohortRow, total int64, err error) {
	add := func(r CohortRow, timely bool) {
		if !e.who.sees("", q.UnitID) && !e.who.sees(r.UnitID, q.UnitID) || q.Part == metric.Numerator && !timely {
			return
		}
		total++
		if r.Outcome = hotline.Late; timely {
			r.Outcome = hotline.OnTime
		}
		if after.id == "" || int64(r.At) > after.at || int64(r.At) == after.at && r.RowID > after.id {
			rows = append(rows, r)
		}
	}
	if d.code == MeasureKnowledge {
		err = knowledge.EachReviewDue(e.tx, e.who.centre, q.Span.From, q.Span.To, func(f *knowledge.ReviewFact) error {
			if f.Timely() || f.Due.End() <= e.tx.Now() {
				add(CohortRow{RowID: f.ID, No: f.No, Title: f.Title, UnitID: f.UnitID, At: f.Due.Start(), Due: f.Due.End(), SubmittedAt: f.DoneAt}, f.Timely())
			}
			return nil
		})
	} else {
		err = knowledge.EachCorrectionDue(e.tx, e.who.centre, q.Span.Start(), q.Span.End(), func(f *knowledge.CorrectionFact) error {
			if f.Timely() || f.Due <= e.tx.Now() {
				add(CohortRow{RowID: f.ID, No: f.No, Title: f.Title, UnitID: f.UnitID, At: f.Due, Due: f.Due, SubmittedAt: f.AnsweredAt}, f.Timely())
			}
			return nil
		})
	}
	slices.SortFunc(rows, func(x, y CohortRow) int { return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.RowID, y.RowID)) })
	return rows, total, err
}

// phoneRows lists calls; who sees only units sees none, as his figure is not there.
func (m *Module) phoneRows(e *engine, d *definition, q CohortQuery, after cohortCursor, limit int) ([]CohortRow, int64, error) {
	if !e.who.sees("", q.UnitID) {
		return nil, 0, nil
	}
	numerator := q.Part == metric.Numerator
	list, total, err := telephony.OfferedTx(e.tx, e.who.centre, telephony.OfferedQuery{Period: q.Span, Answered: d.code == MeasureWait || d.code == MeasureAnswered && numerator,
		Abandoned: d.code == MeasureAbandoned && numerator, At: clock.Instant(after.at), After: after.id, Limit: limit})
	if err != nil {
		return nil, 0, err
	}
	var users, tickets []string
	for _, c := range list {
		users, tickets = append(users, c.UserID), append(tickets, c.TicketID)
	}
	names, err := m.org.UserNamesTx(e.tx, e.who.centre, users)
	if err != nil {
		return nil, 0, err
	}
	numbers, err := hotline.TicketNumbersTx(e.tx, e.who.centre, tickets)
	rows := make([]CohortRow, len(list))
	for i, c := range list {
		rows[i] = CohortRow{RowID: c.ID, TicketID: hotline.TicketID(c.TicketID), No: numbers[c.TicketID], At: c.OfferedAt, SubmittedAt: c.AnsweredAt, User: names[c.UserID]}
	}
	return rows, total, err
}
