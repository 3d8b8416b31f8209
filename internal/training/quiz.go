package training

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// QuestionKind is how a question is answered.
type QuestionKind string

// The kinds of question.
const (
	Single   QuestionKind = "single"   // 单选
	Multiple QuestionKind = "multiple" // 多选
	Judge    QuestionKind = "judge"    // 判断
)

// Label is the kind in Chinese.
func (k QuestionKind) Label() string {
	return map[QuestionKind]string{Single: "单选", Multiple: "多选", Judge: "判断"}[k]
}

// QuestionInput is a question as it is written. The answer is the letters of the right options in order: B, or ACD.
type QuestionInput struct {
	Topic   string       `json:"topic" maxLength:"30" doc:"专题"`
	Kind    QuestionKind `json:"kind" enum:"single,multiple,judge" doc:"单选、多选、判断"`
	Text    string       `json:"text" maxLength:"500"`
	Options []string     `json:"options" maxItems:"8"`
	Answer  string       `json:"answer" maxLength:"8" doc:"正确选项的字母，如 B 或 ACD"`
	Basis   string       `json:"basis,omitempty" maxLength:"200" doc:"出处或解释"`
	Active  bool         `json:"active" doc:"可以抽到"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// Question (题目) is one question of the bank.
type Question struct {
	ID string `json:"id"`
	QuestionInput
	Version int64 `json:"version"`
}

type questionRow struct {
	CentreID string        `db:"centre_id"`
	ID       string        `db:"id"`
	Topic    string        `db:"topic"`
	Kind     QuestionKind  `db:"kind"`
	Text     string        `db:"text"`
	Options  string        `db:"options"`
	Answer   string        `db:"answer"`
	Basis    string        `db:"basis"`
	Active   bool          `db:"active"`
	At       clock.Instant `db:"at"`
	ByUser   string        `db:"by_user"`
	Version  int64         `db:"version"`
}

var questionColumns = store.Columns[questionRow]("")

func (r *questionRow) question() (Question, error) {
	q := Question{ID: r.ID, Version: r.Version, QuestionInput: QuestionInput{Topic: r.Topic, Kind: r.Kind, Text: r.Text, Answer: r.Answer, Basis: r.Basis, Active: r.Active}}
	return q, json.Unmarshal([]byte(r.Options), &q.Options)
}

func (in *QuestionInput) validate() error {
	e := ErrInput
	if !within(&in.Topic, 1, 30) {
		e = e.Field("topic", "请填写专题，30 个字以内。")
	}
	if !within(&in.Text, 1, 500) {
		e = e.Field("text", "请填写题目，500 个字以内。")
	}
	if !within(&in.Basis, 0, 200) {
		e = e.Field("basis", "出处最多 200 个字。")
	}
	if in.Kind == Judge {
		in.Options = []string{"对", "错"}
	}
	if in.Kind.Label() == "" || len(in.Options) < 2 || len(in.Options) > 8 || slices.ContainsFunc(in.Options, func(o string) bool { return !within(&o, 1, 200) }) {
		e = e.Field("options", "请填写 2 到 8 个选项。")
	}
	if in.Answer = normalAnswer(in.Answer); in.Answer == "" || int(in.Answer[len(in.Answer)-1]-'A') >= len(in.Options) || in.Kind != Multiple && len(in.Answer) != 1 {
		e = e.Field("answer", "请填写正确选项的字母；单选和判断只有一个。")
	}
	return e.OrNil()
}

// normalAnswer brings letters to capitals in order, each once; anything else is left out.
func normalAnswer(s string) string {
	var out []byte
	for _, c := range []byte(strings.ToUpper(s)) {
		if c >= 'A' && c <= 'H' && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return string(out)
}

// SaveQuestion adds a question to the bank (id ""), or changes one; papers that were drawn keep the old text.
func (m *Module) SaveQuestion(ctx context.Context, id string, version int64, in QuestionInput) (Question, error) {
	a := actor.From(ctx)
	if err := a.Require(PermQuestion); err != nil {
		return Question{}, err
	}
	if err := in.validate(); err != nil {
		return Question{}, err
	}
	options, err := json.Marshal(in.Options)
	if err != nil {
		return Question{}, err
	}
	q := Question{ID: id, QuestionInput: in}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		r := questionRow{CentreID: a.CentreID, ID: tx.NewID(), At: tx.Now(), ByUser: a.UserID}
		if id == "" {
			prior, repeated, err := once.ClaimContent(tx, in.Key, "training.question_save", in, r.ID)
			if err != nil {
				return err
			}
			if repeated { // the content is the same, or Claim would have refused
				q.ID, q.Version = prior, 1
				return nil
			}
		}
		if id != "" {
			if r, err = store.Get[questionRow](tx, "SELECT "+questionColumns+" FROM training_question WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id); err != nil {
				return missing(err)
			}
			if r.Version != version {
				return store.ErrStale.With("version", r.Version)
			}
		}
		r.Topic, r.Kind, r.Text, r.Options, r.Answer, r.Basis, r.Active = in.Topic, in.Kind, in.Text, string(options), in.Answer, in.Basis, in.Active
		r.Version++
		q.ID, q.Version = r.ID, r.Version
		save := func() error { return store.Update(tx, "training_question", r, "centre_id", "id") }
		if id == "" {
			save = func() error { return store.Insert(tx, "training_question", r) }
		}
		if err := save(); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "training.question_save", Permission: PermQuestion, Kind: "training_question", Object: r.ID, Detail: map[string]any{"topic": r.Topic, "active": r.Active}})
	})
	return q, err
}

func missing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrMissing.Hide()
	}
	return err
}

// Questions lists the bank with the answers, by topic.
func (m *Module) Questions(ctx context.Context, topic, after string) (list []Question, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermQuestion); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if topic != "" {
		w.And("topic = ?", topic)
	}
	if after != "" {
		w.And("id > ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := store.Select[questionRow](tx, "SELECT "+questionColumns+" FROM training_question"+w.SQL()+" ORDER BY id LIMIT "+strconv.Itoa(ListPage+1), w.Args...)
		for i := range rows {
			var q Question
			if err == nil {
				q, err = rows[i].question()
			}
			list = append(list, q)
		}
		return err
	})
	if len(list) > ListPage {
		list, next = list[:ListPage], list[ListPage-1].ID
	}
	return list, next, err
}

// bankOf lists the questions from which a course draws.
func bankOf(tx *store.Tx, c *Course) ([]Question, error) {
	w := (&store.Where{}).And("centre_id = ?", c.CentreID).And("active")
	if c.Topic != "" {
		w.And("topic = ?", c.Topic)
	}
	rows, err := store.Select[questionRow](tx, "SELECT "+questionColumns+" FROM training_question"+w.SQL()+" ORDER BY id", w.Args...)
	out := make([]Question, len(rows))
	for i := range rows {
		if err == nil {
			out[i], err = rows[i].question()
		}
	}
	return out, err
}

// Draw chooses n questions for a person: those whose digest with course and person is smallest, so that the same person
// always gets the same paper and two people different ones.
func Draw(bank []Question, course, user string, n int) []Question {
	key := func(q Question) string {
		sum := crypt.SM3([]byte(course), []byte(user), []byte(q.ID))
		return string(sum[:])
	}
	out := slices.Clone(bank)
	slices.SortFunc(out, func(a, b Question) int { return cmp.Compare(key(a), key(b)) })
	return out[:min(n, len(out))]
}

// Mark scores answers against a paper: one point for each question answered with exactly the right letters.
func Mark(paper []Question, answers []string) (right, total int64) {
	for i, q := range paper {
		if i < len(answers) && normalAnswer(answers[i]) == q.Answer {
			right++
		}
	}
	return right, int64(len(paper))
}

// Pass reports whether right of total reaches the percentage.
func Pass(right, total, percent int64) bool { return total > 0 && right*100 >= total*percent }

// Paper (试卷) is what a person answers, without the right answers until it is scored.
type Paper struct {
	Course    string     `json:"course"`
	Questions []Question `json:"questions"`
	Answers   []string   `json:"answers,omitempty"`
	Done      bool       `json:"done"`
	Right     int64      `json:"right"`
	Total     int64      `json:"total"`
	Passed    bool       `json:"passed"`
	No        string     `json:"no,omitempty"`
}

// OpenPaper draws the actor's paper at the first time and gives it (测验).
func (m *Module) OpenPaper(ctx context.Context, course string) (Paper, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEnrol); err != nil {
		return Paper{}, err
	}
	var p Paper
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, e, err := quizOf(tx, a, course)
		if err != nil {
			return err
		}
		if e.StartedAt == 0 {
			if err := c.draw(tx, &e); err != nil {
				return err
			}
			if err := record(tx, "training.paper", PermEnrol, &c, map[string]any{"user": a.UserID, "questions": e.Total}); err != nil {
				return err
			}
		}
		p, err = e.paper(&c)
		return err
	})
	return p, err
}

// quizOf loads what a quiz is taken on: a course that is held, or archived for those who look back.
func quizOf(tx *store.Tx, a *actor.Actor, course string) (Course, Enrolment, error) {
	c, err := loadCourse(tx, a.CentreID, course)
	if err != nil {
		return c, Enrolment{}, err
	}
	e, err := loadEnrolment(tx, a.CentreID, course, a.UserID)
	switch {
	case err != nil:
	case c.Questions == 0:
		err = ErrNoQuiz
	case e.SignedAt == 0:
		err = ErrUnsigned
	case c.State != Held && e.ScoredAt == 0:
		err = ErrState
	}
	return c, e, err
}

// draw seals the paper of a person in his enrolment.
func (c *Course) draw(tx *store.Tx, e *Enrolment) error {
	bank, err := bankOf(tx, c)
	if err != nil {
		return err
	}
	drawn := Draw(bank, c.ID, e.UserID, int(c.Questions))
	text, err := json.Marshal(drawn)
	if err != nil {
		return err
	}
	e.Paper, e.StartedAt, e.Total = string(text), tx.Now(), int64(len(drawn))
	return saveEnrolment(tx, e)
}

func (e *Enrolment) paper(c *Course) (Paper, error) {
	p := Paper{Course: c.Title, Done: e.ScoredAt != 0, Right: e.Right, Total: e.Total, Passed: e.Passed, No: e.No}
	if err := json.Unmarshal([]byte(e.Paper), &p.Questions); err != nil {
		return p, err
	}
	if !p.Done {
		for i := range p.Questions {
			p.Questions[i].Answer, p.Questions[i].Basis = "", ""
		}
		return p, nil
	}
	return p, json.Unmarshal([]byte(e.Answers), &p.Answers)
}

// Submit scores the actor's answers, once (交卷). Whoever passes gets the number of a certificate.
func (m *Module) Submit(ctx context.Context, course string, answers []string) (Paper, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEnrol); err != nil {
		return Paper{}, err
	}
	var p Paper
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, e, err := quizOf(tx, a, course)
		switch {
		case err != nil:
			return err
		case e.ScoredAt != 0:
			return ErrAttempted
		case e.StartedAt == 0:
			return ErrState.Say("还没有领取试卷，没有交卷。请先打开测验。")
		}
		if err := c.score(tx, &e, answers); err != nil {
			return err
		}
		if p, err = e.paper(&c); err != nil {
			return err
		}
		return count(tx, &c, "training.quiz", PermEnrol, a.UserID)
	})
	return p, err
}

// score marks the answers of an enrolment.
func (c *Course) score(tx *store.Tx, e *Enrolment, answers []string) error {
	var paper []Question
	if err := json.Unmarshal([]byte(e.Paper), &paper); err != nil {
		return err
	}
	text, err := json.Marshal(answers[:min(len(answers), len(paper))])
	if err != nil {
		return err
	}
	e.Answers, e.ScoredAt = string(text), tx.Now()
	e.Right, e.Total = Mark(paper, answers)
	e.Passed = Pass(e.Right, e.Total, c.PassPercent)
	c.Scored++
	if e.Passed {
		c.Passed++
		e.No = fmt.Sprintf("培训〔%d〕%s-%03d", c.Start.Date().Year(), strings.ToUpper(c.ID), c.Passed) // one course, one series
	}
	return saveEnrolment(tx, e)
}
