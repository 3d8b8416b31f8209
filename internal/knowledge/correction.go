package knowledge

import (
	"context"
	"encoding/base32"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// answerLimit is the time in which a correction request is answered (hotline reference §5.4).
var answerLimit = calendar.Workdays(3)

// CorrectionRequest (纠错) is a mistake in an entry that somebody has pointed out.
type CorrectionRequest struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           string        `db:"id" json:"id"`
	EntryID      string        `db:"entry_id" json:"entry_id"`
	UnitID       string        `db:"unit_id" json:"unit_id,omitempty"`
	N            int64         `db:"n" json:"entry_version"`
	Text         string        `db:"text" json:"text"`
	CodeBix      string        `db:"code_bix" json:"-"`
	AskedKind    string        `db:"asked_kind" json:"asked_kind"` // kind of actor
	AskedBy      string        `db:"asked_by" json:"-"`
	AskedName    string        `db:"asked_name" json:"asked_by,omitempty"`
	AskedAt      clock.Instant `db:"asked_at" json:"asked_at"`
	Due          clock.Instant `db:"due" json:"due"`
	Provisional  bool          `db:"provisional" json:"provisional"`
	Open         bool          `db:"open" json:"open"`
	Right        bool          `db:"right_asked" json:"right"` // 采纳: the entry was wrong
	Answer       string        `db:"answer" json:"answer,omitempty"`
	AnsweredAt   clock.Instant `db:"answered_at" json:"answered_at,omitzero"`
	AnsweredBy   string        `db:"answered_by" json:"-"`
	AnsweredName string        `db:"answered_name" json:"answered_by,omitempty"`
	Version      int64         `db:"version" json:"version"`
}

// Late reports whether the answer came after its time, or has not come by then.
func (c *CorrectionRequest) Late(now clock.Instant) bool {
	if !c.Open {
		return c.AnsweredAt > c.Due
	}
	return now > c.Due
}

// Errors about corrections.
var (
	ErrCorrection = errs.New(errs.NotFound, "knowledge.correction_not_found", "没有这条纠错，或您无权查看。")
	ErrAnswered   = errs.New(errs.Conflict, "knowledge.correction_answered", "这条纠错已经答复过，不能再次答复。请刷新后再看。")
	ErrCode       = errs.New(errs.NotFound, "knowledge.correction_code", "没有找到这个查询码的纠错。请核对后再试。")
)

var codeKind = crypt.Kind("knowledge-correction")

// Asked is a new correction request with the code by which a citizen finds its answer.
type Asked struct {
	CorrectionRequest
	Code string `json:"code"`
}

// Correct points out a mistake in an entry that the actor may read (纠错). The unit that answers for it has three working
// days. A repeated key gives the request of the first time.
func (m *Module) Correct(ctx context.Context, ref, what, key string) (Asked, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAsk); err != nil {
		return Asked{}, err
	}
	what, err := opinion("text", "哪里不对", what)
	if err != nil {
		return Asked{}, err
	}
	var c CorrectionRequest
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err := loadEntry(tx, a.CentreID, ref, "")
		if err != nil {
			return err
		}
		if !e.mayRead(a) {
			return ErrNotFound.Hide()
		}
		fresh := tx.NewID()
		prior, repeated, err := once.Claim(tx, key, "knowledge.correct|"+e.ID+"|"+what, fresh)
		if err != nil {
			return err
		}
		if repeated {
			c, err = loadCorrection(tx, a, prior, "")
			return err
		}
		cal, err := m.calendar.ForCentre(tx, a.CentreID, "")
		if err != nil {
			return err
		}
		due := cal.Due(answerLimit, tx.Now(), e.UnitID)
		c = CorrectionRequest{CentreID: a.CentreID, ID: fresh, EntryID: e.ID, UnitID: e.UnitID, N: e.LiveN, Text: what, CodeBix: m.codeIndex(m.code(fresh)), AskedKind: string(a.Kind), AskedBy: a.UserID,
			AskedName: a.Name, AskedAt: tx.Now(), Due: due.At, Provisional: due.Provisional, Open: true, Version: 1}
		if err := store.Insert(tx, "knowledge_correction", c); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "knowledge.correct", Permission: PermAsk, Kind: "knowledge", Object: e.ID, Detail: map[string]any{"no": e.No, "correction": c.ID, "due": c.Due}})
	})
	if err != nil {
		return Asked{}, err
	}
	return Asked{c, m.code(c.ID)}, nil
}

// codeLen is the length of a correction's code: 12 characters of base 32.
const codeLen = 12

// code gives the code of a correction request; it is derived from the key file and not stored.
func (m *Module) code(correction string) string {
	sum := crypt.SM3([]byte(m.keys.BlindIndex(crypt.Kind("knowledge-correction-code"), correction)))
	return base32.StdEncoding.EncodeToString(sum[:])[:codeLen]
}

func (m *Module) codeIndex(code string) string { return m.keys.BlindIndex(codeKind, code) }

// AnswerCorrection answers a correction request (答复纠错): right says that the entry was wrong. Mending the entry is a step of
// its own.
func (m *Module) AnswerCorrection(ctx context.Context, id string, right bool, answer string) (CorrectionRequest, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAnswer); err != nil {
		return CorrectionRequest{}, err
	}
	answer, err := opinion("answer", "答复", answer)
	if err != nil {
		return CorrectionRequest{}, err
	}
	var c CorrectionRequest
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if c, err = loadCorrection(tx, a, id, tx.ForUpdate()); err != nil {
			return err
		}
		if !org.Sees(a, PermAnswer, org.Row{CentreID: c.CentreID, UnitID: c.UnitID}) {
			return ErrCorrection.Hide()
		}
		if !c.Open {
			return ErrAnswered
		}
		c.Open, c.Right, c.Answer, c.AnsweredAt, c.AnsweredBy, c.AnsweredName = false, right, answer, tx.Now(), a.UserID, a.Name
		c.Version++
		if err := store.Update(tx, "knowledge_correction", c, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "knowledge.answer_correction", Permission: PermAnswer, Kind: "knowledge", Object: c.EntryID,
			Detail: map[string]any{"correction": c.ID, "right": right, "late": c.Late(tx.Now())}})
	})
	return c, err
}

func loadCorrection(tx *store.Tx, a *actor.Actor, id, lock string) (CorrectionRequest, error) {
	c, err := store.Get[CorrectionRequest](tx, "SELECT "+store.Columns[CorrectionRequest]("")+" FROM knowledge_correction WHERE centre_id = $1 AND id = $2"+lock, a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrCorrection
	}
	return c, err
}

// CorrectionRow is a correction request in a list.
type CorrectionRow struct {
	CorrectionRequest
	No       string `db:"no" json:"no"`
	Title    string `db:"title" json:"title"`
	UnitName string `db:"-" json:"unit_name,omitempty"`
}

// Corrections lists the requests that wait for the actor's answer, the earliest due first.
func (m *Module) Corrections(ctx context.Context, limit int) ([]CorrectionRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAnswer); err != nil {
		return nil, err
	}
	cond, args := org.Filter(a, PermAnswer, org.Columns{Centre: "c.centre_id", Unit: "c.unit_id"})
	w := (&store.Where{}).And(cond, args...).And("c.centre_id = ?", a.CentreID).And("c.open")
	w.Args = append(w.Args, pageSize(limit))
	var out []CorrectionRow
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[CorrectionRow](tx, "SELECT "+store.Columns[CorrectionRequest]("c.")+", e.no, e.title FROM knowledge_correction c JOIN knowledge_entry e ON e.centre_id = c.centre_id AND e.id = c.entry_id"+
			w.SQL()+" ORDER BY c.due, c.id LIMIT $"+number(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		names, err := m.unitNames(tx, a.CentreID, func(yield func(string) bool) {
			for _, c := range out {
				if !yield(c.UnitID) {
					return
				}
			}
		})
		for i := range out {
			out[i].UnitName = names[out[i].UnitID]
		}
		return err
	})
	return out, err
}

// correctionsOf lists the newest requests about an entry.
func correctionsOf(tx *store.Tx, e *Entry) ([]CorrectionRequest, error) {
	return store.Select[CorrectionRequest](tx, "SELECT "+store.Columns[CorrectionRequest]("")+" FROM knowledge_correction WHERE centre_id = $1 AND entry_id = $2 ORDER BY id DESC LIMIT 50", e.CentreID, e.ID)
}

// CorrectionByCode finds a citizen's own request by its code.
func (m *Module) CorrectionByCode(ctx context.Context, code string) (CorrectionRequest, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAsk); err != nil {
		return CorrectionRequest{}, err
	}
	bix := m.codeIndex(strings.ToUpper(strings.TrimSpace(code)))
	var c CorrectionRequest
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = store.Get[CorrectionRequest](tx, "SELECT "+store.Columns[CorrectionRequest]("")+" FROM knowledge_correction WHERE centre_id = $1 AND code_bix = $2", a.CentreID, bix)
		if errors.Is(err, store.ErrNotFound) {
			return ErrCode
		}
		return err
	})
	return c, err
}

// jobReproject computes the ends of open corrections anew after a calendar was published.
const jobReproject = "knowledge.reproject"

func (m *Module) calendarChanged(tx *store.Tx, c calendar.Change) error {
	return jobs.Insert(tx, c.CentreID, jobReproject, jobReproject, 0, nil)
}

// reproject moves the ends of the requests that are open; there are never many.
func (m *Module) reproject(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	cal, err := m.calendar.ForCentre(tx, j.CentreID, "")
	if err != nil {
		return jobs.Done, err
	}
	open, err := store.Select[CorrectionRequest](tx, "SELECT "+store.Columns[CorrectionRequest]("")+" FROM knowledge_correction WHERE centre_id = $1 AND open ORDER BY due, id"+tx.ForUpdate(), j.CentreID)
	if err != nil {
		return jobs.Done, err
	}
	moved := 0
	for _, c := range open {
		due := cal.Due(answerLimit, c.AskedAt, c.UnitID)
		if due.At == c.Due && due.Provisional == c.Provisional {
			continue
		}
		moved++
		c.Due, c.Provisional = due.At, due.Provisional
		if err := store.Update(tx, "knowledge_correction", c, "centre_id", "id"); err != nil {
			return jobs.Done, err
		}
	}
	if moved == 0 {
		return jobs.Done, nil
	}
	return jobs.Done, audit.Record(tx, audit.Entry{Action: "knowledge.reproject", Kind: "knowledge", Object: jobReproject, Detail: map[string]any{"moved": moved}})
}
